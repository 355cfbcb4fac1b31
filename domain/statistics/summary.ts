import { nextMonth } from '../calendar/calendar.ts';
import type { Baseline, Configuration } from '../configuration.ts';
import { levels, type Unit, type UnitDirectory } from '../organisation/unit.ts';
import { openPeriod, standingPeriod } from './entries.ts';
import {
  type Figure,
  type FigureKey,
  type Indicator,
  type IndicatorDefinition,
  indicators,
  parseFigure,
  type Standing,
  standings,
} from './figures.ts';
import type { FigureStore, UnitFigures } from './store.ts';

/** Months of a question at most: five years. */
export const maximumMonths = 60;

/** Units that are read one by one; of more than these the whole month is read and the rest left out. */
const unitsOneByOne = 25;

/** Which figures are asked for. */
export interface Question {
  readonly unit: string;
  /** First and last month, `yyyy-mm`. */
  readonly from: string;
  readonly to: string;
  /** Also those of every unit below. */
  readonly below: boolean;
}

/** Months from one to another, both included. */
export const monthsBetween = (from: string, to: string): readonly string[] => {
  const months: string[] = [];
  for (let month = from; month <= to && months.length <= maximumMonths; month = nextMonth(month)) months.push(month);
  return months;
};

/** Whole months from one to another. */
const monthsApart = (earlier: string, later: string): number => {
  const of = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7));
  return of(later) - of(earlier);
};

/** Everything that was read to answer a question: figures by month and unit, the open matters, and what stands. */
export interface Read {
  readonly months: ReadonlyMap<string, UnitFigures>;
  readonly open: UnitFigures;
  readonly standing: UnitFigures;
}

/** Reads the counters of a question: one read for each month, one for what is open and one for what stands, however many cases are behind it. */
export const readFigures = async (
  store: Pick<FigureStore, 'figures'>,
  question: Question,
  all: readonly Unit[],
  units: UnitDirectory,
): Promise<Read> => {
  const inScope = (id: string): boolean => (question.below ? units.isWithin(id, question.unit) : id === question.unit);
  const named = question.below ? all.filter(({ id }) => inScope(id)).map(({ id }) => id) : [question.unit];
  const read = async (period: string): Promise<UnitFigures> => {
    const found = await store.figures(period, named.length <= unitsOneByOne ? named : undefined);
    return new Map([...found].filter(([unit]) => inScope(unit)));
  };
  const months = monthsBetween(question.from, question.to);
  const [open, standing, ...byMonth] = await Promise.all([read(openPeriod), read(standingPeriod), ...months.map(read)]);
  return {
    months: new Map(months.map((month, index) => [month, byMonth[index] ?? new Map()])),
    open: open ?? new Map(),
    standing: standing ?? new Map(),
  };
};

type Sums = Readonly<Record<string, number>>;

const addTo = (sums: Record<string, number>, more: Sums): Record<string, number> => {
  for (const [figure, count] of Object.entries(more)) sums[figure] = (sums[figure] ?? 0) + count;
  return sums;
};

const sumOf = (parts: Iterable<Sums>): Sums => [...parts].reduce<Record<string, number>>(addTo, {});

/** A ratio with both its parts. No value is given where nothing was counted: nothing is not a hundred per cent. */
export interface IndicatorValue {
  readonly indicator: Indicator;
  readonly name: string;
  readonly numerator: number;
  readonly denominator: number;
  readonly value: number | null;
  /** What may still come into the denominator of these months. */
  readonly pending?: number;
  readonly formula: string;
  readonly source: string;
}

/** The ratios of a sum of figures; to four digits. */
export const indicatorsOf = (sums: Sums): readonly IndicatorValue[] =>
  (Object.entries(indicators) as [Indicator, IndicatorDefinition][]).map(([indicator, definition]) => {
    const { name, formula, source, pending } = definition;
    const [numerator, denominator] = [sums[definition.numerator] ?? 0, sums[definition.denominator] ?? 0];
    return {
      indicator,
      name,
      numerator,
      denominator,
      value: denominator === 0 ? null : Math.round((numerator / denominator) * 10_000) / 10_000,
      ...(pending === undefined ? {} : { pending: sums[pending] ?? 0 }),
      formula,
      source,
    };
  });

/** Open matters of an age, in months begun. */
export interface AgeBracket {
  readonly fromMonths: number;
  /** Absent for the oldest. */
  readonly toMonths?: number;
  readonly open: number;
}

/** How old the open matters are on a day, by the month of their receipt. @param ages upper bounds in months, as configured */
export const agesOf = (open: Sums, month: string, ages: readonly number[]): readonly AgeBracket[] => {
  const bounds = [0, ...[...ages].sort((a, b) => a - b)];
  const byMonth = Object.entries(open).map(([key, count]) => ({
    age: Math.max(0, monthsApart(key.slice(key.indexOf('.') + 1), month)),
    count,
  }));
  return bounds.map((fromMonths, index) => {
    const toMonths = bounds[index + 1];
    const of = byMonth.filter(({ age }) => age >= fromMonths && (toMonths === undefined || age < toMonths));
    return {
      fromMonths,
      ...(toMonths === undefined ? {} : { toMonths }),
      open: of.reduce((sum, { count }) => sum + count, 0),
    };
  });
};

