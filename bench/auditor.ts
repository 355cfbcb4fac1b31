import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { genesisHash, stamp } from '../adapters/chain.ts';
import { DynamoDb } from '../adapters/dynamodb.ts';
import { eventKey, unitDayKey, unitDayPosition } from '../adapters/keys.ts';
import { historyTable as historyShape } from '../adapters/tables.ts';
import { DynamoActStore } from '../adapters/unit-acts.ts';
import { legalDay } from '../domain/calendar/calendar.ts';
import { createTable } from '../tests/support/dynamodb.ts';
import { type Measures, measure, median, progress, timed } from './measures.ts';
import { startBenchStore } from './store.ts';

const unit = '622901007-zzzx';
const at = '2026-09-01T01:00:00.000Z';
const pageSize = 50;
const eventsOfAPetition = 20;
const inFlight = 4;

/** All of one unit on one day, which is the hardest for the index by unit and day. */
async function fill(client: DynamoDBClient, table: string, count: number): Promise<void> {
  const db = new DynamoDb(client);
  const petitions = Math.ceil(count / eventsOfAPetition);
  const items = function* (from: number) {
    for (let each = from; each < petitions; each += inFlight) {
      const stream = `P#622901007-20260901-${String(each).padStart(8, '0')}`;
      const events = Array.from({ length: Math.min(eventsOfAPetition, count - each * eventsOfAPetition) }, () => ({
        type: 'LegAcknowledged',
        at,
        actor: { id: 'handler', unit, role: 'handler' },
        data: { unit },
      }));
      yield stamp(stream, 0, genesisHash, events).map(({ seq, data, ...event }) => ({
        ...eventKey(stream, seq),
        type: event.type,
        at: event.at,
        actor: event.actor,
        data: JSON.stringify(data),
        previousHash: event.previousHash,
        hash: event.hash,
        unitDay: unitDayKey(unit, legalDay(at)),
        pos: unitDayPosition(at, stream, seq),
      }));
    }
  };
  const writer = async (from: number) => {
    for (const batch of items(from)) await db.batchPut(table, batch);
  };
  await Promise.all(Array.from({ length: inFlight }, (_, from) => writer(from)));
}

/** The first page of a unit's day out of many facts, against the same out of few. */
export async function measureAuditor(many: number, rounds: number): Promise<Measures> {
  const few = 1000;
  const store = await startBenchStore();
  try {
    const { client } = store;
    const historyOf = async (name: string, count: number) => {
      progress(`auditor: storing ${String(count)} events …`);
      await createTable(client, name, historyShape);
      await fill(client, name, count);
      return new DynamoActStore({ client, historyTable: name });
    };
    const small = await historyOf('HistoryOfFew', few);
    const large = await historyOf('HistoryOfMany', many);
    const firstPage = (store: DynamoActStore) =>
      timed(async () => {
        const day = legalDay(at);
        const { items, cursor } = await store.acts({ units: [unit], from: day, to: day }, pageSize);
        const facts = await store.facts(items);
        if (facts.length !== pageSize || cursor === undefined) throw new Error('The page is not full.');
      });
    const [ofFew, ofMany]: [number[], number[]] = [[], []];
    progress('auditor: reading …');
    for (let round = 0; round < rounds; round += 1) {
      ofFew.push(await firstPage(small));
      ofMany.push(await firstPage(large));
    }
    return {
      'auditor.first-page': measure(median(ofMany), 'ms', {
        ratio: median(ofMany) / median(ofFew),
        budget: 1.2,
        detail: { events: many, against: few, pageSize, rounds, budgetIsFor: 1_000_000 },
      }),
    };
  } finally {
    await store.stop();
  }
}
