import fc from 'fast-check';
import { statutoryCalendar } from '../../adapters/calendar.ts';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { defaultConfiguration } from '../../domain/configuration.ts';
import { Refusal } from '../../domain/errors.ts';
import { isOutstanding } from '../../domain/notices/notice.ts';
import { noticeRules } from '../../domain/notices/rules.ts';
import { refusalGrounds, urgentAddressees } from '../../domain/petition/intake-state.ts';
import { decide, evolve, type PetitionCommand, type PetitionEvent } from '../../domain/petition/petition.ts';
import { type Context, initialPetition, type Petition } from '../../domain/petition/state.ts';
import type { CalendarDay, EventActor } from '../../domain/ports.ts';
import { waitingSteps } from '../../domain/workflow/flow.ts';
import * as a from './builders.ts';
import * as incident from './incidents.ts';
import { command, people } from './intake.ts';

/** Lives of petitions as one place sees them: commands right and wrong, and a clock that sweeps whenever a day passes. */

/** What a place might have configured, so that every rule that depends on it can be met. */
export const configuration = {
  ...defaultConfiguration,
  suspensions: [{ ground: '鉴定', maximumDays: 60, source: '某省信访工作规定' }],
  simpleProcedure: { acceptDays: 3, answerDays: 10, source: '某省简易办理办法' },
  performOrAnswer: { days: 30, source: '某法' },
  disputeDecision: { days: 5, source: '某省规定' },
  forceMajeure: { source: '某省复查复核办法' },
};

const source = '国务院办公厅关于2026年部分节假日安排的通知（修改）';
/** Working days that a changed notice makes holidays, spread over the year so that some limit meets them. */
const changed: readonly CalendarDay[] = [3, 4, 5, 6, 7, 8, 9, 11, 12].flatMap((month) =>
  ['10', '11', '12', '24', '25', '26'].map((day) => ({
    day: `2026-${String(month).padStart(2, '0')}-${day}`,
    working: false,
    name: '调整',
    source,
  })),
);

export const before = { ...a.rules, calendar: statutoryCalendar(), configuration } satisfies Context;
export const afterChange = { ...before, calendar: statutoryCalendar(changed) } satisfies Context;
export type Law = typeof before;

export const clock: EventActor = { id: 'clock', unit: '', role: 'system' };
const supervisor: EventActor = { id: 'supervisor', unit: '622901-xfj', role: 'supervisor' };
const { handler, leader, rechecker, receptionist, officer } = a.officers;
const earlier = '622901007-20250102-AAAAAA';
const organs = ['622901-zrzy', '622901-zjj'];

/** The next thing that the state itself waits for: what lives would hardly ever meet by chance. */
const asWaitedFor = (
  day: string,
  { assignment, mediations, notices, progress, reviews }: Petition,
): PetitionCommand[] => {
  const reviewer: EventActor = { id: 'reviewer', unit: reviews.at(-1)?.unit ?? '', role: 'handler' };
  const parties = mediations.at(-1)?.parties.map(({ id }) => id) ?? [];
  const legs = waitingSteps(progress).flatMap(({ step, leg }): PetitionCommand[] => {
    if (leg === undefined) return [];
    return step === 'report-in'
      ? [a.acknowledge({ unit: leg }), a.reportIn({ unit: leg })]
      : [a.recordOutcome({ unit: leg })];
  });
  return [
    ...legs,
    ...notices
      .filter((notice) => isOutstanding(notice) && noticeRules[notice.kind].servedBy === undefined)
      .map(({ id }) => command('ServeNotice', handler, { notice: id, service: a.served(day) }, day)),
    ...parties.flatMap((party) => [a.consent({ party }), a.mark({ mark: party, on: day })]),
    incident.scheduleHearing({ by: reviewer, on: plusDays(day, 7) }),
    incident.scheduleHearing({ by: { ...handler, unit: assignment?.leadUnit ?? '' }, on: plusDays(day, 9) }),
    a.admitReview({ by: reviewer }),
    a.decideReview({ by: reviewer }),
    a.decideReview({ by: reviewer, outcome: 'quash' }),
    a.serveReview({ by: reviewer, service: a.served(day) }),
  ];
};

