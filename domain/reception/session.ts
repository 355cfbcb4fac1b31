import { legalDay, plusDays } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { knownUnit } from '../petition/guards.ts';
import { maximumRepresentatives } from '../petition/registration.ts';
import type { Context, Issued } from '../petition/state.ts';
import type { HeadView, NewEvent } from '../ports.ts';
import { waitingSteps } from '../workflow/flow.ts';
import { decisionAt, endRound, openRound, type Progress, settle } from '../workflow/progress.ts';
import {
  type Commitment,
  type CommitmentCommand,
  type CommitmentEvent,
  commitmentFrom,
  commitmentTimer,
  decideCommitment,
  evolveCommitment,
  requireToCome,
  sweptCommitment,
} from './commitment.ts';

/** Fixed desk, by appointment, or travelling to the place with a case. */
export const receptionModes = ['定点接访', '重点约访', '带案下访'] as const;

/** Who receives, as it is published (Art. 18). */
export interface Receiver {
  readonly leader: string;
  readonly leaderName: string;
  readonly post: string;
  readonly portfolio: string;
}

/** When and where. */
export interface Appointed {
  readonly place: string;
  /** Legal day. */
  readonly date: string;
  readonly from: string;
  readonly to: string;
}

/** A room for one topic, where departments receive together with the leader (联合接访). */
export interface TopicRoom {
  readonly topic: string;
  readonly place: string;
  readonly departments: readonly string[];
}

/** A published reception day of a leader (领导干部接访, Art. 18). */
export interface SessionContent extends Receiver, Appointed {
  readonly mode: (typeof receptionModes)[number];
  readonly rooms?: readonly TopicRoom[];
}

/** How a visit came about: announced beforehand, called in, brought down to the petitioner, or simply there. */
export const arrivals = ['pre-registered', 'appointed', 'case-brought', 'walk-in'] as const;
export type Arrival = (typeof arrivals)[number];

/** One visit is one batch (批次) and one row of the ledger (台账). */
export interface Visit {
  readonly visitor: string;
  /** Unit or address, for the ledger. */
  readonly address?: string;
  readonly purpose: string;
  /** Persons present (人次). */
  readonly persons: number;
  readonly arrival: Arrival;
  /** Topic room, by its number. */
  readonly room?: number;
  readonly petition?: string;
  readonly account?: string;
  /** Where it happened, and why. */
  readonly place?: string;
  readonly cause?: string;
  readonly representatives?: readonly string[];
  readonly instruction?: string;
  readonly instructed?: { readonly by: string; readonly on: string };
  /** What the instruction commits a unit to; absent of what was solved on the spot. */
  readonly commitment?: Commitment;
  readonly outcome?: 'absent' | 'solved' | 'followed-up';
  /** Its key was destroyed on this day: no text of it can be read any more. */
  readonly erasedOn?: string;
}

export interface Session {
  readonly id: string;
  readonly version: number;
  readonly unit?: string;
  readonly content?: SessionContent;
  /** Leaders who were announced and did not receive, each with the day of the change. */
  readonly replaced: readonly (Receiver & { readonly on: string })[];
  /** As it was announced before it was moved. */
  readonly moved: readonly (Appointed & { readonly reason: string; readonly on: string })[];
  /** Whether a leader was there, as the desk noted it. */
  readonly attendance: readonly { readonly leader: string; readonly attended: boolean }[];
  readonly visits: readonly Visit[];
  readonly progress: Progress;
}

type DayCommand = Issued &
  (
    | { readonly type: 'PublishSession'; readonly id: string; readonly content: SessionContent }
    | {
        readonly type: 'PreRegisterVisit';
        readonly visitor: string;
        readonly address?: string;
        readonly purpose: string;
        readonly persons: number;
        readonly room?: number;
        readonly petition?: string;
      }
    | { readonly type: 'CheckIn'; readonly visit: number; readonly arrived: boolean; readonly persons?: number }
    | {
        readonly type: 'RecordVisit';
        readonly visit: number;
        readonly account: string;
        readonly place?: string;
        readonly cause?: string;
        readonly representatives: readonly string[];
        readonly petition?: string;
      }
    | {
        readonly type: 'IssueInstruction';
        readonly visit: number;
        readonly instruction: string;
        readonly solvedOnTheSpot: boolean;
        readonly responsibleUnit?: string;
        readonly due?: string;
      }
    | ({ readonly type: 'ReplaceLeader'; readonly reason: string } & Receiver)
    | ({ readonly type: 'RescheduleSession'; readonly reason: string } & Appointed)
    | { readonly type: 'NoteAttendance'; readonly attended: boolean; readonly remark?: string }
    | { readonly type: 'SweepCommitments' }
  );

