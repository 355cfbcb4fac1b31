import type { PersonReason } from '../../domain/petition/repeats.ts';
import type { Person } from '../../domain/petition/state.ts';
import type { LookupHasher } from '../../domain/ports.ts';

/** Of the look-up key. Under a new key hashes are new; what was filed under the old one says so. */
const keyVersion = 'k1';

/** Under which keyed hashes a person's petitions are filed, each with the reason that a hit gives. */
export const hashesOf = async (
  hasher: LookupHasher,
  persons: readonly Partial<Person>[],
): Promise<readonly { readonly hash: string; readonly reason: PersonReason }[]> =>
  Promise.all(
    persons.flatMap(({ identityNumber, phone, name, address }) => {
      const hashed = async (kind: Parameters<LookupHasher['hash']>[0], value: string, reason: PersonReason) => ({
        hash: `${keyVersion}.${await hasher.hash(kind, value)}`,
        reason,
      });
      return [
        ...(identityNumber === undefined ? [] : [hashed('identity-number', identityNumber, 'same identity number')]),
        ...(phone === undefined ? [] : [hashed('phone', phone, 'same phone')]),
        ...(name === undefined || address === undefined
          ? []
          : [hashed('name-address', `${name}\n${address}`, 'same name and address')]),
      ];
    }),
  );

/** The hashes alone, each once: what a petition is filed under. */
export const lookupsOf = async (
  hasher: LookupHasher,
  persons: readonly Partial<Person>[],
): Promise<readonly string[]> => [...new Set((await hashesOf(hasher, persons)).map(({ hash }) => hash))];
