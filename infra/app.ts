import { existsSync } from 'node:fs';
import { App, type cx_api as cxapi, Tags } from 'aws-cdk-lib';
import { suiteNamed } from '../adapters/envelope.ts';
import { type Limits, limitsFrom } from '../functions/shared/limits.ts';
import { AppStack, type Clamd } from './app-stack.ts';
import { bundleFolder, bundleFunctions } from './bundle.ts';
import { DataStack } from './data-stack.ts';
import { FrontStack } from './front-stack.ts';

export type Partition = 'aws' | 'aws-cn';

export interface Deployment {
  readonly partition: Partition;
  /** Region of the deployment; the first of the partition if absent. */
  readonly region?: string;
  /** OIDC issuer (RS256) and audience of the tokens that the API accepts. */
  readonly issuer: string;
  readonly audience: string;
  /** Suite with which personal data is sealed; what another one sealed stays readable. */
  readonly suite?: string;
  readonly outdir?: string;
  /** Lambda on arm64: a fifth cheaper; in China check the region's price list first. */
  readonly arm64?: boolean;
  /** Requests and attempts that are too many, where they differ from the defaults (functions/shared/limits.ts). */
  readonly limits?: Partial<Limits>;
  /** Origins whose pages may call the API, e.g. `https://xinfang.example.org`; none by default. */
  readonly origins?: readonly string[];
  /** How long nobody can remove a checkpoint of the history; the law names no time. */
  readonly anchorRetentionYears?: number;
  readonly clamd?: Clamd;
}

/** The longest life of a petition with review and recheck, and the years in which an audit may still ask. */
const defaultAnchorRetentionYears = 10;

const firstRegion = { aws: 'us-east-1', 'aws-cn': 'cn-north-1' } as const satisfies Record<Partition, string>;

const flags = {
  // The partition must stay a reference: the same template has to deploy to both.
  '@aws-cdk/core:enablePartitionLiterals': false,
  // What CloudFormation would refuse fails here already.
  '@aws-cdk/core:validateAgainstDefaultRules': true,
  // The stack of the data cannot take away what the other one uses.
  '@aws-cdk/core:defaultCrossStackReferences': 'strong',
  // Without it the log bucket would need an access list.
  '@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy': true,
  // Templates say which asset holds the code of each function, which is how the local runner finds it.
  'aws:cdk:enable-asset-metadata': true,
};

function define(
  app: App,
  {
    partition,
    region = firstRegion[partition],
    issuer,
    audience,
    suite = 'aes-256-gcm',
    arm64,
    limits,
    origins,
    anchorRetentionYears = defaultAnchorRetentionYears,
    clamd,
  }: Deployment,
): void {
  const env = { region, ...(process.env.CDK_DEFAULT_ACCOUNT ? { account: process.env.CDK_DEFAULT_ACCOUNT } : {}) };
  const inChina = partition === 'aws-cn';
  const data = new DataStack(app, 'XinfangData', { env, description: 'Xinfang: the record', anchorRetentionYears });
  const application = new AppStack(app, 'Xinfang', {
    env,
    description: 'Xinfang: functions and workflows',
    data,
    issuer,
    suite: suiteNamed(suite),
    arm64: arm64 ?? !inChina,
    tracing: !inChina,
    limits: limits ?? {},
    ...(clamd === undefined ? {} : { clamd }),
  });
  new FrontStack(app, 'XinfangFront', {
    env,
    description: 'Xinfang: HTTP API',
    application,
    issuer,
    audience,
    origins: origins ?? [],
  });
  Tags.of(app).add('application', 'xinfang');
}

/** Synthesizes the whole system. The bundles of the functions must be there (`bundleFunctions`). */
export function synthesize(deployment: Deployment): cxapi.CloudAssembly {
  const app = new App({
    postCliContext: flags,
    analyticsReporting: false,
    ...(deployment.outdir === undefined ? {} : { outdir: deployment.outdir }),
  });
  define(app, deployment);
  return app.synth();
}

const fromContext = (app: App): Deployment => {
  const text = (key: string): string | undefined => app.node.tryGetContext(key) as string | undefined;
  const required = (key: string): string => {
    const value = text(key);
    if (!value) throw new Error(`Say which ${key} the API accepts: cdk deploy -c ${key}=…`);
    return value;
  };
  const region = text('region') ?? process.env.CDK_DEFAULT_REGION ?? 'us-east-1';
  const arm64 = text('arm64');
  const suite = text('suite');
  const limits = text('limits');
  const origins = text('origins');
  if (limits !== undefined) limitsFrom(limits); // not at the first request
  const years = text('anchorRetentionYears');
  const list = (key: string): readonly string[] => (text(key) ?? '').split(',').filter((item) => item !== '');
  const clamd = text('clamd');
  return {
    partition: region.startsWith('cn-') ? 'aws-cn' : 'aws',
    region,
    issuer: required('issuer'),
    audience: required('audience'),
    ...(suite === undefined ? {} : { suite }),
    ...(arm64 === undefined ? {} : { arm64: arm64 === 'true' }),
    ...(limits === undefined ? {} : { limits: JSON.parse(limits) as Partial<Limits> }),
    ...(origins === undefined ? {} : { origins: origins.split(',') }),
    ...(years === undefined ? {} : { anchorRetentionYears: wholeYears(years) }),
    ...(clamd === undefined
      ? {}
      : { clamd: { address: clamd, subnets: list('scanSubnets'), securityGroups: list('scanSecurityGroups') } }),
  };
};

const wholeYears = (text: string): number => {
  const years = Number(text);
  if (!Number.isInteger(years) || years < 1 || years > 100)
    throw new Error(`anchorRetentionYears: ${text} is no number of years.`);
  return years;
};

// For the CDK command line (cdk.json).
if (import.meta.main) {
  if (!existsSync(bundleFolder)) await bundleFunctions();
  const app = new App({ postCliContext: flags, analyticsReporting: false });
  define(app, fromContext(app));
  app.synth();
}
