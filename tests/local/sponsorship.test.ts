import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { type Answer, until as untilThere, untilWaiting } from '../../local/api-client.ts';
import { killedInFlight } from '../support/killed-in-flight.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { refusal } from '../support/refusal.ts';
import { centre, historyOf, registeredStory, streetLeader, take, today, until, worklistOf } from '../support/story.ts';
import { timeOf } from '../support/time.ts';

/**
 * A leader takes charge of an old case (包案) and has it until the dispute is resolved (化解), which the closing of the file does
 * not do. Killed with SIGKILL in between.
 */

let machine: Machine;
let number: string;
let code: string;
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(async () => {
  await machine.remove();
});

const { now, skip } = timeOf(() => machine);
const as = (identity: string) => machine.api.as(identity);
const proposal = { sponsor: 'city-leader', team: ['622901-zjj'], ground: 'prominent', reason: '多次协调未果。' };
const linesOf = async (identity: string, path: string): Promise<Answer[]> => (await as(identity).get(path)).items;
const lineOf = async (identity: string, path: string, of = number): Promise<Answer> =>
  (await linesOf(identity, path)).find((line) => line.number === of);
const taskOf = async (identity: string, step: string, of = number): Promise<Answer> =>
  (await worklistOf(machine.api, identity)).find((item) => item.number === of && item.step === step);

describe('a leader takes charge', () => {
  it('is proposed for a matter that is going on, and not by who decides', async () => {
    const story = await registeredStory(machine.api);
    number = story.number;
    code = story.queryCode as string;
    await take(story, ...until('serve-opinion'));
    expect(await linesOf('triage', '/backlog')).toEqual([]);
    expect(
      await refusal(as('centre-handler').change(number, 'sponsor-proposals', { ...proposal, ground: 'backlog' })),
    ).toEqual([422, 'rule-violated']);
    await as('centre-handler').change(number, 'sponsor-proposals', proposal);
    expect(await refusal(as('centre-handler').change(number, 'sponsor-decisions', { decision: 'approve' }))).toEqual([
      403,
      'not-your-role',
    ]);
    // He is a leader of the city above: nothing of it waits for him before it is approved.
    expect(await taskOf('city-leader', 'follow-sponsorship')).toBeUndefined();
    expect(await untilWaiting(as('street-leader'), number, 'decide-sponsor')).toMatchObject({
      routes: ['/petitions/{number}/sponsor-decisions'],
    });
    await as('street-leader').change(number, 'sponsor-decisions', { decision: 'return', reason: '请说明协调经过。' });
    await as('centre-handler').change(number, 'sponsor-proposals', proposal);
  });

  it('is approved once, though the process is killed under it, and finds it on his own list', async () => {
    const { version } = await as('street-leader').get(`/petitions/${number}`);
    const answer = await killedInFlight(machine, 'sponsorship', {
      identity: 'street-leader',
      path: `/petitions/${number}/sponsor-decisions`,
      body: { decision: 'approve', until: plusDays(now(), 200) },
      ifMatch: version,
    });
    expect(answer).toMatchObject({ events: ['SponsorApproved'] });
    expect(await untilWaiting(as('city-leader'), number, 'follow-sponsorship')).toMatchObject({
      audience: 'person@city-leader',
      due: expect.stringMatching(/^\d{4}-/),
    });
    expect(await lineOf('city-leader', `/sponsorships?unit=${centre}&sponsor=city-leader`)).toMatchObject({
      status: 'answered',
      handledBy: centre,
      sponsorship: { sponsor: 'city-leader', since: now(), overdue: false, reports: 0 },
    });
    // A member of the team reads it now; a department that is not of it does not.
    expect((await as('city-triage').get(`/sponsorships?below=true&unit=622901-xfj`)).items).toHaveLength(1);
    const page = await machine.api.as().post('/portal/petition', { number, queryCode: code });
    expect(page.milestones).toContainEqual({ what: 'sponsored', on: now(), basis: 'R18' });
  });
});

