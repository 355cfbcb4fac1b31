import { InvalidCursor } from '../../domain/errors.ts';
import type { Page } from '../../domain/ports.ts';

/** Units whose lists one request reads at most: a page is rather short than late. */
const usuallyMostUnits = 40;

interface Going {
  readonly mostUnits?: number;
  /** Of places in the order of their names: one that is no longer there is passed over, and no reason to refuse the cursor. */
  readonly ordered?: true;
}

/**
 * One page of the lists of several units, or other places, one after the other, each in its own order. A page can be shorter
 * than its limit, and empty, while its cursor says how to go on.
 * @param read `limit` items of a unit's list from a cursor on
 * @throws InvalidCursor
 */
export const areaPage = async <T>(
  units: readonly string[],
  read: (unit: string, limit: number, cursor?: string) => Promise<Page<T>>,
  limit: number,
  cursor?: string,
  { mostUnits = usuallyMostUnits, ordered }: Going = {},
): Promise<Page<T>> => {
  const [first, inner] = cursor === undefined ? [0] : positionOf(cursor, units, ordered);
  const items: T[] = [];
  for (let index = first, next = inner; index < units.length; index += 1, next = undefined) {
    if (items.length >= limit || index - first === mostUnits) return { items, cursor: cursorAt(units[index]) };
    const page = await read(units[index] ?? '', limit - items.length, next);
    items.push(...page.items);
    // A list may give fewer than were asked for and go on.
    if (page.cursor !== undefined) return { items, cursor: cursorAt(units[index], page.cursor) };
  }
  return { items };
};

const cursorAt = (unit = '', inner = ''): string => Buffer.from(JSON.stringify([unit, inner])).toString('base64url');

/** A cursor moves within the units that its reader may ask for, and nowhere else. */
const positionOf = (cursor: string, units: readonly string[], ordered?: true): [number, string?] => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    parsed = undefined;
  }
  const [unit, inner] = Array.isArray(parsed) && parsed.length === 2 ? (parsed as unknown[]) : [];
  if (typeof unit !== 'string' || typeof inner !== 'string')
    throw new InvalidCursor('The cursor does not belong to this list.');
  const index = units.indexOf(unit);
  if (index !== -1) return inner === '' ? [index] : [index, inner];
  if (!ordered) throw new InvalidCursor('The cursor does not belong to this list.');
  const later = units.findIndex((each) => each > unit);
  return [later === -1 ? units.length : later];
};
