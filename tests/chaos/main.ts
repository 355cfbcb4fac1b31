/** `npm run chaos -- --kills 200 --seed N`: kills the machine under load and tells what was lost, which must be nothing. */

import { parseArgs } from 'node:util';
import { runKills } from './kills.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    writers: { type: 'string', default: '8' },
  },
});
const options = { kills: Number(values.kills), seed: Number(values.seed), writers: Number(values.writers) };
console.log(`seed ${String(options.seed)}`);
const report = await runKills({ ...options, log: console.log });
console.log(JSON.stringify(report, null, 2));
if (report.problems.length > 0) process.exitCode = 1;
