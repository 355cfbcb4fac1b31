import type { AssemblyCommand } from '../assembly/assembly.ts';
import type { BriefingCommand } from '../briefing/briefing.ts';
import type { CentreCommand } from '../centre/centre.ts';
import type { PlacementCommand } from '../centre/placement.ts';
import type { RefusalCode } from '../errors.ts';
import type { GridCommand } from '../grid/grid.ts';
import type { NeedCommand } from '../grid/need-state.ts';
import type { ImportCommand, RunsOwn } from '../imports/import.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import type { PetitionCommand } from '../petition/petition.ts';
import type { ProgrammeCommand } from '../programme/programme.ts';
import type { BookingCommand } from '../reception/booking.ts';
import type { RotaCommand } from '../reception/rota.ts';
import type { SessionCommand } from '../reception/session-state.ts';
import type { ListItemCommand } from '../whistle/list-item.ts';
import type { WhistleCommand } from '../whistle/state.ts';
import { type Relation, relations, type Target } from './relations.ts';
import { knownRoles, type Officer, roles as officers, type Role, type WithoutToken } from './roles.ts';
import { ownProposal, separatedFrom, separatedFromWhistle, separations } from './separation.ts';
import { isSealedFrom } from './sight.ts';

/** Commands that only the scan of files gives. */
export type ScansOwn = 'JudgeEvidence' | 'JudgeDisclosure';

/** Commands that only the clock gives. */
export type ClocksOwn = 'SweepClocks' | 'RecountDeadlines';

/** Written to a petition because of what happened to another; nobody gives it. */
export type FollowsFromAnother = 'NoteChild';

export type Action =
  | Exclude<PetitionCommand['type'], ClocksOwn | ScansOwn | FollowsFromAnother>
  | Exclude<SessionCommand['type'], 'SweepCommitments' | 'RecountCommitments'>
  | Exclude<RotaCommand['type'], 'SweepDuties'>
  | Exclude<BookingCommand['type'], 'EndBookedVisit' | 'RescheduleBookings' | 'TakeOverBooking'>
  | 'FollowBooking'
  | 'ReadBookings'
  | 'DiscloseBooking'
  | GridCommand['type']
  | Exclude<NeedCommand['type'], 'SweepServices'>
  | Exclude<AssemblyCommand['type'], ScansOwn>
  | ProgrammeCommand['type']
  | Exclude<WhistleCommand['type'], 'SweepWhistle' | 'RecountWhistle'>
  | Exclude<ImportCommand['type'], RunsOwn>
  | 'ReadImports'
  | 'ReadPosts'
  | 'ReadPetition'
  | 'ReadEvidence'
  | 'ReadHistory'
  | 'ReadReadership'
  | 'ExportHistory'
  | 'ReadWhoRead'
  | 'ReadLinkedRecords'
  | 'ReadKeeping'
  | 'DisclosePersons'
  | 'FindPetitions'
  | 'ReadSessions'
  | 'ReadLedger'
  | 'ReadDuties'
  | 'ReadGrids'
  | 'ReadNeeds'
  | 'ReadAssemblies'
  | CentreCommand['type']
  | PlacementCommand['type']
  | 'ReadCentres'
  | 'ReadPlacement'
  | ListItemCommand['type']
  | BriefingCommand['type']
  | 'ReadBriefings'
  | 'ReadListItems'
  | 'ReadWhistle'
  | 'ReadWhistles'
  | 'ReadUnitDay'
  | 'ReadStatistics'
  | 'ReadBacklog'
  | 'ReadProgrammes'
  | 'ReadProgrammeProgress'
  | 'ReadWorklist'
  | 'ReadOwnIdentity'
  | 'ReadReferenceData'
  | 'LoadReferenceData'
  | 'FollowOwnPetition'
  | 'ReadPublicPages'
  | 'Operate';

/** These roles may, standing in this relation. */
export type Grant = readonly [roles: readonly (Role | WithoutToken)[], relation: Relation];

const desk = ['receptionist', 'petition-officer'] as const;
const readers = [
  'receptionist',
  'petition-officer',
  'leader',
  'head',
  'handler',
  'mediator',
  'supervisor',
  'auditor',
] as const;

/** Who draws grids and names their workers: the village, and those above in whose area it lies. */
const organisers = ['village-officer', 'handler', 'petition-officer', 'leader'] as const;

