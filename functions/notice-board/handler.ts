import { type Assembly, type AssemblyEvent, assemblyStream, publicAssembly } from '../../domain/assembly/assembly.ts';
import { disclosureKey, fileOf, savedDisclosure } from '../../domain/assembly/disclosure.ts';
import { beforeEveryDay, legalDay } from '../../domain/calendar/calendar.ts';
import { publicCentre } from '../../domain/centre/centre.ts';
import { Refusal } from '../../domain/errors.ts';
import type { Context } from '../../domain/petition/state.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { Clock, EvidenceTransfers, RecordStore } from '../../domain/ports.ts';
import { type BookableDay, placesLeft } from '../../domain/reception/booking.ts';
import { isPublic, publicDay } from '../../domain/reception/views.ts';
import { areaPage } from '../shared/area-page.ts';
import { filledPage } from '../shared/filled-page.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { promotedOutcomes } from '../shared/promoted-outcomes.ts';
import * as routes from './routes.ts';

export interface Dependencies {
  readonly records: Pick<RecordStore, 'load' | 'head' | 'listed'>;
  readonly context: () => Promise<Pick<Context, 'units' | 'configuration'>>;
  readonly clock: Clock;
  readonly cleared: Pick<EvidenceTransfers, 'download'>;
}

/** How long an address of a download is good: long enough to begin, too short to pass on. */
const downloadSeconds = 300;

/** What anybody may read, without a token. Nothing here can write. */
export const createHandler = ({ records, context, clock, cleared }: Dependencies) =>
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
      return { body: publicAssembly(assembly, await promotedOutcomes(records, assembly), clock.now()) };
    }),
    on(routes.disclosureFile, async ({ params }) => {
      const { events } = await records.load({ kind: 'assembly', id: params.assembly });
      const { disclosures, erasedOn } = foldPlain<Assembly, AssemblyEvent>(assemblyStream, events);
      const disclosure = Number(params.disclosure);
      const { size, mediaType, sha256, state, scanned = false } = fileOf(disclosures, disclosure);
      if (erasedOn !== undefined) throw new Refusal('erased', `The file was erased with its assembly on ${erasedOn}.`);
      if (state !== 'cleared') throw new Refusal('not-the-step', 'The file is not released: see its state.');
      const now = clock.now();
      const name = savedDisclosure(params.assembly, disclosure, { size, mediaType });
      const file = { key: disclosureKey(params.assembly, disclosure), name };
      const url = await cleared.download(file, { now, seconds: downloadSeconds });
      const expiresAt = new Date(Date.parse(now) + downloadSeconds * 1000).toISOString();
      return { body: { url, expiresAt, size, mediaType, sha256, scanned } };
    }),
    on(routes.centres, async ({ query }) => {
      const { units } = await context();
      const day = legalDay(clock.now());
      const { items, cursor } = await areaPage(
        units.get(query.unit) ? units.within(query.unit) : [],
        async (id) => {
          const head = await records.head({ kind: 'centre', id });
          const centre = head && publicCentre(head.summary, day);
          return { items: centre ? [centre] : [] };
        },
        query.limit,
        query.cursor,
      );
      return {
        body: {
          items: items.map((centre) => ({
            ...centre,
            unitName: units.get(centre.unit)?.name,
            level: units.get(centre.unit)?.level,
          })),
          ...(cursor === undefined ? {} : { cursor }),
        },
      };
    }),
    on(routes.receptionDays, async ({ query }) => {
      const { units } = await context();
      const unit = units.leadershipOf(query.unit);
      const from = query.from ?? legalDay(clock.now());
      const { items, cursor } = await filledPage(
        (limit, after) => records.listed('session', unit, from, limit, after),
        ({ summary }) => isPublic(summary),
        query.limit,
        query.cursor,
      );
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
      if (!head || !isPublic(head.summary)) throw new Refusal('not-found', 'There is no such reception day.');
      const unit = units.leadershipOf((head.summary as { unit: string }).unit);
      const active = (booked?.summary as { taken: number } | undefined)?.taken ?? 0;
      const bookings = placesLeft(head.summary as BookableDay, active, clock.now(), { configuration });
      return { body: { id, unit, unitName: units.get(unit)?.name, ...publicDay(head.summary), bookings } };
    }),
  ]);
