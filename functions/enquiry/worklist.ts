import { InvalidCursor } from '../../domain/errors.ts';
import type { Page, WorkItem, WorkItemStore } from '../../domain/ports.ts';

/** Cursor per audience; an audience that has ended is `null`, one that has given nothing yet is absent. */
type Position = Readonly<Record<string, string | null>>;

const encode = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64url');

const decode = (cursor: string, audiences: readonly string[]): Position => {
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const entries = Object.entries(position as object);
    if (
      entries.length > 0 &&
      entries.every(([key, value]) => audiences.includes(key) && (value === null || typeof value === 'string'))
    ) {
      return position as Position;
    }
  } catch {
    // Falls through: whatever it was, it is none of our cursors.
  }
  throw new InvalidCursor('The cursor does not belong to this list.');
};

/**
 * By due alone, and the sort is stable: what is due together stays in the order of its list. Any other order would take
 * items from the middle of a page, and the cursor would skip what stands before them.
 */
const inOrder = (a: WorkItem, b: WorkItem): number => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0);

/** One page of several worklists merged, oldest due first. @throws InvalidCursor */
export const mergedWorklist = async (
  workItems: Pick<WorkItemStore, 'worklist'>,
  audiences: readonly string[],
  limit: number,
  cursor?: string,
): Promise<Page<WorkItem>> => {
  const position = cursor === undefined ? {} : decode(cursor, audiences);
  const open = audiences.filter((audience) => position[audience] !== null);
  const read = (audience: string, count: number) =>
    workItems.worklist(audience, count, position[audience] ?? undefined);
  const pages = new Map(
    await Promise.all(open.map(async (audience) => [audience, await read(audience, limit)] as const)),
  );
  const items = [...pages.values()]
    .flatMap((page) => page.items)
    .sort(inOrder)
    .slice(0, limit);
  const taken = (audience: string) => items.filter((item) => item.audience === audience).length;

  const next: Record<string, string | null> = {};
  for (const audience of audiences) {
    const page = pages.get(audience);
    const count = taken(audience);
    if (!page || (count === page.items.length && page.cursor === undefined)) next[audience] = null;
    else if (count === page.items.length) next[audience] = page.cursor ?? null;
    // Only a part of that page was shown: ask where exactly it ended.
    else if (count > 0) next[audience] = (await read(audience, count)).cursor ?? null;
    else if (typeof position[audience] === 'string') next[audience] = position[audience];
  }
  const ended = audiences.every((audience) => next[audience] === null);
  return { items, ...(ended ? {} : { cursor: encode(next) }) };
};
