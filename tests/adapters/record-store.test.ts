import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { firstFault } from '../../adapters/chain.ts';
import { answerLifetimeSeconds } from '../../adapters/record-items.ts';
import { DynamoRecordStore, type RecordStoreOptions } from '../../adapters/record-store.ts';
import { DynamoWorkItemStore } from '../../adapters/work-items.ts';
import { DuplicateRequest, InvalidCursor, StaleVersion } from '../../domain/errors.ts';
import type { RecordStore, StreamRef, WorkItem } from '../../domain/ports.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { anAnswer, anEvent, aPetition, aSession, aWrite } from './builders.ts';

let db: TestDynamoDb;
let store: RecordStore;
let workItems: DynamoWorkItemStore;

const newStore = (options: Partial<RecordStoreOptions> = {}) => new DynamoRecordStore({ ...db, ...options });

beforeAll(async () => {
  db = await startDynamoDb();
  store = newStore();
  workItems = new DynamoWorkItemStore(db);
});
afterAll(() => db.stop());

/** The stored item as it stands. */
async function raw(table: string, pk: string, sk: string) {
  const { Item } = await db.client.send(
    new GetItemCommand({ TableName: table, Key: marshall({ pk, sk }), ConsistentRead: true }),
  );
  return Item && unmarshall(Item);
}

const rawHead = (stream: StreamRef) =>
  raw(db.petitionsTable, `${stream.kind === 'petition' ? 'P' : 'S'}#${stream.id}`, 'HEAD');

const outcomesOf = async (attempts: readonly Promise<void>[]) => {
  const settled = await Promise.allSettled(attempts);
  return {
    won: settled.filter(({ status }) => status === 'fulfilled').length,
    errors: settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : [])),
  };
};

const triage = (stream: StreamRef, changes: Partial<WorkItem> = {}): WorkItem => ({
  stream,
  stage: 'intake',
  round: 1,
  step: 'triage',
  audience: 'petition-officer@622901007',
  due: '2026-12-09T16:00:00.000Z',
  excluded: [],
  ...changes,
});

describe('a stream', () => {
  it('that nobody wrote is empty', async () => {
    const stream = aPetition();
    expect(await store.load(stream)).toEqual({ version: 0, events: [] });
    expect(await store.head(stream)).toBeUndefined();
  });

  it('gives back what was written, chained', async () => {
    const stream = aPetition();
    const data = {
      text: '“道路”\u2028\n',
      number: 1e21,
      small: 0.1,
      nothing: null,
      list: [1, { b: [], a: {} }],
      empty: '',
    };
    await store.commit([aWrite(stream, { events: [anEvent({ data }), anEvent({ type: 'PetitionRouted' })] })]);
    await store.commit([aWrite(stream, { expectedVersion: 2, events: [anEvent({ type: 'PetitionAccepted' })] })]);

    const { version, events } = await newStore().load(stream);
    expect(version).toBe(3);
    expect(events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'PetitionRegistered'],
      [2, 'PetitionRouted'],
      [3, 'PetitionAccepted'],
    ]);
    expect(events[0]?.data).toEqual(data);
    expect(firstFault(events)).toBeUndefined();
  });

  it('drops what JSON has no form for, in the hash as in the record', async () => {
    const stream = aPetition();
    await store.commit([aWrite(stream, { events: [anEvent({ data: { kept: 1, dropped: undefined } })] })]);
    const { events } = await store.load(stream);
    expect(events[0]?.data).toEqual({ kept: 1 });
    expect(firstFault(events)).toBeUndefined();
  });

  it('refuses text that no other system could read back', async () => {
    const stream = aPetition();
    await expect(store.commit([aWrite(stream, { events: [anEvent({ data: { bad: '\ud800' } })] })])).rejects.toThrow();
    expect(await store.head(stream)).toBeUndefined();
  });

  it('is loaded whole beyond one page of the database', async () => {
    const stream = aPetition();
    const data = { text: '案'.repeat(30_000) };
    for (let version = 0; version < 24; version += 3)
      await store.commit([
        aWrite(stream, { expectedVersion: version, events: [0, 1, 2].map(() => anEvent({ data })) }),
      ]);
    const { version, events } = await store.load(stream);
    expect(version).toBe(24);
    expect(firstFault(events)).toBeUndefined();
  });

  it('is chained by a process that never read it', async () => {
    const stream = aPetition();
    await newStore().commit([aWrite(stream)]);
    await newStore().commit([aWrite(stream, { expectedVersion: 1 })]);
    const { events } = await store.load(stream);
    expect(events).toHaveLength(2);
    expect(firstFault(events)).toBeUndefined();
  });

  it('with a gap is not given out as whole', async () => {
    const stream = aPetition();
    await store.commit([aWrite(stream)]);
    const first = await raw(db.historyTable, `P#${stream.id}`, '00000001');
    await db.client.send(
      new PutItemCommand({ TableName: db.historyTable, Item: marshall({ ...first, sk: '00000003' }) }),
    );
    await expect(store.load(stream)).rejects.toThrow('gap before event 2');
  });
});

