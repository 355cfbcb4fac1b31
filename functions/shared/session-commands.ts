import { decideAccess } from '../../domain/access/policy.ts';
import type { Target } from '../../domain/access/relations.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { isSealed, isSealedFrom } from '../../domain/access/sight.ts';
import { Refusal, StaleVersion } from '../../domain/errors.ts';
import { requireKnownPerson, standingOf } from '../../domain/organisation/people.ts';
import type { UnitDirectory } from '../../domain/organisation/unit.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { Petition } from '../../domain/petition/state.ts';
import { supervisionOfMissed } from '../../domain/petition/supervision.ts';
import type { EventActor, StreamWrite } from '../../domain/ports.ts';
import type { DecideSession } from '../../domain/reception/commitments.ts';
import { initialSession, noSuchVisit, type SessionCommand } from '../../domain/reception/session-state.ts';
import { clockActor } from './clock-actor.ts';
import type { Result } from './http-api.ts';
import { peopleOfUnit } from './people.ts';
import { type Guarded, instantFor } from './pipeline.ts';
import type { ExplainedContext } from './rules-context.ts';
import { createSessionCore, type SessionCommandDependencies, type SessionIntent } from './session-core.ts';
import { petitionWrite, sessionWrite } from './stream-writes.ts';

/** Whoever may write to bookings, which only the desk does. */
interface Bookings {
  visitEnded(
    session: string,
    booking: number,
    by: EventActor,
    context: ExplainedContext,
  ): Promise<readonly StreamWrite[]>;
  dayMoved(session: string, date: string, by: EventActor, context: ExplainedContext): Promise<readonly StreamWrite[]>;
}

