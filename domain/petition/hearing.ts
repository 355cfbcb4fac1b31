import { legalDay, plusDays } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { dueOf, type Exclusion } from '../limits.ts';
import { waitingSteps } from '../workflow/flow.ts';
import { registered } from './guards.ts';
import type { Hearing, HearingPart } from './incident-state.ts';
import { type Context, hasReview, type Issued, type Petition } from './state.ts';

export type HearingCommand = Issued &
  (
    | {
        readonly type: 'ScheduleHearing';
        /** Legal day. */
        readonly on: string;
        readonly place: string;
        readonly subject: string;
        /** Who is told: the petitioner, the organ, witnesses. */
        readonly parties: readonly string[];
        /** Held in public unless secrets or privacy forbid it. */
        readonly public: boolean;
      }
    | {
        readonly type: 'RecordHearing';
        readonly hearing: number;
        /** First and last day on which it was held. */
        readonly from: string;
        readonly to: string;
        readonly present: readonly string[];
        readonly record: string;
      }
    | { readonly type: 'CancelHearing'; readonly hearing: number; readonly reason: string }
  );

export type HearingEvent =
  | {
      readonly type: 'HearingNotified';
      readonly data: {
        readonly part: HearingPart;
        readonly unit: string;
        readonly notifiedOn: string;
        readonly on: string;
        readonly place: string;
        readonly subject: string;
        readonly parties: readonly string[];
        readonly public: boolean;
        readonly basis: 'R31(6)' | 'R36';
      };
    }
  | {
      readonly type: 'HearingHeld';
      readonly data: {
        readonly hearing: number;
        readonly from: string;
        readonly to: string;
        readonly present: readonly string[];
        readonly record: string;
        /** The days that the recheck limit does not count; in no other part does a hearing stop the clock. */
        readonly exclusion?: Exclusion;
        readonly due?: string;
      };
    }
  | { readonly type: 'HearingCancelled'; readonly data: { readonly hearing: number; readonly reason: string } };

const open = ({ heldOn, cancelled }: Hearing): boolean => heldOn === undefined && !cancelled;

/** The hearing that has been announced and neither held nor cancelled, in this part of the procedure. */
export const openHearing = ({ incidents }: Petition, part?: HearingPart): Hearing | undefined =>
  incidents.hearings.find((each) => open(each) && (part === undefined || each.part === part));

/** Nothing is decided while the parties wait for a hearing they have been invited to. @throws Refusal */
export const requireNoOpenHearing = (petition: Petition, part: HearingPart): void => {
  const hearing = openHearing(petition, part);
  if (hearing) {
    throw new Refusal('not-the-step', `The parties have been told of a hearing on ${hearing.on}: hold or cancel it.`, {
      basis: part === 'recheck' ? 'R36' : 'R31(6)',
    });
  }
};

/** In which part of the procedure a hearing can be held now. */
const partNow = (petition: Petition): HearingPart => {
  const waiting = waitingSteps(petition.progress);
  const review = petition.reviews.at(-1);
  if (review && waiting.some(({ stage, step }) => stage === 'review' && step === 'decide')) return review.level;
  const handled = petition.deadlines.some(({ limit, state }) => limit === 'handling' && state !== 'stopped');
  const answering = waiting.some(
    ({ stage, step }) => stage === 'assignment' || (stage === 'closure' && ['outcome', 'draft'].includes(step)),
  );
  if (handled && answering) return 'handling';
  throw new Refusal('not-the-step', 'A hearing is held before an opinion, a review or a recheck is decided.', {
    basis: 'R31(6)',
  });
};

const numbered = (petition: Petition, number: number): Hearing => {
  const hearing = petition.incidents.hearings[number - 1];
  if (!hearing) throw new Refusal('not-found', `There is no hearing ${String(number)}.`);
  if (!open(hearing)) throw new Refusal('already-decided', 'This hearing has been held or cancelled.');
  return hearing;
};

const nextDay = (day: string): string => plusDays(day, 1);

/** The days of the hearing that the recheck limit does not count (Art. 36), none of them twice. */
const excludedBy = (
  petition: Petition,
  hearing: Hearing,
  held: { readonly from: string; readonly to: string },
  { calendar, configuration }: Context,
): { exclusion?: Exclusion; due?: string } => {
  if (hearing.part !== 'recheck') return {};
  const deadline = petition.deadlines.findLast(({ limit }) => limit === 'recheck');
  if (!deadline || deadline.state === 'met' || deadline.state === 'stopped') return {};
  // The limit had run out before anybody was told of a hearing.
  if (hearing.notifiedOn > deadline.due) return {};
  const exclusions = deadline.exclusions ?? [];
  const starts = [
    configuration.hearingTime === 'held' ? held.from : hearing.notifiedOn,
    nextDay(deadline.from),
    ...exclusions.map(({ to }) => nextDay(to)),
  ];
  const from = starts.sort().at(-1) ?? held.from;
  if (from > held.to) return {};
  const exclusion = { from, to: held.to, reason: 'hearing', basis: 'R36' };
  return { exclusion, due: dueOf({ ...deadline, exclusions: [...exclusions, exclusion] }, calendar) };
};