describe('plan and progress', () => {
  it('plans under the five headings; the law is never left out', async () => {
    const facts = { heading: 'facts', action: '复核测量面积', unit: centre, due: plusDays(now(), 10) };
    const law = { heading: 'law', action: '对照补偿标准释明', unit: '622901-sfj', due: plusDays(now(), 12) };
    expect(await refusal(as('centre-handler').change(number, 'resolution-plans', { measures: [facts] }))).toEqual([
      422,
      'rule-violated',
    ]);
    expect(await refusal(as('street-leader-2').change(number, 'resolution-plans', { measures: [facts, law] }))).toEqual(
      [403, 'not-your-unit'],
    );
    await as('centre-handler').change(number, 'resolution-plans', { measures: [facts, law] });
    await as('city-leader').change(number, 'progress-reports', {
      account: '已实地查看。',
      done: [{ measure: 1, shownBy: '复核笔录' }],
    });
    expect(await as('city-leader').get(`/petitions/${number}`)).toMatchObject({
      sponsorship: {
        measures: [{ heading: 'facts', doneOn: now(), action: '复核测量面积' }, { heading: 'law' }],
        progress: [{ account: '已实地查看。', by: 'city-leader' }],
      },
    });
  });

  it('a report that does not come is overdue: it is warned about, missed, and supervised', async () => {
    await machine.restart();
    const due = (await taskOf('centre-handler', 'report-progress')).due;
    await skip(45);
    expect(due < now()).toBe(true);
    const types = (await historyOf(machine.api, number)).map(({ type }) => type);
    expect(types).toContain('DeadlineMissed');
    expect(await lineOf('triage', '/sponsorships?overdue=true')).toMatchObject({
      sponsorship: { overdue: true, nextDue: due, measures: { planned: 2, done: 1, late: 1 } },
    });
    expect(await taskOf('city-leader', 'follow-sponsorship')).toMatchObject({ due });
    expect(await untilWaiting(as('centre-handler'), number, 'give-feedback')).toBeTruthy();
    await as('centre-handler').change(number, 'progress-reports', {
      account: '补偿款已核定。',
      done: [{ measure: 2, shownBy: '释明笔录' }],
    });
    expect(await linesOf('triage', '/sponsorships?overdue=true')).toEqual([]);
    await machine.restart();
  });
});

