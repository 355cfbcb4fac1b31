import type { Officer } from '../access/roles.ts';
import type { Deadline } from '../limits.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { withheldText } from '../privacy/masking.ts';
import { commitmentState, countedLimit } from './commitment.ts';
import type { Session, Visit } from './session-state.ts';

/** The unit of a reception day, the desk that receives for it, and the leaders for whom they work: they know who came and why. */
export const isOwnDay = ({ unit }: Session, officer: Pick<Officer, 'unit'>, units: UnitDirectory): boolean =>
  unit !== undefined && [unit, units.petitionOfficeOf(unit), units.leadershipOf(unit)].includes(officer.unit);

/** A unit that is committed by a visit knows what about; so do its leaders, and who supervises it. */
export const isCommittedTo = (
  { commitment }: Visit,
  { unit, roles }: Pick<Officer, 'unit' | 'roles'>,
  units: UnitDirectory,
): boolean => {
  if (!commitment) return false;
  const { responsibleUnit } = commitment;
  return (
    (responsibleUnit === unit && roles.some((role) => role === 'handler' || role === 'leader' || role === 'head')) ||
    (units.leadershipOf(responsibleUnit) === unit && roles.includes('leader')) ||
    (units.supervisorOf(responsibleUnit) === unit && roles.includes('supervisor'))
  );
};

/** Says of a counted day how it was counted. */
export type ExplainCommitment = (limit: Deadline) => object;

/** A row of the ledger (接访台账). */
export const visitRow = (visit: Visit, number: number, explain?: ExplainCommitment) => {
  const { commitment } = visit;
  if (!commitment) return { number, ...visit };
  const limit = explain && countedLimit(commitment);
  return {
    number,
    ...visit,
    commitment: {
      state: commitmentState(commitment),
      ...commitment,
      // A day that somebody named has nothing to explain.
      ...(limit ? { limit: explain(limit) } : {}),
    },
  };
};

/** A visit whose matter is sealed, or from which he is recused: it keeps its place among the others, without who and why. */
export const withheldVisit = ({ persons }: Visit, number: number) => ({
  number,
  visitor: withheldText,
  purpose: withheldText,
  persons,
});

/** Whether anybody may read of a day: its leader is one of the unit's as the record has them, or has said himself that he receives. */
export const isPublic = (summary: object): boolean => (summary as Pick<Session, 'withheld'>).withheld !== true;

/**
 * What the head of a published day says to everybody: no officer's id, nothing of visits, not even how many came, nor who
 * stands in for a leader before that is sure.
 */
export const publicDay = (summary: object): object => {
  const {
    leaderName,
    post,
    portfolio,
    mode,
    place,
    date,
    from,
    to,
    rooms,
    places,
    insteadOf,
    moved,
    cancelled,
    unconfirmed,
  } = summary as Record<string, unknown>;
  const day = { mode, place, date, from, to, rooms, places, insteadOf, moved, cancelled };
  return unconfirmed ? day : { leaderName, post, portfolio, ...day };
};
