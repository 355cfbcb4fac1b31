import { Refusal } from '../errors.ts';
import type { Petition } from './state.ts';

/** What shows that a dispute is resolved (化解): a fact outside the file, never a promise of the petitioner. */
export const resolutionEvidence = ['agreement-performed', 'opinion-performed', 'return-visit'] as const;
export type ResolutionEvidence = (typeof resolutionEvidence)[number];

const latest = (days: readonly string[]): string | undefined => [...days].sort().at(-1);

/** The legal day on which the opinion that stands was served, or the review that changed it. What was set aside has none. */
const answeredOn = ({ opinions, reviews }: Petition): string | undefined => {
  const index = opinions.findLastIndex(({ servedOn, quashed }) => servedOn !== undefined && !quashed);
  const changed = reviews.findLast(({ outcome, opinion }) => outcome === 'change' && opinion === index + 1);
  return latest([opinions[index]?.servedOn, changed?.servedOn].filter((day) => day !== undefined));
};

/** The legal day on which the last agreement was performed in full. One from before the matter was opened again shows nothing. */
const performedOn = ({ mediations }: Petition): string | undefined =>
  latest(
    mediations.flatMap(({ agreement, setAside }) => {
      if (agreement?.effectiveOn === undefined || setAside !== undefined) return [];
      const days = agreement.obligations.map((each) => each.performedOn);
      const performed = days.filter((day) => day !== undefined);
      return performed.length < days.length ? [] : [latest([agreement.effectiveOn, ...performed]) ?? ''];
    }),
  );

/**
 * The legal day from which on something can be said of the evidence: what the petitioner is asked about on a return visit is
 * there. Of the present round alone: an opinion that a review or a reopening set aside, and what was agreed before, count no
 * more. Undefined: there is nothing of it.
 */
export const shownFrom = (petition: Petition, evidence: ResolutionEvidence): string | undefined => {
  if (evidence === 'opinion-performed') return answeredOn(petition);
  if (evidence === 'agreement-performed') return performedOn(petition);
  return [answeredOn(petition), performedOn(petition)].filter((day) => day !== undefined).sort()[0];
};

/** Refuses evidence of something that the record knows has not come that far. @throws Refusal */
export const requireResolutionEvidence = (petition: Petition, evidence: ResolutionEvidence, pointer: string): void => {
  if (shownFrom(petition, evidence) !== undefined) return;
  const nothing = petition.opinions.length === 0 && petition.mediations.length === 0;
  if (nothing || evidence === 'return-visit')
    throw new Refusal(
      'not-the-step',
      'There is neither an opinion that was served and stands nor an agreement that was performed: nothing that could have resolved the dispute.',
    );
  throw new Refusal(
    'rule-violated',
    evidence === 'agreement-performed' ? 'No agreement has been performed in full.' : 'No opinion has been served.',
    { pointer },
  );
};
