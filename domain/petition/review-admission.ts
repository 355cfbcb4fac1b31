import { Refusal } from '../errors.ts';
import { registered } from './guards.ts';
import type { Context, Petition, Review } from './state.ts';

/** Why a request is not admitted: beyond the original requests, nothing specific asked, not by the petitioner, taken already. */
export const rejectionGrounds = [
  'beyond-original-requests',
  'no-specific-request',
  'not-the-petitioner',
  'already-taken',
] as const;
export type RejectionGround = (typeof rejectionGrounds)[number];

/** Review follows the opinion, recheck follows the review; after an opinion was decided anew, review is open anew. */
export const nextLevel = (petition: Petition): Review['level'] => {
  const last = petition.reviews.at(-1);
  if (!last || last.opinion !== petition.opinions.length) return 'review';
  if (last.admitted === false || last.servedOn === undefined) return last.level;
  if (last.outcome === 'quash') return 'review';
  if (last.level === 'recheck') {
    throw new Refusal('rule-violated', 'After recheck the same facts and reasons are not accepted again.', {
      basis: 'R36',
    });
  }
  return 'recheck';
};

/** Who asks for a joint petition: representatives of the group; for recheck those of the review where a local rule says so. */
export const askingRepresentatives = (
  named: readonly string[] | undefined,
  level: Review['level'],
  petition: Petition,
  { configuration: { recheckRepresentatives } }: Context,
): readonly string[] | undefined => {
  const { petitioner } = registered(petition);
  if (petitioner.form !== 'joint') {
    if (named)
      throw new Refusal('rule-violated', 'Only a joint petition has representatives.', { pointer: '/representatives' });
    return undefined;
  }
  const current = petitioner.representatives.map(({ name }) => name);
  const names = named ?? current;
  const before = petition.reviews.findLast((each) => each.level === 'review')?.representatives;
  if (level === 'recheck' && recheckRepresentatives && before) {
    if (names.length === before.length && before.every((name) => names.includes(name))) return names;
    throw new Refusal(
      'rule-violated',
      `Recheck is asked for by the representatives who asked for review: ${before.join('、')} (${recheckRepresentatives.source}).`,
      { pointer: '/representatives', basis: 'R36' },
    );
  }
  const stranger = names.find((name) => !current.includes(name));
  if (stranger !== undefined || names.length === 0) {
    throw new Refusal('rule-violated', `Review is asked for by representatives of the group: ${current.join('、')}.`, {
      pointer: '/representatives',
      basis: 'R20',
    });
  }
  return names;
};
