import { InvalidCursor } from '../../domain/errors.ts';
import { beforeEveryDay } from '../../domain/petition/backlog.ts';
import type { Page, RecordStore, StreamRef } from '../../domain/ports.ts';

/** Offices whose lists one read looks into: most are short, many empty. */
const officesAtOnce = 25;

const encode = (office: string, inner: string): string =>
  Buffer.from(JSON.stringify([office, inner])).toString('base64url');

/** @throws InvalidCursor */
const decode = (cursor: string, offices: readonly string[]): readonly [at: number, inner: string] => {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parsed) && parsed.length === 2 && parsed.every((part) => typeof part === 'string')) {
      const [office, inner] = parsed as [string, string];
      const at = offices.indexOf(office);
      if (at >= 0) return [at, inner];
    }
  } catch {
    // Falls through: whatever it was, it is none of our cursors.
  }
  throw new InvalidCursor('The cursor does not belong to this list.');
};

/**
 * The lists of several petition offices one after the other, each up to a day. One read does bounded work: a page may be
 * short, even empty, and still have a cursor, which then stands between two offices.
 */
export const listOfOffices =
  (records: Pick<RecordStore, 'listed'>, offices: readonly string[], untilDay: string) =>
  async (limit: number, cursor?: string): Promise<Page<StreamRef>> => {
    const [first, inner] = cursor === undefined ? [0, ''] : decode(cursor, offices);
    const items: StreamRef[] = [];
    let after = inner;
    for (let index = first; index < offices.length; index += 1) {
      const office = offices[index] ?? '';
      if (items.length >= limit || index - first >= officesAtOnce) return { items, cursor: encode(office, '') };
      const page = await records.listed(
        'petition',
        office,
        { from: beforeEveryDay, until: untilDay },
        limit - items.length,
        after === '' ? undefined : after,
      );
      items.push(...page.items.map(({ stream }) => stream));
      if (page.cursor !== undefined) return { items, cursor: encode(office, page.cursor) };
      after = '';
    }
    return { items };
  };
