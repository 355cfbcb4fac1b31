import { beforeAll, describe, expect, it } from 'vitest';
import { petitionsTable } from '../../adapters/tables.ts';
import { functionNames } from '../../infra/bundle.ts';
import { actions, inOneLine, type Synthesized, synthesized } from '../support/templates.ts';

let aws: Synthesized;
let china: Synthesized;

beforeAll(async () => {
  aws = await synthesized('aws');
  china = await synthesized('aws-cn');
});

const allowed = (name: string) => aws.app.allowedTo(name);

describe('a bucket', () => {
  const buckets = (stack: Synthesized) => stack.data.ofType('AWS::S3::Bucket');
  const policies = (stack: Synthesized) => stack.data.ofType('AWS::S3::BucketPolicy');

  it('is private, encrypted, kept, and logged by another', () => {
    for (const stack of [aws, china]) {
      expect(buckets(stack).length).toBeGreaterThan(0);
      for (const { Properties, DeletionPolicy } of buckets(stack)) {
        expect(DeletionPolicy).toBe('Retain');
        expect(Properties.PublicAccessBlockConfiguration).toEqual({
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        });
        expect(Properties.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
        expect(Properties.BucketEncryption).toBeDefined();
        expect(Properties.AccessControl).toBeUndefined();
      }
      expect(buckets(stack).filter(({ Properties }) => Properties.LoggingConfiguration === undefined)).toHaveLength(1);
    }
  });

  it('speaks TLS only and lets nobody in by its policy but the service that logs', () => {
    for (const stack of [aws, china]) {
      expect(policies(stack)).toHaveLength(buckets(stack).length);
      for (const { Properties } of policies(stack)) {
        const statements: readonly Record<string, unknown>[] = Properties.PolicyDocument.Statement;
        expect(statements).toContainEqual(
          expect.objectContaining({
            Effect: 'Deny',
            Action: 's3:*',
            Principal: { AWS: '*' },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        );
        for (const { Principal, Action } of statements.filter(({ Effect }) => Effect === 'Allow')) {
          expect(Principal).toEqual({ Service: 'logging.s3.amazonaws.com' });
          expect(Action).toBe('s3:PutObject');
        }
      }
    }
  });
});

describe('the record', () => {
  it('outlives stacks, mistakes and disks', () => {
    const tables = aws.data.ofType('AWS::DynamoDB::Table');
    expect(tables).toHaveLength(2);
    for (const { Properties, DeletionPolicy, UpdateReplacePolicy } of tables) {
      expect(Properties).toMatchObject({
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        BillingMode: 'PAY_PER_REQUEST',
      });
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    }
  });

  it('has the indexes that the adapters query', () => {
    const [petitions] = aws.data.ofType('AWS::DynamoDB::Table');
    expect(
      petitions?.Properties.GlobalSecondaryIndexes.map(({ IndexName }: { IndexName: string }) => IndexName),
    ).toEqual(petitionsTable.indexes.map(({ name }) => name));
    expect(petitions?.Properties.StreamSpecification).toEqual({ StreamViewType: 'NEW_IMAGE' });
  });

  it('lets nobody rewrite the history or let it expire', () => {
    const history = [...aws.data.resources].find(([id]) => id.startsWith('History'))?.[1];
    expect(history?.Properties.TimeToLiveSpecification).toBeUndefined();
    const denied = history?.Properties.ResourcePolicy.PolicyDocument.Statement;
    expect(denied).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: expect.arrayContaining([
          'dynamodb:UpdateItem',
          'dynamodb:DeleteItem',
          'dynamodb:BatchWriteItem',
          'dynamodb:PartiQLInsert',
          'dynamodb:PartiQLUpdate',
          'dynamodb:PartiQLDelete',
          'dynamodb:UpdateTimeToLive',
          'dynamodb:DeleteTable',
        ]),
      }),
      expect.objectContaining({
        Effect: 'Deny',
        Action: 'dynamodb:PutItem',
        Condition: { StringNotEquals: { 'dynamodb:EnclosingOperation': 'TransactWriteItems' } },
      }),
    ]);
  });

  it('leaves backup and restore to those who may', () => {
    const history = [...aws.data.resources].find(([id]) => id.startsWith('History'))?.[1];
    const denied: string[] = history?.Properties.ResourcePolicy.PolicyDocument.Statement.flatMap(
      ({ Action }: { Action: string | string[] }) => Action,
    );
    expect(denied.filter((action) => /Backup|Restore|Export|\*/.test(action))).toEqual([]);
  });

  it('gives its checkpoints to a bucket from which nobody can remove anything for years', async () => {
    const lockedIn = ({ data }: Synthesized) =>
      data.ofType('AWS::S3::Bucket').filter(({ Properties }) => Properties.ObjectLockEnabled === true);
    for (const [stack, years] of [
      [aws, 10],
      [china, 10],
      [await synthesized('aws', { anchorRetentionYears: 30 }), 30],
    ] as const) {
      const [bucket, ...others] = lockedIn(stack);
      expect(others).toEqual([]);
      expect(bucket).toMatchObject({
        DeletionPolicy: 'Retain',
        Properties: {
          VersioningConfiguration: { Status: 'Enabled' },
          ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: years * 365 } } },
        },
      });
    }
    const [id] = [...aws.data.resources].find(([, { Properties }]) => Properties.ObjectLockEnabled === true) ?? [];
    const policy = aws.data.ofType('AWS::S3::BucketPolicy').find(({ Properties }) => Properties.Bucket.Ref === id)
      ?.Properties.PolicyDocument.Statement;
    expect(policy).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: expect.arrayContaining([
          's3:DeleteObject',
          's3:DeleteObjectVersion',
          's3:BypassGovernanceRetention',
          's3:PutObjectRetention',
          's3:PutBucketVersioning',
          's3:PutLifecycleConfiguration',
        ]),
      }),
    );
  });

  it('keeps the key of the look-ups inside the key service', () => {
    const [key] = aws.data.ofType('AWS::KMS::Key');
    expect(key).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
    });
  });
});

