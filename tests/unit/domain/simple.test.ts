import { describe, expect, it } from 'vitest';
import type { PetitionCommand, PetitionEvent } from '../../../domain/petition/petition.ts';
import {
  accept,
  content,
  continued,
  link,
  noon,
  register,
  registeredPetition,
  route,
  stateAfter,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';
import { continuedIn, rulesWith } from '../../support/intake.ts';

const local = rulesWith([], { simpleProcedure: { acceptDays: 3, answerDays: 10, source: '某州简易办理规定' } });
const simple = accept({ simple: true });
const routedTo = (over: Parameters<typeof route>[0] = {}, history: readonly PetitionEvent[] = registeredPetition) =>
  continuedIn(local, history, route(over));
const suggestion = (): PetitionCommand => {
  const { path: _, ...rest } = route({ purpose: 'suggestion' });
  return rest as PetitionCommand;
};

describe('the simple procedure 简易办理', () => {
  it('is off unless a place names the rule that it follows', () =>
    given(...routedTo())
      .when(simple)
      .thenRefused('rule-violated', { pointer: '/simple', basis: 'R34' }));

  it('adds its working days to the limit of the law, which runs all the same', () =>
    given(...routedTo())
      .when(simple, local)
      .thenState(({ deadlines, intake }) => {
        expect(intake.simple).toBe(true);
        expect(deadlines.slice(-2)).toMatchObject([
          { limit: 'handling', days: 60, basis: 'R34' },
          { limit: 'simple-answer', days: 10, unit: 'working', basis: '某州简易办理规定', due: '2026-03-16' },
        ]);
      }));

  it('is open to a suggestion', () =>
    given(...continuedIn(local, registeredPetition, suggestion()))
      .when(simple, local)
      .thenState(({ deadlines }) =>
        expect(deadlines.slice(-2).map(({ limit }) => limit)).toEqual(['reply', 'simple-answer']),
      ));

  it('is chosen within its days for acceptance', () => {
    given(...routedTo())
      .when({ ...simple, at: noon('2026-03-05') }, local)
      .thenTypes('PetitionAccepted');
    given(...routedTo())
      .when({ ...simple, at: noon('2026-03-06') }, local)
      .thenRefused('rule-violated', { pointer: '/simple', basis: '某州简易办理规定' });
  });

  it.each([
    ['a procedure of its own (Art. 31(5))', routedTo({ path: 5 }), 'R31(5)'],
    ['a hand-over with a report due', routedTo({ disposition: 'hand-over', reportDue: '2026-05-20' }), 'R22(3)'],
    [
      'a joint petition',
      routedTo(
        {},
        continuedIn(
          local,
          [],
          register({
            content: { ...content, petitioner: { form: 'joint', representatives: [{ name: '张三' }], headcount: 3 } },
          }),
        ),
      ),
      'R20',
    ],
    ['a repeat', routedTo({}, continued(registeredPetition, link())), '某州简易办理规定'],
  ])('is not for %s', (_, history, basis) =>
    given(...history)
      .when(simple, local)
      .thenRefused('rule-violated', { pointer: '/simple', basis }),
  );

  it('is never forced: without asking for it the ordinary limits run alone', () =>
    expect(stateAfter(continuedIn(local, routedTo(), accept())).deadlines.map(({ limit }) => limit)).not.toContain(
      'simple-answer',
    ));
});
