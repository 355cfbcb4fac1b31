/**
 * Who could have seen this, who did: every kind of read leaves its fact before the answer goes out, and the auditor gets one
 * answer from policy, record and reads.
 */

import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, ApiProblem, until } from '../../local/api-client.ts';
import { type FakeClamd, fakeClamd } from '../support/clamd.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { postForm } from '../support/objects.ts';
import { pdf } from '../support/sample-files.ts';
import { centre, receptionDay, registeredStory, registration, take, today } from '../support/story.ts';
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

const as = (who: string) => machine.api.as(who);
const problemOf = async (attempt: Promise<Answer>): Promise<string> => {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof ApiProblem) return error.code;
    throw error;
  }
  return 'nothing';
};
/** Where the reads of something are told, by its path. */
const readsAt = (path: string): string => {
  const [, collection = '', id = ''] = path.split('/');
  const kinds: Record<string, string> = {
    'reception-sessions': 'session',
    needs: 'need',
    assemblies: 'assembly',
    whistles: 'whistle',
    programmes: 'programme',
    units: 'unit',
  };
  return kinds[collection] === undefined ? `${path}/reads` : `/reads/${kinds[collection]}/${id}`;
};
/** What has been recorded of one thing, by its path. */
const readsOf = async (path: string): Promise<readonly Answer[]> =>
  (await as('auditor').get(`${readsAt(path)}?limit=100`)).items;
/** The reads that one request leaves. */
const leaves = async (path: string, request: () => Promise<unknown>): Promise<readonly Answer[]> => {
  const before = (await readsOf(path)).length;
  await request();
  return (await readsOf(path)).slice(before);
};
describe('a reception day', () => {
  it('keeps who was shown its visits, and the auditor of its area reads that', async () => {
    const desk = as('receptionist');
    const { number: session } = await desk.post('/reception-sessions', receptionDay());
    const path = `/reception-sessions/${String(session)}`;
    // Nobody has come yet: there is nothing personal to be read.
    expect(await leaves(path, () => desk.get(path))).toEqual([]);
    await desk.changeSession(session, 'visits', { visitor: '郑某', purpose: '咨询', persons: 1 });
    expect(await leaves(path, () => desk.get(path))).toMatchObject([
      { type: 'PersonalDataRead', what: 'visits', actor: { id: 'receptionist', unit: centre } },
    ]);
    // The day is public, its visits are not: who is not of it is shown none, and has read none.
    expect(await leaves(path, () => as('land-handler').get(path))).toEqual([]);
    expect(await problemOf(desk.get(readsAt(path)))).toBe('not-your-role');
    expect(await problemOf(as('auditor').get('/reads/session/622901007-20200101-AAAAAA'))).toBe('not-found');
  });
});

describe('a file of evidence', () => {
  it('is not downloaded without a trace: which piece, by whom', async () => {
    const { number, queryCode } = await registeredStory(machine.api);
    const content = pdf(`/Id (${randomUUID()}) `);
    const { evidence, upload } = await machine.api.as().post('/portal/evidence', {
      number,
      queryCode,
      fileName: '合同.pdf',
      size: content.length,
      mediaType: 'application/pdf',
      sha256: createHash('sha256').update(content).digest('hex'),
      shows: '承包面积',
    });
    await postForm(upload, Uint8Array.from(content));
    const path = `/petitions/${number}`;
    await until('the file to be cleared', async () => {
      const { items } = await as('triage').get(`${path}/evidence`);
      return items[0]?.state === 'cleared' ? true : undefined;
    });
    expect(await leaves(path, () => as('triage').get(`${path}/evidence/${String(evidence)}/download`))).toMatchObject([
      { what: 'evidence', part: String(evidence), actor: { id: 'triage' } },
    ]);
    expect(await leaves(path, () => as('triage').get(`${path}/evidence`))).toMatchObject([{ what: 'evidence-list' }]);
    // The petitioner looks at his own; that is nobody's in office.
    const own = { number, queryCode, evidence };
    expect(await leaves(path, () => machine.api.as().post('/portal/evidence-downloads', own))).toEqual([]);
  });
});

