import { describe, expect, it } from 'vitest';
import type { PetitionCommand } from '../../../domain/petition/petition.ts';
import {
  accept,
  acceptedPetition,
  continued,
  decideObjection,
  divert,
  divertedPetition,
  noon,
  objectedPetition,
  objectToRouting,
  officers,
  on,
  registeredPetition,
  route,
  routedPetition,
  sealedPetition,
  started,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';

const withoutPath = (command: ReturnType<typeof route>): PetitionCommand => {
  const { path: _, ...rest } = command;
  return rest as PetitionCommand;
};

describe('routing a petition', () => {
  it('names path and article and starts the clocks of Art. 23', () =>
    given(...registeredPetition)
      .when(route())
      .thenEvents({
        type: 'PetitionRouted',
        data: {
          route: {
            purpose: 'appeal',
            path: 6,
            category: '0301',
            disposition: 'forward',
            competentUnit: '622901-zrzy',
            basis: 'R31(6)',
            routedBy: 'officer',
            routedOn: '2026-03-02',
          },
          deadlines: [started('notify', '2026-03-02', '2026-03-17'), started('objection', '2026-03-02', '2026-03-09')],
        },
      }));

  it('then waits for the organ', () =>
    given(...registeredPetition)
      .when(route())
      .thenWaitsFor('intake/organ-answer'));

  it('refuses an unknown unit, an unknown category', () => {
    given(...registeredPetition)
      .when(route({ competentUnit: 'nowhere' }))
      .thenRefused('unknown-unit', { pointer: '/competentUnit' });
    given(...registeredPetition)
      .when(route({ category: '9999' }))
      .thenRefused('unknown-category', { pointer: '/category' });
  });

  it('refuses an appeal without a path and a suggestion with one', () => {
    given(...registeredPetition)
      .when(withoutPath(route()))
      .thenRefused('rule-violated', { pointer: '/path', basis: 'R31' });
    given(...registeredPetition)
      .when(route({ purpose: 'suggestion' }))
      .thenRefused('rule-violated', { pointer: '/path', basis: 'R31' });
  });

  it('keeps a matter as its own only at the registering unit', () => {
    given(...registeredPetition)
      .when(route({ disposition: 'own' }))
      .thenRefused('rule-violated', { pointer: '/disposition' });
    given(...registeredPetition)
      .when(route({ disposition: 'own', competentUnit: '622901007-zx' }))
      .thenTypes('PetitionRouted');
  });

  it('happens once', () =>
    given(...routedPetition)
      .when(route())
      .thenRefused('already-decided'));
});

describe('an accusation', () => {
  it('goes to the discipline organ only', () =>
    given(...registeredPetition)
      .when(withoutPath(route({ purpose: 'accusation' })))
      .thenRefused('rule-violated', { pointer: '/competentUnit', basis: 'R30' }));

  it('is sealed: no clocks of ours, nothing waits', () => {
    const handOver = withoutPath(route({ purpose: 'accusation', competentUnit: '622901-jw' }));
    given(...registeredPetition)
      .when(handOver)
      .thenWaitsFor();
    given(...registeredPetition)
      .when(handOver)
      .thenState(({ deadlines, progress }) => {
        expect(deadlines.map(({ limit }) => limit)).toEqual(['forward']);
        expect(progress.intake?.[0]).toMatchObject({ open: false, decided: { triage: { outcome: 'sealed' } } });
      });
  });

  it('is not accepted here', () =>
    given(...sealedPetition)
      .when(accept())
      .thenRefused('not-the-step'));
});

describe('accepting', () => {
  it('starts the 60 days of Art. 34 for path 6', () =>
    given(...routedPetition)
      .when(accept())
      .thenEvents({
        type: 'PetitionAccepted',
        data: {
          on: '2026-03-02',
          basis: 'R31(6)',
          // The sixtieth day is Labour Day; its holidays end on 5 May.
          deadlines: [started('handling', '2026-03-02', '2026-05-06')],
        },
      }));

  it('goes on with the assignment', () =>
    given(...routedPetition)
      .when(accept())
      .thenWaitsFor('assignment/propose'));

  it('does not lengthen the 60 days by coming late: they run from the last day for telling the petitioner', () =>
    given(...routedPetition)
      .when(accept({ at: noon('2026-04-20') }))
      .thenState(({ acceptedOn, deadlines }) => {
        expect(acceptedOn).toBe('2026-04-20');
        expect(deadlines.at(-1)).toMatchObject({ limit: 'handling', from: '2026-03-17', due: '2026-05-18' });
      }));

  it.each([
    ['path 5', route({ path: 5 })],
    ['a suggestion', withoutPath(route({ purpose: 'suggestion' }))],
  ])('starts no 60 days for %s', (_, routed) =>
    given(...continued(registeredPetition, routed))
      .when(accept())
      .thenState(({ deadlines }) => expect(deadlines.some(({ limit }) => limit === 'handling')).toBe(false)),
  );

  it.each([1, 2, 3, 4] as const)('is refused for path %i, which has a procedure of its own', (path) => {
    const routed = continued(registeredPetition, route({ path }));
    given(...routed)
      .when(accept())
      .thenRefused('rule-violated', { basis: `R31(${String(path)})` });
    given(...routed)
      .when(divert())
      .thenTypes('PetitionDiverted');
  });
});

describe('diverting', () => {
  it('tells procedure, organ and remedy and ends our procedure', () => {
    const routed = continued(registeredPetition, route({ path: 2 }));
    given(...routed)
      .when(divert())
      .thenEvents({
        type: 'PetitionDiverted',
        data: { procedure: '民事诉讼', organ: '市人民法院', remedy: '起诉', on: '2026-03-02', basis: 'R31(2)' },
      });
    given(...routed)
      .when(divert())
      .thenWaitsFor();
  });

  it.each([5, 6] as const)('is refused for path %i', (path) =>
    given(...continued(registeredPetition, route({ path })))
      .when(divert())
      .thenRefused('rule-violated', { basis: 'R31' }),
  );

  it('is refused for a suggestion', () =>
    given(...continued(registeredPetition, withoutPath(route({ purpose: 'suggestion' }))))
      .when(divert())
      .thenRefused('rule-violated'));

  it('cannot be taken back', () =>
    given(...divertedPetition)
      .when(accept())
      .thenRefused('already-decided'));
});

describe('objecting', () => {
  it('is possible on the fifth working day', () =>
    given(...routedPetition)
      .when(objectToRouting({ at: noon('2026-03-09') }))
      .thenEvents({
        type: 'RoutingObjected',
        data: { unit: '622901-zrzy', by: 'handler', reason: '不属于本机关职权范围', basis: 'R23' },
      }));

  it('is too late on the sixth', () =>
    given(...routedPetition)
      .when(objectToRouting({ at: noon('2026-03-10') }))
      .thenRefused('out-of-time', { basis: 'R23' }));

  it('leaves out holidays and counts the Saturday that is worked instead', () => {
    // Thursday 30 April: 6, 7, 8 May, Saturday 9 May (worked), Monday 11 May.
    const routed = continued(registeredPetition, ...on('2026-04-30', route()));
    given(...routed)
      .when(objectToRouting({ at: noon('2026-05-11') }))
      .thenTypes('RoutingObjected');
    given(...routed)
      .when(objectToRouting({ at: noon('2026-05-12') }))
      .thenRefused('out-of-time');
  });

  it('waits for the sender to verify it', () =>
    given(...routedPetition)
      .when(objectToRouting())
      .thenWaitsFor('intake/decide-objection'));

  it('is an answer: the organ cannot accept as well', () =>
    given(...objectedPetition)
      .when(accept())
      .thenRefused('already-decided'));
});

describe('the sender decides an objection', () => {
  it('agreed: a new round begins with the triage, and the old route is gone', () => {
    given(...objectedPetition)
      .when(decideObjection())
      .thenWaitsFor('intake/triage');
    given(...objectedPetition)
      .when(decideObjection())
      .thenState(({ route: gone, progress, objection }) => {
        expect(gone).toBeUndefined();
        expect(objection).toEqual({ by: 'handler', unit: '622901-zrzy', agreed: true });
        expect(progress.intake?.map(({ open }) => open)).toEqual([false, true]);
      });
  });

  it('agreed: the 15 days of the sender go on running', () =>
    given(...continued(objectedPetition, ...on('2026-03-05', decideObjection())))
      .when(route({ competentUnit: '622901-zjj', at: noon('2026-03-06') }))
      .thenState(({ deadlines }) =>
        expect(deadlines.map(({ limit, from }) => `${limit} ${from}`)).toEqual([
          'forward 2026-03-02',
          'notify 2026-03-02',
          'objection 2026-03-02',
          'notify 2026-03-06',
          'objection 2026-03-06',
        ]),
      ));

  it('upheld: the organ must answer after all, the triage is carried over', () => {
    const upheld = decideObjection({ agreed: false });
    given(...objectedPetition)
      .when(upheld)
      .thenWaitsFor('intake/organ-answer');
    given(...objectedPetition)
      .when(upheld)
      .thenState(({ progress }) =>
        expect(progress.intake?.[1]).toEqual({
          open: true,
          decided: { triage: { outcome: 'to-organ' } },
          carried: ['triage'],
        }),
      );
  });

  it('upheld: the same organ cannot object again, but accept', () => {
    const upheld = continued(objectedPetition, decideObjection({ agreed: false }));
    given(...upheld)
      .when(objectToRouting())
      .thenRefused('already-decided', { basis: 'R24' });
    given(...upheld)
      .when(accept())
      .thenTypes('PetitionAccepted');
  });

  it('another organ to which it is then sent may object itself', () => {
    const rerouted = continued(objectedPetition, decideObjection(), route({ competentUnit: '622901-zjj' }));
    given(...rerouted)
      .when(objectToRouting({ by: { ...officers.handler, unit: '622901-zjj' } }))
      .thenTypes('RoutingObjected');
  });

  it('is not asked without an objection', () => {
    given(...routedPetition)
      .when(decideObjection())
      .thenRefused('not-the-step');
    given(...acceptedPetition)
      .when(decideObjection())
      .thenRefused('not-the-step');
  });
});
