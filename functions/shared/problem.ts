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
import { securityHeaders } from './security-headers.ts';

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
  /** Sent as the header Retry-After. */
  readonly retryAfterSeconds?: number;
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

/** Too much at once, or too many failed attempts; nothing was looked at. */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequests';
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterSeconds));
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

/** As many faults as anybody corrects at once; a hostile body has thousands. */
const maximumFaults = 50;
/** Names of fields that are not ours are the sender's: of a long one the beginning says enough. */
const clipped = (text: string): string => (text.length <= 200 ? text : `${text.slice(0, 200).toWellFormed()}…`);

/** Faults that zod found, one per field; an unknown key is pointed at itself. */
export const fieldErrors = (issues: readonly z.core.$ZodIssue[], where: 'body' | 'query' | 'path'): FieldError[] =>
  issues.slice(0, maximumFaults).flatMap((issue) => {
    const places =
      issue.code === 'unrecognized_keys'
        ? issue.keys.slice(0, maximumFaults).map((key) => [...issue.path, key])
        : [issue.path];
    return places.map((place) => ({
      ...(where === 'body'
        ? { pointer: clipped(place.map((part) => `/${escapePointer(part)}`).join('')) }
        : { parameter: clipped(place.map(String).join('.')) }),
      detail: issue.code === 'unrecognized_keys' ? 'There is no such field' : clipped(issue.message),
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
  if (error instanceof TooManyRequests) {
    return {
      type: problemType('too-many-requests'),
      title: title('too-many-requests'),
      status: 429,
      detail: error.message,
      retryAfterSeconds: error.retryAfterSeconds,
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
      retryAfterSeconds: 1,
    };
  }
  return undefined;
};

/** What the client is told about an error. Unknown errors say nothing but that they happened; the log has the rest. */
export const toProblem = (error: unknown): Problem =>
  known(error) ?? { type: problemType('internal'), title: title('internal'), status: 500 };

export const problemResponse = ({ retryAfterSeconds, ...problem }: Problem): APIGatewayProxyStructuredResultV2 => ({
  statusCode: problem.status,
  headers: {
    ...securityHeaders,
    'content-type': 'application/problem+json',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  },
  body: JSON.stringify(problem),
});
