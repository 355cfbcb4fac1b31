import { InvalidCursor } from '../../domain/errors.ts';
import type { Page } from '../../domain/ports.ts';

/** Units whose lists one request reads at most: a page is rather short than late. */
const usuallyMostUnits = 40;

/**
 * One page of the lists of several units, one unit after the other, each in its own order. A page can be shorter than its
 * limit, and empty, while its cursor says how to go on.
 * @param read `limit` items of a unit's list from a cursor on
 * @throws InvalidCursor
 */
export const areaPage = async <T>(
  units: readonly string[],
  read: (unit: string, limit: number, cursor?: string) => Promise<Page<T>>,
  limit: number,
  cursor?: string,
  mostUnits = usuallyMostUnits,
): Promise<Page<T>> => {
  const [first, inner] = cursor === undefined ? [0] : positionOf(cursor, units);
  const items: T[] = [];
  for (let index = first, next = inner; index < units.length; index += 1, next = undefined) {
    if (items.length === limit || index - first === mostUnits) return { items, cursor: cursorAt(units[index]) };
    const page = await read(units[index] ?? '', limit - items.length, next);
    items.push(...page.items);
    // A list may give fewer than were asked for and go on.
    if (page.cursor !== undefined) return { items, cursor: cursorAt(units[index], page.cursor) };
  }
  return { items };
};

const cursorAt = (unit = '', inner = ''): string => Buffer.from(JSON.stringify([unit, inner])).toString('base64url');

/** A cursor moves within the units that its reader may ask for, and nowhere else. */
const positionOf = (cursor: string, units: readonly string[]): [number, string?] => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    parsed = undefined;
  }
  const [unit, inner] = Array.isArray(parsed) && parsed.length === 2 ? (parsed as unknown[]) : [];
  const index = typeof unit === 'string' ? units.indexOf(unit) : -1;
  if (index === -1 || typeof inner !== 'string') throw new InvalidCursor('The cursor does not belong to this list.');
  return inner === '' ? [index] : [index, inner];
};
