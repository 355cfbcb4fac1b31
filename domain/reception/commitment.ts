import { type Calendar, legalDay, plusDays } from '../calendar/calendar.ts';
import type { Configuration } from '../configuration.ts';
import { defined } from '../defined.ts';
import { Refusal } from '../errors.ts';
import { type Deadline, dueOf } from '../limits.ts';
import type { Issued } from '../petition/state.ts';

/**
 * What a leader's instruction commits a unit to (批示事项交办): until a day, followed until somebody else than the unit says
 * that it is done. No rule names a limit; the leader does, or configuration.
 */
export interface Commitment {
  readonly responsibleUnit: string;
  /** The leader who gave the instruction, and to whom its result comes back. */
  readonly leader: string;
  /** Legal days. */
  readonly issuedOn: string;
  readonly due: string;
  /** Of the first day, where it is configured and not the leader's own. */
  readonly dueSource?: string;
  /** How many calendar days were counted from `setOn`, while the day that holds is a counted one. Absent from instructions of before it was recorded. */
  readonly dueDays?: number;
  /** When that day was set. */
  readonly setOn: string;
  readonly progress: readonly { readonly account: string; readonly on: string }[];
  /** The unit's leaders have been warned of the day that holds now. */
  readonly warned: boolean;
  /** The day that holds now has passed without a result. */
  readonly overdue: boolean;
  /** Every day that passed without a result. */
  readonly missed: readonly string[];
  /** Supervision (督办) of what was overdue. */
  readonly urged: readonly { readonly text: string; readonly due: string; readonly on: string }[];
  readonly returned: readonly { readonly reason: string; readonly due: string; readonly on: string }[];
  readonly result?: { readonly text: string; readonly by: string; readonly on: string };
  /** Legal day on which the result was confirmed. */
  readonly completedOn?: string;
}

export type CommitmentCommand = Issued & { readonly visit: number } & (
    | { readonly type: 'LogCommitmentProgress'; readonly account: string }
    | { readonly type: 'RecordFollowUp'; readonly result: string }
    | { readonly type: 'ConfirmCommitment' }
    | { readonly type: 'ReturnCommitment'; readonly reason: string; readonly due: string }
    | { readonly type: 'UrgeCommitment'; readonly text: string; readonly due: string }
  );

export type CommitmentEvent =
  | {
      readonly type: 'CommitmentProgressed';
      readonly data: { readonly visit: number; readonly account: string; readonly on: string };
    }
  | {
      readonly type: 'FollowUpRecorded';
      readonly data: { readonly visit: number; readonly result: string; readonly by: string; readonly on: string };
    }
  | { readonly type: 'CommitmentConfirmed'; readonly data: { readonly visit: number; readonly on: string } }
  | {
      readonly type: 'CommitmentReturned';
      readonly data: { readonly visit: number; readonly reason: string; readonly due: string; readonly on: string };
    }
  | {
      readonly type: 'CommitmentUrged';
      readonly data: { readonly visit: number; readonly text: string; readonly due: string; readonly on: string };
    }
  | { readonly type: 'CommitmentWarned'; readonly data: { readonly visit: number; readonly due: string } }
  | {
      /** Counted anew, after the calendar has changed. */
      readonly type: 'CommitmentRecounted';
      readonly data: {
        readonly visit: number;
        readonly calendar: string;
        readonly before: string;
        readonly after: string;
      };
    }
  | { readonly type: 'CommitmentMissed'; readonly data: { readonly visit: number; readonly due: string } };

export type CommitmentState = 'open' | 'overdue' | 'reported' | 'completed';

/** Where it stands; a unit's own word that it is done is not yet that it is. */
export const commitmentState = ({ completedOn, result, overdue }: Commitment): CommitmentState =>
  completedOn !== undefined ? 'completed' : result ? 'reported' : overdue ? 'overdue' : 'open';

/** @param due as the leader set it; otherwise configured days after the instruction */
export const commitmentFrom = (
  responsibleUnit: string,
  leader: string,
  issuedOn: string,
  { due, dueSource, dueDays }: { readonly due: string; readonly dueSource?: string; readonly dueDays?: number },
): Commitment => ({
  responsibleUnit,
  leader,
  issuedOn,
  due,
  ...defined({ dueSource, dueDays }),
  setOn: issuedOn,
  progress: [],
  warned: false,
  overdue: false,
  missed: [],
  urged: [],
  returned: [],
});

/** @throws Refusal for a day that has passed */
export const requireToCome = (due: string, today: string): void => {
  if (due < today)
    throw new Refusal('rule-violated', 'The day until which it is done has passed.', { pointer: '/due' });
};

const requireRunning = (commitment: Commitment): void => {
  if (commitment.completedOn !== undefined) {
    throw new Refusal('already-decided', `Confirmed as done on ${commitment.completedOn}.`);
  }
  if (commitment.result) throw new Refusal('already-decided', `A result was recorded on ${commitment.result.on}.`);
};

