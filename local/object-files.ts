/**
 * Objects of the template's buckets, as files: what is acknowledged is on the disk, whole, and outlives `kill -9`. A
 * version is there once its description is; data without one is what a crash left and is removed at the next start.
 * Keys never become paths: a folder is named by the hash of its key.
 */

import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

export interface Retention {
  readonly mode: 'COMPLIANCE' | 'GOVERNANCE';
  /** RFC 3339 instant. */
  readonly until: string;
}

/** One version of an object, or the marker that it was deleted. */
export interface ObjectVersion {
  readonly key: string;
  readonly versionId: string;
  /** Rises with each write of the bucket. */
  readonly seq: number;
  readonly deleteMarker?: true;
  readonly size: number;
  /** Hex MD5. */
  readonly etag: string;
  /** Base64. */
  readonly sha256: string;
  readonly crc32: string;
  readonly lastModified: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly retention?: Retention;
}

/** Data on the disk that is no object yet. */
export interface Staged {
  readonly file: string;
  readonly size: number;
  readonly etag: string;
  readonly sha256: string;
  readonly crc32: string;
}

export interface Bucket {
  readonly name: string;
  readonly versioned: boolean;
  readonly locks: boolean;
  /** Retention of what names none of its own. */
  readonly defaultRetention?: { readonly mode: Retention['mode']; readonly days: number };
}

/** More bytes came than allowed. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

export interface BucketFiles extends Bucket {
  /** Writes a stream to the disk. @throws TooLarge */
  stage(data: AsyncIterable<Buffer>, limit: number): Promise<Staged>;
  discard(staged: Staged): Promise<void>;
  /** Makes it the current version, in one step that a crash does before or after, never half. */
  put(staged: Staged, about: Pick<ObjectVersion, 'key' | 'contentType' | 'metadata' | 'retention'>): ObjectVersion;
  /** The current version unless one is named; a delete marker is a version too. */
  find(key: string, versionId?: string): ObjectVersion | undefined;
  fileOf(version: ObjectVersion): string;
  /** Removes what is there; a versioned bucket keeps it under a marker. */
  markDeleted(key: string): ObjectVersion | undefined;
  removeVersion(version: ObjectVersion): void;
  /** All versions, by key and newest first. */
  versions(): readonly ObjectVersion[];
}

