import { type Action, isSealed, isSealedFrom } from '../access/policy.ts';
import { approversOf } from '../access/relations.ts';
import { isOutstanding } from '../notices/notice.ts';
import { noticeDue, unitOwing } from '../notices/record.ts';
import { noticeRules, servingRole } from '../notices/rules.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { awaitsTakingOver } from '../petition/accusation.ts';
import { dutyOf } from '../petition/clocks.ts';
import { deadlineOf, type Petition, unansweredProposals } from '../petition/state.ts';
import { stillToReport } from '../petition/urgency.ts';
import type { TaskRef } from './signals.ts';
import { excludedFrom, noDue, type StepDescription } from './steps.ts';

/**
 * Something that waits for a person beside the stages: an extension to decide, feedback owed, a check to make. A task
 * follows from the record alone; it stands on the worklist from the commit that makes it due to the commit that does it.
 */
export type Task = TaskRef & StepDescription;

/** `handler@622901-jw` → `622901-jw`. */
const unitOf = (audience: string): string => audience.slice(audience.indexOf('@') + 1);

/** Everything that waits beside the stages. */
export const tasksOf = (petition: Petition, units: UnitDirectory): readonly Task[] => {
  const { registration } = petition;
  if (!registration) return [];
  const office = units.petitionOfficeOf(registration.unit);
  const task = (
    step: string,
    round: number,
    audience: string,
    due: string = noDue,
    decided?: Action,
    item?: number,
  ): Task => ({
    stage: 'task',
    round,
    step,
    audience,
    due,
    excluded: excludedFrom(petition, decided, item),
  });
  const tasks: Task[] = [];
  const { extensionRequest, extensionRequests, assignment, route, intake } = petition;
  const handling = assignment?.approvedBy === undefined ? route?.competentUnit : assignment.leadUnit;
  if (extensionRequest && handling !== undefined) {
    const due = deadlineOf(petition, 'handling')?.due;
    tasks.push(
      task(
        'decide-extension',
        extensionRequests,
        `head@${approversOf(petition, 'head', handling, units)}`,
        due,
        'DecideExtension',
      ),
    );
  }
  for (const [index, deadline] of petition.deadlines.entries()) {
    // Who answers for the unit is warned while there is still time (Art. 28).
    if (!deadline.warned || deadline.state !== 'running') continue;
    const leaders = units.leadershipOf(dutyOf(petition, deadline, { units }));
    tasks.push(task('due-soon', index + 1, `leader@${leaders}`, deadline.due));
  }
  for (const [index, supervision] of petition.supervisions.entries()) {
    const { against, feedback, closedBy } = supervision;
    const number = index + 1;
    for (const { proposal, addressee } of unansweredProposals(supervision)) {
      const audience = `${units.answeringRoleOf(addressee)}@${addressee}`;
      tasks.push({ ...task('answer-proposal', number, audience), leg: String(proposal) });
    }
    if (closedBy !== undefined) continue;
    if (feedback)
      tasks.push(
        task(
          'close-supervision',
          number,
          `supervisor@${units.supervisorOf(against)}`,
          noDue,
          'CloseSupervision',
          number,
        ),
      );
    else {
      tasks.push(task('give-feedback', number, `${units.answeringRoleOf(against)}@${against}`));
      // Whoever supervises sees it from the first day, whether the unit answers or not (Art. 40).
      tasks.push(
        task('follow-supervision', number, `supervisor@${units.supervisorOf(against)}`, noDue, 'ProposeMeasure'),
      );
    }
  }
  for (const [index, notice] of petition.notices.entries()) {
    const { servedBy, owner } = noticeRules[notice.kind];
    // What a stage waits for stands on the worklist as its step.
    if (!isOutstanding(notice) || servedBy !== undefined) continue;
    // What is refused at triage never had a handler.
    const role = intake.refusal && !route ? 'petition-officer' : servingRole[owner];
    const audience = `${role}@${unitOwing(notice, petition, units)}`;
    tasks.push(task('serve-notice', index + 1, audience, noticeDue(notice, petition)));
  }
  const { refusal, refusals, dispute, disputes, designation, designations, urgent } = intake;
  const over = petition.incidents.ended !== undefined;
  if (refusal && refusal.approvedOn === undefined && !over) {
    const due = deadlineOf(petition, route || !units.isPetitionOffice(registration.unit) ? 'notify' : 'forward')?.due;
    tasks.push(
      task(
        'decide-refusal',
        refusals,
        `leader@${approversOf(petition, 'leader', refusal.unit, units)}`,
        due,
        'ApproveRefusal',
      ),
    );
  }
  if (dispute && dispute.competentUnit === undefined && !dispute.settled && !over) {
    const decider =
      dispute.rule === 'joint-meeting'
        ? `petition-officer@${dispute.decider}`
        : `leader@${units.leadershipOf(dispute.decider)}`;
    tasks.push(task('decide-dispute', disputes, decider, deadlineOf(petition, 'dispute')?.due));
  }
  if (awaitsTakingOver(petition) && route) {
    tasks.push(task('take-over-accusation', intake.formerRoutes.length + 1, `handler@${route.competentUnit}`));
  }
  if (designation && !over) tasks.push(task('designate-successor', designations, `leader@${designation.government}`));
  if (urgent && stillToReport(petition).length > 0)
    tasks.push(
      task('report-urgent', urgent.flags, `petition-officer@${office}`, deadlineOf(petition, 'urgent-report')?.due),
    );
  if (petition.keeping.proposal)
    tasks.push(
      task(
        'decide-erasure',
        petition.keeping.proposals,
        `leader@${units.leadershipOf(office)}`,
        noDue,
        'ApproveErasure',
      ),
    );
  if (petition.qualityCheck === 'open')
    tasks.push(task('check-quality', 1, `supervisor@${units.supervisorOf(office)}`, noDue, 'RecordQualityCheck'));
  tasks.push(...incidentTasks(petition, task, office));
  // Of an accusation its own organ decides.
  const recusing = isSealed(petition) && route ? `leader@${route.competentUnit}` : `petition-officer@${office}`;
  for (const [index, { due, decided }] of petition.recusals.proposals.entries()) {
    if (!decided) tasks.push(task('decide-recusal', index + 1, recusing, due, 'DecideRecusal', index + 1));
  }
  for (const [index, { reviewedBy }] of petition.emergencies.entries()) {
    if (reviewedBy !== undefined) continue;
    const audience = `supervisor@${units.supervisorOf(office)}`;
    tasks.push(task('review-emergency-access', index + 1, audience, noDue, 'ReviewEmergencyAccess', index + 1));
  }
  // Of a sealed matter nothing waits but with the organ that has it, whatever was open before (Art. 30).
  return tasks.filter(({ audience }) => !isSealedFrom({ unit: unitOf(audience) }, petition));
};

type MakeTask = (step: string, round: number, audience: string, due?: string, decided?: Action) => Task;

/** What waits because something came between: a withdrawal to decide, heirs to wait for, a hearing to hold. */
const incidentTasks = ({ incidents }: Petition, task: MakeTask, office: string): readonly Task[] => {
  const { withdrawal, withdrawals, death, deaths, hearings } = incidents;
  const tasks: Task[] = [];
  if (withdrawal) {
    tasks.push(task('decide-withdrawal', withdrawals, `petition-officer@${office}`, noDue, 'DecideWithdrawal'));
  }
  if (death) tasks.push(task('decide-after-death', deaths, `petition-officer@${office}`, death.heirsUntil));
  for (const [index, { heldOn, cancelled, unit, on }] of hearings.entries()) {
    if (heldOn === undefined && !cancelled) tasks.push(task('hold-hearing', index + 1, `handler@${unit}`, on));
  }
  return tasks;
};
