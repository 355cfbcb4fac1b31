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
    const sum = (counted.get(key) ?? 0) + by;
    if (sum === 0) counted.delete(key);
    else counted.set(key, sum);
  };
  const petitions = new Map<string, { events: History['events']; petition: Petition }>();
  for (const { kind, id, events } of histories) {
    if (kind === 'session') countDay(events, count);
    if (kind === 'briefing') countBriefing(events, count);
    if (kind === 'grid') countGrid(events, count);
    if (kind === 'centre') countCentre(events, count);
    if (kind === 'need') countNeed(events, count);
    if (kind === 'assembly') countAssembly(events, count);
    if (kind === 'petition' && events.length > 0) petitions.set(id, { events, petition: foldPetition(events) });
  }
  const known = (id: string): boolean => {
    const found = petitions.get(id);
    return found !== undefined && isKnown(found.petition);
  };
  const matched = new Set<string>();
  for (const { kind, id, events } of histories) {
    if (kind === 'whistle') countWhistle(events, known, matched, count);
    if (kind === 'placement' && known(id)) countPlacement(events, rules.units, count);
  }
  for (const { kind, id, events } of histories) {
    const added = events.find(({ type }) => kind === 'list-item' && type === 'ListItemAdded')?.data as Data;
    if (!added) continue;
    count(added.unit, added.on, `${added.list}s-listed`);
    if (matched.has(id)) count(added.unit, added.on, `${added.list}s-matched`);
  }
  const repeatedBy = new Map<string, string[]>();
  for (const { petition } of petitions.values())
    for (const earlier of isKnown(petition) ? petition.repeats : [])
      repeatedBy.set(earlier, [...(repeatedBy.get(earlier) ?? []), petition.registration?.receivedOn ?? '']);
  for (const [id, { events, petition }] of petitions) {
    countLying(events, isKnown(petition) || isLeftLying(events), count);
    if (isLeftLying(events)) {
      countActs(events, rules.units, count);
      countLimits(events, petition, rules.units, count);
    }
    if (!isKnown(petition)) continue;
    if (events[0]?.type === 'PetitionImported') {
      const { registration } = events[0].data as Data;
      count(registration.unit, registration.receivedOn, 'imported');
      continue;
    }
    countActs(events, rules.units, count);
    const again = petition.repeats.some(known);
    countReceipt(petition, again, count);
    if (petition.intake.refusal?.approvedOn === undefined) countLimits(events, petition, rules.units, count);
    countOutcome(petition, again, repeatedBy.get(id) ?? [], rules, count);
  }
  return counted;
};

type Count = (unit: string | undefined, day: string, figure: string, by?: number, period?: string) => void;

/** No accusation, and no longer one that may turn out to be one. */
const isKnown = (petition: Petition): boolean => {
  const status = statusOf(petition);
  if (petition.route?.purpose === 'accusation') return false;
  return status !== 'registered' && status !== 'sealed';
};

/**
 * Its last day to be routed was missed and nothing is decided of it, or what was decided was given back; nothing says that it is an
 * accusation, was one, or may turn out to be one.
 */
const isLeftLying = (events: History['events']): boolean => {
  const { registration, deadlines = [] } = (events[0]?.data ?? {}) as Data;
  const ends = ['PetitionRetriaged', 'RefusalApproved', 'PetitionRedirected', 'PetitionWithdrawn', 'PetitionerDied'];
  let accused = registration?.accused !== undefined;
  for (const { type, data } of events)
    if (type === 'RegistrationAmended') {
      const { changes } = data as Data;
      accused = changes.noAccusation ? false : accused || changes.accused !== undefined;
    }
  const [receipt] = deadlines as Data[];
  const missed = events.some(
    ({ type, data }) =>
      type === 'DeadlineMissed' &&
      (data as Data).limit === receipt?.limit &&
      (receipt?.limit === 'forward' || (data as Data).due === receipt?.due),
  );
  const sealedOnce = events.some(
    ({ type, data }) => type === 'PetitionRouted' && (data as Data).route.purpose === 'accusation',
  );
  const ended = statusOf(foldPetition(events)) !== 'registered' || events.some(({ type }) => ends.includes(type));
  return missed && !ended && !accused && !sealedOnce && registration?.parent === undefined;
};

