import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../domain/errors.ts';
import {
  decideAtDesk,
  decideAtPetitionOffice,
  decideCasework,
  decideEnrolling,
  decideSponsoring,
  decideSupervising,
} from '../../../domain/petition/narrow.ts';
import { type Decide, decide } from '../../../domain/petition/petition.ts';
import { routesByFunction } from '../../../infra/routes.ts';
import {
  acceptedPetition,
  firstDay,
  registeredPetition,
  routedPetition,
  rules,
  servedOpinion,
  stateAfter,
} from '../../support/builders.ts';
import { everyCommand } from '../../support/random-lifecycle.ts';

const narrow: Readonly<Record<string, Decide>> = {
  'reception-desk': decideAtDesk,
  'petition-office': decideAtPetitionOffice,
  casework: decideCasework,
  supervision: decideSupervising,
  sponsorship: decideSponsoring,
  programme: decideEnrolling,
};

const answer = (rules_: Decide, ...asked: Parameters<Decide>): unknown => {
  try {
    return rules_(...asked);
  } catch (error) {
    if (error instanceof Refusal) return [error.code, error.message];
    throw error;
  }
};

const ofProgrammes = [
  'FoundProgramme',
  'AttachDocument',
  'EndDocument',
  'AddBatch',
  'AppointInProgramme',
  'EndProgrammeAppointment',
  'RecordPledge',
  'EndProgramme',
];

/** Of sessions or programmes, or done without the rules of a petition. */
const besides = [
  'FindPetitions',
  'ReadBacklog',
  'ReadProgrammes',
  'ReadProgrammeProgress',
  ...ofProgrammes,
  'PublishSession',
  'PreRegisterVisit',
  'MoveVisit',
  'ReadBookings',
  'DiscloseBooking',
  'ConfirmBooking',
  'DeclineBooking',
  'ConfirmReception',
  'ReplaceLeader',
  'RescheduleSession',
  'CancelSession',
  'NoteAttendance',
  'CheckIn',
  'RecordVisit',
  'RecordFollowUp',
  'LogCommitmentProgress',
  'UrgeCommitment',
];

describe.each(Object.entries(narrow))('what %s decides', (name, part) => {
  const actions = (routesByFunction.get(name) ?? []).flatMap((route) => route.actions);

  it.each(actions.filter((action) => !besides.includes(action)))('of %s is what the whole rules decide', (action) => {
    const commands = everyCommand(firstDay).filter(({ type }) => type === action);
    expect(commands.length).toBeGreaterThan(0);
    for (const history of [registeredPetition, routedPetition, acceptedPetition, servedOpinion]) {
      const petition = stateAfter(history);
      for (const command of commands)
        expect(answer(part, command, petition, rules)).toEqual(answer(decide, command, petition, rules));
    }
  });
});
