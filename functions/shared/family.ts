import { evolve, type PetitionEvent } from '../../domain/petition/petition.ts';
import { decideSplitting, isSettled, type Part, registrationOfPart } from '../../domain/petition/splitting.ts';
import { type Context, initialPetition, type Petition } from '../../domain/petition/state.ts';
import type { EventActor, StreamWrite } from '../../domain/ports.ts';
import { instantFor, type Recorded } from './pipeline.ts';
import { petitionWrite } from './stream-writes.ts';

/** Who acts, when, by which rules. */
interface Act {
  readonly at: string;
  readonly by: EventActor;
  readonly context: Context;
}

/** What the facts of a part mean for the petition that it was split from: written in the same transaction, or nothing. */
export const parentWrites = async (
  child: Petition,
  events: readonly PetitionEvent[],
  load: (number: string) => Promise<Petition & Recorded>,
  { at: childAt, by, context }: Act,
): Promise<readonly StreamWrite[]> => {
  const number = child.registration?.parent;
  const settled = isSettled(events.reduce(evolve, child));
  if (number === undefined || settled === isSettled(child)) return [];
  const parent = await load(number);
  const at = instantFor(childAt, parent);
  const noted = decideSplitting({ type: 'NoteChild', child: child.number, settled, by, at }, parent);
  return noted.length === 0 ? [] : [petitionWrite(parent, noted, number, at, by, context)];
};

/** Registers the parts of a petition that was split, each as a petition of its own. */
export const childWrites = (
  parent: Petition,
  parts: readonly Part[],
  lookups: readonly string[],
  { at, by, context }: Act,
): readonly StreamWrite[] =>
  parts.map((part) => ({
    ...petitionWrite(initialPetition, [registrationOfPart(parent, part, context)], part.number, at, by, context),
    lookups,
  }));
