import type { Branch } from '../organisation/unit.ts';
import {
  figures as definitions,
  type Figure,
  type Indicator,
  indicators,
  type Standing,
  standings,
} from './figures.ts';
import { type BranchTotals, nameOfFigure, type Statistics } from './summary.ts';

export type Cell = string | number;

/** One table of an export or a report; every value as it is counted, never rounded away. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export const levelNames: Readonly<Record<string, string>> = {
  prefecture: '州（市）级',
  county: '县（市、区）级',
  township: '乡镇（街道）级',
  village: '村（社区）级',
};

const branchNames: Readonly<Record<Branch, string>> = {
  urban: '城市（街道—社区）',
  rural: '农村（乡镇—村—社）',
};

/** A ratio as reports write it; without a denominator there is none. */
export const percentage = (value: number | null): string => (value === null ? '—' : `${(value * 100).toFixed(2)}%`);

export const ageName = ({
  fromMonths,
  toMonths,
}: {
  readonly fromMonths: number;
  readonly toMonths?: number;
}): string =>
  toMonths === undefined ? `${String(fromMonths)}个月以上` : `${String(fromMonths)}至${String(toMonths)}个月（不含）`;

/** What heads a table of baselines, so that nobody takes them for our own count. */
export const baselineTitle = '公开发布的数字（引自来源，非本系统统计）';

export const indicatorTable = ({ indicators }: Statistics): Table => ({
  title: '指标',
  head: ['指标', '分子', '分母', '比率', '期限内', '算法', '依据'],
  rows: indicators.map(({ name, numerator, denominator, value, pending, formula, source }) => [
    name,
    numerator,
    denominator,
    percentage(value),
    pending ?? '',
    formula,
    source,
  ]),
});

/** Names of what a figure is told apart by, where the reader of a code needs them. */
export type Naming = (key: string) => string;

export const figureTable = ({ figures }: Statistics, nameOf: Naming = nameOfFigure): Table => ({
  title: '统计',
  head: ['代码', '名称', '数量'],
  rows: Object.entries(figures).map(([key, count]) => [key, nameOf(key), count]),
});

/** Figures as columns, of those that count anything. */
const columnsOf = (rows: readonly { readonly figures: Readonly<Record<string, number>> }[]): readonly Figure[] =>
  (Object.keys(definitions) as Figure[]).filter((figure) => rows.some(({ figures }) => (figures[figure] ?? 0) !== 0));

export const monthTable = ({ months }: Statistics): Table => {
  const columns = columnsOf(months);
  return {
    title: '分月',
    head: ['月份', ...columns.map(nameOfFigure)],
    rows: months.map(({ month, figures }) => [month, ...columns.map((figure) => figures[figure] ?? 0)]),
  };
};

export const unitTable = ({ byUnit }: Statistics): Table => {
  const columns = columnsOf(byUnit);
  return {
    title: '分单位',
    head: ['单位代码', '单位', '层级', '未办结', ...columns.map(nameOfFigure)],
    rows: byUnit.map(({ unit, name, level, open, figures }) => [
      unit,
      name,
      levelNames[level] ?? level,
      open,
      ...columns.map((figure) => figures[figure] ?? 0),
    ]),
  };
};

export const receptionTable = ({ receptions }: Statistics): Table => ({
  title: '领导接访',
  head: ['层级', '月份', '接访日', '批次', '人次'],
  rows: receptions.map(({ level, month, receptions: days, batches, persons }) => [
    levelNames[level] ?? level,
    month,
    days,
    batches,
    persons,
  ]),
});

/** Receptions of a level in all months together. */
export const receptionTotals = ({ receptions }: Statistics) =>
  [...Map.groupBy(receptions, ({ level }) => level)].map(([level, rows]) => {
    const sum = (of: 'receptions' | 'batches' | 'persons') => rows.reduce((all, row) => all + row[of], 0);
    return { level, receptions: sum('receptions'), batches: sum('batches'), persons: sum('persons') };
  });

export const ageTable = ({ ages }: Statistics): Table => ({
  title: '未办结事项存续时间',
  head: ['登记以来', '件'],
  rows: ages.map((age) => [ageName(age), age.open]),
});

export const sponsoredAgeTable = ({ sponsoredAges }: Statistics): Table => ({
  title: '包案未化解事项存续时间',
  head: ['登记以来', '件'],
  rows: sponsoredAges.map((age) => [ageName(age), age.open]),
});

