import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { knownUnit } from '../petition/guards.ts';
import { maximumRepresentatives } from '../petition/registration.ts';
import type { Context, Issued } from '../petition/state.ts';
import type { HeadView, NewEvent } from '../ports.ts';
import { waitingSteps } from '../workflow/flow.ts';
import { decisionAt, endRound, openRound, type Progress, settle } from '../workflow/progress.ts';

/** Fixed desk, by appointment, or travelling to the place with a case. */
export const receptionModes = ['定点接访', '重点约访', '带案下访'] as const;

/** A published reception day of a leader (领导干部接访, Art. 18). */
export interface SessionContent {
  readonly leader: string;
  readonly leaderName: string;
  readonly post: string;
  readonly portfolio: string;
  readonly mode: (typeof receptionModes)[number];
  readonly place: string;
  /** Legal day. */
  readonly date: string;
  readonly from: string;
  readonly to: string;
}

export interface Visit {
  readonly visitor: string;
  readonly purpose: string;
  /** Persons present (人次). */
  readonly persons: number;
  readonly petition?: string;
  /** Who follows up the leader's instruction, and until when. */
  readonly responsibleUnit?: string;
  readonly due?: string;
  readonly outcome?: 'absent' | 'solved' | 'followed-up';
  /** Its key was destroyed on this day: no text of it can be read any more. */
  readonly erasedOn?: string;
}

export interface Session {
  readonly id: string;
  readonly version: number;
  readonly unit?: string;
  readonly content?: SessionContent;
  readonly visits: readonly Visit[];
  readonly progress: Progress;
}

export type SessionCommand = Issued &
  (
    | { readonly type: 'PublishSession'; readonly id: string; readonly content: SessionContent }
    | {
        readonly type: 'PreRegisterVisit';
        readonly visitor: string;
        readonly purpose: string;
        readonly persons: number;
      }
    | { readonly type: 'CheckIn'; readonly visit: number; readonly arrived: boolean; readonly persons?: number }
    | {
        readonly type: 'RecordVisit';
        readonly visit: number;
        readonly account: string;
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
    | { readonly type: 'RecordFollowUp'; readonly visit: number; readonly result: string }
  );

export type SessionEvent =
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
      readonly type: 'VisitPreRegistered';
      readonly data: {
        readonly visit: number;
        readonly visitor: string;
        readonly purpose: string;
        readonly persons: number;
      };
    }
  | { readonly type: 'VisitorCheckedIn'; readonly data: { readonly visit: number; readonly persons: number } }
  | { readonly type: 'VisitorAbsent'; readonly data: { readonly visit: number } }
  | {
      readonly type: 'VisitRecorded';
      readonly data: {
        readonly visit: number;
        readonly account: string;
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
        readonly responsibleUnit?: string;
        readonly due?: string;
      };
    }
  | { readonly type: 'FollowUpRecorded'; readonly data: { readonly visit: number; readonly result: string } }
  | VisitErased;

/** With the personal data of the petition that was told there (PIPL Art. 47). */
export interface VisitErased {
  readonly type: 'VisitErased';
  readonly data: { readonly visit: number; readonly on: string; readonly basis: 'P47' };
}

export const initialSession: Session = { id: '', version: 0, visits: [], progress: {} };

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

