import type { UnitDirectory } from './organisation/unit.ts';
import type { Context, Issued } from './petition/state.ts';
import type { HeadView, NewEvent, StreamKind } from './ports.ts';
import type { Progress } from './workflow/progress.ts';
import type { StepRef } from './workflow/signals.ts';
import type { StepDescription } from './workflow/steps.ts';
import type { Task } from './workflow/tasks.ts';

/**
 * What the facts of a kind of stream come to that is no petition. What is to be done about it are tasks (ADR 0013); where its
 * work has an order, a state machine waits for the steps of its stage besides.
 */
export interface PlainHistory<
  S extends { readonly version: number },
  E extends { readonly type: string; readonly data: object },
> {
  readonly kind: StreamKind;
  readonly initial: S;
  /** Folds one fact, version included. Never refuses. */
  readonly evolve: (state: S, event: E) => S;
  readonly head: (state: S, context: Context) => Omit<HeadView, 'openStages'>;
  readonly tasks: (state: S, context: Context) => readonly Task[];
  /** Of a kind that has a stage: how far it has come, and for whom each step waits. */
  readonly stage?: {
    readonly progress: (state: S) => Progress;
    readonly step: (state: S, ref: StepRef, units: UnitDirectory) => StepDescription;
  };
  /** Under what it can be found besides, from its first fact on: nothing that needs a key. */
  readonly lookups?: (state: S) => readonly string[];
  /** The unit in whose area it lies, to which the policy's relations are about; absent before there is anything. */
  readonly unitOf: (state: S) => string | undefined;
}

/** With the rules, which whoever counts, shows or erases needs none of. */
export interface PlainStream<
  S extends { readonly version: number },
  C extends Issued & { readonly type: string },
  E extends { readonly type: string; readonly data: object },
> extends PlainHistory<S, E> {
  /** @throws Refusal when the rules do not allow it. */
  readonly decide: (command: C, state: S, context: Context) => readonly E[];
}

/** Folds a history, oldest first. */
export const foldPlain = <S extends { readonly version: number }, E extends { type: string; data: object }>(
  { initial, evolve }: { readonly initial: S; readonly evolve: (state: S, event: E) => S },
  events: readonly Pick<NewEvent, 'type' | 'data'>[],
): S => (events as readonly E[]).reduce(evolve, initial);
