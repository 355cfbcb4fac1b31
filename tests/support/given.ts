import { expect } from 'vitest';
import { Refusal, type RefusalCode } from '../../domain/errors.ts';
import { decide, evolve, type PetitionCommand, type PetitionEvent } from '../../domain/petition/petition.ts';
import type { Context, Issued, Petition } from '../../domain/petition/state.ts';
import type { PlainStream } from '../../domain/plain-stream.ts';
import { decideSession } from '../../domain/reception/session.ts';
import { evolveSession } from '../../domain/reception/session-history.ts';
import type { SessionCommand, SessionEvent } from '../../domain/reception/session-state.ts';
import { waitingSteps } from '../../domain/workflow/flow.ts';
import { rules, sessionState, stateAfter } from './builders.ts';

/** `stage/step` or `stage/step/unit`, in the order in which the rules name them. */
export const waitsOf = ({ progress }: Pick<Petition, 'progress'>): string[] =>
  waitingSteps(progress).map(({ stage, step, leg }) => [stage, step, ...(leg === undefined ? [] : [leg])].join('/'));

/**
 * Given these facts, when this command comes, then exactly these facts follow, in this order – or the refusal.
 * No method is called `then`: that would make it a promise.
 */
const outcomeOf = <E, S>(
  attempt: () => readonly E[],
  stateWith: (events: readonly E[]) => S,
  waits: (state: S) => readonly string[],
) => ({
  thenEvents(...expected: readonly E[]): void {
    expect(attempt()).toEqual(expected);
  },
  /** Names of the facts only, where their content is somebody else's test. */
  thenTypes(...expected: readonly string[]): void {
    expect(attempt().map((event) => (event as { type: string }).type)).toEqual(expected);
  },
  thenRefused(code: RefusalCode, where: { pointer?: string; basis?: string } = {}): void {
    let answer: unknown;
    try {
      answer = attempt();
    } catch (error) {
      answer = error;
    }
    expect(answer).toBeInstanceOf(Refusal);
    expect(answer).toMatchObject({ code, ...where });
  },
  thenWaitsFor(...steps: readonly string[]): void {
    expect(waits(stateWith(attempt()))).toEqual(steps);
  },
  thenState(check: (state: S) => void): void {
    check(stateWith(attempt()));
  },
});

export const given = (...facts: readonly PetitionEvent[]) => {
  const state = stateAfter(facts);
  return {
    when: (command: PetitionCommand, context: Context = rules) =>
      outcomeOf(
        () => decide(command, state, context),
        (events) => events.reduce(evolve, state),
        waitsOf,
      ),
  };
};

export const givenSession = (...facts: readonly SessionEvent[]) => {
  const state = sessionState(facts);
  return {
    when: (command: SessionCommand) =>
      outcomeOf(
        () => decideSession(command, state, rules),
        (events) => events.reduce(evolveSession, state),
        waitsOf,
      ),
  };
};

/** For streams without stages: what waits are tasks, each as `step@audience until day`. */
export const givenPlain =
  <
    S extends { readonly version: number },
    C extends Issued & { readonly type: string },
    E extends { readonly type: string; readonly data: object },
  >(
    stream: PlainStream<S, C, E>,
  ) =>
  (...facts: readonly E[]) => {
    const state = facts.reduce(stream.evolve, stream.initial);
    return {
      when: (command: C, context: Context = rules) =>
        outcomeOf(
          () => stream.decide(command, state, context),
          (events) => events.reduce(stream.evolve, state),
          (after) => stream.tasks(after, context).map(({ step, audience, due }) => `${step} ${audience} ${due}`),
        ),
    };
  };
