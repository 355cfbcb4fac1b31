import type { RecordStore } from '../../domain/ports.ts';

/** Whether something that is no petition stands under a legal hold. @param thing its keeping, e.g. `booking.<session>.<number>` */
export const isHeldThing = async (records: Pick<RecordStore, 'head'>, thing: string): Promise<boolean> => {
  const { summary } = (await records.head({ kind: 'keeping', id: thing })) ?? {};
  return (summary as { held?: boolean } | undefined)?.held === true;
};

/** Those visits or bookings of a reception day that stand under a legal hold. */
export const heldOf = async (
  records: Pick<RecordStore, 'head'>,
  kind: 'visit' | 'booking',
  session: string,
  numbers: readonly number[],
): Promise<readonly number[]> => {
  const held = await Promise.all(numbers.map((number) => isHeldThing(records, `${kind}.${session}.${String(number)}`)));
  return numbers.filter((_, index) => held[index]);
};

/** Whether a booking must be kept: by itself, or as the visit that it became. */
export const isBookingHeld = async (
  records: Pick<RecordStore, 'head'>,
  session: string,
  booking: number,
  visit: number | undefined,
): Promise<boolean> => {
  const things = [
    `booking.${session}.${String(booking)}`,
    ...(visit === undefined ? [] : [`visit.${session}.${String(visit)}`]),
  ];
  return (await Promise.all(things.map((thing) => isHeldThing(records, thing)))).includes(true);
};
