import { dueAfterDays, legalDay, plusDays } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { knownUnit } from '../petition/guards.ts';
import { maximumRepresentatives } from '../petition/registration.ts';
import type { Context } from '../petition/state.ts';
import type { NewEvent } from '../ports.ts';
import { waitingSteps } from '../workflow/flow.ts';
import { decisionAt, endRound, openRound, settle } from '../workflow/progress.ts';
import { commitmentFrom, decideCommitment, evolveCommitment, requireToCome, sweptCommitment } from './commitment.ts';
import {
  type Appointed,
  type Arrival,
  checkInOf,
  type DayCommand,
  initialSession,
  maximumVisits,
  type Session,
  type SessionCommand,
  type SessionContent,
  type SessionEvent,
  stated,
  type Visit,
  type VisitErased,
} from './session-state.ts';
import { receivedBy } from './summary.ts';

/** Commitments that one pass of the sweep notes; each brings up to two tasks. The rest waits for the next pass. */
const sweptCommitments = 25;

/** Also the answer about a visit whose matter is sealed. */
export const noSuchVisit = (number: number): Refusal =>
  new Refusal('not-found', `The session has no visit ${String(number)}.`);

const visitOf = (session: Session, number: number): Visit => {
  const visit = session.visits[number - 1];
  if (!visit) throw noSuchVisit(number);
  return visit;
};

const requireVisitStep = (session: Session, step: string, visit: number): void => {
  visitOf(session, visit);
  if (decisionAt(session.progress, { stage: 'reception', round: visit, step })) {
    throw new Refusal('already-decided', `"${step}" of visit ${String(visit)} is done.`);
  }
  if (!waitingSteps(session.progress).some((each) => each.round === visit && each.step === step)) {
    throw new Refusal('not-the-step', `Visit ${String(visit)} does not wait for "${step}".`);
  }
};

/** @throws Refusal for a time that ends before it begins, or a day that comes too soon to be announced */
const requireAnnounced = (
  { date, from, to }: Appointed,
  today: string,
  { configuration }: Pick<Context, 'configuration'>,
): void => {
  const { receptionPublication } = configuration;
  if (date < today) {
    throw new Refusal('rule-violated', 'A reception day is published before it comes.', {
      pointer: '/date',
      basis: 'R18',
    });
  }
  if (receptionPublication && date < plusDays(today, receptionPublication.days)) {
    const days = String(receptionPublication.days);
    throw new Refusal(
      'rule-violated',
      `A reception day is published ${days} days ahead (${receptionPublication.source}).`,
      {
        pointer: '/date',
      },
    );
  }
  if (to <= from) throw new Refusal('rule-violated', 'The session ends after it begins.', { pointer: '/to' });
};

type Rules = Pick<Context, 'units' | 'configuration' | 'calendar'>;

/**
 * What happens on a reception day is noted on it; later only as late, and only for the configured days.
 * @returns the legal day where it is late. @throws Refusal
 */
const lateOn = (
  { date }: SessionContent,
  today: string,
  { configuration }: Pick<Context, 'configuration'>,
): string | undefined => {
  if (today <= date) return undefined;
  const { days, source } = configuration.receptionRecords;
  if (today > plusDays(date, days)) {
    const until = plusDays(date, days);
    throw new Refusal(
      'not-the-step',
      `The reception day was ${date}; what was late could be noted until ${until} (${source}).`,
    );
  }
  return today;
};

const requireCome = ({ date }: SessionContent, today: string): void => {
  if (today < date) throw new Refusal('not-the-step', `The reception day is ${date}.`);
};

/** How a visit comes about follows from the form of the day and from when it is announced. */
const arrivalOn = ({ mode, date }: SessionContent, today: string): Arrival => {
  if (today >= date) return 'walk-in';
  return ({ 定点接访: 'pre-registered', 重点约访: 'appointed', 带案下访: 'case-brought' } as const)[mode];
};

const publish = (
  { id, content, by, at }: Extract<DayCommand, { type: 'PublishSession' }>,
  context: Pick<Context, 'units' | 'configuration'>,
): readonly SessionEvent[] => {
  requireAnnounced(content, legalDay(at), context);
  for (const [index, { departments }] of (content.rooms ?? []).entries())
    for (const [position, unit] of departments.entries())
      knownUnit(context.units, unit, `/rooms/${String(index)}/departments/${String(position)}`);
  return [{ type: 'SessionPublished', data: { id, unit: by.unit, content, basis: 'R18' } }];
};

const preRegister = (
  { visitor, address, purpose, persons, room, petition, at }: Extract<DayCommand, { type: 'PreRegisterVisit' }>,
  { visits }: Session,
  content: SessionContent,
  context: Pick<Context, 'configuration'>,
): readonly SessionEvent[] => {
  const notedOn = lateOn(content, legalDay(at), context);
  if (visits.length >= maximumVisits) {
    throw new Refusal(
      'rule-violated',
      `A published day takes ${String(maximumVisits)} visits. Publish another one of the same leader.`,
    );
  }
  if (room !== undefined && content.rooms?.[room - 1] === undefined) {
    throw new Refusal('rule-violated', 'There is no such topic room.', { pointer: '/room' });
  }
  const arrival = arrivalOn(content, legalDay(at));
  if (arrival === 'case-brought' && petition === undefined) {
    throw new Refusal('rule-violated', 'Whoever brings a case down names the case.', { pointer: '/petition' });
  }
  const more = stated({ address, room, petition, notedOn });
  return [
    { type: 'VisitPreRegistered', data: { visit: visits.length + 1, visitor, purpose, persons, arrival, ...more } },
  ];
};

