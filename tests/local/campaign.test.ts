import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { type Answer, changeAt, until as untilThere, untilWaiting } from '../../local/api-client.ts';
import { killedInFlight } from '../support/killed-in-flight.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { refusal } from '../support/refusal.ts';
import { after, centre, discipline, registeredStory, take, today, until } from '../support/story.ts';

/** A campaign with a batch of matters (重信重访综合治理), and a named mechanism with what belongs to it. Killed in between. */

let machine: Machine;
let campaign: string;
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(async () => {
  await machine.remove();
});

const as = (identity: string) => machine.api.as(identity);
const here = () => `/programmes/${campaign}`;
const progressOf = async (identity: string, unit: string): Promise<Answer[]> =>
  (await as(identity).get(`${here()}/progress?unit=${unit}`)).items;
const progressed = (expected: object) =>
  untilThere('the count', async () => {
    const rows = await progressOf('city-leader', '622901');
    const row = rows.find(({ unit }) => unit === centre);
    return row && Object.entries(expected).every(([key, value]) => row[key] === value) ? row : undefined;
  });

describe('a campaign', () => {
  it('is begun once by the office of the area, though the process is killed under it', async () => {
    const body = {
      kind: 'campaign',
      name: '重信重访综合治理年',
      unit: '622901',
      from: today(),
      to: plusDays(today(), 300),
    };
    expect(await refusal(as('triage').post('/programmes', body))).toEqual([403, 'not-your-unit']);
    expect(await refusal(as('city-triage').post('/programmes', { ...body, to: undefined }))).toEqual([
      422,
      'rule-violated',
    ]);
    campaign = (await killedInFlight(machine, 'programme', { identity: 'city-triage', path: '/programmes', body }))
      .number;
    expect((await as('city-triage').get('/programmes?unit=622901')).items).toMatchObject([
      { number: campaign, name: '重信重访综合治理年', batches: 0 },
    ]);
    // Who works below finds what holds there without knowing whose it is; before and after its time it holds nowhere.
    const holding = async (query: string): Promise<Answer[]> =>
      (await as('receptionist').get(`/programmes?above=true${query}`)).items.map(({ number }: Answer) => number);
    expect((await as('receptionist').get('/programmes')).items).toEqual([]);
    expect(await holding('')).toEqual([campaign]);
    expect(await holding(`&runningOn=${today()}`)).toEqual([campaign]);
    expect(await holding(`&runningOn=${plusDays(today(), 301)}`)).toEqual([]);
    // Whoever works in its area may read what it is; another county may not.
    expect(await as('receptionist').get(here())).toMatchObject({ running: true, kind: 'campaign' });
    expect(await refusal(as('county-triage').get(here()))).toEqual([403, 'not-your-unit']);
  });

  it('has documents with their days, and batches', async () => {
    await changeAt(as('city-triage'), here(), 'documents', {
      title: '实施方案',
      order: '临市信联办〔2026〕1号',
      from: plusDays(today(), 5),
    });
    await changeAt(as('city-triage'), here(), 'batches', { name: '第一批', due: plusDays(today(), 100) });
    expect(await as('city-triage').get(here())).toMatchObject({
      documents: [{ document: 1, inForce: false }],
      batches: [{ batch: 1, name: '第一批' }],
    });
    expect((await as('city-triage').get(`${here()}?on=${plusDays(today(), 5)}`)).documents).toMatchObject([
      { inForce: true },
    ]);
  });

  it('enrols matters, counts them by unit and batch, and follows what becomes of them', async () => {
    const stories = [await registeredStory(machine.api), await registeredStory(machine.api)];
    for (const story of stories) await take(story, ...until('serve-opinion'));
    const [first, second] = stories.map(({ number }) => number) as [string, string];
    const enrolment = { programme: campaign, batch: 1, reason: '列入第一批。' };
    expect(await refusal(as('centre-handler').change(first, 'programme-enrolments', enrolment))).toEqual([
      403,
      'not-your-role',
    ]);
    expect(await refusal(as('triage').change(first, 'programme-enrolments', { ...enrolment, batch: 2 }))).toEqual([
      422,
      'rule-violated',
    ]);
    await as('triage').change(first, 'programme-enrolments', enrolment);
    await as('city-triage').change(second, 'programme-enrolments', enrolment);
    await progressed({ batch: 1, enrolled: 2, concluded: 0, resolved: 0 });
    await progressed({ batchName: '第一批', due: plusDays(today(), 100), overdue: false });
    // The matter itself says by name what it is enrolled in.
    expect((await as('centre-handler').get(`/petitions/${first}`)).programmes).toMatchObject([
      { number: campaign, kind: 'campaign', name: '重信重访综合治理年', batch: 1 },
    ]);
    // A batch is a list of old cases (交办清单).
    const backlog = (await as('triage').get('/backlog?reason=designated')).items.map(({ number }: Answer) => number);
    expect(backlog.sort()).toEqual([first, second].sort());
    await machine.restart();

    await take(stories[0] as never, ...after('serve-opinion'));
    await progressed({ enrolled: 2, concluded: 1, resolved: 0 });
    await as('street-leader-2').change(first, 'resolutions', { evidence: 'opinion-performed', account: '已执行。' });
    await progressed({ enrolled: 2, concluded: 1, resolved: 1 });
    await as('triage').change(second, 'programme-removals', { programme: campaign, reason: '不属本批。' });
    await progressed({ enrolled: 1, concluded: 1, resolved: 1 });

    expect((await as('city-leader').get(`${here()}/matters?unit=${centre}&batch=1`)).items).toMatchObject([
      { number: first, batch: 1, status: 'concluded' },
    ]);
    const own = (await as('centre-handler').get(`${here()}/matters`)).items;
    expect(own.map(({ number }: Answer) => number)).toEqual([first]);
    // A unit asks for its own numbers and those below, not for those of its neighbours.
    expect(await progressOf('centre-handler', centre)).toHaveLength(1);
    expect(await refusal(as('centre-handler').get(`${here()}/progress?unit=622901`))).toEqual([403, 'not-your-unit']);
    expect(await refusal(as('land-handler').get(`${here()}/matters?unit=${centre}`))).toEqual([403, 'not-your-unit']);
  });

  it('enrols no accusation, and forgets a matter that turns out to be one', async () => {
    const story = await registeredStory(machine.api);
    await take(story, 'route');
    await as('triage').change(story.number, 'programme-enrolments', {
      programme: campaign,
      batch: 1,
      reason: '列入。',
    });
    await progressed({ enrolled: 2 });
    await as('triage').change(story.number, 'retriage', { reason: '系检举控告。' });
    await untilWaiting(as('triage'), story.number, 'triage');
    await as('triage').change(story.number, 'routing', {
      purpose: 'accusation',
      category: '0201',
      disposition: 'forward',
      competentUnit: discipline,
    });
    await progressed({ enrolled: 1 });
    const { items } = await as('city-leader').get(`${here()}/matters?unit=${centre}`);
    expect(items.map(({ number }: Answer) => number)).not.toContain(story.number);
  });
});

