import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { type Answer, changeAt, until, untilWaiting } from '../../local/api-client.ts';
import { killedInFlight } from '../support/killed-in-flight.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { refusal } from '../support/refusal.ts';
import { discipline, registration, today, worklistOf } from '../support/story.ts';
import { mint } from '../support/tokens.ts';

/** Centres at three levels, one intake, what goes down and comes up again. Killed with SIGKILL in between. */

const county = '622927-xfj';
const town = '622927104-zzzx';
const village = '622927104-syc';

let machine: Machine;
let number: string;
let queryCode: string;
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(async () => {
  await machine.remove();
});

const as = (identity: string) => machine.api.as(identity);
/** The demonstration has nobody in this county's office: a token of the machine's own. */
const countyGet = async (path: string): Promise<Answer> => {
  const token = await mint(machine, { sub: 'county-officer', unit: county, roles: 'petition-officer' });
  const response = await fetch(machine.baseUrl + path, { headers: { authorization: `Bearer ${token}` } });
  return response.json();
};
const centre = (unit: string, label: string) => ({
  unit,
  name: `${label}综治中心`,
  label,
  place: '办公楼一层',
  hours: '工作日 09:00–17:00',
  from: today(),
});
const move = (identity: string, action: string, body: object, matter = number) =>
  changeAt(as(identity), `/placements/${matter}`, action, body);

