import { describe, expect, it } from 'vitest';
import { receptionModes } from '../../domain/reception/session.ts';
import {
  acceptedPetition,
  approveSponsor,
  checkIn,
  continued,
  instruct,
  mayor,
  noon,
  officers,
  preRegister,
  proposeSponsor,
  publish,
  recordVisit,
  recuse,
  sessionAfter,
  sessionContent,
  stateAfter,
} from '../support/builders.ts';
import { given, givenSession } from '../support/given.ts';
import { cite } from './articles.ts';

const received = sessionAfter(publish(), preRegister(), checkIn(), recordVisit());

describe(cite(18), () => {
  it('publishes leader, post, portfolio, day, time and place of a reception day', () => {
    givenSession()
      .when(publish())
      .thenEvents({
        type: 'SessionPublished',
        data: { id: 'S1', unit: '622901007-zx', content: sessionContent, basis: 'R18' },
      });
  });

  it('publishes it on the day itself at the latest', () => {
    givenSession()
      .when(publish({ at: noon('2026-03-02') }))
      .thenTypes('SessionPublished');
    givenSession()
      .when(publish({ at: noon('2026-03-03') }))
      .thenRefused('rule-violated', { pointer: '/date', basis: 'R18' });
  });

  it('knows the fixed desk, the appointment and the visit to the place', () => {
    expect(receptionModes).toEqual(['定点接访', '重点约访', '带案下访']);
  });

  it('lets only the leader who receives give the instruction', () => {
    givenSession(...received)
      .when(instruct({ by: officers.receptionist }))
      .thenRefused('not-permitted');
    givenSession(...received)
      .when(instruct({ by: mayor }))
      .thenTypes('InstructionIssued');
  });

  it('leaves no visitor without an answer: solved on the spot, or a unit that follows it up', () => {
    const { responsibleUnit: _nobody, ...unnamed } = instruct();
    givenSession(...received)
      .when(unnamed)
      .thenRefused('rule-violated', { pointer: '/responsibleUnit' });
    givenSession(...received)
      .when({ ...unnamed, solvedOnTheSpot: true })
      .thenTypes('InstructionIssued');
  });

  it('records which leader takes charge of a case, after another leader’s approval', () => {
    const proposed = continued(acceptedPetition, proposeSponsor());
    given(...proposed)
      .when(approveSponsor({ by: { ...officers.leader, id: officers.officer.id } }))
      .thenRefused('own-proposal');
    expect(stateAfter(continued(proposed, approveSponsor())).sponsorship).toMatchObject({ sponsor: 'mayor' });
  });

  it('gives no case to a leader who is recused from it', () => {
    given(...continued(acceptedPetition, recuse({ officer: 'mayor' })))
      .when(proposeSponsor())
      .thenRefused('recused', { pointer: '/sponsor', basis: 'R28' });
  });
});
