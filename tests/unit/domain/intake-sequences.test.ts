import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import { Refusal, refusalCodes } from '../../../domain/errors.ts';
import {
  decide,
  evolve,
  foldPetition,
  type PetitionCommand,
  type PetitionEvent,
  statusOf,
} from '../../../domain/petition/petition.ts';
import { handlingOf } from '../../../domain/petition/routes.ts';
import { initialPetition, type Petition } from '../../../domain/petition/state.ts';
import { waitingSteps } from '../../../domain/workflow/flow.ts';
import { describePetitionStep } from '../../../domain/workflow/steps.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import * as a from '../../support/builders.ts';
import * as i from '../../support/intake.ts';

const local = i.rulesWith(
  [
    {
      id: '622901-sfj',
      name: '司法局',
      kind: 'department',
      level: 'county',
      parent: '622901',
      abolishedOn: '2026-03-20',
    },
  ],
  { simpleProcedure: { acceptDays: 3, answerDays: 10, source: '某州规定' } },
);
const { path: _, ...withoutPath } = a.route();
const linked = { number: '622901007-20250102-AAAAAA', inProcess: false, withinLimit: true, recheckFinished: true };

/** One of everything that can happen before the answer, by whoever has the matter then. */
const commandsIn = ({ route }: Petition): readonly PetitionCommand[] => {
  const organ = { ...i.people.handler, unit: route?.competentUnit ?? '622901-zrzy' };
  return [
    ...([1, 4, 5, 6] as const).map((path) => a.route({ path })),
    a.route({ competentUnit: '622901-zjj' }),
    a.route({ competentUnit: '622901-sfj' }),
    a.route({ disposition: 'hand-over', reportDue: '2026-06-01' }),
    a.route({ disposition: 'own', competentUnit: '622901007-zx' }),
    { ...withoutPath, purpose: 'suggestion' },
    { ...withoutPath, purpose: 'accusation', competentUnit: '622901-jw' },
    a.accept({ by: organ }),
    a.accept({ by: organ, simple: true }),
    a.divert({ by: organ }),
    a.objectToRouting({ by: organ }),
    a.decideObjection(),
    a.decideObjection({ agreed: false }),
    a.link(),
    i.referDispute(['622901-zrzy', '622901-zjj', '622901-sfj']),
    i.decideDispute('622901-zrzy'),
    i.decideDispute('622901-zjj'),
    i.command('MoveToSuccessor', i.people.officer, { from: '622901-sfj', reason: '改革' }),
    i.command('DesignateSuccessor', i.people.leader, { successor: '622901-zjj', reason: '指定' }),
    i.retriage(),
    i.flagUrgent(),
    i.command('ReportUrgent', i.people.officer, { to: ['party-government', 'joint-meeting-office'], measures: '…' }),
    i.proposeRefusal(),
    i.proposeRefusal({}, organ),
    i.proposeRefusal({ ground: 'after-recheck', earlier: linked.number, linked }, organ),
    i.approveRefusal(linked),
    i.command('ReturnRefusal', i.people.townshipLeader, { reason: '…' }),
    i.claimNewFacts(),
    i.command('JudgeNewFacts', organ, { isNew: true, reason: '…' }),
    i.command('JudgeNewFacts', organ, { isNew: false, reason: '…' }),
    i.redirect({ litigation: true }, i.people.officer),
    i.command('RequestExtension', organ, { days: 30, reason: '复杂' }),
    i.command('DecideExtension', i.people.leader, { approved: true, reason: '同意' }),
    i.command('SweepClocks', i.people.officer, {}),
  ] as readonly PetitionCommand[];
};

const attempt = (command: PetitionCommand, state: Petition): readonly PetitionEvent[] | Refusal => {
  try {
    return decide(command, state, local);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
};

const final = ['sealed', 'diverted', 'redirected', 'not-accepted', 'no-longer-accepted', 'concluded'];

const sequences = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 6 })), { minLength: 5, maxLength: 40 });

