import { isSealed } from '../access/sight.ts';
import { type Briefing, type BriefingEvent, briefingStream } from '../briefing/briefing.ts';
import { legalDay, plusDays } from '../calendar/calendar.ts';
import type { Configuration } from '../configuration.ts';
import type { Deadline } from '../limits.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { dutyOf } from '../petition/clocks.ts';
import { isTurnedAway } from '../petition/intake-state.ts';
import { evolve, type PetitionEvent } from '../petition/petition.ts';
import { handlingOf } from '../petition/routes.ts';
import { sponsorOf } from '../petition/sponsorship-state.ts';
import { initialPetition, type Petition } from '../petition/state.ts';
import { foldPlain } from '../plain-stream.ts';
import type { NewEvent, StreamKind } from '../ports.ts';
import { foldSession } from '../reception/session-history.ts';
import { receivedBy, receptionCounts } from '../reception/summary.ts';
import { type EnrolmentStep, enrolmentFigure, programmePeriod } from './enrolments.ts';
import { Entries, emptySheet, isPetitionLink, type Sheet } from './entries.ts';
import type { Figure } from './figures.ts';
import { assemblySheet, centreSheet, gridSheet, needSheet } from './grassroots.ts';
import { listItemSheet, placementSheet, whistleSheet } from './joint.ts';

/** Later petitions that repeat this one with their days of receipt, and what else bears on it or depends on it (`linkTo`). */
export type BroughtAgain = Readonly<Record<string, string>>;

/** What counting must know of other streams. */
export interface Others {
  readonly broughtAgain: BroughtAgain;
  /** Does that petition count? A repeat of what turned out to be an accusation, or a whistle on it, would tell of it. */
  readonly counts: (petition: string) => boolean;
}

/** Whether anything of the stream may be known. */
export const isCountedSheet = ({ receivedOn }: Sheet): boolean => receivedOn !== undefined;

export interface CountingRules {
  readonly units: UnitDirectory;
  readonly configuration: Configuration;
}

type Stated = Pick<NewEvent, 'type' | 'at' | 'actor' | 'data'>;

/** Kinds of streams of which something counts. */
export const countedKinds = [
  'petition',
  'session',
  'grid',
  'need',
  'assembly',
  'centre',
  'whistle',
  'placement',
  'list-item',
  'briefing',
] as const satisfies StreamKind[];

export const isCountedKind = (kind: StreamKind): boolean => countedKinds.some((counted) => counted === kind);

/** What counts of a stream as its record stands now. A kind of stream that nobody has taught it counts nothing. */
export const sheetOf = (kind: StreamKind, events: readonly Stated[], others: Others, rules: CountingRules): Sheet => {
  if (events.length === 0) return emptySheet;
  switch (kind) {
    case 'petition':
      return petitionSheet(events, others, rules);
    case 'session':
      return sessionSheet(events);
    case 'centre':
      return centreSheet(events);
    case 'grid':
      return gridSheet(events);
    case 'need':
      return needSheet(events);
    case 'assembly':
      return assemblySheet(events);
    case 'whistle':
      return whistleSheet(events, others.counts);
    case 'placement':
      return placementSheet(events, others.counts, rules.units);
    case 'briefing':
      return briefingSheet(events);
    case 'list-item':
      return listItemSheet(events, others.broughtAgain);
    default:
      return emptySheet;
  }
};

