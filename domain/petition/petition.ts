import { requireSeparate } from '../access/separation.ts';
import { isSealed } from '../access/sight.ts';
import {
  decideNotice,
  evolveNotices,
  limitsMetByNotice,
  type NoticeCommand,
  type NoticeEvent,
} from '../notices/record.ts';
import type { NewEvent } from '../ports.ts';
import {
  decideErasure,
  type ErasureCommand,
  type ErasureEvent,
  evolveKeeping,
  requireNotErased,
} from '../privacy/erasure.ts';
import { type AssignmentCommand, type AssignmentEvent, decideAssignment, evolveAssignment } from './assignment.ts';
import { type ClockCommand, type ClockEvent, decideClock, endLimits, evolveClock } from './clocks.ts';
import { type ClosingCommand, type ClosingEvent, decideClosing, evolveClosing } from './closing.ts';
import { meetDirectReceipt } from './direct-receipt.ts';
import { decideEmergency, type EmergencyCommand, type EmergencyEvent, evolveEmergency } from './emergency.ts';
import { requireNotEnded } from './ending.ts';
import { decideEnrolment, type EnrolmentCommand, type EnrolmentEvent, evolveEnrolment } from './enrolment.ts';
import { decideEvidence, type EvidenceCommand, type EvidenceEvent, evolveEvidence } from './evidence.ts';
import { evolveImporting, type PetitionImported } from './importing.ts';
import { decideIncident, evolveIncident, type IncidentCommand, type IncidentEvent } from './incidents.ts';
import { decideIntake, evolveIntake, type IntakeCommand, type IntakeEvent } from './intake.ts';
import { limitsEndedBy } from './limit-ends.ts';
import { decideMediation, evolveMediation, type MediationCommand, type MediationEvent } from './mediation.ts';
import { decideOpinion, evolveOpinion, type OpinionCommand, type OpinionEvent } from './opinion.ts';
import { decideRecusal, evolveRecusal, type RecusalCommand, type RecusalEvent } from './recusal.ts';
import {
  decideRegistration,
  evolveRegistration,
  type RegistrationCommand,
  type RegistrationEvent,
} from './registration.ts';
import { decideReview, evolveReview, type ReviewCommand, type ReviewEvent } from './review.ts';
import { decideRouting, evolveRouting, type RoutingCommand, type RoutingEvent } from './routing.ts';
import { decideSponsorship, type SponsorshipCommand } from './sponsorship.ts';
import { evolveSponsorship, type SponsorshipEvent, unmarkedIfSealed } from './sponsorship-facts.ts';
import { sponsorOf } from './sponsorship-state.ts';
import { type Context, initialPetition, type Petition } from './state.ts';
import { decideSupervision, evolveSupervision, type SupervisionCommand, type SupervisionEvent } from './supervision.ts';

export type PetitionCommand =
  | RegistrationCommand
  | RoutingCommand
  | AssignmentCommand
  | MediationCommand
  | OpinionCommand
  | ClosingCommand
  | ReviewCommand
  | ClockCommand
  | SupervisionCommand
  | SponsorshipCommand
  | EnrolmentCommand
  | IntakeCommand
  | IncidentCommand
  | EvidenceCommand
  | RecusalCommand
  | EmergencyCommand
  | NoticeCommand
  | ErasureCommand;

export type PetitionEvent =
  | RegistrationEvent
  | PetitionImported
  | RoutingEvent
  | AssignmentEvent
  | MediationEvent
  | OpinionEvent
  | ClosingEvent
  | ReviewEvent
  | ClockEvent
  | SupervisionEvent
  | SponsorshipEvent
  | EnrolmentEvent
  | IntakeEvent
  | IncidentEvent
  | EvidenceEvent
  | RecusalEvent
  | EmergencyEvent
  | NoticeEvent
  | ErasureEvent;

/** Decides commands: all of them, or for one function its own (narrow.ts). */
export type Decide = (command: PetitionCommand, petition: Petition, context: Context) => readonly PetitionEvent[];

/**
 * What a command means in this state: new facts.
 * @throws Refusal when the rules do not allow it; nothing has changed then.
 */
