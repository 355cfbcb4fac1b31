import type { RefusalCode } from '../errors.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import type { PetitionCommand } from '../petition/petition.ts';
import { type Petition, unansweredProposals } from '../petition/state.ts';
import type { SessionCommand } from '../reception/session.ts';

export const roles = [
  'receptionist',
  'petition-officer',
  'leader',
  'handler',
  'mediator',
  'supervisor',
  'auditor',
  'operator',
] as const;
export type Role = (typeof roles)[number];

/** An officer as the verified token names him. */
export interface Officer {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly roles: readonly string[];
}

/** Commands that only the petitioner gives, by query code; no officer can. */
export type PetitionersOwn = 'DeclineReview' | 'RatePetition';

/** Commands that only the clock gives. */
export type ClocksOwn = 'SweepClocks' | 'RecountDeadlines';

/** Written to a petition because of what happened to another; nobody gives it. */
export type FollowsFromAnother = 'NoteChild';

export type Action =
  | Exclude<PetitionCommand['type'], PetitionersOwn | ClocksOwn | FollowsFromAnother>
  | SessionCommand['type']
  | 'ReadPetition'
  | 'ReadHistory'
  | 'ExportHistory'
  | 'FindPetitions'
  | 'ReadSessions'
  | 'ReadUnitDay'
  | 'Operate';

/** What the action is done to, as far as the record knows it. */
export interface Target {
  readonly petition?: Petition;
  /** Unit of the session, for reception. */
  readonly sessionUnit?: string;
  /** The unit or officer that the command names, where the relation is about it. */
  readonly named?: string;
}

/**
 * How the officer must stand to the target. `undefined`: the record does not say yet, so nobody can act.
 * Every relation is about units, so that colleagues of one office can stand in for each other.
 */
type Standing = boolean | undefined;

const inCharge = (officer: Officer, { petition }: Target, units: UnitDirectory): Standing =>
  petition?.registration && units.petitionOfficeOf(petition.registration.unit) === officer.unit;

/** The unit's own leaders, or those of a government above it, who stand in where nobody below may decide. */
const leads = (officer: Officer, unit: string, units: UnitDirectory): boolean =>
  units.leadershipOf(unit) === officer.unit || governs(officer.unit, unit, units);

const governs = (government: string, unit: string, units: UnitDirectory): boolean =>
  units.get(government)?.kind === 'government' && units.isWithin(unit, government);

/** Who triages: the petition office in charge, or on direct receipt the organ itself (Art. 22, 23). */
const triages = (officer: Officer, { petition }: Target, units: UnitDirectory): Standing =>
  petition?.registration && units.triageOf(petition.registration.unit) === officer.unit;

/** The unit that proposes not to accept: whoever triages, or the competent organ once the matter was sent there. */
const refusingUnit = ({ intake, route, registration }: Petition, units: UnitDirectory): string | undefined =>
  intake.refusal?.unit ?? route?.competentUnit ?? (registration && units.triageOf(registration.unit));

const relations = {
  anywhere: () => true,
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
    // Art. 34 names the organ's own head: nobody above stands in.
    const handling = petition && handlingUnit(petition);
    return handling === undefined ? undefined : units.leadershipOf(handling) === officer.unit;
  },
  'handling or reviewing unit': (officer, { petition }) => petition && handlesOrReviews(officer, petition),
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
  'supervised unit': (officer, { named }) => (named === undefined ? undefined : named === officer.unit),
  'unit of the session': (officer, { sessionUnit }) =>
    sessionUnit === undefined ? undefined : sessionUnit === officer.unit,
  'unit of the session or below': (officer, { sessionUnit }, units) =>
    sessionUnit === undefined
      ? undefined
      : units.isWithin(officer.unit, sessionUnit) || units.leadershipOf(sessionUnit) === officer.unit,
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
  'units concerned': (officer, target, units) => isConcerned(officer, target, units),
  'own unit or below': (officer, { named }, units) =>
    named !== undefined && units.isWithin(named, jurisdiction(officer.unit, units)),
} satisfies Record<string, (officer: Officer, target: Target, units: UnitDirectory) => Standing>;

/** Who handles the matter now: the lead unit once a leader has approved it, the competent organ before. */
const handlingUnit = ({ assignment, route }: Petition): string | undefined =>
  assignment?.approvedBy === undefined ? route?.competentUnit : assignment.leadUnit;

/** Works on the matter itself, or on a review of it that is under way. */
const handlesOrReviews = (officer: Officer, petition: Petition): boolean => {
  const review = petition.reviews.at(-1);
  const reviews = review !== undefined && review.servedOn === undefined && review.admitted !== false;
  return (reviews && review.unit === officer.unit) || handlingUnit(petition) === officer.unit;
};

type Relation = keyof typeof relations;

/** A petition office, centre or department looks after the area of the government it belongs to. */
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
  const looksAfterAreas = officer.roles.some(
    (role) => role === 'supervisor' || role === 'auditor' || role === 'petition-officer',
  );
  if (looksAfterAreas && units.isWithin(registration.unit, jurisdiction(officer.unit, units))) return true;
  // Leaders read what people of their area bring (Art. 18).
  return officer.roles.includes('leader') && governs(officer.unit, registration.unit, units);
}

