import type { UnitDirectory } from '../organisation/unit.ts';
import type { Context } from '../petition/state.ts';
import type { HeadView } from '../ports.ts';
import { decisionAt } from '../workflow/progress.ts';
import { commitmentTimer } from './commitment.ts';
import { checkInOf, type Session, stated } from './session-state.ts';

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

/** What anybody may know of a reception day (Art. 18): no visitor, and no reason but the one that was announced. */
export const publication = ({ content, replaced, moved, cancelled }: Session): object => {
  if (!content) return {};
  return {
    ...content,
    ...(replaced.length === 0
      ? {}
      : { insteadOf: replaced.map(({ leaderName, post, on }) => ({ leaderName, post, on })) }),
    ...(moved.length === 0 ? {} : { moved }),
    ...stated({ cancelled }),
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
  const timers = session.visits.flatMap(({ commitment, erasedOn }) => {
    const timer = commitment && erasedOn === undefined ? commitmentTimer(commitment, configuration) : undefined;
    return timer === undefined ? [] : [timer];
  });
  const [timer] = timers.sort();
  return {
    summary: sessionSummary(session),
    ...(session.unit === undefined || !session.content
      ? {}
      : { listed: { unit: units.leadershipOf(session.unit), day: session.content.date } }),
    ...stated({ timer }),
  };
};
