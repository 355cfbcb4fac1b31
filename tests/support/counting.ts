import type { NewEvent, StreamRef } from '../../domain/ports.ts';
import { createHandler } from '../../functions/count/handler.ts';
import { rules as usual } from './builders.ts';
import { InMemoryCountLog } from './in-memory-count-log.ts';
import { InMemoryFigures } from './in-memory-figures.ts';
import { headRecord, InMemoryRecord } from './in-memory-record.ts';
import { context } from './lambda-context.ts';
import { naiveRecount, type RecountRules } from './naive-recount.ts';

type Record = ReturnType<typeof headRecord>;

/** A record in memory with its consumer: commits wait until they are delivered. */
export const countingRecord = (rules: RecountRules = usual) => {
  const record = new InMemoryRecord();
  const figures = new InMemoryFigures();
  const log = new InMemoryCountLog();
  const streams = new Map<string, StreamRef>();
  const count = createHandler({
    records: record,
    figures,
    context: async () => rules,
    streamOf: (key) => streams.get(key),
    log,
    clock: { now: () => '2026-03-02T04:00:00.000Z' },
  });
  const waiting: Record[] = [];
  return {
    record,
    figures,
    log,
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
      const answer = await count({ Records: [...records] }, context);
      if (answer?.batchItemFailures.length !== 0 || (await log.progress()).uncounted > 0)
        throw new Error('A record was not counted.');
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
