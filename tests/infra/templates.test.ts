import { beforeAll, describe, expect, it } from 'vitest';
import { streamPrefixes } from '../../adapters/keys.ts';
import { petitionsTable } from '../../adapters/tables.ts';
import { streamKinds } from '../../domain/ports.ts';
import { stages } from '../../domain/workflow/signals.ts';
import { functionNames } from '../../infra/bundle.ts';
import { functions } from '../../infra/functions.ts';
import { routesByFunction } from '../../infra/routes.ts';
import { literalsOfOnePartition } from '../../infra/synth.ts';
import { inOneLine, type Statement, type Synthesized, synthesized } from '../support/templates.ts';

let aws: Synthesized;
let china: Synthesized;
/** As a place may configure it. */
let opened: Synthesized;

beforeAll(async () => {
  aws = await synthesized('aws');
  china = await synthesized('aws-cn');
  opened = await synthesized('aws', { origins: ['https://xinfang.example'], limits: { failedCodes: 3 } });
});

const both = () => [aws.data, aws.app, aws.front, china.data, china.app, china.front];

describe('two partitions', () => {
  it('have no literal of either in any template', () => {
    for (const { text } of both()) expect(literalsOfOnePartition(text)).toEqual([]);
  });

  it('are told apart by the check', () => {
    expect(literalsOfOnePartition('{"Resource":"arn:aws:s3:::x"}')).not.toEqual([]);
    expect(literalsOfOnePartition('{"Resource":"arn:aws-cn:s3:::x"}')).not.toEqual([]);
    expect(literalsOfOnePartition('{"Url":"https://sts.us-east-1.amazonaws.com/x"}')).not.toEqual([]);
    expect(literalsOfOnePartition('{"Service":"lambda.amazonaws.com"}')).toEqual([]);
  });

  it('trace where Lambda can', () => {
    const traced = (stack: Synthesized) =>
      stack.app.ofType('AWS::Lambda::Function').filter(({ Properties }) => Properties.TracingConfig?.Mode === 'Active')
        .length;
    expect(traced(aws)).toBe(functionNames().length);
    expect(traced(china)).toBe(0);
    for (const { Properties } of china.app.ofType('AWS::StepFunctions::StateMachine')) {
      expect(Properties.TracingConfiguration?.Enabled ?? false).toBe(false);
    }
  });

  it('take the processor from a flag', async () => {
    const architectures = ({ app }: Synthesized) =>
      new Set(app.ofType('AWS::Lambda::Function').flatMap(({ Properties }) => Properties.Architectures));
    expect(architectures(aws)).toEqual(new Set(['arm64']));
    expect(architectures(china)).toEqual(new Set(['x86_64']));
    expect(architectures(await synthesized('aws-cn', { arm64: true }))).toEqual(new Set(['arm64']));
  });
});

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

const writes = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'ConditionCheckItem'].map(
  (name) => `dynamodb:${name}`,
);
const touches = (table: 'History' | 'Petitions') => (statement: Statement) =>
  statement.Resource.some((resource) => resource.includes(`GetAtt${table}`));
