import {
  DynamoDBClient,
  PutItemCommand,
  TransactionConflictException,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { DynamoWorkItemStore } from '../../adapters/work-items.ts';
import { InvalidCursor, Unavailable } from '../../domain/errors.ts';
import type { StreamRef, WorkItem } from '../../domain/ports.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { aPetition, aWrite } from './builders.ts';

let db: TestDynamoDb;
let workItems: DynamoWorkItemStore;
beforeAll(async () => {
  db = await startDynamoDb();
  workItems = new DynamoWorkItemStore(db);
});
afterAll(() => db.stop());

const reportIn = (stream: StreamRef, changes: Partial<WorkItem> = {}): WorkItem => ({
  stream,
  stage: 'assignment',
  round: 2,
  step: 'report-in',
  leg: '622901-zrzy',
  audience: 'handler@622901-zrzy',
  due: '2026-12-09T16:00:00.000Z',
  excluded: ['officer-7'],
  ...changes,
});

const decision = {
  stage: 'assignment',
  round: 2,
  step: 'report-in',
  leg: '622901-zrzy',
  outcome: 'reported-in',
} as const;
const key = 'assignment#2#report-in#622901-zrzy';

describe('a waiting step', () => {
  it('stands in the worklist of its audience exactly', async () => {
    const item = reportIn(aPetition(), { audience: 'handler@exact' });
    await workItems.open(item, 'token');
    expect((await workItems.worklist('handler@exact', 10)).items).toEqual([item]);
    for (const other of ['handler@exac', 'handler@exact2', 'leader@exact'])
      expect((await workItems.worklist(other, 10)).items).toEqual([]);
  });

  it.each(['AAAAKgAAAAIAAAAAAAAAAf3x+/==', 'ordinary-text_1', 'YWJj', 'YWJjZA', '国'])(
    'keeps the token %s as it is',
    async (token) => {
      const stream = aPetition();
      await workItems.open(reportIn(stream), token);
      expect((await workItems.find(stream, key))?.token).toBe(token);
    },
  );

  it('opened again by a new execution gets the new token', async () => {
    const stream = aPetition();
    await workItems.open(reportIn(stream), 'old');
    expect(await workItems.open(reportIn(stream), 'new')).toBeUndefined();
    expect(await workItems.find(stream, key)).toEqual({ stepKey: key, token: 'new', signalled: false });
  });

  it('opened again after the decision answers with it, and keeps what stands there', async () => {
    const stream = aPetition();
    await workItems.open(reportIn(stream), 'old');
    await new DynamoRecordStore(db).commit([aWrite(stream, { decisions: [decision] })]);
    expect(await workItems.open(reportIn(stream), 'new')).toEqual(decision);
    expect(await workItems.find(stream, key)).toMatchObject({ token: 'old' });
  });

  it('is marked once the workflow has been told', async () => {
    const stream = aPetition();
    await workItems.open(reportIn(stream), 'token');
    await workItems.markSignalled(stream, key);
    expect(await workItems.find(stream, key)).toMatchObject({ signalled: true, token: 'token' });
  });

  it('that is not there is not made by marking it', async () => {
    const stream = aPetition();
    await workItems.markSignalled(stream, key);
    expect(await workItems.find(stream, key)).toBeUndefined();
  });

  it('of an unknown stage is refused before it could not be read back', async () => {
    await expect(workItems.open(reportIn(aPetition(), { stage: 'lunch' }), 'token')).rejects.toThrow('no step key');
  });

  it('is listed with all others of its stream, and none of another', async () => {
    const [stream, other] = [aPetition(), aPetition()];
    await new DynamoRecordStore(db).commit([aWrite(stream, { decisions: [decision], lookups: ['aa'] })]);
    await workItems.open(reportIn(stream, { step: 'approve' }), 'token');
    await workItems.open(reportIn(other), 'token');
    expect((await workItems.all(stream)).map(({ stepKey, decision: made }) => [stepKey, made?.outcome])).toEqual([
      ['assignment#2#approve#622901-zrzy', undefined],
      [key, 'reported-in'],
    ]);
  });
});

describe('a worklist', () => {
  it('reads oldest due first, what has no limit last, page by page', async () => {
    const audience = 'handler@order';
    const dues = ['9999-12-31', '2026-12-09T16:00:00.000Z', '2026-12-01T16:00:00.000Z', '2026-12-09T16:00:00.000Z'];
    for (const due of dues) await workItems.open(reportIn(aPetition(), { audience, due }), 'token');
    const first = await workItems.worklist(audience, 3);
    const second = await workItems.worklist(audience, 3, first.cursor);
    expect([...first.items, ...second.items].map(({ due }) => due)).toEqual(dues.toSorted());
    expect(second.cursor).toBeUndefined();
  });

  it('does not show tokens', async () => {
    await workItems.open(reportIn(aPetition(), { audience: 'handler@secret' }), 'secret-token');
    expect(JSON.stringify(await workItems.worklist('handler@secret', 1))).not.toContain('secret-token');
  });

  it('refuses the cursor of another audience', async () => {
    for (let n = 0; n < 2; n += 1) await workItems.open(reportIn(aPetition(), { audience: 'handler@mine' }), 'token');
    const { cursor = '' } = await workItems.worklist('handler@mine', 1);
    await expect(workItems.worklist('handler@yours', 1, cursor)).rejects.toBeInstanceOf(InvalidCursor);
  });
});

describe('when the table is busy', () => {
  let dynamo: ReturnType<typeof mockClient>;
  beforeEach(() => {
    dynamo = mockClient(DynamoDBClient);
  });
  afterEach(() => {
    dynamo.restore();
  });

  it('a write that meets a transaction on its item is repeated', async () => {
    const conflict = new TransactionConflictException({ $metadata: {}, message: 'conflict' });
    dynamo.on(PutItemCommand).rejectsOnce(conflict).rejectsOnce(conflict).resolves({});
    expect(await workItems.open(reportIn(aPetition()), 'token')).toBeUndefined();
    dynamo.on(UpdateItemCommand).rejects(conflict);
    await expect(workItems.markSignalled(aPetition(), key)).rejects.toBeInstanceOf(Unavailable);
    expect(dynamo.commandCalls(UpdateItemCommand)).toHaveLength(5);
  });

  it('a write that is throttled says so', async () => {
    const throttled = Object.assign(new Error(), { name: 'ThrottlingException' });
    dynamo.on(PutItemCommand).rejects(throttled).on(UpdateItemCommand).rejects(throttled);
    await expect(workItems.open(reportIn(aPetition()), 'token')).rejects.toBeInstanceOf(Unavailable);
    await expect(workItems.markSignalled(aPetition(), key)).rejects.toBeInstanceOf(Unavailable);
  });
});
