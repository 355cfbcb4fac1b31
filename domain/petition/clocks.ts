import { holderFromLedger } from '../access/sight.ts';
import { afterEveryDay, legalDay, plusDays } from '../calendar/calendar.ts';
import type { Configuration } from '../configuration.ts';
import { Refusal } from '../errors.ts';
import { clockId, type Deadline, dueOf, isOver, maximumExtensionDays, warnOn } from '../limits.ts';
import { registered } from './guards.ts';
import { type RecusalEvent, undecidedRecusals } from './recusal.ts';
import { sponsorshipLimits } from './sponsorship-state.ts';
import type { Context, Issued, Petition } from './state.ts';
import { openSupervision, type SupervisionEvent } from './supervision.ts';

export type ClockCommand = Issued &
  (
    | { readonly type: 'SweepClocks' }
    | { readonly type: 'RecountDeadlines'; readonly calendar: string }
    | { readonly type: 'RequestExtension'; readonly days: number; readonly reason: string }
    | { readonly type: 'DecideExtension'; readonly approved: boolean; readonly reason: string }
    | {
        readonly type: 'SuspendHandling';
        readonly ground: string;
        readonly from: string;
        readonly to: string;
        readonly reason: string;
      }
  );

export type ClockEvent =
  | {
      readonly type: 'DeadlineWarned';
      readonly data: { readonly index: number; readonly limit: Deadline['limit']; readonly due: string };
    }
  | {
      readonly type: 'DeadlineMissed';
      readonly data: {
        readonly index: number;
        readonly limit: Deadline['limit'];
        readonly due: string;
        readonly basis: string;
      };
    }
  | {
      readonly type: 'DeadlinesRecounted';
      readonly data: {
        readonly calendar: string;
        readonly changes: readonly {
          readonly index: number;
          readonly limit: Deadline['limit'];
          readonly before: string;
          readonly after: string;
        }[];
      };
    }
  | {
      readonly type: 'ExtensionRequested';
      readonly data: { readonly days: number; readonly reason: string; readonly by: string; readonly basis: 'R34' };
    }
  | {
      readonly type: 'ExtensionDecided';
      readonly data: {
        readonly approved: boolean;
        readonly days: number;
        readonly by: string;
        readonly on: string;
        readonly reason: string;
        readonly due?: string;
        readonly basis: 'R34';
      };
    }
  | {
      readonly type: 'HandlingSuspended';
      readonly data: {
        readonly on: string;
        readonly ground: string;
        readonly from: string;
        readonly to: string;
        readonly reason: string;
        readonly source: string;
        readonly due: string;
      };
    };

const indexOf = (petition: Petition, limit: Deadline['limit']): number =>
  petition.deadlines.findLastIndex((each) => each.limit === limit);

/** Limits whose last day or hour somebody chose: no calendar moves them. */
const chosen: readonly Deadline['limit'][] = ['hand-over-report', 'urgent-report', 'sponsorship'];

/** Days of warning for a limit, as configured. */
const warnDaysFor = ({ days }: Deadline, { warnDays }: Configuration): number =>
  days > 15 ? warnDays.long : warnDays.short;

/** Limits on the work itself, which the lead unit answers for. */
const worked: readonly Deadline['limit'][] = ['handling', 'reply', 'simple-answer', 'perform-or-answer'];

/** Until when the work has to be done: the first of the limits on it that still runs, or has been missed. */
export const workDue = ({ deadlines }: Petition, ...more: readonly Deadline['limit'][]): string | undefined =>
  deadlines
    .filter(({ limit, state, done }) => [...worked, ...more].includes(limit) && state !== 'stopped' && !done)
    .map(({ due }) => due)
    .sort()[0];

