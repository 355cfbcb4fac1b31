import { describe, expect, it } from 'vitest';
import {
  accept,
  acceptedPetition,
  acknowledge,
  approve,
  approvedOpinion,
  approveOpinion,
  continued,
  draftedOpinion,
  draftOpinion,
  noon,
  officers,
  on,
  opinion,
  outcomesRecorded,
  propose,
  registeredPetition,
  reportIn,
  returnOpinion,
  route,
  served,
  servedOpinion,
  serveOpinion,
  started,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';

describe('the opinion (信访处理意见书)', () => {
  it('answers every request and tells the remedy', () =>
    given(...outcomesRecorded)
      .when(draftOpinion())
      .thenEvents({
        type: 'OpinionDrafted',
        data: {
          ...opinion,
          by: 'handler',
          unit: '622901-zrzy',
          remedy: { limitDays: 30, reviewUnit: '622901', basis: 'R35' },
          basis: 'R32',
        },
      }));

  it.each([[[]], [['只答一项']], [['一', '二', '三']]])(
    'is refused when it does not answer each request: %j',
    (answers) =>
      given(...outcomesRecorded)
        .when(draftOpinion({ content: { ...opinion, answers } }))
        .thenRefused('rule-violated', { pointer: '/answers', basis: 'R32' }),
  );

  it('is not drafted before the departments have reported', () =>
    given(...acceptedPetition)
      .when(draftOpinion())
      .thenRefused('not-the-step'));

  it('is not approved or returned by whoever drafted it', () => {
    given(...draftedOpinion)
      .when(approveOpinion({ by: officers.handler }))
      .thenRefused('own-proposal');
    given(...draftedOpinion)
      .when(returnOpinion({ by: officers.handler }))
      .thenRefused('own-proposal');
  });

  it('returned: a new round keeps what the departments found', () => {
    given(...draftedOpinion)
      .when(returnOpinion())
      .thenWaitsFor('closure/draft');
    given(...draftedOpinion)
      .when(returnOpinion())
      .thenState(({ progress, opinions }) => {
        expect(progress.closure?.[1]?.carried).toEqual(['outcome#622901-zjj', 'outcome#622901-sfj']);
        expect(opinions).toHaveLength(1);
      });
  });

  it('a new version never erases the old', () =>
    given(...continued(draftedOpinion, returnOpinion()))
      .when(draftOpinion({ content: { ...opinion, result: 'explain' } }))
      .thenState(({ opinions }) => expect(opinions.map(({ result }) => result)).toEqual(['support', 'explain'])));
});

describe('serving the opinion', () => {
  it("starts the petitioner's 30 days on the day of service", () =>
    given(...approvedOpinion)
      .when(serveOpinion({ at: noon('2026-03-06'), service: served('2026-03-05') }))
      .thenEvents({
        type: 'OpinionServed',
        data: {
          method: 'in-person',
          servedOn: '2026-03-05',
          // The thirtieth day, 4 April, is a Saturday before a holiday.
          deadlines: [started('review-request', '2026-03-05', '2026-04-07')],
        },
      }));

  it('left with nobody who signed needs a witness', () => {
    given(...approvedOpinion)
      .when(serveOpinion({ service: served('2026-03-02', { method: 'left-with-witness' }) }))
      .thenRefused('rule-violated', { pointer: '/witness' });
    given(...approvedOpinion)
      .when(serveOpinion({ service: served('2026-03-02', { method: 'left-with-witness', witness: '李四' }) }))
      .thenTypes('OpinionServed');
  });

  it('does not lie in the future', () =>
    given(...approvedOpinion)
      .when(serveOpinion({ service: served('2026-03-03') }))
      .thenRefused('rule-violated', { pointer: '/servedOn' }));

  it('does not lie before the approval: it would take days from the petitioner', () =>
    given(...continued(draftedOpinion, ...on('2026-03-20', approveOpinion())))
      .when(serveOpinion({ at: noon('2026-03-20'), service: served('2026-03-19') }))
      .thenRefused('rule-violated', { pointer: '/servedOn' }));

  it('comes after the approval', () => {
    given(...draftedOpinion)
      .when(serveOpinion())
      .thenRefused('not-the-step');
    given(...servedOpinion)
      .when(serveOpinion())
      .thenRefused('already-decided');
  });
});

describe('an answer outside Art. 31(6)', () => {
  const { path: _, ...suggestion } = route({ purpose: 'suggestion' });

  it.each([
    ['path 5', route({ path: 5 }), { ...opinion, result: 'performed' }, 'R31(5)'],
    ['a suggestion', suggestion, { ...opinion, result: 'adopted' }, 'R29'],
  ] as const)('to %s promises no review and starts no window for it', (_name, routed, content, basis) => {
    const reported = continued(
      registeredPetition,
      ...[routed, accept(), propose({ assistingUnits: [] }), approve(), acknowledge(), reportIn()],
    );
    given(...reported)
      .when(draftOpinion({ content }))
      .thenEvents({ type: 'OpinionDrafted', data: { ...content, by: 'handler', unit: '622901-zrzy', basis } });
    given(...continued(reported, draftOpinion({ content }), approveOpinion()))
      .when(serveOpinion())
      .thenEvents({ type: 'OpinionServed', data: { ...served('2026-03-02'), deadlines: [] } });
  });
});
