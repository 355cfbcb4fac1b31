import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { dutyPeriod } from '../../domain/reception/duty.ts';
import { type Answer, changeAt, until, untilWaiting } from '../../local/api-client.ts';
import { killedInFlight } from '../support/killed-in-flight.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { refusal } from '../support/refusal.ts';
import { centre, land, registration, today, worklistOf } from '../support/story.ts';
import { timeOf } from '../support/time.ts';

/**
 * A reception day (领导干部接访) from the rota to the last instruction carried out: announced, given to a substitute, moved,
 * held with topic rooms; one visit solved on the spot, one that commits a bureau, which is late, supervised, sent back and
 * done. Killed with SIGKILL in between.
 */

const street = '622901007';

let machine: Machine;
let session: string;
let petition: string;
/** In the week after this one, so that the whole of it lies ahead. */
let week: { readonly from: string; readonly to: string };
let day: string;
beforeAll(async () => {
  machine = await startMachine();
  week = dutyPeriod('week', plusDays(today(), 7));
  day = plusDays(week.from, 2);
});
afterAll(async () => {
  await machine.remove();
});

const { now, skipTo } = timeOf(() => machine);
const as = (identity?: string) => machine.api.as(identity);
const at = () => `/reception-sessions/${session}`;
const change = (identity: string, action: string, body: object) => changeAt(as(identity), at(), action, body);
const view = (identity = 'receptionist'): Promise<Answer> => as(identity).get(at());
const inFlight = async (name: string, identity: string, action: string, body: object) =>
  killedInFlight(machine, name, {
    identity,
    path: `${at()}/${action}`,
    body,
    ifMatch: (await view()).version,
  });
const dutiesOf = async (on: string): Promise<Record<string, Answer>> => {
  const { items } = await as('triage').get(`/reception-duties?on=${on}`);
  return Object.fromEntries(items[0].leaders.map((each: Answer) => [each.leader, each]));
};
const dayView = (id: string): Promise<Answer> => as('receptionist').get(`/reception-sessions/${id}`);
const published = (): Promise<Answer> => as().get(`/public/reception-days/${session}`);
const stepsOf = async (identity: string) =>
  (await worklistOf(machine.api, identity)).filter(({ number }) => number === session).map(({ step }) => step);

const remindersOf = async (identity: string) =>
  (await worklistOf(machine.api, identity))
    .filter(({ number, stage }) => number === street && stage === 'task')
    .map(({ step, due }) => [step, due]);

const first = { leader: 'street-leader', leaderName: '街道领导甲', post: '副书记', portfolio: '综合治理' };
const second = { leader: 'street-leader-2', leaderName: '街道领导乙', post: '副主任', portfolio: '城乡建设' };

