/**
 * Which parts of every fact are personal data: the one table by which facts are sealed in the store, masked in answers
 * and blanked after erasure.
 *
 * Every free text counts as personal, because anybody's name may stand in it; identity numbers, phones, names and
 * addresses are named as what they are, so that they can be masked. Open are only codes, ids, days, articles, and what a
 * unit publishes itself. The type makes the table whole: a new event, or a new text in one, does not compile without a
 * rule here.
 */

import type { AssemblyEvent } from '../assembly/assembly.ts';
import type { BriefingEvent } from '../briefing/briefing.ts';
import type { CentreEvent } from '../centre/centre.ts';
import type { PlacementEvent } from '../centre/placement-history.ts';
import type { HistoryExported } from '../export.ts';
import type { GridEvent } from '../grid/grid.ts';
import type { NeedEvent } from '../grid/need-state.ts';
import type { ImportEvent } from '../imports/import.ts';
import type { PostEvent } from '../imports/posts.ts';
import type { PetitionEvent } from '../petition/petition.ts';
import type { ProgrammeEvent } from '../programme/programme.ts';
import type { BookingEvent } from '../reception/booking.ts';
import type { RotaEvent } from '../reception/rota.ts';
import type { SessionEvent } from '../reception/session-state.ts';
import type { ListItemEvent } from '../whistle/list-item.ts';
import type { WhistleEvent } from '../whistle/state.ts';
import type { ReadEvent } from './reads.ts';

export type Kind = 'name' | 'identity-number' | 'phone' | 'address' | 'text';
type Rule = Kind | 'open';

/** Fields that are ids, codes, days, instants or articles wherever they stand; they need no rule of their own. */
type CodeField =
  | 'addressee'
  | 'after'
  | 'against'
  | 'assistingUnits'
  | 'at'
  | 'basis'
  | 'before'
  | 'by'
  | 'calendar'
  | 'category'
  | 'child'
  | 'committee'
  | 'competentUnit'
  | 'date'
  | 'decider'
  | 'diedOn'
  | 'due'
  | 'dueAt'
  | 'dueSource'
  | 'earlier'
  | 'effectiveOn'
  | 'from'
  | 'government'
  | 'heldOn'
  | 'id'
  | 'leadUnit'
  | 'leader'
  | 'list'
  | 'mark'
  | 'mediator'
  | 'notedOn'
  | 'notice'
  | 'notifiedOn'
  | 'number'
  | 'obligation'
  | 'officer'
  | 'on'
  | 'order'
  | 'organs'
  | 'parent'
  | 'party'
  | 'performedOn'
  | 'petition'
  | 'programme'
  | 'proposedBy'
  | 'receivedOn'
  | 'registeredBy'
  | 'reportDue'
  | 'responsibleUnit'
  | 'reviewUnit'
  | 'routedBy'
  | 'routedOn'
  | 'servedOn'
  | 'session'
  | 'source'
  | 'sponsor'
  | 'to'
  | 'unit';

type KeysOf<T> = T extends unknown ? Exclude<keyof T, CodeField> : never;
type FieldOf<T, K> = T extends unknown ? (K extends keyof T ? Exclude<T[K], undefined> : never) : never;
/** The rules that a value needs: one per text in it. `never` where there is none. */
type Rules<T> = [T] extends [never]
  ? never
  : string extends T
    ? Rule
    : [T] extends [readonly (infer E)[]]
      ? Rules<E>
      : [T] extends [object]
        ? Shape<T>
        : never;
type Fields<T> = {
  readonly [K in KeysOf<T> as [Rules<FieldOf<T, K>>] extends [never] ? never : K]: Rules<FieldOf<T, K>>;
};
type Shape<T> = keyof Fields<T> extends never ? never : Fields<T>;

type RecordedEvent =
  | PetitionEvent
  | SessionEvent
  | ProgrammeEvent
  | RotaEvent
  | GridEvent
  | NeedEvent
  | AssemblyEvent
  | WhistleEvent
  | CentreEvent
  | PlacementEvent
  | ListItemEvent
  | BookingEvent
  | BriefingEvent
  | ImportEvent
  | PostEvent
  | ReadEvent
  | HistoryExported;
type Table = {
  readonly [T in RecordedEvent['type']]: [Rules<Extract<RecordedEvent, { type: T }>['data']>] extends [never]
    ? 'nothing'
    : Rules<Extract<RecordedEvent, { type: T }>['data']>;
};

