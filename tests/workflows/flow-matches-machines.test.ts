import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type PetitionEvent, summaryOf } from '../../domain/petition/petition.ts';
import type { StreamRef } from '../../domain/ports.ts';
import { waitingSteps } from '../../domain/workflow/flow.ts';
import { changes, openStages } from '../../domain/workflow/progress.ts';
import { stages, stepKey } from '../../domain/workflow/signals.ts';
import * as a from '../support/builders.ts';
import { type Choice, choices, lifecycle, type Move } from '../support/random-lifecycle.ts';
import { runWorkflows } from '../support/run-workflow.ts';

const stream: StreamRef = { kind: 'petition', id: a.number };

/** Writes what a command led to, as the commands of the functions do, and lets the machines hear of it. */
const commit = async (workflows: ReturnType<typeof runWorkflows>, { before, after, events, command }: Move) => {
  for (const [index, { units = [] }] of (after.progress.closure ?? []).entries()) {
    workflows.fanOut(`closure#${String(index + 1)}`, units);
  }
  await workflows.record.commit([
    {
      stream,
      expectedVersion: before.version,
      events: events.map((event) => ({ ...event, at: command.at, actor: command.by })),
      head: { summary: summaryOf(after), openStages: openStages(after.progress) },
      ...changes(before.progress, after.progress),
    },
  ]);
  await workflows.deliver();
};

/** Until rules and machines agree on what waits and what runs; says where they differ. */
const agree = (workflows: ReturnType<typeof runWorkflows>, { after, command }: Move) =>
  vi.waitFor(
    async () => {
      const steps = await workflows.record.all(stream);
      const waiting = steps.filter(({ token, decision }) => token && !decision).map((step) => step.stepKey);
      expect(waiting.sort(), `after ${command.type}`).toEqual(waitingSteps(after.progress).map(stepKey).sort());
      const all = stages.flatMap((stage) => workflows.executions(stage));
      // Only what the record itself has stopped ends otherwise than by itself.
      const stopped = stages.flatMap((stage) =>
        (after.progress[stage] ?? []).flatMap((round, index) =>
          round.stopped ? [`${stream.id}-${stage}-${String(index + 1)}`] : [],
        ),
      );
      const aborted = all.filter(({ status }) => status === 'ABORTED').map(({ name }) => name);
      expect(aborted.sort(), `after ${command.type}`).toEqual(stopped.sort());
      const known = ['RUNNING', 'SUCCEEDED', 'ABORTED'];
      expect(all.filter(({ status }) => !known.includes(status))).toEqual([]);
      const running = all.filter(({ status }) => status === 'RUNNING').map(({ name }) => name);
      const open = openStages(after.progress).map((key) => `${stream.id}-${key.replace('#', '-')}`);
      expect(running.sort(), `after ${command.type}`).toEqual(open.sort());
    },
    { interval: 2, timeout: 2_000 },
  );

const play = async (taken: readonly Choice[]): Promise<void> => {
  const workflows = runWorkflows();
  for (const move of lifecycle(taken)) {
    if (move.events.length === 0) continue;
    await commit(workflows, move);
    await agree(workflows, move);
  }
  // Whoever waited has been told; reconciliation finds nothing to repair.
  expect(await workflows.reconcile()).toMatchObject({ started: 0, resent: 0, stopped: 0, failed: 0 });
};

describe('the machines wait for what the rules wait for', () => {
  it('in any life of a petition, after every command', async () => {
    await fc.assert(fc.asyncProperty(choices(60), play), { numRuns: 100, endOnFailure: true });
  });

  const late = '2026-04-02';
  const quash = [
    ...a.on(
      late,
      a.requestReview({ requestedOn: '2026-04-01' }),
      a.admitReview(),
      a.decideReview({ outcome: 'quash' }),
    ),
    a.serveReview({ at: a.noon(late), service: a.served(late) }),
  ];

  it.each([
    ['that waits for its closing to be asked for', []],
    ['that waits for its closing to be confirmed', a.on(late, a.requestClosing())],
    ['that was concluded', a.on(late, a.requestClosing(), a.confirmClosing())],
  ])('also when a quashed opinion ends a closure %s', async (_, closing) => {
    const workflows = runWorkflows();
    const commands = [
      ...[a.register(), a.route(), a.accept(), a.propose(), a.approve()],
      ...a.everybodyReportsIn('622901-zrzy', '622901-zjj', '622901-sfj'),
      ...[a.recordOutcome(), a.recordOutcome({ unit: '622901-sfj' })],
      ...[a.draftOpinion(), a.approveOpinion(), a.serveOpinion()],
      ...closing,
      ...quash,
    ];
    const history: PetitionEvent[] = [];
    for (const command of commands) {
      const before = a.stateAfter(history);
      history.push(...a.continued(history, command).slice(history.length));
      const after = a.stateAfter(history);
      const move = { command, before, events: history.slice(before.version), after, refused: false };
      await commit(workflows, move);
      await agree(workflows, move);
    }
    await workflows.waitsFor(stream, 'closure#2#draft');
  });

  it('in a mediation that comes to its end', async () => {
    const workflows = runWorkflows();
    let before = a.stateAfter([]);
    for (let version = 1; version <= a.performedAgreement.length; version += 1) {
      const after = a.stateAfter(a.performedAgreement.slice(0, version));
      const events = a.performedAgreement.slice(version - 1, version);
      const move = { command: a.perform(), before, events, after, refused: false };
      await commit(workflows, move);
      await agree(workflows, move);
      before = after;
    }
  });
});
