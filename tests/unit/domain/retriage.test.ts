import { describe, expect, it } from 'vitest';
import { statusOf } from '../../../domain/petition/petition.ts';
import { changes } from '../../../domain/workflow/progress.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import {
  accept,
  acceptedPetition,
  allIn,
  approvedAssignment,
  continued,
  directory,
  divertedPetition,
  noon,
  on,
  proposeMediation,
  registeredPetition,
  route,
  routedPetition,
  servedOpinion,
  stateAfter,
} from '../../support/builders.ts';
import { given, waitsOf } from '../../support/given.ts';
import { approveRefusal, command, people, proposeRefusal, retriage } from '../../support/intake.ts';

describe('triage anew: wrong class or path', () => {
  it('stops what runs, with its execution, and opens intake again', () => {
    const before = stateAfter(approvedAssignment);
    const after = stateAfter(continued(approvedAssignment, retriage('2026-03-20')));
    expect(waitsOf(after)).toEqual(['intake/triage']);
    expect(changes(before.progress, after.progress).signals).toEqual([
      { kind: 'stop', stage: 'assignment', round: 1 },
      { kind: 'start', stage: 'intake', round: 2 },
    ]);
  });

  it('keeps the old way with reason and day', () =>
    given(...acceptedPetition)
      .when(retriage('2026-03-20'))
      .thenState(({ intake, route: gone, acceptedOn, assignment }) => {
        expect([gone, acceptedOn, assignment]).toEqual([undefined, undefined, undefined]);
        expect(intake.formerRoutes).toMatchObject([
          {
            ended: 'retriaged',
            on: '2026-03-20',
            reason: '分类有误',
            route: { path: 6, competentUnit: '622901-zrzy' },
          },
        ]);
      }));

  it('counts from the original receipt again, and nothing of the wrong way runs on', () =>
    given(...acceptedPetition)
      .when(retriage('2026-03-10'))
      .thenState(({ deadlines }) =>
        expect(deadlines.filter(({ state }) => state === 'running')).toMatchObject([
          { limit: 'forward', from: '2026-03-02', due: '2026-03-17' },
        ]),
      ));

  it('counts handling from the first acceptance, and an extension stays used', () => {
    const extended = continued(
      acceptedPetition,
      command('RequestExtension', people.handler, { days: 20, reason: '复杂' }, '2026-03-10'),
      command('DecideExtension', people.leader, { approved: true, reason: '同意' }, '2026-03-11'),
    );
    const again = continued(extended, retriage('2026-03-12'), ...on('2026-03-13', route(), accept()));
    const handling = stateAfter(again).deadlines.at(-1);
    expect(handling).toMatchObject({
      limit: 'handling',
      from: '2026-03-02',
      days: 60,
      extensionDays: 20,
      state: 'running',
    });
    given(...again)
      .when(command('RequestExtension', people.handler, { days: 5, reason: '复杂' }, '2026-03-14'))
      .thenRefused('already-decided', { basis: 'R34' });
  });

  it('takes a matter back from the wrong procedure', () =>
    given(...divertedPetition)
      .when(retriage())
      .thenState((state) => {
        expect(state.diverted).toBeUndefined();
        expect(waitsOf(state)).toEqual(['intake/triage']);
      }));

  it('ends a mediation that has no agreement yet', () =>
    given(...continued(allIn, proposeMediation()))
      .when(retriage())
      .thenState((state) => {
        expect(state.mediations.at(-1)?.ended).toBe('failed');
        expect(waitsOf(state)).toEqual(['intake/triage']);
      }));

  it('takes a pending extension off the leader’s worklist', () => {
    const asked = continued(
      acceptedPetition,
      command('RequestExtension', people.handler, { days: 20, reason: '复杂' }),
    );
    expect(tasksOf(stateAfter(asked), directory).map(({ step }) => step)).toContain('decide-extension');
    expect(tasksOf(stateAfter(continued(asked, retriage())), directory).map(({ step }) => step)).not.toContain(
      'decide-extension',
    );
  });

  it('then goes another way: an appeal turns out a suggestion', () => {
    const { path: _, ...suggestion } = route({ purpose: 'suggestion', at: noon('2026-03-13') });
    given(...continued(acceptedPetition, retriage('2026-03-12')))
      .when(suggestion as ReturnType<typeof route>)
      .thenState(({ route: now, deadlines }) => {
        expect(now).toMatchObject({ purpose: 'suggestion', basis: 'R29' });
        expect(deadlines[0]).toMatchObject({ limit: 'forward', state: 'met' });
      });
  });

  it('takes back a refusal that was a mistake (Art. 44): the office owes the way again', () =>
    given(...continued(registeredPetition, proposeRefusal(), approveRefusal()))
      .when(retriage('2026-03-05'))
      .thenState((state) => {
        expect(statusOf(state)).toBe('registered');
        expect(waitsOf(state)).toEqual(['intake/triage']);
        expect(state.deadlines[0]).toMatchObject({ limit: 'forward', from: '2026-03-02', state: 'running' });
      }));

  it('is too late once an answer has been served, and too early before the first routing', () => {
    given(...servedOpinion)
      .when(retriage())
      .thenRefused('not-the-step', { basis: 'R35' });
    given(...registeredPetition)
      .when(retriage())
      .thenRefused('not-the-step', { basis: 'R22' });
    given(...routedPetition)
      .when(retriage())
      .thenTypes('PetitionRetriaged');
  });
});
