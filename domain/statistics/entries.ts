import { nextMonth } from '../calendar/calendar.ts';
import type { StreamKind, StreamRef } from '../ports.ts';
import { dimensions, type Figure, type FigureKey, type OpenFigure, type Standing, type Stock } from './figures.ts';

/** Not a month: what counts for as long as it lasts. */
export const openPeriod = 'open';

/** Not a month either: what stands from one month on, until it ends. */
export const standingPeriod = 'standing';

/** One thing that counts: how much, of which figure, for which unit, in which month. */
export interface Entry {
  readonly unit: string;
  /** `yyyy-mm`, `open`, `standing` or a programme's (enrolments.ts). */
  readonly period: string;
  /** The legal day that puts it there. */
  readonly day: string;
  readonly figure: FigureKey;
  readonly count: number;
}

/** Everything that counts of one stream. The figures are the sum of all sheets, and nothing else. */
export interface Sheet {
  readonly entries: readonly Entry[];
  /** Streams whose sheets this one bears on or depends on (`linkTo`): of a petition, earlier ones that it repeats, as far as that may be known. */
  readonly repeats: readonly string[];
  /** Legal day of receipt, for the sheets of those others; of what is no petition, the day on which it began. */
  readonly receivedOn?: string;
}

/** How a sheet names another stream: a petition by its number alone. */
export const linkTo = ({ kind, id }: StreamRef): string => (kind === 'petition' ? id : `${kind}/${id}`);

/** Inverse of `linkTo`. */
export const linkedStream = (link: string): StreamRef => {
  const at = link.indexOf('/');
  return at === -1 ? { kind: 'petition', id: link } : { kind: link.slice(0, at) as StreamKind, id: link.slice(at + 1) };
};

export const isPetitionLink = (link: string): boolean => !link.includes('/');

export const emptySheet: Sheet = { entries: [], repeats: [] };

type Values = Readonly<Partial<Record<(typeof dimensions)[number], string | undefined>>>;

/** Collects entries; equal ones add up. */
export class Entries {
  readonly #entries = new Map<string, Entry>();

  /** Nothing of no unit: the clock and petitioners belong to none. */
  add(unit: string, day: string, figure: Figure, count = 1, values: Values = {}): void {
    const period = day.slice(0, 7);
    this.#put({ unit, period, day, figure, count });
    for (const dimension of dimensions) {
      const value = values[dimension];
      if (value !== undefined) this.#put({ unit, period, day, figure: `${figure}.${dimension}.${value}`, count });
    }
  }

  /**
   * What is open stands apart, by the month in which it began, so that its age needs no count of what is closed.
   * @param leader who answers for it
   */
  addOpen(unit: string, day: string, figure: OpenFigure = 'open', leader?: string): void {
    const put = (key: FigureKey) => this.#put({ unit, period: openPeriod, day, figure: key, count: 1 });
    put(openFigure(day.slice(0, 7), figure));
    if (leader !== undefined) put(`${figure}.leader.${leader}`);
  }

  /** Of a period of its own. */
  addIn(period: string, unit: string, day: string, figure: FigureKey): void {
    this.#put({ unit, period, day, figure, count: 1 });
  }

  #put(entry: Entry): void {
    if (entry.unit === '' || entry.count === 0) return;
    const key = `${entry.unit}\n${entry.day}\n${entry.period}\n${entry.figure}`;
    const known = this.#entries.get(key);
    this.#entries.set(key, known ? { ...known, count: known.count + entry.count } : entry);
  }

  /**
   * What is there from one day to another, both included: more from the month of the first day on, less from the month
   * after the last, so that no month need be counted again. Whether it is there on a day, its own record says.
   */
  addStanding(unit: string, thing: Standing | Stock, from: string, to: string | undefined): void {
    const put = (day: string, count: number) =>
      this.#put({ unit, period: standingPeriod, day, figure: standingFigure(thing, day.slice(0, 7)), count });
    put(from, 1);
    if (to !== undefined) put(`${nextMonth(to.slice(0, 7))}-01`, -1);
  }

  all(): readonly Entry[] {
    return [...this.#entries.values()].filter(({ count }) => count !== 0);
  }
}

/** Under which something that is open counts. @param month `yyyy-mm` in which it began */
export const openFigure = (month: string, figure: OpenFigure = 'open'): FigureKey => `${figure}.${month}` as FigureKey;

/** The month of an open figure's key; undefined of another key. */
export const openMonth = (key: string, figure: OpenFigure): string | undefined => {
  const [of, month = '', ...more] = key.split('.');
  return of === figure && more.length === 0 && /^\d{4}-\d{2}$/.test(month) ? month : undefined;
};

/** Under which something that stands counts. @param month `yyyy-mm` from which on it counts */
export const standingFigure = (thing: Standing | Stock, month: string): FigureKey => `${thing}.${month}` as FigureKey;

/** How many there are in a month: everything that came until then, less what ended before. */
export const standingIn = (sums: Readonly<Record<string, number>>, thing: Standing | Stock, month: string): number =>
  Object.entries(sums).reduce((sum, [key, count]) => {
    const [of, from = '', ...more] = key.split('.');
    return of === thing && more.length === 0 && from <= month ? sum + count : sum;
  }, 0);
