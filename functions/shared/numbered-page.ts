import { InvalidCursor } from '../../domain/errors.ts';
import type { Page } from '../../domain/ports.ts';

/**
 * One page of what bears a number within its stream, in that order. The cursor is the number behind which it goes on.
 * @throws InvalidCursor
 */
export const numberedPage = <T>(
  rows: readonly T[],
  numberOf: (row: T) => number,
  limit: number,
  cursor?: string,
): Page<T> => {
  const after = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isSafeInteger(after)) throw new InvalidCursor('The cursor does not belong to this list.');
  const rest = rows.filter((row) => numberOf(row) > after);
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(last !== undefined && rest.length > limit ? { cursor: String(numberOf(last)) } : {}) };
};