const allowed = (name: string) => aws.app.statementsOf(name).filter(({ Effect }) => Effect === 'Allow');
/** Statements about anything but the history of reads. */
const isNoRead = ({ Condition }: Statement): boolean =>
  JSON.stringify(Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']) !== '["R#*"]';
const actions = (statements: readonly Statement[]) => [...new Set(statements.flatMap(({ Action }) => Action))].sort();

describe('every role', () => {
  it.each(functionNames())('%s may append to the history inside transactions only, and never rewrite it', (name) => {
    for (const statement of allowed(name).filter(touches('History'))) {
      const appends = statement.Action.filter((action) => writes.includes(action));
      expect(['dynamodb:PutItem', 'dynamodb:ConditionCheckItem']).toEqual(expect.arrayContaining(appends));
      if (appends.length > 0) {
        expect(statement.Condition?.StringEquals).toEqual({ 'dynamodb:EnclosingOperation': 'TransactWriteItems' });
      }
    }
    expect(aws.app.statementsOf(name)).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: expect.arrayContaining([
          'dynamodb:UpdateItem',
          'dynamodb:DeleteItem',
          'dynamodb:BatchWriteItem',
          'dynamodb:DeleteTable',
        ]),
        Resource: expect.arrayContaining([expect.stringMatching(/GetAttHistory\w+Arn\w+\}$/)]),
      }),
    );
  });

  it.each(functionNames())('%s names what it may do: no wildcards, no scans, no deletions', (name) => {
    for (const action of actions(allowed(name))) {
      if (action.startsWith('xray:')) continue;
      expect(action).not.toContain('*');
      // Who erases takes look-up entries away with the key, in a transaction (below).
      if (name === 'archive' && action === 'dynamodb:DeleteItem') continue;
      // The anchor takes away heads that wait no longer, the scan what was judged and leaves quarantine. Nothing else goes.
      if (name === 'anchor' && action === 'dynamodb:DeleteItem') continue;
      if (name === 'evidence-scan' && action === 's3:DeleteObject') continue;
      // The erasure takes away files and, when none can come any more, what waits for them (below).
      if (name === 'erasure-finish' && /^(s3:DeleteObject(Version)?|dynamodb:DeleteItem)$/.test(action)) continue;
      // An uploaded table goes when its import is over.
      if (name === 'import-run' && action === 's3:DeleteObject') continue;
      expect(action).not.toMatch(/Scan|Delete|BatchWrite|PartiQL/);
    }
    for (const { Action, Resource } of allowed(name)) {
      // Tracing and the list of streams know no narrower resource.
      if (Action.some((action) => /^xray:|ListStreams$/.test(action))) continue;
      expect(Resource).not.toContain('*');
    }
  });

  it.each(functionNames())('%s cannot change units or categories', (name) => {
    for (const { Action, Condition, Resource } of allowed(name)) {
      if (!Action.some((action) => writes.includes(action))) continue;
      const keys =
        Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ??
        Condition?.['ForAllValues:StringEquals']?.['dynamodb:LeadingKeys'];
      expect(keys, Resource.join()).toBeDefined();
      // An import that two persons decided adds versions, by single puts: what serves requests changes nothing.
      if (name === 'import-run' && Action.join() === 'dynamodb:PutItem') continue;
      expect(keys).not.toContain('REF#*');
    }
  });

  it('has its line in infra/functions.ts, and every line has its function', () => {
    expect(functionNames()).toEqual(Object.keys(functions).sort());
  });
});

