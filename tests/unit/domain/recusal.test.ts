import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../../domain/access/policy.ts';
import type { Officer } from '../../../domain/access/roles.ts';
import { decide } from '../../../domain/petition/petition.ts';
import type { StreamWrite } from '../../../domain/ports.ts';
import { petitionWrite } from '../../../functions/shared/stream-writes.ts';
import {
  accept,
  after,
  directory,
  noon,
  number,
  officers,
  propose,
  recuse,
  register,
  route,
  rules,
  stateAfter,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';

const at = noon('2026-03-04');
const proposed = after(register(), route(), accept(), propose());
const recused = [...proposed, ...decide(recuse({ officer: 'leader', at }), stateAfter(proposed), rules)];
const lift = { type: 'LiftRecusal', by: officers.officer, at, officer: 'leader', reason: '并无利害关系' } as const;
const colleague: Officer = { id: 'second-officer', name: '', unit: '622901007-zx', roles: ['petition-officer'] };
const keptFrom = ({ changed = [] }: StreamWrite) =>
  changed.find(({ step }) => step === 'assignment#1#approve')?.excluded;
const may = (officer: Officer, named: string) =>
  decideAccess(officer, 'LiftRecusal', { petition: stateAfter(recused), named }, directory).allowed;

describe('a recusal (Art. 28)', () => {
  it('keeps an officer from a step that waits, besides those it was kept from already', () => {
    const write = petitionWrite(
      stateAfter(proposed),
      decide(recuse({ officer: 'leader', at }), stateAfter(proposed), rules),
      number,
      at,
      officers.officer,
      rules,
    );
    expect(keptFrom(write)).toEqual(['leader', 'handler']);
  });

  it('is lifted where it was declared without ground, and the author of what waits stays kept from it', () => {
    const events = decide(lift, stateAfter(recused), rules);
    const write = petitionWrite(stateAfter(recused), events, number, at, officers.officer, rules);
    expect(keptFrom(write)).toEqual(['handler']);
  });

  it('cannot be lifted where there is none', () => {
    given(...proposed)
      .when(lift)
      .thenRefused('not-the-step', { pointer: '/officer' });
  });

  it('is lifted by the office in charge or the one above it, never by the officer himself', () => {
    expect(may(colleague, 'leader')).toBe(true);
    expect(may({ ...colleague, id: 'leader' }, 'leader')).toBe(false);
    expect(may({ ...colleague, unit: '622901-zjj' }, 'leader')).toBe(false);
  });

  it('leaves somebody who can decide: the leaders of a government above', () => {
    const above: Officer = { id: 'county-leader', name: '', unit: '6229', roles: ['leader'] };
    expect(decideAccess(above, 'ApproveAssignment', { petition: stateAfter(recused) }, directory).allowed).toBe(true);
  });
});
