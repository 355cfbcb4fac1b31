import type { UnitDirectory } from '../organisation/unit.ts';
import { sponsorOf } from '../petition/sponsorship-state.ts';
import { type Petition, type Post, unansweredProposals } from '../petition/state.ts';
import { legOf, type Whistle } from '../whistle/state.ts';
import type { Officer } from './roles.ts';
import { holderFromLedger, isUnderAccused } from './sight.ts';

/** What an action is done to, as far as the record knows it. */
export interface Target {
  readonly petition?: Petition;
  /** Unit of the session, for reception. */
  readonly sessionUnit?: string;
  /** The unit or officer that the command names, where the relation is about it. */
  readonly named?: string;
  /** Number of the supervision, proposal or access that the command is about. */
  readonly item?: number;
  /** Now (instant), where a right runs out. */
  readonly at?: string;
  readonly whistle?: Whistle;
  /** Who proposed what is to be decided, where the petition does not say it. */
  readonly proposedBy?: string;
  /** Where a matter has been placed: every centre that has had it, by its host, and the units that it is about (Art. 30). */
  readonly placed?: { readonly at: readonly string[]; readonly against: readonly string[] };
}

/** `undefined`: the record does not say yet, so nobody can act. */
export type Standing = boolean | undefined;

type Holds = (officer: Officer, target: Target, units: UnitDirectory) => Standing;

const inCharge = (officer: Officer, { petition }: Target, units: UnitDirectory): Standing =>
  petition?.registration && units.petitionOfficeOf(petition.registration.unit) === officer.unit;

/** The unit's own leaders, or those of a government above it, who stand in where nobody below may decide. */
const leads = (officer: Officer, unit: string, units: UnitDirectory): boolean =>
  units.leadershipOf(unit) === officer.unit || governs(officer.unit, unit, units);

/**
 * Whose leaders or head decide for a unit: its own; where he who would have to is recused (Art. 28), those of the next
 * government above.
 */
export const approversOf = (
  { recusals }: Pick<Petition, 'recusals'>,
  role: Post['role'],
  unit: string,
  units: UnitDirectory,
): string => {
  const own = units.leadershipOf(unit);
  const line = [own, ...units.superiorsOf(own).filter((each) => units.get(each)?.kind === 'government')];
  return line.find((each) => !recusals.posts.some((post) => post.unit === each && post.role === role)) ?? own;
};

const isOfUnitOrItsOffice = (officer: Officer, unit: string, units: UnitDirectory): boolean =>
  unit === officer.unit || units.petitionOfficeOf(unit) === officer.unit;

const governs = (government: string, unit: string, units: UnitDirectory): boolean =>
  units.get(government)?.kind === 'government' && units.isWithin(unit, government);

/** Who triages: the petition office in charge, or on direct receipt the organ itself (Art. 22, 23). */
const triages = (officer: Officer, { petition }: Target, units: UnitDirectory): Standing =>
  petition?.registration && (holderFromLedger(petition) ?? units.triageOf(petition.registration.unit)) === officer.unit;

/** The unit that proposes not to accept: whoever triages, or the competent organ once the matter was sent there. */
const refusingUnit = ({ intake, route, registration }: Petition, units: UnitDirectory): string | undefined =>
  intake.refusal?.unit ?? route?.competentUnit ?? (registration && units.triageOf(registration.unit));

/**
 * How the officer must stand to the target, in words. Every relation is about units, so that colleagues of one office can
 * stand in for each other; the few that are about a person say so.
 */
