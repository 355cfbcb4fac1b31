import type { UnitDirectory } from '../organisation/unit.ts';
import { foldPetition } from '../petition/petition.ts';
import { sponsorOf } from '../petition/sponsorship-state.ts';
import type { Emergency, Petition } from '../petition/state.ts';
import type { NewEvent } from '../ports.ts';
import type { ReadEvent, ReadView } from '../privacy/reads.ts';
import { decideAccess } from './policy.ts';
import { type Role, roles } from './roles.ts';
import { isSealed } from './sight.ts';

/** That one officer, in one unit and role, has read something of it. */
export interface Reading {
  readonly officer: string;
  readonly unit: string;
  readonly role: string;
  /** Instants of the first and the last time. */
  readonly first: string;
  readonly last: string;
  readonly times: number;
  /** What was shown; `export`: he took the history out, sealed. */
  readonly what: readonly (ReadView | 'export')[];
}

/** Who could have seen a petition at one instant, as policy and record say. */
export interface Readership {
  readonly at: string;
  /** The version of the record that held then. */
  readonly version: number;
  readonly sealed: boolean;
  /** By unit, in the order of the tree's data: the roles whose holders could read it. */
  readonly units: readonly { readonly unit: string; readonly roles: readonly Role[] }[];
  /** Officers who could not, although their unit and role could (Art. 28). */
  readonly recused: readonly string[];
  /** Persons who could for a reason of their own. */
  readonly persons: readonly (
    | { readonly officer: string; readonly why: 'own report from the grid' | 'sponsor of the matter' }
    | ({ readonly officer: string; readonly why: 'emergency access' } & Omit<Emergency, 'by'>)
  )[];
}

/** Nobody in particular: no recusal, report or emergency access is about him. */
const somebody = { id: '', name: '' };

const rolesOf = (petition: Petition, unit: string, at: string, units: UnitDirectory): readonly Role[] =>
  roles.filter(
    (role) => decideAccess({ ...somebody, unit, roles: [role] }, 'ReadPetition', { petition, at }, units).allowed,
  );

/**
 * Who could have seen it: the record folded up to that instant, and the policy, as it is now, asked for every role of every
 * unit of the tree as it stood. The petitioner could with the query code, always. `undefined`: it had not been registered.
 * @param at instant
 */
export const readershipAt = (events: readonly NewEvent[], at: string, units: UnitDirectory): Readership | undefined => {
  const petition = foldPetition(events.filter((event) => event.at <= at));
  const { registration, recused, emergencies } = petition;
  if (!registration) return undefined;
  const sealed = isSealed(petition);
  const sponsor = sponsorOf(petition);
  return {
    at,
    version: petition.version,
    sealed,
    units: units.ids().flatMap((unit) => {
      const could = rolesOf(petition, unit, at, units);
      return could.length === 0 ? [] : [{ unit, roles: could }];
    }),
    recused,
    persons: [
      ...(registration.source === 'grid' && !sealed && !recused.includes(registration.registeredBy)
        ? [{ officer: registration.registeredBy, why: 'own report from the grid' } as const]
        : []),
      ...(sponsor !== undefined && !sealed && !recused.includes(sponsor)
        ? [{ officer: sponsor, why: 'sponsor of the matter' } as const]
        : []),
      ...emergencies.flatMap(({ by, ...access }) =>
        at < access.until && !sealed && !recused.includes(by)
          ? [{ officer: by, why: 'emergency access', ...access } as const]
          : [],
      ),
    ],
  };
};

/** Who could have seen it, and of each who did, up to the same instant. */
export interface Seen extends Omit<Readership, 'units' | 'recused' | 'persons'> {
  readonly units: readonly ({ readonly read: readonly Reading[] } & Readership['units'][number])[];
  readonly persons: readonly ({ readonly read: readonly Reading[] } & Readership['persons'][number])[];
  readonly recused: readonly { readonly officer: string; readonly read: readonly Reading[] }[];
  /** Who did although by record and tree as they then stood he could not: posts and units have changed, an access ran out. */
  readonly others: readonly Reading[];
}

/** By officer, unit and role, the first reader first. */
const readings = (events: readonly NewEvent[]): readonly Reading[] => {
  const found = new Map<string, Reading>();
  for (const { type, at, actor, data } of events) {
    const key = JSON.stringify([actor.id, actor.unit, actor.role]);
    const known = found.get(key);
    const what: ReadView | 'export' = type === 'HistoryExported' ? 'export' : (data as ReadEvent['data']).what;
    found.set(key, {
      officer: actor.id,
      unit: actor.unit,
      role: actor.role,
      first: known?.first ?? at,
      last: at,
      times: (known?.times ?? 0) + 1,
      what: [...new Set([...(known?.what ?? []), what])],
    });
  }
  return [...found.values()];
};

/**
 * One answer to "who could have seen this, who did": every reading stands where it was possible, each of them once, and
 * what stands nowhere stands with the others.
 * @param reads the history of reads of the same petition, oldest first
 */
export const seenBy = (could: Readership, reads: readonly NewEvent[]): Seen => {
  let left = readings(reads.filter(({ at }) => at <= could.at));
  const take = (belongs: (reading: Reading) => boolean): readonly Reading[] => {
    const taken = left.filter(belongs);
    left = left.filter((reading) => !belongs(reading));
    return taken;
  };
  // Persons first: whoever withdrew, or has a reason of his own, is told apart from the colleagues of his unit.
  const recused = could.recused.map((officer) => ({ officer, read: take((reading) => reading.officer === officer) }));
  const persons = could.persons.map((person) => ({
    ...person,
    read: take(({ officer, unit }) => officer === person.officer && (!('unit' in person) || unit === person.unit)),
  }));
  const units = could.units.map((unit) => ({
    ...unit,
    read: take((reading) => reading.unit === unit.unit && (unit.roles as readonly string[]).includes(reading.role)),
  }));
  return { ...could, units, persons, recused, others: left };
};