/** How many are there in a month. @param sums by thing and the month from which on it counts @param month `yyyy-mm` */
const standingIn = (sums: Sums, month: string): Record<Standing, number> => {
  const count = (thing: string): number =>
    Object.entries(sums).reduce((sum, [key, by]) => {
      const [of = '', from = ''] = key.split('.');
      return of === thing && from <= month ? sum + by : sum;
    }, 0);
  return Object.fromEntries(Object.keys(standings).map((thing) => [thing, count(thing)])) as Record<Standing, number>;
};

export interface Statistics extends Question {
  readonly unitName: string;
  /** Legal day of the answer: what is open and how old it is, is told as of this day. */
  readonly asOf: string;
  readonly figures: Sums;
  readonly indicators: readonly IndicatorValue[];
  readonly months: readonly { readonly month: string; readonly figures: Sums }[];
  readonly byUnit: readonly {
    readonly unit: string;
    readonly name: string;
    readonly level: string;
    readonly figures: Sums;
    readonly open: number;
  }[];
  /** Leaders' receptions (接访): days, batches (批次) and persons (人次) by level of the unit and month. */
  readonly receptions: readonly {
    readonly level: string;
    readonly month: string;
    readonly receptions: number;
    readonly batches: number;
    readonly persons: number;
  }[];
  readonly open: number;
  readonly ages: readonly AgeBracket[];
  /** What was there in the last month of the question. */
  readonly standing: Readonly<Record<Standing, number>>;
  /** Units of the question about which most was complained, most first. */
  readonly mostComplained: readonly { readonly unit: string; readonly name: string; readonly appeals: number }[];
  /** Published by others, for the same unit; never part of a figure. */
  readonly baselines: readonly Baseline[];
}

const only = (sums: Sums, keep: (figure: string) => boolean): Sums =>
  Object.fromEntries(
    Object.entries(sums)
      .filter(([figure]) => keep(figure))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

const total = (sums: Sums): number => Object.values(sums).reduce((sum, count) => sum + count, 0);

/** How many units are named as most complained of. */
const mostNamed = 20;

/** The answer to a question. @param asOf legal day */
export const statisticsOf = (
  question: Question,
  { months, open, standing }: Read,
  units: UnitDirectory,
  configuration: Configuration,
  asOf: string,
): Statistics => {
  const name = (unit: string) => units.get(unit)?.name ?? unit;
  const perUnit = new Map<string, Record<string, number>>();
  for (const of of months.values())
    for (const [unit, sums] of of) perUnit.set(unit, addTo(perUnit.get(unit) ?? {}, sums));
  const named = [...new Set([...perUnit.keys(), ...open.keys()])].sort();
  const figures = only(sumOf(perUnit.values()), () => true);
  const openSums = sumOf(open.values());
  return {
    ...question,
    unitName: name(question.unit),
    asOf,
    figures,
    indicators: indicatorsOf(figures),
    months: [...months].map(([month, of]) => ({ month, figures: only(sumOf(of.values()), isWhole) })),
    byUnit: named.map((unit) => ({
      unit,
      name: name(unit),
      level: units.get(unit)?.level ?? '',
      figures: only(perUnit.get(unit) ?? {}, isWhole),
      open: total(open.get(unit) ?? {}),
    })),
    receptions: levels.flatMap((level) =>
      [...months].flatMap(([month, of]) => {
        const sums = sumOf([...of].filter(([unit]) => units.get(unit)?.level === level).map(([, each]) => each));
        const { receptions = 0, batches = 0, 'persons-received': persons = 0 } = sums;
        return batches === 0 ? [] : [{ level, month, receptions, batches, persons }];
      }),
    ),
    open: total(openSums),
    ages: agesOf(openSums, asOf.slice(0, 7), configuration.figures.ageMonths),
    standing: standingIn(sumOf(standing.values()), question.to),
    mostComplained: [...perUnit]
      .map(([unit, sums]) => ({ unit, name: name(unit), appeals: sums['received.purpose.appeal'] ?? 0 }))
      .filter(({ appeals }) => appeals > 0)
      .sort((a, b) => b.appeals - a.appeals || (a.unit < b.unit ? -1 : 1))
      .slice(0, mostNamed),
    baselines: configuration.baselines.filter(({ unit }) => unit === question.unit),
  };
};

/** A figure itself, not a part of it by some dimension. */
const isWhole = (key: string): boolean => !key.includes('.');

/** The figures that a key asks for, as they are named in reports. */
export const nameOfFigure = (key: string): string => {
  const parsed = parseFigure(key);
  if (!parsed) return key;
  const { definition, value } = parsed;
  return value === undefined ? definition.name : `${definition.name}：${value}`;
};

export type { Figure, FigureKey };
