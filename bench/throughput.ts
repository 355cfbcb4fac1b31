import { createHmac, randomUUID } from 'node:crypto';
import { CreateTableCommand, type DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import autocannon from 'autocannon';
import { statutoryCalendar } from '../adapters/calendar.ts';
import { systemClock } from '../adapters/clock.ts';
import { randomIdentifiers } from '../adapters/identifiers.ts';
import { DynamoRecordStore } from '../adapters/record-store.ts';
import { DynamoReferenceData } from '../adapters/reference-data.ts';
import { decide } from '../domain/petition/petition.ts';
import { createCommands } from '../functions/shared/commands.ts';
import { ApiClient } from '../local/api-client.ts';
import { readIdentities } from '../local/identities.ts';
import { seed } from '../local/seed.ts';
import { play } from './lifecycle.ts';
import type { RunningMachine } from './machine.ts';
import { type Measures, measure, median, progress, timed } from './measures.ts';
import { registration } from './plain-lifecycle.ts';
import { startBenchStore } from './store.ts';

/** Requests in flight. */
const concurrency = 16;

/** Runs `work` that often, `concurrency` at a time; answers how many per second. */
async function rate(times: number, work: () => Promise<unknown>): Promise<number> {
  let left = times;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  const took = await timed(() => Promise.all(Array.from({ length: concurrency }, worker)));
  return (times / took) * 1000;
}

async function rawTable(client: DynamoDBClient): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: 'Raw',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
}

const rawTransaction = (client: DynamoDBClient) => {
  const item = () => ({
    Put: {
      TableName: 'Raw',
      Item: { pk: { S: randomUUID() }, data: { S: 'x'.repeat(500) } },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  });
  return client.send(
    new TransactWriteItemsCommand({ TransactItems: [item(), item()], ClientRequestToken: randomUUID() }),
  );
};

/**
 * Registering through the command pipeline against raw transactions of two items of half a KB in a table without
 * indexes and stream: the same store, the same client, in turn.
 */
export async function measurePipeline(rounds: number, perRound: number): Promise<Measures> {
  const store = await startBenchStore();
  try {
    const { client, endpoint, petitionsTable, historyTable } = store;
    await rawTable(client);
    await seed({ petitionsTable, endpoint });
    const officer = readIdentities().find(({ id }) => id === 'receptionist');
    if (officer === undefined) throw new Error('The demonstration has no receptionist.');
    const commands = createCommands({
      records: new DynamoRecordStore({ client, petitionsTable, historyTable }),
      reference: new DynamoReferenceData({ client, petitionsTable }),
      calendar: statutoryCalendar,
      clock: systemClock,
      decide,
    });
    const hash = (value: string) => createHmac('sha256', 'bench').update(value).digest('hex');
    const register = () => {
      const number = randomIdentifiers.petitionNumber(officer.unit, systemClock.now());
      const guarded = {
        actions: ['RegisterPetition'] as const,
        idempotencyKey: randomUUID(),
        fingerprint: randomUUID(),
        expectedVersion: 0,
      };
      // A person of his own each time: one key of the index is not written over and over.
      const lookups = [hash(`${number}identity`), hash(`${number}phone`)];
      return commands.register(officer, guarded, { type: 'RegisterPetition', number, content: registration }, lookups);
    };
    const raw: number[] = [];
    const registered: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const [two, one] = [await rate(perRound, () => rawTransaction(client)), await rate(perRound, register)];
      progress(`pipeline: ${one.toFixed(0)} registrations/s, ${two.toFixed(0)} raw transactions/s`);
      if (round === 0) continue; // warms both
      raw.push(two);
      registered.push(one);
    }
    return {
      'raw-transactions.throughput': measure(median(raw), '1/s', { detail: { itemsEach: 2, concurrency } }),
      'register.pipeline.throughput': measure(median(registered), '1/s', {
        ratio: median(registered.map((value, index) => value / (raw[index] ?? Number.NaN))),
        budget: 0.5,
        atLeast: true,
        detail: { concurrency, rounds, perRound },
      }),
    };
  } finally {
    await store.stop();
  }
}

/** Registering over HTTP, and whole lifecycles side by side, on the machine as `npm start` runs it. */
export async function measureMachine(
  machine: RunningMachine,
  { seconds, lifecycles }: { seconds: number; lifecycles: number },
): Promise<Measures> {
  const api = new ApiClient(machine.baseUrl);
  progress('machine: once to load every function …');
  await play(api);

  progress(`machine: ${String(lifecycles)} lifecycles side by side …`);
  const took = await timed(() => Promise.all(Array.from({ length: lifecycles }, () => play(api))));

  progress(`machine: registering over HTTP for ${String(seconds)} s …`);
  const token = await api.token('receptionist');
  const result = await autocannon({
    url: machine.baseUrl,
    connections: concurrency,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        path: '/petitions',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(registration),
        setupRequest: (request) => ({ ...request, headers: { ...request.headers, 'idempotency-key': randomUUID() } }),
      },
    ],
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${String(result.non2xx + result.errors)} registrations over HTTP were not accepted.`);
  return {
    'lifecycle.throughput': measure((lifecycles / took) * 1000, '1/s', { detail: { sideBySide: lifecycles } }),
    'register.http.throughput': measure(result['2xx'] / result.duration, '1/s', {
      detail: { connections: concurrency, p50Ms: result.latency.p50, p99Ms: result.latency.p99 },
    }),
  };
}
