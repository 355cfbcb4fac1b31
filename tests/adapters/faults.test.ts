import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionConflictException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { SFNClient } from '@aws-sdk/client-sfn';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KmsLookupHasher } from '../../adapters/lookup-hasher.ts';
import { DynamoOpenStageStore } from '../../adapters/open-stages.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { DynamoReferenceData } from '../../adapters/reference-data.ts';
import { StepFunctionsWorkflow } from '../../adapters/step-functions.ts';
import { DynamoStreamFacts } from '../../adapters/stream-facts.ts';
import { DynamoSweepState } from '../../adapters/sweep-state.ts';
import { DynamoTimerStore } from '../../adapters/timers.ts';
import { DynamoActStore } from '../../adapters/unit-acts.ts';
import { DynamoWorkItemStore } from '../../adapters/work-items.ts';
import { Unavailable } from '../../domain/errors.ts';
import { toProblem } from '../../functions/shared/problem.ts';
import { anAnswer, aPetition, aWrite } from './builders.ts';

/**
 * Fault × operation: whatever an outside system says instead of an answer becomes `Unavailable`, which the API tells as 503
 * with Retry-After and the schedules and streams repeat. Nothing of it is ever a 500, and no operation does its work
 * partly: each is one request, one transaction, or (`putUnits`, `putCategories`, `putSettings`) a command by hand whose
 * repeat writes the same again.
 */

const fault = (name: string, status?: number, more: object = {}) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status }, ...more });

const faults = [
  ['throttled', fault('ThrottlingException', 400)],
  ['over its throughput', fault('ProvisionedThroughputExceededException', 400)],
  ['over the account’s limit', fault('RequestLimitExceeded', 400)],
  ['throttled by the key service', fault('KMSThrottlingException', 400)],
  ['broken inside', fault('InternalServerError', 500)],
  ['away', fault('ServiceUnavailable', 503)],
  ['too slow', fault('TimeoutError')],
  ['cut off', fault('Error', undefined, { code: 'ECONNRESET' })],
  ['not there', fault('Error', undefined, { code: 'ECONNREFUSED' })],
] as const;

const tables = {
  client: new DynamoDBClient({ region: 'local' }),
  petitionsTable: 'Petitions',
  historyTable: 'History',
};
const record = new DynamoRecordStore(tables);
const workItems = new DynamoWorkItemStore(tables);
const reference = () => new DynamoReferenceData(tables);
const workflow = new StepFunctionsWorkflow(new SFNClient({ region: 'local' }), { intake: 'arn:aws:states:::m:intake' });
const stream = aPetition();
const item = {
  stream,
  stage: 'intake',
  round: 1,
  step: 'triage',
  audience: 'a',
  due: '9999-12-31',
  title: 't',
  excluded: [],
};
const unit = { id: '1', name: '甲', kind: 'department', level: 'county' } as const;

const operations: readonly (readonly [name: string, run: () => Promise<unknown>])[] = [
  ['record.load', () => record.load(stream)],
  ['record.commit', () => record.commit([aWrite(stream)], { key: 'o#k', answer: anAnswer() })],
  ['record.commit of several streams', () => record.commit([aWrite(aPetition()), aWrite(aPetition())])],
  ['record.answerTo', () => record.answerTo('o#k', 'f')],
  ['record.history', () => record.history(stream, 10)],
  ['record.head', () => record.head(stream)],
  ['record.findByLookup', () => record.findByLookup('h')],
  ['acts', () => new DynamoActStore(tables).acts({ units: ['622901'], from: '2026-11-24', to: '2026-11-24' }, 10)],
  ['stream facts', () => new DynamoStreamFacts(tables).factsOf('P#1')],
  ['head of a stream', () => new DynamoStreamFacts(tables).headOf('P#1')],
  ['record.listed', () => record.listed('session', '622901', '2026-11-24', 10)],
  ['workItems.open', () => workItems.open(item, 'token')],
  ['workItems.find', () => workItems.find(stream, 'intake#1#triage')],
  ['workItems.markSignalled', () => workItems.markSignalled(stream, 'intake#1#triage')],
  ['workItems.all', () => workItems.all(stream)],
  ['workItems.worklist', () => workItems.worklist('a', 10)],
  ['openStages', () => new DynamoOpenStageStore(tables).openStages(10)],
  ['dueTimers', () => new DynamoTimerStore(tables).dueTimers('2026-11-24', 10)],
  ['sweepState.calendar', () => new DynamoSweepState(tables).calendar()],
  ['sweepState.recounted', () => new DynamoSweepState(tables).recounted('2026')],
  ['reference.units', () => reference().units()],
  ['reference.categories', () => reference().categories()],
  ['reference.settings', () => reference().settings()],
  ['reference.putUnits', () => reference().putUnits([unit])],
  ['reference.putCategories', () => reference().putCategories([{ code: '1', name: '甲' }])],
  ['reference.putSettings', () => reference().putSettings({ configuration: {} })],
  ['lookup hash', () => new KmsLookupHasher(new KMSClient({ region: 'local' }), 'key').hash('phone', '1')],
  ['workflow.start', () => workflow.start('n', 'intake', {})],
  ['workflow.complete', () => workflow.complete('token', {})],
  ['workflow.running', () => workflow.running('intake')],
  ['workflow.failed', () => workflow.failed('intake')],
  ['workflow.stop', () => workflow.stop('n', 'intake', 'why')],
];

