/**
 * What is counted, once, as data. A figure is one number for one unit and one month; an indicator is a ratio of figures.
 * The Regulation asks for the figures (Art. 41) and fixes no formula: those are design, and say so.
 */

/** Of what a figure counts: the cases behind it. */
export const behinds = [
  'petition',
  'session',
  'need',
  'assembly',
  'whistle',
  'placement',
  'list-item',
  'briefing',
] as const;
export type Behind = (typeof behinds)[number];

export interface FigureDefinition {
  /** As it is called in reports. */
  readonly name: string;
  readonly behind: Behind;
  /** Which unit's figure it is, and in which month it falls. */
  readonly counts: string;
  /** Dimensions by which it is told apart besides, each alone: `registered.channel.visit`. */
  readonly by?: readonly Dimension[];
  /** Article that asks for it. */
  readonly basis: string;
}

export const dimensions = [
  'channel',
  'source',
  'purpose',
  'category',
  'form',
  'mode',
  'ground',
  'domain',
  'level',
  'leader',
] as const;
export type Dimension = (typeof dimensions)[number];

const petition = (name: string, counts: string, basis: string, by?: readonly Dimension[]): FigureDefinition => ({
  name,
  behind: 'petition',
  counts,
  basis,
  ...(by === undefined ? {} : { by }),
});
const session = (name: string, counts: string, by?: readonly Dimension[]): FigureDefinition => ({
  name,
  behind: 'session',
  counts,
  basis: 'R18',
  ...(by === undefined ? {} : { by }),
});

/** Art. 41 makes it a duty of its own, beside what the report contains. */
const briefing = (name: string): FigureDefinition => ({
  name,
  behind: 'briefing',
  counts: 'petition office that told it, month in which it did',
  basis: 'R41',
});

/** No article asks for these (R41 leaves other matters open): they are what the mechanisms of a place count. */
const mechanism = (
  behind: Exclude<Behind, 'petition' | 'session'>,
  name: string,
  counts: string,
  by?: readonly Dimension[],
) => ({
  name,
  behind,
  counts,
  basis: 'R41(4)',
  ...(by === undefined ? {} : { by }),
});

const receipt = 'registering unit, month of receipt';
const conclusion = 'handling unit, month in which it was concluded';
const village = 'village, month of the assembly, once its minutes are published';
const proposed = 'proposing office, month of the proposal';
const called = 'department that was called, month of the call; not of a wrong department';
const listed = 'unit that listed it, month in which it was listed';

