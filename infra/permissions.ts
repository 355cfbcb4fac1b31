import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { streamPrefixes, sweepStateKey } from '../adapters/keys.ts';
import { historyTable } from '../adapters/tables.ts';
import { type StreamKind, streamKinds } from '../domain/ports.ts';
import { type Stage, stages } from '../domain/workflow/signals.ts';
import type { FunctionSpec } from './functions.ts';

/** Everything that could rewrite the history or let it expire. */
export const historyTampering = [
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:PartiQLInsert',
  'dynamodb:PartiQLUpdate',
  'dynamodb:PartiQLDelete',
  'dynamodb:UpdateTimeToLive',
  'dynamodb:DeleteTable',
] as const;

/** Everything that could remove a checkpoint or let it be removed later. */
export const anchorTampering = [
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:PutObjectRetention',
  's3:BypassGovernanceRetention',
  's3:PutLifecycleConfiguration',
  's3:PutBucketVersioning',
  's3:DeleteBucket',
] as const;

const inTransaction = { StringEquals: { 'dynamodb:EnclosingOperation': 'TransactWriteItems' } };
/** Also true of a request outside any operation, where the key is absent. */
export const unlessInTransaction = { StringNotEquals: { 'dynamodb:EnclosingOperation': 'TransactWriteItems' } };

/** By the kind of key (`adapters/keys.ts`): streams, answers, reference data, the anchor's log. */
const ofPartitions = (...prefixes: readonly string[]) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': prefixes.map((prefix) => `${prefix}#*`) },
  // ForAllValues is true of an empty set.
  Null: { 'dynamodb:LeadingKeys': 'false' },
});

export interface Resources {
  readonly petitionsArn: string;
  readonly historyArn: string;
  readonly lookupKeyArn: string;
  readonly personalDataKeyArn: string;
  readonly anchorBucketArn: string;
  readonly checkpointKeyArn: string;
  readonly quarantineArn: string;
  readonly evidenceArn: string;
  readonly importsArn: string;
  /** Common beginning of the names of the state machines. */
  readonly machinePrefix: string;
}

/** Name of a stage's state machine. Fixed, so that `open-step`, which the machines invoke, need not refer to them. */
export const machineName = (prefix: string, stage: Stage): string => `${prefix}-${stage}`;

const allow = (actions: readonly string[], resources: readonly string[], conditions?: Record<string, unknown>) =>
  new iam.PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(conditions === undefined ? {} : { conditions }),
  });

