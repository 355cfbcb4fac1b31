/** What the rules need from outside. Adapters implement these; handlers receive them. */

import type { Configuration } from './configuration.ts';
import type { Unit } from './organisation/unit.ts';
import type { RejectionReason, Scanner } from './petition/evidence.ts';
import type { EvidenceType } from './petition/evidence-types.ts';
import type { Signal, StepDecision, TaskDecision } from './workflow/signals.ts';

/**
 * What has a stream of facts: a petition (信访事项), a reception session (接访日), a grid (网格), a need that a grid worker
 * reported (网格上报), a village information assembly (村民知情大会), a whistle that calls departments in (吹哨报到), a centre (综治中心), at
 * which of them a petition is worked on, an item of the lists of joint handling (三单联办), a campaign or mechanism
 * (专项行动、工作机制), an import (导入), somebody in a post (任职), a rota of receiving leaders (接访轮值), what the public has booked for a
 * reception day (接访预约), what an inspection body was told (向巡视巡察机构提供情况), the keeping (保管) of what is no petition, and who has read personal data of one.
 */
export const streamKinds = [
  'petition',
  'session',
  'grid',
  'need',
  'assembly',
  'whistle',
  'centre',
  'placement',
  'list-item',
  'programme',
  'import',
  'post',
  'rota',
  'booking',
  'briefing',
  'keeping',
  'reads',
] as const;
export type StreamKind = (typeof streamKinds)[number];

/** Names one stream, e.g. `{ kind: 'petition', id: '622901007-20261124-7K3QXA' }`. */
export interface StreamRef {
  readonly kind: StreamKind;
  readonly id: string;
}

/** Who acted, as verified from the token; `system` and `petitioner` act without an officer's token. */
export interface EventActor {
  readonly id: string;
  readonly unit: string;
  readonly role: string;
}

/** A fact as the rules state it, before it is chained and stored. */
export interface NewEvent {
  readonly type: string;
  /** RFC 3339 instant, UTC. */
  readonly at: string;
  readonly actor: EventActor;
  readonly data: object;
}

/** A fact as the record holds it. `hash` covers every other field, `previousHash` included. */
export interface StoredEvent extends NewEvent {
  /** `P#<id>`, `S#<id>` or `R#<id>`. */
  readonly stream: string;
  /** 1, 2, 3 … without a gap. The stream's version is the seq of its last event. */
  readonly seq: number;
  readonly previousHash: string;
  readonly hash: string;
}

/** What a stream looks like without its events: for lists, lookups and reconciliation. */
export interface HeadView {
  /** Folded summary as the rules name it; replaying the events must give an equal value. */
  readonly summary: object;
  /**
   * What it is about, for lists. On worklists nothing of a person or in anybody's words; of a post its holder's name, so it stands
   * sealed and is no part of the summary.
   */
  readonly title?: string;
  /** Stage rounds that are open, e.g. `['intake#1']`; empty when nothing runs. */
  readonly openStages: readonly string[];
  /** The legal day on which the sweep must look at this stream again; absent when no duty runs. */
  readonly timer?: string;
  /** The list of a unit in which it stands, and the legal day by which it is ordered there; a petition while it is unresolved. */
  readonly listed?: { readonly unit: string; readonly day: string };
}

/** What one command writes to one stream. */
export interface StreamWrite {
  readonly stream: StreamRef;
  /** Version that was read; 0 for a new stream. */
  readonly expectedVersion: number;
  readonly events: readonly NewEvent[];
  readonly head: HeadView;
  readonly signals: readonly Signal[];
  readonly decisions: readonly (StepDecision | TaskDecision)[];
  /** Tasks that wait from now on. */
  readonly opened?: readonly WorkItem[];
  /** Steps and tasks that wait on, but until another day or hidden from others (an extension, a recusal). */
  readonly changed?: readonly {
    readonly step: string;
    readonly due: string;
    readonly excluded: readonly string[];
    /** For what moves to another unit. */
    readonly audience?: string;
  }[];
  /**
   * Destroys the stream's key, its title and its look-up entries but those of this write: nothing personal opens after it. Of very
   * many entries only the first go in this transaction; `takeAwayLookups` takes the rest.
   */
  readonly erases?: true;
  /** Visits or bookings of a reception day whose own keys are destroyed with this write. */
  readonly erasesParts?: readonly number[];
  /** Keyed hashes under which this stream can be found from now on, or what names nobody. */
  readonly lookups?: readonly string[];
}

