import fc from 'fast-check';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { Refusal } from '../../domain/errors.ts';
import { evolve, type PetitionCommand, type PetitionEvent } from '../../domain/petition/petition.ts';
import { type Context, initialPetition, type Petition } from '../../domain/petition/state.ts';
import { waitingSteps } from '../../domain/workflow/flow.ts';
import * as a from './builders.ts';
import { evidenceCommands } from './evidence.ts';
import * as incident from './incidents.ts';
import { command, people } from './intake.ts';
import { answerUnder, anyOf, clock, configuration, seldom, way } from './regulated-life.ts';

const { officers, served } = a;
/** The rules with everything that a place might have configured. */
export const rules: Context = { ...a.rules, configuration };
const legUnits = ['622901-zrzy', '622901-zjj', '622901-sfj'];

const byDay = new Map<string, PetitionCommand[]>();

/** Every command in several variants, right and wrong ones, as they could be given on one day. */
export const everyCommand = (day: string): PetitionCommand[] => {
  const known = byDay.get(day) ?? commandsOf(day);
  byDay.set(day, known);
  return known;
};

/** What lives under the clock do (regulated-life.ts), and what only somebody tries who is wrong. */
const commandsOf = (day: string): PetitionCommand[] => {
  const yesterday = plusDays(day, -1);
  const tomorrow = plusDays(day, 1);
  const someoneElse = officers.secondOfficer;
  const one = { ...a.opinion, answers: ['按新测面积补发。'], newFacts: '复测' };
  return a.on(
    day,
    ...anyOf(day),
    ...evidenceCommands(),
    a.register(),
    a.link({ found: 'later' }),
    a.recuse(),
    a.recuse({ officer: 'mediator' }),
    a.liftRecusal(),
    command('ProposeRecusal', people.housingHandler, { officer: 'handler', interest: '近亲属' }),
    command('DecideRecusal', officers.officer, { proposal: 1, officer: 'handler', granted: true, reason: '属实' }),
    command('UseEmergencyAccess', { id: 'far', unit: '622901-sfj', role: 'leader' }, { reason: '突发事件' }),
    command('ReviewEmergencyAccess', people.countyOfficer, { access: 1, justified: true, remark: '确有必要' }),
    a.route({ competentUnit: '622901-zjj' }),
    a.route({ competentUnit: 'nowhere' }),
    a.route({ disposition: 'hand-over' }),
    command('TakeOverAccusation', { id: 'discipline', unit: '622901-jw', role: 'handler' }, {}),
    command('ReturnAccusation', { id: 'discipline', unit: '622901-jw', role: 'handler' }, { reason: '不属检举控告' }),
    command('MoveToSuccessor', officers.officer, { from: '622901-zrzy', reason: '机构改革' }),
    command('DesignateSuccessor', officers.leader, { successor: '622901-zjj', reason: '指定' }),
    command('DecideDispute', officers.leader, { competentUnit: '622901-jw', reason: '并非争议机关' }),
    command('ApproveRefusal', people.officer, {}),
    a.objectToRouting({ by: officers.receptionist }),
    a.approveSponsor({ by: { ...officers.leader, id: 'officer' } }),
    a.approveSponsor({ until: plusDays(day, 90) }),
    a.returnSponsor(),
    a.planResolution({ measures: [{ heading: 'facts', action: '复测', unit: '622901-sfj', due: tomorrow }] }),
    a.reportProgress({ done: [{ measure: 1, shownBy: '笔录' }] }),
    a.returnVisit({ on: yesterday, result: 'not-reached' }),
    a.requestResolution({ account: '已签息访承诺，不再上访' }),
    a.requestResolution({ by: { ...officers.handler, id: 'mayor' } }),
    a.signResolution({ by: officers.handler }),
    a.returnResolution(),
    a.enrol({ found: undefined }),
    a.enrol({ batch: 3 }),
    a.link({ sponsor: 'mayor', earlier: '622901007-20250103-AAAAAA' }),
    a.propose({ assistingUnits: ['622901-zrzy'] }),
    a.approve({ by: officers.handler }),
    ...legUnits.flatMap((unit) => [
      a.acknowledge({ unit }),
      a.reportIn({ unit, officer: 'colleague' }),
      a.recordOutcome({ unit }),
    ]),
    a.proposeMediation({ parties: [] }),
    a.proposeMediation({ committee: '622901-sfj' }),
    a.proposeMediation({
      parties: [
        { id: 'zhang', name: '张三', kind: 'petitioner' },
        { id: 'constructor', name: '施工方', kind: 'counterparty' },
        { id: '__proto__', name: '监理', kind: 'counterparty' },
      ],
    }),
    ...['zhang', 'village', 'constructor', '__proto__'].flatMap((party) => [
      a.consent({ party }),
      a.mark({ mark: party, on: day }),
      a.mark({ mark: party, on: yesterday }),
    ]),
    a.minute({ heldOn: tomorrow }),
    a.draftAgreement({ content: { ...a.agreement, obligations: [] } }),
    a.draftAgreement({
      content: { ...a.agreement, obligations: a.agreement.obligations.map((each) => ({ ...each, party: 'zhang' })) },
    }),
    a.draftAgreement({ content: { ...a.agreement, terms: '不再上访' } }),
    a.mark({ mark: 'committee-seal', on: tomorrow }),
    a.mark({ mark: 'mediator', manner: 'seal', on: day }),
    a.perform({ obligation: 'nothing', performedOn: day }),
    a.draftOpinion({ content: { ...a.opinion, answers: [] } }),
    // To what is left when the other request has been split off.
    ...(['support', 'partly', 'performed'] as const).map((result) => a.draftOpinion({ content: { ...one, result } })),
    a.approveOpinion({ by: officers.handler }),
    a.serveOpinion({ service: served(yesterday) }),
    a.serveOpinion({ service: served(day, { method: 'left-with-witness' }) }),
    a.serveOpinion({ service: served(day, { method: 'published' }) }),
    ...['receipt-1', 'forwarding-1', 'acceptance-1', 'agreement-1', 'nothing-1'].map((notice) =>
      a.serveNotice({ notice, service: served(day) }),
    ),
    a.requestClosing({ by: someoneElse }),
    a.confirmClosing({ by: someoneElse }),
    a.confirmResolved({ evidence: 'agreement-performed' }),
    a.confirmResolved({ evidence: 'opinion-performed', by: officers.leader }),
    a.requestReview({ requestedOn: yesterday }),
    a.requestReview({ requests: [7] }),
    a.admitReview(),
    a.decideReview(),
    a.decideReview({ outcome: 'change' }),
    a.decideReview({ outcome: 'quash' }),
    a.serveReview({ service: served(day) }),
    a.serveReview({ service: served(yesterday) }),
    incident.scheduleHearing({ on: plusDays(day, 8) }),
    incident.scheduleHearing({ on: day }),
    incident.changeRepresentatives(),
    command('PlaceHold', people.officer, { authority: '人民法院', reason: '诉讼保全' }),
    command('LiftHold', people.officer, { hold: 1, authority: '人民法院', reason: '诉讼终结' }),
    command('ProposeErasure', people.officer, { ground: 'retention-over', reason: '保存期限届满' }),
    command('ProposeErasure', people.officer, { ground: 'ordered', order: '（2026）甘29行初1号', reason: '裁定删除' }),
    command('ProposeErasure', people.officer, { ground: 'ordered', reason: '没有文书' }),
    command('ApproveErasure', officers.leader, {}),
    command('ApproveErasure', people.officer, {}),
    command('ReturnErasure', officers.leader, { reason: '再等等' }),
    { type: 'SweepClocks', by: clock, at: day },
    { type: 'RecountDeadlines', calendar: 'another', by: clock, at: day },
  );
};

