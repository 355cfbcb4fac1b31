import { isDay, legalDay, plusDays } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { waitingSteps } from '../workflow/flow.ts';
import { requireNotedInTime } from './attempts.ts';
import { registered } from './guards.ts';
import type { Context, Issued, Petition } from './state.ts';

export type ContactCommand = Issued &
  (
    | {
        readonly type: 'RecordContactAttempt';
        readonly on: string;
        /** How: by phone, by post, at the address. */
        readonly method: string;
        readonly reached: boolean;
        readonly account: string;
      }
    | { readonly type: 'PublishByCode' }
  );

export type ContactEvent =
  | {
      readonly type: 'ContactAttempted';
      readonly data: {
        readonly on: string;
        readonly method: string;
        readonly reached: boolean;
        readonly account: string;
        readonly by: string;
      };
    }
  | {
      readonly type: 'PublishedByCode';
      readonly data: {
        readonly what: 'opinion' | 'review';
        readonly on: string;
        /** First day on which it counts as received. */
        readonly receivedOn: string;
        readonly attempts: number;
        readonly source: string;
      };
    };

/** There is nobody to be reached: anonymous, or the petitioner has died and nobody continues. */
export const isNobody = ({ registration, incidents }: Petition): boolean =>
  registration?.petitioner.form === 'anonymous' || incidents.nobody === true;

/** The document that waits to be served now. */
const unserved = (petition: Petition): 'opinion' | 'review' | undefined => {
  const step = waitingSteps(petition.progress).find(({ step: each }) => each === 'serve' || each === 'serve-review');
  return step && (step.step === 'serve' ? 'opinion' : 'review');
};

/**
 * A petitioner who cannot be reached (失联): attempts are logged, the matter is decided on the facts, and the answer can be
 * read with the query code alone; no name stands anywhere. For an anonymous petitioner the code is the only way back, so no
 * attempts are asked for (written notice is excepted, Art. 23).
 */
export const decideContact = (
  command: ContactCommand,
  petition: Petition,
  { configuration }: Context,
): readonly ContactEvent[] => {
  const { lostContact } = configuration;
  registered(petition);
  const today = legalDay(command.at);
  switch (command.type) {
    case 'RecordContactAttempt': {
      const { on, method, reached, account } = command;
      if (!isDay(on) || on > today)
        throw new Refusal('rule-violated', 'An attempt is recorded after it was made.', { pointer: '/on' });
      if (!reached) requireNotedInTime(on, today, configuration);
      if (isNobody(petition))
        throw new Refusal('rule-violated', 'There is nobody to be reached; the query code is the way back.');
      return [{ type: 'ContactAttempted', data: { on, method, reached, account, by: command.by.id } }];
    }
    case 'PublishByCode': {
      const what = unserved(petition);
      if (!what) throw new Refusal('not-the-step', 'No document waits to be served.');
      const last = what === 'opinion' ? petition.opinions.at(-1) : petition.reviews.at(-1);
      if (last?.publishedOn !== undefined)
        throw new Refusal('already-decided', `It can be read with the code since ${last.publishedOn}.`);
      const attempts = new Set(petition.incidents.contactAttempts).size;
      const { attempts: needed, publicationDays, source } = lostContact;
      if (!isNobody(petition) && attempts < needed) {
        throw new Refusal(
          'rule-violated',
          `The petitioner counts as out of reach after attempts on ${String(needed)} days; there were ${String(attempts)} (${source}).`,
        );
      }
      const receivedOn = plusDays(today, publicationDays);
      return [{ type: 'PublishedByCode', data: { what, on: today, receivedOn, attempts, source } }];
    }
  }
};

/**
 * Service by publication needs the publication, and counts from the day on which its time has passed: a petitioner who
 * knows nothing of it loses no day of the 30 (Art. 35, 36). @throws Refusal
 */
export const checkPublished = (
  { method, servedOn }: { readonly method: string; readonly servedOn: string },
  document: { readonly publishedOn?: string } | undefined,
  { configuration: { lostContact } }: Pick<Context, 'configuration'>,
): void => {
  if (method !== 'published') return;
  if (document?.publishedOn === undefined)
    throw new Refusal('not-the-step', 'Nothing has been published for reading with the query code.', {
      pointer: '/method',
    });
  const from = plusDays(document.publishedOn, lostContact.publicationDays);
  if (servedOn < from) {
    throw new Refusal(
      'rule-violated',
      `What is published counts as received from ${from} on (${lostContact.source}).`,
      {
        pointer: '/servedOn',
      },
    );
  }
};

export const evolveContact = (petition: Petition, event: ContactEvent): Petition => {
  const { incidents } = petition;
  switch (event.type) {
    case 'ContactAttempted': {
      const { reached, on } = event.data;
      // Whoever answers is in reach: earlier attempts say nothing any more.
      return {
        ...petition,
        incidents: { ...incidents, contactAttempts: reached ? [] : [...incidents.contactAttempts, on] },
      };
    }
    case 'PublishedByCode': {
      const publishedOn = event.data.on;
      const mark = <T>(all: readonly T[]): readonly T[] =>
        all.map((each, index) => (index === all.length - 1 ? { ...each, publishedOn } : each));
      return event.data.what === 'opinion'
        ? { ...petition, opinions: mark(petition.opinions) }
        : { ...petition, reviews: mark(petition.reviews) };
    }
  }
};
