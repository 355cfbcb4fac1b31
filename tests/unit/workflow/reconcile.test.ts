import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamRef } from '../../../domain/ports.ts';
import type { StepDecision } from '../../../domain/workflow/signals.ts';
import { createHandler } from '../../../functions/reconcile/handler.ts';
import { stageRoundOf } from '../../../functions/shared/reconcile.ts';
import { InMemoryRecord } from '../../support/in-memory-record.ts';
import { InMemoryWorkflow } from '../../support/in-memory-workflow.ts';
import { context } from '../../support/lambda-context.ts';

const id = '622901007-20260302-7K3QXA';
const stream: StreamRef = { kind: 'petition', id };
const triage = { stage: 'intake', round: 1, step: 'triage', outcome: 'to-organ' } as const;
const waiting = { audience: 'petition-officer@622901', due: '9999-12-31', excluded: [] };
const now = '2026-03-02T01:00:00.000Z';
const restarted = `${id}-intake-1-r${Math.floor(Date.parse(now) / 60_000).toString(36)}`;

let record: InMemoryRecord;
let workflow: InMemoryWorkflow;

beforeEach(() => {
  vi.restoreAllMocks();
  vi.spyOn(console, 'info').mockImplementation(() => {});
  vi.spyOn(console, 'error').mockImplementation(() => {});
  record = new InMemoryRecord();
  workflow = new InMemoryWorkflow();
});

const commit = async (openStages: readonly string[], decisions: readonly StepDecision[] = [], of = stream) => {
  const event = { type: 'Any', at: now, actor: { id: 'a', unit: 'u', role: 'r' }, data: {} };
  const { version } = await record.load(of);
  await record.commit([
    {
      stream: of,
      expectedVersion: version,
      events: [event],
      head: { summary: {}, openStages },
      signals: [],
      decisions,
    },
  ]);
};

const run = (name = `${id}-intake-1`, stage = 'intake') =>
  workflow.start(name, stage, { stream, stage, round: 1, units: [] });

const openTriage = async (token: string) => {
  await record.open({ stream, ...triage, ...waiting }, token);
};

const reconcile = () =>
  createHandler({
    records: record,
    workItems: record,
    openStages: record,
    workflow,
    stageInput: (_, __, stage) => (stage === 'closure' ? { units: ['622901-zjj'] } : {}),
    clock: { now: () => now },
  })({}, context);

const quiet = { started: 0, resent: 0, stopped: 0, failed: 0 };
const running = () => workflow.executions.filter((execution) => execution.running).map(({ name }) => name);

