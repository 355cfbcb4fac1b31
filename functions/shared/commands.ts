import type { Action } from '../../domain/access/policy.ts';
import type { Target } from '../../domain/access/relations.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { itemOf } from '../../domain/access/separation.ts';
import { isOutOfSight, isSealedFrom } from '../../domain/access/sight.ts';
import { Refusal, StaleVersion } from '../../domain/errors.ts';
import type { UnitDirectory } from '../../domain/organisation/unit.ts';
import { missedFirst } from '../../domain/petition/missed-first.ts';
import { type Decide, foldPetition, type PetitionCommand } from '../../domain/petition/petition.ts';
import { type LinkedMatter, linkedMatter } from '../../domain/petition/refusal-grounds.ts';
import { initialPetition, type Petition } from '../../domain/petition/state.ts';
import type { Clock, EventActor, RecordStore, StreamWrite } from '../../domain/ports.ts';
import { requireAccess } from './access.ts';
import { clockActor } from './clock-actor.ts';
import { childWrites, parentWrites } from './family.ts';
import type { Result } from './http-api.ts';
import {
  createPipeline,
  type DistributiveOmit,
  type Guarded,
  instantFor,
  maximumAttempts,
  type Recorded,
  requireDeclared,
  patiently as untilNobodyIsFaster,
} from './pipeline.ts';
import { type ContextDependencies, contextSource, type ExplainedContext } from './rules-context.ts';
import { petitionWrite } from './stream-writes.ts';

export interface CommandDependencies extends ContextDependencies {
  readonly records: RecordStore;
  readonly clock: Clock;
  readonly decide: Decide;
}

/** A command without actor and time, which the pipeline adds. */
export type PetitionIntent = DistributiveOmit<PetitionCommand, 'by' | 'at'>;

/** What is asked of other streams once the rules have nothing against a command. @throws Refusal */
export type Besides = (petition: Petition, at: string) => Promise<void>;

/** Who judges files. */
export const scanActor: EventActor = { id: 'evidence-scan', unit: '', role: 'system' };

