/** Routes of the template's HTTP API, matched as API Gateway does: the most specific one wins. */

import type { JsonObject } from './intrinsics.ts';
import type { LocalResource } from './template.ts';

export interface TokenRule {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly scopes: readonly string[];
}

export interface Route {
  /** E.g. `GET /petitions/{id}`. */
  readonly key: string;
  readonly functionArn: string;
  /** Absent on a public route. */
  readonly tokens?: TokenRule;
}

/** The routes that the template declares. */
export function routesOf(resources: readonly LocalResource[]): readonly Route[] {
  const byRef = (type: string) =>
    new Map(resources.filter((one) => one.type === type).map((one) => [one.ref, one.properties] as const));
  const integrations = byRef('AWS::ApiGatewayV2::Integration');
  const authorizers = byRef('AWS::ApiGatewayV2::Authorizer');
  return resources
    .filter(({ type }) => type === 'AWS::ApiGatewayV2::Route')
    .map(({ logicalId, properties }) => {
      const integration = integrations.get(String(properties.Target).replace('integrations/', ''));
      if (integration?.PayloadFormatVersion !== '2.0')
        throw new Error(`${logicalId}: only integrations with payload format 2.0 run on the local machine`);
      const route = {
        key: String(properties.RouteKey),
        functionArn: /arn:[^/]+:function:[^/]+/.exec(String(integration.IntegrationUri))?.[0] ?? '',
      };
      if (properties.AuthorizationType === undefined || properties.AuthorizationType === 'NONE') return route;
      const authorizer = authorizers.get(String(properties.AuthorizerId));
      if (properties.AuthorizationType !== 'JWT' || authorizer === undefined)
        throw new Error(`${logicalId}: only JWT authorizers run on the local machine`);
      const { Issuer, Audience } = authorizer.JwtConfiguration as JsonObject;
      const tokens = {
        issuer: String(Issuer),
        audiences: (Audience ?? []) as readonly string[],
        scopes: (properties.AuthorizationScopes ?? []) as readonly string[],
      };
      return { ...route, tokens };
    });
}

export interface Match {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Prepares a matcher for method and path. */
export function createMatcher(routes: readonly Route[]): (method: string, path: string) => Match | undefined {
  const compiled = routes
    .filter(({ key }) => key !== '$default')
    .map((route) => {
      const [method = '', path = ''] = route.key.split(' ');
      return { route, method, segments: path.split('/').slice(1) };
    })
    .sort((left, right) => specificity(right.segments).localeCompare(specificity(left.segments)));
  const fallback = routes.find(({ key }) => key === '$default');
  return (method, path) => {
    const parts = path.split('/').slice(1);
    for (const one of compiled) {
      if (one.method !== 'ANY' && one.method !== method) continue;
      const parameters = parametersOf(one.segments, parts);
      if (parameters !== undefined) return { route: one.route, parameters };
    }
    return fallback === undefined ? undefined : { route: fallback, parameters: {} };
  };
}

/** Sorts literal segments before parameters before greedy ones. */
function specificity(segments: readonly string[]): string {
  return segments.map((one) => (one.endsWith('+}') ? '0' : one.startsWith('{') ? '1' : '2')).join('');
}

function parametersOf(segments: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const greedy = segments.at(-1)?.endsWith('+}') === true;
  if (greedy ? parts.length < segments.length : parts.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? '';
    if (segment.endsWith('+}')) parameters[segment.slice(1, -2)] = decode(parts.slice(index).join('/'));
    else if (!segment.startsWith('{')) {
      if (segment !== part) return undefined;
    } else if (part === '') return undefined;
    else parameters[segment.slice(1, -1)] = decode(part);
  }
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
