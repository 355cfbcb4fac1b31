import type { StreamKind } from '../ports.ts';

/** The stage machines (workflows/<stage>.asl.json). */
export const stages = ['reception', 'intake', 'assignment', 'mediation', 'closure', 'review', 'whistle'] as const;
export type Stage = (typeof stages)[number];

/** Whose stage it is: every stage belongs to one kind of stream. */
export const streamKindOf = (stage: Stage): StreamKind =>
  stage === 'reception' ? 'session' : stage === 'whistle' ? 'whistle' : 'petition';

/** A place where a stage round waits for a person: `stage#round#step` or, for one unit's leg, `stage#round#step#unit`. */
export interface StepRef {
  readonly stage: Stage;
  readonly round: number;
  readonly step: string;
  readonly leg?: string;
}

/** A step with the outcome that the rules named. `units` only where the next steps fan out over units. */
export interface StepDecision extends StepRef {
  readonly outcome: string;
  readonly units?: readonly string[];
}

/** A task beside the stages (workflow/tasks.ts): it has a place on a worklist, but no machine waits for it. */
export interface TaskRef {
  readonly stage: 'task';
  /** Number among the tasks of its kind in this stream. */
  readonly round: number;
  readonly step: string;
  readonly leg?: string;
}

/** A task that is done. */
export interface TaskDecision extends TaskRef {
  readonly outcome: string;
  readonly units?: readonly string[];
}

/** What the workflow engine must be told after a commit; carries ids and named outcomes only, never personal data. */
export type Signal =
  | { readonly kind: 'start'; readonly stage: Stage; readonly round: number }
  /** The record has ended the round although it still waited: its execution has nothing left to do. */
  | { readonly kind: 'stop'; readonly stage: Stage; readonly round: number }
  | ({ readonly kind: 'complete' } & StepDecision);

/** @example stepKey({ stage: 'assignment', round: 1, step: 'report-in', leg: '622901-sfj' }) // assignment#1#report-in#622901-sfj */
export const stepKey = ({ stage, round, step, leg }: StepRef | TaskRef): string =>
  [stage, String(round), step, ...(leg === undefined ? [] : [leg])].join('#');

/** Name of a stage round's first execution. At most 80 characters of `[A-Za-z0-9-_]`; repeats start nothing. */
export const executionName = (streamId: string, stage: Stage, round: number): string =>
  `${streamId}-${stage}-${String(round)}`;
