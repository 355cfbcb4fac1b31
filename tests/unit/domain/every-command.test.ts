import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, policy } from '../../../domain/access/policy.ts';
import { Refusal, refusalCodes } from '../../../domain/errors.ts';
import {
  evolve,
  type PetitionCommand,
  type PetitionEvent,
  statusOf,
  summaryOf,
} from '../../../domain/petition/petition.ts';
import { initialPetition } from '../../../domain/petition/state.ts';
import * as a from '../../support/builders.ts';
import { answer, choices, everyCommand, lifecycle } from '../../support/random-lifecycle.ts';

const states = Object.entries({
  nothing: [],
  registered: a.registeredPetition,
  routed: a.routedPetition,
  objected: a.objectedPetition,
  sealed: a.sealedPetition,
  diverted: a.divertedPetition,
  accepted: a.acceptedPetition,
  'assignment proposed': a.proposedAssignment,
  'assignment approved': a.approvedAssignment,
  'everybody in': a.allIn,
  'mediation proposed': a.proposedMediation,
  'mediation consented': a.consentedMediation,
  'agreement drafted': a.draftedAgreement,
  'agreement signed': a.signedAgreement,
  'agreement performed': a.performedAgreement,
  'opinion drafted': a.draftedOpinion,
  'opinion approved': a.approvedOpinion,
  'opinion served': a.servedOpinion,
  'closing requested': a.closingRequested,
  concluded: a.concludedPetition,
  'review requested': a.reviewRequested,
  'review decided': a.reviewDecided,
  'review served': a.reviewServed,
  'opinion quashed': a.quashedOpinion,
  'recheck served': a.recheckServed,
  sponsored: a.sponsoredPetition,
  'sponsored, resolution requested': a.continued(a.sponsoredPetition, a.planResolution(), a.requestResolution()),
});

/** One command of each kind, on a day within every window and on one long after. */
const commands = [...everyCommand(a.firstDay), ...everyCommand('2027-06-07')];
const kinds = [...new Set(commands.map(({ type }) => type))];
/** One fact of every type that happens in these states or in some random lives. */
const everyEvent: readonly PetitionEvent[] = [
  ...new Map(
    [
      ...states.flatMap(([, history]) => history),
      ...fc
        .sample(choices(60), { numRuns: 40, seed: 7 })
        .flatMap((taken) => [...lifecycle(taken)].flatMap(({ events }) => events)),
    ].map((event) => [event.type, event]),
  ).values(),
];

/** What the clock or another petition says: there may be nothing to record. */
const mayBeNothing: readonly PetitionCommand['type'][] = [
  'SweepClocks',
  'RecountDeadlines',
  'NoteChild',
  'JudgeEvidence',
];

