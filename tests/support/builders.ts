import type { Calendar } from '../../domain/calendar/calendar.ts';
import { defaultConfiguration } from '../../domain/configuration.ts';
import { type Deadline, type LimitName, startLimit } from '../../domain/limits.ts';
import { type Unit, UnitDirectory } from '../../domain/organisation/unit.ts';
import type { OpinionContent, Service } from '../../domain/petition/opinion.ts';
import {
  decide,
  evolve,
  foldPetition,
  type PetitionCommand,
  type PetitionEvent,
} from '../../domain/petition/petition.ts';
import type { Context, Petition, RegistrationContent } from '../../domain/petition/state.ts';
import type { EventActor, StoredEvent } from '../../domain/ports.ts';
import { decideSession } from '../../domain/reception/session.ts';
import { foldSession } from '../../domain/reception/session-history.ts';
import type { Session, SessionCommand, SessionContent, SessionEvent } from '../../domain/reception/session-state.ts';

/** A prefecture, a county with its organs, a township that registers. */
export const units: readonly Unit[] = [
  { id: '6229', name: '州政府', kind: 'government', level: 'prefecture' },
  { id: '6229-xfj', name: '州信访局', kind: 'petition-office', level: 'prefecture', parent: '6229' },
  { id: '622901', name: '市政府', kind: 'government', level: 'county', parent: '6229' },
  { id: '622901-xfj', name: '市信访局', kind: 'petition-office', level: 'county', parent: '622901' },
  { id: '622901-zrzy', name: '自然资源局', kind: 'department', level: 'county', parent: '622901', ledBy: '622901' },
  { id: '622901-zjj', name: '住建局', kind: 'department', level: 'county', parent: '622901', ledBy: '622901' },
  { id: '622901-sfj', name: '司法局', kind: 'department', level: 'county', parent: '622901', ledBy: '622901' },
  { id: '622901-jw', name: '市纪委监委', kind: 'discipline', level: 'county', parent: '622901' },
  {
    id: '622901007',
    name: '镇政府',
    kind: 'government',
    level: 'township',
    parent: '622901',
    petitionOffice: '622901007-zx',
  },
  {
    id: '622901007-zx',
    name: '镇综治中心',
    kind: 'centre',
    level: 'township',
    parent: '622901007',
    ledBy: '622901007',
    petitionOffice: '622901007-zx',
  },
  { id: '622901007-tw', name: '镇调委会', kind: 'mediation-committee', level: 'township', parent: '622901007' },
  {
    id: '622901007-v1',
    name: '村委会',
    kind: 'village-committee',
    level: 'village',
    parent: '622901007',
    petitionOffice: '622901007-zx',
  },
  {
    id: '622901007-v2',
    name: '邻村村委会',
    kind: 'village-committee',
    level: 'village',
    parent: '622901007',
    petitionOffice: '622901007-zx',
  },
];

export const directory = new UnitDirectory(units);

/** Weekdays, without these days of rest and with these make-up workdays. */
export const calendarWith = ({ rest = [], work = [] }: { rest?: string[]; work?: string[] } = {}): Calendar => ({
  isWorkingDay: (day) =>
    work.includes(day) || (!rest.includes(day) && ![0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay())),
});

/** Tomb-sweeping and Labour Day of 2026, with the Saturday that is worked instead. */
export const calendar = calendarWith({
  rest: ['2026-04-06', '2026-05-01', '2026-05-04', '2026-05-05'],
  work: ['2026-05-09'],
});

export const rules: Context = {
  units: directory,
  calendar,
  categories: new Set(['0301', '0302']),
  configuration: defaultConfiguration,
};

/** A limit of the law that has just started, with the due day as the test names it: nobody has to believe the rules. */
export const started = (limit: LimitName, from: string, due: string): Deadline => ({
  ...startLimit(limit, from, calendar),
  due,
});

/** Monday. */
export const firstDay = '2026-03-02';

/** Noon of a legal day. */
export const noon = (day: string): string => `${day}T04:00:00.000Z`;

