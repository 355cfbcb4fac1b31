import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../../domain/access/policy.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import { after, directory, noon, officers, register, route, stateAfter } from '../../support/builders.ts';
import { given } from '../../support/given.ts';

const organ = '622901-jw';
const discipline = { id: 'inspector', unit: organ, role: 'handler' } as const;
const at = noon('2026-03-04');
const sealed = after(
  register(),
  route({ purpose: 'accusation', path: undefined as never, disposition: 'forward', competentUnit: organ }),
);
const takeOver = { type: 'TakeOverAccusation', by: discipline, at } as const;
const giveBack = { type: 'ReturnAccusation', by: discipline, at, reason: '属于申诉求决' } as const;
const visibleTo = (unit: string, roles: string[], history: Parameters<typeof stateAfter>[0]) =>
  decideAccess({ id: 'x', name: '', unit, roles }, 'ReadPetition', { petition: stateAfter(history) }, directory)
    .allowed;

describe('an accusation that was handed over sealed', () => {
  it('stands on the worklist of the discipline organ, and on nobody else’s', () => {
    expect(tasksOf(stateAfter(sealed), directory).map(({ step, audience }) => [step, audience])).toEqual([
      ['take-over-accusation', `handler@${organ}`],
    ]);
  });

  it('is taken over once, and then waits for nothing here', () => {
    given(...sealed)
      .when(takeOver)
      .thenEvents({ type: 'AccusationTakenOver', data: { on: '2026-03-04', basis: 'R30' } });
    const taken = [...sealed, { type: 'AccusationTakenOver', data: { on: '2026-03-04', basis: 'R30' } } as const];
    expect(tasksOf(stateAfter(taken), directory)).toEqual([]);
    given(...taken)
      .when(takeOver)
      .thenRefused('already-decided', { basis: 'R30' });
    given(...taken)
      .when(giveBack)
      .thenRefused('already-decided');
  });

  it('goes back to the office when it is none, with the seal off and the old way kept', () => {
    given(...sealed)
      .when(giveBack)
      .thenWaitsFor('intake/triage');
    given(...sealed)
      .when(giveBack)
      .thenState((petition) => {
        expect(petition.route).toBeUndefined();
        expect(petition.intake.formerRoutes).toMatchObject([{ ended: 'returned', reason: '属于申诉求决' }]);
      });
  });

  it('is out of sight of the desk that registered it until it comes back', () => {
    const { receptionist } = officers;
    expect(visibleTo(receptionist.unit, ['receptionist'], sealed)).toBe(false);
    const returned = { type: 'AccusationReturned', data: { on: '2026-03-04', reason: '', basis: 'R22' } } as const;
    expect(visibleTo(receptionist.unit, ['receptionist'], [...sealed, returned])).toBe(true);
  });

  it('is neither taken over nor given back where there is none', () => {
    given(...after(register()))
      .when(takeOver)
      .thenRefused('not-the-step');
  });
});
