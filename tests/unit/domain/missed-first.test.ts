import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../domain/errors.ts';
import { isOver } from '../../../domain/limits.ts';
import { missedFirst } from '../../../domain/petition/missed-first.ts';
import { decide, evolve, type PetitionCommand, type PetitionEvent } from '../../../domain/petition/petition.ts';
import type { Context, Petition } from '../../../domain/petition/state.ts';
import * as a from '../../support/builders.ts';
import { command, people } from '../../support/intake.ts';
import { type Choice, choices, lifecycle, rules } from '../../support/random-lifecycle.ts';
import { clock } from '../../support/regulated-life.ts';

const whole = missedFirst(decide);
const fold = (petition: Petition, events: readonly PetitionEvent[]): Petition => events.reduce(evolve, petition);
const typesOf = (history: readonly PetitionEvent[], command: PetitionCommand, context: Context = a.rules) =>
  whole(command, a.stateAfter(history), context).map(({ type }) => type);
const sweepOn = (at: string): PetitionCommand => ({ type: 'SweepClocks', by: clock, at });

// Accepted on 2 March: the opinion is due on 1 May, a holiday, and so on the first day after the holidays.
const due = a.stateAfter(a.approvedOpinion).deadlines.find(({ limit }) => limit === 'handling')?.due ?? '';
const dayAfter = (days: number): string => new Date(Date.parse(due) + days * 86_400_000).toISOString().slice(0, 10);
const serveOn = (day: string, servedOn = day): PetitionCommand =>
  a.on(day, a.serveOpinion({ service: a.served(servedOn) }))[0] as PetitionCommand;

describe('what is done after its last day (Art. 34, 40)', () => {
  it('was missed, and is supervised, although no pass of the clock lies between', () => {
    const late = whole(serveOn(dayAfter(1)), a.stateAfter(a.approvedOpinion), a.rules);
    expect(late.map(({ type }) => type)).toEqual(['DeadlineMissed', 'SupervisionOpened', 'OpinionServed']);
    const after = fold(a.stateAfter(a.approvedOpinion), late);
    expect(after.deadlines.find(({ limit }) => limit === 'handling')).toMatchObject({ state: 'missed', done: true });
    // Nobody’s doing but the calendar’s: whoever serves late has not opened a supervision.
    expect(after.supervisions).toMatchObject([{ against: '622901-zrzy' }]);
    expect(after.did.SupervisionOpened).toEqual([clock.id]);
    const next = decide(sweepOn(a.noon(dayAfter(2))), after, a.rules);
    expect(next.flatMap(({ type, data }) => (type === 'DeadlineMissed' ? [data.limit] : []))).toEqual(['notify']);
  });

  it('was not on the last day itself, nor when it was done in time and entered late', () => {
    expect(typesOf(a.approvedOpinion, serveOn(due))).toEqual(['OpinionServed']);
    expect(typesOf(a.approvedOpinion, serveOn(dayAfter(3), due))).toEqual(['OpinionServed']);
  });

  it('is said once, where the clock was faster', () => {
    const state = a.stateAfter(a.approvedOpinion);
    const swept = decide(sweepOn(a.noon(dayAfter(1))), state, a.rules);
    expect(typesOf([...a.approvedOpinion, ...swept], serveOn(dayAfter(1)))).toEqual(['OpinionServed']);
  });

  it('is told of what falls away, too: a refusal does not undo that the office was late (Art. 22)', () => {
    const routeOn = (day: string) => a.on(day, a.route())[0] as PetitionCommand;
    expect(typesOf(a.registeredPetition, routeOn('2026-03-17'))).toEqual(['PetitionRouted']);
    expect(typesOf(a.registeredPetition, routeOn('2026-03-18'))).toEqual([
      'DeadlineMissed',
      'SupervisionOpened',
      'PetitionRouted',
    ]);
  });

  it('leaves to the clock what is not done yet', () => {
    const draft = a.on(dayAfter(1), a.draftOpinion())[0] as PetitionCommand;
    expect(typesOf(a.outcomesRecorded, draft)).toEqual(['OpinionDrafted']);
  });

  it('waits for the days that a newer calendar gives', () => {
    // The day on which it was due is no working day any more, nor is the next.
    const off = [due, dayAfter(1)];
    const calendar = {
      ...a.calendar,
      isWorkingDay: (day: string) => !off.includes(day) && a.calendar.isWorkingDay(day),
    };
    expect(typesOf(a.approvedOpinion, serveOn(dayAfter(1)), { ...a.rules, calendar })).toEqual(['OpinionServed']);
  });

  it('is told of a proposal of recusal that was decided late (Art. 28)', () => {
    const proposed = a.continued(
      a.acceptedPetition,
      command('ProposeRecusal', people.housingHandler, { officer: 'handler', interest: '近亲属' }),
    );
    const decision = command(
      'DecideRecusal',
      a.officers.officer,
      { proposal: 1, officer: 'handler', granted: true, reason: '属实' },
      '2026-04-01',
    );
    expect(typesOf(proposed, decision)).toEqual([
      'RecusalDecisionMissed',
      'SupervisionOpened',
      ...decide(decision, a.stateAfter(proposed), a.rules).map(({ type }) => type),
    ]);
  });
});

describe('whatever happens to a petition', () => {
  it('its limits end as if the clock had come by a moment before each command', () => {
    const seen = { missed: 0 };
    const check = (taken: readonly Choice[]): void => {
      for (const { command, before, refused } of lifecycle(taken)) {
        if (refused || command.type === 'RegisterPetition') continue;
        if (command.type === 'SweepClocks' || command.type === 'RecountDeadlines') continue;
        const events = whole(command, before, rules);
        seen.missed += events.filter(({ type }) => type === 'DeadlineMissed').length;
        const after = fold(before, events);
        const swept = fold(before, decide(sweepOn(command.at), before, rules));
        let expected: Petition;
        try {
          expected = fold(swept, decide(command, swept, rules));
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          continue;
        }
        before.deadlines.forEach((each, index) => {
          const [is, would] = [after.deadlines[index], expected.deadlines[index]];
          // Still to be done: the next pass says so.
          if (is?.state === 'running' && would?.state === 'missed') return;
          if (!isOver(each, command.at)) return;
          expect([command.type, each.limit, is?.state]).toEqual([command.type, each.limit, would?.state]);
        });
      }
    };
    fc.assert(fc.property(choices(60), check), { numRuns: 60 });
    expect(seen.missed).toBeGreaterThan(0);
  });
});
