import type { NewEvent } from '../ports.ts';
import { stopStage } from '../workflow/flow.ts';
import { endRound, openRound, settle } from '../workflow/progress.ts';
import { commitmentFrom, evolveCommitment } from './commitment.ts';
import { initialSession, type Session, type SessionEvent, type Visit } from './session-state.ts';

const withVisit = (session: Session, number: number, change: Partial<Visit>): readonly Visit[] =>
  session.visits.map((visit, index) => (index === number - 1 ? { ...visit, ...change } : visit));

const standing = ({ unconfirmed }: Pick<Session, 'unconfirmed'>): Pick<Session, 'unconfirmed'> =>
  unconfirmed ? { unconfirmed } : {};

const withoutMarks = ({ unconfirmed: _, withheld: __, ...session }: Session): Session => session;

const apply = (session: Session, event: SessionEvent): Session => {
  const { progress } = session;
  const done = (visit: number, step: string, outcome: string) =>
    settle(progress, 'reception', step, { outcome }, { round: visit });
  switch (event.type) {
    case 'SessionPublished':
      return {
        ...session,
        ...(event.data.unconfirmed ? { unconfirmed: true, withheld: true } : {}),
        id: event.data.id,
        unit: event.data.unit,
        content: event.data.content,
      };
    case 'ReceptionConfirmed':
      return withoutMarks(session);
    case 'LeaderReplaced': {
      const { reason: _, on, unconfirmed, ...receiver } = event.data;
      const { content } = session;
      if (!content) return session;
      const { leader, leaderName, post, portfolio } = content;
      const former = { leader, leaderName, post, portfolio, on, ...standing(session) };
      return {
        ...(unconfirmed ? { ...session, unconfirmed } : withoutMarks(session)),
        replaced: [...session.replaced, former],
        content: { ...content, ...receiver },
      };
    }
    case 'SessionRescheduled': {
      const { reason, on, ...appointed } = event.data;
      const { content } = session;
      if (!content) return session;
      const { place, date, from, to } = content;
      const moved = [...session.moved, { place, date, from, to, reason, on }];
      return { ...session, moved, content: { ...content, ...appointed } };
    }
    case 'SessionCancelled':
      return { ...session, cancelled: event.data };
    case 'AttendanceNoted': {
      const { remark: _, ...attendance } = event.data;
      return { ...session, attendance: [...session.attendance, attendance] };
    }
    case 'VisitPreRegistered': {
      const { visit: _, ...visit } = event.data;
      return { ...session, visits: [...session.visits, visit], progress: openRound(progress, 'reception') };
    }
    case 'VisitorCheckedIn': {
      const { visit, ...came } = event.data;
      return {
        ...session,
        visits: withVisit(session, visit, came),
        progress: done(visit, 'check-in', 'arrived'),
      };
    }
    case 'VisitorAbsent': {
      const { visit, ...late } = event.data;
      return {
        ...session,
        visits: withVisit(session, visit, { outcome: 'absent', ...late }),
        progress: endRound(done(visit, 'check-in', 'absent'), 'reception', visit),
      };
    }
    case 'VisitMoved': {
      const { visit, to } = event.data;
      return {
        ...session,
        visits: withVisit(session, visit, { outcome: 'moved', movedTo: to }),
        // For the machine nobody came.
        progress: endRound(done(visit, 'check-in', 'absent'), 'reception', visit),
      };
    }
    case 'VisitRecorded': {
      const { visit, ...told } = event.data;
      return { ...session, visits: withVisit(session, visit, told), progress: done(visit, 'record-visit', 'recorded') };
    }
    case 'InstructionIssued': {
      const { visit, instruction, leader, on } = event.data;
      const said = { instruction, instructed: { by: leader, on } };
      if (!event.data.solvedOnTheSpot) {
        const commitment = commitmentFrom(event.data.responsibleUnit, leader, on, event.data);
        return {
          ...session,
          visits: withVisit(session, visit, { ...said, commitment }),
          progress: done(visit, 'instruct', 'follow-up'),
        };
      }
      return {
        ...session,
        visits: withVisit(session, visit, { ...said, outcome: 'solved' }),
        progress: endRound(done(visit, 'instruct', 'solved'), 'reception', visit),
      };
    }
    case 'VisitMatterNamed': {
      const { visit, petition } = event.data;
      return { ...session, visits: withVisit(session, visit, { petition }) };
    }
    case 'VisitWithheld': {
      const { visit } = event.data;
      return {
        ...session,
        visits: withVisit(session, visit, { outcome: 'withheld' }),
        progress: stopStage(progress, 'reception', visit),
      };
    }
    case 'VisitErased':
      return { ...session, visits: withVisit(session, event.data.visit, { erasedOn: event.data.on }) };
    default: {
      const { visit } = event.data;
      const commitment = session.visits[visit - 1]?.commitment;
      if (!commitment) return session;
      const after = evolveCommitment(commitment, event);
      if (event.type !== 'FollowUpRecorded')
        return { ...session, visits: withVisit(session, visit, { commitment: after }) };
      return {
        ...session,
        visits: withVisit(session, visit, { commitment: after, outcome: 'followed-up' }),
        // The machine's round ends with the first result; what comes back to the unit is a task.
        progress: endRound(done(visit, 'follow-up', 'done'), 'reception', visit),
      };
    }
  }
};

/** Folds one fact into the session. */
export const evolveSession = (session: Session, event: SessionEvent): Session => ({
  ...apply(session, event),
  version: session.version + 1,
});

/** Folds a history, oldest first. */
export const foldSession = (events: readonly Pick<NewEvent, 'type' | 'data'>[]): Session =>
  (events as readonly SessionEvent[]).reduce(evolveSession, initialSession);
