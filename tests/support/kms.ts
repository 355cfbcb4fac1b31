import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KMSClient } from '@aws-sdk/client-kms';
import { KmsCheckpointSigner } from '../../adapters/checkpoint-signer.ts';
import type { CheckpointSigner } from '../../domain/anchor.ts';
import type { Operations } from '../../local/aws-json.ts';
import { keyOperations } from '../../local/keys.ts';
import type { LocalResource } from '../../local/template.ts';

const keyNamed = (name: string, properties: object = {}): LocalResource =>
  ({ name, arn: `arn:local:kms:key/${name}`, properties }) as unknown as LocalResource;

/** A key that signs checkpoints, as the local machine has it. */
export const testSigner = (): { readonly signer: CheckpointSigner; readonly publicKey: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'xinfang-kms-'));
  const client = clientOf(keyOperations(folder, [keyNamed('signs', { KeyUsage: 'SIGN_VERIFY' })]));
  return {
    signer: new KmsCheckpointSigner(client, 'arn:local:kms:key/signs'),
    publicKey: readFileSync(join(folder, 'keys/signs.public.pem'), 'utf8'),
  };
};

/** A key service of its own, the one of the local machine, without the network. `requests` counts what was asked. */
export const testKms = (requests: string[] = []): KMSClient => {
  const operations = keyOperations(mkdtempSync(join(tmpdir(), 'xinfang-kms-')), [keyNamed('test')]);
  return clientOf(operations, requests);
};

const clientOf = (operations: Operations, requests: string[] = []): KMSClient => {
  const base64 = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value);
  const bytes = (name: string, value: unknown) =>
    ['Plaintext', 'CiphertextBlob', 'Mac', 'Signature'].includes(name) ? Buffer.from(String(value), 'base64') : value;
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