export const figures = {
  registered: petition('登记信访事项（件）', receipt, 'R41(1)', ['channel', 'source', 'purpose', 'category', 'form']),
  persons: petition('涉及信访人（人次）', receipt, 'R41(1)', ['channel']),
  untriaged: petition(
    '登记后逾期未分流（月末存量，不计入登记）',
    'registering unit, how many lie there at the end of the month; of the month that runs, today',
    'R41(2)',
  ),
  imported: petition('旧台账导入事项（不计入登记）', receipt, 'R41(1)'),
  repeat: petition('重复信访事项（重件）', receipt, 'R41(1)'),
  received: petition('涉及本机关的信访事项', 'competent unit, month of receipt', 'R41(1)', ['purpose']),
  'not-accepted': petition('不予受理', 'refusing unit, month of the decision', 'R39'),
  'no-longer-accepted': petition('不再受理', 'refusing unit, month of the decision', 'R39'),
  redirected: petition('告知向有权机关提出', 'registering unit, month in which it was told', 'R23'),
  withdrawn: petition('信访人撤回', 'registering unit, month of the decision', 'R41(4)'),
  died: petition('信访人死亡后终结', 'registering unit, month of the decision', 'R41(4)'),
  forwarded: petition('转送', 'routing office, month of routing', 'R41(2)'),
  'handed-over': petition('交办', 'routing office, month of routing', 'R41(2)'),
  own: petition('本机关自办', 'routing unit, month of routing', 'R41(2)'),
  supervised: petition('督办', 'supervising office, month of opening', 'R41(2)', ['ground']),
  'under-supervision': petition('被督办', 'supervised unit, month of opening', 'R41(2)'),
  'proposed-improve-work': petition('改进工作建议', proposed, 'R41(3)'),
  'proposed-improve-policy': petition('完善政策建议', proposed, 'R41(3)'),
  'proposed-hold-responsible': petition('追究责任建议', proposed, 'R41(3)'),
  'answered-improve-work': petition('改进工作建议已反馈', proposed, 'R41(3)'),
  'answered-improve-policy': petition('完善政策建议已反馈', proposed, 'R41(3)'),
  'answered-hold-responsible': petition('追究责任建议已反馈', proposed, 'R41(3)'),
  'adopted-improve-work': petition('改进工作建议被采纳', proposed, 'R41(3)'),
  'adopted-improve-policy': petition('完善政策建议被采纳', proposed, 'R41(3)'),
  'adopted-hold-responsible': petition('追究责任建议被采纳', proposed, 'R41(3)'),
  // Of no kind and no unit inspected: that accusations were among it would tell (Art. 30).
  briefings: briefing('向巡视巡察机构提供情况（次）'),
  'briefings-answered': briefing('向巡视巡察机构提供情况已知采用与否（次）'),
  'briefings-adopted': briefing('向巡视巡察机构提供情况被采用（次）'),
  accepted: petition('受理', 'competent unit, month of acceptance', 'R41(1)'),
  'notices-due': petition('应书面告知（已到期或已告知）', 'unit that owed it, month of the last day', 'R23'),
  'notices-in-time': petition('按期书面告知', 'unit that owed it, month of the last day', 'R23'),
  'notices-pending': petition('书面告知期限内', 'unit that owes it, month of the last day', 'R23'),
  'answers-due': petition('应办结（已到期或已答复）', 'unit that owed it, month of the last day', 'R34'),
  'answers-in-time': petition('按期办结', 'unit that owed it, month of the last day', 'R34'),
  'answers-pending': petition('办理期限内', 'unit that owes it, month of the last day', 'R34'),
  concluded: petition('办结', conclusion, 'R41(1)'),
  'concluded-first-time': petition('初次信访事项办结', conclusion, 'R41(1)'),
  'concluded-at-once': petition('初次信访事项一次性化解', conclusion, 'R41(1)'),
  resolved: petition('化解', 'handling unit, month in which it was confirmed', 'R41(1)'),
  sponsored: petition('领导包案', 'handling unit, month in which the leader who has it took charge', 'R18', ['leader']),
  'sponsored-resolved': petition('包案化解', 'handling unit, month in which it was confirmed', 'R18', ['leader']),
  'sponsored-open': petition('包案未化解', 'unit that has it now, month of receipt', 'R18', ['leader']),
  ratable: petition('应参评', conclusion, 'R21'),
  rated: petition('已参评', conclusion, 'R21'),
  satisfied: petition('满意和基本满意（责任单位）', conclusion, 'R21'),
  'office-ratable': petition('应参评（信访部门）', 'petition office in charge, month of the conclusion', 'R21'),
  'office-rated': petition('已参评（信访部门）', 'petition office in charge, month of the conclusion', 'R21'),
  'office-satisfied': petition(
    '满意和基本满意（信访部门）',
    'petition office in charge, month of the conclusion',
    'R21',
  ),
  mediated: petition('调解成功', 'mediation committee, month in which the agreement took effect', 'R33'),
  'reported-in': petition('部门报到', 'unit that was called in, month in which it came', 'R41(4)'),
  'review-requested': petition('申请复查', 'reviewing unit, month of the request', 'R35'),
  'recheck-requested': petition('申请复核', 'rechecking unit, month of the request', 'R36'),
  open: petition('未办结', 'unit that has it now, month of receipt', 'R41(1)'),
  receptions: session('领导接访日', 'unit of the day, month of the day', ['mode', 'leader']),
  batches: session('接待群众（批次）', 'unit of the day, month of the day', ['mode', 'leader']),
  'persons-received': session('接待群众（人次）', 'unit of the day, month of the day', ['mode', 'leader']),
  'solved-on-the-spot': session('当场解决（批次）', 'unit of the day, month of the day', ['leader']),
  needs: mechanism('need', '网格上报需求（件）', 'unit of the grid, month of the report', ['domain']),
  'needs-met-on-the-spot': mechanism('need', '就地解决（件）', 'unit of the grid, month in which it was met'),
  'needs-promoted': mechanism('need', '转为信访事项（件）', 'unit of the grid, month of the promotion'),
  'services-done': mechanism('need', '上门服务已完成（次）', 'unit of the grid, month of the day'),
  'services-missed': mechanism('need', '上门服务漏做（次）', 'unit of the grid, month of the day'),
  assemblies: mechanism('assembly', '村民知情大会（场）', village),
  'assembly-attendance': mechanism('assembly', '到会（人次）', village),
  'questions-asked': mechanism('assembly', '群众提问（个）', village),
  'questions-answered-on-the-spot': mechanism('assembly', '现场答复（个）', village),
  'questions-answered-later': mechanism('assembly', '会后答复（个）', village),
  'questions-promoted': mechanism('assembly', '提问转为信访事项（件）', village),
  commitments: session('领导批示交办（件）', 'unit of the day, month of the day', ['leader']),
  'commitments-done': session('批示已落实（件）', 'unit of the day, month of the day', ['leader']),
  'commitments-late': session('批示逾期（件）', 'unit of the day, month of the day', ['leader']),
  'commitments-open': session('批示未落实（件）', 'unit of the day, month of the day', ['leader']),
  whistles: mechanism('whistle', '吹哨（次）', 'unit that called, month of the call'),
  'joint-projects': mechanism('whistle', '联办项目（个）', 'unit that called, month of the call'),
  calls: mechanism('whistle', '部门被吹哨（次）', called),
  'wrong-calls': mechanism('whistle', '非本部门职责退回（次）', 'department that was called, month of the call'),
  'acknowledgements-due': mechanism('whistle', '应签收（已到期或已签收）', called),
  'acknowledgements-in-time': mechanism('whistle', '按时签收', called),
  'acknowledgements-pending': mechanism('whistle', '签收期限内', called),
  'contacts-due': mechanism('whistle', '应联系（已到期或已联系）', called),
  'contacts-in-time': mechanism('whistle', '按时联系', called),
  'contacts-pending': mechanism('whistle', '联系期限内', called),
  'attendances-due': mechanism('whistle', '应到场（已到期或已到场）', called),
  'attendances-in-time': mechanism('whistle', '按时到场', called),
  'attendances-pending': mechanism('whistle', '到场期限内', called),
  responses: mechanism('whistle', '部门反馈结果（次）', called),
  'responses-solved': mechanism('whistle', '部门反馈已解决（次）', called),
  'responses-rated': mechanism('whistle', '响应已评价（次）', called),
  'responses-satisfied': mechanism('whistle', '响应满意和基本满意（次）', called),
  'needs-listed': mechanism('list-item', '需求清单（项）', listed),
  'resources-listed': mechanism('list-item', '资源清单（项）', listed),
  'needs-matched': mechanism('list-item', '需求已对接（项）', listed),
  'resources-matched': mechanism('list-item', '资源已对接（项）', listed),
  'taken-in': mechanism('placement', '综治中心受理（件）', 'unit of the centre, month in which it took the matter in', [
    'level',
  ]),
  'sent-down': mechanism('placement', '交由下级中心办理（件）', 'unit of the centre below, month of the move', [
    'level',
  ]),
  'come-up': mechanism(
    'placement',
    '提级办理（件）',
    'office above that has it since, month of the move; a right of whoever asks (R15), counted for no centre below',
    ['level'],
  ),
  placed: mechanism(
    'placement',
    '在本级中心（件）',
    'unit with whose centre it is, month in which it came there; nothing of what went on',
    ['level'],
  ),
  'placed-settled': mechanism(
    'placement',
    '在本级中心就地化解（件）',
    'unit with whose centre it is, month in which it came there',
    ['level'],
  ),
} as const satisfies Readonly<Record<string, FigureDefinition>>;