const person = (id: string, role: string, unit: string): EventActor => ({ id, unit, role });
export const officers = {
  receptionist: person('receptionist', 'receptionist', '622901007-zx'),
  officer: person('officer', 'petition-officer', '622901007-zx'),
  secondOfficer: person('second-officer', 'petition-officer', '622901007-zx'),
  handler: person('handler', 'handler', '622901-zrzy'),
  leader: person('leader', 'leader', '622901'),
  mediator: person('mediator', 'mediator', '622901007-tw'),
  reviewer: person('reviewer', 'handler', '622901'),
  rechecker: person('rechecker', 'handler', '6229'),
  petitioner: person('petitioner', 'petitioner', ''),
} as const;

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type Issuer = { by?: EventActor; at?: string };
type Intent<T extends PetitionCommand['type']> = Without<Extract<PetitionCommand, { type: T }>, 'by' | 'at' | 'type'>;

/** A kind of command with its usual content; a test names only what is different. */
const usual =
  <T extends PetitionCommand['type']>(type: T, by: EventActor, content: Intent<T>) =>
  (over: Partial<Intent<T>> & Issuer = {}): Extract<PetitionCommand, { type: T }> =>
    ({ type, by, at: noon(firstDay), ...content, ...over }) as unknown as Extract<PetitionCommand, { type: T }>;

export const number = '622901007-20260302-7K3QXA';

export const content: RegistrationContent = {
  channel: 'visit',
  source: 'window',
  oral: false,
  petitioner: {
    form: 'individual',
    person: { name: '张三', identityNumber: '622901199001011234', phone: '13900001234' },
  },
  subject: '征地补偿款未足额发放',
  requests: ['补发征地补偿款', '公开补偿标准'],
  facts: '2025年征收承包地2.3亩，少发补偿款。',
};

export const opinion: OpinionContent = {
  result: 'support',
  answers: ['补发1.2万元。', '补偿标准已公开。'],
  facts: '经查，少发属实。',
  reasons: '测量面积有误。',
  legalBasis: ['《土地管理法》第四十八条'],
};

export const served = (servedOn: string, over: Partial<Service> = {}): Service => ({
  method: 'in-person',
  servedOn,
  ...over,
});

export const agreement = {
  facts: '双方就补偿面积发生争议。',
  responsibility: '村委会测量有误。',
  terms: '村委会补付1.2万元。',
  obligations: [
    { id: 'pay', party: 'village', what: '支付1.2万元', due: '2026-05-30' },
    { id: 'clear', party: 'zhang', what: '清理地上附着物', due: '2026-06-15' },
  ],
};

const parties = [
  { id: 'zhang', name: '张三', kind: 'petitioner' },
  { id: 'village', name: '某村委会', kind: 'counterparty' },
] as const;

const { receptionist, officer, secondOfficer, handler, leader, mediator, reviewer, petitioner } = officers;

