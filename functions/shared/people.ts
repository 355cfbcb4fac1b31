import { beforeEveryDay } from '../../domain/calendar/calendar.ts';
import { holdsPostOn, type PostHeld } from '../../domain/imports/posts.ts';
import type { PeopleOfUnit } from '../../domain/organisation/people.ts';
import type { RecordStore } from '../../domain/ports.ts';
import { holdsTurnOn } from '../../domain/reception/duty.ts';
import type { Turns } from '../../domain/reception/rota.ts';

const postsAtATime = 100;

/** Who is in a unit's posts (任职) on a legal day, from heads, which hold no name. `undefined` where none was ever recorded. */
export const peopleInPosts = async (
  records: Pick<RecordStore, 'listed'>,
  unit: string,
  day: string,
): Promise<PeopleOfUnit | undefined> => {
  const posts: PostHeld[] = [];
  let cursor: string | undefined;
  do {
    const page = await records.listed('post', unit, beforeEveryDay, postsAtATime, cursor);
    posts.push(...page.items.map(({ summary }) => summary as PostHeld));
    ({ cursor } = page);
  } while (cursor !== undefined);
  if (posts.length === 0) return undefined;
  const held = posts.filter((post) => holdsPostOn(post, day));
  return {
    people: new Set(held.map(({ officer }) => officer)),
    leaders: new Set(held.filter(({ portfolio }) => portfolio).map(({ officer }) => officer)),
  };
};

/** The same, and who is on its rota. `undefined` where neither has ever been recorded. */
export const peopleOfUnit = async (
  records: Pick<RecordStore, 'head' | 'listed'>,
  unit: string,
  day: string,
): Promise<PeopleOfUnit | undefined> => {
  const [head, inPosts] = await Promise.all([
    records.head({ kind: 'rota', id: unit }),
    peopleInPosts(records, unit, day),
  ]);
  const rota = head?.summary as Turns | undefined;
  if (rota === undefined) return inPosts;
  const turns = rota.turns.filter((turn) => holdsTurnOn(turn, day)).map(({ leader }) => leader);
  return {
    people: new Set([...turns, ...(inPosts?.people ?? [])]),
    leaders: new Set([...turns, ...(inPosts?.leaders ?? [])]),
  };
};
