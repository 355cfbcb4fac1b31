import type { Action } from '../../domain/access/policy.ts';
import type { Target } from '../../domain/access/relations.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { Refusal, StaleVersion } from '../../domain/errors.ts';
import type { Issued } from '../../domain/petition/state.ts';
import { foldPlain, type PlainStream } from '../../domain/plain-stream.ts';
import type { Clock, EventActor, RecordStore, StreamWrite } from '../../domain/ports.ts';
import { absent, requireAccess } from './access.ts';
import { clockActor } from './clock-actor.ts';
import type { Result } from './http-api.ts';
import {
  createPipeline,
  type DistributiveOmit,
  type Guarded,
  instantFor,
  patiently,
  type Recorded,
} from './pipeline.ts';
import { type ContextDependencies, contextSource, type ExplainedContext } from './rules-context.ts';
import { plainWrite } from './stream-writes.ts';

export interface PlainCommandDependencies extends ContextDependencies {
  readonly records: RecordStore;
  readonly clock: Clock;
}

/** Who acts, when, by which rules. */
export interface Act {
  readonly at: string;
  readonly by: EventActor;
  readonly context: ExplainedContext;
}

/** What else a command writes in the same transaction, and what its answer says besides. */
export interface Besides {
  readonly writes: readonly StreamWrite[];
  readonly answer?: object;
  /** Keyed hashes under which what begins can be found. */
  readonly lookups?: readonly string[];
}

/** What the policy is asked of a state before something is done to it. */
export type Standing<S> = (state: S, intent: object) => Target | Promise<Target>;

/**
 * Runs the commands of one kind of plain stream, by the same pipeline as petitions and sessions.
 * @param standing by default the relations are about the unit in whose area it lies
 */
export const createPlainCommands = <
  S extends { readonly version: number },
  C extends Issued & { readonly type: string },
  E extends { readonly type: string; readonly data: object },
>(
  dependencies: PlainCommandDependencies,
  rules: PlainStream<S, C, E>,
  standing: Standing<S> = (state) => {
    const unit = rules.unitOf(state);
    return unit === undefined ? {} : { named: unit };
  },
) => {
  type Intent = DistributiveOmit<C, 'by' | 'at'> & { readonly type: C['type'] & Action };
  const { records, clock } = dependencies;
  const contextNow = contextSource(dependencies);
  const { once, commit } = createPipeline(records);

  const loadRecorded = async (id: string): Promise<Recorded & { readonly state: S }> => {
    const { events } = await records.load({ kind: rules.kind, id });
    if (events.length === 0) throw new Refusal('not-found', absent(rules.kind));
    return { state: foldPlain<S, E>(rules, events), recordedAt: events.at(-1)?.at ?? '' };
  };
  const load = async (id: string): Promise<S> => (await loadRecorded(id)).state;

  const act = (officer: Officer, action: Action, target: Target, context: ExplainedContext, recordedAt = ''): Act => {
    const role = requireAccess(officer, action, target, context.units, rules.kind);
    return { at: instantFor(clock.now(), { recordedAt }), by: { id: officer.id, unit: officer.unit, role }, context };
  };

  const decided = (intent: Intent, state: S, { at, by, context }: Act): readonly E[] =>
    rules.decide({ ...intent, by, at } as unknown as C, state, context);

  const writing = (before: S, events: readonly E[], id: string, { at, by, context }: Act): StreamWrite =>
    plainWrite(rules, before, events, id, at, by, context);

  return {
    context: contextNow,
    load,

    /** Begins a stream in the area of a unit. @throws Refusal `already-decided` when there is one of that name */
    async create(
      officer: Officer,
      guarded: Guarded,
      id: string,
      unit: string,
      intent: Intent,
      besides: (now: Act) => Promise<Besides> = async () => ({ writes: [] }),
    ): Promise<Result> {
      return once(officer.id, guarded, async (key) => {
        const now = act(officer, intent.type, { named: unit }, await contextNow());
        const events = decided(intent, rules.initial, now);
        const { writes, answer, lookups = [] } = await besides(now);
        const begun = writing(rules.initial, events, id, now);
        try {
          return await commit(
            key,
            guarded,
            id,
            [{ ...begun, ...(lookups.length === 0 ? {} : { lookups }) }, ...writes],
            answer,
          );
        } catch (error) {
          // Whoever begins something knows no version that he could read again.
          if (!(error instanceof StaleVersion)) throw error;
          throw new Refusal('already-decided', `There is a ${rules.kind} ${id} already, of this unit or another.`);
        }
      });
    },

    /** Changes a stream at the version that was read. @throws Refusal, StaleVersion */
    async change(
      officer: Officer,
      guarded: Guarded,
      id: string,
      intent: Intent,
      besides: (state: S, now: Act) => Promise<Besides> = async () => ({ writes: [] }),
    ): Promise<Result> {
      return once(officer.id, guarded, async (key) => {
        const [{ state, recordedAt }, context] = await Promise.all([loadRecorded(id), contextNow()]);
        const now = act(officer, intent.type, await standing(state, intent), context, recordedAt);
        if (state.version !== guarded.expectedVersion) throw new StaleVersion(state.version);
        const events = decided(intent, state, now);
        const { writes, answer } = await besides(state, now);
        return commit(key, guarded, id, [writing(state, events, id, now), ...writes], answer);
      });
    },

    /**
     * Adds what does not depend on what others have added meanwhile: a phone that was offline knows no version. Tried again
     * when somebody else was faster. @throws Refusal, StaleVersion after several attempts
     */
    async add(officer: Officer, guarded: Guarded, id: string, intent: Intent): Promise<Result> {
      return once(officer.id, guarded, async (key) => {
        return patiently(async () => {
          const [{ state, recordedAt }, context] = await Promise.all([loadRecorded(id), contextNow()]);
          const now = act(officer, intent.type, await standing(state, intent), context, recordedAt);
          return commit(key, guarded, id, [writing(state, decided(intent, state, now), id, now)]);
        });
      });
    },
  };
};

/**
 * What the sweep does to a plain stream, or the scan of files. Harmless to repeat, since the state says what has been recorded. Answers the types
 * of the facts. @throws StaleVersion after several attempts
 */
export const createPlainTick = <
  S extends { readonly version: number },
  C extends Issued & { readonly type: string },
  E extends { readonly type: string; readonly data: object },
>(
  { records, clock, ...dependencies }: PlainCommandDependencies,
  rules: PlainStream<S, C, E>,
  command: (by: EventActor, at: string, state: S) => C | Promise<C>,
  actor: EventActor = clockActor,
) => {
  const contextNow = contextSource(dependencies);
  return (id: string): Promise<readonly string[]> =>
    patiently(async () => {
      const [{ events: history }, context] = await Promise.all([records.load({ kind: rules.kind, id }), contextNow()]);
      const before = foldPlain<S, E>(rules, history);
      const at = instantFor(clock.now(), { recordedAt: history.at(-1)?.at ?? '' });
      const events = rules.decide(await command(actor, at, before), before, context);
      if (events.length === 0) return [];
      await records.commit([plainWrite(rules, before, events, id, at, actor, context)]);
      return events.map(({ type }) => type);
    });
};
