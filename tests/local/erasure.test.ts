/** What an erasure leaves nowhere: not in the record's texts (privacy.test.ts), and no file in any bucket, in any version. */

import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ApiProblem, changeAt, until, untilWaiting } from '../../local/api-client.ts';
import type { Story } from '../../local/scenario-a.ts';
import { type FakeClamd, fakeClamd } from '../support/clamd.ts';
import { send as request } from '../support/http.ts';
import { emptyFolder, startLocalMachine } from '../support/local-machine.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { postForm } from '../support/objects.ts';
import { pdf } from '../support/sample-files.ts';
import {
  after as afterStep,
  centre,
  exportOf,
  openReceptionDay,
  registeredStory,
  take,
  today,
  withoutMediation,
} from '../support/story.ts';
import { mint } from '../support/tokens.ts';

let machine: Machine;
let clamd: FakeClamd;

beforeAll(async () => {
  clamd = await fakeClamd();
  process.env.CLAMD_ADDRESS = clamd.address;
  machine = await startMachine();
});
afterAll(async () => {
  await machine.remove();
  clamd.close();
});

const problemOf = async (attempt: Promise<Answer>): Promise<string> => {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof ApiProblem) return error.code;
    throw error;
  }
  return 'nothing';
};

/** Its door is another after each start. */
const store = () =>
  new S3Client({
    endpoint: machine.endpoints.s3,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: {
      accessKeyId: 'local',
      secretAccessKey: readFileSync(join(machine.folder, 'keys', 'access-key'), 'utf8'),
    },
  });

