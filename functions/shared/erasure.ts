import { isSealed } from '../../domain/access/sight.ts';
import { legalDay } from '../../domain/calendar/calendar.ts';
import { erasePlacement, foldPlacement, placementHistory } from '../../domain/centre/placement-history.ts';
import { Refusal } from '../../domain/errors.ts';
import { eraseNeed, needStream } from '../../domain/grid/need.ts';
import type { Need, NeedEvent } from '../../domain/grid/need-state.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Context, Petition } from '../../domain/petition/state.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { Clock, EventActor, RecordStore, StoredEvent, StreamWrite } from '../../domain/ports.ts';
import { visitsOf } from '../../domain/privacy/erasure.ts';
import { foldSession } from '../../domain/reception/session-history.ts';
import { eraseVisits } from '../../domain/reception/visits.ts';
import {
  eraseWhistle,
  eraseWithPetition,
  foldWhistle,
  whistleHistory,
  whistlesOf,
} from '../../domain/whistle/whistle-history.ts';
import { bookingsErased } from './booked.ts';
import { foldBookings } from './bookings.ts';
import { heldOf, isHeldThing } from './holds.ts';
import { instantFor, patiently } from './pipeline.ts';
import { plainWrite, sessionWrite } from './stream-writes.ts';

export interface ErasureDependencies {
  readonly records: Pick<RecordStore, 'stored' | 'head' | 'findByLookup' | 'commit' | 'takeAwayLookups'>;
  readonly clock: Clock;
  readonly context: () => Promise<Context>;
}

/** Visits of one reception day in one transaction: each takes up to five of its hundred items, with its booking. */
const visitsAtOnce = 15;

/** Stages at the same time. */
const concurrency = 8;

const lastOf = (events: readonly StoredEvent[]) => ({ recordedAt: events.at(-1)?.at ?? '' });

/** The visits at which a petition was told, by reception day. */
const visitsByDay = (petition: Petition) =>
  [...Map.groupBy(visitsOf(petition), ({ session }) => session)].map(
    ([session, told]) => [session, told.map(({ visit }) => visit)] as const,
  );

/**
 * What goes with a petition whose personal data is erased: the visits at which the matter was told, the need of the grid that it
 * was before, what centres wrote about it, and the whistles that were blown for it. Parts of a split petition have a time and two
 * persons of their own; the questions of an assembly name nobody, and stand in minutes that the village has published.
 *
 * No transaction holds any number of streams. So the petition's own fact and key come first, with an item that waits; each of the
 * others follows in a transaction of its own, which says so in its own stream. What a crash leaves is found from that item.
 */