/** Every command in several variants, right and wrong ones, as they could be given on one day. */
export const anyOf = (day: string): PetitionCommand[] => {
  const { path: _no, ...accusation } = a.route({ purpose: 'accusation', competentUnit: '622901-jw' });
  const { path: _none, ...suggestion } = a.route({ purpose: 'suggestion' });
  const linked = {
    number: earlier,
    inProcess: true,
    withinLimit: true,
    unit: '622901007',
    recheckFinished: true,
  };
  const refusals = Object.keys(refusalGrounds) as (keyof typeof refusalGrounds)[];
  return a.on(
    day,
    a.amend(),
    a.link(),
    a.unlink(),
    a.recuse({ officer: 'somebody' }),
    a.noteInstruction(),
    a.route(),
    a.route({ disposition: 'hand-over', reportDue: plusDays(day, 25) }),
    a.route({ path: 5 }),
    a.route({ path: 2 }),
    a.route({ disposition: 'own', competentUnit: '622901007-zx' }),
    suggestion as PetitionCommand,
    accusation as PetitionCommand,
    a.accept(),
    a.accept({ simple: true }),
    a.divert(),
    a.objectToRouting(),
    a.objectToRouting({ by: people.housingHandler }),
    a.decideObjection(),
    a.decideObjection({ agreed: false }),
    command('ReferDispute', officer, { organs, account: '协商未果' }),
    command('DecideDispute', leader, { competentUnit: '622901-zjj', reason: '职责所在' }),
    command('RetriagePetition', officer, { reason: '分类有误' }),
    command('FlagUrgent', handler, { reason: '可能造成社会影响' }),
    command('ReportUrgent', officer, { to: urgentAddressees, measures: '已处置' }),
    command('ReportUrgent', officer, { to: ['party-government'], measures: '已处置' }),
    command('RedirectPetition', officer, { organ: '法院', reason: '涉诉', onTheSpot: false, litigation: true }),
    ...refusals.flatMap((ground) =>
      [officer, handler].map((by) =>
        command('ProposeRefusal', by, {
          ground,
          reason: '依据充分',
          properPath: '法院',
          earlier,
          linked,
          termination: '终结决定',
        }),
      ),
    ),
    command('ApproveRefusal', leader, { linked }),
    command('ReturnRefusal', leader, { reason: '应予受理' }),
    command('ClaimNewFacts', receptionist, { claim: '新报告' }),
    command('JudgeNewFacts', handler, { isNew: true, reason: '属实' }),
    command('JudgeNewFacts', handler, { isNew: false, reason: '并非新' }),
    a.propose(),
    a.propose({ assistingUnits: [] }),
    a.approve(),
    a.returnAssignment(),
    a.proposeMediation(),
    a.consent({ consents: false }),
    a.minute({ heldOn: day }),
    a.draftAgreement(),
    a.mark({ mark: 'mediator', on: day }),
    a.mark({ mark: 'committee-seal', on: day }),
    a.endMediation(),
    a.perform({ performedOn: day }),
    a.perform({ obligation: 'clear', performedOn: day }),
    a.confirmationRequest({ on: day }),
    a.draftOpinion(),
    a.draftOpinion({ content: { ...a.opinion, answers: [`于${day}补发。`, '公开。'] } }),
    a.draftOpinion({ content: { ...a.opinion, result: 'partly', newFacts: '复测' } }),
    a.draftOpinion({ content: { ...a.opinion, result: 'performed', newFacts: '复测' } }),
    a.draftOpinion({ content: { ...a.opinion, result: 'explain', legalBasis: [] } }),
    a.approveOpinion(),
    a.returnOpinion(),
    a.serveOpinion({ service: a.served(day) }),
    a.declineReview(),
    a.rate({ organ: 'dissatisfied' }),
    a.submitReport(),
    a.requestClosing(),
    a.requestClosing({ report: '办结报告' }),
    a.confirmClosing(),
    a.returnClosing(),
    a.confirmResolved(),
    a.requestReview(),
    a.admitReview({ admitted: false }),
    ...[-3, 0, 1, 10, 30, 31].map((days) => command('RequestExtension', handler, { days, reason: '复杂' })),
    command('DecideExtension', leader, { approved: true, reason: '复杂' }),
    command('DecideExtension', leader, { approved: false, reason: '不复杂' }),
    ...[0, 3].map((length) =>
      command('SuspendHandling', leader, { ground: '鉴定', from: day, to: plusDays(day, length), reason: '鉴定' }),
    ),
    command('SuspendHandling', leader, { ground: '心情', from: day, to: day, reason: '无' }),
    ...[1, 2, 3].flatMap((hearing) => [
      incident.recordHearing({ by: rechecker, hearing, from: day, to: day }),
      incident.recordHearing({ by: rechecker, hearing, from: plusDays(day, -2), to: day }),
      incident.cancelHearing({ hearing }),
    ]),
    incident.support(),
    incident.withdraw(),
    incident.decideWithdrawal({ consented: false }),
    incident.decideWithdrawal(),
    incident.retractWithdrawal(),
    incident.recordDeath({ diedOn: day }),
    incident.heirs(),
    incident.decideAfterDeath({ decision: 'go-on' }),
    incident.decideAfterDeath({ renounced: true }),
    incident.attempt({ on: day }),
    incident.publishByCode(),
    incident.split(),
    incident.noteChild(),
    incident.transfer(),
    incident.reopen(),
    incident.tollWindow({ from: plusDays(day, -2), to: day }),
    command('OpenSupervision', supervisor, { ground: 'delay', against: '622901-zrzy', reason: '拖延' }),
    ...[1, 2, 3].flatMap((supervision) => [
      command('ProposeMeasure', supervisor, {
        supervision,
        kind: 'improve-work',
        addressee: '622901-zrzy',
        text: '改进',
      }),
      command('GiveFeedback', handler, { supervision, adopted: true, text: '已改' }),
      command('GiveFeedback', handler, { supervision, proposal: 1, adopted: false, text: '不采纳' }),
      command('CloseSupervision', { ...supervisor, id: 'second' }, { supervision, finding: '已改' }),
    ]),
    command('RecordQualityCheck', supervisor, { finding: '已回访' }),
    a.proposeSponsor(),
    a.proposeSponsor({ ground: 'backlog', by: handler }),
    a.approveSponsor(),
    a.planResolution({
      measures: [{ heading: 'law', action: '释明', unit: '622901-sfj', due: plusDays(day, 9) }],
    }),
    a.reportProgress(),
    a.returnVisit({ on: day }),
    a.returnVisit({ on: day, result: 'not-resolved' }),
    a.requestResolution(),
    a.signResolution(),
    a.designateBacklog(),
    a.enrol(),
    a.enrol({ programme: '6229-20260101-XFZLNB' }),
    a.takeOut(),
    a.liftBacklog(),
    a.confirmResolved({ evidence: 'opinion-performed' }),
  );
};

