import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidOutput,
  InvalidToken,
  ListExecutionsCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { type AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { StepFunctionsWorkflow } from '../../adapters/step-functions.ts';
import { Unavailable } from '../../domain/errors.ts';

const machine = 'arn:aws-cn:states:cn-north-1:123456789012:stateMachine:Intake';
const $metadata = {};
let sfn: AwsClientStub<SFNClient>;
let workflow: StepFunctionsWorkflow;

beforeEach(() => {
  sfn = mockClient(SFNClient);
  workflow = new StepFunctionsWorkflow(new SFNClient({ region: 'cn-north-1' }), {
    intake: machine,
    closure: `${machine}:live`,
  });
});

describe('starting a stage', () => {
  it('says true for a new name and for the repeat of a running one', async () => {
    sfn.on(StartExecutionCommand).resolves({ executionArn: 'arn', startDate: new Date() });
    expect(await workflow.start('p-intake-1', 'intake', { round: 1 })).toBe(true);
    expect(sfn.commandCalls(StartExecutionCommand)[0]?.args[0].input).toEqual({
      stateMachineArn: machine,
      name: 'p-intake-1',
      input: '{"round":1}',
    });
  });

  it('sends the same text whatever the order of the keys, or the repeat would not be one', async () => {
    sfn.on(StartExecutionCommand).resolves({});
    await workflow.start('n', 'intake', { b: 1, a: { d: 1, c: 2 } });
    await workflow.start('n', 'intake', { a: { c: 2, d: 1 }, b: 1 });
    const [first, second] = sfn.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input.input);
    expect(first).toBe(second);
  });

  it('says false for the name of an execution that ended', async () => {
    sfn.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists({ $metadata, message: '' }));
    expect(await workflow.start('p-intake-1', 'intake', {})).toBe(false);
  });

  it('without a machine for the stage is a mistake of the set-up', async () => {
    await expect(workflow.start('n', 'lunch', {})).rejects.toThrow('lunch');
  });

  it('is unavailable on throttling', async () => {
    sfn.on(StartExecutionCommand).rejects(Object.assign(new Error(), { name: 'ThrottlingException' }));
    await expect(workflow.start('n', 'intake', {})).rejects.toBeInstanceOf(Unavailable);
  });
});

describe('completing a step', () => {
  it('hands the outcome over', async () => {
    sfn.on(SendTaskSuccessCommand).resolves({});
    expect(await workflow.complete('token', { outcome: 'accepted' })).toBe('done');
    expect(sfn.commandCalls(SendTaskSuccessCommand)[0]?.args[0].input).toEqual({
      taskToken: 'token',
      output: '{"outcome":"accepted"}',
    });
  });

  it.each([TaskTimedOut, TaskDoesNotExist, InvalidToken])('of a dead token is not an error: %o', async (kind) => {
    sfn.on(SendTaskSuccessCommand).rejects(new kind({ $metadata, message: '' }));
    expect(await workflow.complete('token', {})).toBe('gone');
  });

  it('passes every other error on', async () => {
    sfn.on(SendTaskSuccessCommand).rejects(new InvalidOutput({ $metadata, message: '' }));
    await expect(workflow.complete('token', {})).rejects.toBeInstanceOf(InvalidOutput);
  });
});

describe('executions', () => {
  it('that run are listed over all pages', async () => {
    sfn
      .on(ListExecutionsCommand, { stateMachineArn: machine, statusFilter: 'RUNNING', nextToken: undefined })
      .resolves({ executions: [listed('a')], nextToken: 'more' })
      .on(ListExecutionsCommand, { stateMachineArn: machine, statusFilter: 'RUNNING', nextToken: 'more' })
      .resolves({ executions: [listed('b')] });
    expect(await workflow.running('intake')).toEqual(['a', 'b']);
  });

  it('that failed or timed out are listed newest first with their error', async () => {
    sfn
      .on(ListExecutionsCommand, { statusFilter: 'FAILED' })
      .resolves({ executions: [listed('a', '2026-11-24T01:00:00.000Z')] })
      .on(ListExecutionsCommand, { statusFilter: 'TIMED_OUT' })
      .resolves({ executions: [listed('b', '2026-11-24T02:00:00.000Z')] })
      .on(DescribeExecutionCommand, { executionArn: 'arn:a' })
      .resolves({ error: 'States.Runtime' })
      .on(DescribeExecutionCommand, { executionArn: 'arn:b' })
      .resolves({});
    expect(await workflow.failed('intake')).toEqual([
      { name: 'b', stoppedAt: '2026-11-24T02:00:00.000Z' },
      { name: 'a', stoppedAt: '2026-11-24T01:00:00.000Z', error: 'States.Runtime' },
    ]);
  });

  it.each(['intake', 'closure'])('are stopped by name in their partition, alias or not: %s', async (stage) => {
    sfn.on(StopExecutionCommand).resolves({});
    await workflow.stop('p-1', stage, 'by hand');
    expect(sfn.commandCalls(StopExecutionCommand)[0]?.args[0].input).toEqual({
      executionArn: 'arn:aws-cn:states:cn-north-1:123456789012:execution:Intake:p-1',
      cause: 'by hand',
    });
  });

  it('that are not there count as stopped', async () => {
    sfn.on(StopExecutionCommand).rejects(new ExecutionDoesNotExist({ $metadata, message: '' }));
    await expect(workflow.stop('p-1', 'intake', 'by hand')).resolves.toBeUndefined();
  });
});

const listed = (name: string, stopDate = '2026-11-24T00:00:00.000Z') => ({
  executionArn: `arn:${name}`,
  stateMachineArn: machine,
  name,
  status: 'FAILED' as const,
  startDate: new Date(0),
  stopDate: new Date(stopDate),
});