export const leaderTable = ({ leaders }: Statistics): Table => ({
  title: '领导接访和包案',
  head: [
    '单位代码',
    '单位',
    '领导',
    '接访日',
    '批次',
    '人次',
    '当场解决',
    '批示交办',
    '批示已落实',
    '批示逾期',
    '包案',
    '包案化解',
    '批示未落实（截至今日）',
    '包案未化解（截至今日）',
  ],
  rows: leaders.map((each) => [
    each.unit,
    each.unitName,
    each.leader,
    each.receptions,
    each.batches,
    each.persons,
    each.solved,
    each.commitments,
    each.commitmentsDone,
    each.commitmentsLate,
    each.sponsored,
    each.sponsoredResolved,
    each.commitmentsOpen,
    each.sponsoredOpen,
  ]),
});

export const placementTable = ({ placements }: Statistics): Table => ({
  title: '综治中心分级办理',
  head: ['层级', '受理', '上级交来', '提级而来（不作负面评价）', '在本级', '在本级已化解'],
  rows: placements.map(({ level, takenIn, sentDown, comeUp, placed, settled }) => [
    levelNames[level] ?? level,
    takenIn,
    sentDown,
    comeUp,
    placed,
    settled,
  ]),
});

const ratioOf = ({ indicators }: BranchTotals, indicator: Indicator): number | null =>
  indicators.find((each) => each.indicator === indicator)?.value ?? null;

/** The ratios that any branch has. */
const ratiosOf = (branches: readonly BranchTotals[]): readonly Indicator[] =>
  (Object.keys(indicators) as Indicator[]).filter((each) => branches.some((branch) => ratioOf(branch, each) !== null));

/** Town against country (一体两翼), each with its ratios; organs of a whole county or prefecture stand in neither. */
export const branchTable = ({ branches }: Statistics): Table => {
  const columns = columnsOf(branches);
  return {
    title: '城乡对照（一体两翼）',
    head: ['项目', ...branches.map(({ branch }) => branchNames[branch])],
    rows: [
      ['未办结', ...branches.map(({ open }) => open)],
      ...columns.map((figure) => [nameOfFigure(figure), ...branches.map(({ figures }) => figures[figure] ?? 0)]),
      ...ratiosOf(branches).map((indicator) => [
        indicators[indicator].name,
        ...branches.map((each) => percentage(ratioOf(each, indicator))),
      ]),
    ],
  };
};

export const baselineTable = ({ baselines }: Statistics): Table => ({
  title: baselineTitle,
  head: ['事项', '数字', '单位', '统计期', '发布日期', '来源'],
  rows: baselines.map(({ name, value, measure, period, asOf, source }) => [name, value, measure, period, asOf, source]),
});

export const standingTable = ({ standing, to }: Statistics): Table => ({
  title: '综治中心和网格',
  head: ['项目', `${to}在册`],
  rows: (Object.keys(standings) as Standing[]).map((thing) => [standings[thing], standing[thing]]),
});

/** Every table of an export, in its order. */
export const tablesOf = (statistics: Statistics, nameOf: Naming): readonly Table[] => [
  {
    title: '说明',
    head: ['项目', '内容'],
    rows: [
      ['单位', `${statistics.unitName}${statistics.below ? '及所属' : ''}`],
      ['期间', `${statistics.from} 至 ${statistics.to}`],
      ['未办结、存续时间截至（不随期间回溯）', statistics.asOf],
      ['已计入此前全部记录（UTC）', statistics.countedUpTo ?? '尚不清楚'],
      ...(statistics.uncounted === 0 ? [] : [['尚未计入、正在重试的记录（全系统）', statistics.uncounted]]),
      [
        '范围',
        '经分流的信访事项；登记后逾期仍未分流的按月末存量单列（untriaged，不累加），未逾期的不计；检举控告事项不计入任何数字（《信访工作条例》第三十条）',
      ],
    ],
  },
  indicatorTable(statistics),
  figureTable(statistics, nameOf),
  monthTable(statistics),
  unitTable(statistics),
  receptionTable(statistics),
  leaderTable(statistics),
  ageTable(statistics),
  sponsoredAgeTable(statistics),
  placementTable(statistics),
  ...(statistics.branches.length === 0 ? [] : [branchTable(statistics)]),
  standingTable(statistics),
  ...(statistics.baselines.length === 0 ? [] : [baselineTable(statistics)]),
];
