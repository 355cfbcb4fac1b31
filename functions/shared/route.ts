import type * as z from 'zod/mini';
import type { Action } from '../../domain/access/policy.ts';

/**
 * One route: the HTTP API, the parser and the OpenAPI document are made from it. Schemas are made when they are first
 * needed: a cold start makes none but that of its own request.
 */
export interface RouteDefinition {
  readonly method: 'GET' | 'POST';
  /** `/petitions/{number}/routing`; parameters in braces. */
  readonly path: string;
  /** What the policy is asked: one action, or one for each decision that the body can name. */
  readonly actions: readonly [Action, ...Action[]];
  /** Needs no token. */
  readonly public?: true;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly query?: () => z.ZodMiniObject;
  readonly body?: () => z.ZodMiniType;
  /**
   * `create`: Idempotency-Key. `change`: Idempotency-Key and If-Match. `petitioner`: Idempotency-Key, no version known.
   * Absent: changes nothing.
   */
  readonly write?: 'create' | 'change' | 'petitioner';
  /** JSON of this schema, or files of these content types. */
  readonly response: (() => z.ZodMiniType) | { readonly files: readonly string[] };
  readonly status?: 200 | 201;
}

/** Keeps the literal types of a route, so that its handler gets them. */
export const route = <const R extends RouteDefinition>(definition: R): R => definition;

export type ParametersOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [K in Name]: string } & ParametersOf<Rest>
  : unknown;

export const routeKey = ({ method, path }: Pick<RouteDefinition, 'method' | 'path'>): string => `${method} ${path}`;
