import { legalDay } from '../calendar/calendar.ts';
import type { Span, WhistleKind } from '../configuration.ts';
import { Refusal } from '../errors.ts';
import { requireMinimal } from '../grid/minimal.ts';
import {
  clockId,
  type Deadline,
  dueOf,
  isOver,
  type SetLimitName,
  setHours,
  setLimit,
  startLimit,
  startWorkingDays,
  type WhistleLimitName,
} from '../limits.ts';
import type { Context } from '../petition/state.ts';
import {
  type CalledLeg,
  isLegOver,
  legOf,
  type Whistle,
  type WhistleCommand,
  type WhistleEvent,
  type WhistleLeg,
} from './state.ts';

/** What a department does about its call, in order, and the limit that each step meets. */
export const legSteps = ['acknowledge', 'contact', 'attend', 'outcome'] as const;
export type LegStep = (typeof legSteps)[number];
const limitOf = (step: LegStep): WhistleLimitName => `whistle-${step}`;

const run = (limit: SetLimitName, span: Span, at: string, source: string, calendar: Context['calendar']): Deadline =>
  'hours' in span
    ? setHours(limit, at, span.hours, source)
    : startWorkingDays(limit, legalDay(at), span.workingDays, source, calendar);

/** Calls a department in: every limit counts from now, so that what comes later is not put off by what came late. */
export const calledLeg = (
  unit: string,
  { acknowledge, contact, attend, source }: WhistleKind,
  outcomeDue: string | undefined,
  at: string,
  calendar: Context['calendar'],
): CalledLeg => ({
  unit,
  limits: [
    run('whistle-acknowledge', acknowledge, at, source, calendar),
    run('whistle-contact', contact, at, source, calendar),
    run('whistle-attend', attend, at, source, calendar),
    ...(outcomeDue === undefined ? [] : [setLimit('whistle-outcome', legalDay(at), outcomeDue, 'set by the caller')]),
    // A wrong department objects as an organ does that was sent what is not its own (Art. 23).
    startLimit('objection', legalDay(at), calendar),
  ],
});

/** Limits of a leg that are over at this instant and not recorded yet. */
const overdueOf = ({ limits }: WhistleLeg, at: string): readonly Deadline[] =>
  limits.filter((limit) => limit.state === 'running' && limit.kind === 'duty' && isOver(limit, at));

/**
 * What a leg has missed by now. The first opens supervision (督办), as every duty that is missed does; what is missed while
 * that is open is recorded and belongs to it.
 */
export const missedBy = (whistle: Whistle, leg: WhistleLeg, at: string): readonly WhistleEvent[] => {
  const { unit } = leg;
  const watched = whistle.supervisions.some(({ against, closedBy }) => against === unit && closedBy === undefined);
  return overdueOf(leg, at).flatMap(({ limit, due, dueAt, basis }, index): WhistleEvent[] => [
    {
      type: 'WhistleLimitMissed',
      data: { unit, limit, due, ...(dueAt === undefined ? {} : { dueAt }), basis },
    },
    ...(watched || index > 0
      ? []
      : [
          {
            type: 'WhistleSupervisionOpened',
            data: { against: unit, missed: `${limit} was due on ${dueAt ?? due} (${basis}).`, by: clockId },
          } as const,
        ]),
  ]);
};

/** @throws Refusal */
export const waitingLeg = (whistle: Whistle, unit: string): WhistleLeg => {
  const leg = legOf(whistle, unit);
  if (!leg) throw new Refusal('not-found', 'Your unit was not called.');
  if (whistle.calledOff) throw new Refusal('already-decided', `It was called off on ${whistle.calledOff.on}.`);
  if (leg.returned) throw new Refusal('already-decided', 'It was not your unit’s: nothing is owed any more.');
  if (isLegOver(leg)) throw new Refusal('already-decided', 'Your unit’s part is over.');
  return leg;
};

