import { normalised, sharedPhrases, similarity } from './similarity.ts';
import type { Petition } from './state.ts';

/** What a matter is about, as far as it is known while somebody is still registering it. */
export interface Matter {
  readonly unit?: string;
  readonly category?: string;
  readonly place?: string;
  /** Subject and requests. */
  readonly text?: string;
}

/** Why a person's earlier petition was found: the keyed hash that is the same. */
export const personReasons = ['same identity number', 'same phone', 'same name and address'] as const;
export type PersonReason = (typeof personReasons)[number];
export type RepeatReason = PersonReason | 'same unit' | 'same category' | 'same place' | 'similar text';

/** Only for the order of suggestions: what says more about the same person and the same matter stands first. */
const strengths: Readonly<Record<RepeatReason, number>> = {
  'same identity number': 3,
  'same phone': 2,
  'same name and address': 2,
  'similar text': 3,
  'same place': 2,
  'same category': 1,
  'same unit': 1,
};

/** An earlier petition that may be the same matter (重复信访), with everything that speaks for it. */
export interface RepeatSuggestion {
  readonly petition: Petition;
  readonly why: readonly RepeatReason[];
  readonly strength: number;
  /** From 0 to 1, of subject and requests; absent when no text was given. */
  readonly similarity?: number;
  readonly sharedPhrases: readonly string[];
}

/** The words by which matters are compared: what it is about and what is asked for. */
export const matterText = ({ subject, requests }: { readonly subject: string; readonly requests: readonly string[] }) =>
  [subject, ...requests].join('\n');

const samePlace = (one: string | undefined, other: string | undefined): boolean => {
  const [a, b] = [normalised(one ?? ''), normalised(other ?? '')];
  return a.length >= 2 && b.length >= 2 && (a.includes(b) || b.includes(a));
};

/**
 * Suggests a petition of the same person as a repeat. The same person alone is enough to be suggested, since only a person
 * can judge the matter; what the matters have in common moves it up. Nothing is linked by this.
 */
export const suggestRepeat = (
  petition: Petition,
  persons: readonly PersonReason[],
  matter: Matter,
  threshold: number,
): RepeatSuggestion => {
  const { registration, route } = petition;
  const text = registration ? matterText(registration) : '';
  const alike = matter.text === undefined ? undefined : similarity(matter.text, text);
  const similar = alike !== undefined && alike >= threshold;
  const why: RepeatReason[] = [
    ...personReasons.filter((reason) => persons.includes(reason)),
    ...(similar ? (['similar text'] as const) : []),
    ...(samePlace(matter.place, registration?.place) ? (['same place'] as const) : []),
    ...(matter.category !== undefined && matter.category === route?.category ? (['same category'] as const) : []),
    ...(matter.unit !== undefined && [registration?.unit, route?.competentUnit].includes(matter.unit)
      ? (['same unit'] as const)
      : []),
  ];
  return {
    petition,
    why,
    strength: why.reduce((sum, reason) => sum + strengths[reason], 0),
    ...(alike === undefined ? {} : { similarity: Math.round(alike * 100) / 100 }),
    sharedPhrases: similar ? sharedPhrases(matter.text ?? '', text) : [],
  };
};

const receipt = ({ petition }: RepeatSuggestion): string => petition.registration?.receivedOn ?? '';

/** Strongest first; of equals the one that is most alike, then the latest. */
export const byStrength = (a: RepeatSuggestion, b: RepeatSuggestion): number =>
  b.strength - a.strength ||
  (b.similarity ?? 0) - (a.similarity ?? 0) ||
  receipt(b).localeCompare(receipt(a)) ||
  a.petition.number.localeCompare(b.petition.number);

/** What statistics count of registrations. */
export interface Counts {
  /** 件: each receipt once, whatever it is linked to. */
  readonly registrations: number;
  /** 初件: not linked to an earlier one. */
  readonly firstTime: number;
  /** 重件: linked to at least one earlier one. */
  readonly repeat: number;
  /** 人次: everybody who stands behind the receipts, each receipt anew. */
  readonly persons: number;
}

const personsBehind = ({ registration }: Pick<Petition, 'registration'>): number => {
  if (!registration) return 0;
  return registration.petitioner.form === 'joint' ? registration.petitioner.headcount : 1;
};

/**
 * Counts by the links that stand now: nothing is counted when a link is made, so taking it back restores the count. A part
 * that was split off (registration.parent) is no receipt of its own and counts nothing.
 */
export const countsOf = (petitions: readonly Pick<Petition, 'registration' | 'repeats'>[]): Counts => {
  const receipts = petitions.filter(({ registration }) => registration && registration.parent === undefined);
  const repeat = receipts.filter(({ repeats }) => repeats.length > 0).length;
  return {
    registrations: receipts.length,
    firstTime: receipts.length - repeat,
    repeat,
    persons: receipts.reduce((sum, each) => sum + personsBehind(each), 0),
  };
};
