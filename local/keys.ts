/** The template's KMS keys, in files that only the owner may read. */

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
} from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Operations, ServiceError } from './aws-json.ts';
import type { LocalResource } from './template.ts';
import { writeWhole } from './whole-file.ts';

/** What is made once, on first use, and read ever after. */
export function secretFile(file: string, make: () => Buffer | string): Buffer {
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const secret = Buffer.from(make());
  // Whole or not at all: half a key after a crash would be worse than none.
  writeWhole(file, secret);
  return secret;
}

interface GenerateMac {
  readonly KeyId: string;
  readonly Message: string;
  readonly MacAlgorithm: string;
}

type Context = Readonly<Record<string, string>>;

interface GenerateDataKey {
  readonly KeyId: string;
  readonly NumberOfBytes?: number;
  readonly EncryptionContext?: Context;
}

interface Decrypt {
  readonly KeyId?: string;
  readonly CiphertextBlob: string;
  readonly EncryptionContext?: Context;
}

interface Sign {
  readonly KeyId: string;
  readonly Message: string;
  readonly MessageType?: string;
  readonly SigningAlgorithm: string;
}

/** A key pair of P-256; its public half lies beside it, for those who check. */
function signingKey(file: string): Buffer {
  const secret = secretFile(file, () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  );
  secretFile(file.replace(/\.pem$/, '.public.pem'), () =>
    createPublicKey(secret).export({ type: 'spki', format: 'pem' }),
  );
  return secret;
}

/** What a wrapped key is bound to: in no order of its own. */
const associated = (key: string, context: Context = {}): Buffer =>
  Buffer.from(JSON.stringify([key, ...Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))]));

/** The KMS operations that the functions use. */
export function keyOperations(folder: string, keys: readonly LocalResource[]): Operations {
  const usedTo = (usage: string) => (key: LocalResource) => (key.properties.KeyUsage ?? 'ENCRYPT_DECRYPT') === usage;
  const secretsOf = (which: readonly LocalResource[], extension: string) =>
    new Map(
      which.map((key) => [
        key.name,
        secretFile(join(folder, 'keys', `${key.name}.${extension}`), () => randomBytes(32)),
      ]),
    );
  const macs = secretsOf(keys.filter(usedTo('GENERATE_VERIFY_MAC')), 'hmac');
  const wrapping = secretsOf(keys.filter(usedTo('ENCRYPT_DECRYPT')), 'aes');
  const signing = new Map(
    keys.filter(usedTo('SIGN_VERIFY')).map(({ name }) => [name, signingKey(join(folder, 'keys', `${name}.pem`))]),
  );
  const nameOf = (keyId: string) => keyId.split('/').at(-1) ?? '';
  const arnOf = (name: string) => keys.find((key) => key.name === name)?.arn;
  const secretOf = (secrets: ReadonlyMap<string, Buffer>, keyId: string): Buffer => {
    const secret = secrets.get(nameOf(keyId));
    if (secret === undefined) throw new ServiceError('NotFoundException', `There is no such key: ${keyId}`);
    return secret;
  };
  return {
    'TrentService.GenerateMac': ({ KeyId, Message, MacAlgorithm }: GenerateMac) => {
      const secret = secretOf(macs, KeyId);
      if (MacAlgorithm !== 'HMAC_SHA_256')
        throw new ServiceError('InvalidKeyUsageException', `The key does not support ${MacAlgorithm}`);
      const mac = createHmac('sha256', secret).update(Buffer.from(Message, 'base64')).digest('base64');
      return { KeyId: arnOf(nameOf(KeyId)), Mac: mac, MacAlgorithm };
    },

    'TrentService.Sign': ({ KeyId, Message, MessageType, SigningAlgorithm }: Sign) => {
      const secret = secretOf(signing, KeyId);
      if (SigningAlgorithm !== 'ECDSA_SHA_256' || MessageType !== 'RAW')
        throw new ServiceError('InvalidKeyUsageException', `The key does not sign ${SigningAlgorithm} here`);
      const signature = sign('sha256', Buffer.from(Message, 'base64'), secret.toString()).toString('base64');
      return { KeyId: arnOf(nameOf(KeyId)), Signature: signature, SigningAlgorithm };
    },

    'TrentService.GenerateDataKey': ({ KeyId, NumberOfBytes = 32, EncryptionContext }: GenerateDataKey) => {
      const secret = secretOf(wrapping, KeyId);
      const dataKey = randomBytes(NumberOfBytes);
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(associated(nameOf(KeyId), EncryptionContext));
      const wrapped = Buffer.concat([iv, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
      return {
        KeyId: arnOf(nameOf(KeyId)),
        Plaintext: dataKey.toString('base64'),
        CiphertextBlob: wrapped.toString('base64'),
      };
    },

    'TrentService.Decrypt': ({ KeyId = '', CiphertextBlob, EncryptionContext }: Decrypt) => {
      const secret = secretOf(wrapping, KeyId);
      const blob = Buffer.from(CiphertextBlob, 'base64');
      try {
        const decipher = createDecipheriv('aes-256-gcm', secret, blob.subarray(0, 12), { authTagLength: 16 })
          .setAAD(associated(nameOf(KeyId), EncryptionContext))
          .setAuthTag(blob.subarray(-16));
        const dataKey = Buffer.concat([decipher.update(blob.subarray(12, -16)), decipher.final()]);
        return { KeyId: arnOf(nameOf(KeyId)), Plaintext: dataKey.toString('base64') };
      } catch {
        throw new ServiceError('InvalidCiphertextException', 'The ciphertext does not belong to this key and context');
      }
    },
  };
}
