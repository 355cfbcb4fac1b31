/**
 * The synthesized templates as a flat list of resources with every reference resolved. Physical names follow from the
 * template alone, so nothing has to be created before something else can point at it.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  holds,
  type Json,
  type JsonObject,
  resolve,
  type Scope,
  type Template,
  type TemplateResource,
} from './intrinsics.ts';

export const REGION = 'us-east-1';
export const ACCOUNT = '000000000000';

/** One stack of a cloud assembly. */
export interface Stack {
  readonly name: string;
  readonly template: Template;
  /** Folder of each file asset by its object key. */
  readonly assets: ReadonlyMap<string, string>;
  /** Construct path by logical id, e.g. `XinfangApp/OpenStep/Resource`. */
  readonly paths: ReadonlyMap<string, string>;
}

/** A resource that can be run: all values known. */
export interface LocalResource {
  readonly logicalId: string;
  readonly type: string;
  readonly name: string;
  readonly arn: string;
  /** Value of `Ref`. */
  readonly ref: string;
  readonly path: string;
  readonly properties: JsonObject;
  readonly stack: Stack;
}

/** Reads the stacks of an assembly. `rewrite` sees each template's text before it is parsed. */
export function readAssembly(folder: string, rewrite = (text: string) => text): readonly Stack[] {
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const artifacts = Object.entries(manifest.artifacts ?? {}) as [string, ManifestArtifact][];
  const assets = new Map<string, string>();
  for (const [, artifact] of artifacts) {
    if (artifact.type !== 'cdk:asset-manifest' || artifact.properties?.file === undefined) continue;
    const { files = {} } = JSON.parse(readFileSync(join(folder, artifact.properties.file), 'utf8')) as AssetManifest;
    for (const { source, destinations } of Object.values(files))
      for (const { objectKey } of Object.values(destinations))
        if (source.path !== undefined) assets.set(objectKey, join(folder, source.path));
  }
  return artifacts
    .filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack')
    .map(([id, artifact]) => ({
      name: artifact.properties?.stackName ?? id,
      template: JSON.parse(rewrite(readFileSync(join(folder, artifact.properties?.templateFile ?? ''), 'utf8'))),
      assets,
      paths: constructPaths(folder, artifact),
    }));
}

/** All resources of the stacks, references resolved, conditions applied. */
export function resourcesOf(stacks: readonly Stack[], partition = 'aws'): readonly LocalResource[] {
  const exports = new Map<string, () => Json>();
  const scopes = new Map(stacks.map((stack) => [stack, scopeOf(stack, partition, exports)] as const));
  for (const [stack, scope] of scopes)
    for (const output of Object.values(stack.template.Outputs ?? {}))
      if (output.Export !== undefined)
        exports.set(String(resolve(output.Export.Name, scope)), () => resolve(output.Value, scope));
  return [...scopes].flatMap(([stack, scope]) =>
    Object.entries(stack.template.Resources ?? {})
      .filter(([, resource]) => resource.Condition === undefined || holds(resource.Condition, scope))
      .map(([logicalId, resource]) => ({
        logicalId,
        type: resource.Type,
        path: stack.paths.get(logicalId) ?? `${stack.name}/${logicalId}`,
        stack,
        ...identify(logicalId, resource, partition),
        get properties() {
          return resolve(resource.Properties ?? {}, scope) as JsonObject;
        },
      })),
  );
}

interface ManifestArtifact {
  readonly type: string;
  readonly properties?: { readonly templateFile?: string; readonly stackName?: string; readonly file?: string };
  readonly metadata?: Metadata;
  readonly additionalMetadataFile?: string;
}

type Metadata = { readonly [path: string]: readonly { readonly type: string; readonly data?: unknown }[] };

interface AssetManifest {
  readonly files?: {
    readonly [hash: string]: {
      readonly source: { readonly path?: string };
      readonly destinations: { readonly [name: string]: { readonly objectKey: string } };
    };
  };
}

