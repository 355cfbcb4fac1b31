import type { AnchorReader } from '../../domain/anchor.ts';
import { legalDay } from '../../domain/calendar/calendar.ts';
import type { ExportScope } from '../../domain/export.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import type { ActStore, StoredEvent, StreamFacts } from '../../domain/ports.ts';
import type { FindStreams } from './bundle.ts';

/** Few enough to stand in a cursor. */
const atOnce = 16;

export interface FindDependencies {
  readonly acts: ActStore;
  readonly facts: StreamFacts;
  readonly anchor: AnchorReader;
}

/** The streams of a scope, each once, without anything being remembered between two calls. @param units of a unit's scope */
export const findStreams = (
  { acts, facts, anchor }: FindDependencies,
  scope: ExportScope,
  units: readonly string[],
): FindStreams => {
  switch (scope.kind) {
    case 'petition':
      return async () => {
        const petition = `P#${scope.petition}`;
        const session = foldPetition(await facts.factsOf(petition)).registration?.visit?.session;
        return { streams: [petition, `R#${scope.petition}`, ...(session === undefined ? [] : [`S#${session}`])] };
      };
    case 'unit':
      return async (where) => {
        const query = { units, from: scope.from, to: scope.to };
        const page = await acts.acts(query, atOnce / 2, where);
        const streams: string[] = [];
        for (const { key, seq } of page.items) {
          // Each stream at the first thing that was done in it within the scope, in the order in which it is searched.
          if (firstWithin(await facts.factsOf(key), query) !== seq || streams.includes(key)) continue;
          // With who has read it: reads stand in no index of what units did.
          streams.push(key, `R#${key.slice(2)}`);
        }
        return { streams, ...(page.cursor === undefined ? {} : { where: page.cursor }) };
      };
    case 'all':
      return async (where = 'log:0') => {
        const [place, from = ''] = splitOnce(where);
        if (place === 'log') {
          const entries = await anchor.entries(Number(from), atOnce * 4);
          const streams: string[] = [];
          for (const { index, entry } of entries) {
            if ('blind' in entry) continue;
            // Each stream at its first place in the log.
            const [first] = await anchor.entriesOf(entry.stream);
            if ((first === undefined || first.index === index) && !streams.includes(entry.stream))
              streams.push(entry.stream);
            if (streams.length === atOnce) return { streams, where: `log:${String(index + 1)}` };
          }
          const last = entries.at(-1);
          return { streams, where: last === undefined ? 'waiting:' : `log:${String(last.index + 1)}` };
        }
        const waiting = await anchor.waiting(from, atOnce);
        const streams: string[] = [];
        for (const stream of waiting) if ((await anchor.entriesOf(stream)).length === 0) streams.push(stream);
        const last = waiting.at(-1);
        return { streams, ...(last === undefined ? {} : { where: `waiting:${last}` }) };
      };
  }
};

const splitOnce = (text: string): [string, string] => {
  const at = text.indexOf(':');
  return [text.slice(0, at), text.slice(at + 1)];
};

/** The `seq` at which a search day by day and in each day unit by unit comes to a stream first. */
const firstWithin = (
  events: readonly StoredEvent[],
  { units, from, to }: { readonly units: readonly string[]; readonly from: string; readonly to: string },
): number | undefined => {
  const within = events.flatMap((event) => {
    const [day, unit] = [legalDay(event.at), units.indexOf(event.actor.unit)];
    const place = `${day}#${String(unit).padStart(6, '0')}#${event.at}#${String(event.seq).padStart(8, '0')}`;
    return unit === -1 || day < from || day > to ? [] : [{ place, seq: event.seq }];
  });
  return within.reduce<(typeof within)[number] | undefined>(
    (first, each) => (first === undefined || each.place < first.place ? each : first),
    undefined,
  )?.seq;
};
