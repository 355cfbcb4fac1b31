import type { Columns } from './columns.ts';
import { ledgerColumns } from './ledger.ts';
import { postColumns } from './posts.ts';
import { calendarColumns, categoryColumns, unitColumns } from './reference.ts';

/** What can be imported. */
export const importKinds = ['units', 'posts', 'calendar', 'categories', 'ledger'] as const;
export type ImportKind = (typeof importKinds)[number];

export interface Template {
  readonly title: string;
  readonly columns: Columns;
  /** What holds for the file as a whole. */
  readonly notes: readonly string[];
}

const everywhere = [
  '第一行为表头，列的顺序不限；带 * 的列必填；表头不认识的列会使整个文件被退回，以免内容不知不觉丢失。',
  '可用 CSV（UTF-8 或 GB18030/GBK）或 XLSX；XLSX 只读第一个可见工作表，公式须先粘贴为数值。',
  '编码、证件号码、电话请先将单元格设为“文本”再填写，以免前导零或末几位丢失。',
  '日期写成 2019-03-08、2019/3/8 或 2019年3月8日，年份四位。',
  '先试导入（不写入任何数据），逐行列出错误；由另一名管理员确认后才写入。同一文件再次导入不会产生重复。',
] as const;

export const templates: Readonly<Record<ImportKind, Template>> = {
  units: {
    title: '组织机构',
    columns: unitColumns,
    notes: [...everywhere, '只能导入本机构辖区内的机构；不删除机构，撤销时填写撤销日期和承接机构。'],
  },
  posts: {
    title: '人员任职',
    columns: postColumns,
    notes: [
      ...everywhere,
      '任职记录说明某人自何日起在何机构任何职务；登录权限仍由统一身份认证决定。',
      '离任时再次导入同一行并填写离任日期。',
    ],
  },
  calendar: {
    title: '工作日历',
    columns: calendarColumns,
    notes: [...everywhere, '只填写与通常周末不同的日子。导入后，在办期限由系统自动重新计算并记入历史。'],
  },
  categories: { title: '内容分类', columns: categoryColumns, notes: [...everywhere] },
  ledger: {
    title: '旧台账信访事项',
    columns: ledgerColumns,
    notes: [
      ...everywhere,
      '只导入已经办结的事项；在办事项请在接待窗口登记。检举控告不得导入（第三十条）。',
      '模板没有“重点人员”“扬言”等标注个人的列，含有此类列的文件会被退回。',
    ],
  },
};
