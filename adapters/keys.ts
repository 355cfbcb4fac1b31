/**
 * Every key of both tables, and what each access pattern costs.
 *
 * Costs are on-demand request units for items of at most 1 KB: a transactional write takes 2 write units per item, a
 * plain one 1, and each index that an item enters, leaves or changes takes 1 more. A consistent read takes 1 read unit
 * per 4 KB, an eventually consistent one 0.5; an empty answer counts as one. The usual command (one event, one decision,
 * one idempotent answer) takes 10 write units, measured by the tests; without a decision it takes 7.
 *
 * | Access pattern                        | Table or index         | Key                                              | Cost                          |
 * |---------------------------------------|------------------------|--------------------------------------------------|-------------------------------|
 * | append an event                       | History                | pk = stream, sk = seq, on "not there"            | 2 W + 1 W (unitActs)          |
 * | move the head                         | Petitions              | pk = stream, HEAD, on the version that was read  | 2 W, + 1 W if stages change   |
 * | record a step decision                | Petitions              | pk = stream, W#step key                          | 2 W, + 1 W (leaves worklist)  |
 * | change day or audience of a step     | Petitions              | pk = stream, W#step key                          | 2 W + 1 W (worklist)          |
 * | keep a stream's data key               | Petitions              | pk = stream, KEY, with the first fact            | 2 W                           |
 * | a stream's data key                    | Petitions              | pk = stream, KEY                                 | 1 R, at most every 5 minutes  |
 * | keys of a session's visits or bookings | Petitions              | pk = stream, KEY#number                          | 1 R each, the same            |
 * | file under a keyed hash               | Petitions              | pk = stream, L#hash                              | 2 W + 1 W (lookups)           |
 * | keep an idempotent answer             | Petitions              | pk = I#key, ANSWER, on "not there or expired"    | 2 W                           |
 * | load a stream                         | History                | pk = stream                                      | 1 R per 4 KB                  |
 * | a stream's history, page by page      | History                | pk = stream, sk after the cursor                 | 1 R per 4 KB                  |
 * | a head                                | Petitions              | pk = stream, HEAD                                | 1 R                           |
 * | an idempotent answer                  | Petitions              | pk = I#key, ANSWER                               | 1 R per 4 KB                  |
 * | streams under a keyed hash            | Petitions / lookups    | lookup = K#hash                                  | 0.5 R                         |
 * | a unit's list of a kind, from a day   | Petitions / lookups    | lookup = U#kind#unit, pos from the day           | 0.5 R + 0.5 R per stream      |
 * | what units did in a period            | History / unitActs     | unitDay = unit#day, each day of each unit        | 0.5 R + 0.5 R per shown event |
 * | open a step                           | Petitions              | pk = stream, W#step key, on "not decided"        | 1 W + 1 W (worklist)          |
 * | one step                              | Petitions              | pk = stream, W#step key                          | 1 R                           |
 * | all steps of a stream                 | Petitions              | pk = stream, sk begins with W#                   | 1 R per 4 KB                  |
 * | note that the workflow was told       | Petitions              | pk = stream, W#step key                          | 1 W                           |
 * | an audience's worklist, oldest due    | Petitions / worklist   | wl = audience                                    | 0.5 R per 4 KB                |
 * | titles of a worklist's page            | Petitions              | pk = stream, HEAD and KEY of each                | 1 R per stream                |
 * | streams with open stages              | Petitions / openStages | open = O#shard, eight shards                     | 0.5 R per 4 KB, ≥ 4 R in all  |
 * | streams whose timer is due            | Petitions / timers     | timers = T#shard, timer up to the day            | 0.5 R per 4 KB, ≥ 4 R in all  |
 * | failed attempts at a query code       | Petitions              | pk = TRY#number, FAILED                          | 1 R                           |
 * | count a failed attempt                | Petitions              | pk = TRY#number, FAILED                          | 1 W per KB, failures only     |
 * | let a head wait for the anchor         | Petitions              | pk = A#PENDING, sk = stream, on "newer"          | 1 W                           |
 * | what waits for the anchor             | Petitions              | pk = A#PENDING                                   | 1 R per 4 KB                  |
 * | add a batch to the anchor's log       | Petitions              | A#BATCH, A#CHECKPOINTS, A#LOG in one transaction | 6 W + 0.3 W per head          |
 * | note where a head stands in the log   | Petitions              | pk = A#stream, sk = version                      | 1 W + 1 W (waits no longer)   |
 * | the entries of a stream               | Petitions              | pk = A#stream                                    | 1 R per 4 KB                  |
 * | the batch that holds a leaf           | Petitions              | pk = A#BATCH, sk after the index, first          | 1 R per 4 KB, ≤ 10 R          |
 * | checkpoints in order                  | Petitions              | pk = A#CHECKPOINTS, sk after the number          | 1 R per 4 KB                  |
 * | reference data                        | Petitions              | pk = REF#kind                                    | 0.5 R per 4 KB                |
 * | what counts of a stream               | Petitions              | pk = F#stream, SHEET                             | 1 R                           |
 * | count a stream anew                   | Petitions              | pk = F#stream, SHEET, on the revision read       | 2 W                           |
 * | a version of reference data           | Petitions              | pk = REF#kind, sk = id@day, on "not there"       | 1 W                           |
 * | how far an import has come            | Petitions              | pk = IMP#import, PROGRESS                        | 1 R, 1 W per slice of rows    |
 * | what is wrong with an import's rows   | Petitions              | pk = IMP#import, sk = E#line#place               | 1 W each, 1 R per 4 KB        |
 * | whether rows are in the record        | Petitions              | pk = stream, HEAD, a hundred at a time           | 0.5 R per row                 |
 * | move the counters of a unit and month | Petitions              | pk = C#period, sk = unit                         | 2 W per counter item          |
 * | file under a unit and month           | Petitions              | pk = F#stream, AT#unit#period                    | 2 W + 1 W (lookups), once     |
 * | petitions whose erasure waits on      | Petitions              | pk = ERASE#FILES                                 | 1 R per 4 KB, 2 W to add      |
 * | a month's counters                    | Petitions              | pk = C#period, or single units                   | 0.5 R per 4 KB                |
 * | cases behind a number                 | Petitions / lookups    | lookup = F#unit#period                           | 0.5 R + 0.5 R per case        |
 * | let a stream wait to be counted        | Petitions              | pk = C#UNCOUNTED, sk = stream                    | 2 W, failures only            |
 * | beats, and which came through          | Petitions              | pk = C#BEAT.number; pk = C#BEATS, HEARD          | 64 W and 2 W or more a minute |
 * | up to when it is counted               | Petitions              | pk = C#BEATS, HEARD and pk = C#UNCOUNTED         | 1.5 R                         |
 */

