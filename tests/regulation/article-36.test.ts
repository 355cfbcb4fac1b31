import { describe, expect, it } from 'vitest';
import { finalityOf } from '../../domain/petition/finality.ts';
import { linkedMatter } from '../../domain/petition/refusal-grounds.ts';
import {
  admitReview,
  confirmClosing,
  decideReview,
  link,
  noon,
  number,
  officers,
  on,
  register,
  requestClosing,
  requestReview,
  route,
  served,
  serveReview,
  stateAfter,
} from '../support/builders.ts';
import { given, waitsOf } from '../support/given.ts';
import { recordHearing, reopen, scheduleHearing } from '../support/incidents.ts';
import { command, people, proposeRefusal } from '../support/intake.ts';
import { cite } from './articles.ts';
import { dueOf, law, lawWith, limitOf, onFrom, opinionServedOn, sweep } from './cases.ts';

const by = officers.rechecker;
/** The review opinion was served on Friday, 10 April 2026. */
const reviewed = onFrom(
  opinionServedOn('2026-03-02', '2026-03-16'),
  ...on('2026-03-20', requestReview(), admitReview()),
  ...on('2026-04-10', decideReview(), serveReview({ service: served('2026-04-10') })),
);
const asked = onFrom(reviewed, ...on('2026-04-20', requestReview(), admitReview({ by })));
const finished = onFrom(
  asked,
  ...on('2026-05-20', decideReview({ by }), serveReview({ by, service: served('2026-05-20') })),
);
/** Announced on 20 April for 6 May, held on 6 and 7 May. */
const announced = onFrom(asked, scheduleHearing({ on: '2026-05-06', at: noon('2026-04-20') }));
const held = recordHearing({ from: '2026-05-06', to: '2026-05-07', at: noon('2026-05-07') });

/** The same person brings the same matter again, to the centre where it began. */
const repeat = onFrom([], ...on('2026-06-01', register({ number: 'AGAIN' }), link({ earlier: number })));
const noLonger = (earlier = finished) =>
  proposeRefusal(
    { ground: 'after-recheck', earlier: number, linked: linkedMatter(stateAfter(earlier), noon('2026-06-01')) },
    people.officer,
    '2026-06-01',
  );

/** Above the organ whose opinion was rechecked. */
const superior = { id: 'superior', unit: '6229', role: 'supervisor' };

