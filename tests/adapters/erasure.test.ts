/** The erasure of a petition with more than any transaction holds, stage by stage, on the embedded store. */

import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { statutoryCalendar } from '../../adapters/calendar.ts';
import { firstFault } from '../../adapters/chain.ts';
import { DynamoPendingErasures } from '../../adapters/pending-erasures.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { decideInArchive } from '../../domain/petition/narrow.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { NewEvent, StreamRef, StreamWrite } from '../../domain/ports.ts';
import { foldWhistle, whistlesOf } from '../../domain/whistle/whistle-history.ts';
import { createHandler as createArchive } from '../../functions/archive/handler.ts';
import { createHandler as createFinish } from '../../functions/erasure-finish/handler.ts';
import { createCommands } from '../../functions/shared/commands.ts';
import { createErasure } from '../../functions/shared/erasure.ts';
import { contextSource } from '../../functions/shared/rules-context.ts';
import { concludedPetition, sessionContent, units } from '../support/builders.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { context as lambdaContext } from '../support/lambda-context.ts';
import { callers, draftWhistle, whistleAfter, whistleCommand, whistleContent } from '../support/whistle.ts';
import { anEvent, aPetition, aWrite } from './builders.ts';

const manyWhistles = 120;
const manyVisits = 40;
/** Of representatives who were elected one after the other. */
const manyLookups = Array.from({ length: 95 }, (_, index) => `person-${String(index)}`);

let db: TestDynamoDb;
let now: string;
const clock = { now: () => now };
const later = (minutes: number): void => {
  now = new Date(Date.parse(now) + minutes * 60_000).toISOString();
};
const reference = {
  units: async () => units,
  categories: async () => [],
  settings: async () => ({ configuration: {}, calendarDays: [] }),
};
const context = contextSource({ reference, calendar: statutoryCalendar });

/** Dies after so many commits, as a function does whose time is over. */
class Dying extends DynamoRecordStore {
  commitsLeft = Number.POSITIVE_INFINITY;

  override async commit(...written: Parameters<DynamoRecordStore['commit']>): Promise<void> {
    this.commitsLeft -= 1;
    if (this.commitsLeft < 0) throw new Error('The function has died.');
    await super.commit(...written);
  }
}

