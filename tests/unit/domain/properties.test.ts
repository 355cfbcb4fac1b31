import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueAfterDays, dueAfterWorkingDays } from '../../../domain/calendar/calendar.ts';
import { Refusal } from '../../../domain/errors.ts';
import { type LimitName, limits } from '../../../domain/limits.ts';
import {
  foldPetition,
  type PetitionCommand,
  type PetitionEvent,
  statusOf,
  summaryOf,
} from '../../../domain/petition/petition.ts';
import { handlingOf } from '../../../domain/petition/routes.ts';
import type { Petition } from '../../../domain/petition/state.ts';
import { officerView, petitionerView } from '../../../domain/petition/views.ts';
import { waitingSteps } from '../../../domain/workflow/flow.ts';
import { changes, openStages } from '../../../domain/workflow/progress.ts';
import { type Stage, stages, stepKey } from '../../../domain/workflow/signals.ts';
import { describeStep, stageInput } from '../../../domain/workflow/steps.ts';
import { calendar, directory, on, stored } from '../../support/builders.ts';
import { cancelHearing } from '../../support/incidents.ts';
import { answer, choices, everyCommand, lifecycle, type Move } from '../../support/random-lifecycle.ts';

/** Every seed replays: a failure prints it. */
const runs = { numRuns: 50 };
const length = 60;

const always = (check: (move: Move, history: readonly PetitionEvent[]) => void): void => {
  fc.assert(
    fc.property(choices(length), (taken) => {
      const history: PetitionEvent[] = [];
      for (const move of lifecycle(taken)) {
        history.push(...move.events);
        check(move, history);
      }
    }),
    runs,
  );
};

/** Nothing is handled any more: concluded, led elsewhere, turned away, handed over under seal, or ended. */
const final = (petition: Petition): boolean =>
  [
    'concluded',
    'diverted',
    'sealed',
    'redirected',
    'not-accepted',
    'no-longer-accepted',
    'withdrawn',
    'ended',
  ].includes(statusOf(petition));