export const register = usual('RegisterPetition', receptionist, { number, content });
export const amend = usual('AmendRegistration', receptionist, { changes: { place: '某村' }, reason: '补充地点' });
export const link = usual('LinkRepeat', receptionist, {
  earlier: '622901007-20250102-AAAAAA',
  found: 'earlier',
  reason: '同一事项',
});
export const unlink = usual('UnlinkRepeat', receptionist, {
  found: true,
  earlier: '622901007-20250102-AAAAAA',
  reason: '并非同一事项',
});
export const recuse = usual('DeclareRecusal', handler, { officer: 'handler', interest: '近亲属' });
export const liftRecusal = usual('LiftRecusal', officer, { officer: 'handler', reason: '并无利害关系' });
export const noteInstruction = usual('NoteInstruction', leader, { session: 'S1', visit: 1, instruction: '限期办理' });
export const route = usual('RoutePetition', officer, {
  purpose: 'appeal',
  path: 6,
  category: '0301',
  disposition: 'forward',
  competentUnit: '622901-zrzy',
});
export const accept = usual('AcceptPetition', handler, {});
export const divert = usual('DivertPetition', handler, { procedure: '民事诉讼', organ: '市人民法院', remedy: '起诉' });
export const objectToRouting = usual('ObjectToRouting', handler, { reason: '不属于本机关职权范围' });
export const decideObjection = usual('DecideObjection', officer, { agreed: true, reason: '核实' });
export const propose = usual('ProposeAssignment', handler, {
  leadUnit: '622901-zrzy',
  assistingUnits: ['622901-zjj', '622901-sfj'],
  reason: '涉及测量与合同',
});
export const approve = usual('ApproveAssignment', leader, {});
export const returnAssignment = usual('ReturnAssignment', leader, { reason: '另选协办单位' });
export const acknowledge = usual('AcknowledgeLeg', handler, { unit: '622901-zrzy' });
export const reportIn = usual('ReportIn', handler, { unit: '622901-zrzy', officer: 'handler' });
export const recordOutcome = usual('RecordLegOutcome', handler, { unit: '622901-zjj', outcome: '已复测' });
export const proposeMediation = usual('ProposeMediation', handler, {
  committee: '622901007-tw',
  mediator: 'mediator',
  parties,
});
export const consent = usual('RecordConsent', mediator, { party: 'zhang', consents: true, statement: '同意调解' });
export const minute = usual('MinuteSession', mediator, {
  heldOn: firstDay,
  place: '调解室',
  present: ['张三', '村委会主任'],
  minutes: '双方陈述。',
});
export const draftAgreement = usual('DraftAgreement', mediator, { content: agreement });
const marking = usual('MarkAgreement', mediator, { mark: 'zhang', manner: 'signature', on: firstDay });
/** Persons sign, and the committee sets its seal. */
export const mark = (over: Parameters<typeof marking>[0] = {}) =>
  marking({ ...(over.mark === 'committee-seal' ? { manner: 'seal' } : {}), ...over });
export const endMediation = usual('EndMediation', mediator, { reason: '未能达成一致' });
export const perform = usual('RecordPerformance', mediator, {
  obligation: 'pay',
  performedOn: firstDay,
  evidence: '收据',
});
export const confirmationRequest = usual('RecordConfirmationRequest', mediator, { on: firstDay, court: '市人民法院' });
export const draftOpinion = usual('DraftOpinion', handler, { content: opinion });
/** After a quashed opinion: decided otherwise. */
export const redraftOpinion = (over: Parameters<typeof draftOpinion>[0] = {}) =>
  draftOpinion({ content: { ...opinion, result: 'explain' }, ...over });
export const approveOpinion = usual('ApproveOpinion', leader, {});
export const returnOpinion = usual('ReturnOpinion', leader, { reason: '依据不足' });
export const serveOpinion = usual('ServeOpinion', handler, { service: served(firstDay) });
export const serveNotice = usual('ServeNotice', receptionist, { notice: 'receipt-1', service: served(firstDay) });
export const declineReview = usual('DeclineReview', petitioner, {});
export const rate = usual('RatePetition', petitioner, { petitionOffice: 'satisfied', organ: 'basically-satisfied' });
export const requestClosing = usual('RequestClosing', handler, { summary: '已答复' });
export const submitReport = usual('SubmitReport', handler, { report: '已支持并执行' });
export const confirmClosing = usual('ConfirmClosing', officer, {});
export const returnClosing = usual('ReturnClosing', officer, { reason: '材料不全' });
export const confirmResolved = usual('ConfirmResolved', secondOfficer, {
  evidence: 'return-visit',
  account: '回访满意',
});
export const proposeSponsor = usual('ProposeSponsor', officer, {
  sponsor: 'mayor',
  team: ['622901-sfj'],
  ground: 'prominent',
  reason: '涉及面广，多次协调未果',
  brought: 1,
  standing: 'known',
});
export const approveSponsor = usual('ApproveSponsor', leader, {});
export const returnSponsor = usual('ReturnSponsor', leader, { reason: '另请分管领导' });
export const planResolution = usual('PlanResolution', handler, {
  measures: [
    { heading: 'facts', action: '复测征收面积', unit: '622901-zrzy', due: '2026-03-20' },
    { heading: 'law', action: '对照补偿标准释明', unit: '622901-sfj', due: '2026-03-25' },
  ],
});
export const reportProgress = usual('ReportProgress', handler, { account: '已复测', done: [] });
export const returnVisit = usual('RecordReturnVisit', secondOfficer, {
  on: firstDay,
  result: 'resolved',
  method: '入户',
  account: '本人表示款项已到，无人要求其表态',
});
export const requestResolution = usual('RequestResolution', handler, {
  evidence: ['opinion-performed'],
  account: '补偿款已支付，附凭证',
});
export const signResolution = usual('SignResolution', person('mayor', 'leader', '622901007'), {});
export const returnResolution = usual('ReturnResolution', officer, { reason: '请补充支付凭证' });
export const designateBacklog = usual('DesignateBacklog', officer, {
  list: '甘信办〔2026〕3号',
  reason: '上级交办清单',
});
export const liftBacklog = usual('LiftBacklog', officer, { reason: '列错' });
export const programme = '6229-20260101-XFZLNA';
export const enrol = usual('EnrolMatter', officer, {
  programme,
  batch: 1,
  found: { unit: '6229', running: true, batches: 2 },
  reason: '第一批交办',
});
export const takeOut = usual('TakeOutOfProgramme', officer, { programme, reason: '不属本批' });
export const requestReview = usual('RequestReview', petitioner, { grounds: '面积仍有误' });
const admission = usual('AdmitReview', reviewer, { admitted: true, reason: '符合条件' });
/** A rejection names a ground. */
export const admitReview = (over: Parameters<typeof admission>[0] = {}) =>
  admission({ ...(over.admitted === false ? { ground: 'no-specific-request' } : {}), ...over });
