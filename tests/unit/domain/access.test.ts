import { describe, expect, it } from 'vitest';
import { type Action, decideAccess, policy } from '../../../domain/access/policy.ts';
import type { Target } from '../../../domain/access/relations.ts';
import { type Officer, type Role, roles } from '../../../domain/access/roles.ts';
import { isUnderAccused } from '../../../domain/access/sight.ts';
import { UnitDirectory } from '../../../domain/organisation/unit.ts';
import {
  acceptedPetition,
  admitReview,
  concludedPetition,
  continued,
  directory,
  objectedPetition,
  officers,
  proposedAssignment,
  proposeSponsor,
  recuse,
  registeredPetition,
  requestReview,
  reviewRequested,
  reviewServed,
  routedPetition,
  sealedPetition,
  servedOpinion,
  signedAgreement,
  sponsoredPetition,
  stateAfter,
} from '../../support/builders.ts';
import { command, continuedIn, people, proposeRefusal, referDispute, rulesWith } from '../../support/intake.ts';
import { calledWhistle, disputedWhistle, lateWhistle } from '../../support/whistle.ts';

const officer = (role: string, unit: string, id = `${role}-1`): Officer => ({ id, name: '某某', unit, roles: [role] });
const at = (history: Parameters<typeof stateAfter>[0], more: Omit<Target, 'petition'> = {}): Target => ({
  petition: stateAfter(history),
  ...more,
});

type Denied = readonly [Officer, string];

interface Entry {
  readonly may: Officer;
  readonly on: Target;
  /** Others who may as well, where the rule has more than one side. */
  readonly also: readonly (readonly [Officer, Target])[];
  readonly mayNot: readonly Denied[];
}

/** A petition whose organ was abolished without anybody knowing its successor. */
const withoutSuccessor = (() => {
  const land = directory.get('622901-zrzy');
  if (!land) throw new Error('No such unit.');
  const unclear = rulesWith([{ ...land, abolishedOn: '2026-03-10' }]);
  const move = command('MoveToSuccessor', people.officer, { from: land.id, reason: '机构改革' }, '2026-03-12');
  return continuedIn(unclear, routedPetition, move);
})();
const proposedRecusal = continued(
  routedPetition,
  command('ProposeRecusal', { ...people.handler, id: 'proposer' }, { officer: 'leader', interest: '近亲属' }),
);
const usedEmergencyAccess = continued(
  acceptedPetition,
  command('UseEmergencyAccess', { id: 'far', unit: '622901-zjj', role: 'leader' }, { reason: '突发事件' }),
);
const underRecheck = continued(reviewServed, requestReview(), admitReview({ by: officers.rechecker }));

