import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { summaryOf } from '../../domain/petition/petition.ts';
import type { StreamRef } from '../../domain/ports.ts';
import { waitingSteps } from '../../domain/workflow/flow.ts';
import { changes, openStages } from '../../domain/workflow/progress.ts';
import { stages, stepKey } from '../../domain/workflow/signals.ts';
import { stageRoundOf } from '../../functions/shared/reconcile.ts';
import { disturb, numbersOf } from '../../local/disturbance.ts';
import * as a from '../support/builders.ts';
import { type Choice, choices, lifecycle, type Move } from '../support/random-lifecycle.ts';
import { runWorkflows } from '../support/run-workflow.ts';

const stream: StreamRef = { kind: 'petition', id: a.number };
type Workflows = ReturnType<typeof runWorkflows>;

const commit = async ({ record, fanOut }: Workflows, { before, after, events, command }: Move): Promise<void> => {
  for (const [index, { units = [] }] of (after.progress.closure ?? []).entries())
    fanOut(`closure#${String(index + 1)}`, units);
  await record.commit([
    {
      stream,
      expectedVersion: before.version,
      events: events.map((event) => ({ ...event, at: command.at, actor: command.by })),
      head: { summary: summaryOf(after), openStages: openStages(after.progress) },
      ...changes(before.progress, after.progress),
    },
  ]);
};

/** What an officer sees: what waits, and which rounds run. */
const seen = async ({ record, executions }: Workflows) => ({
  waiting: (await record.all(stream))
    .filter(({ token, decision }) => token && !decision)
    .map((step) => step.stepKey)
    .sort(),
  running: stages
    .flatMap((stage) =>
      executions(stage)
        .filter(({ status }) => status === 'RUNNING')
        .map(({ name }) => `${stage}#${String(stageRoundOf(name, stage)?.round)}`),
    )
    .sort(),
});

/** One life, its signals disturbed; afterwards as if they had not been. */
const play = async (taken: readonly Choice[], seed: number, chances: Parameters<typeof disturb>[0]): Promise<void> => {
  const workflows = runWorkflows();
  const disturbance = disturb<ReturnType<Workflows['record']['takeStreamRecords']>[number]>(chances, numbersOf(seed));
  let after: Move['after'] | undefined;
  for (const move of lifecycle(taken)) {
    if (move.events.length === 0) continue;
    await commit(workflows, move);
    await workflows.deliver(disturbance.pass(workflows.record.takeStreamRecords()));
    after = move.after;
  }
  if (after === undefined) throw new Error('A life begins with a registration.');
  const { progress } = after;
  const end = { waiting: waitingSteps(progress).map(stepKey).sort(), running: openStages(progress).slice().sort() };
  await vi.waitFor(
    async () => {
      await workflows.reconcile();
      expect(await seen(workflows)).toEqual(end);
    },
    { interval: 5, timeout: 5_000 },
  );
  // Late records find everything done.
  await workflows.deliver(disturbance.pass([]));
  for (let reads = 0; reads < 5; reads += 1) await workflows.deliver(disturbance.pass([]));
  await vi.waitFor(async () => {
    await workflows.reconcile();
    expect(await seen(workflows)).toEqual(end);
  });
};

const share = fc.double({ min: 0, max: 0.5, noNaN: true });

describe('a stream that loses, doubles, delays and reorders its records', () => {
  it('leads any life to the same waiting steps and executions, once reconciled', async () => {
    await fc.assert(
      fc.asyncProperty(
        choices(40),
        fc.integer(),
        fc.record({ drop: share, duplicate: share, delay: share, reorder: share }),
        play,
      ),
      { numRuns: 200, endOnFailure: true },
    );
  });

  it('does so when nothing arrives at all', async () => {
    await fc.assert(
      fc.asyncProperty(choices(40), (taken) => play(taken, 1, { drop: 1 })),
      { numRuns: 20, endOnFailure: true },
    );
  });
});