const sessionSheet = (events: readonly Stated[]): Sheet => {
  const session = foldSession(events);
  const { unit, content, visits } = session;
  const { batches, persons } = receptionCounts(session);
  const made = visits.flatMap(({ commitment }) => (commitment ? [commitment] : []));
  const held = batches > 0 || receivedBy(session).length > 0;
  if (unit === undefined || content === undefined || !held) return emptySheet;
  const sheet = new Entries();
  // Whom nothing shows to have been there, received nobody: it is no leader's reception, however many came.
  const [leader] = receivedBy(session);
  const { date, mode } = content;
  if (leader !== undefined) sheet.add(unit, date, 'receptions', 1, { mode, leader });
  sheet.add(unit, date, 'batches', batches, { mode, leader });
  sheet.add(unit, date, 'persons-received', persons, { mode, leader });
  for (const { outcome, instructed } of visits)
    if (outcome === 'solved') sheet.add(unit, date, 'solved-on-the-spot', 1, { leader: instructed?.by });
  for (const { leader: by, completedOn, missed } of made) {
    sheet.add(unit, date, 'commitments', 1, { leader: by });
    if (completedOn === undefined) sheet.addOpen(unit, date, 'commitments-open', by);
    else sheet.add(unit, date, 'commitments-done', 1, { leader: by });
    if (missed.length > 0) sheet.add(unit, date, 'commitments-late', 1, { leader: by });
  }
  return { entries: sheet.all(), repeats: [] };
};

/** That an inspection body was told something, and whether it took it up, where that is known. */
const briefingSheet = (events: readonly Stated[]): Sheet => {
  const { unit, givenOn, outcome } = foldPlain<Briefing, BriefingEvent>(briefingStream, events);
  if (unit === undefined || givenOn === undefined) return emptySheet;
  const sheet = new Entries();
  sheet.add(unit, givenOn, 'briefings');
  if (outcome) sheet.add(unit, givenOn, 'briefings-answered');
  if (outcome?.adopted) sheet.add(unit, givenOn, 'briefings-adopted');
  return { entries: sheet.all(), repeats: [] };
};

/**
 * A matter counts from its triage on: until then it may turn out to be an accusation (检举控告), and a number that went up
 * and down again would tell that one had come. An accusation counts nowhere, for as long as it is one (Art. 30).
 */
const isCounted = (petition: Petition): boolean =>
  !isSealed(petition) &&
  (petition.route !== undefined || isTurnedAway(petition.intake) || petition.incidents.ended !== undefined);

/**
 * Registered, with no route, and its last day for that has passed (Art. 22, 23): whoever forwards nothing shows here (Art. 41, 43),
 * and so does who leaves lying what an organ gave back, since the sender's 15 days run on from the receipt. What the desk took in as
 * an accusation stays out, and what was one or is classified anew: it may turn out to be one.
 */
const isLeftUntriaged = (petition: Petition): boolean =>
  petition.registration !== undefined &&
  petition.registration.parent === undefined &&
  !isSealed(petition) &&
  !isCounted(petition) &&
  petition.intake.formerRoutes.every(({ ended, route }) => ended !== 'retriaged' && route.purpose !== 'accusation') &&
  // The limit of the receipt: a `notify` that came with a route is the organ's that had it.
  petition.deadlines[0]?.state === 'missed';

const petitionSheet = (events: readonly Stated[], others: Others, rules: CountingRules): Sheet => {
  const { petition, acts, lying } = walk(events as readonly (Stated & PetitionEvent)[], rules);
  const { registration, repeats } = petition;
  if (!registration) return emptySheet;
  const sheet = new Entries();
  if (isLeftUntriaged(petition)) {
    lyingFigures(registration.unit, lying, sheet);
    actFigures(acts, sheet);
    // Without a day of receipt: for everything that hangs on a petition it does not count yet.
    return { entries: sheet.all(), repeats: [] };
  }
  if (!isCounted(petition)) return emptySheet;
  // What was counted when it happened is not counted again among what this system registered and concluded.
  if (petition.former) {
    sheet.add(registration.unit, registration.receivedOn, 'imported');
    return { entries: sheet.all(), repeats: [], receivedOn: registration.receivedOn };
  }
  lyingFigures(registration.unit, lying, sheet);
  actFigures(acts, sheet);
  const isRepeat = repeats.some(others.counts);
  receiptFigures(petition, isRepeat, sheet);
  outcomeFigures(petition, isRepeat, others.broughtAgain, rules, sheet);
  return {
    entries: sheet.all(),
    repeats: repeats.filter((each) => each !== petition.number).sort(),
    receivedOn: registration.receivedOn,
  };
};

