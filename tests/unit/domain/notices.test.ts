import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../domain/errors.ts';
import { type NoticeDocument, noticeDocument } from '../../../domain/notices/document.ts';
import { isOutstanding, type NoticeKind, noticeKinds } from '../../../domain/notices/notice.ts';
import { noticeDue } from '../../../domain/notices/record.ts';
import { noticeRules } from '../../../domain/notices/rules.ts';
import { citations, officialDay } from '../../../domain/notices/words.ts';
import { decide, evolve, type PetitionCommand, type PetitionEvent } from '../../../domain/petition/petition.ts';
import { deadlineOf, initialPetition, type Petition } from '../../../domain/petition/state.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import * as b from '../../support/builders.ts';
import { given } from '../../support/given.ts';

const fact = <T extends PetitionEvent['type']>(type: T, data: Extract<PetitionEvent, { type: T }>['data']) =>
  ({ type, data }) as unknown as PetitionEvent;
const serve = (
  notice: string,
  service: Partial<Extract<PetitionCommand, { type: 'ServeNotice' }>['service']> = {},
  by = b.officers.handler,
  at = b.noon(b.firstDay),
): PetitionCommand => ({
  type: 'ServeNotice',
  notice,
  service: { method: 'in-person', servedOn: b.firstDay, ...service },
  by,
  at,
});
const suggestion = b.continued(b.registeredPetition, {
  ...b.route({ purpose: 'suggestion' }),
  path: undefined,
} as unknown as PetitionCommand);
const { handler } = b.officers;
const answered = (history: readonly PetitionEvent[], result: string): readonly PetitionEvent[] => [
  ...history,
  fact('PetitionAccepted', { on: b.firstDay, basis: 'R29', deadlines: [] }),
  fact('OpinionDrafted', { ...b.opinion, result, by: handler.id, unit: handler.unit, basis: 'R32' } as never),
  fact('OpinionApproved', { by: 'leader', on: b.firstDay }),
];
const by = 'somebody';
const on = b.firstDay;

/** Of every kind: a history that owes it, and what its document must say. */
const cases: Readonly<
  Record<NoticeKind, { readonly history: readonly PetitionEvent[]; readonly says: readonly string[] }>
