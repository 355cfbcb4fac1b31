import type { DynamoDBRecord } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { Unavailable } from '../../../domain/errors.ts';
import type { StreamRef } from '../../../domain/ports.ts';
import { createHandler } from '../../../functions/count/handler.ts';
import * as a from '../../support/builders.ts';
import { InMemoryCountLog } from '../../support/in-memory-count-log.ts';
import { InMemoryFigures } from '../../support/in-memory-figures.ts';
import { headRecord, InMemoryRecord } from '../../support/in-memory-record.ts';
import { context } from '../../support/lambda-context.ts';

const ids = ['622901007-20260302-AAAAAA', '622901007-20260302-BBBBBB', '622901007-20260302-CCCCCC'];
const petition = (id: string | undefined) => ({ kind: 'petition', id: id ?? '' }) as const;
const scheduled = { source: 'aws.events' } as never;
const now = '2026-03-02T04:00:00.000Z';

/** Three routed petitions and their consumer. */
const recordWith = async () => {
  const record = new InMemoryRecord();
  for (const id of ids) {
    const events = a.routedPetition.map((fact) => ({ ...fact, at: a.noon(a.firstDay), actor: a.officers.officer }));
    const head = { summary: {}, openStages: [] };
    await record.commit([{ stream: petition(id), expectedVersion: 0, events, head, signals: [], decisions: [] }]);
  }
  const [figures, log] = [new InMemoryFigures(), new InMemoryCountLog()];
  /** What happens when a history is read. */
  const reading = { fails: undefined as string | undefined };
  const load = async (stream: StreamRef) => {
    if (stream.id === reading.fails) throw new Error('This history cannot be read.');
    return record.load(stream);
  };
  const count = createHandler({
    records: { load },
    figures,
    log,
    clock: { now: () => now },
    context: async () => a.rules,
    streamOf: (key) => (key.startsWith('P#') ? petition(key.slice(2)) : undefined),
  });
  return { record, figures, log, count, reading };
};

const records = ids.map((id, index) => headRecord(petition(id), [], index + 1));
const beat = (number: number, at: string, sequence: string): DynamoDBRecord => ({
  dynamodb: {
    SequenceNumber: sequence,
    Keys: { pk: { S: `C#BEAT.${String(number)}` }, sk: { S: 'BEAT' } },
    NewImage: { number: { N: String(number) }, at: { S: at } },
  },
});

let said: MockInstance;
beforeEach(() => {
  said = vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => said.mockRestore());

describe('the consumer', () => {
  it('counts each petition of a batch once, however many of its records are in it', async () => {
    const { figures, count } = await recordWith();
    expect(await count({ Records: [...records, ...records] }, context)).toEqual({ batchItemFailures: [] });
    expect(figures.replaced).toBe(3);
  });

  it('lets wait what it could not count, counts the others, and asks for nothing again', async () => {
    const { figures, count, log, reading } = await recordWith();
    reading.fails = ids[1];
    expect(await count({ Records: records }, context)).toEqual({ batchItemFailures: [] });
    expect(figures.replaced).toBe(2);
    expect(await log.postponed()).toEqual([{ stream: petition(ids[1]), since: now, last: now }]);
    // Keys and errors only: nothing that a petition says.
    expect(JSON.stringify(said.mock.calls)).not.toContain('张三');
  });

  it('tries again every minute, and tells somebody while it fails', async () => {
    const { figures, count, log, reading } = await recordWith();
    reading.fails = ids[1];
    await count({ Records: records }, context);
    said.mockClear();
    await count(scheduled, context);
    expect(said.mock.calls).toMatchObject([[{ alarm: 'uncounted' }]]);
    expect((await log.progress()).uncounted).toBe(1);
    reading.fails = undefined;
    await count(scheduled, context);
    expect([figures.replaced, (await log.progress()).uncounted]).toEqual([3, 0]);
  });

  it('leaves waiting what could not be counted anew while it was tried again', async () => {
    const { count, log } = await recordWith();
    await log.postpone(petition(ids[0]), '2026-03-01T00:00:00.000Z');
    const [before] = await log.postponed();
    await log.postpone(petition(ids[0]), now);
    if (before) await log.settle(before);
    expect(await log.postponed()).toMatchObject([{ since: '2026-03-01T00:00:00.000Z', last: now }]);
    await count(scheduled, context);
    expect(await log.postponed()).toEqual([]);
  });

  it('asks for the batch again, from there on, only where it cannot even let a stream wait', async () => {
    const { count, log, reading } = await recordWith();
    reading.fails = ids[1];
    vi.spyOn(log, 'postpone').mockRejectedValue(new Unavailable('The store does not answer.'));
    const batch = [beat(0, '2026-03-02T03:58:00.000Z', '0'), ...records, beat(0, '2026-03-02T03:59:00.000Z', '9')];
    expect(await count({ Records: batch }, context)).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    // Nothing is said to be counted up to a beat that came after it.
    expect((await log.progress()).upTo).toBe('2026-03-02T03:58:00.000Z');
  });

  it('begins nothing for which no time is left, and asks for it again', async () => {
    const { figures, count } = await recordWith();
    const hurried = { ...context, getRemainingTimeInMillis: () => (figures.replaced === 0 ? 60_000 : 9_000) };
    expect(await count({ Records: records }, hurried)).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(figures.replaced).toBe(1);
  });

  it('never takes for counted what the history does not show yet', async () => {
    const { record, figures, count, log } = await recordWith();
    const { version } = await record.load(petition(ids[0]));
    const ahead = headRecord(petition(ids[0]), [], 1, version + 1);
    expect(await count({ Records: [ahead] }, context)).toEqual({ batchItemFailures: [] });
    expect([figures.replaced, (await log.progress()).uncounted]).toEqual([0, 1]);
    const seen = headRecord(petition(ids[0]), [], 2, version);
    await count({ Records: [seen] }, context);
    expect(figures.replaced).toBe(1);
  });

  it('says up to when it is counted by the slowest beat that came through', async () => {
    const { count, log } = await recordWith();
    expect(await log.progress()).toEqual({ uncounted: 0 });
    await count(scheduled, context);
    expect(log.beaten).toEqual([now]);
    await count({ Records: [beat(0, now, '1'), ...records, beat(1, '2026-03-02T03:59:00.000Z', '5')] }, context);
    expect(await log.progress()).toEqual({ upTo: '2026-03-02T03:59:00.000Z', uncounted: 0 });
  });

  it('leaves alone what is no petition', async () => {
    const { figures, count } = await recordWith();
    const answer = { dynamodb: { SequenceNumber: '9', Keys: { pk: { S: 'I#x' }, sk: { S: 'ANSWER' } } } };
    expect(await count({ Records: [answer] }, context)).toEqual({ batchItemFailures: [] });
    expect(figures.replaced).toBe(0);
  });
});