/* What stands for many actions of grids and assemblies. */
const atVillage: readonly Grant[] = [[['village-officer'], 'unit of the grid or assembly']];
const inGrid: readonly Grant[] = [[['grid-worker'], 'unit of the grid or assembly']];
const inGridOrVillage: readonly Grant[] = [[['grid-worker', 'village-officer'], 'unit of the grid or assembly']];
const organised: readonly Grant[] = [[organisers, 'area of the grid or assembly']];
const readInArea: readonly Grant[] = [[[...readers, 'grid-worker', 'village-officer'], 'area of the grid or assembly']];

/** Who answers for the keeping of a petition, and of what is none and belongs to a unit. */
const byOffice: readonly Grant[] = [
  [['petition-officer'], 'petition office in charge'],
  [['petition-officer'], 'petition office of the unit'],
];
const byItsLeaders: readonly Grant[] = [
  [['leader'], 'leadership of the petition office in charge'],
  [['leader'], 'leadership of the petition office of the unit'],
];

/**
 * Who tells inspection bodies something (Art. 41), and knows of it: nobody outside that office, whose own leaders it may be about.
 */
const toInspection: readonly Grant[] = [[['petition-officer', 'supervisor'], 'petition office that told it']];
/** Who founds a programme and keeps its documents, batches, appointments and pledges. */
const ofProgramme: readonly Grant[] = [[['petition-officer', 'leader'], 'unit of the programme, or above it']];
/** Who answers for a unit that is called or supervised. */
const answering = ['handler', 'mediator', 'petition-officer'] as const;
const called: readonly Grant[] = [[answering, 'unit that the whistle calls']];

/** Who sets up a centre: those in whose area it lies. */
const inCentreArea: readonly Grant[] = [[['petition-officer', 'leader'], 'area of the centre']];
/** Who works in a centre; a village's is its own. */
const atCentre: readonly Grant[] = [[[...desk, 'handler', 'village-officer'], 'centre that has the matter']];

/**
 * The whole policy: who may do what, standing in which relation. What is not here nobody may do. What one person may not do
 * after the other stands in separation.ts; docs/access.md has both as a table.
 */