/** `SweepCommitments` is the clock's own. */
export type SessionCommand = DayCommand | CommitmentCommand;

type DayEvent =
  | {
      readonly type: 'SessionPublished';
      readonly data: {
        readonly id: string;
        readonly unit: string;
        readonly content: SessionContent;
        readonly basis: 'R18';
      };
    }
  | {
      readonly type: 'LeaderReplaced';
      readonly data: Receiver & { readonly reason: string; readonly on: string };
    }
  | {
      readonly type: 'SessionRescheduled';
      readonly data: Appointed & { readonly reason: string; readonly on: string };
    }
  | {
      readonly type: 'AttendanceNoted';
      readonly data: { readonly leader: string; readonly attended: boolean; readonly remark?: string };
    }
  | {
      readonly type: 'VisitPreRegistered';
      readonly data: {
        readonly visit: number;
        readonly visitor: string;
        readonly address?: string;
        readonly purpose: string;
        readonly persons: number;
        readonly arrival: Arrival;
        readonly room?: number;
        readonly petition?: string;
      };
    }
  | { readonly type: 'VisitorCheckedIn'; readonly data: { readonly visit: number; readonly persons: number } }
  | { readonly type: 'VisitorAbsent'; readonly data: { readonly visit: number } }
  | {
      readonly type: 'VisitRecorded';
      readonly data: {
        readonly visit: number;
        readonly account: string;
        readonly place?: string;
        readonly cause?: string;
        readonly representatives: readonly string[];
        readonly petition?: string;
      };
    }
  | {
      readonly type: 'InstructionIssued';
      readonly data: {
        readonly visit: number;
        readonly instruction: string;
        readonly solvedOnTheSpot: boolean;
        readonly leader: string;
        readonly on: string;
        readonly responsibleUnit?: string;
        readonly due?: string;
      };
    }
  | VisitErased;

/** With the personal data of the petition that was told there (PIPL Art. 47). */
export interface VisitErased {
  readonly type: 'VisitErased';
  readonly data: { readonly visit: number; readonly on: string; readonly basis: 'P47' };
}

export type SessionEvent = DayEvent | CommitmentEvent;

export const initialSession: Session = {
  id: '',
  version: 0,
  replaced: [],
  moved: [],
  attendance: [],
  visits: [],
  progress: {},
};

/**
 * Visits of one published day. A change of the day or of its leader moves the work items of all of them in one transaction,
 * which DynamoDB ends at 100 items; who has more publishes another session, which for the leader's duty is the same day.
 */
export const maximumVisits = 80;

/** Commitments that one pass of the sweep notes; each brings up to two tasks. The rest waits for the next pass. */
const sweptCommitments = 25;

const visitOf = (session: Session, number: number): Visit => {
  const visit = session.visits[number - 1];
  if (!visit) throw new Refusal('not-found', `The session has no visit ${String(number)}.`);
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

/** How a visit comes about follows from the form of the day and from when it is announced. */
const arrivalOn = ({ mode, date }: SessionContent, today: string): Arrival => {
  if (today >= date) return 'walk-in';
  return ({ 定点接访: 'pre-registered', 重点约访: 'appointed', 带案下访: 'case-brought' } as const)[mode];
};

const stated = <T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, each]) => each !== undefined)) as never;

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
): readonly SessionEvent[] => {
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
  const more = stated({ address, room, petition });
  return [
    { type: 'VisitPreRegistered', data: { visit: visits.length + 1, visitor, purpose, persons, arrival, ...more } },
  ];
};