export const decide = (command: PetitionCommand, petition: Petition, context: Context): readonly PetitionEvent[] => {
  requireNotErased(command.type, petition);
  requireNotEnded(command.type, petition);
  requireSeparate(command, petition);
  switch (command.type) {
    case 'RegisterPetition':
    case 'AmendRegistration':
    case 'LinkRepeat':
    case 'UnlinkRepeat':
    case 'NoteInstruction':
      return decideRegistration(command, petition, context);
    case 'RoutePetition':
    case 'AcceptPetition':
    case 'DivertPetition':
    case 'ObjectToRouting':
    case 'DecideObjection':
      return decideRouting(command, petition, context);
    case 'ProposeAssignment':
    case 'ApproveAssignment':
    case 'ReturnAssignment':
    case 'AcknowledgeLeg':
    case 'ReportIn':
    case 'RecordLegOutcome':
      return decideAssignment(command, petition, context);
    case 'ProposeMediation':
    case 'RecordConsent':
    case 'MinuteSession':
    case 'DraftAgreement':
    case 'MarkAgreement':
    case 'EndMediation':
    case 'RecordPerformance':
    case 'RecordConfirmationRequest':
      return decideMediation(command, petition, context);
    case 'DraftOpinion':
    case 'ApproveOpinion':
    case 'ReturnOpinion':
    case 'ServeOpinion':
      return decideOpinion(command, petition, context);
    case 'DeclineReview':
    case 'RatePetition':
    case 'RequestClosing':
    case 'SubmitReport':
    case 'ConfirmClosing':
    case 'ReturnClosing':
    case 'ConfirmResolved':
      return decideClosing(command, petition, context);
    case 'RequestReview':
    case 'AdmitReview':
    case 'DecideReview':
    case 'ServeReview':
      return decideReview(command, petition, context);
    case 'SweepClocks':
    case 'RecountDeadlines':
    case 'RequestExtension':
    case 'DecideExtension':
    case 'SuspendHandling':
      return decideClock(command, petition, context);
    case 'OpenSupervision':
    case 'ProposeMeasure':
    case 'GiveFeedback':
    case 'CloseSupervision':
    case 'RecordQualityCheck':
      return decideSupervision(command, petition, context);
    case 'ProposeSponsor':
    case 'ApproveSponsor':
    case 'ReturnSponsor':
    case 'PlanResolution':
    case 'ReportProgress':
    case 'RecordReturnVisit':
    case 'RequestResolution':
    case 'SignResolution':
    case 'ReturnResolution':
    case 'DesignateBacklog':
    case 'LiftBacklog':
      return decideSponsorship(command, petition, context);
    case 'EnrolMatter':
    case 'TakeOutOfProgramme':
      return decideEnrolment(command, petition, context);
    case 'TakeOverAccusation':
    case 'ReturnAccusation':
    case 'RedirectPetition':
    case 'ReferDispute':
    case 'DecideDispute':
    case 'MoveToSuccessor':
    case 'DesignateSuccessor':
    case 'FlagUrgent':
    case 'ReportUrgent':
    case 'RetriagePetition':
    case 'ProposeRefusal':
    case 'ApproveRefusal':
    case 'ReturnRefusal':
    case 'ClaimNewFacts':
    case 'JudgeNewFacts':
      return decideIntake(command, petition, context);
    case 'ServeNotice':
      return decideNotice(command, petition);
    case 'DeclareEvidence':
    case 'WithdrawEvidence':
    case 'JudgeEvidence':
      return decideEvidence(command, petition, context);
    case 'DeclareRecusal':
    case 'LiftRecusal':
    case 'ProposeRecusal':
    case 'DecideRecusal':
      return decideRecusal(command, petition, context);
    case 'UseEmergencyAccess':
    case 'ReviewEmergencyAccess':
      return decideEmergency(command, petition, context);
    case 'PlaceHold':
    case 'LiftHold':
    case 'ProposeErasure':
    case 'ApproveErasure':
    case 'ReturnErasure':
      return decideErasure(command, petition, context);
    default:
      return decideIncident(command, petition, context);
  }
};

