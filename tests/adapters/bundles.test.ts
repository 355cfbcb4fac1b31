import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { streamKey } from '../../adapters/keys.ts';
import { InvalidCursor, Refusal } from '../../domain/errors.ts';
import type { StreamKind } from '../../domain/ports.ts';
import { BundleCheck, readCheckpoint } from '../../verify/bundle.ts';
import {
  auditor,
  type BundleWorld,
  emptyWorld,
  fullWorld,
  inspector,
  petitions,
  session,
} from '../support/bundle-world.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';

let db: TestDynamoDb;
let world: BundleWorld;
beforeAll(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  db = await startDynamoDb();
  world = await fullWorld(db);
});
afterAll(() => db.stop());
beforeEach(() => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
});

const all = { kind: 'all', unit: auditor.unit } as const;
const auditorOfCounty = { id: 'county-auditor', name: '审计员', unit: '622901-xfj', roles: ['auditor'] as const };
const one = (petition: string) => ({ kind: 'petition', petition }) as const;
const unit = { kind: 'unit', unit: '622901', below: true, from: '2026-03-02', to: '2026-03-31' } as const;

const check = (bundle: string, kept?: Parameters<typeof readCheckpoint>[0]) => {
  const checked = new BundleCheck(kept === undefined ? undefined : readCheckpoint(kept));
  for (const line of bundle.trimEnd().split('\n')) checked.line(line);
  checked.close();
  return checked;
};
const linesOf = (bundle: string) =>
  bundle
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
const streamsIn = (bundle: string): string[] =>
  linesOf(bundle)
    .filter(({ kind }) => kind === 'stream')
    .map(({ stream }) => stream);