export const decideReview = usual('DecideReview', reviewer, {
  outcome: 'uphold',
  opinion: '维持原处理意见',
  legalBasis: ['《信访工作条例》第三十五条'],
});
export const serveReview = usual('ServeReview', reviewer, { service: served(firstDay) });

/** The same commands, all given at noon of one day. */
export const on = (day: string, ...commands: readonly PetitionCommand[]): PetitionCommand[] =>
  commands.map((command) => ({ ...command, at: noon(day) }));

/** The facts that commands lead to, one after the other. */
export const after = (...commands: readonly PetitionCommand[]): PetitionEvent[] => continued([], ...commands);

/** A history and what further commands add to it. */
export const continued = (
  history: readonly PetitionEvent[],
  ...commands: readonly PetitionCommand[]
): PetitionEvent[] => {
  const events = [...history];
  let state = foldPetition(events as never);
  for (const command of commands) {
    for (const event of decide(command, state, rules)) {
      events.push(event);
      state = evolve(state, event);
    }
  }
  return events;
};

export const stateAfter = (history: readonly PetitionEvent[]): Petition => foldPetition(history as never);

/** Facts as the record holds them; only their order, type, data and time matter to the rules. */
export const stored = (events: readonly { type: string; data: object }[], at = noon(firstDay)): StoredEvent[] =>
  events.map((event, index) => ({
    ...event,
    at,
    actor: officers.handler,
    stream: `P#${number}`,
    seq: index + 1,
    previousHash: '',
    hash: '',
  }));

/** Every unit with a leg acknowledges and reports in. */
export const everybodyReportsIn = (...units: readonly string[]): PetitionCommand[] =>
  units.flatMap((unit) => [acknowledge({ unit }), reportIn({ unit })]);

