import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { StreamRef, Workflow, WorkItemStore } from '../../domain/ports.ts';
import { executionName, type Signal, stepKey } from '../../domain/workflow/signals.ts';
import { completeStep, sameOutcome } from '../shared/complete-step.ts';
import { logged, triggered } from '../shared/log.ts';
import { type StartStageDependencies, startStage } from '../shared/start-stage.ts';
import { signalsOf } from './stream-record.ts';

export interface Dependencies extends StartStageDependencies {
  readonly workItems: Pick<WorkItemStore, 'find' | 'markSignalled'>;
  readonly workflow: Pick<Workflow, 'start' | 'complete' | 'stop'>;
}

/** The workflow would be told something else than the record says. A person must look. */
export class ConflictingDecision extends Error {
  override readonly name = 'ConflictingDecision';
}

/**
 * Stream of the Petitions table: tells the workflow what a commit decided. May see a commit twice, late or after the
 * execution has gone; each signal is harmless then. Commits of one petition stay in order: after one that fails, its
 * later ones wait for the retry.
 */
export const createHandler = (dependencies: Dependencies) =>
  triggered<DynamoDBStreamEvent, DynamoDBBatchResponse>().handler(async ({ Records }) => {
    const byStream = Map.groupBy(Records, ({ dynamodb }) => dynamodb?.Keys?.pk?.S ?? '');
    const failed = new Set(await Promise.all([...byStream.values()].map((records) => deliver(dependencies, records))));
    // Lambda retries from the first failure on; what came after it and went well is repeated without harm.
    const first = Records.find((record) => failed.has(record));
    return { batchItemFailures: first ? [{ itemIdentifier: first.dynamodb?.SequenceNumber ?? '' }] : [] };
  });

/** Delivers the commits of one stream in order; answers the one that failed. */
async function deliver(
  dependencies: Dependencies,
  records: readonly DynamoDBRecord[],
): Promise<DynamoDBRecord | undefined> {
  for (const record of records) {
    try {
      const commit = signalsOf(record);
      if (!commit) continue;
      for (const signal of commit.signals) await send(dependencies, commit.stream, signal);
    } catch (error) {
      console.error({
        ...(error instanceof ConflictingDecision ? { alarm: 'conflicting-decision' } : {}),
        message: 'A commit could not be signalled',
        key: record.dynamodb?.Keys?.pk?.S,
        sequenceNumber: record.dynamodb?.SequenceNumber,
        error: logged(error),
      });
      return record;
    }
  }
  return undefined;
}

async function send(dependencies: Dependencies, stream: StreamRef, signal: Signal): Promise<void> {
  if (signal.kind === 'start') {
    // `false`: that execution has ended, so this is a repeat; a stage that is still open is `reconcile`'s to restart.
    await startStage(dependencies, { stream, stage: signal.stage, round: signal.round });
    return;
  }
  if (signal.kind === 'stop') {
    // Under another name, after a restart, it is `reconcile` that finds and stops it.
    const name = executionName(stream.id, signal.stage, signal.round);
    await dependencies.workflow.stop(name, signal.stage, 'The record has ended this round');
    return;
  }
  const key = stepKey(signal);
  const item = await dependencies.workItems.find(stream, key);
  if (item?.token === undefined) return; // No one waits yet: `open-step` will find the decision.
  const { token, decision, signalled } = item;
  if (!decision || !sameOutcome(decision, signal)) {
    const recorded = decision?.outcome ?? 'nothing';
    throw new ConflictingDecision(`${key}: the signal says ${signal.outcome}, the record ${recorded}.`);
  }
  if (signalled) return;
  if ((await completeStep(dependencies, stream, key, token, decision)) === 'gone') {
    console.warn({ message: 'Nobody waits for this step; left to reconcile', stream, step: key });
  }
}