export const policy: Readonly<Record<Action, readonly Grant[]>> = {
  RegisterPetition: [[desk, 'anywhere']],
  AmendRegistration: [
    [desk, 'registering unit'],
    [['petition-officer'], 'petition office in charge'],
  ],
  LinkRepeat: [[desk, 'registering unit']],
  UnlinkRepeat: [[desk, 'registering unit']],
  NoteInstruction: [[['leader'], 'units concerned']],
  DeclareRecusal: [
    [readers, 'oneself, or the petition office in charge'],
    [['leader', 'head'], 'organ that has the sealed accusation'],
  ],
  ProposeRecusal: [
    [readers, 'units concerned'],
    [['petitioner'], 'own petition, by query code'],
  ],
  DecideRecusal: [
    [['petition-officer', 'supervisor'], 'petition office in charge, or the one above it'],
    [['leader', 'head'], 'organ that has the sealed accusation'],
  ],
  LiftRecusal: [
    [['petition-officer', 'supervisor'], 'petition office in charge, or the one above it'],
    [['leader', 'head'], 'organ that has the sealed accusation'],
  ],
  RoutePetition: [[['petition-officer'], 'office or organ that triages']],
  DecideObjection: [[['petition-officer'], 'office or organ that triages']],
  RedirectPetition: [[['petition-officer'], 'office or organ that triages']],
  RetriagePetition: [[['petition-officer'], 'office or organ that triages']],
  ReferDispute: [[['petition-officer'], 'office or organ that triages']],
  DecideDispute: [[['leader', 'petition-officer'], 'unit that decides the dispute']],
  MoveToSuccessor: [[['petition-officer'], 'petition office in charge']],
  DesignateSuccessor: [[['leader'], 'designating government']],
  FlagUrgent: [
    [['receptionist', 'petition-officer', 'leader', 'handler', 'mediator', 'supervisor'], 'units concerned'],
  ],
  ReportUrgent: [[['petition-officer'], 'petition office in charge']],
  ProposeRefusal: [[['petition-officer', 'handler'], 'refusing unit']],
  ApproveRefusal: [[['leader'], 'leadership of the refusing unit']],
  ReturnRefusal: [[['leader'], 'leadership of the refusing unit']],
  ClaimNewFacts: [[desk, 'registering unit']],
  JudgeNewFacts: [[['handler'], 'competent unit']],
  TakeOverAccusation: [[['handler'], 'competent unit']],
  ReturnAccusation: [[['handler'], 'competent unit']],
  AcceptPetition: [[['handler'], 'competent unit']],
  DivertPetition: [[['handler'], 'competent unit']],
  ObjectToRouting: [[['handler'], 'competent unit']],
  ProposeAssignment: [[['handler'], 'competent unit']],
  ApproveAssignment: [[['leader'], 'leadership of the competent unit']],
  ReturnAssignment: [[['leader'], 'leadership of the competent unit']],
  AcknowledgeLeg: [[['handler'], 'unit of the leg']],
  ReportIn: [[['handler'], 'unit of the leg']],
  RecordLegOutcome: [[['handler'], 'unit of the leg']],
  ProposeMediation: [[['handler'], 'lead unit']],
  RecordConsent: [[['mediator'], 'mediation committee']],
  MinuteSession: [[['mediator'], 'mediation committee']],
  DraftAgreement: [[['mediator'], 'mediation committee']],
  MarkAgreement: [[['mediator'], 'mediation committee']],
  EndMediation: [[['mediator', 'handler'], 'mediation committee, or lead unit']],
  RecordPerformance: [[['mediator'], 'mediation committee']],
  RecordConfirmationRequest: [[['mediator'], 'mediation committee']],
  DraftOpinion: [[['handler'], 'lead unit']],
  ApproveOpinion: [[['leader'], 'leadership of the lead unit']],
  ReturnOpinion: [[['leader'], 'leadership of the lead unit']],
  ServeOpinion: [[['handler'], 'lead unit']],
  SubmitReport: [[['handler'], 'lead unit']],
  RequestClosing: [[['handler'], 'lead unit']],
  ConfirmClosing: [[['petition-officer'], 'petition office in charge']],
  ReturnClosing: [[['petition-officer'], 'petition office in charge']],
  ConfirmResolved: [[['petition-officer', 'leader'], 'units concerned']],
  RequestReview: [
    [desk, 'units concerned'],
    [['petitioner'], 'own petition, by query code'],
  ],
  AdmitReview: [[['handler'], 'reviewing unit']],
  DecideReview: [[['handler'], 'reviewing unit']],
  ServeReview: [[['handler'], 'reviewing unit']],
  RequestExtension: [[['handler'], 'handling unit']],
  SuspendHandling: [[['head'], 'leadership of the handling unit']],
  DecideExtension: [[['head'], 'leadership of the handling unit']],
  ScheduleHearing: [[['handler'], 'handling or reviewing unit']],
  RecordHearing: [[['handler'], 'handling or reviewing unit']],
  CancelHearing: [[['handler'], 'handling or reviewing unit']],
  RecordForceMajeure: [[['petition-officer'], 'petition office in charge']],
  RecordSupport: [[['handler', 'petition-officer', 'mediator', 'leader'], 'units concerned']],
  RequestWithdrawal: [
    [desk, 'units concerned'],
    [['petitioner'], 'own petition, by query code'],
  ],
  DecideWithdrawal: [[['petition-officer'], 'petition office in charge']],
  RetractWithdrawal: [
    [desk, 'units concerned'],
    [['petitioner'], 'own petition, by query code'],
  ],
  RecordDeath: [[[...desk, 'handler'], 'units concerned']],
  ContinueByHeirs: [[desk, 'units concerned']],
  DecideAfterDeath: [[['petition-officer'], 'petition office in charge']],
  ChangeRepresentatives: [[desk, 'units concerned']],
  RecordContactAttempt: [[[...desk, 'handler'], 'petition office in charge, handling or reviewing unit']],
  PublishByCode: [[['handler'], 'handling or reviewing unit']],
  TransferPetition: [[['petition-officer'], 'petition office in charge']],
  SplitPetition: [[['petition-officer'], 'petition office in charge']],
  ReopenPetition: [[['leader', 'supervisor'], 'leadership or superior of the handling unit']],
  OpenSupervision: [[['supervisor'], 'supervising office']],
  ProposeMeasure: [[['supervisor'], 'supervising office']],
  GiveFeedback: [[['handler', 'petition-officer', 'mediator'], 'supervised unit']],
  CloseSupervision: [[['supervisor'], 'supervising office']],
  RecordQualityCheck: [[['supervisor'], 'supervising office']],
  ProposeSponsor: [
    [['handler'], 'handling unit'],
    [['petition-officer'], 'petition office in charge'],
    [['leader'], 'units concerned'],
  ],
  ApproveSponsor: [[['leader'], 'leadership of the petition office in charge']],
  ReturnSponsor: [[['leader'], 'leadership of the petition office in charge']],
  PlanResolution: [
    [['handler'], 'handling unit'],
    [['leader'], 'sponsor of the matter'],
  ],
  ReportProgress: [
    [['handler'], 'handling unit, or of the team of the sponsor'],
    [['leader'], 'sponsor of the matter'],
  ],
  RecordReturnVisit: [[desk, 'petition office in charge']],
  RequestResolution: [[['handler'], 'handling unit']],
  SignResolution: [[['leader'], 'sponsor of the matter']],
  ReturnResolution: [
    [['leader'], 'sponsor of the matter'],
    [['petition-officer'], 'petition office in charge'],
  ],
  DesignateBacklog: [[['petition-officer', 'supervisor'], 'petition office in charge, or the one above it']],
  LiftBacklog: [[['petition-officer', 'supervisor'], 'petition office in charge, or the one above it']],
  EnrolMatter: [[['petition-officer', 'supervisor'], 'units concerned']],
  TakeOutOfProgramme: [[['petition-officer', 'supervisor'], 'units concerned']],
  FoundProgramme: ofProgramme,
  AttachDocument: ofProgramme,
  EndDocument: ofProgramme,
  AddBatch: ofProgramme,
  AppointInProgramme: ofProgramme,
  EndProgrammeAppointment: ofProgramme,
  RecordPledge: ofProgramme,
  EndProgramme: ofProgramme,
  ReadProgrammes: [[[...readers, 'grid-worker', 'village-officer'], 'area of the programme, or above it']],
  ReadProgrammeProgress: [
    [['petition-officer', 'leader', 'head', 'handler', 'supervisor', 'auditor'], 'own unit or below'],
  ],
  ReadBacklog: [[['petition-officer', 'leader', 'head', 'handler', 'supervisor', 'auditor'], 'own unit or below']],
  DeclareEvidence: [
    [[...desk, 'handler', 'mediator'], 'units concerned'],
    [['petitioner'], 'own petition, by query code'],
  ],
  WithdrawEvidence: [
    [[...desk, 'handler', 'mediator'], 'units concerned'],
    [['petitioner'], 'own petition, by query code'],
  ],
  ServeNotice: [[[...desk, 'handler', 'mediator'], 'unit that owes the notice']],
  PublishSession: [[[...desk, 'leader'], 'anywhere']],
  PreRegisterVisit: [[desk, 'unit of the session, or its petition office']],
  MoveVisit: [[desk, 'unit of the session, or its petition office']],
  MakeBooking: [[['public'], 'anywhere']],
  FollowBooking: [[['petitioner'], 'own booking, by query code']],
  WithdrawBooking: [[['petitioner'], 'own booking, by query code']],
  MoveBooking: [[['petitioner'], 'own booking, by query code']],
  ReadBookings: [[desk, 'unit of the session, or its petition office']],
  ConfirmBooking: [[desk, 'unit of the session, or its petition office']],
  DeclineBooking: [[desk, 'unit of the session, or its petition office']],
  DiscloseBooking: [[desk, 'unit of the session, or its petition office']],
  CheckIn: [[desk, 'unit of the session, or its petition office']],
  RecordVisit: [[desk, 'unit of the session, or its petition office']],
  IssueInstruction: [[['leader'], 'unit of the session or below']],
  ConfirmReception: [[['leader'], 'leader who is announced']],
  ReplaceLeader: [
    [desk, 'unit of the session, or its petition office'],
    [['leader'], 'leadership of the unit of the session'],
  ],
  RescheduleSession: [
    [desk, 'unit of the session, or its petition office'],
    [['leader'], 'leadership of the unit of the session'],
  ],
  CancelSession: [
    [desk, 'unit of the session, or its petition office'],
    [['leader'], 'leadership of the unit of the session'],
  ],
  NoteAttendance: [[desk, 'unit of the session, or its petition office']],
  LogCommitmentProgress: [[['handler'], 'unit of the follow-up']],
  RecordFollowUp: [[['handler'], 'unit of the follow-up']],
  ConfirmCommitment: [[['leader'], 'leader who instructed, or leadership of the unit of the session']],
  ReturnCommitment: [[['leader'], 'leader who instructed, or leadership of the unit of the session']],
  UrgeCommitment: [[['supervisor'], 'supervising office']],
  DefineRota: [[['petition-officer', 'leader'], 'unit whose leaders receive']],
  EnrolLeader: [[['petition-officer', 'leader'], 'unit whose leaders receive']],
  ReleaseLeader: [[['petition-officer', 'leader'], 'unit whose leaders receive']],
  ReadSessions: [[readers, 'anywhere']],
  ReadLedger: [[[...desk, 'leader'], 'unit whose leaders receive']],
  ReadDuties: [[readers, 'area of the rota']],
  DefineGrid: organised,
  RedrawGrid: organised,
  CloseGrid: organised,
  AppointGridWorker: organised,
  EndGridAppointment: organised,
  ReportNeed: inGrid,
  ResolveLocally: inGridOrVillage,
  DecideServices: atVillage,
  RecordServices: inGrid,
  ExplainMissed: atVillage,
  EndServices: atVillage,
  PromoteNeed: inGridOrVillage,
  ConveneAssembly: atVillage,
  CancelAssembly: atVillage,
  PublishDisclosure: atVillage,
  RecordQuestion: atVillage,
  AnswerQuestion: atVillage,
  PromoteQuestion: atVillage,
  DecideQuestionText: atVillage,
  PublishMinutes: atVillage,
  DraftWhistle: [[[...desk, 'handler'], 'anywhere']],
  RedraftWhistle: [[[...desk, 'handler'], 'unit that blows the whistle']],
  ApproveWhistle: [[['leader'], 'leadership of the unit that blows the whistle']],
  ReturnWhistle: [[['leader'], 'leadership of the unit that blows the whistle']],
  CallOffWhistle: [[['leader'], 'leadership of the unit that blows the whistle']],
  AcknowledgeWhistle: called,
  ContactCaller: called,
  AttendWhistle: called,
  RecordWhistleOutcome: called,
  ObjectToWhistle: called,
  WithdrawWhistleObjection: called,
  AnswerWhistleObjection: [[['leader'], 'leadership of the unit that blows the whistle']],
  ReferWhistleDispute: called,
  DecideWhistleDispute: [[['leader', 'petition-officer'], 'unit that decides the dispute on the whistle']],
  RateResponse: [[[...desk, 'handler'], 'unit that blows the whistle']],
  GiveWhistleFeedback: [[answering, 'unit that the whistle’s supervision is about']],
  CloseWhistleSupervision: [[['supervisor'], 'office that supervises who was called']],
  ReadWhistle: [[readers, 'concerned with the whistle']],
  ReadWhistles: [
    [['receptionist', 'petition-officer', 'handler', 'leader', 'head', 'supervisor', 'auditor'], 'own unit or below'],
  ],
  RegisterCentre: inCentreArea,
  AmendCentre: inCentreArea,
  CloseCentre: inCentreArea,
  OpenDesk: inCentreArea,
  CloseDesk: inCentreArea,
  AssignStaff: inCentreArea,
  EndStaffAssignment: inCentreArea,
  TakeInMatter: [[desk, 'host of the centre, or its petition office']],
  TransferDown: atCentre,
  EscalateUp: [...atCentre, [['petitioner'], 'own petition, by query code']],
  RecallMatter: [[[...desk, 'handler', 'village-officer'], 'centre that has had the matter']],
  ReportOnMatter: atCentre,
  ResolveAtLevel: atCentre,
  ReadCentres: [[[...readers, 'village-officer'], 'area of the centre']],
  ReadPlacement: [[[...readers, 'village-officer'], 'centres that have had the matter, and those above']],
  AddListItem: [[[...desk, 'handler', 'village-officer'], 'anywhere']],
  CloseListItem: [[[...desk, 'handler', 'village-officer'], 'unit that listed it']],
  GiveBriefing: toInspection,
  NoteBriefingOutcome: toInspection,
  ReadBriefings: toInspection,
  ReadListItems: [[[...readers, 'village-officer'], 'same county tree']],
  ReadGrids: readInArea,
  ReadNeeds: readInArea,
  ReadAssemblies: readInArea,
  ReadPetition: [
    [readers, 'units concerned'],
    [['grid-worker'], 'own report from the grid'],
    [['leader', 'petition-officer', 'supervisor'], 'emergency access that has not run out'],
  ],
  ReadEvidence: [
    [readers, 'units concerned'],
    [['petitioner'], 'own petition, by query code'],
  ],
  UseEmergencyAccess: [[['leader', 'petition-officer', 'supervisor'], 'not concerned, of the same tree']],
  ReviewEmergencyAccess: [[['supervisor'], 'office that supervises the case']],
  ReadHistory: [[['auditor', 'supervisor', 'petition-officer'], 'units concerned']],
  ReadWorklist: [[officers, 'anywhere']],
  ReadOwnIdentity: [[officers, 'anywhere']],
  ReadReferenceData: [[officers, 'anywhere']],
  LoadReferenceData: [[['administrator'], 'anywhere']],
  DeclareImport: [[['administrator'], 'own unit or below']],
  ConfirmImport: [[['administrator'], 'own unit or below']],
  CancelImport: [[['administrator'], 'own unit or below']],
  ReadImports: [[['administrator', 'auditor'], 'own unit or below']],
  ReadPosts: [[officers, 'anywhere']],
  FollowOwnPetition: [[['petitioner'], 'own petition, by query code']],
  RatePetition: [[['petitioner'], 'own petition, by query code']],
  DeclineReview: [[['petitioner'], 'own petition, by query code']],
  ReadPublicPages: [[['public'], 'anywhere']],
  ReadReadership: [[['auditor'], 'units concerned']],
  ExportHistory: [[['auditor'], 'units concerned']],
  ReadWhoRead: [
    [['auditor'], 'units concerned'],
    [['auditor'], 'own unit or below'],
  ],
  DisclosePersons: [
    [['receptionist', 'petition-officer', 'leader', 'head', 'handler', 'mediator'], 'unit that works on it'],
  ],
  PlaceHold: [
    [['petition-officer'], 'petition office in charge'],
    [['auditor'], 'units concerned'],
    [['petition-officer'], 'petition office of the unit'],
    [['auditor'], 'own unit or below'],
  ],
  LiftHold: byOffice,
  ProposeErasure: byOffice,
  ApproveErasure: byItsLeaders,
  ReturnErasure: byItsLeaders,
  ReadKeeping: [
    [['petition-officer'], 'petition office of the unit'],
    [['leader'], 'leadership of the petition office of the unit'],
    [['auditor'], 'own unit or below'],
  ],
  ReadLinkedRecords: [
    [['petition-officer'], 'petition office in charge'],
    [['leader'], 'leadership of the petition office in charge'],
  ],
  FindPetitions: [[desk, 'anywhere']],
  ReadUnitDay: [[['auditor'], 'own unit or below']],
  ReadStatistics: [[['petition-officer', 'leader', 'head', 'handler', 'supervisor', 'auditor'], 'own unit or below']],
  Operate: [[['operator'], 'anywhere']],
};

