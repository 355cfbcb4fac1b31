import { describe, expect, it, vi } from 'vitest';
import { prepareDefinition } from '../../local/state-machine-definition.ts';
import { createMachines, type Execution } from '../../local/state-machines.ts';

const arn = 'arn:aws:states:us-east-1:000000000000:stateMachine:intake';
const openStep = 'arn:aws:lambda:us-east-1:000000000000:function:open-step';

/** A task that waits for its token, as the stage machines have them. */
const waiting = (payload: object, rest: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: { FunctionName: openStep, Payload: { 'token.$': '$$.Task.Token', ...payload } },
  ...rest,
});

const oneStep = { StartAt: 'Await', States: { Await: waiting({ step: 'triage' }, { End: true }) } };

interface Call {
  readonly token: string;
  readonly step?: string;
  readonly leg?: string;
}

/** Machines whose functions only note how they were called, unless told otherwise. */
function setUp(definition: object, invoke: (call: Call) => unknown = () => ({})) {
  const calls: Call[] = [];
  const machines = createMachines(new Map([[arn, JSON.stringify(definition)]]), async (_, event) => {
    calls.push(event as Call);
    return invoke(event as Call) as never;
  });
  const called = (times: number) => vi.waitFor(() => expect(calls).toHaveLength(times));
  const ended = (execution: Execution) => vi.waitFor(() => expect(execution.status).not.toBe('RUNNING'));
  return { machines, calls, called, ended };
}

describe('a waiting step', () => {
  it('ends with what is sent for its token', async () => {
    const { machines, calls, called, ended } = setUp(oneStep);
    const execution = machines.start(arn, 'case-1', '{}');
    await called(1);
    machines.succeed(calls[0]?.token ?? '', '{"outcome":"sealed"}');
    await ended(execution);
    expect(execution).toMatchObject({ status: 'SUCCEEDED', output: '{"outcome":"sealed"}' });
  });

  it('can be answered by the function that opens it', async () => {
    const { machines, ended } = setUp(oneStep, ({ token }) => machines.succeed(token, '1'));
    const execution = machines.start(arn, 'case-1', '{}');
    await ended(execution);
    expect(execution.output).toBe('1');
  });

  it('answers a dead token as Step Functions does', async () => {
    const { machines, calls, called, ended } = setUp(oneStep);
    const execution = machines.start(arn, 'case-1', '{}');
    await called(1);
    machines.stop(execution.arn);
    await ended(execution);
    expect(() => machines.succeed(calls[0]?.token ?? '', '{}')).toThrow(
      expect.objectContaining({ name: 'TaskTimedOut' }),
    );
    expect(() => machines.succeed('nonsense', '{}')).toThrow(expect.objectContaining({ name: 'InvalidToken' }));
  });

  it('is retried with another token when its function fails', async () => {
    const Retry = [{ ErrorEquals: ['Unavailable'], IntervalSeconds: 0.01, MaxAttempts: 2 }];
    const definition = { StartAt: 'Await', States: { Await: { ...oneStep.States.Await, Retry } } };
    let failures = 1;
    const { machines, calls, called } = setUp(definition, () => {
      if (failures-- > 0) throw Object.assign(new Error('later'), { name: 'Unavailable' });
    });
    machines.start(arn, 'case-1', '{}');
    await called(2);
    expect(calls[0]?.token).not.toBe(calls[1]?.token);
    expect(() => machines.succeed(calls[0]?.token ?? '', '{}')).toThrow('Task Timed Out');
    machines.succeed(calls[1]?.token ?? '', '{}');
  });

  it('fails the execution with the error of its function', async () => {
    const { machines, ended } = setUp(oneStep, () => {
      throw Object.assign(new Error('no such unit'), { name: 'UnknownUnit' });
    });
    const execution = machines.start(arn, 'case-1', '{}');
    await ended(execution);
    expect(execution).toMatchObject({ status: 'FAILED', error: 'UnknownUnit', cause: 'no such unit' });
  });
});

describe('concurrent legs', () => {
  const legs = {
    StartAt: 'Collect',
    States: {
      Collect: {
        Type: 'Map',
        ItemsPath: '$.units',
        ItemSelector: { 'leg.$': '$$.Map.Item.Value' },
        ItemProcessor: {
          StartAt: 'AwaitLeg',
          States: { AwaitLeg: waiting({ 'leg.$': '$.leg' }, { End: true }) },
        },
        End: true,
      },
    },
  };

  it('each have a token of their own', async () => {
    const { machines, calls, called, ended } = setUp(legs);
    const execution = machines.start(arn, 'case-1', '{"units":["a","b","c"]}');
    await called(3);
    expect(new Set(calls.map(({ token }) => token)).size).toBe(3);
    for (const { token, leg } of [...calls].reverse()) machines.succeed(token, JSON.stringify({ leg }));
    await ended(execution);
    expect(JSON.parse(execution.output ?? '')).toEqual([{ leg: 'a' }, { leg: 'b' }, { leg: 'c' }]);
  });

  it('stop together with the execution, quietly', async () => {
    const rejections: unknown[] = [];
    const listen = (reason: unknown) => rejections.push(reason);
    process.on('unhandledRejection', listen);
    const { machines, called } = setUp(legs);
    const execution = machines.start(arn, 'case-1', '{"units":["a","b"]}');
    await called(2);
    machines.stop(execution.arn, undefined, 'repaired');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', listen);
    expect(execution).toMatchObject({ status: 'ABORTED', cause: 'repaired' });
    expect(rejections).toEqual([]);
  });
});

describe('an execution’s name', () => {
  it('gives the same execution for the same input while it runs', () => {
    const { machines } = setUp(oneStep);
    const first = machines.start(arn, 'case-1', '{"a":1}');
    expect(machines.start(arn, 'case-1', '{ "a": 1 }')).toBe(first);
  });

  it('is refused for another input, or once it has ended', async () => {
    const { machines, calls, called, ended } = setUp(oneStep);
    const execution = machines.start(arn, 'case-1', '{}');
    const taken = expect.objectContaining({ name: 'ExecutionAlreadyExists' });
    expect(() => machines.start(arn, 'case-1', '{"a":1}')).toThrow(taken);
    await called(1);
    machines.succeed(calls[0]?.token ?? '', '{}');
    await ended(execution);
    expect(() => machines.start(arn, 'case-1', '{}')).toThrow(taken);
  });
});

it('counts a transition for each state and retry', async () => {
  const definition = {
    StartAt: 'First',
    States: { First: { Type: 'Pass', Next: 'Last' }, Last: { Type: 'Succeed' } },
  };
  const { machines, ended } = setUp(definition);
  await ended(machines.start(arn, 'case-1', '{}'));
  await vi.waitFor(() => expect(machines.counts.stateTransitions).toBe(2));
});

describe('a definition', () => {
  it.each([
    ['JSONata, which the interpreter would run wrongly', { ...oneStep, QueryLanguage: 'JSONata' }, 'only JSONPath'],
    [
      'an integration that is not there',
      { StartAt: 'A', States: { A: { Type: 'Task', Resource: 'arn:aws:states:::sqs:sendMessage', End: true } } },
      'does not offer',
    ],
    [
      'a token inside a text',
      { StartAt: 'A', States: { A: waiting({ 'x.$': "States.Format('{}', $$.Task.Token)" }, { End: true }) } },
      'stand alone',
    ],
  ])('is refused with %s', (_, definition, message) =>
    expect(() => prepareDefinition(definition as never)).toThrow(message),
  );
});
