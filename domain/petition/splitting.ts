import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { startLimit } from '../limits.ts';
import { openStages } from '../workflow/progress.ts';
import { registered, requireStep } from './guards.ts';
import type { RegistrationEvent } from './registration.ts';
import type { Context, Issued, Petition } from './state.ts';

/** A part of a petition that becomes a petition of its own: which requests, under which heading. */
export interface Part {
  readonly number: string;
  /** Places in the parent's list of requests, from 0. */
  readonly requests: readonly number[];
  readonly subject: string;
  /** What of the facts concerns this part, and nothing else: the organ that gets it sees no more. */
  readonly facts: string;
}

export type SplittingCommand = Issued &
  (
    | { readonly type: 'SplitPetition'; readonly parts: readonly Part[]; readonly reason: string }
    /** Written with the child's own fact: a part has been settled, or opened again. */
    | { readonly type: 'NoteChild'; readonly child: string; readonly settled: boolean }
  );

export type SplittingEvent =
  | {
      readonly type: 'PetitionSplit';
      readonly data: { readonly parts: readonly Part[]; readonly reason: string; readonly basis: 'R24' };
    }
  | { readonly type: 'ChildSettled'; readonly data: { readonly child: string; readonly on: string } }
  | { readonly type: 'ChildReopened'; readonly data: { readonly child: string; readonly on: string } };

/**
 * Several requests for several organs: each organ accepts and answers its part (Art. 24). The parent keeps its number and at
 * least one request; every other part becomes a child with a number, a way and a clock of its own. The parent closes last.
 */
export const decideSplitting = (command: SplittingCommand, petition: Petition): readonly SplittingEvent[] => {
  const registration = registered(petition);
  switch (command.type) {
    case 'SplitPetition': {
      requireStep(petition, 'intake', 'triage');
      if (registration.parent !== undefined) {
        throw new Refusal('rule-violated', 'This is a part of another petition already: split that one.');
      }
      const taken = command.parts.flatMap(({ requests }) => requests);
      const unknown = taken.find((index) => registration.requests[index] === undefined);
      if (unknown !== undefined) {
        throw new Refusal('rule-violated', `There is no request ${String(unknown)}.`, { pointer: '/parts' });
      }
      if (new Set(taken).size < taken.length || command.parts.some(({ requests }) => requests.length === 0)) {
        throw new Refusal('rule-violated', 'Each part has requests, and each request goes to one part.', {
          pointer: '/parts',
        });
      }
      if (taken.length === registration.requests.length) {
        throw new Refusal('rule-violated', 'The parent keeps at least one request, which its own organ answers.', {
          pointer: '/parts',
        });
      }
      return [{ type: 'PetitionSplit', data: { parts: command.parts, reason: command.reason, basis: 'R24' } }];
    }
    case 'NoteChild': {
      const child = petition.incidents.children.find(({ number }) => number === command.child);
      if (!child || (child.settledOn !== undefined) === command.settled) return [];
      const data = { child: command.child, on: legalDay(command.at) };
      return [command.settled ? { type: 'ChildSettled', data } : { type: 'ChildReopened', data }];
    }
  }
};

/** The registration of a part: the same petitioner, facts and day of receipt, since the clock counts from the original. */
export const registrationOfPart = (
  parent: Petition,
  part: Part,
  { calendar }: Pick<Context, 'calendar'>,
): Extract<RegistrationEvent, { type: 'PetitionRegistered' }> => {
  const { visit: _countedOnce, reasons: _ofTheWhole, ...registration } = registered(parent);
  return {
    type: 'PetitionRegistered',
    data: {
      number: part.number,
      registration: {
        ...registration,
        subject: part.subject,
        facts: part.facts,
        requests: part.requests.flatMap((index) => registration.requests[index] ?? []),
        parent: parent.number,
      },
      deadlines: [startLimit('forward', registration.receivedOn, calendar)],
    },
  };
};

/** An accusation stays with the parent, whose text tells of it; what is split off is the rest (Art. 30). @throws Refusal */
export const requireNoAccusation = (purpose: string, { registration }: Petition): void => {
  if (purpose !== 'accusation' || registration?.parent === undefined) return;
  throw new Refusal(
    'rule-violated',
    'The accusation is in the text of the petition that this was split from: seal that one, and split off the rest.',
    { pointer: '/purpose', basis: 'R30' },
  );
};

/** The parent closes last. @throws Refusal while a part is open */
export const requireChildrenSettled = ({ incidents: { children } }: Petition): void => {
  const open = children.filter(({ settledOn }) => settledOn === undefined).length;
  if (open > 0) {
    throw new Refusal(
      'not-the-step',
      `${String(open)} part(s) of this petition are open still; the parent closes last.`,
      {
        basis: 'R24',
      },
    );
  }
};

/**
 * Nothing more is under way here: the part is concluded, led elsewhere, refused, ended, or handed over under seal. Which of
 * these it is the parent is not told (Art. 30).
 */
export const isSettled = ({ progress }: Petition): boolean => openStages(progress).length === 0;

export const evolveSplitting = (petition: Petition, event: SplittingEvent): Petition => {
  const { incidents, registration } = petition;
  switch (event.type) {
    case 'PetitionSplit': {
      const taken = new Set(event.data.parts.flatMap(({ requests }) => requests));
      return {
        ...petition,
        ...(registration
          ? {
              registration: {
                ...registration,
                requests: registration.requests.filter((_, index) => !taken.has(index)),
              },
            }
          : {}),
        incidents: {
          ...incidents,
          children: [...incidents.children, ...event.data.parts.map(({ number }) => ({ number }))],
        },
      };
    }
    case 'ChildSettled':
    case 'ChildReopened': {
      const { child, on } = event.data;
      const children = incidents.children.map((each) => {
        if (each.number !== child) return each;
        return event.type === 'ChildSettled' ? { number: child, settledOn: on } : { number: child };
      });
      return { ...petition, incidents: { ...incidents, children } };
    }
  }
};
