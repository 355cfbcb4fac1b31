import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DynamoDBRecord } from 'aws-lambda';
import { expect, vi } from 'vitest';
import type { StreamRef, Workflow } from '../../domain/ports.ts';
import { type Signal, type Stage, type StepDecision, stepKey } from '../../domain/workflow/signals.ts';
import { createHandler as createDispatch } from '../../functions/dispatch/handler.ts';
import { createHandler as createOpenStep } from '../../functions/open-step/handler.ts';
import { type Reconciliation, reconcile } from '../../functions/shared/reconcile.ts';
import { createMachines, type Execution, type Machines } from '../../local/state-machines.ts';
import { InMemoryRecord } from './in-memory-record.ts';
import { context } from './lambda-context.ts';

const file = (stage: Stage): string => join(import.meta.dirname, `../../workflows/${stage}.asl.json`);
const arn = (stage: string): string => `arn:aws:states:us-east-1:000000000000:stateMachine:Xinfang-${stage}`;
const openStepArn = 'arn:aws:lambda:us-east-1:000000000000:function:open-step';

/** A stage's definition with its placeholders filled in, as the template has it. */
export const definitionText = (stage: Stage): string =>
  readFileSync(file(stage), 'utf8')
    .replace(/\$\{Partition\}/g, 'aws')
    .replace(/\$\{OpenStep\}/g, openStepArn);

/**
 * The real machines in the interpreter of the local machine, the real `open-step`, `dispatch` and `reconcile`, and the
 * record in memory. A test plays the rules: it says what is decided and which rounds open and close.
 */
