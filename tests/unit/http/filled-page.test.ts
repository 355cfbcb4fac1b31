import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Page } from '../../../domain/ports.ts';
import { filledPage } from '../../../functions/shared/filled-page.ts';

const listOf =
  (items: readonly number[]) =>
  async (limit: number, cursor = '0'): Promise<Page<number>> => {
    const from = Number(cursor);
    const next = from + limit;
    return { items: items.slice(from, next), ...(next < items.length ? { cursor: String(next) } : {}) };
  };

it('gives every item that may be shown once and in order, no page with a gap, and no cursor to nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9), { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), async (items, limit) => {
      const mayShow = (item: number) => item % 3 !== 0;
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await filledPage(listOf(items), mayShow, limit, cursor);
        expect(page.items.length === limit || page.cursor === undefined).toBe(true);
        if (cursor !== undefined) expect(page.items.length).toBeGreaterThan(0);
        seen.push(...page.items);
        cursor = page.cursor;
        // It bears the place of what it stands behind: never of what may not be shown.
        if (cursor !== undefined) expect(mayShow(items[Number(cursor) - 1] ?? 0)).toBe(true);
      } while (cursor !== undefined);
      expect(seen).toEqual(items.filter(mayShow));
    }),
  );
});
