import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type ExecutionListItem,
  InvalidToken,
  ListExecutionsCommand,
  type ListExecutionsCommandInput,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import type { Workflow } from '../domain/ports.ts';
import { canonicalJson } from './chain.ts';
import { available } from './failures.ts';

/** A client that fails fast; the address comes from `AWS_ENDPOINT_URL_SFN` where it is set. Times in milliseconds. */
export const stepFunctionsClient = (): SFNClient =>
  new SFNClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });

/** How many failed executions of one machine are reported: enough to see what is wrong, in a bounded time. */
const failedLimit = 50;

/** Step Functions' own limit for a cause, in characters. */
const causeLimit = 32_768;

/** The workflow engine. Every method @throws Unavailable on throttling and time-outs. */
export class StepFunctionsWorkflow implements Workflow {
  readonly #client: SFNClient;
  readonly #machines: Readonly<Record<string, string>>;

  /** @param machines Stage → ARN of its state machine (or of an alias of it). */
  constructor(client: SFNClient, machines: Readonly<Record<string, string>>) {
    this.#client = client;
    this.#machines = machines;
  }

  async start(name: string, stage: string, input: object): Promise<boolean> {
    try {
      await available(() =>
        this.#client.send(
          new StartExecutionCommand({
            stateMachineArn: this.#machine(stage),
            name,
            // A repeat counts as one only with the same text, so the order of the keys must not matter.
            input: canonicalJson(input),
          }),
        ),
      );
      return true;
    } catch (error) {
      if (error instanceof ExecutionAlreadyExists) return false;
      throw error;
    }
  }

  async complete(token: string, output: object): Promise<'done' | 'gone'> {
    try {
      await available(() =>
        this.#client.send(new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(output) })),
      );
      return 'done';
    } catch (error) {
      if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken)
        return 'gone';
      throw error;
    }
  }

  async running(stage: string): Promise<readonly string[]> {
    const executions = await this.#list({ stateMachineArn: this.#machine(stage), statusFilter: 'RUNNING' });
    return executions.flatMap(({ name }) => name ?? []);
  }

  async failed(stage: string): Promise<readonly { name: string; stoppedAt: string; error?: string }[]> {
    const stateMachineArn = this.#machine(stage);
    const found = await Promise.all(
      (['FAILED', 'TIMED_OUT'] as const).map((statusFilter) =>
        this.#list({ stateMachineArn, statusFilter }, failedLimit),
      ),
    );
    const newest = found
      .flat()
      .sort((a, b) => (b.stopDate?.getTime() ?? 0) - (a.stopDate?.getTime() ?? 0))
      .slice(0, failedLimit);
    // Lists do not tell the error, each execution does. One after the other: the call's quota is small.
    const failures: { name: string; stoppedAt: string; error?: string }[] = [];
    for (const { executionArn, name, stopDate } of newest) {
      const { error } = await available(() => this.#client.send(new DescribeExecutionCommand({ executionArn })));
      failures.push({
        name: name ?? '',
        stoppedAt: (stopDate ?? new Date(0)).toISOString(),
        ...(error === undefined ? {} : { error }),
      });
    }
    return failures;
  }

  /** An execution that is not there counts as stopped. */
  async stop(name: string, stage: string, reason: string): Promise<void> {
    try {
      await available(() =>
        this.#client.send(
          new StopExecutionCommand({
            executionArn: this.#execution(name, stage),
            cause: reason.slice(0, causeLimit),
          }),
        ),
      );
    } catch (error) {
      if (!(error instanceof ExecutionDoesNotExist)) throw error;
    }
  }

  #machine(stage: string): string {
    const arn = this.#machines[stage];
    if (arn === undefined) throw new Error(`There is no state machine for the stage "${stage}".`);
    return arn;
  }

  /** arn:<partition>:states:<region>:<account>:stateMachine:<machine>[:<alias>] → …:execution:<machine>:<name> */
  #execution(name: string, stage: string): string {
    const [arn, partition, service, region, account, , machine] = this.#machine(stage).split(':');
    return [arn, partition, service, region, account, 'execution', machine, name].join(':');
  }

  async #list(input: ListExecutionsCommandInput, limit = Number.POSITIVE_INFINITY): Promise<ExecutionListItem[]> {
    const executions: ExecutionListItem[] = [];
    let nextToken: string | undefined;
    do {
      const page = await available(() => this.#client.send(new ListExecutionsCommand({ ...input, nextToken })));
      executions.push(...(page.executions ?? []));
      nextToken = page.nextToken;
    } while (nextToken !== undefined && executions.length < limit);
    return executions;
  }
}
