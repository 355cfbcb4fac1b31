import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { DynamoAnchorReader } from '../../adapters/anchor-reader.ts';
import { streamKey, streamOf } from '../../adapters/keys.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { DynamoStreamFacts } from '../../adapters/stream-facts.ts';
import type { StoredEvent, StreamRef } from '../../domain/ports.ts';
import { beginning, type ExportAct, type Progress, writePage } from '../../functions/audit/bundle.ts';
import type { History } from '../../tests/support/naive-recount.ts';
import { BundleCheck } from '../../verify/bundle.ts';
import type { YearStore } from './play.ts';

export interface Exported {
  readonly histories: readonly History[];
  readonly lines: number;
  /** What a check of the bundle finds wrong; of a whole one nothing. */
  readonly faults: readonly string[];
  /** Facts that the bundle gives by their hash alone, as it does whoever asks, taken from the record where the hash agrees. */
  readonly withheld: number;
}

type Line =
  | { readonly kind: 'event'; readonly event: StoredEvent }
  | { readonly kind: 'withheld'; readonly stream: string; readonly seq: number; readonly contentHash: string }
  | { readonly kind: 'manifest' | 'stream' | 'entry' | 'checkpoint' | 'end' };

/**
 * The histories as an exported bundle has them, written as an auditor's is who may know of everything, and checked as
 * `npm run verify` checks it.
 */
export const exportedHistories = async (
  store: YearStore,
  streams: readonly StreamRef[],
  unit: string,
  day: string,
): Promise<Exported> => {
  const facts = new DynamoStreamFacts(store);
  const act = await recordedAct(new DynamoRecordStore(store), facts, unit, day);
  const keys = streams.map(streamKey);
  const sources = {
    facts,
    anchor: new DynamoAnchorReader(store),
    find: async () => ({ streams: keys }),
    mayExport: async () => true,
    mayKnow: async () => true,
  };
  const check = new BundleCheck();
  const byStream = new Map<string, StoredEvent[]>();
  let [lines, withheld] = [0, 0];
  for (let at: Progress | undefined = beginning; at !== undefined; ) {
    const { text, next }: { text: string; next?: Progress } = await writePage(sources, act, at);
    for (const line of text.split('\n').slice(0, -1)) {
      check.line(line);
      lines += 1;
      const read = JSON.parse(line) as Line;
      if (read.kind !== 'event' && read.kind !== 'withheld') continue;
      if (read.kind === 'withheld') withheld += 1;
      const event = read.kind === 'event' ? read.event : await provedBy(read, facts);
      byStream.set(event.stream, [...(byStream.get(event.stream) ?? []), event]);
    }
    at = next;
  }
  check.close();
  byStream.delete(act.stream);
  return {
    histories: [...byStream].map(([key, events]) => ({ ...streamOf(key), events })),
    lines,
    withheld,
    faults: check.faults.map(({ line, what }) => `line ${String(line)}: ${what}`),
  };
};

const recordedAct = async (
  records: DynamoRecordStore,
  facts: DynamoStreamFacts,
  unit: string,
  day: string,
): Promise<ExportAct> => {
  const stream = { kind: 'reads', id: unit } as const;
  const { version } = await records.stored(stream);
  const actor = { id: 'auditor', unit, role: 'auditor' };
  const data = { scope: { kind: 'all', unit } as const, purpose: 'audit' as const };
  const events = [{ type: 'HistoryExported', at: `${day}T04:00:00.000Z`, actor, data }];
  const head = { summary: {}, openStages: [] };
  await records.commit([{ stream, expectedVersion: version, events, head, signals: [], decisions: [] }]);
  return (await facts.factsOf(streamKey(stream))).at(-1) as ExportAct;
};

/** @throws Error when the record has another fact there than the bundle proves */
const provedBy = async (
  { stream, seq, contentHash }: Extract<Line, { kind: 'withheld' }>,
  facts: DynamoStreamFacts,
): Promise<StoredEvent> => {
  const event = (await facts.factsOf(stream)).find((each) => each.seq === seq);
  if (!event) throw new Error(`There is no fact ${String(seq)} of ${stream}.`);
  const { previousHash: _previous, hash: _hash, ...content } = event;
  const proved = createHash('sha256')
    .update(canonicalize(content) ?? '')
    .digest('hex');
  if (proved !== contentHash) throw new Error(`The fact ${String(seq)} of ${stream} is not what the bundle proves.`);
  return event;
};
