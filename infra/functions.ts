import type { historyTable, petitionsTable } from '../adapters/tables.ts';

type PetitionsIndex = (typeof petitionsTable)['indexes'][number]['name'];
type HistoryIndex = (typeof historyTable)['indexes'][number]['name'];

/** What one function may do and how large it is. Nothing is allowed that does not stand here. */
export interface FunctionSpec {
  readonly description: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  /**
   * `read`: one stream at a time, by its key. `write`: also append to it, inside one transaction only. Nobody may scan,
   * change or remove.
   */
  readonly record: 'none' | 'read' | 'write';
  /** `open`: put work items with their tokens. `signal`: note that the workflow has been told. */
  readonly workItems?: 'open' | 'signal';
  readonly indexes?: readonly (PetitionsIndex | HistoryIndex)[];
  /** May compute keyed hashes under the look-up key. */
  readonly hashes?: true;
  /** `answer`: complete a step. `drive`: also start stages. `repair`: also list and stop executions. */
  readonly workflow?: 'answer' | 'drive' | 'repair';
}

const office = { memoryMegabytes: 256, timeoutSeconds: 10 } as const;

/** By folder under functions/. */
export const functions: Readonly<Record<string, FunctionSpec>> = {
  'reception-desk': {
    ...office,
    description: '接访登记: sessions, visits, registration',
    record: 'write',
    indexes: ['lookups'],
    hashes: true,
  },
  'petition-office': { ...office, description: '信访部门: triage, routing, supervision', record: 'write' },
  'leaders-office': { ...office, description: '领导: instructions and approvals', record: 'write' },
  casework: { ...office, description: '承办: acceptance, handling, opinions, closing', record: 'write' },
  mediation: { ...office, description: '调解', record: 'write' },
  review: { ...office, description: '复查、复核', record: 'write' },
  portal: {
    ...office,
    description: '信访人查询、评价: public, by query code',
    record: 'write',
    indexes: ['lookups'],
    hashes: true,
  },
  enquiry: {
    ...office,
    description: '查询、待办: every officer’s reads',
    record: 'read',
    indexes: ['lookups', 'worklist'],
    hashes: true,
  },
  audit: {
    ...office,
    description: '审计: the history by petition and by unit and day',
    record: 'read',
    indexes: ['unitDays'],
  },
  operations: {
    memoryMegabytes: 256,
    timeoutSeconds: 29,
    description: '运维: what is open, what runs, what failed; repair on request',
    record: 'read',
    workItems: 'signal',
    indexes: ['openStages'],
    workflow: 'repair',
  },
  reference: { memoryMegabytes: 256, timeoutSeconds: 5, description: 'Health and API description', record: 'none' },
  dispatch: {
    memoryMegabytes: 256,
    timeoutSeconds: 60,
    description: 'Tells the workflow what the record decided',
    record: 'read',
    workItems: 'signal',
    workflow: 'drive',
  },
  'open-step': {
    memoryMegabytes: 256,
    timeoutSeconds: 15,
    description: 'Opens the work item that a stage waits for',
    record: 'read',
    workItems: 'open',
    workflow: 'answer',
  },
  reconcile: {
    memoryMegabytes: 512,
    timeoutSeconds: 240,
    description: 'Compares open stages with running executions and repairs',
    record: 'read',
    workItems: 'signal',
    indexes: ['openStages'],
    workflow: 'repair',
  },
};
