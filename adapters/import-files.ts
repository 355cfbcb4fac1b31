import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { TableFiles } from '../domain/imports/store.ts';
import type { QuarantinedFile } from '../domain/ports.ts';
import { fetchObject } from './fetched-object.ts';

/** Uploaded tables in their bucket; its own rule takes away what nobody has removed. */
export class S3TableFiles implements TableFiles {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  fetch(id: string): Promise<QuarantinedFile | undefined> {
    return fetchObject(this.#client, this.#bucket, id);
  }

  async remove(id: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: id }));
  }
}
