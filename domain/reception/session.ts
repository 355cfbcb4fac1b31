import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import type { Context } from '../petition/state.ts';
import { decideAnnouncement, publish } from './announcement.ts';
import { recountedCommitment, sweptCommitment } from './commitment.ts';
import { type DecideSession, decideOnCommitment } from './commitments.ts';
import type { DayCommand, Session, SessionContent, SessionEvent } from './session-state.ts';
import { decideVisit, withheldVisits } from './visits.ts';

/**
 * Commitments that one pass of the sweep notes; each brings up to two tasks and a supervision of its petition, with two tasks
 * again, and a transaction ends at 100 items. The rest waits for the next pass.
 */
const sweptCommitments = 10;

type Rules = Pick<Context, 'units' | 'configuration' | 'calendar'>;

const decideDay = (
  command: Exclude<DayCommand, { type: 'PublishSession' }>,
  session: Session,
  content: SessionContent,
  context: Rules,
): readonly SessionEvent[] => {
  // Who was registered has been told: each such visit ends, or is moved.
  if (session.cancelled && !(command.type === 'CheckIn' && !command.arrived) && command.type !== 'MoveVisit') {
    throw new Refusal('already-decided', `The reception day was cancelled on ${session.cancelled.on}.`);
  }
  switch (command.type) {
    case 'ReplaceLeader':
    case 'ConfirmReception':
    case 'RescheduleSession':
    case 'CancelSession':
    case 'NoteAttendance':
      return decideAnnouncement(command, session, content, context);
    case 'PreRegisterVisit':
    case 'MoveVisit':
    case 'CheckIn':
    case 'RecordVisit':
    case 'IssueInstruction':
      return decideVisit(command, session, content, context);
    case 'SweepCommitments': {
      const { withheld = [] } = command;
      const on = legalDay(command.at);
      const noted = session.visits.flatMap(({ commitment, erasedOn }, index) =>
        commitment && erasedOn === undefined && !withheld.includes(index + 1)
          ? sweptCommitment(index + 1, commitment, on, context.configuration)
          : [],
      );
      return [...withheldVisits(session, withheld, on), ...noted].slice(0, sweptCommitments);
    }
    case 'RecountCommitments':
      return session.visits
        .flatMap(({ commitment, erasedOn }, index) =>
          commitment && erasedOn === undefined
            ? recountedCommitment(index + 1, commitment, legalDay(command.at), {
                calendar: context.calendar,
                version: command.calendar,
              })
            : [],
        )
        .slice(0, sweptCommitments);
  }
};

/** @throws Refusal when the rules do not allow it. */
export const decideSession: DecideSession = (command, session, context) => {
  if (command.type === 'PublishSession') {
    if (session.content) throw new Refusal('already-decided', 'The session is published.');
    return publish(command, context);
  }
  const { content } = session;
  if (!content) throw new Refusal('not-found', 'There is no such session.');
  switch (command.type) {
    case 'LogCommitmentProgress':
    case 'RecordFollowUp':
    case 'ConfirmCommitment':
    case 'ReturnCommitment':
    case 'UrgeCommitment':
      return decideOnCommitment(command, session);
    default:
      return decideDay(command, session, content, context);
  }
};
