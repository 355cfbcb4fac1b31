import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheLifetimeMs, DynamoReferenceData } from '../../adapters/reference-data.ts';
import { DynamoReferenceVersions } from '../../adapters/reference-versions.ts';
import type { Unit } from '../../domain/organisation/unit.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';

let db: TestDynamoDb;
beforeAll(async () => {
  db = await startDynamoDb();
});
afterAll(() => db.stop());

const unit = (id: string, changes: Partial<Unit> = {}): Unit => ({
  id,
  name: `${id}号`,
  kind: 'department',
  level: 'county',
  ...changes,
});

describe('reference data', () => {
  it('is empty before anyone has put it, and seen as soon as someone has', async () => {
    const [writer, reader] = [new DynamoReferenceData(db), new DynamoReferenceData(db)];
    expect(await reader.units()).toEqual([]);
    const units = Array.from({ length: 60 }, (_, index) => unit(`622901-${String(100 + index)}`, { parent: '622901' }));
    await writer.putUnits(units);
    expect(await reader.units()).toEqual(units);
    await writer.putCategories([
      { code: '01', name: '国土资源' },
      { code: '0101', name: '征地', parent: '01' },
    ]);
    expect(await reader.categories()).toEqual([
      { code: '01', name: '国土资源' },
      { code: '0101', name: '征地', parent: '01' },
    ]);
  });

  it('is read from the table once in five minutes', async () => {
    let [now, reads] = [0, 0];
    const data = new DynamoReferenceData({ ...db, now: () => now, onConsumed: () => (reads += 1) });
    await new DynamoReferenceData(db).putUnits([unit('622901-cache')]);
    await data.units();
    now += cacheLifetimeMs - 1;
    await data.units();
    expect(reads).toBe(1);
    now += 1;
    await data.units();
    expect(reads).toBe(2);
  });

  it('keeps when a unit was abolished and who goes on with its functions', async () => {
    const data = new DynamoReferenceData(db);
    const abolished = unit('622901-gtj', { abolishedOn: '2026-03-10', successor: '622901-zrzy' });
    await data.putUnits([abolished]);
    expect((await new DynamoReferenceData(db).units()).find(({ id }) => id === abolished.id)).toEqual(abolished);
  });

  it('is seen at once by who changed it', async () => {
    const data = new DynamoReferenceData(db);
    await data.putUnits([unit('622901-name')]);
    await data.units();
    await data.putUnits([unit('622901-name', { name: '自然资源局' })]);
    expect((await data.units()).find(({ id }) => id === '622901-name')?.name).toBe('自然资源局');
  });

  it('tells the tree as it stood on a day, and of how much of it no version of the day is known', async () => {
    const versions = new DynamoReferenceVersions(db);
    const data = new DynamoReferenceData(db);
    await data.putUnits([unit('622901-old', { parent: '622901' })]);
    const validFrom = '2026-06-01';
    const moved = { ...unit('622901-old', { parent: '622902' }), validFrom };
    await versions.add('units', { id: moved.id, validFrom, needs: [], value: moved });
    await versions.add('units', {
      id: '622901-new',
      validFrom,
      needs: [],
      value: { ...unit('622901-new'), validFrom },
    });
    const of = async (day: string) => {
      const { units, withoutDay } = await data.unitsOn(day);
      const all = new Map(units.map((each) => [each.id, each]));
      return [all.get('622901-old')?.parent, all.has('622901-new'), withoutDay];
    };
    const [, , before] = await of('2026-05-31');
    expect(await of('2026-05-31')).toEqual(['622901', false, before]);
    // The one that has a version of the day by now is no longer taken as it was loaded.
    expect(await of('2026-06-01')).toEqual(['622902', true, Number(before) - 1]);
  });
});
