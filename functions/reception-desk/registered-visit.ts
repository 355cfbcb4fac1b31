import { decideAccess } from '../../domain/access/policy.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { isOutOfSight, isSealed } from '../../domain/access/sight.ts';
import { legalDay } from '../../domain/calendar/calendar.ts';
import { Refusal } from '../../domain/errors.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Petition } from '../../domain/petition/state.ts';
import type { EventActor, RecordStore, StreamWrite } from '../../domain/ports.ts';
import { foldSession } from '../../domain/reception/session-history.ts';
import { noSuchVisit } from '../../domain/reception/session-state.ts';
import { nameMatter } from '../../domain/reception/visits.ts';
import { instantFor } from '../shared/pipeline.ts';
import type { ExplainedContext } from '../shared/rules-context.ts';
import { sessionWrite } from '../shared/stream-writes.ts';

/**
 * What the registration of a petition at a visit writes to its day: the visit is about it from then on.
 * @throws Refusal where the desk has no such visit
 */
export const registeredVisit = async (
  records: Pick<RecordStore, 'load'>,
  officer: Officer,
  petition: Petition,
  { at, by, context }: { readonly at: string; readonly by: EventActor; readonly context: ExplainedContext },
): Promise<readonly StreamWrite[]> => {
  const { number, registration } = petition;
  const told = registration?.visit;
  if (told === undefined) return [];
  const { events } = await records.load({ kind: 'session', id: told.session });
  const session = { ...foldSession(events), recordedAt: events.at(-1)?.at ?? '' };
  const target = session.unit === undefined ? {} : { sessionUnit: session.unit };
  if (events.length === 0 || !decideAccess(officer, 'RecordVisit', target, context.units).allowed) {
    throw new Refusal('rule-violated', `Your desk has no reception day ${told.session}.`, {
      pointer: '/visit/session',
    });
  }
  // What is withheld from him is not there.
  const about = session.visits[told.visit - 1]?.petition;
  if (about !== undefined) {
    const other = foldPetition((await records.load({ kind: 'petition', id: about })).events);
    if (isOutOfSight(officer, other)) throw noSuchVisit(told.visit);
  }
  const named = nameMatter(session, told.visit, number, legalDay(at), isSealed(petition));
  return [sessionWrite(session, named, told.session, instantFor(at, session), by, context)];
};