describe('closed is not resolved', () => {
  it('the file is concluded, and the leader has the matter still', async () => {
    await as('centre-handler').change(number, 'closing-requests', { summary: '已答复并执行。' });
    await untilWaiting(as('triage'), number, 'confirm-closing');
    await as('triage').change(number, 'closing-decisions', { decision: 'confirm' });
    expect(await lineOf('triage', '/sponsorships')).toMatchObject({
      status: 'concluded',
      concludedOn: now(),
      sponsorship: { sponsor: 'city-leader' },
    });
    expect(await taskOf('city-leader', 'follow-sponsorship')).toBeTruthy();
    // Nobody confirms it alone.
    const alone = { evidence: 'opinion-performed', account: '已执行。' };
    expect(await refusal(as('street-leader-2').change(number, 'resolutions', alone))).toEqual([409, 'not-the-step']);
    // And whoever approved the answer does not confirm what came of it.
    expect(await refusal(as('street-leader').change(number, 'resolutions', alone))).toEqual([403, 'own-proposal']);
  });

  it('asks for evidence, never for a promise', async () => {
    const request = (body: object) => as('centre-handler').change(number, 'resolution-requests', body);
    expect(await refusal(request({ evidence: ['agreement-performed'], account: '已履行。' }))).toEqual([
      422,
      'rule-violated',
    ]);
    expect(
      await refusal(request({ evidence: ['opinion-performed'], account: '信访人已承诺息诉罢访，不再上访。' })),
    ).toEqual([422, 'rule-violated']);
    await request({ evidence: ['opinion-performed'], account: '补偿款已支付，附支付凭证。' });
  });

  it('what the petitioner says on a return visit decides', async () => {
    const visit = (identity: string, result: string) =>
      as(identity).change(number, 'return-visits', { on: now(), result, method: '入户', account: '本人陈述。' });
    expect(await refusal(visit('centre-handler', 'resolved'))).toEqual([403, 'not-your-role']);
    await as('city-leader').change(number, 'resolution-signatures', { decision: 'sign' });
    const confirmation = { evidence: 'opinion-performed', account: '支付凭证与回访一致。' };
    await untilWaiting(as('triage'), number, 'confirm-resolution');
    expect(await refusal(as('triage').change(number, 'resolutions', confirmation))).toEqual([409, 'not-the-step']);
    expect((await visit('triage', 'not-resolved')).events).toEqual(['ReturnVisitRecorded', 'ResolutionReturned']);
    expect(await taskOf('triage', 'confirm-resolution')).toBeUndefined();

    await as('centre-handler').change(number, 'resolution-requests', {
      evidence: ['opinion-performed'],
      account: '差额补足，附凭证。',
    });
    await machine.restart();
    expect(await refusal(as('street-leader').change(number, 'resolution-signatures', { decision: 'sign' }))).toEqual([
      403,
      'not-your-unit',
    ]);
    await as('city-leader').change(number, 'resolution-signatures', { decision: 'sign' });
    await visit('triage', 'resolved');
    // The sponsor has signed; the last signature is another's.
    expect(await refusal(as('city-leader').change(number, 'resolutions', confirmation))).toEqual([403, 'own-proposal']);
    expect((await as('triage').change(number, 'resolutions', confirmation)).events).toEqual(['DisputeResolved']);
    expect(await linesOf('triage', '/sponsorships')).toEqual([]);
    expect(await taskOf('city-leader', 'follow-sponsorship')).toBeUndefined();
    expect(await as('triage').get(`/petitions/${number}/clocks`)).toMatchObject({
      items: expect.not.arrayContaining([expect.objectContaining({ limit: 'sponsor-progress', state: 'running' })]),
    });
  });
});

describe('the same matter comes again', () => {
  it('and goes to the same leader, until the link turns out to be wrong', async () => {
    const again = await registeredStory(machine.api);
    await take(again, ...until('accept'));
    const link = { earlier: number, reason: '同一人同一事项。' };
    expect((await as('receptionist').change(again.number, 'repeat-links', link)).events).toEqual([
      'RepeatLinked',
      'SponsorResumed',
    ]);
    await machine.restart();
    expect(await lineOf('city-leader', `/sponsorships?unit=${centre}`, again.number)).toMatchObject({
      timesBrought: 2,
      sponsorship: { sponsor: 'city-leader', resumedFrom: number },
    });
    expect(await taskOf('city-leader', 'follow-sponsorship', again.number)).toBeTruthy();
    // A third that repeats the second only was brought three times all the same, and so was each of them.
    const third = await registeredStory(machine.api);
    await take(third, ...until('accept'));
    await as('receptionist').change(third.number, 'repeat-links', { ...link, earlier: again.number });
    for (const each of [third.number, again.number])
      await untilThere('the links are filed', async () =>
        (await lineOf('triage', '/backlog?reason=repeats', each))?.timesBrought === 3 ? true : undefined,
      );
    await as('receptionist').change(third.number, 'repeat-unlinks', { ...link, earlier: again.number });
    expect(await linesOf('triage', '/backlog?reason=repeats')).toEqual([]);
    const unlinked = await as('receptionist').change(again.number, 'repeat-unlinks', link);
    expect(unlinked.events).toEqual(['RepeatUnlinked', 'SponsorshipDropped']);
    expect(await linesOf('triage', '/sponsorships')).toEqual([]);
  });
});