export const relations = {
  anywhere: () => true,
  /** Without a token; the portal checks the code (functions/shared/query-code.ts). No officer stands in this relation. */
  'own petition, by query code': () => false,
  'own booking, by query code': () => false,
  'own report from the grid': ({ id }, { petition }) =>
    petition?.registration && petition.registration.source === 'grid' && petition.registration.registeredBy === id,
  'registering unit': (officer, { petition }) => petition?.registration && petition.registration.unit === officer.unit,
  'petition office in charge': inCharge,
  'office or organ that triages': triages,
  'refusing unit': (officer, { petition }, units) => {
    const unit = petition && refusingUnit(petition, units);
    return unit === undefined ? undefined : unit === officer.unit;
  },
  'leadership of the refusing unit': (officer, { petition }, units) => {
    const unit = petition?.intake.refusal?.unit;
    return unit === undefined ? undefined : leads(officer, unit, units);
  },
  'unit that decides the dispute': (officer, { petition }, units) => {
    const dispute = petition?.intake.dispute;
    if (!dispute) return undefined;
    // The joint meeting speaks through its office; a superior through its leaders.
    return dispute.rule === 'joint-meeting'
      ? dispute.decider === officer.unit
      : officer.roles.includes('leader') && units.leadershipOf(dispute.decider) === officer.unit;
  },
  'designating government': (officer, { petition }) => {
    const government = petition?.intake.designation?.government;
    return government === undefined ? undefined : government === officer.unit;
  },
  'competent unit': (officer, { petition }) => petition?.route && petition.route.competentUnit === officer.unit,
  'leadership of the competent unit': (officer, { petition }, units) =>
    petition?.route && leads(officer, petition.route.competentUnit, units),
  'lead unit': (officer, { petition }) => petition?.assignment && petition.assignment.leadUnit === officer.unit,
  'leadership of the lead unit': (officer, { petition }, units) =>
    petition?.assignment && leads(officer, petition.assignment.leadUnit, units),
  'unit of the leg': (officer, { petition, named }) =>
    // Legs are there once a leader has called the units in.
    named === officer.unit && petition !== undefined && Object.hasOwn(petition.legs, officer.unit),
  'mediation committee, or lead unit': (officer, { petition }) => {
    const mediation = petition?.mediations.at(-1);
    return mediation && [mediation.committee, petition?.assignment?.leadUnit].includes(officer.unit);
  },
  'mediation committee': (officer, { petition }) => {
    const mediation = petition?.mediations.at(-1);
    return mediation && mediation.committee === officer.unit;
  },
  'reviewing unit': (officer, { petition }) => {
    const review = petition?.reviews.at(-1);
    return review && review.unit === officer.unit;
  },
  'handling unit': (officer, { petition }) => {
    const handling = petition && handlingUnit(petition);
    return handling === undefined ? undefined : handling === officer.unit;
  },
  'leadership of the handling unit': (officer, { petition }, units) => {
    // Art. 34 names the organ's own head: nobody above stands in, unless the head is recused (Art. 28).
    const handling = petition && handlingUnit(petition);
    return handling === undefined
      ? undefined
      : approversOf(petition as Petition, 'head', handling, units) === officer.unit;
  },
  'handling or reviewing unit': (officer, { petition }) => petition && handlesOrReviews(officer, petition),
  'leadership of the petition office in charge': (officer, { petition }, units) =>
    petition?.registration && leads(officer, units.petitionOfficeOf(petition.registration.unit), units),
  'unit that works on it': (officer, target, units) => {
    const { petition } = target;
    if (!petition?.registration) return undefined;
    const { registration, route, assignment, mediations } = petition;
    const working = [
      registration.unit,
      route?.competentUnit,
      ...(assignment?.approvedBy === undefined ? [] : [assignment.leadUnit, ...assignment.assistingUnits]),
      mediations.at(-1)?.committee,
    ];
    return working.includes(officer.unit) || inCharge(officer, target, units) || handlesOrReviews(officer, petition);
  },
  'petition office in charge, handling or reviewing unit': (officer, target, units) =>
    inCharge(officer, target, units) || (target.petition && handlesOrReviews(officer, target.petition)),
  'leadership or superior of the handling unit': (officer, { petition }, units) => {
    const handling = petition && handlingUnit(petition);
    if (handling === undefined) return undefined;
    return [units.leadershipOf(handling), units.reviewerOf(handling), units.supervisorOf(handling)].includes(
      officer.unit,
    );
  },
  'supervising office': (officer, { named }, units) => {
    if (named === undefined || named === officer.unit || units.get(officer.unit)?.kind !== 'petition-office')
      return false;
    return units.supervisorOf(named) === officer.unit || units.isWithin(named, jurisdiction(officer.unit, units));
  },
  'unit that owes the notice': (officer, { named }) => (named === undefined ? undefined : named === officer.unit),
  'sponsor of the matter': ({ id }, { petition }) => {
    const sponsor = petition && sponsorOf(petition);
    return sponsor === undefined ? undefined : sponsor === id;
  },
  'handling unit, or of the team of the sponsor': (officer, { petition }) => {
    const handling = petition && handlingUnit(petition);
    return handling === undefined
      ? undefined
      : handling === officer.unit || petition?.sponsorship.team.includes(officer.unit);
  },
  'supervised unit': (officer, { named }) => (named === undefined ? undefined : named === officer.unit),
  // Whoever publishes a day, a leader too: the office in charge of his unit is there when the unit has no desk.
  'unit of the session, or its petition office': (officer, { sessionUnit }, units) =>
    sessionUnit === undefined ? undefined : isOfUnitOrItsOffice(officer, sessionUnit, units),
  'unit of the session or below': (officer, { sessionUnit }, units) =>
    sessionUnit === undefined
      ? undefined
      : units.isWithin(officer.unit, sessionUnit) || units.leadershipOf(sessionUnit) === officer.unit,
  'leadership of the unit of the session': (officer, { sessionUnit }, units) =>
    sessionUnit === undefined ? undefined : leads(officer, sessionUnit, units),
  'leader who instructed, or leadership of the unit of the session': (officer, { sessionUnit, named }, units) =>
    sessionUnit === undefined ? undefined : named === officer.id || leads(officer, sessionUnit, units),
  'leader who is announced': ({ id }, { named }) => (named === undefined ? undefined : named === id),
  'unit whose leaders receive': (officer, { named }, units) =>
    named === undefined ? undefined : units.leadershipOf(officer.unit) === named,
  'area of the rota': (officer, { named }, units) =>
    named === undefined ? undefined : units.isWithin(named, units.areaOf(officer.unit)),
  'unit of the follow-up': (officer, { named }) => (named === undefined ? undefined : named === officer.unit),
  'petition office in charge, or the one above it': (officer, target, units) => {
    const { petition, named } = target;
    // Nobody lifts his own.
    if (!petition?.registration || named === officer.id) return false;
    return (
      inCharge(officer, target, units) ||
      units.supervisorOf(units.petitionOfficeOf(petition.registration.unit)) === officer.unit
    );
  },
  'oneself, or the petition office in charge': (officer, target, units) =>
    target.named === officer.id ? isConcerned(officer, target, units) : inCharge(officer, target, units),
  /** Of a sealed matter its organ alone can decide; never about oneself. */
  'organ that has the sealed accusation': (officer, { petition, named }) =>
    petition?.route?.purpose === 'accusation' && petition.route.competentUnit === officer.unit && named !== officer.id,
  'not concerned, of the same tree': (officer, target, units) =>
    target.petition?.registration &&
    units.isSameTree(officer.unit, target.petition.registration.unit) &&
    !isConcerned(officer, target, units),
  'emergency access that has not run out': (officer, { petition, at }) =>
    at !== undefined && petition?.emergencies.some(({ by, until }) => by === officer.id && at < until),
  'office that supervises the case': (officer, { petition }, units) =>
    petition?.registration && units.supervisorOf(units.petitionOfficeOf(petition.registration.unit)) === officer.unit,
  'units concerned': (officer, target, units) => isConcerned(officer, target, units),
  'unit of the grid or assembly': (officer, { named }) => (named === undefined ? undefined : named === officer.unit),
  'area of the grid or assembly': (officer, { named }, units) =>
    named === undefined ? undefined : units.isWithin(named, units.areaOf(officer.unit)),
  'unit of the programme, or above it': (officer, { named }, units) =>
    named === undefined ? undefined : units.isWithin(named, units.areaOf(officer.unit)),
  'area of the programme, or above it': (officer, { named }, units) =>
    named === undefined
      ? undefined
      : units.isWithin(named, units.areaOf(officer.unit)) || units.isWithin(officer.unit, units.areaOf(named)),
  'unit that blows the whistle': (officer, { whistle }) =>
    whistle?.unit === undefined ? undefined : whistle.unit === officer.unit,
  'leadership of the unit that blows the whistle': (officer, { whistle }, units) =>
    whistle?.unit === undefined ? undefined : leads(officer, whistle.unit, units),
  'unit that the whistle calls': (officer, { whistle, named }) =>
    // Called once the leader has approved, and only for its own part.
    whistle && named === officer.unit && legOf(whistle, officer.unit) !== undefined,
  'unit that decides the dispute on the whistle': (officer, { whistle, named }, units) => {
    const objection = whistle && named !== undefined ? legOf(whistle, named)?.objection : undefined;
    if (objection?.decider === undefined) return undefined;
    return objection.rule === 'joint-meeting'
      ? objection.decider === officer.unit
      : officer.roles.includes('leader') && units.leadershipOf(objection.decider) === officer.unit;
  },
  'unit that the whistle’s supervision is about': (officer, { whistle, item = 0 }) => {
    const against = whistle?.supervisions[item - 1]?.against;
    return against === undefined ? undefined : against === officer.unit;
  },
  'office that supervises who was called': (officer, { whistle, item = 0 }, units) => {
    const against = whistle?.supervisions[item - 1]?.against;
    return against === undefined ? undefined : units.supervisorOf(against) === officer.unit;
  },
  'concerned with the whistle': (officer, { whistle }, units) => {
    if (!whistle?.content || whistle.unit === undefined) return undefined;
    const { unit: caller, content, legs, supervisions } = whistle;
    if (caller === officer.unit || units.leadershipOf(caller) === officer.unit) return true;
    // Those whom the matter is about read nothing of it, nor does anybody below them.
    if (content.against.some((accused) => units.isWithin(officer.unit, accused))) return false;
    const called = legs.flatMap(({ unit, objection }) => [
      unit,
      units.leadershipOf(unit),
      ...(objection?.decider === undefined ? [] : [objection.decider, units.leadershipOf(objection.decider)]),
    ]);
    return (
      called.includes(officer.unit) ||
      supervisions.some(({ against }) => units.supervisorOf(against) === officer.unit) ||
      units.isWithin(caller, jurisdiction(officer.unit, units))
    );
  },
  'area of the centre': (officer, { named }, units) =>
    named === undefined ? undefined : units.isWithin(named, units.areaOf(officer.unit)),
  // A village that hosts one has nobody who registers.
  'host of the centre, or its petition office': (officer, { named }, units) =>
    named === undefined ? undefined : isOfUnitOrItsOffice(officer, named, units),
  'centre that has the matter': (officer, { named, placed }, units) =>
    placed && named === officer.unit && !isUnderAccused(officer.unit, placed.against, units),
  'centre that has had the matter': (officer, { placed }, units) =>
    placed?.at.includes(officer.unit) && !isUnderAccused(officer.unit, placed.against, units),
  // Those whom the matter is about read nothing of it, nor does anybody under them.
  'centres that have had the matter, and those above': (officer, { placed }, units) =>
    placed?.at.some((unit) => unit === officer.unit || units.isWithin(unit, jurisdiction(officer.unit, units))) &&
    !isUnderAccused(officer.unit, placed.against, units),
  'unit that listed it': (officer, { named }) => (named === undefined ? undefined : named === officer.unit),
  'petition office that told it': (officer, { named }, units) =>
    named === undefined ? undefined : named === officer.unit && units.get(officer.unit)?.kind === 'petition-office',
  'same county tree': (officer, { named }, units) =>
    named === undefined ? undefined : named === officer.unit || units.isSameTree(named, officer.unit),
  'petition office of the unit': (officer, { named }, units) =>
    named === undefined ? undefined : units.petitionOfficeOf(named) === officer.unit,
  'leadership of the petition office of the unit': (officer, { named }, units) =>
    named === undefined ? undefined : leads(officer, units.petitionOfficeOf(named), units),
  'own unit or below': (officer, { named, sessionUnit = named }, units) =>
    sessionUnit !== undefined && units.isWithin(sessionUnit, jurisdiction(officer.unit, units)),
} satisfies Record<string, Holds>;

