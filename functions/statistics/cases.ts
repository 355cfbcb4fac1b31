import { decideAccess } from '../../domain/access/policy.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { InvalidCursor } from '../../domain/errors.ts';
import { foldPetition, statusOf } from '../../domain/petition/petition.ts';
import type { Page, RecordStore, ReferenceData, StreamKind, StreamRef } from '../../domain/ports.ts';
import { type Entry, openPeriod } from '../../domain/statistics/entries.ts';
import { parseFigure } from '../../domain/statistics/figures.ts';
import type { FigureStore } from '../../domain/statistics/store.ts';
import { type Question, readFigures } from '../../domain/statistics/summary.ts';
import type { ExplainedContext } from '../shared/rules-context.ts';

export interface CaseDependencies {
  readonly records: Pick<RecordStore, 'load'>;
  readonly figures: FigureStore;
  readonly reference: Pick<ReferenceData, 'units'>;
  readonly context: () => Promise<ExplainedContext>;
}

/** One case behind a number. */
export interface Case {
  readonly kind: StreamKind;
  readonly number: string;
  readonly unit: string;
  readonly day: string;
  readonly count: number;
  readonly status?: string;
}

/** Streams that one request looks at; a page is rather short than late. */
const lookedAt = 300;

/** A unit and a period in which the figure is not zero. */
interface Place {
  readonly unit: string;
  readonly period: string;
}

/**
 * One page of the cases that a figure counts. What an officer may not read he does not see here either: the figure tells
 * how many there are, the list shows his. Undefined where there is no such figure.
 */
export const casesBehind = async (
  dependencies: CaseDependencies,
  officer: Officer,
  question: Question,
  figure: string,
  limit: number,
  cursor?: string,
): Promise<Page<Case> | undefined> => {
  if (!parseFigure(figure)) return undefined;
  const isMeant = (entry: Entry, { unit, period }: Place): boolean =>
    entry.unit === unit && entry.period === period && isOf(entry, figure, question);
  const places = await placesOf(dependencies, question, figure);
  const [from, inner] = cursor === undefined ? [0] : positionOf(cursor, places);

  const items: Case[] = [];
  let left = lookedAt;
  for (let index = from, next = inner; index < places.length; index += 1, next = undefined) {
    const place = places[index] as Place;
    do {
      const page = await dependencies.figures.streamsIn(
        place.unit,
        place.period,
        Math.min(limit - items.length, left),
        next,
      );
      for (const { stream, sheet } of page.items) {
        const entries = sheet.entries.filter((entry) => isMeant(entry, place));
        const status = entries.length === 0 ? undefined : await visible(dependencies, officer, stream, place.unit);
        for (const { day, count } of status ? entries : [])
          items.push({ kind: stream.kind, number: stream.id, unit: place.unit, day, count, ...status });
      }
      left -= page.items.length;
      next = page.cursor;
      const more = next ?? (index + 1 < places.length ? '' : undefined);
      if ((items.length >= limit || left <= 0) && more !== undefined) {
        return { items, cursor: cursorAt(places[next === undefined ? index + 1 : index] as Place, next) };
      }
    } while (next !== undefined);
  }
  return { items };
};

/** Open matters stand by the month of their receipt, whenever that was; everything else in its month. */
const isOf = (entry: Entry, figure: string, { from, to }: Question): boolean =>
  figure === 'open'
    ? entry.figure.startsWith('open.') && entry.day.slice(0, 7) >= from && entry.day.slice(0, 7) <= to
    : entry.figure === figure;

const placesOf = async (
  { figures, reference, context }: CaseDependencies,
  question: Question,
  figure: string,
): Promise<readonly Place[]> => {
  const [{ units }, all] = await Promise.all([context(), reference.units()]);
  const { months, open } = await readFigures(figures, question, all, units);
  const periods = figure === 'open' ? [[openPeriod, open] as const] : [...months];
  const counts = (sums: Readonly<Record<string, number>>): boolean =>
    figure === 'open' ? Object.keys(sums).length > 0 : (sums[figure] ?? 0) !== 0;
  return periods.flatMap(([period, of]) =>
    [...of]
      .filter(([, sums]) => counts(sums))
      .map(([unit]) => ({ unit, period }))
      .sort((a, b) => (a.unit < b.unit ? -1 : 1)),
  );
};

/** What may be told of a case; undefined where the officer may not read it. */
const visible = async (
  { records, context }: CaseDependencies,
  officer: Officer,
  { kind, id }: StreamRef,
  unit: string,
): Promise<{ status?: string } | undefined> => {
  const { units } = await context();
  // A reception day is published (Art. 18); who came in it is not told here.
  if (kind === 'session') return decideAccess(officer, 'ReadSessions', {}, units).allowed ? {} : undefined;
  if (kind === 'need') return decideAccess(officer, 'ReadNeeds', { named: unit }, units).allowed ? {} : undefined;
  // An assembly is public.
  if (kind === 'assembly') return {};
  const { events } = await records.load({ kind, id });
  const petition = foldPetition(events);
  return decideAccess(officer, 'ReadPetition', { petition }, units).allowed
    ? { status: statusOf(petition) }
    : undefined;
};

const cursorAt = ({ unit, period }: Place, inner: string | undefined): string =>
  Buffer.from(JSON.stringify([period, unit, inner ?? ''])).toString('base64url');

/** A cursor moves within the places that its reader may ask for, and nowhere else. @throws InvalidCursor */
const positionOf = (cursor: string, places: readonly Place[]): [number, string?] => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new InvalidCursor('The cursor is not readable.');
  }
  if (!Array.isArray(parsed) || parsed.length !== 3 || parsed.some((part) => typeof part !== 'string'))
    throw new InvalidCursor('The cursor is not readable.');
  const [period, unit, inner] = parsed as [string, string, string];
  // A place whose figure has become zero meanwhile is passed over.
  const at = places.findIndex((place) => place.period > period || (place.period === period && place.unit >= unit));
  if (at === -1) return [places.length];
  const same = places[at]?.period === period && places[at]?.unit === unit;
  return same && inner !== '' ? [at, inner] : [at];
};
