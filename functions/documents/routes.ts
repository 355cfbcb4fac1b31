import * as z from 'zod/mini';
import { noticeKinds } from '../../domain/notices/notice.ts';
import { serviceMethods } from '../../domain/petition/opinion.ts';
import { route } from '../shared/route.ts';
import { credentials, unitId } from '../shared/schemas.ts';

const tag = 'notices 告知文书';

export const docxType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
export const htmlType = 'text/html; charset=utf-8';

const noticeFields = {
  id: z.string(),
  kind: z.enum(noticeKinds),
  title: z.string(),
  number: z.string().check(z.describe('文号')),
  unitName: z.string(),
  owedSince: z.string().check(z.describe('Legal day')),
  basis: z.array(z.string()).check(z.describe('Articles: R = 信访工作条例, M = 人民调解法')),
  servedOn: z.optional(z.string()),
  method: z.optional(z.enum(serviceMethods)),
};

export const notices = route({
  method: 'GET',
  path: '/petitions/{number}/notices',
  actions: ['ReadPetition'],
  tag,
  summary: 'Every notice of a petition: owed, served, or excepted, with its article',
  response: () =>
    z.object({
      items: z.array(
        z.object({
          ...noticeFields,
          unit: z.string(),
          state: z.enum(['owed', 'served', 'excepted']),
          exception: z.optional(z.enum(['unreachable', 'sealed', 'replaced'])),
          due: z.optional(z.string().check(z.describe('Last legal day in time, where a limit asks for it'))),
        }),
      ),
    }),
});

export const notice = route({
  method: 'GET',
  path: '/petitions/{number}/notices/{id}',
  actions: ['ReadPetition'],
  tag,
  summary: 'A notice as a page to print or as a file to edit',
  description: 'The receipt bears the query code (查询码) for officers of the registering unit only.',
  query: () => z.strictObject({ format: z._default(z.enum(['html', 'docx']), 'html') }),
  response: { files: [htmlType, docxType] },
});

export const annualReport = route({
  method: 'GET',
  path: '/annual-reports/{year}',
  actions: ['ReadStatistics'],
  tag: 'statistics 统计',
  summary: 'The annual report of Art. 41 (信访情况年度报告) as a page to print or as a file to edit',
  description:
    'Figures, fields and most-complained organs; forwarding, handing over and supervision; proposals and what was adopted; other matters. Of the year that runs: its months until today; of a year to come: refused. What is open, and how old, is told as of the day of the report and not of the end of an earlier year.',
  query: () =>
    z.strictObject({
      unit: z.optional(unitId('Mine when absent; with every unit below it')),
      format: z._default(z.enum(['html', 'docx']), 'html'),
    }),
  response: { files: [htmlType, docxType] },
});

export const ownNotices = route({
  method: 'POST',
  path: '/portal/notices',
  actions: ['FollowOwnPetition'],
  public: true,
  tag,
  summary: 'The notices that were served to you, by number and query code',
  body: () => z.strictObject(credentials),
  response: () => z.object({ items: z.array(z.object(noticeFields)) }),
});

export const ownNotice = route({
  method: 'POST',
  path: '/portal/notices/{id}',
  actions: ['FollowOwnPetition'],
  public: true,
  tag,
  summary: 'Read or print a notice that was served to you',
  body: () => z.strictObject(credentials),
  response: { files: [htmlType] },
});

export const routes = [notices, notice, annualReport, ownNotices, ownNotice];
