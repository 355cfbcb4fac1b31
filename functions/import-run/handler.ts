import { randomUUID } from 'node:crypto';
import type { Context as LambdaContext } from 'aws-lambda';
import { legalDay } from '../../domain/calendar/calendar.ts';
import { Refusal } from '../../domain/errors.ts';
import { type TableFault, UnusableTable } from '../../domain/imports/columns.ts';
import {
  type Import,
  type ImportCommand,
  type ImportEvent,
  importStream,
  runAudience,
} from '../../domain/imports/import.ts';
import type { ImportStore, Progress, ReferenceVersions, TableFiles } from '../../domain/imports/store.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type {
  Clock,
  EventActor,
  LookupHasher,
  QuarantinedFile,
  RecordStore,
  ReferenceData,
  WorkItemStore,
} from '../../domain/ports.ts';
import { logged, triggered } from '../shared/log.ts';
import { patiently } from '../shared/pipeline.ts';
import type { ExplainedContext } from '../shared/rules-context.ts';
import { plainWrite } from '../shared/stream-writes.ts';
import { type Bringing, bringMatters, bringPosts, type Setting } from './bringing.ts';
import { rowDigest } from './digest.ts';
import { referenceColumns, workReferences } from './references.ts';
import { inBatches, readTable, type TableReader } from './rows.ts';
import { createStreamRows, errorsOf, type Fate } from './streams.ts';

export interface Dependencies {
  readonly records: RecordStore;
  readonly workItems: Pick<WorkItemStore, 'worklist'>;
  readonly store: ImportStore;
  readonly files: TableFiles;
  readonly versions: ReferenceVersions;
  readonly reference: ReferenceData;
  readonly context: () => Promise<ExplainedContext>;
  readonly hasher: LookupHasher;
  readonly openTable: TableReader;
  readonly clock: Clock;
}

/** Notes what nobody decides: what was found in a file, what was written, that a file went. */
export const runActor: EventActor = { id: 'import-run', unit: '', role: 'system' };

/** What one run did. */
export interface Ran {
  checked: number;
  applied: number;
  /** Cut by the time that a function has; the next run goes on. */
  unfinished: number;
  refused: number;
  expired: number;
  removed: number;
  failed: number;
}

/** Rows that are looked up and written together; after each of them progress is kept. */
const batchSize = 100;
/** How long a run that says nothing keeps an import: then it has died, and another goes on. */
const heldMilliseconds = 120_000;
/** Of the time that a function has, what is left for ending in order. */
const reserveMilliseconds = 20_000;
/** Reading over what is done already must not look like silence. */
const signEveryMilliseconds = 15_000;

const later = (at: string, milliseconds: number): string => new Date(Date.parse(at) + milliseconds).toISOString();

/**
 * Schedule, every minute: takes up what the worklist of imports has. Every step can be cut anywhere and is repeated: what was
 * written is known by its own number, and how far a file has been read stands beside it.
 */