/** The first answer to an idempotent request, kept so that a repeat gets the same. */
export interface Answer {
  /** Digest of the request. A body is easily guessed, so it is stored under the key of the stream that it was sent for. */
  readonly fingerprint: string;
  readonly status: number;
  readonly body: object;
}

/** One write that must happen at most once. */
export interface IdempotentWrite {
  /** Scope (actor) and key together. */
  readonly key: string;
  readonly answer: Answer;
}

/** A loaded stream. `version` 0 and no events: there is none. */
export interface LoadedStream {
  readonly version: number;
  readonly events: readonly StoredEvent[];
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; absent on the last page. */
  readonly cursor?: string;
}

/** A person's or unit's waiting step. */
export interface WorkItem {
  readonly stream: StreamRef;
  readonly stage: string;
  readonly round: number;
  readonly step: string;
  readonly leg?: string;
  /** Worklist key, e.g. `leader@622901007`. */
  readonly audience: string;
  /** Last legal day in time, or `noDue` (domain/workflow/steps.ts), which sorts last. */
  readonly due: string;
  /** Persons who must not see it. */
  readonly excluded: readonly string[];
}

/**
 * The record. All reads are consistent unless said otherwise.
 *
 * Personal data stands sealed in it. The rules read facts opened (`load`); whoever hashes, exports or verifies reads them
 * as they are stored (`stored`, `history`) and opens what is to be shown (`opened`).
 */
export interface RecordStore {
  /** Opened, for the rules. */
  load(stream: StreamRef): Promise<LoadedStream>;
  /** As stored: what the hashes cover. */
  stored(stream: StreamRef): Promise<LoadedStream>;
  /** The same facts with what was sealed in them opened; of any streams, in the order given. */
  opened(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]>;
  /** Exactly one transaction. @throws StaleVersion, DuplicateRequest, Unavailable (domain/errors.ts). */
  commit(writes: readonly StreamWrite[], idempotency?: IdempotentWrite): Promise<void>;
  /**
   * The first answer under an idempotency key, and whether it was to the very request of this fingerprint. None when the
   * personal data of what was written was erased since: whether it is a repeat can then not be said.
   */
  answerTo(
    key: string,
    fingerprint: string,
  ): Promise<(Omit<Answer, 'fingerprint'> & { readonly same: boolean }) | undefined>;
  /** Removes what is left of the look-up entries of a stream whose key was destroyed. Can be repeated; answers how many went. */
  takeAwayLookups(stream: StreamRef): Promise<number>;
  /** Oldest fact first, as stored. */
  history(stream: StreamRef, limit: number, cursor?: string): Promise<Page<StoredEvent>>;
  /** Stored head, to compare with a replay. */
  head(stream: StreamRef): Promise<(Omit<HeadView, 'title'> & { version: number; hash: string }) | undefined>;
  /** What streams are about, by `kind/id`. Eventually consistent. */
  titles(streams: readonly StreamRef[]): Promise<ReadonlyMap<string, string>>;
  /** Streams filed under a keyed hash. Eventually consistent. */
  findByLookup(lookup: string): Promise<readonly StreamRef[]>;
  /** What is listed of a kind under a unit, from a day on or in a period, earliest first. Eventually consistent. */
  listed(
    kind: StreamKind,
    unit: string,
    days: string | { readonly from: string; readonly until: string },
    limit: number,
    cursor?: string,
  ): Promise<Page<{ stream: StreamRef; summary: object }>>;
}

/** Streams as they are stored, by key and whatever state they are in: for those who prove them. Consistent. */
export interface StreamFacts {
  /** Oldest first; a gap is left for the verifier to see. */
  factsOf(key: string): Promise<readonly StoredEvent[]>;
  headOf(key: string): Promise<{ readonly version: number; readonly hash: string } | undefined>;
}

/** What an auditor asks of a period. */
export interface ActQuery {
  readonly units: readonly string[];
  /** Legal days, both included. */
  readonly from: string;
  readonly to: string;
  readonly officer?: string;
  readonly types?: readonly string[];
  readonly kinds?: readonly StreamKind[];
}