/** For every action: one who may, on what, and who stands nearest to him and may not, and why. */
const table: Readonly<Record<Action, Entry>> = (() => {
  const desk = officer('receptionist', '622901007-zx');
  const office = officer('petition-officer', '622901007-zx');
  const countyOffice = officer('petition-officer', '622901-xfj');
  const handler = officer('handler', '622901-zrzy');
  const leader = officer('leader', '622901');
  const above = officer('leader', '6229');
  const mediator = officer('mediator', '622901007-tw');
  const rechecker = officer('handler', '6229');
  const discipline = officer('handler', '622901-jw');
  const supervisor = officer('supervisor', '622901-xfj');
  const reviewing = officer('supervisor', directory.supervisorOf(directory.petitionOfficeOf('622901007-zx')));
  const elsewhere = ({ roles: [role = ''] }: Officer, unit = '622901-zjj') => officer(role, unit);
  const wrongRole = ({ unit }: Officer) => officer('operator', unit);
  const entry = (may: Officer, on: Target, ...mayNot: readonly Denied[]): Entry => ({
    may,
    on,
    also: [],
    mayNot: [[wrongRole(may), 'not-your-role'], ...mayNot],
  });
  const onlyHere = (may: Officer, on: Target, unit?: string, ...mayNot: readonly Denied[]) =>
    entry(may, on, [elsewhere(may, unit), 'not-your-unit'], [officer('auditor', may.unit), 'not-your-role'], ...mayNot);
  /** The leaders of the centre's street; not those of a county beside it. */
  const blowing = () =>
    onlyHere(officer('leader', '622901007'), { whistle: calledWhistle }, '622901-zjj', [office, 'not-your-role']);
  /** Each its own part: not another department's, though it was called as well. */
  const called = () =>
    onlyHere(handler, { whistle: calledWhistle, named: handler.unit }, '622901-zjj', [
      officer('handler', '622901-sfj'),
      'not-your-unit',
    ]);
  /** The office in whose area it lies, or above; neither a village beside nor a department. */
  const inCentreArea = () =>
    entry(
      office,
      { named: '622901007-v1' },
      [officer('petition-officer', '622901-zjj'), 'not-your-unit'],
      [desk, 'not-your-role'],
    );
  /** Where the matter is now, and nowhere else: not at the centre that sent it down. */
  const atCentre = () =>
    orElse(
      entry(
        office,
        { named: '622901007-zx', placed: { at: ['622901007-zx'], against: [] } },
        [officer('village-officer', '622901007-v1'), 'not-your-unit'],
        [countyOffice, 'not-your-unit'],
      ),
      [
        officer('village-officer', '622901007-v1'),
        { named: '622901007-v1', placed: { at: ['622901007-zx', '622901007-v1'], against: [] } },
      ],
    );
  const supervising = officer('supervisor', directory.supervisorOf('622901-zrzy'));
  const orElse = (first: Entry, ...also: Entry['also']): Entry => ({
    ...first,
    also: [...first.also, ...also],
  });
  const atDesk = () => onlyHere(desk, at(registeredPetition));
  const routed = () => onlyHere(handler, at(routedPetition));
  const mediated = () => onlyHere(mediator, at(signedAgreement));
  const answered = () => onlyHere(handler, at(servedOpinion));
  const reviewed = () => onlyHere(officer('handler', '622901'), at(reviewRequested));
  const leg = () => {
    const housing = officer('handler', '622901-zjj');
    return onlyHere(housing, at(servedOpinion, { named: housing.unit }), '622901-sfj');
  };
  /** The desk of the day; of a day that the street's leaders publish that of their office; never the office above. */
  const atSession = () =>
    orElse(
      onlyHere(desk, { sessionUnit: '622901007-zx' }, undefined, [
        officer('receptionist', '622901-xfj'),
        'not-your-unit',
      ]),
      [desk, { sessionUnit: '622901007' }],
    );
  const announced = () => orElse(atSession(), [officer('leader', '622901007'), { sessionUnit: '622901007-zx' }]);
  /** By the unit's own leaders and those above; never by a unit that is committed. */
  const judged = () =>
    orElse(
      onlyHere(officer('leader', '622901007'), { sessionUnit: '622901007-zx' }, '622901-zrzy', [desk, 'not-your-role']),
      [officer('leader', '622901'), { sessionUnit: '622901007-zx' }],
      // Who instructed, wherever he is from.
      [officer('leader', '622901-zjj'), { sessionUnit: '622901007-zx', named: 'leader-1' }],
    );
  const keptByOffice = () =>
    onlyHere(
      office,
      { named: '622901007' },
      '622901-zrzy',
      [desk, 'not-your-role'],
      [officer('leader', '622901'), 'not-your-unit'],
    );
  /** The office that told it alone: not its centre, nor the office above, nor leaders or auditors whom it may be about. */
  const toInspection = () =>
    onlyHere(
      countyOffice,
      { named: '622901-xfj' },
      '6229-xfj',
      [office, 'not-your-unit'],
      [officer('leader', '622901-xfj'), 'not-your-role'],
    );
  const nowhere = (may: Officer): Denied => [{ ...may, unit: 'nowhere' }, 'not-your-unit'];
  /** The office in charge, not the one above it, and nobody else there. */
  const inCharge = (on: Target) =>
    onlyHere(office, on, undefined, [countyOffice, 'not-your-unit'], [desk, 'not-your-role']);
  const concerned = (may: Officer, on: Target) => onlyHere(may, on, '622901-jw');
  /** Leaders of the unit, and of a government above it; not those of a government beside it. */
  const led = (on: Target) =>
    orElse(onlyHere(leader, on, '622901007', [elsewhere(leader), 'not-your-unit'], [handler, 'not-your-role']), [
      above,
      on,
    ]);
  /** The head of the organ alone: none of its other leaders, and nobody above (Art. 34). */
  const headedBy = (on: Target) =>
    onlyHere(
      officer('head', '622901'),
      on,
      '622901007',
      [officer('head', '6229'), 'not-your-unit'],
      [leader, 'not-your-role'],
      [handler, 'not-your-role'],
    );
  /** What only the petitioner may, or the public: no token opens it, whatever role it claims. */
  const withoutToken = (): Entry => ({
    may: { ...desk, roles: [] },
    on: at(servedOpinion),
    also: [],
    mayNot: [
      [desk, 'not-your-role'],
      [{ ...desk, roles: ['petitioner', 'public'] }, 'not-your-role'],
      [{ ...desk, roles: [...roles] }, 'not-your-role'],
    ],
  });
  const anybody = (): Entry => ({
    may: officer('administrator', '622901'),
    on: {},
    also: roles.map((role) => [officer(role, '622901'), {}]),
    mayNot: [
      [officer('stranger', '622901'), 'not-your-role'],
      [officer('operator', 'nowhere'), 'not-your-unit'],
    ],
  });
  const heard = () =>
    orElse(
      onlyHere(
        handler,
        at(servedOpinion),
        '622901',
        [officer('leader', '622901-zrzy'), 'not-your-role'],
        [officer('handler', '622901-zjj'), 'not-your-unit'],
      ),
      [rechecker, at(underRecheck)],
    );
  const refused = (): Entry => {
    const on = at(continued(registeredPetition, proposeRefusal()));
    return orElse(
      onlyHere(officer('leader', '622901007'), on, '622901-zjj', [officer('leader', '622901007-zx'), 'not-your-unit']),
      [leader, on],
    );
  };
  const sealed = () =>
    entry(
      discipline,
      at(sealedPetition),
      [officer('leader', '622901-jw'), 'not-your-role'],
      [handler, 'not-found'],
      [office, 'not-found'],
    );
  const supervised = () => {
    const on = at(acceptedPetition, { named: '622901-zrzy' });
    return orElse(
      onlyHere(
        supervisor,
        on,
        undefined,
        // Nobody supervises his own unit, and only petition offices supervise at all.
        [officer('supervisor', '622901-zrzy'), 'not-your-unit'],
        [officer('supervisor', '622901007-zx'), 'not-your-unit'],
        [countyOffice, 'not-your-role'],
      ),
      [officer('supervisor', '6229-xfj'), on],
    );
  };
  const enrolling = () =>
    orElse(onlyHere(office, at(servedOpinion), '622901-jw', [handler, 'not-your-role']), [
      officer('petition-officer', '6229-xfj'),
      at(servedOpinion),
    ]);
  const ofProgramme = () =>
    orElse(
      entry(
        leader,
        { named: '622901' },
        [officer('leader', '622901007'), 'not-your-unit'],
        [officer('leader', '622921'), 'not-your-unit'],
        [officer('supervisor', '622901-xfj'), 'not-your-role'],
      ),
      [countyOffice, { named: '622901' }],
      [above, { named: '622901' }],
    );
  const sponsor = { ...officer('leader', '622901007'), id: 'mayor' };
  const decidedSponsor = () => {
    const on = at(continued(servedOpinion, proposeSponsor()));
    return orElse(
      onlyHere(
        officer('leader', '622901007'),
        on,
        '622901-zjj',
        [office, 'not-your-role'],
        [{ ...officer('leader', '622901007'), id: officers.officer.id }, 'own-proposal'],
      ),
      [leader, on],
    );
  };
  const inChargeOrDesk = () =>
    orElse(
      onlyHere(office, at(sponsoredPetition), undefined, [countyOffice, 'not-your-unit'], [handler, 'not-your-role']),
      [desk, at(sponsoredPetition)],
    );
  const listed = () =>
    orElse(
      onlyHere(
        office,
        at(servedOpinion),
        undefined,
        [officer('petition-officer', '6229-xfj'), 'not-your-unit'],
        [handler, 'not-your-role'],
      ),
      [reviewing, at(servedOpinion)],
    );
  const villageOfficer = officer('village-officer', '622901007-v1');
  const gridWorker = officer('grid-worker', '622901007-v1');
  const inVillage: Target = { named: '622901007-v1' };
  /** The village itself, not the one beside it, nor those above. */
  const village = (may: Officer, ...mayNot: readonly Denied[]) =>
    onlyHere(may, inVillage, '622901007-v2', [officer(may.roles[0] ?? '', '622901007'), 'not-your-unit'], ...mayNot);
  const ofVillage = () => village(villageOfficer, [gridWorker, 'not-your-role'], [desk, 'not-your-role']);
  const ofEither = () => orElse(village(gridWorker, [desk, 'not-your-role']), [villageOfficer, inVillage]);
  /** The village, and offices, centres and governments in whose area it lies. */
  const inArea = (...also: readonly Officer[]) =>
    orElse(
      entry(
        villageOfficer,
        inVillage,
        [{ ...villageOfficer, unit: '622901007-v2' }, 'not-your-unit'],
        [officer('handler', '622901-zrzy'), 'not-your-unit'],
      ),
      ...[officer('handler', '622901007-zx'), officer('petition-officer', '622901-xfj'), leader, ...also].map(
        (each) => [each, inVillage] as const,
      ),
    );
  const organised = () => {
    const each = inArea();
    return { ...each, mayNot: [...each.mayNot, [gridWorker, 'not-your-role'] as const] };
  };
  const read = () => inArea(gridWorker, officer('auditor', '6229-xfj'));
  /** Of one's own area, and nobody else's. */
  const importing = (...also: readonly Officer[]): Entry => ({
    may: officer('administrator', '622901'),
    on: { named: '622901-xfj' },
    also: also.map((each) => [each, { named: '622901-xfj' }]),
    mayNot: [
      [officer('operator', '622901'), 'not-your-role'],
      [officer('petition-officer', '622901-xfj'), 'not-your-role'],
      [officer('administrator', '622923'), 'not-your-unit'],
    ],
  });
  return {
    ReadWorklist: anybody(),
    ReadOwnIdentity: anybody(),
    ReadReferenceData: anybody(),
    LoadReferenceData: {
      may: officer('administrator', '622901'),
      on: {},
      also: [],
      mayNot: [[officer('operator', '622901'), 'not-your-role']],
    },
    DeclareImport: importing(),
    ConfirmImport: importing(),
    CancelImport: importing(),
    ReadImports: importing(officer('auditor', '6229-xfj')),
    ReadPosts: anybody(),
    FollowOwnPetition: withoutToken(),
    RatePetition: withoutToken(),
    DeclineReview: withoutToken(),
    ReadPublicPages: withoutToken(),
    MakeBooking: withoutToken(),
    FollowBooking: withoutToken(),
    WithdrawBooking: withoutToken(),
    MoveBooking: withoutToken(),
    ReadBookings: atSession(),
    ConfirmBooking: atSession(),
    DeclineBooking: atSession(),
    DiscloseBooking: atSession(),
    MoveVisit: atSession(),
    DraftWhistle: entry(office, {}, nowhere(office), [leader, 'not-your-role'], [mediator, 'not-your-role']),
    RedraftWhistle: onlyHere(office, { whistle: calledWhistle }, '622901-xfj', [leader, 'not-your-role']),
    ApproveWhistle: blowing(),
    ReturnWhistle: blowing(),
    CallOffWhistle: blowing(),
    AcknowledgeWhistle: called(),
    ContactCaller: called(),
    AttendWhistle: called(),
    RecordWhistleOutcome: called(),
    ObjectToWhistle: called(),
    WithdrawWhistleObjection: called(),
    AnswerWhistleObjection: blowing(),
    ReferWhistleDispute: called(),
    DecideWhistleDispute: onlyHere(
      leader,
      { whistle: disputedWhistle, named: '622901-zrzy' },
      '622901007',
      [above, 'not-your-unit'],
      [officer('petition-officer', '622901007-zx'), 'not-your-unit'],
    ),
    RateResponse: onlyHere(office, { whistle: calledWhistle }, '622901-xfj', [handler, 'not-your-unit']),
    GiveWhistleFeedback: onlyHere(handler, { whistle: lateWhistle, item: 1 }, '622901-sfj'),
    CloseWhistleSupervision: onlyHere(supervising, { whistle: lateWhistle, item: 1 }, '622901-zjj', [
      handler,
      'not-your-role',
    ]),
    ReadWhistle: orElse(
      entry(
        office,
        { whistle: calledWhistle },
        // A unit beside, one that the matter is about, and one that would be called only if the leader approved.
        [officer('handler', '622901-jw'), 'not-your-unit'],
        [officer('handler', '622901-zjj'), 'not-your-unit'],
      ),
      [handler, { whistle: calledWhistle }],
      [leader, { whistle: calledWhistle }],
    ),
    ReadWhistles: entry(office, { named: '622901007-zx' }, [
      officer('petition-officer', '622901-zjj'),
      'not-your-unit',
    ]),
    AddListItem: entry(office, {}, nowhere(office), [leader, 'not-your-role']),
    CloseListItem: onlyHere(office, { named: '622901007-zx' }, '622901-xfj', [leader, 'not-your-role']),
    GiveBriefing: toInspection(),
    NoteBriefingOutcome: toInspection(),
    ReadBriefings: toInspection(),
    ReadListItems: entry(office, { named: '622901-zrzy' }, nowhere(office), [
      officer('grid-worker', '622901007-v1'),
      'not-your-role',
    ]),
    RegisterCentre: inCentreArea(),
    AmendCentre: inCentreArea(),
    CloseCentre: inCentreArea(),
    OpenDesk: inCentreArea(),
    CloseDesk: inCentreArea(),
    AssignStaff: inCentreArea(),
    EndStaffAssignment: inCentreArea(),
    // In a village, which has nobody who registers, its petition office takes in.
    TakeInMatter: orElse(onlyHere(desk, { named: '622901007-zx' }, '622901-xfj', [leader, 'not-your-role']), [
      desk,
      { named: '622901007-v1' },
    ]),
    TransferDown: atCentre(),
    EscalateUp: atCentre(),
    RecallMatter: onlyHere(
      office,
      { placed: { at: ['622901007-zx', '622901007-v1'], against: ['622901007-v1'] } },
      '622901-xfj',
      [leader, 'not-your-role'],
      [officer('village-officer', '622901007-v1'), 'not-your-unit'],
    ),
    ReportOnMatter: atCentre(),
    ResolveAtLevel: atCentre(),
    ReadCentres: entry(office, { named: '622901007-v1' }, [officer('handler', '622901-zjj'), 'not-your-unit']),
    ReadPlacement: orElse(
      entry(
        office,
        { named: '622901007-v1', placed: { at: ['622901007-zx', '622901007-v1'], against: [] } },
        [officer('village-officer', '622901007-v2'), 'not-your-unit'],
        [handler, 'not-your-unit'],
      ),
      [countyOffice, { placed: { at: ['622901007-zx'], against: [] } }],
      [officer('village-officer', '622901007-v1'), { placed: { at: ['622901007-zx', '622901007-v1'], against: [] } }],
      // Those above whom it is not about read on where it is about somebody below.
      [countyOffice, { placed: { at: ['622901007-zx'], against: ['622901007'] } }],
    ),
    DefineGrid: organised(),
    RedrawGrid: organised(),
    CloseGrid: organised(),
    AppointGridWorker: organised(),
    EndGridAppointment: organised(),
    ReportNeed: village(gridWorker, [villageOfficer, 'not-your-role']),
    ResolveLocally: ofEither(),
    DecideServices: ofVillage(),
    RecordServices: village(gridWorker, [villageOfficer, 'not-your-role']),
    ExplainMissed: ofVillage(),
    EndServices: ofVillage(),
    PromoteNeed: ofEither(),
    ConveneAssembly: ofVillage(),
    CancelAssembly: ofVillage(),
    PublishDisclosure: ofVillage(),
    RecordQuestion: ofVillage(),
    AnswerQuestion: ofVillage(),
    PromoteQuestion: ofVillage(),
    DecideQuestionText: ofVillage(),
    PublishMinutes: ofVillage(),
    ReadGrids: read(),
    ReadNeeds: read(),
    ReadAssemblies: read(),
    RegisterPetition: entry(
      desk,
      {},
      nowhere(desk),
      [officer('handler', '622901007-zx'), 'not-your-role'],
      // What a grid worker hears becomes a petition by promotion, with consent, and not past it.
      [gridWorker, 'not-your-role'],
      [villageOfficer, 'not-your-role'],
    ),
    AmendRegistration: atDesk(),
    LinkRepeat: atDesk(),
    UnlinkRepeat: atDesk(),
    NoteInstruction: onlyHere(leader, at(registeredPetition), '622901-jw'),
    DeclareRecusal: entry(
      handler,
      at(routedPetition, { named: handler.id }),
      [officer('handler', '622901-zrzy', 'colleague'), 'not-your-unit'],
      [{ ...officer('handler', '622901-sfj'), id: handler.id }, 'not-your-unit'],
    ),
    ProposeRecusal: entry(
      handler,
      at(routedPetition),
      [elsewhere(handler, '622901-jw'), 'not-your-unit'],
      [officer('grid-worker', '622901-zrzy'), 'not-your-role'],
    ),
    DecideRecusal: orElse(
      onlyHere(
        office,
        at(proposedRecusal, { named: 'leader', item: 1 }),
        undefined,
        [handler, 'not-your-role'],
        [officer('petition-officer', '6229-xfj'), 'not-your-unit'],
        // Neither he whom it is about, nor whoever proposed it.
        [{ ...office, id: 'leader' }, 'not-your-unit'],
        [{ ...office, id: 'proposer' }, 'own-proposal'],
      ),
      [reviewing, at(proposedRecusal, { named: 'leader', item: 1 })],
      [officer('leader', '622901-jw'), at(sealedPetition, { named: 'discipline-1', item: 1 })],
    ),
    UseEmergencyAccess: onlyHere(
      officer('leader', '622901-zjj'),
      at(acceptedPetition),
      '622921',
      // Whoever is concerned needs none.
      [leader, 'not-your-unit'],
      [officer('supervisor', '622901-xfj'), 'not-your-unit'],
      [officer('handler', '622901-zjj'), 'not-your-role'],
    ),
    ReviewEmergencyAccess: onlyHere(
      reviewing,
      at(usedEmergencyAccess, { item: 1 }),
      '6229-xfj',
      [officer('petition-officer', reviewing.unit), 'not-your-role'],
      [{ ...reviewing, id: 'far' }, 'own-proposal'],
    ),
    LiftRecusal: onlyHere(
      office,
      at(continued(routedPetition, recuse({ officer: 'colleague' })), { named: 'colleague' }),
      undefined,
      [handler, 'not-your-role'],
      [officer('petition-officer', '6229-xfj'), 'not-your-unit'],
    ),
    RoutePetition: inCharge(at(registeredPetition)),
    DecideObjection: inCharge(at(routedPetition)),
    RedirectPetition: inCharge(at(registeredPetition)),
    RetriagePetition: inCharge(at(routedPetition)),
    ReferDispute: inCharge(at(objectedPetition)),
    DecideDispute: onlyHere(
      leader,
      at(continued(objectedPetition, referDispute())),
      undefined,
      [above, 'not-your-unit'],
      [officer('petition-officer', '622901'), 'not-your-unit'],
      [countyOffice, 'not-your-unit'],
      [handler, 'not-your-role'],
    ),
    MoveToSuccessor: inCharge(at(routedPetition)),
    DesignateSuccessor: onlyHere(
      leader,
      at(withoutSuccessor),
      undefined,
      [above, 'not-your-unit'],
      [office, 'not-your-role'],
    ),
    FlagUrgent: concerned(handler, at(routedPetition)),
    ReportUrgent: inCharge(at(routedPetition)),
    ProposeRefusal: orElse(
      // Once it has been sent to an organ, the office that sent it refuses nothing any more.
      onlyHere(handler, at(routedPetition), undefined, [office, 'not-your-unit'], [desk, 'not-your-role']),
      [office, at(registeredPetition)],
    ),
    ApproveRefusal: refused(),
    ReturnRefusal: refused(),
    ClaimNewFacts: atDesk(),
    JudgeNewFacts: routed(),
    TakeOverAccusation: sealed(),
    ReturnAccusation: sealed(),
    AcceptPetition: routed(),
    DivertPetition: routed(),
    ObjectToRouting: routed(),
    ProposeAssignment: routed(),
    ApproveAssignment: led(at(proposedAssignment)),
    ReturnAssignment: led(at(proposedAssignment)),
    AcknowledgeLeg: leg(),
    ReportIn: leg(),
    RecordLegOutcome: leg(),
    ProposeMediation: answered(),
    RecordConsent: mediated(),
    MinuteSession: mediated(),
    DraftAgreement: mediated(),
    MarkAgreement: mediated(),
    // The lead unit can end what a committee does not go on with.
    EndMediation: orElse(mediated(), [handler, at(signedAgreement)]),
    RecordPerformance: mediated(),
    RecordConfirmationRequest: mediated(),
    DraftOpinion: answered(),
    ApproveOpinion: led(at(servedOpinion)),
    ReturnOpinion: led(at(servedOpinion)),
    ServeOpinion: answered(),
    RequestClosing: answered(),
    SubmitReport: answered(),
    ConfirmClosing: onlyHere(office, at(servedOpinion)),
    ReturnClosing: onlyHere(office, at(servedOpinion)),
    ConfirmResolved: concerned(office, at(servedOpinion)),
    RequestReview: concerned(desk, at(servedOpinion)),
    AdmitReview: reviewed(),
    DecideReview: reviewed(),
    ServeReview: reviewed(),
    RequestExtension: onlyHere(handler, at(acceptedPetition), undefined, [leader, 'not-your-role']),
    SuspendHandling: headedBy(at(acceptedPetition)),
    DecideExtension: headedBy(at(acceptedPetition)),
    ScheduleHearing: heard(),
    RecordHearing: heard(),
    CancelHearing: heard(),
    RecordForceMajeure: inCharge(at(servedOpinion)),
    RecordSupport: concerned(handler, at(concludedPetition)),
    RequestWithdrawal: onlyHere(desk, at(acceptedPetition), undefined, [handler, 'not-your-role']),
    RetractWithdrawal: onlyHere(desk, at(acceptedPetition), undefined, [handler, 'not-your-role']),
    DecideWithdrawal: inCharge(at(acceptedPetition)),
    RecordDeath: orElse(onlyHere(desk, at(acceptedPetition)), [handler, at(acceptedPetition)]),
    ContinueByHeirs: onlyHere(desk, at(acceptedPetition), undefined, [handler, 'not-your-role']),
    DecideAfterDeath: inCharge(at(acceptedPetition)),
    ChangeRepresentatives: onlyHere(desk, at(acceptedPetition), undefined, [handler, 'not-your-role']),
    RecordContactAttempt: orElse(onlyHere(office, at(servedOpinion)), [handler, at(servedOpinion)]),
    PublishByCode: onlyHere(handler, at(servedOpinion), undefined, [office, 'not-your-role']),
    TransferPetition: onlyHere(office, at(acceptedPetition), undefined, [handler, 'not-your-role']),
    SplitPetition: inCharge(at(registeredPetition)),
    ReopenPetition: onlyHere(
      leader,
      at(concludedPetition),
      undefined,
      [officer('leader', '622901007'), 'not-your-unit'],
      [handler, 'not-your-role'],
    ),
    ProposeSponsor: orElse(onlyHere(handler, at(servedOpinion), undefined, [mediator, 'not-your-role']), [
      office,
      at(servedOpinion),
    ]),
    ApproveSponsor: decidedSponsor(),
    ReturnSponsor: decidedSponsor(),
    PlanResolution: orElse(onlyHere(handler, at(sponsoredPetition), undefined, [leader, 'not-your-unit']), [
      sponsor,
      at(sponsoredPetition),
    ]),
    ReportProgress: orElse(
      onlyHere(handler, at(sponsoredPetition), undefined, [leader, 'not-your-unit']),
      [sponsor, at(sponsoredPetition)],
      // Of the team.
      [officer('handler', '622901-sfj'), at(sponsoredPetition)],
    ),
    RecordReturnVisit: inChargeOrDesk(),
    RequestResolution: onlyHere(handler, at(sponsoredPetition), undefined, [sponsor, 'not-your-role']),
    // The sponsor in person: no other leader, not of his own unit either.
    SignResolution: entry(
      sponsor,
      at(sponsoredPetition),
      [officer('leader', '622901007', 'colleague'), 'not-your-unit'],
      [leader, 'not-your-unit'],
      [handler, 'not-your-role'],
    ),
    ReturnResolution: orElse(
      entry(sponsor, at(sponsoredPetition), [leader, 'not-your-unit'], [handler, 'not-your-role']),
      [office, at(sponsoredPetition)],
    ),
    DesignateBacklog: listed(),
    LiftBacklog: listed(),
    EnrolMatter: enrolling(),
    TakeOutOfProgramme: enrolling(),
    FoundProgramme: ofProgramme(),
    AttachDocument: ofProgramme(),
    EndDocument: ofProgramme(),
    AddBatch: ofProgramme(),
    AppointInProgramme: ofProgramme(),
    EndProgrammeAppointment: ofProgramme(),
    RecordPledge: ofProgramme(),
    EndProgramme: ofProgramme(),
    ReadProgrammes: orElse(
      entry(
        desk,
        { named: '622901' },
        [officer('receptionist', '622921'), 'not-your-unit'],
        [officer('administrator', '622901'), 'not-your-role'],
      ),
      [above, { named: '622901' }],
      [villageOfficer, { named: '622901-xfj' }],
    ),
    ReadProgrammeProgress: entry(
      leader,
      { named: '622901' },
      [officer('leader', '622901007'), 'not-your-unit'],
      [desk, 'not-your-role'],
    ),
    ReadBacklog: entry(
      leader,
      { named: '622901' },
      [officer('leader', '622901007'), 'not-your-unit'],
      [desk, 'not-your-role'],
    ),
    OpenSupervision: supervised(),
    ProposeMeasure: supervised(),
    CloseSupervision: supervised(),
    RecordQualityCheck: supervised(),
    GiveFeedback: onlyHere(
      handler,
      at(acceptedPetition, { named: '622901-zrzy' }),
      undefined,
      [supervisor, 'not-your-role'],
      [discipline, 'not-your-unit'],
    ),
    ServeNotice: orElse(
      onlyHere(
        handler,
        at(acceptedPetition, { named: '622901-zrzy' }),
        undefined,
        [desk, 'not-your-unit'],
        [leader, 'not-your-role'],
      ),
      [desk, at(registeredPetition, { named: '622901007-zx' })],
      [mediator, at(signedAgreement, { named: '622901007-tw' })],
    ),
    PublishSession: entry(desk, {}, nowhere(desk)),
    PreRegisterVisit: atSession(),
    CheckIn: atSession(),
    RecordVisit: atSession(),
    IssueInstruction: onlyHere(officer('leader', '622901007'), { sessionUnit: '622901007-zx' }, '622901-zjj'),
    RecordFollowUp: onlyHere(handler, { named: '622901-zrzy' }),
    LogCommitmentProgress: onlyHere(handler, { named: '622901-zrzy' }),
    // He himself, wherever he is from; nobody for him.
    ConfirmReception: entry(
      officer('leader', '622901'),
      { sessionUnit: '622901-zrzy', named: 'leader-1' },
      [officer('leader', '622901', 'another'), 'not-your-unit'],
      [desk, 'not-your-role'],
    ),
    ReplaceLeader: announced(),
    RescheduleSession: announced(),
    CancelSession: announced(),
    NoteAttendance: atSession(),
    ConfirmCommitment: judged(),
    ReturnCommitment: judged(),
    UrgeCommitment: onlyHere(
      supervisor,
      { named: '622901-zrzy' },
      '622901-zrzy',
      [officer('supervisor', '622901007-zx'), 'not-your-unit'],
      [officer('leader', '622901'), 'not-your-role'],
    ),
    DefineRota: keptByOffice(),
    EnrolLeader: keptByOffice(),
    ReleaseLeader: keptByOffice(),
    ReadLedger: onlyHere(desk, { named: '622901007' }, '622901-zrzy', [officer('auditor', '622901'), 'not-your-role']),
    ReadDuties: orElse(entry(desk, { named: '622901007' }, [elsewhere(desk), 'not-your-unit']), [
      supervisor,
      { named: '622901007' },
    ]),
    ReadSessions: entry(desk, {}, nowhere(desk)),
    ReadPetition: entry(mediator, at(signedAgreement), [elsewhere(mediator, '622901-jw'), 'not-your-unit']),
    ReadEvidence: entry(mediator, at(signedAgreement), [elsewhere(mediator, '622901-jw'), 'not-your-unit']),
    DeclareEvidence: orElse(
      concerned(desk, at(registeredPetition)),
      [mediator, at(signedAgreement)],
      [handler, at(routedPetition)],
    ),
    WithdrawEvidence: concerned(desk, at(registeredPetition)),
    ReadHistory: entry(
      office,
      at(servedOpinion),
      [elsewhere(office, '622901-jw'), 'not-your-unit'],
      [desk, 'not-your-role'],
    ),
    ReadReadership: entry(
      officer('auditor', '622901'),
      at(servedOpinion),
      [officer('auditor', '622901-jw'), 'not-your-unit'],
      [officer('supervisor', '622901'), 'not-your-role'],
    ),
    ExportHistory: entry(
      officer('auditor', '622901'),
      at(servedOpinion),
      [officer('auditor', '622901-jw'), 'not-your-unit'],
      [officer('supervisor', '622901'), 'not-your-role'],
    ),
    ReadWhoRead: orElse(
      entry(
        officer('auditor', '622901'),
        at(servedOpinion),
        [officer('auditor', '622901-jw'), 'not-your-unit'],
        [officer('supervisor', '622901'), 'not-your-role'],
      ),
      // Of a reception day, by the unit that published it.
      [officer('auditor', '622901'), { named: '622901007-zx' }],
    ),
    DisclosePersons: orElse(
      entry(
        handler,
        at(servedOpinion),
        [elsewhere(handler, '622901-jw'), 'not-your-unit'],
        [officer('auditor', '622901'), 'not-your-role'],
        [supervisor, 'not-your-role'],
        // The government governs the area and reads what is brought there; it does not work on it.
        [above, 'not-your-unit'],
      ),
      [desk, at(servedOpinion)],
      [office, at(servedOpinion)],
    ),
    PlaceHold: orElse(entry(office, at(servedOpinion), [elsewhere(office, '622901-zjj'), 'not-your-unit']), [
      officer('auditor', '622901'),
      at(servedOpinion),
    ]),
    LiftHold: onlyHere(office, at(servedOpinion)),
    ReadLinkedRecords: orElse(
      entry(
        office,
        at(servedOpinion),
        [elsewhere(office, '622901-zjj'), 'not-your-unit'],
        [officer('auditor', '622901'), 'not-your-role'],
      ),
      [officer('leader', '622901007'), at(servedOpinion)],
    ),
    ReadKeeping: orElse(
      entry(
        office,
        { named: '622901007-zx' },
        [elsewhere(office, '622901-zjj'), 'not-your-unit'],
        [officer('handler', '622901007-zx'), 'not-your-role'],
      ),
      [officer('leader', '622901007'), { named: '622901007-zx' }],
      [officer('auditor', '622901'), { named: '622901007-zx' }],
    ),
    ProposeErasure: onlyHere(office, at(servedOpinion)),
    ApproveErasure: entry(officer('leader', '622901007'), at(servedOpinion), [
      officer('leader', '622901-zjj'),
      'not-your-unit',
    ]),
    ReturnErasure: entry(officer('leader', '622901007'), at(servedOpinion), [
      officer('leader', '622901-zjj'),
      'not-your-unit',
    ]),
    FindPetitions: entry(desk, {}, nowhere(desk)),
    ReadUnitDay: entry(
      officer('auditor', '622901'),
      { named: '622901007' },
      [officer('auditor', '622901-zjj'), 'not-your-unit'],
      [officer('leader', '622901'), 'not-your-role'],
    ),
    ReadStatistics: entry(
      officer('leader', '622901'),
      { named: '622901007' },
      [officer('leader', '622901-zjj'), 'not-your-unit'],
      [officer('receptionist', '622901'), 'not-your-role'],
    ),
    Operate: {
      may: officer('operator', '622901'),
      on: {},
      also: [],
      mayNot: [
        [leader, 'not-your-role'],
        [officer('operator', 'nowhere'), 'not-your-unit'],
      ],
    },
  };
})();

