import { afterEveryDay, legalDay } from '../../domain/calendar/calendar.ts';
import { Refusal } from '../../domain/errors.ts';
import type { Clock, RecordStore, ReferenceData } from '../../domain/ports.ts';
import { ledgerTable, type WithheldRow } from '../../domain/reception/ledger-table.ts';
import { type LedgerRow, ledgerRows } from '../../domain/reception/summary.ts';
import type { CountLog } from '../../domain/statistics/progress.ts';
import type { FigureStore } from '../../domain/statistics/store.ts';
import { nameOfFigure } from '../../domain/statistics/summary.ts';
import { type Table, tablesOf } from '../../domain/statistics/tables.ts';
import { requireAccess } from '../shared/access.ts';
import { csvFile } from '../shared/csv.ts';
import { readStatistics, requireQuestion } from '../shared/figures.ts';
import { type FileResult, httpApi, on } from '../shared/http-api.ts';
import { ledgerDay } from '../shared/ledger.ts';
import { recordRead } from '../shared/reads.ts';
import type { ExplainedContext } from '../shared/rules-context.ts';
import * as routes from './routes.ts';
import { xlsxFile } from './xlsx.ts';

export interface Dependencies {
  readonly records: RecordStore;
  readonly figures: Pick<FigureStore, 'figures'>;
  readonly log: Pick<CountLog, 'progress'>;
  readonly reference: ReferenceData;
  readonly context: () => Promise<ExplainedContext>;
  readonly clock: Clock;
}

/** Reception days in one file at most: each is read whole, and the read recorded. */
const daysInFile = 100;
const daysAtOnce = 20;

const fileOf = async (name: string, format: 'csv' | 'xlsx', tables: readonly Table[]): Promise<FileResult> => ({
  file: {
    contentType: format === 'csv' ? routes.csvType : routes.xlsxType,
    name: `${name}.${format}`,
    disposition: 'attachment',
    content: format === 'csv' ? csvFile(tables) : await xlsxFile(tables),
  },
});

/** Figures and ledgers as files for a spreadsheet. */
export const createHandler = (dependencies: Dependencies) => {
  const { records, reference, context, clock } = dependencies;

  return httpApi([
    on(routes.statistics, async ({ officer, actions: [action], query }) => {
      const { units } = await context();
      const question = requireQuestion(query, officer().unit, legalDay(clock.now()));
      requireAccess(officer(), action, { named: question.unit }, units);
      const [statistics, categories] = await Promise.all([
        readStatistics(dependencies, question),
        reference.categories(),
      ]);
      const named = new Map(categories.map(({ code, name }) => [code, name]));
      const tables = tablesOf(statistics, (key) => {
        const [figure = '', dimension, code = ''] = key.split('.');
        return dimension === 'category' ? `${nameOfFigure(figure)}：${named.get(code) ?? code}` : nameOfFigure(key);
      });
      return fileOf(`信访统计 ${statistics.unitName} ${question.from}至${question.to}`, query.format, tables);
    }),

    on(routes.ledger, async ({ officer, actions: [action], query }) => {
      const { units } = await context();
      const unit = units.leadershipOf(query.unit ?? officer().unit);
      const role = requireAccess(officer(), action, { named: unit }, units);
      const { from, to: until = afterEveryDay, format, ...asked } = query;
      if (until < from) throw new Refusal('rule-violated', 'The period ends before it begins.', { pointer: '/to' });
      const listed = await records.listed('session', unit, { from, until }, daysInFile + 1);
      if (listed.items.length > daysInFile || listed.cursor !== undefined) {
        throw new Refusal('rule-violated', `More than ${String(daysInFile)} days: ask for a shorter period.`, {
          pointer: '/to',
        });
      }
      const rows: (LedgerRow | WithheldRow)[] = [];
      for (let first = 0; first < listed.items.length; first += daysAtOnce) {
        const some = listed.items.slice(first, first + daysAtOnce);
        const days = await Promise.all(
          some.map(async ({ stream: { id } }) => {
            const day = await ledgerDay(records, id, officer(), units, asked);
            if (!day || day.visits.length === 0) return [];
            await recordRead({ records, clock }, officer(), role, id, { what: 'visits' });
            const all = ledgerRows(day.session);
            return day.visits.map(
              ({ visit, row }) => row ?? { ...(all[visit.number - 1] as LedgerRow), withheld: true as const },
            );
          }),
        );
        rows.push(...days.flat());
      }
      const nameOf = (id: string): string => units.get(id)?.name ?? id;
      return fileOf(`接访台账 ${nameOf(unit)} ${from}`, format, [ledgerTable(rows, nameOf)]);
    }),
  ]);
};
