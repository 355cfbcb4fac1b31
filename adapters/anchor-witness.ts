import { GetObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { Witness } from '../domain/anchor.ts';
import { available } from './failures.ts';

/** A bucket whose Object Lock keeps what was put. The address comes from `AWS_ENDPOINT_URL_S3` where it is set. */
export class BucketWitness implements Witness {
  readonly #bucket: string;
  readonly #client: S3Client;

  constructor(bucket: string, client = witnessClient()) {
    this.#bucket = bucket;
    this.#client = client;
  }

  /** @throws Unavailable; Error when something else stands there: two logs have been written. */
  async keep(name: string, content: string): Promise<void> {
    const object = { Bucket: this.#bucket, Key: name };
    try {
      await available(() =>
        this.#client.send(
          new PutObjectCommand({
            ...object,
            Body: content,
            ContentType: name.endsWith('.json') ? 'application/json' : 'application/x-ndjson',
            // With Object Lock S3 asks for a checksum.
            ChecksumAlgorithm: 'SHA256',
            IfNoneMatch: '*',
          }),
        ),
      );
    } catch (error) {
      if (!(error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412)) throw error;
      const { Body } = await available(() => this.#client.send(new GetObjectCommand(object)));
      if ((await Body?.transformToString()) !== content)
        throw new Error(`${name} stands in the bucket with other content: the log has been forked or rewritten.`);
    }
  }
}

const witnessClient = (): S3Client =>
  new S3Client({
    maxAttempts: 4,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
    ...(process.env.AWS_ENDPOINT_URL_S3 === undefined ? {} : { forcePathStyle: true }),
  });
