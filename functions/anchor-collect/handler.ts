import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { AnchorQueue } from '../../domain/anchor.ts';
import type { Clock } from '../../domain/ports.ts';
import { triggered } from '../shared/log.ts';

export interface Dependencies {
  readonly queue: AnchorQueue;
  readonly clock: Clock;
}

/**
 * Stream of the History table, only what was added: each stream that moved has its head wait for the anchor. The head is
 * read now, so records that come twice, late or out of order do no harm.
 */
export const createHandler = ({ queue, clock }: Dependencies) =>
  triggered<DynamoDBStreamEvent, void>().handler(async ({ Records }) => {
    const streams = new Set(Records.flatMap(({ dynamodb }) => dynamodb?.Keys?.pk?.S ?? []));
    await queue.collect([...streams], clock.now());
  });