let stubs: { onAnyCommand(): { rejects(error: Error): unknown }; restore(): void }[];
let dynamo: AwsClientStub<DynamoDBClient>;
beforeEach(() => {
  dynamo = mockClient(DynamoDBClient);
  stubs = [dynamo, mockClient(KMSClient), mockClient(SFNClient)];
});
afterEach(() => {
  for (const stub of stubs) stub.restore();
});

const failureOf = (run: () => Promise<unknown>): Promise<unknown> =>
  run().then(
    () => 'no failure',
    (error: unknown) => error,
  );

describe.each(faults)('what is %s', (_, error) => {
  it.each(operations)('%s says so: to be repeated', async (_name, run) => {
    for (const stub of stubs) stub.onAnyCommand().rejects(error);
    const failure = await failureOf(run);
    expect(failure).toBeInstanceOf(Unavailable);
    expect(toProblem(failure)).toMatchObject({ status: 503, type: 'urn:xinfang:problem:unavailable' });
  });
});

describe('an item that others write', () => {
  it.each(operations.filter(([name]) => /^(workItems.(open|markSignalled)|sweepState.recounted)$/.test(name)))(
    '%s is written when they have done, or is to be repeated',
    async (_name, run) => {
      const conflict = new TransactionConflictException({ $metadata: {}, message: 'conflict' });
      dynamo.on(PutItemCommand).rejectsOnce(conflict).resolves({});
      dynamo.on(UpdateItemCommand).rejectsOnce(conflict).resolves({});
      await run();
      dynamo.on(PutItemCommand).rejects(conflict);
      dynamo.on(UpdateItemCommand).rejects(conflict);
      expect(await failureOf(run)).toBeInstanceOf(Unavailable);
    },
  );
});

describe('an answer with a part of what was asked', () => {
  it('is completed by asking for the rest', async () => {
    const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'HEAD' } });
    dynamo.on(QueryCommand).resolves({ Items: [key('S#1'), key('S#2')] });
    dynamo.on(BatchGetItemCommand).resolves({ Responses: {}, UnprocessedKeys: { Petitions: { Keys: [key('S#1')] } } });
    expect(await failureOf(() => record.listed('session', '622901', '2026-11-24', 10))).toBeInstanceOf(Unavailable);
    expect(dynamo.commandCalls(BatchGetItemCommand).length).toBeGreaterThan(1);
  });

  it('or by writing the rest', async () => {
    const written: number[] = [];
    dynamo.on(BatchWriteItemCommand).callsFake(({ RequestItems: { Petitions } }) => {
      written.push(Petitions.length);
      return Petitions.length > 1 ? { UnprocessedItems: { Petitions: Petitions.slice(1) } } : {};
    });
    await reference().putUnits([unit, { ...unit, id: '2' }, { ...unit, id: '3' }]);
    expect(written).toEqual([3, 2, 1]);
    dynamo.on(BatchWriteItemCommand).callsFake(({ RequestItems }) => ({ UnprocessedItems: RequestItems }));
    expect(await failureOf(() => reference().putUnits([unit]))).toBeInstanceOf(Unavailable);
  });
});

describe('a commit', () => {
  it('is one transaction, whatever it writes, and its repeats carry the same token', async () => {
    dynamo.on(GetItemCommand).resolves({});
    dynamo.on(TransactWriteItemsCommand).resolves({});
    await record.commit([aWrite(aPetition()), aWrite(aPetition())], { key: 'o#k', answer: anAnswer() });
    const [call, ...more] = dynamo.commandCalls(TransactWriteItemsCommand);
    expect(more).toEqual([]);
    expect(call?.args[0].input.TransactItems).toHaveLength(5);
    for (const command of [PutItemCommand, UpdateItemCommand, BatchWriteItemCommand])
      expect(dynamo.commandCalls(command as typeof PutItemCommand)).toEqual([]);
  });
});