const outcome = (who: Officer, action: Action, on: Target): string => {
  const decision = decideAccess(who, action, on, directory);
  return decision.allowed ? 'allowed' : decision.code;
};

describe('who may do what', () => {
  it('is said of every action, and of no other', () => {
    expect(Object.keys(table).sort()).toEqual(Object.keys(policy).sort());
  });

  it.each(Object.entries(table) as [Action, (typeof table)[Action]][])('%s', (action, { may, on, also, mayNot }) => {
    if (may.roles.length > 0) expect(outcome(may, action, on)).toBe('allowed');
    for (const [who, target] of also)
      expect([who.roles, who.unit, outcome(who, action, target)]).toEqual([who.roles, who.unit, 'allowed']);
    for (const [who, code] of mayNot)
      expect([who.roles, who.unit, outcome(who, action, on)]).toEqual([who.roles, who.unit, code]);
  });

  it('is nothing for somebody without a role, with an invented role, or out of no unit', () => {
    for (const [action, { may, on }] of Object.entries(table) as [Action, (typeof table)[Action]][]) {
      for (const who of [
        { ...may, roles: [] },
        { ...may, roles: ['stranger'] },
      ]) {
        expect(outcome(who, action, on)).toBe('not-your-role');
      }
      expect(outcome({ ...may, unit: 'nowhere' }, action, on)).not.toBe('allowed');
    }
  });

  it('tells under which of several roles somebody acts', () => {
    const both = { ...officer('handler', '622901007-zx'), roles: ['handler', 'petition-officer'] };
    expect(decideAccess(both, 'RoutePetition', at(registeredPetition), directory)).toEqual({
      allowed: true,
      role: 'petition-officer',
    });
  });

  it('is for nobody while the record does not say whose it is', () => {
    expect(outcome(officer('handler', '622901-zrzy'), 'AcceptPetition', at(registeredPetition))).toBe('not-the-step');
    expect(outcome(officer('mediator', '622901007-tw'), 'MarkAgreement', at(routedPetition))).toBe('not-the-step');
  });
});