describe('the head', () => {
  it('shows version, hash, summary and open stages', async () => {
    const stream = aPetition();
    await store.commit([aWrite(stream, { head: { summary: { title: '道路' }, openStages: ['intake#1'] } })]);
    const { events } = await store.load(stream);
    expect(await store.head(stream)).toEqual({
      version: 1,
      hash: events[0]?.hash,
      summary: { title: '道路' },
      openStages: ['intake#1'],
    });
  });

  it('carries the signals of the last commit and no older ones', async () => {
    const stream = aPetition();
    const signals = [{ kind: 'start', stage: 'intake', round: 1 }] as const;
    await store.commit([aWrite(stream, { signals })]);
    expect(await rawHead(stream)).toMatchObject({ outbox: '1', signals });
    await store.commit([aWrite(stream, { expectedVersion: 1 })]);
    const later = await rawHead(stream);
    expect(later).not.toHaveProperty('outbox');
    expect(later).not.toHaveProperty('signals');
  });

  it('keeps to one kilobyte in the ordinary case', async () => {
    const stream = aPetition();
    await store.commit([
      aWrite(stream, {
        head: {
          summary: {
            unit: '622901-zrzy',
            status: 'accepted',
            category: '0203',
            registeredAt: '2026-11-24T01:02:03.004Z',
            handlers: ['622901-zrzy', '622901-jtj'],
          },
          openStages: ['assignment#1', 'mediation#1'],
        },
        signals: [
          { kind: 'complete', stage: 'intake', round: 1, step: 'organ-answer', outcome: 'accepted' },
          { kind: 'start', stage: 'assignment', round: 1 },
        ],
      }),
    ]);
    expect(JSON.stringify(await rawHead(stream)).length).toBeLessThan(1024);
  });
});

describe('two writers', () => {
  it('at one version: one wins, the other learns the current version', async () => {
    const stream = aPetition();
    await store.commit([aWrite(stream)]);
    await store.commit([aWrite(stream, { expectedVersion: 1, events: [anEvent(), anEvent()] })]);
    const error = await newStore()
      .commit([aWrite(stream, { expectedVersion: 1 })])
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StaleVersion);
    expect(error).toMatchObject({ currentVersion: 3 });
  });

  it('of a new stream: the second learns that it exists', async () => {
    const stream = aPetition();
    await store.commit([aWrite(stream)]);
    await expect(store.commit([aWrite(stream)])).rejects.toMatchObject({ name: 'StaleVersion', currentVersion: 1 });
  });

  it.each([0, 1])('six at once at version %i: exactly one wins', async (expectedVersion) => {
    const stream = aPetition();
    if (expectedVersion > 0) await store.commit([aWrite(stream)]);
    const { won, errors } = await outcomesOf(
      Array.from({ length: 6 }, () => newStore().commit([aWrite(stream, { expectedVersion })])),
    );
    expect(won).toBe(1);
    expect(errors).toHaveLength(5);
    for (const error of errors) {
      expect(error).toBeInstanceOf(StaleVersion);
      expect(error).toMatchObject({ currentVersion: expectedVersion + 1 });
    }
    const { events } = await store.load(stream);
    expect(events).toHaveLength(expectedVersion + 1);
    expect(firstFault(events)).toBeUndefined();
  });

  it('that remember an old hash are refused, not chained wrongly', async () => {
    const stream = aPetition();
    const other = newStore();
    await store.commit([aWrite(stream)]);
    await other.load(stream);
    await store.commit([aWrite(stream, { expectedVersion: 1 })]);
    await expect(other.commit([aWrite(stream, { expectedVersion: 1 })])).rejects.toBeInstanceOf(StaleVersion);
  });
});

