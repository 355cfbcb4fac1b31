import { beforeEveryDay } from '../../domain/calendar/calendar.ts';
import { holdsPostOn, type PostHeld } from '../../domain/imports/posts.ts';
import type { PeopleOfUnit } from '../../domain/organisation/people.ts';
import type { RecordStore } from '../../domain/ports.ts';
import { holdsTurnOn } from '../../domain/reception/duty.ts';
import type { Turns } from '../../domain/reception/rota.ts';

const postsAtATime = 100;

/**
 * Who is on a unit's rota or in its posts on a legal day, from heads, which hold no name. `undefined` where neither has ever
 * been recorded.
 */
export const peopleOfUnit = async (
  records: Pick<RecordStore, 'head' | 'listed'>,
  unit: string,
  day: string,
): Promise<PeopleOfUnit | undefined> => {
  const rota = (await records.head({ kind: 'rota', id: unit }))?.summary as Turns | undefined;
  const posts: PostHeld[] = [];
  let cursor: string | undefined;
  do {
    const page = await records.listed('post', unit, beforeEveryDay, postsAtATime, cursor);
    posts.push(...page.items.map(({ summary }) => summary as PostHeld));
    ({ cursor } = page);
  } while (cursor !== undefined);
  if (rota === undefined && posts.length === 0) return undefined;
  const held = posts.filter((post) => holdsPostOn(post, day));
  const turns = rota?.turns.filter((turn) => holdsTurnOn(turn, day)).map(({ leader }) => leader) ?? [];
  return {
    people: new Set([...turns, ...held.map(({ officer }) => officer)]),
    leaders: new Set([...turns, ...held.filter(({ portfolio }) => portfolio).map(({ officer }) => officer)]),
  };
};
