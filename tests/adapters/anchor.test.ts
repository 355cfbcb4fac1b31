import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DynamoAnchorLog, leafOf } from '../../adapters/anchor-log.ts';
import { DynamoAnchorReader } from '../../adapters/anchor-reader.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { petitionsTable as shape } from '../../adapters/tables.ts';
import type { AnchorLog, AnchorQueue, Checkpoint, Witness } from '../../domain/anchor.ts';
import { createHandler as createAnchor } from '../../functions/anchor/handler.ts';
import { createHandler as createCollector } from '../../functions/anchor-collect/handler.ts';
import { consistent, rootBy } from '../../verify/merkle.ts';
import { createTable, startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { context } from '../support/lambda-context.ts';
import { anEvent, aPetition, aWrite } from './builders.ts';

let db: TestDynamoDb;
beforeAll(async () => {
  db = await startDynamoDb();
});
afterAll(() => db.stop());
beforeEach(() => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
});

const at = '2026-11-24T02:00:00.000Z';
const clock = { now: () => at };

/** Keeps each name once, as the bucket does. */
class MemoryWitness implements Witness {
  readonly objects = new Map<string, string>();

  async keep(name: string, content: string): Promise<void> {
    const there = this.objects.get(name);
    if (there !== undefined && there !== content) throw new Error(`${name} stands there otherwise.`);
    this.objects.set(name, content);
  }

  checkpoints(): Checkpoint[] {
    return [...this.objects]
      .filter(([name]) => name.startsWith('checkpoints/'))
      .map(([, text]) => JSON.parse(text) as Checkpoint)
      .sort((one, other) => one.n - other.n);
  }
}

interface Setting {
  readonly records: DynamoRecordStore;
  readonly log: DynamoAnchorLog;
  readonly reader: () => DynamoAnchorReader;
  readonly witness: MemoryWitness;
  /** Appends one fact and hands the stream's record to the collector. */
  write(id: ReturnType<typeof aPetition>, version: number): Promise<void>;
  collect(...streams: string[]): Promise<void>;
  anchor(log?: AnchorLog, witness?: Witness): Promise<unknown>;
}

const setting = async (): Promise<Setting> => {
  const petitionsTable = `Petitions-${randomUUID()}`;
  await createTable(db.client, petitionsTable, shape);
  const options = { client: db.client, petitionsTable, historyTable: db.historyTable };
  const [records, log, witness] = [
    new DynamoRecordStore({ ...options, sealing: db.sealing }),
    new DynamoAnchorLog(options),
    new MemoryWitness(),
  ];
  const collect = async (...streams: string[]) =>
    createCollector({ queue: log, clock })(
      { Records: streams.map((pk) => ({ eventName: 'INSERT', dynamodb: { Keys: { pk: { S: pk } } } })) },
      context,
    );
  return {
    records,
    log,
    reader: () => new DynamoAnchorReader(options),
    witness,
    collect,
    write: async (stream, version) => {
      await records.commit([aWrite(stream, { expectedVersion: version, events: [anEvent()] })]);
      await collect(`P#${stream.id}`);
    },
    anchor: (one = log, place = witness) => createAnchor({ log: one, witness: place, clock })({}, context),
  };
};

/** The log as the witness has it: every object, one after the other. */
const witnessed = ({ objects }: MemoryWitness) =>
  [...objects]
    .filter(([name]) => name.startsWith('entries/'))
    .sort(([one], [other]) => one.localeCompare(other))
    .flatMap(([, text]) =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );

/** The log is one line, each checkpoint follows from its entries and from the one before, and it holds these heads. */
const expectWhole = async ({ reader, witness, records }: Setting, streams: readonly string[]) => {
  const log = reader();
  const checkpoints = witness.checkpoints();
  const latest = await log.latest();
  expect(checkpoints.at(-1)).toEqual(latest);
  expect(checkpoints.map(({ n }) => n)).toEqual(checkpoints.map((_, index) => index + 1));
  expect(await log.checkpoints(0, 1000)).toEqual(checkpoints);
  const entries = witnessed(witness);
  expect(entries.map(({ index }) => index)).toEqual(entries.map((_, index) => index));
  expect(entries).toEqual((await log.entries(0, 100_000)).map(({ index, entry }) => ({ index, ...entry })));
  expect(entries).toHaveLength(latest?.size ?? 0);
  for (const [each, { size, root, previous }] of checkpoints.entries()) {
    const before = checkpoints[each - 1];
    expect(previous).toBe(before?.hash ?? '0'.repeat(64));
    if (before === undefined) continue;
    expect(consistent(before.size, before.root, size, root, await log.consistency(before.size, size))).toBe(true);
  }
  for (const stream of streams) {
    const head = await records.head({ kind: 'petition', id: stream.slice(2) });
    const places = await log.entriesOf(stream);
    expect(places.at(-1)).toMatchObject({ version: head?.version, hash: head?.hash });
    for (const { index, ...entry } of places) {
      const path = await log.inclusion(index, latest?.size ?? 0);
      expect(rootBy(leafOf(entry), index, latest?.size ?? 0, path)).toBe(latest?.root);
    }
  }
};