> = {
  receipt: {
    history: b.registeredPetition,
    says: [
      '走访',
      b.number,
      '2026年3月2日',
      '镇综治中心',
      '征地补偿款未足额发放',
      '补发征地补偿款；公开补偿标准',
      '查询码',
    ],
  },
  forwarding: {
    history: b.routedPetition,
    says: ['自然资源局', '2026年3月2日', '自收到之日起15日内书面告知', '第二十二条'],
  },
  acceptance: {
    history: b.acceptedPetition,
    says: [
      '予以受理',
      '信访程序',
      '60日内',
      '2026年5月6日',
      '不得超过30日',
      '请求原办理机关、单位的上一级机关、单位复查',
      '第三十四条',
    ],
  },
  diversion: { history: b.divertedPetition, says: ['民事诉讼', '市人民法院', '起诉', '第三十一条第二项'] },
  redirection: {
    history: [
      ...b.registeredPetition,
      fact('PetitionRedirected', {
        organ: '市人民法院',
        reason: '属于审判职权',
        on,
        onTheSpot: false,
        by,
        basis: 'R23',
      }),
    ],
    says: ['请您向市人民法院提出', '属于审判职权', '第二十三条'],
  },
  'non-acceptance': {
    history: [
      ...b.registeredPetition,
      fact('RefusalProposed', {
        ground: 'in-process',
        kind: 'not-accepted',
        reason: '镇政府正在办理',
        properPath: '等待镇政府答复',
        unit: '622901-xfj',
        by,
        basis: 'R19',
      } as never),
      fact('RefusalApproved', {
        ground: 'in-process',
        kind: 'not-accepted',
        unit: '622901-xfj',
        on,
        by,
        basis: 'R19',
        notAssessed: true,
      } as never),
    ],
    says: [
      '不予受理',
      '已予登记',
      '同一信访事项已经受理或者正在办理',
      '镇政府正在办理',
      '等待镇政府答复',
      '第十九条',
      '市信访局',
    ],
  },
  'no-longer-accepted': {
    history: [
      ...b.registeredPetition,
      fact('RefusalProposed', {
        ground: 'after-recheck',
        kind: 'no-longer-accepted',
        reason: '已经州政府复核',
        properPath: '有新的事实和理由可以依法提出',
        unit: '622901-xfj',
        by,
        basis: 'R36',
      } as never),
      fact('RefusalApproved', {
        ground: 'after-recheck',
        kind: 'no-longer-accepted',
        unit: '622901-xfj',
        on,
        by,
        basis: 'R36',
        notAssessed: true,
      } as never),
    ],
    says: ['不再受理', '已经复核', '已经州政府复核', '第三十六条', '社会救助'],
  },
  retriage: {
    history: [...b.acceptedPetition, fact('PetitionRetriaged', { reason: '应为建议意见', by, on, basis: 'R22' })],
    says: ['重新分类', '应为建议意见', '自原收到之日起计算'],
  },
  transfer: {
    history: [
      ...b.acceptedPetition,
      fact('PetitionTransferred', { from: '622901-zrzy', to: '622901-zjj', reason: '职责划转', by, on, basis: 'R24' }),
    ],
    says: ['由住建局继续办理', '第二十四条'],
  },
  hearing: {
    history: [
      ...b.outcomesRecorded,
      fact('HearingNotified', {
        part: 'handling',
        unit: '622901-zrzy',
        notifiedOn: on,
        on: '2026-03-20',
        place: '市信访局听证室',
        subject: '补偿面积',
        parties: ['张三', '某村委会'],
        public: true,
        basis: 'R31(6)',
      }),
    ],
    says: ['2026年3月20日', '市信访局听证室', '补偿面积', '张三、某村委会', '公开', '陈述事实和理由'],
  },
  extension: {
    history: [
      ...b.acceptedPetition,
      fact('ExtensionDecided', {
        approved: true,
        days: 20,
        by,
        on,
        reason: '需要重新测量',
        due: '2026-05-26',
        basis: 'R34',
      }),
    ],
    says: ['2026年5月6日', '延长办理期限20日', '2026年5月26日', '需要重新测量', '负责人批准', '第三十四条'],
  },
  suspension: {
    history: [
      ...b.acceptedPetition,
      fact('HandlingSuspended', {
        ground: '鉴定',
        from: '2026-03-10',
        to: '2026-03-19',
        on,
        reason: '等待鉴定结论',
        source: '某省信访工作规定',
        due: '2026-05-18',
      }),
    ],
    says: ['2026年3月10日', '2026年3月19日', '2026年5月18日', '等待鉴定结论', '某省信访工作规定'],
  },
  opinion: {
    history: b.approvedOpinion,
    // Art. 32: requests, facts and reasons, the opinion and what it rests on; Art. 35: the right to review.
    says: [
      ...['补发征地补偿款', '公开补偿标准', '2025年征收承包地2.3亩', '经查，少发属实。', '测量面积有误。', '予以支持'],
      ...[
        '补发1.2万元。',
        '补偿标准已公开。',
        '《土地管理法》第四十八条',
        '第三十二条',
        '30日内',
        '向市政府书面请求复查',
      ],
      '自然资源局（印章）',
    ],
  },
  answer: {
    history: answered(b.continued(b.registeredPetition, b.route({ path: 5 })), 'performed'),
    says: ['依法履行职责', '补发1.2万元。', '第三十一条第五项', '法律法规规定的途径'],
  },
  reply: { history: answered(suggestion, 'partly'), says: ['部分采纳', '补发1.2万元。', '第二十九条', '查询'] },
  review: {
    history: b.reviewDecided,
    says: [
      '复查申请人',
      '面积仍有误',
      '维持原处理意见',
      '自然资源局',
      '信意字',
      '30日内',
      '向州政府书面请求复核',
      '第三十五条',
    ],
  },
  recheck: {
    history: b.recheckServed,
    says: ['复核申请人', '信查字', '维持原处理意见', '终结性意见', '不再受理', '第三十六条', '州政府（印章）'],
  },
  'review-refusal': {
    history: [
      ...b.reviewRequested,
      fact('ReviewAdmitted', {
        admitted: false,
        reason: '超出原投诉请求',
        ground: 'beyond-original-requests',
        on,
      } as never),
    ],
    says: ['复查请求', '不予受理', '超出原投诉请求', '第三十五条'],
  },
  agreement: {
    history: b.signedAgreement,
    // 人民调解法 29, 31–33.
    says: [
      ...['张三', '某村委会', '双方就补偿面积发生争议。', '村委会测量有误。', '村委会补付1.2万元。', '支付1.2万元'],
      ...[
        '2026年5月30日',
        '清理地上附着物',
        '已于2026年3月2日生效',
        '各执一份',
        '镇调委会（印章）',
        '人民调解员（签名）',
      ],
      ...['向人民法院提起诉讼', '司法确认', '不影响任何一方依法提起诉讼', '第二十九条'],
    ],
  },
  withdrawal: {
    history: [
      ...b.acceptedPetition,
      fact('WithdrawalRequested', { reason: '已自行解决', voluntariness: '当面询问', by, on }),
      fact('WithdrawalConsented', { by, reason: '自愿', on }),
    ],
    says: ['自愿申请撤回', '已自行解决', '再次提出'],
  },
  reopening: {
    history: [
      ...b.concludedPetition,
      fact('PetitionReopened', { ground: 'error', authority: 'superior', reason: '遗漏请求', by, on, deadlines: [] }),
    ],
    says: ['重新办理', '上级机关、单位决定', '遗漏请求', '存卷备查'],
  },
  closing: { history: b.concludedPetition, says: ['办结', '2026年4月2日', '信意字', '评价'] },
};

