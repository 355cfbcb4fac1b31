import type { RecordStore, StoredEvent, StreamKind, StreamRef, Workflow } from '../../domain/ports.ts';
import { executionName, type Stage } from '../../domain/workflow/signals.ts';
import { ExecutionInput } from '../../workflows/contracts.ts';

/** What the record adds to a stage's input: the units over which its first steps fan out. */
export type StageInput = (
  kind: StreamKind,
  events: readonly StoredEvent[],
  stage: Stage,
  round: number,
) => { readonly units?: readonly string[] };

export interface StartStageDependencies {
  readonly records: Pick<RecordStore, 'load'>;
  readonly workflow: Pick<Workflow, 'start'>;
  readonly stageInput: StageInput;
}

/**
 * Starts an execution for a stage round. Answers `false` if an execution of that name has already ended, so that the
 * caller needs another `suffix`.
 */
export async function startStage(
  { records, workflow, stageInput }: StartStageDependencies,
  { stream, stage, round, suffix = '' }: { stream: StreamRef; stage: Stage; round: number; suffix?: string },
): Promise<boolean> {
  const { events } = await records.load(stream);
  const { units = [] } = stageInput(stream.kind, events, stage, round);
  const input = ExecutionInput.parse({ stream, stage, round, units });
  return workflow.start(`${executionName(stream.id, stage, round)}${suffix}`, stage, input);
}
