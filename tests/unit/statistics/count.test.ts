import { describe, expect, it, vi } from 'vitest';
import { createHandler } from '../../../functions/count/handler.ts';
import * as a from '../../support/builders.ts';
import { InMemoryFigures } from '../../support/in-memory-figures.ts';
import { headRecord, InMemoryRecord } from '../../support/in-memory-record.ts';
import { context } from '../../support/lambda-context.ts';

const ids = ['622901007-20260302-AAAAAA', '622901007-20260302-BBBBBB', '622901007-20260302-CCCCCC'];

const recordWith = async (broken?: string) => {
  const record = new InMemoryRecord();
  for (const id of ids) {
    const events = a.routedPetition.map((fact) => ({ ...fact, at: a.noon(a.firstDay), actor: a.officers.officer }));
    const stream = { kind: 'petition', id } as const;
    const head = { summary: {}, openStages: [] };
    await record.commit([{ stream, expectedVersion: 0, events, head, signals: [], decisions: [] }]);
  }
  const figures = new InMemoryFigures();
  const load = async (stream: Parameters<typeof record.load>[0]) => {
    if (stream.id === broken) throw new Error('This history cannot be read.');
    return record.load(stream);
  };
  const count = createHandler({
    records: { load },
    figures,
    context: async () => a.rules,
    streamOf: (key) => (key.startsWith('P#') ? { kind: 'petition', id: key.slice(2) } : undefined),
  });
  return { figures, count };
};

const records = ids.map((id, index) => headRecord({ kind: 'petition', id }, [], index + 1));

describe('the consumer', () => {
  it('counts each petition of a batch once, however many of its records are in it', async () => {
    const { figures, count } = await recordWith();
    expect(await count({ Records: [...records, ...records] }, context)).toEqual({ batchItemFailures: [] });
    expect(figures.replaced).toBe(3);
  });

  it('asks again for what it could not count, from there on, and counts the others', async () => {
    const silent = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { figures, count } = await recordWith(ids[1]);
    expect(await count({ Records: records }, context)).toEqual({ batchItemFailures: [{ itemIdentifier: '2' }] });
    expect(figures.replaced).toBe(2);
    // Keys and errors only: nothing that a petition says.
    expect(JSON.stringify(silent.mock.calls)).not.toContain('张三');
    silent.mockRestore();
  });

  it('leaves alone what is no petition', async () => {
    const { figures, count } = await recordWith();
    const answer = { dynamodb: { SequenceNumber: '9', Keys: { pk: { S: 'I#x' }, sk: { S: 'ANSWER' } } } };
    expect(await count({ Records: [answer] }, context)).toEqual({ batchItemFailures: [] });
    expect(figures.replaced).toBe(0);
  });
});
