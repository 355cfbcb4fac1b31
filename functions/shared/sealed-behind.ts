import type { RecordStore } from '../../domain/ports.ts';

/**
 * Whether a petition that something else stands for (a whistle, a place in a centre) is an accusation by now: its head says so.
 * An accusation shows nowhere, whoever asks (Art. 30).
 */
export const isSealedNow = async (
  records: Pick<RecordStore, 'head'>,
  petition: string | undefined,
): Promise<boolean> => {
  if (petition === undefined) return false;
  const { summary } = (await records.head({ kind: 'petition', id: petition })) ?? {};
  return (summary as { purpose?: string } | undefined)?.purpose === 'accusation';
};
