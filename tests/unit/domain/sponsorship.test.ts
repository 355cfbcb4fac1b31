import { describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import { firstWithLeader, type Standing, standingOf } from '../../../domain/organisation/people.ts';
import { UnitDirectory } from '../../../domain/organisation/unit.ts';
import { backlogReasonsOf, listingOf } from '../../../domain/petition/backlog.ts';
import { nextTimer } from '../../../domain/petition/clocks.ts';
import { decide, type PetitionEvent } from '../../../domain/petition/petition.ts';
import { sponsorOf } from '../../../domain/petition/sponsorship-state.ts';
import { matterRow } from '../../../domain/petition/sponsorship-views.ts';
import { deadlineOf } from '../../../domain/petition/state.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import * as a from '../../support/builders.ts';
import { given } from '../../support/given.ts';
import { command } from '../../support/intake.ts';
import { clock } from '../../support/regulated-life.ts';

const { continued, directory, firstDay, officers, rules, stateAfter } = a;
const tasks = (history: readonly PetitionEvent[]) =>
  tasksOf(stateAfter(history), directory).map(({ step, audience, due }) => `${step} ${audience} ${due}`);
const proposed = continued(a.servedOpinion, a.proposeSponsor());
const sponsored = a.sponsoredPetition;
const requested = continued(sponsored, a.requestResolution());
const signed = continued(requested, a.signResolution());
const planDue = plusDays(firstDay, 15);
const reportDue = plusDays(firstDay, 30);
const confirm = a.confirmResolved({ evidence: 'opinion-performed' });

describe('taking charge', () => {
  it('is proposed with its ground and waits for the leaders of the office in charge', () => {
    given(...a.routedPetition)
      .when(a.proposeSponsor())
      .thenEvents({
        type: 'SponsorProposed',
        data: {
          sponsor: 'mayor',
          team: ['622901-sfj'],
          ground: 'prominent',
          reason: '涉及面广，多次协调未果',
          by: 'officer',
          basis: 'R18',
        },
      });
    expect(tasks(proposed)).toContain('decide-sponsor leader@622901007 9999-12-31');
    expect(sponsorOf(stateAfter(proposed))).toBeUndefined();
  });

  it('is not proposed before the triage, of an accusation, of what is resolved, or twice', () => {
    given(...a.registeredPetition)
      .when(a.proposeSponsor())
      .thenRefused('not-the-step');
    given(...a.sealedPetition)
      .when(a.proposeSponsor())
      .thenRefused('rule-violated', { basis: 'R30' });
    given(...continued(a.servedOpinion, a.confirmResolved()))
      .when(a.proposeSponsor())
      .thenRefused('already-decided');
    given(...proposed)
      .when(a.proposeSponsor())
      .thenRefused('already-decided');
    given(...sponsored)
      .when(a.proposeSponsor())
      .thenRefused('already-decided', { pointer: '/sponsor' });
  });

  it('is not for who is recused, nor for who handled the matter', () => {
    given(...continued(a.routedPetition, a.recuse({ officer: 'mayor' })))
      .when(a.proposeSponsor())
      .thenRefused('recused', { pointer: '/sponsor', basis: 'R28' });
    given(...continued(proposed, a.recuse({ officer: 'mayor' })))
      .when(a.approveSponsor())
      .thenRefused('recused', { pointer: '/sponsor' });
    given(...a.servedOpinion)
      .when(a.proposeSponsor({ sponsor: 'handler' }))
      .thenRefused('rule-violated', { pointer: '/sponsor' });
  });

  it('is approved by another leader than he who is proposed, to whom sending it back is open', () => {
    given(...proposed)
      .when(a.approveSponsor({ by: a.mayor }))
      .thenRefused('own-proposal');
    expect(tasksOf(stateAfter(proposed), directory).find(({ step }) => step === 'decide-sponsor')?.excluded).toEqual([
      'officer',
      'mayor',
    ]);
    given(...proposed)
      .when(a.returnSponsor({ by: a.mayor }))
      .thenTypes('SponsorReturned');
  });

  it('names units that there are, each once', () => {
    given(...a.routedPetition)
      .when(a.proposeSponsor({ team: ['622901-sfj', 'nowhere'] }))
      .thenRefused('unknown-unit', { pointer: '/team/1' });
    given(...a.routedPetition)
      .when(a.proposeSponsor({ team: ['622901-sfj', '622901-sfj'] }))
      .thenRefused('rule-violated', { pointer: '/team' });
  });

  it('as an old case is for an old case only, as the place defines it', () => {
    const old = a.proposeSponsor({ ground: 'backlog' });
    given(...a.routedPetition)
      .when(old)
      .thenRefused('rule-violated', { pointer: '/ground' });
    // A chain (c repeats b, b repeats a) counts whole.
    expect(() => decide({ ...old, brought: 2 } as typeof old, stateAfter(a.routedPetition), rules)).toThrow(
      /Brought 2 times, counted through all/,
    );
    given(...a.routedPetition)
      .when(a.proposeSponsor({ ground: 'backlog', brought: 3 }))
      .thenTypes('SponsorProposed');
    given(...continued(a.routedPetition, a.designateBacklog()))
      .when(old)
      .thenTypes('SponsorProposed');
    const strict = {
      ...rules,
      configuration: { ...rules.configuration, backlog: { ageDays: 1, timesBrought: 9, source: '某县' } },
    };
    given(...a.routedPetition)
      .when({ ...old, at: a.noon(plusDays(firstDay, 1)) }, strict)
      .thenTypes('SponsorProposed');
  });

  it('is somebody whom the unit knows, where it has recorded who its people are', () => {
    given(...a.routedPetition)
      .when(a.proposeSponsor({ standing: 'unknown' }))
      .thenRefused('rule-violated', { pointer: '/sponsor' });
    const proposed = (standing: Standing) =>
      decide(a.proposeSponsor({ standing }), stateAfter(a.routedPetition), rules);
    expect(proposed('unconfirmed')).toMatchObject([{ data: { unconfirmed: true } }]);
    expect(proposed('known')[0]?.data).not.toHaveProperty('unconfirmed');
  });

  it('takes no matter from a leader who is there by a mere name; a mere name or who is recused gives way to one', () => {
    const word = (sponsor: string) => a.proposeSponsor({ sponsor, standing: 'unconfirmed' });
    given(...sponsored)
      .when(word('nobody'))
      .thenRefused('rule-violated', { pointer: '/sponsor' });
    given(...sponsored)
      .when(a.proposeSponsor({ sponsor: 'deputy' }))
      .thenTypes('SponsorProposed');
    // Proposed while nobody had charge, decided when somebody has: the same.
    const data = { sponsor: 'nobody', team: [], ground: 'prominent', reason: '突出', by: 'officer' } as const;
    given(...sponsored, { type: 'SponsorProposed', data: { ...data, unconfirmed: true, basis: 'R18' } })
      .when(a.approveSponsor())
      .thenRefused('rule-violated', { pointer: '/sponsor' });
    const name = continued(a.servedOpinion, word('ghost'), a.approveSponsor());
    given(...name)
      .when(word('another'))
      .thenTypes('SponsorProposed');
    // He is there: he has done something himself.
    const there = continued(name, a.planResolution({ by: { id: 'ghost', unit: '622901007', role: 'leader' } }));
    given(...there)
      .when(word('another'))
      .thenRefused('rule-violated', { pointer: '/sponsor' });
  });

  it('is decided a level above where the only leader of the office would decide on himself', () => {
    const proposal = a.proposeSponsor({ approver: '622901' });
    expect(tasks(continued(a.routedPetition, proposal))).toContain('decide-sponsor leader@622901 9999-12-31');
    const people = (...leaders: string[]) => ({ people: new Set(leaders), leaders: new Set(leaders) });
    const line = (...recorded: (ReturnType<typeof people> | undefined)[]) =>
      recorded.map((each, index) => ({ unit: ['street', 'city', 'prefecture'][index] ?? '', recorded: each }));
    const decides = (...recorded: Parameters<typeof line>) => firstWithLeader(line(...recorded), ['only', 'proposer']);
    expect(decides(people('only'), people('mayor'))).toBe('city');
    expect(decides(people('only', 'proposer'), people('only'), people('governor'))).toBe('prefecture');
    // Somebody is left, or nobody knows: it stays where it is.
    expect(decides(people('only', 'second'), people('mayor'))).toBeUndefined();
    expect(decides(undefined, people('mayor'))).toBeUndefined();
    expect(decides(people('only'))).toBeUndefined();
    expect(standingOf('mayor', [people('only'), people('mayor')])).toBe('known');
    expect(standingOf('nobody', [people('only'), undefined])).toBe('unknown');
    expect(standingOf('nobody', [undefined, people('mayor')])).toBe('unconfirmed');
  });

  it('begins with approval: a plan and a report are owed from then on, by configured days', () => {
    const state = stateAfter(sponsored);
    expect(sponsorOf(state)).toBe('mayor');
    expect(deadlineOf(state, 'sponsor-plan')).toMatchObject({ due: '2026-03-17', state: 'running' });
    expect(deadlineOf(state, 'sponsor-progress')).toMatchObject({ due: '2026-04-01', kind: 'duty' });
    expect(deadlineOf(state, 'sponsorship')).toBeUndefined();
    expect(tasks(sponsored)).toEqual(
      expect.arrayContaining([
        `plan-resolution handler@622901-zrzy ${planDue}`,
        `report-progress handler@622901-zrzy ${reportDue}`,
        `follow-sponsorship person@mayor ${planDue}`,
      ]),
    );
  });

  it('waits for the office, due with the plan, until the leader himself does something', () => {
    const awaited = `await-sponsor petition-officer@622901007-zx ${planDue}`;
    expect(tasks(sponsored)).toContain(awaited);
    expect(matterRow(stateAfter(sponsored), [], firstDay, directory, 1).sponsorship).toMatchObject({ hasActed: false });
    // What the handling unit does says nothing of him.
    const worked = continued(sponsored, a.planResolution(), a.reportProgress(), a.requestResolution());
    expect(tasks(worked)).toContain(awaited);
    for (const own of [a.planResolution({ by: a.mayor }), a.reportProgress({ by: a.mayor }), a.signResolution()]) {
      const acted = continued(worked, own);
      expect(tasks(acted).join()).not.toContain('await-sponsor');
      expect(matterRow(stateAfter(acted), [], firstDay, directory, 1).sponsorship).toMatchObject({ hasActed: true });
      // The next leader is another.
      const replaced = continued(acted, a.proposeSponsor({ sponsor: 'no-such-person' }), a.approveSponsor());
      expect(tasks(replaced).join()).toContain('await-sponsor');
    }
  });

  it('can be given an end, in the future', () => {
    given(...proposed)
      .when(a.approveSponsor({ until: firstDay }))
      .thenRefused('rule-violated', { pointer: '/until' });
    given(...proposed)
      .when(a.approveSponsor({ until: '2026-12-31' }))
      .thenState((state) => expect(deadlineOf(state, 'sponsorship')).toMatchObject({ due: '2026-12-31' }));
  });

  it('comes to nothing when it is returned, and can be proposed again', () =>
    given(...continued(proposed, a.returnSponsor()))
      .when(a.proposeSponsor({ sponsor: 'other' }))
      .thenTypes('SponsorProposed'));

  it('passes to another leader, with new limits and a new team; the plan stays', () => {
    const planned = continued(sponsored, a.planResolution());
    const replaced = continued(planned, a.proposeSponsor({ sponsor: 'other', team: [] }), a.approveSponsor());
    const { sponsorship, deadlines } = stateAfter(replaced);
    expect(sponsorship).toMatchObject({ sponsor: 'other', team: [], plans: 1 });
    expect(sponsorship.measures).toHaveLength(2);
    expect(deadlines.filter(({ limit, state }) => limit === 'sponsor-progress' && state === 'running')).toHaveLength(1);
  });

  it('asks for another leader when the one who has it is recused', () => {
    const recused = continued(sponsored, a.recuse({ officer: 'mayor' }));
    expect(tasks(recused)).toContain('replace-sponsor petition-officer@622901007-zx 9999-12-31');
    expect(tasks(recused).some((task) => task.includes('person@mayor'))).toBe(false);
  });
});

describe('plan and reports', () => {
  it('need a leader who has charge', () => {
    for (const each of [a.planResolution(), a.reportProgress(), a.returnVisit(), a.requestResolution()])
      given(...a.servedOpinion)
        .when(each)
        .thenRefused('not-the-step');
  });

  it('the law is part of every plan; the other headings are not', () => {
    const measure = { heading: 'law', action: '释明', unit: '622901-sfj', due: firstDay } as const;
    given(...sponsored)
      .when(a.planResolution({ measures: [{ ...measure, heading: 'feelings' }] }))
      .thenRefused('rule-violated', { pointer: '/measures', basis: 'R32' });
    given(...sponsored)
      .when(a.planResolution({ measures: [measure] }))
      .thenTypes('ResolutionPlanned');
    given(...sponsored)
      .when(a.planResolution({ measures: [{ ...measure, due: '2026-03-01' }] }))
      .thenRefused('rule-violated', { pointer: '/measures/0/due' });
    given(...sponsored)
      .when(a.planResolution({ measures: [{ ...measure, unit: 'nowhere' }] }))
      .thenRefused('unknown-unit', { pointer: '/measures/0/unit' });
  });

  it('a measure is done once, with what shows it; a later plan drops what is not done', () => {
    const planned = continued(sponsored, a.planResolution());
    const done = (measure: number) => a.reportProgress({ done: [{ measure, shownBy: '笔录' }] });
    given(...planned)
      .when(done(3))
      .thenRefused('not-found', { pointer: '/done/0/measure' });
    const first = continued(planned, done(1));
    given(...first)
      .when(done(1))
      .thenRefused('already-decided');
    given(...planned)
      .when(a.reportProgress({ done: [1, 1].map((measure) => ({ measure, shownBy: '笔录' })) }))
      .thenRefused('already-decided', { pointer: '/done/1/measure' });
    const again = continued(first, a.planResolution());
    expect(stateAfter(again).sponsorship.measures.map(({ doneOn, dropped }) => doneOn ?? dropped)).toEqual([
      firstDay,
      true,
      undefined,
      undefined,
    ]);
    given(...again)
      .when(done(2))
      .thenRefused('not-found');
  });

  it('each report begins the days to the next; what is missed is supervised', () => {
    const later = plusDays(firstDay, 20);
    const reported = continued(sponsored, a.reportProgress({ at: a.noon(later) }));
    expect(stateAfter(reported).deadlines.filter(({ limit }) => limit === 'sponsor-progress')).toMatchObject([
      { state: 'met' },
      { state: 'running', due: '2026-04-21' },
    ]);
    expect(nextTimer(stateAfter(sponsored), rules.configuration)).toBeDefined();
    given(...sponsored)
      .when({ type: 'SweepClocks', by: clock, at: a.noon('2026-04-02') })
      .thenState(({ deadlines, supervisions }) => {
        expect(deadlines.find(({ limit }) => limit === 'sponsor-progress')).toMatchObject({ state: 'missed' });
        expect(supervisions).toContainEqual(expect.objectContaining({ ground: 'late', against: '622901-zrzy' }));
      });
  });
});

describe('resolved (化解)', () => {
  it('is not what closing is: the leader has a concluded matter still', () => {
    const closed = continued(sponsored, ...a.on(a.windowOver, a.requestClosing(), a.confirmClosing()));
    const state = stateAfter(closed);
    expect([state.concludedOn, state.resolvedOn, sponsorOf(state)]).toEqual([a.windowOver, undefined, 'mayor']);
    expect(listingOf(state, directory)).toBeDefined();
    given(...closed)
      .when(a.reportProgress({ at: a.noon(a.windowOver) }))
      .thenTypes('ProgressReported');
  });

  it('rests on what was performed, and never on a promise', () => {
    given(...sponsored)
      .when(a.requestResolution({ evidence: ['opinion-performed', 'agreement-performed'] }))
      .thenRefused('rule-violated', { pointer: '/evidence/1' });
    for (const account of ['信访人已签订息诉罢访承诺书，不再上访。', '自愿放弃诉讼。'])
      given(...sponsored)
        .when(a.requestResolution({ account }))
        .thenRefused('rule-violated', { pointer: '/account' });
    given(...sponsored)
      .when(a.requestResolution())
      .thenTypes('ResolutionRequested');
    given(...continued(a.proposedAssignment, a.proposeSponsor(), a.approveSponsor()))
      .when(a.requestResolution({ evidence: ['return-visit'] }))
      .thenRefused('not-the-step');
  });

  it('takes three signatures in their order: handling unit, sponsor, petition office', () => {
    given(...continued(sponsored, a.returnVisit()))
      .when(confirm)
      .thenRefused('not-the-step');
    const visited = continued(requested, a.returnVisit());
    given(...visited)
      .when(confirm)
      .thenRefused('not-the-step');
    const both = continued(visited, a.signResolution());
    const by = (id: string, role: string, unit: string) => ({ ...confirm, by: { id, role, unit } });
    for (const other of [by('city-leader', 'leader', '622901'), by('land-desk', 'petition-officer', '622901-zrzy')])
      given(...both)
        .when(other)
        .thenRefused('not-your-unit');
    // A small office can have nobody who had no part in it: then one above signs.
    for (const above of ['622901-xfj', '6229-xfj'])
      given(...both)
        .when(by('officer-above', 'petition-officer', above))
        .thenTypes('DisputeResolved');
    // An office of another county does not, however high.
    const elsewhere = new UnitDirectory([
      ...a.units,
      { id: '622902', name: '邻县', kind: 'government', level: 'county', parent: '6229' },
      { id: '622902-xfj', name: '邻县信访局', kind: 'petition-office', level: 'county', parent: '622902' },
    ]);
    given(...both)
      .when(by('neighbour', 'petition-officer', '622902-xfj'), { ...a.rules, units: elsewhere })
      .thenRefused('not-your-unit');
    given(...both)
      .when({ ...confirm, by: { ...officers.officer, id: 'mayor' } })
      .thenRefused('own-proposal');
    given(...both)
      .when(a.confirmResolved({ evidence: 'return-visit' }))
      .thenRefused('rule-violated', { pointer: '/evidence' });
    given(...both)
      .when(confirm)
      .thenTypes('DisputeResolved');
    expect(tasks(both)).toContain('confirm-resolution petition-officer@622901007-zx 9999-12-31');
  });

  it('asks the petitioner himself, by somebody who did not handle it', () => {
    given(...signed)
      .when(confirm)
      .thenRefused('not-the-step');
    given(...signed)
      .when(a.returnVisit({ by: { ...officers.officer, id: 'handler' } }))
      .thenRefused('own-proposal');
    given(...signed)
      .when(a.returnVisit({ result: 'not-resolved' }))
      .thenTypes('ReturnVisitRecorded', 'ResolutionReturned');
    given(...continued(signed, a.returnVisit({ result: 'not-resolved' }), a.requestResolution(), a.signResolution()))
      .when(confirm)
      .thenRefused('not-the-step');
    given(...signed)
      .when(a.returnVisit({ on: plusDays(firstDay, 1) }))
      .thenRefused('rule-violated', { pointer: '/on' });
  });

  it('is held up by nobody who cannot be reached, after attempts on as many days as are configured', () => {
    const visits = (...days: number[]) =>
      days.map((day) =>
        a.returnVisit({ on: plusDays(firstDay, day), at: a.noon(plusDays(firstDay, day)), result: 'not-reached' }),
      );
    const late = { ...confirm, at: a.noon('2026-03-20') };
    given(...continued(signed, ...visits(1, 2, 2)))
      .when(late)
      .thenRefused('not-the-step');
    given(...continued(signed, ...visits(1, 2, 3)))
      .when(late)
      .thenTypes('DisputeResolved');
    // Nobody writes down on one afternoon what is to have happened on several days.
    const noted = (day: number, result: 'not-reached' | 'resolved') =>
      given(...signed).when(a.returnVisit({ on: plusDays(firstDay, day), at: a.noon(plusDays(firstDay, 3)), result }));
    noted(2, 'not-reached').thenTypes('ReturnVisitRecorded');
    noted(1, 'not-reached').thenRefused('rule-violated', { pointer: '/on' });
    noted(1, 'resolved').thenTypes('ReturnVisitRecorded');
    // What he said once is not undone by not reaching him any more.
    const said = continued(
      signed,
      a.returnVisit({ result: 'not-resolved' }),
      ...visits(1, 2, 3),
      ...a.on('2026-03-20', a.requestResolution(), a.signResolution()),
    );
    given(...said)
      .when(late)
      .thenRefused('not-the-step');
    const spoken = continued(
      sponsored,
      a.requestResolution({ evidence: ['return-visit'] }),
      a.signResolution(),
      ...visits(1, 2, 3),
    );
    given(...spoken)
      .when({ ...late, evidence: 'return-visit' })
      .thenRefused('rule-violated', { pointer: '/evidence' });
  });

  it('ends what waited for it, and is none of the list any more', () => {
    const resolved = stateAfter(continued(signed, a.returnVisit(), confirm));
    expect(resolved.sponsorship).toMatchObject({ sponsor: 'mayor', endedOn: firstDay });
    expect(resolved.deadlines.filter(({ limit, state }) => limit.startsWith('sponsor') && state === 'running')).toEqual(
      [],
    );
    expect(tasksOf(resolved, directory).filter(({ audience }) => audience === 'person@mayor')).toEqual([]);
    expect(listingOf(resolved, directory)).toBeUndefined();
  });

  it('without a sponsor asks for one person who did not handle it, as before', () =>
    given(...a.servedOpinion)
      .when(a.confirmResolved())
      .thenTypes('DisputeResolved'));
});

describe('the same leader again', () => {
  it('for the repeat, whatever became of the first', () => {
    const linked = continued(a.registeredPetition, a.link({ sponsor: 'mayor' }));
    expect(stateAfter(linked).sponsorship).toMatchObject({
      sponsor: 'mayor',
      resumedFrom: '622901007-20250102-AAAAAA',
    });
    given(...linked)
      .when(a.unlink())
      .thenTypes('RepeatUnlinked', 'SponsorshipDropped');
    const { sponsorship, deadlines } = stateAfter(continued(linked, a.unlink()));
    expect([
      sponsorship.sponsor,
      deadlines.filter(({ limit, state }) => limit.startsWith('sponsor') && state === 'running'),
    ]).toEqual([undefined, []]);
  });

  it('not where he is recused, where another has charge, or where nobody had', () => {
    for (const history of [continued(a.registeredPetition, a.recuse({ officer: 'mayor' })), a.sealedPetition])
      given(...history)
        .when(a.link({ sponsor: 'mayor' }))
        .thenTypes('RepeatLinked');
    given(...sponsored)
      .when(a.link({ sponsor: 'other' }))
      .thenTypes('RepeatLinked');
    given(...a.registeredPetition)
      .when(a.link())
      .thenTypes('RepeatLinked');
  });

  it('when the matter is opened again', () => {
    const closed = continued(
      a.sponsoredPetition,
      ...a.on(
        a.windowOver,
        a.requestClosing(),
        a.confirmClosing(),
        a.requestResolution(),
        a.signResolution(),
        a.returnVisit({ on: a.windowOver }),
        confirm,
      ),
    );
    given(...closed)
      .when(command('ReopenPetition', officers.leader, { ground: 'error', reason: '面积有误' }, '2026-05-01'))
      .thenTypes('PetitionReopened', 'SponsorResumed');
  });

  it('nobody, once it turns out to be an accusation', () => {
    const linked = continued(a.registeredPetition, a.link({ sponsor: 'mayor' }), {
      ...a.route({ purpose: 'accusation', competentUnit: '622901-jw' }),
      path: undefined,
    } as never);
    const state = stateAfter(linked);
    expect([state.sponsorship.sponsor, listingOf(state, directory)]).toEqual([undefined, undefined]);
    expect(
      state.deadlines.filter(({ limit, state: each }) => limit.startsWith('sponsor') && each === 'running'),
    ).toEqual([]);
  });
});

describe('a matter that is opened again begins a new round', () => {
  const day = '2026-05-01';
  const said = (on: string, more: object = {}) => a.returnVisit({ on, at: a.noon(on), ...more });
  const reopen = command('ReopenPetition', officers.leader, { ground: 'error', reason: '面积有误' }, day);
  const answeredAgain = a.on(day, a.redraftOpinion(), a.approveOpinion(), a.serveOpinion({ service: a.served(day) }));
  const byVisit = { evidence: ['return-visit'] } as const;
  const close = a.on(a.windowOver, a.requestClosing(), a.confirmClosing());
  const resolvedThen = [
    ...a.on(a.windowOver, a.requestResolution(), a.signResolution(), said(a.windowOver)),
    { ...confirm, at: a.noon(a.windowOver) },
  ];
  const reopened = continued(sponsored, ...close, ...resolvedThen, reopen);

  it('and nothing of the old one shows that it is resolved', () => {
    given(...reopened)
      .when(a.requestResolution({ ...byVisit, at: a.noon(day) }))
      .thenRefused('not-the-step');
    given(...reopened)
      .when(said(day))
      .thenRefused('not-the-step');
    const again = continued(
      reopened,
      ...answeredAgain,
      ...a.on(day, a.requestResolution({ evidence: ['opinion-performed', 'return-visit'] }), a.signResolution()),
    );
    for (const evidence of ['opinion-performed', 'return-visit'] as const)
      given(...again)
        .when({ ...confirm, evidence, at: a.noon(day) })
        .thenRefused('not-the-step');
    given(...continued(again, said(day)))
      .when({ ...confirm, evidence: 'return-visit', at: a.noon(day) })
      .thenTypes('DisputeResolved');
    expect(stateAfter(reopened).sponsorship.visits).toEqual([]);
  });

  it('nor does an agreement that was performed before', () => {
    const agreed = continued(
      a.performedAgreement,
      ...a.everybodyReportsIn('622901-zrzy', '622901-zjj', '622901-sfj'),
      a.recordOutcome(),
      a.recordOutcome({ unit: '622901-sfj' }),
      a.draftOpinion(),
      a.approveOpinion(),
      a.serveOpinion(),
      ...close,
    );
    given(...agreed)
      .when(a.confirmResolved({ evidence: 'agreement-performed', at: a.noon(a.windowOver) }))
      .thenTypes('DisputeResolved');
    given(...continued(agreed, reopen))
      .when(a.confirmResolved({ evidence: 'agreement-performed', at: a.noon(day) }))
      .thenRefused('rule-violated', { pointer: '/evidence' });
  });

  it('and what had been signed is signed anew, when the leader had charge all the time', () => {
    const running = continued(
      sponsored,
      ...close,
      ...a.on(a.windowOver, a.requestResolution(), a.signResolution()),
      reopen,
    );
    expect(stateAfter(running).sponsorship).toMatchObject({ sponsor: 'mayor', visits: [] });
    expect(stateAfter(running).sponsorship.request).toBeUndefined();
  });

  it('attempts in vain are made anew; what he said against it stands', () => {
    const vain = [1, 2, 3].map((each) => said(plusDays(firstDay, each), { result: 'not-reached' }));
    const anew = (...visits: ReturnType<typeof said>[]) =>
      continued(
        continued(sponsored, ...visits, ...close, reopen),
        ...answeredAgain,
        ...a.on(day, a.requestResolution(), a.signResolution()),
      );
    given(...anew(...vain))
      .when({ ...confirm, at: a.noon(day) })
      .thenRefused('not-the-step');
    const against = anew(said(firstDay, { result: 'not-resolved' }));
    const later = [1, 2, 3].map((each) => said(plusDays(day, each), { result: 'not-reached' }));
    given(...continued(against, ...later))
      .when({ ...confirm, at: a.noon('2026-05-05') })
      .thenRefused('not-the-step');
  });

  it('as does a review that sets the opinion aside, and another leader who takes charge', () => {
    const both = a.on(firstDay, a.requestResolution(), a.signResolution(), a.returnVisit());
    const quashed = continued(a.reviewAdmitted, a.proposeSponsor(), a.approveSponsor(), ...both);
    expect(stateAfter(quashed).sponsorship.request?.signedBy).toBe('mayor');
    const after = stateAfter(continued(quashed, a.decideReview({ outcome: 'quash' }), a.serveReview())).sponsorship;
    expect([after.sponsor, after.visits, after.request]).toEqual(['mayor', [], undefined]);
    const other = continued(sponsored, ...both, a.proposeSponsor({ sponsor: 'deputy' }), a.approveSponsor());
    const { sponsor, visits, request } = stateAfter(other).sponsorship;
    expect([sponsor, visits, request]).toEqual(['deputy', [], undefined]);
  });
});

describe('the day of a return visit', () => {
  const later = plusDays(firstDay, 5);

  it('is not before the leader took charge', () => {
    const taken = continued(a.servedOpinion, ...a.on(later, a.proposeSponsor(), a.approveSponsor()));
    for (const on of [firstDay, plusDays(firstDay, 4)])
      given(...taken)
        .when(a.returnVisit({ on, at: a.noon(later) }))
        .thenRefused('rule-violated', { pointer: '/on' });
    given(...taken)
      .when(a.returnVisit({ on: later, at: a.noon(later) }))
      .thenTypes('ReturnVisitRecorded');
  });

  it('is not before there is something to ask about', () => {
    const early = continued(a.approvedOpinion, a.proposeSponsor(), a.approveSponsor());
    given(...early)
      .when(a.returnVisit())
      .thenRefused('not-the-step');
    const served = continued(early, ...a.on(later, a.serveOpinion({ service: a.served(later) })));
    given(...served)
      .when(a.returnVisit({ at: a.noon(later) }))
      .thenRefused('rule-violated', { pointer: '/on' });
  });

  it('is not before one that is recorded: his last word is the last', () => {
    const visited = continued(sponsored, a.returnVisit({ on: later, at: a.noon(later), result: 'not-resolved' }));
    given(...visited)
      .when(a.returnVisit({ on: plusDays(later, -1), at: a.noon(later) }))
      .thenRefused('rule-violated', { pointer: '/on' });
    given(...visited)
      .when(a.returnVisit({ on: later, at: a.noon(later) }))
      .thenTypes('ReturnVisitRecorded');
  });
});

describe('the list of old cases (积案)', () => {
  const on = (day: string, history: readonly PetitionEvent[], backlog = rules.configuration.backlog) =>
    backlogReasonsOf(stateAfter(history), { backlog }, day, stateAfter(history).repeats.length + 1);

  it('has what is as old as the place says, to the day', () => {
    expect(on('2027-03-01', a.routedPetition)).toEqual([]);
    expect(on('2027-03-02', a.routedPetition)).toEqual(['age']);
    expect(on('2027-03-02', a.registeredPetition)).toEqual([]);
    expect(on('2027-03-02', a.sealedPetition)).toEqual([]);
    expect(on('2027-03-02', a.divertedPetition)).toEqual([]);
    expect(on('2027-03-02', a.concludedPetition)).toEqual([]);
    expect(on('2026-03-02', a.routedPetition, { ageDays: 0, timesBrought: 9, source: '' })).toEqual(['age']);
  });

  it('has what was brought so many times', () => {
    const thrice = continued(a.routedPetition, a.link(), a.link({ earlier: '622901007-20250103-AAAAAA' }));
    expect(on(firstDay, thrice)).toEqual(['repeats']);
    expect(on(firstDay, continued(thrice, a.unlink()))).toEqual([]);
  });

  it('has what a person puts on it, also when the file is closed, until he takes it off or it is resolved', () => {
    const listed = continued(a.concludedPetition, ...a.on(a.windowOver, a.designateBacklog()));
    expect(on(a.windowOver, listed)).toEqual(['designated']);
    given(...listed)
      .when(a.designateBacklog())
      .thenRefused('already-decided');
    expect(on(a.windowOver, continued(listed, a.liftBacklog()))).toEqual([]);
    expect(on(a.windowOver, continued(listed, a.confirmResolved()))).toEqual([]);
    given(...a.routedPetition)
      .when(a.liftBacklog())
      .thenRefused('not-the-step');
    given(...a.sealedPetition)
      .when(a.designateBacklog())
      .thenRefused('rule-violated', { basis: 'R30' });
    given(...a.registeredPetition)
      .when(a.designateBacklog())
      .thenRefused('not-the-step');
  });
});
