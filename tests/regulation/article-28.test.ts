import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../domain/access/policy.ts';
import { handlings } from '../../domain/petition/routes.ts';
import { describePetitionStep } from '../../domain/workflow/steps.ts';
import { tasksOf } from '../../domain/workflow/tasks.ts';
import {
  acknowledge,
  approve,
  directory,
  divert,
  on,
  propose,
  proposeMediation,
  recuse,
  reportIn,
  route,
  stateAfter,
} from '../support/builders.ts';
import { given } from '../support/given.ts';
import { people } from '../support/intake.ts';
import { cite } from './articles.ts';
import { acceptedOn, law, onFrom, receivedOn } from './cases.ts';

const officer = (id: string, role: string, unit: string) => ({ id, name: '', unit, roles: [role] });
const recused = onFrom(acceptedOn('2026-03-02'), recuse());
const called = onFrom(
  recused,
  ...on(
    '2026-03-03',
    propose({ assistingUnits: [], by: { ...people.handler, id: 'colleague' } }),
    approve(),
    acknowledge(),
  ),
);

describe(cite(28), () => {
  it('bars an officer with a direct interest from acting and from looking', () => {
    const target = { petition: stateAfter(recused) };
    for (const action of ['ProposeAssignment', 'ReadPetition', 'RequestExtension'] as const) {
      expect(decideAccess(officer('handler', 'handler', '622901-zrzy'), action, target, directory)).toMatchObject({
        allowed: false,
        code: 'recused',
      });
    }
  });

  it('leaves the matter to a colleague of the same office', () =>
    expect(
      decideAccess(
        officer('colleague', 'handler', '622901-zrzy'),
        'ProposeAssignment',
        { petition: stateAfter(recused) },
        directory,
      ).allowed,
    ).toBe(true));

  it('names a recused officer for nothing: neither as handler nor as mediator', () => {
    given(...called)
      .when(reportIn({ officer: 'handler' }), law)
      .thenRefused('recused', { pointer: '/officer', basis: 'R28' });
    given(...onFrom(called, recuse({ officer: 'mediator' })))
      .when(proposeMediation(), law)
      .thenRefused('recused', { pointer: '/mediator', basis: 'R28' });
  });

  it('puts nothing of the matter on a recused officer’s worklist', () => {
    const petition = stateAfter(recused);
    const step = { stage: 'assignment', round: 1, step: 'propose' } as const;
    expect(describePetitionStep(petition, step, directory).excluded).toContain('handler');
    for (const { excluded } of tasksOf(petition, directory)) expect(excluded).toContain('handler');
  });

  it('keeps litigation apart: such a matter is led to the procedure of that law and runs on no petition clock', () => {
    expect(handlings[1]).toMatchObject({ answer: 'divert', clock: 'other', remedy: 'procedure' });
    const led = onFrom(receivedOn('2026-03-02'), ...on('2026-03-02', route({ path: 1 }), divert()));
    expect(stateAfter(led).deadlines.some(({ limit }) => limit === 'handling')).toBe(false);
  });
});
