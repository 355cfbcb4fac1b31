import { plusDays } from '../calendar/calendar.ts';
import { defined } from '../defined.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import type { Context } from '../petition/state.ts';
import type { HeadView } from '../ports.ts';
import { decisionAt } from '../workflow/progress.ts';
import { lastDayKept } from './booking.ts';
import { type CommitmentState, commitmentState, commitmentTimer } from './commitment.ts';
import { type Arrival, checkInOf, type Session, type Visit } from './session-state.ts';
import { isUnused, isWaiting } from './visits.ts';

/** Batches (批次: visits that took place) and persons (人次: everybody present in them). */
export const receptionCounts = ({ visits, progress }: Session): { batches: number; persons: number } => {
  const came = visits.filter((_, index) => decisionAt(progress, checkInOf(index))?.outcome === 'arrived');
  return { batches: came.length, persons: came.reduce((sum, { persons }) => sum + persons, 0) };
};

/**
 * Who was there: as the desk noted it last, or who gave an instruction on the day. Nobody while nothing says so, and one at
 * most: a day is one leader's. If somebody took over from a leader who had begun, it stays the day of the first.
 */
export const receivedBy = ({ attendance, visits, content, replaced }: Session): readonly string[] => {
  if (!content) return [];
  const noted = new Map(attendance.map(({ leader, attended }) => [leader, attended]));
  const instructed = (leader: string) =>
    visits.some(({ instructed: given }) => given?.by === leader && given.on === content.date);
  const first = [...replaced, content].find(({ leader }) => noted.get(leader) ?? instructed(leader));
  return first ? [first.leader] : [];
};

/**
 * What is announced of a reception day (Art. 18): no visitor, and no reason but the one that was announced. Whoever was named
 * and never confirmed it has not been replaced either; what is `withheld` or `unconfirmed` officers alone read (publicDay).
 */
export const publication = ({ content, replaced, moved, cancelled, unconfirmed, withheld }: Session): object => {
  if (!content) return {};
  const insteadOf = replaced.flatMap(({ leaderName, post, on, unconfirmed: never }) =>
    never ? [] : [{ leaderName, post, on }],
  );
  return {
    ...content,
    ...(insteadOf.length === 0 ? {} : { insteadOf }),
    ...(moved.length === 0 ? {} : { moved }),
    ...defined({ cancelled, unconfirmed, withheld }),
  };
};

/** What the head keeps of a session; published, so it carries no visitor. */
export const sessionSummary = (session: Session): object => ({
  unit: session.unit,
  ...publication(session),
  ...receptionCounts(session),
  receivedBy: receivedBy(session),
});

/** Summary, its place in the list of the unit whose leaders receive, and the day on which the clock must look at it. */
export const sessionHead = (
  session: Session,
  { units, configuration }: { readonly units: UnitDirectory; readonly configuration: Context['configuration'] },
): Pick<HeadView, 'summary' | 'listed' | 'timer'> => {
  const unused =
    session.content && session.visits.some(isUnused)
      ? [plusDays(lastDayKept(session.content.date, { configuration }), 1)]
      : [];
  const running = session.visits.flatMap(({ commitment, erasedOn }) => {
    const timer = commitment && erasedOn === undefined ? commitmentTimer(commitment, configuration) : undefined;
    return timer === undefined ? [] : [timer];
  });
  // A matter that turns out to be an accusation is no more for those who receive: the clock looks as long as they are waited for.
  const waiting =
    session.content && session.visits.some((visit) => visit.petition !== undefined && isWaiting(visit))
      ? [session.content.date]
      : [];
  const [timer] = [...running, ...unused, ...waiting].sort();
  return {
    summary: sessionSummary(session),
    ...(session.unit === undefined || !session.content
      ? {}
      : { listed: { unit: units.leadershipOf(session.unit), day: session.content.date } }),
    ...defined({ timer }),
  };
};

/** Where a visit of the ledger stands: nobody has come yet, none came, it is being received, or what became of it. */
export type LedgerState = 'registered' | 'absent' | 'moved' | 'received' | 'solved' | 'withheld' | CommitmentState;

/** One row of the ledger of received visits (接访台账): flat, for lists and tables. Texts are as the session has them, masked or not. */
export interface LedgerRow {
  readonly session: string;
  /** Legal day. */
  readonly date: string;
  readonly mode: string;
  /** Office whose day it is. */
  readonly unit: string;
  /** Who received, or is to: the officer's id, the name and post as published. */
  readonly leader: string;
  readonly leaderName: string;
  readonly post: string;
  /** Number of the visit on that day. */
  readonly visit: number;
  readonly visitor: string;
  readonly address?: string;
  readonly persons: number;
  readonly arrival: Arrival;
  readonly purpose: string;
  readonly petition?: string;
  readonly place?: string;
  readonly cause?: string;
  readonly account?: string;
  readonly instruction?: string;
  readonly instructedOn?: string;
  readonly responsibleUnit?: string;
  readonly due?: string;
  /** Every day that passed without a result. */
  readonly missed: readonly string[];
  readonly result?: string;
  /** Solved, confirmed, or did not come: the legal day of the first two. */
  readonly endedOn?: string;
  readonly state: LedgerState;
}

/** @param visit with its number from 0 */
const ledgerState = ({ progress }: Pick<Session, 'progress'>, visit: Visit, index: number): LedgerState => {
  if (visit.commitment) return commitmentState(visit.commitment);
  if (visit.outcome !== undefined && visit.outcome !== 'followed-up') return visit.outcome;
  return decisionAt(progress, checkInOf(index))?.outcome === 'arrived' ? 'received' : 'registered';
};

const overRows: readonly LedgerState[] = ['absent', 'moved', 'solved', 'withheld', 'completed'];

/** Whether anything of a row is still to be done by somebody. */
export const isOpenRow = ({ state }: Pick<LedgerRow, 'state'>): boolean => !overRows.includes(state);

/**
 * The ledger's rows of one day, in the order of the visits: whom a leader received, what he instructed, what was committed
 * and how it ended. A visit whose personal data was erased keeps its row. The caller leaves out what may not be known.
 */
export const ledgerRows = (session: Session): readonly LedgerRow[] => {
  const { content, unit } = session;
  if (!content || unit === undefined) return [];
  const [received] = receivedBy(session);
  const { leader, leaderName, post } =
    [...session.replaced].reverse().find((each) => each.leader === received) ?? content;
  return session.visits.map((visit, index) => {
    const { visitor, address, persons, arrival, purpose, petition, place, cause, account, instruction } = visit;
    const { instructed, commitment, outcome } = visit;
    return {
      session: session.id,
      date: content.date,
      mode: content.mode,
      unit,
      leader,
      leaderName,
      post,
      visit: index + 1,
      visitor,
      persons,
      arrival,
      purpose,
      missed: commitment?.missed ?? [],
      state: ledgerState(session, visit, index),
      ...defined({
        address,
        petition,
        place,
        cause,
        account,
        instruction,
        instructedOn: instructed?.on,
        responsibleUnit: commitment?.responsibleUnit,
        due: commitment?.due,
        result: commitment?.result?.text,
        endedOn: commitment ? commitment.completedOn : outcome === 'solved' ? instructed?.on : undefined,
      }),
    };
  });
};