/** The answer to a command under the rules of these lives, or its refusal. */
export const answer = (command: PetitionCommand, state: Petition) => answerUnder(command, state, rules);

export interface Choice {
  readonly pick: number;
  /** Takes any command at all, also one that will be refused. */
  readonly wild: boolean;
  readonly days: number;
}

/** Mostly the next day or the same; now and then a limit passes. */
export const choices = (maxLength: number): fc.Arbitrary<Choice[]> =>
  fc.array(
    fc.record({
      pick: fc.nat(9999),
      wild: fc.oneof({ weight: 1, arbitrary: fc.constant(true) }, { weight: 4, arbitrary: fc.constant(false) }),
      days: fc.oneof(
        { weight: 6, arbitrary: fc.constant(0) },
        { weight: 2, arbitrary: fc.integer({ min: 1, max: 6 }) },
        { weight: 1, arbitrary: fc.integer({ min: 20, max: 40 }) },
      ),
    }),
    { maxLength, size: 'max' },
  );

export interface Move {
  readonly command: PetitionCommand;
  readonly before: Petition;
  readonly events: readonly PetitionEvent[];
  readonly after: Petition;
  readonly refused: boolean;
}

/** Some command that changes something now, mostly one on the way; what breaks off a life only now and then. */
const possible = (day: string, state: Petition, pick: number): PetitionCommand | undefined => {
  const all = everyCommand(day);
  const onItsWay = new Set(waitingSteps(state.progress).flatMap(({ step }) => way[step] ?? []));
  const stride = strides[pick % strides.length] ?? 1;
  for (const list of pick % 5 < 2 ? [all] : [all.filter(({ type }) => onItsWay.has(type)), all]) {
    for (let i = 0; i < list.length; i += 1) {
      const each = list[(pick + i * stride) % list.length];
      if (!each || (list === all && seldom.has(each.type) && pick % 12 !== 0)) continue;
      const given = answer(each, state);
      if (!(given instanceof Refusal) && given.length > 0) return each;
    }
  }
  return undefined;
};

/** Primes above any number of commands: each scan passes through all of them, in another order. */
const strides = [1, 499, 601, 809, 997];

/** Plays choices: a registered petition, then command after command. */
export function* lifecycle(taken: readonly Choice[]): Generator<Move> {
  let state = initialPetition;
  let day = a.firstDay;
  const play = (command: PetitionCommand): Move => {
    const given = answer(command, state);
    const refused = given instanceof Refusal;
    const events = refused ? [] : given;
    const before = state;
    state = events.reduce(evolve, state);
    return { command, before, events, after: state, refused };
  };
  yield play(a.register());
  for (const { pick, wild, days } of taken) {
    day = plusDays(day, days);
    const command = wild ? everyCommand(day)[pick % everyCommand(day).length] : possible(day, state, pick);
    if (command) yield play(command);
  }
}
