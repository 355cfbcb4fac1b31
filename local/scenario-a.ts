import { type Answer, ApiProblem, type Caller, untilWaiting } from './api-client.ts';

/**
 * Scenario A: compensation for taken land, from the counter of a street centre to the archive. Persons are invented.
 * The demonstration tells it, the end-to-end test kills the process between its steps, the benchmark counts it.
 */
export interface Story {
  /** Who may act; `local/api-client.ts` or a client that is disturbed. */
  readonly api: { as(identity?: string): Caller };
  /** Does not wait for worklists: what the record allows may be done before the workflow has come that far. */
  readonly ahead?: boolean;
  /** Legal day of today; the API records what has happened, never what will. */
  readonly today: string;
  earlier?: string;
  session?: string;
  number?: string;
  queryCode?: string;
}

export interface StoryStep {
  readonly id: string;
  /** Demo identity; absent: the petitioner himself. */
  readonly actor?: string;
  readonly zh: string;
  readonly en: string;
  readonly run: (story: Story) => Promise<Answer>;
}

const centre = '622901007-zzzx';
const land = '622901-zrzy';
const justice = '622901-sfj';
const committee = '622901007-tjwyh';

const zhao = {
  name: '赵某',
  identityNumber: '62290119700101001X',
  phone: '13900000001',
  address: '临夏市东区街道（演示地址）',
};

const matter = {
  channel: 'visit',
  oral: true,
  petitioner: { form: 'individual', person: zhao },
  subject: '土地征收补偿标准争议',
  requests: ['按公告标准补足土地征收补偿款', '说明补偿款的计算依据'],
  facts: '2022年承包地被征收，补偿款与公告标准不一致，多次反映未得到书面答复。',
  reasons: '补偿标准应当与征收公告一致。',
  place: '临夏市东区街道',
};

/** @throws Error when the story has not come that far */
const need = (value: string | undefined): string => {
  if (value === undefined) throw new Error('The story has not come that far.');
  return value;
};

const numberOf = (story: Story): string => need(story.number);

/** Until the step stands on the actor's worklist. */
const waiting = async (story: Story, caller: Caller, id: string, step: string): Promise<void> => {
  if (!story.ahead) await untilWaiting(caller, id, step);
};

/** Waits for the step on the actor's worklist, as an officer would, and takes it. */
const take =
  (actor: string, step: string, action: string, body: (story: Story) => object = () => ({})) =>
  async (story: Story): Promise<Answer> => {
    const caller = story.api.as(actor);
    await waiting(story, caller, numberOf(story), step);
    return caller.change(numberOf(story), action, body(story));
  };

/** Expects a refusal with that code. @throws Error when it was not refused so */
const refused = async (code: string, attempt: Promise<Answer>): Promise<Answer> => {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof ApiProblem && error.code === code) return { refused: error.problem.detail };
    throw error;
  }
  throw new Error(`The rules should have refused this with ${code}.`);
};

const credentials = (story: Story) => ({ number: numberOf(story), queryCode: need(story.queryCode) });

const agreement = (story: Story) => ({
  facts: '双方对被征收土地的面积无争议，对补偿标准有争议。',
  responsibility: '开发商应按公告标准支付差额；赵某配合办理结算手续。',
  terms:
    '开发商于约定期限内一次性支付补偿差额，双方就补偿标准再无其他争议。本协议不影响任何一方依法起诉、申请仲裁或者提出信访事项的权利。',
  obligations: [{ id: 'pay', party: 'developer', what: '支付补偿差额人民币（演示金额）', due: story.today }],
});

const reportInSteps = (unit: string, actor: string, zh: string): StoryStep[] => [
  {
    id: `report-in-${unit}`,
    actor,
    zh: `${zh}签收并报到`,
    en: `${unit} acknowledges and reports in`,
    run: async (story) => {
      const caller = story.api.as(actor);
      await waiting(story, caller, numberOf(story), 'report-in');
      await caller.change(numberOf(story), `legs/${unit}/acknowledgement`);
      return caller.change(numberOf(story), `legs/${unit}/report-in`, { officer: actor });
    },
  },
];

const markSteps = (mark: string, zh: string, manner = 'signature'): StoryStep => ({
  id: `mark-${mark}`,
  actor: 'mediator',
  zh: `协议书：${zh}`,
  en: `Agreement marked: ${mark}`,
  run: (story) =>
    story.api.as('mediator').change(numberOf(story), 'agreement-marks', { mark, manner, on: story.today }),
});