const person = { name: 'name', identityNumber: 'identity-number', phone: 'phone', address: 'address' } as const;
const petitioner = { person, representatives: person, organisation: 'name', contact: person } as const;
/** Why days are left out may be told by somebody in his own words. */
const deadlines = { exclusions: { reason: 'text' } } as const;
const reason = { reason: 'text' } as const;
const service = { witness: 'name', reason: 'text' } as const;
const registration = {
  petitioner,
  subject: 'text',
  requests: 'text',
  facts: 'text',
  reasons: 'text',
  place: 'text',
  // Ids of units and officers: who may see the petition is asked of facts as they are stored.
  accused: { units: 'open', officers: 'open' },
  heldBy: 'open',
} as const;

/** Where a grid lies is published. */
const gridVersion = {
  name: 'open',
  boundary: { description: 'open', codes: 'open' },
  validFrom: 'open',
  validTo: 'open',
} as const;
/** Leaders receive under their names. */
const receiver = { leaderName: 'open', post: 'open', portfolio: 'open' } as const;
const consent = { consent: { givenOn: 'open', how: 'text' } } as const;

const whistle = {
  kind: 'open',
  subject: 'text',
  situation: 'text',
  place: 'text',
  contact: 'open',
  calls: { ask: 'text' },
  outcomeDue: 'open',
  joint: { needs: 'open', resources: 'open' },
} as const;
/** Nobody excludes days of a department's limits in his own words, but their form would let him. */
const called = { limits: deadlines } as const;

const centre = { name: 'open', label: 'open', place: 'open', hours: 'open' } as const;

