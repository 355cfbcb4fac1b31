/**
 * The hash chain. The content hash of an event is the lower-case hexadecimal SHA-256 of its canonical JSON (RFC 8785)
 * without its place in the chain; its hash is that of the hash of the event before and its own content hash. So the chain
 * can be followed through an event whose content is withheld. docs/record.md says it for third parties.
 */

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { NewEvent, StoredEvent } from '../domain/ports.ts';

/** `previousHash` of the first event of every stream. */
export const genesisHash = '0'.repeat(64);

/** RFC 8785 text. @throws Error for what JSON cannot hold (NaN, lone surrogates, cycles). */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('The value has no JSON form.');
  return text;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Over all fields but those that tie the event into the chain, so that an added field shows too. */
export const contentHash = (event: Omit<StoredEvent, 'hash'>): string =>
  sha256(canonicalJson({ ...event, previousHash: undefined, hash: undefined }));

/** The hash that an event must carry. */
export const eventHash = (event: Omit<StoredEvent, 'hash'>): string =>
  sha256(`${event.previousHash}\n${contentHash(event)}`);

/**
 * Chains facts onto a stream that stands at `version` with `previousHash` (`genesisHash` at version 0). The result is
 * exactly what a reader gets back: values that JSON drops are gone.
 */
export function stamp(
  stream: string,
  version: number,
  previousHash: string,
  events: readonly NewEvent[],
): readonly StoredEvent[] {
  const stamped: StoredEvent[] = [];
  let last = previousHash;
  for (const [index, { type, at, actor, data }] of events.entries()) {
    const plain = JSON.parse(
      canonicalJson({
        stream,
        seq: version + index + 1,
        type,
        at,
        actor: { id: actor.id, unit: actor.unit, role: actor.role },
        data,
        previousHash: last,
      }),
    ) as Omit<StoredEvent, 'hash'>;
    last = eventHash(plain);
    stamped.push({ ...plain, hash: last });
  }
  return stamped;
}

/** Where a chain breaks first and how. */
export interface ChainFault {
  readonly seq: number;
  readonly fault: 'gap' | 'other-stream' | 'broken-link' | 'altered';
}

/**
 * First fault of a stream's complete list of events, oldest first; `undefined` when it is whole. That nothing was cut
 * off at the end shows only against the head: compare its `version` and `hash` with the last event.
 */
export function firstFault(events: readonly StoredEvent[]): ChainFault | undefined {
  let previous = genesisHash;
  for (const [index, event] of events.entries()) {
    const seq = index + 1;
    if (event.seq !== seq) return { seq, fault: 'gap' };
    if (event.stream !== events[0]?.stream) return { seq, fault: 'other-stream' };
    if (event.previousHash !== previous) return { seq, fault: 'broken-link' };
    if (eventHash(event) !== event.hash) return { seq, fault: 'altered' };
    previous = event.hash;
  }
  return undefined;
}