const apply = (petition: Petition, event: PetitionEvent): Petition => {
  switch (event.type) {
    case 'PetitionRegistered':
    case 'RegistrationAmended':
    case 'RepeatLinked':
    case 'RepeatUnlinked':
    case 'InstructionNoted':
      return evolveRegistration(petition, event);
    case 'PetitionImported':
      return evolveImporting(petition, event);
    case 'PetitionRouted':
    case 'PetitionAccepted':
    case 'PetitionDiverted':
    case 'RoutingObjected':
    case 'ObjectionDecided':
      return evolveRouting(petition, event);
    case 'AssignmentProposed':
    case 'AssignmentApproved':
    case 'AssignmentReturned':
    case 'LegAcknowledged':
    case 'LegReportedIn':
    case 'LegOutcomeRecorded':
      return evolveAssignment(petition, event);
    case 'MediationProposed':
    case 'ConsentRecorded':
    case 'MediationEnded':
    case 'SessionMinuted':
    case 'AgreementDrafted':
    case 'AgreementMarked':
    case 'AgreementSigned':
    case 'ObligationPerformed':
    case 'ConfirmationRequested':
      return evolveMediation(petition, event);
    case 'OpinionDrafted':
    case 'OpinionApproved':
    case 'OpinionReturned':
    case 'OpinionServed':
      return evolveOpinion(petition, event);
    case 'ReviewDeclined':
    case 'PetitionRated':
    case 'ClosingRequested':
    case 'ReportSubmitted':
    case 'PetitionConcluded':
    case 'ClosingReturned':
    case 'DisputeResolved':
      return evolveClosing(petition, event);
    case 'ReviewRequested':
    case 'ReviewAdmitted':
    case 'ReviewDecided':
    case 'ReviewServed':
      return evolveReview(petition, event);
    case 'DeadlineWarned':
    case 'DeadlineMissed':
    case 'DeadlinesRecounted':
    case 'ExtensionRequested':
    case 'ExtensionDecided':
    case 'HandlingSuspended':
      return evolveClock(petition, event);
    case 'SupervisionOpened':
    case 'MeasureProposed':
    case 'FeedbackGiven':
    case 'SupervisionClosed':
    case 'QualityChecked':
      return evolveSupervision(petition, event);
    case 'SponsorProposed':
    case 'SponsorApproved':
    case 'SponsorReturned':
    case 'SponsorResumed':
    case 'SponsorshipDropped':
    case 'ResolutionPlanned':
    case 'ProgressReported':
    case 'ReturnVisitRecorded':
    case 'ResolutionRequested':
    case 'ResolutionSigned':
    case 'ResolutionReturned':
    case 'BacklogDesignated':
    case 'BacklogLifted':
      return evolveSponsorship(petition, event);
    case 'MatterEnrolled':
    case 'MatterTakenOut':
      return evolveEnrolment(petition, event);
    case 'AccusationTakenOver':
    case 'AccusationReturned':
    case 'PetitionRedirected':
    case 'DisputeReferred':
    case 'DisputeDecided':
    case 'DesignationRequested':
    case 'PetitionMoved':
    case 'UrgentFlagged':
    case 'UrgentReported':
    case 'PetitionRetriaged':
    case 'RefusalProposed':
    case 'RefusalApproved':
    case 'RefusalReturned':
    case 'NewFactsClaimed':
    case 'NewFactsJudged':
      return evolveIntake(petition, event);
    case 'NoticeServed':
    case 'LegalHoldPlaced':
    case 'LegalHoldLifted':
    case 'ErasureProposed':
    case 'ErasureReturned':
    case 'PersonalDataErased':
      return petition;
    case 'EvidenceDeclared':
    case 'EvidenceWithdrawn':
    case 'EvidenceHeld':
    case 'EvidenceRejected':
    case 'EvidenceCleared':
      return evolveEvidence(petition, event);
    case 'RecusalDeclared':
    case 'RecusalLifted':
    case 'RecusalProposed':
    case 'RecusalDecided':
    case 'RecusalDecisionMissed':
      return evolveRecusal(petition, event);
    case 'EmergencyAccessUsed':
    case 'EmergencyAccessReviewed':
      return evolveEmergency(petition, event);
    default:
      return evolveIncident(petition, event);
  }
};