describe('whatever happens to a petition', () => {
  it('comes far: random lives reach every stage, a recheck and a redone opinion', () => {
    const wanted = new Set([
      'PetitionConcluded',
      'PetitionDiverted',
      'PetitionReopened',
      'PetitionTransferred',
      'DisputeResolved',
      'AgreementSigned',
      'ObligationPerformed',
      'ReviewServed',
      'review quash',
      'recheck quash',
      'sealed',
    ]);
    // A few hundred lives, or more where the commands have changed since.
    for (let seed = 1; wanted.size > 0 && seed <= 20; seed += 1) {
      for (const taken of fc.sample(choices(2 * length), { numRuns: 100, seed })) {
        for (const { events, after } of lifecycle(taken)) {
          for (const { type } of events) wanted.delete(type);
          wanted.delete(statusOf(after));
          for (const { level, outcome } of after.reviews) wanted.delete(`${level} ${String(outcome)}`);
        }
      }
    }
    expect([...wanted]).toEqual([]);
  });

  it('a replay of the facts gives the same state, also out of the record', () => {
    always(({ after }, history) => {
      expect(foldPetition(history as never)).toEqual(after);
      const reread = JSON.parse(JSON.stringify(history)) as PetitionEvent[];
      expect(summaryOf(foldPetition(reread as never))).toEqual(summaryOf(after));
      expect(foldPetition(reread as never).progress).toEqual(after.progress);
    });
  });

  it('a refused command changes nothing', () => {
    always(({ refused, before, after }) => {
      if (refused) expect(after).toBe(before);
    });
  });

  it('somebody has something to do until it is concluded, led elsewhere, turned away, handed over or ended', () => {
    always(({ after }) => {
      const waiting = waitingSteps(after.progress);
      if (!final(after)) expect(waiting).not.toEqual([]);
      for (const key of openStages(after.progress)) {
        expect(waiting.some(({ stage, round }) => `${stage}#${String(round)}` === key)).toBe(true);
      }
    });
  });

  it('whatever waits can be done: some command decides it', () => {
    fc.assert(
      fc.property(choices(length), (taken) => {
        let last: Move | undefined;
        for (const move of lifecycle(taken)) last = move;
        if (!last) return;
        const { after } = last;
        // Long after every window, so that only the rules themselves could be in the way.
        const day = '2036-01-07';
        const cancellations = after.incidents.hearings.map((_, index) => cancelHearing({ hearing: index + 1 }));
        const possible = [...everyCommand(day), ...on(day, ...cancellations)].flatMap((command) => {
          const given = answer(command, after);
          return given instanceof Refusal ? [] : [command.type];
        });
        for (const { stage, step, leg = '' } of waitingSteps(after.progress)) {
          const blockedByOthers = stage === 'closure' && step.endsWith('-closing') && otherStagesOpen(after);
          if (!blockedByOthers)
            expect(possible, `${stage}/${step}`).toContain(deciderOf(`${stage}/${step}`, after, leg));
        }
      }),
      runs,
    );
  });

  it('every step is decided at most once in a round', () => {
    always(({ before, after }) => {
      for (const stage of stages) {
        for (const [index, round] of (before.progress[stage] ?? []).entries()) {
          const next = after.progress[stage]?.[index];
          // Equal means untouched: what is decided keeps its very object, and so does a round that has ended.
          for (const [key, decided] of Object.entries(round.decided)) expect(next?.decided[key]).toBe(decided);
          if (!round.open) expect(next).toBe(round);
        }
      }
    });
  });

  it('an agreement is never in effect while a mark is missing', () => {
    always(({ after }) => {
      for (const { agreement, parties, consents } of after.mediations) {
        if (agreement?.effectiveOn === undefined) continue;
        expect([...agreement.marks].sort()).toEqual(
          [...parties.map(({ id }) => id), 'committee-seal', 'mediator'].sort(),
        );
        for (const { id } of parties) expect(Object.hasOwn(consents, id)).toBe(true);
      }
    });
  });

  it('no limit is shorter than the law says, and none ends on a day of rest', () => {
    always(({ after }) => {
      for (const { limit, from, due, basis, extensionDays = 0 } of after.deadlines) {
        expect(basis).not.toBe('');
        // What a sender or a place has set is no limit of the law; a chosen day may be any.
        if (!(limit in limits)) continue;
        const { days, unit, basis: article } = limits[limit as LimitName];
        expect(basis).toBe(article);
        const least =
          unit === 'working'
            ? dueAfterWorkingDays(from, days, calendar)
            : dueAfterDays(from, days + extensionDays, calendar);
        expect(due >= least).toBe(true);
        expect(calendar.isWorkingDay(due)).toBe(true);
      }
    });
  });

  it('every waiting step names its audience and its day', () => {
    always(({ after }, history) => {
      for (const ref of waitingSteps(after.progress)) {
        const { audience, due } = describeStep('petition', stored(history), ref, directory);
        expect(audience).toMatch(/^(?:[a-z-]+@[0-9a-z-]+|person@.+)$/);
        expect(due).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      }
    });
  });

  it('the signals of a commit are exactly the decisions that were not carried over, and the rounds that began or were stopped', () => {
    always(({ before, after }) => {
      const { decisions, signals } = changes(before.progress, after.progress);
      const stoppedIn = (petition: Petition): string[] =>
        stages.flatMap((stage) =>
          (petition.progress[stage] ?? []).flatMap((round, i) => (round.stopped ? [`${stage}#${String(i + 1)}`] : [])),
        );
      const stops = stoppedIn(after).filter((key) => !stoppedIn(before).includes(key));
      const decided = (petition: Petition, carriedToo: boolean): string[] =>
        stages.flatMap((stage) =>
          (petition.progress[stage] ?? []).flatMap((round, index) =>
            Object.keys(round.decided)
              // A stopped round's execution is stopped as a whole; nobody in it is told of anything.
              .filter(
                (key) =>
                  carriedToo || !(round.carried.includes(key) || stops.includes(`${stage}#${String(index + 1)}`)),
              )
              .map((key) => `${stage}#${String(index + 1)}#${key}`),
          ),
        );
      const news = (carriedToo: boolean) => {
        const known = new Set(decided(before, carriedToo));
        return decided(after, carriedToo).filter((key) => !known.has(key));
      };
      expect(decisions.map(stepKey).sort()).toEqual(news(true).sort());
      const complete = signals.flatMap((each) => (each.kind === 'complete' ? [stepKey(each)] : []));
      expect(complete.sort()).toEqual(news(false).sort());
      const rounds = (petition: Petition) =>
        stages.flatMap((stage) => (petition.progress[stage] ?? []).map((_, i) => `${stage}#${String(i + 1)}`));
      const started = signals.flatMap((each) => (each.kind === 'start' ? [`${each.stage}#${String(each.round)}`] : []));
      expect(started).toEqual(rounds(after).filter((key) => !rounds(before).includes(key)));
      const stopped = signals.flatMap((each) => (each.kind === 'stop' ? [`${each.stage}#${String(each.round)}`] : []));
      expect(stopped.sort()).toEqual(stops.sort());
    });
  });

  it('a closure fans out over the assisting units that were approved', () => {
    always(({ before, after, events }, history) => {
      const rounds = (after.progress.closure ?? []).length;
      const started = rounds > (before.progress.closure ?? []).length;
      // Whoever takes over an assisting unit's matter as the lead owes that unit's outcome still.
      if (!started || events.some(({ type }) => type === 'PetitionTransferred')) return;
      const moved = history.some(({ type }) => type === 'PetitionTransferred');
      const { units = [] } = stageInput('petition', stored(history), 'closure', rounds);
      const { leadUnit = '', assistingUnits = [] } = after.assignment ?? {};
      if (moved) expect([leadUnit, ...assistingUnits]).toEqual(expect.arrayContaining([...units]));
      else expect(units).toEqual(assistingUnits);
    });
  });

  it('officer and petitioner can always be shown how it stands', () => {
    always(({ after }, history) => {
      expect(officerView(after, stored(history), directory).version).toBe(after.version);
      const seen = petitionerView(after, stored(history), directory);
      expect(seen.sealed).toBe(after.route?.purpose === 'accusation');
      // What the petitioner sees as possible is possible.
      if ((seen.actions as readonly string[]).includes('rate')) expect(after.rating).toBeUndefined();
    });
  });

  it('it is concluded only by two persons, with everything served and nothing under way', () => {
    always(({ before, after, events, command }) => {
      if (!events.some(({ type }) => type === 'PetitionConcluded')) return;
      expect(command.by.id).not.toBe(before.closingRequestedBy);
      expect(after.opinions.at(-1)?.servedOn).toBeDefined();
      expect(openStages(after.progress)).toEqual([]);
    });
  });
});

