import { StaleVersion, Unavailable } from '../../domain/errors.ts';
import type { RecordStore, StreamRef } from '../../domain/ports.ts';
import { partly, sameSheet, weightOf } from '../../domain/statistics/counting.ts';
import { isPetitionLink, linkedStream, linkTo, type Sheet } from '../../domain/statistics/entries.ts';
import { type BroughtAgain, type CountingRules, isCountedSheet, sheetOf } from '../../domain/statistics/sheet.ts';
import type { CountedSheet, FigureStore, Replacement } from '../../domain/statistics/store.ts';

export interface RecountDependencies {
  readonly records: Pick<RecordStore, 'load'>;
  readonly figures: Pick<FigureStore, 'counted' | 'replace'>;
  readonly context: () => Promise<CountingRules>;
}

const maximumAttempts = 8;

/** Items of one transaction at most (DynamoDB). */
const itemsAtOnce = 100;

/** Other streams that one transaction takes along, of each kind: each brings a sheet and counters. */
const othersAtOnce = 3;

/** Units and months of one stream that are counted in one transaction where all are too many: each moves and files. */
const cellsAtOnce = 40;

/**
 * Counts a stream as its record stands now, instead of as it was counted last. Nothing is taken from whoever asks for it:
 * asked twice, late or in another order, it comes to the same. Answers whether anything changed.
 *
 * Petitions that repeat each other count together. Whether one was resolved at once, later ones tell; whether one is a
 * repeat, depends on whether the earlier one may be known. So a link that came or went counts the earlier one anew, and a
 * petition that begins or ceases to count the later ones, each with the counters in one transaction. What stands for a petition,
 * a whistle or its place at a centre, counts with it: it is counted by itself afterwards, and stays in the list of whom to tell
 * until it has been, so that whoever is cut off in between finds it there.
 *
 * @param version the record's at least: the head that tells of a commit can be seen before the facts of the same
 * transaction, and whoever counts without them counts nothing new and is never called again
 * @throws Unavailable when others keep counting the same, or the facts are not there yet
 */
export const recount = async (dependencies: RecountDependencies, stream: StreamRef, version = 0): Promise<boolean> => {
  for (let attempt = 1, changed = false; attempt <= maximumAttempts; ) {
    try {
      const pass = await countOnce(dependencies, stream, version);
      if (pass === 'unchanged') return changed;
      changed = true;
      if (pass === 'done') return true;
      attempt = 1; // others wait for the next pass
    } catch (error) {
      if (!(error instanceof StaleVersion)) throw error;
      attempt += 1;
    }
  }
  throw new Unavailable('The stream is being counted by others, or its facts are not to be seen yet.');
};

/**
 * Every sheet is read before the record that it is made from, and replaced only if it is still the same: whoever changes
 * what was read counts after this, or this fails.
 */
const countOnce = async (
  { records, figures, context }: RecountDependencies,
  stream: StreamRef,
  version: number,
): Promise<'unchanged' | 'done' | 'more'> => {
  const rules = await context();
  const self = linkTo(stream);
  const read = new Map<string, Promise<CountedSheet>>();
  const counted = (link: string): Promise<CountedSheet> => {
    const known = read.get(link) ?? figures.counted(linkedStream(link));
    read.set(link, known);
    return known;
  };
  /** @param of knows of a petition whether it counts */
  const countAs = async (link: string, broughtAgain: BroughtAgain, of: (petition: string) => Promise<boolean>) => {
    const { kind, id } = linkedStream(link);
    const { events, version: there } = await records.load({ kind, id });
    if (link === self && there < version) throw new StaleVersion(there);
    // Once without the others, to know which they are.
    const alone = sheetOf(kind, events, { broughtAgain, counts: () => false }, rules);
    const petitions = alone.repeats.filter(isPetitionLink);
    if (petitions.length === 0) return alone;
    const known = new Set<string>();
    for (const petition of petitions) if (await of(petition)) known.add(petition);
    return sheetOf(kind, events, { broughtAgain, counts: (petition) => known.has(petition) }, rules);
  };
  const asCounted = async (petition: string): Promise<boolean> => isCountedSheet((await counted(petition)).sheet);

  const before = await counted(self);
  // What stands for it is told what was counted last, before anything is counted anew.
  const standing = before.tell.filter((link) => !isPetitionLink(link));
  for (const link of standing) await recount({ records, figures, context }, linkedStream(link));
  const sheet = await countAs(self, before.broughtAgain, asCounted);
  const flips = isCountedSheet(before.sheet) !== isCountedSheet(sheet);
  const left = before.tell.filter(isPetitionLink);
  const tell = flips ? [...new Set([...left, ...Object.keys(before.broughtAgain)])] : left;
  if (sameSheet(before.sheet, sheet) && before.tell.length === 0) return 'unchanged';

  const links = changedLinks(before.sheet, sheet);
  const [linked, unlinked] = [links.slice(0, othersAtOnce), links.slice(othersAtOnce)];
  const told = tell.filter(isPetitionLink).slice(0, othersAtOnce);
  const untold = tell.filter((link) => !told.includes(link));
  const replacements: Replacement[] = [];
  for (const link of new Set([...linked, ...told])) {
    const other = await counted(link);
    const broughtAgain = linked.includes(link) ? linkedTo(other.broughtAgain, self, link, sheet) : other.broughtAgain;
    const now = await countAs(link, broughtAgain, async (petition) =>
      petition === self ? isCountedSheet(sheet) : asCounted(petition),
    );
    // Its own links, and whether it counts, are for its own recount to pass on.
    const { receivedOn: _own, ...rest } = now;
    const kept = other.sheet.receivedOn === undefined ? {} : { receivedOn: other.sheet.receivedOn };
    const after = { sheet: { ...rest, repeats: other.sheet.repeats, ...kept }, broughtAgain, tell: other.tell };
    replacements.push({ stream: linkedStream(link), before: other, after });
  }
  // Links that wait for the next pass stand as they stood, so that it finds them.
  const repeats = [
    ...sheet.repeats.filter((link) => !unlinked.includes(link)),
    ...before.sheet.repeats.filter((link) => unlinked.includes(link)),
  ];
  const after = { sheet: { ...sheet, repeats }, broughtAgain: before.broughtAgain, tell: untold };
  replacements.push({ stream, before, after });
  if (weightOf(replacements) > itemsAtOnce) {
    const part = partly(before.sheet, sheet, cellsAtOnce);
    // The rest of it and whoever is linked to it follow with the next passes, which find everything else as it was.
    if (part) {
      await figures.replace([{ stream, before, after: { ...before, sheet: part } }]);
      return 'more';
    }
  }
  await figures.replace(replacements);
  return unlinked.length > 0 || untold.length > 0 ? 'more' : 'done';
};

const linkedTo = (
  others: BroughtAgain,
  later: string,
  earlier: string,
  { repeats, receivedOn }: Sheet,
): BroughtAgain => {
  const { [later]: _, ...rest } = others;
  return repeats.includes(earlier) && receivedOn !== undefined ? { ...rest, [later]: receivedOn } : rest;
};

/** Streams whose sheets hear of this one's links, or of its day of receipt. */
const changedLinks = (before: Sheet, after: Sheet): readonly string[] =>
  [...new Set([...before.repeats, ...after.repeats])]
    .filter(
      (link) =>
        before.repeats.includes(link) !== after.repeats.includes(link) || before.receivedOn !== after.receivedOn,
    )
    .sort();
