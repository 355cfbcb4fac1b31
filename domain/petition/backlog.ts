import { beforeEveryDay, plusDays } from '../calendar/calendar.ts';
import type { Configuration } from '../configuration.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { isTurnedAway } from './intake-state.ts';
import type { Petition } from './state.ts';

/** Why a matter counts as an old case (积案). No national definition was found: age and repeats are configured. */
export const backlogReasons = ['age', 'repeats', 'designated'] as const;
export type BacklogReason = (typeof backlogReasons)[number];

/**
 * Whether the dispute may still be there. Concluding the procedure (办结) resolves nothing (化解). A matter counts from its
 * triage on: what stood in a list before, and was gone when it turned out to be an accusation, would tell (Art. 30).
 */
const isUnresolved = (petition: Petition): boolean =>
  petition.route !== undefined &&
  petition.route.purpose !== 'accusation' &&
  petition.resolvedOn === undefined &&
  petition.incidents.ended === undefined &&
  petition.diverted === undefined &&
  !isTurnedAway(petition.intake);

/** Petitions of one matter that are looked for at most. */
const mostOfOneMatter = 200;

/** What a chain of repeats is made of. */
export type Linked = Pick<Petition, 'number' | 'repeats' | 'route'>;

/**
 * How often the matter was brought (Art. 40 asks for what keeps coming back): this petition and all that are linked with it as
 * repeats, through one another and in either direction. An accusation counts for nobody and leads nowhere (Art. 30).
 * @param of petitions by their numbers
 * @param thatRepeat which petitions were ever linked to one of that number; a link may have been taken back since
 */
export const timesBrought = async (
  petition: Linked,
  of: (numbers: readonly string[]) => Promise<readonly Linked[]>,
  thatRepeat: (number: string) => Promise<readonly string[]>,
): Promise<number> => {
  const found = new Set([petition.number]);
  for (let edge: readonly Linked[] = [petition]; edge.length > 0 && found.size < mostOfOneMatter; ) {
    const earlier = edge.flatMap(({ repeats }) => repeats);
    const later = await Promise.all(edge.map(({ number }) => thatRepeat(number)));
    const fresh = [...new Set([...earlier, ...later.flat()])].filter((number) => !found.has(number));
    const linked = (await of(fresh)).filter(
      ({ number, repeats, route }) =>
        route?.purpose !== 'accusation' &&
        (earlier.includes(number) || repeats.some((each) => edge.some((before) => before.number === each))),
    );
    for (const { number } of linked) found.add(number);
    edge = linked;
  }
  return found.size;
};

/**
 * Why it is an old case on a day, by the definition that is configured; undefined when it is none. A matter that is concluded
 * is one only while somebody has put it on the list: whoever is content does not come again, and nothing is asked of him.
 */
export const backlogReasonsOf = (
  petition: Petition,
  { backlog }: Pick<Configuration, 'backlog'>,
  today: string,
  brought: number,
): readonly BacklogReason[] => {
  const { registration, concludedOn } = petition;
  if (!registration || !isUnresolved(petition)) return [];
  const open = concludedOn === undefined;
  return [
    ...(open && today >= plusDays(registration.receivedOn, backlog.ageDays) ? (['age'] as const) : []),
    ...(open && brought >= backlog.timesBrought ? (['repeats'] as const) : []),
    ...(isDesignated(petition) ? (['designated'] as const) : []),
  ];
};

/** Somebody put it on a list: by hand, or in a batch of a campaign (交办清单). */
const isDesignated = ({ designation, enrolments }: Petition): boolean =>
  designation !== undefined || enrolments.some(({ batch }) => batch !== undefined);

/**
 * Where a matter stands in the list of its petition office: by the day of its receipt, so that what has grown old is what the
 * list begins with, and nothing is written when a day passes. What is sponsored, brought again or put on the list stands
 * before. Undefined when it is resolved, over, or concluded without any of these: the list holds no closed case that nobody
 * asks for, however many there are.
 */
export const listingOf = (
  petition: Petition,
  units: UnitDirectory,
): { readonly unit: string; readonly day: string } | undefined => {
  const { registration, repeats, sponsorship, concludedOn } = petition;
  if (!registration || !isUnresolved(petition)) return undefined;
  const open = concludedOn === undefined;
  const unit = units.petitionOfficeOf(registration.unit);
  const marked =
    isDesignated(petition) ||
    sponsorship.proposal !== undefined ||
    sponsorship.sponsor !== undefined ||
    (open && repeats.length > 0);
  if (marked) return { unit, day: beforeEveryDay };
  return open ? { unit, day: registration.receivedOn } : undefined;
};
