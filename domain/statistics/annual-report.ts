import type { Block, PrintedDocument } from '../notices/document.ts';
import { officialDay } from '../notices/words.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import type { Category } from '../ports.ts';
import type { Figure } from './figures.ts';
import { nameOfFigure, type Statistics } from './summary.ts';
import {
  ageTable,
  baselineTable,
  baselineTitle,
  branchTable,
  type Cell,
  leaderTable,
  levelNames,
  percentage,
  placementTable,
  receptionTotals,
  sponsoredAgeTable,
  standingTable,
  type Table,
} from './tables.ts';

const heading = (text: string): Block => ({ block: 'heading', text });
const paragraph = (text: string): Block => ({ block: 'paragraph', text });
const table = (head: readonly string[], rows: readonly (readonly Cell[])[]): Block => ({
  block: 'table',
  head,
  rows: rows.map((row) => row.map(String)),
});
const tableBlock = ({ head, rows }: Table): Block => table(head, rows);

const words: Readonly<Record<string, string>> = {
  network: '信息网络',
  letter: '来信',
  phone: '电话',
  fax: '传真',
  visit: '走访',
  suggestion: '建议意见',
  appeal: '申诉求决',
  individual: '个人',
  joint: '多人',
  organisation: '单位',
  anonymous: '未具名',
  late: '逾期',
  'unlawful-acceptance': '未按规定受理',
  'unlawful-handling': '未按规定办理',
  shirking: '推诿',
  perfunctory: '敷衍',
  delay: '拖延',
  falsification: '弄虚作假',
  'opinion-not-executed': '拒不执行处理意见',
};

/** `2026-03` as a report says it. */
const monthOf = (month: string): string => `${month.slice(0, 4)}年${String(Number(month.slice(5)))}月`;

const named = (value: string): string => words[value] ?? value;

/** The parts of a figure by one dimension, largest first. */
const partsOf = (figures: Statistics['figures'], figure: Figure, dimension: string): (readonly [string, number])[] => {
  const prefix = `${figure}.${dimension}.`;
  return Object.entries(figures)
    .filter(([key, count]) => key.startsWith(prefix) && count !== 0)
    .map(([key, count]) => [key.slice(prefix.length), count] as const)
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
};

