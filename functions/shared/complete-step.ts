import type { StreamRef, Workflow, WorkItemStore } from '../../domain/ports.ts';
import type { StepDecision } from '../../domain/workflow/signals.ts';
import { StepOutcome } from '../../workflows/contracts.ts';

/** What a machine gets to know of a decision. */
export const stepOutcome = ({ outcome, units }: Pick<StepDecision, 'outcome' | 'units'>): StepOutcome =>
  StepOutcome.parse({ outcome, ...(units === undefined ? {} : { units }) });

export const sameOutcome = (
  a: Pick<StepDecision, 'outcome' | 'units'>,
  b: Pick<StepDecision, 'outcome' | 'units'>,
): boolean => a.outcome === b.outcome && JSON.stringify(a.units ?? []) === JSON.stringify(b.units ?? []);

/** Tells a waiting step its outcome and notes that it knows. */
export async function completeStep(
  { workflow, workItems }: { workflow: Pick<Workflow, 'complete'>; workItems: Pick<WorkItemStore, 'markSignalled'> },
  stream: StreamRef,
  stepKey: string,
  token: string,
  decision: StepDecision,
): Promise<'done' | 'gone'> {
  const answer = await workflow.complete(token, stepOutcome(decision));
  if (answer === 'done') await workItems.markSignalled(stream, stepKey);
  return answer;
}
