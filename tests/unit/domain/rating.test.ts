import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../../domain/access/policy.ts';
import { roles } from '../../../domain/access/roles.ts';
import { defaultConfiguration } from '../../../domain/configuration.ts';
import { officerView, petitionerView } from '../../../domain/petition/views.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import {
  approvedOpinion,
  concludedPetition,
  continued,
  directory,
  divertedPetition,
  firstDay,
  link,
  noon,
  rate,
  registeredPetition,
  rules,
  sealedPetition,
  servedOpinion,
  stateAfter,
  stored,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';

const lastDay = '2026-08-29'; // 180 days after 2 March
const rated = continued(servedOpinion, rate());
const officer = (role: string, unit: string) => ({ id: role, name: role, unit, roles: [role] });
const seenBy = (history: typeof rated, role: string, unit: string) =>
  officerView(stateAfter(history), stored(history), directory, { officer: officer(role, unit), today: firstDay })
    .rating;

describe('rating (评价, Art. 21)', () => {
  it('is of both offices, within the configured days after service', () => {
    given(...servedOpinion)
      .when(rate({ at: noon(lastDay) }))
      .thenTypes('PetitionRated');
    given(...servedOpinion)
      .when(rate({ at: noon('2026-08-30') }))
      .thenRefused('out-of-time');
    given(...approvedOpinion)
      .when(rate())
      .thenRefused('not-the-step', { basis: 'R21' });
  });

  it('is only of what can be rated', () => {
    given(...sealedPetition)
      .when(rate())
      .thenRefused('rule-violated', { basis: 'R21' });
    // Of what class it is nobody has said yet.
    for (const history of [registeredPetition, divertedPetition]) {
      given(...history)
        .when(rate())
        .thenRefused('not-the-step', { basis: 'R21' });
    }
    const repeat = continued(servedOpinion, link());
    given(...repeat)
      .when(rate())
      .thenTypes('PetitionRated');
    const firstOnly = { ...rules, configuration: { ...defaultConfiguration, rateFirstOnly: { source: '2014' } } };
    given(...repeat)
      .when(rate(), firstOnly)
      .thenRefused('rule-violated');
  });

  it('stands: nobody can change it, and no officer can give it', () => {
    given(...rated)
      .when(rate({ organ: 'satisfied' }))
      .thenRefused('already-decided');
    const everything = { ...officer('handler', '622901-zrzy'), roles: [...roles, 'petitioner'] };
    expect(decideAccess(everything, 'RatePetition', { petition: stateAfter(rated) }, directory).allowed).toBe(false);
  });

  it('is not seen by those who are rated before the matter is concluded', () => {
    const given = { petitionOffice: 'satisfied', organ: 'basically-satisfied' };
    expect(seenBy(rated, 'handler', '622901-zrzy')).toBeUndefined();
    expect(seenBy(rated, 'petition-officer', '622901007-zx')).toBeUndefined();
    expect(seenBy(rated, 'leader', '622901')).toBeUndefined();
    expect(seenBy(rated, 'supervisor', '622901-xfj')).toEqual(given);
    expect(seenBy(continued(concludedPetition, rate()), 'handler', '622901-zrzy')).toEqual(given);
  });

  it('opens a check of the work when it is low, and no rehearing', () => {
    const low = stateAfter(continued(servedOpinion, rate({ petitionOffice: 'dissatisfied' })));
    expect(tasksOf(low, directory).map(({ step }) => step)).toContain('check-quality');
    expect(low.progress).toEqual(stateAfter(servedOpinion).progress);
  });

  it('is offered to the petitioner as long as it is possible', () => {
    const actions = (history: typeof rated, today: string) =>
      petitionerView(stateAfter(history), stored(history), directory, { today }).actions;
    expect(actions(servedOpinion, lastDay)).toContain('rate');
    expect(actions(servedOpinion, '2026-08-30')).not.toContain('rate');
    expect(actions(rated, firstDay)).not.toContain('rate');
  });
});