import { type StreamKind, type StreamRef, streamKinds } from '../domain/ports.ts';
import { type Stage, type StepRef, stages, type TaskRef } from '../domain/workflow/signals.ts';

/** Primary key of an item in either table. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** First letter of a stream's key, by kind. `A`, `C`, `F`, `I`, `K`, `O`, `T`, `U` and `W` begin other keys. */
export const streamPrefixes: Readonly<Record<StreamKind, string>> = {
  petition: 'P',
  session: 'S',
  grid: 'G',
  need: 'N',
  assembly: 'V',
  programme: 'X',
  whistle: 'H',
  centre: 'Z',
  placement: 'Q',
  'list-item': 'M',
  rota: 'D',
  booking: 'Y',
  briefing: 'L',
  keeping: 'E',
  import: 'B',
  post: 'J',
  reads: 'R',
};

/** @example streamKey({ kind: 'petition', id: '622901007-20261124-7K3QXA' }) // P#622901007-20261124-7K3QXA */
export const streamKey = ({ kind, id }: StreamRef): string => `${streamPrefixes[kind]}#${id}`;

/** Inverse of `streamKey`. @throws Error when the key names no stream. */
export function streamOf(key: string): StreamRef {
  const id = key.slice(2);
  const kind = streamKinds.find((each) => key.startsWith(`${streamPrefixes[each]}#`));
  if (id === '' || kind === undefined) throw new Error(`"${key}" names no stream.`);
  return { kind, id };
}