/** Histories up to a point, each on from the one before. All on `firstDay`, except where a limit has to pass. */
export const registeredPetition = after(register());
export const routedPetition = continued(registeredPetition, route());
export const objectedPetition = continued(routedPetition, objectToRouting());
export const acceptedPetition = continued(routedPetition, accept());
export const proposedAssignment = continued(acceptedPetition, propose());
export const approvedAssignment = continued(proposedAssignment, approve());
export const allIn = continued(approvedAssignment, ...everybodyReportsIn('622901-zrzy', '622901-zjj', '622901-sfj'));
export const outcomesRecorded = continued(allIn, recordOutcome(), recordOutcome({ unit: '622901-sfj' }));
export const draftedOpinion = continued(outcomesRecorded, draftOpinion());
export const approvedOpinion = continued(draftedOpinion, approveOpinion());
export const servedOpinion = continued(approvedOpinion, serveOpinion());
/** The first day after the petitioner's 30 days. */
export const windowOver = '2026-04-02';
export const closingRequested = continued(servedOpinion, ...on(windowOver, requestClosing()));
export const concludedPetition = continued(closingRequested, ...on(windowOver, confirmClosing()));
export const sponsoredPetition = continued(servedOpinion, proposeSponsor(), approveSponsor());
export const reviewRequested = continued(servedOpinion, requestReview());
export const reviewAdmitted = continued(reviewRequested, admitReview());
export const reviewDecided = continued(reviewAdmitted, decideReview());
export const reviewServed = continued(reviewDecided, serveReview());
export const quashedOpinion = continued(reviewAdmitted, decideReview({ outcome: 'quash' }), serveReview());
export const recheckServed = continued(
  reviewServed,
  requestReview(),
  admitReview({ by: officers.rechecker }),
  decideReview({ by: officers.rechecker }),
  serveReview({ by: officers.rechecker }),
);
export const proposedMediation = continued(approvedAssignment, proposeMediation());
export const consentedMediation = continued(proposedMediation, consent(), consent({ party: 'village' }));
export const heldMediation = continued(consentedMediation, minute());
export const draftedAgreement = continued(heldMediation, draftAgreement());
export const signedAgreement = continued(
  draftedAgreement,
  mark(),
  mark({ mark: 'village', manner: 'seal' }),
  mark({ mark: 'mediator' }),
  mark({ mark: 'committee-seal', manner: 'seal' }),
);
export const performedAgreement = continued(signedAgreement, perform(), perform({ obligation: 'clear' }));
export const divertedPetition = continued(registeredPetition, route({ path: 2 }), divert());
export const sealedPetition = continued(registeredPetition, {
  ...route({ purpose: 'accusation', competentUnit: '622901-jw' }),
  path: undefined,
} as unknown as PetitionCommand);

export const sessionContent: SessionContent = {
  leader: 'mayor',
  leaderName: '王某',
  post: '市长',
  portfolio: '全面工作',
  mode: '定点接访',
  place: '镇综治中心',
  date: firstDay,
  from: '09:00',
  to: '17:00',
};
export const mayor: EventActor = person('mayor', 'leader', '622901007');

type SessionIntent<T extends SessionCommand['type']> = Without<
  Extract<SessionCommand, { type: T }>,
  'by' | 'at' | 'type'
>;
const usualAtSession =
  <T extends SessionCommand['type']>(type: T, by: EventActor, intent: SessionIntent<T>) =>
  (over: Partial<SessionIntent<T>> & Issuer = {}): Extract<SessionCommand, { type: T }> =>
    ({ type, by, at: noon(firstDay), ...intent, ...over }) as unknown as Extract<SessionCommand, { type: T }>;

export const publish = usualAtSession('PublishSession', receptionist, { id: 'S1', content: sessionContent });
export const preRegister = usualAtSession('PreRegisterVisit', receptionist, {
  visitor: '张三',
  purpose: '征地补偿',
  persons: 3,
});
export const checkIn = usualAtSession('CheckIn', receptionist, { visit: 1, arrived: true });
export const recordVisit = usualAtSession('RecordVisit', receptionist, {
  visit: 1,
  account: '反映补偿问题',
  representatives: ['张三'],
});
export const instruct = usualAtSession('IssueInstruction', mayor, {
  visit: 1,
  instruction: '限期办理',
  solvedOnTheSpot: false,
  responsibleUnit: '622901-zrzy',
  due: '2026-03-16',
});
export const followUp = usualAtSession('RecordFollowUp', handler, { visit: 1, result: '已补发' });

export const sessionAfter = (...commands: readonly SessionCommand[]): SessionEvent[] => {
  const events: SessionEvent[] = [];
  for (const command of commands) events.push(...decideSession(command, sessionState(events), rules));
  return events;
};

export const sessionState = (events: readonly SessionEvent[]): Session => foldSession(events as never);
