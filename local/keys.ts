/** The template's KMS keys: HMAC keys in files that only the owner may read. */

import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Operations, ServiceError } from './aws-json.ts';
import type { LocalResource } from './template.ts';

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
  writeFileSync(`${file}.new`, secret, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return secret;
}

/** The KMS operations that the functions use. */
export function keyOperations(folder: string, keys: readonly LocalResource[]): Operations {
  const secrets = new Map(
    keys
      .filter(({ properties }) => properties.KeyUsage === 'GENERATE_VERIFY_MAC')
      .map((key) => [key.name, secretFile(join(folder, 'keys', `${key.name}.hmac`), () => randomBytes(32))]),
  );
  return {
    'TrentService.GenerateMac': ({ KeyId, Message, MacAlgorithm }: GenerateMac) => {
      const id = KeyId.split('/').at(-1) ?? '';
      const secret = secrets.get(id);
      if (secret === undefined) throw new ServiceError('NotFoundException', `There is no HMAC key ${KeyId}`);
      if (MacAlgorithm !== 'HMAC_SHA_256')
        throw new ServiceError('InvalidKeyUsageException', `The key does not support ${MacAlgorithm}`);
      const mac = createHmac('sha256', secret).update(Buffer.from(Message, 'base64')).digest('base64');
      return { KeyId: keys.find(({ name }) => name === id)?.arn, Mac: mac, MacAlgorithm };
    },
  };
}

interface GenerateMac {
  readonly KeyId: string;
  readonly Message: string;
  readonly MacAlgorithm: string;
}