/** What lay untriaged after its last day: more from the month in which that was over, less from the one in which it was triaged. */
const countLying = (events: History['events'], told: boolean, count: Count): void => {
  if (!told) return;
  const { unit } = foldPetition(events).registration ?? { unit: '' };
  const { deadlines = [] } = (events[0]?.data ?? {}) as Data;
  let from: string | undefined;
  for (const [index, { at }] of events.entries()) {
    const prefix = events.slice(0, index + 1);
    if (from === undefined && isLeftLying(prefix)) {
      const [missed] = prefix
        .filter(({ type }) => type === 'DeadlineMissed')
        .map(({ data }) => data as Data)
        .filter(({ limit }) => limit === (deadlines[0] as Data).limit);
      const wasElsewhere = prefix.some(({ type }) => type === 'PetitionRouted');
      from = (wasElsewhere ? legalDay(at) : plusDays(String(missed?.due), 1)).slice(0, 7);
      count(unit, `${from}-01`, `untriaged.${from}`, 1, 'standing');
    } else if (from !== undefined && isKnown(foldPetition(prefix))) {
      const until = legalDay(at).slice(0, 7);
      count(unit, `${until}-01`, `untriaged.${until}`, -1, 'standing');
      from = undefined;
    }
  }
};

const countBriefing = (events: History['events'], count: Count): void => {
  const given = events.find(({ type }) => type === 'BriefingGiven')?.data as Data;
  const noted = events.find(({ type }) => type === 'BriefingOutcomeNoted')?.data as Data;
  if (given) count(given.unit, given.on, 'briefings');
  if (noted) count(given.unit, given.on, 'briefings-answered');
  if (noted?.adopted === true) count(given.unit, given.on, 'briefings-adopted');
};

const countDay = (events: History['events'], count: Count): void => {
  const published = events.find(({ type }) => type === 'SessionPublished')?.data as Data;
  if (!published) return;
  const { unit, content } = published;
  const of = (type: string): Data[] => events.filter((each) => each.type === type).map(({ data }) => data as Data);
  const date = of('SessionRescheduled').at(-1)?.date ?? content.date;
  const came = of('VisitorCheckedIn');
  const instructions = of('InstructionIssued');
  // A later note about the same leader corrects the earlier.
  const absent = of('AttendanceNoted').filter(
    ({ attended, leader }, index, all) => !attended && !all.slice(index + 1).some((each) => each.leader === leader),
  );
  const there = [
    ...of('AttendanceNoted').filter(({ attended }) => attended),
    ...instructions.filter(({ on }) => on === date),
  ].filter(({ leader }) => !absent.some((each) => each.leader === leader));
  if (came.length === 0 && there.length === 0) return;
  const persons = came.reduce((sum, { persons: present }) => sum + present, 0);
  // Those who were announced, the first of whom was there; a day is one leader's.
  const announced = [content, ...of('LeaderReplaced')].map(({ leader }) => leader);
  const receiver = announced.find((each) => there.some(({ leader }) => leader === each));
  for (const suffix of ['', `.mode.${content.mode}`, ...(receiver === undefined ? [] : [`.leader.${receiver}`])]) {
    // Nobody's reception, where no leader was there.
    if (receiver !== undefined) count(unit, date, `receptions${suffix}`);
    count(unit, date, `batches${suffix}`, came.length);
    count(unit, date, `persons-received${suffix}`, persons);
  }
  const visits = (type: string) => new Set(of(type).map(({ visit }) => visit));
  const [late, done] = [visits('CommitmentMissed'), visits('CommitmentConfirmed')];
  for (const { solvedOnTheSpot, visit, leader } of instructions) {
    const both = (figure: string) => {
      count(unit, date, figure);
      count(unit, date, `${figure}.leader.${leader}`);
    };
    both(solvedOnTheSpot ? 'solved-on-the-spot' : 'commitments');
    if (late.has(visit)) both('commitments-late');
    if (done.has(visit)) both('commitments-done');
    if (solvedOnTheSpot || done.has(visit)) continue;
    count(unit, date, `commitments-open.${date.slice(0, 7)}`, 1, 'open');
    count(unit, date, `commitments-open.leader.${leader}`, 1, 'open');
  }
};

