import { KMSClient } from '@aws-sdk/client-kms';

let client: KMSClient | undefined;

/**
 * The process's one client; it fails fast, and its address comes from `AWS_ENDPOINT_URL_KMS` where it is set. Times in
 * milliseconds.
 */
export const kmsClient = (): KMSClient => {
  client ??= new KMSClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });
  return client;
};
