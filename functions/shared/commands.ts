import { type Action, decideAccess, isSealed, type Officer } from '../../domain/access/policy.ts';
import type { Calendar } from '../../domain/calendar/calendar.ts';
import { DuplicateRequest, Refusal, StaleVersion } from '../../domain/errors.ts';
import { UnitDirectory } from '../../domain/organisation/unit.ts';
import {
  decide,
  evolve,
  foldPetition,
  type PetitionCommand,
  type PetitionEvent,
  summaryOf,
} from '../../domain/petition/petition.ts';
import { type Context, initialPetition, type Petition } from '../../domain/petition/state.ts';
import type { Answer, Clock, EventActor, RecordStore, ReferenceData, StreamWrite } from '../../domain/ports.ts';
import {
  decideSession,
  evolveSession,
  foldSession,
  initialSession,
  type Session,
  type SessionCommand,
  type SessionEvent,
  sessionSummary,
} from '../../domain/reception/session.ts';
import { changes, openStages } from '../../domain/workflow/progress.ts';
import type { Result } from './http-api.ts';
import { BadRequest } from './problem.ts';

export interface CommandDependencies {
  readonly records: RecordStore;
  readonly reference: ReferenceData;
  readonly calendar: Calendar;
  readonly clock: Clock;
}

/** The parts of a request that make a change safe to repeat and safe against others. */
export interface Guarded {
  readonly idempotencyKey: string;
  readonly fingerprint: string;
  readonly expectedVersion: number;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** A command without actor and time, which the pipeline adds. */
export type PetitionIntent = DistributiveOmit<PetitionCommand, 'by' | 'at'>;
export type SessionIntent = DistributiveOmit<SessionCommand, 'by' | 'at'>;

/** The petitioner acts through the portal, known by query code only. */
export const petitionerActor: EventActor = { id: 'petitioner', unit: '', role: 'petitioner' };

/** A petitioner knows no versions; a busy moment is not his to resolve. */
const attemptsForPetitioner = 5;

/** Everything that the rules may know. Built anew only when the reference data has changed. */
export const contextSource = ({
  reference,
  calendar,
}: Pick<CommandDependencies, 'reference' | 'calendar'>): (() => Promise<Context>) => {
  let seen: readonly [unknown, unknown] | undefined;
  let context: Context | undefined;
  return async () => {
    const [units, categories] = await Promise.all([reference.units(), reference.categories()]);
    if (!context || seen?.[0] !== units || seen[1] !== categories) {
      seen = [units, categories];
      context = { units: new UnitDirectory(units), calendar, categories: new Set(categories.map(({ code }) => code)) };
    }
    return context;
  };
};

const petitionWrite = (
  before: Petition,
  events: readonly PetitionEvent[],
  id: string,
  at: string,
  actor: EventActor,
): StreamWrite => {
  const after = events.reduce(evolve, before);
  return {
    stream: { kind: 'petition', id },
    expectedVersion: before.version,
    events: events.map((event) => ({ ...event, at, actor })),
    head: { summary: summaryOf(after), openStages: openStages(after.progress) },
    ...changes(before.progress, after.progress),
    ...(after.recused.length === before.recused.length ? {} : { excluded: after.recused.slice(before.recused.length) }),
  };
};

const sessionWrite = (
  before: Session,
  events: readonly SessionEvent[],
  id: string,
  at: string,
  actor: EventActor,
): StreamWrite => {
  const after = events.reduce(evolveSession, before);
  return {
    stream: { kind: 'session', id },
    expectedVersion: before.version,
    events: events.map((event) => ({ ...event, at, actor })),
    head: { summary: sessionSummary(after), openStages: openStages(after.progress) },
    ...changes(before.progress, after.progress),
  };
};

/** Runs commands: once per idempotency key, against the version that the caller read, in one transaction. */
export const createCommands = (dependencies: CommandDependencies) => {
  const { records, clock } = dependencies;
  const contextNow = contextSource(dependencies);

  const authorize = (
    officer: Officer,
    action: Action,
    target: Parameters<typeof decideAccess>[2],
    units: UnitDirectory,
  ): EventActor => {
    const decision = decideAccess(officer, action, target, units);
    if (!decision.allowed) throw new Refusal(decision.code, decision.reason);
    return { id: officer.id, unit: officer.unit, role: decision.role };
  };

  const replay = ({ fingerprint, body }: Answer, guarded: Guarded): Result => {
    if (fingerprint !== guarded.fingerprint) {
      throw new BadRequest(
        'idempotency-key-reused',
        422,
        'This Idempotency-Key was used for a different request. Nothing was changed.',
      );
    }
    const { version } = body as { version: number };
    return { body, version, replayed: true };
  };

  /**
   * Works, and where that is refused looks whether the same request was carried out before: then its answer is the
   * answer. A repeat never gets through, because the transaction holds the key; so the first time, which is nearly every
   * time, needs no look beforehand.
   */
  const once = async (scope: string, guarded: Guarded, work: (key: string) => Promise<Result>): Promise<Result> => {
    const key = `${scope}#${guarded.idempotencyKey}`;
    try {
      return await work(key);
    } catch (error) {
      if (!(error instanceof DuplicateRequest || error instanceof StaleVersion || error instanceof Refusal))
        throw error;
      const earlier = await records.answerTo(key);
      if (earlier) return replay(earlier, guarded);
      throw error;
    }
  };

  const commit = async (
    key: string,
    guarded: Guarded,
    id: string,
    writes: readonly [StreamWrite, ...StreamWrite[]],
  ): Promise<Result> => {
    const [main] = writes;
    const version = main.expectedVersion + main.events.length;
    const body = { number: id, version, events: main.events.map(({ type }) => type) };
    await records.commit(writes, { key, answer: { fingerprint: guarded.fingerprint, status: 200, body } });
    return { body, version };
  };

  const loadPetition = async (id: string): Promise<Petition> => {
    const { events } = await records.load({ kind: 'petition', id });
    if (events.length === 0) throw new Refusal('not-found', 'There is no such petition.');
    return foldPetition(events);
  };

  const loadSession = async (id: string): Promise<Session> => {
    const { events } = await records.load({ kind: 'session', id });
    if (events.length === 0) throw new Refusal('not-found', 'There is no such session.');
    return foldSession(events);
  };

  return {
    context: contextNow,

    /** Registers a petition under a number that nobody has yet. */
    async register(
      officer: Officer,
      guarded: Guarded,
      intent: Extract<PetitionIntent, { type: 'RegisterPetition' }>,
      lookups: readonly string[],
    ): Promise<Result> {
      return once(officer.id, guarded, async (key) => {
        const context = await contextNow();
        const by = authorize(officer, 'RegisterPetition', {}, context.units);
        const at = clock.now();
        const events = decide({ ...intent, by, at }, initialPetition, context);
        const write = { ...petitionWrite(initialPetition, events, intent.number, at, by), lookups };
        return commit(key, guarded, intent.number, [write]);
      });
    },

    /** An officer changes a petition. @throws Refusal, StaleVersion, BadRequest */
    async change(
      officer: Officer,
      guarded: Guarded,
      number: string,
      intent: Exclude<PetitionIntent, { type: 'RegisterPetition' | 'DeclineReview' | 'RatePetition' }>,
      named?: string,
    ): Promise<Result> {
      return once(officer.id, guarded, async (key) => {
        const [petition, context] = await Promise.all([loadPetition(number), contextNow()]);
        const by = authorize(
          officer,
          intent.type,
          { petition, ...(named === undefined ? {} : { named }) },
          context.units,
        );
        if (petition.version !== guarded.expectedVersion) throw new StaleVersion(petition.version);
        const at = clock.now();
        const events = decide({ ...intent, by, at } as PetitionCommand, petition, context);
        return commit(key, guarded, number, [petitionWrite(petition, events, number, at, by)]);
      });
    },

    /** The petitioner acts on his own petition; whoever calls has checked the query code. */
    async changeAsPetitioner(
      guarded: Guarded,
      number: string,
      intent: Extract<PetitionIntent, { type: 'DeclineReview' | 'RatePetition' | 'RequestReview' }>,
    ): Promise<Result> {
      return once(`petitioner-${number}`, guarded, async (key) => {
        const context = await contextNow();
        for (let attempt = 1; ; attempt += 1) {
          const petition = await loadPetition(number);
          const at = clock.now();
          const events = decide({ ...intent, by: petitionerActor, at }, petition, context);
          try {
            return await commit(key, guarded, number, [petitionWrite(petition, events, number, at, petitionerActor)]);
          } catch (error) {
            if (!(error instanceof StaleVersion) || attempt === attemptsForPetitioner) throw error;
          }
        }
      });
    },

    /** Publishes a reception day. */
    async publishSession(
      officer: Officer,
      guarded: Guarded,
      intent: Extract<SessionIntent, { type: 'PublishSession' }>,
    ): Promise<Result> {
      return once(officer.id, guarded, async (key) => {
        const context = await contextNow();
        const by = authorize(officer, 'PublishSession', {}, context.units);
        const at = clock.now();
        const events = decideSession({ ...intent, by, at }, initialSession, context);
        return commit(key, guarded, intent.id, [sessionWrite(initialSession, events, intent.id, at, by)]);
      });
    },

    /** An officer acts on a reception day. A leader's instruction is noted on the visit's petition in the same transaction. */
    async changeSession(
      officer: Officer,
      guarded: Guarded,
      id: string,
      intent: Exclude<SessionIntent, { type: 'PublishSession' }>,
    ): Promise<Result> {
      return once(officer.id, guarded, async (key) => {
        const [session, context] = await Promise.all([loadSession(id), contextNow()]);
        const named = 'visit' in intent ? session.visits[intent.visit - 1]?.responsibleUnit : undefined;
        const target = {
          ...(session.unit === undefined ? {} : { sessionUnit: session.unit }),
          ...(named === undefined ? {} : { named }),
        };
        const by = authorize(officer, intent.type, target, context.units);
        if (session.version !== guarded.expectedVersion) throw new StaleVersion(session.version);
        const at = clock.now();
        const events = decideSession({ ...intent, by, at } as SessionCommand, session, context);
        const writes: [StreamWrite, ...StreamWrite[]] = [sessionWrite(session, events, id, at, by)];
        const number = intent.type === 'IssueInstruction' ? session.visits[intent.visit - 1]?.petition : undefined;
        if (intent.type === 'IssueInstruction' && number !== undefined) {
          const petition = await loadPetition(number);
          // A recused leader gives no instruction; of a sealed matter nothing is noted, not even that it exists.
          if (petition.recused.includes(officer.id))
            throw new Refusal('recused', 'You are recused from this petition (Art. 28).');
          if (!isSealed(petition)) {
            const note = {
              type: 'NoteInstruction',
              session: id,
              visit: intent.visit,
              instruction: intent.instruction,
              by,
              at,
            } as const;
            writes.push(petitionWrite(petition, decide(note, petition, context), number, at, by));
          }
        }
        return commit(key, guarded, id, writes);
      });
    },
  };
};

export type Commands = ReturnType<typeof createCommands>;
