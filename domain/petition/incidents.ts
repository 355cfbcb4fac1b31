import { type ContactCommand, type ContactEvent, decideContact, evolveContact } from './contact.ts';
import { decideHearing, evolveHearing, type HearingCommand, type HearingEvent } from './hearing.ts';
import { decideReopening, evolveReopening, type ReopeningCommand, type ReopeningEvent } from './reopening.ts';
import { decideSplitting, evolveSplitting, type SplittingCommand, type SplittingEvent } from './splitting.ts';
import type { SponsorshipEvent } from './sponsorship-facts.ts';
import type { Context, Petition } from './state.ts';
import { decideSuccession, evolveSuccession, type SuccessionCommand, type SuccessionEvent } from './succession.ts';
import { decideSupport, evolveSupport, type SupportCommand, type SupportEvent } from './support.ts';
import { decideTolling, evolveTolling, type TollingCommand, type TollingEvent } from './tolling.ts';
import { decideTransfer, evolveTransfer, type TransferCommand, type TransferEvent } from './transfer.ts';
import { decideWithdrawal, evolveWithdrawal, type WithdrawalCommand, type WithdrawalEvent } from './withdrawal.ts';

/** What can come between registration and closing, and after it, beside the ordinary way. */
export type IncidentCommand =
  | HearingCommand
  | SupportCommand
  | WithdrawalCommand
  | SuccessionCommand
  | ContactCommand
  | SplittingCommand
  | ReopeningCommand
  | TollingCommand
  | TransferCommand;

export type IncidentEvent =
  | HearingEvent
  | SupportEvent
  | WithdrawalEvent
  | SuccessionEvent
  | ContactEvent
  | SplittingEvent
  | ReopeningEvent
  | TollingEvent
  | TransferEvent;

/** @throws Refusal when the rules do not allow it */
export const decideIncident = (
  command: IncidentCommand,
  petition: Petition,
  context: Context,
): readonly (IncidentEvent | SponsorshipEvent)[] => {
  switch (command.type) {
    case 'ScheduleHearing':
    case 'RecordHearing':
    case 'CancelHearing':
      return decideHearing(command, petition, context);
    case 'RecordSupport':
      return decideSupport(command, petition);
    case 'RequestWithdrawal':
    case 'DecideWithdrawal':
    case 'RetractWithdrawal':
      return decideWithdrawal(command, petition);
    case 'RecordDeath':
    case 'ContinueByHeirs':
    case 'DecideAfterDeath':
    case 'ChangeRepresentatives':
      return decideSuccession(command, petition, context);
    case 'RecordContactAttempt':
    case 'PublishByCode':
      return decideContact(command, petition, context);
    case 'SplitPetition':
    case 'NoteChild':
      return decideSplitting(command, petition);
    case 'ReopenPetition':
      return decideReopening(command, petition, context);
    case 'RecordForceMajeure':
      return decideTolling(command, petition, context);
    case 'TransferPetition':
      return decideTransfer(command, petition, context);
  }
};

export const evolveIncident = (petition: Petition, event: IncidentEvent): Petition => {
  switch (event.type) {
    case 'HearingNotified':
    case 'HearingHeld':
    case 'HearingCancelled':
      return evolveHearing(petition, event);
    case 'SupportRecorded':
      return evolveSupport(petition, event);
    case 'WithdrawalRequested':
    case 'WithdrawalConsented':
    case 'WithdrawalRefused':
    case 'WithdrawalRetracted':
      return evolveWithdrawal(petition, event);
    case 'DeathRecorded':
    case 'PetitionerSucceeded':
    case 'DecidedAfterDeath':
    case 'RepresentativesChanged':
      return evolveSuccession(petition, event);
    case 'ContactAttempted':
    case 'PublishedByCode':
      return evolveContact(petition, event);
    case 'PetitionSplit':
    case 'ChildSettled':
    case 'ChildReopened':
      return evolveSplitting(petition, event);
    case 'PetitionReopened':
      return evolveReopening(petition, event);
    case 'ForceMajeureRecorded':
      return evolveTolling(petition, event);
    case 'PetitionTransferred':
      return evolveTransfer(petition, event);
  }
};
