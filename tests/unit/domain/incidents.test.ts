import { describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import { defaultConfiguration } from '../../../domain/configuration.ts';
import { requireNotedInTime } from '../../../domain/petition/attempts.ts';
import { decide, evolve, type PetitionEvent, statusOf } from '../../../domain/petition/petition.ts';
import { isSettled, registrationOfPart } from '../../../domain/petition/splitting.ts';
import { deadlineOf, initialPetition, reviewWindow } from '../../../domain/petition/state.ts';
import { petitionerView } from '../../../domain/petition/views.ts';
import { waitingSteps } from '../../../domain/workflow/flow.ts';
import { openStages } from '../../../domain/workflow/progress.ts';
import { describePetitionStep } from '../../../domain/workflow/steps.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import { petitionWrite } from '../../../functions/shared/stream-writes.ts';
import {
  acceptedPetition,
  after,
  allIn,
  approvedAssignment,
  approvedOpinion,
  closingRequested,
  concludedPetition,
  confirmClosing,
  content,
  continued,
  directory,
  draftOpinion,
  everybodyReportsIn,
  firstDay,
  link,
  noon,
  number,
  officers,
  on,
  opinion,
  outcomesRecorded,
  propose,
  proposedAssignment,
  proposedMediation,
  register,
  registeredPetition,
  requestReview,
  reviewRequested,
  route,
  routedPetition,
  rules,
  sealedPetition,
  served,
  servedOpinion,
  serveOpinion,
  stateAfter,
  stored,
  windowOver,
} from '../../support/builders.ts';
import { given, waitsOf } from '../../support/given.ts';
import {
  attempt,
  changeRepresentatives,
  decideAfterDeath,
  decideWithdrawal,
  heirs,
  noteChild,
  publishByCode,
  recordDeath,
  reopen,
  retractWithdrawal,
  split,
  support,
  transfer,
  withdraw,
} from '../../support/incidents.ts';

const tasks = (history: readonly PetitionEvent[]) =>
  tasksOf(stateAfter(history), directory)
    .filter(({ step }) => step !== 'serve-notice')
    .map(({ step, audience, due, excluded }) => ({ step, audience, due, excluded }));
const joint = after(
  register({
    content: { ...content, petitioner: { form: 'joint', representatives: [{ name: '甲' }], headcount: 30 } },
  }),
);
const anonymous = (history: 'served' | 'approved') => {
  const [first, ...rest] = history === 'served' ? servedOpinion : approvedOpinion;
  const registered = first as Extract<PetitionEvent, { type: 'PetitionRegistered' }>;
  const registration = { ...registered.data.registration, petitioner: { form: 'anonymous' } } as const;
  return [{ ...registered, data: { ...registered.data, registration } }, ...rest];
};

describe('withdrawal (撤回)', () => {
  const requested = continued(acceptedPetition, withdraw());
  const withdrawn = continued(requested, decideWithdrawal());

  it('states reasons and how it was made sure that it is voluntary', () => {
    given(...acceptedPetition)
      .when(withdraw())
      .thenTypes('WithdrawalRequested');
    given(...acceptedPetition)
      .when(withdraw({ voluntariness: undefined } as never))
      .thenRefused('rule-violated', { pointer: '/voluntariness' });
    // With the code nobody else has to say it.
    given(...acceptedPetition)
      .when(withdraw({ by: officers.petitioner, voluntariness: undefined } as never))
      .thenTypes('WithdrawalRequested');
  });

  it('waits for the petition office, but not for whoever took it down', () => {
    expect(tasks(continued(registeredPetition, withdraw({ by: officers.officer })))).toEqual([
      {
        step: 'decide-withdrawal',
        audience: 'petition-officer@622901007-zx',
        due: '9999-12-31',
        excluded: ['officer'],
      },
    ]);
    given(...continued(registeredPetition, withdraw({ by: officers.officer })))
      .when(decideWithdrawal())
      .thenRefused('own-proposal');
    given(...requested)
      .when(withdraw())
      .thenRefused('already-decided');
    given(...acceptedPetition)
      .when(decideWithdrawal())
      .thenRefused('not-the-step');
  });

  it.each([
    ['registration', registeredPetition],
    ['routing', routedPetition],
    ['assignment', approvedAssignment],
    ['mediation', proposedMediation],
    ['the opinion', servedOpinion],
    ['review', reviewRequested],
  ])('during %s ends every open round and every running limit', (_, history) => {
    const before = stateAfter(continued(history, withdraw()));
    const state = stateAfter(continued(history, withdraw(), decideWithdrawal()));
    expect(openStages(state.progress)).toEqual([]);
    expect(state.deadlines.filter((each) => each.state === 'running')).toEqual([]);
    expect(statusOf(state)).toBe('withdrawn');
    const events = decide(decideWithdrawal(), before, rules);
    const { signals } = petitionWrite(before, events, number, noon(firstDay), officers.officer, rules);
    expect(signals.map(({ kind, stage }) => `${kind} ${stage}`)).toEqual(
      openStages(before.progress).map((each) => `stop ${each.split('#')[0] ?? ''}`),
    );
  });

  it('ends the waiting for an extension and for itself', () => {
    const waiting = continued(
      acceptedPetition,
      {
        type: 'RequestExtension',
        by: officers.handler,
        at: noon(firstDay),
        days: 10,
        reason: '复杂',
      },
      withdraw(),
    );
    expect(tasks(waiting).map(({ step }) => step)).toEqual(['decide-extension', 'decide-withdrawal']);
    expect(tasks(continued(waiting, decideWithdrawal()))).toEqual([]);
  });

  it('can be refused or taken back: the matter goes on as if nothing had been', () => {
    for (const command of [decideWithdrawal({ consented: false }), retractWithdrawal()]) {
      const history = continued(requested, command);
      expect(waitsOf(stateAfter(history))).toEqual(waitsOf(stateAfter(acceptedPetition)));
      expect(tasks(history)).toEqual([]);
      given(...history)
        .when(withdraw())
        .thenTypes('WithdrawalRequested');
    }
  });

  it('does not stop an accusation', () => {
    given(...sealedPetition)
      .when(withdraw())
      .thenRefused('rule-violated', { basis: 'R30' });
    expect(petitionerView(stateAfter(sealedPetition), stored(sealedPetition), directory).actions).toEqual([]);
    // One that was asked for before it was known to be an accusation waits for nobody any more.
    const accusation = { ...route({ purpose: 'accusation', competentUnit: '622901-jw' }), path: undefined } as never;
    expect(tasks(continued(registeredPetition, withdraw(), accusation)).map(({ step }) => step)).toEqual([
      'take-over-accusation',
    ]);
  });

  it('leaves nothing to handle, but support, links and supervision', () => {
    given(...withdrawn)
      .when(propose())
      .thenRefused('not-the-step');
    given(...withdrawn)
      .when(support())
      .thenTypes('SupportRecorded');
    given(...withdrawn)
      .when(link())
      .thenTypes('RepeatLinked');
    given(...concludedPetition)
      .when(withdraw())
      .thenRefused('not-the-step');
  });

  it('is no disadvantage: the same matter can be registered again and counts as it would have', () => {
    given()
      .when(register({ number: 'AGAIN' }))
      .thenTypes('PetitionRegistered');
    expect(stateAfter(withdrawn).intake.refusals).toBe(0);
  });
});

describe('death of the petitioner', () => {
  const dead = continued(acceptedPetition, recordDeath());

  it('offers the heirs to continue within the configured days; the handling limit runs on', () => {
    const state = stateAfter(dead);
    expect(deadlineOf(state, 'heirs-continuation')).toMatchObject({ days: 60, kind: 'right', due: '2026-05-06' });
    expect(deadlineOf(state, 'handling')).toEqual(deadlineOf(stateAfter(acceptedPetition), 'handling'));
    expect(tasks(dead)).toEqual([
      { step: 'decide-after-death', audience: 'petition-officer@622901007-zx', due: '2026-05-06', excluded: [] },
    ]);
  });

  it('lets heirs continue under their own names; nothing is begun anew', () => {
    given(...dead)
      .when(heirs())
      .thenState((state) => {
        expect(state.registration?.petitioner).toMatchObject({ person: { name: '张小三' } });
        expect(deadlineOf(state, 'heirs-continuation')?.state).toBe('met');
        expect(waitsOf(state)).toEqual(waitsOf(stateAfter(acceptedPetition)));
        expect(tasksOf(state, directory).some(({ step }) => step === 'decide-after-death')).toBe(false);
      });
    given(...acceptedPetition)
      .when(heirs())
      .thenRefused('not-the-step');
    given(...dead)
      .when(heirs({ petitioner: { form: 'anonymous' } }))
      .thenRefused('rule-violated');
  });

  it('ends the matter only after the offered time, or when all heirs have renounced', () => {
    given(...dead)
      .when(decideAfterDeath({ at: noon('2026-05-06') }))
      .thenRefused('not-the-step');
    given(...dead)
      .when(decideAfterDeath({ at: noon('2026-05-07') }))
      .thenState((state) => {
        expect(statusOf(state)).toBe('ended');
        expect(openStages(state.progress)).toEqual([]);
      });
    given(...dead)
      .when(decideAfterDeath({ renounced: true }))
      .thenTypes('DecidedAfterDeath');
  });

  it('lets what is of public interest go on without anybody: the answer is then read with the code', () => {
    const alone = continued(dead, decideAfterDeath({ decision: 'go-on' }));
    expect(tasks(alone)).toEqual([]);
    expect(stateAfter(alone).incidents.nobody).toBe(true);
    given(...alone)
      .when(attempt())
      .thenRefused('rule-violated');
    given(...continued(sealedPetition, recordDeath()))
      .when(decideAfterDeath({ renounced: true }))
      .thenRefused('rule-violated', { basis: 'R30' });
  });

  it('of one of several is a change of representatives', () => {
    given(...joint)
      .when(recordDeath())
      .thenRefused('rule-violated', { basis: 'R20' });
    given(...dead)
      .when(recordDeath())
      .thenRefused('already-decided');
    given(...acceptedPetition)
      .when(recordDeath({ diedOn: '2026-03-03' }))
      .thenRefused('rule-violated', { pointer: '/diedOn' });
  });
});

describe('changed representatives (Art. 20)', () => {
  it('act with new authority of the group; the former ones stay in the history', () => {
    given(...joint)
      .when(changeRepresentatives())
      .thenState(({ registration }) =>
        expect(registration?.petitioner).toEqual({
          form: 'joint',
          representatives: [{ name: '李四' }, { name: '王五' }],
          headcount: 30,
        }),
      );
  });

  it('are at most five, of a group', () => {
    const six = ['1', '2', '3', '4', '5', '6'].map((name) => ({ name }));
    given(...joint)
      .when(changeRepresentatives({ representatives: six }))
      .thenRefused('too-many-representatives', { pointer: '/representatives/5', basis: 'R20' });
    given(...joint)
      .when(changeRepresentatives({ headcount: 1 } as never))
      .thenRefused('rule-violated', { pointer: '/headcount' });
    given(...registeredPetition)
      .when(changeRepresentatives())
      .thenRefused('rule-violated', { basis: 'R20' });
  });
});

describe('loss of contact', () => {
  const days = ['2026-03-02', '2026-03-04', '2026-03-06'];
  const tried = continued(approvedOpinion, ...days.map((day) => attempt({ on: day, at: noon(day) })));
  const published = continued(tried, publishByCode({ at: noon('2026-03-06') }));
  const publication = (servedOn: string) =>
    serveOpinion({ service: served(servedOn, { method: 'published' }), at: noon(servedOn) });

  it('asks for attempts on as many days as configured before anything is published', () => {
    given(...tried.slice(0, -1))
      .when(publishByCode())
      .thenRefused('rule-violated');
    const twice = continued(approvedOpinion, ...days.map(() => attempt()));
    given(...twice)
      .when(publishByCode())
      .thenRefused('rule-violated');
    given(...tried)
      .when(publishByCode())
      .thenTypes('PublishedByCode');
  });

  it('takes an attempt in vain only near the day on which it was made: one afternoon makes no three', () => {
    const [first = '', , last = ''] = days;
    const noted = (on: string, today: string, reached = false) => attempt({ on, reached, at: noon(today) });
    given(...approvedOpinion)
      .when(noted(first, plusDays(first, 1)))
      .thenTypes('ContactAttempted');
    given(...approvedOpinion)
      .when(noted(first, plusDays(first, 2)))
      .thenRefused('rule-violated', { pointer: '/on' });
    // Whoever was reached was reached, whenever it is noted.
    given(...approvedOpinion)
      .when(noted(first, last, true))
      .thenTypes('ContactAttempted');
    // Whatever is configured: of as many as are asked for one day at least is another.
    const until = (attempts: number, days: number) => {
      const configuration = {
        attemptRecords: { days, source: 'test' },
        lostContact: { ...defaultConfiguration.lostContact, attempts },
      };
      const allowed = (today: string) => {
        try {
          requireNotedInTime(first, today, configuration);
          return true;
        } catch {
          return false;
        }
      };
      return [...Array(9).keys()].findLast((late) => allowed(plusDays(first, late)));
    };
    expect([until(3, 1), until(3, 30), until(5, 30), until(2, 30), until(1, 30)]).toEqual([1, 1, 3, 0, 0]);
    // What was recorded before the rule stands, and counts.
    const before = ['2026-03-01', first, last].map((on) => ({
      type: 'ContactAttempted' as const,
      data: { on, method: '电话', reached: false, account: '无人接听', by: 'handler' },
    }));
    given(...approvedOpinion, ...before)
      .when(publishByCode({ at: noon(last) }))
      .thenTypes('PublishedByCode');
  });

  it('begins again when the petitioner was reached', () => {
    given(...continued(tried, attempt({ reached: true, on: '2026-03-06', at: noon('2026-03-06') })))
      .when(publishByCode())
      .thenRefused('rule-violated');
  });

  it('lets the answer be read with the code from then on, and counts it as received only after the configured time', () => {
    const view = petitionerView(stateAfter(published), stored(published), directory);
    expect(view).toMatchObject({ opinions: [{ publishedOn: '2026-03-06', result: 'support' }] });
    expect(view.actions).not.toContain('request-review');
    given(...published)
      .when(publication('2026-04-04'))
      .thenRefused('rule-violated', { pointer: '/servedOn' });
    given(...published)
      .when(publication('2026-04-05'))
      .thenState((state) => expect(reviewWindow(state)).toMatchObject({ from: '2026-04-05' }));
  });

  it('is not served by publication without one', () => {
    given(...tried)
      .when(publication('2026-04-05'))
      .thenRefused('not-the-step', { pointer: '/method' });
    given(...published)
      .when(publishByCode())
      .thenRefused('already-decided');
    given(...routedPetition)
      .when(publishByCode())
      .thenRefused('not-the-step');
  });

  it('is not asked of an anonymous petitioner, whose only way back is the code', () => {
    given(...anonymous('approved'))
      .when(publishByCode())
      .thenTypes('PublishedByCode');
    given(...anonymous('approved'))
      .when(attempt())
      .thenRefused('rule-violated');
  });
});

describe('transfer when jurisdiction changes', () => {
  it('lets the new unit inherit everything; the clock runs on', () => {
    given(...proposedAssignment)
      .when(transfer())
      .thenState((state) => {
        expect(state.route?.competentUnit).toBe('622901-zjj');
        expect(deadlineOf(state, 'handling')).toEqual(deadlineOf(stateAfter(proposedAssignment), 'handling'));
        expect(waitsOf(state)).toEqual(['assignment/approve']);
      });
    given(...outcomesRecorded)
      .when(transfer({ to: '622901-jw' }))
      .thenState((state) => {
        expect(state.assignment?.leadUnit).toBe('622901-jw');
        expect(waitsOf(state)).toEqual(['closure/draft']);
      });
  });

  it('leaves a review under way with the organ that reviews', () => {
    const moved = stateAfter(continued(reviewRequested, transfer()));
    const audiences = waitingSteps(moved.progress).map(
      (ref) => `${ref.step}: ${describePetitionStep(moved, ref, directory).audience}`,
    );
    expect(audiences).toEqual(['request-closing: handler@622901-zjj', 'admit: handler@622901']);
  });

  it('to a unit that is in already, when it was the last that was waited for: the work begins', () => {
    const others = continued(approvedAssignment, ...everybodyReportsIn('622901-zjj', '622901-sfj'));
    given(...others)
      .when(transfer({ to: '622901-zjj' }))
      .thenWaitsFor('closure/outcome/622901-sfj');
    given(...continued(approvedAssignment, ...everybodyReportsIn('622901-zjj')))
      .when(transfer({ to: '622901-zjj' }))
      .thenWaitsFor('assignment/report-in/622901-sfj');
  });

  it('begins anew what the former unit had asked for itself', () => {
    const asked = continued(acceptedPetition, {
      type: 'RequestExtension',
      by: officers.handler,
      at: noon(firstDay),
      days: 10,
      reason: '复杂',
    });
    expect(tasks(continued(asked, transfer()))).toEqual([]);
  });

  it('happens while the matter is handled, to another unit', () => {
    given(...routedPetition)
      .when(transfer())
      .thenRefused('not-the-step', { basis: 'R24' });
    given(...concludedPetition)
      .when(transfer())
      .thenRefused('not-the-step');
    given(...acceptedPetition)
      .when(transfer({ to: '622901-zrzy' }))
      .thenRefused('rule-violated', { pointer: '/to' });
    given(...acceptedPetition)
      .when(transfer({ to: 'nowhere' }))
      .thenRefused('unknown-unit', { pointer: '/to' });
  });
});

describe('several requests, split into parts', () => {
  const parent = continued(registeredPetition, split());

  it('leave the parent its number and the rest; each part is a petition of its own from the same day of receipt', () => {
    const state = stateAfter(parent);
    expect(state.registration?.requests).toEqual(['补发征地补偿款']);
    const registered = registrationOfPart(
      stateAfter(registeredPetition),
      { number: 'PART-1', requests: [1], subject: '公开补偿标准', facts: '至今未公开。' },
      rules,
    );
    const child = evolve(initialPetition, registered);
    expect(child.registration).toMatchObject({
      parent: number,
      requests: ['公开补偿标准'],
      facts: '至今未公开。',
      receivedOn: firstDay,
    });
    expect(deadlineOf(child, 'forward')).toEqual(deadlineOf(stateAfter(registeredPetition), 'forward'));
    expect(waitsOf(child)).toEqual(['intake/triage']);
    // Each organ accepts and answers its part.
    given(registered).when(split()).thenRefused('rule-violated');
  });

  it('are made of requests that are there, each once, and never of all of them', () => {
    const parts = (...requests: number[][]) =>
      split({
        parts: requests.map((each, i) => ({ number: `PART-${String(i)}`, requests: each, subject: '一', facts: '二' })),
      });
    given(...registeredPetition)
      .when(parts([2]))
      .thenRefused('rule-violated', { pointer: '/parts' });
    given(...registeredPetition)
      .when(parts([1], [1]))
      .thenRefused('rule-violated', { pointer: '/parts' });
    given(...registeredPetition)
      .when(parts([]))
      .thenRefused('rule-violated', { pointer: '/parts' });
    given(...registeredPetition)
      .when(parts([0], [1]))
      .thenRefused('rule-violated', { pointer: '/parts' });
    given(...routedPetition)
      .when(split())
      .thenRefused('already-decided');
  });

  it('close before the parent does', () => {
    const asked = [...closingRequested];
    asked.splice(1, 0, ...decide(split(), stateAfter(registeredPetition), rules));
    const confirm = confirmClosing({ at: noon(windowOver) });
    given(...asked)
      .when(confirm)
      .thenRefused('not-the-step', { basis: 'R24' });
    given(...continued(asked, noteChild()))
      .when(confirm)
      .thenTypes('PetitionConcluded');
    given(...continued(asked, noteChild(), noteChild({ settled: false })))
      .when(confirm)
      .thenRefused('not-the-step');
    // Said twice, it is noted once.
    given(...continued(asked, noteChild()))
      .when(noteChild())
      .thenEvents();
  });

  it('count as settled when nothing of them is under way any more, in whatever way that came', () => {
    for (const history of [
      concludedPetition,
      sealedPetition,
      continued(registeredPetition, withdraw(), decideWithdrawal()),
    ]) {
      expect(isSettled(stateAfter(history))).toBe(true);
    }
    for (const history of [registeredPetition, servedOpinion]) expect(isSettled(stateAfter(history))).toBe(false);
  });

  it('are never the accusation, which stays with the text that tells of it', () => {
    const child = registrationOfPart(
      stateAfter(registeredPetition),
      { number: 'PART-1', requests: [1], subject: '一', facts: '二' },
      rules,
    );
    const accusation = { ...route({ purpose: 'accusation', competentUnit: '622901-jw' }), path: undefined } as never;
    given(child).when(accusation).thenRefused('rule-violated', { pointer: '/purpose', basis: 'R30' });
    given(...parent)
      .when(accusation)
      .thenTypes('PetitionRouted');
  });

  it('need as many answers as requests stay with the parent', () => {
    const history = [...outcomesRecorded];
    history.splice(1, 0, ...decide(split(), stateAfter(registeredPetition), rules));
    given(...history)
      .when(draftOpinion())
      .thenRefused('rule-violated', { pointer: '/answers' });
    given(...history)
      .when(draftOpinion({ content: { ...opinion, answers: ['补发1.2万元。'] } }))
      .thenTypes('OpinionDrafted');
  });
});

describe('reopening a wrong closure', () => {
  const reopened = continued(concludedPetition, reopen({ at: noon('2026-05-11') }));

  it('opens a new round of closing with 60 days anew; the old opinion stays in the file and binds nobody', () => {
    const state = stateAfter(reopened);
    expect(waitsOf(state)).toEqual(['closure/draft']);
    expect(statusOf(state)).toBe('in-progress');
    expect(deadlineOf(state, 'handling')).toMatchObject({ from: '2026-05-11', due: '2026-07-10', state: 'running' });
    expect(state.opinions).toEqual([expect.objectContaining({ setAside: 'reopened', result: 'support' })]);
    given(...reopened)
      .when(requestReview({ at: noon('2026-05-12') }))
      .thenRefused('not-the-step');
    // What departments have found stands.
    expect(state.progress.closure?.at(-1)?.carried).toEqual(['outcome#622901-zjj', 'outcome#622901-sfj']);
  });

  it('says who has ordered it', () => {
    const authority = (unit: string) =>
      (
        continued(concludedPetition, reopen({ by: { ...officers.leader, unit } })).at(-1) as {
          data: { authority: string };
        }
      ).data.authority;
    expect(authority('622901')).toBe('self-correction');
    expect(authority('622901-xfj')).toBe('superior');
  });

  it('has review and recheck of the new opinion, also after a recheck of the old one', () => {
    const again = continued(
      reopened,
      ...on('2026-05-20', draftOpinion()),
      { type: 'ApproveOpinion', by: officers.leader, at: noon('2026-05-20') },
      serveOpinion({ service: served('2026-05-21'), at: noon('2026-05-21') }),
    );
    given(...again)
      .when(requestReview({ at: noon('2026-05-22') }))
      .thenState(({ reviews }) => expect(reviews.at(-1)).toMatchObject({ level: 'review', opinion: 2 }));
  });

  it('is for closed matters', () => {
    given(...allIn)
      .when(reopen())
      .thenRefused('not-the-step');
    expect(defaultConfiguration.suspensions).toEqual([]);
  });
});
