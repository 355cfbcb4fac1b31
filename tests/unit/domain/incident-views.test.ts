import { describe, expect, it } from 'vitest';
import type { Officer } from '../../../domain/access/roles.ts';
import type { PetitionEvent } from '../../../domain/petition/petition.ts';
import { officerView, visibleEvent } from '../../../domain/petition/views.ts';
import { maskedFact } from '../../../domain/privacy/masking.ts';
import {
  acceptedPetition,
  after,
  content,
  continued,
  directory,
  firstDay,
  rate,
  register,
  registeredPetition,
  servedOpinion,
  stateAfter,
  stored,
} from '../../support/builders.ts';
import { changeRepresentatives, heirs, recordDeath, split } from '../../support/incidents.ts';

const officer = (role: string, unit: string, id = role): Officer => ({ id, name: role, unit, roles: [role] });
const office = officer('petition-officer', '622901007-zx');

describe('what is seen', () => {
  it('of numbers of heirs and new representatives is the end only', () => {
    const petitioner = { form: 'joint', representatives: [{ name: '甲' }], headcount: 9 } as const;
    const joint = after(register({ content: { ...content, petitioner } }));
    const shown = (history: readonly PetitionEvent[]) =>
      JSON.stringify(stored(history).map((event) => visibleEvent(maskedFact(event))));
    expect(shown(continued(acceptedPetition, recordDeath(), heirs()))).not.toContain('13900005678');
    const elected = changeRepresentatives({ representatives: [{ name: '李四', phone: '13900009999' }] });
    expect(shown(continued(joint, elected))).not.toContain('13900009999');
  });

  it('of parts is their number, by the office that split it; by nobody else which they are', () => {
    const history = continued(registeredPetition, split());
    const seen = (who: Officer) =>
      officerView(stateAfter(history), stored(history), directory, { officer: who, today: firstDay });
    expect(seen(office)).toMatchObject({ openParts: 1, children: [{ number: 'PART-1' }] });
    expect(seen(officer('leader', '622901'))).not.toHaveProperty('children');
    expect(JSON.stringify(stored(history).map((event) => visibleEvent(event)))).not.toContain('PART-1');
  });

  it('of a rating in the history is nothing before the end, by those who are rated', () => {
    const [rated] = stored(continued(servedOpinion, rate()).slice(-1));
    expect(rated && visibleEvent(rated, { hideRating: true }).data).toEqual({});
    expect(rated && visibleEvent(rated).data).toMatchObject({ petitionOffice: 'satisfied' });
  });
});
