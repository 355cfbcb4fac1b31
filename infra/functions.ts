import type { historyTable, petitionsTable } from '../adapters/tables.ts';
import { type StreamKind, streamKinds } from '../domain/ports.ts';
import { countedKinds } from '../domain/statistics/sheet.ts';

type PetitionsIndex = (typeof petitionsTable)['indexes'][number]['name'];
type HistoryIndex = (typeof historyTable)['indexes'][number]['name'];

/** What one function may do and how large it is. Nothing is allowed that does not stand here. */
export interface FunctionSpec {
  /** Latin letters only: CloudFormation refuses others. */
  readonly description: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /** Most invocations at once; the account reserves them. */
  readonly atOnce?: number;
  /**
   * `read`: one stream at a time, by its key. `write`: also append to it, inside one transaction only. Nobody may scan,
   * change or remove.
   */
  readonly record: 'none' | 'read' | 'write';
  /** Whose streams it reaches; petitions and reception sessions when absent. */
  readonly streams?: readonly StreamKind[];
  /** Whose streams it reads besides, and appends nothing to. */
  readonly readsStreams?: readonly StreamKind[];
  /** Of whose streams it reads the heads besides, whose summaries name nobody: neither their facts nor their keys' use. */
  readonly heads?: readonly StreamKind[];
  /** `open`: put work items with their tokens. `signal`: note that the workflow has been told. */
  readonly workItems?: 'open' | 'signal';
  readonly indexes?: readonly (PetitionsIndex | HistoryIndex)[];
  /** `open`: opens the data keys of streams. `create`: also makes them, for new streams. Absent: personal data stays sealed. */
  readonly personalData?: 'open' | 'create';
  /** Of whose streams it makes data keys; of all that it reaches when absent. */
  readonly begins?: readonly StreamKind[];
  /** Takes look-up entries away when it destroys a key. `approve`: also lets a petition wait for the rest of its erasure. */
  readonly erases?: 'approve' | 'finish';
  /** May compute keyed hashes under the look-up key. */
  readonly hashes?: true;
  /** Counts failed attempts at query codes. */
  readonly countsAttempts?: true;
  /** Keeps the item that says with which calendar limits were counted last. */
  readonly sweeps?: true;
  /** Appends to the history of reads (`R#`); `list`: also reads it. */
  readonly reads?: 'append' | 'list';
  /** `collect`: let heads wait for the anchor; `collect missed`: and see which it has. `append`: add them to its log, sign checkpoints and give them to the bucket. */
  readonly anchor?: 'collect' | 'append' | 'read' | 'collect missed';
  /**
   * `sign`: sign uploads into quarantine and downloads of what was cleared; `take` and `serve`: uploads or
   * downloads alone, of the documents that assemblies lay open. `scan`: read and empty quarantine, and put into the evidence
   * what is not there yet. `erase`: remove every version from both, of petitions that wait for it, and then what waits.
   */
  readonly files?: 'sign' | 'take' | 'serve' | 'scan' | 'erase';
  /**
   * `counters`: the numbers alone. `sheets`: also the cases behind them. `count`: also replace sheets and move counters, in
   * one transaction.
   */
  readonly figures?: 'counters' | 'sheets' | 'count';
  /** Is told the issuer of tokens, to name it in the API's description. */
  readonly issuer?: true;
  /**
   * `bring`: sign uploads of tables, and read how far their imports have come. `run`: read and remove what was uploaded, keep
   * progress and errors, and add versions of reference data, never over any.
   */
  readonly imports?: 'bring' | 'run';
  /** `answer`: complete a step. `drive`: also start stages. `repair`: also list and stop executions. */
  readonly workflow?: 'answer' | 'drive' | 'repair';
}

/** Kinds of streams that have stages, so state machines. */
const staged: readonly StreamKind[] = ['petition', 'session', 'whistle'];

const office = { memoryMegabytes: 256, timeoutSeconds: 10 } as const;

