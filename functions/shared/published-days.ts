import type { RecordStore } from '../../domain/ports.ts';
import type { PublishedDay } from '../../domain/reception/duty.ts';

const daysPerLook = 100;

/** The days that a unit's leaders have published between two legal days, from the heads, which name no visitor. */
export const publishedDays = async (
  records: Pick<RecordStore, 'listed'>,
  unit: string,
  { from, to: until }: { readonly from: string; readonly to: string },
): Promise<readonly PublishedDay[]> => {
  const found: PublishedDay[] = [];
  let cursor: string | undefined;
  do {
    const page = await records.listed('session', unit, { from, until }, daysPerLook, cursor);
    found.push(
      ...page.items.map(({ stream, summary }) => ({ id: stream.id, ...(summary as Omit<PublishedDay, 'id'>) })),
    );
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found;
};
