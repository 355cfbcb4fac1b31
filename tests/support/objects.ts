import { S3Client } from '@aws-sdk/client-s3';
import type { UploadForm } from '../../domain/ports.ts';
import type { Functions } from '../../local/functions.ts';
import type { JsonObject } from '../../local/intrinsics.ts';
import { type Objects, startObjects } from '../../local/objects.ts';
import type { Queues } from '../../local/queues.ts';
import type { LocalResource } from '../../local/template.ts';

const resource = (type: string, name: string, properties: JsonObject): LocalResource => ({
  logicalId: name,
  type,
  name,
  arn: `arn:aws:s3:::${name}`,
  ref: name,
  path: `Test/${name}`,
  properties,
  stack: { name: 'Test', template: {}, assets: new Map(), paths: new Map() },
});

export const accessKey = { id: 'local', secret: 'a-secret-of-this-test' };

/** Buckets as a template would have them: `plain` with events, `versions`, and `locked` for ten days. */
const buckets = [
  resource('AWS::S3::Bucket', 'plain', {
    NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
  }),
  resource('AWS::S3::Bucket', 'versions', { VersioningConfiguration: { Status: 'Enabled' } }),
  resource('AWS::S3::Bucket', 'locked', {
    ObjectLockEnabled: true,
    ObjectLockConfiguration: {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 10 } },
    },
  }),
];

const rules = [
  resource('AWS::Events::Rule', 'created', {
    EventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: { bucket: { name: ['plain'] }, object: { key: [{ prefix: 'in/' }] } },
    },
    Targets: [{ Arn: 'scan', RetryPolicy: { MaximumRetryAttempts: 1 }, DeadLetterConfig: { Arn: 'dead' } }],
  }),
];

export interface TestObjects extends Objects {
  readonly client: S3Client;
  /** As a function's environment. */
  readonly environment: NodeJS.ProcessEnv;
  /** Time, as the functions see it. */
  at: number;
}

/** The local machine's object store in this process. */
export const objectsIn = async (folder: string): Promise<TestObjects> => {
  const time = { at: Date.now() };
  const objects = await startObjects({ folder, buckets, rules, key: accessKey, now: () => time.at });
  const client = new S3Client({
    endpoint: objects.url,
    region: 'us-east-1',
    credentials: { accessKeyId: accessKey.id, secretAccessKey: accessKey.secret },
    maxAttempts: 1,
  });
  const environment = {
    AWS_ENDPOINT_URL_S3: objects.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: accessKey.id,
    AWS_SECRET_ACCESS_KEY: accessKey.secret,
  };
  return Object.assign(time, objects, { client, environment });
};

/** Stands for the machine's functions and queues. */
export const listener = (scan: (event: JsonObject) => Promise<void>) => {
  const dead: object[] = [];
  return {
    dead,
    functions: {
      nameOf: (name: string) => name,
      invoke: async (_: string, event: unknown) => {
        await scan(event as JsonObject);
        return null;
      },
    } as unknown as Functions,
    queues: { counts: new Map(), send: (_: string, message: object) => void dead.push(message) } satisfies Queues,
  };
};

/** Sends a form as a browser does. `change` falsifies fields. */
export const postForm = async (
  { url, fields }: UploadForm,
  content: string | Uint8Array<ArrayBuffer>,
  change: Readonly<Record<string, string>> = {},
): Promise<Response> => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...change })) form.set(name, value);
  form.set('file', new Blob([content]), 'whatever');
  return fetch(url, { method: 'POST', body: form });
};

/** The code of an error that S3 answered. */
export const codeOf = async (response: Response): Promise<string> =>
  `${response.status} ${/<Code>(.*?)<\/Code>/.exec(await response.text())?.[1]}`;
