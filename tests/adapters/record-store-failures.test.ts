import {
  type AttributeValue,
  type CancellationReason,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactionInProgressException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { genesisHash } from '../../adapters/chain.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { DuplicateRequest, StaleVersion, Unavailable } from '../../domain/errors.ts';
import { clientFor, startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { anAnswer, anEvent, aPetition, aWrite } from './builders.ts';

const $metadata = {};

/** One reason per item, in the order answer, head, event. */
const cancelled = (...codes: (string | { Code: string; Item: Record<string, AttributeValue> })[]) =>
  new TransactionCanceledException({
    $metadata: { httpStatusCode: 400 },
    message: 'Transaction cancelled',
    CancellationReasons: codes.map((code) =>
      typeof code === 'string' ? { Code: code } : code,
    ) as CancellationReason[],
  });

const named = (name: string, httpStatusCode?: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });

const headItem = (version: number, commit = 'of-another'): Record<string, AttributeValue> =>
  marshall({ pk: 'P#x', sk: 'HEAD', version, hash: genesisHash, commit, summary: '{}' });

const answerItem = (): Record<string, AttributeValue> =>
  marshall({ fingerprint: 'f', status: 201, body: '{}', expiresAt: Math.floor(Date.now() / 1000) + 60 });

describe('what the store says of a failed commit', () => {
  let dynamo: AwsClientStub<DynamoDBClient>;
  let store: DynamoRecordStore;
  const idempotency = { key: 'o#k', answer: anAnswer() };

  beforeEach(() => {
    dynamo = mockClient(DynamoDBClient);
    dynamo.on(GetItemCommand).resolves({});
    store = new DynamoRecordStore({
      client: new DynamoDBClient({ region: 'local' }),
      petitionsTable: 'Petitions',
      historyTable: 'History',
    });
  });

  afterEach(() => {
    dynamo.restore();
  });

  const stored = (sk: string, Item: Record<string, AttributeValue>) =>
    dynamo
      .on(GetItemCommand)
      .callsFake((input: { Key: { sk: { S: string } } }) => (input.Key.sk.S === sk ? { Item } : {}));
  const commit = () => store.commit([aWrite(aPetition())], idempotency).catch((error: unknown) => error);
  const sent = () => dynamo.commandCalls(TransactWriteItemsCommand).map(({ args }) => args[0].input);

  it('stale, with the version that the database returned with the refusal', async () => {
    dynamo
      .on(TransactWriteItemsCommand)
      .rejects(cancelled('None', { Code: 'ConditionalCheckFailed', Item: headItem(4) }, 'None'));
    expect(await commit()).toMatchObject({ name: 'StaleVersion', currentVersion: 4 });
  });

  it('stale, with the version read again when the refusal does not carry it', async () => {
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled('None', 'None', 'ConditionalCheckFailed'));
    stored('HEAD', headItem(5));
    expect(await commit()).toMatchObject({ name: 'StaleVersion', currentVersion: 5 });
  });

  it('a duplicate, although the version is stale too', async () => {
    dynamo
      .on(TransactWriteItemsCommand)
      .rejects(
        cancelled(
          'ConditionalCheckFailed',
          { Code: 'ConditionalCheckFailed', Item: headItem(1) },
          'ConditionalCheckFailed',
        ),
      );
    expect(await commit()).toBeInstanceOf(DuplicateRequest);
  });

  it('a duplicate, although the database names only the stale version', async () => {
    dynamo
      .on(TransactWriteItemsCommand)
      .rejects(cancelled('None', { Code: 'ConditionalCheckFailed', Item: headItem(1) }, 'None'));
    stored('ANSWER', answerItem());
    expect(await commit()).toBeInstanceOf(DuplicateRequest);
  });

  it('damaged, when a fact stands in the history that its head does not know', async () => {
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled('None', 'None', 'ConditionalCheckFailed'));
    expect(String(await commit())).toContain('head and history disagree');
  });

  it('done, when contention passes', async () => {
    dynamo
      .on(TransactWriteItemsCommand)
      .rejectsOnce(cancelled('None', 'TransactionConflict', 'None'))
      .rejectsOnce(new TransactionInProgressException({ $metadata, message: 'in progress' }))
      .resolves({});
    expect(await commit()).toBeUndefined();
    const tokens = sent().map(({ ClientRequestToken }) => ClientRequestToken);
    expect(tokens).toHaveLength(3);
    expect(new Set(tokens).size).toBe(1);
  });

  it('stale, when the other writer of a contention has won', async () => {
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled('None', 'TransactionConflict', 'None'));
    stored('HEAD', headItem(1));
    expect(await commit()).toMatchObject({ name: 'StaleVersion', currentVersion: 1 });
    expect(sent()).toHaveLength(1);
  });

  it('a duplicate, when the other writer of a contention was the same request', async () => {
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled('TransactionConflict', 'None', 'None'));
    stored('ANSWER', answerItem());
    expect(await commit()).toBeInstanceOf(DuplicateRequest);
  });

  it('unavailable, when contention does not pass', async () => {
    dynamo.on(TransactWriteItemsCommand).rejects(cancelled('None', 'TransactionConflict', 'None'));
    expect(await commit()).toBeInstanceOf(Unavailable);
    expect(sent()).toHaveLength(5);
  });

  it.each([
    named('ThrottlingException', 400),
    named('ProvisionedThroughputExceededException', 400),
    named('RequestLimitExceeded', 400),
    named('InternalServerError', 500),
    named('TimeoutError'),
    Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
    cancelled('None', 'ThrottlingError', 'None'),
    cancelled('None', 'ProvisionedThroughputExceeded', 'None'),
  ])('unavailable on %s', async (error) => {
    dynamo.on(TransactWriteItemsCommand).rejects(error);
    expect(await commit()).toBeInstanceOf(Unavailable);
  });

  it('unavailable, when not even the check after a lost answer is answered', async () => {
    dynamo.on(TransactWriteItemsCommand).rejects(named('TimeoutError'));
    dynamo.on(GetItemCommand).rejects(named('TimeoutError'));
    expect(await commit()).toBeInstanceOf(Unavailable);
  });

  it('its own words, when the request itself is wrong', async () => {
    for (const error of [
      named('ValidationException', 400),
      named('AccessDeniedException', 400),
      cancelled('None', 'ValidationError', 'None'),
    ]) {
      dynamo.on(TransactWriteItemsCommand).rejects(error);
      expect(await commit()).toBe(error);
    }
  });

  it('unavailable for reads too', async () => {
    dynamo.on(QueryCommand).rejects(named('ProvisionedThroughputExceededException', 400));
    await expect(store.load(aPetition())).rejects.toBeInstanceOf(Unavailable);
    dynamo.on(GetItemCommand).rejects(named('InternalServerError', 500));
    await expect(store.head(aPetition())).rejects.toBeInstanceOf(Unavailable);
  });
});

