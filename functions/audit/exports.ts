import * as z from 'zod/mini';
import { streamKey, streamOf } from '../../adapters/keys.ts';
import { decideAccess } from '../../domain/access/policy.ts';
import type { Officer, Role } from '../../domain/access/roles.ts';
import type { AnchorReader } from '../../domain/anchor.ts';
import { InvalidCursor, Refusal, StaleVersion } from '../../domain/errors.ts';
import { type ExportPurpose, type ExportScope, exportedFrom, type HistoryExported } from '../../domain/export.ts';
import type { UnitDirectory } from '../../domain/organisation/unit.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Context } from '../../domain/petition/state.ts';
import type { ActStore, Clock, RecordStore, StoredEvent, StreamFacts } from '../../domain/ports.ts';
import { keptThing } from '../../domain/privacy/kept.ts';
import { readKinds } from '../../domain/privacy/reads.ts';
import { foldSession } from '../../domain/reception/session-history.ts';
import { requireAccess } from '../shared/access.ts';
import { createPipeline, type Guarded, maximumAttempts } from '../shared/pipeline.ts';
import { type BundlePage, beginning, type ExportAct, type PageLimits, type Progress, writePage } from './bundle.ts';
import { findStreams } from './find-streams.ts';
import { standsFor } from './standing-for.ts';

export interface ExportDependencies {
  readonly records: RecordStore;
  readonly acts: ActStore;
  readonly facts: StreamFacts;
  readonly anchor: AnchorReader;
  readonly context: () => Promise<Context>;
  readonly clock: Clock;
  readonly limits?: PageLimits;
}

export interface ExportRequest {
  readonly scope: ExportScope;
  readonly purpose: ExportPurpose;
  readonly since?: number;
}

/** Whether a petition's history may go out to this officer: the policy, asked with the facts as they are stored. */
const mayExportPetition = (officer: Officer, facts: readonly StoredEvent[], units: UnitDirectory): boolean =>
  facts.length > 0 && decideAccess(officer, 'ExportHistory', { petition: foldPetition(facts) }, units).allowed;