export const createErasure = ({ records, clock, context }: ErasureDependencies) => {
  const eventsOf = async (...asked: Parameters<RecordStore['stored']>) => (await records.stored(...asked)).events;

  /** The first visits of a day that are left, with their bookings; nothing when none is. */
  const visitsErased = async (id: string, told: readonly number[], by: EventActor): Promise<readonly StreamWrite[]> => {
    const [history, known] = await Promise.all([eventsOf({ kind: 'session', id }), context()]);
    const session = foldSession(history);
    const left = told.filter((visit) => session.visits[visit - 1]?.erasedOn === undefined).slice(0, visitsAtOnce);
    if (left.length === 0) return [];
    const at = instantFor(clock.now(), lastOf(history));
    const on = legalDay(at);
    const facts = eraseVisits(session, left, on, true);
    const booked = await eventsOf({ kind: 'booking', id });
    return [
      { ...sessionWrite(session, facts, id, at, by, known), erasesParts: left },
      ...bookingsErased(id, booked, left, { on, at, by, context: known }),
    ];
  };

  const needErased = async (id: string, by: EventActor): Promise<readonly StreamWrite[]> => {
    const [history, known] = await Promise.all([eventsOf({ kind: 'need', id }), context()]);
    const need = foldPlain<Need, NeedEvent>(needStream, history);
    const at = instantFor(clock.now(), lastOf(history));
    const facts = eraseNeed(need, legalDay(at));
    return facts.length === 0 ? [] : [{ ...plainWrite(needStream, need, facts, id, at, by, known), erases: true }];
  };

  const placementErased = async (id: string, by: EventActor): Promise<readonly StreamWrite[]> => {
    const [history, known] = await Promise.all([eventsOf({ kind: 'placement', id }), context()]);
    const placement = foldPlacement(history);
    const at = instantFor(clock.now(), lastOf(history));
    const facts = erasePlacement(placement, legalDay(at));
    return facts.length === 0
      ? []
      : [{ ...plainWrite(placementHistory, placement, facts, id, at, by, known), erases: true }];
  };

  const whistleErased = async (id: string, petition: string, by: EventActor): Promise<readonly StreamWrite[]> => {
    const [history, known] = await Promise.all([eventsOf({ kind: 'whistle', id }), context()]);
    const whistle = foldWhistle(history);
    const at = instantFor(clock.now(), lastOf(history));
    const facts = eraseWithPetition(whistle, by.id, legalDay(at));
    if (facts.length === 0) return [];
    // Still found as what it was blown for: that names nobody.
    const write = plainWrite(whistleHistory, whistle, facts, id, at, by, known);
    return [{ ...write, erases: true, lookups: [whistlesOf(petition)] }];
  };

  /** A hold that was placed on a visit, on what was booked, or on the need, before there was a petition. @throws Refusal */
  const requireNoHold = async (petition: Petition): Promise<void> => {
    for (const [id, visits] of visitsByDay(petition)) {
      const { bookings } = foldBookings(await eventsOf({ kind: 'booking', id }));
      const booked = bookings.flatMap(({ visit }, index) =>
        visit !== undefined && visits.includes(visit) ? [index + 1] : [],
      );
      const held = [
        ...(await heldOf(records, 'visit', id, visits)).map((number) => `visit.${id}.${String(number)}`),
        ...(await heldOf(records, 'booking', id, booked)).map((number) => `booking.${id}.${String(number)}`),
      ];
      if (held[0] !== undefined) throw underHold(held[0]);
    }
    const { origin } = petition.registration ?? {};
    if (origin?.kind !== 'need') return;
    const need = `need.${origin.id}`;
    if (await isHeldThing(records, need)) throw underHold(need);
  };

  const underHold = (thing: string): Refusal =>
    new Refusal(
      'legal-hold',
      `A legal hold stands on ${thing}, which goes with it: nothing is erased until it is lifted.`,
    );

  /** Writes until nothing is left to be written; reads anew whenever somebody else was faster. Answers how many streams it wrote. */
  const worked = async (next: () => Promise<readonly StreamWrite[]>): Promise<number> => {
    let written = 0;
    for (;;) {
      const writes = await patiently(async () => {
        const found = await next();
        if (found.length > 0) await records.commit(found);
        return found.length;
      });
      if (writes === 0) return written;
      written += writes;
    }
  };

  return {
    /** Whoever approves is told what would have to be ended first. @param on legal day. @throws Refusal */
    async requireOver(petition: Petition, on: string): Promise<void> {
      await requireNoHold(petition);
      for (const [id, visits] of visitsByDay(petition)) {
        eraseVisits(foldSession(await eventsOf({ kind: 'session', id })), visits, on, isSealed(petition));
      }
      for (const { id } of await records.findByLookup(whistlesOf(petition.number))) {
        eraseWhistle(foldWhistle(await eventsOf({ kind: 'whistle', id })), on);
      }
    },

    /**
     * Erases what goes with a petition that was erased, whatever has gone of it already; can be repeated. Whistles are found by an
     * index that is a moment late, and one may have been drafted by somebody who read the petition just before: who must miss
     * nothing comes again. @param later who acts for the approver afterwards. @param most stages of this call. Answers how many
     * streams were written. @throws Error of the first stage that failed, after the others
     */
    async finish(number: string, later?: EventActor, most = Number.POSITIVE_INFINITY): Promise<number> {
      const history = await eventsOf({ kind: 'petition', id: number });
      const erasure = history.find(({ type }) => type === 'PersonalDataErased');
      if (erasure === undefined) throw new Error(`The record of ${number} does not say that it was erased.`);
      const petition = foldPetition(history);
      const by = later ?? erasure.actor;
      const origin = petition.registration?.origin;
      const whistles = await records.findByLookup(whistlesOf(number));
      const stages = [
        async () => {
          await records.takeAwayLookups({ kind: 'petition', id: number });
          return 0;
        },
        () => worked(() => placementErased(number, by)),
        ...(origin?.kind === 'need' ? [() => worked(() => needErased(origin.id, by))] : []),
        ...visitsByDay(petition).map(
          ([id, visits]) =>
            () =>
              worked(() => visitsErased(id, visits, by)),
        ),
        ...whistles.map(
          ({ id }) =>
            () =>
              worked(() => whistleErased(id, number, by)),
        ),
      ].slice(0, most);
      let written = 0;
      const failures: unknown[] = [];
      const work = async (): Promise<void> => {
        for (let stage = stages.shift(); stage; stage = stages.shift()) {
          try {
            const streams = await stage();
            written += streams;
          } catch (error) {
            failures.push(error);
          }
        }
      };
      await Promise.all(Array.from({ length: concurrency }, work));
      if (failures.length > 0) throw failures[0];
      return written;
    },
  };
};

export type Erasure = ReturnType<typeof createErasure>;