const countsAttempts = ({ Condition }: Statement) =>
  JSON.stringify(Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']) === '["TRY#*"]';

/** Progress, errors and versions of reference data, which no commit holds. */
const ofImports = ({ Condition }: Statement) =>
  ['["IMP#*"]', '["REF#*"]'].includes(JSON.stringify(Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']));

describe('the roles of', () => {
  it('those who serve officers and petitioners append; nobody else does', () => {
    const appending = functionNames().filter((name) =>
      actions(allowed(name).filter(touches('History')).filter(isNoRead)).includes('dynamodb:PutItem'),
    );
    expect(appending).toEqual([
      'archive',
      'assembly',
      'booking',
      'briefing',
      'casework',
      'centre',
      // What goes with a petition that was erased.
      'erasure-finish',
      'evidence',
      'evidence-scan',
      'grid',
      'import-run',
      'imports',
      'leaders-office',
      'mediation',
      'petition-office',
      'portal',
      'programme',
      'reception-desk',
      'reception-rota',
      'review',
      'sponsorship',
      'supervision',
      'sweep',
      'whistle',
    ]);
    for (const name of appending) {
      const commits = allowed(name)
        .filter(touches('Petitions'))
        .filter(({ Action }) => Action.includes('dynamodb:PutItem'))
        .filter(isNoRead)
        // The sweep keeps one item of its own besides.
        .filter(({ Condition }) => Condition?.['ForAllValues:StringEquals'] === undefined)
        .filter((statement) => !countsAttempts(statement) && !ofImports(statement));
      expect(commits.map(({ Condition }) => Condition?.StringEquals)).toEqual([
        { 'dynamodb:EnclosingOperation': 'TransactWriteItems' },
      ]);
    }
  });

  it('audit appends to histories of reads and to nothing else', () => {
    for (const { Action, Condition } of allowed('audit')) {
      if (!Action.some((action) => writes.includes(action))) continue;
      const keys = Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
      expect(['R#*', 'I#*']).toEqual(expect.arrayContaining([keys].flat()));
    }
  });

  it('the anchor reach its own partitions, the heads, and one bucket in which they remove nothing', () => {
    const ofAnchor = (name: string) => allowed(name).filter(({ Action }) => !/^(xray|logs):/.test(Action[0] ?? ''));
    for (const name of ['anchor', 'anchor-collect'])
      for (const { Action, Condition, Resource } of ofAnchor(name)) {
        if (!Action.some((action) => /^(s3:|dynamodb:(?!.*Stream|GetRecords|GetShard))/.test(action))) continue;
        if (Resource.some((resource) => resource.includes('Anchors'))) {
          expect([name, [...Action].sort()]).toEqual(['anchor', ['s3:GetObject', 's3:PutObject']]);
          continue;
        }
        const keys = [Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']].flat();
        if (Action.some((action) => [...writes, 'dynamodb:DeleteItem'].includes(action))) expect(keys).toEqual(['A#*']);
        else
          expect(['A#*', ...Object.values(streamPrefixes).map((prefix) => `${prefix}#*`)]).toEqual(
            expect.arrayContaining(keys),
          );
      }
    const bucketUsers = functionNames().filter((name) =>
      allowed(name).some(({ Resource }) => Resource.some((resource) => resource.includes('Anchors'))),
    );
    expect(bucketUsers).toEqual(['anchor']);
  });

  it('one pass of the anchor runs at a time', () => {
    const reserved = aws.app
      .ofType('AWS::Lambda::Function')
      .flatMap(({ Properties }) =>
        Properties.ReservedConcurrentExecutions === undefined ? [] : [Properties.ReservedConcurrentExecutions],
      );
    expect(reserved).toEqual([1]);
  });

  it.each(['notice-board', 'statistics'])('%s only reads', (name) => {
    const statements = allowed(name).filter((statement) => !countsAttempts(statement));
    expect(actions(statements).filter((action) => writes.includes(action) || action.startsWith('states:'))).toEqual([]);
  });

  it.each(['documents', 'enquiry', 'spreadsheets'])('%s only read, and record that they did', (name) => {
    const others = allowed(name)
      .filter(isNoRead)
      .filter((statement) => !countsAttempts(statement));
    expect(actions(others).filter((action) => writes.includes(action) || action.startsWith('states:'))).toEqual([]);
    const recording = allowed(name).filter((statement) => !isNoRead(statement));
    expect(actions(recording)).toContain('dynamodb:PutItem');
    for (const { Action, Condition } of recording) {
      if (!Action.some((action) => writes.includes(action))) continue;
      expect(Condition?.StringEquals).toEqual({ 'dynamodb:EnclosingOperation': 'TransactWriteItems' });
    }
  });

  it('only audit reads who has read', () => {
    const may = functionNames().filter((name) =>
      allowed(name)
        .filter(touches('History'))
        .some((statement) => statement.Action.includes('dynamodb:Query') && JSON.stringify(statement).includes('R#*')),
    );
    expect(may).toEqual(['audit']);
  });

  it('those who count figures move them alone, inside transactions only, and have no key to personal data', () => {
    const counting = allowed('count').filter(({ Action }) => Action.some((action) => writes.includes(action)));
    expect(counting).toHaveLength(1);
    expect(counting[0]?.Condition).toMatchObject({
      StringEquals: { 'dynamodb:EnclosingOperation': 'TransactWriteItems' },
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['C#*', 'F#*'] },
    });
    for (const name of ['count', 'statistics'])
      expect(actions(allowed(name)).filter((action) => action.startsWith('kms:'))).toEqual([]);
  });

  it('those who check query codes count failed attempts, under keys of their own', () => {
    expect(functionNames().filter((name) => allowed(name).some(countsAttempts))).toEqual([
      'booking',
      'documents',
      'evidence',
      'portal',
    ]);
  });

  it('the public writes bookings and no session, and opens nothing but them', () => {
    const keys = (each: Statement) => each.Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'];
    const statements = allowed('booking');
    const written = statements.filter((each) => actions([each]).includes('dynamodb:PutItem')).map(keys);
    expect(written).toEqual([['Y#*'], ['Y#*', 'I#*'], ['TRY#*']]);
    const opened = statements.find((each) => actions([each]).includes('kms:Decrypt'));
    expect(opened?.Condition?.StringLike).toEqual({ 'kms:EncryptionContext:stream': ['Y#*'] });
    const history = statements.filter(touches('History')).filter((each) => actions([each]).includes('dynamodb:Query'));
    expect(history.map(keys)).toEqual([['Y#*']]);
  });

  it.each(['portal', 'documents', 'evidence'])(
    '%s, which is public, reach no session, no worklist, no look-up, no workflow',
    (name) => {
      const statements = allowed(name);
      expect(actions(statements).filter((action) => /^(states|sns|sqs):/.test(action))).toEqual([]);
      expect(statements.flatMap(({ Resource }) => Resource).filter((resource) => resource.includes('/index/'))).toEqual(
        [],
      );
      for (const { Action, Condition } of statements) {
        if (!Action.some((action) => action.startsWith('dynamodb:'))) continue;
        expect(Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']).not.toContain('S#*');
      }
    },
  );

  it('reference and tripwire touch no table', () => {
    for (const name of ['reference', 'tripwire']) {
      const reads = actions(allowed(name)).filter((action) =>
        /^dynamodb:(GetItem|Query|Put|Update|Batch)/.test(action),
      );
      expect(reads).toEqual([]);
    }
  });

  it('those who compute keyed hashes are the only ones that may', () => {
    const hashing = functionNames().filter((name) => actions(allowed(name)).includes('kms:GenerateMac'));
    expect(hashing).toEqual([
      'assembly',
      'booking',
      'centre',
      'documents',
      'evidence',
      'grid',
      'import-run',
      'portal',
      'reception-desk',
    ]);
  });

  it('only those who work with personal data open its keys, each as the key of its stream; those who begin streams make them', () => {
    const may = (action: string) => functionNames().filter((name) => actions(allowed(name)).includes(action));
    const opening = functionNames().filter((name) => functions[name]?.personalData !== undefined);
    expect(may('kms:Decrypt')).toEqual(opening);
    for (const blind of ['dispatch', 'open-step', 'operations', 'reconcile', 'reference', 'sweep', 'tripwire'])
      expect(opening).not.toContain(blind);
    expect(may('kms:GenerateDataKey')).toEqual([
      // Of the keeping of what is no petition.
      'archive',
      'assembly',
      'booking',
      'centre',
      'grid',
      'import-run',
      'imports',
      'programme',
      'reception-desk',
      'reception-rota',
      'whistle',
    ]);
    for (const name of opening) {
      const [statement] = allowed(name).filter((each) => actions([each]).includes('kms:Decrypt'));
      expect(statement?.Condition).toMatchObject({
        // What anybody reads without a token opens no petition, nor does the rota of leaders.
        StringLike: {
          'kms:EncryptionContext:stream': expect.arrayContaining([
            { booking: 'Y#*', 'notice-board': 'V#*', 'reception-rota': 'D#*', imports: 'B#*' }[name] ?? 'P#*',
          ]),
        },
        'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['stream'] },
      });
    }
    // What is kept or erased has begun elsewhere; the archive begins its keeping.
    const [making] = allowed('archive').filter((each) => actions([each]).includes('kms:GenerateDataKey'));
    expect(making?.Condition).toMatchObject({ StringLike: { 'kms:EncryptionContext:stream': ['E#*'] } });
  });

  it('only dispatch, reconcile and operations start executions; only the last two list and stop them', () => {
    const may = (action: string) => functionNames().filter((name) => actions(allowed(name)).includes(action));
    expect(may('states:StartExecution')).toEqual(['dispatch', 'operations', 'reconcile']);
    expect(may('states:ListExecutions')).toEqual(['operations', 'reconcile']);
    expect(may('states:StopExecution')).toEqual(['operations', 'reconcile']);
    expect(may('states:SendTaskSuccess')).toEqual(['dispatch', 'open-step', 'operations', 'reconcile']);
  });
});

describe('imports', () => {
  it('are brought by one function, which touches no file, and run by another, which alone adds reference data', () => {
    const partitions = (name: string) =>
      allowed(name)
        .filter(ofImports)
        .map(({ Action, Condition }) => [
          Action.join(),
          Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'],
        ]);
    expect(partitions('imports')).toEqual([['dynamodb:GetItem,dynamodb:Query', ['IMP#*']]]);
    expect(partitions('import-run')).toEqual([
      ['dynamodb:GetItem,dynamodb:PutItem,dynamodb:UpdateItem', ['IMP#*']],
      ['dynamodb:PutItem', ['REF#*']],
    ]);
    expect(functionNames().filter((name) => allowed(name).some(ofImports))).toEqual(['import-run', 'imports']);
    const onBucket = functionNames().filter((name) =>
      allowed(name).some(({ Resource }) => Resource.some((each) => /GetAttImports/.test(each))),
    );
    expect(onBucket).toEqual(['import-run', 'imports']);
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

describe('the HTTP API', () => {
  it('asks for a token of the configured issuer on every route that is not declared public', () => {
    const [authorizer] = aws.front.ofType('AWS::ApiGatewayV2::Authorizer');
    expect(authorizer?.Properties).toMatchObject({
      AuthorizerType: 'JWT',
      JwtConfiguration: { Audience: ['xinfang'], Issuer: 'https://issuer.example/realm' },
    });
    const found = aws.front.ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => ({
      key: Properties.RouteKey as string,
      authorization: (Properties.AuthorizationType as string | undefined) ?? 'NONE',
    }));
    const declared = [...routesByFunction.values()].flat().map((route) => ({
      key: `${route.method} ${route.path}`,
      authorization: route.public ? 'NONE' : 'JWT',
    }));
    const byKey = (a: { key: string }, b: { key: string }) => a.key.localeCompare(b.key);
    // What no route takes, `reference` answers, which reaches nothing.
    expect(found.sort(byKey)).toEqual([...declared, { key: '$default', authorization: 'NONE' }].sort(byKey));
    expect(new Set(declared.map(({ key }) => key)).size).toBe(declared.length);
  });

  it('leaves only health, description, portal, bookings, the petitioner’s documents, his evidence and the notice board without a token', () => {
    const open = [...routesByFunction]
      .filter(([, routes]) => routes.some((route) => route.public))
      .map(([name]) => name);
    expect(open).toEqual(['booking', 'documents', 'evidence', 'notice-board', 'portal', 'reference']);
    for (const name of ['documents', 'evidence'])
      for (const { path, public: open } of routesByFunction.get(name) ?? [])
        expect(open === true, path).toBe(path.startsWith('/portal/'));
  });

  it('limits and logs calls', () => {
    const [stage] = aws.front.ofType('AWS::ApiGatewayV2::Stage');
    expect(stage?.Properties.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: 200,
      ThrottlingBurstLimit: 400,
    });
    expect(stage?.Properties.AccessLogSettings.DestinationArn).toBeDefined();
  });

  it('logs neither addresses nor names of those who call', () => {
    const [stage] = aws.front.ofType('AWS::ApiGatewayV2::Stage');
    const fields = [...String(stage?.Properties.AccessLogSettings.Format).matchAll(/\$context\.([\w.]+)/g)];
    expect(fields.map(([, name]) => name)).toEqual([
      'requestId',
      'requestTime',
      'routeKey',
      'status',
      'responseLength',
      'responseLatency',
      'error.message',
    ]);
  });

  it('is closed to pages of other origins, unless the deployment names them', () => {
    const [api] = aws.front.ofType('AWS::ApiGatewayV2::Api');
    expect(api?.Properties.CorsConfiguration).toBeUndefined();
    const [configured] = opened.front.ofType('AWS::ApiGatewayV2::Api');
    expect(configured?.Properties.CorsConfiguration).toEqual({
      AllowOrigins: ['https://xinfang.example'],
      AllowMethods: ['GET', 'POST'],
      AllowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match'],
      ExposeHeaders: ['etag', 'idempotency-replayed', 'retry-after'],
      MaxAge: 3600,
    });
  });

  it('tells its functions what is too much only where it differs from the defaults', () => {
    const limits = ({ app }: Synthesized) =>
      app
        .ofType('AWS::Lambda::Function')
        .map(({ Properties }) => Properties.Environment?.Variables?.LIMITS as string | undefined)
        .filter((value) => value !== undefined);
    expect(limits(aws)).toEqual([]);
    expect(limits(opened).length).toBeGreaterThan(10);
    expect(JSON.parse(limits(opened)[0] ?? '')).toEqual({ failedCodes: 3 });
  });
});

const counted = streamKinds.filter((kind) => kind !== 'reads').map((kind) => `${streamPrefixes[kind]}#`);

describe('the workflow', () => {
  it('has one machine per stage, in JSONPath, whose execution data stay out of the log', () => {
    const machines = aws.app.ofType('AWS::StepFunctions::StateMachine');
    expect(machines.map(({ Properties }) => Properties.StateMachineName).sort()).toEqual(
      stages.map((stage) => `Xinfang-${stage}`).sort(),
    );
    for (const { Properties } of machines) {
      expect(Properties.LoggingConfiguration).toMatchObject({ IncludeExecutionData: false });
      expect(inOneLine(Properties.DefinitionString)).not.toContain('JSONata');
    }
  });

  it('retries and catches every task, and leaves no placeholder open', () => {
    for (const { Properties } of aws.app.ofType('AWS::StepFunctions::StateMachine')) {
      const text = JSON.stringify(Properties.DefinitionString);
      expect(Object.keys(Properties.DefinitionSubstitutions).sort()).toEqual(['OpenStep', 'Partition']);
      const definition = JSON.parse(inOneLine(Properties.DefinitionString)) as {
        States: Record<string, Record<string, unknown>>;
      };
      const placeholders = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name);
      expect(new Set(placeholders)).toEqual(new Set(['OpenStep', 'Partition']));
      const tasks = (states: Record<string, Record<string, unknown>>): Record<string, unknown>[] =>
        Object.values(states).flatMap((state) => [
          ...(state.Type === 'Task' ? [state] : []),
          ...tasks(
            (state.ItemProcessor as { States?: Record<string, Record<string, unknown>> } | undefined)?.States ?? {},
          ),
        ]);
      expect(tasks(definition.States)).not.toEqual([]);
      for (const task of tasks(definition.States)) {
        expect(task.Retry).toBeDefined();
        expect(task.Catch).toBeDefined();
      }
    }
  });

  it('lets machines invoke nothing but open-step', () => {
    const roles = [...aws.app.resources].filter(
      ([id, { Type }]) => Type === 'AWS::IAM::Policy' && id.includes('WorkflowRole'),
    );
    expect(roles).toHaveLength(stages.length);
    for (const [, { Properties }] of roles) {
      const invoking = Properties.PolicyDocument.Statement.filter(
        ({ Action }: { Action: string }) => Action === 'lambda:InvokeFunction',
      );
      expect(invoking.map(({ Resource }: { Resource: unknown }) => inOneLine(Resource))).toEqual([
        expect.stringMatching(/^\$\{OpenStepFunction\w+\.Arn\}$/),
      ]);
    }
  });

  it.each([
    ['DispatchFunction', 8, [{ NewImage: { outbox: { S: [{ exists: true }] } } }]],
    // Reads are commits too, and count nowhere. What cannot be counted waits elsewhere: a store that is away for a while loses none.
    [
      'CountFunction',
      100,
      [
        { Keys: { pk: { S: counted.map((prefix) => ({ prefix })) }, sk: { S: ['HEAD'] } } },
        { Keys: { pk: { S: [{ prefix: 'C#BEAT.' }] } } },
      ],
    ],
  ])(
    'delivers commits to %s in order, reports single failures, and keeps what fails for good',
    (name, retries, wanted) => {
      const mapping = aws.app
        .ofType('AWS::Lambda::EventSourceMapping')
        .find(({ Properties }) => inOneLine(Properties.FunctionName).includes(name));
      expect(mapping?.Properties).toMatchObject({
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        FilterCriteria: { Filters: wanted.map((dynamodb) => ({ Pattern: JSON.stringify({ dynamodb }) })) },
        MaximumRetryAttempts: retries,
        StartingPosition: 'TRIM_HORIZON',
      });
      expect(inOneLine(mapping?.Properties.DestinationConfig.OnFailure.Destination)).toMatch(/DeadLetters/);
    },
  );

  it('reconciles every five minutes', () => {
    const [schedule] = aws.app.ofType('AWS::Scheduler::Schedule');
    expect(schedule?.Properties).toMatchObject({ ScheduleExpression: 'rate(5 minutes)', State: 'ENABLED' });
    expect(inOneLine(schedule?.Properties.Target.Arn)).toMatch(/ReconcileFunction/);
  });
});

describe('alarms', () => {
  it('ring on dead letters, late or conflicting signals, tampering, throttling, failed executions and failing functions', () => {
    const alarms = aws.app.ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
    const about = (metric: string) => alarms.filter(({ MetricName }) => MetricName === metric);
    expect(about('ApproximateNumberOfMessagesVisible')).toHaveLength(1);
    expect(about('ApproximateNumberOfMessagesVisible')[0]).toMatchObject({
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
    });
    // Of the workflow, the anchor, and the figures.
    expect(about('IteratorAge')).toHaveLength(3);
    expect(about('ConflictingDecision')).toHaveLength(1);
    expect(about('QueryCodeGuessed')).toHaveLength(1);
    expect(about('Invocations')).toHaveLength(2);
    expect(about('AnchorLagSeconds')).toHaveLength(1);
    expect(about('ExecutionsFailed')).toHaveLength(stages.length);
    expect(about('Errors')).toHaveLength(functionNames().length);
    expect(about('Throttles')).toHaveLength(1);
    for (const { AlarmActions } of alarms) {
      expect(AlarmActions).toHaveLength(1);
    }
    // Silence is bad news from the anchor alone.
    const silent = alarms.filter(({ TreatMissingData }) => TreatMissingData !== 'notBreaching');
    expect(silent).toMatchObject([
      { MetricName: 'Invocations', Period: 3600, Threshold: 1, ComparisonOperator: 'LessThanThreshold' },
    ]);
  });

  it('are told to a topic that CloudWatch may publish to', () => {
    const [policy] = aws.app.ofType('AWS::SNS::TopicPolicy');
    expect(JSON.stringify(policy?.Properties)).toContain('cloudwatch.amazonaws.com');
  });
});

describe('logs', () => {
  it('are JSON, kept for a time and never for ever', () => {
    for (const { Properties } of aws.app.ofType('AWS::Lambda::Function')) {
      expect(Properties.LoggingConfig).toMatchObject({ LogFormat: 'JSON' });
      expect(Properties.Runtime).toBe('nodejs24.x');
    }
    for (const { Properties } of [...aws.app.ofType('AWS::Logs::LogGroup'), ...aws.front.ofType('AWS::Logs::LogGroup')])
      expect(Properties.RetentionInDays).toBe(180);
  });
});
