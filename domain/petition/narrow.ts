import { requireSeparate } from '../access/separation.ts';
import { Refusal } from '../errors.ts';
import { decideNotice } from '../notices/record.ts';
import { decideErasure, requireNotErased } from '../privacy/erasure.ts';
import { decideAssignment } from './assignment.ts';
import { decideClock } from './clocks.ts';
import { decideClosing } from './closing.ts';
import { decideContact } from './contact.ts';
import { decideEmergency } from './emergency.ts';
import { requireNotEnded } from './ending.ts';
import { decideEnrolment } from './enrolment.ts';
import { decideEvidence } from './evidence.ts';
import { decideHearing } from './hearing.ts';
import { decideIntake } from './intake.ts';
import { decideMediation } from './mediation.ts';
import { decideOpinion } from './opinion.ts';
import type { Decide } from './petition.ts';
import { decideRecusal } from './recusal.ts';
import { decideRegistration } from './registration.ts';
import { decideReopening } from './reopening.ts';
import { decideReview } from './review.ts';
import { decideRouting } from './routing.ts';
import { decideSplitting } from './splitting.ts';
import { decideSponsorship } from './sponsorship.ts';
import { decideSuccession } from './succession.ts';
import { decideSupervision } from './supervision.ts';
import { decideSupport } from './support.ts';
import { decideTolling } from './tolling.ts';
import { decideTransfer } from './transfer.ts';
import { decideWithdrawal } from './withdrawal.ts';

/**
 * Parts of `decide` for functions that need no more: what is public or at the counter cannot decide what belongs to
 * others, and its bundle does not carry it. The rules themselves are the same.
 */
const notHere = (type: string): Refusal => new Refusal('not-permitted', `${type} is not decided here.`);

/** What the petitioner himself can do. @throws Refusal */
export const decideAsPetitioner: Decide = (command, petition, context) => {
  requireNotErased(command.type, petition);
  requireNotEnded(command.type, petition);
  switch (command.type) {
    case 'DeclineReview':
    case 'RatePetition':
      return decideClosing(command, petition, context);
    case 'RequestReview':
      return decideReview(command, petition, context);
    case 'RequestWithdrawal':
    case 'RetractWithdrawal':
      return decideWithdrawal(command, petition);
    case 'ProposeRecusal':
      return decideRecusal(command, petition, context);
    default:
      throw notHere(command.type);
  }
};

/** What is done with files, by whoever. @throws Refusal */
export const decideEvidenceOnly: Decide = (command, petition, context) => {
  requireNotErased(command.type, petition);
  requireNotEnded(command.type, petition);
  switch (command.type) {
    case 'DeclareEvidence':
    case 'WithdrawEvidence':
    case 'JudgeEvidence':
      return decideEvidence(command, petition, context);
    default:
      throw notHere(command.type);
  }
};

/** What the clock says. @throws Refusal */
export const decideByClock: Decide = (command, petition, context) => {
  requireNotErased(command.type, petition);
  requireNotEnded(command.type, petition);
  switch (command.type) {
    case 'SweepClocks':
    case 'RecountDeadlines':
      return decideClock(command, petition, context);
    default:
      throw notHere(command.type);
  }
};

/** What is done at the reception desk. @throws Refusal */
export const decideAtDesk: Decide = (command, petition, context) => {
  requireNotErased(command.type, petition);
  requireNotEnded(command.type, petition);
  switch (command.type) {
    case 'RegisterPetition':
    case 'AmendRegistration':
    case 'LinkRepeat':
    case 'UnlinkRepeat':
      return decideRegistration(command, petition, context);
    case 'RequestWithdrawal':
    case 'RetractWithdrawal':
      return decideWithdrawal(command, petition);
    case 'RecordDeath':
    case 'ContinueByHeirs':
    case 'ChangeRepresentatives':
      return decideSuccession(command, petition, context);
    case 'SplitPetition':
      return decideSplitting(command, petition);
    default:
      throw notHere(command.type);
  }
};

/** What the petition office does. @throws Refusal */
export const decideAtPetitionOffice: Decide = (command, petition, context) => {
  requireNotErased(command.type, petition);
  requireNotEnded(command.type, petition);
  requireSeparate(command, petition);
  switch (command.type) {
    case 'RoutePetition':
    case 'DecideObjection':
      return decideRouting(command, petition, context);
    case 'ConfirmClosing':
    case 'ReturnClosing':
    case 'ConfirmResolved':
      return decideClosing(command, petition, context);
    case 'RedirectPetition':
    case 'RetriagePetition':
    case 'ReferDispute':
    case 'MoveToSuccessor':
    case 'FlagUrgent':
    case 'ReportUrgent':
    case 'ProposeRefusal':
    case 'ClaimNewFacts':
      return decideIntake(command, petition, context);
    case 'DecideWithdrawal':
      return decideWithdrawal(command, petition);
    case 'DecideAfterDeath':
      return decideSuccession(command, petition, context);
    case 'TransferPetition':
      return decideTransfer(command, petition, context);
    default:
      throw notHere(command.type);
  }
};

