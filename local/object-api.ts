/**
 * As much of S3 as the functions use, over files (object-files.ts), path-style, on a loopback port of its own: browsers
 * upload and download here by presigned requests, everything else needs the functions' access key.
 */

import { createReadStream } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type BucketFiles, type ObjectVersion, type Retention, type Staged, TooLarge } from './object-files.ts';
import { checkPolicy, readForm } from './object-form.ts';
import { listObjects, listVersions } from './object-list.ts';
import { type AccessKey, checkFormSignature, checkSignature } from './object-signatures.ts';
import { S3Error, xmlDocument } from './object-xml.ts';
import { listen } from './ports.ts';

/** The most that one upload can have. */
const LARGEST = 5 * 1024 ** 3;

export interface ObjectApiOptions {
  readonly buckets: ReadonlyMap<string, BucketFiles>;
  readonly key: AccessKey;
  /** Milliseconds since 1970, as the functions see them. */
  now(): number;
  /** A version is there; `reason` as in S3's events. */
  onCreated(bucket: BucketFiles, version: ObjectVersion, reason: string): void;
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly bucket: BucketFiles;
  readonly key: string;
  readonly query: URLSearchParams;
  /** Hex SHA-256 that the signature promises of the body. */
  readonly payloadHash: string | undefined;
}

