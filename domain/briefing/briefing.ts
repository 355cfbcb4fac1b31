import { legalDay } from '../calendar/calendar.ts';
import { defined } from '../defined.ts';
import { Refusal } from '../errors.ts';
import { requireMinimal } from '../grid/minimal.ts';
import { knownUnit } from '../petition/guards.ts';
import type { Issued } from '../petition/state.ts';
import type { PlainStream } from '../plain-stream.ts';

/**
 * What petition offices tell inspection bodies (巡视巡察机构), as Art. 41 lists it: accusations by petition against the leading bodies that
 * are inspected, their members and chief officers one level below; how the responsibility system is carried out; important
 * problems that are emerging or show a tendency; important matters that inspection should look at.
 */
export const briefingContents = ['reports-on-leaders', 'responsibility', 'tendencies', 'important-matters'] as const;

/**
 * One occasion on which a petition office told an inspection body something (Art. 41, 2nd paragraph): that it did, when, of
 * what kind. What it said is in the paper that it gave and nowhere here: whom it is about may sit in the same house. No rule sets a
 * day for it or makes the body answer, so nothing runs; whether it took it up is noted where it is known.
 */
export interface Briefing {
  readonly id: string;
  readonly version: number;
  /** The office that told it. */
  readonly unit?: string;
  /** The inspection body, as it is called. */
  readonly body?: string;
  /** The unit or area that is inspected. */
  readonly inspected?: string;
  readonly contents?: readonly (typeof briefingContents)[number][];
  /** Number of the paper (文号). */
  readonly order?: string;
  readonly givenOn?: string;
  readonly outcome?: { readonly adopted: boolean; readonly on: string; readonly order?: string };
}

export type BriefingCommand = Issued &
  (
    | {
        readonly type: 'GiveBriefing';
        readonly id: string;
        readonly body: string;
        readonly inspected: string;
        readonly contents: readonly (typeof briefingContents)[number][];
        readonly order?: string;
        readonly givenOn: string;
      }
    | { readonly type: 'NoteBriefingOutcome'; readonly adopted: boolean; readonly on: string; readonly order?: string }
  );

export type BriefingEvent =
  | {
      readonly type: 'BriefingGiven';
      readonly data: {
        readonly id: string;
        readonly unit: string;
        readonly body: string;
        readonly inspected: string;
        readonly contents: readonly (typeof briefingContents)[number][];
        readonly order?: string;
        readonly on: string;
        readonly basis: 'R41';
      };
    }
  | {
      readonly type: 'BriefingOutcomeNoted';
      readonly data: { readonly adopted: boolean; readonly on: string; readonly order?: string };
    };

const apply = (briefing: Briefing, event: BriefingEvent): Briefing => {
  switch (event.type) {
    case 'BriefingGiven': {
      const { on, basis: _, ...content } = event.data;
      return { ...briefing, ...content, givenOn: on };
    }
    case 'BriefingOutcomeNoted':
      return { ...briefing, outcome: event.data };
  }
};

/** @throws Refusal for a day to come, or before it could be */
const requirePassed = (day: string, from: string, today: string, pointer: string): void => {
  if (day > today) throw new Refusal('rule-violated', 'That day is still to come.', { pointer });
  if (day < from) throw new Refusal('rule-violated', `It was given on ${from}: not before that.`, { pointer });
};

export const briefingStream: PlainStream<Briefing, BriefingCommand, BriefingEvent> = {
  kind: 'briefing',
  initial: { id: '', version: 0 },
  decide: (command, briefing, { units }) => {
    const today = legalDay(command.at);
    if (command.type === 'GiveBriefing') {
      const { id, body, inspected, contents, order, givenOn, by } = command;
      requireMinimal({ body });
      knownUnit(units, inspected, '/inspected');
      requirePassed(givenOn, '', today, '/givenOn');
      const said = { id, unit: by.unit, body, inspected, contents: [...new Set(contents)].sort() };
      return [{ type: 'BriefingGiven', data: { ...said, ...defined({ order }), on: givenOn, basis: 'R41' } }];
    }
    const { givenOn, outcome } = briefing;
    if (givenOn === undefined) throw new Refusal('not-found', 'There is no such briefing.');
    if (outcome) throw new Refusal('already-decided', `What became of it was noted for ${outcome.on}.`);
    const { adopted, on, order } = command;
    requirePassed(on, givenOn, today, '/on');
    return [{ type: 'BriefingOutcomeNoted', data: { adopted, on, ...defined({ order }) } }];
  },
  evolve: (briefing, event) => ({ ...apply(briefing, event), version: briefing.version + 1 }),
  head: ({ id: _, version: _version, unit = '', givenOn = '', ...rest }) => ({
    summary: { unit, givenOn, ...rest },
    listed: { unit, day: givenOn },
  }),
  tasks: () => [],
  unitOf: ({ unit }) => unit,
};
