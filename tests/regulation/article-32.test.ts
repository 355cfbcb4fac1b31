import { describe, expect, it } from 'vitest';
import { opinionResults } from '../../domain/petition/routes.ts';
import {
  approve,
  approveOpinion,
  draftOpinion,
  everybodyReportsIn,
  noon,
  on,
  opinion,
  propose,
  returnOpinion,
  served,
  serveOpinion,
  stateAfter,
} from '../support/builders.ts';
import { given, waitsOf } from '../support/given.ts';
import { people } from '../support/intake.ts';
import { cite } from './articles.ts';
import { acceptedOn, law, onFrom } from './cases.ts';

const investigated = onFrom(
  acceptedOn('2026-03-02'),
  ...on('2026-03-09', propose({ assistingUnits: [] }), approve(), ...everybodyReportsIn('622901-zrzy')),
);
const drafted = onFrom(investigated, ...on('2026-03-16', draftOpinion()));
const approved = onFrom(drafted, ...on('2026-03-17', approveOpinion()));
const serve = (day: string, over: Parameters<typeof served>[1] = {}) =>
  serveOpinion({ at: noon(day), service: served(day, over) });

describe(cite(32), () => {
  it('supports, explains, or does not support', () => {
    expect(opinionResults.opinion).toEqual(['support', 'explain', 'not-support']);
    given(...investigated)
      .when(draftOpinion({ content: { ...opinion, result: 'adopted' } }), law)
      .thenRefused('rule-violated', { pointer: '/result', basis: 'R32' });
  });

  it('answers every request: neither one less nor one more', () => {
    for (const answers of [['补发。'], ['补发。', '公开。', '道歉。']]) {
      given(...investigated)
        .when(draftOpinion({ content: { ...opinion, answers } }), law)
        .thenRefused('rule-violated', { pointer: '/answers', basis: 'R32' });
    }
  });

  it('rests on a law or rule that it names', () =>
    given(...investigated)
      .when(draftOpinion({ content: { ...opinion, legalBasis: [] } }), law)
      .thenRefused('rule-violated', { pointer: '/legalBasis', basis: 'R32' }));

  it('states facts, reasons and legal basis, and tells of review by the organ above within 30 days', () =>
    given(...investigated)
      .when(draftOpinion(), law)
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

  it('is approved by somebody who did not draft it', () => {
    given(...drafted)
      .when(approveOpinion({ by: people.handler }), law)
      .thenRefused('own-proposal');
    given(...drafted)
      .when(approveOpinion(), law)
      .thenTypes('OpinionApproved');
  });

  it('keeps a draft that was sent back, and asks for another one', () => {
    const returned = stateAfter(onFrom(drafted, ...on('2026-03-17', returnOpinion())));
    expect(returned.opinions).toHaveLength(1);
    expect(waitsOf(returned)).toEqual(['closure/draft']);
  });

  it('is served on the day of its approval at the earliest', () => {
    given(...approved)
      .when({ ...serve('2026-03-16'), at: noon('2026-03-17') }, law)
      .thenRefused('rule-violated', { pointer: '/servedOn' });
    given(...approved)
      .when(serve('2026-03-17'), law)
      .thenTypes('OpinionServed');
  });

  it('counts a service that nobody signed for only with a witness', () => {
    given(...approved)
      .when(serve('2026-03-17', { method: 'left-with-witness' }), law)
      .thenRefused('rule-violated', { pointer: '/witness' });
    given(...approved)
      .when(serve('2026-03-17', { method: 'left-with-witness', witness: '村干部李某' }), law)
      .thenState((state) =>
        expect(state.deadlines.at(-1)).toMatchObject({ limit: 'review-request', from: '2026-03-17' }),
      );
  });

  it('is not served in advance', () =>
    given(...approved)
      .when({ ...serve('2026-03-18'), at: noon('2026-03-17') }, law)
      .thenRefused('rule-violated', { pointer: '/servedOn' }));
});