it('a refusal names each role once', () => {
  const denied = decideAccess(officer('operator', '622901'), 'DecideRecusal', at(routedPetition), directory);
  expect(denied).toMatchObject({ reason: 'This is done by: petition-officer, supervisor, leader, head.' });
});

describe('a proposed assignment', () => {
  it('concerns no department until it is approved', () => {
    const other = continued(proposedAssignment);
    for (const unit of ['622901-zjj', '622901-sfj']) {
      expect(outcome(officer('handler', unit), 'ReadPetition', at(other))).toBe('not-your-unit');
      expect(outcome(officer('handler', unit), 'ReadPetition', at(servedOpinion))).toBe('allowed');
    }
  });

  it('concerns no lead unit either until it is approved', () => {
    const petition = stateAfter(proposedAssignment);
    const assignment = { leadUnit: '622901-jw', assistingUnits: [], proposedBy: 'handler' };
    expect(outcome(officer('handler', '622901-jw'), 'ReadPetition', { petition: { ...petition, assignment } })).toBe(
      'not-your-unit',
    );
  });
});

describe('those who look after an area', () => {
  it.each(['supervisor', 'auditor', 'petition-officer'])('as %s see the petitions of it', (role) => {
    expect(outcome(officer(role, '622901-xfj'), 'ReadPetition', at(registeredPetition))).toBe('allowed');
    expect(outcome(officer(role, '6229-xfj'), 'ReadPetition', at(registeredPetition))).toBe('allowed');
    expect(outcome(officer(role, '622901-zjj'), 'ReadPetition', at(registeredPetition))).toBe('not-your-unit');
  });
});

