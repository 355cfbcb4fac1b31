import { InvalidCursor } from '../domain/errors.ts';
import type { Page } from '../domain/ports.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { openStageShards } from './keys.ts';

export interface ShardedList<Row> {
  /** Names the list for its cursors. */
  readonly list: readonly string[];
  /** At most `limit` rows of a shard in its order, those after the position if one is given. */
  readonly read: (shard: number, limit: number, after?: readonly string[]) => Promise<readonly Row[]>;
  /** Where a row stands within its shard; has `positionLength` non-empty parts. */
  readonly positionOf: (row: Row) => readonly string[];
  readonly positionLength: number;
}

/**
 * One page of a list that is kept in shards, shard after shard.
 * @throws InvalidCursor
 */
export const shardedPage = async <Row>(
  { list, read, positionOf, positionLength }: ShardedList<Row>,
  limit: number,
  cursor?: string,
): Promise<Page<Row>> => {
  const [from = '', ...after] = cursor === undefined ? ['0'] : decodeCursor(list, cursor, 1 + positionLength);
  if (!/^[0-7]$/.test(from)) throw new InvalidCursor('The cursor does not belong to this list.');
  const rows: { readonly row: Row; readonly shard: number }[] = [];
  for (let shard = Number(from); shard < openStageShards && rows.length <= limit; shard += 1) {
    const start = after.length > 0 && shard === Number(from) ? after : undefined;
    // One more than asked for tells whether the page is the last.
    for (const row of await read(shard, limit + 1 - rows.length, start)) rows.push({ row, shard });
  }
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items: items.map(({ row }) => row),
    ...(last === undefined ? {} : { cursor: encodeCursor(list, [String(last.shard), ...positionOf(last.row)]) }),
  };
};