describe('an idempotency key', () => {
  it('keeps the first answer', async () => {
    const answer = anAnswer();
    const { fingerprint, ...rest } = answer;
    expect(await store.answerTo('o#first', fingerprint)).toBeUndefined();
    await store.commit([aWrite(aPetition())], { key: 'o#first', answer });
    expect(await store.answerTo('o#first', fingerprint)).toEqual({ ...rest, same: true });
    expect(await store.answerTo('o#first', 'another')).toEqual({ ...rest, same: false });
  });

  it('used again is a duplicate, even where the version is stale too', async () => {
    const stream = aPetition();
    const idempotency = { key: 'o#again', answer: anAnswer() };
    await store.commit([aWrite(stream)], idempotency);
    await expect(store.commit([aWrite(stream)], idempotency)).rejects.toBeInstanceOf(DuplicateRequest);
    await expect(newStore().commit([aWrite(stream, { expectedVersion: 1 })], idempotency)).rejects.toBeInstanceOf(
      DuplicateRequest,
    );
    await expect(newStore().commit([aWrite(stream, { expectedVersion: 7 })], idempotency)).rejects.toBeInstanceOf(
      DuplicateRequest,
    );
    expect((await store.load(stream)).version).toBe(1);
  });

  it('used by six requests at once is committed once', async () => {
    const stream = aPetition();
    const idempotency = { key: 'o#six', answer: anAnswer() };
    const { won, errors } = await outcomesOf(
      Array.from({ length: 6 }, () => newStore().commit([aWrite(stream)], idempotency)),
    );
    expect(won).toBe(1);
    expect(errors).toHaveLength(5);
    for (const error of errors) expect(error).toBeInstanceOf(DuplicateRequest);
    expect((await store.load(stream)).version).toBe(1);
  });

  it('used by six requests at once for different streams is committed once', async () => {
    const streams = Array.from({ length: 6 }, aPetition);
    const idempotency = { key: 'o#six-streams', answer: anAnswer() };
    const { won, errors } = await outcomesOf(streams.map((stream) => newStore().commit([aWrite(stream)], idempotency)));
    expect(won).toBe(1);
    for (const error of errors) expect(error).toBeInstanceOf(DuplicateRequest);
    const versions = await Promise.all(streams.map(async (stream) => (await store.load(stream)).version));
    expect(versions.reduce((sum, version) => sum + version, 0)).toBe(1);
  });

  it('may be used again once it has expired, whether or not the item is still there', async () => {
    let now = Date.parse('2026-11-24T00:00:00Z');
    const aged = newStore({ now: () => now });
    await aged.commit([aWrite(aPetition())], { key: 'o#old', answer: anAnswer() });
    now += (answerLifetimeSeconds + 1) * 1000;
    expect(await aged.answerTo('o#old', 'f')).toBeUndefined();
    await aged.commit([aWrite(aPetition())], { key: 'o#old', answer: anAnswer({ status: 202 }) });
    expect(await aged.answerTo('o#old', 'f')).toMatchObject({ status: 202 });
  });
});

