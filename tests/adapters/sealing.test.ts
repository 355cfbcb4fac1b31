/** Personal data in the tables: sealed at rest, bound to its place, gone with its key. */

import { createHash } from 'node:crypto';
import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { firstFault } from '../../adapters/chain.ts';
import { DataKeys } from '../../adapters/data-keys.ts';
import { SealBroken, type SuiteName, suiteNames } from '../../adapters/envelope.ts';
import { DynamoPendingErasures } from '../../adapters/pending-erasures.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import type { StreamRef } from '../../domain/ports.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { testKms } from '../support/kms.ts';
import { anEvent, aPetition, aWrite } from './builders.ts';

let db: TestDynamoDb;
let asked: string[];
let now: number;
let kms: ReturnType<typeof testKms>;
beforeAll(async () => {
  db = await startDynamoDb();
});
afterAll(() => db.stop());
beforeEach(() => {
  asked = [];
  now = Date.parse('2026-11-24T01:00:00Z');
  kms = testKms(asked);
});

/** A process of its own: it remembers nothing of the others. */
const newStore = (suite: SuiteName = 'aes-256-gcm') =>
  new DynamoRecordStore({ ...db, sealing: { keys: new DataKeys({ kms, keyId: 'test', now: () => now }), suite } });
const closedStore = () => {
  const { sealing: _, ...rest } = db;
  return new DynamoRecordStore(rest);
};

const registration = {
  petitioner: {
    form: 'individual',
    person: { name: '王小明', identityNumber: '622926197001011234', phone: '13900001234', address: '东乡县锁南镇1号' },
  },
  subject: '拖欠工程款',
  requests: ['支付工程款', '公开账目'],
  facts: '事实经过',
  unit: '622901007',
};
const registered = () => anEvent({ data: { number: 'x', registration, deadlines: [] } });
const register = async (store: DynamoRecordStore, stream: StreamRef = aPetition()) => {
  const head = { summary: { status: 'registered' }, openStages: [], title: '拖欠工程款' };
  await store.commit([aWrite(stream, { events: [registered()], head })]);
  return stream;
};

const everything = async (): Promise<string> => {
  const tables = await Promise.all(
    [db.petitionsTable, db.historyTable].map((TableName) => db.client.send(new ScanCommand({ TableName }))),
  );
  return JSON.stringify(tables.map(({ Items }) => Items));
};

describe.each(suiteNames)('a store that seals with %s', (suite) => {
  it('gives the rules what was written and leaves nothing of it readable in the tables', async () => {
    const stream = await register(newStore(suite));
    const { events } = await newStore().load(stream);
    expect(events[0]?.data).toMatchObject({ registration });
    expect((await newStore().titles([stream])).get(`petition/${stream.id}`)).toBe('拖欠工程款');
    const stored = await everything();
    for (const text of ['王小明', '622926197001011234', '13900001234', '锁南镇', '工程款', '账目', '事实经过'])
      expect(stored).not.toContain(text);
    expect(stored).toContain('622901007');
  });

  it('chains what is stored: the hashes need no key', async () => {
    const stream = await register(newStore(suite));
    const { events } = await closedStore().stored(stream);
    expect(firstFault(events)).toBeUndefined();
    expect(await closedStore().load(stream)).toEqual(await closedStore().stored(stream));
    expect(await newStore().opened(events)).toEqual((await newStore().load(stream)).events);
  });
});

