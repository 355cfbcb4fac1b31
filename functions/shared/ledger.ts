import type { Officer } from '../../domain/access/roles.ts';
import type { UnitDirectory } from '../../domain/organisation/unit.ts';
import type { RecordStore } from '../../domain/ports.ts';
import { maskedFact } from '../../domain/privacy/masking.ts';
import { foldSession } from '../../domain/reception/session-history.ts';
import type { Session } from '../../domain/reception/session-state.ts';
import { isOpenRow, type LedgerRow, ledgerRows, receivedBy } from '../../domain/reception/summary.ts';
import {
  type ExplainCommitment,
  isCommittedTo,
  isOwnDay,
  visitRow,
  withheldVisit,
} from '../../domain/reception/views.ts';
import { mentionable } from './mention.ts';

type KnownVisit = ReturnType<typeof visitRow> | ReturnType<typeof withheldVisit>;

/** The visits of a day that an officer may know of: all of his own desk's or leaders', else those that commit his unit. */
export const visitsKnownTo = async (
  records: Pick<RecordStore, 'stored'>,
  session: Session,
  officer: Officer,
  units: UnitDirectory,
  explain?: ExplainCommitment,
): Promise<readonly KnownVisit[]> => {
  const own = isOwnDay(session, officer, units);
  const mayMention = mentionable(records, officer);
  const rows = await Promise.all(
    session.visits.map(async (visit, index) => {
      if (!own && !isCommittedTo(visit, officer, units)) return [];
      const hidden = visit.petition !== undefined && !(await mayMention(visit.petition));
      if (hidden) return own ? [withheldVisit(visit, index + 1)] : [];
      return [visitRow(visit, index + 1, explain)];
    }),
  );
  return rows.flat();
};

export interface LedgerQuestion {
  readonly leader?: string | undefined;
  readonly open?: 'true' | undefined;
}

/** One day of the ledger (接访台账) with the visits that are asked for. */
export interface LedgerDay {
  readonly session: Session;
  /** The row is absent of a visit that is withheld: of it nothing is said, not even whether it is open. */
  readonly visits: readonly { readonly visit: KnownVisit; readonly row?: LedgerRow }[];
}

/** A day of the ledger as an officer may know of it, names masked; undefined where it is not asked for. Who reads it is for the caller to record. */
export const ledgerDay = async (
  records: Pick<RecordStore, 'stored' | 'load'>,
  id: string,
  officer: Officer,
  units: UnitDirectory,
  { leader, open }: LedgerQuestion,
): Promise<LedgerDay | undefined> => {
  const session = foldSession((await records.load({ kind: 'session', id })).events.map(maskedFact));
  if (leader !== undefined && (receivedBy(session)[0] ?? session.content?.leader) !== leader) return undefined;
  const rows = ledgerRows(session);
  const visits = (await visitsKnownTo(records, session, officer, units)).flatMap((visit) => {
    const row = 'arrival' in visit ? rows[visit.number - 1] : undefined;
    if (open !== undefined && (row === undefined || !isOpenRow(row))) return [];
    return [{ visit, ...(row === undefined ? {} : { row }) }];
  });
  return open !== undefined && visits.length === 0 ? undefined : { session, visits };
};