/** The unit whose duty a limit is. */
export const dutyOf = (petition: Petition, deadline: Deadline, { units }: Pick<Context, 'units'>): string => {
  const { limit } = deadline;
  const { registration, route, assignment, reviews } = petition;
  const own = registration?.unit ?? '';
  if (limit === 'dispute') return petition.intake.dispute?.decider ?? own;
  // Its own notice of where the matter went is the organ's that received it directly (Art. 23).
  if (limit === 'notify' && petition.deadlines[0] === deadline) return own;
  if (limit === 'forward') return holderFromLedger(petition) ?? units.petitionOfficeOf(own);
  if (limit === 'urgent-report') return units.petitionOfficeOf(own);
  if (limit === 'review' || limit === 'recheck') return reviews.at(-1)?.unit ?? own;
  const handled: readonly Deadline['limit'][] = [...worked, ...sponsorshipLimits];
  if (handled.includes(limit) && assignment?.approvedBy !== undefined) return assignment.leadUnit;
  return route?.competentUnit ?? own;
};

/**
 * The day on which the sweep must look at this petition again: the earliest warning or first day overdue among the
 * duties that run. Where only rights run there is no such day, but a changed calendar moves them too. Undefined when
 * nothing runs, or the matter is over.
 */
export const nextTimer = (petition: Petition, configuration: Configuration): string | undefined =>
  [
    ...dutiesDue(petition, configuration),
    ...undecidedRecusals(petition).map(({ due }) => plusDays(due, 1)),
  ].sort()[0] ??
  (petition.concludedOn === undefined && petition.deadlines.some(({ state }) => state === 'running')
    ? // Looked at only when the calendar has changed.
      afterEveryDay
    : undefined);

const dutiesDue = (petition: Petition, configuration: Configuration): readonly string[] =>
  petition.deadlines
    .filter(({ state, kind }) => state === 'running' && kind === 'duty')
    .map((each) => {
      // Hours are looked at on every pass of their day.
      if (each.dueAt !== undefined) return each.due;
      const hearing = each.limit === 'recheck' ? hearingAhead(petition) : undefined;
      if (hearing !== undefined && each.warned) return plusDays(hearing > each.due ? hearing : each.due, 1);
      return each.warned ? plusDays(each.due, 1) : warnOn(each, warnDaysFor(each, configuration));
    });

/** A hearing in recheck that was announced and whose day has not passed: its time does not count (Art. 36). */
const hearingAhead = (petition: Petition): string | undefined =>
  petition.incidents.hearings.find(
    ({ part, heldOn, cancelled }) => part === 'recheck' && heldOn === undefined && !cancelled,
  )?.on;

const awaitsHearing = (petition: Petition, today: string): boolean => (hearingAhead(petition) ?? '') >= today;

/** The office that was to decide, or of a sealed accusation its organ (Art. 30). */
const recusingUnit = ({ registration, route }: Petition, { units }: Pick<Context, 'units'>): string =>
  route?.purpose === 'accusation' ? route.competentUnit : units.petitionOfficeOf(registration?.unit ?? '');

/** What a duty on a petition that was not done in time leaves behind, by what was to be done. */
export interface Missed {
  readonly facts: readonly (ClockEvent | RecusalEvent | SupervisionEvent)[];
  /** Whether it has still to be done in a later state of the same petition. */
  readonly stillOpen: (later: Petition) => boolean;
  /** Whether that state says that it was done in time, and only entered late. */
  readonly kept: (later: Petition) => boolean;
}

/** Duties whose limit is over and of which nobody has said so: each is a fact, with a supervision (Art. 40). */
export const missedDuties = (at: string, petition: Petition, context: Context): readonly Missed[] => [
  ...petition.deadlines.flatMap((each, index): Missed[] => {
    const { state, kind, limit, due, basis } = each;
    if (state !== 'running' || kind !== 'duty' || !isOver(each, at)) return [];
    // Nor is it over where a newer calendar, by which it has not been counted yet, gives it more days.
    if (each.dueAt === undefined && !chosen.includes(limit) && legalDay(at) <= dueOf(each, context.calendar)) return [];
    if (limit === 'recheck' && awaitsHearing(petition, legalDay(at))) return [];
    const stateIn = (later: Petition) => later.deadlines[index]?.state;
    return [
      {
        facts: [
          { type: 'DeadlineMissed', data: { index, limit, due, basis } },
          openSupervision({
            ground: 'late',
            against: dutyOf(petition, each, context),
            missed: `${limit} was due on ${each.dueAt ?? due} (${basis}).`,
            by: clockId,
            automatic: true,
          }),
        ],
        stillOpen: (later) => stateIn(later) === 'running',
        kept: (later) => stateIn(later) === 'met',
      },
    ];
  }),
  ...undecidedRecusals(petition)
    .filter(({ due }) => legalDay(at) > due)
    .map(
      ({ proposal, due }): Missed => ({
        facts: [
          { type: 'RecusalDecisionMissed', data: { proposal, due, basis: 'R28' } },
          openSupervision({
            ground: 'late',
            against: recusingUnit(petition, context),
            missed: `The decision on recusal proposal ${String(proposal)} was due on ${due} (R28).`,
            by: clockId,
            automatic: true,
          }),
        ],
        stillOpen: (later) => undecidedRecusals(later).some((each) => each.proposal === proposal),
        kept: () => false,
      }),
    ),
];

