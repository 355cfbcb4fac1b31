/** What the rules may rely on, held against the tables and against the stand-in that the other tests use. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoOpenStageStore } from '../../adapters/open-stages.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { DynamoWorkItemStore } from '../../adapters/work-items.ts';
import { DuplicateRequest, StaleVersion } from '../../domain/errors.ts';
import type { OpenStageStore, Page, RecordStore, StreamRef, WorkItem, WorkItemStore } from '../../domain/ports.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { InMemoryRecord } from '../support/in-memory-record.ts';
import { anAnswer, anEvent, aPetition, aSession, aWrite } from './builders.ts';

interface Stores {
  readonly records: RecordStore;
  readonly workItems: WorkItemStore;
  readonly openStages: OpenStageStore;
}

let db: TestDynamoDb;
beforeAll(async () => {
  db = await startDynamoDb();
});
afterAll(() => db.stop());

const inTables = (): Stores => ({
  records: new DynamoRecordStore(db),
  workItems: new DynamoWorkItemStore(db),
  openStages: new DynamoOpenStageStore(db),
});
const inMemory = (): Stores => {
  const record = new InMemoryRecord();
  return { records: record, workItems: record, openStages: record };
};

const waiting = (stream: StreamRef, changes: Partial<WorkItem> = {}): WorkItem => ({
  stream,
  stage: 'intake',
  round: 1,
  step: 'triage',
  audience: `petition-officer@${stream.id}`,
  due: '2026-12-09T16:00:00.000Z',
  excluded: [],
  ...changes,
});

const decision = { stage: 'intake', round: 1, step: 'triage', outcome: 'to-organ', units: ['622901-zrzy'] } as const;

async function everything<T>(read: (cursor?: string) => Promise<Page<T>>): Promise<T[]> {
  const found: T[] = [];
  for (let page = await read(); ; page = await read(page.cursor)) {
    found.push(...page.items);
    if (page.cursor === undefined) return found;
  }
}

describe.each([
  ['the tables', inTables],
  ['the stand-in', inMemory],
])('a record in %s', (_, stores) => {
  it('writes a head anew without a fact: version and chain stay, what it is found by is added', async () => {
    const { records } = stores();
    const stream = aPetition();
    await records.commit([aWrite(stream)]);
    const before = await records.stored(stream);
    const head = { summary: { status: 'as the rules say now' }, openStages: [] };
    const anew = aWrite(stream, { expectedVersion: 1, events: [], head, lookups: [`by-${stream.id}`] });
    for (let twice = 0; twice < 2; twice += 1) await records.commit([anew]);
    expect(await records.stored(stream)).toEqual(before);
    expect(await records.head(stream)).toEqual({ ...head, version: 1, hash: before.events.at(-1)?.hash });
    expect(await records.findByLookup(`by-${stream.id}`)).toEqual([stream]);
    await records.commit([aWrite(stream, { expectedVersion: 1, events: [anEvent({ type: 'PetitionRouted' })] })]);
    await expect(records.commit([anew])).rejects.toBeInstanceOf(StaleVersion);
  });

  it('keeps facts in order, chained, and the newest head', async () => {
    const { records } = stores();
    const stream = aPetition();
    await records.commit([aWrite(stream, { events: [anEvent(), anEvent({ type: 'PetitionRouted' })] })]);
    const head = { summary: { status: 'routed' }, openStages: ['intake#1'] };
    await records.commit([
      aWrite(stream, { expectedVersion: 2, events: [anEvent({ type: 'PetitionAccepted' })], head }),
    ]);
    const { version, events } = await records.load(stream);
    expect(version).toBe(3);
    expect(events.map(({ type }) => type)).toEqual(['PetitionRegistered', 'PetitionRouted', 'PetitionAccepted']);
    expect(events.slice(1).map(({ previousHash }) => previousHash)).toEqual(events.slice(0, 2).map(({ hash }) => hash));
    expect(await records.head(stream)).toEqual({ ...head, version: 3, hash: events.at(-1)?.hash });
    const stored = await records.stored(stream);
    expect(stored.version).toBe(3);
    expect(await everything((cursor) => records.history(stream, 2, cursor))).toEqual(stored.events);
    expect(await records.opened(stored.events)).toEqual(events);
  });

  it('refuses a stale version and writes nothing of it', async () => {
    const { records, workItems } = stores();
    const [stream, other] = [aPetition(), aPetition()];
    await records.commit([aWrite(stream)]);
    const stale = [aWrite(other, { decisions: [decision] }), aWrite(stream)];
    await expect(records.commit(stale)).rejects.toBeInstanceOf(StaleVersion);
    await expect(records.commit(stale)).rejects.toMatchObject({ currentVersion: 1 });
    expect((await records.load(other)).version).toBe(0);
    expect(await workItems.all(other)).toEqual([]);
  });

  it('takes a request once and keeps its answer', async () => {
    const { records } = stores();
    const stream = aPetition();
    const idempotency = { key: `o#${stream.id}`, answer: anAnswer() };
    await records.commit([aWrite(stream)], idempotency);
    await expect(records.commit([aWrite(stream)], idempotency)).rejects.toBeInstanceOf(DuplicateRequest);
    await expect(records.commit([aWrite(aPetition())], idempotency)).rejects.toBeInstanceOf(DuplicateRequest);
    const { fingerprint, ...answer } = idempotency.answer;
    expect(await records.answerTo(idempotency.key, fingerprint)).toEqual({ ...answer, same: true });
    expect(await records.answerTo(idempotency.key, 'another')).toEqual({ ...answer, same: false });
    expect(await records.answerTo('o#never', fingerprint)).toBeUndefined();
  });

  it('shows a waiting step to its audience until it is decided', async () => {
    const { records, workItems } = stores();
    const stream = aPetition();
    const item = waiting(stream);
    await records.commit([aWrite(stream)]);
    expect(await workItems.open(item, 'token')).toBeUndefined();
    expect(await everything((cursor) => workItems.worklist(item.audience, 1, cursor))).toEqual([item]);
    await records.commit([aWrite(stream, { expectedVersion: 1, decisions: [decision] })]);
    expect(await everything((cursor) => workItems.worklist(item.audience, 1, cursor))).toEqual([]);
    expect(await workItems.find(stream, 'intake#1#triage')).toMatchObject({
      token: 'token',
      decision,
      signalled: false,
    });
    await workItems.markSignalled(stream, 'intake#1#triage');
    expect(await workItems.find(stream, 'intake#1#triage')).toMatchObject({ signalled: true });
  });

  it('answers a machine that comes late with the decision', async () => {
    const { records, workItems } = stores();
    const stream = aPetition();
    await records.commit([aWrite(stream, { decisions: [decision] })]);
    expect(await workItems.open(waiting(stream), 'token')).toEqual(decision);
    expect((await workItems.worklist(waiting(stream).audience, 1)).items).toEqual([]);
  });

  it('takes open steps, and only those, from who is recused', async () => {
    const { records, workItems } = stores();
    const stream = aPetition();
    const [first, second] = [waiting(stream), waiting(stream, { step: 'organ-answer', excluded: ['author'] })];
    await records.commit([aWrite(stream)]);
    await workItems.open(first, 't1');
    await workItems.open(second, 't2');
    const changed = [{ step: 'intake#1#organ-answer', due: second.due, excluded: ['author', 'officer-7'] }];
    await records.commit([aWrite(stream, { expectedVersion: 1, decisions: [decision], changed })]);
    expect((await workItems.worklist(first.audience, 9)).items).toEqual([
      { ...second, excluded: ['author', 'officer-7'] },
    ]);
  });

  it('finds streams by keyed hash, unit and day, session day and open stage', async () => {
    const { records, openStages } = stores();
    const [petition, session] = [aPetition(), aSession()];
    const summary = { unit: petition.id, date: '2026-11-24' };
    await records.commit([
      aWrite(petition, {
        lookups: [petition.id],
        head: { summary: {}, openStages: ['intake#1'] },
      }),
      aWrite(session, { head: { summary, openStages: [], listed: { unit: petition.id, day: '2026-11-24' } } }),
    ]);
    expect(await records.findByLookup(petition.id)).toEqual([petition]);
    expect(await everything((cursor) => records.listed('session', petition.id, '2026-11-24', 1, cursor))).toEqual([
      { stream: session, summary },
    ]);
    expect(await everything((cursor) => records.listed('session', petition.id, '2026-11-25', 1, cursor))).toEqual([]);
    const open = await everything((cursor) => openStages.openStages(10, cursor));
    expect(open).toContainEqual({ stream: petition, openStages: ['intake#1'] });
    expect(open).not.toContainEqual(expect.objectContaining({ stream: session }));
  });
});
