import type { Action } from '../../domain/access/policy.ts';
import type { Target } from '../../domain/access/relations.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { legalDay } from '../../domain/calendar/calendar.ts';
import { defined } from '../../domain/defined.ts';
import { Refusal, StaleVersion } from '../../domain/errors.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Context } from '../../domain/petition/state.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { Clock, RecordStore } from '../../domain/ports.ts';
import type { ErasureCommand, ErasureEvent } from '../../domain/privacy/erasure.ts';
import { keepingStream, keptThing, type ThingKeeping } from '../../domain/privacy/kept.ts';
import { requireAccess } from '../shared/access.ts';
import type { Result } from '../shared/http-api.ts';
import { mentionable } from '../shared/mention.ts';
import { createPipeline, type DistributiveOmit, type Guarded, instantFor } from '../shared/pipeline.ts';
import { plainWrite } from '../shared/stream-writes.ts';
import { findKept, goesWithPetition, keptOf } from './kept-things.ts';

export interface KeepingDependencies {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly context: () => Promise<Context>;
}

type Intent = DistributiveOmit<ErasureCommand, 'by' | 'at'>;

const nothing = () => new Refusal('not-found', 'There is nothing of that name.');

/** Legal holds and erasure of what is no petition. Nothing personal is asked for, so nothing is opened. */
export const createKeeping = ({ records, clock, context }: KeepingDependencies) => {
  const { once, commit } = createPipeline(records);

  /** What it is and where it stands, for who may do this to it. @throws Refusal */
  const find = async (officer: Officer, action: Action, name: string) => {
    const thing = keptThing(name);
    if (thing === undefined) throw nothing();
    const stream = { kind: 'keeping', id: name } as const;
    const { id } = thing.stream;
    const [{ events }, { events: history }, booked, received, known] = await Promise.all([
      records.stored(thing.stream),
      records.stored(stream),
      // A visit and its booking are erased together, and are about the same matter.
      thing.kind === 'visit' ? records.stored({ kind: 'booking', id }) : undefined,
      thing.kind === 'booking' ? records.stored({ kind: 'session', id }) : undefined,
      context(),
    ]);
    const found = findKept(thing, events, legalDay(clock.now()), known.configuration, (booked ?? received)?.events);
    if (found === undefined) throw nothing();
    // What stands for a petition that is hidden from him is not there either (Art. 28, 30).
    const mayMention = mentionable(records, officer);
    for (const petition of found.petitions) if (!(await mayMention(petition))) throw nothing();
    const kept = keptOf(found);
    const rules = keepingStream(found.unit, kept);
    const own = foldPlain<ThingKeeping, ErasureEvent>(rules, history);
    // With its petition, or by the clock: then its keeping does not say so.
    const state = { ...own, keeping: { ...defined({ erasedOn: found.erasedOn }), ...own.keeping } };
    const { proposal } = state.keeping;
    const target: Target = { named: found.unit, ...(proposal === undefined ? {} : { proposedBy: proposal.by }) };
    const role = requireAccess(officer, action, target, known.units, 'thing');
    const recordedAt = [...events, ...history].reduce((last, { at }) => (at > last ? at : last), '');
    return { stream, found, kept, rules, state, known, by: { id: officer.id, unit: officer.unit, role }, recordedAt };
  };

  /** @throws Refusal while one of the petitions that it stands for is kept */
  const requireOnItsOwn = async (petitions: readonly string[]): Promise<void> => {
    for (const number of petitions) {
      const { events } = await records.stored({ kind: 'petition', id: number });
      if (foldPetition(events).keeping.erasedOn === undefined) throw goesWithPetition();
    }
  };

  return {
    async read(officer: Officer, action: Action, name: string): Promise<Result> {
      const { found, kept, state } = await find(officer, action, name);
      await requireOnItsOwn(found.petitions);
      const { holds, proposal, erasedOn } = state.keeping;
      return {
        body: {
          number: name,
          unit: found.unit,
          ...kept,
          holds: holds.map((hold, index) => ({ hold: index + 1, ...hold })),
          ...(proposal === undefined ? {} : { proposal }),
          ...(erasedOn === undefined ? {} : { erasedOn }),
          version: state.version,
        },
        version: state.version,
      };
    },

    /** @throws Refusal, StaleVersion */
    async change(officer: Officer, guarded: Guarded, name: string, intent: Intent): Promise<Result> {
      return once(officer.id, guarded, async (key) => {
        const { stream, found, rules, state, known, by, recordedAt } = await find(officer, intent.type, name);
        await requireOnItsOwn(found.petitions);
        if (state.version !== guarded.expectedVersion) throw new StaleVersion(state.version);
        const at = instantFor(clock.now(), { recordedAt });
        const events = rules.decide({ ...intent, by, at }, state, known);
        const write = plainWrite(rules, state, events, stream.id, at, by, known);
        if (intent.type !== 'ApproveErasure') return commit(key, guarded, name, [write]);
        // The keeping's own reasons may name somebody too: its key goes with that of the thing.
        const erased = found.erased(legalDay(at), at, by, known);
        return commit(key, guarded, name, [{ ...write, erases: true }, ...erased]);
      });
    },
  };
};
