/** `npm run bench`: measures what the budgets speak of. docs/benchmarks.md says what each figure means. */

import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { measureAuditor } from './auditor.ts';
import { measureBundles } from './bundles.ts';
import { measureLifecycle } from './lifecycle.ts';
import { measureStart, startMachine } from './machine.ts';
import { type Measures, progress } from './measures.ts';
import { startMeter } from './meter.ts';
import { startBenchStore } from './store.ts';
import { measureMachine, measurePipeline } from './throughput.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
    events: { type: 'string', default: '20000' },
    only: { type: 'string', multiple: true },
  },
});

const parts: Readonly<Record<string, () => Promise<Measures>>> = {
  bundles: () => measureBundles(7),
  machine: async () => {
    const { machine, measures } = await measureStart(3);
    try {
      return { ...measures, ...(await measureMachine(machine, { seconds: 5, lifecycles: 8 })) };
    } finally {
      await machine.stop();
    }
  },
  pipeline: () => measurePipeline(5, 1000),
  lifecycle: async () => {
    const store = await startBenchStore();
    const meter = await startMeter(store.endpoint);
    try {
      const machine = await startMachine(meter.url);
      try {
        const { PETITIONS_TABLE: petitions = '', HISTORY_TABLE: history = '' } = machine.endpoints.tables;
        meter.tables({ petitions, history });
        return await measureLifecycle(machine, meter);
      } finally {
        await machine.stop();
      }
    } finally {
      meter.close();
      await store.stop();
    }
  },
  auditor: () => measureAuditor(Number(values.events), 60),
};

const wanted = values.only ?? Object.keys(parts);
const unknown = wanted.filter((name) => !(name in parts));
if (unknown.length > 0 || !(Number(values.events) >= 1000)) {
  console.error(
    `Usage: npm run bench -- [--json] [--strict] [--events N≥1000] [--only ${Object.keys(parts).join('|')}]…`,
  );
  process.exit(2);
}

const measures: Measures = {};
for (const name of wanted) {
  const start = performance.now();
  Object.assign(measures, await parts[name]?.());
  progress(`${name}: done in ${((performance.now() - start) / 1000).toFixed(0)} s`);
}
const within = Object.values(measures).every((each) => each.within);

if (values.json) {
  const report = {
    at: new Date().toISOString(),
    node: process.version,
    cpus: availableParallelism(),
    measures,
    within,
  };
  console.log(JSON.stringify(report, null, 2));
} else {
  const rows = Object.entries(measures).map(([name, { value, unit, ratio, budget, atLeast, within: fits }]) => [
    name,
    `${String(value)} ${unit}`,
    ratio === undefined ? '' : `${String(ratio)} ×`,
    budget === undefined ? '' : `${atLeast ? '≥' : '≤'} ${String(budget)}`,
    fits ? '' : 'over',
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
process.exit(values.strict && !within ? 1 : 0);
