import { decideAccess } from '../../domain/access/policy.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { foldPlacement, standingOfPlacement } from '../../domain/centre/placement-history.ts';
import { foldPetition, statusOf } from '../../domain/petition/petition.ts';
import type { Clock, Page, RecordStore, ReferenceData, StreamKind, StreamRef } from '../../domain/ports.ts';
import { type Entry, openMonth, openPeriod, standingIn, standingPeriod } from '../../domain/statistics/entries.ts';
import { isOpenFigure, isStockFigure, parseFigure } from '../../domain/statistics/figures.ts';
import type { FigureStore } from '../../domain/statistics/store.ts';
import { type Question, readFigures } from '../../domain/statistics/summary.ts';
import { whistleStatus } from '../../domain/whistle/state.ts';
import { foldWhistle } from '../../domain/whistle/whistle-history.ts';
import { areaPage } from '../shared/area-page.ts';
import type { ExplainedContext } from '../shared/rules-context.ts';

export interface CaseDependencies {
  readonly records: Pick<RecordStore, 'load'>;
  readonly figures: FigureStore;
  readonly reference: Pick<ReferenceData, 'units'>;
  readonly context: () => Promise<ExplainedContext>;
  readonly clock: Clock;
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
  const places = new Map((await placesOf(dependencies, question, figure)).map((place) => [nameOf(place), place]));
  let left = lookedAt;
  const read = async (name: string, wanted: number, from?: string): Promise<Page<Case>> => {
    const { unit, period } = places.get(name) as Place;
    const items: Case[] = [];
    let next = from;
    do {
      if (left <= 0) return { items, cursor: next ?? '' };
      const page = await dependencies.figures.streamsIn(unit, period, Math.min(wanted - items.length, left), next);
      for (const { stream, sheet } of page.items) {
        const counted = sheet.entries.filter(
          (entry) => entry.unit === unit && entry.period === period && isOf(entry, figure, question),
        );
        // What lay there and lies no longer has come and gone.
        const gone = isStockFigure(figure) && counted.reduce((sum, { count }) => sum + count, 0) === 0;
        const entries = gone ? [] : counted;
        const status = entries.length === 0 ? undefined : await visible(dependencies, officer, stream, unit);
        for (const { day, count } of status ? entries : [])
          items.push({ kind: stream.kind, number: stream.id, unit, day, count, ...status });
      }
      left -= page.items.length;
      next = page.cursor;
    } while (next !== undefined && items.length < wanted);
    return { items, ...(next === undefined ? {} : { cursor: next }) };
  };
  return areaPage([...places.keys()], read, limit, cursor, { mostUnits: Number.POSITIVE_INFINITY, ordered: true });
};

/** In the order in which places are read. */
const nameOf = ({ unit, period }: Place): string => `${period} ${unit}`;

/** What is open stands by the month in which it began, whenever that was; everything else in its month. */
const isOf = (entry: Entry, figure: string, { from, to }: Question): boolean => {
  if (isStockFigure(figure)) return standingIn({ [entry.figure]: 1 }, figure, to) > 0;
  if (!isOpenFigure(figure)) return entry.figure === figure;
  const month = openMonth(entry.figure, figure);
  return month !== undefined && from <= month && month <= to;
};

const placesOf = async (
  { figures, reference, context }: CaseDependencies,
  question: Question,
  figure: string,
): Promise<readonly Place[]> => {
  const [{ units }, all] = await Promise.all([context(), reference.units()]);
  const { months, open, standing } = await readFigures(figures, question, all, units);
  const periods = isOpenFigure(parseFigure(figure)?.figure ?? '')
    ? [[openPeriod, open] as const]
    : isStockFigure(figure)
      ? [[standingPeriod, standing] as const]
      : [...months];
  const counts = (sums: Readonly<Record<string, number>>): boolean =>
    isStockFigure(figure)
      ? standingIn(sums, figure, question.to) !== 0
      : isOpenFigure(figure)
        ? Object.keys(sums).some((key) => openMonth(key, figure) !== undefined)
        : (sums[figure] ?? 0) !== 0;
  return periods.flatMap(([period, of]) =>
    [...of]
      .filter(([, sums]) => counts(sums))
      .map(([unit]) => ({ unit, period }))
      .sort((a, b) => (a.unit < b.unit ? -1 : 1)),
  );
};

/** What may be told of a case; undefined where the officer may not read it. */
const visible = async (
  { records, context, clock }: CaseDependencies,
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
  if (kind === 'briefing')
    return decideAccess(officer, 'ReadBriefings', { named: unit }, units).allowed ? {} : undefined;
  if (kind === 'list-item')
    return decideAccess(officer, 'ReadListItems', { named: unit }, units).allowed ? {} : undefined;
  const { events } = await records.load({ kind, id });
  // What stands for a petition is asked of with it: sealed meanwhile, or with him recused, it is out of his sight as well.
  const behind = async (number: string | undefined) => ({
    at: clock.now(),
    ...(number === undefined
      ? {}
      : { petition: foldPetition((await records.load({ kind: 'petition', id: number })).events) }),
  });
  if (kind === 'whistle') {
    const whistle = foldWhistle(events);
    const target = { whistle, ...(await behind(whistle.content?.petition)) };
    return decideAccess(officer, 'ReadWhistle', target, units).allowed ? { status: whistleStatus(whistle) } : undefined;
  }
  if (kind === 'placement') {
    const placement = foldPlacement(events);
    const target = { ...standingOfPlacement(placement), ...(await behind(id)) };
    return decideAccess(officer, 'ReadPlacement', target, units).allowed
      ? { status: placement.resolved ? 'resolved' : 'open' }
      : undefined;
  }
  const petition = foldPetition(events);
  return decideAccess(officer, 'ReadPetition', { petition }, units).allowed
    ? { status: statusOf(petition) }
    : undefined;
};