const instruct = (
  command: Extract<DayCommand, { type: 'IssueInstruction' }>,
  { leader }: SessionContent,
  { units, configuration }: Pick<Context, 'units' | 'configuration'>,
): readonly SessionEvent[] => {
  if (command.by.id !== leader) {
    throw new Refusal('not-permitted', 'Only the leader who receives gives the instruction.');
  }
  const { visit, instruction, solvedOnTheSpot, responsibleUnit, due } = command;
  const on = legalDay(command.at);
  if (!solvedOnTheSpot && responsibleUnit === undefined) {
    throw new Refusal('rule-violated', 'What is not solved on the spot names the unit that follows it up.', {
      pointer: '/responsibleUnit',
    });
  }
  if (responsibleUnit !== undefined) knownUnit(units, responsibleUnit, '/responsibleUnit');
  if (due !== undefined) requireToCome(due, on);
  const until = solvedOnTheSpot ? due : (due ?? plusDays(on, configuration.receptionFollowUp.days));
  const data = { visit, instruction, solvedOnTheSpot, leader, on, ...stated({ responsibleUnit, due: until }) };
  return [{ type: 'InstructionIssued', data }];
};

const decideDay = (
  command: Exclude<DayCommand, { type: 'PublishSession' }>,
  session: Session,
  content: SessionContent,
  context: Pick<Context, 'units' | 'configuration'>,
): readonly SessionEvent[] => {
  const on = legalDay(command.at);
  switch (command.type) {
    case 'PreRegisterVisit':
      return preRegister(command, session, content);
    case 'ReplaceLeader': {
      const { leader, leaderName, post, portfolio, reason } = command;
      if (leader === content.leader) {
        throw new Refusal('rule-violated', 'This leader is the one who receives.', { pointer: '/leader' });
      }
      return [{ type: 'LeaderReplaced', data: { leader, leaderName, post, portfolio, reason, on } }];
    }
    case 'RescheduleSession': {
      if (on > content.date) throw new Refusal('not-the-step', `The reception day was ${content.date}.`);
      if (session.visits.some((_, index) => decisionAt(session.progress, checkInOf(index)))) {
        throw new Refusal('not-the-step', 'The reception day has begun.');
      }
      const { place, date, from, to, reason } = command;
      requireAnnounced(command, on, context);
      return [{ type: 'SessionRescheduled', data: { place, date, from, to, reason, on } }];
    }
    case 'NoteAttendance': {
      if (on < content.date) throw new Refusal('not-the-step', `The reception day is ${content.date}.`);
      const { leader } = content;
      if (session.attendance.some((each) => each.leader === leader)) {
        throw new Refusal('already-decided', 'It is noted whether this leader was there.');
      }
      const { attended, remark } = command;
      return [{ type: 'AttendanceNoted', data: { leader, attended, ...stated({ remark }) } }];
    }
    case 'CheckIn':
      requireVisitStep(session, 'check-in', command.visit);
      if (on < content.date) throw new Refusal('not-the-step', `The reception day is ${content.date}.`);
      if (!command.arrived) return [{ type: 'VisitorAbsent', data: { visit: command.visit } }];
      return [
        {
          type: 'VisitorCheckedIn',
          data: { visit: command.visit, persons: command.persons ?? visitOf(session, command.visit).persons },
        },
      ];
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
        .flatMap(({ commitment }, index) =>
          commitment ? sweptCommitment(index + 1, commitment, on, context.configuration) : [],
        )
        .slice(0, sweptCommitments);
  }
};

