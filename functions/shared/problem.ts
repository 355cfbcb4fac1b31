import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod/mini';
import {
  DuplicateRequest,
  InvalidCursor,
  Refusal,
  refusalCodes,
  StaleVersion,
  Unavailable,
} from '../../domain/errors.ts';

/** One fault in the input. `pointer` (RFC 6901) leads into the body; `parameter` names a path, query or header field. */
export interface FieldError {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly detail: string;
}

/** RFC 9457 problem details. `type` is a stable code; docs/problems.md says what a client does about it. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly currentVersion?: number;
  readonly basis?: string;
}

/** A request that the API refuses before any rule is asked. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly code: string;
  readonly status: number;
  readonly errors: readonly FieldError[];

  constructor(code: string, status: number, message: string, errors: readonly FieldError[] = []) {
    super(message);
    this.code = code;
    this.status = status;
    this.errors = errors;
  }
}

const titles: Readonly<Record<string, string>> = {
  'invalid-request': 'The request is not valid',
  'stale-version': 'Somebody else changed it first',
  unavailable: 'Not available at the moment',
  internal: 'Internal error',
};

const title = (code: string): string =>
  titles[code] ?? code.charAt(0).toUpperCase() + code.slice(1).replaceAll('-', ' ');

export const problemType = (code: string): string => `urn:xinfang:problem:${code}`;

const escapePointer = (part: PropertyKey): string => String(part).replaceAll('~', '~0').replaceAll('/', '~1');

/** Faults that zod found, one per field; an unknown key is pointed at itself. */
export const fieldErrors = (issues: readonly z.core.$ZodIssue[], where: 'body' | 'query' | 'path'): FieldError[] =>
  issues.flatMap((issue) => {
    const places = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return places.map((place) => ({
      ...(where === 'body'
        ? { pointer: place.map((part) => `/${escapePointer(part)}`).join('') }
        : { parameter: place.map(String).join('.') }),
      detail: issue.message,
    }));
  });

const known = (error: unknown): Problem | undefined => {
  if (error instanceof BadRequest) {
    const { code, status, message, errors } = error;
    return {
      type: problemType(code),
      title: title(code),
      status,
      detail: message,
      ...(errors.length > 0 ? { errors } : {}),
    };
  }
  if (error instanceof Refusal) {
    const { code, message, pointer, basis } = error;
    return {
      type: problemType(code),
      title: title(code),
      status: refusalCodes[code],
      detail: message,
      ...(pointer === undefined ? {} : { errors: [{ pointer, detail: message }] }),
      ...(basis === undefined ? {} : { basis }),
    };
  }
  if (error instanceof StaleVersion) {
    return {
      type: problemType('stale-version'),
      title: title('stale-version'),
      status: 412,
      detail: 'Read it again and decide again; nothing was written.',
      currentVersion: error.currentVersion,
    };
  }
  if (error instanceof InvalidCursor) {
    return {
      type: problemType('invalid-request'),
      title: title('invalid-request'),
      status: 400,
      detail: error.message,
      errors: [{ parameter: 'cursor', detail: error.message }],
    };
  }
  if (error instanceof Unavailable || error instanceof DuplicateRequest) {
    return {
      type: problemType('unavailable'),
      title: title('unavailable'),
      status: 503,
      detail: 'Nothing is lost; try again.',
    };
  }
  return undefined;
};

/** What the client is told about an error. Unknown errors say nothing but that they happened; the log has the rest. */
export const toProblem = (error: unknown): Problem =>
  known(error) ?? { type: problemType('internal'), title: title('internal'), status: 500 };

export const problemResponse = (problem: Problem): APIGatewayProxyStructuredResultV2 => ({
  statusCode: problem.status,
  headers: {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(problem.status === 503 ? { 'retry-after': '1' } : {}),
  },
  body: JSON.stringify(problem),
});
