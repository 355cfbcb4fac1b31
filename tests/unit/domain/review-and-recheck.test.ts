import { describe, expect, it } from 'vitest';
import { defaultConfiguration } from '../../../domain/configuration.ts';
import { finalityOf } from '../../../domain/petition/finality.ts';
import type { PetitionEvent } from '../../../domain/petition/petition.ts';
import { deadlineOf, type RegistrationContent } from '../../../domain/petition/state.ts';
import {
  accept,
  admitReview,
  after,
  approve,
  approveOpinion,
  content,
  continued,
  decideReview,
  draftOpinion,
  everybodyReportsIn,
  firstDay,
  noon,
  officers,
  opinion,
  propose,
  quashedOpinion,
  recheckServed,
  register,
  requestReview,
  reviewAdmitted,
  reviewDecided,
  reviewRequested,
  reviewServed,
  route,
  rules,
  served,
  servedOpinion,
  serveOpinion,
  serveReview,
  stateAfter,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';
import { cancelHearing, recordHearing, scheduleHearing, support, tollWindow } from '../../support/incidents.ts';

const by = officers.rechecker;
const configured = (over: object) => ({ ...rules, configuration: { ...defaultConfiguration, ...over } });
const underRecheck = continued(reviewServed, requestReview(), admitReview({ by }));

/** A petition up to the served opinion, brought by somebody else. */
const servedTo = (changes: Partial<RegistrationContent>): PetitionEvent[] =>
  continued(
    after(register({ content: { ...content, ...changes } })),
    route({ disposition: 'forward' }),
    accept(),
    propose({ assistingUnits: [] }),
    approve(),
    ...everybodyReportsIn('622901-zrzy'),
    draftOpinion(),
    approveOpinion(),
    serveOpinion(),
  );

describe('admission (Art. 35)', () => {
  it('keeps within the original requests', () => {
    given(...servedOpinion)
      .when(requestReview({ requests: [1] }))
      .thenTypes('ReviewRequested');
    given(...servedOpinion)
      .when(requestReview({ requests: [2] }))
      .thenRefused('rule-violated', { pointer: '/requests', basis: 'R35' });
  });

  it('rejects on a listed ground only, and admits on none', () => {
    given(...reviewRequested)
      .when(admitReview({ admitted: false, ground: undefined } as never))
      .thenRefused('rule-violated', { pointer: '/ground' });
    given(...reviewRequested)
      .when(admitReview({ ground: 'already-taken' }))
      .thenRefused('rule-violated', { pointer: '/ground' });
    given(...reviewRequested)
      .when(admitReview({ admitted: false, ground: 'no-specific-request' }))
      .thenState((state) => {
        // The rejection is the answer; the petitioner's own days run on.
        expect(deadlineOf(state, 'review')).toMatchObject({ state: 'met' });
        expect(state.reviews.at(-1)).toMatchObject({ admitted: false });
      });
  });

  it('leaves the petitioner the rest of the 30 days after a rejection', () => {
    const rejected = continued(reviewRequested, admitReview({ admitted: false, ground: 'no-specific-request' }));
    given(...rejected)
      .when(requestReview({ at: noon('2026-04-01') }))
      .thenTypes('ReviewRequested');
    given(...rejected)
      .when(requestReview({ at: noon('2026-04-02') }))
      .thenRefused('out-of-time', { basis: 'R35' });
  });

  it('counts the days from service, not from the opinion', () => {
    const late = continued(
      servedOpinion.slice(0, -1),
      serveOpinion({ service: served('2026-03-20'), at: noon('2026-03-20') }),
    );
    given(...late)
      .when(requestReview({ at: noon('2026-04-20') }))
      .thenTypes('ReviewRequested');
    given(...late)
      .when(requestReview({ at: noon('2026-04-21') }))
      .thenRefused('out-of-time');
  });
});

describe('representatives', () => {
  const group = {
    petitioner: { form: 'joint', representatives: [{ name: '甲' }, { name: '乙' }, { name: '丙' }], headcount: 30 },
  } as const;
  const joint = servedTo(group);
  const reviewed = continued(
    joint,
    requestReview({ representatives: ['甲', '乙'] }),
    admitReview(),
    decideReview(),
    serveReview(),
  );
  const local = configured({ recheckRepresentatives: { source: '《上海市信访事项复查复核办法》' } });

  it('ask for the group; who is none cannot', () => {
    given(...joint)
      .when(requestReview())
      .thenState(({ reviews }) => expect(reviews[0]?.representatives).toEqual(['甲', '乙', '丙']));
    given(...joint)
      .when(requestReview({ representatives: ['丁'] }))
      .thenRefused('rule-violated', { basis: 'R20' });
    given(...servedOpinion)
      .when(requestReview({ representatives: ['甲'] }))
      .thenRefused('rule-violated');
  });

  it('may be others for recheck, since the Regulation does not say that they must be the same', () => {
    given(...reviewed)
      .when(requestReview({ representatives: ['丙'] }))
      .thenTypes('ReviewRequested');
  });

  it('are the same for recheck where a local rule says so, and the refusal names it', () => {
    const refused = () => given(...reviewed).when(requestReview({ representatives: ['丙'] }), local);
    refused().thenRefused('rule-violated', { pointer: '/representatives', basis: 'R36' });
    given(...reviewed)
      .when(requestReview({ representatives: ['乙', '甲'] }), local)
      .thenTypes('ReviewRequested');
  });
});

describe('force majeure', () => {
  it('tolls nothing by the Regulation, and the named days where a local rule is configured', () => {
    const at = noon('2026-03-20');
    given(...servedOpinion)
      .when(tollWindow({ at }))
      .thenRefused('rule-violated', { basis: 'R35' });
    given(...servedOpinion)
      .when(tollWindow({ at }), configured({ forceMajeure: { source: '某省复查复核办法第九条' } }))
      .thenState((state) => {
        // Five days after 1 April is the 6th, Tomb-sweeping Day.
        expect(deadlineOf(state, 'review-request')).toMatchObject({ due: '2026-04-07' });
      });
  });
});

describe('hearings (Art. 31(6), 36)', () => {
  const announced = continued(underRecheck, scheduleHearing());

  it('are announced to the parties the configured days before', () => {
    given(...underRecheck)
      .when(scheduleHearing({ on: '2026-03-09' }))
      .thenTypes('HearingNotified');
    given(...underRecheck)
      .when(scheduleHearing({ on: '2026-03-08' }))
      .thenRefused('rule-violated', { pointer: '/on' });
  });

  it('take their time from the recheck limit: from the notice to the day they are held', () => {
    // Requested on 2 March: due on 1 April. The notice's day is the day of the request and does not count anyway.
    given(...announced)
      .when(recordHearing({ at: noon('2026-03-20') }))
      .thenState((state) => {
        const deadline = deadlineOf(state, 'recheck');
        expect(deadline?.exclusions).toEqual([
          { from: '2026-03-03', to: '2026-03-20', reason: 'hearing', basis: 'R36' },
        ]);
        expect(deadline?.due).toBe('2026-04-20'); // 18 days after 1 April: the 19th is a Sunday
      });
  });

  it('take only the days on which they are held where that is configured', () => {
    given(...announced)
      .when(recordHearing({ at: noon('2026-03-21'), to: '2026-03-21' }), configured({ hearingTime: 'held' }))
      .thenState((state) => expect(deadlineOf(state, 'recheck')?.due).toBe('2026-04-03'));
  });

  it('never take a day twice', () => {
    const second = continued(
      announced,
      recordHearing({ at: noon('2026-03-20') }),
      scheduleHearing({ on: '2026-03-30', at: noon('2026-03-20') }),
      recordHearing({ hearing: 2, from: '2026-03-30', to: '2026-03-30', at: noon('2026-03-30') }),
    );
    expect(deadlineOf(stateAfter(second), 'recheck')?.exclusions?.map(({ from, to }) => [from, to])).toEqual([
      ['2026-03-03', '2026-03-20'],
      ['2026-03-21', '2026-03-30'],
    ]);
  });

  it('take nothing from the review limit', () => {
    const review = continued(reviewAdmitted, scheduleHearing({ by: officers.reviewer }));
    given(...review)
      .when(recordHearing({ at: noon('2026-03-20') }))
      .thenState((state) => {
        expect(deadlineOf(state, 'review')).toMatchObject({ due: '2026-04-01' });
        expect(deadlineOf(state, 'review')).not.toHaveProperty('exclusions');
      });
  });

  it('mend a limit that only looked missed', () => {
    const missed = continued(announced, { type: 'SweepClocks', by: officers.handler, at: noon('2026-04-02') });
    expect(deadlineOf(stateAfter(missed), 'recheck')?.state).toBe('missed');
    given(...missed)
      .when(recordHearing({ at: noon('2026-04-02') }))
      .thenState((state) => expect(deadlineOf(state, 'recheck')?.state).toBe('running'));
  });

  it('are held while the limit runs, by the organ that reviews, once announced', () => {
    given(...underRecheck)
      .when(scheduleHearing({ on: '2026-04-02' }))
      .thenRefused('rule-violated', { pointer: '/on' });
    given(...underRecheck)
      .when(scheduleHearing({ by: officers.handler }))
      .thenRefused('not-your-unit');
    given(...announced)
      .when(scheduleHearing())
      .thenRefused('already-decided');
    given(...announced)
      .when(recordHearing({ from: '2026-03-19', at: noon('2026-03-20') }))
      .thenRefused('rule-violated', { pointer: '/from' });
    given(...announced)
      .when(recordHearing())
      .thenRefused('rule-violated', { pointer: '/to' });
    given(...servedOpinion)
      .when(scheduleHearing())
      .thenRefused('not-the-step', { basis: 'R31(6)' });
  });

  it('come before the decision, unless they are cancelled', () => {
    given(...announced)
      .when(decideReview({ by }))
      .thenRefused('not-the-step', { basis: 'R36' });
    given(...continued(announced, cancelHearing()))
      .when(decideReview({ by }))
      .thenTypes('ReviewDecided');
  });
});

describe('a new decision after a quashed one', () => {
  const redo = (over: object) => draftOpinion({ content: { ...opinion, ...over } });
  const refusedThenQuashed = continued(
    servedOpinion.slice(0, -3),
    redo({ result: 'not-support' }),
    approveOpinion(),
    serveOpinion(),
    requestReview(),
    admitReview(),
    decideReview({ outcome: 'quash' }),
    serveReview(),
  );

  it('does not repeat the result on the same facts', () => {
    given(...refusedThenQuashed)
      .when(redo({ result: 'not-support', answers: ['仍不予支持。', '已公开。'] }))
      .thenRefused('rule-violated', { pointer: '/newFacts' });
    given(...refusedThenQuashed)
      .when(redo({ result: 'explain' }))
      .thenTypes('OpinionDrafted');
    given(...refusedThenQuashed)
      .when(redo({ result: 'not-support', newFacts: '复测结果与原测一致' }))
      .thenTypes('OpinionDrafted');
    given(...refusedThenQuashed)
      .when(redo({ result: 'not-support' }), configured({ redo: undefined }))
      .thenTypes('OpinionDrafted');
  });

  it('can grant more than the quashed one granted, but not the same', () => {
    given(...quashedOpinion)
      .when(redo({}))
      .thenRefused('rule-violated', { pointer: '/newFacts' });
    given(...quashedOpinion)
      .when(redo({ answers: ['补发2.4万元。', '补偿标准已公开。'] }))
      .thenTypes('OpinionDrafted');
  });

  it('has 60 days anew, and the old opinion stays in the file', () => {
    const state = stateAfter(quashedOpinion);
    expect(deadlineOf(state, 'handling')).toMatchObject({ from: firstDay, days: 60, state: 'running' });
    expect(state.opinions[0]).toMatchObject({ quashed: true, answers: opinion.answers });
  });
});

describe('finality (Art. 36)', () => {
  it('comes with the service of the recheck opinion', () => {
    expect(finalityOf(stateAfter(recheckServed), firstDay)).toEqual({
      ground: 'recheck',
      since: firstDay,
      basis: 'R36',
    });
  });

  it('or when the days have passed unused, and names that it did', () => {
    expect(finalityOf(stateAfter(servedOpinion), '2026-04-01')).toBeUndefined();
    expect(finalityOf(stateAfter(servedOpinion), '2026-04-02')).toEqual({
      ground: 'lapsed',
      since: '2026-04-02',
      basis: 'R35',
    });
    expect(finalityOf(stateAfter(reviewServed), '2026-04-02')).toMatchObject({ ground: 'lapsed', basis: 'R36' });
  });

  it('not while a review is under way, nor of a quashed opinion', () => {
    for (const history of [reviewRequested, reviewDecided, quashedOpinion]) {
      expect(finalityOf(stateAfter(history), '2027-01-01')).toBeUndefined();
    }
  });
});

describe('support (Art. 37)', () => {
  it('can be recorded before and after finality', () => {
    for (const history of [servedOpinion, recheckServed]) {
      given(...history)
        .when(support())
        .thenState(({ incidents }) => expect(incidents.support).toHaveLength(1));
    }
    given(...recheckServed)
      .when(support({ on: '2026-03-03' }))
      .thenRefused('rule-violated', { pointer: '/on' });
  });
});