/** @param commitment of the visit that the command names. @throws Refusal when the rules do not allow it. */
export const decideCommitment = (command: CommitmentCommand, commitment: Commitment): readonly CommitmentEvent[] => {
  const { visit, by } = command;
  const on = legalDay(command.at);
  switch (command.type) {
    case 'LogCommitmentProgress':
      requireRunning(commitment);
      return [{ type: 'CommitmentProgressed', data: { visit, account: command.account, on } }];
    case 'RecordFollowUp':
      requireRunning(commitment);
      return [
        // First what was missed, whether or not the sweep has come by.
        ...(on > commitment.due && !commitment.overdue
          ? [{ type: 'CommitmentMissed', data: { visit, due: commitment.due } } as const]
          : []),
        { type: 'FollowUpRecorded', data: { visit, result: command.result, by: by.id, on } },
      ];
    case 'ConfirmCommitment':
    case 'ReturnCommitment': {
      const { result, completedOn } = commitment;
      if (completedOn !== undefined) throw new Refusal('already-decided', `Confirmed as done on ${completedOn}.`);
      if (!result) throw new Refusal('not-the-step', 'The unit has recorded no result yet.');
      if (result.by === by.id)
        throw new Refusal('own-proposal', 'Somebody else than who recorded the result judges it.');
      if (command.type === 'ConfirmCommitment') return [{ type: 'CommitmentConfirmed', data: { visit, on } }];
      const { reason, due } = command;
      requireToCome(due, on);
      return [{ type: 'CommitmentReturned', data: { visit, reason, due, on } }];
    }
    case 'UrgeCommitment': {
      requireRunning(commitment);
      // Before that the day holds which the leader set: supervision does not lengthen it.
      if (!commitment.overdue) throw new Refusal('not-the-step', `It is not overdue: it is due on ${commitment.due}.`);
      const { text, due } = command;
      requireToCome(due, on);
      return [{ type: 'CommitmentUrged', data: { visit, text, due, on } }];
    }
  }
};

/** The legal day from which the unit's leaders are warned: the configured days before, as before other limits. */
const warnOn = ({ setOn, due }: Commitment, { warnDays }: Configuration): string =>
  plusDays(due, -(due > plusDays(setOn, 15) ? warnDays.long : warnDays.short));

const runs = ({ result, completedOn }: Commitment): boolean => !result && completedOn === undefined;

/** What the clock has to say of one commitment on a legal day; once each for every day that was set. */
export const sweptCommitment = (
  visit: number,
  commitment: Commitment,
  today: string,
  configuration: Configuration,
): readonly CommitmentEvent[] => {
  const { due, warned, overdue } = commitment;
  if (!runs(commitment) || overdue) return [];
  if (today > due) return [{ type: 'CommitmentMissed', data: { visit, due } }];
  return !warned && today >= warnOn(commitment, configuration)
    ? [{ type: 'CommitmentWarned', data: { visit, due } }]
    : [];
};

/** The day that holds, where it was counted and not named by somebody, as a limit that can be counted again and explained. */
export const countedLimit = (commitment: Commitment): Deadline | undefined => {
  const { dueDays: days, dueSource: basis = '', setOn: from, due, overdue } = commitment;
  if (days === undefined) return undefined;
  const over = overdue ? ({ state: 'missed' } as const) : ({ state: runs(commitment) ? 'running' : 'met' } as const);
  return { limit: 'reception-follow-up', basis, from, days, unit: 'calendar', kind: 'duty', due, ...over };
};

/**
 * Counts the day anew with another calendar. A day that a leader or who supervises named stays, as days that were chosen do
 * elsewhere; so does what is done, and what has passed already, whether or not the sweep has come by: nobody is late with it no longer.
 */
export const recountedCommitment = (
  visit: number,
  commitment: Commitment,
  today: string,
  { calendar, version }: { readonly calendar: Calendar; readonly version: string },
): readonly CommitmentEvent[] => {
  const limit = countedLimit(commitment);
  if (limit?.state !== 'running' || today > limit.due) return [];
  const [before, after] = [limit.due, dueOf(limit, calendar)];
  return after === before ? [] : [{ type: 'CommitmentRecounted', data: { visit, calendar: version, before, after } }];
};

/** The legal day on which the clock must look at it again; undefined when nothing runs. */
export const commitmentTimer = (commitment: Commitment, configuration: Configuration): string | undefined => {
  const { due, warned, overdue } = commitment;
  if (!runs(commitment) || overdue) return undefined;
  return warned ? plusDays(due, 1) : warnOn(commitment, configuration);
};

/** Folds one fact into the commitment that it is about. */
export const evolveCommitment = (commitment: Commitment, event: CommitmentEvent): Commitment => {
  // From a day that somebody named on nothing is counted.
  const { dueDays: _counted, ...named } = commitment;
  const runsAnew = (due: string, on: string) => ({ due, setOn: on, warned: false, overdue: false });
  switch (event.type) {
    case 'CommitmentProgressed': {
      const { account, on } = event.data;
      return { ...commitment, progress: [...commitment.progress, { account, on }] };
    }
    case 'FollowUpRecorded': {
      const { result: text, by, on } = event.data;
      return { ...commitment, result: { text, by, on } };
    }
    case 'CommitmentConfirmed':
      return { ...commitment, completedOn: event.data.on };
    case 'CommitmentReturned': {
      const { reason, due, on } = event.data;
      const { result: _, ...rest } = named;
      return { ...rest, ...runsAnew(due, on), returned: [...commitment.returned, { reason, due, on }] };
    }
    case 'CommitmentUrged': {
      const { text, due, on } = event.data;
      return { ...named, ...runsAnew(due, on), urged: [...commitment.urged, { text, due, on }] };
    }
    case 'CommitmentWarned':
      return { ...commitment, warned: true };
    case 'CommitmentRecounted':
      return { ...commitment, due: event.data.after };
    case 'CommitmentMissed':
      return { ...commitment, warned: true, overdue: true, missed: [...commitment.missed, event.data.due] };
  }
};