/** Recent assemblies keep construct metadata in a file of its own. */
function constructPaths(folder: string, artifact: ManifestArtifact): Map<string, string> {
  const metadata: Metadata =
    artifact.additionalMetadataFile === undefined
      ? (artifact.metadata ?? {})
      : JSON.parse(readFileSync(join(folder, artifact.additionalMetadataFile), 'utf8'));
  const paths = new Map<string, string>();
  for (const [path, entries] of Object.entries(metadata))
    for (const { type, data } of entries)
      if (type === 'aws:cdk:logicalId' && typeof data === 'string') paths.set(data, path.replace(/^\//, ''));
  return paths;
}

function scopeOf(stack: Stack, partition: string, exports: ReadonlyMap<string, () => Json>): Scope {
  return {
    template: stack.template,
    stackName: stack.name,
    pseudo: {
      'AWS::Partition': partition,
      'AWS::Region': REGION,
      'AWS::AccountId': ACCOUNT,
      'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
      'AWS::StackId': `arn:${partition}:cloudformation:${REGION}:${ACCOUNT}:stack/${stack.name}/local`,
    },
    attribute: (logicalId, attribute) => {
      const resource = stack.template.Resources?.[logicalId];
      if (resource === undefined) throw new Error(`${stack.name}: there is no ${logicalId}`);
      return attributeOf(logicalId, resource, attribute, partition);
    },
    imported: (name) => exports.get(name)?.(),
  };
}

function attributeOf(logicalId: string, resource: TemplateResource, attribute: string | undefined, partition: string) {
  const { name, arn, ref } = identify(logicalId, resource, partition);
  switch (attribute) {
    case undefined:
      return ref;
    case 'Arn':
    case 'KeyArn':
      return arn;
    case 'StreamArn':
      return `${arn}/stream/local`;
    case 'QueueUrl':
      return ref;
    case 'Name':
    case 'QueueName':
    case 'TopicName':
    case 'KeyId':
    case 'ApiId':
    case 'AuthorizerId':
    case 'RoleId':
      return name;
    default:
      // Only resources that are not run here (alarms, domain names …) have other attributes; any stable value does.
      return `${name}.${attribute}`;
  }
}

/** ARN form by resource type; `*` stands for the name. */
const arnForms: { readonly [type: string]: string } = {
  'AWS::DynamoDB::Table': 'dynamodb:R:A:table/*',
  'AWS::DynamoDB::GlobalTable': 'dynamodb:R:A:table/*',
  'AWS::Lambda::Function': 'lambda:R:A:function:*',
  'AWS::StepFunctions::StateMachine': 'states:R:A:stateMachine:*',
  'AWS::SQS::Queue': 'sqs:R:A:*',
  'AWS::SNS::Topic': 'sns:R:A:*',
  'AWS::KMS::Key': 'kms:R:A:key/*',
  'AWS::IAM::Role': 'iam::A:role/*',
  'AWS::Logs::LogGroup': 'logs:R:A:log-group:*',
  'AWS::S3::Bucket': 's3:::*',
  'AWS::Events::Rule': 'events:R:A:rule/*',
};

function identify(logicalId: string, resource: TemplateResource, partition: string) {
  const properties = resource.Properties ?? {};
  const named = ['TableName', 'FunctionName', 'StateMachineName', 'QueueName', 'RoleName', 'BucketName']
    .map((property) => properties[property])
    .find((value) => typeof value === 'string');
  // Names of buckets have no capitals.
  const name =
    resource.Type === 'AWS::S3::Bucket' ? String(named ?? logicalId).toLowerCase() : String(named ?? logicalId);
  const form = arnForms[resource.Type] ?? `local:R:A:${logicalId}`;
  const arn = `arn:${partition}:${form.replace(':R:', `:${REGION}:`).replace(':A:', `:${ACCOUNT}:`).replace('*', name)}`;
  const ref =
    resource.Type === 'AWS::StepFunctions::StateMachine' || resource.Type === 'AWS::SNS::Topic'
      ? arn
      : resource.Type === 'AWS::SQS::Queue'
        ? `http://127.0.0.1/${ACCOUNT}/${name}`
        : name;
  return { name, arn, ref };
}
