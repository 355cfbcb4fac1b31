/**
 * A recount of everything, from nothing but histories: slow, simple and written apart from what it checks
 * (domain/statistics), which it does not import. It knows nothing of sheets, differences or counters.
 */

import { legalDay, plusDays } from '../../domain/calendar/calendar.ts';
import type { Configuration } from '../../domain/configuration.ts';
import type { UnitDirectory } from '../../domain/organisation/unit.ts';
import { dutyOf } from '../../domain/petition/clocks.ts';
import { foldPetition, statusOf } from '../../domain/petition/petition.ts';
import type { Petition } from '../../domain/petition/state.ts';
import type { NewEvent } from '../../domain/ports.ts';

export interface History {
  readonly kind: string;
  readonly id: string;
  readonly events: readonly Pick<NewEvent, 'type' | 'at' | 'actor' | 'data'>[];
}

export interface RecountRules {
  readonly units: UnitDirectory;
  readonly configuration: Configuration;
}

// biome-ignore lint/suspicious/noExplicitAny: data of facts, read as somebody reads an export
type Data = any;

/** All figures that are not zero, by `unit period figure`. */
export const naiveRecount = (histories: readonly History[], rules: RecountRules): ReadonlyMap<string, number> => {
  const counted = new Map<string, number>();
  const count = (unit: string | undefined, day: string, figure: string, by = 1, period = day.slice(0, 7)) => {
    if (unit === undefined || unit === '' || by === 0) return;
    const key = `${unit} ${period} ${figure}`;
    counted.set(key, (counted.get(key) ?? 0) + by);
  };
  const petitions = new Map<string, { events: History['events']; petition: Petition }>();
  for (const { kind, id, events } of histories) {
    if (kind === 'session') countDay(events, count);
    if (kind === 'petition' && events.length > 0) petitions.set(id, { events, petition: foldPetition(events) });
  }
  for (const [id, { events, petition }] of petitions) {
    if (!isKnown(petition)) continue;
    countActs(events, rules.units, count);
    const again = petition.repeats.some((earlier) => {
      const other = petitions.get(earlier);
      return other !== undefined && isKnown(other.petition);
    });
    countReceipt(petition, again, count);
    if (petition.intake.refusal?.approvedOn === undefined) countLimits(events, petition, rules.units, count);
    const later = [...petitions.values()]
      .filter((other) => isKnown(other.petition) && other.petition.repeats.includes(id))
      .map((other) => other.petition.registration?.receivedOn ?? '');
    countOutcome(petition, again, later, rules, count);
  }
  return counted;
};

type Count = (unit: string | undefined, day: string, figure: string, by?: number, period?: string) => void;

/** No accusation, and no longer one that may turn out to be one. */
const isKnown = (petition: Petition): boolean => {
  const status = statusOf(petition);
  if (petition.route?.purpose === 'accusation') return false;
  return status !== 'registered';
};

const countDay = (events: History['events'], count: Count): void => {
  const published = events.find(({ type }) => type === 'SessionPublished')?.data as Data;
  if (!published) return;
  const { unit, content } = published;
  const came = events.filter(({ type }) => type === 'VisitorCheckedIn').map(({ data }) => data as Data);
  if (came.length === 0) return;
  const persons = came.reduce((sum, { persons: present }) => sum + present, 0);
  for (const suffix of ['', `.mode.${content.mode}`]) {
    count(unit, content.date, `receptions${suffix}`);
    count(unit, content.date, `batches${suffix}`, came.length);
    count(unit, content.date, `persons-received${suffix}`, persons);
  }
  for (const { type, data } of events)
    if (type === 'InstructionIssued' && (data as Data).solvedOnTheSpot) count(unit, content.date, 'solved-on-the-spot');
};

const countActs = (events: History['events'], units: UnitDirectory, count: Count): void => {
  const supervised: string[] = [];
  events.forEach(({ type, at, actor, data: stated }, index) => {
    const data = stated as Data;
    const day = legalDay(at);
    if (type === 'PetitionRouted' && data.route.purpose !== 'accusation') {
      if (data.route.disposition === 'forward') count(actor.unit, day, 'forwarded');
      if (data.route.disposition === 'hand-over') count(actor.unit, day, 'handed-over');
      if (data.route.disposition === 'own') count(actor.unit, day, 'own');
    }
    if (type === 'SupervisionOpened') {
      supervised.push(data.against);
      const office = data.automatic ? units.supervisorOf(data.against) : actor.unit;
      count(office, day, 'supervised');
      count(office, day, `supervised.ground.${data.ground}`);
      count(data.against, day, 'under-supervision');
    }
    if (type === 'MeasureProposed') {
      count(actor.unit, day, `proposed-${data.kind}`);
      // Which number it has in its supervision, and the first answer that is about it.
      const number =
        events.slice(0, index).filter((each) => each.type === 'MeasureProposed' && sameSupervision(each.data, data))
          .length + 1;
      const answer = events.slice(index + 1).find((each) => {
        const feedback = each.data as Data;
        if (each.type !== 'FeedbackGiven' || !sameSupervision(feedback, data)) return false;
        return feedback.proposal === undefined
          ? data.addressee === supervised[data.supervision - 1]
          : feedback.proposal === number;
      });
      if (answer) count(actor.unit, day, `answered-${data.kind}`);
      if (answer && (answer.data as Data).adopted) count(actor.unit, day, `adopted-${data.kind}`);
    }
  });
};

const sameSupervision = (a: Data, b: Data): boolean => a.supervision === b.supervision;