/** Starts to serve; answers the address and how to end. */
export async function startObjectApi(options: ObjectApiOptions): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    serve(options, request, response).catch((error) => {
      if (!(error instanceof S3Error)) console.error('[objects]', error);
      const { code, message, status } =
        error instanceof S3Error ? error : { code: 'InternalError', message: 'See the log.', status: 500 };
      request.unpipe();
      request.resume(); // so that the refusal reaches the sender
      if (response.headersSent) return void response.destroy();
      const body = xmlDocument('Error', { Code: code, Message: message });
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(request.method === 'HEAD' ? undefined : body);
    });
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server, 0);
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function serve(options: ObjectApiOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.sendDate = false;
  response.setHeader('date', new Date(options.now()).toUTCString());
  // A name that resolves to this machine must not open it to a page from elsewhere.
  if (!/^127\.0\.0\.1:\d+$/.test(request.headers.host ?? '')) throw new S3Error('AccessDenied', 'Access Denied', 403);
  const [path = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const [, bucketName = '', keyPath = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  const query = new URLSearchParams(search);
  const form = request.method === 'POST' && keyPath === '' && query.size === 0;
  const payloadHash = form ? undefined : checkSignature({ request, path, query }, options.key, options.now());
  const bucket = options.buckets.get(bucketName);
  if (bucket === undefined) throw new S3Error('NoSuchBucket', 'The specified bucket does not exist', 404);
  const call: Call = { request, response, bucket, query, payloadHash, key: decodeURIComponent(keyPath) };
  if (form) return postObject(call, options);
  switch (`${request.method} ${call.key === '' ? 'bucket' : 'object'}`) {
    case 'HEAD bucket':
      return void response.end();
    case 'GET bucket':
      return sendXml(call, query.has('versions') ? listVersions(bucket, query) : listObjects(bucket, query));
    case 'PUT object':
      return request.headers['x-amz-copy-source'] === undefined ? putObject(call, options) : copyObject(call, options);
    case 'GET object':
    case 'HEAD object':
      return getObject(call);
    case 'DELETE object':
      return deleteObject(call, options);
    default:
      throw new S3Error('NotImplemented', `The local machine does not offer ${request.method} here`, 501);
  }
}

const header = ({ request }: Pick<Call, 'request'>, name: string): string | undefined => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
};

const metadataOf = (entries: Iterable<readonly [string, unknown]>): Record<string, string> =>
  Object.fromEntries(
    [...entries].flatMap(([name, value]) =>
      name.startsWith('x-amz-meta-') ? [[name.slice('x-amz-meta-'.length), String(value)]] : [],
    ),
  );

/** Every checksum that was promised. @throws S3Error */
function checkSums(staged: Staged, promised: (name: string) => string | undefined): void {
  const sums = { 'x-amz-checksum-sha256': staged.sha256, 'x-amz-checksum-crc32': staged.crc32 };
  for (const [name, sum] of Object.entries(sums)) {
    const value = promised(name);
    if (value !== undefined && value !== sum)
      throw new S3Error('BadDigest', `The ${name.slice('x-amz-checksum-'.length)} you specified did not match.`, 400);
  }
  const md5 = promised('content-md5');
  if (md5 !== undefined && md5 !== Buffer.from(staged.etag, 'hex').toString('base64'))
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match.', 400);
}

/** Whether the object may be written now: nothing in between, so that of two writers with a condition one wins. */
function checkConditions(call: Call): void {
  const failed = () => new S3Error('PreconditionFailed', 'At least one of the pre-conditions did not hold', 412);
  const found = call.bucket.find(call.key);
  const current = found?.deleteMarker ? undefined : found;
  if (header(call, 'if-none-match') === '*' && current !== undefined) throw failed();
  const match = header(call, 'if-match');
  if (match === undefined) return;
  if (current === undefined) throw new S3Error('NoSuchKey', 'The specified key does not exist.', 404);
  if (match.replaceAll('"', '') !== current.etag) throw failed();
}

/** Retention that the request asks for. @throws S3Error */
function retentionOf(call: Call, now: number): { retention?: Retention } {
  const mode = header(call, 'x-amz-object-lock-mode');
  const until = header(call, 'x-amz-object-lock-retain-until-date');
  if (mode === undefined && until === undefined) return {};
  if (!call.bucket.locks) throw new S3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration', 400);
  if ((mode !== 'COMPLIANCE' && mode !== 'GOVERNANCE') || !(Date.parse(until ?? '') > now))
    throw new S3Error('InvalidArgument', 'Mode and a date in the future belong together', 400);
  return { retention: { mode, until: new Date(until ?? '').toISOString() } };
}

/** Every version that a bucket with locks takes comes with a checksum, as S3 demands. */
function requireSum(call: Call): void {
  const sums = ['content-md5', 'x-amz-checksum-sha256', 'x-amz-checksum-crc32'];
  if (call.bucket.locks && sums.every((name) => header(call, name) === undefined))
    throw new S3Error('InvalidRequest', 'Content-MD5 or x-amz-checksum- HTTP header is required with Object Lock', 400);
}

async function staged(data: Readable, bucket: BucketFiles, limit = LARGEST): Promise<Staged> {
  try {
    return await bucket.stage(data as AsyncIterable<Buffer>, limit);
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    throw new S3Error('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', 400);
  }
}

/** Checks what is on the disk and makes it an object; what fails leaves nothing. */
async function settle<T>(bucket: BucketFiles, data: Staged, work: () => T): Promise<T> {
  try {
    return work();
  } catch (error) {
    await bucket.discard(data);
    throw error;
  }
}

async function putObject(call: Call, { now, onCreated }: ObjectApiOptions): Promise<void> {
  const { request, response, bucket, key, payloadHash } = call;
  if (header(call, 'x-amz-content-sha256')?.startsWith('STREAMING-'))
    throw new S3Error('NotImplemented', 'The local machine takes whole bodies, not streams in chunks', 501);
  requireSum(call);
  const data = await staged(request, bucket);
  const version = await settle(bucket, data, () => {
    checkSums(data, (name) => header(call, name));
    if (payloadHash !== undefined && Buffer.from(payloadHash, 'hex').toString('base64') !== data.sha256)
      throw new S3Error('XAmzContentSHA256Mismatch', 'The body is not the one that was signed.', 400);
    checkConditions(call);
    const contentType = header(call, 'content-type') ?? 'application/octet-stream';
    const metadata = metadataOf(Object.entries(request.headers));
    return bucket.put(data, { key, contentType, metadata, ...retentionOf(call, now()) });
  });
  onCreated(bucket, version, 'PutObject');
  response.writeHead(200, { ...identityOf(bucket, version), 'x-amz-checksum-sha256': version.sha256 });
  response.end();
}

async function copyObject(call: Call, { buckets, now, onCreated }: ObjectApiOptions): Promise<void> {
  const { request, bucket, key } = call;
  const [, from = '', path = '', versionId] =
    /^\/?([^/]+)\/(.*?)(?:\?versionId=(.*))?$/s.exec(header(call, 'x-amz-copy-source') ?? '') ?? [];
  const origin = buckets.get(from);
  const source = origin && current(origin, decodeURIComponent(path), versionId);
  if (origin === undefined || source === undefined)
    throw new S3Error('NoSuchKey', 'The specified key does not exist.', 404);
  const match = header(call, 'x-amz-copy-source-if-match');
  if (match !== undefined && match.replaceAll('"', '') !== source.etag)
    throw new S3Error('PreconditionFailed', 'The source is another by now', 412);
  const data = await staged(createReadStream(origin.fileOf(source)), bucket);
  const version = await settle(bucket, data, () => {
    checkConditions(call);
    const replaced = header(call, 'x-amz-metadata-directive') === 'REPLACE';
    const contentType = (replaced ? header(call, 'content-type') : undefined) ?? source.contentType;
    const metadata = replaced ? metadataOf(Object.entries(request.headers)) : source.metadata;
    return bucket.put(data, { key, contentType, metadata, ...retentionOf(call, now()) });
  });
  onCreated(bucket, version, 'CopyObject');
  const { etag, lastModified, sha256 } = version;
  const result = { ETag: `"${etag}"`, LastModified: lastModified, ChecksumSHA256: sha256 };
  sendXml(call, xmlDocument('CopyObjectResult', result), identityOf(bucket, version));
}

async function postObject(call: Call, { key: accessKey, now, onCreated }: ObjectApiOptions): Promise<void> {
  const { request, response, bucket } = call;
  const { fields, file } = await readForm(request);
  checkFormSignature(fields, accessKey);
  const { minimum, maximum } = checkPolicy(fields, bucket.name, now());
  const key = fields.get('key') ?? '';
  if (key === '') throw new S3Error('InvalidArgument', 'Bucket POST must contain a field named key', 400);
  const data = await staged(file, bucket, maximum);
  const version = await settle(bucket, data, () => {
    if (data.size < minimum)
      throw new S3Error('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', 400);
    checkSums(data, (name) => fields.get(name));
    const contentType = fields.get('content-type') ?? 'application/octet-stream';
    return bucket.put(data, { key, contentType, metadata: metadataOf(fields) });
  });
  onCreated(bucket, version, 'PostObject');
  const status = { '200': 200, '201': 201 }[fields.get('success_action_status') ?? ''] ?? 204;
  response.writeHead(status, identityOf(bucket, version));
  response.end();
}

const identityOf = ({ versioned }: BucketFiles, { etag, versionId }: ObjectVersion) => ({
  ...(etag === '' ? {} : { etag: `"${etag}"` }),
  ...(versioned ? { 'x-amz-version-id': versionId } : {}),
});

/** The version that is meant, unless it is none or a marker. */
function current(bucket: BucketFiles, key: string, versionId?: string): ObjectVersion | undefined {
  const found = bucket.find(key, versionId);
  return found?.deleteMarker ? undefined : found;
}

async function getObject(call: Call): Promise<void> {
  const { request, response, bucket, key, query } = call;
  const version = current(bucket, key, query.get('versionId') ?? undefined);
  if (version === undefined) throw new S3Error('NoSuchKey', 'The specified key does not exist.', 404);
  const { etag, size, sha256, retention } = version;
  const wanted = header(call, 'if-match');
  if (wanted !== undefined && wanted.replaceAll('"', '') !== etag)
    throw new S3Error('PreconditionFailed', 'The object is another by now', 412);
  const range = rangeOf(header(call, 'range'), size);
  const { start, end } = range ?? { start: 0, end: size - 1 };
  const override = (name: string) => query.get(`response-${name}`);
  response.writeHead(range === undefined ? 200 : 206, {
    ...identityOf(bucket, version),
    'content-type': override('content-type') ?? version.contentType,
    'content-length': end - start + 1,
    'last-modified': new Date(version.lastModified).toUTCString(),
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    ...Object.fromEntries(Object.entries(version.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
    ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
    ...(range === undefined && header(call, 'x-amz-checksum-mode') === 'ENABLED'
      ? { 'x-amz-checksum-sha256': sha256, 'x-amz-checksum-type': 'FULL_OBJECT' }
      : {}),
    ...(retention === undefined
      ? {}
      : { 'x-amz-object-lock-mode': retention.mode, 'x-amz-object-lock-retain-until-date': retention.until }),
    ...Object.fromEntries(
      ['content-disposition', 'cache-control'].flatMap((name) => {
        const value = override(name);
        return value === null ? [] : [[name, value]];
      }),
    ),
  });
  if (request.method === 'HEAD' || size === 0) return void response.end();
  await pipeline(createReadStream(bucket.fileOf(version), { start, end }), response);
}

/** @throws S3Error if nothing of the object lies in it */
function rangeOf(text: string | undefined, size: number): { start: number; end: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(text ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end) throw new S3Error('InvalidRange', 'The requested range is not satisfiable', 416);
  return { start, end };
}

function deleteObject(call: Call, { now }: ObjectApiOptions): void {
  const { response, bucket, key, query } = call;
  const versionId = query.get('versionId');
  if (versionId === null) {
    const marker = bucket.markDeleted(key);
    response.writeHead(204, marker ? { ...identityOf(bucket, marker), 'x-amz-delete-marker': 'true' } : {});
    return void response.end();
  }
  const version = bucket.find(key, versionId);
  if (version?.retention !== undefined && Date.parse(version.retention.until) > now())
    throw new S3Error('AccessDenied', 'Access Denied because object protected by object lock.', 403);
  if (version !== undefined) bucket.removeVersion(version);
  response.writeHead(204, { 'x-amz-version-id': versionId });
  response.end();
}

function sendXml({ response }: Call, body: string, headers: Record<string, string> = {}): void {
  response.writeHead(200, { ...headers, 'content-type': 'application/xml' });
  response.end(body);
}