export const createHandler = (dependencies: Dependencies) => {
  const { records, workItems, store, files, versions, reference, hasher, openTable, clock } = dependencies;
  const digest = rowDigest(hasher);

  const loadImport = async (id: string): Promise<Import> => {
    const { events } = await records.load({ kind: 'import', id });
    return foldPlain<Import, ImportEvent>(importStream, events);
  };

  type Note = Pick<ImportCommand, 'type'> & object;
  const note = (id: string, intent: Note): Promise<void> =>
    patiently(async () => {
      const [state, context] = await Promise.all([loadImport(id), dependencies.context()]);
      const at = clock.now();
      const events = importStream.decide({ ...intent, by: runActor, at } as ImportCommand, state, context);
      if (events.length > 0) await records.commit([plainWrite(importStream, state, events, id, at, runActor, context)]);
    });

  const bringingOf = async (of: Import): Promise<Bringing | undefined> => {
    const kind = of.table?.kind;
    if (kind !== 'ledger' && kind !== 'posts') return undefined;
    const at = clock.now();
    const { by = '', unit = '', role = '' } = of.confirmed ?? {};
    const setting: Setting = {
      of,
      by: { id: by, unit, role },
      at,
      today: legalDay(at),
      context: await dependencies.context(),
      categories: await reference.categories(),
      hasher,
      records,
    };
    return kind === 'ledger' ? bringMatters(setting) : bringPosts(setting);
  };

  /** Counts what became of rows, and keeps their errors. */
  const tally = async (
    of: Import,
    before: Progress,
    fates: ReadonlyMap<number, Fate>,
    row: number,
  ): Promise<Progress> => {
    const errors = errorsOf(fates);
    const { imports } = (await dependencies.context()).configuration;
    const at = clock.now();
    // A day more than the file has: what is wrong with it is read as long as it is there.
    const expiresAt = Math.ceil(Date.parse(at) / 1000) + (imports.keepDays + 1) * 86_400;
    await store.addErrors(of.id, errors, expiresAt);
    const all = [...fates.values()];
    const bad = all.filter((fate) => typeof fate === 'object').length;
    return {
      ...before,
      rows: row,
      good: before.good + all.length - bad,
      present: before.present + all.filter((fate) => fate === 'present').length,
      bad: before.bad + bad,
      at,
    };
  };

  /** Reads the file and does its rows, from where an earlier run came to. @throws UnusableTable */
  const passThrough = async (
    of: Import,
    phase: Progress['phase'],
    file: QuarantinedFile,
    run: string,
    outOfTime: () => boolean,
  ): Promise<Progress | 'unfinished'> => {
    const { imports } = (await dependencies.context()).configuration;
    const kind = of.table?.kind ?? 'ledger';
    const earlier = await store.progress(of.id);
    let progress: Progress =
      earlier?.phase === phase
        ? earlier
        : {
            phase,
            rows: 0,
            good: 0,
            present: 0,
            bad: 0,
            at: clock.now(),
            ...(of.check === undefined ? {} : { of: of.check.rows }),
          };
    const keep = async (): Promise<boolean> => store.save(of.id, run, progress, later(clock.now(), heldMilliseconds));
    const rows = openTable(file.path);
    const bringing = await bringingOf(of);
    if (bringing === undefined) {
      if (kind === 'ledger' || kind === 'posts') throw new Error('Such rows become streams.');
      const columns = referenceColumns[kind];
      const read = readTable(rows, columns, imports.maximumRows);
      const area = of.table?.unit ?? '';
      const fates = await workReferences(phase, { kind, area, versions, rows: read, sign: keep });
      if (fates === undefined) return 'unfinished';
      progress = await tally(of, { ...progress, rows: 0, good: 0, present: 0, bad: 0 }, fates, fates.size);
      return (await keep()) ? progress : 'unfinished';
    }
    const streamRows = createStreamRows({ bringing, importId: of.id, store, records, digest });
    const done = progress.rows;
    let sign = Date.now();
    for await (const batch of inBatches(readTable(rows, bringing.columns, imports.maximumRows), batchSize)) {
      const last = batch.at(-1)?.row ?? 0;
      if (last <= done) {
        streamRows.passOver(batch);
        if (Date.now() - sign < signEveryMilliseconds) continue;
        sign = Date.now();
        if (!(await keep())) return 'unfinished';
        continue;
      }
      // Progress is kept at the ends of batches only, and batches begin at the same rows every time.
      progress = await tally(of, progress, await streamRows.work(phase, batch), last);
      sign = Date.now();
      // Time is asked for after some work only: reading over must never be all that a run does.
      if (!(await keep()) || outOfTime()) return 'unfinished';
    }
    return progress;
  };

  const refuse = async (id: string, error: unknown): Promise<'refused'> => {
    if (!(error instanceof UnusableTable)) throw error;
    const { fault, columns } = error;
    await note(id, { type: 'RefuseTable', fault, columns } as Note);
    return 'refused';
  };

  const withFile = async (
    of: Import,
    phase: Progress['phase'],
    run: string,
    outOfTime: () => boolean,
  ): Promise<'unfinished' | 'refused' | 'checked' | 'applied' | 'missing'> => {
    const file = await files.fetch(of.id);
    if (file === undefined) return 'missing';
    try {
      if (file.sha256 !== of.table?.sha256 || file.size !== of.table.size) {
        const fault: TableFault = 'unreadable';
        throw new UnusableTable(fault);
      }
      const progress = await passThrough(of, phase, file, run, outOfTime);
      if (progress === 'unfinished') return progress;
      const { rows, good, present, bad } = progress;
      if (phase === 'check') await note(of.id, { type: 'NoteCheck', counts: { rows, good, present, bad } } as Note);
      else await note(of.id, { type: 'NoteApplied', counts: { rows, applied: good - present, present, bad } } as Note);
      return phase === 'check' ? 'checked' : 'applied';
    } catch (error) {
      // Awaited here: what is thrown while the file goes would otherwise be nobody's.
      return await refuse(of.id, error);
    } finally {
      await file.discard();
    }
  };

  const step = async (of: Import, run: string, outOfTime: () => boolean): Promise<keyof Ran | undefined> => {
    const now = clock.now();
    switch (of.state) {
      case 'declared': {
        const found = await withFile(of, 'check', run, outOfTime);
        if (found !== 'missing') return found;
        // What was sent in the last moment may still arrive.
        if (now < later(of.until, heldMilliseconds)) return undefined;
        await note(of.id, { type: 'ExpireImport' });
        return 'expired';
      }
      case 'checked':
        if (now < of.until) return undefined;
        await note(of.id, { type: 'ExpireImport' });
        return 'expired';
      case 'confirmed': {
        const found = await withFile(of, 'apply', run, outOfTime);
        if (found === 'missing') throw new Error('The file of a confirmed import is gone.');
        return found;
      }
      default:
        if (now < of.until) return undefined;
        await files.remove(of.id);
        await note(of.id, { type: 'NoteFileRemoved' });
        return 'removed';
    }
  };

  const takeUp = async (id: string, outOfTime: () => boolean): Promise<keyof Ran | undefined> => {
    const now = clock.now();
    const head = await records.head({ kind: 'import', id });
    const { state, until = '' } = (head?.summary ?? {}) as { readonly state?: string; readonly until?: string };
    // Only a file that may have come, or rows that are to be written, cannot wait for a day.
    if (state !== 'declared' && state !== 'confirmed' && now < until) return undefined;
    const run = randomUUID();
    if (!(await store.take(id, run, now, later(now, heldMilliseconds)))) return undefined;
    try {
      return await step(await loadImport(id), run, outOfTime);
    } catch (error) {
      // Somebody cancelled it meanwhile; the next run finds it so.
      if (error instanceof Refusal && error.code === 'not-the-step') return undefined;
      throw error;
    } finally {
      await store.leave(id, run);
    }
  };

  return triggered<unknown, Ran>().handler(async (_event, { getRemainingTimeInMillis }: LambdaContext) => {
    const outOfTime = (): boolean => getRemainingTimeInMillis() < reserveMilliseconds;
    const ran: Ran = { checked: 0, applied: 0, unfinished: 0, refused: 0, expired: 0, removed: 0, failed: 0 };
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await workItems.worklist(runAudience, 100, cursor);
      ids.push(...page.items.map(({ stream }) => stream.id));
      cursor = page.cursor;
    } while (cursor !== undefined);
    for (const id of ids) {
      if (outOfTime()) break;
      try {
        const did = await takeUp(id, outOfTime);
        if (did !== undefined) ran[did] += 1;
      } catch (error) {
        ran.failed += 1;
        console.error({ message: 'An import could not be taken further', import: id, error: logged(error) });
      }
    }
    console.info({ message: 'Imports', ...ran });
    // The rest has been done; failing now is what rings the alarm.
    if (ran.failed > 0) throw new Error(`${String(ran.failed)} imports could not be taken further.`);
    return ran;
  });
};
