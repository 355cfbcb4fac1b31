import type { UnitDirectory } from '../organisation/unit.ts';
import type { Petition } from '../petition/state.ts';
import type { Officer, Role } from './roles.ts';

/** An accusation (检举控告) belongs to the organ it was handed to and to nobody else (Art. 30); not even its existence shows. */
export const isSealed = (petition: Petition): boolean =>
  petition.route === undefined ? isHeldAsAccusation(petition) : petition.route.purpose === 'accusation';

/** It was brought as an accusation, and nobody has routed it yet: sealed before its triage as after it. */
export const isHeldAsAccusation = ({ route, registration }: Petition): boolean =>
  route === undefined && registration?.accused !== undefined;

/**
 * The office that has an accusation which an old ledger had brought in as something else, until it is handed over: the ledger's
 * own end does not stand in the way (Art. 30).
 */
export const holderFromLedger = (petition: Petition): string | undefined =>
  petition.former && isHeldAsAccusation(petition) ? petition.registration?.heldBy?.at(-1) : undefined;

/** Who takes in and who triages: until it is routed nobody else in their unit needs to know of it. */
const takesIn: readonly Role[] = ['receptionist', 'petition-officer'];

/** An officer, as far as he is known: of an audience only the unit is. */
type Somebody = Pick<Officer, 'unit'> & Partial<Officer>;

/** A sealed matter is with the organ it was handed to; before that with whoever takes it in and whoever triages it. */
const has = ({ unit, roles }: Somebody, { route, registration }: Petition): boolean =>
  route === undefined
    ? registration?.heldBy?.includes(unit) === true &&
      (roles === undefined || roles.some((role) => (takesIn as readonly string[]).includes(role)))
    : route.competentUnit === unit;

/**
 * Sealed, and not in the hands of this officer's organ; or in theirs, and he is recused: the accused may sit in the very
 * organ that has the accusation, and what is only forbidden to him would exist.
 */
export const isSealedFrom = (officer: Somebody, petition: Petition): boolean =>
  isSealed(petition) &&
  (!has(officer, petition) || (officer.id !== undefined && petition.recused.includes(officer.id)));

/** Nothing of it shows to this officer, wherever it might be mentioned: sealed (Art. 30), or he is recused (Art. 28). */
export const isOutOfSight = (officer: Somebody & Pick<Officer, 'id'>, petition: Petition): boolean =>
  isSealedFrom(officer, petition) || petition.recused.includes(officer.id);

/**
 * Whether a unit is one of those whom a matter is about, stands under one, or is led by one: what it reads, the accused can
 * read (Art. 30).
 */
export const isUnderAccused = (unit: string, against: readonly string[], units: UnitDirectory): boolean =>
  against.some((accused) => units.isWithin(unit, accused) || units.leadershipOf(unit) === accused);
