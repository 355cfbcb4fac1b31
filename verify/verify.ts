/**
 * Checks what was exported without access to the system that wrote it: `npm run verify -- FILE` (`-` reads standard
 * input). Uses nothing but Node.js and shares no code with the system, on purpose: whoever doubts the system need not
 * trust its code. The format stands in docs/record.md.
 *
 * Exit code 0: whole. 1: not whole, every line says where and what. 2: not readable. 3: whole, but the checkpoint that was
 * kept could not be compared.
 */

import { readFileSync } from 'node:fs';
import { BundleCheck, bundleFormat, type Checkpoint, readCheckpoint } from './bundle.ts';
import { type Json, Unreadable } from './canonical.ts';
import { linesOf } from './lines.ts';

/** Faults that are printed; the rest is counted. */
const mostFaults = 200;

const usage = 'Usage: npm run verify -- FILE [--checkpoint FILE]';

function argumentsOf(given: readonly string[]): { file: string; checkpoint?: string } {
  const rest = [...given];
  const at = rest.indexOf('--checkpoint');
  const checkpoint = at === -1 ? undefined : rest.splice(at, 2)[1];
  const [file, ...more] = rest;
  if (file === undefined || more.length > 0 || (at !== -1 && checkpoint === undefined)) throw new Unreadable(usage);
  return { file, ...(checkpoint === undefined ? {} : { checkpoint }) };
}

const keptIn = (file: string): Checkpoint => readCheckpoint(JSON.parse(readFileSync(file, 'utf8')) as Json);

async function verify(file: string, kept: Checkpoint | undefined): Promise<number> {
  const bundle = new BundleCheck(kept);
  for await (const line of linesOf(file)) bundle.line(line);
  bundle.close();
  if (!bundle.isBundle) throw new Unreadable(`The file is no bundle of the format "${bundleFormat}".`);
  const faults = bundle.faults.map(({ line, place, what }) => `line ${String(line)}: ${place}: ${what}`);
  const code = told(faults, `whole: ${bundle.summary()}`);
  for (const notice of bundle.notices) console.log(notice);
  const apart = bundle.comparison();
  if (apart === undefined) return code;
  console.log(apart);
  return code === 0 ? 3 : code;
}

function told(faults: readonly string[], whole: string): number {
  for (const fault of faults.slice(0, mostFaults)) console.log(fault);
  if (faults.length > mostFaults) console.log(`… and ${String(faults.length - mostFaults)} more`);
  if (faults.length > 0) return 1;
  console.log(whole);
  return 0;
}

try {
  const { file, checkpoint } = argumentsOf(process.argv.slice(2));
  process.exitCode = await verify(file, checkpoint === undefined ? undefined : keptIn(checkpoint));
} catch (error) {
  console.error(`Not readable: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