it('a mechanism appoints as what its county says, and keeps what was pledged', async () => {
  const { number } = await as('city-triage').post('/programmes', {
    kind: 'mechanism',
    name: '聘任与承诺',
    from: today(),
    appointmentKinds: ['法律顾问'],
  });
  const change = (action: string, body: object) => changeAt(as('city-triage'), `/programmes/${number}`, action, body);
  const appointment = { kind: '法律顾问', person: '孙某', unit: '622901-sfj', from: today() };
  expect(await refusal(change('appointments', { ...appointment, kind: '监督员' }))).toEqual([422, 'rule-violated']);
  await change('appointments', appointment);
  await change('appointments/1/ending', { to: plusDays(today(), 365), reason: '聘期一年。' });
  const pledge = { person: '孙某', unit: '622901-sfj', text: '依法及时答复每一件诉求。', signedOn: today() };
  expect(await refusal(change('pledges', { ...pledge, text: '本人承诺不再上访。' }))).toEqual([422, 'rule-violated']);
  await change('pledges', pledge);
  await machine.restart();
  const of = (list: string) => as('city-triage').get(`/programmes/${number}${list}`);
  const programme = await of('');
  expect(programme).toMatchObject({ appointments: 1, pledges: 1 });
  expect(JSON.stringify(programme)).not.toContain('孙某');
  expect(await of('/appointments')).toEqual({
    items: [expect.objectContaining({ appointment: 1, person: '孙某', to: plusDays(today(), 365), inOffice: true })],
  });
  expect((await of('/pledges')).items).toMatchObject([{ pledge: 1, text: '依法及时答复每一件诉求。' }]);
  const later = await of(`/appointments?on=${plusDays(today(), 366)}`);
  expect(later.items).toMatchObject([{ inOffice: false }]);
  await change('appointments', { ...appointment, person: '周某' });
  const { items, cursor } = await of('/appointments?limit=1');
  expect([items.length, items[0].person]).toEqual([1, '孙某']);
  expect(await of(`/appointments?limit=1&cursor=${cursor}`)).toEqual({
    items: [expect.objectContaining({ appointment: 2, person: '周某' })],
  });
  await change('ending', { to: today(), reason: '到期。' });
});