export const decideHearing = (
  command: HearingCommand,
  petition: Petition,
  context: Context,
): readonly HearingEvent[] => {
  registered(petition);
  const today = legalDay(command.at);
  switch (command.type) {
    case 'ScheduleHearing': {
      if (!hasReview(petition)) {
        throw new Refusal('rule-violated', 'Hearings belong to the petition procedure (Art. 31(6)).', {
          basis: 'R31(6)',
        });
      }
      const part = partNow(petition);
      if (openHearing(petition)) throw new Refusal('already-decided', 'A hearing has been announced already.');
      if (part !== 'handling' && petition.reviews.at(-1)?.unit !== command.by.unit) {
        throw new Refusal('not-your-unit', 'The hearing is held by the organ that reviews.', { basis: 'R36' });
      }
      const { hearingNoticeDays } = context.configuration;
      const earliest = plusDays(today, hearingNoticeDays);
      if (command.on < earliest) {
        throw new Refusal(
          'rule-violated',
          `The parties are told ${String(hearingNoticeDays)} days before (configured): ${earliest} at the earliest.`,
          { pointer: '/on' },
        );
      }
      // Its time does not count (Art. 36), so after the limit it is held as soon as the notice allows: announced for a day
      // far off it would make the limit as long as one likes.
      const limit = petition.deadlines.findLast((each) => each.limit === 'recheck');
      if (part === 'recheck' && limit?.state === 'running' && command.on > limit.due && command.on > earliest) {
        throw new Refusal(
          'rule-violated',
          `A hearing that does not fit into the limit (until ${limit.due}) is held on the first day that the notice allows: ${earliest} (configured).`,
          { pointer: '/on' },
        );
      }
      const { on, place, subject, parties } = command;
      return [
        {
          type: 'HearingNotified',
          data: {
            part,
            unit: command.by.unit,
            notifiedOn: today,
            on,
            place,
            subject,
            parties,
            public: command.public,
            basis: part === 'recheck' ? 'R36' : 'R31(6)',
          },
        },
      ];
    }
    case 'RecordHearing': {
      const hearing = numbered(petition, command.hearing);
      const { from, to } = command;
      if (from < hearing.on)
        throw new Refusal('rule-violated', `The parties were told that it is on ${hearing.on}.`, { pointer: '/from' });
      if (to < from || to > today)
        throw new Refusal('rule-violated', 'A hearing is recorded after it was held.', { pointer: '/to' });
      const { present, record } = command;
      const excluded = excludedBy(petition, hearing, { from, to }, context);
      return [{ type: 'HearingHeld', data: { hearing: command.hearing, from, to, present, record, ...excluded } }];
    }
    case 'CancelHearing':
      numbered(petition, command.hearing);
      return [{ type: 'HearingCancelled', data: { hearing: command.hearing, reason: command.reason } }];
  }
};

const withHearing = (petition: Petition, number: number, change: Partial<Hearing>): Petition => ({
  ...petition,
  incidents: {
    ...petition.incidents,
    hearings: petition.incidents.hearings.map((each, index) => (index === number - 1 ? { ...each, ...change } : each)),
  },
});

export const evolveHearing = (petition: Petition, event: HearingEvent): Petition => {
  const { incidents } = petition;
  switch (event.type) {
    case 'HearingNotified': {
      const { part, unit, notifiedOn, on } = event.data;
      return {
        ...petition,
        incidents: { ...incidents, hearings: [...incidents.hearings, { part, unit, notifiedOn, on }] },
      };
    }
    case 'HearingHeld': {
      const { hearing, to, exclusion, due } = event.data;
      const held = withHearing(petition, hearing, { heldOn: to });
      if (!exclusion || due === undefined) return held;
      const index = held.deadlines.findLastIndex(({ limit }) => limit === 'recheck');
      return {
        ...held,
        deadlines: held.deadlines.map((each, i) => {
          if (i !== index) return each;
          const exclusions = [...(each.exclusions ?? []), exclusion];
          // It had only looked missed: the hearing's days do not count.
          const state = each.state === 'missed' && due >= to ? 'running' : each.state;
          return { ...each, exclusions, due, state };
        }),
      };
    }
    case 'HearingCancelled':
      return withHearing(petition, event.data.hearing, { cancelled: true });
  }
};
