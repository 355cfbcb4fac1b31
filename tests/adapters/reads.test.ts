/** The history of reads where many look at one matter at once: each is recorded, in one chain, and none is turned away. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstFault } from '../../adapters/chain.ts';
import { systemClock } from '../../adapters/clock.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { recordRead } from '../../functions/shared/reads.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { aPetition } from './builders.ts';

let db: TestDynamoDb;
beforeAll(async () => {
  db = await startDynamoDb();
});
afterAll(() => db.stop());

describe('forty officers who open one petition at the same moment', () => {
  it('are all shown it, and each stands once in its history of reads', async () => {
    const { id } = aPetition();
    const took: number[] = [];
    const read = async (officer: string): Promise<void> => {
      const began = performance.now();
      // A process of its own each: none knows what another has read or written.
      const records = new DynamoRecordStore(db);
      await recordRead({ records, clock: systemClock }, { id: officer, unit: '622901007' }, 'handler', id, {
        what: 'petition',
      });
      took.push(performance.now() - began);
    };
    const officers = Array.from({ length: 40 }, (_, index) => `officer-${String(index)}`);
    await Promise.all(officers.map(read));
    const { events } = await new DynamoRecordStore(db).stored({ kind: 'reads', id });
    expect(events.map(({ actor }) => actor.id).sort()).toEqual([...officers].sort());
    expect(firstFault(events)).toBeUndefined();
    took.sort((a, b) => a - b);
    console.info(`slowest ${String(Math.round(took.at(-1) ?? 0))} ms, median ${String(Math.round(took[20] ?? 0))} ms`);
  });
});