const textOf = (document: NoticeDocument): string =>
  [
    document.title,
    document.number,
    document.addressee ?? '',
    ...document.body.flatMap((block) => (block.block === 'table' ? block.rows.flat() : [block.text])),
    ...document.basis,
    document.remedy,
    ...document.signatures,
    document.date,
  ].join('\n');

const of = (history: readonly PetitionEvent[], kind: NoticeKind) => {
  const notice = b.stateAfter(history).notices.findLast((each) => each.kind === kind);
  if (!notice) throw new Error(`${kind} is not owed.`);
  return notice;
};

describe('every notice', () => {
  it.each(noticeKinds)('%s says what the law wants it to say', (kind) => {
    const { history, says } = cases[kind];
    const document = noticeDocument(history, of(history, kind), b.directory);
    const text = textOf(document);
    for (const part of says) expect(text).toContain(part);
    expect(text).toContain(noticeRules[kind].title);
    for (const cited of citations(noticeRules[kind].basis)) {
      const [law = '', ...articles] = cited.split(/(?=第)/);
      expect(text).toContain(law);
      for (const article of articles) expect(text).toContain(article.replace('、', ''));
    }
    expect(document.number).toMatch(new RegExp(`^信.{1,2}字〔${b.number}〕1号$`));
    expect(document.remedy).not.toBe('');
    expect(document.signatures.some((line) => line.includes('印章'))).toBe(true);
    expect(document.date).toMatch(/^\d{4}年\d{1,2}月\d{1,2}日$/);
    if (kind !== 'agreement') expect(document.addressee).toBe('张三');
  });

  it.each(noticeKinds)('%s bears nobody’s identity number or telephone', (kind) => {
    const { history } = cases[kind];
    const text = textOf(noticeDocument(history, of(history, kind), b.directory));
    expect(text).not.toContain('622901199001011234');
    expect(text).not.toContain('13900001234');
  });

  it('is the same document whatever has happened since', () => {
    const notice = of(b.acceptedPetition, 'acceptance');
    expect(noticeDocument(b.concludedPetition, notice, b.directory)).toEqual(
      noticeDocument(b.acceptedPetition, notice, b.directory),
    );
  });

  it('speaks to an organisation and to a group as what they are', () => {
    const register = (petitioner: object) => b.after(b.register({ content: { ...b.content, petitioner } as never }));
    const joint = register({
      form: 'joint',
      representatives: [
        { name: '张三', phone: '13900001234' },
        { name: '李四', phone: '13900001235' },
      ],
      headcount: 12,
    });
    const group = noticeDocument(joint, of(joint, 'receipt'), b.directory);
    expect(group.addressee).toBe('张三、李四等12人');
    expect(group.remedy).toContain('你们');
    const firm = register({
      form: 'organisation',
      organisation: '某公司',
      contact: { name: '王五', phone: '13900001236' },
    });
    const organisation = noticeDocument(firm, of(firm, 'receipt'), b.directory);
    expect(organisation.addressee).toBe('某公司');
    expect(textOf(organisation)).not.toContain('您');
  });

  it('has a query code only where it is handed in', () => {
    const receipt = of(b.registeredPetition, 'receipt');
    expect(textOf(noticeDocument(b.registeredPetition, receipt, b.directory))).toContain('登记时已交信访人');
    expect(textOf(noticeDocument(b.registeredPetition, receipt, b.directory, { queryCode: 'ABCD' }))).toContain('ABCD');
  });

  it('after a quashed opinion tells of the decision to come, not of recheck', () => {
    const document = noticeDocument(b.quashedOpinion, of(b.quashedOpinion, 'review'), b.directory);
    expect(document.remedy).toContain('60日内重新作出处理意见');
    expect(document.remedy).not.toContain('复核');
  });

  it('writes days and articles as documents do', () => {
    expect(officialDay('2026-11-24')).toBe('2026年11月24日');
    expect(citations(['R31(6)', 'R10', 'R20', 'M29', 'R31(6)', '某市规定第3条'])).toEqual([
      '《信访工作条例》第三十一条第六项、第十条、第二十条',
      '《中华人民共和国人民调解法》第二十九条',
      '某市规定第3条',
    ]);
  });
});

