import { decideAccess } from '../../domain/access/policy.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { isSealed } from '../../domain/access/sight.ts';
import { foldPlacement, standingOfPlacement } from '../../domain/centre/placement-history.ts';
import type { UnitDirectory } from '../../domain/organisation/unit.ts';
import type { Petition } from '../../domain/petition/state.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { RecordStore } from '../../domain/ports.ts';
import { type ListItem, type ListItemEvent, listItemStream } from '../../domain/whistle/list-item.ts';
import { seesWhole, whistleRow } from '../../domain/whistle/views.ts';
import { foldWhistle, whistlesOf } from '../../domain/whistle/whistle-history.ts';

interface ProgrammeTag {
  readonly kind?: string;
  readonly name?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Whistles of one petition that are listed with it: the latest. */
const mostWhistles = 20;

/**
 * What other streams hold of a petition, for an officer who may read it: the whistles that were blown for it, the needs and
 * resources that those bring together, which centre works on it, and the
 * names of the programmes it is enrolled in, which whoever reads the matter reads on it already. Each shows where he may see it by its own rule, and a
 * whistle's bond to the petition to those alone from whom nothing of the whistle is kept. Of a sealed petition nothing
 * stands anywhere else (Art. 30). Opens no text.
 */
export const attachedTo = async (
  records: Pick<RecordStore, 'stored' | 'head' | 'findByLookup'>,
  petition: Petition,
  officer: Officer,
  units: UnitDirectory,
  at: string,
) => {
  if (isSealed(petition)) return {};
  const { number } = petition;
  const [filed, placed, programmes] = await Promise.all([
    records.findByLookup(whistlesOf(number)),
    records.stored({ kind: 'placement', id: number }),
    Promise.all(
      petition.enrolments.map(async ({ programme, ...enrolled }) => {
        const { kind, name, from, to } = ((await records.head({ kind: 'programme', id: programme }))?.summary ??
          {}) as ProgrammeTag;
        return { number: programme, kind, name, from, to, ...enrolled };
      }),
    ),
  ]);
  // By number, so by day; each is read, because who sees it stands in its facts.
  const latest = filed
    .map(({ id }) => id)
    .toSorted((a, b) => (a.slice(a.indexOf('-')) < b.slice(b.indexOf('-')) ? 1 : -1))
    .slice(0, mostWhistles);
  const read = await Promise.all(
    latest.map(async (id) => foldWhistle((await records.stored({ kind: 'whistle', id })).events)),
  );
  const whistles = read.filter(
    (whistle) =>
      seesWhole(whistle, officer.unit, units) &&
      decideAccess(officer, 'ReadWhistle', { whistle, petition, at }, units).allowed,
  );
  const named = whistles.flatMap(({ content }) => [
    ...(content?.joint?.needs ?? []),
    ...(content?.joint?.resources ?? []),
  ]);
  const items = await Promise.all(
    [...new Set(named)].map(async (id) =>
      foldPlain<ListItem, ListItemEvent>(listItemStream, (await records.stored({ kind: 'list-item', id })).events),
    ),
  );
  const placement = foldPlacement(placed.events);
  const target = { petition, at, ...standingOfPlacement(placement) };
  return {
    programmes,
    whistles: whistles.map(whistleRow),
    ...(filed.length > mostWhistles ? { earlierWhistles: filed.length - mostWhistles } : {}),
    listItems: items
      .filter(
        ({ unit }) => unit !== undefined && decideAccess(officer, 'ReadListItems', { named: unit }, units).allowed,
      )
      .map(({ id, unit, list, closed }) => ({ number: id, unit, list, status: closed ? 'closed' : 'open' })),
    ...(placement.at !== undefined && decideAccess(officer, 'ReadPlacement', target, units).allowed
      ? {
          placement: {
            at: placement.at,
            status: placement.resolved ? 'resolved' : 'open',
            since: placement.resolved?.on ?? placement.moves.at(-1)?.on,
          },
        }
      : {}),
  };
};