/** From when to when a matter lay there untriaged after its last day for that; more than once where an organ gave it back. */
interface Lying {
  readonly from: string;
  /** The day on which it was triaged. */
  readonly until?: string;
}

/** It lies there at the end of every month from the one in which it became late to the one before it was triaged. */
const lyingFigures = (unit: string, lying: readonly Lying[], sheet: Entries): void => {
  for (const { from, until } of lying) {
    if (until === undefined) sheet.addStanding(unit, 'untriaged', from, undefined);
    else if (from.slice(0, 7) < until.slice(0, 7))
      sheet.addStanding(unit, 'untriaged', from, plusDays(`${until.slice(0, 7)}-01`, -1));
  }
};

/** Something that counts on the day on which somebody did it, whatever becomes of the matter. */
interface Act {
  readonly unit: string;
  readonly day: string;
  readonly figure: Figure;
  readonly count?: number;
  readonly ground?: string;
}

const actFigures = (acts: readonly Act[], sheet: Entries): void => {
  for (const { unit, day, figure, count = 1, ground } of acts)
    sheet.add(unit, day, figure, count, ground ? { ground } : {});
};

const dispositions = { forward: 'forwarded', 'hand-over': 'handed-over', own: 'own' } as const;

const answerLimits: readonly Deadline['limit'][] = ['handling', 'reply', 'simple-answer', 'perform-or-answer'];

/** The figures of a limit that is watched. */
const timely = (limit: Deadline['limit']): 'notices' | 'answers' | undefined =>
  limit === 'notify' ? 'notices' : answerLimits.includes(limit) ? 'answers' : undefined;

/** The legal day on which it was done: as the fact names it, or on which it was recorded. */
const doneOn = ({ at, data }: Stated): string => {
  const { servedOn, on } = data as { readonly servedOn?: unknown; readonly on?: unknown };
  return typeof servedOn === 'string' ? servedOn : typeof on === 'string' ? on : legalDay(at);
};

/**
 * Walks a history once. Whose duty a limit was, is asked when it was met or missed: whoever takes a matter over does not
 * take over what somebody else was late with.
 */