export type Relation = keyof typeof relations;

/** Who handles the matter now: the lead unit once a leader has approved it, the competent organ before. */
export const handlingUnit = ({ assignment, route }: Petition): string | undefined =>
  assignment?.approvedBy === undefined ? route?.competentUnit : assignment.leadUnit;

/** Works on the matter itself, or on a review of it that is under way. */
const handlesOrReviews = (officer: Officer, petition: Petition): boolean => {
  const review = petition.reviews.at(-1);
  const reviews = review !== undefined && review.servedOn === undefined && review.admitted !== false;
  return (reviews && review.unit === officer.unit) || handlingUnit(petition) === officer.unit;
};

/**
 * A petition office looks after the area of the government it belongs to; every other unit, a centre too, after itself and what
 * stands below it (docs/access.md: own unit or below). To a centre what its villages bring comes as their petition office.
 */
const jurisdiction = (unit: string, units: UnitDirectory): string => {
  const kind = units.get(unit)?.kind;
  return kind === 'petition-office' ? (units.get(unit)?.parent ?? unit) : unit;
};

/** Units that have to do with a petition, and those above whose office it is to look after the area. */
function isConcerned(officer: Officer, { petition }: Target, units: UnitDirectory): boolean {
  if (!petition?.registration) return false;
  const { registration, route, assignment, mediations, reviews } = petition;
  const { dispute, designation, refusal } = petition.intake;
  const own = [
    registration.unit,
    units.petitionOfficeOf(registration.unit),
    ...(dispute ? [...dispute.organs, dispute.decider, units.leadershipOf(dispute.decider)] : []),
    ...(designation ? [designation.government] : []),
    ...(refusal ? [units.leadershipOf(refusal.unit)] : []),
    ...(route ? [route.competentUnit, units.leadershipOf(route.competentUnit)] : []),
    // Departments are called in by the leader's approval, not by a proposal that may be returned.
    ...(assignment?.approvedBy === undefined
      ? []
      : [assignment.leadUnit, ...assignment.assistingUnits].flatMap((unit) => [unit, units.leadershipOf(unit)])),
    ...mediations.map(({ committee }) => committee),
    ...reviews.map(({ unit }) => unit),
    // Whoever owes an answer to a proposal reads what it is about (Art. 40).
    ...petition.supervisions.flatMap(unansweredProposals).map(({ addressee }) => addressee),
  ];
  if (own.includes(officer.unit)) return true;
  // The leader who has charge of it, wherever he sits, and the units that help him (包案).
  const sponsor = sponsorOf(petition);
  if (sponsor !== undefined && (sponsor === officer.id || petition.sponsorship.team.includes(officer.unit)))
    return true;
  const looksAfterAreas = officer.roles.some(
    (role) => role === 'supervisor' || role === 'auditor' || role === 'petition-officer',
  );
  if (looksAfterAreas && units.isWithin(registration.unit, jurisdiction(officer.unit, units))) return true;
  // Leaders read what people of their area bring (Art. 18).
  return officer.roles.includes('leader') && governs(officer.unit, registration.unit, units);
}
