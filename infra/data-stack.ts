import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { historyTable, petitionsTable, type TableShape } from '../adapters/tables.ts';
import { PrivateBucket } from './constructs/private-bucket.ts';
import { anchorTampering, historyTampering, unlessInTransaction } from './permissions.ts';

export interface DataStackProps extends StackProps {
  /** How long nobody, the account's owner included, can remove a checkpoint. */
  readonly anchorRetentionYears: number;
}

/** What must outlive every deployment: the two tables, the keys, the files and the checkpoints. */
export class DataStack extends Stack {
  readonly petitions: dynamodb.Table;
  readonly history: dynamodb.Table;
  readonly lookupKey: kms.Key;
  /** Where requests to every other bucket are logged. */
  readonly accessLogs: s3.Bucket;
  /** Evidence as it was uploaded, until it has been scanned. Nothing is read from here but by the scan. */
  readonly quarantine: s3.Bucket;
  /** Evidence that was scanned. */
  readonly evidence: s3.Bucket;
  /** Tables to be imported, until their import is over. */
  readonly imports: s3.Bucket;
  readonly personalDataKey: kms.Key;
  readonly checkpointKey: kms.Key;
  /** Checkpoints and entries of the anchor's log. */
  readonly anchors: s3.Bucket;

  constructor(scope: Construct, id: string, { anchorRetentionYears, ...props }: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: true });

    this.petitions = this.#table('Petitions', petitionsTable);
    this.history = this.#table('History', historyTable, this.#appendOnly());
    this.lookupKey = new kms.Key(this, 'LookupKey', {
      description: 'Keyed hashes under which persons are found; losing it loses every look-up',
      keySpec: kms.KeySpec.HMAC_256,
      keyUsage: kms.KeyUsage.GENERATE_VERIFY_MAC,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.accessLogs = new PrivateBucket(this, 'AccessLogs', { expiresAfter: Duration.days(180) }).bucket;
    const { accessLogs } = this;
    // Without versions: what is refused must be gone.
    this.quarantine = new PrivateBucket(this, 'Quarantine', { accessLogs, events: true }).bucket;
    this.evidence = new PrivateBucket(this, 'Evidence', { accessLogs, versioned: true }).bucket;
    // A backstop: a table goes when its import has been over for the configured days.
    this.imports = new PrivateBucket(this, 'Imports', { accessLogs, expiresAfter: Duration.days(30) }).bucket;
    this.personalDataKey = new kms.Key(this, 'PersonalDataKey', {
      description: 'Wraps the data key of every petition and session; losing it loses all personal data',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // P-256, which both partitions have, and everybody who checks.
    this.checkpointKey = new kms.Key(this, 'CheckpointKey', {
      description: 'Signs the checkpoints of the history; its public key goes to those who check',
      keySpec: kms.KeySpec.ECC_NIST_P256,
      keyUsage: kms.KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.anchors = this.#anchors(Duration.days(anchorRetentionYears * 365));
  }

  /** In compliance mode nobody can shorten the retention; the policy keeps anybody from trying. */
  #anchors(lockedFor: Duration): s3.Bucket {
    const { bucket } = new PrivateBucket(this, 'Anchors', { accessLogs: this.accessLogs, lockedFor });
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'NobodyRemoves',
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: [...anchorTampering],
        resources: [bucket.bucketArn, bucket.arnForObjects('*')],
      }),
    );
    return bucket;
  }

  #table(id: string, shape: TableShape, resourcePolicy?: iam.PolicyDocument): dynamodb.Table {
    const string = (name: string): dynamodb.Attribute => ({ name, type: dynamodb.AttributeType.STRING });
    const table = new dynamodb.Table(this, id, {
      partitionKey: string(shape.partitionKey),
      sortKey: string(shape.sortKey),
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      stream: dynamodb.StreamViewType[shape.stream],
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      ...(shape.timeToLive === undefined ? {} : { timeToLiveAttribute: shape.timeToLive }),
      ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    });
    for (const { name, partitionKey, sortKey, include } of shape.indexes) {
      table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: string(partitionKey),
        sortKey: string(sortKey),
        ...(include === undefined
          ? { projectionType: dynamodb.ProjectionType.KEYS_ONLY }
          : { projectionType: dynamodb.ProjectionType.INCLUDE, nonKeyAttributes: [...include] }),
      });
    }
    return table;
  }

  /** Holds for every principal of every account, administrators included. `*` because a table cannot name itself here. */
  #appendOnly(): iam.PolicyDocument {
    const everyone = { effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()], resources: ['*'] };
    return new iam.PolicyDocument({
      statements: [
        new iam.PolicyStatement({ ...everyone, sid: 'NobodyRewrites', actions: [...historyTampering] }),
        new iam.PolicyStatement({
          ...everyone,
          sid: 'AppendInTransactionsOnly',
          actions: ['dynamodb:PutItem'],
          conditions: unlessInTransaction,
        }),
      ],
    });
  }
}
