import { describe, expect, it } from 'vitest';
import { foldPetition, statusOf } from '../../../domain/petition/petition.ts';
import {
  admitReview,
  approvedOpinion,
  approveOpinion,
  concludedPetition,
  continued,
  decideReview,
  noon,
  officers,
  on,
  quashedOpinion,
  recheckServed,
  redraftOpinion,
  requestReview,
  reviewAdmitted,
  reviewDecided,
  reviewRequested,
  reviewServed,
  served,
  servedOpinion,
  serveOpinion,
  serveReview,
  started,
} from '../../support/builders.ts';
import { given, waitsOf } from '../../support/given.ts';

const byRechecker = { by: officers.rechecker };

describe('review (复查, Art. 35)', () => {
  it('is asked of the next higher organ and answered within 30 days', () =>
    given(...servedOpinion)
      .when(requestReview({ at: noon('2026-03-10') }))
      .thenEvents({
        type: 'ReviewRequested',
        data: {
          level: 'review',
          unit: '622901',
          grounds: '面积仍有误',
          on: '2026-03-10',
          basis: 'R35',
          deadlines: [started('review', '2026-03-10', '2026-04-09')],
        },
      }));

  it('is possible on the thirtieth day and not after', () => {
    given(...servedOpinion)
      .when(requestReview({ at: noon('2026-04-01') }))
      .thenTypes('ReviewRequested');
    given(...servedOpinion)
      .when(requestReview({ at: noon('2026-04-02') }))
      .thenRefused('out-of-time', { basis: 'R35' });
  });

  it('counts the day of the request, not the day on which the desk enters it', () =>
    given(...servedOpinion)
      .when(requestReview({ at: noon('2026-04-20'), requestedOn: '2026-04-01' }))
      .thenTypes('ReviewRequested'));

  it('moves a last day of rest to the first working day after it', () => {
    // Served on 5 March: the thirtieth day is Saturday 4 April, Monday is Tomb-sweeping.
    const served5 = continued(approvedOpinion, serveOpinion({ at: noon('2026-03-05'), service: served('2026-03-05') }));
    given(...served5)
      .when(requestReview({ at: noon('2026-04-07') }))
      .thenTypes('ReviewRequested');
    given(...served5)
      .when(requestReview({ at: noon('2026-04-08') }))
      .thenRefused('out-of-time');
  });

  it('needs a day between service and today', () => {
    given(...servedOpinion)
      .when(requestReview({ requestedOn: '2026-03-01' }))
      .thenRefused('rule-violated', { pointer: '/requestedOn' });
    given(...servedOpinion)
      .when(requestReview({ requestedOn: '2026-03-03' }))
      .thenRefused('rule-violated', { pointer: '/requestedOn' });
  });

  it('needs an opinion that was served', () =>
    given(...approvedOpinion)
      .when(requestReview())
      .thenRefused('not-the-step'));

  it('runs once at a time', () =>
    given(...reviewRequested)
      .when(requestReview())
      .thenRefused('already-decided'));

  it('is possible although the petition was concluded early', () =>
    given(...concludedPetition)
      .when(requestReview({ at: noon('2026-04-03'), requestedOn: '2026-04-01' }))
      .thenWaitsFor('review/admit'));

  it('that is not admitted ends, and may be asked for again in time', () => {
    const rejected = continued(reviewRequested, admitReview({ admitted: false }));
    given(...reviewRequested)
      .when(admitReview({ admitted: false }))
      .thenWaitsFor('closure/request-closing');
    given(...rejected)
      .when(requestReview({ at: noon('2026-03-20') }))
      .thenState(({ reviews }) => expect(reviews.map(({ level }) => level)).toEqual(['review', 'review']));
  });

  it('is admitted, decided and served in this order', () => {
    given(...reviewRequested)
      .when(decideReview())
      .thenRefused('not-the-step');
    given(...reviewAdmitted)
      .when(serveReview())
      .thenRefused('not-the-step');
    given(...reviewAdmitted)
      .when(admitReview())
      .thenRefused('already-decided');
    given(...reviewDecided)
      .when(serveReview())
      .thenEvents({
        type: 'ReviewServed',
        data: {
          ...served('2026-03-02'),
          deadlines: [started('recheck-request', '2026-03-02', '2026-04-01')],
        },
      });
  });

  it('is not served before it was decided', () => {
    const decided = continued(reviewAdmitted, ...on('2026-03-20', decideReview()));
    given(...decided)
      .when(serveReview({ at: noon('2026-03-20'), service: served('2026-03-19') }))
      .thenRefused('rule-violated', { pointer: '/servedOn' });
  });
});

