import { type KMSClient, SignCommand } from '@aws-sdk/client-kms';
import type { Checkpoint, CheckpointSigner } from '../domain/anchor.ts';
import { available } from './failures.ts';

/** What is signed: the hash, which is over everything that a checkpoint says, and what it is the hash of. */
export const signedText = ({ hash }: Pick<Checkpoint, 'hash'>): string => `xinfang-checkpoint-1\n${hash}`;

/** Signs in the key service (ECDSA on P-256 with SHA-256): the private key never leaves it. */
export class KmsCheckpointSigner implements CheckpointSigner {
  readonly #kms: KMSClient;
  readonly #keyId: string;

  constructor(kms: KMSClient, keyId: string) {
    this.#kms = kms;
    this.#keyId = keyId;
  }

  /** @throws Unavailable */
  async sign(checkpoint: Pick<Checkpoint, 'hash'>): Promise<string> {
    const { Signature } = await available(() =>
      this.#kms.send(
        new SignCommand({
          KeyId: this.#keyId,
          Message: Buffer.from(signedText(checkpoint)),
          MessageType: 'RAW',
          SigningAlgorithm: 'ECDSA_SHA_256',
        }),
      ),
    );
    if (Signature === undefined) throw new Error('The key service returned no signature.');
    return Buffer.from(Signature).toString('base64');
  }
}
