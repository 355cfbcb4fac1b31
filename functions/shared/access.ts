import { type Action, decideAccess } from '../../domain/access/policy.ts';
import type { Target } from '../../domain/access/relations.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { Refusal } from '../../domain/errors.ts';
import type { UnitDirectory } from '../../domain/organisation/unit.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Context, Petition } from '../../domain/petition/state.ts';
import type { Clock, RecordStore } from '../../domain/ports.ts';
import { maskedFact } from '../../domain/privacy/masking.ts';
import type { ReadEvent } from '../../domain/privacy/reads.ts';
import { type ReadLogDependencies, recordRead } from './reads.ts';

/** What stands in the answer when nothing has this number, and when it is not to be known that something has. */
export const absent = (thing: string): string => `There is no such ${thing}.`;

/**
 * The one door: asks the policy, and refuses with its code and reason.
 * @param thing what was asked for by its number: of what he may not know of, the answer is that of a number never given out
 * @returns The role in which the officer may.
 * @throws Refusal
 */
export const requireAccess = (
  officer: Officer,
  action: Action,
  target: Target,
  units: UnitDirectory,
  thing = 'petition',
) => {
  const decision = decideAccess(officer, action, target, units);
  if (!decision.allowed) {
    throw new Refusal(decision.code, decision.code === 'not-found' ? absent(thing) : decision.reason);
  }
  return decision.role;
};

interface FindDependencies<Known extends Context> {
  readonly records: Pick<RecordStore, 'load'>;
  readonly context: () => Promise<Known>;
  /** For what runs out. */
  readonly clock: Clock;
}

export interface ReadDependencies<Known extends Context> extends FindDependencies<Known>, ReadLogDependencies {
  readonly records: Pick<RecordStore, 'load' | 'head' | 'commit'>;
}

/** Who asks, through which route: what the route declares is what the policy is asked. */
export interface Asking {
  readonly officer: () => Officer;
  readonly actions: readonly [Action, ...Action[]];
}

/**
 * The petition of that number, for an officer who may do with it what his route declares, and the context it was judged
 * in. What does not exist and what one may not know of answer alike.
 * @returns facts as the record holds them: sealed where `load` gives them so, and never masked
 * @throws Refusal
 */
export const findPetition = async <Known extends Context>(
  { records, context, clock }: FindDependencies<Known>,
  { officer, actions: [action] }: Asking,
  number: string,
) => {
  const [{ events, version }, known] = await Promise.all([records.load({ kind: 'petition', id: number }), context()]);
  if (events.length === 0) throw new Refusal('not-found', 'There is no such petition.');
  const petition = foldPetition(events);
  const role = requireAccess(officer(), action, { petition, at: clock.now() }, known.units);
  return { petition, events, version, known, role };
};

/**
 * The same, to be shown: that he reads it is recorded first, and its persons are masked.
 * @param unmasked where what is shown is no use without its persons, and he may know them
 * @throws Refusal, Unavailable
 */
export const readPetition = async <Known extends Context>(
  dependencies: ReadDependencies<Known>,
  asking: Asking,
  number: string,
  view: ReadEvent['data'] | ((petition: Petition, known: Known) => ReadEvent['data']),
  unmasked: (petition: Petition, known: Known) => boolean = () => false,
) => {
  const { petition, events, role, ...rest } = await findPetition(dependencies, asking, number);
  const data = typeof view === 'function' ? view(petition, rest.known) : view;
  await recordRead(dependencies, asking.officer(), role, number, data);
  if (unmasked(petition, rest.known)) return { petition, events, role, ...rest };
  const masked = events.map(maskedFact);
  return { petition: foldPetition(masked), events: masked, role, ...rest };
};
