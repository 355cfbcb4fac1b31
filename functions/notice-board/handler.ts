import { type Assembly, type AssemblyEvent, assemblyStream, publicAssembly } from '../../domain/assembly/assembly.ts';
import { beforeEveryDay, legalDay } from '../../domain/calendar/calendar.ts';
import { Refusal } from '../../domain/errors.ts';
import type { Context } from '../../domain/petition/state.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { Clock, RecordStore } from '../../domain/ports.ts';
import { type BookableDay, placesLeft } from '../../domain/reception/booking.ts';
import { publicDay } from '../../domain/reception/views.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { promotedOutcomes } from '../shared/promoted-outcomes.ts';
import * as routes from './routes.ts';

export interface Dependencies {
  readonly records: Pick<RecordStore, 'load' | 'head' | 'listed'>;
  readonly context: () => Promise<Pick<Context, 'units' | 'configuration'>>;
  readonly clock: Clock;
}

/** What anybody may read, without a token. Nothing here can write. */
export const createHandler = ({ records, context, clock }: Dependencies) =>
  httpApi([
    on(routes.assemblies, async ({ query }) => {
      const { unit, from = beforeEveryDay, limit, cursor: after } = query;
      const { items, cursor } = await records.listed('assembly', unit, from, limit, after);
      return {
        body: {
          items: items.map(({ stream, summary }) => ({ id: stream.id, ...summary })),
          ...(cursor === undefined ? {} : { cursor }),
        },
      };
    }),
    on(routes.assembly, async ({ params }) => {
      const { events } = await records.load({ kind: 'assembly', id: params.assembly });
      if (events.length === 0) throw new Refusal('not-found', 'There is no such assembly.');
      const assembly = foldPlain<Assembly, AssemblyEvent>(assemblyStream, events);
      return { body: publicAssembly(assembly, await promotedOutcomes(records, assembly)) };
    }),
    on(routes.receptionDays, async ({ query }) => {
      const { units } = await context();
      const unit = units.leadershipOf(query.unit);
      const from = query.from ?? legalDay(clock.now());
      const { items, cursor } = await records.listed('session', unit, from, query.limit, query.cursor);
      return {
        body: {
          items: items.map(({ stream, summary }) => ({ id: stream.id, unit, ...publicDay(summary) })),
          unitName: units.get(unit)?.name,
          ...(cursor === undefined ? {} : { cursor }),
        },
      };
    }),
    on(routes.receptionDay, async ({ params: { id } }) => {
      const [head, booked, { units, configuration }] = await Promise.all([
        records.head({ kind: 'session', id }),
        records.head({ kind: 'booking', id }),
        context(),
      ]);
      if (!head) throw new Refusal('not-found', 'There is no such reception day.');
      const unit = units.leadershipOf((head.summary as { unit: string }).unit);
      const active = (booked?.summary as { taken: number } | undefined)?.taken ?? 0;
      const bookings = placesLeft(head.summary as BookableDay, active, clock.now(), { configuration });
      return { body: { id, unit, unitName: units.get(unit)?.name, ...publicDay(head.summary), bookings } };
    }),
  ]);
