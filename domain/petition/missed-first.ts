import { missedDuties } from './clocks.ts';
import { type Decide, evolve, type PetitionEvent } from './petition.ts';
import type { Petition } from './state.ts';

const after = (petition: Petition, events: readonly PetitionEvent[]): Petition => events.reduce(evolve, petition);

/**
 * A duty that is done, or falls away, after its last day was missed, whether or not the clock has come by to say so: the
 * same facts come first, with the supervision that they open (Art. 34, 40). Without this the minutes between two passes
 * of the clock, or the weeks in which a machine stood still, would decide what the record says. What was done in time and
 * is entered late was not missed.
 */
export const missedFirst =
  (decide: Decide): Decide =>
  (command, petition, context) => {
    const events = decide(command, petition, context);
    // These say it themselves, or say first that the last day is another one.
    if (command.type === 'SweepClocks' || command.type === 'RecountDeadlines') return events;
    const missed = missedDuties(command.at, petition, context)
      .filter(({ stillOpen }) => !stillOpen(after(petition, events)))
      .filter(({ facts, kept }) => !kept(after(petition, [...facts, ...events])))
      .flatMap(({ facts }) => facts);
    return [...missed, ...events];
  };
