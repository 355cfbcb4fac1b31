import { S3Client } from '@aws-sdk/client-s3';

/** A client for files; the address comes from `AWS_ENDPOINT_URL_S3` where it is set. Times in milliseconds. */
export const s3Client = (): S3Client =>
  new S3Client({
    maxAttempts: 4,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
  });