describe('a commit whose answer was lost', () => {
  let db: TestDynamoDb;
  beforeAll(async () => {
    db = await startDynamoDb();
  });
  afterAll(() => db.stop());

  /** Carries transactions out, then loses the answer; `between` happens before the caller hears of it. */
  const losing = (between: () => Promise<void> = async () => {}) => {
    const client = clientFor(db.endpoint);
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args);
        if (context.commandName !== 'TransactWriteItemsCommand') return result;
        await between();
        throw named('TimeoutError');
      },
      { step: 'initialize', name: 'loseAnswer' },
    );
    return new DynamoRecordStore({ ...db, client });
  };

  it('is recognised as done', async () => {
    const stream = aPetition();
    await losing().commit([aWrite(stream)], { key: 'o#lost', answer: anAnswer() });
    expect((await new DynamoRecordStore(db).load(stream)).version).toBe(1);
  });

  it('is recognised as done although others have written since', async () => {
    const stream = aPetition();
    const store = losing(() =>
      new DynamoRecordStore(db).commit([
        aWrite(stream, { expectedVersion: 1, events: [anEvent({ type: 'LegAcknowledged' })] }),
      ]),
    );
    await store.commit([aWrite(stream)]);
    expect((await new DynamoRecordStore(db).load(stream)).version).toBe(2);
  });

  it('is recognised as done when the repeat meets its own first attempt', async () => {
    const stream = aPetition();
    const client = clientFor(db.endpoint);
    let attempts = 0;
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args);
        attempts += context.commandName === 'TransactWriteItemsCommand' ? 1 : 0;
        if (context.commandName === 'TransactWriteItemsCommand' && attempts === 1) throw named('TimeoutError');
        return result;
      },
      // Below the SDK's own retries, which then send the transaction again.
      { step: 'finalizeRequest', priority: 'low', name: 'loseFirstAnswer' },
    );
    await new DynamoRecordStore({ ...db, client }).commit([aWrite(stream)], { key: 'o#repeat', answer: anAnswer() });
    expect(attempts).toBe(2);
    expect((await new DynamoRecordStore(db).load(stream)).version).toBe(1);
  });

  it('and never happened is stale when another came first', async () => {
    const stream = aPetition();
    const client = clientFor(db.endpoint);
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName !== 'TransactWriteItemsCommand') return next(args);
        await new DynamoRecordStore(db).commit([aWrite(stream, { events: [anEvent({ type: 'LegReportedIn' })] })]);
        throw named('TimeoutError');
      },
      { step: 'initialize', name: 'neverArrives' },
    );
    const error = await new DynamoRecordStore({ ...db, client })
      .commit([aWrite(stream)])
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StaleVersion);
  });
});
