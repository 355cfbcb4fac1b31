import { createHmac, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../../domain/errors.ts';
import type { AttemptStore, Clock, LookupHasher, RecordStore } from '../../domain/ports.ts';
import type { Limits } from './limits.ts';
import { TooManyRequests } from './problem.ts';

/** Crockford's base 32: no I, L, O, U, so that a code can be read out over the phone. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 12;

/** A keyed hash of the number. The code is its first 60 bits; of the rest nobody outside learns anything. */
const macOf = (hasher: LookupHasher, number: string): Promise<string> => hasher.hash('query-code', number);

const codeFrom = (mac: string): string => {
  const bits = BigInt(`0x${mac.slice(0, 16)}`) >> 4n;
  return Array.from({ length: codeLength }, (_, i) => alphabet[Number((bits >> BigInt(55 - 5 * i)) & 31n)] ?? '').join(
    '',
  );
};

/**
 * The query code (查询码) of a petition: 60 bits of a keyed hash of its number. It is stored nowhere; whoever has the key
 * service can make it again, so a repeated registration answers with the same code.
 */
export const queryCodeOf = async (hasher: LookupHasher, number: string): Promise<string> =>
  codeFrom(await macOf(hasher, number));

/** Compares without telling by time how much was right. Case, width, spaces and hyphens do not matter. */
export const sameCode = (given: string, expected: string): boolean => {
  const plain = given
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  const a = Buffer.from(plain.padEnd(codeLength).slice(0, codeLength + 1));
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
};

/** What is kept of the address of somebody whose code was wrong: one of a million marks, about 4,000 addresses each. */
const markBits = 20;

/**
 * Under a key that only the key service can make again, another one for every number: marks of two petitions cannot be
 * compared, and nobody can be found from one.
 */
const markOf = (mac: string, address: string): string =>
  (createHmac('sha256', mac.slice(16)).update(address).digest().readUInt32BE() >>> (32 - markBits)).toString(36);

/** A mark of an address or a number, comparable among those of one `scope` alone. */
export const markIn = async (hasher: LookupHasher, scope: string, value: string): Promise<string> =>
  markOf(await macOf(hasher, scope), value);

export interface Credentials {
  readonly number: string;
  readonly queryCode: string;
}

export interface CodeCheck {
  readonly hasher: LookupHasher;
  readonly attempts: AttemptStore;
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'failedCodes' | 'failedCodesMinutes'>;
}

/**
 * Whoever has number and query code is the one who was given them. A wrong code and a wrong number are one answer, after the same
 * work: nobody learns which petitions exist. After `failedCodes` failures on a number those who have failed wait until the
 * window ends, and are not told whether they are right now; whoever has not may still try, so that nobody can shut out the
 * petitioner by failing in his name (docs/adr/0020-edges.md).
 * @param exists whether there is anything of that number; asked whatever the code is. @throws Refusal, TooManyRequests
 */
export const requireCode = async (
  { hasher, attempts, clock, limits }: CodeCheck,
  { number, queryCode }: Credentials,
  callerAddress: string,
  exists: () => Promise<boolean>,
): Promise<void> => {
  const now = Math.floor(Date.parse(clock.now()) / 1000);
  const [mac, there, failed] = await Promise.all([macOf(hasher, number), exists(), attempts.failed(number, now)]);
  const mark = markOf(mac, callerAddress);
  if (failed && failed.count >= limits.failedCodes && failed.callers.includes(mark)) {
    const wait = failed.windowEnds - now;
    throw new TooManyRequests(
      `Too many wrong codes for this number. Try again in ${String(wait)} seconds (${String(Math.ceil(wait / 60))} minutes).`,
      wait,
    );
  }
  if (sameCode(queryCode, codeFrom(mac)) && there) return;
  const count = await attempts.fail(number, mark, now, now + limits.failedCodesMinutes * 60);
  if (count === limits.failedCodes) console.warn({ alarm: 'query-code-guessed', message: 'Wrong query codes', number });
  throw new Refusal('not-found', 'Number and query code do not belong together.');
};

/** The same for a petition. @throws Refusal, TooManyRequests */
export const requirePetitioner = (
  check: CodeCheck & { readonly records: Pick<RecordStore, 'head'> },
  credentials: Credentials,
  callerAddress: string,
): Promise<void> =>
  requireCode(
    check,
    credentials,
    callerAddress,
    async () => (await check.records.head({ kind: 'petition', id: credentials.number })) !== undefined,
  );
