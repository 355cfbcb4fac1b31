import { Refusal } from '../errors.ts';

/**
 * What the record says of somebody who is named for what only a leader of a unit does: on its rota or in a post of it;
 * neither, although it has recorded who is; or that nothing is recorded, so that the word of whoever names him stands.
 */
export type Standing = 'known' | 'unknown' | 'unconfirmed';

/** Who is on a unit's rota or in its posts on a day; `undefined` where nothing of it is recorded. */
export interface PeopleOfUnit {
  readonly people: ReadonlySet<string>;
  /** On the rota, or in a post with a portfolio (分管工作). */
  readonly leaders: ReadonlySet<string>;
}

/** @param recorded of the unit for which he is named, then of others where he may sit as well */
export const standingOf = (person: string, [unit, ...others]: readonly (PeopleOfUnit | undefined)[]): Standing => {
  if ([unit, ...others].some((each) => each?.people.has(person))) return 'known';
  return unit === undefined ? 'unconfirmed' : 'unknown';
};

/** @throws Refusal */
export const requireKnownPerson = (standing: Standing, pointer: string): void => {
  if (standing !== 'unknown') return;
  throw new Refusal(
    'rule-violated',
    'The unit has recorded who is in its posts (任职) or on its rota, and this person is in none of them on that day.',
    {
      pointer,
    },
  );
};

/**
 * Whose leaders decide, from the lowest unit up: the first that has one who is not kept from it, or of which nobody knows
 * who its leaders are. `undefined` where that is the first itself, or where none is left.
 */
export const firstWithLeader = (
  line: readonly { readonly unit: string; readonly recorded: PeopleOfUnit | undefined }[],
  excluded: readonly (string | undefined)[],
): string | undefined => {
  const index = line.findIndex(
    ({ recorded }) =>
      recorded === undefined ||
      recorded.leaders.size === 0 ||
      [...recorded.leaders].some((leader) => !excluded.includes(leader)),
  );
  return index <= 0 ? undefined : line[index]?.unit;
};
