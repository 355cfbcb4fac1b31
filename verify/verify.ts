/**
 * Checks what was exported without access to the system that wrote it: `npm run verify -- FILE` (`-` reads standard
 * input). Uses nothing but Node.js and shares no code with the system, on purpose: whoever doubts the system need not
 * trust its code. The format stands in docs/record.md.
 *
 * Exit code 0: whole. 1: not whole, every line says where and what. 2: not readable. 3: whole, but the checkpoint that was
 * kept could not be compared.
 */

import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BundleCheck, bundleFormat, type Checkpoint, readCheckpoint, signatureFault } from './bundle.ts';
import { type Json, Unreadable } from './canonical.ts';
import { linesOf } from './lines.ts';

/** Faults that are printed; the rest is counted. */
const mostFaults = 200;

const usage = 'Usage: npm run verify -- FILE [--checkpoint FILE] [--key PUBLIC.pem]';

interface Arguments {
  readonly file: string;
  readonly checkpoint: string | undefined;
  readonly key: string | undefined;
}

function argumentsOf(given: readonly string[]): Arguments {
  const rest = [...given];
  const option = (name: string): string | undefined => {
    const at = rest.indexOf(name);
    if (at === -1) return undefined;
    const [, value] = rest.splice(at, 2);
    if (value === undefined) throw new Unreadable(usage);
    return value;
  };
  const [checkpoint, key] = [option('--checkpoint'), option('--key')];
  const [file, ...more] = rest;
  if (file === undefined || more.length > 0) throw new Unreadable(usage);
  return { file, checkpoint, key };
}

/** A public key of P-256: another would make nothing true. @throws Unreadable */
function keyIn(file: string): KeyObject {
  const key = createPublicKey(readFileSync(file));
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Unreadable('The key is none of P-256.');
  return key;
}

const keptIn = (file: string): Checkpoint => readCheckpoint(JSON.parse(readFileSync(file, 'utf8')) as Json);

async function verify(file: string, kept: Checkpoint | undefined, key: KeyObject | undefined): Promise<number> {
  const forged = kept && key && signatureFault(kept, key);
  if (forged !== undefined) throw new Unreadable(`The kept checkpoint: ${forged}.`);
  const bundle = new BundleCheck(kept, key);
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
  const { file, checkpoint, key } = argumentsOf(process.argv.slice(2));
  process.exitCode = await verify(
    file,
    checkpoint === undefined ? undefined : keptIn(checkpoint),
    key === undefined ? undefined : keyIn(key),
  );
} catch (error) {
  console.error(`Not readable: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
