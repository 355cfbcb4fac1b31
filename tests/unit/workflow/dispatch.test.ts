import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamRef } from '../../../domain/ports.ts';
import type { Signal, StepDecision } from '../../../domain/workflow/signals.ts';
import { createHandler } from '../../../functions/dispatch/handler.ts';
import { headRecord, InMemoryRecord } from '../../support/in-memory-record.ts';
import { InMemoryWorkflow } from '../../support/in-memory-workflow.ts';
import { context } from '../../support/lambda-context.ts';

const stream: StreamRef = { kind: 'petition', id: '622901007-20260302-7K3QXA' };
const other: StreamRef = { kind: 'petition', id: '622901007-20260302-9ZZZZZ' };
const triage = { stage: 'intake', round: 1, step: 'triage', outcome: 'to-organ' } as const;
const waiting = { audience: 'petition-officer@622901', due: '9999-12-31', excluded: [] };

let record: InMemoryRecord;
let workflow: InMemoryWorkflow;
let errors: ReturnType<typeof vi.spyOn>;

beforeEach(() => {
  vi.restoreAllMocks();
  errors = vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  record = new InMemoryRecord();
  workflow = new InMemoryWorkflow();
});

const dispatch = (Records = record.takeStreamRecords()) =>
  createHandler({
    records: record,
    workItems: record,
    workflow,
    stageInput: (_, __, stage) => (stage === 'closure' ? { units: ['622901-zjj'] } : {}),
  })({ Records }, context);

const open = async (of: StreamRef, token: string) => {
  await record.open({ stream: of, ...triage, ...waiting }, token);
  workflow.wait(token);
};

const decided = async (
  of: StreamRef,
  decision: StepDecision,
  signals: readonly Signal[] = [{ kind: 'complete', ...decision }],
) => {
  const { version } = await record.load(of);
  const event = { type: 'Decided', at: '2026-03-02T01:00:00.000Z', actor: { id: 'a', unit: 'u', role: 'r' }, data: {} };
  await record.commit([
    {
      stream: of,
      expectedVersion: version,
      events: [event],
      head: { summary: {}, openStages: [] },
      signals,
      decisions: [decision],
    },
  ]);
};

