import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { statutoryCalendar } from '../../adapters/calendar.ts';
import { ClamdScanner } from '../../adapters/clamav.ts';
import { S3EvidenceFiles } from '../../adapters/evidence-files.ts';
import { inspectFile } from '../../adapters/file-inspection.ts';
import { evidenceKey, evidenceView } from '../../domain/petition/evidence-views.ts';
import { decide, foldPetition } from '../../domain/petition/petition.ts';
import {
  createHandler as createScan,
  type Dependencies,
  type ObjectCreated,
} from '../../functions/evidence-scan/handler.ts';
import { createCommands } from '../../functions/shared/commands.ts';
import { petitionWrite } from '../../functions/shared/stream-writes.ts';
import { number, register, rules, stateAfter, units } from '../support/builders.ts';
import { eicar, type FakeClamd, fakeClamd } from '../support/clamd.ts';
import { declare } from '../support/evidence.ts';
import { InMemoryRecord } from '../support/in-memory-record.ts';
import { context as lambdaContext } from '../support/lambda-context.ts';
import { emptyFolder } from '../support/local-machine.ts';
import { objectsIn, type TestObjects } from '../support/objects.ts';
import { pdf } from '../support/sample-files.ts';

let objects: TestObjects;
let clamd: FakeClamd;
let record: InMemoryRecord;
const stream = { kind: 'petition', id: number } as const;
const clock = { now: () => new Date(objects.at).toISOString() };

