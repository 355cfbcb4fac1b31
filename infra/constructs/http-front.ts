import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Route } from '../routes.ts';

export interface HttpFrontProps {
  readonly issuer: string;
  readonly audience: string;
}

/** The HTTP API. Every route asks for a token of the configured issuer unless it is declared public. */
export class HttpFront extends Construct {
  readonly api: apigateway.HttpApi;
  readonly #authorizer: HttpJwtAuthorizer;

  constructor(scope: Construct, id: string, { issuer, audience }: HttpFrontProps) {
    super(scope, id);
    this.#authorizer = new HttpJwtAuthorizer('Tokens', issuer, { jwtAudience: [audience] });
    this.api = new apigateway.HttpApi(this, 'Api', { apiName: 'xinfang', createDefaultStage: false });
    new apigateway.HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 200, burstLimit: 400 },
      accessLogSettings: {
        destination: new apigateway.LogGroupLogDestination(
          new logs.LogGroup(this, 'AccessLog', {
            retention: logs.RetentionDays.SIX_MONTHS,
            removalPolicy: RemovalPolicy.RETAIN,
          }),
        ),
      },
    });
    new CfnOutput(this, 'Url', { value: this.api.apiEndpoint });
  }

  add(name: string, handler: lambda.IFunction, routes: readonly Route[]): void {
    // One permission for the whole API: one per route would outgrow the function's resource policy.
    const integration = new HttpLambdaIntegration(name, handler, { scopePermissionToRoute: false });
    for (const { method, path, public: open } of routes) {
      this.api.addRoutes({
        path,
        methods: [apigateway.HttpMethod[method]],
        integration,
        ...(open ? {} : { authorizer: this.#authorizer }),
      });
    }
  }
}
