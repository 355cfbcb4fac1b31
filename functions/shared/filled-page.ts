import type { Page } from '../../domain/ports.ts';

/**
 * One page of a list from which some items may not be known of. They leave no gap: the page is filled up, and a cursor is
 * given only when something follows that may be shown. A cursor stands behind an item that is shown, never behind one that
 * is not: it bears the place, and with it the name, of what it stands behind.
 */
export const filledPage = async <T>(
  read: (limit: number, cursor?: string) => Promise<Page<T>>,
  mayShow: (item: T) => boolean | Promise<boolean>,
  limit: number,
  cursor?: string,
): Promise<Page<T>> => {
  const shown: T[] = [];
  /** Behind the last item that is shown. */
  let behind: () => Promise<string | undefined> = async () => cursor;
  let next = cursor;
  do {
    const from = next;
    const page = await read(limit - shown.length, from);
    for (const [index, item] of page.items.entries()) {
      if (!(await mayShow(item))) continue;
      shown.push(item);
      const last = index === page.items.length - 1;
      behind = async () => (last ? page.cursor : (await read(index + 1, from)).cursor);
    }
    next = page.cursor;
  } while (next !== undefined && shown.length < limit);
  for (let from = next; from !== undefined; ) {
    const page = await read(limit, from);
    for (const item of page.items) {
      if (!(await mayShow(item))) continue;
      const after = await behind();
      return { items: shown, ...(after === undefined ? {} : { cursor: after }) };
    }
    from = page.cursor;
  }
  return { items: shown };
};