describe('a reception day, killed again and again', () => {
  it('the rota says who owes a day', async () => {
    const rota = { unit: street, leaders: [first, second].map((each) => ({ ...each, from: now() })) };
    expect(await refusal(as('receptionist').post('/reception-rotas', rota))).toEqual([403, 'not-your-role']);
    expect(await refusal(as('city-triage').post('/reception-rotas', rota))).toEqual([403, 'not-your-unit']);
    expect(await refusal(as('triage').post('/reception-rotas', { ...rota, unit: centre }))).toEqual([
      403,
      'not-your-unit',
    ]);
    expect(await as('triage').get('/reception-duties')).toEqual({ items: [], noRota: street });
    await killedInFlight(machine, 'reception-rota', { identity: 'triage', path: '/reception-rotas', body: rota });
    expect(await as('triage').get(`/reception-rotas/${street}`)).toMatchObject({ unit: street, entries: rota.leaders });
    const { items } = await as('triage').get(`/reception-duties?on=${day}`);
    expect(items).toMatchObject([
      { unit: street, level: 'township', duty: { every: 'week', days: 1 }, period: week, owing: 2 },
    ]);
    expect(items[0].duty.source).not.toBe('');
    const none = { asked: 1, held: 0, ahead: 0, owed: 1, unplanned: 1, failed: false };
    expect(await dutiesOf(day)).toMatchObject({ 'street-leader': none, 'street-leader-2': none });
    // The city sees its streets; a bureau has nothing to do with it.
    expect((await as('supervisor').get(`/reception-duties?unit=622901&on=${day}`)).items).toMatchObject([
      { unit: street, owing: 2 },
    ]);
    expect(await refusal(as('land-handler').get(`/reception-duties?unit=${street}`))).toEqual([403, 'not-your-unit']);
  });

  it('is published ahead, and anybody reads it', async () => {
    const body = {
      ...first,
      mode: '定点接访',
      place: '综治中心接访大厅',
      date: plusDays(day, -1),
      from: '09:00',
      to: '23:59',
      rooms: [
        { topic: '土地征收', place: '1号室', departments: [land] },
        { topic: '物业管理', place: '2号室' },
      ],
    };
    const publish = (over: object) => as('receptionist').post('/reception-sessions', { ...body, ...over });
    expect(await refusal(publish({ date: plusDays(now(), -1) }))).toEqual([422, 'rule-violated']);
    expect(await refusal(publish({ rooms: [{ ...body.rooms[0], departments: ['nowhere'] }] }))).toEqual([
      422,
      'unknown-unit',
    ]);
    const answer = await killedInFlight(machine, 'reception-desk', {
      identity: 'receptionist',
      path: '/reception-sessions',
      body,
    });
    session = answer.number;
    const { leader: _, ...open } = body;
    const { items, unitName } = await as().get(`/public/reception-days?unit=${street}`);
    expect([items.length, unitName]).toEqual([1, '东区街道']);
    expect(items[0]).toMatchObject({ ...open, rooms: [{ departments: [land] }, { departments: [] }] });
    // Of an office of the street the same; an officer's id is nobody's business.
    expect((await as().get(`/public/reception-days?unit=${centre}`)).items).toEqual(items);
    expect(JSON.stringify([items, await published()])).not.toContain('street-leader');
    expect((await dutiesOf(day))['street-leader']).toMatchObject({ ahead: 1, owed: 1, unplanned: 0 });
  });

  it('is nobody’s who is not on the rota on that day', async () => {
    const body = { ...first, mode: '定点接访', place: '大厅', date: day, from: '09:00', to: '23:59' };
    const stranger = { leader: 'nobody', leaderName: '某', post: '某', portfolio: '某' };
    for (const refused of [
      as('receptionist').post('/reception-sessions', { ...body, ...stranger }),
      change('receptionist', 'leader', { ...stranger, reason: '出差' }),
    ])
      expect(await refusal(refused)).toEqual([422, 'rule-violated']);
  });

  it('visits are registered before it, in a topic room, with the matter that they are about', async () => {
    petition = (await as('receptionist').post('/petitions', registration())).number;
    const visit = {
      visitor: '钱某',
      address: '东区某小区1号',
      purpose: '征地补偿标准',
      persons: 2,
      room: 1,
      petition,
    };
    expect(await refusal(change('receptionist', 'visits', { ...visit, room: 3 }))).toEqual([422, 'rule-violated']);
    const elsewhere = '622921-20260101-ZZZZZZ';
    expect(await refusal(change('receptionist', 'visits', { ...visit, petition: elsewhere }))).toEqual([
      422,
      'rule-violated',
    ]);
    await inFlight('reception-desk', 'receptionist', 'visits', visit);
    expect((await view()).visits).toMatchObject([
      { number: 1, arrival: 'pre-registered', room: 1, petition, persons: 2 },
    ]);
    expect(await refusal(change('receptionist', 'visits/1/check-in', { arrived: true }))).toEqual([
      409,
      'not-the-step',
    ]);
  });

  it('another leader stands in, and the day is moved: announced, without why the first cannot come', async () => {
    const reason = '参加重要会议';
    await change('receptionist', 'leader', { ...second, reason });
    await inFlight('reception-desk', 'receptionist', 'schedule', {
      place: '综治中心二楼',
      date: day,
      from: '00:00',
      to: '23:59',
      reason: '会场维修',
    });
    expect(await published()).toMatchObject({
      leaderName: '街道领导乙',
      post: '副主任',
      place: '综治中心二楼',
      date: day,
      insteadOf: [{ leaderName: '街道领导甲', post: '副书记', on: now() }],
      moved: [{ date: plusDays(day, -1), reason: '会场维修', on: now() }],
    });
    expect(JSON.stringify(await published())).not.toContain(reason);
    const duties = await dutiesOf(day);
    expect(duties['street-leader']).toMatchObject({ ahead: 0, owed: 1, unplanned: 1 });
    expect(duties['street-leader-2']).toMatchObject({ ahead: 1, owed: 1, unplanned: 0 });
  });

  it('is held: batches and persons, at most five representatives, and one who did not come', async () => {
    await skipTo(day);
    const desk = 'receptionist';
    await change(desk, 'visits', { visitor: '孙某', purpose: '补偿款拖延', persons: 12 });
    await change(desk, 'visits', { visitor: '李某', purpose: '咨询', persons: 1 });
    for (const visit of [1, 2, 3]) {
      await until('the visit waits', async () => ((await stepsOf(desk)).length >= 1 ? true : undefined));
      await change(desk, `visits/${String(visit)}/check-in`, {
        arrived: visit !== 3,
        ...(visit === 1 ? { persons: 3 } : {}),
      });
    }
    await machine.restart();
    const names = ['一', '二', '三', '四', '五', '六'].map((each) => `${each}某`);
    const record = { account: '补偿款至今没有发放。', place: '东区', cause: '征地', representatives: names };
    expect(await refusal(change(desk, 'visits/2/record', record))).toEqual([422, 'too-many-representatives']);
    await change(desk, 'visits/2/record', { ...record, representatives: names.slice(0, 5), petition });
    await change(desk, 'visits/1/record', { account: '要求说明标准。', petition });
    expect(await view()).toMatchObject({ batches: 2, persons: 15 });
    expect((await view()).visits.map(({ arrival }: Answer) => arrival)).toEqual([
      'pre-registered',
      'walk-in',
      'walk-in',
    ]);
  });

  it('the leader who stands in instructs, nobody else; one is solved on the spot, one commits the land bureau', async () => {
    const leader = 'street-leader-2';
    await untilWaiting(as(leader), session, 'instruct');
    expect(await stepsOf('street-leader')).toEqual([]);
    const solved = { instruction: '当场说明并承诺公示标准', solvedOnTheSpot: true };
    const given = { instruction: '限期发放补偿款', solvedOnTheSpot: false, responsibleUnit: land };
    expect(await refusal(change('street-leader', 'visits/1/instruction', solved))).toEqual([403, 'not-permitted']);
    expect(await refusal(change(leader, 'visits/2/instruction', { ...given, due: plusDays(now(), -1) }))).toEqual([
      422,
      'rule-violated',
    ]);
    await change(leader, 'visits/1/instruction', solved);
    await inFlight('leaders-office', leader, 'visits/2/instruction', { ...given, due: plusDays(day, 5) });
    await change('receptionist', 'attendance', { attended: true });
    expect(await untilWaiting(as('land-handler'), session, 'follow-up')).toMatchObject({
      due: plusDays(day, 5),
      routes: expect.arrayContaining(['/reception-sessions/{id}/visits/{visit}/progress']),
    });
    // The instructions stand on the petition of the visits.
    expect((await as('auditor').get(`/petitions/${petition}/history?type=InstructionNoted`)).items.length).toBe(2);
    const duties = await dutiesOf(day);
    expect(duties['street-leader-2']).toMatchObject({ held: 1, owed: 0 });
    expect(duties['street-leader']).toMatchObject({ held: 0, owed: 1 });
  });

  it('the bureau sees what it is committed to and nothing else of the day', async () => {
    const { visits } = await view('land-handler');
    expect(visits).toMatchObject([{ number: 2, commitment: { state: 'open', responsibleUnit: land } }]);
    expect(JSON.stringify(visits)).not.toContain('孙某');
    expect((await view('justice-handler')).visits).toBeUndefined();
    expect(await refusal(change('justice-handler', 'visits/2/progress', { account: '不归我管' }))).toEqual([
      403,
      'not-your-unit',
    ]);
    await change('land-handler', 'visits/2/progress', { account: '已核对发放清单' });
    expect((await view()).visits[1].commitment.progress).toMatchObject([{ account: '已核对发放清单', on: day }]);
    // Of the day only what somebody still has to do.
    const { items } = await as('street-leader').get(`/reception-ledger?from=${day}&to=${day}&open=true`);
    expect(items[0].visits.map(({ number, state }: Answer) => [number, state])).toEqual([[2, 'open']]);
  });

  it('who owes a day is reminded before the week ends, on his worklist and on that of his office', async () => {
    expect(await remindersOf('street-leader')).toEqual([]);
    await skipTo(plusDays(week.to, -3));
    await machine.restart();
    expect(await remindersOf('street-leader')).toEqual([['hold-reception-day', week.to]]);
    expect(await remindersOf('triage')).toEqual([['arrange-reception-day', week.to]]);
    // He has held his.
    expect(await remindersOf('street-leader-2')).toEqual([]);
    expect(await remindersOf('land-leader')).toEqual([]);
  });

  it('is warned of before its day, and is under supervision when the day has passed', async () => {
    expect(await stepsOf('land-leader')).toEqual([]);
    await skipTo(plusDays(day, 2));
    expect(await stepsOf('land-leader')).toEqual(['commitment-due-soon']);
    const urging = { text: '请于三日内发放到位', due: plusDays(day, 9) };
    expect(await refusal(change('supervisor', 'visits/2/urgings', urging))).toEqual([409, 'not-the-step']);
    await machine.restart();
    await skipTo(plusDays(day, 6));
    expect(await stepsOf('supervisor')).toEqual(['urge-commitment']);
    expect((await view('supervisor')).visits).toMatchObject([{ number: 2, commitment: { state: 'overdue' } }]);
    // And the petition of the visit is under supervision, with its reason, once, whatever became of the pass that said so.
    await machine.restart();
    await machine.control('clock', { milliseconds: 1 });
    const { supervisions } = await as('supervisor').get(`/petitions/${petition}`);
    const late = supervisions.filter(({ reason = '' }: Answer) => reason.includes(session));
    expect(late).toMatchObject([{ ground: 'late', against: land, automatic: true }]);
    expect(late[0].reason).toContain(plusDays(day, 5));
    await inFlight('supervision', 'supervisor', 'visits/2/urgings', urging);
    expect(await stepsOf('supervisor')).toEqual([]);
    expect((await view()).visits[1].commitment).toMatchObject({
      state: 'open',
      due: plusDays(day, 9),
      missed: [plusDays(day, 5)],
    });
    expect(await untilWaiting(as('land-handler'), session, 'follow-up')).toMatchObject({ due: plusDays(day, 9) });
  });

  it('is done when the leader says so, not when the bureau does', async () => {
    await inFlight('casework', 'land-handler', 'visits/2/follow-up', { result: '已发放' });
    await until('the first result is in', async () =>
      (await stepsOf('land-handler')).length === 0 ? true : undefined,
    );
    expect(await stepsOf('street-leader-2')).toEqual(['confirm-commitment']);
    expect(await refusal(change('land-leader', 'visits/2/result-decisions', { decision: 'confirm' }))).toEqual([
      403,
      'not-your-unit',
    ]);
    const back = { decision: 'return', reason: '仍有两户未发放', due: plusDays(now(), 2) };
    await change('street-leader-2', 'visits/2/result-decisions', back);
    expect(await stepsOf('land-handler')).toEqual(['carry-out-commitment']);
    await machine.restart();
    await change('land-handler', 'visits/2/follow-up', { result: '十二户全部发放，附清单' });
    await inFlight('leaders-office', 'street-leader-2', 'visits/2/result-decisions', { decision: 'confirm' });
    for (const who of ['land-handler', 'land-leader', 'street-leader-2', 'supervisor', 'receptionist'])
      expect([who, await stepsOf(who)]).toEqual([who, []]);
    expect((await view()).visits[1].commitment).toMatchObject({ state: 'completed', completedOn: now() });
  });

  it('stands in the ledger, masked, for the desk and its leaders', async () => {
    const ledger = `/reception-ledger?unit=${street}&from=${week.from}&to=${week.to}`;
    const { items } = await as('street-leader').get(ledger);
    expect(items).toMatchObject([
      {
        id: session,
        leaderName: '街道领导乙',
        batches: 2,
        persons: 15,
        visits: [
          { number: 1, instruction: '当场说明并承诺公示标准', outcome: 'solved' },
          {
            number: 2,
            place: '东区',
            cause: '征地',
            account: '补偿款至今没有发放。',
            instruction: '限期发放补偿款',
            commitment: {
              responsibleUnit: land,
              state: 'completed',
              missed: [plusDays(day, 5)],
              result: { text: '十二户全部发放，附清单' },
            },
          },
          { number: 3, outcome: 'absent' },
        ],
      },
    ]);
    expect(JSON.stringify(items)).not.toMatch(/钱某|孙某|李某|一某|小区1号/);
    expect(items[0].visits.map(({ state }: Answer) => state)).toEqual(['solved', 'completed', 'absent']);
    // By who received, who is not who was announced first; nothing is open any more.
    const narrowed = async (by: string) => (await as('street-leader').get(`${ledger}&${by}`)).items.length;
    expect(await narrowed('leader=street-leader-2')).toBe(1);
    expect(await narrowed('leader=street-leader')).toBe(0);
    expect(await narrowed('open=true')).toBe(0);
    const after = `/reception-ledger?unit=${street}&from=${plusDays(week.to, 1)}`;
    expect(await as('street-leader').get(after)).toEqual({ items: [] });
    expect(await refusal(as('street-leader').get(`${after}&to=${week.to}`))).toEqual([422, 'rule-violated']);
    expect(await refusal(as('land-leader').get(ledger))).toEqual([403, 'not-your-unit']);
    expect(await refusal(as('auditor').get(ledger))).toEqual([403, 'not-your-role']);
    const file = async (who: string, query: string) => {
      const { api, baseUrl } = machine;
      const headers = { authorization: `Bearer ${await api.token(who)}` };
      return fetch(baseUrl + ledger.replace('?', '/export?') + query, { headers });
    };
    const csv = await (await file('street-leader', '&format=csv')).text();
    const lines = csv.split('\r\n').filter((line) => line.startsWith(day));
    expect(lines.map((line) => line.split(',').at(-1))).toEqual(['当场解决', '已落实', '未到']);
    expect(lines[1]).toContain('限期发放补偿款');
    expect(csv).not.toMatch(/钱某|孙某|李某|一某|小区1号/);
    const xlsx = new Uint8Array(await (await file('street-leader', '')).arrayBuffer());
    expect(Object.keys(unzipSync(xlsx))).toContain('xl/workbook.xml');
    for (const who of ['land-leader', 'auditor']) expect([who, (await file(who, '')).status]).toEqual([who, 403]);
    // Who has read who came, is read by auditors.
    const { items: reads } = await as('auditor').get(`/reads/session/${session}?limit=100`);
    expect(new Set(reads.map(({ actor }: Answer) => actor.id))).toContain('street-leader');
    expect(reads.at(-1)).toMatchObject({ actor: { id: 'street-leader', role: 'leader' }, what: 'visits' });
    expect(await refusal(as('supervisor').get(`/reads/session/${session}`))).toEqual([403, 'not-your-role']);
  });

  it('the week is over: the leader who was replaced has failed his duty', async () => {
    expect(now() > week.to).toBe(true);
    const duties = await dutiesOf(day);
    expect(duties['street-leader']).toMatchObject({ owed: 1, failed: true });
    // What is owed of it is said by the overview; the next week reminds anew.
    for (const [, due] of await remindersOf('street-leader')) expect(due > week.to).toBe(true);
    expect(duties['street-leader-2']).toMatchObject({ held: 1, owed: 0, failed: false });
  });

  it('counts in the figures of its month, by level', async () => {
    const month = day.slice(0, 7);
    const answer = await until('the day is counted', async () => {
      const each = await as('supervisor').get(`/statistics?unit=622901&from=${month}&to=${month}`);
      return each.figures['commitments-done'] === 1 ? each : undefined;
    });
    expect(answer.figures).toMatchObject({
      receptions: 1,
      batches: 2,
      'persons-received': 15,
      'solved-on-the-spot': 1,
      commitments: 1,
      'commitments-late': 1,
    });
    expect(answer.receptions).toMatchObject([{ level: 'township', batches: 2, persons: 15 }]);
  });

  it('tells nobody who came', async () => {
    const everywhere = JSON.stringify([
      await as().get(`/public/reception-days?unit=${street}&from=${week.from}`),
      await published(),
      (await as('justice-handler').get(`/reception-sessions?unit=${street}&from=${week.from}`)).items,
    ]);
    expect(everywhere).toContain('街道领导乙');
    expect(everywhere).not.toMatch(/钱某|孙某|补偿款/);
  });
});

