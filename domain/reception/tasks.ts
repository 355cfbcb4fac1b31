import type { UnitDirectory } from '../organisation/unit.ts';
import { noDue } from '../workflow/steps.ts';
import type { Task } from '../workflow/tasks.ts';
import { type Commitment, commitmentState } from './commitment.ts';
import type { Session } from './session-state.ts';

/** What waits because of one commitment beside the machine's own step, which is the unit's first result. */
const tasksOfCommitment = (commitment: Commitment, round: number, units: UnitDirectory): readonly Task[] => {
  const { responsibleUnit, leader, due, warned, result, returned } = commitment;
  const task = (step: string, audience: string, until: string, excluded: readonly string[] = []): Task => ({
    stage: 'task',
    round,
    step,
    audience,
    due: until,
    excluded,
  });
  const state = commitmentState(commitment);
  if (state === 'completed') return [];
  if (state === 'reported') {
    return [task('confirm-commitment', `person@${leader}`, noDue, result ? [result.by] : [])];
  }
  return [
    ...(returned.length === 0 ? [] : [task('carry-out-commitment', `handler@${responsibleUnit}`, due)]),
    ...(warned ? [task('commitment-due-soon', `leader@${units.leadershipOf(responsibleUnit)}`, due)] : []),
    // Whoever supervises the unit sees what is overdue until it is done or another day is set.
    ...(state === 'overdue' ? [task('urge-commitment', `supervisor@${units.supervisorOf(responsibleUnit)}`, due)] : []),
  ];
};

/** Everything that waits on a reception day beside its visits' own steps; `round` is the visit. */
export const sessionTasks = (
  { visits, content, unconfirmed, cancelled }: Session,
  units: UnitDirectory,
): readonly Task[] => [
  ...(content && unconfirmed && !cancelled
    ? [
        {
          stage: 'task',
          round: 0,
          step: 'confirm-reception',
          audience: `person@${content.leader}`,
          due: content.date,
          excluded: [],
        } as const,
      ]
    : []),
  ...visits.flatMap(({ commitment, erasedOn }, index) =>
    commitment && erasedOn === undefined ? tasksOfCommitment(commitment, index + 1, units) : [],
  ),
];
