import { briefingStream } from '../../domain/briefing/briefing.ts';
import { beforeEveryDay } from '../../domain/calendar/calendar.ts';
import { defined } from '../../domain/defined.ts';
import type { Identifiers } from '../../domain/ports.ts';
import { requireAccess } from '../shared/access.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { createPlainCommands, type PlainCommandDependencies } from '../shared/plain-commands.ts';
import * as routes from './routes.ts';

export interface Dependencies extends PlainCommandDependencies {
  readonly identifiers: Identifiers;
}

/** What petition offices tell inspection bodies (Art. 41), for the office that did alone. */
export const createHandler = (dependencies: Dependencies) => {
  const { records, identifiers, clock } = dependencies;
  const briefings = createPlainCommands(dependencies, briefingStream);

  return httpApi([
    on(routes.give, (call) => {
      const officer = call.officer();
      const id = identifiers.petitionNumber(officer.unit, clock.now());
      return briefings.create(officer, call, id, officer.unit, { type: 'GiveBriefing', id, ...defined(call.body) });
    }),
    on(routes.outcome, (call) =>
      briefings.change(call.officer(), call, call.params.briefing, {
        type: 'NoteBriefingOutcome',
        ...defined(call.body),
      }),
    ),
    on(routes.briefings, async ({ officer, actions: [action], query }) => {
      const { units } = await briefings.context();
      const { unit } = officer();
      requireAccess(officer(), action, { named: unit }, units);
      const { items, cursor } = await records.listed(
        'briefing',
        unit,
        query.from ?? beforeEveryDay,
        query.limit,
        query.cursor,
      );
      return {
        body: {
          items: items.map(({ stream, summary }) => ({ number: stream.id, ...summary })),
          ...(cursor === undefined ? {} : { cursor }),
        },
      };
    }),
    on(routes.briefing, async ({ officer, actions: [action], params }) => {
      const [{ units }, found] = await Promise.all([briefings.context(), briefings.load(params.briefing)]);
      requireAccess(officer(), action, { named: found.unit ?? '' }, units, 'briefing');
      const { id, ...rest } = found;
      return { body: { number: id, ...rest }, version: found.version };
    }),
  ]);
};
