import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { EvidenceFiles, Page, QuarantinedFile } from '../domain/ports.ts';

export interface EvidenceBuckets {
  readonly quarantine: string;
  readonly evidence: string;
}

const named = (error: unknown, ...names: readonly string[]): boolean =>
  error instanceof Error && names.includes(error.name);

/** Files of evidence in two buckets. */
export class S3EvidenceFiles implements EvidenceFiles {
  readonly #client: S3Client;
  readonly #buckets: EvidenceBuckets;

  constructor(client: S3Client, buckets: EvidenceBuckets) {
    this.#client = client;
    this.#buckets = buckets;
  }

  async waiting(before: string, cursor?: string): Promise<Page<string>> {
    const page = await this.#client.send(
      new ListObjectsV2Command({
        Bucket: this.#buckets.quarantine,
        ...(cursor === undefined ? {} : { ContinuationToken: cursor }),
      }),
    );
    const items = (page.Contents ?? []).flatMap(({ Key, LastModified }) =>
      Key !== undefined && LastModified !== undefined && LastModified.toISOString() < before ? [Key] : [],
    );
    return { items, ...(page.NextContinuationToken === undefined ? {} : { cursor: page.NextContinuationToken }) };
  }

  async fetch(key: string): Promise<QuarantinedFile | undefined> {
    const object = await this.#client
      .send(new GetObjectCommand({ Bucket: this.#buckets.quarantine, Key: key }))
      .catch((error: unknown) => {
        if (named(error, 'NoSuchKey')) return undefined;
        throw error;
      });
    if (object?.Body === undefined || object.ETag === undefined) return undefined;
    const path = join(tmpdir(), `xinfang-evidence-${randomUUID()}`);
    const discard = () => rm(path, { force: true });
    const hash = createHash('sha256');
    let size = 0;
    try {
      await pipeline(
        object.Body as Readable,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            size += chunk.length;
            yield chunk;
          }
        },
        createWriteStream(path, { mode: 0o600 }),
      );
    } catch (error) {
      await discard();
      throw error;
    }
    return { path, size, sha256: hash.digest('hex'), etag: object.ETag, discard };
  }

  async release(key: string, { etag, sha256 }: Pick<QuarantinedFile, 'etag' | 'sha256'>): Promise<void> {
    const { quarantine, evidence } = this.#buckets;
    try {
      await this.#client.send(
        new CopyObjectCommand({
          Bucket: evidence,
          Key: key,
          CopySource: `${quarantine}/${key}`,
          // What was scanned, and only where nothing is yet.
          CopySourceIfMatch: etag,
          IfNoneMatch: '*',
          ChecksumAlgorithm: 'SHA256',
          MetadataDirective: 'REPLACE',
          ContentType: 'application/octet-stream',
          Metadata: { sha256 },
        }),
      );
    } catch (error) {
      if (!named(error, 'PreconditionFailed')) throw error;
      // An earlier run came as far as this, or the source is another by now.
      const there = await this.#client.send(new HeadObjectCommand({ Bucket: evidence, Key: key }));
      if (there.Metadata?.sha256 !== sha256) throw error;
    }
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#buckets.quarantine, Key: key }));
  }

  /** Quarantine first: what is copied out of it meanwhile is then found where it was copied to. */
  async erase(number: string): Promise<number> {
    let erased = 0;
    for (const Bucket of [this.#buckets.quarantine, this.#buckets.evidence]) {
      let more = true;
      while (more) {
        const page = await this.#client.send(new ListObjectVersionsCommand({ Bucket, Prefix: `${number}/` }));
        for (const { Key, VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
          await this.#client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
          erased += 1;
        }
        more = page.IsTruncated === true;
      }
    }
    return erased;
  }
}
