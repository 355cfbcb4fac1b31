import { withheldText } from '../privacy/masking.ts';
import type { Cell, Table } from '../statistics/tables.ts';
import type { Arrival } from './session-state.ts';
import type { LedgerRow, LedgerState } from './summary.ts';

const arrivalNames: Readonly<Record<Arrival, string>> = {
  'pre-registered': '预约登记',
  appointed: '约访',
  'case-brought': '带案下访',
  'walk-in': '当日来访',
};

const stateNames: Readonly<Record<LedgerState, string>> = {
  registered: '已登记',
  absent: '未到',
  moved: '已改期',
  withheld: '另行依法处理',
  received: '接待中',
  solved: '当场解决',
  open: '办理中',
  overdue: '逾期',
  reported: '已报结果',
  completed: '已落实',
};

const columns: readonly (readonly [string, (row: LedgerRow, nameOf: (unit: string) => string) => Cell | undefined])[] =
  [
    ['日期', ({ date }) => date],
    ['接访形式', ({ mode }) => mode],
    ['单位', ({ unit }, nameOf) => nameOf(unit)],
    ['接访领导', ({ leaderName }) => leaderName],
    ['职务', ({ post }) => post],
    ['序号', ({ visit }) => visit],
    ['来访人', ({ visitor }) => visitor],
    ['单位或住址', ({ address }) => address],
    ['人次', ({ persons }) => persons],
    ['来访方式', ({ arrival }) => arrivalNames[arrival]],
    ['反映问题', ({ purpose }) => purpose],
    ['信访事项', ({ petition }) => petition],
    ['发生地点', ({ place }) => place],
    ['原因', ({ cause }) => cause],
    ['情况记录', ({ account }) => account],
    ['领导批示', ({ instruction }) => instruction],
    ['批示日期', ({ instructedOn }) => instructedOn],
    [
      '责任单位',
      ({ responsibleUnit }, nameOf) => (responsibleUnit === undefined ? undefined : nameOf(responsibleUnit)),
    ],
    ['期限', ({ due }) => due],
    ['逾期的期限', ({ missed }) => missed.join('、')],
    ['办理结果', ({ result }) => result],
    ['办结日期', ({ endedOn }) => endedOn],
    ['状态', ({ state }) => stateNames[state]],
  ];

/** Of a visit whose matter is sealed, or from which the reader is recused: its place and its headcount, nothing else. */
export interface WithheldRow
  extends Pick<LedgerRow, 'date' | 'mode' | 'unit' | 'leaderName' | 'post' | 'visit' | 'persons'> {
  readonly withheld: true;
}

const withheldColumns = new Set(['日期', '接访形式', '单位', '接访领导', '职务', '序号', '人次']);

/** The ledger (接访台账) as one table: each visit a row, the texts as the rows have them. @param nameOf of a unit */
export const ledgerTable = (rows: readonly (LedgerRow | WithheldRow)[], nameOf: (unit: string) => string): Table => ({
  title: '接访台账',
  head: columns.map(([name]) => name),
  rows: rows.map((row) =>
    columns.map(([name, cellOf]) => {
      if (!('withheld' in row)) return cellOf(row, nameOf) ?? '';
      return withheldColumns.has(name) ? (cellOf(row as unknown as LedgerRow, nameOf) ?? '') : withheldText;
    }),
  ),
});