describe('a bundle', () => {
  it('of everything in the jurisdiction is whole, proves every stream, and names no other', async () => {
    const bundle = await world.bundle(auditor, all);
    const checked = check(bundle);
    expect(checked.faults).toEqual([]);
    const { long, short, parent, repeat, fresh } = petitions;
    expect(streamsIn(bundle).sort()).toEqual(
      [
        ...[short, long, parent, repeat, fresh].map((number) => `P#${number}`),
        `R#${long}`,
        `R#${auditor.unit}`,
        `S#${session}`,
      ].sort(),
    );
    expect(bundle).not.toContain(petitions.sealed);
    expect(bundle).not.toContain(petitions.recused);
    // The act of exporting itself is not yet anchored.
    expect(checked.notices).toEqual([
      'signatures of checkpoints were not checked: no --key was given',
      'not yet anchored: 1 events of 1 streams, by their chain alone',
    ]);
    const longEntries = linesOf(bundle).filter(({ kind, stream }) => kind === 'entry' && stream === `P#${long}`);
    expect(longEntries).toHaveLength(3);
  });

  it('of one petition brings its reads and the visit in which it was told, and of other visits only hashes', async () => {
    const bundle = await world.bundle(auditor, one(petitions.long));
    expect(check(bundle).faults).toEqual([]);
    expect(streamsIn(bundle)).toEqual([`R#${petitions.long}`, `P#${petitions.long}`]);
    const reads = linesOf(bundle).filter(({ event }) => event?.stream === `R#${petitions.long}`);
    expect(reads.at(-1).event).toMatchObject({ type: 'HistoryExported', data: { purpose: 'audit' } });
  });

  it('of a unit’s period holds every stream in which it acted, whole', async () => {
    const bundle = await world.bundle(auditor, unit);
    expect(check(bundle).faults).toEqual([]);
    const { long, short, parent, repeat, fresh } = petitions;
    expect(streamsIn(bundle).sort()).toEqual(
      [
        `R#622901`,
        ...[short, long, parent, repeat, fresh].map((number) => `P#${number}`),
        `R#${long}`,
        `S#${session}`,
      ].sort(),
    );
    const narrow = await world.bundle(auditor, { ...unit, from: '2026-03-05', to: '2026-03-05' });
    expect(check(narrow).faults).toEqual([]);
    expect(streamsIn(narrow).filter((stream) => stream.startsWith('P#'))).toEqual([`P#${petitions.fresh}`]);
  });

  it('holds streams of every kind that belong to the unit, and of no other unit', async () => {
    const begun = {
      grid: 'GridDefined',
      need: 'NeedReported',
      assembly: 'AssemblyConvened',
      whistle: 'WhistleDrafted',
      centre: 'CentreRegistered',
      'list-item': 'ListItemAdded',
      programme: 'ProgrammeFounded',
      import: 'ImportDeclared',
      post: 'PostTaken',
      rota: 'RotaDefined',
      booking: 'BookingMade',
      briefing: 'BriefingGiven',
    } satisfies Record<Exclude<StreamKind, 'petition' | 'session' | 'placement' | 'keeping' | 'reads'>, string>;
    const other = await emptyWorld(db);
    for (const [kind, type] of Object.entries(begun) as [keyof typeof begun, string][])
      for (const [id, of] of [
        ['own', '622901-xfj'],
        ['others', '622921-xfj'],
      ] as const)
        await other.append(
          { kind, id },
          [{ type, data: { unit: of, held: { unit: of }, booking: 1 } }],
          '2026-03-05T04:00:00.000Z',
        );
    const more = { LegalHoldLifted: { hold: 1 }, PersonalDataRead: { what: 'whistle' } };
    for (const [stream, type] of [
      [{ kind: 'keeping', id: 'need.own' }, 'LegalHoldLifted'],
      [{ kind: 'keeping', id: 'need.others' }, 'LegalHoldLifted'],
      // Only a whistle has this number.
      [{ kind: 'whistle', id: 'w-own' }, 'WhistleDrafted'],
      [{ kind: 'reads', id: 'w-own' }, 'PersonalDataRead'],
      [{ kind: 'reads', id: 'others' }, 'PersonalDataRead'],
    ] as const)
      await other.append(
        stream,
        [{ type, data: type === 'WhistleDrafted' ? { unit: '622901-xfj' } : more[type] }],
        '2026-03-05T04:00:00.000Z',
      );
    await other.anchor('2026-03-05T05:00:00.000Z');
    const bundle = await other.bundle(auditorOfCounty, { kind: 'all', unit: auditorOfCounty.unit });
    expect(check(bundle).faults).toEqual([]);
    const expected = Object.keys(begun).map((kind) => streamKey({ kind: kind as StreamKind, id: 'own' }));
    expect(streamsIn(bundle).sort()).toEqual(
      [...expected, 'E#need.own', 'H#w-own', 'R#w-own', `R#${auditorOfCounty.unit}`].sort(),
    );
  });

  it('of the organ that has the accusation holds it; nobody else gets it', async () => {
    const mine = await world.bundle(inspector, one(petitions.sealed));
    expect(check(mine).faults).toEqual([]);
    expect(streamsIn(mine)).toContain(`P#${petitions.sealed}`);
    const refusal = await world.begin(auditor, one(petitions.sealed)).catch((error: Refusal) => error);
    const absent = await world.begin(auditor, one('622901007-20260302-ZZZZZZ')).catch((error: Refusal) => error);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toEqual(absent);
  });

  it('withholds alike what names a sealed matter and what always might', async () => {
    const bundle = await world.bundle(auditor, all);
    const withheld = linesOf(bundle).filter(({ kind }) => kind === 'withheld');
    const of = (stream: string) => withheld.filter((line) => line.stream === stream).map(({ seq }) => seq);
    // Visit 1 led to a petition that may be known; visits 2 (to none) and 3 (to the sealed one) look alike.
    expect(of(`S#${session}`)).toEqual([5, 6, 7, 8, 9, 10]);
    expect(of(`P#${petitions.parent}`)).toHaveLength(1);
    expect(of(`P#${petitions.repeat}`)).toHaveLength(1);
    for (const line of withheld)
      expect(Object.keys(line).sort()).toEqual([
        'contentHash',
        'hash',
        'kind',
        'link',
        'previousHash',
        'seq',
        'stream',
      ]);
  });

  it('is the same in pages of any size', async () => {
    for (const [scope, since] of [[all], [unit, 2], [one(petitions.long), 1]] as const) {
      const name = await world.begin(auditor, scope, since);
      const whole = await world.pages(auditor, name);
      expect(whole).toHaveLength(1);
      for (const limits of [
        { characters: 1, reads: 1000 },
        { characters: 5000, reads: 1000 },
        { characters: 1_000_000, reads: 1 },
        { characters: 20_000, reads: 12 },
      ]) {
        const pages = await world.pages(auditor, name, limits);
        if (limits.characters < 10_000 || limits.reads < 2) expect(pages.length).toBeGreaterThan(1);
        expect(pages.join('')).toBe(whole[0]);
      }
      expect(check(whole.join('')).faults).toEqual([]);
    }
  });

  it('compares with a checkpoint that was kept: in it by day, and any by its number', async () => {
    const [first, second, third] = await world.reader.checkpoints(0, 3);
    const bundle = await world.bundle(auditor, one(petitions.long));
    const kept = check(bundle, { ...first });
    expect(kept.faults).toEqual([]);
    expect(kept.comparison()).toBeUndefined();
    const forged = { ...second, root: 'ab'.repeat(32) };
    expect(() => readCheckpoint(forged as never)).toThrow('hash');
    expect(check(bundle, { ...third }).comparison()).toBeUndefined();
  });

  it('is refused to whoever has not begun it, with a cursor of another, or an altered one', async () => {
    const name = await world.begin(auditor, all);
    await expect(world.exports.page(inspector, name, undefined)).rejects.toMatchObject({ code: 'not-found' });
    for (const absent of ['x', '622901007.1', `${auditor.unit}.0`, `${auditor.unit}.99`])
      await expect(world.exports.page(auditor, absent, undefined)).rejects.toMatchObject({ code: 'not-found' });
    for (const cursor of ['', 'x', Buffer.from('{"name":"x"}').toString('base64url')])
      await expect(world.exports.page(auditor, name, cursor)).rejects.toBeInstanceOf(InvalidCursor);
  });

  it('of a period that ends before it begins is refused, and nothing is recorded of it', async () => {
    const before = await world.records.stored({ kind: 'reads', id: unit.unit });
    await expect(world.begin(auditor, { ...unit, from: '2026-03-05', to: '2026-03-04' })).rejects.toMatchObject({
      code: 'rule-violated',
      pointer: '/scope/to',
    });
    expect(await world.records.stored({ kind: 'reads', id: unit.unit })).toEqual(before);
  });

  it('cannot be begun by those who are no auditors, or of another area', async () => {
    const others = [
      { ...auditor, roles: ['supervisor'] },
      { ...auditor, unit: '622901-jw' },
      { ...auditor, unit: 'nowhere' },
    ];
    for (const officer of others)
      for (const scope of [one(petitions.long), { ...unit, unit: '622901' }])
        await expect(world.begin(officer, scope)).rejects.toBeInstanceOf(Refusal);
  });
});
