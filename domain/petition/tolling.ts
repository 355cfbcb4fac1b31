import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { type Deadline, dueOf } from '../limits.ts';
import { registered } from './guards.ts';
import { type Context, type Issued, type Petition, reviewWindow } from './state.ts';

export type TollingCommand = Issued & {
  readonly type: 'RecordForceMajeure';
  readonly from: string;
  readonly to: string;
  readonly reason: string;
};

export interface TollingEvent {
  readonly type: 'ForceMajeureRecorded';
  readonly data: {
    readonly limit: Deadline['limit'];
    readonly from: string;
    readonly to: string;
    readonly reason: string;
    readonly source: string;
    readonly due: string;
  };
}

/** Days on which force majeure kept the petitioner from asking for review or recheck; only where a local rule is configured. */
export const decideTolling = (
  { from, to, reason, at }: TollingCommand,
  petition: Petition,
  { calendar, configuration: { forceMajeure } }: Context,
): readonly TollingEvent[] => {
  registered(petition);
  if (!forceMajeure) {
    throw new Refusal(
      'rule-violated',
      'The Regulation knows no tolling of these 30 days; a local rule must be configured with its source.',
      { basis: 'R35' },
    );
  }
  const window = reviewWindow(petition);
  if (!window) throw new Refusal('not-the-step', 'No days for asking for review or recheck run.', { basis: 'R35' });
  if (from <= window.from || from > window.due || to < from || to > legalDay(at)) {
    throw new Refusal('rule-violated', `The days lie after ${window.from}, begin by ${window.due} and are past.`, {
      pointer: '/from',
    });
  }
  if ((window.exclusions ?? []).some((each) => from <= each.to && to >= each.from)) {
    throw new Refusal('already-decided', 'These days are excluded already.', { pointer: '/from' });
  }
  const { source } = forceMajeure;
  const exclusions = [...(window.exclusions ?? []), { from, to, reason, basis: source }];
  const due = dueOf({ ...window, exclusions }, calendar);
  return [{ type: 'ForceMajeureRecorded', data: { limit: window.limit, from, to, reason, source, due } }];
};

export const evolveTolling = (petition: Petition, { data }: TollingEvent): Petition => {
  const { limit, from, to, reason, source, due } = data;
  const index = petition.deadlines.findLastIndex((each) => each.limit === limit);
  return {
    ...petition,
    deadlines: petition.deadlines.map((each, i) =>
      i === index
        ? { ...each, exclusions: [...(each.exclusions ?? []), { from, to, reason, basis: source }], due }
        : each,
    ),
  };
};
