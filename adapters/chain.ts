/**
 * The hash chain. An event's hash is the lower-case hexadecimal SHA-256 of its canonical JSON (RFC 8785) without the
 * field `hash`; the field `previousHash` inside it ties it to the event before. docs/record.md says it for third parties.
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

/** The hash that an event must carry: over all its fields but `hash` itself, so that an added field shows too. */
export const eventHash = (event: Omit<StoredEvent, 'hash'>): string =>
  createHash('sha256')
    .update(canonicalJson({ ...event, hash: undefined }))
    .digest('hex');

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
