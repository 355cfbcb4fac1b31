import type { DynamoDBStreamEvent } from 'aws-lambda';
import { triggered } from '../shared/log.ts';

/**
 * Stream of the History table, only what changed or removed a fact: nobody may, so each invocation rings an alarm, and
 * the log says which fact it was.
 */
export const createHandler = () =>
  triggered<DynamoDBStreamEvent, void>().handler(async ({ Records }) => {
    for (const { eventName, dynamodb } of Records) {
      console.error({
        alarm: 'history-tampering',
        message: 'A fact was changed or removed',
        operation: eventName,
        stream: dynamodb?.Keys?.pk?.S,
        event: dynamodb?.Keys?.sk?.S,
        at: dynamodb?.ApproximateCreationDateTime,
      });
    }
  });
