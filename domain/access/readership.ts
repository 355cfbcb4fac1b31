import type { UnitDirectory } from '../organisation/unit.ts';
import { foldPetition } from '../petition/petition.ts';
import { sponsorOf } from '../petition/sponsorship-state.ts';
import type { Emergency, Petition } from '../petition/state.ts';
import type { NewEvent } from '../ports.ts';
import { decideAccess, isSealed } from './policy.ts';
import { type Role, roles } from './roles.ts';

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
 * Who could have seen it: the record folded up to that instant, and the policy asked for every role of every unit of the
 * tree as it is now. The petitioner could with the query code, always. `undefined`: it had not been registered.
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