/** Of each department that was called: what it did and what it missed, as the facts say. */
const countWhistle = (
  events: History['events'],
  known: (petition: string) => boolean,
  matched: Set<string>,
  count: Count,
): void => {
  const of = (...types: string[]): Data[] =>
    events.filter(({ type }) => types.includes(type)).map(({ data }) => data as Data);
  const content = of('WhistleDrafted', 'WhistleRedrafted').at(-1)?.content;
  const approved = events.find(({ type }) => type === 'WhistleApproved');
  // Also of one that somebody had called off before, with a supervision that was still open.
  const accused = of('WhistleCalledOff').some(({ because }) => because === 'accusation');
  if (!content || !approved || accused) return;
  if (content.petition !== undefined && !known(content.petition)) return;
  const [{ unit: caller }] = of('WhistleDrafted') as [Data];
  const { called, at: blownAt } = approved.data as Data;
  count(caller, legalDay(blownAt), 'whistles');
  if (content.joint) count(caller, legalDay(blownAt), 'joint-projects');
  for (const id of [...(content.joint?.needs ?? []), ...(content.joint?.resources ?? [])]) matched.add(id);
  const answers = of('WhistleObjectionAnswered', 'WhistleDisputeDecided');
  const replaced = answers.flatMap(({ replacement, at }) => (replacement ? [{ ...replacement, at }] : []));
  for (const leg of [...called.map((each: Data) => ({ ...each, at: blownAt })), ...replaced]) {
    const { unit, at } = leg;
    const put = (figure: string) => count(unit, legalDay(at), figure);
    if (answers.some((each) => each.unit === unit && (each.agreed === true || each.keeps === false))) {
      put('wrong-calls');
      continue;
    }
    put('calls');
    const did = (...types: string[]) => of(...types).some((each) => each.unit === unit);
    const answered = did('WhistleOutcomeRecorded');
    for (const [limit, figure, types] of [
      ['whistle-acknowledge', 'acknowledgements', ['WhistleAcknowledged', 'CallerContacted', 'WhistleAttended']],
      ['whistle-contact', 'contacts', ['CallerContacted', 'WhistleAttended']],
      ['whistle-attend', 'attendances', ['WhistleAttended']],
    ] as const) {
      if (of('WhistleLimitMissed').some((each) => each.unit === unit && each.limit === limit)) put(`${figure}-due`);
      else if (did(...types)) for (const part of ['due', 'in-time']) put(`${figure}-${part}`);
      else if (of('WhistleCalledOff').length === 0) put(`${figure}-pending`);
    }
    if (answered) put('responses');
    if (of('WhistleOutcomeRecorded').some((each) => each.unit === unit && each.solution === 'solved')) {
      put('responses-solved');
    }
    const rating = of('ResponseRated').find((each) => each.unit === unit);
    if (rating) put('responses-rated');
    if (rating && rating.satisfaction !== 'dissatisfied') put('responses-satisfied');
  }
};

const countPlacement = (events: History['events'], units: UnitDirectory, count: Count): void => {
  const put = (unit: string, day: string, figure: string) => {
    count(unit, day, figure);
    count(unit, day, `${figure}.level.${units.get(unit)?.level ?? ''}`);
  };
  let [at, since, settled] = ['', '', false];
  for (const { type, data: stated } of events) {
    const data = stated as Data;
    if (type === 'MatterResolvedAtLevel') settled = true;
    if (type === 'MatterRecalled') [at, since, settled] = [data.to, data.on, false];
    const figure = { MatterTakenIn: 'taken-in', MatterTransferredDown: 'sent-down', MatterEscalated: 'come-up' }[type];
    if (figure === undefined) continue;
    // Who goes on is not content with how it was settled.
    if (figure === 'come-up') settled = false;
    [at, since] = [data.to ?? data.unit, data.on];
    put(at, since, figure);
  }
  if (at === '') return;
  put(at, since, 'placed');
  if (settled) put(at, since, 'placed-settled');
};