describe('a sealed text', () => {
  const overwrite = async (stream: StreamRef, change: (data: string) => string) => {
    const { Items = [] } = await db.client.send(new ScanCommand({ TableName: db.historyTable }));
    const item = Items.map((each) => unmarshall(each)).find(({ pk }) => pk === `P#${stream.id}`) ?? {};
    const Item = marshall({ ...item, data: change(String(item.data)) });
    await db.client.send(new PutItemCommand({ TableName: db.historyTable, Item }));
  };
  const textOf = async (stream: StreamRef) => {
    const { events } = await closedStore().stored(stream);
    const [{ data }] = events as unknown as [{ data: { registration: typeof registration } }];
    return data.registration;
  };

  it('does not open in another field of its event', async () => {
    const stream = await register(newStore());
    const { facts, subject } = await textOf(stream);
    await overwrite(stream, (data) => data.replace(facts, subject));
    await expect(newStore().load(stream)).rejects.toThrow(SealBroken);
    expect((await closedStore().load(stream)).version).toBe(1);
  });

  it('does not open in another petition, not even with its key beside it', async () => {
    const [stream, other] = [await register(newStore()), await register(newStore())];
    const { facts } = await textOf(stream);
    const foreign = await textOf(other);
    await overwrite(stream, (data) => data.replace(facts, foreign.facts));
    await expect(newStore().load(stream)).rejects.toThrow(SealBroken);
    const key = await db.client.send(new ScanCommand({ TableName: db.petitionsTable }));
    const items = (key.Items ?? []).map((each) => unmarshall(each));
    const wrappedKey = items.find(({ pk, sk }) => pk === `P#${other.id}` && sk === 'KEY')?.wrappedKey;
    await db.client.send(
      new PutItemCommand({
        TableName: db.petitionsTable,
        Item: marshall({ pk: `P#${stream.id}`, sk: 'KEY', wrappedKey, version: 1 }),
      }),
    );
    await expect(newStore().load(stream)).rejects.toThrow('does not belong to this key and context');
  });

  it('cannot be replaced by plain text', async () => {
    const stream = await register(newStore());
    const { facts } = await textOf(stream);
    await overwrite(stream, (data) => data.replace(facts, '另一段事实'));
    await expect(newStore().load(stream)).rejects.toThrow(SealBroken);
  });

  it('that a petitioner writes in the form of a sealed one is sealed like any other', async () => {
    const store = newStore();
    const first = await register(store);
    const { facts } = await textOf(first);
    const stream = aPetition();
    const data = { number: 'x', registration: { ...registration, facts }, deadlines: [] };
    await store.commit([aWrite(stream, { events: [anEvent({ data })] })]);
    expect((await newStore().load(stream)).events[0]?.data).toEqual(data);
  });
});

describe('a store without keys', () => {
  it('writes no personal data', async () => {
    await expect(register(closedStore())).rejects.toThrow('without a key');
  });

  it('adds facts that hold none and keeps the sealed title as it stands', async () => {
    const stream = await register(newStore());
    const warned = anEvent({ type: 'DeadlineWarned', data: { index: 0, limit: 'forward', due: '2026-12-09' } });
    const head = { summary: { status: 'registered' }, openStages: [], title: 'xf1.whatever the closed fold has' };
    await closedStore().commit([aWrite(stream, { expectedVersion: 1, events: [warned], head })]);
    expect((await newStore().load(stream)).version).toBe(2);
    expect((await newStore().titles([stream])).get(`petition/${stream.id}`)).toBe('拖欠工程款');
  });

  it('refuses facts of which nobody has said what in them is personal', async () => {
    const write = aWrite(aPetition(), { events: [anEvent({ type: 'SomethingNew' })] });
    await expect(newStore().commit([write])).rejects.toThrow('Nobody has said');
  });
});

describe('the fingerprint of a request', () => {
  const fingerprint = createHash('sha256').update('{"phone":"13900001234"}').digest('base64url');
  const answer = { fingerprint, status: 200, body: { version: 1 } };

  it('is kept under the key of what was written: a guess at the request can be tried against nothing', async () => {
    const [one, other] = [aPetition(), aPetition()];
    const head = { summary: {}, openStages: [], title: '拖欠工程款' };
    for (const stream of [one, other])
      await newStore().commit([aWrite(stream, { events: [registered()], head })], { key: `o#${stream.id}`, answer });
    expect(await everything()).not.toContain(fingerprint);
    const { Items = [] } = await db.client.send(new ScanCommand({ TableName: db.petitionsTable }));
    const kept = Items.map((each) => unmarshall(each)).filter(({ pk }) =>
      [`I#o#${one.id}`, `I#o#${other.id}`].includes(pk),
    );
    expect(new Set(kept.map((each) => each.fingerprint)).size).toBe(2);
    expect(await newStore().answerTo(`o#${one.id}`, fingerprint)).toEqual({
      status: 200,
      body: answer.body,
      same: true,
    });
    expect(await newStore().answerTo(`o#${one.id}`, 'another')).toMatchObject({ same: false });
  });

  it('goes with the key', async () => {
    const stream = aPetition();
    const head = { summary: {}, openStages: [] };
    await newStore().commit([aWrite(stream, { events: [registered()], head })], { key: `o#${stream.id}`, answer });
    const erased = anEvent({ type: 'PersonalDataErased', data: { on: '2026-11-24' } });
    const approval = { key: `o#${stream.id}-erase`, answer: { ...answer, fingerprint: 'approve' } };
    await newStore().commit([aWrite(stream, { expectedVersion: 1, events: [erased], head, erases: true })], approval);
    expect(await newStore().answerTo(`o#${stream.id}`, fingerprint)).toBeUndefined();
    // The erasure itself can still be repeated.
    expect(await newStore().answerTo(approval.key, 'approve')).toMatchObject({ same: true });
  });
});

