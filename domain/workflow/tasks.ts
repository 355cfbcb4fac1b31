import type { Action } from '../access/policy.ts';
import { approversOf } from '../access/relations.ts';
import { holderFromLedger, isSealed, isSealedFrom } from '../access/sight.ts';
import type { Deadline } from '../limits.ts';
import { isOutstanding } from '../notices/notice.ts';
import { noticeDue, unitOwing } from '../notices/record.ts';
import { noticeRules, servingRole } from '../notices/rules.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { awaitsTakingOver } from '../petition/accusation.ts';
import { dutyOf } from '../petition/clocks.ts';
import { sponsorOf } from '../petition/sponsorship-state.ts';
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
  const { registration, keeping } = petition;
  // Of what was erased nothing can be done any more.
  if (!registration || keeping.erasedOn !== undefined) return [];
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
  const holder = holderFromLedger(petition);
  if (holder !== undefined) {
    const due = deadlineOf(petition, 'forward')?.due;
    const round = intake.formerRoutes.length + 1;
    tasks.push(task('hand-over-accusation', round, `petition-officer@${holder}`, due, 'RoutePetition'));
  }
  if (awaitsTakingOver(petition) && route) {
    tasks.push(task('take-over-accusation', intake.formerRoutes.length + 1, `handler@${route.competentUnit}`));
  }
  if (designation && !over) tasks.push(task('designate-successor', designations, `leader@${designation.government}`));
  if (urgent && stillToReport(petition).length > 0)
    tasks.push(
      task('report-urgent', urgent.flags, `petition-officer@${office}`, deadlineOf(petition, 'urgent-report')?.due),
    );
  tasks.push(...sponsorshipTasks(petition, task, { office, units, handling }));
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

/** What waits about a sponsorship (包案): a leader's decision, the plan, the next report, the signatures under a request. */
const sponsorshipTasks = (
  petition: Petition,
  task: MakeTask,
  { office, units, handling }: { office: string; units: UnitDirectory; handling: string | undefined },
): readonly Task[] => {
  const { sponsorship, recused } = petition;
  const { proposal, proposals, plans, reports, request, requests } = sponsorship;
  if (petition.incidents.ended) return [];
  const tasks: Task[] = [];
  if (proposal) {
    const leaders = proposal.approver ?? approversOf(petition, 'leader', office, units);
    tasks.push(task('decide-sponsor', proposals, `leader@${leaders}`, noDue, 'ApproveSponsor'));
  }
  const sponsor = sponsorOf(petition);
  if (sponsor === undefined) return tasks;
  const waits = (limit: Deadline['limit']): string | undefined => {
    const deadline = deadlineOf(petition, limit);
    return deadline && deadline.state !== 'stopped' && !deadline.done ? deadline.due : undefined;
  };
  const [plan, report, until] = [waits('sponsor-plan'), waits('sponsor-progress'), waits('sponsorship')];
  const by = `handler@${handling ?? office}`;
  if (plan !== undefined) tasks.push(task('plan-resolution', plans + 1, by, plan));
  if (report !== undefined) tasks.push(task('report-progress', reports + 1, by, report));
  if (recused.includes(sponsor)) return [...tasks, task('replace-sponsor', proposals, `petition-officer@${office}`)];
  // Nobody can tell beforehand whether there is such a leader: the office looks after it until he does something himself.
  if (sponsorship.actedOn === undefined)
    tasks.push(
      task('await-sponsor', proposals, `petition-officer@${office}`, deadlineOf(petition, 'sponsor-plan')?.due),
    );
  // On the leader's own list from the first day to the last: he answers for it, whoever does the work.
  const next = [plan, report, until].filter((day) => day !== undefined).sort()[0];
  tasks.push(task('follow-sponsorship', proposals, `person@${sponsor}`, next));
  if (request && request.signedBy === undefined)
    tasks.push(task('sign-resolution', requests, `person@${sponsor}`, noDue, 'SignResolution'));
  if (request?.signedBy !== undefined)
    tasks.push(task('confirm-resolution', requests, `petition-officer@${office}`, noDue, 'ConfirmResolved'));
  return tasks;
};

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
