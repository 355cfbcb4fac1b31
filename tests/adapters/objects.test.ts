import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Presigner } from '../../adapters/presigned.ts';
import { emptyFolder } from '../support/local-machine.ts';
import { codeOf, listener, objectsIn, postForm, type TestObjects } from '../support/objects.ts';

let folder: string;
let objects: TestObjects;

beforeEach(async () => {
  folder = emptyFolder();
  objects = await objectsIn(folder);
});
afterEach(() => objects.close());

const restart = async (): Promise<void> => {
  await objects.close();
  objects = await objectsIn(folder);
};

const put = (Bucket: string, Key: string, Body: string, more: object = {}) =>
  objects.client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const read = async (Bucket: string, Key: string, more: object = {}): Promise<string | undefined> =>
  (await objects.client.send(new GetObjectCommand({ Bucket, Key, ...more }))).Body?.transformToString();
const keys = async (Bucket: string, more: object = {}) =>
  (await objects.client.send(new ListObjectsV2Command({ Bucket, ...more }))).Contents?.map(({ Key }) => Key) ?? [];
const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('base64');

describe('an object', () => {
  it('is read as it was written, in part too, with its type and what is said about it, also after a restart', async () => {
    await put('plain', 'a/书 证+1.txt', '征地补偿', { ContentType: 'text/plain', Metadata: { by: 'test' } });
    await restart();
    expect(await read('plain', 'a/书 证+1.txt')).toBe('征地补偿');
    expect(await read('plain', 'a/书 证+1.txt', { Range: 'bytes=0-2' })).toBe('征');
    const head = await objects.client.send(new HeadObjectCommand({ Bucket: 'plain', Key: 'a/书 证+1.txt' }));
    expect(head).toMatchObject({ ContentType: 'text/plain', ContentLength: 12, Metadata: { by: 'test' } });
  });

  it('lies under no name that its key could choose', async () => {
    await put('plain', '../../../outside', 'x');
    await put('plain', 'a/../b', 'y');
    expect(await keys('plain')).toEqual(['../../../outside', 'a/../b']);
    expect(await read('plain', 'a/../b')).toBe('y');
    await expect(read('plain', 'b')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(readdirSync(folder)).toEqual(['objects']);
    expect(statSync(join(folder, 'objects')).mode & 0o777).toBe(0o700);
    expect(existsSync(join(folder, '../outside'))).toBe(false);
  });

  it('is not there after a crash before it was whole', async () => {
    await put('plain', 'kept', 'x');
    await objects.close();
    const group = join(folder, 'objects/plain/keys/00');
    mkdirSync(join(group, '00ff'), { recursive: true });
    writeFileSync(join(group, '00ff/0000000000000009.data'), 'half');
    writeFileSync(join(folder, 'objects/plain/staging/left'), 'half');
    objects = await objectsIn(folder);
    expect(await keys('plain')).toEqual(['kept']);
    expect(readdirSync(join(group, '00ff'))).toEqual([]);
    expect(readdirSync(join(folder, 'objects/plain/staging'))).toEqual([]);
  });

  it('is written once when two writers say that it must not be there', async () => {
    const writers = Array.from({ length: 8 }, (_, i) => put('plain', 'one', String(i), { IfNoneMatch: '*' }));
    const results = await Promise.allSettled(writers);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.name] : []));
    expect(new Set(refused)).toEqual(new Set(['PreconditionFailed']));
  });

  it('is replaced only by whoever has seen it, where they say so', async () => {
    const { ETag = '' } = await put('plain', 'one', 'first');
    await put('plain', 'one', 'second', { IfMatch: ETag });
    await expect(put('plain', 'one', 'third', { IfMatch: ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(await read('plain', 'one')).toBe('second');
  });

  it('is refused when it is not what its checksum says', async () => {
    await put('plain', 'right', 'x', { ChecksumSHA256: sha256('x') });
    await expect(put('plain', 'wrong', 'x', { ChecksumSHA256: sha256('y') })).rejects.toMatchObject({
      name: 'BadDigest',
    });
    expect(await keys('plain')).toEqual(['right']);
  });

  it('is copied with what is said about it, not over another', async () => {
    await put('plain', 'a+ b/证', 'x', { ContentType: 'text/plain' });
    const copy = (Key: string) =>
      objects.client.send(
        new CopyObjectCommand({
          Bucket: 'versions',
          Key,
          CopySource: `plain/${encodeURIComponent('a+ b/证')}`,
          IfNoneMatch: '*',
        }),
      );
    await copy('c');
    const head = await objects.client.send(new HeadObjectCommand({ Bucket: 'versions', Key: 'c' }));
    expect(head).toMatchObject({ ContentType: 'text/plain', ContentLength: 1 });
    await expect(copy('c')).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  it('is gone when it was deleted', async () => {
    await put('plain', 'a', 'x');
    await objects.client.send(new DeleteObjectCommand({ Bucket: 'plain', Key: 'a' }));
    await expect(read('plain', 'a')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(
      readdirSync(join(folder, 'objects/plain/keys')).flatMap((group) =>
        readdirSync(join(folder, 'objects/plain/keys', group)).flatMap((hash) =>
          readdirSync(join(folder, 'objects/plain/keys', group, hash)),
        ),
      ),
    ).toEqual([]);
  });

  it('is listed page by page in the order of its key', async () => {
    for (const key of ['b/2', 'a', 'b/1', 'b/3', 'c']) await put('plain', key, 'x');
    const page = await objects.client.send(new ListObjectsV2Command({ Bucket: 'plain', Prefix: 'b/', MaxKeys: 2 }));
    expect(page.Contents?.map(({ Key }) => Key)).toEqual(['b/1', 'b/2']);
    expect(await keys('plain', { Prefix: 'b/', ContinuationToken: page.NextContinuationToken })).toEqual(['b/3']);
  });
});

describe('a bucket with versions', () => {
  it('keeps what was written over and what was deleted', async () => {
    const first = await put('versions', 'a', '1');
    await put('versions', 'a', '2');
    await objects.client.send(new DeleteObjectCommand({ Bucket: 'versions', Key: 'a' }));
    await restart();
    await expect(read('versions', 'a')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await read('versions', 'a', { VersionId: first.VersionId })).toBe('1');
    const list = await objects.client.send(new ListObjectVersionsCommand({ Bucket: 'versions' }));
    expect(list.Versions?.map(({ IsLatest }) => IsLatest)).toEqual([false, false]);
    expect(list.DeleteMarkers?.map(({ IsLatest }) => IsLatest)).toEqual([true]);
  });

  it('loses a version that is named', async () => {
    const { VersionId } = await put('versions', 'a', '1');
    await objects.client.send(new DeleteObjectCommand({ Bucket: 'versions', Key: 'a', VersionId }));
    const list = await objects.client.send(new ListObjectVersionsCommand({ Bucket: 'versions' }));
    expect([list.Versions, list.DeleteMarkers]).toEqual([undefined, undefined]);
  });
});

describe('a bucket with Object Lock', () => {
  it('lets nobody delete a version before its day, and takes others beside it', async () => {
    const { VersionId } = await put('locked', 'head', '1');
    await put('locked', 'head', '2');
    await restart();
    const remove = () => objects.client.send(new DeleteObjectCommand({ Bucket: 'locked', Key: 'head', VersionId }));
    await expect(remove()).rejects.toMatchObject({ name: 'AccessDenied' });
    await objects.client.send(new DeleteObjectCommand({ Bucket: 'locked', Key: 'head' }));
    expect(await read('locked', 'head', { VersionId })).toBe('1');
    objects.at += 11 * 86_400_000;
    await remove();
    await expect(read('locked', 'head', { VersionId })).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('keeps longer what says so itself, and tells until when', async () => {
    const until = new Date(objects.at + 100 * 86_400_000);
    const lock = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: until };
    const { VersionId } = await put('locked', 'a', 'x', lock);
    const head = await objects.client.send(new HeadObjectCommand({ Bucket: 'locked', Key: 'a' }));
    expect(head.ObjectLockMode).toBe('COMPLIANCE');
    objects.at += 99 * 86_400_000;
    await expect(
      objects.client.send(new DeleteObjectCommand({ Bucket: 'locked', Key: 'a', VersionId })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('an event', () => {
  const told = (seen: unknown[]) =>
    listener(async ({ detail }) => {
      seen.push((detail as { object: { key: string } }).object.key);
    });

  it('tells the function of what its rule asks for', async () => {
    const seen: unknown[] = [];
    objects.tell(told(seen));
    await put('plain', 'in/1', 'x');
    await put('plain', 'other', 'x');
    await put('plain', 'in/2', 'x');
    await vi.waitFor(() => expect(seen).toEqual(['in/1', 'in/2']));
  });

  it('is told after a crash that came before anybody heard it', async () => {
    await put('plain', 'in/1', 'x');
    await restart();
    const seen: unknown[] = [];
    objects.tell(told(seen));
    await vi.waitFor(() => expect(seen).toEqual(['in/1']));
    await vi.waitFor(() => expect(readdirSync(join(folder, 'objects/.events'))).toEqual([]));
  });

  it('is told again to a function that fails, and at last kept as a dead letter', async () => {
    let calls = 0;
    const to = listener(async () => {
      calls += 1;
      throw new Error('no');
    });
    vi.spyOn(console, 'error').mockImplementation(() => {});
    objects.tell(to);
    await put('plain', 'in/1', 'x');
    await vi.waitFor(() => expect(to.dead).toHaveLength(1));
    expect(calls).toBe(2);
    vi.restoreAllMocks();
  });
});

describe('a request', () => {
  it.each([
    ['without a key', {}, '403 AccessDenied'],
    [
      'with a key made up',
      {
        authorization: `AWS4-HMAC-SHA256 Credential=local/20261124/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
      },
      '403 SignatureDoesNotMatch',
    ],
  ])('%s is refused', async (_, headers, code) => {
    await put('plain', 'a', 'x');
    expect(await codeOf(await fetch(`${objects.url}/plain/a`, { headers }))).toBe(code);
  });

  it('with another secret is refused', async () => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'another' };
    const stranger = new S3Client({ endpoint: objects.url, region: 'us-east-1', credentials, maxAttempts: 1 });
    await expect(stranger.send(new ListObjectsV2Command({ Bucket: 'plain' }))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
  });
});

describe('an upload by form', () => {
  const content = randomBytes(3_000_000);
  const file = {
    key: 'in/1',
    contentType: 'application/pdf',
    size: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  };
  const instant = (ms: number) => new Date(ms).toISOString();
  const form = (declared: Partial<typeof file> = {}) =>
    new Presigner({ bucket: 'plain', domain: '' }, objects.environment).upload(
      { ...file, ...declared },
      { now: instant(objects.at), expiresAt: instant(objects.at + 60_000) },
    );

  it('puts exactly the file that was declared', async () => {
    expect((await postForm(await form(), content)).status).toBe(204);
    const { Body, ContentType } = await objects.client.send(new GetObjectCommand({ Bucket: 'plain', Key: 'in/1' }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(content)).toBe(true);
    expect(ContentType).toBe('application/pdf');
  });

  const other = Buffer.from(content);
  other[0] = (other[0] ?? 0) ^ 1;
  it.each<[string, Uint8Array, Record<string, string>, string]>([
    ['of another content', other, {}, '400 BadDigest'],
    ['that is larger', Buffer.concat([content, Buffer.from('x')]), {}, '400 EntityTooLarge'],
    ['that is smaller', content.subarray(1), {}, '400 EntityTooSmall'],
    ['of another type', content, { 'Content-Type': 'text/html' }, '403 AccessDenied'],
    ['under another key', content, { key: 'in/2' }, '403 AccessDenied'],
    ['with another checksum', other, { 'x-amz-checksum-sha256': sha256(other) }, '403 AccessDenied'],
    ['with a field of its own', content, { 'x-amz-meta-more': 'x' }, '403 AccessDenied'],
    ['with another signature', content, { 'x-amz-signature': '0'.repeat(64) }, '403 SignatureDoesNotMatch'],
    ['without a policy', content, { policy: '' }, '403 AccessDenied'],
    [
      'with a policy of its own',
      content,
      { policy: Buffer.from('{"expiration":"2099-01-01T00:00:00Z","conditions":[]}').toString('base64') },
      '403 SignatureDoesNotMatch',
    ],
  ])('%s is refused and leaves nothing', async (_, sent, change, code) => {
    const response = await postForm(await form(), Uint8Array.from(sent), change);
    expect(await codeOf(response)).toBe(code);
    expect(await keys('plain')).toEqual([]);
    await vi.waitFor(() => expect(readdirSync(join(folder, 'objects/plain/staging'))).toEqual([]));
  });

  it('is refused after its time', async () => {
    const late = await form();
    objects.at += 60_000;
    expect(await codeOf(await postForm(late, content))).toBe('403 AccessDenied');
  });

  it('that ends in the middle puts nothing', async () => {
    const { url, fields } = await form();
    const parts = Object.entries(fields).map(
      ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const head = `${parts.join('')}--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n`;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body: Buffer.concat([Buffer.from(head), content.subarray(0, 1000)]),
    });
    expect(await codeOf(response)).toBe('400 MalformedPOSTRequest');
    expect(await keys('plain')).toEqual([]);
  });
});

describe('a download by address', () => {
  const address = () =>
    new Presigner({ bucket: 'plain', domain: '' }, objects.environment).download(
      { key: 'cleared/书 证+(1)', name: '7K3QXA-1.jpg' },
      { now: new Date(objects.at).toISOString(), seconds: 60 },
    );
  beforeEach(() => put('plain', 'cleared/书 证+(1)', '<script>', { ContentType: 'text/html' }));

  it('is a file to save, whatever it holds', async () => {
    const response = await fetch(await address());
    expect(await response.text()).toBe('<script>');
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="7K3QXA-1.jpg"');
  });

  it.each<[string, (url: URL) => unknown]>([
    ['another key', (url) => (url.pathname = '/plain/other')],
    ['another type', (url) => url.searchParams.set('response-content-type', 'text/html')],
    ['no disposition', (url) => url.searchParams.delete('response-content-disposition')],
    ['a longer time', (url) => url.searchParams.set('X-Amz-Expires', '600')],
  ])('changed to %s is refused', async (_, change) => {
    const url = new URL(await address());
    change(url);
    expect(await codeOf(await fetch(url))).toBe('403 SignatureDoesNotMatch');
  });

  it('is refused after its time', async () => {
    const url = await address();
    objects.at += 60_000;
    expect(await codeOf(await fetch(url))).toBe('403 AccessDenied');
  });
});

describe('an address', () => {
  it('names the bucket in its own region and partition', async () => {
    const environment = { AWS_REGION: 'cn-north-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
    const domain = 'evidence.s3.cn-north-1.amazonaws.com.cn';
    const signer = new Presigner({ bucket: 'evidence', domain }, { ...environment, AWS_SESSION_TOKEN: 'c' });
    const url = new URL(
      await signer.download({ key: 'k', name: 'n' }, { now: '2026-11-24T08:00:00.000Z', seconds: 9 }),
    );
    expect(url.origin).toBe(`https://${domain}`);
    expect(url.searchParams.get('X-Amz-Credential')).toBe('a/20261124/cn-north-1/s3/aws4_request');
    expect(url.searchParams.get('X-Amz-Security-Token')).toBe('c');
  });
});
