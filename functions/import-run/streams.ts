import { Refusal, StaleVersion } from '../../domain/errors.ts';
import type { CellError } from '../../domain/imports/cells.ts';
import type { Brought, ImportStore, LineError } from '../../domain/imports/store.ts';
import type { RecordStore, StreamWrite } from '../../domain/ports.ts';
import type { Bringing, Item } from './bringing.ts';
import { type TableRow, together } from './rows.ts';

/** What became of a row. */
export type Fate = 'new' | 'present' | { readonly errors: readonly CellError[] };

export interface StreamRows {
  readonly bringing: Bringing;
  readonly importId: string;
  readonly store: Pick<ImportStore, 'brought'>;
  readonly records: Pick<RecordStore, 'commit'>;
  readonly digest: (what: object) => Promise<string>;
}

interface Waiting {
  readonly line: number;
  readonly item: Item;
  readonly digest: string;
}

/** Rows of one transaction, and transactions at a time. A row has six items at most, a transaction a hundred. */
const rowsTogether = 10;
const atOnce = 4;

const differs: Fate = { errors: [{ code: 'differs-from-record' }] };
const nameOf = ({ stream: { kind, id } }: Item): string => `${kind}/${id}`;

/**
 * Rows that become streams, a batch at a time: looks up what is there, and in `apply` writes what is not. Each row is one
 * stream in one transaction, so it is there whole or not at all, and a row that is there is never written again.
 */
export const createStreamRows = ({ bringing, importId, store, records, digest }: StreamRows) => {
  const seen = new Set<string>();

  const judged = (
    row: TableRow<Bringing['columns']>,
  ): { readonly item: Item } | { readonly errors: readonly CellError[] } => {
    if ('errors' in row) return row;
    const result = bringing.judge(row.values);
    if ('errors' in result) return result;
    const name = nameOf(result.item);
    if (seen.has(name)) return { errors: [{ code: 'twice-in-file' }] };
    seen.add(name);
    return result;
  };

  /** What a stream that is there means for a row; undefined where something may be added to it. */
  const against = async ({ item, digest: own }: Waiting, there: Brought): Promise<Fate | StreamWrite> => {
    // What this import has brought in an earlier run, whose count was lost, still counts as brought by it.
    if (there.digest === own) return there.broughtBy === importId ? 'new' : 'present';
    return (await item.change?.(own)) ?? differs;
  };

  const refused = (error: unknown): Fate => {
    if (error instanceof Refusal) return { errors: [{ code: 'refused-by-rules' }] };
    throw error;
  };

  const lookAgain = async (each: Waiting): Promise<Fate> => {
    const there = (await store.brought([each.item.stream])).get(nameOf(each.item));
    const fate = there === undefined ? differs : await against(each, there);
    return typeof fate === 'object' && 'stream' in fate ? differs : fate;
  };

  const written = async (
    ready: readonly { readonly each: Waiting; readonly write: StreamWrite }[],
    fates: Map<number, Fate>,
  ) => {
    const commit = async (group: typeof ready): Promise<void> => {
      try {
        await records.commit(group.map(({ write }) => write));
        for (const { each } of group) fates.set(each.line, 'new');
      } catch (error) {
        // Somebody else brought one of them: each by itself, and that one is looked at again.
        if (!(error instanceof StaleVersion)) throw error;
        if (group.length > 1) for (const one of group) await commit([one]);
        else for (const { each } of group) fates.set(each.line, await lookAgain(each));
      }
    };
    const groups = Array.from({ length: Math.ceil(ready.length / rowsTogether) }, (_, index) =>
      ready.slice(index * rowsTogether, (index + 1) * rowsTogether),
    );
    await together(groups, atOnce, commit);
  };

  return {
    /** Remembers rows that an earlier run has done, so that a later one that says the same is found. */
    passOver(rows: readonly TableRow<Bringing['columns']>[]): void {
      for (const row of rows) judged(row);
    },

    /** What becomes of rows, by line. */
    async work(
      phase: 'check' | 'apply',
      rows: readonly TableRow<Bringing['columns']>[],
    ): Promise<ReadonlyMap<number, Fate>> {
      const fates = new Map<number, Fate>();
      const waiting: Waiting[] = [];
      for (const row of rows) {
        const result = judged(row);
        if ('errors' in result) fates.set(row.line, result);
        else waiting.push({ line: row.line, item: result.item, digest: await digest(result.item.says) });
      }
      const there = await store.brought(waiting.map(({ item }) => item.stream));
      const ready: { readonly each: Waiting; readonly write: StreamWrite }[] = [];
      await together(waiting, atOnce * rowsTogether, async (each) => {
        try {
          const known = there.get(nameOf(each.item));
          const fate = known === undefined ? undefined : await against(each, known);
          if (fate !== undefined && !(typeof fate === 'object' && 'stream' in fate)) fates.set(each.line, fate);
          else if (phase === 'check') fates.set(each.line, 'new');
          else ready.push({ each, write: fate ?? (await each.item.begin(each.digest)) });
        } catch (error) {
          fates.set(each.line, refused(error));
        }
      });
      if (ready.length > 0) await written(ready, fates);
      return fates;
    },
  };
};

/** Errors at their lines. */
export const errorsOf = (fates: ReadonlyMap<number, Fate>): readonly LineError[] =>
  [...fates].flatMap(([line, fate]) =>
    typeof fate === 'object' ? fate.errors.map((error) => ({ line, ...error })) : [],
  );
