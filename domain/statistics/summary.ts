import { nextMonth } from '../calendar/calendar.ts';
import type { Baseline, Configuration } from '../configuration.ts';
import { type Branch, branches, levels, type Unit, type UnitDirectory } from '../organisation/unit.ts';
import { openMonth, openPeriod, standingIn, standingPeriod } from './entries.ts';
import {
  type Figure,
  type FigureKey,
  type Indicator,
  type IndicatorDefinition,
  indicators,
  type OpenFigure,
  parseFigure,
  type Standing,
  standings,
  stockFigures,
} from './figures.ts';
import type { CountProgress } from './progress.ts';
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

/** What is open of an age, in months begun. */
export interface AgeBracket {
  readonly fromMonths: number;
  /** Absent for the oldest. */
  readonly toMonths?: number;
  readonly open: number;
}

/** Counts of an open figure by the month in which it began. */
const byMonth = (open: Sums, figure: OpenFigure): readonly (readonly [string, number])[] =>
  Object.entries(open).flatMap(([key, count]) => {
    const month = openMonth(key, figure);
    return month === undefined ? [] : [[month, count] as const];
  });

const openOf = (open: Sums, figure: OpenFigure): number =>
  byMonth(open, figure).reduce((sum, [, count]) => sum + count, 0);

/** How old what is open is on a day, by the month in which it began. @param ages upper bounds in months, as configured */
export const agesOf = (
  open: Sums,
  figure: OpenFigure,
  month: string,
  ages: readonly number[],
): readonly AgeBracket[] => {
  const bounds = [0, ...[...ages].sort((a, b) => a - b)];
  const aged = byMonth(open, figure).map(([began, count]) => ({ age: Math.max(0, monthsApart(began, month)), count }));
  return bounds.map((fromMonths, index) => {
    const toMonths = bounds[index + 1];
    const of = aged.filter(({ age }) => age >= fromMonths && (toMonths === undefined || age < toMonths));
    return {
      fromMonths,
      ...(toMonths === undefined ? {} : { toMonths }),
      open: of.reduce((sum, { count }) => sum + count, 0),
    };
  });
};

/** What one leader has received and sponsored in these months, and what he owes today. */
export interface LeaderTotals {
  readonly unit: string;
  readonly unitName: string;
  readonly leader: string;
  readonly receptions: number;
  readonly batches: number;
  readonly persons: number;
  readonly solved: number;
  readonly commitments: number;
  readonly commitmentsDone: number;
  readonly commitmentsLate: number;
  readonly sponsored: number;
  readonly sponsoredResolved: number;
  /** As of today, whenever it began. */
  readonly commitmentsOpen: number;
  readonly sponsoredOpen: number;
}

/** Totals by unit and leader. @param month sums of the months by unit @param open what is open by unit */
const leadersOf = (
  perUnit: ReadonlyMap<string, Sums>,
  open: UnitFigures,
  name: (unit: string) => string,
): readonly LeaderTotals[] =>
  [...new Set([...perUnit.keys(), ...open.keys()])].sort().flatMap((unit) => {
    const [counted, owed] = [perUnit.get(unit) ?? {}, open.get(unit) ?? {}];
    const leaders = [...Object.keys(counted), ...Object.keys(owed)].flatMap((key) => {
      const { dimension, value } = parseFigure(key) ?? {};
      return dimension === 'leader' && value !== undefined ? [value] : [];
    });
    return [...new Set(leaders)].sort().map((leader) => {
      const of = (sums: Sums, figure: Figure): number => sums[`${figure}.leader.${leader}`] ?? 0;
      return {
        unit,
        unitName: name(unit),
        leader,
        receptions: of(counted, 'receptions'),
        batches: of(counted, 'batches'),
        persons: of(counted, 'persons-received'),
        solved: of(counted, 'solved-on-the-spot'),
        commitments: of(counted, 'commitments'),
        commitmentsDone: of(counted, 'commitments-done'),
        commitmentsLate: of(counted, 'commitments-late'),
        sponsored: of(counted, 'sponsored'),
        sponsoredResolved: of(counted, 'sponsored-resolved'),
        commitmentsOpen: of(owed, 'commitments-open'),
        sponsoredOpen: of(owed, 'sponsored-open'),
      };
    });
  });

/** Where matters of a level's centres are worked on. */
export interface LevelTotals {
  readonly level: string;
  readonly takenIn: number;
  readonly sentDown: number;
  readonly comeUp: number;
  readonly placed: number;
  readonly settled: number;
}

const placementLevelsOf = (sums: Sums): readonly LevelTotals[] =>
  levels.flatMap((level) => {
    const of = (figure: Figure): number => sums[`${figure}.level.${level}`] ?? 0;
    const totals = {
      level,
      takenIn: of('taken-in'),
      sentDown: of('sent-down'),
      comeUp: of('come-up'),
      placed: of('placed'),
      settled: of('placed-settled'),
    };
    return totals.takenIn + totals.sentDown + totals.comeUp + totals.placed === 0 ? [] : [totals];
  });

/** What counts for the units of one branch of grass-roots governance (一体两翼: 城市、农村). */
export interface BranchTotals {
  readonly branch: Branch;
  readonly figures: Sums;
  readonly indicators: readonly IndicatorValue[];
  readonly open: number;
}