describe('who may be named', () => {
  const street = '622901007';
  const turn = (leader: string) => ({ ...streetLeader, leader, from: today() });
  const day = (leader: string) => ({
    ...{ leader, leaderName: '某', post: '副书记', portfolio: '综合治理', mode: '定点接访', place: '接访室' },
    ...{ date: plusDays(now(), 3), from: '09:00', to: '17:00' },
  });

  it('where nothing is recorded of a unit’s people, his name is accepted and marked', async () => {
    const story = await registeredStory(machine.api);
    await take(story, ...until('accept'));
    const answer = await as('centre-handler').change(story.number, 'sponsor-proposals', {
      ...proposal,
      sponsor: 'no-such-person',
    });
    expect(answer).toMatchObject({ events: ['SponsorProposed'], unconfirmed: ['sponsor'] });
    expect(await as('receptionist').post('/reception-sessions', day('no-such-person'))).toMatchObject({
      unconfirmed: ['leader'],
    });
    await as('street-leader').change(story.number, 'sponsor-decisions', { decision: 'return', reason: '查无此人。' });
  });

  it('where it is recorded, nobody else, and one who is the only leader is decided on above', async () => {
    await as('triage').post('/reception-rotas', { unit: street, leaders: [turn('street-leader')] });
    const story = await registeredStory(machine.api);
    await take(story, ...until('accept'));
    const propose = (sponsor: string) =>
      as('centre-handler').change(story.number, 'sponsor-proposals', { ...proposal, sponsor });
    expect(await refusal(propose('no-such-person'))).toEqual([422, 'rule-violated']);
    expect(await refusal(as('receptionist').post('/reception-sessions', day('no-such-person')))).toEqual([
      422,
      'rule-violated',
    ]);
    expect(await as('receptionist').post('/reception-sessions', day('street-leader'))).not.toHaveProperty(
      'unconfirmed',
    );
    expect(await propose('street-leader')).not.toHaveProperty('unconfirmed');
    // His street has no other: it waits for the city's leaders.
    expect(
      await untilThere('the city decides', () => taskOf('city-leader', 'decide-sponsor', story.number)),
    ).toBeTruthy();
    expect(await taskOf('street-leader-2', 'decide-sponsor', story.number)).toBeUndefined();
    expect(
      await refusal(as('street-leader').change(story.number, 'sponsor-decisions', { decision: 'approve' })),
    ).toEqual([403, 'own-proposal']);
    await machine.restart();
    expect((await as('city-leader').change(story.number, 'sponsor-decisions', { decision: 'approve' })).events).toEqual(
      ['SponsorApproved'],
    );
    expect(await taskOf('street-leader', 'follow-sponsorship', story.number)).toBeTruthy();
  });
});

describe('the list of old cases', () => {
  it('grows with time alone, and only by what is going on', async () => {
    const old = await registeredStory(machine.api);
    await take(old, ...until('accept'));
    expect(await linesOf('triage', '/backlog')).toEqual([]);
    await skip(366);
    const before = (await historyOf(machine.api, old.number)).length;
    expect(await lineOf('triage', '/backlog', old.number)).toMatchObject({ reasons: ['age'], timesBrought: 1 });
    expect((await historyOf(machine.api, old.number)).length).toBe(before);
    // What is resolved and closed is in no list, however old.
    expect(await lineOf('triage', '/backlog')).toBeUndefined();
    expect(await refusal(as('centre-handler').get('/backlog?unit=622900'))).toEqual([403, 'not-your-unit']);
  });

  it('has what somebody puts on it by the number of a list, page by page', async () => {
    const listed = await registeredStory(machine.api);
    await take(listed, ...until('accept'));
    await as('triage').change(listed.number, 'backlog-listing', {
      list: '甘信办〔2026〕3号',
      reason: '上级交办清单。',
    });
    expect(await lineOf('triage', '/backlog?reason=designated', listed.number)).toMatchObject({
      reasons: ['designated'],
    });
    const all = (await linesOf('triage', '/backlog')).map((line) => line.number);
    const paged: string[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const page: Answer = await as('triage').get(`/backlog?limit=1${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.items.map((line: Answer) => line.number));
      cursor = page.cursor;
    }
    expect(paged).toEqual(all);
    expect(paged.length).toBeGreaterThan(1);
    await as('triage').change(listed.number, 'backlog-lifting', { reason: '列错。' });
    expect(await linesOf('triage', '/backlog?reason=designated')).toEqual([]);
  });
});