export type Figure = keyof typeof figures;

/** Figures of what is not over, told as of today by the month in which it began, in a period apart from the months. */
export const openFigures = ['open', 'sponsored-open', 'commitments-open'] as const satisfies readonly Figure[];
export type OpenFigure = (typeof openFigures)[number];

export const isOpenFigure = (figure: string): figure is OpenFigure =>
  (openFigures as readonly string[]).includes(figure);

/** What is there for a while and is told as of a month: how many there are, not how many came. */
export const standings = {
  centres: '综治中心（个）',
  grids: '网格（个）',
  'grid-workers': '网格工作人员（人）',
} as const;
export type Standing = keyof typeof standings;

/** Figures of what lies there at the end of a month: how many there are, not how many came. Never a sum of months. */
export const stockFigures = ['untriaged'] as const satisfies readonly Figure[];
export type Stock = (typeof stockFigures)[number];

export const isStockFigure = (figure: string): figure is Stock => (stockFigures as readonly string[]).includes(figure);

/** A figure, or one value of one of its dimensions: `registered`, `registered.channel.visit`. */
export type FigureKey = Figure | `${Figure}.${Dimension}.${string}`;

export interface ParsedFigure {
  readonly figure: Figure;
  readonly definition: FigureDefinition;
  readonly dimension?: Dimension;
  readonly value?: string;
}

