import { describe, it } from 'vitest';
import { registeredPetition, route } from '../../support/builders.ts';
import { given } from '../../support/given.ts';

const accuse = (competentUnit: string, accusedUnits?: readonly string[]) =>
  ({
    ...route({ purpose: 'accusation', disposition: 'forward', competentUnit }),
    path: undefined,
    ...(accusedUnits === undefined ? {} : { accusedUnits }),
  }) as unknown as ReturnType<typeof route>;

describe('an accusation to another organ than the discipline organ (Art. 30)', () => {
  it('says first who is accused', () => {
    given(...registeredPetition)
      .when(accuse('622901-zjj'))
      .thenRefused('rule-violated', { pointer: '/competentUnit', basis: 'R30' });
    given(...registeredPetition)
      .when(accuse('622901-zjj', []))
      .thenTypes('PetitionRouted');
    given(...registeredPetition)
      .when(accuse('622901-zjj', ['622901-zrzy']))
      .thenTypes('PetitionRouted');
  });

  it('never comes to the accused, to whoever is below, or to whoever is above and would hand it down', () => {
    for (const accused of ['622901-zjj', '622901', '6229']) {
      given(...registeredPetition)
        .when(accuse('622901-zjj', [accused]))
        .thenRefused('rule-violated', { pointer: '/competentUnit', basis: 'R30' });
    }
    given(...registeredPetition)
      .when(accuse('622901', ['622901-zjj']))
      .thenRefused('rule-violated', { pointer: '/competentUnit' });
  });

  it('is the only kind of matter that names accused units', () => {
    given(...registeredPetition)
      .when({ ...route(), accusedUnits: ['622901-zjj'] })
      .thenRefused('rule-violated', { pointer: '/accusedUnits' });
  });
});