describe('a sealed accusation (Art. 30)', () => {
  const everybody = roles.flatMap((role: Role) =>
    ['622901007-zx', '622901', '622901-xfj', '6229'].map((unit) => officer(role, unit)),
  );

  it('does not even exist for anybody but the organ it was handed to', () => {
    for (const who of everybody) {
      for (const action of Object.keys(policy) as Action[]) {
        expect(outcome(who, action, at(sealedPetition, { named: who.id }))).toBe('not-found');
      }
    }
    expect(outcome(officer('handler', '622901-jw'), 'ReadPetition', at(sealedPetition))).toBe('allowed');
  });
});

it('an accused who sits in the organ that has the accusation learns no more of it than one outside', () => {
  const accused = { ...officer('handler', '622901-jw', 'accused'), roles: [...roles] };
  const sealedFromHim = continued(sealedPetition, recuse({ officer: accused.id }));
  for (const action of Object.keys(policy) as Action[])
    expect(outcome(accused, action, at(sealedFromHim, { named: accused.id }))).toBe('not-found');
  expect(outcome({ ...accused, id: 'colleague' }, 'ReadPetition', at(sealedFromHim))).toBe('allowed');
});

describe('a recused officer (Art. 28)', () => {
  it('acts on nothing and sees nothing of that petition', () => {
    const recused = at(continued(servedOpinion, recuse({ officer: officers.handler.id })), {
      named: officers.handler.id,
    });
    const who = { ...officer('handler', '622901-zrzy', officers.handler.id), roles: [...roles] };
    for (const action of Object.keys(policy) as Action[]) expect(outcome(who, action, recused)).toBe('recused');
    expect(outcome({ ...who, id: 'colleague' }, 'ServeOpinion', recused)).toBe('allowed');
  });
});