const countReceipt = ({ registration, route }: Petition, again: boolean, count: Count): void => {
  if (!registration) return;
  const { unit, receivedOn, channel, source, petitioner, parent } = registration;
  if (parent === undefined) {
    count(unit, receivedOn, 'registered');
    count(unit, receivedOn, `registered.channel.${channel}`);
    count(unit, receivedOn, `registered.source.${source}`);
    count(unit, receivedOn, `registered.form.${petitioner.form}`);
    if (route) count(unit, receivedOn, `registered.purpose.${route.purpose}`);
    if (route) count(unit, receivedOn, `registered.category.${route.category}`);
    const persons = petitioner.form === 'joint' ? petitioner.headcount : 1;
    count(unit, receivedOn, 'persons', persons);
    count(unit, receivedOn, `persons.channel.${channel}`, persons);
    if (again) count(unit, receivedOn, 'repeat');
  }
  if (route) {
    count(route.competentUnit, receivedOn, 'received');
    count(route.competentUnit, receivedOn, `received.purpose.${route.purpose}`);
  }
};

/** For each limit: the last fact that decided it, found by folding every beginning of the history. */
const countLimits = (events: History['events'], petition: Petition, units: UnitDirectory, count: Count): void => {
  const states = events.map((_, index) => foldPetition(events.slice(0, index + 1)));
  petition.deadlines.forEach(({ limit, due, state }, index) => {
    const name =
      limit === 'notify'
        ? 'notices'
        : ['handling', 'reply', 'simple-answer', 'perform-or-answer'].includes(limit)
          ? 'answers'
          : undefined;
    if (name === undefined || state === 'stopped') return;
    if (state === 'running') {
      count(dutyOf(petition, petition.deadlines[index] as Data, { units }), due, `${name}-pending`);
      return;
    }
    let decisive = states.length - 1;
    while (decisive > 0 && states[decisive - 1]?.deadlines[index]?.state === state) decisive -= 1;
    const before = states[decisive - 1];
    const then = before?.deadlines[index] ? before : (states[decisive] as Petition);
    const unit = dutyOf(then, then.deadlines[index] as Data, { units });
    count(unit, due, `${name}-due`);
    const { at, data } = events[decisive] as History['events'][number];
    const { servedOn, on } = data as Data;
    if (state === 'met' && (servedOn ?? on ?? legalDay(at)) <= due) count(unit, due, `${name}-in-time`);
  });
};

const countOutcome = (
  petition: Petition,
  again: boolean,
  later: readonly string[],
  { units, configuration }: RecountRules,
  count: Count,
): void => {
  const { registration, route, intake, incidents, concludedOn } = petition;
  if (!registration) return;
  const handler = petition.assignment?.approvedBy ? petition.assignment.leadUnit : route?.competentUnit;
  if (intake.refusal?.approvedOn) count(intake.refusal.unit, intake.refusal.approvedOn, intake.refusal.kind);
  if (intake.redirectedOn) count(registration.unit, intake.redirectedOn, 'redirected');
  if (incidents.ended) count(registration.unit, incidents.ended.on, incidents.ended.how);
  if (['routed', 'in-progress', 'answered'].includes(statusOf(petition)))
    count(handler, registration.receivedOn, `open.${registration.receivedOn.slice(0, 7)}`, 1, 'open');
  for (const mediation of petition.mediations)
    if (mediation.agreement?.effectiveOn) count(mediation.committee, mediation.agreement.effectiveOn, 'mediated');
  for (const unit of Object.keys(petition.legs)) {
    const at = petition.legs[unit]?.reportedInAt;
    if (at) count(unit, legalDay(at), 'reported-in');
  }
  for (const review of petition.reviews) count(review.unit, review.requestedOn, `${review.level}-requested`);
  if (intake.refusal?.approvedOn) return;
  if (petition.acceptedOn && route) count(route.competentUnit, petition.acceptedOn, 'accepted');
  if (petition.resolvedOn) count(handler, petition.resolvedOn, 'resolved');
  for (const { programme, batch = 0, on } of petition.enrolments) {
    const inProgramme = (step: string) =>
      count(handler, on, `${step}.batch.${String(batch)}`, 1, `programme:${programme}`);
    inProgramme('enrolled');
    if (petition.concludedOn) inProgramme('concluded');
    if (petition.resolvedOn) inProgramme('resolved');
  }
  if (petition.sponsorship.since) count(handler, petition.sponsorship.since, 'sponsored');
  if (petition.sponsorship.since && petition.resolvedOn) count(handler, petition.resolvedOn, 'sponsored-resolved');
  if (!concludedOn) return;
  count(handler, concludedOn, 'concluded');
  if (!again && !registration.parent) {
    count(handler, concludedOn, 'concluded-first-time');
    const until = plusDays(concludedOn, configuration.figures.repeatWindowDays);
    if (!later.some((day) => day > concludedOn && day <= until)) count(handler, concludedOn, 'concluded-at-once');
  }
  const outsideRating = route === undefined || route.purpose !== 'appeal';
  if (outsideRating || !petition.opinions.some(({ servedOn }) => servedOn !== undefined)) return;
  const office = units.petitionOfficeOf(registration.unit);
  count(handler, concludedOn, 'ratable');
  count(office, concludedOn, 'office-ratable');
  if (petition.rating) {
    count(handler, concludedOn, 'rated');
    count(office, concludedOn, 'office-rated');
    if (petition.rating.organ.endsWith('satisfied') && !petition.rating.organ.startsWith('dis'))
      count(handler, concludedOn, 'satisfied');
    if (petition.rating.petitionOffice.endsWith('satisfied') && !petition.rating.petitionOffice.startsWith('dis'))
      count(office, concludedOn, 'office-satisfied');
  }
};
