import { randomUUID } from 'node:crypto';
import {
  type CancellationReason,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactionInProgressException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterEveryDay } from '../domain/calendar/calendar.ts';
import { DuplicateRequest, StaleVersion, Unavailable } from '../domain/errors.ts';
import type {
  Answer,
  HeadView,
  IdempotentWrite,
  LoadedStream,
  NewEvent,
  Page,
  RecordStore,
  StoredEvent,
  StreamKind,
  StreamRef,
  StreamWrite,
} from '../domain/ports.ts';
import { erasedText } from '../domain/privacy/masking.ts';
import { hasPersonal } from '../domain/privacy/personal-fields.ts';
import { genesisHash, stamp } from './chain.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { DataKeys, KnownKey } from './data-keys.ts';
import { backOff, DynamoDb, type Query, type RawItem, toItem } from './dynamodb.ts';
import type { OnConsumed } from './dynamodb-client.ts';
import type { StreamKey, SuiteName } from './envelope.ts';
import { available, isAmbiguous, isThrottling } from './failures.ts';
import {
  answerKey,
  eventKey,
  headKey,
  type Key,
  listKey,
  lookupEntryKey,
  lookupEntryPrefix,
  lookupKey,
  sequenceKey,
  streamKey,
  streamOf,
} from './keys.ts';
import { answerOperation, type Operation, type Prepared, streamOperations, type Tables } from './record-items.ts';
import { beginsPart, keyIdOf, keyStreamOf, openEvent, openTitle, sealEvents, sealTitle } from './seal.ts';
import { parseAnswer, parseEvent, parseHead, type StoredHead } from './stored-event.ts';

/** DynamoDB's limit for one transaction. */
const transactionLimit = 100;

/** Look-up entries that go in the transaction which destroys a key; it holds more than them. */
const lookupsWithKey = 40;

/** Attempts under contention before the caller is told to come back. */
const contentionRounds = 5;

/** Streams whose last hash is remembered between `load` and `commit` in one process. */
const rememberedStreams = 256;

export interface RecordStoreOptions {
  readonly client: DynamoDBClient;
  readonly petitionsTable: string;
  readonly historyTable: string;
  readonly onConsumed?: OnConsumed;
  /**
   * Without it the store opens nothing: it gives facts as they are stored, keeps a head's title as it stands, and refuses
   * to write personal data.
   */
  readonly sealing?: Sealing;
  /** Epoch milliseconds, for the expiry of idempotent answers; the machine's clock when absent. */
  readonly now?: () => number;
}

/** What seals and opens personal data. */
export interface Sealing {
  readonly keys: DataKeys;
  /** With which new texts are sealed. */
  readonly suite: SuiteName;
}

/** The record in two DynamoDB tables. */
export class DynamoRecordStore implements RecordStore {
  readonly #db: DynamoDb;
  readonly #tables: Tables;
  readonly #sealing: Sealing | undefined;
  readonly #now: () => number;
  /** The hash at a version never changes, so a remembered one cannot be stale, only of an older version. */
  readonly #last = new Map<string, { readonly version: number; readonly hash: string }>();

  constructor({ client, petitionsTable, historyTable, onConsumed, sealing, now = Date.now }: RecordStoreOptions) {
    this.#db = new DynamoDb(client, onConsumed);
    this.#tables = { petitions: petitionsTable, history: historyTable };
    this.#sealing = sealing;
    this.#now = now;
  }

  /** @throws Unavailable; SealBroken; Error when the stored sequence has a gap. */
  async load(stream: StreamRef): Promise<LoadedStream> {
    // The stream's own key is asked for beside its facts; those of its parts, when it has any, are made from it.
    const [{ version, events }] = await Promise.all([
      this.stored(stream),
      this.#keysOf([keyStreamOf(streamKey(stream))]),
    ]);
    return { version, events: await this.opened(events) };
  }

  /** @throws Unavailable; SealBroken */
  async opened(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    const sealed = events.filter(({ type, data }) => hasPersonal(type, data));
    const keys = await this.#keysOf(sealed.map((each) => keyIdOf(each.stream, each)));
    return keys === undefined ? events : events.map((each) => openEvent(each, keys.get(keyIdOf(each.stream, each))));
  }