/** Reads a key; undefined when it names no figure. */
export const parseFigure = (key: string): ParsedFigure | undefined => {
  const [figure = '', dimension, ...rest] = key.split('.');
  if (!Object.hasOwn(figures, figure)) return undefined;
  const definition: FigureDefinition = figures[figure as Figure];
  const value = rest.join('.');
  if (dimension === undefined) return { figure: figure as Figure, definition };
  const known = definition.by?.find((each) => each === dimension);
  return known === undefined || value === ''
    ? undefined
    : { figure: figure as Figure, definition, dimension: known, value };
};

/** A ratio of two figures of the same months and units. */
export interface IndicatorDefinition {
  readonly name: string;
  readonly numerator: Figure;
  readonly denominator: Figure;
  /** What may still become part of the denominator. */
  readonly pending?: Figure;
  readonly formula: string;
  readonly source: string;
}

const design = 'design: the Regulation names no formula';
const local = 'design: no rule names this figure; the limits are those that the place has configured';
const kept = 'calls on which it was done in time ÷ calls on which its time has come or it was done';

export const indicators = {
  'timely-acceptance': {
    name: '及时受理率',
    numerator: 'notices-in-time',
    denominator: 'notices-due',
    pending: 'notices-pending',
    formula: 'written notices (Art. 23) given in time ÷ notices whose day has come or that were given',
    source: design,
  },
  'on-time-conclusion': {
    name: '按期办结率',
    numerator: 'answers-in-time',
    denominator: 'answers-due',
    pending: 'answers-pending',
    formula: 'answers given by the (lawfully extended) last day ÷ answers whose day has come or that were given',
    source: design,
  },
  participation: {
    name: '参评率',
    numerator: 'rated',
    denominator: 'ratable',
    formula: 'rated ÷ ratable, of the matters concluded',
    source: design,
  },
  satisfaction: {
    name: '群众满意率（责任单位）',
    numerator: 'satisfied',
    denominator: 'rated',
    formula: '(satisfied + basically satisfied) ÷ rated; what is not rated is not satisfied and not dissatisfied',
    source: design,
  },
  'office-satisfaction': {
    name: '群众满意率（信访部门）',
    numerator: 'office-satisfied',
    denominator: 'office-rated',
    formula: '(satisfied + basically satisfied) ÷ rated; what is not rated is not satisfied and not dissatisfied',
    source: design,
  },
  'first-time-resolution': {
    name: '一次性化解率',
    numerator: 'concluded-at-once',
    denominator: 'concluded-first-time',
    formula: 'first-time matters concluded that were not brought again in the configured days ÷ first-time concluded',
    source: design,
  },
  'repeat-rate': {
    name: '重复信访率',
    numerator: 'repeat',
    denominator: 'registered',
    formula: 'registrations that repeat an earlier one, as a person confirmed and nobody took back ÷ registrations',
    source: design,
  },
  'whistle-acknowledgement': {
    name: '吹哨签收及时率',
    numerator: 'acknowledgements-in-time',
    denominator: 'acknowledgements-due',
    pending: 'acknowledgements-pending',
    formula: kept,
    source: local,
  },
  'whistle-contact': {
    name: '吹哨联系及时率',
    numerator: 'contacts-in-time',
    denominator: 'contacts-due',
    pending: 'contacts-pending',
    formula: kept,
    source: local,
  },
  'whistle-attendance': {
    name: '报到及时率',
    numerator: 'attendances-in-time',
    denominator: 'attendances-due',
    pending: 'attendances-pending',
    formula: kept,
    source: local,
  },
  'whistle-response': {
    name: '报到响应满意率',
    numerator: 'responses-satisfied',
    denominator: 'responses-rated',
    formula: '(satisfied + basically satisfied) ÷ rated by the caller; what is not rated is neither',
    source: local,
  },
  'settled-at-level': {
    name: '就地化解率',
    numerator: 'placed-settled',
    denominator: 'placed',
    formula:
      'settled at the centre ÷ matters that are with the centre; what went up or down from it is in neither part',
    source: local,
  },
  'needs-matched': {
    name: '需求对接率',
    numerator: 'needs-matched',
    denominator: 'needs-listed',
    formula: 'needs that a called project names ÷ needs listed, each need once',
    source: local,
  },
} as const satisfies Readonly<Record<string, IndicatorDefinition>>;

export type Indicator = keyof typeof indicators;