const walk = (events: readonly (Stated & PetitionEvent)[], { units }: CountingRules) => {
  const acts: Act[] = [];
  const decided = new Map<number, { readonly unit: string; readonly inTime: boolean }>();
  const proposals: {
    unit: string;
    day: string;
    kind: ProposalKind;
    supervision: number;
    addressee: string;
    answer?: boolean;
  }[] = [];
  let petition = initialPetition;
  const lying: Lying[] = [];
  for (const event of events) {
    const before = petition;
    petition = evolve(petition, event);
    const open = lying.at(-1)?.until === undefined ? lying.at(-1) : undefined;
    if (!open && isLeftUntriaged(petition)) {
      // From its last day on, if it was never with anybody; else from the day on which it came back.
      const due = petition.deadlines[0]?.due ?? '';
      const isNew = petition.intake.formerRoutes.length === 0;
      lying.push({ from: isNew ? plusDays(due, 1) : legalDay(event.at) });
    } else if (open && isCounted(petition)) {
      lying[lying.length - 1] = { ...open, until: legalDay(event.at) };
    }
    petition.deadlines.forEach((deadline, index) => {
      const earlier = before.deadlines[index];
      if (timely(deadline.limit) === undefined || earlier?.state === deadline.state) return;
      const unit = earlier ? dutyOf(before, earlier, { units }) : dutyOf(petition, deadline, { units });
      if (deadline.state === 'missed') decided.set(index, { unit, inTime: false });
      if (deadline.state === 'met') decided.set(index, { unit, inTime: doneOn(event) <= deadline.due });
    });
    const unit = event.actor.unit;
    const day = legalDay(event.at);
    switch (event.type) {
      case 'PetitionRouted':
        // Nothing is left of an accusation, nor of a time when the matter was taken for one.
        if (event.data.route.purpose !== 'accusation')
          acts.push({ unit, day, figure: dispositions[event.data.route.disposition] });
        break;
      case 'SupervisionOpened': {
        const { against, automatic, ground } = event.data;
        acts.push({ unit: automatic ? units.supervisorOf(against) : unit, day, figure: 'supervised', ground });
        acts.push({ unit: against, day, figure: 'under-supervision' });
        break;
      }
      case 'MeasureProposed': {
        const { kind, addressee, supervision } = event.data;
        proposals.push({ unit, day, kind, addressee, supervision });
        break;
      }
      case 'FeedbackGiven': {
        const { supervision, proposal, adopted } = event.data;
        const against = before.supervisions[supervision - 1]?.against;
        // Feedback on one proposal, or the supervised unit's on everything that was put to it so far.
        proposals
          .filter((each) => each.supervision === supervision)
          .forEach((each, index) => {
            const meant = proposal === undefined ? each.addressee === against : index === proposal - 1;
            if (meant) each.answer ??= adopted;
          });
        break;
      }
      default:
    }
  }
  for (const { unit, day, kind, answer } of proposals) {
    acts.push({ unit, day, figure: `proposed-${kind}` });
    if (answer !== undefined) acts.push({ unit, day, figure: `answered-${kind}` });
    if (answer === true) acts.push({ unit, day, figure: `adopted-${kind}` });
  }
  // Refused matters count in no assessment (Art. 39).
  if (petition.intake.refusal?.approvedOn === undefined) acts.push(...timeliness(petition, decided, units));
  return { petition, acts, lying };
};

type ProposalKind = 'improve-work' | 'improve-policy' | 'hold-responsible';

const timeliness = (
  petition: Petition,
  decided: ReadonlyMap<number, { readonly unit: string; readonly inTime: boolean }>,
  units: UnitDirectory,
): Act[] =>
  petition.deadlines.flatMap((deadline, index): Act[] => {
    const kind = timely(deadline.limit);
    const { due: day, state } = deadline;
    if (kind === undefined || state === 'stopped') return [];
    if (state === 'running') return [{ unit: dutyOf(petition, deadline, { units }), day, figure: `${kind}-pending` }];
    const { unit = '', inTime = false } = decided.get(index) ?? {};
    return [
      { unit, day, figure: `${kind}-due` },
      ...(inTime ? [{ unit, day, figure: `${kind}-in-time` } as const] : []),
    ];
  });

/** Everybody who stands behind a receipt. */
const headcount = (petitioner: { readonly form: string; readonly headcount?: number }): number =>
  petitioner.headcount ?? 1;

/** What counts by the day of receipt. A part that was split off is no receipt of its own. */
const receiptFigures = ({ registration, route }: Petition, isRepeat: boolean, sheet: Entries): void => {
  if (!registration) return;
  const { unit, receivedOn: day, channel, source, petitioner } = registration;
  const purpose = route?.purpose;
  const category = route?.category;
  if (registration.parent === undefined) {
    sheet.add(unit, day, 'registered', 1, { channel, source, purpose, category, form: petitioner.form });
    sheet.add(unit, day, 'persons', headcount(petitioner), { channel });
    if (isRepeat) sheet.add(unit, day, 'repeat');
  }
  if (route) sheet.add(route.competentUnit, day, 'received', 1, { purpose });
};

/** Who handles it: the lead unit once a leader has approved it, the competent organ before. */
const handlerOf = ({ assignment, route }: Petition): string =>
  (assignment?.approvedBy === undefined ? route?.competentUnit : assignment.leadUnit) ?? '';