describe('erasure', () => {
  const erased = anEvent({
    type: 'PersonalDataErased',
    at: '2036-11-25T01:02:03.004Z',
    data: { ground: 'ordered', proposedBy: 'a', by: 'b', on: '2036-11-25', basis: 'P47' },
  });
  const erase = async (stream: StreamRef, expectedVersion: number) => {
    const head = { summary: { status: 'concluded' }, openStages: [], title: '拖欠工程款' };
    await newStore().commit([aWrite(stream, { expectedVersion, events: [erased], head, erases: true })]);
  };

  it('destroys the key, the title and every look-up entry in the transaction of its fact', async () => {
    const stream = aPetition();
    const head = { summary: {}, openStages: [], title: '拖欠工程款' };
    const lookups = ['f'.repeat(64), 'e'.repeat(64)];
    await newStore().commit([aWrite(stream, { events: [registered()], head, lookups })]);
    expect(await newStore().findByLookup('f'.repeat(64))).toEqual([stream]);
    await erase(stream, 1);
    const { Items = [] } = await db.client.send(new ScanCommand({ TableName: db.petitionsTable }));
    const left = Items.map((each) => unmarshall(each)).filter(({ pk }) => pk === `P#${stream.id}`);
    expect(left.map(({ sk }) => sk).sort()).toEqual(['HEAD', 'KEY']);
    expect(left.find(({ sk }) => sk === 'KEY')).toEqual({
      pk: `P#${stream.id}`,
      sk: 'KEY',
      version: 0,
      erasedOn: '2036-11-25',
    });
    expect(left.find(({ sk }) => sk === 'HEAD')).not.toHaveProperty('title');
    expect(await newStore().findByLookup('f'.repeat(64))).toEqual([]);
  });

  it('lets what is left of a petition or an assembly wait in the same transaction, and nothing of what leaves nothing', async () => {
    const pending = new DynamoPendingErasures(db);
    const ids = async () => {
      const found: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await pending.waiting(1, cursor);
        found.push(...page.items.map(({ id }) => id));
        if (page.cursor === undefined) return found;
        ({ cursor } = page);
      }
    };
    const before = await ids();
    const assembly = { kind: 'assembly', id: 'waits' } as const;
    const streams = [await register(newStore()), await register(newStore()), await register(newStore(), assembly)];
    const day = { kind: 'session', id: 'day' } as const;
    await register(newStore(), day);
    for (const stream of [...streams, day]) await erase(stream, 1);
    await expect(erase(streams[0] ?? day, 1)).rejects.toThrow();
    expect(new Set(await ids())).toEqual(new Set([...before, ...streams.map(({ id }) => id)]));
    for (const stream of streams) await pending.done(stream);
    expect(await ids()).toEqual(before);
  });

  it('stays: the record folds and verifies, says that it was erased, and takes no more texts', async () => {
    const stream = await register(newStore());
    const reader = newStore();
    await reader.load(stream);
    await erase(stream, 1);
    const { events } = await newStore().load(stream);
    expect(events.map(({ type }) => type)).toEqual(['PetitionRegistered', 'PersonalDataErased']);
    expect(events[0]?.data).toMatchObject({ registration: { facts: '已依法删除', unit: '622901007' } });
    expect(firstFault((await newStore().stored(stream)).events)).toBeUndefined();
    const more = aWrite(stream, { expectedVersion: 2, events: [registered()] });
    await expect(newStore().commit([more])).rejects.toThrow('erased');
    await expect(erase(stream, 2)).rejects.toThrow();
    // Another process still has the key; not for longer than five minutes.
    expect(JSON.stringify((await reader.load(stream)).events)).toContain('事实经过');
    now += 5 * 60_000;
    expect(JSON.stringify((await reader.load(stream)).events)).not.toContain('事实经过');
  });

  it('of one petition leaves the others alone', async () => {
    const [stream, other] = [await register(newStore()), await register(newStore())];
    await erase(stream, 1);
    expect((await newStore().load(other)).events[0]?.data).toMatchObject({ registration });
  });
});