/** Runs commands: once per idempotency key, against the version that the caller read, in one transaction. */
export const createCommands = (dependencies: CommandDependencies) => {
  const { records, clock } = dependencies;
  const decide = missedFirst(dependencies.decide);
  const contextNow = contextSource(dependencies);

  const authorize = (officer: Officer, action: Action, target: Target, units: UnitDirectory): EventActor => ({
    id: officer.id,
    unit: officer.unit,
    role: requireAccess(officer, action, target, units),
  });

  /** The same, for what the route declares. */
  const authorizeDeclared = (guarded: Guarded, ...asked: Parameters<typeof authorize>): EventActor => {
    requireDeclared(guarded, asked[1]);
    return authorize(...asked);
  };

  const { once, commit, loadPetition } = createPipeline(records);

  /** Before anything is read from it that an answer could tell: what is sealed from somebody is not there for him. */
  const requireInSight = (officer: Officer, petition: Petition): void => {
    if (isSealedFrom(officer, petition)) throw new Refusal('not-found', 'There is no such petition.');
  };

  /**
   * Works on a petition with which others may be written too, such as its parent. That somebody else was faster there is not
   * the caller's to resolve: as long as his own version holds, it is tried again.
   */
  const patiently = async <T>(
    expected: number,
    number: string,
    work: (petition: Petition & Recorded) => Promise<T>,
  ): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      const petition = await loadPetition(number);
      try {
        return await work(petition);
      } catch (error) {
        const theirs = petition.registration?.parent !== undefined && petition.version === expected;
        if (!(error instanceof StaleVersion) || !theirs || attempt === maximumAttempts) throw error;
      }
    }
  };

  /** What the record says of an earlier petition, of which this officer may know. */
  const linkedTo = async (officer: Officer, number: string): Promise<LinkedMatter | undefined> => {
    const { events } = await records.load({ kind: 'petition', id: number });
    const earlier = foldPetition(events);
    return events.length === 0 || isOutOfSight(officer, earlier) ? undefined : linkedMatter(earlier, clock.now());
  };

  return {
    context: contextNow,

    /** The earlier petition that a refusal is to rest on. */
    linkedTo,

    /** The earlier petition that the refusal proposed in `number` rests on, as it stands now. */
    async linkedToRefusalOf(officer: Officer, number: string): Promise<LinkedMatter | undefined> {
      const earlier = (await loadPetition(number)).intake.refusal?.earlier;
      return earlier === undefined ? undefined : linkedTo(officer, earlier);
    },

    /**
     * Registers a petition under a number that nobody has yet.
     * @param besides what that writes to other streams, such as the visit at which it was brought
     */
    async register(
      officer: Officer,
      guarded: Guarded,
      intent: Extract<PetitionIntent, { type: 'RegisterPetition' }>,
      lookups: readonly string[],
      besides?: (
        registered: Petition,
        act: { readonly at: string; readonly by: EventActor; readonly context: ExplainedContext },
      ) => Promise<readonly StreamWrite[]>,
    ): Promise<Result> {
      return once(officer.id, guarded, (key) =>
        untilNobodyIsFaster(async () => {
          const context = await contextNow();
          const by = authorizeDeclared(guarded, officer, intent.type, {}, context.units);
          const at = clock.now();
          const events = decide({ ...intent, by, at }, initialPetition, context);
          const write = { ...petitionWrite(initialPetition, events, intent.number, at, by, context), lookups };
          const also = (await besides?.(foldPetition(events), { at, by, context })) ?? [];
          return commit(key, guarded, intent.number, [write, ...also]);
        }),
      );
    },

    /** An officer changes a petition. @param marks what the answer says besides. @throws Refusal, StaleVersion, BadRequest */
    async change(
      officer: Officer,
      guarded: Guarded,
      number: string,
      intent: Exclude<
        PetitionIntent,
        {
          type:
            | 'RegisterPetition'
            | 'DeclineReview'
            | 'RatePetition'
            | 'SweepClocks'
            | 'RecountDeadlines'
            | 'JudgeEvidence'
            | 'SplitPetition'
            | 'NoteChild'
            | 'UseEmergencyAccess';
        }
      >,
      named: (petition: Petition, units: UnitDirectory) => string | undefined = () => undefined,
      lookups: readonly string[] = [],
      besides?: Besides,
      marks: object = {},
    ): Promise<Result> {
      return once(officer.id, guarded, (key) => {
        const work = async (petition: Petition & Recorded): Promise<Result> => {
          const context = await contextNow();
          requireInSight(officer, petition);
          const about = named(petition, context.units);
          const item = itemOf(intent);
          const target = {
            petition,
            ...(about === undefined ? {} : { named: about }),
            ...(item === undefined ? {} : { item }),
          };
          const by = authorizeDeclared(guarded, officer, intent.type, target, context.units);
          if (petition.version !== guarded.expectedVersion) throw new StaleVersion(petition.version);
          const at = instantFor(clock.now(), petition);
          const events = decide({ ...intent, by, at } as PetitionCommand, petition, context);
          const write = petitionWrite(petition, events, number, at, by, context);
          await besides?.(petition, at);
          const parents = await parentWrites(petition, events, loadPetition, { at, by, context });
          const filed = { ...write, ...(lookups.length === 0 ? {} : { lookups }) };
          return commit(key, guarded, number, [filed, ...parents], marks);
        };
        return patiently(guarded.expectedVersion, number, work);
      });
    },

    /**
     * An officer acts on a petition that he could not read, and so knows no version of. Somebody else who is faster is not
     * his to resolve. @throws Refusal
     */
    async changeUnread(
      officer: Officer,
      guarded: Guarded,
      number: string,
      intent: Extract<PetitionIntent, { type: 'UseEmergencyAccess' }>,
    ): Promise<Result> {
      return once(officer.id, guarded, async (key) => {
        const context = await contextNow();
        for (let attempt = 1; ; attempt += 1) {
          const petition = await loadPetition(number);
          const by = authorizeDeclared(guarded, officer, intent.type, { petition }, context.units);
          const at = clock.now();
          const events = decide({ ...intent, by, at }, petition, context);
          try {
            return await commit(key, guarded, number, [petitionWrite(petition, events, number, at, by, context)]);
          } catch (error) {
            if (!(error instanceof StaleVersion) || attempt === maximumAttempts) throw error;
          }
        }
      });
    },

    /** A petition is split: the parent's fact and the registration of every part in one transaction. */
    async split(
      officer: Officer,
      guarded: Guarded,
      number: string,
      intent: Extract<PetitionIntent, { type: 'SplitPetition' }>,
      lookupsFor: (parent: Petition) => Promise<readonly string[]>,
    ): Promise<Result> {
      return once(officer.id, guarded, async (key) => {
        const [petition, context] = await Promise.all([loadPetition(number), contextNow()]);
        const by = authorizeDeclared(guarded, officer, intent.type, { petition }, context.units);
        if (petition.version !== guarded.expectedVersion) throw new StaleVersion(petition.version);
        const at = instantFor(clock.now(), petition);
        const events = decide({ ...intent, by, at }, petition, context);
        const parts = childWrites(petition, intent.parts, await lookupsFor(petition), { at, by, context });
        const writes = [petitionWrite(petition, events, number, at, by, context), ...parts] as const;
        return commit(key, guarded, number, writes, { parts: intent.parts.map((part) => part.number) });
      });
    },

    /**
     * The clock acts (warnings and missed limits, or due days counted anew), or the scan of files. Harmless to repeat, since the state says what
     * has been recorded. Answers the types of the facts. @throws StaleVersion after several attempts
     */
    async tick(
      number: string,
      intent: Extract<PetitionIntent, { type: 'SweepClocks' | 'RecountDeadlines' | 'JudgeEvidence' }>,
    ): Promise<readonly string[]> {
      for (let attempt = 1; ; attempt += 1) {
        const [petition, context] = await Promise.all([loadPetition(number), contextNow()]);
        const at = instantFor(clock.now(), petition);
        const by = intent.type === 'JudgeEvidence' ? scanActor : clockActor;
        const events = decide({ ...intent, by, at }, petition, context);
        if (events.length === 0) return [];
        try {
          await records.commit([petitionWrite(petition, events, number, at, by, context)]);
          return events.map(({ type }) => type);
        } catch (error) {
          if (!(error instanceof StaleVersion) || attempt === maximumAttempts) throw error;
        }
      }
    },
  };
};

export type Commands = ReturnType<typeof createCommands>;
