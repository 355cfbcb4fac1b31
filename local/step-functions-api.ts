/** The Step Functions operations that the functions use, over `state-machines.ts`. */

import { type Operations, ServiceError } from './aws-json.ts';
import type { Execution, Machines, Status } from './state-machines.ts';

export function stepFunctionsOperations(machines: Machines): Operations {
  const operations: { readonly [name: string]: (input: Input) => object } = {
    StartExecution: ({ stateMachineArn = '', name, input = '{}' }) => {
      const { arn, startedAt } = machines.start(stateMachineArn, name, input);
      return { executionArn: arn, startDate: seconds(startedAt) };
    },
    StopExecution: ({ executionArn = '', error, cause }) => {
      const { stoppedAt } = machines.stop(executionArn, error, cause);
      return { stopDate: seconds(stoppedAt) };
    },
    DescribeExecution: ({ executionArn = '' }) => {
      const execution = machines.find(executionArn);
      const { input, output, error, cause } = execution;
      return { ...summary(execution), input, output, error, cause };
    },
    ListExecutions: ({ stateMachineArn = '', statusFilter, maxResults = 0, nextToken }) => {
      const all = machines.list(stateMachineArn, statusFilter);
      // The token is the last execution of the page before, so that new ones do not shift the pages.
      const after = nextToken === undefined ? -1 : all.findIndex(({ arn }) => arn === nextToken);
      if (nextToken !== undefined && after < 0) throw new ServiceError('InvalidToken', 'Invalid Token');
      const page = all.slice(after + 1, after + 1 + Math.min(maxResults || 100, 1000));
      const more = after + 1 + page.length < all.length;
      return { executions: page.map(summary), ...(more && { nextToken: page.at(-1)?.arn }) };
    },
    SendTaskSuccess: ({ taskToken = '', output = '' }) => {
      machines.succeed(taskToken, output);
      return {};
    },
    SendTaskFailure: ({ taskToken = '', error = 'States.TaskFailed', cause = '' }) => {
      machines.fail(taskToken, error, cause);
      return {};
    },
    SendTaskHeartbeat: ({ taskToken = '' }) => {
      machines.heartbeat(taskToken);
      return {};
    },
  };
  return Object.fromEntries(Object.entries(operations).map(([name, run]) => [`AWSStepFunctions.${name}`, run]));
}

interface Input {
  readonly stateMachineArn?: string;
  readonly executionArn?: string;
  readonly name?: string;
  readonly input?: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
  readonly taskToken?: string;
  readonly statusFilter?: Status;
  readonly maxResults?: number;
  readonly nextToken?: string;
}

function summary({ arn, name, machine, status, startedAt, stoppedAt }: Execution) {
  return {
    executionArn: arn,
    stateMachineArn: machine,
    name,
    status,
    startDate: seconds(startedAt),
    ...(stoppedAt !== undefined && { stopDate: seconds(stoppedAt) }),
  };
}

function seconds(milliseconds = Date.now()): number {
  return milliseconds / 1000;
}