/** What handling units do. @throws Refusal */
export const decideCasework: Decide = (command, petition, context) => {
  requireNotErased(command.type, petition);
  requireNotEnded(command.type, petition);
  requireSeparate(command, petition);
  switch (command.type) {
    case 'AcceptPetition':
    case 'DivertPetition':
    case 'ObjectToRouting':
      return decideRouting(command, petition, context);
    case 'TakeOverAccusation':
    case 'ReturnAccusation':
    case 'JudgeNewFacts':
      return decideIntake(command, petition, context);
    case 'ProposeAssignment':
    case 'AcknowledgeLeg':
    case 'ReportIn':
    case 'RecordLegOutcome':
      return decideAssignment(command, petition, context);
    case 'DraftOpinion':
    case 'ServeOpinion':
      return decideOpinion(command, petition, context);
    case 'SubmitReport':
    case 'RequestClosing':
      return decideClosing(command, petition, context);
    case 'RequestExtension':
      return decideClock(command, petition, context);
    case 'RecordContactAttempt':
    case 'PublishByCode':
      return decideContact(command, petition, context);
    case 'RecordSupport':
      return decideSupport(command, petition);
    case 'ServeNotice':
      return decideNotice(command, petition);
    default:
      throw notHere(command.type);
  }
};

/** What supervisors do, with recusals and emergency access. @throws Refusal */
export const decideSupervising: Decide = (command, petition, context) => {
  requireNotErased(command.type, petition);
  requireNotEnded(command.type, petition);
  requireSeparate(command, petition);
  switch (command.type) {
    case 'OpenSupervision':
    case 'ProposeMeasure':
    case 'GiveFeedback':
    case 'CloseSupervision':
    case 'RecordQualityCheck':
      return decideSupervision(command, petition, context);
    case 'DeclareRecusal':
    case 'LiftRecusal':
    case 'ProposeRecusal':
    case 'DecideRecusal':
      return decideRecusal(command, petition, context);
    case 'UseEmergencyAccess':
    case 'ReviewEmergencyAccess':
      return decideEmergency(command, petition, context);
    default:
      throw notHere(command.type);
  }
};

/** What is done with a file and not with its matter. @throws Refusal */
export const decideInArchive: Decide = (command, petition, context) => {
  requireNotErased(command.type, petition);
  requireSeparate(command, petition);
  switch (command.type) {
    case 'PlaceHold':
    case 'LiftHold':
    case 'ProposeErasure':
    case 'ApproveErasure':
    case 'ReturnErasure':
      return decideErasure(command, petition, context);
    default:
      throw notHere(command.type);
  }
};

/** What is done about a sponsorship and the list of old cases. @throws Refusal */
export const decideSponsoring: Decide = (command, petition, context) => {
  requireNotErased(command.type, petition);
  requireNotEnded(command.type, petition);
  requireSeparate(command, petition);
  switch (command.type) {
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
    default:
      throw notHere(command.type);
  }
};

/** What is done to enrol matters in campaigns and programmes. @throws Refusal */
export const decideEnrolling: Decide = (command, petition, context) => {
  requireNotErased(command.type, petition);
  requireNotEnded(command.type, petition);
  switch (command.type) {
    case 'EnrolMatter':
    case 'TakeOutOfProgramme':
      return decideEnrolment(command, petition, context);
    default:
      throw notHere(command.type);
  }
};

/** What mediators do. @throws Refusal */
export const decideMediating: Decide = (command, petition, context) => {
  requireNotErased(command.type, petition);
  requireNotEnded(command.type, petition);
  requireSeparate(command, petition);
  switch (command.type) {
    case 'ProposeMediation':
    case 'RecordConsent':
    case 'MinuteSession':
    case 'DraftAgreement':
    case 'MarkAgreement':
    case 'EndMediation':
    case 'RecordPerformance':
    case 'RecordConfirmationRequest':
      return decideMediation(command, petition, context);
    default:
      throw notHere(command.type);
  }
};

/** What leaders decide. @throws Refusal */
export const decideLeading: Decide = (command, petition, context) => {
  requireNotErased(command.type, petition);
  requireNotEnded(command.type, petition);
  requireSeparate(command, petition);
  switch (command.type) {
    case 'ApproveAssignment':
    case 'ReturnAssignment':
      return decideAssignment(command, petition, context);
    case 'ApproveOpinion':
    case 'ReturnOpinion':
      return decideOpinion(command, petition, context);
    case 'DecideExtension':
    case 'SuspendHandling':
      return decideClock(command, petition, context);
    case 'ApproveRefusal':
    case 'ReturnRefusal':
    case 'DecideDispute':
    case 'DesignateSuccessor':
      return decideIntake(command, petition, context);
    case 'NoteInstruction':
      return decideRegistration(command, petition, context);
    case 'ReopenPetition':
      return decideReopening(command, petition, context);
    default:
      throw notHere(command.type);
  }
};

/** What reviewing units do, with the hearings. @throws Refusal */
export const decideReviewing: Decide = (command, petition, context) => {
  requireNotErased(command.type, petition);
  requireNotEnded(command.type, petition);
  requireSeparate(command, petition);
  switch (command.type) {
    case 'RequestReview':
    case 'AdmitReview':
    case 'DecideReview':
    case 'ServeReview':
      return decideReview(command, petition, context);
    case 'RecordForceMajeure':
      return decideTolling(command, petition, context);
    case 'ScheduleHearing':
    case 'RecordHearing':
    case 'CancelHearing':
      return decideHearing(command, petition, context);
    default:
      throw notHere(command.type);
  }
};