const isOpen = ({ intake, incidents, concludedOn, diverted, route }: Petition): boolean =>
  route !== undefined &&
  !isTurnedAway(intake) &&
  incidents.ended === undefined &&
  concludedOn === undefined &&
  diverted === undefined;

/** What has become of the matter. */
const outcomeFigures = (
  petition: Petition,
  isRepeat: boolean,
  broughtAgain: BroughtAgain,
  { units, configuration }: CountingRules,
  sheet: Entries,
): void => {
  const { registration, route, intake, incidents, acceptedOn, concludedOn, resolvedOn } = petition;
  if (!registration) return;
  const handler = handlerOf(petition);
  const { refusal, redirectedOn } = intake;
  if (refusal?.approvedOn !== undefined) sheet.add(refusal.unit, refusal.approvedOn, refusal.kind);
  if (redirectedOn !== undefined) sheet.add(registration.unit, redirectedOn, 'redirected');
  if (incidents.ended) sheet.add(registration.unit, incidents.ended.on, incidents.ended.how);
  if (isOpen(petition)) sheet.addOpen(handler, registration.receivedOn);
  for (const { committee, agreement } of petition.mediations)
    if (agreement?.effectiveOn !== undefined) sheet.add(committee, agreement.effectiveOn, 'mediated');
  for (const [unit, { reportedInAt }] of Object.entries(petition.legs))
    if (reportedInAt !== undefined) sheet.add(unit, legalDay(reportedInAt), 'reported-in');
  for (const { level, unit, requestedOn } of petition.reviews) sheet.add(unit, requestedOn, `${level}-requested`);
  if (refusal?.approvedOn !== undefined) return;
  if (acceptedOn !== undefined && route) sheet.add(route.competentUnit, acceptedOn, 'accepted');
  if (resolvedOn !== undefined) sheet.add(handler, resolvedOn, 'resolved');
  const { sponsor, since, endedOn } = petition.sponsorship;
  if (sponsor !== undefined && since !== undefined) sheet.add(handler, since, 'sponsored', 1, { leader: sponsor });
  if (endedOn !== undefined) sheet.add(handler, endedOn, 'sponsored-resolved', 1, { leader: sponsor });
  const owing = sponsorOf(petition);
  if (owing !== undefined) sheet.addOpen(handler, registration.receivedOn, 'sponsored-open', owing);
  for (const { programme, batch, on } of petition.enrolments) {
    const put = (step: EnrolmentStep) =>
      sheet.addIn(programmePeriod(programme), handler, on, enrolmentFigure(step, batch));
    put('enrolled');
    if (concludedOn !== undefined) put('concluded');
    if (resolvedOn !== undefined) put('resolved');
  }
  if (concludedOn === undefined) return;
  sheet.add(handler, concludedOn, 'concluded');
  if (!isRepeat && registration.parent === undefined) {
    sheet.add(handler, concludedOn, 'concluded-first-time');
    const until = plusDays(concludedOn, configuration.figures.repeatWindowDays);
    const again = Object.entries(broughtAgain).some(
      ([link, day]) => isPetitionLink(link) && day > concludedOn && day <= until,
    );
    if (!again) sheet.add(handler, concludedOn, 'concluded-at-once');
  }
  // Ratings count when the matter is concluded: before, nobody who is rated may see them, not in a count of one either.
  const served = petition.opinions.some(({ servedOn }) => servedOn !== undefined);
  if (!served || !route || !handlingOf(route).ratable) return;
  const office = units.petitionOfficeOf(registration.unit);
  const { rating } = petition;
  sheet.add(handler, concludedOn, 'ratable');
  sheet.add(office, concludedOn, 'office-ratable');
  if (!rating) return;
  sheet.add(handler, concludedOn, 'rated');
  sheet.add(office, concludedOn, 'office-rated');
  if (rating.organ !== 'dissatisfied') sheet.add(handler, concludedOn, 'satisfied');
  if (rating.petitionOffice !== 'dissatisfied') sheet.add(office, concludedOn, 'office-satisfied');
};
