import { decideAccess } from '../../domain/access/policy.ts';
import { beforeEveryDay, legalDay } from '../../domain/calendar/calendar.ts';
import { defined } from '../../domain/defined.ts';
import { foldPetition, statusOf } from '../../domain/petition/petition.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { Identifiers, Page } from '../../domain/ports.ts';
import { holdsOn, type Programme, type ProgrammeEvent, programmeStream } from '../../domain/programme/programme.ts';
import { enrolmentsOf, programmePeriod } from '../../domain/statistics/enrolments.ts';
import type { FigureStore } from '../../domain/statistics/store.ts';
import { type Asking, requireAccess } from '../shared/access.ts';
import { areaPage } from '../shared/area-page.ts';
import type { Commands } from '../shared/commands.ts';
import { filledPage } from '../shared/filled-page.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { numberedPage } from '../shared/numbered-page.ts';
import { ordinal } from '../shared/ordinal.ts';
import { createPlainCommands, type PlainCommandDependencies } from '../shared/plain-commands.ts';
import { recordRead } from '../shared/reads.ts';
import * as routes from './routes.ts';

export interface Dependencies extends PlainCommandDependencies {
  readonly commands: Commands;
  readonly identifiers: Identifiers;
  readonly figures: Pick<FigureStore, 'figures' | 'streamsIn'>;
}

/** How many stretches of a list one request looks through for what it may show. */
const mostLooks = 10;