export type Decision =
  | { readonly allowed: true; readonly role: Role }
  | { readonly allowed: false; readonly code: RefusalCode; readonly reason: string };

const deny = (code: RefusalCode, reason: string): Decision => ({ allowed: false, code, reason });

/** May this officer do this to this target? Default deny. */
export const decideAccess = (officer: Officer, action: Action, target: Target, units: UnitDirectory): Decision => {
  const grants = policy[action];
  const { petition } = target;
  if (petition && isSealedFrom(officer, petition)) return deny('not-found', 'There is no such petition.');
  if (petition?.recused.includes(officer.id)) {
    return deny('recused', 'You are recused from this petition (Art. 28).');
  }
  const held = knownRoles(officer);
  const mine = grants.flatMap(([roles, relation]) => {
    const role = roles.find((each): each is Role => (held as readonly string[]).includes(each));
    return role === undefined ? [] : [{ role, relation }];
  });
  if (mine.length === 0) {
    return deny('not-your-role', `This is done by: ${[...new Set(grants.flatMap(([roles]) => roles))].join(', ')}.`);
  }
  if (!units.get(officer.unit)) return deny('not-your-unit', 'Your unit is not in the organisation tree.');
  const standings = mine.map(({ relation }) => relations[relation](officer, target, units));
  const related = mine[standings.indexOf(true)];
  if (!related) {
    return standings.includes(false)
      ? deny('not-your-unit', `Your unit is not the one for this: ${mine.map(({ relation }) => relation).join('; ')}.`)
      : deny('not-the-step', 'The petition has not come that far.');
  }
  if (petition && separatedFrom(action, petition, target.item).includes(officer.id)) {
    return deny('own-proposal', ownProposal(action));
  }
  if (target.whistle && separatedFromWhistle(action, target.whistle, target.named).includes(officer.id)) {
    return deny('own-proposal', ownProposal(action));
  }
  if (target.proposedBy === officer.id && separations[action]?.after.includes('ProposeErasure')) {
    return deny('own-proposal', ownProposal(action));
  }
  return { allowed: true, role: related.role };
};
