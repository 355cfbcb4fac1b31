import { type AccusationCommand, type AccusationEvent, decideAccusation, evolveAccusation } from './accusation.ts';
import { type CompetenceCommand, type CompetenceEvent, decideCompetence, evolveCompetence } from './competence.ts';
import {
  type DirectReceiptCommand,
  type DirectReceiptEvent,
  decideDirectReceipt,
  evolveDirectReceipt,
} from './direct-receipt.ts';
import { decideRefusal, evolveRefusal, type RefusalCommand, type RefusalEvent } from './refusal.ts';
import { decideRetriage, evolveRetriage, type RetriageCommand, type RetriageEvent } from './retriage.ts';
import type { Context, Petition } from './state.ts';
import { decideUrgency, evolveUrgency, type UrgencyCommand, type UrgencyEvent } from './urgency.ts';

/** Everything of intake besides routing and the organ's answer (routing.ts). */
export type IntakeCommand =
  | DirectReceiptCommand
  | CompetenceCommand
  | AccusationCommand
  | UrgencyCommand
  | RetriageCommand
  | RefusalCommand;

export type IntakeEvent =
  | AccusationEvent
  | DirectReceiptEvent
  | CompetenceEvent
  | UrgencyEvent
  | RetriageEvent
  | RefusalEvent;

export const decideIntake = (command: IntakeCommand, petition: Petition, context: Context): readonly IntakeEvent[] => {
  switch (command.type) {
    case 'TakeOverAccusation':
    case 'ReturnAccusation':
      return decideAccusation(command, petition);
    case 'RedirectPetition':
      return decideDirectReceipt(command, petition, context);
    case 'ReferDispute':
    case 'DecideDispute':
    case 'MoveToSuccessor':
    case 'DesignateSuccessor':
      return decideCompetence(command, petition, context);
    case 'FlagUrgent':
    case 'ReportUrgent':
      return decideUrgency(command, petition, context);
    case 'RetriagePetition':
      return decideRetriage(command, petition, context);
    case 'ProposeRefusal':
    case 'ApproveRefusal':
    case 'ReturnRefusal':
    case 'ClaimNewFacts':
    case 'JudgeNewFacts':
      return decideRefusal(command, petition, context);
  }
};

export const evolveIntake = (petition: Petition, event: IntakeEvent): Petition => {
  switch (event.type) {
    case 'AccusationTakenOver':
    case 'AccusationReturned':
      return evolveAccusation(petition, event);
    case 'PetitionRedirected':
      return evolveDirectReceipt(petition, event);
    case 'DisputeReferred':
    case 'DisputeDecided':
    case 'DesignationRequested':
    case 'PetitionMoved':
      return evolveCompetence(petition, event);
    case 'UrgentFlagged':
    case 'UrgentReported':
      return evolveUrgency(petition, event);
    case 'PetitionRetriaged':
      return evolveRetriage(petition, event);
    case 'RefusalProposed':
    case 'RefusalApproved':
    case 'RefusalReturned':
    case 'NewFactsClaimed':
    case 'NewFactsJudged':
      return evolveRefusal(petition, event);
  }
};
