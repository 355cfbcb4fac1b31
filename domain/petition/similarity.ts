/**
 * How alike two texts are, for suggesting repeats. The measure is plain on purpose, so that anybody can follow why a
 * petition was suggested: the share of pairs of neighbouring characters that both texts have (Jaccard index over character
 * bigrams). Chinese needs no segmentation for it. It reads characters, not meaning: it suggests, and a person decides.
 */

/** One spelling for what looks alike: full width, case, spaces and punctuation do not count. */
export const normalised = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** Letters of what is said in one breath: punctuation and a new line part phrases, blanks do not. */
const inPhrases = (text: string, apart: string): readonly string[] => [
  ...text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\S\n]/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, apart),
];

const bigrams = (text: string): ReadonlySet<string> => {
  const characters = [...normalised(text)];
  return new Set(characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`));
};

/** From 0 (nothing in common) to 1 (the same pairs of characters). Texts of less than two characters are like nothing. */
export const similarity = (one: string, other: string): number => {
  const [a, b] = [bigrams(one), bigrams(other)];
  const common = [...a].filter((pair) => b.has(pair)).length;
  const all = a.size + b.size - common;
  return all === 0 ? 0 : common / all;
};

/** Shorter ones are in any two texts about anything. */
const shortestPhrase = 4;
/** What is looked at of a text for phrases: comparing is quadratic, and what somebody asks for stands at the beginning. */
const lookedAt = 1_000;

/** The longest phrases that stand in both texts, longest first, none within another. What a person is shown as the reason. */
export const sharedPhrases = (one: string, other: string, most = 5): readonly string[] => {
  // Two different signs, so that what parts phrases is never in common.
  const a = inPhrases(one, '\u0001').slice(0, lookedAt);
  const b = inPhrases(other, '\u0002').slice(0, lookedAt);
  const found = new Set<string>();
  let before: number[] = [];
  for (let i = 0; i <= a.length; i += 1) {
    const row: number[] = [];
    for (let j = 0; j <= b.length; j += 1) {
      const length = i < a.length && a[i] === b[j] ? (before[j - 1] ?? 0) + 1 : 0;
      row[j] = length;
      // A phrase ends where the next characters differ.
      if (length >= shortestPhrase && (i + 1 >= a.length || a[i + 1] !== b[j + 1])) {
        found.add(a.slice(i - length + 1, i + 1).join(''));
      }
    }
    before = row;
  }
  const phrases: string[] = [];
  for (const phrase of [...found].sort((x, y) => y.length - x.length)) {
    if (!phrases.some((longer) => longer.includes(phrase))) phrases.push(phrase);
    if (phrases.length === most) break;
  }
  return phrases;
};
