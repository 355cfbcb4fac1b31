import { afterEach, describe, expect, it, vi } from 'vitest';
import type { StreamRef } from '../../domain/ports.ts';
import { waitingSteps } from '../../domain/workflow/flow.ts';
import { openRound, type Progress, settle } from '../../domain/workflow/progress.ts';
import {
  type Stage,
  type StepDecision,
  type StepRef,
  stages,
  stepKey,
  streamKindOf,
} from '../../domain/workflow/signals.ts';
import { runWorkflows } from '../support/run-workflow.ts';

/** Steps and outcomes of docs/architecture.md. */
const outcomes: Readonly<Record<string, readonly string[]>> = {
  'check-in': ['arrived', 'absent'],
  'record-visit': ['recorded'],
  instruct: ['follow-up', 'solved'],
  'follow-up': ['done'],
  triage: ['to-organ', 'sealed', 'redirected', 'refused'],
  'organ-answer': ['accepted', 'diverted', 'objected', 'refused'],
  'decide-objection': ['returned', 'upheld'],
  propose: ['proposed'],
  approve: ['approved', 'returned'],
  'report-in': ['reported-in'],
  consent: ['consented', 'ended'],
  session: ['held', 'ended'],
  sign: ['effective', 'ended'],
  perform: ['performed', 'ended'],
  outcome: ['recorded'],
  draft: ['drafted'],
  'approve-opinion': ['approved', 'returned'],
  serve: ['served'],
  'request-closing': ['requested'],
  'confirm-closing': ['concluded', 'returned'],
  admit: ['admitted', 'rejected'],
  decide: ['decided'],
  'serve-review': ['served'],
  acknowledge: ['acknowledged', 'returned'],
  contact: ['contacted', 'returned'],
  attend: ['attended', 'returned'],
  rate: ['rated'],
};

const units = ['622901-zrzy', '622901-zjj', '622901-sfj'];
const streamOf = (stage: Stage): StreamRef =>
  stage === 'reception'
    ? { kind: 'session', id: '622901007-20260302' }
    : { kind: streamKindOf(stage), id: '622901007-20260302-7K3QXA' };

const decisionOf = (ref: StepRef, outcome: string): StepDecision =>
  outcome === 'approved' && ref.step === 'approve' ? { ...ref, outcome, units } : { ...ref, outcome };

const opened = (stage: Stage): Progress => openRound({}, stage, stage === 'closure' ? { units: units.slice(1) } : {});

const settled = (progress: Progress, { stage, step, leg, outcome, units: over }: StepDecision): Progress =>
  settle(progress, stage, step, { outcome, ...(over ? { units: over } : {}) }, leg === undefined ? {} : { leg });

/** Every way through a stage, as the rules see it: decisions until no step waits. */
const waysThrough = (stage: Stage): StepDecision[][] => {
  const go = (progress: Progress, taken: StepDecision[]): StepDecision[][] => {
    const [next] = waitingSteps(progress);
    if (!next) return [taken];
    return (outcomes[next.step] ?? []).flatMap((outcome) => {
      const decision = decisionOf(next, outcome);
      return go(settled(progress, decision), [...taken, decision]);
    });
  };
  return go(opened(stage), []);
};

const ways = stages.flatMap((stage) =>
  waysThrough(stage).map((way): [Stage, string, StepDecision[]] => [
    stage,
    way.map(({ step, leg, outcome }) => `${step}${leg ? ` (${leg})` : ''} ${outcome}`).join(', '),
    way,
  ]),
);

/** Opens the stage and takes one way through it; at every step machine and rules wait for the same. */
const take = async (
  workflows: ReturnType<typeof runWorkflows>,
  stage: Stage,
  way: readonly StepDecision[],
  { ends = true } = {},
) => {
  const stream = streamOf(stage);
  workflows.fanOut('closure#1', units.slice(1));
  await workflows.open(stream, `${stage}#1`);
  let progress = opened(stage);
  for (const [index, decision] of way.entries()) {
    const expected = waitingSteps(progress).map(stepKey).sort();
    await vi.waitFor(async () => expect(await waiting(workflows, stream)).toEqual(expected), { interval: 2 });
    await workflows.decide(stream, decision, { ends: ends && index === way.length - 1 });
    progress = settled(progress, decision);
  }
};

const waiting = async ({ record }: ReturnType<typeof runWorkflows>, stream: StreamRef): Promise<string[]> =>
  (await record.all(stream))
    .filter(({ token, decision }) => token && !decision)
    .map((step) => step.stepKey)
    .sort();

describe('a stage machine orders its steps as the rules do', () => {
  it.each(ways)('%s: %s', async (stage, _, way) => {
    const workflows = runWorkflows();
    await take(workflows, stage, way);
    expect(await workflows.ended(stage)).toMatchObject({ status: 'SUCCEEDED' });
    expect(await waiting(workflows, streamOf(stage))).toEqual([]);
    expect((await workflows.record.all(streamOf(stage))).every(({ signalled }) => signalled)).toBe(true);
  });
});

