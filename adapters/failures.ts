/** What an SDK error means to a caller. */

import { Unavailable } from '../domain/errors.ts';

const throttlingNames = new Set([
  'ThrottlingException',
  'ThrottlingError',
  'Throttling',
  'ProvisionedThroughputExceededException',
  'ProvisionedThroughputExceeded', // as the reason of a cancelled transaction
  'RequestLimitExceeded',
  'TooManyRequestsException',
  'LimitExceededException',
  'KMSThrottlingException',
]);

const networkNames = new Set(['TimeoutError', 'RequestTimeout', 'AbortError', 'NetworkingError']);
const networkCodes = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

interface SdkError {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The service said "not now": nothing was done. */
export const isThrottling = (error: unknown): boolean =>
  isObject(error) && throttlingNames.has((error as SdkError).name ?? '');

/** No answer, or an answer that leaves open whether the request was carried out. */
export function isAmbiguous(error: unknown): boolean {
  if (!isObject(error)) return false;
  const { name, code, $metadata } = error as SdkError;
  return networkNames.has(name ?? '') || networkCodes.has(code ?? '') || ($metadata?.httpStatusCode ?? 0) >= 500;
}

/** Runs a request; throttling, time-outs and server errors become `Unavailable`, everything else passes through. */
export async function available<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    if (isThrottling(error) || isAmbiguous(error))
      throw new Unavailable('The service did not answer.', { cause: error });
    throw error;
  }
}
