import { dueAfterDays, legalDay } from '../calendar/calendar.ts';
import { defined } from '../defined.ts';
import { Refusal } from '../errors.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { knownUnit } from '../petition/guards.ts';
import { maximumRepresentatives } from '../petition/registration.ts';
import type { Context } from '../petition/state.ts';
import { waitingSteps } from '../workflow/flow.ts';
import { decisionAt } from '../workflow/progress.ts';
import { lastDayKept } from './booking.ts';
import { requireToCome } from './commitment.ts';
import { lateOn, requireCome } from './lateness.ts';
import {
  type Arrival,
  type DayCommand,
  maximumVisits,
  type Session,
  type SessionContent,
  type SessionEvent,
  type Visit,
  type VisitErased,
  type VisitMatterNamed,
  type VisitWithheld,
  visitOf,
} from './session-state.ts';

/** What happens with one visit, from its registration to the leader's instruction. */
export type VisitCommand = Extract<
  DayCommand,
  { readonly type: 'PreRegisterVisit' | 'MoveVisit' | 'CheckIn' | 'RecordVisit' | 'IssueInstruction' }
>;

const requireVisitStep = (session: Session, step: string, visit: number): void => {
  visitOf(session, visit);
  if (decisionAt(session.progress, { stage: 'reception', round: visit, step })) {
    throw new Refusal('already-decided', `"${step}" of visit ${String(visit)} is done.`);
  }
  if (!waitingSteps(session.progress).some((each) => each.round === visit && each.step === step)) {
    throw new Refusal('not-the-step', `Visit ${String(visit)} does not wait for "${step}".`);
  }
};

/** How a visit comes about follows from the form of the day and from when it is announced. */
const arrivalOn = ({ mode, date }: SessionContent, today: string): Arrival => {
  if (today >= date) return 'walk-in';
  return ({ 定点接访: 'pre-registered', 重点约访: 'appointed', 带案下访: 'case-brought' } as const)[mode];
};

const preRegister = (
  command: Extract<DayCommand, { type: 'PreRegisterVisit' }>,
  { visits }: Session,
  content: SessionContent,
  context: Pick<Context, 'configuration'>,
): readonly SessionEvent[] => {
  const { visitor, address, purpose, persons, room, petition, representatives, booking, at } = command;
  const notedOn = lateOn(content, legalDay(at), context);
  if (command.sealed) {
    throw new Refusal('rule-violated', 'An accusation is not for a reception day: it goes to the organ for it.', {
      pointer: '/petition',
      basis: 'R30',
    });
  }
  if (visits.length >= maximumVisits) {
    throw new Refusal(
      'rule-violated',
      `A published day takes ${String(maximumVisits)} visits. Publish another one of the same leader.`,
    );
  }
  if (room !== undefined && content.rooms?.[room - 1] === undefined) {
    throw new Refusal('rule-violated', 'There is no such topic room.', { pointer: '/room' });
  }
  // Who booked has announced himself, however late the desk confirms it.
  const arrival = arrivalOn(content, booking === undefined ? legalDay(at) : '');
  if (arrival === 'case-brought' && petition === undefined) {
    throw new Refusal('rule-violated', 'Whoever brings a case down names the case.', { pointer: '/petition' });
  }
  const more = defined({ address, room, petition, representatives, booking, notedOn });
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
  { units, configuration, calendar }: Pick<Context, 'units' | 'configuration' | 'calendar'>,
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
    return [{ type: 'InstructionIssued', data: { ...said, solvedOnTheSpot, ...defined({ responsibleUnit, due }) } }];
  }
  if (responsibleUnit === undefined) {
    throw new Refusal('rule-violated', 'What is not solved on the spot names the unit that follows it up.', {
      pointer: '/responsibleUnit',
    });
  }
  const { days, source } = configuration.receptionFollowUp;
  const until =
    due === undefined ? { due: dueAfterDays(on, days, calendar), dueSource: source, dueDays: days } : { due };
  return [{ type: 'InstructionIssued', data: { ...said, solvedOnTheSpot, responsibleUnit, ...until } }];
};

