import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Stage } from '../../domain/workflow/signals.ts';

export interface WorkflowProps {
  readonly stage: Stage;
  readonly name: string;
  /** Placeholder in the definition → the function that stands there, which the machine may invoke. */
  readonly functions: Readonly<Record<string, lambda.IFunction>>;
  readonly tracing: boolean;
}

/** A stage's state machine: workflows/<stage>.asl.json as it stands, with its placeholders filled in. */
export class Workflow extends Construct {
  readonly machine: sfn.StateMachine;

  constructor(scope: Construct, id: string, { stage, name, functions, tracing }: WorkflowProps) {
    super(scope, id);
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('states.amazonaws.com') });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: Object.values(functions).map(({ functionArn }) => functionArn),
      }),
    );
    const definition = readFileSync(join(import.meta.dirname, `../../workflows/${stage}.asl.json`), 'utf8');
    this.machine = new sfn.StateMachine(this, 'Machine', {
      stateMachineName: name,
      // A string stays in the template, where `cdk diff`, the tests and the local runner see it; a file would not.
      definitionBody: sfn.DefinitionBody.fromString(definition),
      definitionSubstitutions: {
        Partition: Aws.PARTITION,
        ...Object.fromEntries(
          Object.entries(functions).map(([placeholder, { functionArn }]) => [placeholder, functionArn]),
        ),
      },
      role,
      tracingEnabled: tracing,
      logs: {
        // Under this prefix the log needs no entry in the account's resource policy, whose size is limited.
        destination: new logs.LogGroup(this, 'Log', {
          logGroupName: `/aws/vendedlogs/states/${name}`,
          retention: logs.RetentionDays.SIX_MONTHS,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
  }
}