describe('a commit', () => {
  it('moves all streams or none', async () => {
    const [petition, session] = [aPetition(), aSession()];
    const head = { summary: { unit: '622901007', date: '2026-11-24' }, openStages: [] };
    await store.commit([aWrite(petition), aWrite(session, { head })]);
    await expect(
      store.commit([aWrite(petition, { expectedVersion: 1 }), aWrite(session, { head, expectedVersion: 0 })]),
    ).rejects.toMatchObject({ name: 'StaleVersion', currentVersion: 1 });
    expect((await store.load(petition)).version).toBe(1);
  });

  it('writes a stream once only, and something', async () => {
    const stream = aPetition();
    await expect(store.commit([aWrite(stream), aWrite(stream)])).rejects.toThrow('each stream once');
    await expect(store.commit([])).rejects.toThrow('at least one');
  });

  it('refuses more than one transaction can hold', async () => {
    const events = Array.from({ length: 100 }, () => anEvent());
    await expect(store.commit([aWrite(aPetition(), { events })])).rejects.toThrow('102 items');
  });

  it('of one event, one decision and an answer takes ten write units', async () => {
    const stream = aPetition();
    let units = 0;
    const counted = newStore({ onConsumed: (consumed) => (units += consumed.kind === 'write' ? consumed.units : 0) });
    const head = { summary: { title: '道路' }, openStages: ['intake#1'] };
    await counted.commit([aWrite(stream, { head })]);
    await workItems.open(triage(stream), Buffer.alloc(560, 7).toString('base64'));
    units = 0;
    await counted.commit(
      [
        aWrite(stream, {
          expectedVersion: 1,
          head,
          signals: [{ kind: 'complete', stage: 'intake', round: 1, step: 'triage', outcome: 'to-organ' }],
          decisions: [{ stage: 'intake', round: 1, step: 'triage', outcome: 'to-organ' }],
        }),
      ],
      { key: 'o#units', answer: anAnswer() },
    );
    // Four items at two units each, one leaves the worklist, one enters the unit's day.
    expect(units).toBe(10);
  });
});

describe('a decision', () => {
  const decision = {
    stage: 'assignment',
    round: 2,
    step: 'approve',
    outcome: 'approved',
    units: ['622901-zrzy'],
  } as const;
  const step = { stage: 'assignment', round: 2, step: 'approve', audience: 'leader@decision' } as const;

  it('closes the open step and keeps its token', async () => {
    const stream = aPetition();
    await store.commit([aWrite(stream)]);
    expect(await workItems.open(triage(stream, step), 'token-1')).toBeUndefined();
    expect((await workItems.worklist('leader@decision', 10)).items).toHaveLength(1);
    await store.commit([aWrite(stream, { expectedVersion: 1, decisions: [decision] })]);
    expect((await workItems.worklist('leader@decision', 10)).items).toHaveLength(0);
    expect(await workItems.find(stream, 'assignment#2#approve')).toEqual({
      stepKey: 'assignment#2#approve',
      token: 'token-1',
      decision,
      signalled: false,
    });
  });

  it('taken before the machine arrives is there for it', async () => {
    const stream = aPetition();
    await store.commit([aWrite(stream, { decisions: [decision] })]);
    expect(await workItems.open(triage(stream, step), 'token-1')).toEqual(decision);
    expect((await workItems.worklist('leader@decision', 10)).items).toHaveLength(0);
    expect(await workItems.find(stream, 'assignment#2#approve')).toEqual({
      stepKey: 'assignment#2#approve',
      decision,
      signalled: false,
    });
  });

  it('of a refused commit leaves the step open', async () => {
    const stream = aPetition();
    await store.commit([aWrite(stream)]);
    await workItems.open(triage(stream, step), 'token-1');
    await expect(store.commit([aWrite(stream, { decisions: [decision] })])).rejects.toBeInstanceOf(StaleVersion);
    expect(await workItems.find(stream, 'assignment#2#approve')).not.toHaveProperty('decision');
  });
});

describe('a recusal', () => {
  it('takes the open steps from the person, in the same commit as other decisions', async () => {
    const stream = aPetition();
    const approve = { stage: 'assignment', round: 1, step: 'approve', audience: 'leader@recusal' } as const;
    await store.commit([aWrite(stream)]);
    await workItems.open(triage(stream, { audience: 'leader@recusal' }), 't1');
    await workItems.open(triage(stream, approve), 't2');
    await workItems.open(triage(stream, { stage: 'closure', step: 'draft', audience: 'leader@recusal' }), 't3');
    await store.commit([
      aWrite(stream, {
        expectedVersion: 1,
        decisions: [{ stage: 'closure', round: 1, step: 'draft', outcome: 'drafted' }],
      }),
    ]);
    await store.commit([
      aWrite(stream, {
        expectedVersion: 2,
        changed: [{ step: 'assignment#1#approve', due: '2026-12-31', excluded: ['leader-9'] }],
        decisions: [{ stage: 'intake', round: 1, step: 'triage', outcome: 'to-organ' }],
      }),
    ]);
    const { items } = await workItems.worklist('leader@recusal', 10);
    expect(items.map(({ step, excluded }) => [step, excluded])).toEqual([['approve', ['leader-9']]]);
    expect(await workItems.find(stream, 'assignment#1#approve')).toMatchObject({ token: 't2' });
  });
});