/** Steps of a commitment are handlers'. Offices, committees and villages have none: there it would wait for nobody. */
const requireHandlers = (units: UnitDirectory, unit: string): void => {
  knownUnit(units, unit, '/responsibleUnit');
  if (units.answeringRoleOf(unit) !== 'handler' || units.get(unit)?.kind === 'village-committee') {
    throw new Refusal('rule-violated', 'This unit has no handlers who could carry it out. Name the one above it.', {
      pointer: '/responsibleUnit',
    });
  }
};

const instruct = (
  command: Extract<DayCommand, { type: 'IssueInstruction' }>,
  { leader }: SessionContent,
  { units, configuration, calendar }: Rules,
): readonly SessionEvent[] => {
  if (command.by.id !== leader) {
    throw new Refusal('not-permitted', 'Only the leader who receives gives the instruction.');
  }
  const { visit, instruction, solvedOnTheSpot, responsibleUnit, due } = command;
  const on = legalDay(command.at);
  if (responsibleUnit !== undefined) requireHandlers(units, responsibleUnit);
  if (due !== undefined) requireToCome(due, on);
  const said = { visit, instruction, leader, on };
  if (solvedOnTheSpot) {
    return [{ type: 'InstructionIssued', data: { ...said, solvedOnTheSpot, ...stated({ responsibleUnit, due }) } }];
  }
  if (responsibleUnit === undefined) {
    throw new Refusal('rule-violated', 'What is not solved on the spot names the unit that follows it up.', {
      pointer: '/responsibleUnit',
    });
  }
  const { days, source } = configuration.receptionFollowUp;
  const until = due === undefined ? { due: dueAfterDays(on, days, calendar), dueSource: source } : { due };
  return [{ type: 'InstructionIssued', data: { ...said, solvedOnTheSpot, responsibleUnit, ...until } }];
};

/** Once for a leader; a second time it corrects, with a reason, and both are kept. */
const noteAttendance = (
  { attended, remark, reason, at }: Extract<DayCommand, { type: 'NoteAttendance' }>,
  session: Session,
  content: SessionContent,
  context: Pick<Context, 'configuration'>,
): readonly SessionEvent[] => {
  const today = legalDay(at);
  requireCome(content, today);
  const { leader } = content;
  const before = session.attendance.findLast((each) => each.leader === leader);
  if (before?.attended === attended || (before && reason === undefined)) {
    throw new Refusal('already-decided', 'It is noted whether this leader was there. A correction says why.', {
      pointer: before?.attended === attended ? '/attended' : '/reason',
    });
  }
  const [other] = receivedBy(session);
  if (attended && other !== undefined && other !== leader) {
    throw new Refusal('already-decided', 'Another leader has received on this day: it is done by one.');
  }
  // That he was not there can be found out at any time.
  const notedOn = attended || !before ? lateOn(content, today, context) : today > content.date ? today : undefined;
  return [
    {
      type: 'AttendanceNoted',
      data: { leader, attended, ...stated({ remark, notedOn }), ...(before ? stated({ reason }) : {}) },
    },
  ];
};

