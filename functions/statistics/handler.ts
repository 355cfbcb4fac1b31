import type { Action } from '../../domain/access/policy.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { legalDay } from '../../domain/calendar/calendar.ts';
import { Refusal } from '../../domain/errors.ts';
import type { Clock, RecordStore, ReferenceData } from '../../domain/ports.ts';
import type { CountLog } from '../../domain/statistics/progress.ts';
import type { FigureStore } from '../../domain/statistics/store.ts';
import type { Question } from '../../domain/statistics/summary.ts';
import { requireAccess } from '../shared/access.ts';
import { type AskedFor, readStatistics, requireQuestion } from '../shared/figures.ts';
import { httpApi, on } from '../shared/http-api.ts';
import type { ExplainedContext } from '../shared/rules-context.ts';
import { casesBehind } from './cases.ts';
import * as routes from './routes.ts';

export interface Dependencies {
  readonly records: Pick<RecordStore, 'load'>;
  readonly figures: FigureStore;
  readonly log: Pick<CountLog, 'progress'>;
  readonly reference: ReferenceData;
  readonly context: () => Promise<ExplainedContext>;
  readonly clock: Clock;
}

/** What is counted, and the cases behind each number. Nothing here can write. */
export const createHandler = (dependencies: Dependencies) => {
  const { context, clock } = dependencies;

  const asked = async (officer: Officer, action: Action, query: AskedFor): Promise<Question> => {
    const { units } = await context();
    const question = requireQuestion(query, officer.unit, legalDay(clock.now()));
    requireAccess(officer, action, { named: question.unit }, units);
    return question;
  };

  return httpApi([
    on(routes.statistics, async ({ officer, actions: [action], query }) => ({
      body: await readStatistics(dependencies, await asked(officer(), action, query)),
    })),

    on(routes.cases, async ({ officer, actions: [action], params, query }) => {
      const question = await asked(officer(), action, query);
      const found = await casesBehind(dependencies, officer(), question, params.figure, query.limit, query.cursor);
      if (!found) throw new Refusal('not-found', 'There is no such figure.');
      return { body: found };
    }),
  ]);
};