const notOfPetitions: readonly Action[] = [
  'AcknowledgeWhistle',
  'AddListItem',
  'AmendCentre',
  'AnswerWhistleObjection',
  'ApproveWhistle',
  'AssignStaff',
  'AttendWhistle',
  'CallOffWhistle',
  'CloseCentre',
  'CloseDesk',
  'CloseListItem',
  'CloseWhistleSupervision',
  'ContactCaller',
  'DecideWhistleDispute',
  'DraftWhistle',
  'EndStaffAssignment',
  'EscalateUp',
  'GiveBriefing',
  'GiveWhistleFeedback',
  'NoteBriefingOutcome',
  'ReadBriefings',
  'ObjectToWhistle',
  'OpenDesk',
  'RateResponse',
  'ReadCentres',
  'ReadListItems',
  'ReadPlacement',
  'ReadWhistle',
  'ReadWhistles',
  'RecallMatter',
  'RecordWhistleOutcome',
  'RedraftWhistle',
  'ReferWhistleDispute',
  'RegisterCentre',
  'ReportOnMatter',
  'ResolveAtLevel',
  'ReturnWhistle',
  'TakeInMatter',
  'TransferDown',
  'WithdrawWhistleObjection',
  'ReadLinkedRecords',
  'ReadKeeping',
  'PublishSession',
  'PreRegisterVisit',
  'MakeBooking',
  'MoveBooking',
  'WithdrawBooking',
  'FollowBooking',
  'MoveVisit',
  'ReadBookings',
  'DiscloseBooking',
  'ConfirmBooking',
  'DeclineBooking',
  'CheckIn',
  'RecordVisit',
  'IssueInstruction',
  'RecordFollowUp',
  'ConfirmReception',
  'ReplaceLeader',
  'RescheduleSession',
  'CancelSession',
  'NoteAttendance',
  'LogCommitmentProgress',
  'ConfirmCommitment',
  'ReturnCommitment',
  'UrgeCommitment',
  'DefineRota',
  'EnrolLeader',
  'ReleaseLeader',
  'ReadLedger',
  'ReadDuties',
  'DefineGrid',
  'RedrawGrid',
  'CloseGrid',
  'AppointGridWorker',
  'EndGridAppointment',
  'ReportNeed',
  'ResolveLocally',
  'DecideServices',
  'RecordServices',
  'ExplainMissed',
  'EndServices',
  'PromoteNeed',
  'ConveneAssembly',
  'CancelAssembly',
  'PublishDisclosure',
  'RecordQuestion',
  'AnswerQuestion',
  'PromoteQuestion',
  'DecideQuestionText',
  'PublishMinutes',
  'ReadGrids',
  'ReadNeeds',
  'ReadAssemblies',
  'ReadPetition',
  'ReadEvidence',
  'ReadHistory',
  'ReadReadership',
  'ExportHistory',
  'ReadWhoRead',
  'DisclosePersons',
  'ReadLinkedRecords',
  'FindPetitions',
  'ReadSessions',
  'ReadUnitDay',
  'ReadStatistics',
  'ReadBacklog',
  'FoundProgramme',
  'AttachDocument',
  'EndDocument',
  'AddBatch',
  'AppointInProgramme',
  'EndProgrammeAppointment',
  'RecordPledge',
  'EndProgramme',
  'ReadProgrammes',
  'ReadProgrammeProgress',
  'ReadWorklist',
  'ReadOwnIdentity',
  'ReadReferenceData',
  'LoadReferenceData',
  'DeclareImport',
  'ConfirmImport',
  'CancelImport',
  'ReadImports',
  'ReadPosts',
  'FollowOwnPetition',
  'ReadPublicPages',
  'Operate',
];

describe.each(states)('a petition: %s', (_, history) => {
  const state = a.stateAfter(history);

  it.each(kinds)('answers %s with facts or a refusal', (kind) => {
    for (const command of commands.filter(({ type }) => type === kind)) {
      const given = answer(command, state);
      if (given instanceof Refusal) {
        expect(Object.keys(refusalCodes)).toContain(given.code);
        expect(given.message).not.toBe('');
      } else {
        if (!mayBeNothing.includes(kind)) expect(given).not.toEqual([]);
        const after = given.reduce(evolve, state);
        expect(after.version).toBe(state.version + given.length);
      }
    }
  });

  it('folds any fact without an error, also one that does not fit', () => {
    for (const event of everyEvent) {
      const after = evolve(state, event);
      expect(after.version).toBe(state.version + 1);
      expect(statusOf(after)).toBeTypeOf('string');
      expect(summaryOf(after)).toBeTypeOf('object');
    }
  });
});

it('every kind of command is among those that are tried', () => {
  const actions = (Object.keys(policy) as Action[]).filter((action) => !notOfPetitions.includes(action));
  expect([...kinds].sort()).toEqual([...actions, ...mayBeNothing].sort());
});

it('every fact folds into an empty petition', () => {
  for (const event of everyEvent) expect(evolve(initialPetition, event).version).toBe(1);
});
