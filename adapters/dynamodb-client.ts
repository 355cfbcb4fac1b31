import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';

/**
 * A client for one function: fails within the HTTP API's 30 s instead of hanging. Time-outs in milliseconds. Connections
 * are kept alive (the SDK's default). The address comes from `AWS_ENDPOINT_URL_DYNAMODB` where it is set.
 */
export const dynamoDbClient = (config: DynamoDBClientConfig = {}): DynamoDBClient =>
  new DynamoDBClient({
    maxAttempts: 4,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
    ...config,
  });

/** Told the units that one request consumed, index writes included. */
export type OnConsumed = (units: { readonly kind: 'read' | 'write'; readonly units: number }) => void;
