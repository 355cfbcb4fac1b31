import { type Answer, untilWaiting } from '../local/api-client.ts';
import type { Story, StoryStep } from '../local/scenario-a.ts';

/**
 * What the budget calls one petition lifecycle: registered, routed and accepted, assigned by a leader's approval,
 * mediated, answered, served, performed, closed; one unit, nothing returned. Officers look at their worklist and read
 * the petition when it comes to them, and go on from the version of their own last answer, as the console does.
 */
const unit = '622901007-zzzx';

interface Turn {
  readonly actor: string;
  /** Step on the worklist by which the matter comes to the actor. */
  readonly waits?: string;
  readonly actions: readonly (readonly [action: string, body: (today: string) => object])[];
}

const mark = (of: string, manner: string) =>
  ['agreement-marks', (on: string) => ({ mark: of, manner, on })] as const satisfies Turn['actions'][number];

const consent = (party: string) =>
  ['mediation-consents', () => ({ party, consents: true, statement: '当面表示同意' })] as const;

const turns: readonly Turn[] = [
  {
    actor: 'triage',
    waits: 'triage',
    actions: [
      ['routing', () => ({ purpose: 'appeal', path: 6, category: '0201', disposition: 'own', competentUnit: unit })],
    ],
  },
  { actor: 'centre-handler', waits: 'organ-answer', actions: [['acceptance', () => ({})]] },
  {
    actor: 'centre-handler',
    waits: 'propose',
    actions: [
      [
        'assignment-proposals',
        () => ({
          leadUnit: unit,
          assistingUnits: [],
          reason: '涉及土地征收补偿，由本中心办理。',
        }),
      ],
    ],
  },
  {
    actor: 'street-leader',
    waits: 'approve',
    actions: [['assignment-decisions', () => ({ decision: 'approve', note: '同意。' })]],
  },
  {
    actor: 'centre-handler',
    waits: 'report-in',
    actions: [
      [`legs/${unit}/acknowledgement`, () => ({})],
      [`legs/${unit}/report-in`, () => ({ officer: 'centre-handler' })],
      [
        'mediations',
        () => ({
          committee: '622901007-tjwyh',
          mediator: 'mediator',
          parties: [
            { id: 'zhao', name: '赵某', kind: 'petitioner' },
            { id: 'developer', name: '某房地产开发公司', kind: 'counterparty' },
          ],
        }),
      ],
    ],
  },
  { actor: 'mediator', waits: 'consent', actions: [consent('zhao'), consent('developer')] },
  {
    actor: 'mediator',
    waits: 'session',
    actions: [
      [
        'mediation-sessions',
        (heldOn) => ({
          heldOn,
          place: '东区街道综治中心调解室',
          present: ['赵某', '开发公司代表'],
          minutes: '各方陈述事实与理由，双方就差额达成一致。',
        }),
      ],
      [
        'agreements',
        (due) => ({
          facts: '双方对被征收土地的面积无争议，对补偿标准有争议。',
          responsibility: '开发商应按公告标准支付差额。',
          terms: '开发商一次性支付补偿差额。本协议不影响任何一方依法起诉、申请仲裁或者提出信访事项的权利。',
          obligations: [{ id: 'pay', party: 'developer', what: '支付补偿差额（演示金额）', due }],
        }),
      ],
      mark('zhao', 'fingerprint'),
      mark('developer', 'seal'),
      mark('mediator', 'signature'),
      mark('committee-seal', 'seal'),
    ],
  },
  {
    actor: 'centre-handler',
    waits: 'draft',
    actions: [
      [
        'opinions',
        () => ({
          result: 'support',
          answers: ['支持：差额已由双方协议约定支付。', '补偿款按征收公告所附标准乘以核定面积计算，明细随附。'],
          facts: '经查，补偿款与公告标准存在差额。',
          reasons: '请求事实清楚，符合有关规定。',
          legalBasis: ['《信访工作条例》第三十二条'],
        }),
      ],
    ],
  },
  {
    actor: 'street-leader',
    waits: 'approve-opinion',
    actions: [['opinion-decisions', () => ({ decision: 'approve' })]],
  },
  {
    actor: 'centre-handler',
    waits: 'serve',
    actions: [['opinion-service', (servedOn) => ({ method: 'in-person', servedOn })]],
  },
  {
    actor: 'mediator',
    waits: 'perform',
    actions: [['performances', (performedOn) => ({ obligation: 'pay', performedOn, evidence: '银行回单（演示）' })]],
  },
];

const closing: readonly Turn[] = [
  {
    actor: 'centre-handler',
    waits: 'request-closing',
    actions: [['closing-requests', () => ({ summary: '协议已履行，意见书已送达。' })]],
  },
  {
    actor: 'triage',
    waits: 'confirm-closing',
    actions: [['closing-decisions', () => ({ decision: 'confirm' })]],
  },
];

export const registration = {
  channel: 'visit',
  source: 'window',
  oral: true,
  petitioner: {
    form: 'individual',
    person: {
      name: '赵某',
      identityNumber: '62290119700101001X',
      phone: '13900000001',
      address: '临夏市东区街道（演示地址）',
    },
  },
  subject: '土地征收补偿标准争议',
  requests: ['按公告标准补足土地征收补偿款', '说明补偿款的计算依据'],
  facts: '2022年承包地被征收，补偿款与公告标准不一致，多次反映未得到书面答复。',
  place: '临夏市东区街道',
} as const;

async function take({ api, today, number = '' }: Story, { actor, waits, actions }: Turn): Promise<Answer> {
  const caller = api.as(actor);
  if (waits !== undefined) await untilWaiting(caller, number, waits);
  let answer: Answer = await caller.get(`/petitions/${number}`);
  for (const [action, body] of actions)
    answer = await caller.post(`/petitions/${number}/${action}`, body(today), { ifMatch: answer.version });
  return answer;
}

const step = (turn: Turn): StoryStep => ({
  id: `${turn.actor}/${turn.waits ?? ''}`,
  actor: turn.actor,
  zh: '',
  en: '',
  run: (story) => take(story, turn),
});

export const plainLifecycle: readonly StoryStep[] = [
  {
    id: 'register',
    actor: 'receptionist',
    zh: '',
    en: '',
    run: async (story) => {
      const answer = await story.api.as('receptionist').post('/petitions', registration);
      story.number = answer.number;
      story.queryCode = answer.queryCode;
      return answer;
    },
  },
  ...turns.map(step),
  {
    id: 'decline-review',
    zh: '',
    en: '',
    run: ({ api, number, queryCode }) => api.as().post('/portal/review-declinations', { number, queryCode }),
  },
  ...closing.map(step),
];