/** All pages of a list, as it must read for a client. */
async function pages<T>(read: (cursor?: string) => Promise<{ items: readonly T[]; cursor?: string }>): Promise<T[][]> {
  const found: T[][] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    found.push([...page.items]);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
}

describe('a history', () => {
  it('reads page by page without an empty last page', async () => {
    const stream = aPetition();
    await store.commit([aWrite(stream, { events: [1, 2, 3, 4].map((n) => anEvent({ data: { n } })) })]);
    const read = await pages((cursor) => store.history(stream, 2, cursor));
    expect(read.map((page) => page.map(({ seq }) => seq))).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('refuses a cursor of another list, an altered one and a made-up one', async () => {
    const [stream, other] = [aPetition(), aPetition()];
    await store.commit([aWrite(stream, { events: [anEvent(), anEvent()] }), aWrite(other)]);
    const { cursor = '' } = await store.history(stream, 1);
    await expect(store.history(other, 1, cursor)).rejects.toBeInstanceOf(InvalidCursor);
    await expect(store.history(stream, 1, cursor.slice(0, -4))).rejects.toBeInstanceOf(InvalidCursor);
    for (const madeUp of [
      '',
      'x',
      '%%%',
      Buffer.from('{"a":1}').toString('base64url'),
      Buffer.from('["a",1]').toString('base64url'),
    ])
      await expect(store.history(stream, 1, madeUp)).rejects.toBeInstanceOf(InvalidCursor);
  });
});

describe('look-ups', () => {
  it('find every stream filed under a keyed hash', async () => {
    const [a, b] = [aPetition(), aPetition()];
    await store.commit([aWrite(a, { lookups: ['aa', 'bb'] })]);
    await store.commit([aWrite(b, { lookups: ['bb'] })]);
    expect(await store.findByLookup('aa')).toEqual([a]);
    expect(await store.findByLookup('bb')).toEqual([a, b]);
    expect(await store.findByLookup('cc')).toEqual([]);
  });

  it('do not find sessions by a unit that looks like a hash', async () => {
    const session = aSession();
    await store.commit([aWrite(session, { head: { summary: { unit: 'dd', date: '2026-11-24' }, openStages: [] } })]);
    expect(await store.findByLookup('dd')).toEqual([]);
  });
});

describe('the list of a unit', () => {
  it('comes from a day on, earliest first, with the newest summary, of one kind only', async () => {
    const days = ['2026-11-23', '2026-11-25', '2026-11-24'];
    const headOn = (day: string, summary: object) => ({
      summary,
      openStages: [],
      listed: { unit: '622901-s', day },
    });
    const sessions = days.map((day) => ({ stream: aSession(), summary: { day } }));
    for (const [index, { stream, summary }] of sessions.entries())
      await store.commit([aWrite(stream, { head: headOn(days[index] ?? '', summary) })]);
    await store.commit([aWrite({ ...aPetition(), kind: 'need' }, { head: headOn('2026-11-24', {}) })]);
    const [, late, middle] = sessions;
    if (!late || !middle) throw new Error('Three sessions were made.');
    const summary = { ...middle.summary, visits: 2 };
    await store.commit([aWrite(middle.stream, { expectedVersion: 1, head: headOn('2026-11-24', summary) })]);
    const read = await pages((cursor) => store.listed('session', '622901-s', '2026-11-24', 1, cursor));
    expect(read).toEqual([[{ stream: middle.stream, summary }], [late]]);
  });
});