const desk = ['receptionist', 'petition-officer'] as const;
const readers = ['receptionist', 'petition-officer', 'leader', 'handler', 'mediator', 'supervisor', 'auditor'] as const;

/** The whole policy: who may do what, standing in which relation. What is not here nobody may do. */
export const policy: Readonly<Record<Action, { readonly roles: readonly Role[]; readonly relation: Relation }>> = {
  RegisterPetition: { roles: desk, relation: 'anywhere' },
  AmendRegistration: { roles: desk, relation: 'registering unit' },
  LinkRepeat: { roles: desk, relation: 'registering unit' },
  UnlinkRepeat: { roles: desk, relation: 'registering unit' },
  NoteInstruction: { roles: ['leader'], relation: 'units concerned' },
  DeclareRecusal: { roles: readers, relation: 'oneself, or the petition office in charge' },
  LiftRecusal: {
    roles: ['petition-officer', 'supervisor'],
    relation: 'petition office in charge, or the one above it',
  },
  RoutePetition: { roles: ['petition-officer'], relation: 'office or organ that triages' },
  DecideObjection: { roles: ['petition-officer'], relation: 'office or organ that triages' },
  RedirectPetition: { roles: ['petition-officer'], relation: 'office or organ that triages' },
  RetriagePetition: { roles: ['petition-officer'], relation: 'office or organ that triages' },
  ReferDispute: { roles: ['petition-officer'], relation: 'office or organ that triages' },
  DecideDispute: { roles: ['leader', 'petition-officer'], relation: 'unit that decides the dispute' },
  MoveToSuccessor: { roles: ['petition-officer'], relation: 'petition office in charge' },
  DesignateSuccessor: { roles: ['leader'], relation: 'designating government' },
  FlagUrgent: {
    roles: ['receptionist', 'petition-officer', 'leader', 'handler', 'mediator', 'supervisor'],
    relation: 'units concerned',
  },
  ReportUrgent: { roles: ['petition-officer'], relation: 'petition office in charge' },
  ProposeRefusal: { roles: ['petition-officer', 'handler'], relation: 'refusing unit' },
  ApproveRefusal: { roles: ['leader'], relation: 'leadership of the refusing unit' },
  ReturnRefusal: { roles: ['leader'], relation: 'leadership of the refusing unit' },
  ClaimNewFacts: { roles: desk, relation: 'registering unit' },
  JudgeNewFacts: { roles: ['handler'], relation: 'competent unit' },
  TakeOverAccusation: { roles: ['handler'], relation: 'competent unit' },
  ReturnAccusation: { roles: ['handler'], relation: 'competent unit' },
  AcceptPetition: { roles: ['handler'], relation: 'competent unit' },
  DivertPetition: { roles: ['handler'], relation: 'competent unit' },
  ObjectToRouting: { roles: ['handler'], relation: 'competent unit' },
  ProposeAssignment: { roles: ['handler'], relation: 'competent unit' },
  ApproveAssignment: { roles: ['leader'], relation: 'leadership of the competent unit' },
  ReturnAssignment: { roles: ['leader'], relation: 'leadership of the competent unit' },
  AcknowledgeLeg: { roles: ['handler'], relation: 'unit of the leg' },
  ReportIn: { roles: ['handler'], relation: 'unit of the leg' },
  RecordLegOutcome: { roles: ['handler'], relation: 'unit of the leg' },
  ProposeMediation: { roles: ['handler'], relation: 'lead unit' },
  RecordConsent: { roles: ['mediator'], relation: 'mediation committee' },
  MinuteSession: { roles: ['mediator'], relation: 'mediation committee' },
  DraftAgreement: { roles: ['mediator'], relation: 'mediation committee' },
  MarkAgreement: { roles: ['mediator'], relation: 'mediation committee' },
  EndMediation: { roles: ['mediator', 'handler'], relation: 'mediation committee, or lead unit' },
  RecordPerformance: { roles: ['mediator'], relation: 'mediation committee' },
  RecordConfirmationRequest: { roles: ['mediator'], relation: 'mediation committee' },
  DraftOpinion: { roles: ['handler'], relation: 'lead unit' },
  ApproveOpinion: { roles: ['leader'], relation: 'leadership of the lead unit' },
  ReturnOpinion: { roles: ['leader'], relation: 'leadership of the lead unit' },
  ServeOpinion: { roles: ['handler'], relation: 'lead unit' },
  SubmitReport: { roles: ['handler'], relation: 'lead unit' },
  RequestClosing: { roles: ['handler'], relation: 'lead unit' },
  ConfirmClosing: { roles: ['petition-officer'], relation: 'petition office in charge' },
  ReturnClosing: { roles: ['petition-officer'], relation: 'petition office in charge' },
  ConfirmResolved: { roles: ['petition-officer', 'leader'], relation: 'units concerned' },
  RequestReview: { roles: desk, relation: 'units concerned' },
  AdmitReview: { roles: ['handler'], relation: 'reviewing unit' },
  DecideReview: { roles: ['handler'], relation: 'reviewing unit' },
  ServeReview: { roles: ['handler'], relation: 'reviewing unit' },
  RequestExtension: { roles: ['handler'], relation: 'handling unit' },
  SuspendHandling: { roles: ['leader'], relation: 'leadership of the handling unit' },
  DecideExtension: { roles: ['leader'], relation: 'leadership of the handling unit' },
  ScheduleHearing: { roles: ['handler'], relation: 'handling or reviewing unit' },
  RecordHearing: { roles: ['handler'], relation: 'handling or reviewing unit' },
  CancelHearing: { roles: ['handler'], relation: 'handling or reviewing unit' },
  RecordForceMajeure: { roles: ['petition-officer'], relation: 'petition office in charge' },
  RecordSupport: { roles: ['handler', 'petition-officer', 'mediator', 'leader'], relation: 'units concerned' },
  RequestWithdrawal: { roles: desk, relation: 'units concerned' },
  DecideWithdrawal: { roles: ['petition-officer'], relation: 'petition office in charge' },
  RetractWithdrawal: { roles: desk, relation: 'units concerned' },
  RecordDeath: { roles: [...desk, 'handler'], relation: 'units concerned' },
  ContinueByHeirs: { roles: desk, relation: 'units concerned' },
  DecideAfterDeath: { roles: ['petition-officer'], relation: 'petition office in charge' },
  ChangeRepresentatives: { roles: desk, relation: 'units concerned' },
  RecordContactAttempt: {
    roles: [...desk, 'handler'],
    relation: 'petition office in charge, handling or reviewing unit',
  },
  PublishByCode: { roles: ['handler'], relation: 'handling or reviewing unit' },
  TransferPetition: { roles: ['petition-officer'], relation: 'petition office in charge' },
  SplitPetition: { roles: ['petition-officer'], relation: 'petition office in charge' },
  ReopenPetition: { roles: ['leader', 'supervisor'], relation: 'leadership or superior of the handling unit' },
  OpenSupervision: { roles: ['supervisor'], relation: 'supervising office' },
  ProposeMeasure: { roles: ['supervisor'], relation: 'supervising office' },
  GiveFeedback: { roles: ['handler', 'petition-officer', 'mediator'], relation: 'supervised unit' },
  CloseSupervision: { roles: ['supervisor'], relation: 'supervising office' },
  RecordQualityCheck: { roles: ['supervisor'], relation: 'supervising office' },
  ServeNotice: { roles: [...desk, 'handler', 'mediator'], relation: 'unit that owes the notice' },
  PublishSession: { roles: [...desk, 'leader'], relation: 'anywhere' },
  PreRegisterVisit: { roles: desk, relation: 'unit of the session' },
  CheckIn: { roles: desk, relation: 'unit of the session' },
  RecordVisit: { roles: desk, relation: 'unit of the session' },
  IssueInstruction: { roles: ['leader'], relation: 'unit of the session or below' },
  RecordFollowUp: { roles: ['handler'], relation: 'unit of the follow-up' },
  ReadSessions: { roles: readers, relation: 'anywhere' },
  ReadPetition: { roles: readers, relation: 'units concerned' },
  ReadHistory: { roles: ['auditor', 'supervisor', 'petition-officer'], relation: 'units concerned' },
  ExportHistory: { roles: ['auditor'], relation: 'units concerned' },
  FindPetitions: { roles: desk, relation: 'anywhere' },
  ReadUnitDay: { roles: ['auditor'], relation: 'own unit or below' },
  Operate: { roles: ['operator'], relation: 'anywhere' },
};

