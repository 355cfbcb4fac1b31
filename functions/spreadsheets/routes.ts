import * as z from 'zod/mini';
import { ledgerQuestion } from '../enquiry/routes.ts';
import { route } from '../shared/route.ts';
import { question } from '../statistics/routes.ts';

export const csvType = 'text/csv; charset=utf-8';
export const xlsxType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const format = z._default(z.enum(['csv', 'xlsx']), 'xlsx');

export const statistics = route({
  method: 'GET',
  path: '/statistics/export',
  actions: ['ReadStatistics'],
  tag: 'statistics 统计',
  summary: 'The same figures as a file for a spreadsheet',
  query: () => z.strictObject({ ...question, format }),
  response: { files: [csvType, xlsxType] },
});

export const ledger = route({
  method: 'GET',
  path: '/reception-ledger/export',
  actions: ['ReadLedger'],
  tag: 'enquiry 查询',
  summary: 'The ledger (接访台账) as a file for a spreadsheet: each visit a row',
  description:
    'What `GET /reception-ledger` shows you, of 100 reception days at most: ask for a shorter period when there are more. Names are masked, and that they were read is recorded.',
  query: () => z.strictObject({ ...ledgerQuestion, format }),
  response: { files: [csvType, xlsxType] },
});

export const routes = [statistics, ledger];
