import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KMSClient } from '@aws-sdk/client-kms';
import { keyOperations } from '../../local/keys.ts';
import type { LocalResource } from '../../local/template.ts';

/** A key service of its own, the one of the local machine, without the network. `requests` counts what was asked. */
export const testKms = (requests: string[] = []): KMSClient => {
  const key = { name: 'test', arn: 'arn:local:kms:key/test', properties: {} } as unknown as LocalResource;
  const operations = keyOperations(mkdtempSync(join(tmpdir(), 'xinfang-kms-')), [key]);
  const base64 = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value);
  const bytes = (name: string, value: unknown) =>
    ['Plaintext', 'CiphertextBlob', 'Mac'].includes(name) ? Buffer.from(String(value), 'base64') : value;
  return {
    send: async ({ constructor: { name }, input }: { constructor: { name: string }; input: object }) => {
      const operation = name.replace(/Command$/, '');
      requests.push(operation);
      const wire = Object.fromEntries(Object.entries(input).map(([field, value]) => [field, base64(value)]));
      const output = (await operations[`TrentService.${operation}`]?.(wire as never)) as object;
      return Object.fromEntries(Object.entries(output).map(([field, value]) => [field, bytes(field, value)]));
    },
  } as unknown as KMSClient;
};
