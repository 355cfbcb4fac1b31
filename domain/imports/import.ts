import { Refusal } from '../errors.ts';
import { knownUnit } from '../petition/guards.ts';
import type { Context, Issued } from '../petition/state.ts';
import type { PlainStream } from '../plain-stream.ts';
import type { Task } from '../workflow/tasks.ts';
import type { TableFault } from './columns.ts';
import type { ImportKind } from './templates.ts';

/** What can be uploaded. */
export const tableTypes = ['text/csv', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'] as const;
export type TableType = (typeof tableTypes)[number];

/** A file as it was declared, before anybody saw it. */
export interface DeclaredTable {
  readonly kind: ImportKind;
  /** Whose data it is: the office that kept the ledger, or the unit in whose area units and posts lie. */
  readonly unit: string;
  /** Name of the ledger; with its unit and a row's number it is what a matter is known by. */
  readonly ledger?: string;
  readonly fileName: string;
  readonly mediaType: TableType;
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/** What a dry run found, in rows. `rows` is the sum of the others. */
export interface CheckCounts {
  readonly rows: number;
  readonly good: number;
  /** Of the good ones those that the record has already, word for word. */
  readonly present: number;
  readonly bad: number;
}

/** What was done, in rows. `rows` is the sum of the others. */
export interface ApplyCounts {
  readonly rows: number;
  readonly applied: number;
  readonly present: number;
  /** Left out: bad in the dry run, or since. */
  readonly bad: number;
}

/** Which rows are written: all, which asks that none is bad, or the good ones. */
export type ConfirmedRows = 'all' | 'good-only';

export type ImportCommand = Issued &
  (
    | ({ readonly type: 'DeclareImport'; readonly id: string } & DeclaredTable)
    | { readonly type: 'NoteCheck'; readonly counts: CheckCounts }
    | { readonly type: 'RefuseTable'; readonly fault: TableFault; readonly columns: readonly string[] }
    | { readonly type: 'ConfirmImport'; readonly rows: ConfirmedRows }
    | { readonly type: 'CancelImport'; readonly reason: string }
    | { readonly type: 'NoteApplied'; readonly counts: ApplyCounts }
    | { readonly type: 'ExpireImport' }
    | { readonly type: 'NoteFileRemoved' }
  );

/** Commands that only the run gives. */
export type RunsOwn = 'NoteCheck' | 'RefuseTable' | 'NoteApplied' | 'ExpireImport' | 'NoteFileRemoved';

export type ImportEvent =
  | {
      readonly type: 'ImportDeclared';
      readonly data: {
        readonly id: string;
        readonly table: DeclaredTable;
        readonly by: string;
        readonly unit: string;
        readonly until: string;
      };
    }
  | { readonly type: 'ImportChecked'; readonly data: { readonly counts: CheckCounts; readonly keepUntil: string } }
  | {
      readonly type: 'TableRefused';
      readonly data: { readonly fault: TableFault; readonly columns: readonly string[]; readonly keepUntil: string };
    }
  | {
      readonly type: 'ImportConfirmed';
      readonly data: {
        readonly rows: ConfirmedRows;
        readonly by: string;
        readonly role: string;
        readonly unit: string;
      };
    }
  | { readonly type: 'ImportCancelled'; readonly data: { readonly reason: string; readonly keepUntil: string } }
  | { readonly type: 'ImportApplied'; readonly data: { readonly counts: ApplyCounts; readonly keepUntil: string } }
  | { readonly type: 'ImportExpired'; readonly data: { readonly keepUntil: string } }
  | { readonly type: 'ImportFileRemoved'; readonly data: Readonly<Record<string, never>> };

export type ImportState =
  | 'none'
  | 'declared'
  | 'checked'
  | 'refused'
  | 'confirmed'
  | 'cancelled'
  | 'applied'
  | 'expired';

/** An import (导入): a file that was declared, looked through, decided on by a second person, and written row by row. */
export interface Import {
  readonly id: string;
  readonly version: number;
  readonly state: ImportState;
  readonly table?: DeclaredTable;
  readonly declaredBy?: string;
  /** The unit of whoever brought it, whose administrators decide. */
  readonly office?: string;
  /** Until when the file can be uploaded (instant), and when what is left of it goes. */
  readonly until: string;
  readonly check?: CheckCounts;
  readonly fault?: { readonly fault: TableFault; readonly columns: readonly string[] };
  readonly confirmed?: {
    readonly rows: ConfirmedRows;
    readonly by: string;
    readonly role: string;
    readonly unit: string;
  };
  readonly result?: ApplyCounts;
  /** The uploaded file is gone. */
  readonly removed?: true;
}

export const initialImport: Import = { id: '', version: 0, state: 'none', until: '' };

const later = (at: string, milliseconds: number): string => new Date(Date.parse(at) + milliseconds).toISOString();

/** Whole trees and calendars belong to the place as a whole. */
const ofTheWhole: readonly ImportKind[] = ['categories', 'calendar'];

const declared = (
  command: Extract<ImportCommand, { type: 'DeclareImport' }>,
  { units, configuration: { imports } }: Context,
): readonly ImportEvent[] => {
  const { id, kind, unit, ledger, fileName, mediaType, size, sha256, by, at } = command;
  knownUnit(units, unit, '/unit');
  if (size > imports.maximumBytes) {
    throw new Refusal('rule-violated', `A file has at most ${String(imports.maximumBytes)} bytes.`, {
      pointer: '/size',
    });
  }
  if ((kind === 'ledger') !== (ledger !== undefined)) {
    throw new Refusal('rule-violated', 'A ledger has a name, nothing else has.', { pointer: '/ledger' });
  }
  if (ofTheWhole.includes(kind) && units.get(unit)?.parent !== undefined) {
    throw new Refusal('rule-violated', 'Calendar and classification are those of the highest unit.', {
      pointer: '/unit',
    });
  }
  const table = { kind, unit, ...(ledger === undefined ? {} : { ledger }), fileName, mediaType, size, sha256 };
  const until = later(at, imports.uploadMinutes * 60_000);
  return [{ type: 'ImportDeclared', data: { id, table, by: by.id, unit: by.unit, until } }];
};

/** @throws Refusal */
export const decideImport = (command: ImportCommand, state: Import, context: Context): readonly ImportEvent[] => {
  if (command.type === 'DeclareImport') {
    if (state.state !== 'none') throw new Refusal('already-decided', 'There is an import of this number already.');
    return declared(command, context);
  }
  const keepUntil = later(command.at, context.configuration.imports.keepDays * 86_400_000);
  const requireState = (...states: readonly ImportState[]): void => {
    if (!states.includes(state.state)) throw new Refusal('not-the-step', `The import is ${state.state}.`);
  };
  switch (command.type) {
    case 'NoteCheck':
      requireState('declared');
      return [{ type: 'ImportChecked', data: { counts: command.counts, keepUntil } }];
    case 'RefuseTable':
      requireState('declared', 'confirmed');
      return [{ type: 'TableRefused', data: { fault: command.fault, columns: command.columns, keepUntil } }];
    case 'ConfirmImport': {
      requireState('checked');
      // Units decide who sees what, a ledger is about people: nobody brings either in alone.
      if (command.by.id === state.declaredBy) {
        throw new Refusal('own-proposal', 'Whoever brought the file does not decide that it is written.');
      }
      const { good = 0, bad = 0 } = state.check ?? {};
      if (good === 0) throw new Refusal('rule-violated', 'There is no row that could be written.');
      if (command.rows === 'all' && bad > 0) {
        throw new Refusal(
          'rule-violated',
          `${String(bad)} rows have errors; decide whether the good ones are written.`,
          {
            pointer: '/rows',
          },
        );
      }
      const { id, role, unit } = command.by;
      return [{ type: 'ImportConfirmed', data: { rows: command.rows, by: id, role, unit } }];
    }
    case 'CancelImport':
      // What is being written cannot be taken back by half.
      requireState('declared', 'checked');
      return [{ type: 'ImportCancelled', data: { reason: command.reason, keepUntil: command.at } }];
    case 'NoteApplied':
      requireState('confirmed');
      return [{ type: 'ImportApplied', data: { counts: command.counts, keepUntil } }];
    case 'ExpireImport':
      requireState('declared', 'checked');
      return [{ type: 'ImportExpired', data: { keepUntil: command.at } }];
    case 'NoteFileRemoved':
      requireState('refused', 'cancelled', 'applied', 'expired');
      return state.removed ? [] : [{ type: 'ImportFileRemoved', data: {} }];
  }
};

const apply = (state: Import, event: ImportEvent): Import => {
  switch (event.type) {
    case 'ImportDeclared': {
      const { id, table, by, unit, until } = event.data;
      return { ...state, id, state: 'declared', table, declaredBy: by, office: unit, until };
    }
    case 'ImportChecked':
      return { ...state, state: 'checked', check: event.data.counts, until: event.data.keepUntil };
    case 'TableRefused': {
      const { keepUntil, ...fault } = event.data;
      return { ...state, state: 'refused', fault, until: keepUntil };
    }
    case 'ImportConfirmed':
      return { ...state, state: 'confirmed', confirmed: event.data };
    case 'ImportCancelled':
      return { ...state, state: 'cancelled', until: event.data.keepUntil };
    case 'ImportApplied':
      return { ...state, state: 'applied', result: event.data.counts, until: event.data.keepUntil };
    case 'ImportExpired':
      return { ...state, state: 'expired', until: event.data.keepUntil };
    case 'ImportFileRemoved':
      return { ...state, removed: true };
  }
};

/** For what an import waits in this state, in the words of its answers; undefined once nothing more comes. */
export const waitingFor = (
  state: Import['state'],
):
  | { readonly what: 'check' | 'confirmation' | 'rows'; readonly messageZh: string; readonly message: string }
  | undefined => {
  switch (state) {
    case 'declared':
      return {
        what: 'check',
        messageZh: '等待上传文件和检查：文件上传后一分钟内开始检查，检查完毕前没有错误清单。',
        message:
          'Waits for the file and its check, which begins within a minute of the upload. Before it is done no errors are listed.',
      };
    case 'checked':
      return {
        what: 'confirmation',
        messageZh: '已检查，等待另一名管理员确认。',
        message: 'Looked through; waits for another administrator to confirm it.',
      };
    case 'confirmed':
      return {
        what: 'rows',
        messageZh: '已确认，正在逐行写入；一分钟内开始。',
        message: 'Confirmed; its rows are being written, which begins within a minute.',
      };
    default:
      return undefined;
  }
};

/** Who takes up what the machine has to do with imports: the run, from its worklist. */
export const runAudience = 'import-run';

const tasks = ({ state, until, removed, declaredBy, office = '', check }: Import): readonly Task[] => {
  if (state === 'none' || removed) return [];
  const task = (step: string, audience: string, due: string, excluded: readonly string[] = []): Task => ({
    stage: 'task',
    round: 1,
    step,
    audience,
    due,
    excluded,
  });
  // One thing waits for the run as long as anything is left to do; what it is, the state says.
  const waiting = [task('run-import', runAudience, until)];
  if (state === 'checked' && (check?.good ?? 0) > 0) {
    waiting.push(
      task('confirm-import', `administrator@${office}`, until, declaredBy === undefined ? [] : [declaredBy]),
    );
  }
  return waiting;
};

export const importStream: PlainStream<Import, ImportCommand, ImportEvent> = {
  kind: 'import',
  initial: initialImport,
  decide: decideImport,
  evolve: (state, event) => ({ ...apply(state, event), version: state.version + 1 }),
  head: ({ id, state, table, declaredBy, confirmed, check, result, until }) => ({
    summary: {
      import: id,
      state,
      kind: table?.kind,
      unit: table?.unit,
      ledger: table?.ledger,
      declaredBy,
      confirmedBy: confirmed?.by,
      check,
      result,
      until,
    },
    ...(table === undefined
      ? {}
      : {
          title: `导入 ${table.ledger ?? table.kind}`,
          listed: { unit: table.unit, day: id.split('-').at(-2) ?? '' },
        }),
  }),
  tasks,
  unitOf: ({ table }) => table?.unit,
};