describe('a notice is owed', () => {
  const anonymous = b.after(b.register({ content: { ...b.content, petitioner: { form: 'anonymous' } } }));
  const nameless = b.after(
    b.register({ content: { ...b.content, petitioner: { form: 'individual', person: { name: '张三' } } } }),
  );

  it.each([
    ['somebody anonymous', anonymous],
    ['somebody whose address nobody knows', nameless],
  ])('but not to %s (Art. 23); the limit is met by acceptance then', (_, history) => {
    const accepted = b.stateAfter(b.continued(history, b.route(), b.accept()));
    expect(accepted.notices.map(({ kind, exception }) => [kind, exception])).toEqual([
      ['receipt', 'unreachable'],
      ['forwarding', 'unreachable'],
      ['acceptance', 'unreachable'],
    ]);
    expect(deadlineOf(accepted, 'notify')?.state).toBe('met');
    expect(tasksOf(accepted, b.directory)).toEqual([]);
  });

  it('but none of an accusation: the discipline organ has rules of its own, and nobody tells the accused (Art. 23, 30)', () => {
    const { notices } = b.stateAfter(b.sealedPetition);
    expect(notices.map(({ kind, exception }) => [kind, exception])).toEqual([['receipt', 'sealed']]);
    expect(tasksOf(b.stateAfter(b.sealedPetition), b.directory).map(({ step }) => step)).toEqual([
      'take-over-accusation',
    ]);
    given(...b.sealedPetition)
      .when(serve('receipt-1'))
      .thenRefused('rule-violated', { basis: 'R23' });
  });

  it('to stand on the worklist of the unit that owes it, until the day that the limit sets', () => {
    const petition = b.stateAfter(b.acceptedPetition);
    expect(tasksOf(petition, b.directory).map(({ step, audience, due }) => [step, audience, due])).toEqual([
      ['serve-notice', 'receptionist@622901007-zx', '2026-03-17'],
      ['serve-notice', 'petition-officer@622901007-zx', '2026-03-17'],
      ['serve-notice', 'handler@622901-zrzy', '2026-03-17'],
    ]);
    const served = b.stateAfter(b.continued(b.acceptedPetition, serve('acceptance-1')));
    expect(tasksOf(served, b.directory)).toHaveLength(2);
  });

  it('no longer where the organ has handed the matter back before it was told', () => {
    const history = b.continued(b.objectedPetition, b.decideObjection());
    expect(b.stateAfter(history).notices.find(({ kind }) => kind === 'forwarding')?.exception).toBe('replaced');
    given(...history)
      .when(serve('forwarding-1'))
      .thenRefused('not-the-step');
    const again = b.stateAfter(b.continued(history, b.route()));
    expect(again.notices.filter(({ kind }) => kind === 'forwarding').map(({ id, number }) => [id, number])).toEqual([
      ['forwarding-1', `信转字〔${b.number}〕1号`],
      ['forwarding-2', `信转字〔${b.number}〕2号`],
    ]);
  });

  it('no longer when the petitioner has withdrawn, except the confirmation', () => {
    const { notices } = b.stateAfter(cases.withdrawal.history);
    expect(notices.filter(isOutstanding).map(({ kind }) => kind)).toEqual(['withdrawal']);
  });

  it('by whoever inherits the matter', () => {
    expect(b.stateAfter(cases.transfer.history).notices.find(({ kind }) => kind === 'acceptance')?.unit).toBe(
      '622901-zjj',
    );
  });
});