/** Month by month, for years: a grid counts in each month in which it is there on some day. */
const countGrid = (events: History['events'], count: Count): void => {
  const [defined] = events;
  if (!defined) return;
  const { unit, version } = defined.data as Data;
  const drawn = events.filter(({ type }) => type === 'GridRedrawn');
  const closed = events.findLast(({ type }) => type === 'GridClosed')?.data as Data;
  const last = drawn.length === 0 ? version.validTo : undefined;
  const end: string = closed?.validTo ?? last ?? '2100-01-01';
  const months: [string, string, string][] = [['grids', version.validFrom, end]];
  events.forEach(({ type, data: stated }) => {
    const data = stated as Data;
    if (type !== 'GridWorkerAppointed') return;
    const ended = events.find(
      (each) => each.type === 'GridAppointmentEnded' && (each.data as Data).appointment === data.appointment,
    )?.data as Data;
    const to: string = ended?.to ?? data.to ?? '2100-01-01';
    const ends = to < end ? to : end;
    if (data.from <= ends) months.push(['grid-workers', data.from, ends]);
  });
  countMonths(unit, months, count);
};

const countCentre = (events: History['events'], count: Count): void => {
  const opened = events.find(({ type }) => type === 'CentreRegistered')?.data as Data;
  const closed = events.find(({ type }) => type === 'CentreClosed')?.data as Data;
  const to: string = closed?.lastDay ?? '2100-01-01';
  if (opened && opened.from <= to) countMonths(opened.unit, [['centres', opened.from, to]], count);
};

const countMonths = (unit: string, months: readonly [string, string, string][], count: Count): void => {
  for (const [thing, from, to] of months) {
    // A counter holds by how much the number changes in its month.
    count(unit, from, `${thing}.${from.slice(0, 7)}`, 1, 'standing');
    if (to < '2100') {
      const [year, month] = to.split('-').map(Number) as [number, number];
      const after = new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 7);
      count(unit, to, `${thing}.${after}`, -1, 'standing');
    }
  }
};

const countNeed = (events: History['events'], count: Count): void => {
  const reported = events.find(({ type }) => type === 'NeedReported')?.data as Data;
  if (!reported) return;
  const { unit, report } = reported;
  count(unit, report.reportedOn, 'needs');
  count(unit, report.reportedOn, `needs.domain.${report.domain}`);
  // The last word on each service and day, except that nobody unsays that it was done.
  const last = new Map<string, string>();
  for (const { type, data: stated } of events) {
    const data = stated as Data;
    if (type === 'NeedResolvedLocally') count(unit, data.on, 'needs-met-on-the-spot');
    if (type === 'NeedPromoted') count(unit, data.on, 'needs-promoted');
    if (type === 'ServicesMissed') for (const each of data.services) last.set(`${data.day} ${each}`, 'missed');
    if (type !== 'ServicesRecorded') continue;
    for (const each of data.done) last.set(`${data.day} ${each}`, 'done');
    for (const { service } of data.missed) last.set(`${data.day} ${service}`, 'missed');
  }
  for (const [key, outcome] of last) count(unit, key.slice(0, 10), `services-${outcome}`);
};

const countAssembly = (events: History['events'], count: Count): void => {
  const data = (type: string) => events.filter((each) => each.type === type).map((each) => each.data as Data);
  const [convened] = data('AssemblyConvened');
  const [minutes] = data('MinutesPublished');
  if (!convened || !minutes) return;
  const { unit, announcement } = convened;
  const promoted = new Set(data('QuestionPromoted').map(({ question }) => question));
  count(unit, announcement.date, 'assemblies');
  count(unit, announcement.date, 'assembly-attendance', minutes.attendance);
  count(unit, announcement.date, 'questions-asked', data('QuestionRecorded').length);
  count(unit, announcement.date, 'questions-promoted', promoted.size);
  for (const { question, onTheSpot } of data('QuestionAnswered'))
    if (!promoted.has(question))
      count(unit, announcement.date, onTheSpot ? 'questions-answered-on-the-spot' : 'questions-answered-later');
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
  const { since, sponsor, endedOn } = petition.sponsorship;
  const forLeader = (day: string, figure: string) => {
    count(handler, day, figure);
    count(handler, day, `${figure}.leader.${sponsor ?? ''}`);
  };
  if (since) forLeader(since, 'sponsored');
  if (since && petition.resolvedOn) forLeader(petition.resolvedOn, 'sponsored-resolved');
  if (sponsor && !endedOn && !incidents.ended) {
    const { receivedOn } = registration;
    count(handler, receivedOn, `sponsored-open.${receivedOn.slice(0, 7)}`, 1, 'open');
    count(handler, receivedOn, `sponsored-open.leader.${sponsor}`, 1, 'open');
  }
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