describe('centres', () => {
  it('are hosted by units of the tree, with desks and staff from day to day', async () => {
    await killedInFlight(machine, 'centre', {
      identity: 'town-triage',
      path: '/centres',
      body: centre(town, '乡镇平台'),
    });
    await as('town-triage').post('/centres', centre(village, '村社主阵地'));
    expect(await refusal(as('town-triage').post('/centres', centre(village, '村社主阵地')))).toEqual([
      409,
      'already-decided',
    ]);
    expect(await refusal(as('town-triage').post('/centres', centre('622901007-zzzx', '乡镇平台')))).toEqual([
      403,
      'not-your-unit',
    ]);
    expect(await refusal(as('village-recorder').post('/centres', centre(village, '村社主阵地')))).toEqual([
      403,
      'not-your-role',
    ]);
    const change = (action: string, body: object) => changeAt(as('town-triage'), `/centres/${town}`, action, body);
    await change('desks', { code: 'W1', name: '综合受理窗口', from: today() });
    await change('staff', { officer: 'town-triage', desk: 'W1', from: today() });
    await change('staff', { officer: 'town-handler', from: today(), to: today() });
    expect(await refusal(change('staff', { officer: 'town-handler', desk: 'W9', from: plusDays(today(), 5) }))).toEqual(
      [404, 'not-found'],
    );
    expect(await refusal(change('staff', { officer: 'town-triage', from: today() }))).toEqual([409, 'already-decided']);
    await machine.restart();
    const seen = await as('town-triage').get(`/centres/${town}`);
    expect(seen).toMatchObject({ level: 'township', open: true, desks: [{ code: 'W1' }] });
    expect(seen.staff).toHaveLength(2);
    const later = await as('town-triage').get(`/centres/${town}?on=${plusDays(today(), 1)}`);
    expect(later.staff).toMatchObject([{ officer: 'town-triage', desk: 'W1' }]);
  });

  it('take everything in at one window: one form, one number, one code', async () => {
    const intake = { identity: 'town-triage', path: `/centres/${town}/intakes`, body: registration() };
    const elsewhere = as('county-triage').post(intake.path, intake.body);
    expect(await refusal(elsewhere)).toEqual([403, 'not-your-unit']);
    const accused = { units: ['622927104'], officers: [] };
    const accusing = as('county-triage').post(intake.path, registration({ accused }));
    expect(await refusal(accusing)).toEqual([403, 'not-your-unit']);
    const answer = await killedInFlight(machine, 'centre', intake);
    number = answer.petition;
    queryCode = answer.queryCode;
    expect(answer).toMatchObject({ number, events: ['MatterTakenIn'] });
    // It is a petition as any other: triage waits, and the petitioner follows it by his code.
    await untilWaiting(as('town-triage'), number, 'triage');
    await untilWaiting(as('town-triage'), number, 'work-on-matter');
    const followed = await machine.api.as().post('/portal/petition', { number, queryCode: answer.queryCode });
    expect(followed).toMatchObject({ number });
    expect(await refusal(as('town-triage').post(`/centres/${town}/matters`, { petition: number }))).toEqual([
      409,
      'already-decided',
    ]);
    expect((await as('town-triage').get(`/centres/${town}/matters`)).items).toMatchObject([{ number, status: 'open' }]);
  });

  it('of a village takes in at its petition office’s desk, which registers', async () => {
    const path = `/centres/${village}/intakes`;
    const taken = await as('town-triage').post(path, registration({ subject: '村内道路' }));
    await untilWaiting(as('town-triage'), taken.petition, 'triage');
    await untilWaiting(as('village-recorder'), taken.petition, 'work-on-matter');
    // A government has nobody at a window: its centre is its office's.
    const street = as('street-leader').post('/centres', centre('622901007', '平台'));
    expect(await refusal(street)).toEqual([422, 'rule-violated']);
  });

  it('transfer down what a lower one can do, with what it is asked and nothing more', async () => {
    const down = { to: village, ask: '核实涉及的地块和户数', against: [] as string[] };
    expect(await refusal(move('town-triage', 'transfers', down))).toEqual([409, 'not-the-step']);
    await as('town-triage').change(number, 'routing', {
      purpose: 'appeal',
      path: 6,
      category: '0201',
      disposition: 'own',
      competentUnit: town,
    });
    expect(await refusal(move('town-triage', 'transfers', { ...down, to: '622901007-zzzx' }))).toEqual([
      422,
      'rule-violated',
    ]);
    expect(await refusal(move('town-triage', 'transfers', { ...down, ask: '找钱某，13900000002' }))).toEqual([
      422,
      'rule-violated',
    ]);
    // The matter may be about the village, or about the town whose village it is: then it does not go there (Art. 30).
    for (const against of [village, '622927104'])
      expect(await refusal(move('town-triage', 'transfers', { ...down, against: [against] }))).toEqual([
        422,
        'rule-violated',
      ]);
    await move('town-triage', 'transfers', down);
    await machine.restart();
    await untilWaiting(as('village-recorder'), number, 'work-on-matter');
    expect((await worklistOf(machine.api, 'town-triage')).filter(({ step }) => step === 'work-on-matter')).toEqual([]);
    expect(await refusal(as('village-recorder').get(`/petitions/${number}`))).toEqual([403, 'not-your-role']);
    const seen = await as('village-recorder').get(`/placements/${number}`);
    expect(seen).toMatchObject({ at: village, moves: [{ way: 'taken-in' }, { way: 'down', words: down.ask }] });
    expect(JSON.stringify(seen)).not.toContain('钱');
    await move('village-recorder', 'reports', { account: '涉及二社三户' });
    await move('village-recorder', 'resolution', { how: '三户已就地块面积达成一致' });
    expect(await as('town-triage').get(`/placements/${number}`)).toMatchObject({
      status: 'resolved',
      resolved: { level: 'village', unit: village },
      reports: [{ unit: village, account: '涉及二社三户' }],
    });
    // The petition goes its own way.
    expect((await as('town-triage').get(`/petitions/${number}`)).status).not.toBe('concluded');
  });

  it('send up whatever is wished, settled or not, and nobody is measured by it', async () => {
    const portal = (path: string, body: object) => machine.api.as().post(path, { number, queryCode, ...body });
    // The petitioner himself, by his code: what was called settled as well.
    expect(await portal('/portal/petition', {})).toMatchObject({
      centre: {
        unit: '石塬村村民委员会',
        at: { name: '村社主阵地综治中心', place: '办公楼一层', services: [] },
        moves: [{ way: 'taken-in' }, { way: 'down' }],
        settled: { level: 'village' },
        above: '石塬镇综治中心',
      },
      actions: expect.arrayContaining(['escalate']),
    });
    expect(await refusal(portal('/portal/escalations', { queryCode: 'ABCDEFGHJKMN' }))).toEqual([404, 'not-found']);
    await killedInFlight(machine, 'portal', {
      path: '/portal/escalations',
      body: { number, queryCode, reason: '村里算得不对' },
    });
    await untilWaiting(as('town-triage'), number, 'work-on-matter');
    await move('town-triage', 'escalations', { wish: 'centre', reason: '镇级无权处理' });
    expect(await refusal(move('town-triage', 'reports', { account: '已上报' }))).toEqual([403, 'not-your-unit']);
    // The county's office has registered no centre: that is no reason to stop there.
    const overview = await countyGet('/centres?limit=100');
    const of = (unit: string) => overview.items.find((each: Answer) => each.unit === unit);
    expect(of(county)).toMatchObject({ centre: null, matters: { open: 1, resolvedHere: 0 } });
    expect(of(town)).toMatchObject({ level: 'township', centre: { desks: 1, staff: 2 }, matters: { open: 0 } });
    expect(of(village)).toMatchObject({ level: 'village', centre: { name: '村社主阵地综治中心', open: true } });
    expect(JSON.stringify(overview)).not.toMatch(/escalat|up"|上报/);
    const first = await countyGet('/centres?limit=1');
    const second = await countyGet(`/centres?limit=1&cursor=${first.cursor}`);
    expect([first.items[0].unit, second.items[0].unit]).toEqual(
      overview.items.slice(0, 2).map(({ unit }: Answer) => unit),
    );
    expect(await countyGet(`/placements/${number}`)).toMatchObject({ at: county, status: 'open' });
    // Up to the last level there is, however often: nothing stands in his way but the top of the tree.
    await portal('/portal/escalations', {});
    expect(await refusal(portal('/portal/escalations', {}))).toEqual([422, 'rule-violated']);
    const seen = await portal('/portal/petition', {});
    expect(seen.centre).toMatchObject({ unit: '临夏回族自治州信访局' });
    expect([seen.centre.above, seen.actions.includes('escalate')]).toEqual([undefined, false]);
    // Once more from the beginning: where no centre has it, he is told who works on it.
    const other = await as('town-triage').post('/petitions', registration());
    const elsewhere = { number: other.number, queryCode: other.queryCode };
    expect(await refusal(machine.api.as().post('/portal/escalations', elsewhere))).toEqual([409, 'not-the-step']);
  });

  it('are published: where, when, for what, and nobody who works there', async () => {
    const asked = async (query: string): Promise<Answer> =>
      (await fetch(`${machine.baseUrl}/public/centres?${query}`)).json();
    await changeAt(as('town-triage'), `/centres/${town}`, 'desks', {
      code: 'W2',
      name: '法律援助',
      from: plusDays(today(), 1),
    });
    const seen = await asked('unit=622927&limit=100');
    expect(seen.items).toEqual([
      {
        unit: village,
        unitName: '石塬村村民委员会',
        level: 'village',
        ...{ name: '村社主阵地综治中心', label: '村社主阵地', place: '办公楼一层', hours: '工作日 09:00–17:00' },
        openFrom: today(),
        open: true,
        services: [],
      },
      expect.objectContaining({ unit: town, level: 'township', services: ['综合受理窗口'] }),
    ]);
    expect(JSON.stringify(seen)).not.toMatch(/town-|staff|officer/);
    const first = await asked('unit=622927&limit=1');
    expect((await asked(`unit=622927&limit=1&cursor=${first.cursor}`)).items).toMatchObject([{ unit: town }]);
    expect(await asked('unit=none')).toEqual({ items: [] });
    await changeAt(as('town-triage'), `/centres/${village}`, 'closing', {
      lastDay: plusDays(today(), -1),
      reason: '合并',
    });
    expect((await asked(`unit=${village}`)).items).toEqual([]);
  });
});

it('an accusation that was taken in at the window goes through no centre, and is seen in none', async () => {
  const taken = await as('town-triage').post(`/centres/${town}/intakes`, registration({ subject: '反映问题' }));
  const { petition, queryCode: code } = taken;
  await untilWaiting(as('town-triage'), petition, 'triage');
  await as('town-triage').change(petition, 'routing', {
    purpose: 'accusation',
    category: '1001',
    disposition: 'forward',
    competentUnit: discipline,
  });
  expect(await refusal(as('town-triage').get(`/placements/${petition}`))).toEqual([404, 'not-found']);
  expect((await as('town-triage').get(`/centres/${town}/matters`)).items).toEqual([]);
  expect(await refusal(machine.api.as().post('/portal/escalations', { number: petition, queryCode: code }))).toEqual([
    403,
    'sealed',
  ]);
  expect(await machine.api.as().post('/portal/petition', { number: petition, queryCode: code })).not.toHaveProperty(
    'centre',
  );
  await until('nothing of it on the worklist', async () =>
    (await worklistOf(machine.api, 'town-triage')).some((item) => item.number === petition) ? undefined : true,
  );
});