describe('service', () => {
  it('of the notice of acceptance meets the limit of Art. 23; acceptance alone does not', () => {
    expect(deadlineOf(b.stateAfter(b.acceptedPetition), 'notify')?.state).toBe('running');
    given(...b.acceptedPetition)
      .when(serve('acceptance-1'))
      .thenState((petition) => expect(deadlineOf(petition, 'notify')).toMatchObject({ state: 'met', done: true }));
  });

  it('recorded late leaves the limit missed', () => {
    const late = '2026-03-20';
    const swept = b.continued(b.acceptedPetition, {
      type: 'SweepClocks',
      by: { id: 'clock', unit: '', role: 'system' },
      at: b.noon(late),
    });
    expect(swept.map(({ type }) => type)).toContain('SupervisionOpened');
    given(...swept)
      .when(serve('acceptance-1', { servedOn: late }, handler, b.noon(late)))
      .thenState((petition) => expect(deadlineOf(petition, 'notify')).toMatchObject({ state: 'missed', done: true }));
  });

  it('happens neither in the future nor before the notice was owed', () => {
    const at = given(...b.acceptedPetition);
    at.when(serve('acceptance-1', { servedOn: '2026-03-03' })).thenRefused('rule-violated', { pointer: '/servedOn' });
    at.when(serve('acceptance-1', { servedOn: '2026-03-01' })).thenRefused('rule-violated', { pointer: '/servedOn' });
  });

  it('without a signature needs a witness and a reason', () => {
    const at = given(...b.acceptedPetition);
    const left = { method: 'left-with-witness' } as const;
    at.when(serve('acceptance-1', { ...left, reason: '拒绝签收' })).thenRefused('rule-violated', {
      pointer: '/witness',
    });
    at.when(serve('acceptance-1', { ...left, witness: '李四' })).thenRefused('rule-violated', { pointer: '/reason' });
    at.when(serve('acceptance-1', { ...left, witness: '李四', reason: '拒绝签收' })).thenState(({ notices }) =>
      expect(notices.at(-1)).toMatchObject({ method: 'left-with-witness', witness: '李四', reason: '拒绝签收' }),
    );
  });

  it('happens once, of what there is', () => {
    given(...b.continued(b.acceptedPetition, serve('acceptance-1')))
      .when(serve('acceptance-1'))
      .thenRefused('already-decided');
    given(...b.acceptedPetition)
      .when(serve('opinion-1'))
      .thenRefused('not-found');
  });

  it('of an opinion or a review is the fact that starts the next limit, and no other', () => {
    given(...b.approvedOpinion)
      .when(serve('opinion-1'))
      .thenRefused('rule-violated');
    given(...b.approvedOpinion)
      .when(b.serveOpinion())
      .thenState(({ notices }) => expect(notices.at(-1)).toMatchObject({ id: 'opinion-1', servedOn: b.firstDay }));
    given(...b.reviewDecided)
      .when(serve('review-1'))
      .thenRefused('rule-violated');
    expect(of(b.reviewServed, 'review').servedOn).toBe(b.firstDay);
  });
});

