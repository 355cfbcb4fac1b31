import { decideAccess } from '../../domain/access/policy.ts';
import { isSealed } from '../../domain/access/sight.ts';
import { legalDay } from '../../domain/calendar/calendar.ts';
import { Refusal } from '../../domain/errors.ts';
import { noticeDocument, type PrintedDocument } from '../../domain/notices/document.ts';
import type { Notice } from '../../domain/notices/notice.ts';
import { noticeDue, noticeOf, unitOwing } from '../../domain/notices/record.ts';
import { noticeRules } from '../../domain/notices/rules.ts';
import type { UnitDirectory } from '../../domain/organisation/unit.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Petition } from '../../domain/petition/state.ts';
import type { Clock, RecordStore, ReferenceData } from '../../domain/ports.ts';
import { annualReport } from '../../domain/statistics/annual-report.ts';
import type { CountLog } from '../../domain/statistics/progress.ts';
import type { FigureStore } from '../../domain/statistics/store.ts';
import { findPetition, readPetition, requireAccess } from '../shared/access.ts';
import { readStatistics } from '../shared/figures.ts';
import { type FileResult, httpApi, on } from '../shared/http-api.ts';
import { type CodeCheck, type Credentials, queryCodeOf, requirePetitioner } from '../shared/query-code.ts';
import type { ExplainedContext } from '../shared/rules-context.ts';
import { docxFile } from './docx.ts';
import { htmlPage, pageHeaders } from './html.ts';
import * as routes from './routes.ts';

export interface Dependencies extends CodeCheck {
  readonly records: RecordStore;
  readonly context: () => Promise<ExplainedContext>;
  readonly figures: Pick<FigureStore, 'figures'>;
  readonly log: Pick<CountLog, 'progress'>;
  readonly reference: Pick<ReferenceData, 'units' | 'categories'>;
  readonly clock: Clock;
}

const fileName = ({ title, number }: PrintedDocument, extension: string): string => `${title} ${number}.${extension}`;

const pageOf = (document: PrintedDocument): FileResult => ({
  file: {
    contentType: routes.htmlType,
    name: fileName(document, 'html'),
    // Nothing in it can run, see its policy; a browser may show it.
    disposition: 'inline',
    content: htmlPage(document),
    headers: pageHeaders,
  },
});

const fileOf = async (document: PrintedDocument): Promise<FileResult> => ({
  file: {
    contentType: routes.docxType,
    name: fileName(document, 'docx'),
    disposition: 'attachment',
    content: await docxFile(document),
  },
});

const described = (notice: Notice, petition: Petition, units: UnitDirectory) => {
  const { id, kind, number, owedSince, servedOn, method } = notice;
  const { title, basis } = noticeRules[kind];
  const unit = unitOwing(notice, petition, units);
  return {
    id,
    kind,
    title,
    number,
    unitName: units.get(unit)?.name ?? unit,
    owedSince,
    basis,
    ...(servedOn === undefined ? {} : { servedOn }),
    ...(method === undefined ? {} : { method }),
  };
};

const stateOf = ({ servedOn, exception }: Notice): 'owed' | 'served' | 'excepted' =>
  servedOn !== undefined ? 'served' : exception !== undefined ? 'excepted' : 'owed';

/** Documents of the record: what is owed to the petitioner in writing, to read, to print and to edit. */
export const createHandler = (dependencies: Dependencies) => {
  const { records, hasher, context, figures, log, reference, clock } = dependencies;
  /** The petitioner's own petition; what was never served is not his to read yet, and an accusation shows nothing. */
  const ownServed = async (credentials: Credentials, callerAddress: string) => {
    await requirePetitioner(dependencies, credentials, callerAddress);
    const [{ events }, { units }] = await Promise.all([
      records.load({ kind: 'petition', id: credentials.number }),
      context(),
    ]);
    const petition = foldPetition(events);
    const served = isSealed(petition) ? [] : petition.notices.filter(({ servedOn }) => servedOn !== undefined);
    return { events, units, petition, served };
  };

  return httpApi([
    on(routes.notices, async (call) => {
      // Kinds, numbers and days: nothing of it is personal, so nothing is opened.
      const sealed = { records: { load: records.stored.bind(records) }, context, clock };
      const { petition, version, known } = await findPetition(sealed, call, call.params.number);
      const { units } = known;
      const items = petition.notices.map((notice) => {
        const due = noticeDue(notice, petition);
        return {
          ...described(notice, petition, units),
          unit: unitOwing(notice, petition, units),
          state: stateOf(notice),
          ...(notice.exception === undefined ? {} : { exception: notice.exception }),
          ...(due === undefined ? {} : { due }),
        };
      });
      return { body: { items }, version };
    }),

    on(routes.notice, async (call) => {
      const { id, number } = call.params;
      const { petition, events, known } = await readPetition(
        { records, context, clock },
        call,
        number,
        (found) => ({ what: 'document', part: noticeOf(found, id).id }),
        // Whoever serves it needs its addressee; everybody else reads it with persons masked.
        (found, { units }) => {
          const named = unitOwing(noticeOf(found, id), found, units);
          return decideAccess(call.officer(), 'ServeNotice', { petition: found, named }, units).allowed;
        },
      );
      const { units } = known;
      const notice = noticeOf(petition, id);
      const handsOverCode = notice.kind === 'receipt' && call.officer().unit === petition.registration?.unit;
      const document = noticeDocument(
        events,
        notice,
        units,
        handsOverCode ? { queryCode: await queryCodeOf(hasher, number) } : {},
      );
      return call.query.format === 'docx' ? fileOf(document) : pageOf(document);
    }),

    on(routes.annualReport, async ({ officer, actions: [action], params, query }) => {
      const { units } = await context();
      const unit = query.unit ?? officer().unit;
      requireAccess(officer(), action, { named: unit }, units);
      // Of months to come there is nothing to report, and of a year to come no month at all.
      const today = legalDay(clock.now()).slice(0, 7);
      const [from, last] = [`${params.year}-01`, `${params.year}-12`];
      if (from > today) {
        throw new Refusal('rule-violated', `The year ${params.year} has not begun: there is nothing to report.`, {
          basis: 'R41',
        });
      }
      const months = { from, to: last <= today ? last : today };
      const [statistics, categories] = await Promise.all([
        readStatistics({ figures, log, reference, context, clock }, { unit, ...months, below: true }),
        reference.categories(),
      ]);
      const report = annualReport(params.year, statistics, categories, units);
      return query.format === 'docx' ? fileOf(report) : pageOf(report);
    }),

    on(routes.ownNotices, async ({ body, callerAddress }) => {
      const { served, petition, units } = await ownServed(body, callerAddress);
      return { body: { items: served.map((notice) => described(notice, petition, units)) } };
    }),

    on(routes.ownNotice, async ({ body, params, callerAddress }) => {
      const { served, events, units } = await ownServed(body, callerAddress);
      const notice = served.find(({ id }) => id === params.id);
      if (!notice) throw new Refusal('not-found', 'No such notice was served to you.');
      return pageOf(noticeDocument(events, notice, units));
    }),
  ]);
};
