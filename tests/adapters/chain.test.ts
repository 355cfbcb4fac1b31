import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventHash, firstFault, genesisHash, stamp } from '../../adapters/chain.ts';
import type { NewEvent, StoredEvent } from '../../domain/ports.ts';
import { anEvent } from './builders.ts';

const stream = 'P#622901007-20261124-7K3QXA';

const text = fc.string({ unit: 'grapheme' });
const anyEvent: fc.Arbitrary<NewEvent> = fc.record({
  type: text,
  at: text,
  actor: fc.record({ id: text, unit: text, role: text }),
  data: fc.dictionary(text, fc.jsonValue({ stringUnit: 'grapheme' })),
});
const chain = (events: readonly NewEvent[]) => stamp(stream, 0, genesisHash, events);
const anyChain = (minLength: number) => fc.array(anyEvent, { minLength, maxLength: 8 }).map(chain);
/** A chain with a place in it. */
const chainAndPlace = (minLength = 1) =>
  anyChain(minLength).chain((events) => fc.tuple(fc.constant(events), fc.nat(events.length - 1)));

describe('a chain', () => {
  it('is made as docs/record.md says', () => {
    const [event] = chain([
      anEvent({
        at: '2026-11-24T01:02:03.000Z',
        actor: { id: 'officer-1', unit: '622901007', role: 'receptionist' },
        data: { topic: '道路' },
      }),
    ]);
    expect(event?.hash).toBe('f51600fcb14ff5cfdbb6166b6b9e96738990bbd2e928136ec4f5fe8444d05906');
  });

  it('is whole as it was made, also after a way through JSON with other key orders', () => {
    fc.assert(
      fc.property(anyChain(0), (events) => {
        expect(firstFault(events)).toBeUndefined();
        const turned = events.map(
          (event) => Object.fromEntries(Object.entries(event).toReversed()) as unknown as StoredEvent,
        );
        expect(firstFault(JSON.parse(JSON.stringify(turned)) as StoredEvent[])).toBeUndefined();
      }),
    );
  });

  it('goes on where it stood', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 4 }), fc.array(anyEvent, { maxLength: 4 }), (first, second) => {
        const start = chain(first);
        const rest = stamp(stream, start.length, start.at(-1)?.hash ?? genesisHash, second);
        expect([...start, ...rest]).toEqual(chain([...first, ...second]));
      }),
    );
  });
});

/** Every single change that someone could make to one event. */
const anyChange: fc.Arbitrary<(event: StoredEvent) => unknown> = fc.oneof(
  fc
    .constantFrom<keyof StoredEvent>('stream', 'type', 'at', 'previousHash', 'hash')
    .chain((field) =>
      text.map((extra) => (event: StoredEvent) => ({ ...event, [field]: `${String(event[field])}${extra}x` })),
    ),
  fc.integer({ min: 1 }).map((by) => (event: StoredEvent) => ({ ...event, seq: event.seq + by })),
  fc.constantFrom('id', 'unit', 'role').map((field) => (event: StoredEvent) => ({
    ...event,
    actor: { ...event.actor, [field]: `${event.actor[field as 'id']}x` },
  })),
  fc.tuple(text, fc.jsonValue()).map(([name, value]) => (event: StoredEvent) => ({
    ...event,
    data: Object.hasOwn(event.data, name) ? {} : { ...event.data, [`${name} `]: [value] },
  })),
  fc.constant((event: StoredEvent) => ({ ...event, added: true })),
);

describe('tampering', () => {
  it('with one event shows at that event', () => {
    fc.assert(
      fc.property(chainAndPlace(), anyChange, ([events, place], change) => {
        const altered = events.with(place, change(events[place] as StoredEvent) as StoredEvent);
        expect(firstFault(altered)?.seq).toBe(place === 0 && altered[0]?.stream !== stream ? 1 : place + 1);
      }),
    );
  });

  it('with one event and its own hash shows at the next event, and at the end against the head', () => {
    fc.assert(
      fc.property(chainAndPlace(), ([events, place]) => {
        const event = events[place] as StoredEvent;
        const altered = { ...event, type: `${event.type}x` };
        const rehashed = events.with(place, { ...altered, hash: eventHash(altered) });
        if (place + 1 < events.length) expect(firstFault(rehashed)).toEqual({ seq: place + 2, fault: 'broken-link' });
        else expect(rehashed.at(-1)?.hash).not.toBe(events.at(-1)?.hash);
      }),
    );
  });

  it('by leaving an event out shows, at the end against the head', () => {
    fc.assert(
      fc.property(chainAndPlace(), ([events, place]) => {
        const shorter = events.toSpliced(place, 1);
        if (place + 1 < events.length) expect(firstFault(shorter)).toEqual({ seq: place + 1, fault: 'gap' });
        else expect(shorter.length).not.toBe(events.length);
      }),
    );
  });

  it('by putting an event in shows, renumbered or not', () => {
    fc.assert(
      fc.property(chainAndPlace(), anyEvent, fc.boolean(), ([events, place], extra, renumber) => {
        const [forged] = stamp(stream, place, events[place - 1]?.hash ?? genesisHash, [extra]);
        const later = events.slice(place).map((event) => ({ ...event, seq: event.seq + (renumber ? 1 : 0) }));
        expect(firstFault([...events.slice(0, place), forged as StoredEvent, ...later])).toBeDefined();
      }),
    );
  });

  it('by swapping two events shows, renumbered or not', () => {
    fc.assert(
      fc.property(chainAndPlace(2), fc.nat(), fc.boolean(), ([events, place], step, renumber) => {
        const other = (place + 1 + (step % (events.length - 1))) % events.length;
        const [a, b] = [events[place] as StoredEvent, events[other] as StoredEvent];
        const swapped = events
          .with(place, renumber ? { ...b, seq: a.seq } : b)
          .with(other, renumber ? { ...a, seq: b.seq } : a);
        expect(firstFault(swapped)).toBeDefined();
      }),
    );
  });
});
