import { GenerateMacCommand, type KMSClient } from '@aws-sdk/client-kms';
import { normalised } from '../domain/petition/similarity.ts';
import type { LookupHasher } from '../domain/ports.ts';
import { available } from './failures.ts';

type Kind = Parameters<LookupHasher['hash']>[0];

/** One spelling per value: full-width forms, case and separators do not hide a person from a search. */
function normalise(kind: Kind, value: string): string {
  if (kind === 'name-address') return value.split('\n').map(normalised).join('\n');
  const plain = value
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[\s\-‐-―()]/g, '');
  return kind === 'phone' ? plain.replace(/^(?:\+|00)86(?=\d{11}$)/, '') : plain;
}

/** Keyed hashes by KMS: the key never leaves it, so a copy of the tables does not let anyone try identity numbers. */
export class KmsLookupHasher implements LookupHasher {
  readonly #kms: KMSClient;
  readonly #keyId: string;

  constructor(kms: KMSClient, keyId: string) {
    this.#kms = kms;
    this.#keyId = keyId;
  }

  /** @throws Unavailable */
  async hash(kind: Kind, value: string): Promise<string> {
    const { Mac } = await available(() =>
      this.#kms.send(
        new GenerateMacCommand({
          KeyId: this.#keyId,
          MacAlgorithm: 'HMAC_SHA_256',
          Message: Buffer.from(`${kind}\n${normalise(kind, value)}`),
        }),
      ),
    );
    if (Mac === undefined) throw new Error('The key service returned no code.');
    return Buffer.from(Mac).toString('hex');
  }
}