describe('a restarted execution', () => {
  it.each(ways)('fast-forwards: %s: %s', async (stage, _, way) => {
    const workflows = runWorkflows();
    const stream = streamOf(stage);
    const before = way.slice(0, -1);
    const last = way.at(-1);
    if (!last) return;
    await take(workflows, stage, before, { ends: false });
    await workflows.waitsFor(stream, stepKey(last));

    const deadToken = (await workflows.record.find(stream, stepKey(last)))?.token;

    await workflows.workflow.stop(`${stream.id}-${stage}-1`, stage, 'A redeployment.');
    expect(await workflows.reconcile()).toMatchObject({ open: 1, running: 0, started: 1, failed: 0 });

    expect(workflows.executions(stage)[0]?.name).toMatch(new RegExp(`^${stream.id}-${stage}-1-r[0-9a-z]+$`));
    await vi.waitFor(
      async () => expect((await workflows.record.find(stream, stepKey(last)))?.token).not.toBe(deadToken),
      { interval: 2 },
    );
    expect(await waiting(workflows, stream)).toEqual([stepKey(last)]);
    await workflows.decide(stream, last, { ends: true });
    expect((await workflows.ended(stage)).status).toBe('SUCCEEDED');
  });

  it('finds a decision that was made while no execution ran', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const workflows = runWorkflows();
    const stream = streamOf('intake');
    await workflows.open(stream, 'intake#1');
    await workflows.waitsFor(stream, 'intake#1#triage');
    await workflows.workflow.stop(`${stream.id}-intake-1`, 'intake', 'A crash.');
    await workflows.decide(stream, { stage: 'intake', round: 1, step: 'triage', outcome: 'to-organ' });
    expect(await workflows.reconcile()).toMatchObject({ started: 1 });
    await workflows.waitsFor(stream, 'intake#1#organ-answer');
    expect(await workflows.record.find(stream, 'intake#1#triage')).toMatchObject({ signalled: true });
    expect(await workflows.reconcile()).toMatchObject({ started: 0, resent: 0, stopped: 0 });
  });

  it('opens nothing in a round that the record has closed, and is stopped', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const workflows = runWorkflows();
    const stream = streamOf('intake');
    await workflows.commit(stream, { opens: ['intake#1'] });
    await workflows.commit(stream, { closes: ['intake#1'] });
    await workflows.deliver();
    expect(await workflows.reconcile()).toMatchObject({ open: 0, running: 1, stopped: 1 });
    expect(await waiting(workflows, stream)).toEqual([]);
    expect(workflows.executions('intake')[0]?.status).toBe('ABORTED');
  });

  it('carries decisions that still hold into the next round', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const workflows = runWorkflows();
    const stream = streamOf('intake');
    await workflows.open(stream, 'intake#1');
    const triage = { stage: 'intake', step: 'triage', outcome: 'to-organ' } as const;
    await workflows.decide(stream, { ...triage, round: 1 }, { ends: true });
    await workflows.commit(stream, { opens: ['intake#2'], decisions: [{ ...triage, round: 2 }] });
    await workflows.deliver();
    await workflows.waitsFor(stream, 'intake#2#organ-answer');
  });
});

afterEach(() => vi.restoreAllMocks());

describe('a step that cannot be opened', () => {
  it('is tried again and the stage goes on', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const workflows = runWorkflows({ retries: 6 });
    const stream = streamOf('intake');
    workflows.breakDown(true);
    await workflows.open(stream, 'intake#1');
    workflows.breakDown(false);
    await workflows.waitsFor(stream, 'intake#1#triage');
  });

  it('fails the execution by name when it never opens, and reconcile starts another', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const workflows = runWorkflows({ retries: 1 });
    const stream = streamOf('intake');
    workflows.breakDown(true);
    await workflows.open(stream, 'intake#1');
    expect(await workflows.ended('intake')).toMatchObject({ status: 'FAILED', error: 'StepNotOpened' });
    workflows.breakDown(false);
    await workflows.reconcile();
    await workflows.waitsFor(stream, 'intake#1#triage');
  });

  it('fails inside a leg in the same way', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const workflows = runWorkflows({ retries: 1 });
    workflows.fanOut('closure#1', units);
    workflows.breakDown(true);
    await workflows.open(streamOf('closure'), 'closure#1');
    expect(await workflows.ended('closure')).toMatchObject({ status: 'FAILED', error: 'StepNotOpened' });
  });

  it('fails on an outcome that the machine does not know', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const workflows = runWorkflows();
    const stream = streamOf('intake');
    await workflows.open(stream, 'intake#1');
    await workflows.decide(stream, { stage: 'intake', round: 1, step: 'triage', outcome: 'lost' });
    expect(await workflows.ended('intake')).toMatchObject({ status: 'FAILED', error: 'UnknownOutcome' });
  });
});

describe('legs', () => {
  it('pass at once when there are no units', async () => {
    const workflows = runWorkflows();
    await workflows.open(streamOf('closure'), 'closure#1');
    await workflows.waitsFor(streamOf('closure'), 'closure#1#draft');
  });

  it('wait for each unit in any order', async () => {
    const workflows = runWorkflows();
    const stream = streamOf('closure');
    workflows.fanOut('closure#1', units);
    await workflows.open(stream, 'closure#1');
    for (const leg of [...units].reverse()) {
      await workflows.decide(stream, { stage: 'closure', round: 1, step: 'outcome', leg, outcome: 'recorded' });
    }
    await workflows.waitsFor(stream, 'closure#1#draft');
  });
});

describe('what a petition costs in state transitions', () => {
  const happy = (stage: Stage): StepDecision[] => waysThrough(stage)[0] ?? [];
  const budget = { intake: 5, assignment: 7, mediation: 7, closure: 9 } as const;

  it('stays within 30 from registration to closing, with one mediation and three departments', async () => {
    const counted: Record<string, number> = {};
    for (const stage of ['intake', 'assignment', 'mediation', 'closure'] as const) {
      const workflows = runWorkflows();
      await take(workflows, stage, happy(stage));
      expect((await workflows.ended(stage)).status).toBe('SUCCEEDED');
      await vi.waitFor(() => expect(workflows.transitions(stage)).toBeGreaterThanOrEqual(budget[stage]));
      counted[stage] = workflows.transitions(stage);
    }
    expect(counted).toEqual(budget);
    expect(Object.values(counted).reduce((sum, each) => sum + each)).toBeLessThanOrEqual(30);
  });
});