/** Recording exports, and writing their pages. */
export const createExports = (dependencies: ExportDependencies) => {
  const { records, facts, anchor, context, clock, limits } = dependencies;
  const { once } = createPipeline(records);

  /** Asks once for each petition. */
  const knower = (officer: Officer, units: UnitDirectory, scope: ExportScope) => {
    const known = new Map<string, Promise<boolean>>();
    return (petition: string): Promise<boolean> => {
      if (scope.kind === 'petition' && petition !== scope.petition) return Promise.resolve(false);
      const answer =
        known.get(petition) ??
        facts.factsOf(`P#${petition}`).then((events) => mayExportPetition(officer, events, units));
      known.set(petition, answer);
      return answer;
    };
  };

  /** @returns The role in which the officer may. @throws Refusal */
  const requireScope = async (officer: Officer, scope: ExportScope, units: UnitDirectory): Promise<Role> => {
    if (scope.kind !== 'petition') return requireAccess(officer, 'ReadUnitDay', { named: scope.unit }, units);
    const events = await facts.factsOf(`P#${scope.petition}`);
    if (events.length === 0) throw new Refusal('not-found', 'There is no such petition.');
    return requireAccess(officer, 'ExportHistory', { petition: foldPetition(events) }, units);
  };

  return {
    /** Records that somebody takes out a history. @returns The name of the export. @throws Refusal */
    async begin(officer: Officer, guarded: Guarded, { scope, purpose, since }: ExportRequest) {
      return once(`export-${officer.id}`, guarded, async (key) => {
        const { units } = await context();
        const role = await requireScope(officer, scope, units);
        if (scope.kind === 'unit' && scope.to < scope.from)
          throw new Refusal('rule-violated', 'The period ends before it begins.', { pointer: '/scope/to' });
        const latest = await anchor.latest();
        if (since !== undefined && since > (latest?.n ?? 0))
          throw new Refusal('rule-violated', 'There is no such checkpoint yet.', { pointer: '/since' });
        const stream = { kind: 'reads', id: exportedFrom(scope) } as const;
        const data: HistoryExported['data'] = {
          scope,
          purpose,
          ...(latest === undefined ? {} : { checkpoint: latest.n }),
          ...(since === undefined ? {} : { since }),
        };
        for (let attempt = 1; ; attempt += 1) {
          const { version } = await records.stored(stream);
          const actor = { id: officer.id, unit: officer.unit, role };
          const write = {
            stream,
            expectedVersion: version,
            events: [{ type: 'HistoryExported', at: clock.now(), actor, data }],
            head: { summary: {}, openStages: [] },
            signals: [],
            decisions: [],
          };
          const body = { export: `${stream.id}.${String(version + 1)}`, version: version + 1, ...data };
          try {
            await records.commit([write], { key, answer: { fingerprint: guarded.fingerprint, status: 201, body } });
            return { body };
          } catch (error) {
            if (!(error instanceof StaleVersion) || attempt === maximumAttempts) throw error;
          }
        }
      });
    },

    /**
     * The next page of the bundle. What is exported says the recorded act, never the request; and each page asks the
     * policy anew.
     * @throws Refusal, InvalidCursor
     */
    async page(officer: Officer, name: string, cursor: string | undefined) {
      const act = await actOf(facts, name);
      if (act === undefined || act.actor.id !== officer.id) throw new Refusal('not-found', 'There is no such export.');
      const { scope } = act.data;
      const { units } = await context();
      await requireScope(officer, scope, units);
      const mayKnow = knower(officer, units, scope);
      const mayRead = (named: string) => decideAccess(officer, 'ReadUnitDay', { named }, units).allowed;
      const within =
        scope.kind === 'unit' && scope.below ? units.within(scope.unit).filter(mayRead) : [exportedFrom(scope)];
      const mayExport = async (stream: string, events: readonly StoredEvent[]): Promise<boolean> => {
        const ref = streamOf(stream);
        const { kind, id } = ref;
        for (const petition of standsFor(ref, events[0])) if (!(await mayKnow(petition))) return false;
        const mayReadOf = (unit: string | undefined): boolean => unit !== undefined && mayRead(unit);
        switch (kind) {
          // Theirs is the petition's own question, asked above.
          case 'petition':
          case 'placement':
            return true;
          case 'session': {
            const { unit } = foldSession(events);
            // A petition brings along the visit in which it was told, whoever's desk that was.
            return unit !== undefined && (scope.kind === 'petition' || mayRead(unit));
          }
          case 'grid':
          case 'need':
          case 'assembly':
          case 'centre':
          case 'list-item':
          case 'briefing':
          case 'programme':
          case 'import':
          case 'rota':
          case 'booking':
          case 'whistle':
            return mayReadOf(first(events).unit);
          case 'post':
            return mayReadOf(first(events).held?.unit);
          case 'keeping': {
            // With what is kept.
            const { stream: of } = keptThing(id) ?? {};
            return of !== undefined && mayExport(streamKey(of), await facts.factsOf(streamKey(of)));
          }
          case 'reads': {
            // Who has read something goes out with what was read; exports of a unit's history with the unit.
            if (units.get(id) !== undefined) return mayRead(id);
            if (await mayKnow(id)) return true;
            for (const read of readKinds) {
              const of = streamKey({ kind: read, id });
              const began = await facts.factsOf(of);
              if (began.length > 0) return mayExport(of, began);
            }
            return false;
          }
        }
      };
      const page = await writePage(
        {
          facts,
          anchor,
          find: findStreams(dependencies, scope, within),
          mayKnow,
          ...(limits === undefined ? {} : { limits }),
          mayExport,
        },
        act,
        cursor === undefined ? beginning : decode(name, cursor),
      );
      return { scope, text: page.text, ...nextOf(name, page) };
    },
  };
};

const CursorOf = () => {
  const count = z.int().check(z.gte(0));
  return z.strictObject({
    name: z.string(),
    link: z.string(),
    lines: count,
    counts: z.strictObject({ streams: count, events: count, withheld: count, entries: count, checkpoints: count }),
    phase: z.enum(['start', 'streams', 'checkpoints']),
    where: z.optional(z.string()),
    found: z.array(z.string()).check(z.maxLength(100)),
    open: z.optional(z.strictObject({ stream: z.string(), facts: count, of: count, entries: count })),
    checkpoint: count,
    size: count,
  });
};

const nextOf = (name: string, { next }: BundlePage): { cursor?: string } =>
  next === undefined ? {} : { cursor: Buffer.from(JSON.stringify({ name, ...next })).toString('base64url') };

/** A cursor can be forged, but decides nothing except where the writing goes on. @throws InvalidCursor */
function decode(name: string, cursor: string): Progress {
  try {
    const { name: of, ...progress } = CursorOf().parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    if (of === name) return progress as Progress;
  } catch {
    // Falls through.
  }
  throw new InvalidCursor('The cursor does not belong to this export.');
}

/** What the first fact of a stream says of whose it is. */
const first = (events: readonly StoredEvent[]) =>
  (events[0]?.data ?? {}) as {
    readonly unit?: string;
    readonly held?: { readonly unit?: string };
  };

/** The recorded act that an export is named after. */
async function actOf(facts: StreamFacts, name: string): Promise<ExportAct | undefined> {
  const [, id = '', seq = ''] = /^(.+)\.(\d{1,8})$/.exec(name) ?? [];
  if (id === '') return undefined;
  const event = (await facts.factsOf(`R#${id}`)).find((each) => each.seq === Number(seq));
  return event?.type === 'HistoryExported' ? (event as ExportAct) : undefined;
}