/** The statements of one function's role, from its line in `functions.ts`. */
export function statementsFor(spec: FunctionSpec, to: Resources): iam.PolicyStatement[] {
  const statements: iam.PolicyStatement[] = [];
  const states = (kind: 'stateMachine' | 'execution') =>
    stages.map((stage) => {
      const arn = `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:${kind}:${machineName(to.machinePrefix, stage)}`;
      return kind === 'execution' ? `${arn}:*` : arn;
    });

  const prefixesOf = (kinds: readonly StreamKind[]) => kinds.map((kind) => streamPrefixes[kind]);
  const streams = prefixesOf([
    ...(spec.streams ?? (['petition', 'session'] as const)),
    ...(spec.reads === 'list' ? (['reads'] as const) : []),
  ]);
  const readable = [...streams, ...prefixesOf(spec.readsStreams ?? [])];
  const heads = prefixesOf(spec.heads ?? []);
  if (spec.record !== 'none') {
    statements.push(
      allow(['dynamodb:GetItem', 'dynamodb:Query'], [to.historyArn], ofPartitions(...readable)),
      allow(['dynamodb:GetItem', 'dynamodb:Query'], [to.petitionsArn], ofPartitions(...readable, ...heads, 'I', 'REF')),
    );
  }
  const appendable = spec.record === 'write' ? streams : spec.reads === 'list' ? ['R'] : [];
  if (appendable.length > 0) {
    statements.push(
      allow(['dynamodb:PutItem', 'dynamodb:ConditionCheckItem'], [to.historyArn], {
        ...inTransaction,
        ...ofPartitions(...appendable),
      }),
      // No 'REF': a function that serves requests cannot change units or categories.
      allow(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'], [to.petitionsArn], {
        ...inTransaction,
        ...ofPartitions(...appendable, 'I', ...(spec.erases === 'approve' ? ['ERASE'] : [])),
      }),
    );
  }
  if (spec.erases) {
    statements.push(allow(['dynamodb:DeleteItem'], [to.petitionsArn], { ...inTransaction, ...ofPartitions('P', 'N') }));
  }
  if (spec.reads === 'append') {
    const ofReads = ofPartitions('R');
    statements.push(
      allow(['dynamodb:GetItem'], [to.petitionsArn], ofReads),
      allow(['dynamodb:PutItem'], [to.petitionsArn, to.historyArn], { ...inTransaction, ...ofReads }),
      // To tell whether a commit took place whose answer was lost.
      allow(['dynamodb:GetItem'], [to.historyArn], ofReads),
    );
  }
  if (spec.workItems !== undefined) {
    const actions = spec.workItems === 'open' ? ['dynamodb:PutItem', 'dynamodb:UpdateItem'] : ['dynamodb:UpdateItem'];
    statements.push(allow(actions, [to.petitionsArn], ofPartitions(...streams)));
  }
  if (spec.countsAttempts) {
    const actions = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
    statements.push(allow(actions, [to.petitionsArn], ofPartitions('TRY')));
  }
  if (spec.sweeps) {
    const own = {
      'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [sweepStateKey.pk] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    };
    statements.push(allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [to.petitionsArn], own));
  }
  if (spec.anchor === 'collect' || spec.anchor === 'collect missed') {
    statements.push(
      allow(['dynamodb:GetItem'], [to.petitionsArn], ofPartitions(...prefixesOf(streamKinds))),
      allow(['dynamodb:UpdateItem'], [to.petitionsArn], ofPartitions('A')),
    );
  }
  if (spec.anchor !== undefined && spec.anchor !== 'collect') {
    statements.push(allow(['dynamodb:GetItem', 'dynamodb:Query'], [to.petitionsArn], ofPartitions('A')));
  }
  if (spec.anchor === 'append') {
    statements.push(
      // Removes nothing but heads that wait no longer.
      allow(['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'], [to.petitionsArn], ofPartitions('A')),
      allow(['s3:PutObject', 's3:GetObject'], [`${to.anchorBucketArn}/*`]),
      allow(['kms:Sign'], [to.checkpointKeyArn], { StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } }),
    );
  }
  if (spec.figures !== undefined) {
    // Counters and sheets have partitions of their own: whoever counts can write nothing else.
    const figures = ofPartitions('C', ...(spec.figures === 'counters' ? [] : ['F']));
    statements.push(allow(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'], [to.petitionsArn], figures));
    if (spec.figures === 'count') {
      statements.push(
        allow(['dynamodb:PutItem', 'dynamodb:UpdateItem'], [to.petitionsArn], { ...inTransaction, ...figures }),
      );
    }
  }
  const inHistory: readonly string[] = historyTable.indexes.map(({ name }) => name);
  for (const name of spec.indexes ?? []) {
    const table = inHistory.includes(name) ? to.historyArn : to.petitionsArn;
    // What an index finds by keys only is read from its table.
    statements.push(allow(['dynamodb:Query'], [`${table}/index/${name}`]), allow(['dynamodb:BatchGetItem'], [table]));
    if (spec.personalData !== undefined && table !== to.petitionsArn) {
      // With their keys.
      statements.push(allow(['dynamodb:BatchGetItem'], [to.petitionsArn]));
    }
  }
  if (spec.hashes) statements.push(allow(['kms:GenerateMac'], [to.lookupKeyArn]));
  if (spec.personalData !== undefined) {
    // A data key opens only as the one of the stream that it was made for.
    const of = (prefixes: readonly string[]) => ({
      StringLike: { 'kms:EncryptionContext:stream': prefixes.map((prefix) => `${prefix}#*`) },
      'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['stream'] },
      Null: { 'kms:EncryptionContextKeys': 'false' },
    });
    statements.push(allow(['kms:Decrypt'], [to.personalDataKeyArn], of(streams)));
    if (spec.personalData === 'create') {
      const begun = spec.begins === undefined ? streams : prefixesOf(spec.begins);
      statements.push(allow(['kms:GenerateDataKey'], [to.personalDataKeyArn], of(begun)));
    }
  }
  if (spec.files === 'sign') {
    statements.push(
      allow(['s3:PutObject'], [`${to.quarantineArn}/*`]),
      allow(['s3:GetObject'], [`${to.evidenceArn}/*`]),
    );
  }
  if (spec.files === 'take') statements.push(allow(['s3:PutObject'], [`${to.quarantineArn}/assemblies/*`]));
  if (spec.files === 'serve') statements.push(allow(['s3:GetObject'], [`${to.evidenceArn}/assemblies/*`]));
  if (spec.files === 'scan') {
    statements.push(
      allow(['s3:GetObject', 's3:DeleteObject'], [`${to.quarantineArn}/*`]),
      // Without it, what is not there would be answered as forbidden.
      allow(['s3:ListBucket'], [to.quarantineArn, to.evidenceArn]),
      allow(['s3:PutObject', 's3:GetObject'], [`${to.evidenceArn}/*`]),
    );
  }
  if (spec.files === 'erase') {
    const buckets = [to.quarantineArn, to.evidenceArn];
    statements.push(
      allow(['s3:ListBucketVersions'], buckets),
      allow(
        ['s3:DeleteObject', 's3:DeleteObjectVersion'],
        buckets.map((bucket) => `${bucket}/*`),
      ),
      allow(['dynamodb:Query', 'dynamodb:DeleteItem'], [to.petitionsArn], ofPartitions('ERASE')),
    );
  }
  if (spec.imports === 'bring') {
    statements.push(
      allow(['s3:PutObject'], [`${to.importsArn}/*`]),
      allow(['dynamodb:GetItem', 'dynamodb:Query'], [to.petitionsArn], ofPartitions('IMP')),
    );
  }
  if (spec.imports === 'run') {
    statements.push(
      allow(['s3:GetObject', 's3:DeleteObject'], [`${to.importsArn}/*`]),
      // Without it, what is not there would be answered as forbidden.
      allow(['s3:ListBucket'], [to.importsArn]),
      allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [to.petitionsArn], ofPartitions('IMP')),
      // Put alone, which the adapter does where nothing stands: versions are added.
      allow(['dynamodb:PutItem'], [to.petitionsArn], ofPartitions('REF')),
    );
  }
  if (spec.workflow !== undefined) statements.push(allow(['states:SendTaskSuccess'], states('stateMachine')));
  if (spec.workflow === 'drive' || spec.workflow === 'repair') {
    statements.push(allow(['states:StartExecution'], states('stateMachine')));
  }
  if (spec.workflow === 'repair') {
    statements.push(
      allow(['states:ListExecutions'], states('stateMachine')),
      allow(['states:DescribeExecution', 'states:StopExecution'], states('execution')),
    );
  }
  statements.push(
    new iam.PolicyStatement({
      sid: 'NobodyRewritesHistory',
      effect: iam.Effect.DENY,
      actions: [...historyTampering, 'dynamodb:UpdateTable'],
      resources: [to.historyArn, `${to.historyArn}/index/*`],
    }),
  );
  return statements;
}