describe('a need and an assembly of a village', () => {
  it('keep who has read them', async () => {
    const officer = as('village-officer');
    await officer.post('/grids', { code: 'R-01', name: '网格', boundary: { description: '全村' }, validFrom: today() });
    const worker = { officer: 'village-worker', post: '专职网格员', from: today() };
    await officer.post('/grids/R-01/appointments', worker, { ifMatch: 1 });
    const { number: need } = await as('village-worker').post('/needs', {
      grid: 'R-01',
      domain: '城管',
      need: '路灯损坏',
      count: 3,
      location: '一社',
    });
    await officer.get(`/needs/${String(need)}`);
    expect(await readsOf(`/needs/${String(need)}`)).toMatchObject([
      { what: 'need', actor: { id: 'village-officer', role: 'village-officer' } },
    ]);

    const { number: assembly } = await officer.post('/assemblies', {
      date: today(),
      from: '09:00',
      place: '广场',
      themes: ['时事政策'],
      message: '请参加。',
    });
    await officer.get(`/assemblies/${String(assembly)}`);
    await officer.post(`/assemblies/${String(assembly)}/questions`, { theme: '时事政策', question: '路何时修好？' });
    await officer.get(`/assemblies/${String(assembly)}`);
    expect(await readsOf(`/assemblies/${String(assembly)}`)).toMatchObject([
      { what: 'questions', actor: { id: 'village-officer' } },
    ]);
    // The auditor of another area is told as little as anybody.
    const authorization = `Bearer ${await mint(machine, { sub: 'other', unit: '622921-xfj', roles: 'auditor' })}`;
    for (const path of [`/needs/${String(need)}`, `/assemblies/${String(assembly)}`])
      expect((await fetch(`${machine.baseUrl}${readsAt(path)}`, { headers: { authorization } })).status).toBe(403);
  });
});

describe('a whistle, a place in a centre, a list, a programme', () => {
  it('keep who has read them, and tell the auditor of their area', async () => {
    const desk = as('triage');
    const called = { unit: '622901-zrzy', ask: '到场说明' };
    const { number: whistle } = await desk.post('/whistles', {
      kind: 'ordinary',
      subject: '占道经营',
      situation: '中心无执法权',
      against: [],
      calls: [called],
    });
    const ofWhistle = `/whistles/${String(whistle)}`;
    expect(await leaves(ofWhistle, () => desk.get(ofWhistle))).toMatchObject([
      { what: 'whistle', actor: { id: 'triage', unit: centre, role: 'petition-officer' } },
    ]);
    // A list of them tells no text.
    expect(await leaves(ofWhistle, () => desk.get('/whistles'))).toEqual([]);

    const { number: item } = await desk.post('/list-items', { list: 'need', subject: '路灯', details: '三盏' });
    const ofUnit = `/units/${centre}`;
    expect(await leaves(ofUnit, () => desk.get(`/list-items/${String(item)}`))).toMatchObject([
      { what: 'list-items', part: item, actor: { id: 'triage' } },
    ]);
    expect(await leaves(ofUnit, () => desk.get(`/list-items?unit=${centre}`))).toMatchObject([{ what: 'list-items' }]);
    expect(await leaves(ofUnit, () => desk.get('/list-items?unit=622901-zrzy'))).toEqual([]);

    const founded = { kind: 'mechanism', name: '聘任', from: today(), appointmentKinds: ['法律顾问'] };
    const { number: programme } = await desk.post('/programmes', founded);
    const ofProgramme = `/programmes/${String(programme)}`;
    expect(await leaves(ofProgramme, () => desk.get(ofProgramme))).toEqual([]);
    const appointment = { kind: '法律顾问', person: '孙某', unit: centre, from: today() };
    await desk.post(`${ofProgramme}/appointments`, appointment, { ifMatch: 1 });
    expect(await leaves(ofProgramme, () => desk.get(ofProgramme))).toEqual([]);
    expect(await leaves(ofProgramme, () => desk.get(`${ofProgramme}/pledges`))).toEqual([]);
    expect(await leaves(ofProgramme, () => desk.get(`${ofProgramme}/appointments`))).toMatchObject([
      { what: 'programme' },
    ]);

    await as('street-leader').post('/centres', {
      unit: centre,
      name: '东区街道综治中心',
      label: '综治中心',
      place: '东区街道1号',
      hours: '09:00-17:00',
      from: today(),
    });
    const { number } = await registeredStory(machine.api);
    await desk.post(`/centres/${centre}/matters`, { petition: number });
    // In the petition's own history: it is about the petition.
    expect(await leaves(`/petitions/${number}`, () => desk.get(`/placements/${number}`))).toMatchObject([
      { what: 'placement', actor: { id: 'triage' } },
    ]);

    const authorization = `Bearer ${await mint(machine, { sub: 'other', unit: '622921-xfj', roles: 'auditor' })}`;
    for (const path of [ofWhistle, ofProgramme, ofUnit]) {
      expect((await fetch(`${machine.baseUrl}${readsAt(path)}`, { headers: { authorization } })).status).toBe(403);
      expect(await problemOf(desk.get(readsAt(path)))).toBe('not-your-role');
    }
    for (const path of ['/reads/whistle/622901007-20200101-AAAAAA', '/reads/everything/1', '/reads/unit/999999'])
      expect(await problemOf(as('auditor').get(path))).toBe('not-found');
  });
});

