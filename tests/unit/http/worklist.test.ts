import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueKey } from '../../../adapters/keys.ts';
import { InvalidCursor } from '../../../domain/errors.ts';
import type { Page, WorkItem } from '../../../domain/ports.ts';
import { dueShown, noDue } from '../../../domain/workflow/steps.ts';
import { mergedWorklist } from '../../../functions/enquiry/worklist.ts';

const keyOf = ({ stream, stage, round, step, leg }: WorkItem): string =>
  [stream.kind === 'petition' ? 'P' : 'S', stream.id, stage, String(round), step, leg ?? ''].join('#');
/** As the index orders: due, then key, by code unit. */
const position = (item: WorkItem): string => `${item.due}#${keyOf(item)}`;
const byPosition = (a: WorkItem, b: WorkItem) => (position(a) < position(b) ? -1 : 1);

/** Lists as the table's index has them; a page may say that there is more when there is not. */
const listsOf = (items: readonly WorkItem[], vague = false) => ({
  worklist: async (audience: string, limit: number, cursor = ''): Promise<Page<WorkItem>> => {
    const list = items.filter((item) => item.audience === audience).sort(byPosition);
    const rest = list.filter((item) => position(item) > cursor);
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    const more = last !== undefined && (rest.length > limit || (vague && rest.length === limit));
    return { items: page, ...(more ? { cursor: position(last) } : {}) };
  },
});

const audiences = ['handler@a', 'leader@a', 'person@x'];
const anyItem = fc.record({
  stream: fc.record({
    kind: fc.constantFrom('petition', 'session'),
    id: fc.constantFrom('622901-1', '622901-2', '6229-1', 'A', 'a'),
  }),
  stage: fc.constantFrom('closure', 'assignment', 'review'),
  round: fc.integer({ min: 1, max: 11 }),
  step: fc.constantFrom('draft', 'approve', 'report-in', 'outcome'),
  leg: fc.constantFrom('u1', 'u2'),
  audience: fc.constantFrom(...audiences),
  due: fc.constantFrom('2026-03-02', '2026-03-03', '2026-10-01', noDue),
  excluded: fc.constant([]),
}) as fc.Arbitrary<WorkItem>;

describe('worklists of several audiences in one', () => {
  it('give every item exactly once, oldest due first, whatever the pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyItem, { maxLength: 40, selector: keyOf, size: 'max' }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        async (items, limit, vague) => {
          const seen: WorkItem[] = [];
          let cursor: string | undefined;
          for (let pages = 0; ; pages += 1) {
            expect(pages).toBeLessThan(100);
            const page: Page<WorkItem> = await mergedWorklist(listsOf(items, vague), audiences, limit, cursor);
            expect(page.items.length).toBeLessThanOrEqual(limit);
            seen.push(...page.items);
            if (page.cursor === undefined) break;
            cursor = page.cursor;
          }
          expect(seen.map(position).sort()).toEqual(items.map(position).sort());
          expect(seen.map(({ due }) => due)).toEqual(items.map(({ due }) => due).sort());
        },
      ),
      { numRuns: 300 },
    );
  });

  it('say when something is due, and of what no limit runs for no day, after all others', () => {
    expect(dueShown({ due: '2026-03-02' })).toEqual({ due: '2026-03-02' });
    expect(dueShown({ due: noDue })).toEqual({});
    expect(dueKey(noDue, 'P#1', 'a') > dueKey('9999-12-30', 'X#9', 'z')).toBe(true);
  });

  it('of nobody are empty', async () => {
    expect(await mergedWorklist(listsOf([]), audiences, 10)).toEqual({ items: [] });
    expect(await mergedWorklist(listsOf([]), [], 10)).toEqual({ items: [] });
  });

  it.each([
    'nonsense',
    Buffer.from('{"handler@b":"x"}').toString('base64url'),
    Buffer.from('{"handler@a":1}').toString('base64url'),
    Buffer.from('null').toString('base64url'),
    Buffer.from('7').toString('base64url'),
    Buffer.from('[]').toString('base64url'),
  ])('know their own cursors: %s', (cursor) =>
    expect(mergedWorklist(listsOf([]), audiences, 10, cursor)).rejects.toBeInstanceOf(InvalidCursor),
  );
});