describe('a reception day that the public has booked, and that is cancelled', () => {
  const deskDay = (id: string) => `/reception-sessions/${id}`;
  const changeDay = (id: string, action: string, body: object, identity = 'receptionist') =>
    changeAt(as(identity), deskDay(id), action, body);
  const bookings = async (id: string): Promise<Answer[]> =>
    (await as('receptionist').get(`${deskDay(id)}/bookings`)).items;
  const follow = (credentials: object): Promise<Answer> => as().post('/portal/booking', credentials);
  const waitsAtDesk = async (id: string) =>
    (await worklistOf(machine.api, 'receptionist'))
      .filter(({ number, stage }) => number === id && stage === 'task')
      .map(({ step, round }) => [step, round]);
  const asked = {
    visitor: '周某某',
    phone: '13900000077',
    purpose: '低保申请没有答复',
    persons: 3,
    representatives: ['周某某', '吴某某'],
  };
  const days: string[] = [];
  let mine: { number: string; queryCode: string };
  let moved: { number: string; queryCode: string };
  let late: { number: string; queryCode: string };

  it('anybody books it, once however often it is sent, as long as there is a place', async () => {
    for (const ahead of [8, 15]) {
      const body = {
        ...first,
        mode: '定点接访',
        place: '大厅',
        date: plusDays(now(), ahead),
        from: '09:00',
        to: '23:59',
      };
      days.push((await as('receptionist').post('/reception-sessions', { ...body, places: 2 })).number);
    }
    const [day = ''] = days;
    const path = `/public/reception-days/${day}`;
    const six = ['一', '二', '三', '四', '五', '六'];
    expect(await refusal(as().post(`${path}/bookings`, { ...asked, persons: 9, representatives: six }))).toEqual([
      422,
      'too-many-representatives',
    ]);
    mine = await killedInFlight(machine, 'booking', { path: `${path}/bookings`, body: asked });
    expect(mine.number).toBe(`${day}-1`);
    expect((await as().get(path)).bookings).toEqual({ places: 2, left: 1, open: true });
    // Two at once for the last place: one of them.
    const both = await Promise.allSettled(
      ['郑某', '王某'].map((visitor) =>
        as().post(`${path}/bookings`, { visitor, phone: '13900000078', purpose: '咨询' }),
      ),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await refusal(as().post(`${path}/bookings`, asked))).toEqual([409, 'day-full']);
    expect((await as().get(path)).bookings).toEqual({ places: 2, left: 0, open: false });
  });

  it('he sees it by number and code, and nobody does who guesses', async () => {
    expect(await follow(mine)).toMatchObject({
      number: mine.number,
      state: 'waiting',
      request: asked,
      day: { id: days[0], leaderName: '街道领导甲', unitName: '东区街道' },
      others: [{ id: days[1], left: 2 }],
    });
    const wrong = { queryCode: '0000-0000-0000' };
    expect(await refusal(follow({ ...wrong, number: `${days[1] ?? ''}-1` }))).toEqual([404, 'not-found']);
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect(await refusal(follow({ ...wrong, number: `${days[0] ?? ''}-2` }))).toEqual([404, 'not-found']);
    expect(await refusal(follow({ ...wrong, number: `${days[0] ?? ''}-2` }))).toEqual([429, 'too-many-requests']);
    // The code of one is not that of another.
    expect(await refusal(follow({ ...mine, number: `${days[1] ?? ''}-1` }))).toEqual([404, 'not-found']);
  });

  it('the desk sees it masked, unmasks it for a purpose that is recorded, and confirms it as a visit', async () => {
    const [day = ''] = days;
    const list = `${deskDay(day)}/bookings`;
    expect(await waitsAtDesk(day)).toEqual([
      ['decide-booking', 1],
      ['decide-booking', 2],
    ]);
    const text = JSON.stringify(await bookings(day));
    expect(text).not.toMatch(/周某某|吴某某|13900000077/);
    expect(text).toContain(asked.purpose);
    const { items, cursor } = await as('receptionist').get(`${list}?limit=1`);
    expect([items.length, items[0].booking]).toEqual([1, 1]);
    expect((await as('receptionist').get(`${list}?limit=1&cursor=${cursor}`)).items[0].booking).toBe(2);
    expect((await as('receptionist').get(`${list}?state=confirmed`)).items).toEqual([]);
    for (const other of ['land-handler', 'street-leader', 'auditor'])
      expect((await refusal(as(other).get(list)))[0]).toBe(403);
    const whole = await as('receptionist').post(`${list}/1/disclosures`, { purpose: 'contact' });
    expect(whole).toMatchObject(asked);
    const reads = (await as('auditor').get(`/reads/session/${day}?limit=100`)).items;
    expect(reads.at(-1)).toMatchObject({ what: 'disclosure', part: '1', purpose: 'contact' });
    await killedInFlight(machine, 'reception-desk', {
      identity: 'receptionist',
      path: `${list}/1/decision`,
      body: { decision: 'confirm' },
    });
    await as('receptionist').post(`${list}/2/decision`, {
      decision: 'decline',
      reason: '该事项由法院处理，请向法院提出',
    });
    expect(await refusal(as('receptionist').post(`${list}/1/decision`, { decision: 'confirm' }))).toEqual([
      409,
      'already-decided',
    ]);
    expect((await dayView(day)).visits).toMatchObject([
      { number: 1, arrival: 'pre-registered', booking: 1, persons: 3, purpose: asked.purpose },
    ]);
    expect(await waitsAtDesk(day)).toEqual([]);
    expect((await follow(mine)).state).toBe('confirmed');
  });

  it('is cancelled: everybody reads why, no booking is taken, and who had booked moves by himself', async () => {
    const [day = '', next = ''] = days;
    await changeDay(day, 'visits', { visitor: '冯某', address: '东区某小区2号', purpose: '噪声', persons: 1 });
    await killedInFlight(machine, 'reception-desk', {
      identity: 'receptionist',
      path: `${deskDay(day)}/cancellation`,
      body: { reason: '防汛值守' },
      ifMatch: (await dayView(day)).version,
    });
    await machine.restart();
    expect(await as().get(`/public/reception-days/${day}`)).toMatchObject({
      cancelled: { reason: '防汛值守' },
      bookings: { open: false },
    });
    expect(await refusal(as().post(`/public/reception-days/${day}/bookings`, asked))).toEqual([409, 'already-decided']);
    expect(await follow(mine)).toMatchObject({ day: { cancelled: { reason: '防汛值守' } }, others: [{ id: next }] });
    moved = await killedInFlight(machine, 'booking', {
      path: '/portal/booking-moves',
      body: { ...mine, session: next },
    });
    expect(moved.number).toBe(`${next}-1`);
    const over = await follow(mine);
    expect(over).toMatchObject({ state: 'moved', movedTo: { id: next, number: moved.number } });
    expect(JSON.stringify(over)).not.toContain('周某某');
    expect(await follow(moved)).toMatchObject({ state: 'waiting', request: asked });
    expect(await refusal(as().post('/portal/booking-moves', { ...mine, session: next }))).toEqual([
      409,
      'already-decided',
    ]);
    // What he said for the first day opens no more, for the desk either.
    const disclosure = as('receptionist').post(`${deskDay(day)}/bookings/1/disclosures`, { purpose: 'contact' });
    expect(await refusal(disclosure)).toEqual([410, 'erased']);
    expect(JSON.stringify(await bookings(day))).not.toContain(asked.purpose);
  });

  it('the desk tells the others, ends their visits or moves them, and nothing waits any more', async () => {
    const [day = '', next = ''] = days;
    expect(await waitsAtDesk(day)).toEqual([['end-booked-visit', 1]]);
    await changeDay(day, 'visits/1/check-in', { arrived: false });
    await killedInFlight(machine, 'reception-desk', {
      identity: 'receptionist',
      path: `${deskDay(day)}/visits/2/move`,
      body: { session: next },
      ifMatch: (await dayView(day)).version,
    });
    expect(await refusal(changeDay(day, 'visits/2/move', { session: next }))).toEqual([409, 'already-decided']);
    expect((await dayView(day)).visits).toMatchObject([{ outcome: 'absent' }, { outcome: 'moved', movedTo: next }]);
    expect((await dayView(next)).visits).toMatchObject([{ number: 1, purpose: '噪声', persons: 1 }]);
    expect(await waitsAtDesk(day)).toEqual([]);
    await until('the first day waits for nobody', async () =>
      (await worklistOf(machine.api, 'receptionist')).some(({ number }) => number === day) ? undefined : true,
    );
    await untilWaiting(as('receptionist'), next, 'check-in');
  });

  it('is withdrawn: the place is free, and what was said is destroyed', async () => {
    const [, next = ''] = days;
    await as('receptionist').post(`${deskDay(next)}/bookings/1/decision`, { decision: 'confirm' });
    const path = `/public/reception-days/${next}`;
    expect((await as().get(path)).bookings).toMatchObject({ left: 1 });
    await killedInFlight(machine, 'booking', { path: '/portal/booking-withdrawals', body: moved });
    const after = await follow(moved);
    expect(after).toMatchObject({ state: 'withdrawn' });
    expect(JSON.stringify(after)).not.toContain('周某某');
    expect((await as().get(path)).bookings).toMatchObject({ left: 2 });
    expect(await waitsAtDesk(next)).toEqual([['end-booked-visit', 1]]);
    expect(await refusal(as().post('/portal/booking-withdrawals', moved))).toEqual([409, 'already-decided']);
  });

  it('moved by the desk it is still his: by the number and code that he has he sees it and withdraws it', async () => {
    const [, next = ''] = days;
    const ahead = { date: plusDays(now(), 20), from: '09:00', to: '23:59', places: 0 };
    const body = { ...first, mode: '定点接访', place: '大厅', ...ahead };
    const later = (await as('receptionist').post('/reception-sessions', body)).number;
    const own = await as().post(`/public/reception-days/${next}/bookings`, asked);
    const list = `${deskDay(next)}/bookings`;
    const { booking } = (await as('receptionist').get(`${list}?state=waiting`)).items[0];
    await as('receptionist').post(`${list}/${String(booking)}/decision`, { decision: 'confirm' });
    const visit = (await dayView(next)).visits.length;
    await untilWaiting(as('receptionist'), next, 'check-in');
    await killedInFlight(machine, 'reception-desk', {
      identity: 'receptionist',
      path: `${deskDay(next)}/visits/${String(visit)}/move`,
      body: { session: later },
      ifMatch: (await dayView(next)).version,
    });
    // The day has no places for the public; the desk found one.
    expect(await follow(own)).toMatchObject({
      number: own.number,
      state: 'confirmed',
      request: asked,
      day: { id: later },
      movedFrom: { id: next, leaderName: '街道领导甲' },
    });
    expect(await bookings(later)).toMatchObject([{ state: 'confirmed', visit: 1, movedFrom: own.number }]);
    expect((await dayView(later)).visits).toMatchObject([{ number: 1, booking: 1 }]);
    // The desk can still reach him.
    const disclosure = as('receptionist').post(`${deskDay(later)}/bookings/1/disclosures`, { purpose: 'contact' });
    expect(await disclosure).toMatchObject(asked);
    await as().post('/portal/booking-withdrawals', own);
    expect(await follow(own)).toMatchObject({ number: own.number, state: 'withdrawn', day: { id: later } });
    expect(await waitsAtDesk(later)).toEqual([['end-booked-visit', 1]]);
    expect(await refusal(as().post('/portal/booking-moves', { ...own, session: next }))).toEqual([
      409,
      'already-decided',
    ]);
  });

  it('a day that a leader publishes himself is served by the desk of his office', async () => {
    const body = { ...first, mode: '定点接访', place: '大厅', date: plusDays(now(), 5), from: '00:00', to: '23:59' };
    const { number: own } = await as('street-leader').post('/reception-sessions', body);
    const booked = await as().post(`/public/reception-days/${own}/bookings`, asked);
    expect(await waitsAtDesk(own)).toEqual([['decide-booking', 1]]);
    expect(await bookings(own)).toMatchObject([{ state: 'waiting' }]);
    // Moved, it takes what was booked along, and the day on which that waits.
    const later = { place: '大厅', date: plusDays(body.date, 1), from: '00:00', to: '23:59', reason: '会议' };
    await changeDay(own, 'schedule', later);
    expect(await bookings(own)).toMatchObject([{ date: later.date }]);
    expect((await worklistOf(machine.api, 'receptionist')).find(({ number }) => number === own)?.due).toBe(later.date);
    // Neither the office above, nor a bureau; nor does a leader decide.
    const decision = { decision: 'confirm' };
    for (const [identity, code] of [
      ['city-receptionist', 'not-your-unit'],
      ['land-desk', 'not-your-unit'],
      ['street-leader', 'not-your-role'],
    ] as const)
      expect(await refusal(as(identity).post(`${deskDay(own)}/bookings/1/decision`, decision))).toEqual([403, code]);
    await as('receptionist').post(`${deskDay(own)}/bookings/1/decision`, decision);
    await untilWaiting(as('receptionist'), own, 'check-in');
    expect((await dayView(own)).visits).toMatchObject([{ booking: 1, persons: 3 }]);
    await changeDay(own, 'visits', { visitor: '陈某', purpose: '噪声', persons: 1 });
    // To another day of the same desk, whoever has published it; the leaders of a bureau are others.
    const [, next = ''] = days;
    await changeDay(own, 'visits/2/move', { session: next });
    const bureau = {
      ...body,
      leader: 'land-leader',
      leaderName: '自然资源局领导甲',
      post: '副局长',
      portfolio: '征地',
    };
    const { number: theirs } = await as('land-leader').post('/reception-sessions', bureau);
    for (const wanted of [
      { ...booked, session: theirs },
      { ...booked, session: own },
    ])
      expect(await refusal(as().post('/portal/booking-moves', wanted))).toEqual([422, 'rule-violated']);
    expect(await refusal(changeDay(own, 'visits/1/move', { session: theirs }))).toEqual([422, 'rule-violated']);
    // Whom a desk names of whom nothing is recorded: nobody reads it, nor books, before he says so himself.
    const mayor = { ...body, leader: 'city-leader', leaderName: '市领导', post: '副市长', portfolio: '信访' };
    const named = await as('land-desk').post('/reception-sessions', mayor);
    const open = `/public/reception-days/${String(named.number)}`;
    expect(named).toMatchObject({ unconfirmed: ['leader'] });
    const listed = async () => (await as().get(`/public/reception-days?unit=${land}`)).items.length;
    expect([await listed(), await refusal(as().get(open))]).toEqual([1, [404, 'not-found']]);
    expect(await refusal(as().post(`${open}/bookings`, asked))).toEqual([404, 'not-found']);
    await untilWaiting(as('city-leader'), named.number, 'confirm-reception');
    for (const other of ['land-leader', 'street-leader'])
      expect(await refusal(changeDay(named.number, 'confirmation', {}, other))).toEqual([403, 'not-your-unit']);
    await changeDay(named.number, 'confirmation', {}, 'city-leader');
    expect([await listed(), (await as().get(open)).leaderName]).toEqual([2, '市领导']);
    await as().post(`${open}/bookings`, asked);
    await skipTo(later.date);
    await changeDay(own, 'visits/1/check-in', { arrived: true, persons: 2 });
    await changeDay(own, 'attendance', { attended: true });
    expect(await dayView(own)).toMatchObject({ batches: 1, persons: 2, receivedBy: ['street-leader'] });
  });

  it('is closed when the day is over', async () => {
    const [, next = ''] = days;
    late = await as().post(`/public/reception-days/${next}/bookings`, asked);
    await skipTo(plusDays(now(), 16));
    expect(await refusal(as().post(`/public/reception-days/${next}/bookings`, asked))).toEqual([409, 'out-of-time']);
    expect(await follow(late)).toMatchObject({ state: 'waiting', request: { visitor: asked.visitor } });
  });

  it('is forgotten a month after a day to which nobody came, unless a court holds it', async () => {
    const [day = '', next = ''] = days;
    const held = `/kept/booking.${late.number.replace(/-(\d+)$/, '.$1')}`;
    const office = (action: string) =>
      changeAt(as('triage'), held, action, { authority: '人民法院', reason: '诉讼保全' });
    await office('legal-holds');
    await skipTo(plusDays((await dayView(next)).date, 31));
    expect(await follow(late)).toMatchObject({ state: 'waiting', request: { visitor: asked.visitor } });
    // Of the day before, whom nobody holds, nothing is left.
    expect((await dayView(day)).visits).toMatchObject([{ erasedOn: now() }, { erasedOn: now() }]);
    expect(JSON.stringify(await dayView(day))).not.toMatch(/周某某|低保|噪声/);
    await office('legal-holds/1/lifting');
    await machine.control('invoke', { function: 'sweep' });
    const gone = await follow(late);
    expect(gone).toMatchObject({ state: 'erased' });
    expect(JSON.stringify([gone, await bookings(next), await bookings(day)])).not.toMatch(/周某某|低保|噪声/);
    expect(await waitsAtDesk(next)).not.toContainEqual(['decide-booking', expect.anything()]);
  });
});

it('the process was killed in every kind of write', () => expect(machine.kills).toBe(21));
