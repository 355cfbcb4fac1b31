/**
 * Shapes of the two tables as plain data: the stack, the tests and the adapters read them from here, so that no two of
 * them can disagree. What each key holds stands in `keys.ts`. Every key attribute is a string.
 */

import { streamKinds } from '../domain/ports.ts';
import { beatPrefix, streamPrefixes } from './keys.ts';

/** A global secondary index. `include` names what it projects beside the keys; without it, keys only. */
export interface IndexShape {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly include?: readonly string[];
}

export interface TableShape {
  readonly partitionKey: string;
  readonly sortKey: string;
  readonly stream: 'NEW_IMAGE' | 'KEYS_ONLY';
  /** Attribute with the epoch second after which an item may be removed; absent where nothing ever is. */
  readonly timeToLive?: string;
  readonly indexes: readonly IndexShape[];
}

/**
 * Index projections are lean because an index write costs units only when a projected attribute changes. Task tokens are
 * in none of them.
 */
export const petitionsTable = {
  partitionKey: 'pk',
  sortKey: 'sk',
  stream: 'NEW_IMAGE',
  timeToLive: 'expiresAt',
  indexes: [
    { name: 'openStages', partitionKey: 'open', sortKey: 'pk', include: ['openStages'] },
    { name: 'timers', partitionKey: 'timers', sortKey: 'timer' },
    { name: 'worklist', partitionKey: 'wl', sortKey: 'due', include: ['excluded'] },
    { name: 'lookups', partitionKey: 'lookup', sortKey: 'pos' },
  ],
} as const satisfies TableShape;

/**
 * Its stream is the tripwire: any MODIFY or REMOVE in it is tampering. The index carries what auditors filter by, so that
 * what a filter drops is not read from the table.
 */
export const historyTable = {
  partitionKey: 'pk',
  sortKey: 'sk',
  stream: 'KEYS_ONLY',
  indexes: [{ name: 'unitActs', partitionKey: 'unitDay', sortKey: 'pos', include: ['type', 'actor'] }],
} as const satisfies TableShape;

/**
 * Filter of the event source mapping from the Petitions stream to `dispatch`: only heads whose commit has signals. It
 * tests the scalar `outbox` because `exists` works on leaves only and `signals` is a list.
 */
export const signalFilter = { dynamodb: { NewImage: { outbox: { S: [{ exists: true }] } } } } as const;

/**
 * Filter of the event source mapping from the Petitions stream to `count`: every commit moves a head. Reads are the most
 * frequent commits of all and count nowhere.
 */
export const headFilter = {
  dynamodb: {
    Keys: {
      pk: {
        S: streamKinds.filter((kind) => kind !== 'reads').map((kind) => ({ prefix: `${streamPrefixes[kind]}#` })),
      },
      sk: { S: ['HEAD'] },
    },
  },
} as const;

/** The same mapping's filter of the beats by which `count` knows how far it is. */
export const beatFilter = { dynamodb: { Keys: { pk: { S: [{ prefix: beatPrefix }] } } } } as const;
