import type { RecordStore, StoredEvent, StreamKind, Workflow, WorkItem, WorkItemStore } from '../../domain/ports.ts';
import { type StepRef, stepKey } from '../../domain/workflow/signals.ts';
import { StepRequest } from '../../workflows/contracts.ts';
import { completeStep } from '../shared/complete-step.ts';
import { triggered } from '../shared/log.ts';

/** What the rules say about a step that is about to wait. */
export type DescribeStep = (
  kind: StreamKind,
  events: readonly StoredEvent[],
  ref: StepRef,
) => Promise<Pick<WorkItem, 'audience' | 'due' | 'excluded'>>;

export interface Dependencies {
  readonly records: Pick<RecordStore, 'load' | 'head'>;
  readonly workItems: Pick<WorkItemStore, 'open' | 'find' | 'markSignalled'>;
  readonly workflow: Pick<Workflow, 'complete'>;
  readonly describe: DescribeStep;
}

/**
 * Task of every waiting state (workflows/*.asl.json). A step that the record shows as decided answers at once, which is
 * how a restarted execution catches up; otherwise the step is put on somebody's worklist and keeps the token.
 */
export const createHandler = ({ records, workItems, workflow, describe }: Dependencies) =>
  triggered<unknown, void>().handler(async (event) => {
    const { token, stream, ...ref } = StepRequest.parse(event);
    const key = stepKey(ref);

    let decision = (await workItems.find(stream, key))?.decision;
    for (let described = -1; !decision; ) {
      const head = await records.head(stream);
      // It stands as the record has it: no recusal and no other day came while it was put.
      if (head?.version === described) break;
      if (!head?.openStages.includes(`${ref.stage}#${String(ref.round)}`)) {
        // Nobody shall find work here. The token stays unanswered until `reconcile` stops the execution.
        console.warn({ message: 'The record has closed this stage', stream, step: key });
        return;
      }
      const { events, version } = await records.load(stream);
      const { audience, due, excluded } = await describe(stream.kind, events, ref);
      decision = await workItems.open({ stream, ...ref, audience, due, excluded }, token);
      described = version;
    }
    if (decision && (await completeStep({ workflow, workItems }, stream, key, token, decision)) === 'gone') {
      console.warn({ message: 'Nobody waits for this step any more', stream, step: key });
    }
  });