describe('reconcile', () => {
  it('does nothing when record and executions agree, and reads no head for it', async () => {
    await commit(['intake#1']);
    await run();
    const head = vi.spyOn(record, 'head');
    expect(await reconcile()).toEqual({ open: 1, running: 1, ...quiet });
    expect(head).not.toHaveBeenCalled();
  });

  it('starts an execution whose start signal was lost, under the usual name', async () => {
    await commit(['intake#1']);
    expect(await reconcile()).toEqual({ open: 1, running: 0, ...quiet, started: 1 });
    expect(running()).toEqual([`${id}-intake-1`]);
  });

  it('starts every stage that is open, with the units of its legs', async () => {
    await commit(['closure#2', 'mediation#1']);
    expect(await reconcile()).toMatchObject({ open: 2, started: 2 });
    expect(workflow.executions.map(({ input }) => input)).toEqual(
      expect.arrayContaining([
        { stream, stage: 'closure', round: 2, units: ['622901-zjj'] },
        { stream, stage: 'mediation', round: 1, units: [] },
      ]),
    );
  });

  it('takes another name when an execution of the usual one has ended', async () => {
    await commit(['intake#1']);
    await run();
    workflow.end(`${id}-intake-1`);
    expect(await reconcile()).toMatchObject({ started: 1 });
    expect(running()).toEqual([restarted]);
    expect(restarted.length).toBeLessThanOrEqual(80);
    expect(await reconcile()).toEqual({ open: 1, running: 1, ...quiet });
  });

  it('repeats a decision that its waiting step has never heard of', async () => {
    await commit(['intake#1']);
    await run();
    await openTriage('t1');
    workflow.wait('t1');
    await commit(['intake#1'], [triage]);
    expect(await reconcile()).toMatchObject({ resent: 1 });
    expect(workflow.completed).toEqual([{ token: 't1', output: { outcome: 'to-organ' } }]);
    expect(await reconcile()).toMatchObject({ resent: 0 });
  });

  it('repeats the last decision of a round that the record has closed, and lets the execution end', async () => {
    await commit(['intake#1']);
    await run();
    await openTriage('t1');
    workflow.wait('t1');
    await commit([], [{ ...triage, outcome: 'sealed' }]);
    expect(await reconcile()).toEqual({ open: 0, running: 1, ...quiet, resent: 1 });
    expect(running()).toHaveLength(1);
  });

  it('notes what a step has heard when only the note was lost', async () => {
    await commit(['intake#1']);
    await run();
    await openTriage('gone by');
    await commit(['intake#1'], [triage]);
    expect(await reconcile()).toMatchObject({ resent: 0 });
    expect(await record.find(stream, 'intake#1#triage')).toMatchObject({ signalled: true });
  });

  it('leaves a decision alone for which nobody waits: the new execution finds it', async () => {
    await commit(['intake#1']);
    await openTriage('dead');
    await commit(['intake#1'], [triage]);
    expect(await reconcile()).toMatchObject({ started: 1, resent: 0 });
    expect(await record.find(stream, 'intake#1#triage')).toMatchObject({ signalled: false });
  });

  it('stops an execution that waits in a round that the record has closed', async () => {
    await commit([]);
    await run();
    await run(`${id}-mediation-2-rabc`, 'mediation');
    expect(await reconcile()).toEqual({ open: 0, running: 2, ...quiet, stopped: 2 });
    expect(running()).toEqual([]);
  });

  it('stops nothing on the word of an index that lags behind', async () => {
    await commit(['intake#1']);
    await run();
    vi.spyOn(record, 'openStages').mockResolvedValue({ items: [] });
    expect(await reconcile()).toEqual({ open: 0, running: 1, ...quiet });
  });

  it('starts nothing on the word of an index that lags behind', async () => {
    await commit([]);
    vi.spyOn(record, 'openStages').mockResolvedValue({ items: [{ stream, openStages: ['intake#1'] }] });
    expect(await reconcile()).toEqual({ open: 1, running: 0, ...quiet });
  });

  it('replaces two executions of one round by a new one, because only one of them holds the token', async () => {
    await commit(['intake#1']);
    await run();
    await run(`${id}-intake-1-rabc`);
    expect(await reconcile()).toEqual({ open: 1, running: 2, ...quiet, started: 1, stopped: 2 });
    expect(running()).toEqual([restarted]);
  });

  it('reconciles the other streams when one fails, then fails itself so that the alarm rings', async () => {
    const other: StreamRef = { kind: 'petition', id: '622901007-20260302-9ZZZZZ' };
    await commit(['intake#1']);
    await commit(['intake#1'], [], other);
    const load = record.load.bind(record);
    vi.spyOn(record, 'load').mockImplementation((of) => (of.id === id ? Promise.reject(new Error('no')) : load(of)));
    vi.spyOn(record, 'head').mockResolvedValue({ openStages: ['intake#1'], summary: {}, version: 1, hash: '' });
    await expect(reconcile()).rejects.toThrow('1 streams could not be reconciled');
    expect(running()).toEqual([`${other.id}-intake-1`]);
  });

  it('reads page after page', async () => {
    for (let n = 0; n < 1_201; n += 1) await commit(['intake#1'], [], { kind: 'petition', id: `p${String(n)}` });
    expect(await reconcile()).toMatchObject({ open: 1_201, started: 1_201 });
  });

  it('leaves executions alone that somebody else named', async () => {
    await workflow.start('manual-test', 'intake', {});
    expect(await reconcile()).toEqual({ open: 0, running: 0, ...quiet });
    expect(running()).toEqual(['manual-test']);
  });
});

describe('the name of an execution', () => {
  it('says which round of which stream it runs', () => {
    expect(stageRoundOf(`${id}-intake-12-r1abc`, 'intake')).toEqual({ stream, stage: 'intake', round: 12 });
    expect(stageRoundOf('622901007-20260302-reception-3', 'reception')).toEqual({
      stream: { kind: 'session', id: '622901007-20260302' },
      stage: 'reception',
      round: 3,
    });
    expect(stageRoundOf(`${id}-intake-1`, 'closure')).toBeUndefined();
  });
});
