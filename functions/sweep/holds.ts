import type { RecordStore } from '../../domain/ports.ts';
import { isHeld } from '../../domain/privacy/kept.ts';

/** Those visits or bookings of a reception day that stand under a legal hold. */
export const heldOf = async (
  records: Pick<RecordStore, 'stored'>,
  kind: 'visit' | 'booking',
  session: string,
  numbers: readonly number[],
): Promise<readonly number[]> => {
  const held = await Promise.all(
    numbers.map(async (number) =>
      isHeld((await records.stored({ kind: 'keeping', id: `${kind}.${session}.${String(number)}` })).events),
    ),
  );
  return numbers.filter((_, index) => held[index]);
};