describe('a look-up', () => {
  it('shows page by page, and only what it shows has been read', async () => {
    const person = { name: '吴某', identityNumber: '622901197505050053', phone: '13900000055' };
    const numbers: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const petitioner = { form: 'individual', person };
      numbers.push((await as('receptionist').post('/petitions', registration({ petitioner }))).number);
    }
    const looked = async () =>
      (await Promise.all(numbers.map((number) => readsOf(`/petitions/${number}`))))
        .flat()
        .filter(({ what }) => what === 'look-up').length;
    const page = (query: string) =>
      as('receptionist').post(`/petition-lookups?${query}`, { identityNumber: person.identityNumber });
    const first = await page('limit=2');
    expect([first.items.length, await looked()]).toEqual([2, 2]);
    const second = await page(`limit=2&cursor=${String(first.cursor)}`);
    expect([second.items.length, second.cursor, await looked()]).toEqual([1, undefined, 3]);
    const seen = [...first.items, ...second.items].map(({ number }) => number);
    expect(seen.sort()).toEqual(numbers.sort());
    expect(await problemOf(page('cursor=622901007-20200101-AAAAAA'))).toBe('invalid-request');
  });
});

describe('who could have seen it, who did', () => {
  it('is one answer: of each unit and person who has read it and when, and who else has', async () => {
    const story = await registeredStory(machine.api);
    const { number } = story;
    await take(story, 'route', 'accept');
    await as('receptionist').get(`/petitions/${number}`);
    await as('receptionist').get(`/petitions/${number}/clocks`);
    const readership = async (): Promise<Answer> => as('auditor').get(`/petitions/${number}/readership`);
    const here = ({ could }: Answer) => could.units.find(({ unit }: Answer) => unit === centre);
    const before = await readership();
    expect(here(before).read.find(({ officer }: Answer) => officer === 'receptionist')).toMatchObject({
      role: 'receptionist',
      times: 2,
      what: ['petition', 'clocks'],
    });
    // Who could and did not is as plain.
    expect(here(before).roles).toContain('mediator');
    expect(here(before).read.some(({ role }: Answer) => role === 'mediator')).toBe(false);

    // Somebody in an emergency, and when that has run out.
    const token = () => mint(machine, { sub: 'far-leader', unit: '622901-zjj', roles: 'leader' });
    const far = async (path: string, body?: object) =>
      (
        await fetch(`${machine.baseUrl}/petitions/${number}${path}`, {
          method: body === undefined ? 'GET' : 'POST',
          headers: {
            authorization: `Bearer ${await token()}`,
            'content-type': 'application/json',
            'idempotency-key': randomUUID(),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        })
      ).status;
    expect(await far('/emergency-access', { reason: '群众聚集，须立即处置' })).toBe(200);
    expect(await far('')).toBe(200);
    expect((await readership()).could.persons).toMatchObject([
      { officer: 'far-leader', why: 'emergency access', read: [{ officer: 'far-leader', times: 1 }] },
    ]);
    await machine.control('clock', { milliseconds: 5 * 3_600_000 });
    const after = await readership();
    expect(after.could.persons).toEqual([]);
    expect(after.others).toMatchObject([{ officer: 'far-leader', unit: '622901-zjj', role: 'leader', times: 1 }]);
    // Whoever withdraws keeps what he has read before.
    await as('triage').change(number, 'recusals', { officer: 'receptionist', interest: '近亲属' });
    const { could } = await readership();
    expect(could.recused).toMatchObject([{ officer: 'receptionist', read: [{ times: 2 }] }]);
    expect(here({ could }).read.some(({ officer }: Answer) => officer === 'receptionist')).toBe(false);
  });
});
