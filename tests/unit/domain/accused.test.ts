import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../../domain/access/policy.ts';
import { type Unit, UnitDirectory } from '../../../domain/organisation/unit.ts';
import { foldPetition } from '../../../domain/petition/petition.ts';
import { decideRegistration } from '../../../domain/petition/registration.ts';
import { initialPetition } from '../../../domain/petition/state.ts';
import { visibleEvent } from '../../../domain/petition/views.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import {
  amend,
  content,
  continued,
  firstDay,
  noon,
  register,
  registeredPetition,
  route,
  rules,
  units,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';
import { proposeRefusal } from '../../support/intake.ts';

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

/** With an office at each level, as a real tree has. */
const tree = new UnitDirectory(
  units.map((unit) => ({
    ...unit,
    petitionOffice: unit.petitionOffice ?? (unit.kind === 'government' ? `${unit.id}-xfj` : unit.id),
  })),
);
const registeredAgainst = (accusedUnits: readonly string[], accusedOfficers: readonly string[] = [], units = tree) => {
  const accused = { units: accusedUnits, officers: accusedOfficers };
  const events = decideRegistration(register({ content: { ...content, accused } }), initialPetition, {
    ...rules,
    units,
  });
  return { events, petition: foldPetition(events) };
};
const reads = (petition: ReturnType<typeof foldPetition>, id: string, unit: string, role: string): string => {
  const decision = decideAccess({ id, name: '', unit, roles: [role] }, 'ReadPetition', { petition }, tree);
  return decision.allowed ? 'reads' : decision.code;
};

describe('what is brought as an accusation, before anybody has triaged it (Art. 30)', () => {
  it('is read by whoever takes it in and whoever triages, and is not there for anybody else', () => {
    const { petition } = registeredAgainst(['622901-zrzy'], ['leader']);
    expect(reads(petition, 'anybody', '622901007-zx', 'receptionist')).toBe('reads');
    expect(reads(petition, 'anybody', '622901007-zx', 'petition-officer')).toBe('reads');
    for (const [unit, role] of [
      ['622901007-zx', 'handler'],
      ['622901007-zx', 'auditor'],
      ['622901007', 'leader'],
      ['622901-xfj', 'supervisor'],
      ['622901', 'leader'],
    ] as const)
      expect([unit, role, reads(petition, 'anybody', unit, role)]).toEqual([unit, role, 'not-found']);
    expect(tasksOf(petition, tree).filter(({ audience }) => !audience.endsWith('@622901007-zx'))).toEqual([]);
  });

  it('is not there for an officer whom it names, wherever he sits, and he stays recused (Art. 28)', () => {
    const { petition } = registeredAgainst(['622901-zrzy'], ['officer-x']);
    expect(reads(petition, 'officer-x', '622901007-zx', 'petition-officer')).toBe('not-found');
    expect(petition.recused).toEqual(['officer-x']);
  });

  it('is taken in by the nearest office above that is not of the accused, and is gone from the desk', () => {
    for (const [accused, office] of [
      ['622901-zrzy', '622901007-zx'],
      ['622901007-v1', '622901007-zx'],
      ['622901007', '622901-xfj'],
      ['622901007-zx', '622901-xfj'],
      ['622901', '6229-xfj'],
    ] as const) {
      const { petition } = registeredAgainst([accused]);
      expect([accused, petition.registration?.unit]).toEqual([accused, office]);
      expect(reads(petition, 'receptionist', office, 'petition-officer')).toBe('reads');
      if (office !== '622901007-zx')
        expect(reads(petition, 'receptionist', '622901007-zx', 'receptionist')).toBe('not-found');
    }
    expect(() => registeredAgainst(['6229'])).toThrow(/discipline organ/);
    // Of an office that the accused lead, although it stands beside them in the tree.
    const led = new UnitDirectory(
      tree
        .ids()
        .map((id) => ({ ...(tree.get(id) as Unit), ...(id === '622901007-zx' ? { ledBy: '622901-zrzy' } : {}) })),
    );
    expect(registeredAgainst(['622901-zrzy'], [], led).petition.registration?.unit).toBe('622901-xfj');
    // Officers without their organ could be anybody's.
    expect(() => registeredAgainst([], ['officer-x'])).toThrow(/organ of the officers/);
    expect(() => registeredAgainst(['nowhere'])).toThrow(/no unit/);
  });

  const held = {
    type: 'PetitionRegistered' as const,
    data: registeredAgainst(['622901-zrzy']).events[0]?.data as never,
  };

  it('goes to no other way than that of an accusation, and never to those whom it names', () => {
    given(held).when(route()).thenRefused('rule-violated', { pointer: '/purpose', basis: 'R30' });
    given(held).when(proposeRefusal()).thenRefused('sealed', { basis: 'R30' });
    given(held)
      .when(accuse('622901-zrzy', []))
      .thenRefused('rule-violated', { pointer: '/competentUnit', basis: 'R30' });
    given(held).when(accuse('622901-jw')).thenTypes('PetitionRouted');
    given(held).when(accuse('622901-zjj')).thenTypes('PetitionRouted');
  });

  it('is one until somebody says with a reason that it is none; whom it named, its history tells nobody afterwards', () => {
    const none = amend({ changes: { noAccusation: true } });
    given(held)
      .when(none)
      .thenState(({ registration }) => {
        expect(registration).not.toHaveProperty('accused');
        expect(registration).not.toHaveProperty('heldBy');
      });
    given(...registeredPetition)
      .when(none)
      .thenRefused('rule-violated', { pointer: '/changes/noAccusation' });
    expect(JSON.stringify(visibleEvent({ ...held, at: '', actor: {} as never }))).not.toMatch(/zrzy|heldBy/);
    const named = { type: 'RegistrationAmended', data: { changes: { accused: { units: ['x'], officers: ['y'] } } } };
    expect(visibleEvent({ ...named, at: '', actor: {} as never }).data).toEqual({ changes: {} });
  });

  it('becomes one by amendment, where the office that has it is not of the accused', () => {
    const accused = (unit: string) => amend({ changes: { accused: { units: [unit], officers: ['z'] } } });
    given(...registeredPetition)
      .when(accused('622901-zrzy'))
      .thenState((petition) => {
        expect(petition.recused).toEqual(['z']);
        expect(reads(petition, 'anybody', '622901007', 'leader')).toBe('not-found');
      });
    given(...registeredPetition)
      .when(accused('622901007'))
      .thenRefused('rule-violated', { basis: 'R30' });
  });

  it('goes to the organ as any accusation; returned by it, it is held as before', () => {
    const handedOver = continued([held], accuse('622901-jw'));
    const routed = foldPetition(handedOver);
    expect(reads(routed, 'anybody', '622901007-zx', 'petition-officer')).toBe('not-found');
    expect(reads(routed, 'anybody', '622901-jw', 'handler')).toBe('reads');
    const inspector = { id: 'inspector', unit: '622901-jw', role: 'handler' };
    const giveBack = { type: 'ReturnAccusation', by: inspector, at: noon(firstDay), reason: '不属本机关' } as const;
    const returned = foldPetition(continued(handedOver, giveBack));
    expect(reads(returned, 'anybody', '622901007-zx', 'petition-officer')).toBe('reads');
    expect(reads(returned, 'anybody', '622901007', 'leader')).toBe('not-found');
  });
});
