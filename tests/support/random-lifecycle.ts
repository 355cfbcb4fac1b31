import fc from 'fast-check';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { Refusal } from '../../domain/errors.ts';
import { decide, evolve, type PetitionCommand, type PetitionEvent } from '../../domain/petition/petition.ts';
import { initialPetition, type Petition } from '../../domain/petition/state.ts';
import * as a from './builders.ts';

const { officers, served } = a;
const legUnits = ['622901-zrzy', '622901-zjj', '622901-sfj'];

const byDay = new Map<string, PetitionCommand[]>();

/** Every command in several variants, right and wrong ones, as they could be given on one day. */
export const everyCommand = (day: string): PetitionCommand[] => {
  const known = byDay.get(day) ?? commandsOf(day);
  byDay.set(day, known);
  return known;
};

const commandsOf = (day: string): PetitionCommand[] => {
  const yesterday = plusDays(day, -1);
  const { path: _, ...accusation } = a.route({ purpose: 'accusation', competentUnit: '622901-jw' });
  const { path: __, ...suggestion } = a.route({ purpose: 'suggestion' });
  const someoneElse = officers.secondOfficer;
  return a.on(
    day,
    a.register(),
    a.amend(),
    a.link(),
    a.unlink(),
    a.recuse(),
    a.recuse({ officer: 'mediator' }),
    a.noteInstruction(),
    a.route(),
    a.route({ path: 5 }),
    a.route({ path: 2 }),
    a.route({ disposition: 'own', competentUnit: '622901007-zx' }),
    a.route({ competentUnit: 'nowhere' }),
    suggestion,
    accusation,
    a.accept(),
    a.divert(),
    a.objectToRouting(),
    a.objectToRouting({ by: officers.receptionist }),
    a.decideObjection(),
    a.decideObjection({ agreed: false }),
    a.propose(),
    a.propose({ assistingUnits: [] }),
    a.propose({ sponsor: 'mayor' }),
    a.propose({ assistingUnits: ['622901-zrzy'] }),
    a.approve(),
    a.approve({ by: officers.handler }),
    a.returnAssignment(),
    ...legUnits.flatMap((unit) => [
      a.acknowledge({ unit }),
      a.reportIn({ unit, officer: 'somebody' }),
      a.recordOutcome({ unit }),
    ]),
    a.proposeMediation(),
    a.proposeMediation({ parties: [] }),
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
    a.consent({ consents: false }),
    a.minute({ heldOn: day }),
    a.minute({ heldOn: plusDays(day, 1) }),
    a.draftAgreement(),
    a.draftAgreement({ content: { ...a.agreement, obligations: [] } }),
    a.draftAgreement({
      content: { ...a.agreement, obligations: a.agreement.obligations.map((one) => ({ ...one, party: 'zhang' })) },
    }),
    a.draftAgreement({ content: { ...a.agreement, terms: '不再上访' } }),
    a.mark({ mark: 'mediator', on: day }),
    a.mark({ mark: 'committee-seal', on: day }),
    a.mark({ mark: 'committee-seal', on: plusDays(day, 1) }),
    a.endMediation(),
    a.perform({ performedOn: day }),
    a.perform({ obligation: 'clear', performedOn: day }),
    a.perform({ obligation: 'nothing', performedOn: day }),
    a.confirmationRequest({ on: day }),
    a.draftOpinion(),
    a.draftOpinion({ content: { ...a.opinion, answers: [] } }),
    a.approveOpinion(),
    a.approveOpinion({ by: officers.handler }),
    a.returnOpinion(),
    a.serveOpinion({ service: served(day) }),
    a.serveOpinion({ service: served(yesterday) }),
    a.serveOpinion({ service: served(day, { method: 'left-with-witness' }) }),
    a.declineReview(),
    a.rate(),
    a.requestClosing(),
    a.requestClosing({ by: someoneElse }),
    a.confirmClosing(),
    a.confirmClosing({ by: someoneElse }),
    a.returnClosing(),
    a.confirmResolved(),
    a.confirmResolved({ evidence: 'agreement-performed' }),
    a.confirmResolved({ evidence: 'opinion-performed', by: officers.leader }),
    a.requestReview(),
    a.requestReview({ requestedOn: yesterday }),
    a.admitReview(),
    a.admitReview({ admitted: false }),
    a.decideReview(),
    a.decideReview({ outcome: 'change' }),
    a.decideReview({ outcome: 'quash' }),
    a.serveReview({ service: served(day) }),
    a.serveReview({ service: served(yesterday) }),
  );
};

/** The answer to a command, or its refusal. Anything else that is thrown is a fault and goes on. */
export const answer = (command: PetitionCommand, state: Petition): readonly PetitionEvent[] | Refusal => {
  // Most commands are refused; where in the code matters to nobody, and finding out takes most of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return decide(command, state, a.rules);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};

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

/** Kinds that change the course; the others are tried less often, so that lives come far. */
const asides = new Set([
  'AmendRegistration',
  'LinkRepeat',
  'UnlinkRepeat',
  'NoteInstruction',
  'DeclareRecusal',
  'EndMediation',
]);

/** Some command that is not refused now; asides only now and then, so that lives come far. */
const possible = (day: string, state: Petition, pick: number): PetitionCommand | undefined => {
  const all = everyCommand(day);
  const [start, stride] = [pick % all.length, strides[pick % strides.length] ?? 1];
  for (let i = 0; i < all.length; i += 1) {
    const command = all[(start + i * stride) % all.length];
    if (!command || (asides.has(command.type) && pick % 10 !== 0)) continue;
    if (!(answer(command, state) instanceof Refusal)) return command;
  }
  return undefined;
};

/** Prime to any number of commands that has none of them as a factor: each scan passes through all, in another order. */
const strides = [1, 17, 29, 41, 59];

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