export const personalFields: Table = {
  GridDefined: { code: 'open', version: gridVersion },
  GridRedrawn: { version: gridVersion, ...reason },
  GridClosed: { validTo: 'open', ...reason },
  GridWorkerAppointed: 'nothing',
  GridAppointmentEnded: reason,
  NeedReported: {
    grid: { code: 'open', ...gridVersion },
    report: { need: 'text', location: 'text', reportedOn: 'open' },
  },
  NeedResolvedLocally: { how: 'text' },
  ServicesDecided: {
    decision: 'text',
    decidedOn: 'open',
    services: { household: 'text', what: 'text', until: 'open' },
  },
  ServicesRecorded: { day: 'open', missed: reason },
  ServicesMissed: { day: 'open' },
  MissedExplained: { day: 'open', account: 'text' },
  ServicesEnded: { lastDay: 'open', ...reason },
  NeedPromoted: consent,
  NeedErased: 'nothing',
  // What the village publishes is open; what is said is not, before the minutes are.
  AssemblyConvened: {
    announcement: { place: 'open', themes: 'open', presenters: { post: 'open', theme: 'open' }, message: 'open' },
  },
  AssemblyCancelled: { reason: 'open' },
  DisclosurePublished: { disclosure: { title: 'open', sha256: 'open', link: 'open', file: { uploadUntil: 'open' } } },
  // Said by the scan.
  DisclosureJudged: { detail: 'open', sha256: 'open', scanner: { engine: 'open', database: 'open' } },
  QuestionRecorded: { theme: 'open', question: 'text' },
  QuestionAnswered: { answer: 'text', post: 'open' },
  QuestionPromoted: consent,
  QuestionTextDecided: { text: 'text', answer: 'text' },
  MinutesPublished: { minutes: 'open' },
  AssemblyErased: 'nothing',

  PetitionRegistered: { registration, deadlines },
  PetitionImported: {
    registration,
    former: {
      ledger: 'open',
      finishedOn: 'open',
      handledBy: 'text',
      result: 'text',
      broughtBy: 'open',
      digest: 'open',
    },
  },
  RegistrationAmended: {
    changes: {
      subject: 'text',
      requests: 'text',
      facts: 'text',
      reasons: 'text',
      place: 'text',
      accused: { units: 'open', officers: 'open' },
      former: { finishedOn: 'open', handledBy: 'text', result: 'text' },
    },
    heldBy: 'open',
    deadlines,
    ...reason,
  },
  RepeatLinked: reason,
  RepeatUnlinked: reason,
  RecusalDeclared: { interest: 'text' },
  RecusalLifted: reason,
  // Who must withdraw, as the petitioner knows him.
  RecusalProposed: { whom: 'name', interest: 'text' },
  RecusalDecided: reason,
  RecusalDecisionMissed: 'nothing',
  EmergencyAccessUsed: { ...reason, role: 'open', until: 'open' },
  EmergencyAccessReviewed: { remark: 'text' },
  InstructionNoted: { instruction: 'text' },

  PetitionRouted: { deadlines },
  PetitionAccepted: { deadlines },
  PetitionDiverted: { procedure: 'text', organ: 'text', remedy: 'text' },
  RoutingObjected: reason,
  ObjectionDecided: reason,
  PetitionRedirected: { organ: 'text', ...reason },
  PetitionRetriaged: reason,
  DisputeReferred: { account: 'text', deadlines },
  DisputeDecided: { ...reason, deadlines },
  DesignationRequested: reason,
  PetitionMoved: reason,
  PetitionTransferred: reason,
  UrgentFlagged: { ...reason, deadlines },
  UrgentReported: { measures: 'text' },
  RefusalProposed: { ...reason, properPath: 'text', termination: 'text' },
  RefusalApproved: 'nothing',
  RefusalReturned: reason,
  NewFactsClaimed: { claim: 'text' },
  NewFactsJudged: reason,
  AccusationTakenOver: 'nothing',
  AccusationReturned: reason,

  AssignmentProposed: reason,
  AssignmentApproved: { note: 'text' },
  AssignmentReturned: reason,
  LegAcknowledged: 'nothing',
  LegReportedIn: 'nothing',
  LegOutcomeRecorded: { outcome: 'text' },

  MediationProposed: { parties: { name: 'name' } },
  ConsentRecorded: { statement: 'text' },
  MediationEnded: { ...reason, remediesOpen: 'open' },
  SessionMinuted: { place: 'text', present: 'name', minutes: 'text' },
  AgreementDrafted: { facts: 'text', responsibility: 'text', terms: 'text', obligations: { what: 'text' } },
  AgreementMarked: 'nothing',
  AgreementSigned: { deadlines },
  ObligationPerformed: { evidence: 'text' },
  ConfirmationRequested: { court: 'text' },

  OpinionDrafted: { answers: 'text', facts: 'text', reasons: 'text', legalBasis: 'text', newFacts: 'text' },
  OpinionApproved: 'nothing',
  OpinionReturned: reason,
  OpinionServed: { ...service, deadlines },
  NoticeServed: service,

  ReviewDeclined: 'nothing',
  PetitionRated: { comment: 'text' },
  ClosingRequested: { summary: 'text', report: 'text' },
  ReportSubmitted: { report: 'text' },
  PetitionConcluded: 'nothing',
  ClosingReturned: reason,
  DisputeResolved: { evidence: 'open', account: 'text' },
  SponsorProposed: { team: 'open', approver: 'open', ...reason },
  SponsorApproved: { team: 'open', note: 'text', deadlines },
  SponsorReturned: reason,
  SponsorResumed: { deadlines },
  SponsorshipDropped: 'nothing',
  ResolutionPlanned: { measures: { action: 'text' } },
  ProgressReported: { account: 'text', done: { shownBy: 'text' }, deadlines },
  ReturnVisitRecorded: { method: 'text', account: 'text' },
  ResolutionRequested: { account: 'text' },
  ResolutionSigned: { note: 'text' },
  ResolutionReturned: reason,
  BacklogDesignated: reason,
  BacklogLifted: reason,
  MatterEnrolled: reason,
  MatterTakenOut: reason,

  // What a programme is called and says is published; who serves in it is somebody's name.
  ProgrammeFounded: { name: 'open', appointmentKinds: 'open' },
  DocumentAttached: { title: 'open' },
  DocumentEnded: reason,
  BatchAdded: { name: 'open' },
  AppointedInProgramme: { kind: 'open', person: 'name' },
  ProgrammeAppointmentEnded: reason,
  PledgeRecorded: { person: 'name', text: 'text', signedOn: 'open' },
  ProgrammeEnded: reason,
  ProgrammeErased: 'nothing',
  PetitionReopened: { ...reason, deadlines },

  ReviewRequested: { grounds: 'text', representatives: 'name', deadlines },
  ReviewAdmitted: reason,
  ReviewDecided: { opinion: 'text', legalBasis: 'text' },
  ReviewServed: { ...service, deadlines },

  DeadlineWarned: 'nothing',
  DeadlineMissed: 'nothing',
  DeadlinesRecounted: 'nothing',
  ExtensionRequested: reason,
  ExtensionDecided: reason,
  // The ground is one of those that the place has configured.
  HandlingSuspended: { ground: 'open', ...reason },
  ForceMajeureRecorded: reason,

  // What was missed is said by the clock, in limits and days.
  SupervisionOpened: { ...reason, missed: 'open' },
  MeasureProposed: { text: 'text' },
  FeedbackGiven: { text: 'text' },
  SupervisionClosed: { finding: 'text' },
  QualityChecked: { finding: 'text' },

  HearingNotified: { place: 'text', subject: 'text', parties: 'name' },
  HearingHeld: { present: 'name', record: 'text', exclusion: { reason: 'text' } },
  HearingCancelled: reason,
  SupportRecorded: { account: 'text' },
  WithdrawalRequested: { ...reason, voluntariness: 'text' },
  WithdrawalConsented: reason,
  WithdrawalRefused: reason,
  WithdrawalRetracted: 'nothing',
  DeathRecorded: { evidence: 'text', deadlines },
  PetitionerSucceeded: { petitioner, evidence: 'text' },
  DecidedAfterDeath: reason,
  RepresentativesChanged: { representatives: person, authority: 'text' },
  ContactAttempted: { method: 'text', account: 'text' },
  PublishedByCode: 'nothing',
  PetitionSplit: { parts: { subject: 'text', facts: 'text' }, ...reason },
  ChildSettled: 'nothing',
  ChildReopened: 'nothing',

  // The hash of a file stays when the file goes: by it the record says what was there.
  EvidenceDeclared: { fileName: 'text', sha256: 'open', shows: 'text', uploadUntil: 'open' },
  EvidenceWithdrawn: reason,
  EvidenceHeld: 'nothing',
  // What the scan says is in words of the scan.
  EvidenceRejected: { detail: 'open' },
  EvidenceCleared: { sha256: 'open', scanner: { engine: 'open', database: 'open' } },

  // A reception day is published with its leader (Art. 18).
  SessionPublished: {
    content: { ...receiver, place: 'open', rooms: { topic: 'open', place: 'open', departments: 'open' } },
  },
  // That somebody stands in is published, why is not.
  LeaderReplaced: { ...receiver, reason: 'text' },
  ReceptionConfirmed: 'nothing',
  SessionRescheduled: { place: 'open', reason: 'open' },
  SessionCancelled: { reason: 'open' },
  AttendanceNoted: { remark: 'text', reason: 'text' },
  VisitPreRegistered: { visitor: 'name', address: 'address', purpose: 'text', representatives: 'name' },
  VisitMoved: 'nothing',
  VisitorCheckedIn: 'nothing',
  VisitorAbsent: 'nothing',
  VisitRecorded: { account: 'text', place: 'text', cause: 'text', representatives: 'name' },
  InstructionIssued: { instruction: 'text' },
  CommitmentProgressed: { account: 'text' },
  FollowUpRecorded: { result: 'text' },
  CommitmentConfirmed: 'nothing',
  CommitmentReturned: reason,
  CommitmentUrged: { text: 'text' },
  CommitmentWarned: 'nothing',
  CommitmentRecounted: 'nothing',
  CommitmentMissed: 'nothing',

  BookingMade: {
    request: { visitor: 'name', phone: 'phone', address: 'address', purpose: 'text', representatives: 'name' },
    // Of about 4,000 addresses, and as many numbers, one is like the other.
    marks: { caller: 'open', phone: 'open' },
    movedFrom: 'open',
  },
  BookingConfirmed: 'nothing',
  BookingDeclined: reason,
  BookingWithdrawn: 'nothing',
  BookingMoved: { as: 'open' },
  BookingsRescheduled: 'nothing',
  BookedVisitEnded: 'nothing',
  BookingErased: 'nothing',

  RotaDefined: 'nothing',
  LeaderEnrolled: receiver,
  LeaderReleased: reason,
  DutiesReminded: { leaders: 'open' },
  ReminderEnded: 'nothing',
  VisitErased: 'nothing',
  VisitMatterNamed: 'nothing',
  VisitWithheld: 'nothing',

  // What departments are told names nobody; a text all the same can, so it stands sealed. Kinds are configured codes.
  WhistleDrafted: { content: whistle },
  WhistleRedrafted: { content: whistle },
  WhistleApproved: { note: 'text', called },
  WhistleReturned: reason,
  WhistleCalledOff: reason,
  WhistleAcknowledged: 'nothing',
  CallerContacted: { account: 'text' },
  WhistleAttended: 'nothing',
  WhistleOutcomeRecorded: { account: 'text' },
  ResponseRated: { comment: 'text' },
  WhistleObjected: reason,
  WhistleObjectionWithdrawn: 'nothing',
  WhistleObjectionAnswered: { ...reason, replacement: called },
  WhistleDisputeReferred: reason,
  WhistleDisputeDecided: { ...reason, replacement: called },
  WhistleLimitMissed: 'nothing',
  // Said by the clock, in limits and days.
  WhistleSupervisionOpened: { missed: 'open' },
  WhistleFeedbackGiven: { text: 'text' },
  WhistleSupervisionClosed: { finding: 'text' },
  WhistleLimitsRecounted: 'nothing',
  WhistleErased: 'nothing',

  // A centre is published with its place and hours (Art. 18); who works there is named by officer.
  CentreRegistered: { content: centre },
  CentreAmended: { content: centre, ...reason },
  CentreClosed: { lastDay: 'open', ...reason },
  DeskOpened: { code: 'open', name: 'open' },
  DeskClosed: { code: 'open', lastDay: 'open', ...reason },
  StaffAssigned: { desk: 'open' },
  StaffAssignmentEnded: reason,
  MatterTakenIn: 'nothing',
  MatterTransferredDown: { ask: 'text' },
  MatterEscalated: reason,
  MatterRecalled: reason,
  MatterReported: { account: 'text' },
  MatterResolvedAtLevel: { how: 'text' },
  PlacementErased: 'nothing',

  // An organ's name and a unit: whom the paper is about does not stand here.
  BriefingGiven: { body: 'open', inspected: 'open' },
  BriefingOutcomeNoted: 'nothing',

  ListItemAdded: { subject: 'text', details: 'text' },
  ListItemClosed: { how: 'text' },
  ListItemErased: 'nothing',

  LegalHoldPlaced: { authority: 'text', ...reason },
  LegalHoldLifted: { authority: 'text', ...reason },
  ErasureProposed: reason,
  ErasureReturned: reason,
  PersonalDataErased: 'nothing',

  // The names of files and columns are whatever somebody typed.
  ImportDeclared: { table: { ledger: 'open', fileName: 'text', sha256: 'open' }, until: 'open' },
  ImportChecked: { keepUntil: 'open' },
  TableRefused: { columns: 'text', keepUntil: 'open' },
  ImportConfirmed: { role: 'open' },
  ImportCancelled: { ...reason, keepUntil: 'open' },
  ImportApplied: { keepUntil: 'open' },
  ImportExpired: { keepUntil: 'open' },
  ImportFileRemoved: 'nothing',
  PostTaken: { held: { name: 'name', post: 'open', portfolio: 'open' }, broughtBy: 'open', digest: 'open' },
  PostLeft: { broughtBy: 'open', digest: 'open' },

  HistoryExported: 'nothing',
  PersonalDataRead: { part: 'open', explanation: 'text' },
};