/** Campaigns and mechanisms with their documents, batches, appointments and pledges, and the matters enrolled in them. */
export const createHandler = (dependencies: Dependencies) => {
  const { commands, records, identifiers, clock, figures } = dependencies;
  const programmes = createPlainCommands(dependencies, programmeStream);
  const today = (): string => legalDay(clock.now());

  /** Its name and documents are published; who serves in it is somebody, and that he was read of is recorded. */
  const readPersons = async ({ officer, actions: [action], params }: Asking & { params: { programme: string } }) => {
    const [{ units }, found] = await Promise.all([commands.context(), programmes.load(params.programme)]);
    const role = requireAccess(officer(), action, found.unit === undefined ? {} : { named: found.unit }, units);
    const noteRead = async <T>(rows: Page<T>): Promise<{ readonly body: Page<T> }> => {
      if (rows.items.length > 0) await recordRead({ records, clock }, officer(), role, found.id, { what: 'programme' });
      return { body: rows };
    };
    return { found, noteRead };
  };

  return httpApi([
    on(routes.found, (call) => {
      const officer = call.officer();
      const { unit = officer.unit, ...founded } = defined(call.body);
      const id = identifiers.petitionNumber(unit, clock.now());
      return programmes.create(officer, call, id, unit, { type: 'FoundProgramme', id, unit, ...founded });
    }),
    on(routes.attach, (call) =>
      programmes.change(call.officer(), call, call.params.programme, { type: 'AttachDocument', ...defined(call.body) }),
    ),
    on(routes.endDocument, (call) =>
      programmes.change(call.officer(), call, call.params.programme, {
        type: 'EndDocument',
        document: ordinal('document', call.params.document),
        ...call.body,
      }),
    ),
    on(routes.addBatch, (call) =>
      programmes.change(call.officer(), call, call.params.programme, { type: 'AddBatch', ...defined(call.body) }),
    ),
    on(routes.appoint, (call) =>
      programmes.change(call.officer(), call, call.params.programme, {
        type: 'AppointInProgramme',
        ...defined(call.body),
      }),
    ),
    on(routes.endAppointment, (call) =>
      programmes.change(call.officer(), call, call.params.programme, {
        type: 'EndProgrammeAppointment',
        appointment: ordinal('appointment', call.params.appointment),
        ...call.body,
      }),
    ),
    on(routes.pledge, (call) =>
      programmes.change(call.officer(), call, call.params.programme, { type: 'RecordPledge', ...call.body }),
    ),
    on(routes.end, (call) =>
      programmes.change(call.officer(), call, call.params.programme, { type: 'EndProgramme', ...call.body }),
    ),

    on(routes.programmes, async ({ officer, actions: [action], query }) => {
      const { units } = await commands.context();
      const unit = query.unit ?? officer().unit;
      requireAccess(officer(), action, { named: unit }, units);
      // What holds above holds here: of the governments above and of the offices that act for them.
      const above = query.above ? units.superiorsOf(unit).flatMap((each) => [each, units.petitionOfficeOf(each)]) : [];
      const own = query.above ? [unit, units.petitionOfficeOf(unit)] : [unit];
      const { runningOn } = query;
      const { items, cursor } = await filledPage(
        (limit, from) =>
          areaPage(
            [...new Set([...own, ...above])],
            (each, wanted, after) => records.listed('programme', each, beforeEveryDay, wanted, after),
            limit,
            from,
          ),
        ({ summary }) => runningOn === undefined || holdsOn(summary as { from: string; to?: string }, runningOn),
        query.limit,
        query.cursor,
        mostLooks,
      );
      return { body: { items: items.map(({ summary }) => summary), ...(cursor === undefined ? {} : { cursor }) } };
    }),
    on(routes.programme, async ({ officer, actions: [action], params, query }) => {
      const [{ units }, found] = await Promise.all([commands.context(), programmes.load(params.programme)]);
      requireAccess(officer(), action, found.unit === undefined ? {} : { named: found.unit }, units);
      const day = query.on ?? today();
      const { id, documents, batches, appointments, pledges, ...rest } = found;
      return {
        body: {
          number: id,
          ...rest,
          on: day,
          running: holdsOn(found, day),
          documents: documents.map((document, index) => ({
            document: index + 1,
            ...document,
            inForce: holdsOn(document, day),
          })),
          batches: batches.map((batch, index) => ({ batch: index + 1, ...batch })),
          // Who they are stands in lists of their own.
          appointments: appointments.length,
          pledges: pledges.length,
        },
        version: found.version,
      };
    }),
    on(routes.appointments, async (call) => {
      const { found, noteRead } = await readPersons(call);
      const { on: day = today(), limit, cursor } = call.query;
      const rows = found.appointments.map((each, index) => {
        return { appointment: index + 1, ...each, inOffice: holdsOn(each, day) };
      });
      return noteRead(numberedPage(rows, ({ appointment }) => appointment, limit, cursor));
    }),
    on(routes.pledges, async (call) => {
      const { found, noteRead } = await readPersons(call);
      const { limit, cursor } = call.query;
      const rows = found.pledges.map((each, index) => ({ pledge: index + 1, ...each }));
      return noteRead(numberedPage(rows, ({ pledge }) => pledge, limit, cursor));
    }),
    on(routes.progress, async ({ officer, actions: [action], params, query }) => {
      const [{ units }, { id, batches }] = await Promise.all([commands.context(), programmes.load(params.programme)]);
      const unit = query.unit ?? officer().unit;
      requireAccess(officer(), action, { named: unit }, units);
      const within = new Set(units.within(unit));
      const rows = [...(await figures.figures(programmePeriod(id)))]
        .filter(([each]) => within.has(each))
        .sort(([a], [b]) => (a < b ? -1 : 1));
      return {
        body: {
          items: rows.flatMap(([each, sums]) =>
            enrolmentsOf(sums).map((progress) => {
              const { name, due } = (progress.batch === undefined ? undefined : batches[progress.batch - 1]) ?? {};
              return {
                unit: each,
                name: units.get(each)?.name ?? each,
                ...progress,
                ...(name === undefined ? {} : { batchName: name }),
                ...(due === undefined ? {} : { due, overdue: due < today() && progress.resolved < progress.enrolled }),
              };
            }),
          ),
        },
      };
    }),
    on(routes.matters, async ({ officer, actions: [action], params, query }) => {
      const [{ units }, { id }] = await Promise.all([commands.context(), programmes.load(params.programme)]);
      const unit = query.unit ?? officer().unit;
      requireAccess(officer(), action, { named: unit }, units);
      const rows = new Map<string, object>();
      const { items, cursor } = await filledPage(
        (limit, from) => figures.streamsIn(unit, programmePeriod(id), limit, from),
        async ({ stream }) => {
          const petition = foldPetition((await records.stored(stream)).events);
          const enrolled = petition.enrolments.find(({ programme }) => programme === id);
          if (!enrolled || (query.batch !== undefined && String(enrolled.batch) !== query.batch)) return false;
          if (!decideAccess(officer(), 'ReadPetition', { petition }, units).allowed) return false;
          const { concludedOn, resolvedOn } = petition;
          rows.set(stream.id, { number: stream.id, ...enrolled, status: statusOf(petition), concludedOn, resolvedOn });
          return true;
        },
        query.limit,
        query.cursor,
        mostLooks,
      );
      return {
        body: {
          items: items.map(({ stream }) => rows.get(stream.id)),
          ...(cursor === undefined ? {} : { cursor }),
        },
      };
    }),

    on(routes.enrol, async (call) => {
      const { programme: id, ...content } = defined(call.body);
      const { events } = await records.load({ kind: 'programme', id });
      const programme: Programme = foldPlain<Programme, ProgrammeEvent>(programmeStream, events);
      const { unit, batches } = programme;
      const found =
        unit === undefined ? undefined : { unit, running: holdsOn(programme, today()), batches: batches.length };
      return commands.change(call.officer(), call, call.params.number, {
        type: 'EnrolMatter',
        programme: id,
        found,
        ...content,
      });
    }),
    on(routes.takeOut, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'TakeOutOfProgramme', ...call.body }),
    ),
  ]);
};
