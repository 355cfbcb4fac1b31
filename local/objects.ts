/** The template's buckets: S3 for the functions and, by presigned requests, for whoever uploads and downloads. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Functions } from './functions.ts';
import type { JsonObject } from './intrinsics.ts';
import { startObjectApi } from './object-api.ts';
import { objectEvents } from './object-events.ts';
import { type Bucket, type BucketFiles, openBucket } from './object-files.ts';
import type { AccessKey } from './object-signatures.ts';
import type { Queues } from './queues.ts';
import type { LocalResource } from './template.ts';

export interface Objects {
  readonly url: string;
  /** From now on the functions hear of what is put. */
  tell(to: { readonly functions: Functions; readonly queues: Queues }): void;
  close(): Promise<void>;
}

export interface ObjectsOptions {
  readonly folder: string;
  /** `AWS::S3::Bucket`. */
  readonly buckets: readonly LocalResource[];
  /** `AWS::Events::Rule` with an event pattern. */
  readonly rules: readonly LocalResource[];
  readonly key: AccessKey;
  /** Milliseconds since 1970, as the functions see them. */
  now(): number;
}

export async function startObjects({ folder, buckets, rules, key, now }: ObjectsOptions): Promise<Objects> {
  const root = join(folder, 'objects');
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const opened = new Map<string, BucketFiles>();
  const events = objectEvents(root, rules, opened);
  const telling = new Set<string>();
  for (const resource of buckets) {
    const settings = settingsOf(resource);
    if (sendsEvents(resource)) telling.add(settings.name);
    const note = telling.has(settings.name) ? events.expect.bind(events, settings.name) : () => {};
    opened.set(settings.name, openBucket(root, settings, now, note));
  }
  const api = await startObjectApi({
    buckets: opened,
    key,
    now,
    onCreated: (bucket, version, reason) => {
      if (telling.has(bucket.name)) events.created(bucket, version, reason);
    },
  });
  return {
    url: api.url,
    tell: events.start,
    close: async () => {
      api.close();
      await events.close();
    },
  };
}

/** @throws Error for notifications of a kind that does not run here */
function sendsEvents({ logicalId, properties }: LocalResource): boolean {
  const { EventBridgeConfiguration, ...others } = (properties.NotificationConfiguration ?? {}) as JsonObject;
  if (Object.keys(others).length > 0) throw new Error(`${logicalId}: only notifications by EventBridge run here`);
  return (EventBridgeConfiguration as JsonObject | undefined)?.EventBridgeEnabled === true;
}

function settingsOf({ name, properties }: LocalResource): Bucket {
  const versioning = properties.VersioningConfiguration as JsonObject | undefined;
  const locks = properties.ObjectLockEnabled === true;
  const rule = (properties.ObjectLockConfiguration as JsonObject | undefined)?.Rule as JsonObject | undefined;
  const retention = rule?.DefaultRetention as JsonObject | undefined;
  return {
    name,
    versioned: locks || versioning?.Status === 'Enabled',
    locks,
    ...(retention === undefined
      ? {}
      : {
          defaultRetention: {
            mode: retention.Mode === 'GOVERNANCE' ? 'GOVERNANCE' : 'COMPLIANCE',
            days: Number(retention.Days ?? Number(retention.Years) * 365),
          },
        }),
  };
}