export type Decision =
  | { readonly allowed: true; readonly role: Role }
  | { readonly allowed: false; readonly code: RefusalCode; readonly reason: string };

const deny = (code: RefusalCode, reason: string): Decision => ({ allowed: false, code, reason });

/** An accusation (检举控告) belongs to the organ it was handed to and to nobody else (Art. 30); not even its existence shows. */
export const isSealed = ({ route }: Petition): boolean => route?.purpose === 'accusation';

/** May this officer do this to this target? Default deny. */
export const decideAccess = (officer: Officer, action: Action, target: Target, units: UnitDirectory): Decision => {
  const rule = policy[action];
  const { petition } = target;
  if (petition?.registration && isSealed(petition) && petition.route?.competentUnit !== officer.unit) {
    return deny('not-found', 'There is no such petition.');
  }
  if (petition?.recused.includes(officer.id)) {
    return deny('recused', 'You are recused from this petition (Art. 28).');
  }
  const role = rule.roles.find((each) => officer.roles.includes(each));
  if (!role) return deny('not-your-role', `This is done by: ${rule.roles.join(', ')}.`);
  if (!units.get(officer.unit)) return deny('not-your-unit', 'Your unit is not in the organisation tree.');
  const related = relations[rule.relation](officer, target, units);
  if (related === undefined) return deny('not-the-step', 'The petition has not come that far.');
  if (!related) return deny('not-your-unit', `Your unit is not the one for this: ${rule.relation}.`);
  return { allowed: true, role };
};
