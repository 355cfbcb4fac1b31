import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InvalidCursor } from '../../../domain/errors.ts';
import { areaPage } from '../../../functions/shared/area-page.ts';

const lists = fc.array(fc.nat(7), { maxLength: 90 });
const reading = (sizes: readonly number[]) => async (unit: string, limit: number, cursor?: string) => {
  const from = Number(cursor ?? 0);
  const to = Math.min(sizes[Number(unit)] ?? 0, from + limit);
  const items = Array.from({ length: to - from }, (_, index) => `${unit}.${String(from + index)}`);
  return { items, ...(to < (sizes[Number(unit)] ?? 0) ? { cursor: String(to) } : {}) };
};

it('pages give every item of every unit once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(lists, fc.integer({ min: 1, max: 9 }), async (sizes, limit) => {
      const units = sizes.map((_, index) => String(index));
      const all: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await areaPage(units, reading(sizes), limit, cursor);
        expect(page.items.length).toBeLessThanOrEqual(limit);
        all.push(...page.items);
        cursor = page.cursor;
        if (cursor === undefined) break;
      }
      const whole = sizes.flatMap((size, unit) => Array.from({ length: size }, (_, each) => `${unit}.${String(each)}`));
      expect(all).toEqual(whole);
    }),
  );
});

it('a cursor of units that its reader may not ask for is none', async () => {
  const { cursor } = await areaPage(['0', '1'], reading([3, 3]), 2);
  await expect(areaPage(['1'], reading([3, 3]), 2, cursor)).rejects.toBeInstanceOf(InvalidCursor);
  await expect(areaPage(['0'], reading([3]), 2, 'nonsense')).rejects.toBeInstanceOf(InvalidCursor);
});
