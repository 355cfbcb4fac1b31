import { Refusal } from '../errors.ts';
import type { Context } from '../petition/state.ts';
import { type CommitmentCommand, type CommitmentEvent, decideCommitment } from './commitment.ts';
import { type Session, type SessionCommand, type SessionEvent, visitOf } from './session-state.ts';

/** Decides commands on reception days: all of them, or for one function its own. */
export type DecideSession = (
  command: SessionCommand,
  session: Session,
  context: Pick<Context, 'units' | 'configuration' | 'calendar'>,
) => readonly SessionEvent[];

/** What is done about one commitment of a day. @throws Refusal */
export const decideOnCommitment = (command: CommitmentCommand, session: Session): readonly CommitmentEvent[] => {
  const { commitment } = visitOf(session, command.visit);
  if (!commitment) {
    throw new Refusal('not-the-step', `Nobody is committed to anything by visit ${String(command.visit)}.`);
  }
  return decideCommitment(command, commitment);
};

/** For functions that work on commitments and on nothing else of a day: their bundles carry no other rule. @throws Refusal */
export const decideCommitmentsOnly: DecideSession = (command, session) => {
  switch (command.type) {
    case 'LogCommitmentProgress':
    case 'RecordFollowUp':
    case 'ConfirmCommitment':
    case 'ReturnCommitment':
    case 'UrgeCommitment':
      if (!session.content) throw new Refusal('not-found', 'There is no such session.');
      return decideOnCommitment(command, session);
    default:
      throw new Refusal('not-permitted', `${command.type} is not decided here.`);
  }
};
