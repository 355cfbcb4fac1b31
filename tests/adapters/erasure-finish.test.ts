import { ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { S3EvidenceFiles } from '../../adapters/evidence-files.ts';
import type { PendingErasures, StreamRef } from '../../domain/ports.ts';
import { createHandler, type Dependencies } from '../../functions/erasure-finish/handler.ts';
import { InMemoryRecord } from '../support/in-memory-record.ts';
import { context as lambdaContext } from '../support/lambda-context.ts';
import { emptyFolder } from '../support/local-machine.ts';
import { objectsIn, type TestObjects } from '../support/objects.ts';

let objects: TestObjects;
let record: InMemoryRecord;
let waiting: string[];
const erasedAt = Date.parse('2026-11-24T03:00:00.000Z');
const clock = { now: () => new Date(objects.at).toISOString() };

beforeEach(async () => {
  objects = await objectsIn(emptyFolder());
  objects.at = erasedAt;
  record = new InMemoryRecord();
  waiting = [];
  for (const level of ['info', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  await objects.close();
});

/** In pages of one. */
const pending: PendingErasures = {
  waiting: async (_limit, cursor = '0') => {
    const id = waiting[Number(cursor)];
    const next = Number(cursor) + 1;
    return {
      items: id === undefined ? [] : [{ kind: id.startsWith('V-') ? 'assembly' : 'petition', id }],
      ...(next < waiting.length ? { cursor: String(next) } : {}),
    };
  },
  done: async ({ id }: StreamRef) => {
    waiting = waiting.filter((each) => each !== id);
  },
};
const files = () => new S3EvidenceFiles(objects.client, { quarantine: 'plain', evidence: 'versions' });
const run = (more: Partial<Dependencies> = {}) =>
  createHandler({ records: record, pending, files: files(), erasure: { finish: async () => 0 }, clock, ...more })(
    {},
    lambdaContext,
  );

const put = (bucket: 'plain' | 'versions', key: string) =>
  objects.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: '承包合同' }));
const versionsIn = async (bucket: string): Promise<number> => {
  const { Versions = [], DeleteMarkers = [] } = await objects.client.send(
    new ListObjectVersionsCommand({ Bucket: bucket }),
  );
  return Versions.length + DeleteMarkers.length;
};
const left = async () => [await versionsIn('plain'), await versionsIn('versions')];

const actor = { id: 'a', unit: '622901007', role: 'leader' };
/** A petition with one form that is good until half an hour after the erasure. */
const erased = async (id: string, types = ['EvidenceDeclared', 'PersonalDataErased']) => {
  const data = { uploadUntil: new Date(erasedAt + 1_800_000).toISOString(), on: '2026-11-24' };
  const at = new Date(erasedAt).toISOString();
  await record.commit([
    {
      stream: { kind: 'petition', id },
      expectedVersion: 0,
      events: types.map((type) => ({ type, at, actor, data })),
      head: { summary: {}, openStages: [] },
      signals: [],
      decisions: [],
    },
  ]);
  waiting.push(id);
};
const minutes = (count: number): number => count * 60_000;

describe('what an erasure leaves in the buckets', () => {
  it('goes, in every version, with the files of others left alone', async () => {
    await erased('622901007-20261124-AAAAAA');
    await put('plain', '622901007-20261124-AAAAAA/2');
    for (let version = 1; version <= 2; version += 1) await put('versions', '622901007-20261124-AAAAAA/1');
    await put('versions', '622901007-20261124-BBBBBB/1');
    expect(await run()).toMatchObject({ files: 3, waiting: 1, failed: 0 });
    expect(await left()).toEqual([0, 1]);
  });

  it('goes as well where it lands later, until no form and no scan can bring any more', async () => {
    await erased('622901007-20261124-AAAAAA');
    await run();
    objects.at += minutes(44);
    await put('plain', '622901007-20261124-AAAAAA/1');
    await put('versions', '622901007-20261124-AAAAAA/1');
    expect(await run()).toMatchObject({ files: 2, waiting: 1 });
    objects.at += minutes(2);
    expect(await run()).toMatchObject({ files: 0, done: 1 });
    expect([waiting, await left()]).toEqual([[], [0, 0]]);
    expect(await run()).toEqual({ done: 0, waiting: 0, streams: 0, files: 0, failed: 0 });
  });

  it('is gone after the next run where one died, and one that fails keeps no other waiting', async () => {
    await erased('622901007-20261124-AAAAAA');
    await erased('622901007-20261124-BBBBBB');
    await put('versions', '622901007-20261124-AAAAAA/1');
    await put('versions', '622901007-20261124-BBBBBB/1');
    const real = files();
    const away = {
      erase: (id: string) => (id.endsWith('A') ? Promise.reject(new Error('away')) : real.erase(id)),
    };
    await expect(run({ files: away })).rejects.toThrow('1 erasures');
    expect(await left()).toEqual([0, 1]);
    expect(waiting).toHaveLength(2);
    await run();
    expect(await left()).toEqual([0, 0]);
  });

  it('goes of an assembly as well, and a form of a disclosure keeps it waiting', async () => {
    const id = 'V-622901007-20261124-AAAAAA';
    const at = new Date(erasedAt).toISOString();
    const file = { size: 1, mediaType: 'application/pdf', uploadUntil: new Date(erasedAt + minutes(30)).toISOString() };
    await record.commit([
      {
        stream: { kind: 'assembly', id },
        expectedVersion: 0,
        events: [
          { type: 'DisclosurePublished', at, actor, data: { disclosure: { kind: '财务', title: '账目', file } } },
          { type: 'AssemblyErased', at, actor, data: { on: '2026-11-24', basis: 'P47' } },
        ],
        head: { summary: {}, openStages: [] },
        signals: [],
        decisions: [],
      },
    ]);
    waiting.push(id);
    await put('versions', `assemblies/${id}/1`);
    await put('versions', 'assemblies/V-622901007-20261124-BBBBBB/1');
    const finish = vi.fn(async () => 0);
    expect(await run({ erasure: { finish } })).toMatchObject({ files: 1, waiting: 1, failed: 0 });
    expect(finish).not.toHaveBeenCalled();
    objects.at += minutes(44);
    await put('plain', `assemblies/${id}/2`);
    expect(await run()).toMatchObject({ files: 1, waiting: 1 });
    objects.at += minutes(2);
    expect(await run()).toMatchObject({ done: 1 });
    expect([waiting, await left()]).toEqual([[], [0, 1]]);
  });

  it('stays where the record does not say that it was erased, whatever waits', async () => {
    await erased('622901007-20261124-AAAAAA', ['EvidenceDeclared']);
    await put('versions', '622901007-20261124-AAAAAA/1');
    await expect(run()).rejects.toThrow('1 erasures');
    expect(await left()).toEqual([0, 1]);
  });
});