describe('dispatch', () => {
  it('starts a stage under a name that repeats cannot start twice', async () => {
    const records = [headRecord(stream, [{ kind: 'start', stage: 'intake', round: 1 }], 1)];
    expect(await dispatch([...records, ...records])).toEqual({ batchItemFailures: [] });
    expect(workflow.executions).toEqual([
      {
        name: `${stream.id}-intake-1`,
        stage: 'intake',
        input: { stream, stage: 'intake', round: 1, units: [] },
        running: true,
      },
    ]);
  });

  it('hands a stage the units over which its first steps fan out', async () => {
    await dispatch([headRecord(stream, [{ kind: 'start', stage: 'closure', round: 2 }], 1)]);
    expect(workflow.executions[0]?.input).toEqual({ stream, stage: 'closure', round: 2, units: ['622901-zjj'] });
  });

  it('knows a reception session by its key', async () => {
    await dispatch([headRecord({ kind: 'session', id: 's1' }, [{ kind: 'start', stage: 'reception', round: 3 }], 1)]);
    expect(workflow.executions[0]).toMatchObject({
      name: 's1-reception-3',
      input: { stream: { kind: 'session', id: 's1' } },
    });
  });

  it('completes the waiting step and starts what follows, in the order of the commit', async () => {
    await open(stream, 't1');
    await decided(stream, triage, [
      { kind: 'complete', ...triage },
      { kind: 'start', stage: 'assignment', round: 1 },
    ]);
    await dispatch();
    expect(workflow.completed).toEqual([{ token: 't1', output: { outcome: 'to-organ' } }]);
    expect(workflow.executions.map(({ name }) => name)).toEqual([`${stream.id}-assignment-1`]);
    expect(await record.find(stream, 'intake#1#triage')).toMatchObject({ signalled: true });
  });

  it('hands over the units of an approval', async () => {
    const approve = { stage: 'assignment', round: 1, step: 'approve' } as const;
    await record.open({ stream, ...approve, ...waiting }, 't1');
    workflow.wait('t1');
    await decided(stream, { ...approve, outcome: 'approved', units: ['a', 'b'] });
    await dispatch();
    expect(workflow.completed[0]?.output).toEqual({ outcome: 'approved', units: ['a', 'b'] });
  });

  it('tells a step once, however often the commit arrives', async () => {
    await open(stream, 't1');
    await decided(stream, triage);
    const records = record.takeStreamRecords();
    await dispatch([...records, ...records]);
    expect(await dispatch(records)).toEqual({ batchItemFailures: [] });
    expect(workflow.completed).toHaveLength(1);
  });

  it('leaves a step alone that no execution has reached: open-step will find the decision', async () => {
    await decided(stream, triage);
    expect(await dispatch()).toEqual({ batchItemFailures: [] });
    expect(workflow.completed).toEqual([]);
  });

  it('leaves a dead token to reconcile', async () => {
    await record.open({ stream, ...triage, ...waiting }, 'dead');
    await decided(stream, triage);
    expect(await dispatch()).toEqual({ batchItemFailures: [] });
    expect(await record.find(stream, 'intake#1#triage')).toMatchObject({ signalled: false });
  });

  it('raises an alarm and tells nobody when signal and record differ', async () => {
    await open(stream, 't1');
    await decided(stream, triage, [{ kind: 'complete', ...triage, outcome: 'sealed' }]);
    expect(await dispatch()).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(errors).toHaveBeenCalledWith(expect.objectContaining({ alarm: 'conflicting-decision' }));
    expect(workflow.completed).toEqual([]);
  });

  it('raises an alarm when the record knows of no decision', async () => {
    await open(stream, 't1');
    expect(await dispatch([headRecord(stream, [{ kind: 'complete', ...triage }], 7)])).toEqual({
      batchItemFailures: [{ itemIdentifier: '7' }],
    });
  });

  it('tolerates signals in any order: a late start of a stage that has gone on', async () => {
    await open(stream, 't1');
    await decided(stream, triage);
    const [complete] = record.takeStreamRecords();
    if (!complete) throw new Error('no record');
    await dispatch([complete]);
    expect(await dispatch([headRecord(stream, [{ kind: 'start', stage: 'intake', round: 1 }], 0)])).toEqual({
      batchItemFailures: [],
    });
  });

  it('keeps a poisoned petition in order, serves the others, and asks to go on from the first failure', async () => {
    const poison = headRecord(stream, [{ kind: 'start', stage: 'nowhere' as 'intake', round: 1 }], 1);
    const later = headRecord(stream, [{ kind: 'start', stage: 'intake', round: 1 }], 2);
    const healthy = headRecord(other, [{ kind: 'start', stage: 'intake', round: 1 }], 3);
    expect(await dispatch([poison, later, healthy])).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    expect(workflow.executions.map(({ name }) => name)).toEqual([`${other.id}-intake-1`]);
  });

  it('reports the earliest failure of several petitions', async () => {
    vi.spyOn(workflow, 'start').mockRejectedValue(new Error('throttled'));
    const start = [{ kind: 'start', stage: 'intake', round: 1 }] as const;
    expect(
      await dispatch([headRecord(other, [], 1), headRecord(stream, start, 2), headRecord(other, start, 3)]),
    ).toEqual({
      batchItemFailures: [{ itemIdentifier: '2' }],
    });
  });

  it('ignores records of other items and heads without signals', async () => {
    const head = headRecord(stream, [], 1);
    const item = { dynamodb: { ...head.dynamodb, NewImage: { pk: { S: 'P#x' }, sk: { S: 'W#intake#1#triage' } } } };
    expect(await dispatch([head, item, { dynamodb: {} }])).toEqual({ batchItemFailures: [] });
  });
});
