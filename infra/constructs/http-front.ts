import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { RouteDefinition } from '../../functions/shared/route.ts';

export interface HttpFrontProps {
  readonly issuer: string;
  readonly audience: string;
  /** Origins whose pages may call the API. */
  readonly origins: readonly string[];
  /** Where routes, integrations and their permissions stand: a stack of their own, since a stack holds 500 resources. */
  readonly routes: Construct;
}

/** The HTTP API. Every route asks for a token of the configured issuer unless it is declared public. */
export class HttpFront extends Construct {
  readonly api: apigateway.HttpApi;
  readonly #authorizer: HttpJwtAuthorizer;
  readonly #routes: Construct;

  constructor(scope: Construct, id: string, { issuer, audience, origins, routes }: HttpFrontProps) {
    super(scope, id);
    this.#routes = routes;
    this.#authorizer = new HttpJwtAuthorizer('Tokens', issuer, { jwtAudience: [audience] });
    this.api = new apigateway.HttpApi(this, 'Api', {
      apiName: 'xinfang',
      createDefaultStage: false,
      ...(origins.length === 0 ? {} : { corsPreflight: crossOrigin(origins) }),
    });
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
        // No address of whoever calls: an anonymous tip leaves none. No name either: who did what is in the record.
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: '$context.requestId',
            time: '$context.requestTime',
            route: '$context.routeKey',
            status: '$context.status',
            length: '$context.responseLength',
            milliseconds: '$context.responseLatency',
            error: '$context.error.message',
          }),
        ),
      },
    });
    new CfnOutput(this, 'Url', { value: this.api.apiEndpoint });
  }

  /** What no route takes is answered by a function too: as a problem, with the headers of every answer. */
  answerTheRest(handler: lambda.IFunction): void {
    new apigateway.HttpRoute(this.#routes, 'Rest', {
      httpApi: this.api,
      routeKey: apigateway.HttpRouteKey.DEFAULT,
      integration: new HttpLambdaIntegration('rest', handler, { scopePermissionToRoute: false }),
    });
  }

  add(name: string, handler: lambda.IFunction, routes: readonly RouteDefinition[]): void {
    // One permission for the whole API: one per route would outgrow the function's resource policy.
    const integration = new HttpLambdaIntegration(name, handler, { scopePermissionToRoute: false });
    for (const { method, path, public: open } of routes) {
      new apigateway.HttpRoute(this.#routes, `${method}${path}`, {
        httpApi: this.api,
        routeKey: apigateway.HttpRouteKey.with(path, apigateway.HttpMethod[method]),
        integration,
        ...(open ? {} : { authorizer: this.#authorizer }),
      });
    }
  }
}

/** What a page of another origin may do: what the console does, without cookies. */
const crossOrigin = (origins: readonly string[]): apigateway.CorsPreflightOptions => ({
  allowOrigins: [...origins],
  allowMethods: [apigateway.CorsHttpMethod.GET, apigateway.CorsHttpMethod.POST],
  allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match'],
  exposeHeaders: ['etag', 'idempotency-replayed', 'retry-after'],
  maxAge: Duration.hours(1),
});