/** Limits that will be over soon. */
const warnings = (command: Issued, petition: Petition, context: Context): readonly ClockEvent[] =>
  petition.deadlines.flatMap((each, index): ClockEvent[] => {
    const { state, kind, limit, due, warned } = each;
    // A limit of hours leaves no day for a warning.
    if (state !== 'running' || kind !== 'duty' || warned || each.dueAt !== undefined) return [];
    if (isOver(each, command.at)) return [];
    return legalDay(command.at) >= warnOn(each, warnDaysFor(each, context.configuration))
      ? [{ type: 'DeadlineWarned', data: { index, limit, due } }]
      : [];
  });

export const decideClock = (
  command: ClockCommand,
  petition: Petition,
  context: Context,
): readonly (ClockEvent | SupervisionEvent | RecusalEvent)[] => {
  registered(petition);
  const { calendar, configuration } = context;
  const today = legalDay(command.at);
  switch (command.type) {
    case 'SweepClocks':
      return [
        ...warnings(command, petition, context),
        ...missedDuties(command.at, petition, context).flatMap(({ facts }) => facts),
      ];
    case 'RecountDeadlines': {
      const changes = petition.deadlines.flatMap((each, index) => {
        // Chosen days do not move with the calendar.
        if (each.state !== 'running' || chosen.includes(each.limit)) return [];
        const counted = dueOf(each, calendar);
        // A right that somebody was told of is not shortened by a calendar that came later.
        const after = each.kind === 'right' && counted < each.due ? each.due : counted;
        return after === each.due ? [] : [{ index, limit: each.limit, before: each.due, after }];
      });
      return changes.length === 0
        ? []
        : [{ type: 'DeadlinesRecounted', data: { calendar: command.calendar, changes } }];
    }
    case 'RequestExtension': {
      const deadline = petition.deadlines[indexOf(petition, 'handling')];
      if (deadline?.state !== 'running')
        throw new Refusal('not-the-step', 'No handling limit runs that could be extended.', { basis: 'R34' });
      if (deadline.extensionDays !== undefined)
        throw new Refusal('already-decided', 'The limit has been extended once; the law allows no second time.', {
          basis: 'R34',
        });
      if (petition.extensionRequest)
        throw new Refusal('already-decided', 'A request for extension waits for the head of the organ.');
      if (today > deadline.due)
        throw new Refusal('out-of-time', `The limit ran out on ${deadline.due}; it can only be extended before.`, {
          basis: 'R34',
        });
      if (!(command.days >= 1 && command.days <= maximumExtensionDays)) {
        throw new Refusal('rule-violated', `An extension is 1 to ${String(maximumExtensionDays)} days.`, {
          pointer: '/days',
          basis: 'R34',
        });
      }
      return [
        {
          type: 'ExtensionRequested',
          data: { days: command.days, reason: command.reason, by: command.by.id, basis: 'R34' },
        },
      ];
    }
    case 'DecideExtension': {
      const request = petition.extensionRequest;
      if (!request) throw new Refusal('not-the-step', 'No extension has been requested.');
      const deadline = petition.deadlines[indexOf(petition, 'handling')];
      if (command.approved && (deadline?.state !== 'running' || today > deadline.due)) {
        throw new Refusal('out-of-time', 'The limit has run out; an extension had to be approved before.', {
          basis: 'R34',
        });
      }
      const { days } = request;
      const due = command.approved && deadline ? { due: dueOf({ ...deadline, extensionDays: days }, calendar) } : {};
      return [
        {
          type: 'ExtensionDecided',
          data: {
            approved: command.approved,
            days,
            by: command.by.id,
            on: today,
            reason: command.reason,
            ...due,
            basis: 'R34',
          },
        },
      ];
    }
    case 'SuspendHandling': {
      const rule = configuration.suspensions.find(({ ground }) => ground === command.ground);
      if (!rule) {
        throw new Refusal(
          'rule-violated',
          'The Regulation knows no suspension of the handling limit; a local ground must be configured with its source.',
          { pointer: '/ground', basis: 'R34' },
        );
      }
      const deadline = petition.deadlines[indexOf(petition, 'handling')];
      if (deadline?.state !== 'running') throw new Refusal('not-the-step', 'No handling limit runs.');
      if (today > deadline.due)
        throw new Refusal('out-of-time', `The limit ran out on ${deadline.due}; nothing can stop it any more.`, {
          basis: 'R34',
        });
      if (command.from < deadline.from || command.to < command.from || command.from > deadline.due) {
        throw new Refusal('rule-violated', 'The period lies within the running limit.', { pointer: '/from' });
      }
      if ((deadline.exclusions ?? []).some((each) => command.from <= each.to && command.to >= each.from)) {
        throw new Refusal('already-decided', 'These days are excluded already.', { pointer: '/from' });
      }
      if (command.to > plusDays(command.from, rule.maximumDays - 1)) {
        throw new Refusal(
          'rule-violated',
          `On this ground at most ${String(rule.maximumDays)} days are left out (${rule.source}).`,
          {
            pointer: '/to',
          },
        );
      }
      const { ground, from, to, reason } = command;
      const due = dueOf(
        { ...deadline, exclusions: [...(deadline.exclusions ?? []), { from, to, reason, basis: rule.source }] },
        calendar,
      );
      return [{ type: 'HandlingSuspended', data: { ground, from, to, reason, source: rule.source, on: today, due } }];
    }
  }
};

