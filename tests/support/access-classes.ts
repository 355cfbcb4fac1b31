import { type Action, policy } from '../../domain/access/policy.ts';
import { relations, type Target } from '../../domain/access/relations.ts';
import { knownRoles, type Officer } from '../../domain/access/roles.ts';
import { separatedFrom } from '../../domain/access/separation.ts';
import { isSealedFrom } from '../../domain/access/sight.ts';
import type { UnitDirectory } from '../../domain/organisation/unit.ts';

/**
 * All that the policy looks at in an officer who would do this: what has to do with the person, and for the grants of the
 * role how he stands. Who has no grant is refused wherever his unit is, so it does not count.
 */
export const classOf = (officer: Officer, action: Action, target: Target, units: UnitDirectory): string => {
  const { petition, item } = target;
  const hidden = petition !== undefined && isSealedFrom(officer, petition);
  const recused = petition?.recused.includes(officer.id) ?? false;
  const held = knownRoles(officer);
  if (hidden || recused) return JSON.stringify([hidden, held]);
  const mine = policy[action].filter(([roles]) => held.some((role) => (roles as readonly string[]).includes(role)));
  if (mine.length === 0) return JSON.stringify(['no grant', held]);
  return JSON.stringify([
    held,
    units.get(officer.unit) !== undefined,
    mine.map(([, relation]) => relations[relation](officer, target, units) ?? 'not yet'),
    petition !== undefined && separatedFrom(action, petition, item).includes(officer.id),
  ]);
};

/** One of each class, and everybody by class. @param turn so that over many questions everybody has his turn */
export const oneOfEach = <T extends Officer>(
  officers: readonly T[],
  action: Action,
  target: Target,
  units: UnitDirectory,
  turn: number,
): readonly (readonly [one: T, all: readonly T[]])[] =>
  [...Map.groupBy(officers, (officer) => classOf(officer, action, target, units)).values()].map((all) => [
    all[turn % all.length] as T,
    all,
  ]);
