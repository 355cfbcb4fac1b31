import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { DynamoActStore } from '../../adapters/unit-acts.ts';
import { legalDay } from '../../domain/calendar/calendar.ts';
import { InvalidCursor } from '../../domain/errors.ts';
import type { Act, ActQuery, StreamKind, StreamRef } from '../../domain/ports.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { anEvent, aPetition, aSession, aWrite } from './builders.ts';

let db: TestDynamoDb;
let records: DynamoRecordStore;
let store: DynamoActStore;
beforeAll(async () => {
  db = await startDynamoDb();
  records = new DynamoRecordStore(db);
  store = new DynamoActStore(db);
});
afterAll(() => db.stop());

const day = '2026-11-24';
const on = (unit: string, more: Partial<ActQuery> = {}): ActQuery => ({ units: [unit], from: day, to: day, ...more });

async function pages(query: ActQuery, limit: number): Promise<Act[][]> {
  const read: Act[][] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await store.acts(query, limit, cursor);
    read.push([...page.items]);
    cursor = page.cursor;
    if (cursor === undefined) return read;
    expect(read.length).toBeLessThan(2000);
  }
}

const nameOf = ({ key, seq }: Act) => `${key}/${String(seq)}`;

describe('what units did', () => {
  it('goes by the legal day in Asia/Shanghai, oldest first, over all streams, with the facts as stored', async () => {
    const [a, b] = [aPetition(), aPetition()];
    const actor = { id: 'o', unit: '622901-day', role: 'handler' };
    const instants = [
      '2026-11-23T15:59:59.999Z',
      '2026-11-23T16:00:00.000Z',
      '2026-11-24T15:59:59.999Z',
      '2026-11-24T16:00:00.000Z',
    ];
    await records.commit([
      aWrite(a, { events: instants.map((at) => anEvent({ at, actor })) }),
      aWrite(b, {
        events: [anEvent({ at: '2026-11-24T03:00:00.000Z', actor }), anEvent({ at: '2026-11-24T03:00:00.000Z' })],
      }),
    ]);
    const read = await pages(on('622901-day'), 2);
    expect(read.map((page) => page.map(nameOf))).toEqual([[`P#${a.id}/2`, `P#${b.id}/1`], [`P#${a.id}/3`]]);
    const [first] = await store.facts(read.flat());
    expect(first).toEqual((await records.stored(a)).events[1]);
    expect(read[0]?.[0]).toMatchObject({ stream: a, at: instants[1], type: 'PetitionRegistered', actor });
  });

  it('refuses a cursor of another question', async () => {
    const actor = { id: 'o', unit: '622901-cursor', role: 'handler' };
    await records.commit([aWrite(aPetition(), { events: [anEvent({ actor }), anEvent({ actor })] })]);
    const { cursor = '' } = await store.acts(on('622901-cursor'), 1);
    for (const other of [
      on('622901-other'),
      on('622901-cursor', { to: '2026-11-25' }),
      on('622901-cursor', { officer: 'o' }),
      on('622901-cursor', { types: ['VisitorAbsent'] }),
      on('622901-cursor', { kinds: ['session'] }),
    ])
      await expect(store.acts(other, 1, cursor)).rejects.toBeInstanceOf(InvalidCursor);
  });

  it('gives every fact that was asked for once and in order, whatever the filters and the pages', async () => {
    const units = ['622901-p1', '622901-p2', '622901-p3'];
    const days = ['2026-11-20', '2026-11-21', '2026-11-25'];
    const written: { stream: StreamRef; seq: number; unit: string; id: string; type: string; at: string }[] = [];
    for (let each = 0; each < 24; each += 1) {
      const stream = each % 3 === 0 ? aSession() : aPetition();
      const events = Array.from({ length: 1 + (each % 5) }, (_, seq) => {
        const unit = units[(each + seq) % 3] ?? '';
        const at = `${days[(each * 2 + seq) % 3] ?? ''}T0${String(seq)}:00:00.000Z`;
        const [id, type] = [
          `officer-${String(seq % 2)}`,
          ['VisitorAbsent', 'VisitorCheckedIn', 'PersonalDataErased'][(each + seq) % 3] ?? '',
        ];
        written.push({ stream, seq: seq + 1, unit, id, type, at });
        return anEvent({ at, type, actor: { id, unit, role: 'handler' } });
      });
      const head = { summary: { unit: 'u', date: day }, openStages: [] };
      await records.commit([aWrite(stream, { events, head })]);
    }
    const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(units, { minLength: 1 }),
        fc.constantFrom(['2026-11-20', '2026-11-25'], ['2026-11-21', '2026-11-24'], ['2026-11-01', '2026-12-31']),
        maybe(fc.constantFrom('officer-0', 'officer-1', 'nobody')),
        maybe(fc.subarray(['VisitorAbsent', 'VisitorCheckedIn', 'PersonalDataErased'], { minLength: 1 })),
        maybe(fc.constantFrom<StreamKind>('petition', 'session', 'reads')),
        fc.integer({ min: 1, max: 30 }),
        async (asked, [from = '', to = ''], officer, types, kind, limit) => {
          const query: ActQuery = {
            units: asked,
            from,
            to,
            ...(officer === undefined ? {} : { officer }),
            ...(types === undefined ? {} : { types }),
            ...(kind === undefined ? {} : { kinds: [kind] }),
          };
          const read = await pages(query, limit);
          for (const page of read) expect(page.length).toBeLessThanOrEqual(limit);
          const place = (one: { at: string; unit: string }) =>
            `${legalDay(one.at)}#${String(asked.indexOf(one.unit))}#${one.at}`;
          const expected = written.filter(
            ({ stream, unit, id, type, at }) =>
              asked.includes(unit) &&
              legalDay(at) >= from &&
              legalDay(at) <= to &&
              (officer === undefined || officer === id) &&
              (types === undefined || types.includes(type)) &&
              (kind === undefined || kind === stream.kind),
          );
          const seen = read.flat();
          expect(seen.map(nameOf).sort()).toEqual(
            expected
              .map(({ stream, seq }) => `${stream.kind === 'petition' ? 'P' : 'S'}#${stream.id}/${String(seq)}`)
              .sort(),
          );
          const places = seen.map(({ at, actor }) => place({ at, unit: actor.unit }));
          expect(places).toEqual([...places].sort());
        },
      ),
      { numRuns: 60 },
    );
  });

  it('does bounded work: over years in which nothing happened it says how to go on', async () => {
    const query: ActQuery = { units: ['622901-idle', '622901-idler'], from: '2026-01-01', to: '2026-12-31' };
    const read = await pages(query, 50);
    expect(read.flat()).toEqual([]);
    expect(read.length).toBeGreaterThan(1);
    expect(read.length).toBeLessThan(10);
  });
});