describe('a visit of a reception day', () => {
  const visit = (number: number, visitor: string) =>
    anEvent({ type: 'VisitPreRegistered', data: { visit: number, visitor, purpose: '咨询', persons: 1 } });
  const head = { summary: { unit: '622901007' }, openStages: [], title: '接访 2026-11-24' };
  const day = async (id: string) => {
    const stream = { kind: 'session', id } as const;
    const published = anEvent({ type: 'SessionPublished', data: { id, unit: 'u', content: { leaderName: '领导' } } });
    await newStore().commit([aWrite(stream, { events: [published], head })]);
    await newStore().commit([aWrite(stream, { expectedVersion: 1, events: [visit(1, '王小明')], head })]);
    await newStore().commit([aWrite(stream, { expectedVersion: 2, events: [visit(2, '李大红')], head })]);
    return stream;
  };
  const erased = anEvent({ type: 'VisitErased', data: { visit: 1, on: '2036-11-25', basis: 'P47' } });
  const textsOf = async (store: DynamoRecordStore, stream: StreamRef) =>
    (await store.load(stream)).events.flatMap(({ data }) => (data as { visitor?: string }).visitor ?? []);

  it('has a key of its own, which costs the key service nothing', async () => {
    const stream = await day('622901007-20261124-VISIT1');
    asked.length = 0;
    expect(await textsOf(newStore(), stream)).toEqual(['王小明', '李大红']);
    expect(asked).toHaveLength(1);
    // What is sealed for one visit opens under no other key, and not under the day's.
    const [first] = (await newStore().stored(stream)).events.filter(({ type }) => type === 'VisitPreRegistered');
    if (!first) throw new Error('There is a visit.');
    const moved = { ...first, data: { ...first.data, visit: 2 } };
    await expect(newStore().opened([moved])).rejects.toBeInstanceOf(SealBroken);
  });

  it('is erased alone: nothing of it opens, for good, and the others and the chain are whole', async () => {
    const stream = await day('622901007-20261124-VISIT2');
    const reader = newStore();
    await reader.load(stream);
    const write = aWrite(stream, { expectedVersion: 3, events: [erased], head, erasesParts: [1] });
    await newStore().commit([write]);
    expect(await textsOf(newStore(), stream)).toEqual(['已依法删除', '李大红']);
    now += 5 * 60_000;
    expect(await textsOf(reader, stream)).toEqual(['已依法删除', '李大红']);
    expect(firstFault((await newStore().stored(stream)).events)).toBeUndefined();
    const more = anEvent({ type: 'FollowUpRecorded', data: { visit: 1, result: '回访' } });
    await expect(newStore().commit([aWrite(stream, { expectedVersion: 4, events: [more], head })])).rejects.toThrow(
      'erased',
    );
    await expect(newStore().commit([{ ...write, expectedVersion: 4 }])).rejects.toThrow();
    const { Items = [] } = await db.client.send(new ScanCommand({ TableName: db.petitionsTable }));
    const keys = Items.map((each) => unmarshall(each)).filter(
      ({ pk, sk }) => pk === `S#${stream.id}` && /^KEY/.test(sk),
    );
    expect(Object.fromEntries(keys.map(({ sk, salt }) => [sk, salt !== undefined]))).toEqual({
      KEY: false,
      'KEY#1': false,
      'KEY#2': true,
    });
  });
});

describe('data keys', () => {
  it('are made once per stream, opened once per process, and forgotten after five minutes', async () => {
    const maker = newStore();
    const stream = await register(maker);
    await maker.load(stream);
    expect(asked).toEqual(['GenerateDataKey']);
    const reader = newStore();
    await reader.load(stream);
    await reader.load(stream);
    expect(asked).toEqual(['GenerateDataKey', 'Decrypt']);
    now += 5 * 60_000;
    await reader.load(stream);
    expect(asked).toEqual(['GenerateDataKey', 'Decrypt', 'Decrypt']);
  });

  it('of a registration that came second are not kept', async () => {
    const stream = aPetition();
    const late = newStore();
    await register(newStore(), stream);
    await expect(register(late, stream)).rejects.toThrow();
    expect((await late.load(stream)).events[0]?.data).toMatchObject({ registration });
  });

  it('that are lost are told from those that were erased', async () => {
    const stream = await register(newStore());
    const { Items = [] } = await db.client.send(new ScanCommand({ TableName: db.petitionsTable }));
    const item = Items.map((each) => unmarshall(each)).find(({ pk, sk }) => pk === `P#${stream.id}` && sk === 'KEY');
    const put = (Item: object) =>
      db.client.send(new PutItemCommand({ TableName: db.petitionsTable, Item: marshall(Item) }));
    await put({ ...item, wrappedKey: Buffer.from('rubbish that opens nothing at all') });
    await expect(newStore().load(stream)).rejects.toThrow();
    await put({ pk: `P#${stream.id}`, sk: 'KEY', version: 1, erasedOn: '2026-11-24' });
    const { events } = await newStore().load(stream);
    expect(JSON.stringify(events)).toContain('已依法删除');
    expect((await newStore().titles([stream])).get(`petition/${stream.id}`)).toBe('已依法删除');
    expect(firstFault((await newStore().stored(stream)).events)).toBeUndefined();
  });
});