const buckets = (): readonly string[] =>
  readdirSync(join(machine.folder, 'objects'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);

/** Every version of every file of a petition, by the store's own interface. */
const versionsOf = async (number: string): Promise<readonly string[]> => {
  const s3 = store();
  const found = await Promise.all(
    buckets().map(async (Bucket) => {
      const list = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: `${number}/` }));
      return [...(list.Versions ?? []), ...(list.DeleteMarkers ?? [])].map(({ Key }) => `${Bucket}/${String(Key)}`);
    }),
  );
  return found.flat();
};
/** Whether the very content lies on the disk. */
const onDisk = (content: Buffer, folder = machine.folder): boolean =>
  readdirSync(join(folder, 'objects'), { recursive: true, withFileTypes: true }).some(
    (entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(content),
  );

const distinct = () => pdf(`/Id (${randomUUID()}) `);
const declared = async ({ number, queryCode }: Story, content: Buffer): Promise<Answer> =>
  machine.api.as().post('/portal/evidence', {
    number,
    queryCode,
    fileName: '土地承包合同.pdf',
    size: content.length,
    mediaType: 'application/pdf',
    sha256: createHash('sha256').update(content).digest('hex'),
    shows: '承包面积',
  });
const send = async ({ upload }: Answer, content: Buffer): Promise<number> =>
  (await postForm(upload, Uint8Array.from(content))).status;
const isCleared = async (number: string, evidence: number): Promise<true | undefined> => {
  const { items } = await machine.api.as('triage').get(`/petitions/${number}/evidence`);
  return items.find((each: Answer) => each.evidence === evidence)?.state === 'cleared' ? true : undefined;
};
const eraseFiles = async (): Promise<Answer> =>
  (await machine.control<Answer>('invoke', { function: 'erasure-finish' })).result;

const command = (name: string, folder: string, ...args: readonly string[]): number | null =>
  spawnSync(process.execPath, ['local/backup-command.ts', name, ...args], {
    env: { ...process.env, DATA_DIR: folder },
  }).status;

/** A matter that has ended, with a file that was cleared. */
const concluded = async () => {
  const story = await registeredStory(machine.api);
  const content = distinct();
  const piece = await declared(story, content);
  expect(await send(piece, content)).toBe(204);
  await until('the file to be cleared', () => isCleared(story.number, piece.evidence));
  await take(story, ...withoutMediation);
  return { story, content, number: story.number };
};
const erase = async (number: string): Promise<void> => {
  const ordered = { ground: 'ordered', order: '（2026）甘29行初1号', reason: '裁定删除' };
  await machine.api.as('triage').change(number, 'erasure-proposals', ordered);
  await machine.api.as('street-leader').change(number, 'erasure-decisions', { decision: 'approve' });
};

describe('a need that became a petition', () => {
  it('is erased with it, in one act, and says so; the grid reads it no more', async () => {
    const { api } = machine;
    const village = api.as('village-officer');
    await village.post('/grids', {
      code: 'E-01',
      name: '网格',
      boundary: { description: '全村' },
      validFrom: today(),
    });
    const worker = { officer: 'village-worker', post: '专职网格员', from: today() };
    await village.post('/grids/E-01/appointments', worker, { ifMatch: 1 });
    const report = { grid: 'E-01', domain: '城管', need: '二社路灯损坏', count: 3, location: '二社' };
    const { number: need } = await api.as('village-worker').post('/needs', report);
    const { petition, queryCode } = await changeAt(api.as('village-worker'), `/needs/${String(need)}`, 'promotion', {
      petitioner: { form: 'individual', person: { name: '王某', phone: '13900000009' } },
      subject: '路灯损坏未修',
      requests: ['修复二社路灯'],
      facts: '二社路灯损坏两个月。',
      consent: { givenOn: today(), how: '入户时当面同意' },
    });
    const office = api.as('county-triage');
    await untilWaiting(office, petition, 'triage');
    await api.as().post('/portal/withdrawal-requests', { number: petition, queryCode, reason: '已经修好' });
    await office.change(petition, 'withdrawal-decisions', { consented: true, reason: '出于自愿' });
    const linked = async () => (await office.get(`/petitions/${String(petition)}/linked-records`)).items;
    expect(await linked()).toEqual([{ kind: 'need', id: need }]);
    const ordered = { ground: 'ordered', order: '（2026）甘29行初2号', reason: '裁定删除' };
    await office.change(petition, 'erasure-proposals', ordered);
    const token = await mint(machine, { sub: 'county-leader', unit: '622923', roles: 'leader' });
    const approved = await request(`${machine.baseUrl}/petitions/${String(petition)}/erasure-decisions`, {
      token,
      ifMatch: (await office.get(`/petitions/${String(petition)}`)).version,
      body: { decision: 'approve' },
    });
    expect(approved.body).toMatchObject({ events: ['PersonalDataErased'] });
    expect(await linked()).toEqual([{ kind: 'need', id: need, erasedOn: today() }]);
    await machine.restart();
    const shown = await api.as('village-officer').get(`/needs/${String(need)}`);
    expect(JSON.stringify(shown)).not.toContain('路灯');
    expect(shown).toMatchObject({ status: 'promoted', erasedOn: today() });
    const more = changeAt(api.as('village-officer'), `/needs/${String(need)}`, 'services', {
      decision: '送餐',
      services: [{ household: 'H01', what: '送餐', recurrence: { every: 'day' }, from: today(), until: today() }],
    });
    expect(await problemOf(more)).toBe('erased');
  });
});

describe('what led to no petition', () => {
  const ordered = { ground: 'ordered', order: '（2026）甘29行初3号', reason: '裁定删除孙某的信息' };
  const text = JSON.stringify;

  it('is erased by two persons under the rules of petitions, and no other of its day with it: a visit', async () => {
    const { api } = machine;
    const desk = api.as('receptionist');
    const session = await openReceptionDay(api);
    const asked = { visitor: '孙某', phone: '13900000044', purpose: '咨询低保', persons: 1 };
    const booked = await api.as().post(`/public/reception-days/${String(session)}/bookings`, asked);
    const bookings = `/reception-sessions/${String(session)}/bookings`;
    await desk.post(`${bookings}/1/decision`, { decision: 'confirm' });
    await desk.changeSession(session, 'visits', { visitor: '郑某', purpose: '咨询土地', persons: 1 });
    await untilWaiting(desk, session, 'check-in');
    const office = api.as('triage');
    const path = `/kept/visit.${String(session)}.1`;
    const change = (who: string, action: string, body: object) => changeAt(api.as(who), path, action, body);
    expect(await office.get(path)).toMatchObject({ unit: centre, holds: [], version: 0 });
    expect(await problemOf(change('triage', 'erasure-proposals', ordered))).toBe('not-the-step');
    await desk.changeSession(session, 'visits/1/check-in', { arrived: false });
    const early = { ...ordered, ground: 'retention-over' };
    expect(await problemOf(change('triage', 'erasure-proposals', early))).toBe('rule-violated');
    await change('triage', 'legal-holds', { authority: '人民法院', reason: '诉讼保全' });
    expect(await problemOf(change('triage', 'erasure-proposals', ordered))).toBe('legal-hold');
    await change('triage', 'legal-holds/1/lifting', { authority: '人民法院', reason: '诉讼终结' });
    await change('triage', 'erasure-proposals', ordered);
    const waiting = await untilWaiting(api.as('street-leader'), `visit.${String(session)}.1`, 'decide-kept-erasure');
    expect(waiting).toMatchObject({ kind: 'keeping', routes: ['/kept/{thing}/erasure-decisions'] });
    expect(await problemOf(change('triage', 'erasure-decisions', { decision: 'approve' }))).toBe('not-your-role');
    expect(await problemOf(change('land-leader', 'erasure-decisions', { decision: 'approve' }))).toBe('not-your-unit');
    const approved = await change('street-leader', 'erasure-decisions', { decision: 'approve' });
    expect(approved).toMatchObject({ events: ['PersonalDataErased'] });
    await machine.restart();
    const { visits } = await desk.get(`/reception-sessions/${String(session)}`);
    expect(visits).toMatchObject([{ erasedOn: today() }, { purpose: '咨询土地' }]);
    expect(text(visits)).not.toMatch(/孙|低保/);
    // The booking that it was went with it.
    expect((await desk.get(bookings)).items).toMatchObject([{ booking: 1, state: 'erased' }]);
    expect(text(await desk.get(bookings))).not.toMatch(/孙|低保|0044/);
    expect(await problemOf(desk.post(`${bookings}/1/disclosures`, { purpose: 'contact' }))).toBe('erased');
    expect(text(await api.as().post('/portal/booking', booked))).not.toMatch(/孙|低保|0044/);
    expect(await office.get(path)).toMatchObject({ erasedOn: today(), holds: [{ hold: 1, liftedOn: today() }] });
    expect(await problemOf(change('triage', 'legal-holds', { authority: '人民法院', reason: '又' }))).toBe('erased');
    const bundle = await exportOf(api, { kind: 'all' });
    expect(bundle).toContain(`E#visit.${String(session)}.1`);
    expect(spawnSync(process.execPath, ['verify/verify.ts', '-'], { input: bundle }).status).toBe(0);
  });

  it('goes whole, and its line in the lists says so: an item', async () => {
    const { api } = machine;
    const wanted = { list: 'need', subject: '三社水渠', details: '水渠漏水，需要水务部门' };
    const { number: item } = await api.as('triage').post('/list-items', wanted);
    const path = `/kept/list-item.${String(item)}`;
    const office = (action: string, body: object) => changeAt(api.as('triage'), path, action, body);
    const decide = (body: object) => changeAt(api.as('street-leader'), path, 'erasure-decisions', body);
    expect(await problemOf(office('erasure-proposals', ordered))).toBe('not-the-step');
    await changeAt(api.as('triage'), `/list-items/${String(item)}`, 'closing', { how: '水渠已修' });
    await office('erasure-proposals', ordered);
    await decide({ decision: 'return', reason: '请补裁定书' });
    await office('erasure-proposals', ordered);
    await decide({ decision: 'approve' });
    await machine.restart();
    const { items } = await api.as('triage').get('/list-items');
    expect(items.find((each: Answer) => each.number === item)).toMatchObject({ erasedOn: today() });
    expect(text(items)).not.toContain('水渠');
  });
});

describe('what centres and departments were told of a petition', () => {
  it('is erased with it: its place in a centre, and its whistles once they are over', async () => {
    const { api } = machine;
    const story = await registeredStory(api);
    const { number } = story;
    const desk = api.as('triage');
    const leader = api.as('street-leader');
    await leader.post('/centres', {
      unit: centre,
      name: '东区街道综治中心',
      label: '综治中心',
      place: '东区街道1号',
      hours: '09:00-17:00',
      from: today(),
    });
    await desk.post(`/centres/${centre}/matters`, { petition: number });
    await changeAt(desk, `/placements/${number}`, 'reports', { account: '已联系当事人核实地块' });
    await take(story, 'route', 'accept');
    const draft = {
      kind: 'ordinary',
      subject: '地块面积复核会商',
      situation: '中心无权复测',
      against: [],
      calls: [{ unit: '622901-zrzy', ask: '到场复测并说明依据' }],
    };
    const { number: whistle } = await desk.post('/whistles', { ...draft, petition: number });
    await take(story, ...afterStep('accept'));
    const linked = async () =>
      (await desk.get(`/petitions/${number}/linked-records`)).items.filter(
        ({ kind }: Answer) => kind === 'placement' || kind === 'whistle',
      );
    expect(await linked()).toEqual([
      { kind: 'placement', id: number },
      { kind: 'whistle', id: whistle },
    ]);
    // It goes with the petition, not by itself.
    expect(await problemOf(desk.get(`/kept/whistle.${String(whistle)}`))).toBe('rule-violated');
    // Somebody would still have to say something there, and could not.
    expect(await problemOf(erase(number) as never)).toBe('not-the-step');
    await changeAt(leader, `/whistles/${String(whistle)}`, 'calling-off', { reason: '已由其他途径复测' });
    await leader.change(number, 'erasure-decisions', { decision: 'approve' });
    expect(await linked()).toEqual([
      { kind: 'placement', id: number, erasedOn: today() },
      { kind: 'whistle', id: whistle, erasedOn: today() },
    ]);
    await machine.restart();
    const [seen, placed] = [await desk.get(`/whistles/${String(whistle)}`), await desk.get(`/placements/${number}`)];
    expect(JSON.stringify([seen, placed])).not.toMatch(/复测|地块|无权/);
    expect([seen.erasedOn, placed.erasedOn]).toEqual([today(), today()]);
    expect(await problemOf(changeAt(desk, `/placements/${number}`, 'reports', { account: '又' }))).toBe('erased');
    expect(await problemOf(desk.post('/whistles', { ...draft, petition: number }))).toBe('erased');
    const { items: waiting } = await desk.get('/worklist?limit=100');
    expect(waiting.filter((item: Answer) => item.number === number)).toEqual([]);
    const { status } = spawnSync(process.execPath, ['verify/verify.ts', '-'], {
      input: await exportOf(api, { kind: 'all' }),
    });
    expect(status).toBe(0);
  });
});

describe('the files of a petition that was erased by two persons', () => {
  it('are gone although the machine is killed in between, and what is exported still proves', async () => {
    const { content, number } = await concluded();
    await erase(number);
    const backup = join(machine.folder, '..', `${randomUUID()}.backup`);
    expect(command('backup', machine.folder, backup)).toBe(0);
    await machine.control('fail', { function: 'erasure-finish', times: 1, how: 'before' });
    await expect(eraseFiles()).rejects.toThrow();
    expect(onDisk(content)).toBe(true);
    await machine.restart();
    await eraseFiles();
    expect([await versionsOf(number), onDisk(content)]).toEqual([[], false]);

    const bundle = await exportOf(machine.api, { kind: 'petition', petition: number });
    expect(bundle).toContain('EvidenceCleared');
    const { status } = spawnSync(process.execPath, ['verify/verify.ts', '-'], { input: bundle });
    expect(status).toBe(0);

    // A backup from between the erasure and its files goes on where it stood.
    const folder = emptyFolder();
    expect(command('restore', folder, backup)).toBe(0);
    expect(onDisk(content, folder)).toBe(true);
    const restored = await startLocalMachine(folder);
    try {
      await restored.control('invoke', { function: 'erasure-finish' });
      expect(onDisk(content, folder)).toBe(false);
    } finally {
      await restored.stop();
      for (const path of [folder, backup]) rmSync(path, { recursive: true });
    }
  });

  it('are gone from every bucket in every version, also one that lands later by a form from before', async () => {
    const { story, content, number } = await concluded();
    const late = distinct();
    const form = await declared(story, late);
    expect(await versionsOf(number)).toHaveLength(1);

    await erase(number);
    const link = machine.api.as('triage').get(`/petitions/${number}/evidence/2/download`);
    expect(await problemOf(link)).toBe('erased');
    expect(await eraseFiles()).toMatchObject({ files: 1, failed: 0 });
    expect([await versionsOf(number), onDisk(content)]).toEqual([[], false]);

    // The form was signed for an hour, and the store knows nothing of the erasure.
    expect(await send(form, late)).toBe(204);
    await until('the late file to be gone', async () => ((await versionsOf(number)).length === 0 ? true : undefined));
    expect(onDisk(late)).toBe(false);
    expect((await machine.control<Answer>('metrics')).functions['evidence-scan'].errors).toBe(0);

    await machine.control('clock', { milliseconds: 80 * 60_000 });
    expect(await eraseFiles()).toMatchObject({ waiting: 0, failed: 0 });
    expect(await eraseFiles()).toMatchObject({ done: 0, waiting: 0 });
  });
});
