import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent, ScheduledEvent } from 'aws-lambda';
import type { Clock, StreamRef } from '../../domain/ports.ts';
import type { Beat, CountLog } from '../../domain/statistics/progress.ts';
import { logged, triggered } from '../shared/log.ts';
import { type RecountDependencies, recount } from '../shared/recount.ts';

export interface Dependencies extends RecountDependencies {
  /** The stream that a key of the Petitions table belongs to; undefined of one that nobody counts. */
  readonly streamOf: (key: string) => StreamRef | undefined;
  readonly log: Pick<CountLog, 'postpone' | 'postponed' | 'settle' | 'beat' | 'heard'>;
  readonly clock: Clock;
}

/** Nothing new is begun when no more than this is left: one stream is counted in a fraction of it. */
const reserveMilliseconds = 10_000;

/** How much time is left, in milliseconds. */
type Left = () => number;

/**
 * Stream of the Petitions table: counts each stream whose head has moved, once for all its moves in the batch. A record
 * says that something changed, and up to which version; what counts is read from the history, so order and number of the records do
 * not matter. A stream that cannot be counted is let wait, so that it holds back nobody else; only where not even that can be
 * written down, or no time is left, is the batch asked for again from there on.
 *
 * Every minute: writes the beats by which is known how far the figures are, and tries again what waits.
 */
export const createHandler = (dependencies: Dependencies) =>
  triggered<DynamoDBStreamEvent | ScheduledEvent, DynamoDBBatchResponse | undefined>().handler(
    async (event, context) => {
      const left = () => context.getRemainingTimeInMillis();
      if ('Records' in event) return countBatch(dependencies, event.Records, left);
      await dependencies.log.beat(dependencies.clock.now());
      await countPostponed(dependencies, left);
    },
  );

const countBatch = async (
  { streamOf, log, clock, ...counting }: Dependencies,
  records: readonly DynamoDBRecord[],
  left: Left,
): Promise<DynamoDBBatchResponse> => {
  const byKey = Map.groupBy(records, ({ dynamodb }) => dynamodb?.Keys?.pk?.S ?? '');
  const undone = new Set(byKey.keys());
  for (const [key, moves] of byKey) {
    if (left() < reserveMilliseconds) break;
    const stream = streamOf(key);
    try {
      if (stream) {
        await recount(counting, stream, newest(moves)).catch(async (error) => {
          notCounted(key, error);
          await log.postpone(stream, clock.now());
        });
      }
      undone.delete(key);
    } catch (error) {
      console.error({ message: 'A stream could not even be let wait', key, error: logged(error) });
    }
  }
  const first = records.findIndex(({ dynamodb }) => undone.has(dynamodb?.Keys?.pk?.S ?? ''));
  try {
    await log.heard((first === -1 ? records : records.slice(0, first)).flatMap(beatOf));
  } catch (error) {
    // The next minute's say more: nothing need be counted again for them.
    console.error({ message: 'Beats that came through were not noted', error: logged(error) });
  }
  return { batchItemFailures: first === -1 ? [] : [{ itemIdentifier: sequenceOf(records[first]) }] };
};

const countPostponed = async ({ log, ...counting }: Dependencies, left: Left): Promise<void> => {
  for (const postponed of await log.postponed()) {
    if (left() < reserveMilliseconds) return;
    const { stream, since } = postponed;
    try {
      await recount(counting, stream);
      await log.settle(postponed);
    } catch (error) {
      notCounted(`${stream.kind} ${stream.id} since ${since}`, error, 'uncounted');
    }
  }
};

/** @param alarm where it has failed before: somebody is told */
const notCounted = (key: string, error: unknown, alarm?: 'uncounted'): void => {
  console.error({ message: 'A stream could not be counted', key, error: logged(error), ...(alarm ? { alarm } : {}) });
};

/** The version that the record must have at least, lest it be counted as it was before. */
const newest = (moves: readonly DynamoDBRecord[]): number =>
  Math.max(0, ...moves.map(({ dynamodb }) => Number(dynamodb?.NewImage?.version?.N ?? 0)));

const beatOf = ({ dynamodb }: DynamoDBRecord): Beat[] => {
  const { number, at } = dynamodb?.NewImage ?? {};
  if (dynamodb?.Keys?.sk?.S !== 'BEAT' || number?.N === undefined || at?.S === undefined) return [];
  return [{ number: Number(number.N), at: at.S }];
};

const sequenceOf = (record: DynamoDBRecord | undefined): string => record?.dynamodb?.SequenceNumber ?? '';
