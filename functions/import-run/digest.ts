import { createHash, createHmac } from 'node:crypto';
import type { LookupHasher } from '../../domain/ports.ts';

/**
 * Digest of what a row says, under a key that only the key service can make again: by it a second import knows what it has
 * brought already, and nobody can try what a row might say. One call for the key, then none.
 */
export const rowDigest = (hasher: LookupHasher): ((what: object) => Promise<string>) => {
  let key: Promise<string> | undefined;
  return async (what) => {
    key ??= hasher.hash('import-row', 'digest').catch((error: unknown) => {
      // Another time the key service may answer.
      key = undefined;
      throw error;
    });
    return createHmac('sha256', await key)
      .update(JSON.stringify(what))
      .digest('hex')
      .slice(0, 32);
  };
};

/** Digits and capitals without those that are easily misread. */
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A mark of so many characters that the same parts always give: 30¹⁶ marks, so that no two meet. */
export const markOf = (...parts: readonly string[]): string => {
  let rest = BigInt(`0x${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`);
  let mark = '';
  while (mark.length < 16) {
    mark += alphabet.charAt(Number(rest % BigInt(alphabet.length)));
    rest /= BigInt(alphabet.length);
  }
  return mark;
};
