import type { Action } from '../../domain/access/policy.ts';
import type { Target } from '../../domain/access/relations.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { Refusal } from '../../domain/errors.ts';
import type { UnitDirectory } from '../../domain/organisation/unit.ts';
import type { Decide } from '../../domain/petition/petition.ts';
import type { Clock, EventActor, RecordStore } from '../../domain/ports.ts';
import { foldSession } from '../../domain/reception/session-history.ts';
import type { Session, SessionCommand } from '../../domain/reception/session-state.ts';
import { requireAccess } from './access.ts';
import { createPipeline, type DistributiveOmit, type Guarded, type Recorded, requireDeclared } from './pipeline.ts';
import { type ContextDependencies, contextSource } from './rules-context.ts';

export interface SessionCommandDependencies extends ContextDependencies {
  readonly records: RecordStore;
  readonly clock: Clock;
  /** For the petition on which a leader's instruction is noted. */
  readonly decide: Decide;
}

/** A command without actor and time, which the pipeline adds. */
export type SessionIntent = DistributiveOmit<SessionCommand, 'by' | 'at'>;

/** What all commands of reception days begin with, whoever gives them. */
export const createSessionCore = (dependencies: SessionCommandDependencies) => {
  const { records } = dependencies;

  const authorize = (officer: Officer, action: Action, target: Target, units: UnitDirectory): EventActor => ({
    id: officer.id,
    unit: officer.unit,
    role: requireAccess(officer, action, target, units),
  });

  const authorizeDeclared = (guarded: Guarded, ...asked: Parameters<typeof authorize>): EventActor => {
    requireDeclared(guarded, asked[1]);
    return authorize(...asked);
  };

  const loadSession = async (id: string): Promise<Session & Recorded> => {
    const { events } = await records.load({ kind: 'session', id });
    if (events.length === 0) throw new Refusal('not-found', 'There is no such session.');
    return { ...foldSession(events), recordedAt: events.at(-1)?.at ?? '' };
  };

  return {
    ...createPipeline(records),
    contextNow: contextSource(dependencies),
    authorize,
    authorizeDeclared,
    loadSession,
  };
};
