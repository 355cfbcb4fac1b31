/** Seals and opens the personal texts of facts and heads. Which they are, domain/privacy/personal-fields.ts says. */

import type { NewEvent, StoredEvent } from '../domain/ports.ts';
import { erasedText } from '../domain/privacy/masking.ts';
import { changePersonal } from '../domain/privacy/personal-fields.ts';
import type { KnownKey } from './data-keys.ts';
import { openText, type StreamKey, type SuiteName, sealText } from './envelope.ts';
import { sequenceKey } from './keys.ts';

/** The stream under whose key the texts of a stream stand: what is said about reads of a petition is as secret as it. */
export const keyStreamOf = (stream: string): string => (stream.startsWith('R#') ? `P#${stream.slice(2)}` : stream);

/**
 * Under which key the texts of a fact stand. Of a reception day each visit has its own, and each booking, since one person's
 * can be erased and the others' stay.
 */
export const keyIdOf = (stream: string, { data }: Pick<NewEvent, 'data'>): string => {
  const { visit, booking } = data as { visit?: unknown; booking?: unknown };
  const part = stream.startsWith('S#') ? visit : stream.startsWith('Y#') ? booking : undefined;
  return typeof part === 'number' ? `${stream}/${String(part)}` : keyStreamOf(stream);
};

/** Whether the key of a part begins with this fact. */
export const beginsPart = ({ type }: Pick<NewEvent, 'type'>): boolean =>
  type === 'VisitPreRegistered' || type === 'BookingMade';

/** JSON of a fact's data as the store takes it: undefined fields are gone, and half characters are refused. */
const wellFormed = (text: string): string => {
  if (!text.isWellFormed()) throw new Error('A text holds half of a surrogate pair.');
  return text;
};

/** Seals the texts of facts that are to follow `version`. @param keyOf the key of a fact that has any */
export const sealEvents = (
  stream: string,
  version: number,
  events: readonly NewEvent[],
  keyOf: (event: NewEvent) => StreamKey,
  suite: SuiteName,
): readonly NewEvent[] =>
  events.map((event, index) => {
    const item = sequenceKey(version + index + 1);
    const data = changePersonal(event.type, event.data, (_, text, path) =>
      sealText(wellFormed(text), keyOf(event), suite, { stream, item, path }),
    );
    return { ...event, data };
  });

/** Opens a fact. @throws SealBroken; Error when the key is not there although it was never erased */
export const openEvent = (event: StoredEvent, key: KnownKey): StoredEvent => {
  const { stream, seq, type } = event;
  const item = sequenceKey(seq);
  const data = changePersonal(type, event.data, (_, text, path) => {
    if (key === undefined) throw new Error(`The key of ${stream} is lost.`);
    return key === 'erased' ? erasedText : openText(text, key, { stream, item, path });
  });
  return { ...event, data };
};

const titlePlace = (stream: string) => ({ stream, item: 'HEAD', path: '/title' });

export const sealTitle = (stream: string, title: string, key: StreamKey, suite: SuiteName): string =>
  sealText(wellFormed(title), key, suite, titlePlace(stream));

/** @throws SealBroken */
export const openTitle = (stream: string, title: string, key: KnownKey): string => {
  if (key === undefined) throw new Error(`The key of ${stream} is lost.`);
  return key === 'erased' ? erasedText : openText(title, key, titlePlace(stream));
};
