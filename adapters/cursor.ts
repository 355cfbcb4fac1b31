/**
 * Opaque list cursors: base64url of a position, bound to the list that it came from. A cursor can only ever move within
 * its own list: the partition comes from the request, never from the cursor.
 */

import { createHash } from 'node:crypto';
import { InvalidCursor } from '../domain/errors.ts';

const digest = (list: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(list)).digest('base64url').slice(0, 10);

/** @param list Names the list: the query and its arguments. */
export const encodeCursor = (list: readonly string[], position: readonly string[]): string =>
  Buffer.from(JSON.stringify([digest(list), ...position])).toString('base64url');

/** @throws InvalidCursor when the cursor is of another list or has not `length` non-empty parts. */
export function decodeCursor(list: readonly string[], cursor: string, length: number): readonly string[] {
  const [mark, ...position] = parse(cursor);
  if (mark !== digest(list) || position.length !== length)
    throw new InvalidCursor('The cursor does not belong to this list.');
  return position;
}

function parse(cursor: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(value) && value.every((part): part is string => typeof part === 'string' && part !== ''))
      return value;
  } catch {
    // Falls through: not JSON is as invalid as the wrong JSON.
  }
  throw new InvalidCursor('The cursor is not readable.');
}
