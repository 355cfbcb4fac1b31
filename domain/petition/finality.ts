import { limits } from '../limits.ts';
import { type Petition, reviewWindow } from './state.ts';

/** Why nothing more can be asked for within the petition system (终结). */
export interface Finality {
  readonly ground: 'recheck' | 'lapsed';
  /** First legal day on which it is final. */
  readonly since: string;
  readonly basis: 'R35' | 'R36';
}

/**
 * Final (终结): after the recheck opinion has been served (Art. 36), or when the days for asking for review or recheck have
 * passed unused (Art. 35, 36). Follows from the record and the day; it is never a fact of its own. Support goes on after it
 * (Art. 37). That the same matter is no longer accepted the Regulation says of recheck alone; after a lapse it is a local
 * rule, which is why the ground is named.
 */
export const finalityOf = (petition: Petition, today: string): Finality | undefined => {
  const opinion = petition.opinions.at(-1);
  if (opinion?.servedOn === undefined || opinion.quashed) return undefined;
  const review = petition.reviews.at(-1);
  const current = review?.opinion === petition.opinions.length ? review : undefined;
  if (current?.level === 'recheck' && current.servedOn !== undefined && current.outcome !== 'quash') {
    return { ground: 'recheck', since: current.servedOn, basis: 'R36' };
  }
  // Under way: neither rejected nor answered yet.
  if (current && current.admitted !== false && current.servedOn === undefined) return undefined;
  const window = reviewWindow(petition);
  if (!window || today <= window.due) return undefined;
  const next = new Date(Date.parse(window.due) + 86_400_000).toISOString().slice(0, 10);
  return {
    ground: 'lapsed',
    since: next,
    basis: window.limit === 'review-request' ? limits.review.basis : limits.recheck.basis,
  };
};