describe('recheck (复核, Art. 36)', () => {
  it('is asked of the organ above the reviewing organ', () =>
    given(...reviewServed)
      .when(requestReview())
      .thenState(({ reviews }) =>
        expect(reviews.at(-1)).toEqual({ level: 'recheck', unit: '6229', requestedOn: '2026-03-02', opinion: 1 }),
      ));

  it('is possible within 30 days from service of the review', () => {
    given(...reviewServed)
      .when(requestReview({ at: noon('2026-04-01') }))
      .thenTypes('ReviewRequested');
    given(...reviewServed)
      .when(requestReview({ at: noon('2026-04-02') }))
      .thenRefused('out-of-time', { basis: 'R36' });
  });

  it('stays recheck when a first request was not admitted', () =>
    given(...continued(reviewServed, requestReview(), admitReview({ admitted: false, ...byRechecker })))
      .when(requestReview())
      .thenState(({ reviews }) => expect(reviews.at(-1)?.level).toBe('recheck')));

  it('is final: nothing follows', () => {
    given(...recheckServed)
      .when(requestReview())
      .thenRefused('rule-violated', { basis: 'R36' });
    const decided = continued(reviewServed, requestReview(), admitReview(byRechecker), decideReview(byRechecker));
    given(...decided)
      .when(serveReview(byRechecker))
      .thenEvents({ type: 'ReviewServed', data: { ...served('2026-03-02'), deadlines: [] } });
  });
});

describe('a quashed opinion', () => {
  it('is decided anew within a new 60 days; what departments found still stands', () => {
    const decided = continued(reviewAdmitted, decideReview({ outcome: 'quash' }));
    given(...decided)
      .when(serveReview())
      .thenWaitsFor('closure/draft');
    given(...decided)
      .when(serveReview({ at: noon('2026-03-10'), service: served('2026-03-10') }))
      .thenState((petition) => {
        expect(petition.deadlines.at(-1)).toMatchObject({ limit: 'handling', from: '2026-03-10' });
        expect(petition.opinions).toMatchObject([{ quashed: true, servedOn: '2026-03-02' }]);
        expect(statusOf(petition)).toBe('in-progress');
      });
  });

  it('reopens a concluded petition', () => {
    const asked = continued(
      concludedPetition,
      ...on(
        '2026-04-03',
        requestReview({ requestedOn: '2026-04-01' }),
        admitReview(),
        decideReview({ outcome: 'quash' }),
      ),
      serveReview({ at: noon('2026-04-03'), service: served('2026-04-03') }),
    );
    const petition = foldPetition(asked as never);
    expect(petition.concludedOn).toBeUndefined();
    expect(waitsOf(petition)).toEqual(['closure/draft']);
  });

  it('is not reviewed again: there is nothing to review until the new one is served', () => {
    given(...quashedOpinion)
      .when(requestReview())
      .thenRefused('not-the-step');
    given(...continued(quashedOpinion, redraftOpinion(), approveOpinion()))
      .when(requestReview())
      .thenRefused('not-the-step');
  });

  it('redone and served, review is open anew at the first level', () =>
    given(...continued(quashedOpinion, redraftOpinion(), approveOpinion(), serveOpinion()))
      .when(requestReview())
      .thenState(({ reviews }) => expect(reviews.at(-1)).toMatchObject({ level: 'review', unit: '622901' })));

  it('on recheck is redone as well', () => {
    const quashed = continued(
      reviewServed,
      ...[requestReview(), admitReview(byRechecker), decideReview({ outcome: 'quash', ...byRechecker })],
    );
    given(...quashed)
      .when(serveReview(byRechecker))
      .thenWaitsFor('closure/draft');
  });
});