/** That somebody did something, without what. */
export interface Act {
  readonly stream: StreamRef;
  /** Key of the stream, as facts carry it. */
  readonly key: string;
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly actor: EventActor;
}

/** What units did. Eventually consistent: a fact shows here a moment after it was recorded. */
export interface ActStore {
  /**
   * Day by day, in each day unit by unit, oldest first. One call does bounded work: a page may be short, even empty, and
   * still have a cursor, which then stands between two days of a unit and names no stream.
   */
  acts(query: ActQuery, limit: number, cursor?: string): Promise<Page<Act>>;
  /** The facts themselves, as stored, in the order given. */
  facts(acts: readonly Act[]): Promise<readonly StoredEvent[]>;
}

/** Waiting steps with their task tokens. */
export interface WorkItemStore {
  /** Opens a step for its audience and keeps the token; returns the recorded outcome if the step is decided already. */
  open(item: WorkItem, token: string): Promise<StepDecision | undefined>;
  /** The token and decision of a step, for whoever completes it. */
  find(
    stream: StreamRef,
    stepKey: string,
  ): Promise<{ token?: string; decision?: StepDecision; signalled: boolean } | undefined>;
  /** Notes that the workflow has been told. */
  markSignalled(stream: StreamRef, stepKey: string): Promise<void>;
  /** All step keys of a stream. */
  all(
    stream: StreamRef,
  ): Promise<readonly { stepKey: string; token?: string; decision?: StepDecision; signalled: boolean }[]>;
  /** Oldest due first. Eventually consistent. */
  worklist(audience: string, limit: number, cursor?: string): Promise<Page<WorkItem>>;
}

/** Streams with open stages, for reconciliation. Eventually consistent, in no order. */
export interface OpenStageStore {
  openStages(limit: number, cursor?: string): Promise<Page<{ stream: StreamRef; openStages: readonly string[] }>>;
}

/** Streams whose timers are due, for the sweep. Eventually consistent, in no order. */
export interface TimerStore {
  /** @param until legal day */
  dueTimers(until: string, limit: number, cursor?: string): Promise<Page<{ stream: StreamRef; timer: string }>>;
}

/** Remembers with which calendar the running limits were counted last. */
export interface SweepStateStore {
  calendar(): Promise<string | undefined>;
  recounted(calendar: string): Promise<void>;
}

/** The workflow engine. */
export interface Workflow {
  /** Starts a stage; a repeat of the same name is harmless. `false` if that name was used by an execution that ended. */
  start(name: string, stage: string, input: object): Promise<boolean>;
  /** Tells a waiting step its outcome. `gone`: the token is dead. */
  complete(token: string, output: object): Promise<'done' | 'gone'>;
  /** Names of all running executions of a stage machine. */
  running(stage: string): Promise<readonly string[]>;
  /** Failed or timed-out executions of a stage machine, newest first. */
  failed(stage: string): Promise<readonly { name: string; stoppedAt: string; error?: string }[]>;
  stop(name: string, stage: string, reason: string): Promise<void>;
}

export interface Clock {
  /** RFC 3339 instant, UTC, with milliseconds. */
  now(): string;
}

export interface Identifiers {
  /** `<division code>-<yyyymmdd in Asia/Shanghai>-<6 random characters without 0/O/1/I/L/U>`. */
  petitionNumber(unit: string, at: string): string;
  sessionId(unit: string, at: string): string;
}

/** Keyed hashes under a key that the functions never see (personal data is looked up, never listed). */
export interface LookupHasher {
  /** Hex HMAC-SHA-256 over `kind` and the normalised value. `name-address`: name and address in two lines. */
  hash(
    kind: 'identity-number' | 'phone' | 'name-address' | 'query-code' | 'import-row' | 'report' | 'caller',
    value: string,
  ): Promise<string>;
}

/** A file in quarantine, fetched to be looked at. */
export interface QuarantinedFile {
  /** On this function's disk, until `discard`. */
  readonly path: string;
  readonly size: number;
  /** Hex, of what was fetched. */
  readonly sha256: string;
  /** Names exactly this content, so that nothing else is released. */
  readonly etag: string;
  discard(): Promise<void>;
}

