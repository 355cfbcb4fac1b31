import { createHmac } from 'node:crypto';
import { GenerateMacCommand, KMSClient } from '@aws-sdk/client-kms';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { KmsLookupHasher } from '../../adapters/lookup-hasher.ts';
import { Unavailable } from '../../domain/errors.ts';

const kms = mockClient(KMSClient);
const hasher = new KmsLookupHasher(new KMSClient({ region: 'local' }), 'key-1');

beforeEach(() => {
  kms.reset();
  kms.on(GenerateMacCommand).callsFake(({ Message, KeyId }: { Message: Uint8Array; KeyId: string }) => ({
    Mac: new Uint8Array(createHmac('sha256', KeyId).update(Message).digest()),
  }));
});

describe('a keyed hash', () => {
  it('is hexadecimal and made by the key service', async () => {
    expect(await hasher.hash('phone', '13900001234')).toBe(
      createHmac('sha256', 'key-1').update('phone\n13900001234').digest('hex'),
    );
  });

  it('is the same for every way to write a value', async () => {
    const same = async (kind: Parameters<typeof hasher.hash>[0], values: readonly string[]) =>
      expect(new Set(await Promise.all(values.map((value) => hasher.hash(kind, value)))).size).toBe(1);
    await same('identity-number', [
      '11010519491231002X',
      '11010519491231002x',
      ' 110105 19491231 002X',
      '１１０１０５１９４９１２３１００２Ｘ',
    ]);
    await same('phone', ['13900001234', '139-0000-1234', '+86 139 0000 1234', '0086-13900001234', '(+86)13900001234']);
    await same('query-code', ['7K3QXA-22', '7k3qxa22']);
    await same('name-address', ['张三\n某村１号', ' 张 三\n某村 1号。', '张三\n某村，1号']);
  });

  it('differs between kinds and values', async () => {
    const hashes = [
      await hasher.hash('phone', '1'),
      await hasher.hash('query-code', '1'),
      await hasher.hash('phone', '2'),
    ];
    expect(new Set(hashes).size).toBe(3);
  });

  it('is unavailable when the key service is throttled', async () => {
    kms.on(GenerateMacCommand).rejects(Object.assign(new Error(), { name: 'ThrottlingException' }));
    await expect(hasher.hash('phone', '1')).rejects.toBeInstanceOf(Unavailable);
  });
});