/** Ends or breaks off a life; tried seldom, so that lives come far. */
export const seldom = new Set<PetitionCommand['type']>([
  'RetriagePetition',
  'RedirectPetition',
  'ProposeRefusal',
  'DecideWithdrawal',
  'DecideAfterDeath',
  'RecordDeath',
  'RequestWithdrawal',
  'TransferPetition',
  'ReferDispute',
  'EndMediation',
  'CancelHearing',
  'AmendRegistration',
  'LinkRepeat',
  'UnlinkRepeat',
  'NoteInstruction',
  'DeclareRecusal',
  'ProposeRecusal',
  'DecideRecusal',
  'UseEmergencyAccess',
  'ReviewEmergencyAccess',
  'RecordSupport',
  'OpenSupervision',
  'ProposeSponsor',
  'PlanResolution',
  'ReportProgress',
  'RecordReturnVisit',
  'DesignateBacklog',
  'EnrolMatter',
  'TakeOutOfProgramme',
  'LiftBacklog',
  'ProposeMeasure',
  'RecordContactAttempt',
  'FlagUrgent',
  'SuspendHandling',
  'SplitPetition',
  'DivertPetition',
]);

/**
 * The answer to a command, or its refusal. Anything else that is thrown is a fault and goes on. Most commands are refused;
 * where in the code matters to nobody, and finding out would take most of the time.
 */
export const answerUnder = (
  command: PetitionCommand,
  state: Petition,
  law: Context,
): readonly PetitionEvent[] | Refusal => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return decide(command, state, law);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};

export interface Choice {
  readonly pick: number;
  /** Does first what the state waits for. */
  readonly forward: boolean;
  readonly days: number;
}

