import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { budgetKilobytes, bundleFolder, bundleFunctions, bundleOptions } from '../infra/bundle.ts';
import { type Measures, measure, median, progress } from './measures.ts';

const run = promisify(execFile);

/** What every function finds in its environment, so that its bundle can be imported. */
const environment = {
  PATH: process.env.PATH ?? '',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
  PETITIONS_TABLE: 'Petitions',
  HISTORY_TABLE: 'History',
  LOOKUP_KEY_ID: 'key',
  STATE_MACHINES: '{}',
  ISSUER: 'https://issuer.example',
};

/** The least that any function with a record needs. */
const bareClient = `
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
export const client = new DynamoDBClient({});
`;

async function bundleBareClient(outfile: string): Promise<void> {
  await build({
    ...bundleOptions,
    stdin: { contents: bareClient, resolveDir: join(import.meta.dirname, '..'), loader: 'ts' },
    outfile,
  });
}

/** CPU time, which does not grow when other processes want the CPU as well. */
async function importMs(file: string): Promise<number> {
  const script = `
    const before = process.cpuUsage();
    await import(${JSON.stringify(pathToFileURL(file).href)});
    const { user, system } = process.cpuUsage(before);
    console.log((user + system) / 1000);
    process.exit();`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { env: environment });
  return Number(stdout);
}

/** Sizes of the functions' bundles and how long a fresh process takes to import them. */
export async function measureBundles(rounds: number): Promise<Measures> {
  progress('bundles: building …');
  const sizes = await bundleFunctions();
  const folder = await mkdtemp(join(tmpdir(), 'xinfang-bench-'));
  try {
    const bare = join(folder, 'bare.mjs');
    await bundleBareClient(bare);
    const took = new Map([...sizes.keys()].map((name) => [name, [] as number[]]));
    const takenByBare = new Map([...sizes.keys()].map((name) => [name, [] as number[]]));
    // One round before, so that every file is in the page cache. The bare client's turn comes before each bundle's, so
    // that a machine busy with other things slows both.
    for (let round = 0; round <= rounds; round += 1) {
      progress(`bundles: importing, round ${String(round)} of ${String(rounds)}`);
      for (const name of sizes.keys()) {
        const before = await importMs(bare);
        const own = await importMs(join(bundleFolder, name, 'index.mjs'));
        if (round === 0) continue;
        takenByBare.get(name)?.push(before);
        took.get(name)?.push(own);
      }
    }
    const measures: Measures = {
      'bundle.bare-client.import': measure(median([...takenByBare.values()].flat()), 'ms CPU', {
        detail: { kilobytes: Math.ceil((await stat(bare)).size / 1024), rounds },
      }),
    };
    for (const [name, size] of sizes) {
      const own = median(took.get(name) ?? []);
      const ratio = own / median(takenByBare.get(name) ?? []);
      measures[`bundle.${name}.size`] = measure(size / 1024, 'KB', { budget: budgetKilobytes(name) });
      measures[`bundle.${name}.import`] = measure(own, 'ms CPU', { ratio, budget: name === 'documents' ? 1.6 : 1.3 });
    }
    return measures;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
