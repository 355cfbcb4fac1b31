import {
  CopyObjectCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { EvidenceFiles, Page, QuarantinedFile } from '../domain/ports.ts';
import { fetchObject } from './fetched-object.ts';

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
    return fetchObject(this.#client, this.#buckets.quarantine, key);
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
      if (!named(error, 'PreconditionFailed', 'NoSuchKey')) throw error;
      // Another run came as far as this, or has left quarantine empty behind it; or the source is another by now.
      const there = await this.#client.send(new HeadObjectCommand({ Bucket: evidence, Key: key }));
      if (there.Metadata?.sha256 !== sha256) throw error;
    }
  }

  async remove(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#buckets.quarantine, Key: key }));
  }

  /** Quarantine first: what is copied out of it meanwhile is then found where it was copied to. */
  async erase(below: string): Promise<number> {
    let erased = 0;
    for (const Bucket of [this.#buckets.quarantine, this.#buckets.evidence]) {
      let more = true;
      while (more) {
        const page = await this.#client.send(new ListObjectVersionsCommand({ Bucket, Prefix: `${below}/` }));
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
