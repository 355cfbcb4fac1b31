import { type Action, decideAccess } from '../../domain/access/policy.ts';
import type { Target } from '../../domain/access/relations.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { Refusal } from '../../domain/errors.ts';
import type { UnitDirectory } from '../../domain/organisation/unit.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Context } from '../../domain/petition/state.ts';
import type { Clock, RecordStore } from '../../domain/ports.ts';

/**
 * The one door: asks the policy, and refuses with its code and reason.
 * @returns The role in which the officer may.
 * @throws Refusal
 */
export const requireAccess = (officer: Officer, action: Action, target: Target, units: UnitDirectory) => {
  const decision = decideAccess(officer, action, target, units);
  if (!decision.allowed) throw new Refusal(decision.code, decision.reason);
  return decision.role;
};

export interface ReadDependencies<Known extends Context> {
  readonly records: Pick<RecordStore, 'load'>;
  readonly context: () => Promise<Known>;
  /** For what runs out. */
  readonly clock: Clock;
}

/** Who asks, through which route: what the route declares is what the policy is asked. */
export interface Asking {
  readonly officer: () => Officer;
  readonly actions: readonly [Action, ...Action[]];
}

/**
 * The petition of that number, for an officer who may do with it what his route declares, and the context it was judged
 * in. What does not exist and what one may not know of answer alike.
 * @throws Refusal
 */
export const readPetition = async <Known extends Context>(
  { records, context, clock }: ReadDependencies<Known>,
  { officer, actions: [action] }: Asking,
  number: string,
) => {
  const [{ events, version }, known] = await Promise.all([records.load({ kind: 'petition', id: number }), context()]);
  if (events.length === 0) throw new Refusal('not-found', 'There is no such petition.');
  const petition = foldPetition(events);
  requireAccess(officer(), action, { petition, at: clock.now() }, known.units);
  return { petition, events, version, known };
};