  async #keysOf(ids: readonly string[]): Promise<ReadonlyMap<string, KnownKey> | undefined> {
    return this.#sealing?.keys.of(this.#db, this.#tables.petitions, ids);
  }

  /** @throws Unavailable; Error when the stored sequence has a gap. */
  async stored(stream: StreamRef): Promise<LoadedStream> {
    const key = streamKey(stream);
    const items = await this.#db.query({ table: this.#tables.history, where: 'pk = :pk', values: { ':pk': key } });
    const events = items.map(parseEvent);
    const gap = events.findIndex((event, index) => event.seq !== index + 1);
    if (gap !== -1) throw new Error(`The history of ${key} has a gap before event ${String(gap + 1)}.`);
    const last = events.at(-1);
    if (last !== undefined) this.#remember(key, last.seq, last.hash);
    return { version: events.length, events };
  }

  /**
   * Exactly one transaction: all streams move or none does.
   *
   * @throws DuplicateRequest when the idempotency key was committed before, even if the version is stale as well.
   * @throws StaleVersion with the current version when another write came first.
   * @throws Unavailable on throttling, lasting contention, or when it stays unknown whether the write happened: the
   * caller repeats the request under the same idempotency key.
   */
  async commit(writes: readonly StreamWrite[], idempotency?: IdempotentWrite): Promise<void> {
    if (writes.length === 0) throw new Error('A commit needs at least one stream.');
    const prepared = await Promise.all(writes.map((write) => this.#prepare(write, idempotency)));
    if (new Set(prepared.map(({ stream }) => stream)).size < prepared.length)
      throw new Error('A commit may write each stream once only.');

    // Also the mark in the heads by which a commit recognises itself after an answer was lost.
    const token = randomUUID();
    const operations = [
      ...(idempotency === undefined
        ? []
        : [
            answerOperation(
              this.#tables,
              idempotency,
              this.#epochSeconds(),
              prepared.find(({ keyed }) => keyed)?.keyed,
            ),
          ]),
      ...prepared.flatMap((each, index) => streamOperations(this.#tables, each, index, token)),
    ];
    if (operations.length > transactionLimit)
      throw new Error(`A commit of ${String(operations.length)} items exceeds the limit of one transaction.`);

    await this.#transact(operations, prepared, token, idempotency);
    for (const { stream, version, hash, made, erased, write } of prepared) {
      this.#remember(stream, version, hash);
      if (erased !== undefined) this.#sealing?.keys.forget(stream);
      for (const visit of write.erasesParts ?? []) this.#sealing?.keys.forget(`${stream}/${String(visit)}`);
      // Only now: had another commit made this stream, its key would be the right one.
      for (const { id, key } of made) this.#sealing?.keys.keep(id, key);
    }
  }

  /** @throws Unavailable */
  async answerTo(
    key: string,
    fingerprint: string,
  ): Promise<(Omit<Answer, 'fingerprint'> & { readonly same: boolean }) | undefined> {
    const answer = await this.#answer(key);
    if (answer === undefined) return undefined;
    const { fingerprint: stored, keyStream, status, body } = answer;
    if (keyStream === undefined) return { status, body, same: stored === fingerprint };
    const known = (await this.#keysOf([keyStream]))?.get(keyStream);
    if (known === 'erased') return undefined;
    if (known === undefined) throw new Error(`The key of ${keyStream} is lost.`);
    return { status, body, same: stored === known.digest(fingerprint) };
  }

  /** @throws Unavailable */
  async takeAwayLookups(stream: StreamRef): Promise<number> {
    const entries = await this.#lookupEntries(streamKey(stream));
    for (let first = 0; first < entries.length; first += transactionLimit) {
      const TransactItems = entries
        .slice(first, first + transactionLimit)
        .map((key) => ({ Delete: { TableName: this.#tables.petitions, Key: toItem({ ...key }) } }));
      await available(() => this.#db.client.send(new TransactWriteItemsCommand({ TransactItems })));
    }
    return entries.length;
  }

  async #answer(key: string): Promise<ReturnType<typeof parseAnswer> | undefined> {
    const item = await this.#db.get(this.#tables.petitions, answerKey(key));
    const answer = item && parseAnswer(item);
    // Time to live removes items late, up to days: what has expired must not be seen.
    return answer && answer.expiresAt > this.#epochSeconds() ? answer : undefined;
  }

  /** @throws InvalidCursor, Unavailable */
  async history(stream: StreamRef, limit: number, cursor?: string): Promise<Page<StoredEvent>> {
    const pk = streamKey(stream);
    const list = ['history', pk];
    const [sk] = cursor === undefined ? [] : decodeCursor(list, cursor, 1);
    const { items, more } = await this.#page(
      { table: this.#tables.history, where: 'pk = :pk', values: { ':pk': pk } },
      limit,
      sk === undefined ? undefined : { pk, sk },
    );
    const events = items.map(parseEvent);
    const last = events.at(-1);
    return page(events, more && last && encodeCursor(list, [sequenceKey(last.seq)]));
  }

  /** @throws Unavailable; SealBroken */
  async titles(streams: readonly StreamRef[]): Promise<ReadonlyMap<string, string>> {
    const named = new Map(streams.map((stream) => [streamKey(stream), `${stream.kind}/${stream.id}`]));
    const heads = (await this.#db.batchGet(this.#tables.petitions, [...named.keys()].map(headKey))).map(parseHead);
    const keys = await this.#keysOf(heads.map(({ pk }) => pk));
    return new Map(
      heads.flatMap(({ pk, title }) => {
        const text = keys?.get(pk) === 'erased' ? erasedText : title && openTitle(pk, title, keys?.get(pk));
        return text === undefined ? [] : [[named.get(pk) ?? pk, text]];
      }),
    );
  }

  async head(stream: StreamRef): Promise<(Omit<HeadView, 'title'> & { version: number; hash: string }) | undefined> {
    const head = await this.#head(streamKey(stream));
    if (head !== undefined) this.#remember(head.pk, head.version, head.hash);
    return head && { version: head.version, hash: head.hash, summary: head.summary, openStages: head.openStages };
  }

  async findByLookup(lookup: string): Promise<readonly StreamRef[]> {
    const items = await this.#db.query({
      table: this.#tables.petitions,
      index: 'lookups',
      where: 'lookup = :lookup',
      values: { ':lookup': lookupKey(lookup) },
    });
    return items.map(({ pk }) => streamOf(String(pk)));
  }

  /** Earliest day first. @throws InvalidCursor, Unavailable */
  async listed(
    kind: StreamKind,
    unit: string,
    days: string | { readonly from: string; readonly until: string },
    limit: number,
    cursor?: string,
  ): Promise<Page<{ stream: StreamRef; summary: object }>> {
    const lookup = listKey(kind, unit);
    const { from, until = afterEveryDay } = typeof days === 'string' ? { from: days } : days;
    const list = ['list', lookup, from, until];
    const start = cursor === undefined ? undefined : decodeCursor(list, cursor, 3);
    const { items, more } = await this.#page(
      {
        table: this.#tables.petitions,
        index: 'lookups',
        where: 'lookup = :lookup AND pos BETWEEN :from AND :until',
        // Behind everything of the last day.
        values: { ':lookup': lookup, ':from': from, ':until': `${until}~` },
      },
      limit,
      start && { lookup, pos: start[0], pk: start[1], sk: start[2] },
    );
    const heads = (await this.#db.batchGet(this.#tables.petitions, items.map(keyOf))).map(parseHead);
    return page(
      heads.map(({ pk, summary }) => ({ stream: streamOf(pk), summary })),
      more && nextCursor(list, items, ['pos', 'pk', 'sk']),
    );
  }

  #epochSeconds(): number {
    return Math.floor(this.#now() / 1000);
  }

  #remember(stream: string, version: number, hash: string): void {
    this.#last.delete(stream);
    this.#last.set(stream, { version, hash });
    const oldest = this.#last.keys().next().value;
    if (this.#last.size > rememberedStreams && oldest !== undefined) this.#last.delete(oldest);
  }

  async #head(stream: string): Promise<StoredHead | undefined> {
    const item = await this.#db.get(this.#tables.petitions, headKey(stream));
    return item && parseHead(item);
  }

  async #page(query: Query, limit: number, start?: RawItem): Promise<{ items: RawItem[]; more: boolean }> {
    // One more than asked: whether there is a next page is then known, and no page is ever empty by surprise.
    const items = await this.#db.query(query, limit + 1, start);
    return { items: items.slice(0, limit), more: items.length > limit };
  }

  /** Seals the events and chains them onto the version that was read. */
  async #prepare(write: StreamWrite, idempotency: IdempotentWrite | undefined): Promise<Prepared> {
    const stream = streamKey(write.stream);
    const { expectedVersion } = write;
    const previous = await this.#hashAt(stream, expectedVersion, idempotency);
    const { facts, ...sealed } = await this.#seal(stream, write);
    const erased = write.erases
      ? (await this.#lookupEntries(stream, write.lookups)).slice(0, lookupsWithKey)
      : undefined;
    const events = stamp(stream, expectedVersion, previous, facts);
    return {
      write,
      stream,
      events,
      version: expectedVersion + events.length,
      hash: events.at(-1)?.hash ?? previous,
      ...sealed,
      ...(erased === undefined ? {} : { erased }),
    };
  }

  /** Every entry under which a stream can be found, but those under which it still shall be. */
  async #lookupEntries(stream: string, kept: readonly string[] = []): Promise<readonly Key[]> {
    const items = await this.#db.query({
      table: this.#tables.petitions,
      where: 'pk = :pk AND begins_with(sk, :prefix)',
      values: { ':pk': stream, ':prefix': lookupEntryPrefix },
    });
    const stays = kept.map((hash) => lookupEntryKey(stream, hash).sk);
    return items.map(keyOf).filter(({ sk }) => !stays.includes(sk));
  }

  async #seal(
    stream: string,
    { expectedVersion, events, head, erases }: StreamWrite,
  ): Promise<{ readonly facts: readonly NewEvent[] } & Pick<Prepared, 'title' | 'made' | 'keyed'>> {
    const personal = events.filter(({ type, data }) => hasPersonal(type, data));
    if (this.#sealing === undefined) {
      if (personal.length > 0) throw new Error(`Personal data was to be written to ${stream} without a key.`);
      if (erases) return { facts: events, made: [] };
      const title = expectedVersion === 0 ? undefined : (await this.#head(stream))?.title;
      return { facts: events, made: [], ...(title === undefined ? {} : { title }) };
    }
    if (erases) return { facts: events, made: [] };
    const { keys, suite } = this.#sealing;
    const keyStream = keyStreamOf(stream);
    const made = expectedVersion === 0 && keyStream === stream ? [await keys.make(stream)] : [];
    const begun = events.filter(beginsPart).map((event) => keyIdOf(stream, event));
    const wanted = [
      ...personal.map((event) => keyIdOf(stream, event)).filter((id) => !begun.includes(id)),
      ...(begun.length > 0 || head.title !== undefined ? [keyStream] : []),
    ].filter((id) => !made.some((each) => each.id === id));
    const known = new Map<string, KnownKey>([
      ...(wanted.length === 0 ? [] : ((await this.#keysOf(wanted)) ?? [])),
      ...made.map(({ id, key }) => [id, key] as const),
    ]);
    const usable = (id: string): StreamKey => {
      const key = known.get(id);
      if (key === undefined) throw new Error(`The key of ${id} is lost.`);
      if (key === 'erased') throw new Error(`The personal data of ${id} was erased; none can be added.`);
      return key;
    };
    for (const id of begun) {
      const part = keys.makePart(id, usable(keyStream));
      made.push(part);
      known.set(id, part.key);
    }
    const facts =
      personal.length === 0
        ? events
        : sealEvents(stream, expectedVersion, events, (event) => usable(keyIdOf(stream, event)), suite);
    const own = known.get(keyStream);
    if (own === undefined || own === 'erased') {
      if (own === undefined && head.title !== undefined) throw new Error(`The key of ${keyStream} is lost.`);
      return { facts, made };
    }
    return {
      facts,
      made,
      ...(head.title === undefined ? {} : { title: sealTitle(stream, head.title, own, suite) }),
      keyed: { stream: keyStream, key: own },
    };
  }

  async #hashAt(stream: string, version: number, idempotency: IdempotentWrite | undefined): Promise<string> {
    if (version === 0) return genesisHash;
    const known = this.#last.get(stream);
    if (known?.version === version) return known.hash;
    const head = await this.#head(stream);
    if (head?.version === version) return head.hash;
    await this.#refuseDuplicate(idempotency);
    throw new StaleVersion(head?.version ?? 0);
  }

  async #refuseDuplicate(idempotency: IdempotentWrite | undefined): Promise<void> {
    if (idempotency !== undefined && (await this.#answer(idempotency.key)) !== undefined)
      throw new DuplicateRequest('The idempotency key was used before.');
  }

  async #transact(
    operations: readonly Operation[],
    prepared: readonly Prepared[],
    token: string,
    idempotency: IdempotentWrite | undefined,
  ): Promise<void> {
    for (let round = 0; round < contentionRounds; round += 1) {
      if (round > 0) await backOff(round);
      try {
        const { ConsumedCapacity } = await this.#db.client.send(
          new TransactWriteItemsCommand({
            TransactItems: operations.map(({ item }) => item),
            ClientRequestToken: token,
            ReturnConsumedCapacity: 'TOTAL',
          }),
        );
        this.#db.consumed('write', ConsumedCapacity);
        return;
      } catch (error) {
        if (!(await this.#mayTryAgain(error, operations, prepared, token, idempotency))) return;
      }
    }
    throw new Unavailable('The record is being written by others.');
  }

  /**
   * What a failed transaction means: returns `false` when it took place after all, `true` when contention alone stopped
   * it, and throws in every other case.
   */
  async #mayTryAgain(
    error: unknown,
    operations: readonly Operation[],
    prepared: readonly Prepared[],
    token: string,
    idempotency: IdempotentWrite | undefined,
  ): Promise<boolean> {
    if (error instanceof TransactionCanceledException) {
      const failed = operations.map((operation, index) => ({ operation, reason: error.CancellationReasons?.[index] }));
      const of = (code: string) => failed.filter(({ reason }) => reason?.Code === code);
      const unmet = of('ConditionalCheckFailed');
      if (unmet.length > 0) {
        if (unmet.some(({ reason }) => isOwnHead(reason, token))) return false;
        return await this.#refuse(unmet, prepared, idempotency);
      }
      if (of('TransactionConflict').length === 0) {
        if (failed.some(({ reason }) => isThrottling({ name: reason?.Code })))
          throw new Unavailable('The table is throttled.', { cause: error });
        throw error;
      }
    } else if (isThrottling(error) || isAmbiguous(error)) {
      // The SDK has given up; one of its attempts may have been carried out.
      if (await this.#tookPlace(prepared, token)) return false;
      await this.#refuseIfMoved(prepared, idempotency);
      throw new Unavailable('The store did not say whether the write took place.', { cause: error });
    } else if (!(error instanceof TransactionInProgressException)) {
      throw error;
    }
    if (await this.#tookPlace(prepared, token)) return false;
    await this.#refuseIfMoved(prepared, idempotency);
    return true;
  }

  /** A condition did not hold: throws the refusal that this is. */
  async #refuse(
    unmet: readonly { readonly operation: Operation; readonly reason: CancellationReason | undefined }[],
    prepared: readonly Prepared[],
    idempotency: IdempotentWrite | undefined,
  ): Promise<never> {
    // The duplicate comes first: whoever repeats a request wants the first answer, however far the record has moved.
    if (unmet.some(({ operation }) => operation.role === 'answer'))
      throw new DuplicateRequest('The idempotency key was used before.');
    await this.#refuseDuplicate(idempotency);
    for (const { operation, reason } of unmet) {
      if (operation.role === 'head' && reason?.Item !== undefined)
        throw new StaleVersion(parseHead(unmarshall(reason.Item)).version);
    }
    await this.#refuseIfMoved(prepared, idempotency);
    throw new Error('The record refuses a write at the version that its head shows: head and history disagree.');
  }

  /** @throws DuplicateRequest or StaleVersion when there is reason to. */
  async #refuseIfMoved(prepared: readonly Prepared[], idempotency: IdempotentWrite | undefined): Promise<void> {
    await this.#refuseDuplicate(idempotency);
    for (const { stream, write } of prepared) {
      const version = (await this.#head(stream))?.version ?? 0;
      if (version !== write.expectedVersion) throw new StaleVersion(version);
    }
  }

  /** Whether this very commit is in the record, although its answer was lost. */
  async #tookPlace(prepared: readonly Prepared[], token: string): Promise<boolean> {
    const [first] = prepared;
    if (first === undefined) return false;
    const head = await this.#head(first.stream);
    if (head?.commit === token) return true;
    // Others may have written on top of it since.
    const event = first.events[0];
    if (event === undefined || (head?.version ?? 0) <= first.version) return false;
    const item = await this.#db.get(this.#tables.history, eventKey(event.stream, event.seq));
    return item !== undefined && parseEvent(item).hash === event.hash;
  }
}

const isOwnHead = (reason: CancellationReason | undefined, token: string): boolean => reason?.Item?.commit?.S === token;

const keyOf = ({ pk, sk }: RawItem): Key => ({ pk: String(pk), sk: String(sk) });

const page = <T>(items: readonly T[], cursor: string | false | undefined): Page<T> =>
  cursor === false || cursor === undefined ? { items } : { items, cursor };

function nextCursor(list: readonly string[], items: readonly RawItem[], position: readonly string[]) {
  const last = items.at(-1);
  return (
    last &&
    encodeCursor(
      list,
      position.map((name) => String(last[name])),
    )
  );
}