/** Fields (领域): the first level of the classification, which categories below it add up to. */
const fieldsOf = (figures: Statistics['figures'], categories: readonly Category[]): (readonly [string, number])[] => {
  const byCode = new Map(categories.map((category) => [category.code, category]));
  const sums = new Map<string, number>();
  for (const [code, count] of partsOf(figures, 'registered', 'category')) {
    const top = byCode.get(byCode.get(code)?.parent ?? '') ?? byCode.get(code);
    const name = top?.name ?? code;
    sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return [...sums].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
};

const proposalKinds = ['improve-work', 'improve-policy', 'hold-responsible'] as const;
const proposalNames = {
  'improve-work': '改进工作',
  'improve-policy': '完善政策',
  'hold-responsible': '追究责任',
} as const;

/**
 * The annual report (信访情况年度报告) with the contents that Art. 41 asks for, in its order. Every number is one that the
 * figures give; nothing is judged here, that is for whoever signs.
 */
export const annualReport = (
  year: string,
  statistics: Statistics,
  categories: readonly Category[],
  units: UnitDirectory,
): PrintedDocument => {
  const { figures, unit, unitName, asOf, uncounted } = statistics;
  const of = (figure: Figure): number => figures[figure] ?? 0;
  const counts = (...list: readonly Figure[]): Block =>
    table(
      ['项目', '数量'],
      list.map((figure) => [nameOfFigure(figure), of(figure)]),
    );
  const parts = (title: string, figure: Figure, dimension: string): Block =>
    table(
      [title, '件'],
      partsOf(figures, figure, dimension).map(([value, count]) => [named(value), count]),
    );
  const office = units.petitionOfficeOf(unit);
  const officeName = units.get(office)?.name ?? office;
  const upper = units.supervisorOf(office);
  // Items 2 and 3 ask for what petition offices (信访部门) did; what another organ sends on itself (Art. 23) is not theirs.
  const offices = statistics.byUnit.filter((each) => units.isPetitionOffice(each.unit));
  const ofOffices = (figure: Figure): number => offices.reduce((sum, each) => sum + (each.figures[figure] ?? 0), 0);
  const unitsBy = (figure: Figure) =>
    statistics.byUnit
      .map(({ name, figures: each }) => [name, each[figure] ?? 0] as const)
      .filter(([, count]) => count > 0)
      .sort(([, one], [, other]) => other - one);
  const [untriaged, supervised] = [unitsBy('untriaged'), unitsBy('under-supervision')];
  // Of the month that runs, what lies there today.
  const lyingAt = statistics.to < asOf.slice(0, 7) ? `${monthOf(statistics.to)}末` : `截至${officialDay(asOf)}`;
  const sent = ['forwarded', 'handed-over', 'own', 'supervised'] as const;
  return {
    title: `${year}年信访情况年度报告`,
    number: `${unitName}（含所属机关、单位）`,
    organ: officeName,
    addressee: ['本级党委和政府', ...(upper === office ? [] : [units.get(upper)?.name ?? upper])].join('、'),
    body: [
      paragraph(
        `根据《信访工作条例》第四十一条，现将${year}年信访情况报告如下。数字由信访事项办理记录逐件累计，截至${officialDay(asOf)}；登记后尚未分流的，未满十五日的不计入，逾期的按月末存量单列为逾期未分流，不计入登记；检举控告事项依照第三十条不计入任何数字。`,
      ),
      // A number that is behind is not signed as if it were not.
      ...(uncounted === 0
        ? []
        : [paragraph(`系统中有${String(uncounted)}项记录尚未计入，正在重试；补计后应重新生成本报告。`)]),
      heading('一、信访事项的数据统计、涉及领域以及被投诉较多的机关、单位'),
      paragraph(
        `全年登记并已分流、撤回或者终止的信访事项${String(of('registered'))}件、${String(of('persons'))}人次，其中重复信访事项${String(of('repeat'))}件。受理${String(of('accepted'))}件，办结${String(of('concluded'))}件，化解${String(of('resolved'))}件；截至${officialDay(asOf)}未办结${String(statistics.open)}件。另有${lyingAt}登记后超过十五日仍未分流的${String(of('untriaged'))}件。信访目的和涉及领域两表只列已分流的事项，未经分流即撤回或者终止的不列入。`,
      ),
      parts('信访渠道', 'registered', 'channel'),
      parts('信访目的', 'registered', 'purpose'),
      parts('信访形式', 'registered', 'form'),
      table(
        ['月份', '登记（件）', '人次', '重件', '办结（件）'],
        statistics.months.map(({ month, figures: each }) => [
          month,
          each.registered ?? 0,
          each.persons ?? 0,
          each.repeat ?? 0,
          each.concluded ?? 0,
        ]),
      ),
      table(['涉及领域', '件'], fieldsOf(figures, categories)),
      table(
        ['被投诉较多的机关、单位', '申诉求决事项（件）'],
        statistics.mostComplained.map(({ name, appeals }) => [name, appeals]),
      ),
      heading('二、转送、交办、督办情况'),
      table(
        ['信访部门', ...sent.map(nameOfFigure)],
        [
          ...offices
            .filter(({ figures: each }) => sent.some((figure) => (each[figure] ?? 0) > 0))
            .map(({ name, figures: each }) => [name, ...sent.map((figure) => each[figure] ?? 0)]),
          ['合计', ...sent.map(ofOffices)],
        ],
      ),
      table([`${lyingAt}登记后逾期未分流的机关、单位`, '件'], untriaged),
      parts('督办事由', 'supervised', 'ground'),
      table(['被督办的机关、单位', '次'], supervised),
      heading('三、改进工作、完善政策、追究责任建议以及被采纳情况'),
      table(
        ['建议', '提出', '已反馈', '被采纳'],
        proposalKinds.map((kind) => [
          proposalNames[kind],
          ofOffices(`proposed-${kind}`),
          ofOffices(`answered-${kind}`),
          ofOffices(`adopted-${kind}`),
        ]),
      ),
      heading('四、其他应当报告的事项'),
      paragraph('（一）领导干部接访下访和包案'),
      table(
        ['层级', '接访日', '批次', '人次'],
        receptionTotals(statistics).map(({ level, receptions, batches, persons }) => [
          levelNames[level] ?? level,
          receptions,
          batches,
          persons,
        ]),
      ),
      tableBlock(leaderTable(statistics)),
      paragraph(`领导包案未化解${String(statistics.sponsoredOpen)}件。`),
      tableBlock(sponsoredAgeTable(statistics)),
      paragraph('（二）工作指标（比率由分子、分母得出；未评价的不视为满意）'),
      table(
        ['指标', '分子', '分母', '比率'],
        statistics.indicators.map(({ name, numerator, denominator, value }) => [
          name,
          numerator,
          denominator,
          percentage(value),
        ]),
      ),
      paragraph('（三）不予受理、不再受理、复查复核和调解'),
      counts(
        'not-accepted',
        'no-longer-accepted',
        'redirected',
        'withdrawn',
        'review-requested',
        'recheck-requested',
        'mediated',
        'died',
        'imported',
      ),
      paragraph('（四）未办结事项存续时间'),
      tableBlock(ageTable(statistics)),
      paragraph('（五）综治中心、吹哨报到和联办'),
      tableBlock(placementTable(statistics)),
      counts(
        'whistles',
        'calls',
        'wrong-calls',
        'responses',
        'responses-solved',
        'joint-projects',
        'needs-listed',
        'needs-matched',
        'resources-listed',
        'resources-matched',
      ),
      paragraph('（六）网格服务和村民知情大会'),
      tableBlock(standingTable(statistics)),
      counts(
        'needs',
        'needs-met-on-the-spot',
        'needs-promoted',
        'services-done',
        'services-missed',
        'assemblies',
        'assembly-attendance',
        'questions-asked',
        'questions-answered-on-the-spot',
        'questions-answered-later',
        'questions-promoted',
      ),
      // Not by kind nor by who is inspected: the report goes to those whom it may be about (Art. 30).
      paragraph('（七）根据巡视巡察工作需要向巡视巡察机构提供情况（第四十一条第二款；只报次数）'),
      counts('briefings', 'briefings-answered', 'briefings-adopted'),
      ...(statistics.branches.length === 0
        ? []
        : [paragraph('（八）城乡对照（县级以上机关不列入，两列之和不等于总数）'), tableBlock(branchTable(statistics))]),
      ...(statistics.baselines.length === 0
        ? []
        : [
            paragraph(`（${statistics.branches.length === 0 ? '八' : '九'}）${baselineTitle}`),
            paragraph('以下数字由来源发布，仅供对照，统计口径与本报告不同，未计入本报告任何数字。'),
            tableBlock(baselineTable(statistics)),
          ]),
    ],
    basis: ['《信访工作条例》第四十一条'],
    signatures: [`${officeName}（盖章）`],
    date: officialDay(asOf),
  };
};