/** Organs of a whole county or prefecture stand in neither branch: the two need not add up to the whole. */
const branchesOf = (
  perUnit: ReadonlyMap<string, Sums>,
  open: UnitFigures,
  units: UnitDirectory,
): readonly BranchTotals[] =>
  branches.flatMap((branch) => {
    const within = (of: ReadonlyMap<string, Sums>): readonly Sums[] =>
      [...of].filter(([unit]) => units.branchOf(unit) === branch).map(([, sums]) => sums);
    const [counted, still] = [within(perUnit), within(open)];
    if (counted.length + still.length === 0) return [];
    const sums = sumOf(counted);
    return [
      { branch, figures: only(sums, isWhole), indicators: indicatorsOf(sums), open: openOf(sumOf(still), 'open') },
    ];
  });

/** What is there in a month. */
const standingsIn = (sums: Sums, month: string): Readonly<Record<Standing, number>> =>
  Object.fromEntries(
    (Object.keys(standings) as Standing[]).map((thing) => [thing, standingIn(sums, thing, month)]),
  ) as Record<Standing, number>;

/** What lies there at the end of a month, or today in the month that runs; of a month to come nobody knows. */
const stocksIn = (sums: Sums, month: string, today: string): Sums =>
  Object.fromEntries(
    month > today.slice(0, 7)
      ? []
      : stockFigures.flatMap((figure) => {
          const count = standingIn(sums, figure, month);
          return count === 0 ? [] : [[figure, count]];
        }),
  );

export interface Statistics extends Question {
  readonly unitName: string;
  /** Legal day of the answer: what is open and how old it is, is told as of this day. */
  readonly asOf: string;
  /** Instant (UTC): whatever the record held then is counted, but for `uncounted`. Absent until that is known. */
  readonly countedUpTo?: string;
  /** Streams of any unit that could not be counted and are tried again. */
  readonly uncounted: number;
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
  /** Matters that a leader has charge of and that are not resolved (包案未化解), by the age of the matter. */
  readonly sponsoredOpen: number;
  readonly sponsoredAges: readonly AgeBracket[];
  readonly leaders: readonly LeaderTotals[];
  /** Matters at centres by level; one that went up counts where it arrived, and against nobody (Art. 15). */
  readonly placements: readonly LevelTotals[];
  /** Town against country (一体两翼), where both or one of them count anything. */
  readonly branches: readonly BranchTotals[];
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

/** How many units are named as most complained of. */
const mostNamed = 20;

/**
 * The answer to a question.
 * @param asOf legal day on which it is asked: what is open is open then, and nothing is counted back to an earlier day
 * @param counted how far the counters were when they were read
 */
export const statisticsOf = (
  question: Question,
  { months, open, standing }: Read,
  units: UnitDirectory,
  configuration: Configuration,
  asOf: string,
  counted: CountProgress,
): Statistics => {
  const name = (unit: string) => units.get(unit)?.name ?? unit;
  const perUnit = new Map<string, Record<string, number>>();
  for (const of of months.values())
    for (const [unit, sums] of of) perUnit.set(unit, addTo(perUnit.get(unit) ?? {}, sums));
  // A stock is no sum of months: it is told as it stands at the end of the question, or today where that is earlier.
  const last = question.to < asOf.slice(0, 7) ? question.to : asOf.slice(0, 7);
  const stocks = new Map([...standing].map(([unit, of]) => [unit, stocksIn(of, last, asOf)] as const));
  const lies = [...stocks].flatMap(([unit, of]) => (Object.keys(of).length === 0 ? [] : [unit]));
  const named = [...new Set([...perUnit.keys(), ...open.keys(), ...lies])].sort();
  const standingSums = sumOf(standing.values());
  const sums = sumOf(perUnit.values());
  // What a leader did is told by unit and leader, and not as one of two hundred keys.
  const figures = only(
    { ...sums, ...stocksIn(standingSums, last, asOf) },
    (key) => parseFigure(key)?.dimension !== 'leader',
  );
  const openSums = sumOf(open.values());
  const ages = (figure: OpenFigure) => agesOf(openSums, figure, asOf.slice(0, 7), configuration.figures.ageMonths);
  return {
    ...question,
    unitName: name(question.unit),
    asOf,
    ...(counted.upTo === undefined ? {} : { countedUpTo: counted.upTo }),
    uncounted: counted.uncounted,
    figures,
    indicators: indicatorsOf(figures),
    months: [...months].map(([month, of]) => ({
      month,
      figures: only({ ...sumOf(of.values()), ...stocksIn(standingSums, month, asOf) }, isWhole),
    })),
    byUnit: named.map((unit) => ({
      unit,
      name: name(unit),
      level: units.get(unit)?.level ?? '',
      figures: only({ ...perUnit.get(unit), ...stocks.get(unit) }, isWhole),
      open: openOf(open.get(unit) ?? {}, 'open'),
    })),
    receptions: levels.flatMap((level) =>
      [...months].flatMap(([month, of]) => {
        const sums = sumOf([...of].filter(([unit]) => units.get(unit)?.level === level).map(([, each]) => each));
        const { receptions = 0, batches = 0, 'persons-received': persons = 0 } = sums;
        return batches === 0 ? [] : [{ level, month, receptions, batches, persons }];
      }),
    ),
    open: openOf(openSums, 'open'),
    ages: ages('open'),
    sponsoredOpen: openOf(openSums, 'sponsored-open'),
    sponsoredAges: ages('sponsored-open'),
    leaders: leadersOf(perUnit, open, name),
    placements: placementLevelsOf(sums),
    branches: branchesOf(perUnit, open, units),
    standing: standingsIn(standingSums, question.to),
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
