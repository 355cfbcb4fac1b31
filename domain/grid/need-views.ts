import type { Context } from '../petition/state.ts';
import { noDue } from '../workflow/steps.ts';
import type { Task } from '../workflow/tasks.ts';
import type { Need } from './need-state.ts';
import { nextOpenDay, serviceCounts } from './services.ts';

export const needStatuses = ['open', 'resolved-locally', 'promoted'] as const;

/** Where a need stands. Services may still run for one that is resolved. */
export const needStatus = ({ resolved, promoted }: Need): (typeof needStatuses)[number] =>
  promoted ? 'promoted' : resolved ? 'resolved-locally' : 'open';

/** What the head keeps: enough for lists and counts, and none of the texts. */
export const needSummary = (need: Need): object => ({
  status: needStatus(need),
  unit: need.unit,
  grid: need.grid?.code,
  domain: need.report?.domain,
  count: need.report?.count,
  reportedOn: need.report?.reportedOn,
  resolvedOn: need.resolved?.on,
  promotedOn: need.promoted?.on,
  ...(need.services.length === 0
    ? {}
    : { services: { ...serviceCounts(need.services), planned: need.services.length } }),
});

/** What waits for whom about a need. */
export const tasksOfNeed = (need: Need, calendar: Context['calendar']): readonly Task[] => {
  const { unit } = need;
  if (unit === undefined) return [];
  const task = (step: string, role: string, due: string): Task => ({
    stage: 'task',
    round: 1,
    step,
    audience: `${role}@${unit}`,
    due,
    excluded: [],
  });
  const next = nextOpenDay(need.services, calendar);
  const [missed] = need.unexplained;
  return [
    // No limit runs: a need is no petition.
    ...(needStatus(need) === 'open' ? [task('handle-need', 'village-officer', noDue)] : []),
    ...(next === undefined ? [] : [task('provide-services', 'grid-worker', next)]),
    ...(missed === undefined ? [] : [task('explain-missed', 'village-officer', missed)]),
  ];
};