/** @throws Refusal when the rules do not allow it. */
export const decideSession = (
  command: SessionCommand,
  session: Session,
  context: Pick<Context, 'units' | 'configuration'>,
): readonly SessionEvent[] => {
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
 * @throws Refusal
 */
export const eraseVisits = (session: Session, visits: readonly number[], on: string): readonly VisitErased[] =>
  visits.flatMap((visit) => {
    const { outcome, commitment, erasedOn } = visitOf(session, visit);
    if (erasedOn !== undefined) return [];
    if (outcome === undefined || (commitment && commitment.completedOn === undefined)) {
      throw new Refusal('not-the-step', `Visit ${String(visit)} of ${session.id} is not followed up yet.`, {
        basis: 'P19',
      });
    }
    return [{ type: 'VisitErased', data: { visit, on, basis: 'P47' } }];
  });

const checkInOf = (index: number) => ({ stage: 'reception', round: index + 1, step: 'check-in' }) as const;

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
    case 'AttendanceNoted': {
      const { leader, attended } = event.data;
      return { ...session, attendance: [...session.attendance, { leader, attended }] };
    }
    case 'VisitPreRegistered': {
      const { visit: _, ...visit } = event.data;
      return { ...session, visits: [...session.visits, visit], progress: openRound(progress, 'reception') };
    }
    case 'VisitorCheckedIn': {
      const { visit, persons } = event.data;
      return {
        ...session,
        visits: withVisit(session, visit, { persons }),
        progress: done(visit, 'check-in', 'arrived'),
      };
    }
    case 'VisitorAbsent': {
      const { visit } = event.data;
      return {
        ...session,
        visits: withVisit(session, visit, { outcome: 'absent' }),
        progress: endRound(done(visit, 'check-in', 'absent'), 'reception', visit),
      };
    }
    case 'VisitRecorded': {
      const { visit, ...told } = event.data;
      return { ...session, visits: withVisit(session, visit, told), progress: done(visit, 'record-visit', 'recorded') };
    }
    case 'InstructionIssued': {
      const { visit, instruction, solvedOnTheSpot, leader, on, responsibleUnit, due } = event.data;
      const said = { instruction, instructed: { by: leader, on } };
      if (!solvedOnTheSpot && responsibleUnit !== undefined && due !== undefined) {
        const commitment = commitmentFrom(responsibleUnit, leader, on, due);
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

/** Batches (批次: visits that took place) and persons (人次: everybody present in them). */
export const receptionCounts = ({ visits, progress }: Session): { batches: number; persons: number } => {
  const came = visits.filter((_, index) => decisionAt(progress, checkInOf(index))?.outcome === 'arrived');
  return { batches: came.length, persons: came.reduce((sum, { persons }) => sum + persons, 0) };
};

/** Who was there: as the desk noted it, or who gave an instruction on the day. Nobody while nothing says so. */
export const receivedBy = ({ attendance, visits, content }: Session): readonly string[] => {
  const instructing = visits.flatMap(({ instructed }) =>
    instructed && instructed.on === content?.date ? [instructed.by] : [],
  );
  const noted = attendance.filter(({ attended }) => attended).map(({ leader }) => leader);
  const absent = new Set(attendance.filter(({ attended }) => !attended).map(({ leader }) => leader));
  return [...new Set([...noted, ...instructing])].filter((leader) => !absent.has(leader)).sort();
};

/** What anybody may know of a reception day (Art. 18): no visitor, and no reason but the one that was announced. */
export const publication = ({ content, replaced, moved }: Session): object => {
  if (!content) return {};
  return {
    ...content,
    ...(replaced.length === 0
      ? {}
      : { insteadOf: replaced.map(({ leaderName, post, on }) => ({ leaderName, post, on })) }),
    ...(moved.length === 0 ? {} : { moved }),
  };
};

/** What the head keeps of a session; published, so it carries no visitor. */
export const sessionSummary = (session: Session): object => ({
  unit: session.unit,
  ...publication(session),
  ...receptionCounts(session),
  receivedBy: receivedBy(session),
});

/** Summary, its place in the list of the unit whose leaders receive, and the day on which the clock must look at it. */
export const sessionHead = (
  session: Session,
  { units, configuration }: { readonly units: UnitDirectory; readonly configuration: Context['configuration'] },
): Pick<HeadView, 'summary' | 'listed' | 'timer'> => {
  const timers = session.visits.flatMap(({ commitment }) => {
    const timer = commitment && commitmentTimer(commitment, configuration);
    return timer === undefined ? [] : [timer];
  });
  const [timer] = timers.sort();
  return {
    summary: sessionSummary(session),
    ...(session.unit === undefined || !session.content
      ? {}
      : { listed: { unit: units.leadershipOf(session.unit), day: session.content.date } }),
    ...stated({ timer }),
  };
};
