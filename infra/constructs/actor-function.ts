import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bundleFolder } from '../bundle.ts';
import type { FunctionSpec } from '../functions.ts';

export interface ActorFunctionProps {
  /** Folder under functions/. */
  readonly folder: string;
  readonly spec: FunctionSpec;
  readonly statements: readonly iam.PolicyStatement[];
  readonly environment: Readonly<Record<string, string>>;
  readonly architecture: lambda.Architecture;
  readonly tracing: boolean;
}

/** One bundled function with its own role, which may do what its statements say and write its own log, no more. */
export class ActorFunction extends Construct {
  readonly function: lambda.Function;
  readonly logGroup: logs.LogGroup;

  constructor(scope: Construct, id: string, props: ActorFunctionProps) {
    super(scope, id);
    const { folder, spec, statements, environment, architecture, tracing } = props;
    this.logGroup = new logs.LogGroup(this, 'Log', {
      retention: logs.RetentionDays.SIX_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const role = new iam.Role(this, 'Role', {
      description: spec.description,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    for (const statement of statements) role.addToPolicy(statement);
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
    );
    this.function = new lambda.Function(this, 'Function', {
      description: spec.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture,
      code: lambda.Code.fromAsset(join(bundleFolder, folder)),
      handler: 'index.handler',
      memorySize: spec.memoryMegabytes,
      ...(spec.atOnce === undefined ? {} : { reservedConcurrentExecutions: spec.atOnce }),
      timeout: Duration.seconds(spec.timeoutSeconds),
      environment: { ...environment },
      role,
      tracing: tracing ? lambda.Tracing.ACTIVE : lambda.Tracing.DISABLED,
      logGroup: this.logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      applicationLogLevelV2: lambda.ApplicationLogLevel.INFO,
      systemLogLevelV2: lambda.SystemLogLevel.WARN,
    });
  }

  /** Puts the function into a network, whose endpoints are then its only way to other services. */
  reachNetwork({
    subnets,
    securityGroups,
  }: {
    readonly subnets: readonly string[];
    readonly securityGroups: readonly string[];
  }): void {
    if (subnets.length === 0) return;
    (this.function.node.defaultChild as lambda.CfnFunction).vpcConfig = {
      subnetIds: [...subnets],
      securityGroupIds: [...securityGroups],
    };
    // What Lambda needs to place a function in a network; it knows no narrower resource.
    this.function.role?.addToPrincipalPolicy(
      new iam.PolicyStatement({
        actions: ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface'],
        resources: ['*'],
      }),
    );
  }
}