describe('whose area an officer looks after', () => {
  it.each([
    ['622901-xfj', '622901007-v1', true, 'an office after that of its government'],
    ['622901', '622901007-v1', true, 'a government after its own'],
    ['622901007-zx', '622901007-zx', true, 'a centre after itself'],
    ['622901007-zx', '622901007', false, 'a centre not after the government that it belongs to'],
    ['622901007-zx', '622901007-v1', false, 'nor after the villages of that'],
    ['622901-zrzy', '622901', false, 'nor does a department'],
  ])('%s, %s: %s – %s', (unit, named, may) =>
    expect(decideAccess(officer('auditor', unit), 'ReadUnitDay', { named }, directory).allowed).toBe(may),
  );
});

describe('who is under the accused (Art. 30)', () => {
  it.each([
    ['622901007-v1', '622901007-v1', true, 'they themselves'],
    ['622901007-v1', '622901007', true, 'who stands below them'],
    ['622901-zrzy', '622901', true, 'who stands below them, and is led by them'],
    ['622901007', '622901007-v1', false, 'nobody above them'],
    ['622901007-v2', '622901007-v1', false, 'nobody beside them'],
  ])('%s, accused %s: %s – %s', (unit, accused, under) => {
    expect(isUnderAccused(unit, [accused], directory)).toBe(under);
    expect(isUnderAccused(unit, ['622901-jw', accused], directory)).toBe(under);
  });

  it('whoever is led by them, wherever it stands in the tree', () => {
    // A department whose leaders are those of a unit beside it.
    const led = new UnitDirectory([
      { id: 'g', name: '政府', kind: 'government', level: 'county' },
      { id: 'a', name: '甲局', kind: 'department', level: 'county', parent: 'g' },
      { id: 'b', name: '乙办', kind: 'department', level: 'county', parent: 'g', ledBy: 'a' },
    ]);
    expect(isUnderAccused('b', ['a'], led)).toBe(true);
    expect(isUnderAccused('a', ['b'], led)).toBe(false);
  });
});