describe('no route without a notice owed', () => {
  const commands: readonly (() => PetitionCommand)[] = [
    ...([1, 2, 3, 4, 5, 6] as const).map((path) => () => b.route({ path })),
    () => ({ ...b.route({ purpose: 'suggestion' }), path: undefined }) as unknown as PetitionCommand,
    () =>
      ({
        ...b.route({ purpose: 'accusation', competentUnit: '622901-jw' }),
        path: undefined,
      }) as unknown as PetitionCommand,
    ...[b.accept, b.divert, b.objectToRouting, b.decideObjection, () => b.decideObjection({ agreed: false })],
    ...[
      b.propose,
      b.approve,
      b.acknowledge,
      b.reportIn,
      b.recordOutcome,
      () => b.recordOutcome({ unit: '622901-sfj' }),
    ],
    ...['622901-zjj', '622901-sfj'].flatMap((unit) => [() => b.acknowledge({ unit }), () => b.reportIn({ unit })]),
    ...[b.draftOpinion, b.approveOpinion, b.returnOpinion, b.serveOpinion, b.requestReview, b.admitReview],
    ...[b.decideReview, () => b.decideReview({ outcome: 'quash' }), b.serveReview, b.declineReview],
    ...[b.requestClosing, b.confirmClosing],
    ...['acceptance-1', 'forwarding-1', 'receipt-1', 'diversion-1', 'closing-1'].map((id) => () => serve(id)),
  ];
  const petitioners = [b.content.petitioner, { form: 'anonymous' } as const];

  const check = (before: Petition, event: PetitionEvent, after: Petition) => {
    // A notice once owed never vanishes, keeps its number, and numbers are unique.
    expect(after.notices.slice(0, before.notices.length).map(({ number }) => number)).toEqual(
      before.notices.map(({ number }) => number),
    );
    expect(new Set(after.notices.map(({ number }) => number)).size).toBe(after.notices.length);
    for (const kind of noticeKinds) {
      const facts = noticeRules[kind].owedBy.filter(
        (each) => each.fact === event.type && (each.when?.(event.data as never, after) ?? true),
      );
      const added = after.notices.slice(before.notices.length).filter((each) => each.kind === kind);
      expect(added).toHaveLength(facts.length);
    }
    const { route, registration } = after;
    if (!route || !registration) return;
    // Wherever a route leads, the petitioner is told of it or is still within the days in which he has to be.
    const sealed = route.purpose === 'accusation';
    if (sealed) return expect(after.notices.filter(isOutstanding)).toEqual([]);
    expect(after.notices.some(({ kind }) => kind === 'forwarding')).toBe(true);
    const told = after.notices.some(({ kind }) => kind === 'acceptance' || kind === 'diversion');
    expect(told || deadlineOf(after, 'notify') !== undefined).toBe(true);
    if (after.acceptedOn !== undefined || after.diverted) expect(told).toBe(true);
    // What is outstanding waits for somebody.
    const waiting = tasksOf(after, b.directory).filter(({ step }) => step === 'serve-notice');
    const owed = after.notices.filter((each) => isOutstanding(each) && noticeRules[each.kind].servedBy === undefined);
    expect(waiting).toHaveLength(owed.length);
    for (const each of owed) if (noticeRules[each.kind].limit) expect(noticeDue(each, after)).toBeDefined();
    // Nobody who cannot be reached has a notice on anybody's list.
    if (registration.petitioner.form === 'anonymous') expect(owed).toEqual([]);
  };

  it('holds after every fact of any sequence of commands', () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(
        fc.constantFrom(...petitioners),
        fc.array(fc.nat(), { minLength: 10, maxLength: 40 }),
        (petitioner, choices) => {
          let petition = initialPetition;
          const attempt = (command: PetitionCommand): readonly PetitionEvent[] => {
            try {
              return decide(command, petition, b.rules);
            } catch (error) {
              if (error instanceof Refusal) return [];
              throw error;
            }
          };
          const record = (events: readonly PetitionEvent[]) => {
            for (const event of events) {
              const before = petition;
              petition = evolve(petition, event);
              check(before, event, petition);
            }
          };
          record(attempt(b.register({ content: { ...b.content, petitioner } })));
          for (const choice of choices) {
            // One of what the rules allow now, so that walks come far.
            const possible = commands.map((command) => attempt(command())).filter(({ length }) => length > 0);
            record(possible[choice % Math.max(1, possible.length)] ?? []);
          }
          for (const { kind } of petition.notices) reached.add(kind);
        },
      ),
      { numRuns: 100 },
    );
    expect([...reached]).toEqual(
      expect.arrayContaining(['receipt', 'forwarding', 'acceptance', 'diversion', 'opinion']),
    );
  });
});
