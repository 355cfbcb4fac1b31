import { timingSafeEqual } from 'node:crypto';
import { Refusal } from '../../domain/errors.ts';
import type { LookupHasher, RecordStore } from '../../domain/ports.ts';

/** Crockford's base 32: no I, L, O, U, so that a code can be read out over the phone. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const codeLength = 12;

/**
 * The query code (查询码) of a petition: 60 bits of a keyed hash of its number. It is stored nowhere; whoever has the key
 * service can make it again, so a repeated registration answers with the same code.
 */
export const queryCodeOf = async (hasher: LookupHasher, number: string): Promise<string> => {
  const bits = BigInt(`0x${(await hasher.hash('query-code', number)).slice(0, 16)}`) >> 4n;
  return Array.from({ length: codeLength }, (_, i) => alphabet[Number((bits >> BigInt(55 - 5 * i)) & 31n)] ?? '').join(
    '',
  );
};

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

/**
 * Whoever has number and query code is the petitioner. A wrong code and a wrong number are one answer: nobody learns
 * which petitions exist. @throws Refusal
 */
export const requirePetitioner = async (
  { records, hasher }: { readonly records: RecordStore; readonly hasher: LookupHasher },
  { number, queryCode }: { readonly number: string; readonly queryCode: string },
): Promise<void> => {
  const [expected, head] = await Promise.all([
    queryCodeOf(hasher, number),
    records.head({ kind: 'petition', id: number }),
  ]);
  if (!sameCode(queryCode, expected) || !head) {
    throw new Refusal('not-found', 'Number and query code do not belong together.');
  }
};
