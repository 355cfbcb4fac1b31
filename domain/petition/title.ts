import { channelNames } from '../notices/words.ts';
import type { Petition } from './state.ts';

/**
 * What heads a petition on worklists and boards: how and when it came, and since its triage its category (内容分类). Nothing in
 * the petitioner's words: whoever looks through a list has not opened the matter, and no list is a recorded reading.
 */
export const titleOf = ({ registration, route }: Petition): string | undefined =>
  registration === undefined
    ? undefined
    : [
        '信访事项',
        channelNames[registration.channel],
        registration.receivedOn,
        ...(route ? [route.category] : []),
      ].join(' · ');
