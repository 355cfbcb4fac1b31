import { isSealed } from '../access/sight.ts';
import { legalDay } from '../calendar/calendar.ts';
import { type Configuration, defaultConfiguration } from '../configuration.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import type { NewEvent, StoredEvent } from '../ports.ts';
import { waitingSteps } from '../workflow/flow.ts';
import { describeStep, dueShown } from '../workflow/steps.ts';
import { finalityOf } from './finality.ts';
import type { Former } from './importing.ts';
import { canRate, incidentMilestones, incidentsView, type Viewer, withdrawalActions } from './incident-views.ts';
import { intakeMilestones, intakeView } from './intake-views.ts';
import { type PetitionEvent, statusOf, summaryOf } from './petition.ts';
import { sponsorshipView } from './sponsorship-views.ts';
import { type Petition, type Registration, reviewWindow } from './state.ts';
import { supervisionView } from './supervision-views.ts';

/**
 * A fact as those may see it who read the history of a petition. Persons in it are masked already (privacy/masking.ts);
 * here goes what only some may know: the ratings, and which petitions are its parts.
 */
export const visibleEvent = <E extends NewEvent>(event: E, { hideRating = false } = {}): E => {
  const fact = event as unknown as PetitionEvent;
  switch (fact.type) {
    case 'PetitionRegistered': {
      // Which petition it is a part of the petition office in charge sees on the petition itself; whom it accuses, those
      // before whom it is: they may have been named, and it turned out to be no accusation (Art. 30, 46).
      const { parent: _, accused: _accused, heldBy: _heldBy, ...registration } = fact.data.registration;
      return { ...event, data: { ...fact.data, registration } };
    }
    case 'RegistrationAmended': {
      const { heldBy: _, deadlines: _runs, changes, ...data } = fact.data;
      const { accused: _accused, ...visible } = changes;
      return { ...event, data: { ...data, changes: visible } };
    }
    case 'PetitionRated':
      return hideRating ? { ...event, data: {} } : event;
    case 'PetitionSplit':
      return { ...event, data: { ...fact.data, parts: fact.data.parts.map(({ requests }) => ({ requests })) } };
    case 'ChildSettled':
    case 'ChildReopened':
      return { ...event, data: { on: fact.data.on } };
    default:
      return event;
  }
};

const visibleRegistration = ({ parent: _, ...registration }: Registration) => registration;

const dataOf = <T extends PetitionEvent['type']>(events: readonly NewEvent[], ...types: readonly T[]) =>
  (events as unknown as (PetitionEvent & { at: string })[]).filter(
    (event): event is Extract<PetitionEvent, { type: T }> & { at: string } =>
      (types as readonly string[]).includes(event.type),
  );

/** What waits for whom, from the record alone. */
export const waitingFor = (petition: Petition, events: readonly NewEvent[], units: UnitDirectory) =>
  waitingSteps(petition.progress).map((ref) => {
    const { audience, ...step } = describeStep('petition', events, ref, units);
    return { ...ref, audience, ...dueShown(step) };
  });

/**
 * Who proposed that somebody withdraws concerns those who decide and look after it, and whoever proposed it; he whom it is
 * about learns of it from the decision (Art. 46: no retaliation).
 */
const seesProposal = (
  { officer, by }: Petition['recusals']['proposals'][number],
  viewer: Viewer | undefined,
): boolean =>
  viewer !== undefined &&
  officer !== viewer.officer.id &&
  (by === viewer.officer.id ||
    viewer.officer.roles.some((role) => role === 'petition-officer' || role === 'supervisor' || role === 'auditor'));

/** What an old ledger says; by what it is known again is for imports alone. */
const formerView = ({ digest: _, ...former }: Former) => former;

/** The whole matter for an officer who is concerned with it; what is given to it decides whether persons are masked. */
export const officerView = (
  petition: Petition,
  events: readonly StoredEvent[],
  units: UnitDirectory,
  viewer?: Viewer,
) => ({
  number: petition.number,
  version: petition.version,
  status: statusOf(petition),
  summary: summaryOf(petition),
  registration: petition.registration && visibleRegistration(petition.registration),
  former: petition.former && formerView(petition.former),
  repeats: petition.repeats,
  route: petition.route,
  ...intakeView(petition, events),
  objection: petition.objection,
  acceptedOn: petition.acceptedOn,
  diverted: petition.diverted,
  assignment: petition.assignment,
  legs: petition.legs,
  recused: petition.recused,
  recusals: petition.recusals.proposals.filter((proposal) => seesProposal(proposal, viewer)),
  emergencyAccesses: petition.emergencies,
  mediations: petition.mediations,
  agreements: dataOf(events, 'AgreementDrafted').map(({ data }) => data),
  opinions: petition.opinions.map((opinion, index) => ({
    ...opinion,
    ...dataOf(events, 'OpinionDrafted')[index]?.data,
  })),
  reviews: petition.reviews,
  ...supervisionView(petition, events),
  ...sponsorshipView(petition, events),
  enrolments: petition.enrolments,
  ...incidentsView(petition, events, units, viewer),
  keeping: petition.keeping,
  concludedOn: petition.concludedOn,
  resolvedOn: petition.resolvedOn,
  deadlines: petition.deadlines,
  notices: petition.notices,
  waitingFor: waitingFor(petition, events, units),
});

/**
 * The petitioner's page: registration, where it was sent and when, acceptance or diversion, opinions and review opinions
 * with their dates and remedies, what can be done next. Nothing about who inside said what.
 */