/** Runs the commands of reception days: as those of petitions, once per idempotency key, in one transaction. */
export const createSessionCommands = (
  dependencies: SessionCommandDependencies & { readonly decideSession: DecideSession; readonly bookings?: Bookings },
) => {
  const { records, clock, decide, decideSession, bookings } = dependencies;
  const { once, commit, loadPetition, contextNow, authorize, authorizeDeclared, loadSession } =
    createSessionCore(dependencies);

  /**
   * A visit names only a petition that concerns the desk. One that is not there, sealed, or somebody else's answers alike.
   * @throws Refusal
   */
  const requireMentionable = async (officer: Officer, number: string, units: UnitDirectory): Promise<Petition> => {
    const { events } = await records.load({ kind: 'petition', id: number });
    const petition = foldPetition(events);
    const decision = decideAccess(officer, 'ReadPetition', { petition }, units);
    if (events.length === 0 || !decision.allowed) {
      throw new Refusal('rule-violated', `There is no petition ${number} of yours.`, { pointer: '/petition' });
    }
    return petition;
  };

  /**
   * Whether somebody has to say yet that he receives: of whom nothing is recorded he himself, unless it is he who announces it.
   * Else a desk could announce whomever it likes, of whatever unit, to everybody.
   * @throws Refusal for somebody who is neither on the rota of this unit's leaders nor in their posts, where there are any
   */
  const requireReceiver = async (
    unit: string,
    leader: string,
    day: string,
    by: EventActor,
    units: UnitDirectory,
  ): Promise<{ readonly unconfirmed?: true }> => {
    const standing = standingOf(leader, [await peopleOfUnit(records, units.leadershipOf(unit), day)]);
    requireKnownPerson(standing, '/leader');
    return standing === 'unconfirmed' && by.id !== leader ? { unconfirmed: true } : {};
  };
  const marked = ({ unconfirmed }: { readonly unconfirmed?: true }) => (unconfirmed ? { unconfirmed: ['leader'] } : {});

  return {
    /** Publishes a reception day. */
    async publish(
      officer: Officer,
      guarded: Guarded,
      intent: Extract<SessionIntent, { type: 'PublishSession' }>,
    ): Promise<Result> {
      return once(officer.id, guarded, async (key) => {
        const context = await contextNow();
        const by = authorizeDeclared(guarded, officer, intent.type, {}, context.units);
        const at = clock.now();
        const { leader, date } = intent.content;
        const standing = await requireReceiver(by.unit, leader, date, by, context.units);
        const events = decideSession({ ...intent, ...standing, by, at }, initialSession, context);
        const write = sessionWrite(initialSession, events, intent.id, at, by, context);
        return commit(key, guarded, intent.id, [write], marked(standing));
      });
    },

    /**
     * An officer acts on a reception day. A visit that is about a petition is as near or far as that: who is recused from it
     * may do nothing here either (Art. 28), and to whom it is sealed (Art. 30) there is no such visit. A leader's instruction
     * is noted on the petition in the same transaction.
     */
    async change(
      officer: Officer,
      guarded: Guarded,
      id: string,
      intent: Exclude<
        SessionIntent,
        { type: 'PublishSession' | 'MoveVisit' | 'SweepCommitments' | 'RecountCommitments' }
      >,
    ): Promise<Result> {
      return once(officer.id, guarded, async (key) => {
        const [session, context] = await Promise.all([loadSession(id), contextNow()]);
        const told = 'visit' in intent ? session.visits[intent.visit - 1] : undefined;
        const petition = told?.petition === undefined ? undefined : await loadPetition(told.petition);
        const hidden = petition !== undefined && isSealedFrom(officer, petition);
        const commitment = hidden ? undefined : told?.commitment;
        const judges = intent.type === 'ConfirmCommitment' || intent.type === 'ReturnCommitment';
        const responsible = judges ? commitment?.leader : commitment?.responsibleUnit;
        const named = intent.type === 'ConfirmReception' ? session.content?.leader : responsible;
        const target: Target = {
          ...(petition === undefined || hidden ? {} : { petition }),
          ...(session.unit === undefined ? {} : { sessionUnit: session.unit }),
          ...(named === undefined ? {} : { named }),
        };
        const by = authorizeDeclared(guarded, officer, intent.type, target, context.units);
        if (session.version !== guarded.expectedVersion) throw new StaleVersion(session.version);
        if (hidden && 'visit' in intent) throw noSuchVisit(intent.visit);
        const noted = intent.type === 'IssueInstruction' ? petition : undefined;
        const at = instantFor(clock.now(), session, ...(petition ? [petition] : []));
        const mentioned =
          'petition' in intent && intent.petition !== undefined
            ? await requireMentionable(officer, intent.petition, context.units)
            : undefined;
        const standing =
          intent.type === 'ReplaceLeader' && session.unit !== undefined && session.content
            ? await requireReceiver(session.unit, intent.leader, session.content.date, by, context.units)
            : {};
        const sealing = mentioned !== undefined && isSealed(mentioned) ? { sealed: true } : {};
        const decided = decideSession(
          { ...intent, ...standing, ...sealing, by, at } as SessionCommand,
          session,
          context,
        );
        // Of what is sealed nothing is noted as late, as the sweep notes nothing: the figures and the ledger of the day would tell those
        // from whom it is sealed that somebody still works on it (Art. 30).
        const sealed = petition !== undefined && isSealed(petition);
        const events = sealed ? decided.filter(({ type }) => type !== 'CommitmentMissed') : decided;
        const writes: [StreamWrite, ...StreamWrite[]] = [sessionWrite(session, events, id, at, by, context)];
        // In a sealed matter the leaders of its own organ note nothing either.
        if (intent.type === 'IssueInstruction' && noted !== undefined && !sealed) {
          authorize(officer, 'NoteInstruction', { petition: noted }, context.units);
          const note = {
            type: 'NoteInstruction',
            session: id,
            visit: intent.visit,
            instruction: intent.instruction,
            by,
            at,
          } as const;
          writes.push(petitionWrite(noted, decide(note, noted, context), noted.number, at, by, context));
        }
        // What was late is supervised (Art. 40), as when the sweep finds it.
        const late = events.find((event) => event.type === 'CommitmentMissed');
        if (late && commitment && petition) {
          const missed = { session: id, ...late.data, against: commitment.responsibleUnit, by: clockActor.id };
          const opened = supervisionOfMissed(petition, missed);
          if (opened.length > 0) writes.push(petitionWrite(petition, opened, petition.number, at, clockActor, context));
        }
        if (intent.type === 'RescheduleSession' && intent.date !== session.content?.date)
          writes.push(...((await bookings?.dayMoved(id, intent.date, by, context)) ?? []));
        // Who withdrew or moved his booking does not come: with the visit its task is done.
        if ((intent.type === 'CheckIn' || intent.type === 'RecordVisit') && told?.booking !== undefined)
          writes.push(...((await bookings?.visitEnded(id, told.booking, by, context)) ?? []));
        return commit(key, guarded, id, writes, marked(standing));
      });
    },
  };
};

export type SessionCommands = ReturnType<typeof createSessionCommands>;
