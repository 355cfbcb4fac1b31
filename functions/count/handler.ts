import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { StreamRef } from '../../domain/ports.ts';
import { logged, triggered } from '../shared/log.ts';
import { type RecountDependencies, recount } from '../shared/recount.ts';

export interface Dependencies extends RecountDependencies {
  /** The stream that a key of the Petitions table belongs to; undefined of one that nobody counts. */
  readonly streamOf: (key: string) => StreamRef | undefined;
}

/**
 * Stream of the Petitions table: counts each stream whose head has moved, once for all its moves in the batch. A record
 * only says that something changed; what counts is read from the history, so order and number of the records do not
 * matter. One that cannot be counted holds back the batch from there on, and goes to the dead letters in the end.
 */
export const createHandler = (dependencies: Dependencies) =>
  triggered<DynamoDBStreamEvent, DynamoDBBatchResponse>().handler(async ({ Records }) => {
    const byKey = Map.groupBy(Records, ({ dynamodb }) => dynamodb?.Keys?.pk?.S ?? '');
    const failed = new Set<string>();
    for (const key of byKey.keys()) {
      const stream = dependencies.streamOf(key);
      if (!stream) continue;
      try {
        await recount(dependencies, stream);
      } catch (error) {
        failed.add(key);
        console.error({
          message: 'A stream could not be counted',
          key,
          error: logged(error),
        });
      }
    }
    const first = Records.find(({ dynamodb }) => failed.has(dynamodb?.Keys?.pk?.S ?? ''));
    return { batchItemFailures: first ? [{ itemIdentifier: first.dynamodb?.SequenceNumber ?? '' }] : [] };
  });
