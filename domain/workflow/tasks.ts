import { isOutstanding } from '../notices/notice.ts';
import { unitOwing } from '../notices/record.ts';
import { noticeRules, servingRole } from '../notices/rules.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { deadlineOf, type Petition } from '../petition/state.ts';
import type { TaskRef } from './signals.ts';
import { noDue, type StepDescription } from './steps.ts';

/**
 * Something that waits for a person beside the stages: an extension to decide, feedback owed, a check to make. A task
 * follows from the record alone; it stands on the worklist from the commit that makes it due to the commit that does it.
 */
export type Task = TaskRef & StepDescription;

/** Everything that waits beside the stages. */
export const tasksOf = (petition: Petition, units: UnitDirectory): readonly Task[] => {
  const { registration, recused } = petition;
  if (!registration) return [];
  const office = units.petitionOfficeOf(registration.unit);
  const task = (
    step: string,
    round: number,
    audience: string,
    due: string = noDue,
    ...authors: (string | undefined)[]
  ): Task => ({
    stage: 'task',
    round,
    step,
    audience,
    due,
    title: registration.subject,
    excluded: [...recused, ...authors.filter((author) => author !== undefined)],
  });
  const tasks: Task[] = [];
  const { extensionRequest, extensionRequests, assignment, route } = petition;
  const handling = assignment?.approvedBy === undefined ? route?.competentUnit : assignment.leadUnit;
  if (extensionRequest && handling !== undefined) {
    const due = deadlineOf(petition, 'handling')?.due;
    tasks.push(
      task('decide-extension', extensionRequests, `leader@${units.leadershipOf(handling)}`, due, extensionRequest.by),
    );
  }
  for (const [index, { against, feedback, closedBy, openedBy }] of petition.supervisions.entries()) {
    if (closedBy !== undefined) continue;
    const number = index + 1;
    if (feedback)
      tasks.push(task('close-supervision', number, `supervisor@${units.supervisorOf(against)}`, noDue, openedBy));
    else tasks.push(task('give-feedback', number, `handler@${against}`));
  }
  for (const [index, notice] of petition.notices.entries()) {
    const { servedBy, owner, limit } = noticeRules[notice.kind];
    // What a stage waits for stands on the worklist as its step.
    if (!isOutstanding(notice) || servedBy !== undefined) continue;
    const audience = `${servingRole[owner]}@${unitOwing(notice, petition, units)}`;
    tasks.push(task('serve-notice', index + 1, audience, limit && deadlineOf(petition, limit)?.due));
  }
  if (petition.qualityCheck === 'open')
    tasks.push(task('check-quality', 1, `supervisor@${units.supervisorOf(office)}`));
  return tasks;
};