export function runWorkflows({ now = '2026-03-02T01:00:00.000Z', retries = 1 } = {}) {
  const record = new InMemoryRecord();
  const units = new Map<string, readonly string[]>();
  const stageInput = (_: unknown, __: unknown, stage: Stage, round: number) => ({
    units: units.get(`${stage}#${String(round)}`) ?? [],
  });
  let broken = false;
  let reconciliations = 0;

  const openStep = createOpenStep({
    records: record,
    workItems: record,
    workflow: { complete: (token, output) => workflow.complete(token, output) },
    describe: async (_, __, { step, leg }) => {
      if (broken) throw new Error('The table does not answer.');
      return { audience: leg ?? step, due: '9999-12-31', excluded: [] };
    },
  });
  // Made when a stage first starts: reading a definition takes the interpreter longer than running it.
  const engines = new Map<string, Machines>();
  const engine = (stage: string): Machines => {
    const known =
      engines.get(stage) ??
      createMachines(new Map([[arn(stage), fast(definitionText(stage as Stage), retries)]]), async (_, event) => {
        await openStep(event, context);
        return null;
      });
    engines.set(stage, known);
    return known;
  };
  const executions = (stage: string, status?: 'RUNNING'): readonly Execution[] =>
    engines.get(stage)?.list(arn(stage), status) ?? [];
  const workflow: Workflow = {
    start: async (name, stage, input) => {
      try {
        engine(stage).start(arn(stage), name, JSON.stringify(input));
        return true;
      } catch {
        return false;
      }
    },
    complete: async (token, output) => {
      for (const { succeed } of engines.values()) {
        try {
          succeed(token, JSON.stringify(output));
          return 'done';
        } catch {
          // Another stage's token, or a dead one.
        }
      }
      return 'gone';
    },
    running: async (stage) => executions(stage, 'RUNNING').map(({ name }) => name),
    failed: async () => [],
    stop: async (name, stage, reason) => {
      try {
        engine(stage).stop(`${arn(stage).replace(':stateMachine:', ':execution:')}:${name}`, 'Stopped', reason);
      } catch (error) {
        // As the adapter has it: what is not there counts as stopped.
        if (!(error instanceof Error && error.name === 'ExecutionDoesNotExist')) throw error;
      }
    },
  };
  const dispatch = createDispatch({ records: record, workItems: record, workflow, stageInput });

  /** One commit of the rules. */
  const commit = async (
    stream: StreamRef,
    change: { decisions?: readonly StepDecision[]; opens?: readonly string[]; closes?: readonly string[] },
  ) => {
    const head = await record.head(stream);
    const { decisions = [], opens = [], closes = [] } = change;
    const signals: Signal[] = [
      ...decisions.map((decision) => ({ kind: 'complete' as const, ...decision })),
      ...opens.map((key) => {
        const [stage, round] = key.split('#') as [Stage, string];
        return { kind: 'start' as const, stage, round: Number(round) };
      }),
    ];
    await record.commit([
      {
        stream,
        expectedVersion: head?.version ?? 0,
        events: [{ type: 'Decided', at: now, actor: { id: 'a', unit: 'u', role: 'r' }, data: {} }],
        head: {
          summary: {},
          openStages: [...(head?.openStages ?? []).filter((key) => !closes.includes(key)), ...opens],
        },
        signals,
        decisions,
      },
    ]);
  };
  const deliver = async (Records: readonly DynamoDBRecord[] = record.takeStreamRecords()) => {
    expect(await dispatch({ Records: [...Records] }, context)).toEqual({ batchItemFailures: [] });
  };

  return {
    record,
    workflow,
    executions,
    /** States entered and retries, which is what AWS charges for. */
    transitions: (stage: Stage): number => engines.get(stage)?.counts.stateTransitions ?? 0,
    commit,
    deliver,
    /** From now on open-step fails, or works again. */
    breakDown: (value: boolean) => {
      broken = value;
    },
    /** The units over which the first steps of a round fan out. */
    fanOut: (round: string, over: readonly string[]) => units.set(round, over),
    reconcile: (): Promise<Reconciliation> =>
      reconcile({
        records: record,
        workItems: record,
        openStages: record,
        workflow,
        stageInput,
        // A minute passes from one to the next, as the names of restarts need it.
        clock: {
          now: () => {
            reconciliations += 1;
            return new Date(Date.parse(now) + reconciliations * 60_000).toISOString();
          },
        },
      }),
    /** Opens a round and lets its execution come to its first step. */
    open: async (stream: StreamRef, round: string) => {
      await commit(stream, { opens: [round] });
      await deliver();
    },
    /** Decides one step; `ends` says that the rules end the round with it. */
    decide: async (stream: StreamRef, decision: StepDecision, { ends = false } = {}) => {
      await waitsFor(record, stream, stepKey(decision));
      await commit(stream, {
        decisions: [decision],
        closes: ends ? [`${decision.stage}#${String(decision.round)}`] : [],
      });
      await deliver();
    },
    waitsFor: (stream: StreamRef, ...keys: readonly string[]) => waitsFor(record, stream, ...keys),
    /** Waits until the newest execution of a stage has ended, and answers how. */
    ended: (stage: Stage): Promise<Execution> =>
      vi.waitFor(
        () => {
          const execution = executions(stage)[0];
          if (!execution || execution.status === 'RUNNING') throw new Error(`${stage} still runs`);
          return execution;
        },
        { timeout: 5_000, interval: 2 },
      ),
  };
}

/** Until at least these steps are open. */
const waitsFor = (record: InMemoryRecord, stream: StreamRef, ...keys: readonly string[]): Promise<void> =>
  vi.waitFor(
    async () => {
      const open = (await record.all(stream)).filter(({ token, decision }) => token && !decision);
      expect(open.map(({ stepKey: key }) => key)).toEqual(expect.arrayContaining([...keys]));
    },
    { timeout: 5_000, interval: 2 },
  );

/** Retries without their pauses, which are minutes. */
const fast = (definition: string, retries: number): string =>
  definition
    .replaceAll('"MaxAttempts": 6', `"MaxAttempts": ${String(retries)}`)
    .replaceAll('"MaxDelaySeconds": 60', '"MaxDelaySeconds": 1');
