/** Who may come in from a browser: the hosts that this port answers to, and the origins whose pages may call it. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from './intrinsics.ts';
import type { LocalResource } from './template.ts';

/**
 * Whether a request names this machine. A page elsewhere can point its own name at 127.0.0.1 (DNS rebinding) and would then
 * count as our own origin; its name stands in `Host`.
 */
export const isOurHost = ({ headers, socket }: IncomingMessage): boolean =>
  [`127.0.0.1:${socket.localPort}`, `localhost:${socket.localPort}`].includes(headers.host ?? '');

/** What API Gateway says to pages of other origins. */
export interface CrossOrigin {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly maxAgeSeconds: number;
}

/** As the template configures its HTTP API; absent where it does not. */
export function crossOriginOf(resources: readonly LocalResource[]): CrossOrigin | undefined {
  const api = resources.find(({ type }) => type === 'AWS::ApiGatewayV2::Api');
  const cors = api?.properties.CorsConfiguration as JsonObject | undefined;
  if (cors === undefined) return undefined;
  const list = (name: string) => (cors[name] ?? []) as readonly string[];
  return {
    origins: list('AllowOrigins'),
    methods: list('AllowMethods'),
    headers: list('AllowHeaders'),
    exposed: list('ExposeHeaders'),
    maxAgeSeconds: Number(cors.MaxAge ?? 0),
  };
}

/** Sets what a page of an allowed origin needs; answers `true` when that was all, as to a preflight. */
export function greet(request: IncomingMessage, response: ServerResponse, cors: CrossOrigin | undefined): boolean {
  const { origin } = request.headers;
  if (cors === undefined || origin === undefined) return false;
  const preflight = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
  if (cors.origins.includes(origin)) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('vary', 'Origin');
    response.setHeader('access-control-expose-headers', cors.exposed.join(','));
    if (preflight) {
      response.setHeader('access-control-allow-methods', cors.methods.join(','));
      response.setHeader('access-control-allow-headers', cors.headers.join(','));
      response.setHeader('access-control-max-age', String(cors.maxAgeSeconds));
    }
  }
  if (preflight) response.writeHead(204).end();
  return preflight;
}