const requireUndone = (leg: WhistleLeg, done: string | undefined, what: string): void => {
  if (done !== undefined) throw new Refusal('already-decided', `${leg.unit} has ${what} already.`);
};

type LegCommand = Extract<
  WhistleCommand,
  { type: 'AcknowledgeWhistle' | 'ContactCaller' | 'AttendWhistle' | 'RecordWhistleOutcome' | 'RateResponse' }
>;

/** What a department does, and how the caller judges it. Whoever comes has seen the call: later steps include earlier ones. */
export const decideLeg = (command: LegCommand, whistle: Whistle): readonly WhistleEvent[] => {
  const { unit, at } = command;
  const leg = waitingLeg(whistle, unit);
  const late = missedBy(whistle, leg, at);
  switch (command.type) {
    case 'AcknowledgeWhistle':
      requireUndone(leg, leg.acknowledgedAt, 'acknowledged');
      return [...late, { type: 'WhistleAcknowledged', data: { unit, at } }];
    case 'ContactCaller':
      requireUndone(leg, leg.contactedAt, 'spoken with the caller');
      requireMinimal({ account: command.account });
      return [...late, { type: 'CallerContacted', data: { unit, account: command.account, at } }];
    case 'AttendWhistle':
      requireUndone(leg, leg.attendedAt, 'reported in');
      return [...late, { type: 'WhistleAttended', data: { unit, officer: command.officer, at } }];
    case 'RecordWhistleOutcome': {
      if (leg.attendedAt === undefined) throw new Refusal('not-the-step', 'Report in first, then say what came of it.');
      requireUndone(leg, leg.outcome?.on, 'recorded its outcome');
      const { solution, account } = command;
      requireMinimal({ account });
      return [...late, { type: 'WhistleOutcomeRecorded', data: { unit, solution, account, on: legalDay(at) } }];
    }
    case 'RateResponse': {
      if (!leg.outcome) throw new Refusal('not-the-step', `${unit} has recorded no outcome that could be judged.`);
      const { satisfaction, comment } = command;
      requireMinimal({ comment });
      return [
        {
          type: 'ResponseRated',
          data: { unit, satisfaction, ...(comment === undefined ? {} : { comment }), by: command.by.id },
        },
      ];
    }
  }
};

/** Ends limits of a leg: met, or late where it had been missed. */
export const withLimitsMet = (leg: WhistleLeg, upTo: LegStep): WhistleLeg => {
  const names = legSteps.slice(0, legSteps.indexOf(upTo) + 1).map(limitOf) as readonly Deadline['limit'][];
  return {
    ...leg,
    limits: leg.limits.map((limit) =>
      !names.includes(limit.limit) || limit.done || limit.state === 'stopped'
        ? limit
        : { ...limit, ...(limit.state === 'missed' ? {} : { state: 'met' }), done: true },
    ),
  };
};

/** Nothing runs on it any more. What was missed stays missed. */
export const withLimitsStopped = (leg: WhistleLeg): WhistleLeg => ({
  ...leg,
  limits: leg.limits.map((limit) => (limit.state === 'running' ? { ...limit, state: 'stopped' } : limit)),
});

/** Limits of working days, counted with another calendar; hours and days that somebody chose stay. */
export const recounted = (whistle: Whistle, calendar: Context['calendar']) =>
  whistle.legs.flatMap(({ unit, limits }) =>
    limits.flatMap((each) => {
      if (each.state !== 'running' || each.unit !== 'working') return [];
      const counted = dueOf(each, calendar);
      // A right that somebody was told of is not shortened by a calendar that came later.
      const after = each.kind === 'right' && counted < each.due ? each.due : counted;
      return after === each.due ? [] : [{ unit, limit: each.limit, before: each.due, after }];
    }),
  );

/** The first duty of a leg that still runs, by the step that is waited for. */
export const limitAt = ({ limits }: WhistleLeg, step: LegStep): Deadline | undefined =>
  limits.find(({ limit }) => limit === limitOf(step));
