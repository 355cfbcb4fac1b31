import type { Page, QuarantinedFile, StreamRef } from '../ports.ts';
import type { CellError } from './cells.ts';
import type { ReferenceKind, ReferenceRow } from './reference.ts';

/** How far a run has come: rows of data that are done, and what became of them. */
export interface Progress {
  readonly phase: 'check' | 'apply';
  readonly rows: number;
  readonly good: number;
  readonly present: number;
  readonly bad: number;
  /** Rows in all, once the dry run has counted them. */
  readonly of?: number;
  /** Instant. */
  readonly at: string;
}

/** What is wrong with a row, at its line in the file. */
export interface LineError extends CellError {
  readonly line: number;
}

/** What is kept of an import beside its facts, for as long as its file. */
export interface ImportStore {
  progress(id: string): Promise<Progress | undefined>;
  /** Lets one run work on an import until an instant. False while another does. */
  take(id: string, run: string, now: string, until: string): Promise<boolean>;
  /** Keeps how far it has come, and the import in hand. False when another run has it by now. */
  save(id: string, run: string, progress: Progress, until: string): Promise<boolean>;
  /** Lets go of it. */
  leave(id: string, run: string): Promise<void>;
  /** Keeps errors; the same again changes nothing. @param expiresAt epoch seconds */
  addErrors(id: string, errors: readonly LineError[], expiresAt: number): Promise<void>;
  /** In the order of the lines. */
  errors(id: string, limit: number, cursor?: string): Promise<Page<LineError>>;
  /** What the heads of streams say of where they came from, by `kind/id`; nothing for those that are not there. */
  brought(streams: readonly StreamRef[]): Promise<ReadonlyMap<string, Brought>>;
}

/** What a stream that an import made says of its row. */
export interface Brought {
  readonly broughtBy?: string;
  readonly digest?: string;
}

/** Uploaded tables, by the number of their import. */
export interface TableFiles {
  /** On this function's disk, until it is discarded; undefined where nothing was uploaded. @throws Unavailable */
  fetch(id: string): Promise<QuarantinedFile | undefined>;
  remove(id: string): Promise<void>;
}

/** Versions of reference data: added, never written over. */
export interface ReferenceVersions {
  /** Every version, by id, the earliest first. */
  versions(kind: ReferenceKind): Promise<ReadonlyMap<string, readonly StoredVersion[]>>;
  /** Whether two versions say the same. */
  same(one: object, other: object): boolean;
  add(kind: ReferenceKind, row: ReferenceRow): Promise<'added' | 'present' | 'differs'>;
}

export interface StoredVersion {
  /** Absent: from the beginning. */
  readonly validFrom?: string;
  readonly value: object;
}