/** @throws Refusal when the rules do not allow it. */
export const decideSession = (
  command: SessionCommand,
  session: Session,
  { units }: Pick<Context, 'units'>,
): readonly SessionEvent[] => {
  if (command.type === 'PublishSession') {
    if (session.content) throw new Refusal('already-decided', 'The session is published.');
    if (command.content.date < legalDay(command.at)) {
      throw new Refusal('rule-violated', 'A reception day is published before it comes.', {
        pointer: '/date',
        basis: 'R18',
      });
    }
    if (command.content.to <= command.content.from) {
      throw new Refusal('rule-violated', 'The session ends after it begins.', { pointer: '/to' });
    }
    return [
      {
        type: 'SessionPublished',
        data: { id: command.id, unit: command.by.unit, content: command.content, basis: 'R18' },
      },
    ];
  }
  const { content } = session;
  if (!content) throw new Refusal('not-found', 'There is no such session.');
  switch (command.type) {
    case 'PreRegisterVisit': {
      const { visitor, purpose, persons } = command;
      return [{ type: 'VisitPreRegistered', data: { visit: session.visits.length + 1, visitor, purpose, persons } }];
    }
    case 'CheckIn':
      requireVisitStep(session, 'check-in', command.visit);
      if (legalDay(command.at) < content.date) {
        throw new Refusal('not-the-step', `The reception day is ${content.date}.`);
      }
      if (!command.arrived) return [{ type: 'VisitorAbsent', data: { visit: command.visit } }];
      return [
        {
          type: 'VisitorCheckedIn',
          data: { visit: command.visit, persons: command.persons ?? visitOf(session, command.visit).persons },
        },
      ];
    case 'RecordVisit': {
      requireVisitStep(session, 'record-visit', command.visit);
      const { visit, account, representatives, petition } = command;
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
      return [
        {
          type: 'VisitRecorded',
          data: { visit, account, representatives, ...(petition === undefined ? {} : { petition }) },
        },
      ];
    }
    case 'IssueInstruction': {
      requireVisitStep(session, 'instruct', command.visit);
      if (command.by.id !== content.leader)
        throw new Refusal('not-permitted', 'Only the leader who receives gives the instruction.');
      const { visit, instruction, solvedOnTheSpot, responsibleUnit, due } = command;
      if (!solvedOnTheSpot && responsibleUnit === undefined) {
        throw new Refusal('rule-violated', 'What is not solved on the spot names the unit that follows it up.', {
          pointer: '/responsibleUnit',
        });
      }
      if (responsibleUnit !== undefined) knownUnit(units, responsibleUnit, '/responsibleUnit');
      const commitment = {
        ...(responsibleUnit === undefined ? {} : { responsibleUnit }),
        ...(due === undefined ? {} : { due }),
      };
      return [{ type: 'InstructionIssued', data: { visit, instruction, solvedOnTheSpot, ...commitment } }];
    }
    case 'RecordFollowUp':
      requireVisitStep(session, 'follow-up', command.visit);
      return [{ type: 'FollowUpRecorded', data: { visit: command.visit, result: command.result } }];
  }
};

/**
 * Visits whose petition is erased. One that waits for somebody is ended first: nothing could be added to it afterwards.
 * @throws Refusal
 */
export const eraseVisits = (session: Session, visits: readonly number[], on: string): readonly VisitErased[] =>
  visits.flatMap((visit) => {
    const { outcome, erasedOn } = visitOf(session, visit);
    if (erasedOn !== undefined) return [];
    if (outcome === undefined) {
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
    case 'VisitPreRegistered': {
      const { visitor, purpose, persons } = event.data;
      return {
        ...session,
        visits: [...session.visits, { visitor, purpose, persons }],
        progress: openRound(progress, 'reception'),
      };
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
      const { visit, petition } = event.data;
      return {
        ...session,
        visits: withVisit(session, visit, petition === undefined ? {} : { petition }),
        progress: done(visit, 'record-visit', 'recorded'),
      };
    }
    case 'InstructionIssued': {
      const { visit, solvedOnTheSpot, responsibleUnit, due } = event.data;
      if (!solvedOnTheSpot) {
        const commitment = {
          ...(responsibleUnit === undefined ? {} : { responsibleUnit }),
          ...(due === undefined ? {} : { due }),
        };
        return {
          ...session,
          visits: withVisit(session, visit, commitment),
          progress: done(visit, 'instruct', 'follow-up'),
        };
      }
      return {
        ...session,
        visits: withVisit(session, visit, { outcome: 'solved' }),
        progress: endRound(done(visit, 'instruct', 'solved'), 'reception', visit),
      };
    }
    case 'VisitErased':
      return { ...session, visits: withVisit(session, event.data.visit, { erasedOn: event.data.on }) };
    case 'FollowUpRecorded': {
      const { visit } = event.data;
      return {
        ...session,
        visits: withVisit(session, visit, { outcome: 'followed-up' }),
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
  const came = visits.filter(
    (_, index) =>
      decisionAt(progress, { stage: 'reception', round: index + 1, step: 'check-in' })?.outcome === 'arrived',
  );
  return { batches: came.length, persons: came.reduce((sum, { persons }) => sum + persons, 0) };
};

/** What the head keeps of a session; published, so it carries no visitor. */
export const sessionSummary = (session: Session): object => ({
  unit: session.unit,
  ...(session.content ?? {}),
  ...receptionCounts(session),
});

/** Summary, and its place in the unit's list of reception days. */
export const sessionHead = (session: Session): Pick<HeadView, 'summary' | 'listed'> => ({
  summary: sessionSummary(session),
  ...(session.unit === undefined || !session.content
    ? {}
    : { listed: { unit: session.unit, day: session.content.date } }),
});
