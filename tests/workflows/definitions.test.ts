// @ts-expect-error The package has no type declarations.
import aslValidator from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { stages } from '../../domain/workflow/signals.ts';
import { definitionText } from '../support/run-workflow.ts';

interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly Choices?: readonly { readonly Variable: string; readonly StringEquals?: string; readonly Next: string }[];
  readonly Default?: string;
  readonly Retry?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly MaxAttempts: number;
    readonly JitterStrategy?: string;
  }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly ItemProcessor?: { readonly States: Readonly<Record<string, State>> };
}

const statesOf = (states: Readonly<Record<string, State>>): [string, State, Readonly<Record<string, State>>][] =>
  Object.entries(states).flatMap(([name, state]): [string, State, Readonly<Record<string, State>>][] => [
    [name, state, states],
    ...(state.ItemProcessor ? statesOf(state.ItemProcessor.States) : []),
  ]);

describe.each(stages)('the definition of %s', (stage) => {
  const text = definitionText(stage);
  const states = statesOf((JSON.parse(text) as { States: Record<string, State> }).States);

  it('is valid Amazon States Language', () => {
    const { isValid, errorsText } = aslValidator(JSON.parse(text), { checkArn: true, checkPaths: true });
    expect(isValid ? '' : errorsText('\n')).toBe('');
  });

  it('is written in JSONPath, because the local interpreter silently misreads JSONata', () => {
    expect(text).not.toContain('JSONata');
  });

  it('waits on no clock: deadlines are data', () => {
    expect(text).not.toMatch(/TimeoutSeconds|HeartbeatSeconds|Timestamp/);
    expect(states.filter(([, { Type }]) => Type === 'Wait')).toEqual([]);
  });

  it('names every state once, in PascalCase, beginning with a verb', () => {
    const names = states.map(([name]) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^(Await|Choose|Collect|End|Fail)[A-Z][A-Za-z]+$/);
  });

  it('retries every task with backoff and jitter, then fails by name', () => {
    const tasks = states.filter(([, { Type }]) => Type === 'Task');
    expect(tasks).not.toEqual([]);
    for (const [name, { Resource, Retry, Catch }, siblings] of tasks) {
      expect(Resource, name).toBe('arn:aws:states:::lambda:invoke.waitForTaskToken');
      expect(Retry, name).toEqual([
        {
          ErrorEquals: ['States.ALL'],
          IntervalSeconds: 2,
          MaxAttempts: 6,
          BackoffRate: 2,
          MaxDelaySeconds: 60,
          JitterStrategy: 'FULL',
        },
      ]);
      const caught = Catch?.find(({ ErrorEquals }) => ErrorEquals.includes('States.ALL'));
      expect(siblings[caught?.Next ?? '']?.Type, name).toBe('Fail');
    }
  });

  it('compares only outcomes that the rules named, and fails on any other', () => {
    for (const [name, { Type, Choices, Default }, siblings] of states) {
      if (Type !== 'Choice') continue;
      expect(siblings[Default ?? '']?.Type, name).toBe('Fail');
      for (const { Variable, StringEquals } of Choices ?? []) {
        expect(Variable, name).toBe('$.decision.outcome');
        expect(StringEquals, name).toMatch(/^[a-z-]+$/);
      }
    }
  });

  it('has no loop: sending something back ends the round', () => {
    const next = new Map(
      states.map(([name, { Next, Choices, Default }]) => [
        name,
        [Next, Default, ...(Choices ?? []).map((choice) => choice.Next)].filter((to) => to !== undefined),
      ]),
    );
    const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
      (next.get(from) ?? []).some((to) => to === goal || (!seen.has(to) && reaches(to, goal, seen.add(to))));
    for (const [name] of states) expect(reaches(name, name), name).toBe(false);
  });
});
