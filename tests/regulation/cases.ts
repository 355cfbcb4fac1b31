import { statutoryCalendar } from '../../adapters/calendar.ts';
import type { Configuration } from '../../domain/configuration.ts';
import type { Refusal } from '../../domain/errors.ts';
import type { Deadline } from '../../domain/limits.ts';
import { decide, type PetitionCommand, type PetitionEvent } from '../../domain/petition/petition.ts';
import { type Context, deadlineOf } from '../../domain/petition/state.ts';
import {
  accept,
  approve,
  approveOpinion,
  draftOpinion,
  everybodyReportsIn,
  noon,
  officers,
  on,
  propose,
  register,
  route,
  rules,
  served,
  serveOpinion,
  stateAfter,
} from '../support/builders.ts';
import { continuedIn, serveAcceptance } from '../support/intake.ts';

/** The rules with the calendar that the State Council announced. */
export const law: Context = { ...rules, calendar: statutoryCalendar() };

/** The same with what a place has configured. */
export const lawWith = (configuration: Partial<Configuration>): Context => ({
  ...law,
  configuration: { ...law.configuration, ...configuration },
});

/** A history under the law and the facts that commands add to it. */
export const onFrom = (history: readonly PetitionEvent[], ...commands: readonly PetitionCommand[]): PetitionEvent[] =>
  continuedIn(law, history, ...commands);

/** Received and registered on a day. */
export const receivedOn = (day: string, over: Parameters<typeof register>[0] = {}): PetitionEvent[] =>
  onFrom([], ...on(day, register(over)));

/** Received, routed to the land bureau and accepted by it on one day, under Art. 31(6); the petitioner is told. */
export const acceptedOn = (day: string): PetitionEvent[] =>
  onFrom(receivedOn(day), ...on(day, route(), accept()), serveAcceptance(officers.handler, day));

const work = [
  propose({ assistingUnits: [] }),
  approve(),
  ...everybodyReportsIn('622901-zrzy'),
  draftOpinion(),
  approveOpinion(),
];

/** Accepted on one day; the opinion is approved and served on another. */
export const opinionServedOn = (accepted: string, day: string): PetitionEvent[] =>
  onFrom(acceptedOn(accepted), ...on(day, ...work, serveOpinion({ service: served(day) })));

/** A pass of the clock at noon of a day. */
export const sweep = (day: string): PetitionCommand => ({
  type: 'SweepClocks',
  by: { ...officers.officer, id: 'clock', role: 'system' },
  at: noon(day),
});

/** The last day in time of a limit, after these facts. */
export const dueOf = (history: readonly PetitionEvent[], limit: Deadline['limit']): string | undefined =>
  deadlineOf(stateAfter(history), limit)?.due;

/** The limit itself. */
export const limitOf = (history: readonly PetitionEvent[], limit: Deadline['limit']): Deadline | undefined =>
  deadlineOf(stateAfter(history), limit);

/** What the rules answer to a command: the facts, or the refusal. */
export const answerTo = (
  command: PetitionCommand,
  history: readonly PetitionEvent[],
): readonly PetitionEvent[] | Refusal => {
  try {
    return decide(command, stateAfter(history), law);
  } catch (error) {
    return error as Refusal;
  }
};
