/** What is in a bucket, in pages; without delimiters. */

import type { BucketFiles, ObjectVersion } from './object-files.ts';
import { S3Error, xmlDocument } from './object-xml.ts';

/** ListObjectsV2. @throws S3Error */
export function listObjects(bucket: BucketFiles, query: URLSearchParams): string {
  if (query.get('list-type') !== '2')
    throw new S3Error('NotImplemented', 'The local machine lists by ListObjectsV2 only', 501);
  const { prefix, maximum } = wanted(query);
  const token = query.get('continuation-token');
  const after = token === null ? query.get('start-after') : Buffer.from(token, 'base64url').toString('utf8');
  const items = newestOf(bucket.versions()).filter(
    ({ key, deleteMarker }) =>
      !deleteMarker && key.startsWith(prefix) && (after === null || Buffer.from(key).compare(Buffer.from(after)) > 0),
  );
  const page = items.slice(0, maximum);
  const last = page.length < items.length ? page.at(-1) : undefined;
  return xmlDocument('ListBucketResult', {
    Name: bucket.name,
    Prefix: prefix,
    MaxKeys: maximum,
    KeyCount: page.length,
    IsTruncated: last !== undefined,
    NextContinuationToken: last && Buffer.from(last.key).toString('base64url'),
    Contents: page.map(({ key, size, etag, lastModified }) => ({
      Key: key,
      LastModified: lastModified,
      ETag: `"${etag}"`,
      Size: size,
    })),
  });
}

/** ListObjectVersions. @throws S3Error */
export function listVersions(bucket: BucketFiles, query: URLSearchParams): string {
  const { prefix, maximum } = wanted(query);
  const all = bucket.versions();
  const newest = new Set(newestOf(all));
  const items = all.filter(({ key }) => key.startsWith(prefix));
  const [key, versionId] = [query.get('key-marker'), query.get('version-id-marker')];
  const start = items.findIndex((one) => one.key === key && one.versionId === versionId) + 1;
  const page = items.slice(start, start + maximum);
  const last = start + page.length < items.length ? page.at(-1) : undefined;
  const described = (marked: boolean) =>
    page
      .filter(({ deleteMarker = false }) => deleteMarker === marked)
      .map((version) => ({
        Key: version.key,
        VersionId: version.versionId,
        IsLatest: newest.has(version),
        LastModified: version.lastModified,
        ETag: marked ? undefined : `"${version.etag}"`,
        Size: marked ? undefined : version.size,
      }));
  return xmlDocument('ListVersionsResult', {
    Name: bucket.name,
    Prefix: prefix,
    MaxKeys: maximum,
    IsTruncated: last !== undefined,
    NextKeyMarker: last?.key,
    NextVersionIdMarker: last?.versionId,
    Version: described(false),
    DeleteMarker: described(true),
  });
}

function wanted(query: URLSearchParams) {
  if (query.has('delimiter')) throw new S3Error('NotImplemented', 'The local machine lists without delimiter', 501);
  return { prefix: query.get('prefix') ?? '', maximum: Math.min(Number(query.get('max-keys') ?? 1000), 1000) };
}

/** Versions come by key, newest first. */
const newestOf = (versions: readonly ObjectVersion[]): readonly ObjectVersion[] =>
  versions.filter(({ key }, index) => versions[index - 1]?.key !== key);
