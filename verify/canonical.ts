/** JSON and hashes as docs/record.md has them. Shares no code with the system, on purpose. */

import { createHash } from 'node:crypto';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/** The file is not what it should be, so that nothing can be said of it. */
export class Unreadable extends Error {}

export const isArray = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !isArray(value);

/** Canonical JSON as RFC 8785 has it: no spaces, keys in the order of their UTF-16 code units. @throws Unreadable */
export function canonical(value: Json): string {
  if (typeof value === 'string' && !value.isWellFormed()) throw new Unreadable('A text holds a lone surrogate.');
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .map((key) => `${canonical(key)}:${canonical(value[key] ?? null)}`);
  return `{${members.join(',')}}`;
}

export const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

export const noHash = '0'.repeat(64);

export const isHash = (value: Json | undefined): value is string =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