describe('the key that signs checkpoints', () => {
  it('is one of P-256 that is kept, in both partitions', () => {
    for (const { data } of [aws, china])
      expect(data.ofType('AWS::KMS::Key')).toContainEqual(
        expect.objectContaining({
          DeletionPolicy: 'Retain',
          Properties: expect.objectContaining({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
        }),
      );
  });

  it('signs for the anchor alone, and nothing else does the anchor with any key', () => {
    const signing = functionNames().filter((name) => actions(allowed(name)).includes('kms:Sign'));
    expect(signing).toEqual(['anchor']);
    expect(actions(allowed('anchor')).filter((action) => action.startsWith('kms:'))).toEqual(['kms:Sign']);
    const [statement] = allowed('anchor').filter((each) => actions([each]).includes('kms:Sign'));
    expect(statement?.Resource).toHaveLength(1);
    expect(statement?.Condition).toEqual({ StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } });
  });
});

describe('files of evidence', () => {
  const onFiles = (name: string, stack = aws) =>
    stack.app
      .statementsOf(name)
      .filter(({ Action }) => Action.some((action) => action.startsWith('s3:')))
      .map(({ Action, Resource }) => [
        Action.join(),
        Resource.map((resource) => resource.replace(/^.*GetAtt(Quarantine|Evidence)[^}]*\}/, '$1')).join(),
      ]);

  it('are signed for by one function, moved by another, and reached by no third', () => {
    for (const stack of [aws, china]) {
      expect(onFiles('evidence', stack)).toEqual([
        ['s3:PutObject', 'Quarantine/*'],
        ['s3:GetObject', 'Evidence/*'],
      ]);
      expect(onFiles('evidence-scan', stack)).toEqual([
        ['s3:GetObject,s3:DeleteObject', 'Quarantine/*'],
        ['s3:ListBucket', 'Quarantine,Evidence'],
        ['s3:PutObject,s3:GetObject', 'Evidence/*'],
      ]);
    }
    // Of what assemblies lay open one more signs uploads, and what anybody may ask signs downloads; neither of anything else.
    expect(onFiles('assembly')).toEqual([['s3:PutObject', 'Quarantine/assemblies/*']]);
    expect(onFiles('notice-board')).toEqual([['s3:GetObject', 'Evidence/assemblies/*']]);
    const moving = ['evidence', 'evidence-scan', 'erasure-finish', 'assembly', 'notice-board'];
    for (const name of functionNames().filter((each) => !moving.includes(each)))
      expect(onFiles(name).filter(([, on = '']) => /Quarantine|Evidence/.test(on))).toEqual([]);
  });

  it('are erased by a function that reads none, appends to no petition, and removes but look-up entries and what waited', () => {
    for (const stack of [aws, china]) {
      expect(onFiles('erasure-finish', stack)).toEqual([
        ['s3:ListBucketVersions', 'Quarantine,Evidence'],
        ['s3:DeleteObject,s3:DeleteObjectVersion', 'Quarantine/*,Evidence/*'],
      ]);
      const statements = stack.app.statementsOf('erasure-finish').filter(({ Effect }) => Effect === 'Allow');
      const changing = statements.filter(({ Action }) =>
        Action.some((action) => /dynamodb:(Put|Update|Delete)/.test(action)),
      );
      const others = ['S#*', 'Y#*', 'N#*', 'Q#*', 'H#*'];
      const keys = (...leading: readonly string[]) => ({
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': leading },
      });
      const inTransaction = { StringEquals: { 'dynamodb:EnclosingOperation': 'TransactWriteItems' } };
      expect(changing).toMatchObject([
        { Condition: { ...keys(...others), ...inTransaction } },
        { Condition: { ...keys(...others, 'I#*'), ...inTransaction } },
        { Action: ['dynamodb:DeleteItem'], Condition: { ...keys('P#*', 'N#*'), ...inTransaction } },
        { Action: ['dynamodb:Query', 'dynamodb:DeleteItem'], Condition: keys('ERASE#*') },
      ]);
      expect(actions(statements).filter((action) => action.startsWith('kms:'))).toEqual([]);
    }
    expect(
      aws.app
        .ofType('AWS::Scheduler::Schedule')
        .filter(({ Properties }) => inOneLine(Properties.Target.Arn).includes('ErasureFinish')),
    ).toHaveLength(1);
  });

  it('are kept in versions once they are cleared, and not at all when they are refused', () => {
    const bucket = (id: string) =>
      [...aws.data.resources].find(([name, { Type }]) => name.startsWith(id) && Type === 'AWS::S3::Bucket')?.[1];
    expect(bucket('Evidence')?.Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
    expect(bucket('Quarantine')?.Properties.VersioningConfiguration).toBeUndefined();
    expect(bucket('Quarantine')?.Properties.NotificationConfiguration).toEqual({
      EventBridgeConfiguration: { EventBridgeEnabled: true },
    });
  });

  it('wake the scan when they come, whose failures are kept, and a schedule finds the rest', () => {
    const [rule] = aws.app.ofType('AWS::Events::Rule');
    expect(rule?.Properties.EventPattern).toMatchObject({ source: ['aws.s3'], 'detail-type': ['Object Created'] });
    expect(rule?.Properties.Targets).toMatchObject([
      { RetryPolicy: { MaximumRetryAttempts: 8 }, DeadLetterConfig: { Arn: expect.anything() } },
    ]);
    const scheduled = aws.app
      .ofType('AWS::Scheduler::Schedule')
      .filter(({ Properties }) => inOneLine(Properties.Target.Arn).includes('EvidenceScan'));
    expect(scheduled).toHaveLength(1);
  });

  it('are addressed by the bucket’s own name in its region and partition', () => {
    const [environment] = [...china.app.resources.values()].flatMap(({ Properties }) =>
      Properties.Environment?.Variables?.QUARANTINE_DOMAIN === undefined ? [] : [Properties.Environment.Variables],
    );
    expect(inOneLine(environment.QUARANTINE_DOMAIN)).toContain('Quarantine');
    expect(china.data.text).toContain('RegionalDomainName');
  });

  it('are scanned by a clamd inside a network where the deployment names one', async () => {
    const clamd = {
      address: 'clamd.internal:3310',
      subnets: ['subnet-0123456789abcdef0'],
      securityGroups: ['sg-0123456789abcdef0'],
    };
    const stack = await synthesized('aws-cn', { clamd });
    const scan = stack.app
      .ofType('AWS::Lambda::Function')
      .filter(({ Properties }) => Properties.Environment?.Variables?.CLAMD_ADDRESS !== undefined);
    expect(scan.map(({ Properties }) => Properties.VpcConfig)).toEqual([
      { SubnetIds: clamd.subnets, SecurityGroupIds: clamd.securityGroups },
    ]);
    const text = JSON.stringify(china.app.ofType('AWS::Lambda::Function'));
    expect(text).not.toContain('CLAMD_ADDRESS');
    expect(text).not.toContain('EVIDENCE_RELEASE_UNSCANNED');
  });
});