const decideDay = (
  command: Exclude<DayCommand, { type: 'PublishSession' }>,
  session: Session,
  content: SessionContent,
  context: Rules,
): readonly SessionEvent[] => {
  const on = legalDay(command.at);
  // Who was registered has been told: each such visit ends.
  if (session.cancelled && !(command.type === 'CheckIn' && !command.arrived)) {
    throw new Refusal('already-decided', `The reception day was cancelled on ${session.cancelled.on}.`);
  }
  switch (command.type) {
    case 'PreRegisterVisit':
      return preRegister(command, session, content, context);
    case 'ReplaceLeader': {
      const { leader, leaderName, post, portfolio, reason } = command;
      if (leader === content.leader) {
        throw new Refusal('rule-violated', 'This leader is the one who receives.', { pointer: '/leader' });
      }
      if (on > content.date) throw new Refusal('not-the-step', `The reception day was ${content.date}.`);
      if (session.attendance.findLast((each) => each.leader === content.leader)?.attended === true) {
        throw new Refusal('already-decided', 'It is noted that the leader who receives is there.');
      }
      return [{ type: 'LeaderReplaced', data: { leader, leaderName, post, portfolio, reason, on } }];
    }
    case 'RescheduleSession': {
      if (on > content.date) throw new Refusal('not-the-step', `The reception day was ${content.date}.`);
      if (
        session.attendance.length > 0 ||
        session.visits.some((_, index) => decisionAt(session.progress, checkInOf(index)))
      ) {
        throw new Refusal('not-the-step', 'The reception day has begun.');
      }
      const { place, date, from, to, reason } = command;
      requireAnnounced(command, on, context);
      return [{ type: 'SessionRescheduled', data: { place, date, from, to, reason, on } }];
    }
    case 'CancelSession':
      // A day that has come and is not held is owed, and not taken back.
      if (on >= content.date) throw new Refusal('not-the-step', `The reception day is ${content.date}.`);
      return [{ type: 'SessionCancelled', data: { reason: command.reason, on } }];
    case 'NoteAttendance':
      return noteAttendance(command, session, content, context);
    case 'CheckIn': {
      const { visit, arrived, persons = visitOf(session, visit).persons } = command;
      requireVisitStep(session, 'check-in', visit);
      if (!session.cancelled) requireCome(content, on);
      // That nobody came can be said at any time: otherwise the visit would wait for ever.
      if (!arrived) return [{ type: 'VisitorAbsent', data: { visit, ...(on > content.date ? { notedOn: on } : {}) } }];
      const notedOn = lateOn(content, on, context);
      return [{ type: 'VisitorCheckedIn', data: { visit, persons, ...stated({ notedOn }) } }];
    }
    case 'RecordVisit': {
      requireVisitStep(session, 'record-visit', command.visit);
      const { visit, account, place, cause, representatives, petition } = command;
      if (representatives.length > maximumRepresentatives) {
        throw new Refusal(
          'too-many-representatives',
          'A joint visit names at most five representatives; the headcount keeps everyone.',
          {
            pointer: `/representatives/${String(maximumRepresentatives)}`,
            basis: 'R20',
          },
        );
      }
      if (representatives.length > visitOf(session, visit).persons) {
        throw new Refusal('rule-violated', 'There were not that many persons.', { pointer: '/representatives' });
      }
      const more = stated({ place, cause, petition });
      return [{ type: 'VisitRecorded', data: { visit, account, representatives, ...more } }];
    }
    case 'IssueInstruction':
      requireVisitStep(session, 'instruct', command.visit);
      return instruct(command, content, context);
    case 'SweepCommitments':
      return session.visits
        .flatMap(({ commitment, erasedOn }, index) =>
          commitment && erasedOn === undefined && !command.withheld?.includes(index + 1)
            ? sweptCommitment(index + 1, commitment, on, context.configuration)
            : [],
        )
        .slice(0, sweptCommitments);
  }
};

/** @throws Refusal when the rules do not allow it. */
export const decideSession = (command: SessionCommand, session: Session, context: Rules): readonly SessionEvent[] => {
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
    case 'UrgeCommitment': {
      const { commitment } = visitOf(session, command.visit);
      if (!commitment) {
        throw new Refusal('not-the-step', `Nobody is committed to anything by visit ${String(command.visit)}.`);
      }
      return decideCommitment(command, commitment);
    }
    default:
      return decideDay(command, session, content, context);
  }
};

/**
 * Visits whose petition is erased. One that waits for somebody is ended first: nothing could be added to it afterwards.
 * @param sealed the petition is: then nobody can end it any more
 * @throws Refusal
 */
export const eraseVisits = (
  session: Session,
  visits: readonly number[],
  on: string,
  sealed = false,
): readonly VisitErased[] =>
  visits.flatMap((visit) => {
    const { outcome, commitment, erasedOn } = visitOf(session, visit);
    if (erasedOn !== undefined) return [];
    if (!sealed && (outcome === undefined || (commitment && commitment.completedOn === undefined))) {
      throw new Refusal('not-the-step', `Visit ${String(visit)} of ${session.id} is not followed up yet.`, {
        basis: 'P19',
      });
    }
    return [{ type: 'VisitErased', data: { visit, on, basis: 'P47' } }];
  });

const withVisit = (session: Session, number: number, change: Partial<Visit>): readonly Visit[] =>
  session.visits.map((visit, index) => (index === number - 1 ? { ...visit, ...change } : visit));

const apply = (session: Session, event: SessionEvent): Session => {
  const { progress } = session;
  const done = (visit: number, step: string, outcome: string) =>
    settle(progress, 'reception', step, { outcome }, { round: visit });
  switch (event.type) {
    case 'SessionPublished':
      return { ...session, id: event.data.id, unit: event.data.unit, content: event.data.content };
    case 'LeaderReplaced': {
      const { reason: _, on, ...receiver } = event.data;
      const { content } = session;
      if (!content) return session;
      const { leader, leaderName, post, portfolio } = content;
      const replaced = [...session.replaced, { leader, leaderName, post, portfolio, on }];
      return { ...session, replaced, content: { ...content, ...receiver } };
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
    case 'VisitRecorded': {
      const { visit, ...told } = event.data;
      return { ...session, visits: withVisit(session, visit, told), progress: done(visit, 'record-visit', 'recorded') };
    }
    case 'InstructionIssued': {
      const { visit, instruction, leader, on } = event.data;
      const said = { instruction, instructed: { by: leader, on } };
      if (!event.data.solvedOnTheSpot) {
        const { responsibleUnit, due, dueSource } = event.data;
        const commitment = commitmentFrom(responsibleUnit, leader, on, due, dueSource);
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
