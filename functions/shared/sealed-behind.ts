import type { RecordStore, StreamRef } from '../../domain/ports.ts';

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

/** Number of the petition that something else stands for: a placement bears it, the head of a whistle keeps it. */
export const numberBehind = async (
  records: Pick<RecordStore, 'head'>,
  stream: StreamRef,
): Promise<string | undefined> => {
  if (stream.kind === 'placement') return stream.id;
  if (stream.kind !== 'whistle') return undefined;
  const { summary } = (await records.head(stream)) ?? {};
  return (summary as { petition?: string } | undefined)?.petition;
};
