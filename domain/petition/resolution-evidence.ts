import { Refusal } from '../errors.ts';
import type { Petition } from './state.ts';

/** What shows that a dispute is resolved (化解): a fact outside the file, never a promise of the petitioner. */
export const resolutionEvidence = ['agreement-performed', 'opinion-performed', 'return-visit'] as const;
export type ResolutionEvidence = (typeof resolutionEvidence)[number];

/** Refuses evidence of something that the record knows has not come that far. @throws Refusal */
export const requireResolutionEvidence = (petition: Petition, evidence: ResolutionEvidence, pointer: string): void => {
  if (petition.opinions.length === 0 && petition.mediations.length === 0) {
    throw new Refusal(
      'not-the-step',
      'There is neither an opinion nor an agreement that could have resolved the dispute.',
    );
  }
  const performed = petition.mediations.some(
    ({ agreement }) =>
      agreement?.effectiveOn !== undefined &&
      agreement.obligations.every(({ performedOn }) => performedOn !== undefined),
  );
  if (evidence === 'agreement-performed' && !performed) {
    throw new Refusal('rule-violated', 'No agreement has been performed in full.', { pointer });
  }
  if (
    evidence === 'opinion-performed' &&
    !petition.opinions.some(({ servedOn, quashed }) => servedOn !== undefined && !quashed)
  ) {
    throw new Refusal('rule-violated', 'No opinion has been served.', { pointer });
  }
};
