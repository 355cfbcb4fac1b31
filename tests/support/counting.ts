import type { NewEvent, StreamRef } from '../../domain/ports.ts';
import { createHandler } from '../../functions/count/handler.ts';
import { rules as usual } from './builders.ts';
import { InMemoryFigures } from './in-memory-figures.ts';
import { headRecord, InMemoryRecord } from './in-memory-record.ts';
import { context } from './lambda-context.ts';
import { naiveRecount, type RecountRules } from './naive-recount.ts';

type Record = ReturnType<typeof headRecord>;

/** A record in memory with its consumer: commits wait until they are delivered. */
export const countingRecord = (rules: RecountRules = usual) => {
  const record = new InMemoryRecord();
  const figures = new InMemoryFigures();
  const streams = new Map<string, StreamRef>();
  const count = createHandler({
    records: record,
    figures,
    context: async () => rules,
    streamOf: (key) => streams.get(key),
  });
  const waiting: Record[] = [];
  return {
    record,
    figures,
    /** Commits that were not taken yet, oldest first. */
    waiting,
    async commit(stream: StreamRef, events: readonly NewEvent[]): Promise<void> {
      if (events.length === 0) return;
      const { version } = await record.load(stream);
      const head = { summary: { unit: '', date: '' }, openStages: [] };
      await record.commit([{ stream, expectedVersion: version, events, head, signals: [], decisions: [] }]);
      const moved = headRecord(stream, [], waiting.length + 1);
      streams.set(moved.dynamodb?.Keys?.pk?.S ?? '', stream);
      waiting.push(moved);
    },
    async deliver(records: readonly Record[] = waiting): Promise<void> {
      const { batchItemFailures } = await count({ Records: [...records] }, context);
      if (batchItemFailures.length > 0) throw new Error('A record was not counted.');
    },
    /** What a naive recount of all histories says. */
    async recounted(): Promise<ReadonlyMap<string, number>> {
      const histories = [...streams.values()].map(async ({ kind, id }) => ({
        kind,
        id,
        events: (await record.load({ kind, id })).events,
      }));
      return naiveRecount(await Promise.all(histories), rules);
    },
  };
};

/** Counted figures in a stable order, to compare them. */
export const sorted = (counted: ReadonlyMap<string, number>): Readonly<{ [key: string]: number }> =>
  Object.fromEntries([...counted].sort(([a], [b]) => (a < b ? -1 : 1)));
