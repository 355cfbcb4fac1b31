import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface PrivateBucketProps {
  /** Where requests are logged; none only for the bucket of the logs itself, which would log its own logging. */
  readonly accessLogs?: s3.Bucket;
  /** Keeps what is written over or deleted. */
  readonly versioned?: true;
  /** Versions that nobody can delete before, the account's root included (compliance mode). */
  readonly lockedFor?: Duration;
  /** Tells EventBridge of every object. */
  readonly events?: true;
  /** What is older goes. */
  readonly expiresAfter?: Duration;
}

/**
 * A bucket that outlives its stack, open to no one but the roles that a statement names: over TLS only, encrypted, never
 * public, without access lists.
 */
export class PrivateBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    const { accessLogs, versioned = false, lockedFor, events = false, expiresAfter } = props;
    this.bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: RemovalPolicy.RETAIN,
      versioned: versioned || lockedFor !== undefined,
      ...(lockedFor === undefined
        ? {}
        : { objectLockEnabled: true, objectLockDefaultRetention: s3.ObjectLockRetention.compliance(lockedFor) }),
      ...(accessLogs === undefined
        ? {}
        : { serverAccessLogsBucket: accessLogs as s3.IBucket, serverAccessLogsPrefix: `${id.toLowerCase()}/` }),
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          ...(expiresAfter === undefined ? {} : { expiration: expiresAfter }),
        },
      ],
    });
    // By hand: the library would add a function of its own that switches it on.
    if (events) {
      const bucket = this.bucket.node.defaultChild as s3.CfnBucket;
      bucket.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
    }
  }
}