/** Files of evidence, by key: in quarantine until scanned, then where nothing is written over. */
export interface EvidenceFiles {
  /** What lies in quarantine since before an instant (RFC 3339). */
  waiting(before: string, cursor?: string): Promise<Page<string>>;
  /** Undefined when it is not there any more. @throws Unavailable */
  fetch(key: string): Promise<QuarantinedFile | undefined>;
  /** Copies it out of quarantine, once. */
  release(key: string, file: Pick<QuarantinedFile, 'etag' | 'sha256'>): Promise<void>;
  /** Removes it from quarantine. */
  remove(key: string): Promise<void>;
  /**
   * Erases every version of every file below this, a petition's number or what `disclosuresOf` an assembly says, wherever it lies:
   * the record outlives them with their hashes. Can be repeated. Answers how many versions went.
   */
  erase(below: string): Promise<number>;
}

/** Petitions and assemblies that were erased and of which something may still be there: they wait from the erasure's own transaction on. */
export interface PendingErasures {
  waiting(limit: number, cursor?: string): Promise<Page<StreamRef>>;
  /** Nothing of it can come any more. */
  done(stream: StreamRef): Promise<void>;
}

/** Looks into files for malware. */
export interface MalwareScanner {
  /** The name of what was found. @throws Unavailable when it cannot say */
  scan(path: string): Promise<{ readonly found?: string; readonly scanner: Scanner }>;
}

/** What a file is, by its content: accepted as what it was declared, or why not. */
export type FileInspector = (
  path: string,
  declared: EvidenceType,
) => Promise<{ readonly reason: RejectionReason; readonly detail?: string } | undefined>;

/** What a browser sends, as multipart/form-data with the file as its last field, to upload exactly one file. */
export interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Signs what a browser sends to the store of files itself. Sizes in bytes, hashes in hex, instants RFC 3339. */
export interface EvidenceTransfers {
  upload(
    file: { readonly key: string; readonly contentType: string; readonly size: number; readonly sha256: string },
    time: { readonly now: string; readonly expiresAt: string },
  ): Promise<UploadForm>;
  download(
    file: { readonly key: string; readonly name: string },
    time: { readonly now: string; readonly seconds: number },
  ): Promise<string>;
}

/** Reference data: units and the content classification, loaded as data and cached for minutes. */
export interface ReferenceData {
  units(): Promise<readonly Unit[]>;
  categories(): Promise<readonly Category[]>;
  /** What this place has set over our defaults. */
  settings(): Promise<Settings>;
}

/** The organisation tree as it stood on a day. */
export interface UnitHistory {
  /**
   * Versions of units have the day from which they hold; one that was loaded without a day holds from the beginning, and is
   * known as it was loaded last. @param day legal day
   */
  unitsOn(day: string): Promise<{
    readonly units: readonly Unit[];
    /** Of how many of them no version of that day is known. */
    readonly withoutDay: number;
  }>;
}

/** What a place sets for itself: days over the library's calendar, and configuration where the law leaves it open. */
export interface Settings {
  readonly calendarDays: readonly CalendarDay[];
  /** Absent fields keep our defaults. */
  readonly configuration: Partial<Configuration>;
}

/** One day of a calendar notice, as somebody loaded it. */
export interface CalendarDay {
  /** Legal day. */
  readonly day: string;
  readonly working: boolean;
  readonly name: string;
  /** The notice that says so. */
  readonly source: string;
}

/** Content classification (内容分类): level one and two. */
export interface Category {
  readonly code: string;
  readonly name: string;
  readonly parent?: string;
}

/** Failed attempts at one petition's query code, in a window that began with the first of them. */
export interface FailedAttempts {
  readonly count: number;
  /** Marks of those who failed, as whoever counts makes them: never an address. */
  readonly callers: readonly string[];
  /** Epoch seconds. */
  readonly windowEnds: number;
}

/** Counts failed attempts at query codes, by petition number, whether there is such a petition or not. */
export interface AttemptStore {
  /** Those of the window that runs now. @param now epoch seconds */
  failed(number: string, now: number): Promise<FailedAttempts | undefined>;
  /** Counts one more; answers how many there are. @param windowEnds of a window that begins with this one */
  fail(number: string, caller: string, now: number, windowEnds: number): Promise<number>;
}