/** @throws Refusal when the rules do not allow it. */
export const decideVisit = (
  command: VisitCommand,
  session: Session,
  content: SessionContent,
  context: Pick<Context, 'units' | 'configuration' | 'calendar'>,
): readonly SessionEvent[] => {
  const on = legalDay(command.at);
  switch (command.type) {
    case 'PreRegisterVisit':
      return preRegister(command, session, content, context);
    case 'CheckIn': {
      const { visit, arrived, persons = visitOf(session, visit).persons } = command;
      requireVisitStep(session, 'check-in', visit);
      if (!session.cancelled) requireCome(content, on);
      // That nobody came can be said at any time: otherwise the visit would wait for ever.
      if (!arrived) return [{ type: 'VisitorAbsent', data: { visit, ...(on > content.date ? { notedOn: on } : {}) } }];
      const notedOn = lateOn(content, on, context);
      return [{ type: 'VisitorCheckedIn', data: { visit, persons, ...defined({ notedOn }) } }];
    }
    case 'MoveVisit': {
      const { visit, to } = command;
      requireVisitStep(session, 'check-in', visit);
      if (to === session.id) {
        throw new Refusal('rule-violated', 'The visit is registered for this day.', { pointer: '/session' });
      }
      return [{ type: 'VisitMoved', data: { visit, to, on } }];
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
      const about = visitOf(session, visit).petition;
      if (petition !== undefined && about !== undefined && petition !== about) {
        throw new Refusal('already-decided', `The visit is about petition ${about}.`, { pointer: '/petition' });
      }
      const more = defined({ place, cause, petition });
      return [
        { type: 'VisitRecorded', data: { visit, account, representatives, ...more } },
        ...(command.sealed ? withheldVisits(session, [visit], on) : []),
      ];
    }
    case 'IssueInstruction':
      requireVisitStep(session, 'instruct', command.visit);
      return instruct(command, content, context);
  }
};

/** Visits that one pass of the sweep ends. */
const sweptVisits = 10;

/**
 * Visits that nobody came to, or that were moved and are told anew on another day, once the days are over for which they are kept.
 * What is about a petition is kept and erased with that. @param held visits under a legal hold @param on legal day
 */
export const unusedVisits = (
  { content, visits }: Session,
  held: readonly number[],
  on: string,
  context: Pick<Context, 'configuration'>,
): readonly VisitErased[] =>
  content === undefined || on <= lastDayKept(content.date, context)
    ? []
    : visits
        .flatMap((visit, index): readonly VisitErased[] =>
          isUnused(visit) && !held.includes(index + 1)
            ? [{ type: 'VisitErased', data: { visit: index + 1, on, basis: 'P47' } }]
            : [],
        )
        .slice(0, sweptVisits);

/** Nothing came of it, here. */
export const isUnused = ({ outcome, petition, erasedOn }: Session['visits'][number]): boolean =>
  (outcome === 'absent' || outcome === 'moved') && petition === undefined && erasedOn === undefined;

/**
 * What a petition that is registered at a visit means for it: the visit is about it from then on, and as near or far as it is.
 * @param sealed it is an accusation: it ends here for those who receive
 * @throws Refusal
 */
export const nameMatter = (
  session: Session,
  number: number,
  petition: string,
  on: string,
  sealed: boolean,
): readonly (VisitMatterNamed | VisitWithheld)[] => {
  const { petition: about, erasedOn } = visitOf(session, number);
  if (erasedOn !== undefined) throw new Refusal('erased', 'What was said there is destroyed.', { pointer: '/visit' });
  if (about !== undefined) {
    throw new Refusal(
      'already-decided',
      `Visit ${String(number)} is about a petition already. Register what else was brought there without naming the visit.`,
      { pointer: '/visit' },
    );
  }
  const named = { type: 'VisitMatterNamed', data: { visit: number, petition } } as const;
  return [named, ...(sealed ? withheldVisits(session, [number], on) : [])];
};

/** The desk or the leader has still something to do with it. */
export const isWaiting = ({ outcome, commitment, erasedOn }: Visit): boolean =>
  outcome === undefined && commitment === undefined && erasedOn === undefined;

/** Of these visits, those that still wait: they end (Art. 30). */
export const withheldVisits = (session: Session, visits: readonly number[], on: string): readonly VisitWithheld[] =>
  visits.flatMap((visit) =>
    session.visits[visit - 1] && isWaiting(visitOf(session, visit))
      ? [{ type: 'VisitWithheld', data: { visit, on, basis: 'R30' } }]
      : [],
  );

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