const change = (petition: Petition, index: number, changed: Partial<Deadline>): Petition => ({
  ...petition,
  deadlines: petition.deadlines.map((each, i) => (i === index ? { ...each, ...changed } : each)),
});

/** Ends the limits of these names that still run; one that was missed is now done late. */
export const endLimits = (
  petition: Petition,
  names: readonly Deadline['limit'][],
  state: 'met' | 'stopped',
  /** The legal day on which it was done, where that may be earlier than the day on which it was recorded. */
  doneOn?: string,
): Petition => ({
  ...petition,
  deadlines: petition.deadlines.map((each) => {
    if (!names.includes(each.limit) || each.done || each.state === 'stopped') return each;
    // Done in time and entered late: the limit was kept. That it seemed missed stays in the history.
    const kept = each.state === 'missed' && each.dueAt === undefined && doneOn !== undefined && doneOn <= each.due;
    if (each.state === 'missed' && !kept) return { ...each, done: true };
    return { ...each, state, ...(state === 'met' ? { done: true } : {}) };
  }),
});

export const evolveClock = (petition: Petition, event: ClockEvent): Petition => {
  switch (event.type) {
    case 'DeadlineWarned':
      return change(petition, event.data.index, { warned: true });
    case 'DeadlineMissed':
      return change(petition, event.data.index, { state: 'missed' });
    case 'DeadlinesRecounted':
      return event.data.changes.reduce((each, { index, after }) => change(each, index, { due: after }), petition);
    case 'ExtensionRequested':
      return {
        ...petition,
        extensionRequest: { days: event.data.days, by: event.data.by },
        extensionRequests: petition.extensionRequests + 1,
      };
    case 'ExtensionDecided': {
      const { extensionRequest: _decided, ...rest } = petition;
      const { approved, days, due } = event.data;
      return approved && due !== undefined
        ? change(rest, indexOf(rest, 'handling'), { extensionDays: days, due })
        : rest;
    }
    case 'HandlingSuspended': {
      const index = indexOf(petition, 'handling');
      const { from, to, reason, source, due } = event.data;
      const exclusions = [...(petition.deadlines[index]?.exclusions ?? []), { from, to, reason, basis: source }];
      return change(petition, index, { exclusions, due });
    }
  }
};
