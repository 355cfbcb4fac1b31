import { Refusal } from '../errors.ts';
import { decideClosing } from './closing.ts';
import { requireNotEnded } from './ending.ts';
import { decideEvidence } from './evidence.ts';
import type { Decide } from './petition.ts';
import { decideRecusal } from './recusal.ts';
import { decideRegistration } from './registration.ts';
import { decideReview } from './review.ts';
import { decideSplitting } from './splitting.ts';
import { decideSuccession } from './succession.ts';
import { decideWithdrawal } from './withdrawal.ts';

/**
 * Parts of `decide` for functions that need no more: what is public or at the counter cannot decide what belongs to
 * others, and its bundle does not carry it. The rules themselves are the same.
 */
const notHere = (type: string): Refusal => new Refusal('not-permitted', `${type} is not decided here.`);

/** What the petitioner himself can do. @throws Refusal */
export const decideAsPetitioner: Decide = (command, petition, context) => {
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

/** What is done at the reception desk. @throws Refusal */
export const decideAtDesk: Decide = (command, petition, context) => {
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
