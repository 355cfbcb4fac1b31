import type { Officer } from '../access/roles.ts';
import { isSealed } from '../access/sight.ts';
import type { Configuration } from '../configuration.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import type { NewEvent } from '../ports.ts';
import { ratableUntil } from './closing.ts';
import { finalityOf } from './finality.ts';
import { isTurnedAway } from './intake-state.ts';
import type { PetitionEvent } from './petition.ts';
import { handlingOf } from './routes.ts';
import type { Petition } from './state.ts';

type DataOf<T extends PetitionEvent['type']> = Extract<PetitionEvent, { type: T }>['data'];

const dataOf = <T extends PetitionEvent['type']>(events: readonly NewEvent[], type: T): DataOf<T>[] =>
  (events as unknown as PetitionEvent[]).flatMap((event) => (event.type === type ? [event.data as DataOf<T>] : []));

/** For whom a view is made, and on which legal day. */
export interface Viewer {
  readonly officer: Officer;
  readonly today: string;
}

const holdsOffice = ({ officer }: Viewer, { registration }: Petition, units: UnitDirectory): boolean =>
  registration !== undefined && units.petitionOfficeOf(registration.unit) === officer.unit;

/**
 * Nobody who is rated sees the rating while the matter is still in their hands, so that nobody can ask the petitioner to
 * think again: supervisors and auditors see it at once, everybody else when the matter is concluded.
 */
export const seesRating = ({ concludedOn }: Petition, officer: Officer | undefined): boolean =>
  concludedOn !== undefined || (officer?.roles.some((role) => role === 'supervisor' || role === 'auditor') ?? false);

/** Hearings with their notice and record. */
const hearingsOf = (petition: Petition, events: readonly NewEvent[]) => {
  const notified = dataOf(events, 'HearingNotified');
  const held = dataOf(events, 'HearingHeld');
  return petition.incidents.hearings.map((hearing, index) => ({
    ...notified[index],
    ...hearing,
    ...(hearing.heldOn === undefined ? {} : { record: held.find((each) => each.hearing === index + 1) }),
  }));
};

/** What came between, for an officer who is concerned with the matter. */
export const incidentsView = (
  petition: Petition,
  events: readonly NewEvent[],
  units: UnitDirectory,
  viewer: Viewer | undefined,
) => {
  const { withdrawal, death, contactAttempts, children, ended } = petition.incidents;
  // Parts of one petition go different ways, one of them perhaps under seal: only the office that split it knows them all.
  const inCharge = viewer !== undefined && holdsOffice(viewer, petition, units);
  return {
    rating: seesRating(petition, viewer?.officer) ? petition.rating : undefined,
    hearings: hearingsOf(petition, events),
    support: dataOf(events, 'SupportRecorded'),
    contactAttempts,
    withdrawal,
    death,
    ended,
    openParts: children.filter(({ settledOn }) => settledOn === undefined).length,
    ...(inCharge ? { children, parent: petition.registration?.parent } : {}),
    final: viewer && finalityOf(petition, viewer.today),
  };
};

/** What came between, as far as it concerns the petitioner. */
export const incidentMilestones = (
  events: readonly NewEvent[],
  name: (unit: string | undefined) => string | undefined,
) => [
  ...dataOf(events, 'PetitionTransferred').map(({ on, to, basis }) => ({
    what: 'transferred',
    on,
    unit: name(to),
    basis,
  })),
  ...dataOf(events, 'HearingNotified').map(({ on, place, unit, subject, part, basis }) => ({
    what: 'hearing',
    on,
    place,
    subject,
    part,
    unit: name(unit),
    basis,
  })),
  ...dataOf(events, 'PetitionReopened').map(({ on }) => ({ what: 'reopened', on })),
  ...dataOf(events, 'WithdrawalConsented').map(({ on }) => ({ what: 'withdrawn', on })),
];

/** Can the petitioner rate now? Without a day: could it be rated at all. */
export const canRate = (petition: Petition, today: string | undefined, configuration: Configuration): boolean => {
  const until = ratableUntil(petition, configuration);
  return (
    petition.route !== undefined &&
    handlingOf(petition.route).ratable &&
    (!configuration.rateFirstOnly || petition.repeats.length === 0) &&
    !petition.rating &&
    until !== undefined &&
    (today === undefined || today <= until)
  );
};

/** What the petitioner can do about the matter itself. */
export const withdrawalActions = (petition: Petition): readonly string[] => {
  const { incidents, intake, concludedOn } = petition;
  if (isTurnedAway(intake) || incidents.ended || concludedOn !== undefined || isSealed(petition)) return [];
  return incidents.withdrawal ? ['retract-withdrawal'] : ['request-withdrawal'];
};
