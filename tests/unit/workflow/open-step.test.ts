import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamRef } from '../../../domain/ports.ts';
import type { StepDecision } from '../../../domain/workflow/signals.ts';
import { createHandler } from '../../../functions/open-step/handler.ts';
import { InMemoryRecord } from '../../support/in-memory-record.ts';
import { InMemoryWorkflow } from '../../support/in-memory-workflow.ts';
import { context } from '../../support/lambda-context.ts';

const stream: StreamRef = { kind: 'petition', id: '622901007-20260302-7K3QXA' };
const triage = { stage: 'intake', round: 1, step: 'triage' } as const;
const key = 'intake#1#triage';

let record: InMemoryRecord;
let workflow: InMemoryWorkflow;

beforeEach(async () => {
  vi.restoreAllMocks();
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  record = new InMemoryRecord();
  workflow = new InMemoryWorkflow();
  await commit([]);
});

const commit = async (decisions: readonly StepDecision[], openStages = ['intake#1', 'assignment#1']) => {
  const event = { type: 'Any', at: '2026-03-02T01:00:00.000Z', actor: { id: 'a', unit: 'u', role: 'r' }, data: {} };
  await record.commit([
    {
      stream,
      expectedVersion: (await record.load(stream)).version,
      events: [event],
      head: { summary: {}, openStages },
      signals: [],
      decisions,
    },
  ]);
};

const openStep = async (request: object = {}, token = 't1') => {
  workflow.wait(token);
  await createHandler({
    records: record,
    workItems: record,
    workflow,
    describe: async (_, __, { leg }) => ({
      audience: `handler@${leg ?? 'office'}`,
      due: '2026-03-20',

      excluded: ['proposer'],
    }),
  })({ token, stream, ...triage, ...request }, context);
};

describe('open-step', () => {
  it('puts the step again when a recusal comes while it is put, so that nobody sees what he is kept from', async () => {
    workflow.wait('t1');
    let recused: string[] = [];
    await createHandler({
      records: record,
      workItems: record,
      workflow,
      describe: async () => {
        const excluded = [...recused];
        if (recused.length === 0) {
          // Commits between the reading and the putting; the machine had not put the step yet.
          recused = ['leader-9'];
          await commit([]);
        }
        return { audience: 'leader@office', due: '2026-03-20', excluded };
      },
    })({ token: 't1', stream, ...triage }, context);
    const { items } = await record.worklist('leader@office', 10);
    expect(items.map(({ excluded }) => excluded)).toEqual([['leader-9']]);
    expect(await record.find(stream, key)).toMatchObject({ token: 't1' });
  });

  it('puts the step on the worklist that the rules name, and keeps the token', async () => {
    await openStep();
    expect((await record.worklist('handler@office', 10)).items).toEqual([
      {
        stream,
        ...triage,
        audience: 'handler@office',
        due: '2026-03-20',

        excluded: ['proposer'],
      },
    ]);
    expect(await record.find(stream, key)).toMatchObject({ token: 't1', signalled: false });
    expect(workflow.completed).toEqual([]);
  });

  it('opens one item per leg', async () => {
    await openStep({ stage: 'assignment', step: 'report-in', leg: '622901-zjj' });
    expect((await record.worklist('handler@622901-zjj', 10)).items).toHaveLength(1);
  });

  it('answers at once with the recorded outcome', async () => {
    await commit([{ ...triage, outcome: 'to-organ' }]);
    await openStep();
    expect(workflow.completed).toEqual([{ token: 't1', output: { outcome: 'to-organ' } }]);
    expect((await record.worklist('handler@office', 10)).items).toEqual([]);
  });

  it('answers at once even when the decision closed the round', async () => {
    await commit([{ ...triage, outcome: 'sealed' }], []);
    await openStep();
    expect(workflow.completed).toEqual([{ token: 't1', output: { outcome: 'sealed' } }]);
  });

  it('answers when the decision is made between its look and its write', async () => {
    vi.spyOn(record, 'find').mockResolvedValueOnce(undefined);
    await commit([{ ...triage, outcome: 'to-organ' }]);
    await openStep();
    expect(workflow.completed).toHaveLength(1);
  });

  it('gives an open step the token of the execution that asks last', async () => {
    await openStep({}, 't1');
    await openStep({}, 't2');
    expect(await record.find(stream, key)).toMatchObject({ token: 't2' });
    expect((await record.worklist('handler@office', 10)).items).toHaveLength(1);
  });

  it('opens nothing in a round that the record has closed', async () => {
    await commit([], []);
    await openStep();
    expect((await record.worklist('handler@office', 10)).items).toEqual([]);
    expect(workflow.completed).toEqual([]);
  });

  it('does not mind that the execution has gone', async () => {
    await commit([{ ...triage, outcome: 'to-organ' }]);
    vi.spyOn(workflow, 'complete').mockResolvedValue('gone');
    await openStep();
    expect(await record.find(stream, key)).toMatchObject({ signalled: false });
  });

  it('refuses a request that is not one', async () => {
    await expect(openStep({ stage: 'nowhere' })).rejects.toThrow();
    await expect(openStep({ round: 0 })).rejects.toThrow();
  });
});
