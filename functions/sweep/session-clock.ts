import { legalDay } from '../../domain/calendar/calendar.ts';
import { supervisionOfMissed } from '../../domain/petition/supervision.ts';
import type { StreamWrite } from '../../domain/ports.ts';
import { decideSession } from '../../domain/reception/session.ts';
import type { Session, SessionEvent } from '../../domain/reception/session-state.ts';
import { isUnused, unusedVisits } from '../../domain/reception/visits.ts';
import { clockActor } from '../shared/clock-actor.ts';
import { heldOf } from '../shared/holds.ts';
import { instantFor, patiently, type Recorded } from '../shared/pipeline.ts';
import type { ExplainedContext } from '../shared/rules-context.ts';
import { isSealedNow } from '../shared/sealed-behind.ts';
import { createSessionCore, type SessionCommandDependencies } from '../shared/session-core.ts';
import { petitionWrite, sessionWrite } from '../shared/stream-writes.ts';

/** What the clock does to reception days. */
export const createSessionClock = (dependencies: SessionCommandDependencies) => {
  const { records, clock } = dependencies;
  const { loadPetition, contextNow, loadSession } = createSessionCore(dependencies);

  /** Supervisions (Art. 40) of the petitions whose instructions were missed, for the same transaction: with one fact come both. */
  const supervisedWith = async (
    session: Session & Recorded,
    events: readonly SessionEvent[],
    context: ExplainedContext,
  ): Promise<readonly StreamWrite[]> => {
    const missed = events.flatMap((event) => {
      if (event.type !== 'CommitmentMissed') return [];
      const { visit, due } = event.data;
      const { petition, commitment } = session.visits[visit - 1] ?? {};
      return petition === undefined || !commitment
        ? []
        : [{ petition, visit, due, against: commitment.responsibleUnit }];
    });
    const writes = await Promise.all(
      [...Map.groupBy(missed, ({ petition }) => petition)].map(async ([number, each]) => {
        const petition = await loadPetition(number);
        const opened = each.flatMap(({ petition: _, ...one }) =>
          supervisionOfMissed(petition, { session: session.id, ...one, by: clockActor.id }),
        );
        const at = instantFor(clock.now(), session, petition);
        return opened.length === 0 ? [] : [petitionWrite(petition, opened, number, at, clockActor, context)];
      }),
    );
    return writes.flat();
  };

  return {
    /**
     * Counts configured days anew, with this calendar. Of sealed matters too, whose limits are counted like any other: nothing is
     * said of them but a day. Answers the types of the facts. @throws StaleVersion after several attempts
     */
    recount: async (id: string, calendar: string): Promise<readonly string[]> => {
      const types: string[] = [];
      for (;;) {
        const pass = await patiently(async () => {
          const [session, context] = await Promise.all([loadSession(id), contextNow()]);
          const at = instantFor(clock.now(), session);
          const events = decideSession({ type: 'RecountCommitments', calendar, by: clockActor, at }, session, context);
          if (events.length > 0) await records.commit([sessionWrite(session, events, id, at, clockActor, context)]);
          return events;
        });
        if (pass.length === 0) return types;
        types.push(...pass.map(({ type }) => type));
      }
    },

    /**
     * What the clock has to say of commitments, of those in sealed matters nothing; and the end of visits that nobody came to. One that is missed opens supervision
     * of its petition in the same transaction. Harmless to repeat, since the state says what has been recorded. Answers the
     * types of the facts. @throws StaleVersion after several attempts
     */
    tick: (id: string): Promise<readonly string[]> =>
      patiently(async () => {
        const [session, context] = await Promise.all([loadSession(id), contextNow()]);
        const at = instantFor(clock.now(), session);
        const sealed = await Promise.all(session.visits.map(({ petition }) => isSealedNow(records, petition)));
        const withheld = sealed.flatMap((each, index) => (each ? [index + 1] : []));
        const swept = session.cancelled
          ? []
          : decideSession({ type: 'SweepCommitments', withheld, by: clockActor, at }, session, context);
        const left = session.visits.flatMap((visit, index) => (isUnused(visit) ? [index + 1] : []));
        const unused = unusedVisits(session, await heldOf(records, 'visit', id, left), legalDay(at), context);
        const events = [...swept, ...unused];
        if (events.length === 0) return [];
        const supervised = await supervisedWith(session, swept, context);
        const write = sessionWrite(session, events, id, at, clockActor, context);
        const erasesParts = unused.map(({ data }) => data.visit);
        await records.commit([{ ...write, erasesParts }, ...supervised]);
        return events.map(({ type }) => type);
      }),
  };
};
