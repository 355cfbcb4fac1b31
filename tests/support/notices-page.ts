import { limits } from '../../domain/limits.ts';
import { noticeKinds } from '../../domain/notices/notice.ts';
import { remedies } from '../../domain/notices/remedies.ts';
import { noticeRules } from '../../domain/notices/rules.ts';

const owners = {
  'registering-unit': 'registering unit 登记单位',
  'triaging-unit': 'petition office, or the organ itself on direct receipt 信访部门、直接收到的机关',
  'petition-office': 'petition office 信访部门',
  'competent-unit': 'competent organ 有权处理的机关',
  'handling-unit': 'handling organ 承办机关',
  'reviewing-unit': 'reviewing organ 复查、复核机关',
  'mediation-committee': 'mediation committee 人民调解委员会',
} as const;

const within = (limit: string | undefined): string => {
  if (limit === undefined) return '–';
  if (limit === 'receipt') return '15 days of receipt (R22, R23)';
  if (limit === 'review-answer') return '`review`, `recheck`: 30 days (R35, R36)';
  const rule = (limits as Readonly<Record<string, { days: number; unit: string; basis: string }>>)[limit];
  return rule ? `\`${limit}\`: ${String(rule.days)} days (${rule.basis})` : `\`${limit}\` (configured)`;
};

/** The table of docs/notices.md, from the table of the rules. */
export const noticesTable = (): string =>
  [
    '| Notice | 文书 | Fact | Owed by | Within | Basis | What the petitioner can do next | Served by |',
    '|---|---|---|---|---|---|---|---|',
    ...noticeKinds.map((kind) => {
      const { title, owner, owedBy, limit, basis, remedy, servedBy } = noticeRules[kind];
      return `| \`${kind}\` | ${title} | ${owedBy.map(({ fact }) => `\`${fact}\``).join(', ')} | ${owners[owner]} | ${within(limit)} | ${basis.join(', ')} | ${remedies[remedy].text} | \`${servedBy ?? 'NoticeServed'}\` |`;
    }),
  ].join('\n');
