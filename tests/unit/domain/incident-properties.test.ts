import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import { Refusal } from '../../../domain/errors.ts';
import { limits } from '../../../domain/limits.ts';
import {
  decide,
  evolve,
  foldPetition,
  type PetitionCommand,
  type PetitionEvent,
} from '../../../domain/petition/petition.ts';
import { openStages } from '../../../domain/workflow/progress.ts';
import { petitionWrite } from '../../../functions/shared/stream-writes.ts';
import {
  acceptedPetition,
  admitReview,
  approvedOpinion,
  concludedPetition,
  decideReview,
  declineReview,
  directory,
  draftOpinion,
  firstDay,
  noon,
  number,
  officers,
  opinion,
  outcomesRecorded,
  registeredPetition,
  requestReview,
  reviewServed,
  routedPetition,
  rules,
  served,
  servedOpinion,
  serveOpinion,
  serveReview,
  stateAfter,
} from '../../support/builders.ts';
import * as incidents from '../../support/incidents.ts';

const starts = [
  registeredPetition,
  routedPetition,
  acceptedPetition,
  outcomesRecorded,
  approvedOpinion,
  servedOpinion,
  reviewServed,
  concludedPetition,
];
const by = officers.rechecker;
/** Commands of a day; whatever does not fit is refused, and nothing happens. */
const commandsOn = (day: string): readonly PetitionCommand[] => {
  const at = noon(day);
  const later = plusDays(day, 8);
  return [
    incidents.scheduleHearing({ at, on: later, by }),
    incidents.scheduleHearing({ at, on: later, by: officers.handler }),
    incidents.recordHearing({ at, from: day, to: day }),
    incidents.recordHearing({ at, hearing: 2, from: day, to: day }),
    incidents.cancelHearing({ at }),
    incidents.support({ at }),
    incidents.withdraw({ at }),
    incidents.decideWithdrawal({ at }),
    incidents.decideWithdrawal({ at, consented: false }),
    incidents.retractWithdrawal({ at }),
    incidents.recordDeath({ at }),
    incidents.heirs({ at }),
    incidents.decideAfterDeath({ at }),
    incidents.decideAfterDeath({ at, decision: 'go-on' }),
    incidents.attempt({ at, on: day }),
    incidents.publishByCode({ at }),
    incidents.split({ at }),
    incidents.noteChild({ at }),
    incidents.transfer({ at }),
    incidents.transfer({ at, to: '622901-zrzy' }),
    incidents.reopen({ at }),
    requestReview({ at }),
    admitReview({ at, by }),
    admitReview({ at, by, admitted: false }),
    decideReview({ at, by }),
    decideReview({ at, by, outcome: 'quash' }),
    serveReview({ at, by, service: served(day) }),
    declineReview({ at }),
    draftOpinion({ at, content: { ...opinion, newFacts: '复测' } }),
    { type: 'ApproveOpinion', by: officers.leader, at },
    serveOpinion({ at, service: served(day) }),
    { type: 'SweepClocks', by: officers.handler, at },
  ];
};
const step = fc.record({ days: fc.nat(9), pick: fc.nat(commandsOn(firstDay).length - 1) });

/** Plays steps on from a start; after every commit the check sees what it has written. */
const play = (
  start: readonly PetitionEvent[],
  steps: readonly { readonly days: number; readonly pick: number }[],
  check: (
    before: ReturnType<typeof stateAfter>,
    events: readonly PetitionEvent[],
    all: readonly PetitionEvent[],
    at: string,
  ) => void,
): void => {
  let day = firstDay;
  let all = [...start];
  let state = stateAfter(all);
  for (const { days, pick } of steps) {
    day = plusDays(day, days);
    const command = commandsOn(day)[pick];
    if (!command) continue;
    let events: readonly PetitionEvent[];
    try {
      events = decide(command, state, rules);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      continue;
    }
    all = [...all, ...events];
    check(state, events, all, command.at);
    state = events.reduce(evolve, state);
  }
};
const property = (check: Parameters<typeof play>[2]) =>
  fc.assert(
    fc.property(fc.constantFrom(...starts), fc.array(step, { maxLength: 30 }), (start, steps) =>
      play(start, steps, check),
    ),
    { numRuns: 300 },
  );

describe('whatever comes between', () => {
  it('a replay gives the same state', () => {
    property((before, events, all) => {
      expect(foldPetition(all as never)).toEqual(events.reduce(evolve, before));
    });
  });

  it('an ended matter has no open round, no running limit, and waits for nothing but notices and supervision', () => {
    property((before, events) => {
      const state = events.reduce(evolve, before);
      if (!state.incidents.ended) return;
      expect(openStages(state.progress)).toEqual([]);
      expect(state.deadlines.filter(({ state: each }) => each === 'running')).toEqual([]);
    });
  });

  it('a matter that has not ended has an open round, or a final state', () => {
    property((before, events) => {
      const state = events.reduce(evolve, before);
      if (state.incidents.ended || state.concludedOn !== undefined) return;
      expect(openStages(state.progress).length).toBeGreaterThan(0);
    });
  });

  it('no limit is shorter than the law allows, and only recheck is lengthened by a hearing', () => {
    property((before, events) => {
      for (const { limit, from, due, exclusions = [] } of events.reduce(evolve, before).deadlines) {
        const days = limit in limits ? limits[limit as keyof typeof limits].days : 0;
        expect(due >= plusDays(from, days)).toBe(true);
        if (limit !== 'recheck') expect(exclusions).toEqual([]);
        // No day is taken twice.
        for (const [index, one] of exclusions.entries()) {
          for (const other of exclusions.slice(index + 1))
            expect(one.to < other.from || other.to < one.from).toBe(true);
        }
      }
    });
  });

  it('every commit starts, stops or completes exactly what its state says', () => {
    property((before, events, _all, at) => {
      const { signals, head } = petitionWrite(before, events, number, at, officers.officer, {
        ...rules,
        units: directory,
      });
      const running = new Set(openStages(before.progress));
      for (const { kind, stage, round } of signals) {
        if (kind === 'start') running.add(`${stage}#${String(round)}`);
        if (kind === 'stop') running.delete(`${stage}#${String(round)}`);
      }
      for (const open of head.openStages) expect(running).toContain(open);
    });
  });
});