/** The legal day on which it happened, where the fact names it besides the time of its recording. */
const dayOf = ({ data }: PetitionEvent): string | undefined =>
  'servedOn' in data && typeof data.servedOn === 'string'
    ? data.servedOn
    : 'on' in data && typeof data.on === 'string'
      ? data.on
      : undefined;

/** Who did it, where the fact names him. */
const doerOf = ({ data }: PetitionEvent): string | undefined =>
  'by' in data
    ? data.by
    : 'route' in data
      ? data.route.routedBy
      : 'registration' in data
        ? data.registration.registeredBy
        : undefined;

const withDoer = ({ did }: Petition, event: PetitionEvent): Petition['did'] => {
  const doer = doerOf(event);
  const known = did[event.type] ?? [];
  return doer === undefined || known.includes(doer) ? did : { ...did, [event.type]: [...known, doer] };
};

/** Folds one fact into the state. Never refuses: it has already happened. */
export const evolve = (petition: Petition, event: PetitionEvent): Petition => {
  const { met = [], stopped = [] } = limitsEndedBy[event.type] ?? {};
  const doneOn = dayOf(event);
  const ended = endLimits(endLimits(petition, met, 'met', doneOn), stopped, 'stopped');
  const applied = unmarkedIfSealed(apply(ended, event));
  const notices = evolveNotices(applied, event);
  const notified = meetDirectReceipt(
    endLimits(applied, limitsMetByNotice(petition.notices, notices), 'met', doneOn),
    notices,
  );
  return {
    ...notified,
    notices,
    keeping: evolveKeeping(petition.keeping, event),
    did: withDoer(petition, event),
    version: petition.version + 1,
  };
};

/** Folds a history, oldest first. */
export const foldPetition = (events: readonly Pick<NewEvent, 'type' | 'data'>[]): Petition =>
  (events as readonly PetitionEvent[]).reduce(evolve, initialPetition);

/** Where a petition stands, in one word for lists. */
export const statusOf = (petition: Petition): string => {
  const { ended } = petition.incidents;
  if (ended) return ended.how === 'died' ? 'ended' : ended.how;
  const { refusal, redirectedOn } = petition.intake;
  if (refusal?.approvedOn !== undefined) return refusal.kind;
  if (redirectedOn !== undefined) return 'redirected';
  if (petition.concludedOn !== undefined) return 'concluded';
  if (petition.diverted) return 'diverted';
  if (isSealed(petition)) return 'sealed';
  const opinion = petition.opinions.at(-1);
  if (opinion?.servedOn !== undefined && !opinion.quashed) return 'answered';
  if (petition.acceptedOn !== undefined) return 'in-progress';
  if (petition.route) return 'routed';
  return 'registered';
};

/** What the head keeps of a petition. A replay of the events must give an equal value. */
export const summaryOf = (petition: Petition): object => ({
  status: statusOf(petition),
  unit: petition.registration?.unit,
  receivedOn: petition.registration?.receivedOn,
  competentUnit: petition.route?.competentUnit,
  purpose: isSealed(petition) ? 'accusation' : petition.route?.purpose,
  category: petition.route?.category,
  path: petition.route?.path,
  urgent: petition.intake.urgent !== undefined || undefined,
  // Refused matters count in no assessment (Art. 39), but they are registered and listed.
  notAssessed: petition.intake.refusal?.approvedOn !== undefined || undefined,
  leadUnit: petition.assignment?.approvedBy === undefined ? undefined : petition.assignment.leadUnit,
  // By which another import sees whether it has brought the same.
  former: petition.former && { broughtBy: petition.former.broughtBy, digest: petition.former.digest },
  acceptedOn: petition.acceptedOn,
  concludedOn: petition.concludedOn,
  resolvedOn: petition.resolvedOn,
  sponsored: sponsorOf(petition) === undefined ? undefined : true,
  due: petition.deadlines.findLast(({ state, kind }) => kind === 'duty' && state !== 'met' && state !== 'stopped')?.due,
  overdue: petition.deadlines.some(({ state, done }) => state === 'missed' && !done),
});
