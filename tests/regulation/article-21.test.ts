import { describe, expect, it } from 'vitest';
import { remedies } from '../../domain/notices/remedies.ts';
import { noticeRules } from '../../domain/notices/rules.ts';
import { channels } from '../../domain/petition/state.ts';
import { content, link, noon, rate, stateAfter } from '../support/builders.ts';
import { given, waitsOf } from '../support/given.ts';
import { cite } from './articles.ts';
import { acceptedOn, law, lawWith, onFrom, opinionServedOn, receivedOn } from './cases.ts';

const answered = opinionServedOn('2026-03-02', '2026-03-16');
const rated = (over: Parameters<typeof rate>[0] = {}) => rate({ at: noon('2026-03-17'), ...over });

describe(cite(21), () => {
  it('owes a receipt with the query code for every channel', () => {
    for (const channel of channels) {
      expect(stateAfter(receivedOn('2026-03-02', { content: { ...content, channel } })).notices).toMatchObject([
        { kind: 'receipt', owedSince: '2026-03-02' },
      ]);
    }
    expect(remedies[noticeRules.receipt.remedy].basis).toContain('R21');
  });

  it('lets the petitioner rate office and organ, each for itself, once the opinion is served', () => {
    given(...acceptedOn('2026-03-02'))
      .when(rated(), law)
      .thenRefused('not-the-step', { basis: 'R21' });
    given(...answered)
      .when(rated({ petitionOffice: 'satisfied', organ: 'dissatisfied' }), law)
      .thenState(({ rating }) => expect(rating).toEqual({ petitionOffice: 'satisfied', organ: 'dissatisfied' }));
  });

  it('lets a rating stand', () =>
    given(...onFrom(answered, rated()))
      .when(rated({ organ: 'satisfied' }), law)
      .thenRefused('already-decided'));

  it('checks the work after a low rating, and does not hear the matter again', () => {
    const before = waitsOf(stateAfter(answered));
    given(...answered)
      .when(rated({ organ: 'dissatisfied' }), law)
      .thenState((state) => {
        expect(state.qualityCheck).toBe('open');
        expect(waitsOf(state)).toEqual(before);
      });
    given(...answered)
      .when(rated(), law)
      .thenState((state) => expect(state.qualityCheck).toBeUndefined());
  });

  it('takes a rating on the last configured day, and not on the day after', () => {
    // 180 days after 16 March 2026.
    given(...answered)
      .when(rated({ at: noon('2026-09-12') }), law)
      .thenTypes('PetitionRated');
    given(...answered)
      .when(rated({ at: noon('2026-09-13') }), law)
      .thenRefused('out-of-time');
  });

  it('lets repeats be rated, unless a rule that says otherwise is named', () => {
    const repeat = onFrom(answered, link());
    given(...repeat)
      .when(rated(), law)
      .thenTypes('PetitionRated');
    given(...repeat)
      .when(rated(), lawWith({ rateFirstOnly: { source: '信访事项满意度评价办法' } }))
      .thenRefused('rule-violated');
  });
});
