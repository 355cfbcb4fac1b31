import { legalDay } from '../calendar/calendar.ts';
import type { NewEvent } from '../ports.ts';
import type { PetitionEvent } from './petition.ts';
import { handlingOf } from './routes.ts';
import type { Petition } from './state.ts';
import { stillToReport } from './urgency.ts';

type Fact<T extends PetitionEvent['type']> = Extract<PetitionEvent, { type: T }>['data'] & { readonly at: string };

const factsOf = <T extends PetitionEvent['type']>(events: readonly NewEvent[], type: T): readonly Fact<T>[] =>
  events.filter((event) => event.type === type).map(({ at, data }) => ({ at, ...data }) as Fact<T>);

/** What intake adds to the officer's view: how class and path are handled, the old ways, disputes, refusal, urgency. */
export const intakeView = (petition: Petition, events: readonly NewEvent[]) => {
  const { route, intake } = petition;
  const { urgent, refusal } = intake;
  return {
    handling: route && handlingOf(route),
    formerRoutes: intake.formerRoutes,
    dispute: intake.dispute,
    designation: intake.designation,
    urgent: urgent && { ...urgent, outstanding: stillToReport(petition), flags: factsOf(events, 'UrgentFlagged') },
    refusal: refusal && { ...factsOf(events, 'RefusalProposed').at(-1), ...refusal },
    redirected: factsOf(events, 'PetitionRedirected').at(-1),
    simple: intake.simple,
    newFacts: intake.newFacts && { ...factsOf(events, 'NewFactsClaimed').at(-1), ...intake.newFacts },
  };
};

/** What intake adds to the petitioner's page: whom to address, a refusal with its ground, a changed way, a new organ. */
export const intakeMilestones = (
  events: readonly NewEvent[],
  name: (unit: string | undefined) => string | undefined,
) => {
  const proposed = factsOf(events, 'RefusalProposed');
  return [
    ...factsOf(events, 'PetitionRedirected').map(({ on, organ, reason, basis }) => ({
      what: 'redirected',
      on,
      organ,
      reason,
      basis,
    })),
    ...factsOf(events, 'RefusalApproved').map(({ kind, on, ground, basis }) => ({
      what: kind,
      on,
      ground,
      reason: proposed.at(-1)?.reason,
      remedy: proposed.at(-1)?.properPath,
      basis,
    })),
    ...factsOf(events, 'PetitionRetriaged').map(({ on, basis }) => ({ what: 'retriaged', on, basis })),
    ...factsOf(events, 'DisputeDecided').map(({ on, competentUnit, basis }) => ({
      what: 'forwarded',
      on,
      unit: name(competentUnit),
      basis,
    })),
    ...factsOf(events, 'PetitionMoved').map(({ on, to, basis }) => ({ what: 'moved', on, unit: name(to), basis })),
    ...factsOf(events, 'DisputeReferred').map(({ at, basis }) => ({ what: 'dispute', on: legalDay(at), basis })),
  ];
};