type RuntimeRules = string | { readonly [field: string]: RuntimeRules };
type Change = (kind: Kind, text: string, path: string) => unknown;

const change = (value: unknown, rules: RuntimeRules, path: string, each: Change): unknown => {
  if (rules === 'open' || rules === 'nothing' || value === undefined || value === null) return value;
  if (Array.isArray(value)) return value.map((item, index) => change(item, rules, `${path}/${String(index)}`, each));
  if (typeof rules === 'string') return typeof value === 'string' ? each(rules as Kind, value, path) : value;
  if (typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => {
      const inside = Object.hasOwn(rules, field) ? rules[field] : undefined;
      return [field, inside === undefined ? inner : change(inner, inside, `${path}/${field}`, each)];
    }),
  );
};

/**
 * The data of a fact with every personal text in it changed; everything else stays as it is.
 * @param each gets what kind of text it is, the text, and its place as a pointer (RFC 6901) into the data.
 * @throws Error for a type that has no entry: nothing is stored of which nobody has said what in it is personal.
 */
export const changePersonal = <D extends object>(type: string, data: D, each: Change): D => {
  const rules = Object.hasOwn(personalFields, type) ? personalFields[type as keyof Table] : undefined;
  if (rules === undefined) throw new Error(`Nobody has said what is personal in the fact ${type}.`);
  return change(data, rules as RuntimeRules, '', each) as D;
};

/** Whether any personal text stands in a fact. @throws Error for a type without an entry */
export const hasPersonal = (type: string, data: object): boolean => {
  let found = false;
  changePersonal(type, data, (_, text) => {
    found = true;
    return text;
  });
  return found;
};
