import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compareYear } from '../../bench/year/compare.ts';
import { exportedHistories } from '../../bench/year/exported.ts';
import { grownTree } from '../../bench/year/grassroots.ts';
import { planYear } from '../../bench/year/plan.ts';
import { playYear } from '../../bench/year/play.ts';
import type { Unit } from '../../domain/organisation/unit.ts';
import type { Category } from '../../domain/ports.ts';
import { readStatistics } from '../../functions/shared/figures.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';

const data = <T>(name: string): T =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../local/data', name), 'utf8')) as T;
const units = grownTree(data<Unit[]>('units.json'), 20);
const folder = mkdtempSync(join(tmpdir(), 'xinfang-year-'));

let db: TestDynamoDb;
beforeAll(async () => {
  db = await startDynamoDb();
});
afterAll(async () => {
  await db.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('a year through the real commands: every figure is that of a recount from the exported histories (the whole: npm run year)', async () => {
  const scale = {
    matters: 25,
    batches: 14,
    persons: 22,
    grids: 6,
    gridWorkers: 20,
    needs: 12,
    assemblies: 4,
    imported: 3,
  };
  const plan = planYear(scale, units, 7);
  const played = await playYear(plan, { store: db, units, categories: data<Category[]>('categories.json'), folder });
  expect([...played.refused]).toEqual([]);

  // What is counted is told by month; that it does not grow with what is closed, tests/adapters/figures.test.ts shows.
  expect([...played.counting.months.values()].reduce((sum, { delivered }) => sum + delivered, 0)).toBe(
    played.counting.delivered,
  );

  const { histories, faults } = await exportedHistories(db, played.streams, '622900', '2025-12-31');
  expect(faults).toEqual([]);
  const { figures, different, recounted } = await compareYear(played, histories, '2022-01', '2026-12');
  expect(different).toEqual([]);
  expect(figures).toBe(recounted.size);
  const kinds = new Set([...recounted.keys()].map((key) => key.split(' ')[2]?.split('.')[0]));
  for (const figure of ['imported', 'needs-listed', 'needs-matched', 'whistles', 'calls', 'joint-projects'])
    expect([figure, kinds.has(figure)]).toEqual([figure, true]);

  const question = { unit: '622900', from: '2025-01', to: '2025-12', below: true };
  const clock = { now: () => '2025-12-31T04:00:00.000Z' };
  const prefecture = await readStatistics({ ...played, clock }, question);
  expect(prefecture.figures).toMatchObject({
    batches: scale.batches,
    'persons-received': scale.persons,
    needs: scale.needs,
  });
  expect(prefecture.standing.grids).toBeLessThanOrEqual(scale.grids);
  expect(prefecture.standing.grids).toBeGreaterThan(0);
  expect(prefecture.standing.centres).toBeGreaterThan(15);
  expect(prefecture.figures).toMatchObject({ batches: scale.batches, 'persons-received': scale.persons });
  const { commitments = 0, 'commitments-done': done = 0, 'commitments-late': late = 0 } = prefecture.figures;
  expect([commitments > done, done > 0, late > 0]).toEqual([true, true, true]);
  // Accusations, and what has not been triaged, are in no figure.
  const { registered = 0 } = prefecture.figures;
  expect(registered).toBeGreaterThan(scale.matters / 2);
  expect(registered).toBeLessThanOrEqual(scale.matters);
  const sum = prefecture.byUnit.reduce((all, { figures: each }) => all + (each.registered ?? 0), 0);
  expect(sum).toBe(registered);
}, 120_000);