const otherStagesOpen = (petition: Petition): boolean =>
  openStages(petition.progress).some((key) => key.startsWith('mediation') || key.startsWith('review'));

/** The command that can decide a step now, or that lifts what stands before it. */
const deciderOf = (
  step: string,
  { intake, route, incidents, legs }: Petition,
  leg: string,
): PetitionCommand['type'] | undefined => {
  const { refusal, dispute, newFacts } = intake;
  if (step.startsWith('intake/')) {
    if (refusal && refusal.approvedOn === undefined) return 'ReturnRefusal';
    if (dispute && dispute.competentUnit === undefined && !dispute.settled && step !== 'intake/organ-answer')
      return 'DecideDispute';
  }
  if (step === 'intake/organ-answer') {
    if (newFacts && newFacts.judged === undefined) return 'JudgeNewFacts';
    return route && handlingOf(route).answer === 'divert' ? 'DivertPetition' : 'AcceptPetition';
  }
  if (step === 'assignment/report-in') return legs[leg]?.acknowledgedAt === undefined ? 'AcknowledgeLeg' : 'ReportIn';
  const hearing = incidents.hearings.some(({ heldOn, cancelled }) => heldOn === undefined && !cancelled);
  if (hearing && (step === 'closure/draft' || step === 'review/decide')) return 'CancelHearing';
  return deciders[step];
};

/** By step: the command that decides it when nothing stands before it. */
const deciders: Readonly<Record<string, PetitionCommand['type']>> = {
  'intake/triage': 'RoutePetition',
  'intake/decide-objection': 'DecideObjection',
  'assignment/propose': 'ProposeAssignment',
  'assignment/approve': 'ApproveAssignment',
  'mediation/consent': 'RecordConsent',
  'mediation/session': 'MinuteSession',
  'mediation/sign': 'EndMediation',
  'mediation/perform': 'EndMediation',
  'closure/outcome': 'RecordLegOutcome',
  'closure/draft': 'DraftOpinion',
  'closure/approve-opinion': 'ApproveOpinion',
  'closure/serve': 'ServeOpinion',
  'closure/request-closing': 'RequestClosing',
  'closure/confirm-closing': 'ConfirmClosing',
  'review/admit': 'AdmitReview',
  'review/decide': 'DecideReview',
  'review/serve-review': 'ServeReview',
} satisfies Partial<Record<`${Stage}/${string}`, PetitionCommand['type']>>;