/** Opens a bucket's folder. `beforeCommit` runs when a version is about to be there; what it notes may come to nothing. */
export function openBucket(
  folder: string,
  bucket: Bucket,
  now: () => number,
  beforeCommit: (version: ObjectVersion) => void = () => {},
): BucketFiles {
  const root = join(folder, bucket.name);
  const staging = join(root, 'staging');
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true, mode: 0o700 });

  const folderOf = (key: string) => {
    const hash = createHash('sha256').update(key).digest('hex');
    return join(root, 'keys', hash.slice(0, 2), hash);
  };
  const nameOf = ({ seq }: Pick<ObjectVersion, 'seq'>) => String(seq).padStart(16, '0');
  const descriptionOf = (version: ObjectVersion) => join(folderOf(version.key), `${nameOf(version)}.json`);
  const fileOf = (version: ObjectVersion) => join(folderOf(version.key), `${nameOf(version)}.data`);

  const byKey = readVersions(join(root, 'keys'));
  let seq = Math.max(0, ...[...byKey.values()].flat().map((version) => version.seq));

  const removeVersion = (version: ObjectVersion): void => {
    rmSync(descriptionOf(version), { force: true });
    sync(folderOf(version.key));
    rmSync(fileOf(version), { force: true });
    const rest = (byKey.get(version.key) ?? []).filter((one) => one.seq !== version.seq);
    if (rest.length > 0) byKey.set(version.key, rest);
    else byKey.delete(version.key);
  };

  const commit = (version: ObjectVersion, staged?: Staged): ObjectVersion => {
    const directory = folderOf(version.key);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (staged === undefined) {
      if (!version.deleteMarker) throw new Error('A version has data');
    } else {
      beforeCommit(version);
      renameSync(staged.file, fileOf(version));
    }
    writeWhole(descriptionOf(version), JSON.stringify(version), join(staging, randomUUID()));
    for (const parent of [join(root, 'keys'), join(directory, '..')]) sync(parent);
    const older = byKey.get(version.key) ?? [];
    byKey.set(version.key, [version, ...older]);
    // Without versioning only the last one stays; a crash before this line leaves it to the next start.
    if (!bucket.versioned) for (const old of older) removeVersion(old);
    return version;
  };
  if (!bucket.versioned) for (const [, ...older] of [...byKey.values()]) for (const old of older) removeVersion(old);

  const versionId = () => (bucket.versioned ? randomUUID().replaceAll('-', '') : 'null');
  const retentionNow = (): Retention | undefined => {
    const { defaultRetention } = bucket;
    if (defaultRetention === undefined) return undefined;
    const until = new Date(now() + defaultRetention.days * 86_400_000).toISOString();
    return { mode: defaultRetention.mode, until };
  };

  return {
    ...bucket,
    fileOf,
    removeVersion,
    stage: async (data, limit) => {
      const file = join(staging, randomUUID());
      const handle = await open(file, 'wx', 0o600);
      const [md5, sha] = [createHash('md5'), createHash('sha256')];
      let [size, sum] = [0, 0];
      try {
        for await (const chunk of data) {
          size += chunk.length;
          if (size > limit) throw new TooLarge();
          md5.update(chunk);
          sha.update(chunk);
          sum = crc32(chunk, sum);
          await handle.writeFile(chunk);
        }
        await handle.sync();
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      } finally {
        await handle.close();
      }
      const sumBytes = Buffer.alloc(4);
      sumBytes.writeUInt32BE(sum);
      return {
        file,
        size,
        etag: md5.digest('hex'),
        sha256: sha.digest('base64'),
        crc32: sumBytes.toString('base64'),
      };
    },
    discard: ({ file }) => rm(file, { force: true }),
    put: (staged, { key, contentType, metadata, retention = retentionNow() }) => {
      const { size, etag, sha256, crc32: sum } = staged;
      seq += 1;
      const described = { key, versionId: versionId(), seq, size, etag, sha256, crc32: sum, contentType, metadata };
      const lastModified = new Date(now()).toISOString();
      return commit({ ...described, lastModified, ...(retention === undefined ? {} : { retention }) }, staged);
    },
    find: (key, wanted) => {
      const versions = byKey.get(key) ?? [];
      return wanted === undefined ? versions[0] : versions.find((one) => one.versionId === wanted);
    },
    markDeleted: (key) => {
      const [current] = byKey.get(key) ?? [];
      if (!bucket.versioned) {
        if (current) removeVersion(current);
        return undefined;
      }
      seq += 1;
      const nothing = { size: 0, etag: '', sha256: '', crc32: '', contentType: '', metadata: {} };
      const lastModified = new Date(now()).toISOString();
      return commit({ key, versionId: versionId(), seq, deleteMarker: true, lastModified, ...nothing });
    },
    versions: () => [...byKey.keys()].sort(byBytes).flatMap((key) => byKey.get(key) ?? []),
  };
}

/** S3 lists keys in the order of their UTF-8 bytes. */
const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Versions by key, newest first; what has no description is removed. */
function readVersions(keys: string): Map<string, readonly ObjectVersion[]> {
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const byKey = new Map<string, readonly ObjectVersion[]>();
  for (const group of readdirSync(keys)) {
    for (const hash of readdirSync(join(keys, group))) {
      const folder = join(keys, group, hash);
      const files = readdirSync(folder).sort();
      const versions = files
        .filter((file) => file.endsWith('.json'))
        .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as ObjectVersion)
        .reverse();
      for (const file of files)
        if (file.endsWith('.data') && !existsSync(join(folder, file.replace('.data', '.json'))))
          rmSync(join(folder, file));
      const [newest] = versions;
      if (newest !== undefined) byKey.set(newest.key, versions);
    }
  }
  return byKey;
}

/** A file that is there whole or not at all. `beside` is on the same file system. */
export function writeWhole(file: string, content: string, beside: string): void {
  writeFileSync(beside, content, { mode: 0o600, flush: true });
  renameSync(beside, file);
  sync(join(file, '..'));
}

/** What was created, renamed or removed in a folder is on the disk. */
export function sync(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
