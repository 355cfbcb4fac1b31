import type { Page } from '../../domain/ports.ts';

/**
 * One page of a list from which some items may not be known of. They leave no gap: the page is filled up, and a cursor is
 * given only when something follows that may be shown. A cursor stands behind an item that is shown, never behind one that
 * is not: it bears the place, and with it the name, of what it stands behind.
 *
 * A list that does bounded work, and so gives fewer items than were asked for with a cursor that names nothing, is asked
 * `mostLooks` times; then the page stays short and the cursor says how to go on.
 */
export const filledPage = async <T>(
  read: (limit: number, cursor?: string) => Promise<Page<T>>,
  mayShow: (item: T) => boolean | Promise<boolean>,
  limit: number,
  cursor?: string,
  mostLooks = Number.POSITIVE_INFINITY,
): Promise<Page<T>> => {
  const shown: T[] = [];
  /** Behind the last item that is shown. */
  let behind: () => Promise<string | undefined> = async () => cursor;
  let next = cursor;
  let looks = 0;
  do {
    const from = next;
    const wanted = limit - shown.length;
    const page = await read(wanted, from);
    for (const [index, item] of page.items.entries()) {
      if (!(await mayShow(item))) continue;
      shown.push(item);
      const last = index === page.items.length - 1 && page.items.length === wanted;
      behind = async () => (last ? page.cursor : (await read(index + 1, from)).cursor);
    }
    next = page.cursor;
    looks += 1;
    if (next !== undefined && page.items.length < wanted && looks >= mostLooks) return { items: shown, cursor: next };
  } while (next !== undefined && shown.length < limit);
  for (let from = next; from !== undefined; ) {
    const page = await read(limit, from);
    const follows = (await Promise.all(page.items.map(async (item) => mayShow(item)))).includes(true);
    looks += 1;
    if (follows || (page.cursor !== undefined && looks >= mostLooks)) {
      const after = await behind();
      return { items: shown, ...(after === undefined ? {} : { cursor: after }) };
    }
    from = page.cursor;
  }
  return { items: shown };
};