describe('the anchor', () => {
  it('puts every head into the log, blinds their number, and gives the checkpoint to the witness', async () => {
    const one = await setting();
    const [first, second] = [aPetition(), aPetition()];
    await one.write(first, 0);
    await one.write(second, 0);
    await one.write(first, 1);
    expect(await one.anchor()).toEqual({ checkpoints: 1, heads: 2, lagSeconds: 0 });
    await expectWhole(one, [`P#${first.id}`, `P#${second.id}`]);
    const entries = witnessed(one.witness);
    const blind = entries.filter((entry) => 'blind' in entry).length;
    expect(blind).toBeGreaterThan(0);
    expect(entries.length - blind).toBe(2);
    expect([...one.witness.objects.keys()]).toEqual(['entries/000000000001.jsonl', 'checkpoints/000000000001.json']);
    expect(one.witness.objects.get('checkpoints/000000000001.json')).not.toContain(first.id);
  });

  it('writes nothing when nothing has changed', async () => {
    const one = await setting();
    expect(await one.anchor()).toEqual({ checkpoints: 0, heads: 0, lagSeconds: 0 });
    await one.write(aPetition(), 0);
    await one.anchor();
    const kept = one.witness.objects.size;
    await one.anchor();
    expect(one.witness.objects.size).toBe(kept);
  });

  it('takes records of the stream that come twice, late, out of order, or of no stream at all', async () => {
    const one = await setting();
    const petition = aPetition();
    await one.write(petition, 0);
    await one.write(petition, 1);
    await one.collect(`P#${petition.id}`, 'P#622901007-20261124-NNNNNN', `P#${petition.id}`);
    await one.anchor();
    await one.collect(`P#${petition.id}`);
    await one.anchor();
    await expectWhole(one, [`P#${petition.id}`]);
    expect((await one.reader().entriesOf(`P#${petition.id}`)).map(({ version }) => version)).toEqual([2]);
    expect(await one.log.pending(10)).toEqual([]);
  });

  it('catches up with a head of which the stream never told, and with no other', async () => {
    const one = await setting();
    const [anchored, waiting, missed, absent] = [aPetition(), aPetition(), aPetition(), aPetition()];
    await one.write(anchored, 0);
    await one.anchor();
    await one.write(waiting, 0);
    await one.records.commit([aWrite(missed, { expectedVersion: 0, events: [anEvent()] })]);
    const streams = [anchored, waiting, missed, absent].map(({ id }) => `P#${id}`);
    expect(await one.log.collectMissed(streams, at)).toBe(1);
    expect((await one.log.pending(10)).map(({ stream }) => stream).sort()).toEqual([streams[1], streams[2]].sort());
    await one.anchor();
    expect(await one.log.collectMissed(streams, at)).toBe(0);
    await expectWhole(one, streams.slice(0, 3));
  });

  it('keeps a head waiting that moved while the one before was being anchored', async () => {
    const one = await setting();
    const petition = aPetition();
    await one.write(petition, 0);
    const moving: Witness = {
      keep: async (name, content) => {
        if (name.startsWith('entries/') && one.witness.objects.size === 0) await one.write(petition, 1);
        await one.witness.keep(name, content);
      },
    };
    await one.anchor(one.log, moving);
    await expectWhole(one, [`P#${petition.id}`]);
    expect((await one.reader().entriesOf(`P#${petition.id}`)).map(({ version }) => version)).toEqual([1, 2]);
  });

  it('shows no checkpoint that the witness does not have', async () => {
    const one = await setting();
    await one.write(aPetition(), 0);
    const absent: Witness = { keep: () => Promise.reject(new Error('no bucket')) };
    await expect(one.anchor(one.log, absent)).rejects.toThrow('no bucket');
    expect(await one.reader().latest()).toBeUndefined();
    await one.anchor();
    await one.write(aPetition(), 0);
    await expect(one.anchor(one.log, absent)).rejects.toThrow('no bucket');
    expect((await one.reader().latest())?.n).toBe(1);
  });

  it('never forks, whatever dies where and however many run at once', async () => {
    const step = fc.record({ writes: fc.array(fc.nat(4), { maxLength: 6 }), dies: fc.nat(14), at_once: fc.nat(2) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const one = await setting();
        const petitions = Array.from({ length: 5 }, aPetition);
        const versions = petitions.map(() => 0);
        for (const { writes, dies, at_once } of steps) {
          for (const which of writes) {
            const petition = petitions[which];
            const version = versions[which];
            if (petition === undefined || version === undefined) continue;
            await one.write(petition, version);
            versions[which] = version + 1;
          }
          const mortal = dying(one.log, one.witness, dies);
          await Promise.allSettled([
            one.anchor(mortal.log, mortal.witness),
            ...Array.from({ length: at_once }, () => one.anchor()),
          ]);
        }
        await one.anchor();
        await expectWhole(
          one,
          petitions.flatMap(({ id }, which) => (versions[which] === 0 ? [] : [`P#${id}`])),
        );
        expect(await one.log.pending(10)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

/** A pass that dies at its nth step, before the step or after it. */
const dying = (log: AnchorLog & AnchorQueue, witness: Witness, dies: number): { log: AnchorLog; witness: Witness } => {
  let left = dies;
  const mortal = async <T>(work: () => Promise<T>): Promise<T> => {
    if (left-- === 0) throw new Error('dead');
    const answer = await work();
    if (left-- === 0) throw new Error('dead');
    return answer;
  };
  return {
    log: {
      state: () => mortal(() => log.state()),
      pending: (limit) => mortal(() => log.pending(limit)),
      append: (onto, heads, now) => mortal(() => log.append(onto, heads, now)),
      batch: (size) => mortal(() => log.batch(size)),
      finish: (batch) => mortal(() => log.finish(batch)),
    },
    witness: { keep: (name, content) => mortal(() => witness.keep(name, content)) },
  };
};
