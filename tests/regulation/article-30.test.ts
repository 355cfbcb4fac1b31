import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../domain/access/policy.ts';
import { type Role, roles } from '../../domain/access/roles.ts';
import { tasksOf } from '../../domain/workflow/tasks.ts';
import { content, directory, on, route, stateAfter, units } from '../support/builders.ts';
import { given, waitsOf } from '../support/given.ts';
import { decideAfterDeath, recordDeath, withdraw } from '../support/incidents.ts';
import { cite } from './articles.ts';
import { law, onFrom, receivedOn, sweep } from './cases.ts';

const { path: _none, ...accusation } = route({ purpose: 'accusation', competentUnit: '622901-jw' });
const received = receivedOn('2026-03-02');
const sealed = onFrom(received, ...on('2026-03-02', accusation as never));
const petition = stateAfter(sealed);
const officer = (role: Role, unit: string) => ({ id: 'somebody', name: '', unit, roles: [role] });

describe(cite(30), () => {
  it('hides the matter from everybody but the discipline organ: not even its existence shows', () => {
    for (const { id: unit } of units.filter(({ id }) => id !== '622901-jw')) {
      for (const role of roles) {
        for (const action of ['ReadPetition', 'ReadHistory', 'ExportHistory'] as const) {
          expect(decideAccess(officer(role, unit), action, { petition }, directory)).toMatchObject({
            allowed: false,
            code: 'not-found',
          });
        }
      }
    }
  });

  it('lets the discipline organ read what it was given', () =>
    expect(decideAccess(officer('handler', '622901-jw'), 'ReadPetition', { petition }, directory).allowed).toBe(true));

  it('runs on the discipline organ’s own clock: no petition limit, no supervision, no task elsewhere', () => {
    expect(petition.deadlines).toMatchObject([{ limit: 'forward', state: 'met' }]);
    expect(waitsOf(petition)).toEqual([]);
    expect(tasksOf(petition, directory).map(({ step, audience }) => [step, audience])).toEqual([
      ['take-over-accusation', 'handler@622901-jw'],
    ]);
    given(...sealed)
      .when(sweep('2027-03-02'), law)
      .thenEvents();
  });

  it('owes no notice by the rules for other matters', () => {
    expect(petition.notices.every(({ exception }) => exception === 'sealed')).toBe(true);
  });

  it('goes on without its author: neither a withdrawal nor a death ends it', () => {
    given(...sealed)
      .when(withdraw(), law)
      .thenRefused('rule-violated', { basis: 'R30' });
    given(...onFrom(sealed, recordDeath()))
      .when(decideAfterDeath({ renounced: true }), law)
      .thenRefused('rule-violated', { basis: 'R30' });
  });

  it('takes the accusation of somebody who gives no name', () => {
    const anonymous = receivedOn('2026-03-02', { content: { ...content, petitioner: { form: 'anonymous' } } });
    given(...anonymous)
      .when(accusation as never, law)
      .thenWaitsFor();
  });
});
