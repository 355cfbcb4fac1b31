import { expect, it } from 'vitest';
import { InvalidCursor } from '../../../domain/errors.ts';
import { numberedPage } from '../../../functions/shared/numbered-page.ts';

const rows = [1, 2, 4, 5].map((number) => ({ number }));
const paged = (limit: number, cursor?: string) => {
  const { items, cursor: next } = numberedPage(rows, ({ number }) => number, limit, cursor);
  return [items.map(({ number }) => number), next];
};

it('gives what bears a number page by page, gaps or not, and no cursor behind the last', () => {
  expect(paged(2)).toEqual([[1, 2], '2']);
  expect(paged(2, '2')).toEqual([[4, 5], undefined]);
  expect(paged(4)).toEqual([[1, 2, 4, 5], undefined]);
  expect(paged(3, '3')).toEqual([[4, 5], undefined]);
  expect(paged(3, '9')).toEqual([[], undefined]);
  expect(() => paged(1, 'x')).toThrow(InvalidCursor);
});