export const petitionerView = (
  petition: Petition,
  events: readonly StoredEvent[],
  units: UnitDirectory,
  { today, configuration = defaultConfiguration }: { today?: string; configuration?: Configuration } = {},
) => {
  const { registration } = petition;
  const name = (unit: string | undefined) => unit && (units.get(unit)?.name ?? unit);
  const registered = {
    number: petition.number,
    receivedOn: registration?.receivedOn,
    registeredBy: name(registration?.unit),
    subject: registration?.subject,
  };
  // An accusation has no public progress: its feedback follows the discipline organ's own rules (Art. 23, 30).
  if (isSealed(petition)) {
    const status = petition.route === undefined ? 'registered' : 'handed-over';
    return { ...registered, status, sealed: true, milestones: [], actions: [] };
  }
  const on = (at: string) => legalDay(at);
  const milestones = [
    ...dataOf(events, 'PetitionRouted').map(({ at, data }) => ({
      what: 'forwarded',
      on: on(at),
      unit: name(data.route.competentUnit),
      basis: data.route.basis,
    })),
    ...dataOf(events, 'PetitionAccepted').map(({ data }) => ({
      what: 'accepted',
      on: data.on,
      basis: data.basis,
      due: data.deadlines[0]?.due,
    })),
    ...dataOf(events, 'HandlingSuspended').map(({ data }) => ({
      what: 'suspended',
      on: data.on,
      from: data.from,
      to: data.to,
      due: data.due,
      reason: data.reason,
      basis: data.source,
    })),
    ...dataOf(events, 'ExtensionDecided')
      .filter(({ data }) => data.approved)
      .map(({ data }) => ({ what: 'extended', on: data.on, due: data.due, reason: data.reason, basis: data.basis })),
    ...dataOf(events, 'PetitionDiverted').map(({ at, data }) => ({
      what: 'diverted',
      on: on(at),
      procedure: data.procedure,
      organ: data.organ,
      remedy: data.remedy,
      basis: data.basis,
    })),
    ...dataOf(events, 'AgreementSigned').map(({ data }) => ({
      what: 'agreement',
      on: data.effectiveOn,
      basis: data.basis,
    })),
    ...dataOf(events, 'SponsorApproved', 'SponsorResumed').map(({ data }) => ({
      what: 'sponsored',
      on: data.on,
      basis: 'R18',
    })),
    ...dataOf(events, 'PetitionConcluded').map(({ data }) => ({ what: 'concluded', on: data.on })),
    ...dataOf(events, 'DisputeResolved').map(({ data }) => ({ what: 'resolved', on: data.on })),
    ...intakeMilestones(events, name),
    ...incidentMilestones(events, name),
  ];
  const drafted = dataOf(events, 'OpinionDrafted');
  const opinions = petition.opinions.flatMap(({ servedOn, publishedOn, result, quashed }, index) => {
    const opinion = drafted[index]?.data;
    // Who is out of reach can read it with the code before it counts as received.
    if ((servedOn === undefined && publishedOn === undefined) || !opinion) return [];
    const { answers, facts, reasons, legalBasis, remedy, unit } = opinion;
    return [
      {
        servedOn,
        publishedOn,
        result,
        ...(quashed ? { quashed } : {}),
        answers,
        facts,
        reasons,
        legalBasis,
        unit: name(unit),
        ...(remedy ? { remedy: { ...remedy, reviewUnit: name(remedy.reviewUnit) } } : {}),
      },
    ];
  });
  const requested = dataOf(events, 'ReviewRequested');
  const admissions = dataOf(events, 'ReviewAdmitted');
  const decided = dataOf(events, 'ReviewDecided');
  let decisions = 0;
  const reviews = petition.reviews.map(
    ({ level, unit, requestedOn, admitted, outcome, servedOn, publishedOn }, index) => {
      const opinion = outcome === undefined ? undefined : decided[decisions++]?.data.opinion;
      const known = servedOn !== undefined || publishedOn !== undefined;
      return {
        level,
        unit: name(unit),
        requestedOn,
        due: requested[index]?.data.deadlines[0]?.due,
        ...(admitted === undefined ? {} : { admitted }),
        // A request that is not admitted is answered with its reasons; an opinion is read once it is served (Art. 35).
        ...(admitted === false ? { reason: admissions.filter((_, i) => i <= index).at(-1)?.data.reason } : {}),
        ...(known ? { outcome, opinion, servedOn, publishedOn } : {}),
      };
    },
  );
  const window = reviewWindow(petition);
  return {
    ...registered,
    status: statusOf(petition),
    sealed: false,
    milestones,
    opinions,
    reviews,
    rating: petition.rating,
    recusals: petition.recusals.proposals
      .filter(({ by }) => by === 'petitioner')
      .map(({ whom, on: proposedOn, due, decided }) => ({
        whom,
        proposedOn,
        due,
        ...(decided ? { granted: decided.granted, reason: decided.reason, decidedOn: decided.on } : {}),
      })),
    reviewDeclined: petition.reviewDeclined,
    final: today === undefined ? undefined : finalityOf(petition, today),
    /** Until when the organ has to answer, as it stands now. */
    handlingUntil: petition.deadlines.findLast(({ limit, state }) => limit === 'handling' && state === 'running')?.due,
    /** Until when review or recheck can be requested. */
    reviewUntil: window?.due,
    actions: [
      ...(canRate(petition, today, configuration) ? ['rate'] : []),
      ...(window ? ['request-review'] : []),
      ...(window && !petition.reviewDeclined ? ['decline-review'] : []),
      ...withdrawalActions(petition),
    ],
  };
};