/** By folder under functions/. */
export const functions: Readonly<Record<string, FunctionSpec>> = {
  'reception-desk': {
    ...office,
    description: 'Registers petitions, reception sessions and visits',
    record: 'write',
    streams: ['petition', 'session', 'booking'],
    heads: ['rota', 'post', 'keeping'],
    personalData: 'create',
    reads: 'append',
    indexes: ['lookups'],
    hashes: true,
  },
  'petition-office': {
    ...office,
    description: 'Petition office: triage, objections, closing, resolution',
    record: 'write',
    personalData: 'open',
  },
  'leaders-office': {
    ...office,
    description: 'Leaders: instructions and approvals',
    record: 'write',
    personalData: 'open',
  },
  casework: {
    ...office,
    description: 'Handling organs: acceptance, assignment, opinions, closing',
    record: 'write',
    personalData: 'open',
  },
  mediation: {
    ...office,
    description: 'Mediation from application to performance',
    record: 'write',
    personalData: 'open',
  },
  review: { ...office, description: 'Review and final review', record: 'write', personalData: 'open' },
  supervision: {
    ...office,
    description: 'Supervision: measures of Art. 40, feedback, quality checks; recusals',
    record: 'write',
    personalData: 'open',
  },
  sponsorship: {
    ...office,
    description: 'Leaders in charge of old cases: proposal, plan, reports, signatures; the backlog and the board',
    record: 'write',
    streams: ['petition'],
    heads: ['rota', 'post'],
    personalData: 'open',
    indexes: ['lookups'],
  },
  briefing: {
    ...office,
    description: 'What petition offices tell inspection bodies, for the office that did alone',
    record: 'write',
    streams: ['briefing'],
    indexes: ['lookups'],
  },
  programme: {
    ...office,
    description:
      'Campaigns and mechanisms: documents, batches, appointments, pledges, and the matters enrolled in them',
    record: 'write',
    streams: ['programme', 'petition'],
    personalData: 'create',
    reads: 'append',
    indexes: ['lookups'],
    figures: 'sheets',
  },
  portal: {
    ...office,
    description: 'What the petitioner sees and does, public, by query code',
    record: 'write',
    personalData: 'open',
    streams: ['petition', 'placement'],
    heads: ['centre'],
    hashes: true,
    countsAttempts: true,
  },
  booking: {
    ...office,
    description: 'What the public books for reception days, and sees, withdraws and moves by query code',
    record: 'write',
    personalData: 'create',
    streams: ['booking'],
    heads: ['session', 'keeping'],
    indexes: ['lookups'],
    hashes: true,
    countsAttempts: true,
  },
  grid: {
    ...office,
    description: 'Grids: boundaries, needs, services, and petitions made of needs',
    record: 'write',
    personalData: 'create',
    streams: ['grid', 'need', 'petition'],
    heads: ['post'],
    reads: 'append',
    indexes: ['lookups'],
    hashes: true,
  },
  assembly: {
    ...office,
    description: 'Village information assemblies, and petitions made of questions',
    record: 'write',
    personalData: 'create',
    streams: ['assembly', 'petition'],
    reads: 'append',
    files: 'take',
    indexes: ['lookups'],
    hashes: true,
  },
  whistle: {
    ...office,
    description: 'Centres call departments in, and what those do about it',
    record: 'write',
    personalData: 'create',
    reads: 'append',
    streams: ['whistle', 'list-item', 'petition'],
    indexes: ['lookups'],
  },
  centre: {
    ...office,
    description: 'Centres with staff and desks, their one intake, and matters that go down and up',
    record: 'write',
    personalData: 'create',
    reads: 'append',
    streams: ['centre', 'placement', 'petition'],
    indexes: ['lookups'],
    hashes: true,
  },
  'reception-rota': {
    ...office,
    description: 'Which leaders receive in turn, and who owes a day',
    record: 'write',
    personalData: 'create',
    streams: ['rota'],
    heads: ['session', 'post'],
    indexes: ['lookups'],
  },
  'notice-board': {
    ...office,
    description: 'What anybody may read of village information assemblies, reception days and centres',
    record: 'read',
    personalData: 'open',
    streams: ['assembly'],
    heads: ['petition', 'session', 'centre', 'booking'],
    files: 'serve',
    indexes: ['lookups'],
  },
  enquiry: {
    ...office,
    description: 'What every officer reads, worklists included',
    record: 'read',
    streams: [
      'petition',
      'session',
      'need',
      'assembly',
      'whistle',
      'list-item',
      'placement',
      'import',
      'rota',
      'booking',
      'keeping',
    ],
    heads: ['programme'],
    personalData: 'open',
    reads: 'append',
    indexes: ['lookups', 'worklist'],
  },
  documents: {
    // Making a file takes a moment of computing.
    memoryMegabytes: 512,
    timeoutSeconds: 10,
    description: 'Notices and annual reports to read, print and edit; notices, served, for the petitioner too',
    record: 'read',
    personalData: 'open',
    reads: 'append',
    streams: ['petition'],
    hashes: true,
    countsAttempts: true,
    figures: 'counters',
  },
  evidence: {
    ...office,
    description: 'Files of evidence: declared, and signed requests to upload and download them',
    record: 'write',
    personalData: 'open',
    reads: 'append',
    streams: ['petition'],
    hashes: true,
    countsAttempts: true,
    files: 'sign',
  },
  'evidence-scan': {
    // A file is read whole where its kind asks for it; the time is the scanner's.
    memoryMegabytes: 1024,
    timeoutSeconds: 600,
    description: 'Looks at what was uploaded, and lets it out of quarantine or refuses it',
    record: 'write',
    streams: ['petition', 'assembly'],
    files: 'scan',
  },
  'erasure-finish': {
    memoryMegabytes: 256,
    timeoutSeconds: 300,
    description: 'Finishes erasures: files of petitions and assemblies, and what goes with a petition in other streams',
    record: 'write',
    streams: ['session', 'booking', 'need', 'placement', 'whistle'],
    readsStreams: ['petition', 'assembly'],
    indexes: ['lookups'],
    erases: 'finish',
    files: 'erase',
  },
  imports: {
    // Making a template takes a moment of computing.
    memoryMegabytes: 512,
    timeoutSeconds: 20,
    description: 'Imports: templates, tables that are brought, what is wrong with them, the decision',
    record: 'write',
    streams: ['import', 'post'],
    personalData: 'create',
    indexes: ['lookups'],
    imports: 'bring',
  },
  'import-run': {
    // A file is read piece by piece; the memory is for the store's client and for what was seen.
    memoryMegabytes: 1024,
    timeoutSeconds: 840,
    description: 'Looks through tables that were uploaded, and writes the rows that somebody confirmed',
    record: 'write',
    streams: ['import', 'post', 'petition'],
    personalData: 'create',
    indexes: ['worklist'],
    hashes: true,
    imports: 'run',
  },
  audit: {
    ...office,
    description: 'The history by petition and by unit and day, for auditors',
    record: 'read',
    streams: streamKinds.filter((kind) => kind !== 'reads'),
    personalData: 'open',
    reads: 'list',
    anchor: 'read',
    indexes: ['unitActs'],
  },
  spreadsheets: {
    // Making a file takes a moment of computing.
    memoryMegabytes: 512,
    timeoutSeconds: 29,
    description: 'Figures and the ledger of reception days as files for a spreadsheet',
    record: 'read',
    streams: ['petition', 'session'],
    personalData: 'open',
    reads: 'append',
    figures: 'counters',
  },
  statistics: {
    memoryMegabytes: 256,
    timeoutSeconds: 29,
    description: 'Figures, and the cases behind them',
    record: 'read',
    indexes: ['lookups'],
    figures: 'sheets',
  },
  count: {
    memoryMegabytes: 256,
    timeoutSeconds: 60,
    description: 'Counts what changed in the record',
    record: 'read',
    streams: countedKinds,
    figures: 'count',
  },
  archive: {
    ...office,
    description: 'Legal holds, and erasure of personal data by two persons',
    record: 'write',
    personalData: 'create',
    streams: [
      'petition',
      'session',
      'booking',
      'need',
      'assembly',
      'placement',
      'whistle',
      'list-item',
      'programme',
      'keeping',
    ],
    // Everything else has begun where it is kept or erased.
    begins: ['keeping'],
    indexes: ['lookups'],
    erases: 'approve',
  },
  operations: {
    memoryMegabytes: 256,
    timeoutSeconds: 29,
    description: 'What runs and what failed; repair on request',
    record: 'read',
    streams: countedKinds,
    anchor: 'collect missed',
    workItems: 'signal',
    indexes: ['openStages', 'unitActs'],
    figures: 'count',
    workflow: 'repair',
  },
  reference: {
    memoryMegabytes: 256,
    timeoutSeconds: 5,
    description: 'Health and API description',
    record: 'none',
    issuer: true,
  },
  tripwire: {
    memoryMegabytes: 128,
    timeoutSeconds: 10,
    description: 'Says which fact of the history was changed or removed',
    record: 'none',
  },
  'anchor-collect': {
    memoryMegabytes: 256,
    timeoutSeconds: 60,
    description: 'Lets the heads that moved wait for the anchor',
    record: 'none',
    anchor: 'collect',
  },
  anchor: {
    memoryMegabytes: 256,
    timeoutSeconds: 300,
    description: 'Adds the heads that wait to the log and gives checkpoints to the locked bucket',
    record: 'none',
    anchor: 'append',
    atOnce: 1,
  },
  dispatch: {
    memoryMegabytes: 256,
    timeoutSeconds: 60,
    description: 'Tells the workflow what the record decided',
    record: 'read',
    streams: staged,
    workItems: 'signal',
    workflow: 'drive',
  },
  'open-step': {
    memoryMegabytes: 256,
    timeoutSeconds: 15,
    description: 'Opens the work item that a stage waits for',
    record: 'read',
    streams: staged,
    workItems: 'open',
    workflow: 'answer',
  },
  sweep: {
    memoryMegabytes: 512,
    timeoutSeconds: 600,
    description:
      'Records warnings and missed limits; counts limits anew after a change of the calendar; ends old bookings',
    record: 'write',
    streams: ['petition', 'session', 'booking', 'need', 'whistle', 'rota'],
    heads: ['keeping'],
    sweeps: true,
    indexes: ['timers', 'lookups'],
  },
  reconcile: {
    memoryMegabytes: 512,
    timeoutSeconds: 240,
    description: 'Compares open stages with running executions and repairs',
    record: 'read',
    streams: staged,
    workItems: 'signal',
    indexes: ['openStages'],
    workflow: 'repair',
  },
};
