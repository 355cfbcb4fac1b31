import { describe, expect, it } from 'vitest';
import {
  accept,
  approve,
  approveOpinion,
  draftOpinion,
  everybodyReportsIn,
  noon,
  on,
  opinion,
  propose,
  requestReview,
  route,
  served,
  serveOpinion,
  stateAfter,
} from '../support/builders.ts';
import { given } from '../support/given.ts';
import { command, people } from '../support/intake.ts';
import { cite } from './articles.ts';
import { law, lawWith, limitOf, onFrom, receivedOn } from './cases.ts';

const { path: _none, ...suggestion } = route({ purpose: 'suggestion' });
const sent = onFrom(receivedOn('2026-03-02'), ...on('2026-03-02', suggestion as never));
const accepted = onFrom(sent, ...on('2026-03-02', accept()));
const studied = onFrom(
  accepted,
  ...on('2026-03-09', propose({ assistingUnits: [] }), approve(), ...everybodyReportsIn('622901-zrzy')),
);
const replyWith = (result: 'adopted' | 'partly' | 'not-adopted' | 'support') =>
  draftOpinion({ content: { ...opinion, result } });
const replied = onFrom(
  studied,
  ...on('2026-03-16', replyWith('partly'), approveOpinion(), serveOpinion({ service: served('2026-03-16') })),
);

describe(cite(29), () => {
  it('is answered by adopting in full or in part, or with the reasons for not adopting', () => {
    for (const result of ['adopted', 'partly', 'not-adopted'] as const) {
      given(...studied)
        .when(replyWith(result), law)
        .thenTypes('OpinionDrafted');
    }
    given(...studied)
      .when(replyWith('support'), law)
      .thenRefused('rule-violated', { pointer: '/result', basis: 'R29' });
  });

  it('owes a reply as a document of its own', () =>
    expect(stateAfter(replied).notices.map(({ kind }) => kind)).toContain('reply'));

  it('has no limit by law: the reply is due by the days that a place sets, in working days', () => {
    // 30 working days from 2 March 2026, over Tomb-sweeping (Monday, 6 April).
    expect(limitOf(accepted, 'reply')).toMatchObject({ unit: 'working', days: 30, due: '2026-04-14' });
    given(...sent)
      .when(accept(), lawWith({ suggestionReplyDays: 10 }))
      .thenState((state) => expect(state.deadlines.at(-1)).toMatchObject({ limit: 'reply', due: '2026-03-16' }));
  });

  it('has neither the 60 days nor an extension', () => {
    expect(limitOf(accepted, 'handling')).toBeUndefined();
    given(...accepted)
      .when(command('RequestExtension', people.handler, { days: 10, reason: '情况复杂' }), law)
      .thenRefused('not-the-step', { basis: 'R34' });
  });

  it('has no review', () =>
    given(...replied)
      .when(requestReview({ at: noon('2026-03-17') }), law)
      .thenRefused('rule-violated', { basis: 'R35' }));

  it('ends its clock with the reply', () => expect(limitOf(replied, 'reply')?.state).toBe('met'));
});