describe(cite(36), () => {
  it('can be asked for until the 30th day after service of the review, a Sunday moved to Monday', () => {
    expect(dueOf(reviewed, 'recheck-request')).toBe('2026-05-11');
    given(...reviewed)
      .when(requestReview({ at: noon('2026-05-11') }), law)
      .thenState((state) => expect(state.reviews.at(-1)).toMatchObject({ level: 'recheck', unit: '6229' }));
    given(...reviewed)
      .when(requestReview({ at: noon('2026-05-12') }), law)
      .thenRefused('out-of-time', { basis: 'R36' });
  });

  it('is given within 30 days of the request', () => expect(dueOf(asked, 'recheck')).toBe('2026-05-20'));

  it('leaves the time of a hearing out: from the notice to its last day', () => {
    // 21 April to 7 May are 17 days: 20 May and 17 days is Saturday, 6 June.
    given(...announced)
      .when(held, law)
      .thenState((state) =>
        expect(state.deadlines.at(-1)).toMatchObject({
          due: '2026-06-08',
          exclusions: [{ from: '2026-04-21', to: '2026-05-07', basis: 'R36' }],
        }),
      );
  });

  it('leaves only the days of the hearing itself out where a place counts so', () =>
    given(...announced)
      .when(held, lawWith({ hearingTime: 'held' }))
      .thenState((state) => expect(state.deadlines.at(-1)?.due).toBe('2026-05-22')));

  it('is not lengthened by a hearing that was announced and never held', () => {
    const cancelled = onFrom(
      announced,
      command('CancelHearing', by, { hearing: 1, reason: '当事人申请' }, '2026-05-05'),
    );
    expect(limitOf(cancelled, 'recheck')).toEqual(limitOf(asked, 'recheck'));
  });

  it('is not lengthened by a hearing after the limit', () => {
    given(...asked)
      .when(scheduleHearing({ on: '2026-05-20', at: noon('2026-05-06') }), law)
      .thenTypes('HearingNotified');
    given(...asked)
      .when(scheduleHearing({ on: '2026-05-21', at: noon('2026-05-06') }), law)
      .thenRefused('rule-violated', { pointer: '/on' });
  });

  it('leaves room for a hearing in its last days, and nobody is late while it is ahead', () => {
    const announced = onFrom(asked, scheduleHearing({ on: '2026-05-25', at: noon('2026-05-18') }));
    given(...announced)
      .when(sweep('2026-05-25'), law)
      .thenState((state) => expect(state.supervisions).toEqual([]));
    given(...announced)
      .when(sweep('2026-05-26'), law)
      .thenState((state) => expect(state.supervisions).toMatchObject([{ ground: 'late', against: '6229' }]));
  });

  it('supervises the rechecking organ when it is late', () =>
    given(...asked)
      .when(sweep('2026-05-21'), law)
      .thenState((state) => expect(state.supervisions).toMatchObject([{ ground: 'late', against: '6229' }])));

  it('is final once it is served, whether it upholds or changes', () => {
    expect(finalityOf(stateAfter(asked), '2026-05-20')).toBeUndefined();
    expect(finalityOf(stateAfter(finished), '2026-05-20')).toEqual({
      ground: 'recheck',
      since: '2026-05-20',
      basis: 'R36',
    });
    given(...finished)
      .when(requestReview({ at: noon('2026-05-21') }), law)
      .thenRefused('rule-violated', { basis: 'R36' });
  });

  it('sends the matter back instead when it quashes: the way to review is open anew', () => {
    const quashed = onFrom(
      asked,
      ...on('2026-05-20', decideReview({ by, outcome: 'quash' }), serveReview({ by, service: served('2026-05-20') })),
    );
    expect(finalityOf(stateAfter(quashed), '2026-05-20')).toBeUndefined();
    expect(waitsOf(stateAfter(quashed))).toEqual(['closure/draft']);
    expect(linkedMatter(stateAfter(quashed), noon('2026-06-01')).recheckFinished).toBe(false);
  });

  it('does not accept the same facts and reasons again after recheck', () =>
    given(...repeat)
      .when(noLonger(), law)
      .thenState((state) => expect(state.intake.refusal).toMatchObject({ kind: 'no-longer-accepted' })));

  it('accepts them again while recheck is not finished', () =>
    given(...repeat)
      .when(noLonger(asked), law)
      .thenRefused('rule-violated', { pointer: '/earlier', basis: 'R36' }));

  it('accepts them again when the matter was reopened after recheck', () => {
    const reopened = onFrom(
      finished,
      ...on('2026-05-21', requestClosing(), confirmClosing()),
      ...on('2026-05-25', reopen({ ground: 'error', by: superior })),
    );
    given(...onFrom(finished, ...on('2026-05-21', requestClosing(), confirmClosing())))
      .when({ ...reopen({ ground: 'error' }), at: noon('2026-05-25') }, law)
      .thenRefused('not-your-unit', { basis: 'R36' });
    expect(finalityOf(stateAfter(reopened), '2026-06-01')).toBeUndefined();
    given(...repeat)
      .when(noLonger(reopened), law)
      .thenRefused('rule-violated', { pointer: '/earlier', basis: 'R36' });
  });

  it('forwards claimed new facts: the competent organ judges whether they are new', () => {
    const claimed = onFrom(
      repeat,
      command('ClaimNewFacts', people.receptionist, { claim: '新的测量报告' }, '2026-06-01'),
    );
    given(...claimed)
      .when(noLonger(), law)
      .thenRefused('rule-violated', { basis: 'R36' });
    const sent = onFrom(claimed, ...on('2026-06-01', route()));
    const judged = (isNew: boolean) =>
      onFrom(sent, command('JudgeNewFacts', people.handler, { isNew, reason: '经核对' }, '2026-06-02'));
    const byOrgan = { ...noLonger(), by: people.handler };
    given(...sent)
      .when(byOrgan, law)
      .thenRefused('rule-violated', { basis: 'R36' });
    given(...judged(true))
      .when(byOrgan, law)
      .thenRefused('rule-violated', { basis: 'R36' });
    given(...judged(false))
      .when(byOrgan, law)
      .thenTypes('RefusalProposed');
  });

  it('has another person decide that the matter is no longer accepted, and tells the petitioner', () => {
    const proposed = onFrom(repeat, noLonger());
    const linked = linkedMatter(stateAfter(finished), noon('2026-06-01'));
    given(...proposed)
      .when(command('ApproveRefusal', people.officer, { linked }, '2026-06-01'), law)
      .thenRefused('own-proposal');
    given(...proposed)
      .when(command('ApproveRefusal', people.townshipLeader, { linked }, '2026-06-01'), law)
      .thenState((state) => expect(state.notices.at(-1)).toMatchObject({ kind: 'no-longer-accepted' }));
  });
});