/** A life: its choices, and at which of them the calendar changes. */
export const lives = (maxLength: number): fc.Arbitrary<{ choices: Choice[]; change: number }> =>
  fc.record({
    choices: fc.array(
      fc.record({
        pick: fc.nat(99_999),
        forward: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 2, arbitrary: fc.constant(false) }),
        days: fc.oneof(
          { weight: 6, arbitrary: fc.constant(0) },
          { weight: 3, arbitrary: fc.integer({ min: 1, max: 8 }) },
          { weight: 1, arbitrary: fc.integer({ min: 9, max: 40 }) },
        ),
      }),
      { minLength: 10, maxLength, size: 'max' },
    ),
    change: fc.nat(maxLength),
  });

export interface Step {
  readonly command: PetitionCommand;
  readonly day: string;
  readonly before: Petition;
  readonly events: readonly PetitionEvent[];
  readonly after: Petition;
  /** The rules as they were then: the calendar may have changed on the way. */
  readonly law: Law;
}

/** A prime above any number of commands: the search passes through all of them, and not in the order of the way. */
const stride = 997;

/** The commands by which a matter goes its way, by the step at which it waits. */
export const way: Readonly<Record<string, readonly PetitionCommand['type'][]>> = {
  triage: ['RoutePetition'],
  'organ-answer': ['AcceptPetition', 'ObjectToRouting', 'JudgeNewFacts'],
  'decide-objection': ['DecideObjection'],
  propose: ['ProposeAssignment'],
  approve: ['ApproveAssignment'],
  'report-in': ['AcknowledgeLeg', 'ReportIn'],
  outcome: ['RecordLegOutcome'],
  consent: ['RecordConsent'],
  session: ['MinuteSession'],
  sign: ['DraftAgreement', 'MarkAgreement'],
  perform: ['RecordPerformance'],
  draft: ['DraftOpinion', 'ProposeMediation', 'RequestExtension', 'ScheduleHearing'],
  'approve-opinion': ['ApproveOpinion'],
  serve: ['ServeOpinion'],
  'request-closing': ['RequestReview', 'RequestClosing'],
  'confirm-closing': ['ConfirmClosing', 'RequestReview'],
  admit: ['AdmitReview'],
  decide: ['DecideReview', 'ScheduleHearing', 'RecordHearing'],
  'serve-review': ['ServeReview'],
};

const next = (day: string, state: Petition, { pick, forward }: Choice, law: Law): PetitionCommand | undefined => {
  const all = [...a.on(day, ...asWaitedFor(day, state)), ...anyOf(day)];
  const onItsWay = new Set<PetitionCommand['type']>(
    waitingSteps(state.progress).flatMap(({ step }) => way[step] ?? []),
  );
  // What was proposed is decided, as a leader would when it stands on the worklist.
  if (state.intake.refusal && state.intake.refusal.approvedOn === undefined)
    for (const type of ['ApproveRefusal', 'ReturnRefusal'] as const) onItsWay.add(type);
  const first = forward ? all.filter(({ type }) => onItsWay.has(type)) : [];
  for (const list of [first, all]) {
    for (let i = 0; i < list.length; i += 1) {
      const each = list[(pick + i * stride) % list.length];
      if (!each || (list === all && seldom.has(each.type) && pick % 12 !== 0)) continue;
      if (!(answerUnder(each, state, law) instanceof Refusal)) return each;
    }
  }
  return undefined;
};

/** Plays a life. Whenever a day has passed the clock sweeps, and when the calendar changes it counts anew. */
export function* regulatedLife({ choices, change }: { choices: readonly Choice[]; change: number }): Generator<Step> {
  let state = initialPetition;
  let day = a.firstDay;
  let law: Law = before;
  const play = (command: PetitionCommand): Step => {
    const given = answerUnder(command, state, law);
    const events = given instanceof Refusal ? [] : given;
    const was = state;
    state = events.reduce(evolve, state);
    return { command, day, before: was, events, after: state, law };
  };
  yield play({ ...a.register(), at: a.noon(day) });
  for (const [index, choice] of choices.entries()) {
    if (index === change) {
      law = afterChange;
      yield play({ type: 'RecountDeadlines', calendar: law.calendar.version, by: clock, at: a.noon(day) });
    }
    for (let passed = 0; passed < choice.days; passed += 1) {
      day = plusDays(day, 1);
      yield play({ type: 'SweepClocks', by: clock, at: a.noon(day) });
    }
    const taken = next(day, state, choice, law);
    if (taken) yield play(taken);
  }
}
