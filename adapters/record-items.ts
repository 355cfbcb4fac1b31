import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { legalDay } from '../domain/calendar/calendar.ts';
import type { IdempotentWrite, StoredEvent, StreamWrite } from '../domain/ports.ts';
import { stepKey, type TaskRef } from '../domain/workflow/signals.ts';
import { canonicalJson } from './chain.ts';
import type { MadeKey } from './data-keys.ts';
import { toItem } from './dynamodb.ts';
import type { StreamKey } from './envelope.ts';
import {
  answerKey,
  dataKeyKey,
  dueKey,
  eventKey,
  headKey,
  type Key,
  listKey,
  listPosition,
  lookupEntryKey,
  lookupKey,
  openStageShard,
  pendingErasureKey,
  streamOf,
  timerShard,
  unitDayKey,
  unitDayPosition,
  workItemKey,
} from './keys.ts';

/** How long a repeat of a request gets the first answer: a week covers a client that was offline over a holiday. */
export const answerLifetimeSeconds = 7 * 24 * 60 * 60;

/** Names of the two tables. */
export interface Tables {
  readonly petitions: string;
  readonly history: string;
}

type Role = 'answer' | 'head' | 'event' | 'other';

export interface Operation {
  readonly role: Role;
  /** Index of the stream write that it belongs to; -1 for the answer. */
  readonly write: number;
  readonly item: TransactWriteItem;
}

/** A stream write with its facts chained onto the version that was read. */
export interface Prepared {
  readonly write: StreamWrite;
  readonly stream: string;
  readonly events: readonly StoredEvent[];
  readonly version: number;
  readonly hash: string;
  /** Sealed. */
  readonly title?: string;
  /** Data keys of what begins with this write. */
  readonly made: readonly MadeKey[];
  /** With which key its texts are sealed; absent where nothing had to be. */
  readonly keyed?: { readonly stream: string; readonly key: StreamKey };
  /** Look-up entries that go with the key. */
  readonly erased?: readonly Key[];
}

/**
 * Keeps the answer under its key, unless one stands there that has not expired.
 * @param now epoch seconds
 * @param keyed the stream under whose key the fingerprint stands; plain where a function has none, and no personal data
 */
export const answerOperation = (
  { petitions }: Tables,
  { key, answer }: IdempotentWrite,
  now: number,
  keyed?: { readonly stream: string; readonly key: StreamKey },
): Operation => {
  return {
    role: 'answer',
    write: -1,
    item: {
      Put: {
        TableName: petitions,
        Item: toItem({
          ...answerKey(key),
          fingerprint: keyed === undefined ? answer.fingerprint : keyed.key.digest(answer.fingerprint),
          ...(keyed === undefined ? {} : { keyStream: keyed.stream }),
          status: answer.status,
          body: JSON.stringify(answer.body),
          expiresAt: now + answerLifetimeSeconds,
        }),
        ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
        ExpressionAttributeValues: toItem({ ':now': now }),
      },
    },
  };
};

/** Everything that one stream write puts into the transaction. @param commit mark by which it recognises itself */
export const streamOperations = (tables: Tables, prepared: Prepared, write: number, commit: string): Operation[] => {
  const { petitions } = tables;
  const { stream, events } = prepared;
  const { decisions, lookups = [], opened = [], changed = [], erasesParts = [] } = prepared.write;
  const other = (item: TransactWriteItem): Operation => ({ role: 'other', write, item });
  return [
    { role: 'head', write, item: headPut(tables, prepared, commit) },
    ...events.map((event): Operation => ({ role: 'event', write, item: eventPut(tables, event) })),
    ...prepared.made.map(({ item }) =>
      other({
        Put: { TableName: petitions, Item: toItem(item), ConditionExpression: 'attribute_not_exists(pk)' },
      }),
    ),
    ...(prepared.erased === undefined ? [] : erasure(petitions, prepared, prepared.erased).map(other)),
    ...erasesParts.map((visit) => other(destroyed(petitions, `${stream}/${String(visit)}`, 'salt', events))),
    ...decisions.map(({ outcome, units, ...step }) =>
      other({
        Update: {
          TableName: petitions,
          Key: toItem(workItemKey(stream, stepKey(step))),
          // Unconditional: a decision may be taken before the machine arrives at the step, and waits for it there.
          UpdateExpression: `SET outcome = :outcome${units === undefined ? '' : ', units = :units'} REMOVE wl, due`,
          ExpressionAttributeValues: toItem({ ':outcome': outcome, ':units': units }),
        },
      }),
    ),
    ...changed.map(({ step, due, excluded, audience }) =>
      other({
        Update: {
          TableName: petitions,
          Key: toItem(workItemKey(stream, step)),
          // Where the machine has not arrived yet, this waits here and `open` puts the whole item over it.
          UpdateExpression: `SET due = :due, excluded = :excluded${audience === undefined ? '' : ', wl = :wl'}`,
          ExpressionAttributeValues: toItem({
            ':due': dueKey(due, stream, step),
            ':excluded': excluded,
            ':wl': audience,
          }),
        },
      }),
    ),
    ...opened.map(({ stream: _, audience, due, excluded: hidden, ...ref }) => {
      const step = stepKey(ref as TaskRef);
      return other({
        Put: {
          TableName: petitions,
          Item: toItem({
            ...workItemKey(stream, step),
            wl: audience,
            due: dueKey(due, stream, step),
            ...(hidden.length === 0 ? {} : { excluded: hidden }),
          }),
        },
      });
    }),
    ...lookups.map((hash) =>
      other({
        Put: {
          TableName: petitions,
          Item: toItem({ ...lookupEntryKey(stream, hash), lookup: lookupKey(hash), pos: stream }),
        },
      }),
    ),
  ];
};

