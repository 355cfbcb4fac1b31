import type { Page } from '../../domain/ports.ts';

/**
 * One page of a list from which some items may not be known of. They leave no gap: the page is filled up, and a cursor is
 * given only when something follows that may be shown.
 */
export const filledPage = async <T>(
  read: (limit: number, cursor?: string) => Promise<Page<T>>,
  mayShow: (item: T) => boolean | Promise<boolean>,
  limit: number,
  cursor?: string,
): Promise<Page<T>> => {
  const shown: T[] = [];
  let next = cursor;
  do {
    const page = await read(limit - shown.length, next);
    for (const item of page.items) if (await mayShow(item)) shown.push(item);
    next = page.cursor;
  } while (next !== undefined && shown.length < limit);
  for (let from = next; from !== undefined; ) {
    const page = await read(limit, from);
    for (const item of page.items) if (await mayShow(item)) return { items: shown, cursor: next ?? from };
    from = page.cursor;
  }
  return { items: shown };
};