/** Runs what the rules allow of a random sequence, days passing in between. */
const run = (steps: readonly (readonly [number, number])[], check: (state: Petition) => void): PetitionEvent[] => {
  const history = a.after(a.register());
  let state = a.stateAfter(history);
  let day = a.firstDay;
  for (const [choice, days] of steps) {
    day = plusDays(day, days);
    const open = commandsIn(state).flatMap((command) => {
      const events = attempt({ ...command, at: a.noon(day) }, state);
      return events instanceof Refusal || events.length === 0 ? [] : [events];
    });
    const events = open[choice % Math.max(1, open.length)] ?? [];
    for (const event of events) {
      history.push(event);
      state = evolve(state, event);
    }
    check(state);
  }
  return history;
};

describe('whatever happens in intake', () => {
  it('leaves a matter waiting for somebody or at its end, and everything that waits has a place on a worklist', () =>
    fc.assert(
      fc.property(sequences, (steps) => {
        run(steps, (state) => {
          const waiting = waitingSteps(state.progress);
          if (waiting.length === 0) expect(final).toContain(statusOf(state));
          for (const ref of waiting) {
            expect(describePetitionStep(state, ref, local.units).audience).toMatch(/^[a-z-]+@[0-9a-z-]+$/);
          }
          for (const task of tasksOf(state, local.units)) expect(task.audience).toMatch(/^[a-z-]+@[0-9a-z-]+$/);
        });
      }),
      { numRuns: 60 },
    ));

  it('runs the 60 days on path 6 alone, from the first acceptance, extended at most once', () =>
    fc.assert(
      fc.property(sequences, (steps) => {
        run(steps, ({ deadlines, route, intake }) => {
          const handling = deadlines.filter(({ limit }) => limit === 'handling');
          const running = handling.filter(({ state }) => state === 'running');
          expect(running.length).toBeLessThanOrEqual(1);
          if (running.length > 0) expect(route?.path).toBe(6);
          for (const { from, due, extensionDays = 0 } of handling) {
            expect(from >= (intake.firstAcceptedOn ?? from)).toBe(true);
            expect(extensionDays).toBeLessThanOrEqual(30);
            expect(due >= plusDays(from, 60 + extensionDays)).toBe(true);
          }
          expect(new Set(handling.map(({ from }) => from)).size).toBeLessThanOrEqual(1);
        });
      }),
      { numRuns: 60 },
    ));

  it('loses no way and no notice: every route is the present one or a former one, and each owes what its table says', () =>
    fc.assert(
      fc.property(sequences, (steps) => {
        const history = run(steps, () => {});
        const state = a.stateAfter(history);
        const routed = history.filter(({ type }) => type === 'PetitionRouted').length;
        const changed = history.filter(({ type }) => type === 'DisputeDecided' || type === 'PetitionMoved').length;
        const known = state.intake.formerRoutes.length + (state.route ? 1 : 0);
        expect(known).toBeGreaterThanOrEqual(routed);
        expect(known).toBeLessThanOrEqual(routed + changed);
        if (state.acceptedOn !== undefined && state.route) {
          expect(handlingOf(state.route).answer).toBe('accept');
          expect(state.notices.map(({ kind }) => kind)).toContain('acceptance');
        }
        expect(foldPetition(history as never)).toEqual(state);
      }),
      { numRuns: 60 },
    ));
});

describe('every command and every fact of intake, in every state', () => {
  const states = [
    [],
    a.registeredPetition,
    a.routedPetition,
    a.objectedPetition,
    a.sealedPetition,
    a.divertedPetition,
    a.acceptedPetition,
    a.approvedAssignment,
    a.allIn,
    a.servedOpinion,
    a.concludedPetition,
    a.reviewRequested,
  ];

  it('answers with facts or with a refusal by name', () => {
    for (const history of states) {
      const state = a.stateAfter(history);
      for (const command of commandsIn(state)) {
        const answer = attempt(command, state);
        if (answer instanceof Refusal) expect(Object.keys(refusalCodes)).toContain(answer.code);
        else for (const event of answer) expect(evolve(state, event).version).toBe(state.version + 1);
      }
    }
  });

  it('folds a fact also where it does not fit', () => {
    const facts = fc
      .sample(sequences, 60)
      .flatMap((steps) => run(steps, () => {}))
      .filter((fact, index, all) => all.findIndex(({ type }) => type === fact.type) === index);
    for (const history of states) {
      for (const fact of facts) expect(evolve(a.stateAfter(history), fact).version).toBe(history.length + 1);
    }
    expect(evolve(initialPetition, facts[0] as PetitionEvent).version).toBe(1);
  });
});
