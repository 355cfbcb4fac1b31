import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../../domain/access/policy.ts';
import type { Unit } from '../../../domain/organisation/unit.ts';
import { statusOf } from '../../../domain/petition/petition.ts';
import { describePetitionStep } from '../../../domain/workflow/steps.ts';
import {
  accept,
  content,
  directory,
  noon,
  objectToRouting,
  register,
  route,
  stateAfter,
} from '../../support/builders.ts';
import { given, waitsOf } from '../../support/given.ts';
import { command, continuedIn, people, redirect, rulesWith } from '../../support/intake.ts';

/** A land office below the county's bureau. */
const office: Unit = {
  id: '622901007-zrs',
  name: '自然资源所',
  kind: 'department',
  level: 'township',
  parent: '622901-zrzy',
};
const rules = rulesWith([office]);
const person = { name: '张三', address: '某村1号' };
const brought = (petitioner: typeof content.petitioner = { form: 'individual', person }, channel = content.channel) =>
  continuedIn(rules, [], register({ by: people.landOfficer, content: { ...content, channel, petitioner } }));
const received = brought();
const own = route({ by: people.landOfficer, disposition: 'own', competentUnit: '622901-zrzy' });
const below = route({ by: people.landOfficer, competentUnit: office.id, at: noon('2026-03-05') });

describe('an organ that receives a matter directly (Art. 23)', () => {
  it('owes the notice within 15 days of receipt, and triages itself', () => {
    const state = stateAfter(received);
    expect(state.deadlines).toMatchObject([{ limit: 'notify', basis: 'R23', from: '2026-03-02', due: '2026-03-17' }]);
    expect(describePetitionStep(state, { stage: 'intake', round: 1, step: 'triage' }, directory)).toMatchObject({
      audience: 'petition-officer@622901-zrzy',
      due: '2026-03-17',
    });
    const officer = { id: 'o', name: '', unit: '622901-zrzy', roles: ['petition-officer'] };
    expect(decideAccess(officer, 'RoutePetition', { petition: state }, directory).allowed).toBe(true);
    expect(
      decideAccess({ ...officer, unit: '622901-xfj' }, 'RoutePetition', { petition: state }, directory).allowed,
    ).toBe(false);
  });

  it('keeps what is its own: the clock from receipt goes on, and nobody objects', () => {
    const kept = continuedIn(rules, received, own);
    expect(stateAfter(kept).deadlines.map(({ limit, from, state }) => [limit, from, state])).toEqual([
      ['notify', '2026-03-02', 'running'],
    ]);
    given(...kept)
      .when(objectToRouting(), rules)
      .thenRefused('rule-violated', { basis: 'R23' });
    given(...kept)
      .when(accept(), rules)
      .thenWaitsFor('assignment/propose');
  });

  it('forwards within its system: it owes the notice of where, and the new organ’s clocks start', () => {
    const sent = continuedIn(rules, received, below);
    const clocks = (history: typeof sent) =>
      stateAfter(history).deadlines.map(({ limit, from, state }) => [limit, from, state]);
    expect(stateAfter(sent).notices.at(-1)).toMatchObject({ kind: 'forwarding', unit: '622901-zrzy' });
    expect(clocks(sent)).toEqual([
      ['notify', '2026-03-02', 'running'],
      ['notify', '2026-03-05', 'running'],
      ['objection', '2026-03-05', 'running'],
    ]);
    const service = { method: 'in-person', servedOn: '2026-03-06' } as const;
    const told = command('ServeNotice', people.landOfficer, { notice: 'forwarding-1', service }, '2026-03-06');
    expect(clocks(continuedIn(rules, sent, told))).toEqual([
      ['notify', '2026-03-02', 'met'],
      ['notify', '2026-03-05', 'running'],
      ['objection', '2026-03-05', 'running'],
    ]);
    given(...sent)
      .when(command('SweepClocks', people.officer, {}, '2026-03-18'), rules)
      .thenState(({ supervisions }) => expect(supervisions.map(({ against }) => against)).toEqual(['622901-zrzy']));
  });

  it('forwards nothing outside its system', () =>
    given(...received)
      .when(route({ by: people.landOfficer, competentUnit: '622901-zjj' }), rules)
      .thenRefused('rule-violated', { pointer: '/competentUnit', basis: 'R23' }));

  it('tells the petitioner whom to address, and a written notice is owed within the 15 days', () => {
    const told = continuedIn(rules, received, redirect());
    const state = stateAfter(told);
    expect(waitsOf(state)).toEqual([]);
    expect(statusOf(state)).toBe('redirected');
    expect(state.notices.at(-1)).toMatchObject({ kind: 'redirection', unit: '622901-zrzy' });
    expect(state.notices.at(-1)?.servedOn).toBeUndefined();
    expect(state.deadlines[0]).toMatchObject({ limit: 'notify', state: 'running' });
  });

  it('told on the spot in writing: the limit is met', () =>
    given(...received)
      .when(redirect({ onTheSpot: true }), rules)
      .thenState(({ deadlines }) => expect(deadlines[0]).toMatchObject({ limit: 'notify', state: 'met' })));

  it('owes no written notice where nobody can be written to', () =>
    given(...brought({ form: 'anonymous' } as never))
      .when(redirect(), rules)
      .thenState(({ notices, deadlines }) => {
        expect(notices.at(-1)).toMatchObject({ kind: 'redirection', exception: 'unreachable' });
        expect(deadlines[0]).toMatchObject({ limit: 'notify', state: 'met' });
      }));

  it('runs overdue like any other duty, and supervision opens against the organ', () =>
    given(...received)
      .when(command('SweepClocks', people.officer, {}, '2026-03-18'), rules)
      .thenState(({ supervisions }) =>
        expect(supervisions).toMatchObject([{ ground: 'late', against: '622901-zrzy' }]),
      ));
});

describe('a petition office', () => {
  const atOffice = continuedIn(rules, [], register());

  it('forwards instead of redirecting (Art. 22)', () =>
    given(...atOffice)
      .when(redirect({}, people.officer), rules)
      .thenRefused('rule-violated', { basis: 'R22' }));

  it('guides a visitor with a litigation matter to the political-legal organ (Art. 22)', () =>
    given(...atOffice)
      .when(redirect({ litigation: true, onTheSpot: true }, people.officer), rules)
      .thenState((state) => {
        expect(statusOf(state)).toBe('redirected');
        expect(state.deadlines[0]).toMatchObject({ limit: 'forward', state: 'met' });
      }));

  it('forwards a letter with a litigation matter all the same', () =>
    given(...continuedIn(rules, [], register({ content: { ...content, channel: 'letter' } })))
      .when(redirect({ litigation: true }, people.officer), rules)
      .thenRefused('rule-violated', { basis: 'R22' }));
});