beforeAll(async () => {
  db = await startDynamoDb();
});
afterAll(() => db.stop());
beforeEach(() => {
  now = '2036-12-01T02:00:00.000Z';
  for (const level of ['info', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(async () => {
  // None keeps the next test waiting.
  later(60);
  await finish();
  vi.restoreAllMocks();
});

const store = () => new DynamoRecordStore(db);
const facts = (events: readonly Pick<NewEvent, 'type' | 'data'>[]) =>
  events.map(({ type, data }) => anEvent({ type, data }));
const fact = (type: string, data: object) => ({ type, data });

/** Written by a few commits, none of which is too large. */
const put = async (
  stream: StreamRef,
  events: readonly Pick<NewEvent, 'type' | 'data'>[],
  more: Partial<StreamWrite> = {},
  atOnce = 25,
): Promise<void> => {
  for (let first = 0; first < events.length; first += atOnce) {
    await store().commit([
      aWrite(stream, {
        expectedVersion: first,
        events: facts(events.slice(first, first + atOnce)),
        ...(first === 0 ? more : {}),
      }),
    ]);
  }
};

const ended = [draftWhistle(), whistleCommand('CallOffWhistle', callers.clerk, { reason: '已协调' })];
/** A whistle for a petition, in any state. */
const blow = async (petition: string, count: number, commands = ended): Promise<StreamRef> => {
  const stream = { kind: 'whistle', id: `${petition}-W${String(count)}` } as const;
  const events = whistleAfter(...commands).map((event) =>
    event.type === 'WhistleDrafted'
      ? { ...event, data: { ...event.data, id: stream.id, content: { ...whistleContent, petition } } }
      : event,
  );
  await put(stream, events, { lookups: [whistlesOf(petition)] });
  return stream;
};

/** A matter that has ended, told at many visits that had been booked, worked on in a centre, with many whistles. */
const grown = async ({ whistles = 0, visits = 0, lookups = [] as readonly string[] }) => {
  const petition = aPetition();
  const { id } = petition;
  const session = { kind: 'session', id: `${id}-S` } as const;
  const told = Array.from({ length: visits }, (_, index) => index + 1);
  const history = [
    ...concludedPetition.map((event) =>
      event.type === 'PetitionRegistered' ? { ...event, data: { ...event.data, number: id } } : event,
    ),
    ...told.map((visit) => fact('InstructionNoted', { session: session.id, visit, instruction: '限期办结' })),
    fact('ErasureProposed', {
      ground: 'ordered',
      order: '1号',
      reason: '裁定',
      by: 'triage',
      on: '2036-11-30',
      basis: 'P47',
    }),
  ];
  // The first commit bears the look-up entries of the registration; the others came with later elections.
  await put(petition, history, { lookups: lookups.slice(0, 60) });
  if (lookups.length > 60) {
    const { version } = await store().stored(petition);
    const amended = fact('InstructionNoted', { session: session.id, visit: 1, instruction: '限期办结' });
    await store().commit([
      aWrite(petition, { expectedVersion: version, events: facts([amended]), lookups: lookups.slice(60) }),
    ]);
  }
  if (visits > 0) {
    const published = fact('SessionPublished', {
      id: session.id,
      unit: '622901007-zx',
      by: 'desk',
      content: sessionContent,
    });
    const come = told.flatMap((visit) => [
      fact('VisitPreRegistered', { visit, visitor: '张三', purpose: '征地', persons: 1, arrival: 'pre-registered' }),
      fact('VisitorAbsent', { visit }),
    ]);
    await put(session, [published, ...come], {}, 20);
    const booked = told.flatMap((booking) => [
      fact('BookingMade', {
        booking,
        unit: '622901007-zx',
        date: '2026-03-02',
        on: '2026-03-01',
        request: { visitor: '张三', phone: '13900001234', purpose: '征地', persons: 1, representatives: [] },
      }),
      fact('BookingConfirmed', { booking, visit: booking, on: '2026-03-01' }),
    ]);
    await put({ kind: 'booking', id: session.id }, booked, {}, 20);
  }
  await put({ kind: 'placement', id }, [
    fact('MatterTakenIn', { petition: id, unit: '622901007-zx', on: '2026-03-02' }),
  ]);
  for (let count = 1; count <= whistles; count += 1) await blow(id, count);
  return { petition, session, id };
};

const approve = async (records: DynamoRecordStore, number: string): Promise<number> => {
  const commands = createCommands({ records, reference, calendar: statutoryCalendar, clock, decide: decideInArchive });
  const { version } = await records.stored({ kind: 'petition', id: number });
  const claims = { sub: 'leader-1', name: '某', unit: '622901007', roles: 'leader' };
  const event = {
    routeKey: 'POST /petitions/{number}/erasure-decisions',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
      'if-match': `"${String(version)}"`,
    },
    rawQueryString: '',
    pathParameters: { number },
    body: JSON.stringify({ decision: 'approve' }),
    requestContext: { http: { method: 'POST', sourceIp: '127.0.0.1' }, authorizer: { jwt: { claims } } },
  } as unknown as APIGatewayProxyEventV2;
  const answer = await createArchive({ commands, records, clock })(event, lambdaContext);
  return (answer as APIGatewayProxyStructuredResultV2).statusCode ?? 0;
};

const pending = () => new DynamoPendingErasures(db);
/** As it is deployed: without any key. */
const finish = (records = new DynamoRecordStore({ client: db.client, ...tables() })) =>
  createFinish({
    records,
    pending: pending(),
    files: { erase: async () => 0 },
    erasure: createErasure({ records, clock, context }),
    clock,
  })({}, lambdaContext);
const tables = () => ({ petitionsTable: db.petitionsTable, historyTable: db.historyTable });

/** What of a petition and of everything that bears its number can still be opened or looked up. */
const leftOf = async (id: string): Promise<readonly string[]> => {
  const left: string[] = [];
  let ExclusiveStartKey: Record<string, never> | undefined;
  do {
    const page = await db.client.send(new ScanCommand({ TableName: db.petitionsTable, ExclusiveStartKey }));
    for (const item of (page.Items ?? []).map((each) => unmarshall(each))) {
      const { pk, sk, wrappedKey, salt, title } = item as Record<string, string | undefined>;
      // The reception day itself, and its bookings, are of other people too.
      const ofDay = /^[SY]#/.test(pk ?? '') && (sk === 'KEY' || sk === 'HEAD');
      const opens = wrappedKey !== undefined || salt !== undefined || title !== undefined;
      const found = sk?.startsWith('L#') === true && !sk.includes('whistles-of');
      if (pk?.includes(id) && (opens || found) && !ofDay) left.push(`${pk}/${String(sk)}`);
    }
    ExclusiveStartKey = page.LastEvaluatedKey as Record<string, never> | undefined;
  } while (ExclusiveStartKey !== undefined);
  return left;
};
const waits = async (id: string): Promise<boolean> =>
  (await pending().waiting(50)).items.some((stream) => stream.id === id);

describe('the erasure of a petition', () => {
  it('with 120 whistles, 40 booked visits and 95 look-up entries leaves nothing that opens', async () => {
    const { id, petition, session } = await grown({ whistles: manyWhistles, visits: manyVisits, lookups: manyLookups });
    expect((await leftOf(id)).length).toBeGreaterThan(manyWhistles + 2 * manyVisits + manyLookups.length);
    expect(await approve(store(), id)).toBe(200);
    expect(await leftOf(id)).toEqual([]);
    for (const lookup of manyLookups) expect(await store().findByLookup(lookup)).toEqual([]);
    const whistles = await store().findByLookup(whistlesOf(id));
    expect(whistles).toHaveLength(manyWhistles);
    // Everything says so itself, in chains that are whole.
    for (const stream of [petition, session, { kind: 'booking', id: session.id } as const, ...whistles]) {
      const { events } = await store().stored(stream);
      expect(firstFault(events)).toBeUndefined();
      expect(events.some(({ type }) => type.endsWith('Erased'))).toBe(true);
    }
    expect(await finish()).toMatchObject({ streams: 0, waiting: 1, failed: 0 });
  });

  it.each([1, 2, 7, 45])(
    'that dies after %i transactions is finished by the schedule, without any key',
    async (commits) => {
      const { id } = await grown({ whistles: 60, visits: manyVisits });
      const dying = new Dying(db);
      dying.commitsLeft = commits;
      // It is approved, whatever comes after.
      expect(await approve(dying, id)).toBe(200);
      expect(foldPetition((await store().stored({ kind: 'petition', id })).events).keeping.erasedOn).toBe('2036-12-01');
      expect(await leftOf(id)).not.toEqual([]);
      expect((await leftOf(id)).filter((key) => key.startsWith('P#'))).toEqual([]);
      // The next run dies as well, on its way.
      const again = new Dying({ client: db.client, ...tables() });
      again.commitsLeft = 5;
      later(5);
      await expect(finish(again)).rejects.toThrow('could not be finished');
      expect(await waits(id)).toBe(true);
      expect((await finish()).streams).toBeGreaterThan(0);
      expect(await leftOf(id)).toEqual([]);
      later(20);
      expect(await finish()).toMatchObject({ streams: 0 });
      expect(await waits(id)).toBe(false);
    },
  );

  it('that dies before its first transaction has erased nothing', async () => {
    const { id } = await grown({ whistles: 3 });
    const before = await leftOf(id);
    const dying = new Dying(db);
    dying.commitsLeft = 0;
    expect(await approve(dying, id)).toBe(500);
    expect(await leftOf(id)).toEqual(before);
    expect(await waits(id)).toBe(false);
  });

  it('is refused while a whistle is under way, and then nothing of it is gone', async () => {
    const { id } = await grown({ whistles: 3 });
    await blow(id, 4, [draftWhistle()]);
    const before = await leftOf(id);
    expect(await approve(store(), id)).toBe(409);
    expect(await leftOf(id)).toEqual(before);
  });

  it.each(['visit', 'booking'])('is refused while a legal hold stands on a %s that would go with it', async (kind) => {
    const { id, session } = await grown({ visits: 3 });
    const keeping = { kind: 'keeping', id: `${kind}.${session.id}.2` } as const;
    const hold = { hold: 1, authority: '人民法院', reason: '保全', by: 'x', on: '2026-03-05' };
    await put(keeping, [fact('LegalHoldPlaced', hold)], { head: { summary: { held: true }, openStages: [] } });
    const before = await leftOf(id);
    expect(await approve(store(), id)).toBe(409);
    expect(await leftOf(id)).toEqual(before);
  });

  it('finds a whistle that was drafted in its very moment: it is called off, and erased', async () => {
    const { id } = await grown({ whistles: 2 });
    expect(await approve(store(), id)).toBe(200);
    // Whoever drafted had read the petition before, and commits after.
    const late = await blow(id, 3, [draftWhistle()]);
    const called = await blow(id, 4, [draftWhistle(), whistleCommand('ApproveWhistle', callers.leader, {})]);
    later(10);
    expect(await finish()).toMatchObject({ streams: 2, waiting: 1 });
    expect(await leftOf(id)).toEqual([]);
    for (const stream of [late, called]) {
      const { events } = await store().stored(stream);
      expect(events.slice(-2).map(({ type }) => type)).toEqual(['WhistleCalledOff', 'WhistleErased']);
      expect(events.at(-2)).toMatchObject({ actor: { id: 'clock' }, data: { by: 'clock', because: 'erasure' } });
      expect(foldWhistle(events)).toMatchObject({ erasedOn: '2036-12-01', calledOff: { because: 'erasure' } });
      expect((await store().head(stream))?.openStages).toEqual([]);
    }
    expect(await waits(id)).toBe(true);
    later(6);
    await finish();
    expect(await waits(id)).toBe(false);
  });
});