beforeEach(async () => {
  objects = await objectsIn(emptyFolder());
  clamd = await fakeClamd();
  record = new InMemoryRecord();
  for (const level of ['info', 'warn', 'error'] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(async () => {
  vi.restoreAllMocks();
  clamd.close();
  await objects.close();
});

const files = () => new S3EvidenceFiles(objects.client, { quarantine: 'plain', evidence: 'versions' });
const commands = () =>
  createCommands({
    records: record,
    clock,
    decide,
    calendar: statutoryCalendar,
    reference: {
      units: async () => units,
      categories: async () => [{ code: '0301', name: '征地' }],
      settings: async () => ({ configuration: {}, calendarDays: [] }),
    },
  });

const scan = async (event: ObjectCreated = {}, more: Partial<Dependencies> = {}) => {
  const dependencies: Dependencies = {
    records: record,
    commands: commands(),
    judgeDisclosure: () => Promise.reject(new Error('No assembly here.')),
    files: files(),
    inspect: inspectFile,
    scanner: new ClamdScanner(clamd.address),
    releaseUnscanned: false,
    clock,
    ...more,
  };
  return createScan(dependencies)(event, lambdaContext);
};
const noScanner = { scanner: undefined } as unknown as Partial<Dependencies>;

/** Writes the facts of a petition that was registered and to which a file was declared; answers its key. */
const declared = async (content: Buffer, over: object = {}): Promise<string> => {
  const sha256 = createHash('sha256').update(content).digest('hex');
  let state = stateAfter([]);
  for (const command of [register(), declare({ sha256, size: content.length, at: clock.now(), ...over })]) {
    const events = decide({ ...command, at: clock.now() }, state, rules);
    await record.commit([petitionWrite(state, events, number, clock.now(), command.by, rules)]);
    state = foldPetition((await record.load(stream)).events);
  }
  return evidenceKey(number, state.evidence[0]?.evidence ?? 0);
};
const upload = (key: string, content: Buffer) =>
  objects.client.send(new PutObjectCommand({ Bucket: 'plain', Key: key, Body: content }));
const keysOf = async (bucket: string) =>
  ((await objects.client.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? []).map(({ Key }) => Key);
/** Every version there is. */
const copiesOf = async (bucket: string) =>
  ((await objects.client.send(new ListObjectVersionsCommand({ Bucket: bucket }))).Versions ?? []).map(({ Key }) => Key);
const told = (key: string): ObjectCreated => ({ detail: { object: { key } } });
const facts = async () => (await record.load(stream)).events.slice(2).map(({ type, data }) => ({ type, data }));
const stateOf = async () =>
  evidenceView(foldPetition((await record.load(stream)).events), clock.now()).map(({ state }) => state);

describe('a file that was uploaded', () => {
  it('leaves quarantine when it is as declared and harmless, and the record says who scanned it', async () => {
    const key = await declared(pdf());
    await upload(key, pdf());
    expect(await scan(told(key))).toMatchObject({ cleared: 1 });
    expect(await facts()).toMatchObject([
      {
        type: 'EvidenceCleared',
        data: { size: pdf().length, scanner: { engine: 'ClamAV 1.4.6', database: '27123' } },
      },
    ]);
    expect([await keysOf('plain'), await keysOf('versions')]).toEqual([[], [key]]);
    const object = await objects.client.send(new GetObjectCommand({ Bucket: 'versions', Key: key }));
    expect(Buffer.from((await object.Body?.transformToByteArray()) ?? [])).toEqual(pdf());
    expect(object.ContentType).toBe('application/octet-stream');
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('xinfang-evidence-'))).toEqual([]);
  });

  const infected = pdf(`/Note (${eicar}) `);
  const page = Buffer.from('<html><script>alert(1)</script>');
  it.each<[string, Buffer, Buffer, object]>([
    ['infected', infected, infected, { reason: 'infected', detail: 'Eicar-Test' }],
    ['a page', page, page, { reason: 'active-content' }],
    ['larger than declared', pdf(), Buffer.concat([pdf(), Buffer.from(' ')]), { reason: 'wrong-size' }],
    ['another', pdf('a'), pdf('b'), { reason: 'wrong-checksum' }],
  ])('and is %s is refused and gone', async (_, said, sent, why) => {
    const key = await declared(said);
    await upload(key, sent);
    expect(await scan(told(key))).toMatchObject({ rejected: 1 });
    expect(await facts()).toMatchObject([{ type: 'EvidenceRejected', data: why }]);
    expect([await keysOf('plain'), await keysOf('versions')]).toEqual([[], []]);
  });

  it('is judged once, however often it is told, also at the same time', async () => {
    const key = await declared(pdf());
    await upload(key, pdf());
    await Promise.all([scan(told(key)), scan(told(key)), scan(told(key))]);
    await scan(told(key));
    expect(await facts()).toHaveLength(1);
    expect([await keysOf('plain'), await copiesOf('versions')]).toEqual([[], [key]]);
  });

  it('is judged once, where another run has released it while this one scanned', async () => {
    const key = await declared(pdf());
    await upload(key, pdf());
    const real = new ClamdScanner(clamd.address);
    const scanner = {
      scan: async (path: string) => {
        await scan(told(key));
        return real.scan(path);
      },
    };
    // Quarantine is empty when this one copies out of it: no failure, nothing rings.
    expect(await scan(told(key), { scanner })).toMatchObject({ cleared: 1, failed: 0 });
    expect(await facts()).toHaveLength(1);
    expect([await keysOf('plain'), await copiesOf('versions')]).toEqual([[], [key]]);
  });

  it('is never put over another that is there already', async () => {
    const key = await declared(pdf());
    await upload(key, pdf());
    await objects.client.send(new PutObjectCommand({ Bucket: 'versions', Key: key, Body: 'another' }));
    await expect(scan(told(key))).rejects.toThrow('1 files');
    expect([await keysOf('plain'), await copiesOf('versions'), await facts()]).toEqual([[key], [key], []]);
  });

  it('is found by the schedule when its event got lost, once it should have come', async () => {
    const key = await declared(pdf());
    await upload(key, pdf());
    expect(await scan()).toMatchObject({ cleared: 0 });
    objects.at += 130_000;
    expect(await scan()).toMatchObject({ cleared: 1 });
    expect(await keysOf('plain')).toEqual([]);
  });

  it('stays in quarantine while nothing can scan, says so once, and is judged when something can', async () => {
    const key = await declared(pdf());
    await upload(key, pdf());
    expect(await scan(told(key), noScanner)).toMatchObject({ held: 1 });
    await scan(told(key), noScanner);
    expect(await facts()).toHaveLength(1);
    expect(await stateOf()).toEqual(['not-scanned']);
    expect([await keysOf('plain'), await keysOf('versions')]).toEqual([[key], []]);
    objects.at += 130_000;
    expect(await scan()).toMatchObject({ cleared: 1 });
    expect(await stateOf()).toEqual(['cleared']);
  });

  it('stays there while the scanner fails, and the failure rings', async () => {
    const key = await declared(pdf());
    await upload(key, pdf());
    clamd.answer = 'INSTREAM size limit exceeded. ERROR';
    await expect(scan(told(key))).rejects.toThrow('1 files');
    expect(await stateOf()).toEqual(['not-scanned']);
    expect([await keysOf('plain'), await keysOf('versions')]).toEqual([[key], []]);
  });

  it('is released unscanned only where the operator says so, and is marked for ever', async () => {
    const key = await declared(pdf());
    await upload(key, pdf());
    await scan(told(key), { ...noScanner, releaseUnscanned: true });
    expect(await stateOf()).toEqual(['released-unscanned']);
    expect((await facts())[0]?.data).not.toHaveProperty('scanner');
  });

  it('is not released unscanned where there is a scanner, whatever the operator says', async () => {
    const infectedKey = await declared(infected);
    await upload(infectedKey, infected);
    await scan(told(infectedKey), { releaseUnscanned: true });
    expect(await stateOf()).toEqual(['rejected']);
  });

  it('that nobody declared stays for a person to look at', async () => {
    await upload('strange', pdf());
    await upload(`${number}/7`, pdf());
    expect(await scan(told('strange'))).toMatchObject({ leftover: 1 });
    expect(await scan(told(`${number}/7`))).toMatchObject({ leftover: 1 });
    expect(await keysOf('plain')).toHaveLength(2);
  });
});

describe('a petition that was erased', () => {
  const erase = async () => {
    const { version } = await record.load(stream);
    const data = { ground: 'ordered', proposedBy: 'a', by: 'b', on: '2026-11-24', basis: 'P47' };
    await record.commit([
      {
        stream,
        expectedVersion: version,
        events: [{ type: 'PersonalDataErased', at: clock.now(), actor: { id: 'b', unit: 'u', role: 'leader' }, data }],
        head: { summary: {}, openStages: [] },
        signals: [],
        decisions: [],
      },
    ]);
  };

  it('takes no file any more: what lands by a form from before is gone, unread, and nothing is tried for ever', async () => {
    const key = await declared(pdf());
    await erase();
    await upload(key, pdf());
    const scanner = { scan: () => Promise.reject(new Error('was read')) };
    expect(await scan(told(key), { scanner })).toMatchObject({ leftover: 1, failed: 0 });
    expect([await keysOf('plain'), await keysOf('versions')]).toEqual([[], []]);
    expect(await facts()).toMatchObject([{ type: 'PersonalDataErased' }]);
  });

  it('takes none either where the erasure came while it was scanned', async () => {
    const key = await declared(pdf());
    await upload(key, pdf());
    const real = new ClamdScanner(clamd.address);
    const scanner = {
      scan: async (path: string) => {
        await erase();
        return real.scan(path);
      },
    };
    expect(await scan(told(key), { scanner })).toMatchObject({ leftover: 1, failed: 0 });
    // What was copied by then is `erasure-finish`'s, which comes until every scan has ended.
    expect(await keysOf('plain')).toEqual([]);
    expect((await facts()).map(({ type }) => type)).toEqual(['PersonalDataErased']);
  });
});

describe('a run that dies', () => {
  const dying = (at: 'release' | 'remove') => {
    const real = files();
    return {
      files: {
        waiting: real.waiting.bind(real),
        fetch: real.fetch.bind(real),
        release: async (...of: Parameters<typeof real.release>) => {
          await real.release(...of);
          if (at === 'release') throw new Error('died after the copy');
        },
        remove: async (key: string) => {
          if (at === 'remove') throw new Error('died after the fact');
          await real.remove(key);
        },
      },
    };
  };

  it.each(['release', 'remove'] as const)('after or before %s is made good by the next', async (at) => {
    const key = await declared(pdf());
    await upload(key, pdf());
    await expect(scan(told(key), dying(at))).rejects.toThrow();
    await scan(told(key));
    expect((await facts()).map(({ type }) => type)).toEqual(['EvidenceCleared']);
    expect([await keysOf('plain'), await copiesOf('versions')]).toEqual([[], [key]]);
  });

  it('does not keep others from being judged', async () => {
    const key = await declared(pdf());
    await upload(key, pdf());
    await upload('0-broken/1', pdf());
    objects.at += 130_000;
    const real = files();
    const broken = {
      waiting: async () => ({ items: ['0000000000/1', key] }),
      fetch: real.fetch.bind(real),
      release: real.release.bind(real),
      remove: real.remove.bind(real),
    };
    const records = {
      ...record,
      load: (of: typeof stream) => (of.id === number ? record.load(of) : Promise.reject(new Error('no'))),
    };
    await expect(scan({}, { files: broken, records: records as never })).rejects.toThrow('1 files');
    expect(await stateOf()).toEqual(['cleared']);
  });
});

it('erasing a petition erases every version of every file of it, and nobody else’s', async () => {
  const client = objects.client;
  for (const [bucket, key] of [
    ['plain', `${number}/2`],
    ['versions', `${number}/3`],
    ['versions', `${number}/3`],
    ['versions', `${number}9/3`],
  ])
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'x' }));
  expect(await files().erase(number)).toBe(3);
  expect(await files().erase(number)).toBe(0);
  expect([await keysOf('plain'), await keysOf('versions')]).toEqual([[], [`${number}9/3`]]);
});