/** Zero-padded, so that the order of the keys is the order of the facts. */
export const sequenceKey = (seq: number): string => String(seq).padStart(8, '0');

export const eventKey = (stream: string, seq: number): Key => ({ pk: stream, sk: sequenceKey(seq) });

/** A unit's facts of one day. `at` is a UTC instant; the day is the legal one, in Asia/Shanghai. */
export const unitDayKey = (unit: string, day: string): string => `${unit}#${day}`;

/** Orders a unit's day by instant and keeps the order total. */
export const unitDayPosition = (at: string, stream: string, seq: number): string =>
  `${at}#${stream}#${sequenceKey(seq)}`;

export const headKey = (stream: string): Key => ({ pk: stream, sk: 'HEAD' });

/**
 * Of what a data key is, wrapped; after erasure what says that it was destroyed. A part of a stream that can be erased alone
 * has a key of its own, `<stream>/<part>`.
 */
export const dataKeyKey = (id: string): Key => {
  const [stream = id, part] = id.split('/');
  return { pk: stream, sk: part === undefined ? 'KEY' : `KEY#${part}` };
};

/** Inverse of `dataKeyKey`. */
export const dataKeyId = ({ pk, sk }: Key): string => (sk === 'KEY' ? pk : `${pk}/${sk.slice('KEY#'.length)}`);

/** Where the petitions wait whose key was destroyed and whose files are still to go. */
export const pendingErasures = 'ERASE#FILES';

export const pendingErasureKey = (stream: string): Key => ({ pk: pendingErasures, sk: stream });

export const openStageShards = 8;

/** FNV-1a over the stream's key: spreads streams evenly over the shards of an index. */
const shardOf = (stream: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(stream)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % openStageShards;
};

export const openStageShard = (stream: string): string => openStageKey(shardOf(stream));

/** Heads with a running limit stand in the `timers` index under one of eight shards, ordered by day. */
export const timerShard = (stream: string): string => timerKey(shardOf(stream));

export const timerKey = (shard: number): string => `T#${String(shard)}`;

export const openStageKey = (shard: number): string => `O#${String(shard)}`;

export const workItemPrefix = 'W#';

/** Work items that no machine waits for. */
export const taskPrefix = 'W#task#';

/** @param step A step key as `stepKey` in domain/workflow/signals.ts makes it. */
export const workItemKey = (stream: string, step: string): Key => ({ pk: stream, sk: `${workItemPrefix}${step}` });

/** Inverse of `stepKey`. @throws Error when the text is no step key. */
export function stepOf(key: string): StepRef | TaskRef {
  const [stage, round, step, ...leg] = key.split('#');
  const known = stage === 'task' ? stage : stages.find((name): name is Stage => name === stage);
  if (known === undefined || !round || !/^\d+$/.test(round) || !step) throw new Error(`"${key}" is no step key.`);
  return { stage: known, round: Number(round), step, ...(leg.length === 0 ? {} : { leg: leg.join('#') }) };
}

/** Orders a worklist by due instant and keeps the order total. */
export const dueKey = (due: string, stream: string, step: string): string => `${due}#${stream}#${step}`;

/** The due instant in a `dueKey`. */
export const dueOf = (key: string): string => key.slice(0, key.indexOf('#'));

export const lookupEntryPrefix = 'L#';

export const lookupEntryKey = (stream: string, hash: string): Key => ({
  pk: stream,
  sk: `${lookupEntryPrefix}${hash}`,
});

export const lookupKey = (hash: string): string => `K#${hash}`;

/** The list of one kind under one unit. */
export const listKey = (kind: StreamKind, unit: string): string => `U#${streamPrefixes[kind]}#${unit}`;

export const listPosition = (day: string, id: string): string => `${day}#${id}`;

/** With which calendar limits were counted last; one item. */
export const sweepStateKey: Key = { pk: 'SWEEP', sk: 'STATE' };

