import type { UnitDirectory } from '../organisation/unit.ts';
import type { Petition } from '../petition/state.ts';
import type { Officer } from './roles.ts';

/** An accusation (检举控告) belongs to the organ it was handed to and to nobody else (Art. 30); not even its existence shows. */
export const isSealed = ({ route }: Petition): boolean => route?.purpose === 'accusation';

/**
 * Sealed, and not in the hands of this officer's organ; or in theirs, and he is recused: the accused may sit in the very
 * organ that has the accusation, and what is only forbidden to him would exist.
 */
export const isSealedFrom = ({ unit, id }: Pick<Officer, 'unit'> & Partial<Officer>, petition: Petition): boolean =>
  isSealed(petition) && (petition.route?.competentUnit !== unit || (id !== undefined && petition.recused.includes(id)));

/** Nothing of it shows to this officer, wherever it might be mentioned: sealed (Art. 30), or he is recused (Art. 28). */
export const isOutOfSight = (officer: Pick<Officer, 'id' | 'unit'>, petition: Petition): boolean =>
  isSealedFrom(officer, petition) || petition.recused.includes(officer.id);

/**
 * Whether a unit is one of those whom a matter is about, stands under one, or is led by one: what it reads, the accused can
 * read (Art. 30).
 */
export const isUnderAccused = (unit: string, against: readonly string[], units: UnitDirectory): boolean =>
  against.some((accused) => units.isWithin(unit, accused) || units.leadershipOf(unit) === accused);
