import { describe, expect, it } from 'vitest';
import { type Action, decideAccess, type Officer } from '../../../domain/access/policy.ts';
import type { PetitionEvent } from '../../../domain/petition/petition.ts';
import { maskedEvent, officerView } from '../../../domain/petition/views.ts';
import {
  acceptedPetition,
  admitReview,
  after,
  concludedPetition,
  content,
  continued,
  directory,
  firstDay,
  rate,
  recuse,
  register,
  registeredPetition,
  requestReview,
  reviewServed,
  sealedPetition,
  servedOpinion,
  stateAfter,
  stored,
} from '../../support/builders.ts';
import { changeRepresentatives, heirs, recordDeath, split } from '../../support/incidents.ts';

const officer = (role: string, unit: string, id = role): Officer => ({ id, name: role, unit, roles: [role] });
const may = (who: Officer, action: Action, history: readonly PetitionEvent[]): string => {
  const decision = decideAccess(who, action, { petition: stateAfter(history) }, directory);
  return decision.allowed ? 'yes' : decision.code;
};
const office = officer('petition-officer', '622901007-zx');
const desk = officer('receptionist', '622901007-zx');
const handler = officer('handler', '622901-zrzy');
const underRecheck = continued(
  reviewServed,
  requestReview(),
  admitReview({ by: { id: 'r', unit: '6229', role: 'handler' } }),
);

describe('who may do what beside the ordinary way', () => {
  it.each<[Action, Officer, readonly PetitionEvent[]]>([
    ['ScheduleHearing', handler, acceptedPetition],
    ['ScheduleHearing', officer('handler', '6229'), underRecheck],
    ['RecordHearing', officer('handler', '6229'), underRecheck],
    ['CancelHearing', officer('handler', '6229'), underRecheck],
    ['RecordForceMajeure', office, servedOpinion],
    ['RecordSupport', handler, concludedPetition],
    ['RequestWithdrawal', desk, acceptedPetition],
    ['RetractWithdrawal', desk, acceptedPetition],
    ['DecideWithdrawal', office, acceptedPetition],
    ['RecordDeath', handler, acceptedPetition],
    ['ContinueByHeirs', desk, acceptedPetition],
    ['DecideAfterDeath', office, acceptedPetition],
    ['ChangeRepresentatives', desk, acceptedPetition],
    ['RecordContactAttempt', office, servedOpinion],
    ['RecordContactAttempt', handler, servedOpinion],
    ['PublishByCode', handler, servedOpinion],
    ['SplitPetition', office, registeredPetition],
    ['TransferPetition', office, acceptedPetition],
    ['ReopenPetition', officer('leader', '622901'), concludedPetition],
  ])('%s: %o may', (action, who, history) => {
    expect(may(who, action, history)).toBe('yes');
    // Art. 28: whoever is recused may not, and of a sealed matter nobody learns that there is one.
    const recused = continued(
      history,
      recuse({ officer: who.id, by: { id: 'x', unit: '622901007-zx', role: 'petition-officer' } }),
    );
    expect(may(who, action, recused)).toBe('recused');
    expect(may(who, action, sealedPetition)).toBe('not-found');
  });

  it.each<[Action, Officer, readonly PetitionEvent[], string]>([
    ['ScheduleHearing', officer('handler', '622901'), servedOpinion, 'not-your-unit'],
    ['ScheduleHearing', officer('leader', '622901-zrzy'), acceptedPetition, 'not-your-role'],
    ['DecideWithdrawal', desk, acceptedPetition, 'not-your-role'],
    ['DecideWithdrawal', officer('petition-officer', '622901-zjj'), acceptedPetition, 'not-your-unit'],
    ['RequestWithdrawal', handler, acceptedPetition, 'not-your-role'],
    ['SplitPetition', officer('petition-officer', '622901-xfj'), registeredPetition, 'not-your-unit'],
    ['TransferPetition', handler, acceptedPetition, 'not-your-role'],
    ['ReopenPetition', officer('leader', '622901007'), concludedPetition, 'not-your-unit'],
    ['ReopenPetition', handler, concludedPetition, 'not-your-role'],
    ['PublishByCode', office, servedOpinion, 'not-your-role'],
  ])('%s: %o may not', (action, who, history, code) => {
    expect(may(who, action, history)).toBe(code);
  });
});

describe('what is seen', () => {
  it('of numbers of heirs and new representatives is the end only', () => {
    const petitioner = { form: 'joint', representatives: [{ name: '甲' }], headcount: 9 } as const;
    const joint = after(register({ content: { ...content, petitioner } }));
    const shown = (history: readonly PetitionEvent[]) =>
      JSON.stringify(stored(history).map((event) => maskedEvent(event)));
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
    expect(JSON.stringify(stored(history).map((event) => maskedEvent(event)))).not.toContain('PART-1');
  });

  it('of a rating in the history is nothing before the end, by those who are rated', () => {
    const [rated] = stored(continued(servedOpinion, rate()).slice(-1));
    expect(rated && maskedEvent(rated, { hideRating: true }).data).toEqual({});
    expect(rated && maskedEvent(rated).data).toMatchObject({ petitionOffice: 'satisfied' });
  });
});