/** Records that a notice was handed over in person; officers see on their worklist that it is owed. */
const serveStep = (id: string, actor: string, zh: string, en: string): StoryStep => ({
  id: `serve-${id}`,
  actor,
  zh: `${zh}直接送达赵某`,
  en,
  run: async (story) => {
    const caller = story.api.as(actor);
    await waiting(story, caller, numberOf(story), 'serve-notice');
    return caller.change(numberOf(story), `notices/${id}-1/service`, { method: 'in-person', servedOn: story.today });
  },
});

export const scenarioA: readonly StoryStep[] = [
  {
    id: 'earlier',
    actor: 'city-receptionist',
    zh: '此前：赵某曾到市信访局反映同一问题',
    en: 'Earlier: the same person had visited the city petition office',
    run: async (story) => {
      const answer = await story.api.as('city-receptionist').post('/petitions', { ...matter, source: 'window' });
      story.earlier = answer.number;
      return answer;
    },
  },
  {
    id: 'publish-session',
    actor: 'receptionist',
    zh: '街道公布领导接访日',
    en: "The street publishes a leader's reception day",
    run: async (story) => {
      const answer = await story.api.as('receptionist').post('/reception-sessions', {
        leader: 'street-leader',
        leaderName: '街道领导甲',
        post: '东区街道党工委副书记',
        portfolio: '综合治理',
        mode: '定点接访',
        place: '东区街道综治中心接访室',
        date: story.today,
        from: '09:00',
        to: '23:59',
      });
      story.session = answer.number;
      // Where no rota says who receives, he says it himself; then anybody reads it.
      if (answer.unconfirmed !== undefined)
        await story.api.as('street-leader').changeSession(answer.number, 'confirmation', {});
      return answer;
    },
  },
  {
    id: 'check-in',
    actor: 'receptionist',
    zh: '赵某预约并到访',
    en: 'Zhao is pre-registered and comes',
    run: async (story) => {
      const caller = story.api.as('receptionist');
      await caller.changeSession(need(story.session), 'visits', {
        visitor: '赵某',
        purpose: '土地征收补偿',
        persons: 2,
      });
      await waiting(story, caller, need(story.session), 'check-in');
      return caller.changeSession(need(story.session), 'visits/1/check-in', { arrived: true });
    },
  },
  {
    id: 'register',
    actor: 'receptionist',
    zh: '登记信访事项，打印查询码',
    en: 'The visit is registered; the receipt carries a query code',
    run: async (story) => {
      const answer = await story.api.as('receptionist').post('/petitions', {
        ...matter,
        source: 'leader-reception',
        visit: { session: need(story.session), visit: 1 },
      });
      story.number = answer.number;
      story.queryCode = answer.queryCode;
      return answer;
    },
  },
  serveStep('receipt', 'receptionist', '登记回执', 'The receipt is handed over'),
  {
    id: 'confirm-repeat',
    actor: 'receptionist',
    zh: '系统提示可能重复，接待员核对后确认',
    en: 'The system offers the earlier visit; the receptionist confirms it',
    run: async (story) => {
      const caller = story.api.as('receptionist');
      const { items } = await caller.post('/petition-lookups', { identityNumber: zhao.identityNumber });
      const offered = (items as Answer[]).find(({ number }) => number === story.earlier);
      if (!offered) throw new Error('The earlier visit was not offered.');
      return caller.change(numberOf(story), 'repeat-links', {
        earlier: offered.number,
        reason: `${offered.why.join(', ')}；事项相同`,
      });
    },
  },
  {
    id: 'record-visit',
    actor: 'receptionist',
    zh: '如实记录来访内容',
    en: 'What was said is written down',
    run: async (story) => {
      const caller = story.api.as('receptionist');
      await waiting(story, caller, need(story.session), 'record-visit');
      return caller.changeSession(need(story.session), 'visits/1/record', {
        account: matter.facts,
        representatives: [],
        petition: numberOf(story),
      });
    },
  },
  {
    id: 'instruct',
    actor: 'street-leader',
    zh: '接访领导批示，明确责任单位',
    en: 'The leader gives his instruction and names who follows it up',
    run: async (story) => {
      const caller = story.api.as('street-leader');
      await waiting(story, caller, need(story.session), 'instruct');
      return caller.changeSession(need(story.session), 'visits/1/instruction', {
        instruction: '由综治中心牵头，协调国土、司法等部门限期办理。',
        solvedOnTheSpot: false,
        responsibleUnit: centre,
        due: story.today,
      });
    },
  },
  {
    id: 'route',
    actor: 'triage',
    zh: '分类：申诉求决·土地征收，按信访程序办理',
    en: 'Classified as an appeal about land expropriation, path of Art. 31(6)',
    run: take('triage', 'triage', 'routing', () => ({
      purpose: 'appeal',
      path: 6,
      category: '0201',
      disposition: 'own',
      competentUnit: centre,
    })),
  },
  {
    id: 'accept',
    actor: 'centre-handler',
    zh: '受理，六十日期限开始',
    en: 'Accepted: the 60 days begin',
    run: take('centre-handler', 'organ-answer', 'acceptance'),
  },
  serveStep(
    'acceptance',
    'centre-handler',
    '受理告知书',
    'The written notice of acceptance is handed over: told in time',
  ),
  {
    id: 'propose',
    actor: 'centre-handler',
    zh: '拟办：中心主办，国土、司法协办',
    en: 'Proposed: the centre leads, land and justice are called in',
    run: take('centre-handler', 'propose', 'assignment-proposals', () => ({
      leadUnit: centre,
      assistingUnits: [land, justice],
      reason: '涉及土地征收补偿和法律适用，需部门共同办理。',
    })),
  },
  {
    id: 'approve',
    actor: 'street-leader',
    zh: '领导批准（中心吹哨）',
    en: 'A leader approves: the centre blows the whistle',
    run: take('street-leader', 'approve', 'assignment-decisions', () => ({ decision: 'approve', note: '同意。' })),
  },
  ...reportInSteps(centre, 'centre-handler', '综治中心'),
  ...reportInSteps(land, 'land-handler', '市自然资源局'),
  ...reportInSteps(justice, 'justice-handler', '市司法局'),
  {
    id: 'propose-mediation',
    actor: 'centre-handler',
    zh: '征求双方意见，拟调解',
    en: 'Mediation is proposed to both sides',
    run: (story) =>
      story.api.as('centre-handler').change(numberOf(story), 'mediations', {
        committee,
        mediator: 'mediator',
        parties: [
          { id: 'zhao', name: '赵某', kind: 'petitioner' },
          { id: 'developer', name: '某房地产开发公司', kind: 'counterparty' },
        ],
      }),
  },
  {
    id: 'consent',
    actor: 'mediator',
    zh: '双方同意调解',
    en: 'Both sides consent',
    run: async (story) => {
      const caller = story.api.as('mediator');
      await waiting(story, caller, numberOf(story), 'consent');
      await caller.change(numberOf(story), 'mediation-consents', {
        party: 'zhao',
        consents: true,
        statement: '当面表示同意',
      });
      return caller.change(numberOf(story), 'mediation-consents', {
        party: 'developer',
        consents: true,
        statement: '书面同意',
      });
    },
  },
  {
    id: 'session',
    actor: 'mediator',
    zh: '召开调解会，制作笔录',
    en: 'A session is held and minuted',
    run: take('mediator', 'session', 'mediation-sessions', (story) => ({
      heldOn: story.today,
      place: '东区街道综治中心调解室',
      present: ['赵某', '开发公司代表', '市自然资源局', '市司法局'],
      minutes: '各方陈述事实与理由，自然资源局说明补偿标准，双方就差额达成一致。',
    })),
  },
  {
    id: 'agreement-refused',
    actor: 'mediator',
    zh: '协议草稿含“息访罢诉”承诺：系统拒绝',
    en: 'A draft that promises to give up suing and petitioning is refused',
    run: (story) =>
      refused(
        'agreement-bars-remedies',
        story.api.as('mediator').change(numberOf(story), 'agreements', {
          ...agreement(story),
          terms: '赵某领取补偿款后息访罢诉，不再上访。',
        }),
      ),
  },
  {
    id: 'agreement',
    actor: 'mediator',
    zh: '拟定调解协议书',
    en: 'The agreement is drafted with its legal contents',
    run: take('mediator', 'sign', 'agreements', agreement),
  },
  markSteps('zhao', '赵某签名', 'fingerprint'),
  markSteps('developer', '开发商签章', 'seal'),
  markSteps('mediator', '调解员签名'),
  markSteps('committee-seal', '加盖调委会印章，协议生效', 'seal'),
  serveStep('agreement', 'mediator', '调解协议书', 'Every party gets its copy of the agreement'),
  {
    id: 'outcome-land',
    actor: 'land-handler',
    zh: '市自然资源局提交办理结果',
    en: "The land bureau's outcome",
    run: take('land-handler', 'outcome', `legs/${land}/outcome`, () => ({ outcome: '经核查，应按公告标准补足差额。' })),
  },
  {
    id: 'outcome-justice',
    actor: 'justice-handler',
    zh: '市司法局提交办理结果',
    en: "The justice bureau's outcome",
    run: take('justice-handler', 'outcome', `legs/${justice}/outcome`, () => ({ outcome: '协议内容合法，双方自愿。' })),
  },
  {
    id: 'draft-opinion',
    actor: 'centre-handler',
    zh: '起草处理意见书，逐项答复',
    en: 'The written opinion answers every request',
    run: take('centre-handler', 'draft', 'opinions', () => ({
      result: 'support',
      answers: ['支持：差额已由双方协议约定支付。', '补偿款按征收公告所附标准乘以核定面积计算，明细随附。'],
      facts: '经查，补偿款与公告标准存在差额。',
      reasons: '请求事实清楚，符合有关规定。',
      legalBasis: ['《信访工作条例》第三十二条', '《中华人民共和国土地管理法》第四十八条'],
    })),
  },
  {
    id: 'approve-opinion',
    actor: 'street-leader',
    zh: '领导签发意见书',
    en: 'A leader signs the opinion',
    run: take('street-leader', 'approve-opinion', 'opinion-decisions', () => ({ decision: 'approve' })),
  },
  {
    id: 'serve-opinion',
    actor: 'centre-handler',
    zh: '送达赵某，告知三十日内可以请求复查',
    en: 'Served; review can be requested within 30 days',
    run: take('centre-handler', 'serve', 'opinion-service', (story) => ({
      method: 'in-person',
      servedOn: story.today,
    })),
  },
  {
    id: 'perform',
    actor: 'mediator',
    zh: '协议履行：差额已支付',
    en: 'The agreement is performed',
    run: take('mediator', 'perform', 'performances', (story) => ({
      obligation: 'pay',
      performedOn: story.today,
      evidence: '银行回单（演示）',
    })),
  },
  {
    id: 'follow-up',
    actor: 'centre-handler',
    zh: '接访批示落实情况回填',
    en: "The leader's instruction is followed up",
    run: async (story) => {
      const caller = story.api.as('centre-handler');
      await waiting(story, caller, need(story.session), 'follow-up');
      return caller.changeSession(need(story.session), 'visits/1/follow-up', { result: '已达成并履行调解协议。' });
    },
  },
  {
    id: 'confirm-commitment',
    actor: 'street-leader',
    zh: '接访领导确认批示已落实',
    en: 'The leader confirms that what he instructed is done',
    run: (story) =>
      story.api
        .as('street-leader')
        .changeSession(need(story.session), 'visits/1/result-decisions', { decision: 'confirm' }),
  },
  {
    id: 'rate',
    zh: '赵某凭查询码评价：满意',
    en: 'Zhao rates by query code: satisfied',
    run: (story) =>
      story.api
        .as()
        .post('/portal/ratings', { ...credentials(story), petitionOffice: 'satisfied', organ: 'satisfied' }),
  },
  {
    id: 'decline-review',
    zh: '赵某本人表示不申请复查',
    en: 'Zhao himself says that he wants no review',
    run: (story) => story.api.as().post('/portal/review-declinations', credentials(story)),
  },
  {
    id: 'request-closing',
    actor: 'centre-handler',
    zh: '申请办结',
    en: 'Closing is requested',
    run: take('centre-handler', 'request-closing', 'closing-requests', () => ({
      summary: '协议已履行，意见书已送达，信访人评价满意。',
    })),
  },
  {
    id: 'confirm-closing',
    actor: 'triage',
    zh: '第二人审核，办结归档',
    en: 'A second person confirms: concluded',
    run: take('triage', 'confirm-closing', 'closing-decisions', () => ({ decision: 'confirm' })),
  },
  serveStep('closing', 'triage', '办结告知书', 'The notice of closing is handed over'),
  {
    id: 'resolve',
    actor: 'street-leader-2',
    zh: '未参与办理、审批的领导确认化解（有履行证据）',
    en: 'A leader who neither handled nor approved any of it confirms, with evidence, that the dispute is resolved',
    run: (story) =>
      story.api.as('street-leader-2').change(numberOf(story), 'resolutions', {
        evidence: 'agreement-performed',
        account: '回访确认款项到账，争议解决。',
      }),
  },
];