/** The anchor's own partitions; `A#<stream>` holds the entries of a stream. */
export const anchorPartition = { pending: 'A#PENDING', log: 'A#LOG', batches: 'A#BATCH', checkpoints: 'A#CHECKPOINTS' };

export const pendingHeadKey = (stream: string): Key => ({ pk: anchorPartition.pending, sk: stream });

export const logStateKey: Key = { pk: anchorPartition.log, sk: 'STATE' };

/** Sorts as the number does, up to what a number holds exactly. */
export const ordinalKey = (value: number): string => String(value).padStart(16, '0');

/** A batch stands at the size that it gives the log: the first one after a leaf's index holds that leaf. */
export const batchKey = (size: number): Key => ({ pk: anchorPartition.batches, sk: ordinalKey(size) });

export const checkpointKey = (n: number): Key => ({ pk: anchorPartition.checkpoints, sk: ordinalKey(n) });

export const streamEntriesKey = (stream: string): string => `A#${stream}`;

export const streamEntryKey = (stream: string, version: number): Key => ({
  pk: streamEntriesKey(stream),
  sk: sequenceKey(version),
});

export const answerKey = (key: string): Key => ({ pk: `I#${key}`, sk: 'ANSWER' });

/** Failed attempts at the query code of a number; no stream's partition, since there may be no such petition. */
export const attemptsKey = (number: string): Key => ({ pk: `TRY#${number}`, sk: 'FAILED' });

/** How far an import has come, and what is wrong with its rows: apart from its facts, and only for as long as its file. */
const importPartition = (id: string): string => `IMP#${id}`;

export const importProgressKey = (id: string): Key => ({ pk: importPartition(id), sk: 'PROGRESS' });

/** Errors of rows in the order of the lines; one pass over a line always writes the same keys. */
export const importErrorKey = (id: string, line: number, place: number): Key => ({
  pk: importPartition(id),
  sk: `E#${sequenceKey(line)}#${String(place).padStart(3, '0')}`,
});

/** A version of something that holds from a day on; what has no day holds from the beginning. */
export const datedId = (id: string, validFrom: string): string => `${id}@${validFrom}`;

export const referenceKey = (kind: 'units' | 'categories' | 'calendar' | 'settings', id: string): Key => ({
  pk: `REF#${kind}`,
  sk: id,
});

/** What counts of a stream stands apart from the stream itself, so that whoever counts can write nothing else. */
const figuresPrefix = 'F#';

export const sheetKey = (stream: string): Key => ({ pk: `${figuresPrefix}${stream}`, sk: 'SHEET' });

/** Inverse of `sheetKey`, by its partition. */
export const countedStreamOf = (pk: string): StreamRef => streamOf(pk.slice(figuresPrefix.length));

/** Files a stream under a unit and a period in which something of it counts. */
export const filedKey = (stream: string, unit: string, period: string): Key => ({
  pk: `${figuresPrefix}${stream}`,
  sk: `AT#${unit}#${period}`,
});

export const filedUnder = (unit: string, period: string): string => `${figuresPrefix}${unit}#${period}`;

/** The counters of a unit in a period. */
export const counterKey = (period: string, unit: string): Key => ({ pk: `C#${period}`, sk: unit });

/** A stream that could not be counted and waits for it. */
export const uncountedKey = (stream: string): Key => ({ pk: 'C#UNCOUNTED', sk: stream });

/**
 * Beats by number. A partition of the table keeps order for itself alone, and where a key lies nobody can choose: with 32 of
 * them a table of eight partitions has one without a beat once in nine, of four once in three thousand times.
 */
export const beats: readonly number[] = Array.from({ length: 32 }, (_, number) => number);

export const beatPrefix = 'C#BEAT.';

export const beatKey = (number: number): Key => ({ pk: `${beatPrefix}${String(number)}`, sk: 'BEAT' });

/** Which beat came through when. */
export const heardBeatsKey: Key = { pk: 'C#BEATS', sk: 'HEARD' };
