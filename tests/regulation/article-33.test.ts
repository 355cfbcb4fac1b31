import { describe, expect, it } from 'vitest';
import {
  agreement,
  approve,
  approveOpinion,
  confirmationRequest,
  consent,
  draftAgreement,
  draftOpinion,
  endMediation,
  everybodyReportsIn,
  mark,
  minute,
  noon,
  on,
  propose,
  proposeMediation,
  requestClosing,
  served,
  serveOpinion,
  stateAfter,
} from '../support/builders.ts';
import { given, waitsOf } from '../support/given.ts';
import { cite } from './articles.ts';
import { acceptedOn, dueOf, law, limitOf, onFrom, receivedOn } from './cases.ts';

const day = '2026-03-09';
const assigned = onFrom(
  acceptedOn('2026-03-02'),
  ...on(day, propose({ assistingUnits: [] }), approve(), ...everybodyReportsIn('622901-zrzy')),
);
const proposed = onFrom(assigned, ...on(day, proposeMediation()));
const agreed = onFrom(
  proposed,
  ...on(day, consent(), consent({ party: 'village' }), minute({ heldOn: day }), draftAgreement()),
);
const marks = (...names: readonly string[]) => names.map((name) => mark({ mark: name, on: day }));
const unsigned = onFrom(agreed, ...on(day, ...marks('zhang', 'mediator', 'committee-seal')));
const signed = onFrom(unsigned, ...on(day, mark({ mark: 'village', on: day })));

describe(cite(33), () => {
  it('mediates appeals only, and only with both sides at the table', () => {
    given(...receivedOn('2026-03-02'))
      .when(proposeMediation(), law)
      .thenRefused('rule-violated', { basis: 'R33' });
    given(...assigned)
      .when(proposeMediation({ parties: [{ id: 'zhang', name: '张三', kind: 'petitioner' }] }), law)
      .thenRefused('rule-violated', { pointer: '/parties', basis: 'R33' });
  });

  it('does not begin before the last side has consented', () => {
    const half = onFrom(proposed, ...on(day, consent()));
    expect(waitsOf(stateAfter(half))).toContain('mediation/consent');
    given(...half)
      .when(minute({ heldOn: day, at: noon(day) }), law)
      .thenRefused('not-the-step');
  });

  it('ends when one side says no, and leaves every other way open', () =>
    given(...proposed)
      .when(consent({ party: 'village', consents: false, at: noon(day) }), law)
      .thenState((state) => {
        expect(state.mediations.at(-1)?.ended).toBe('refused');
        expect(waitsOf(state)).toEqual(['closure/draft']);
      }));

  it('is no agreement while one party has not signed', () => {
    expect(stateAfter(unsigned).mediations.at(-1)?.agreement?.effectiveOn).toBeUndefined();
    given(...unsigned)
      .when(confirmationRequest({ on: day, at: noon(day) }), law)
      .thenRefused('not-the-step');
  });

  it('is none either without the mediator or the committee’s seal', () => {
    for (const missing of ['mediator', 'committee-seal']) {
      const others = ['zhang', 'village', 'mediator', 'committee-seal'].filter((each) => each !== missing);
      const without = stateAfter(onFrom(agreed, ...on(day, ...marks(...others))));
      expect(without.mediations.at(-1)?.agreement?.effectiveOn).toBeUndefined();
    }
  });

  it('takes effect on the day of the last mark, in whatever order they came into the file', () => {
    const later = onFrom(
      agreed,
      ...on('2026-03-12', mark({ mark: 'zhang', on: '2026-03-12' }), ...marks('village', 'mediator', 'committee-seal')),
    );
    expect(stateAfter(later).mediations.at(-1)?.agreement?.effectiveOn).toBe('2026-03-12');
  });

  it('promises nobody’s way to court or to petition away', () =>
    given(...onFrom(proposed, ...on(day, consent(), consent({ party: 'village' }), minute({ heldOn: day }))))
      .when(draftAgreement({ content: { ...agreement, terms: '张三承诺不再上访。' } }), law)
      .thenRefused('agreement-bars-remedies', { pointer: '/terms' }));

  it('lets both sides ask the court within 30 days of its effect', () => {
    expect(dueOf(signed, 'judicial-confirmation')).toBe('2026-04-08');
    given(...signed)
      .when(confirmationRequest({ on: '2026-04-08', at: noon('2026-04-08') }), law)
      .thenTypes('ConfirmationRequested');
    given(...signed)
      .when(confirmationRequest({ on: '2026-04-09', at: noon('2026-04-09') }), law)
      .thenRefused('out-of-time', { pointer: '/on', basis: 'M33' });
  });

  it('stops none of the 60 days', () =>
    expect(limitOf(signed, 'handling')).toEqual(limitOf(acceptedOn('2026-03-02'), 'handling')));

  it('is performed before the matter is closed, or ended with its reason', () => {
    const answered = onFrom(
      signed,
      ...on(day, draftOpinion(), approveOpinion(), serveOpinion({ service: served(day) })),
    );
    const at = noon('2026-04-20');
    given(...answered)
      .when(requestClosing({ at }), law)
      .thenRefused('not-the-step', { basis: 'M31' });
    given(...onFrom(answered, endMediation({ at })))
      .when(requestClosing({ at }), law)
      .thenTypes('ClosingRequested');
  });
});
