/**
 * `npm run year -- [--scale 1] [--seed 2025]`: a year at the scale of the article, through the real commands on the
 * embedded store, with the sweep and the consumer running; then every figure against a naive recount from the histories.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Unit } from '../../domain/organisation/unit.ts';
import type { Category } from '../../domain/ports.ts';
import { readStatistics } from '../../functions/shared/figures.ts';
import { testSealing } from '../../tests/support/dynamodb.ts';
import { startBenchStore } from '../store.ts';
import { compareYear } from './compare.ts';
import { exportedHistories } from './exported.ts';
import { grownTree } from './grassroots.ts';
import { articleCentres, articleScale, planYear, type Scale } from './plan.ts';
import { playYear } from './play.ts';

const { values } = parseArgs({
  options: { scale: { type: 'string', default: '1' }, seed: { type: 'string', default: '2025' } },
});
const data = <T>(name: string): T =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../local/data', name), 'utf8')) as T;
const share = (count: number): number => Math.ceil(count * Number(values.scale));
const units = grownTree(data<Unit[]>('units.json'), share(articleCentres));
const scale = Object.fromEntries(
  Object.entries(articleScale).map(([of, count]) => [of, share(count)]),
) as unknown as Scale;
const plan = planYear(scale, units, Number(values.seed));
const megabytes = (bytes: number): string => `${String(Math.round(bytes / 1e6))} MB`;
const memory = (): string => {
  const { heapUsed, rss } = process.memoryUsage();
  return `heap ${megabytes(heapUsed)}, resident ${megabytes(rss)}`;
};
const seconds = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1)} s`;

const folder = mkdtempSync(join(tmpdir(), 'xinfang-year-'));
const store = { ...(await startBenchStore()), sealing: testSealing() };
try {
  const started = performance.now();
  const computed = process.cpuUsage();
  const played = await playYear(plan, {
    store,
    units,
    categories: data<Category[]>('categories.json'),
    folder,
    progress: (day, commands) => {
      if (!day.endsWith('-01')) return;
      // Time of computing tells whether it grows slower, whatever else the machine does.
      const { user, system } = process.cpuUsage(computed);
      const each = ((user + system) / 1000 / commands).toFixed(1);
      console.error(`${day}  ${String(commands)} commands  ${seconds(started)}  ${each} ms each  ${memory()}`);
    },
  });
  const { counting, streams, commands, refused } = played;
  console.log(`${String(streams.length)} streams, ${String(commands)} commands in ${seconds(started)}`);
  for (const [reason, count] of refused) console.log(`  refused by the rules, ${String(count)} times: ${reason}`);
  console.log(
    `counting: ${String(counting.delivered)} records in ${(counting.milliseconds / 1000).toFixed(1)} s, ${(counting.milliseconds / counting.delivered).toFixed(2)} ms each`,
  );
  // Whether it grows with what is closed: of the first months, which found grids, and of the last.
  for (const [month, { delivered, units: consumed }] of counting.months)
    console.log(
      `  ${month}: ${String(delivered)} records, ${(consumed / Math.max(1, delivered)).toFixed(1)} request units each`,
    );
  const asked = performance.now();
  const clock = { now: () => `${plan.year}-12-31T04:00:00.000Z` };
  const question = { unit: '622900', from: `${plan.year}-01`, to: `${plan.year}-12`, below: true };
  const { figures, open, indicators, standing } = await readStatistics({ ...played, clock }, question);
  console.log(`the prefecture's year read in ${(performance.now() - asked).toFixed(0)} ms`);
  for (const figure of [
    'registered',
    'persons',
    'repeat',
    'batches',
    'persons-received',
    'concluded',
    'resolved',
    'needs',
    'services-done',
    'services-missed',
    'assemblies',
    'imported',
    'sponsored',
    'whistles',
    'calls',
    'taken-in',
    'needs-listed',
  ])
    console.log(`  ${figure.padEnd(18)} ${String(figures[figure] ?? 0)}`);
  console.log(`  ${'open'.padEnd(18)} ${String(open)}`);
  for (const [thing, count] of Object.entries(standing)) console.log(`  ${thing.padEnd(18)} ${String(count)}`);
  for (const { indicator, numerator, denominator, value } of indicators)
    console.log(`  ${indicator.padEnd(22)} ${String(numerator)} / ${String(denominator)} = ${String(value)}`);
  const exporting = performance.now();
  const { histories, lines, withheld, faults } = await exportedHistories(
    store,
    streams,
    '622900',
    `${plan.year}-12-31`,
  );
  console.log(
    `exported: ${String(lines)} lines, ${String(withheld)} facts by their hash alone, in ${seconds(exporting)}; ${String(faults.length)} faults`,
  );
  const compared = performance.now();
  const { figures: compare, different } = await compareYear(
    played,
    histories,
    // Old ledgers reach back, limits forward.
    `${String(Number(plan.year) - 3)}-01`,
    `${String(Number(plan.year) + 1)}-12`,
  );
  console.log(
    `${String(compare)} figures against a recount from the exported histories (${seconds(compared)}): ${String(different.length)} differ`,
  );
  for (const line of different.slice(0, 20)) console.log(`  ${line}`);
  console.log(`resident at most ${megabytes(process.resourceUsage().maxRSS * 1024)}`);
  if (different.length + faults.length > 0) process.exitCode = 1;
} finally {
  await store.stop();
  rmSync(folder, { recursive: true, force: true });
}