/** Puts over a key what says that it was destroyed. @param holds what cannot be made again */
const destroyed = (
  petitions: string,
  id: string,
  holds: 'wrappedKey' | 'salt',
  events: readonly StoredEvent[],
): TransactWriteItem => ({
  Put: {
    TableName: petitions,
    Item: toItem({ ...dataKeyKey(id), version: 0, erasedOn: legalDay(events[0]?.at ?? '') }),
    ConditionExpression: `attribute_exists(${holds})`,
  },
});

/**
 * Puts over the wrapped key what says that it was destroyed, takes the look-up entries away, and lets the files of a
 * petition or an assembly wait to be erased: what no transaction reaches is done from that item, until it is done.
 */
const erasure = (
  petitions: string,
  { stream, events }: Prepared,
  lookups: readonly Key[],
): readonly TransactWriteItem[] => [
  destroyed(petitions, stream, 'wrappedKey', events),
  ...(['petition', 'assembly'].includes(streamOf(stream).kind)
    ? [{ Put: { TableName: petitions, Item: toItem(pendingErasureKey(stream)) } }]
    : []),
  ...lookups.map((key) => ({ Delete: { TableName: petitions, Key: toItem({ ...key }) } })),
];

const headPut = (
  { petitions }: Tables,
  { write, stream, version, hash, title }: Prepared,
  commit: string,
): TransactWriteItem => {
  const { expectedVersion, head, signals } = write;
  return {
    Put: {
      TableName: petitions,
      Item: toItem({
        ...headKey(stream),
        version,
        hash,
        commit,
        summary: canonicalJson(head.summary),
        ...(title === undefined ? {} : { title }),
        ...(head.openStages.length === 0 ? {} : { openStages: head.openStages, open: openStageShard(stream) }),
        ...(head.timer === undefined ? {} : { timer: head.timer, timers: timerShard(stream) }),
        ...(signals.length === 0 ? {} : { signals, outbox: '1' }),
        ...listKeys(write),
      }),
      ConditionExpression: expectedVersion === 0 ? 'attribute_not_exists(pk)' : 'version = :expected',
      ExpressionAttributeValues: expectedVersion === 0 ? undefined : toItem({ ':expected': expectedVersion }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
};

const listKeys = ({ stream: { kind, id }, head: { listed } }: StreamWrite): object =>
  listed === undefined ? {} : { lookup: listKey(kind, listed.unit), pos: listPosition(listed.day, id) };

const eventPut = (
  { history }: Tables,
  { stream, seq, type, at, actor, data, previousHash, hash }: StoredEvent,
): TransactWriteItem => {
  return {
    Put: {
      TableName: history,
      Item: toItem({
        ...eventKey(stream, seq),
        type,
        at,
        actor,
        data: canonicalJson(data),
        previousHash,
        hash,
        // Reads stand in a history of their own: what a unit did on a day would drown in what it looked at.
        ...(streamOf(stream).kind === 'reads'
          ? {}
          : { unitDay: unitDayKey(actor.unit, legalDay(at)), pos: unitDayPosition(at, stream, seq) }),
      }),
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
};
