import { describe, expect, it } from 'vitest';
import type { PetitionCommand } from '../../../domain/petition/petition.ts';
import { handlingOf, type OpinionResult, opinionResults } from '../../../domain/petition/routes.ts';
import { hasReview } from '../../../domain/petition/state.ts';
import {
  accept,
  approve,
  approveOpinion,
  continued,
  divert,
  draftOpinion,
  everybodyReportsIn,
  opinion,
  propose,
  registeredPetition,
  requestReview,
  route,
  rules,
  serveOpinion,
  stateAfter,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';
import { continuedIn, rulesWith, serveAcceptance } from '../../support/intake.ts';

const withoutPath = (command: ReturnType<typeof route>): PetitionCommand => {
  const { path: _, ...rest } = command;
  return rest as PetitionCommand;
};
const suggestion = withoutPath(route({ purpose: 'suggestion' }));
const ready = (routed: PetitionCommand) =>
  continued(
    registeredPetition,
    routed,
    accept(),
    serveAcceptance(),
    propose({ assistingUnits: [] }),
    approve(),
    ...everybodyReportsIn('622901-zrzy'),
  );
const draft = (result: OpinionResult) => draftOpinion({ content: { ...opinion, result } });

describe('a suggestion (Art. 29)', () => {
  it('runs on the configured working days and never on the 60 days', () =>
    given(...continued(registeredPetition, suggestion))
      .when(accept())
      .thenState(({ deadlines }) => {
        expect(deadlines.at(-1)).toMatchObject({
          limit: 'reply',
          basis: 'R29',
          days: 30,
          unit: 'working',
          state: 'running',
        });
        expect(deadlines.some(({ limit }) => limit === 'handling')).toBe(false);
      }));

  it.each(opinionResults.reply)('is replied to: %s', (result) =>
    given(...ready(suggestion))
      .when(draft(result))
      .thenState(({ opinions }) => expect(opinions.at(-1)?.result).toBe(result)),
  );

  it.each(['support', 'performed'] as const)('is not answered with the result of another class: %s', (result) =>
    given(...ready(suggestion))
      .when(draft(result))
      .thenRefused('rule-violated', { pointer: '/result', basis: 'R29' }),
  );

  it('rests on Art. 29 and not on Art. 32, names no review and starts no window for one', () => {
    const answered = continued(ready(suggestion), draft('partly'), approveOpinion(), serveOpinion());
    expect(answered.find(({ type }) => type === 'OpinionDrafted')?.data).toMatchObject({ basis: 'R29' });
    expect(answered.find(({ type }) => type === 'OpinionDrafted')?.data).not.toHaveProperty('remedy');
    expect(stateAfter(answered).deadlines.filter(({ state }) => state === 'running')).toEqual([]);
    given(...answered)
      .when(requestReview())
      .thenRefused('rule-violated', { basis: 'R35' });
  });
});

describe('path 5 (Art. 31(5)): perform or answer', () => {
  const five = route({ path: 5 });

  it('has no clock of ours unless a place has set one, with its source', () => {
    expect(stateAfter(continued(registeredPetition, five, accept())).deadlines.at(-1)?.limit).toBe('objection');
    const local = rulesWith([], { performOrAnswer: { days: 20, source: '某省规定' } });
    expect(stateAfter(continuedIn(local, registeredPetition, five, accept())).deadlines.at(-1)).toMatchObject({
      limit: 'perform-or-answer',
      basis: '某省规定',
      days: 20,
      unit: 'working',
    });
  });

  it.each(opinionResults.performance)('is answered: %s, on Art. 31(5), without review', (result) => {
    const answered = continued(ready(five), draft(result), approveOpinion(), serveOpinion());
    expect(answered.find(({ type }) => type === 'OpinionDrafted')?.data).toMatchObject({ basis: 'R31(5)' });
    expect(hasReview(stateAfter(answered))).toBe(false);
  });

  it('is not answered by an opinion of the petition procedure', () =>
    given(...ready(five))
      .when(draft('support'))
      .thenRefused('rule-violated', { pointer: '/result', basis: 'R31(5)' }));
});

describe('path 6 (Art. 31(6))', () => {
  it.each(['adopted', 'answered'] as const)('is not answered with: %s', (result) =>
    given(...ready(route()))
      .when(draft(result))
      .thenRefused('rule-violated', { pointer: '/result', basis: 'R32' }),
  );

  it('is the only way with the 60 days, and the only one with review', () => {
    const ways = [
      { purpose: 'suggestion' },
      { purpose: 'accusation' },
      ...([1, 2, 3, 4, 5, 6] as const).map((path) => ({ purpose: 'appeal', path }) as const),
    ] as const;
    for (const way of ways) {
      const { clock, remedy, notices } = handlingOf(way);
      const six = 'path' in way && way.path === 6;
      expect([clock === 'law', remedy === 'review']).toEqual([six, six]);
      expect(notices).toContain('receipt');
    }
  });
});

describe('paths 1 to 4', () => {
  it.each([1, 2, 3, 4] as const)('path %i: diverted with its procedure, organ and remedy; a notice is owed', (path) =>
    given(...continued(registeredPetition, route({ path })))
      .when(divert())
      .thenState(({ notices, deadlines }) => {
        expect(notices.map(({ kind }) => kind)).toEqual(['receipt', 'forwarding', 'diversion']);
        expect(deadlines.filter(({ state }) => state === 'running').map(({ limit }) => limit)).toEqual(['notify']);
      }),
  );

  it('path 1 at a political-legal organ: its notices follow its own rules (Art. 23)', () => {
    const court = rulesWith([
      { id: '622901-zfw', name: '政法委', kind: 'political-legal', level: 'county', parent: '622901' },
    ]);
    const routed = continuedIn(court, registeredPetition, route({ path: 1, competentUnit: '622901-zfw' }));
    expect(stateAfter(routed).deadlines.map(({ limit }) => limit)).toEqual(['forward', 'objection']);
    expect(rules.units.get('622901-zfw')).toBeUndefined();
  });
});
