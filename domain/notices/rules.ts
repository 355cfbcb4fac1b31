import type { Deadline } from '../limits.ts';
import type { PetitionEvent } from '../petition/petition.ts';
import { hasReview, type Petition } from '../petition/state.ts';
import type { NoticeKind } from './notice.ts';
import type { remedies } from './remedies.ts';

type DataOf<T extends PetitionEvent['type']> = Extract<PetitionEvent, { type: T }>['data'];

/** A fact that makes a notice due: on which day, and in which cases. */
export interface Owing {
  readonly fact: PetitionEvent['type'];
  readonly on: (data: never) => string;
  readonly when?: (data: never, after: Petition) => boolean;
  /** Where the fact itself names who owes it. */
  readonly unit?: (data: never) => string;
  /** Handed over by the fact itself, on the spot (当场告知). */
  readonly served?: (data: never) => boolean;
}

const owes = <T extends PetitionEvent['type']>(
  fact: T,
  on: (data: DataOf<T>) => string,
  when?: (data: DataOf<T>, after: Petition) => boolean,
  more: { readonly unit?: (data: DataOf<T>) => string; readonly served?: (data: DataOf<T>) => boolean } = {},
): Owing => ({ fact, on, ...(when ? { when } : {}), ...more });

/** Who owes a notice, in terms of the petition at that moment. */
export type Owner =
  | 'registering-unit'
  | 'triaging-unit'
  | 'petition-office'
  | 'competent-unit'
  | 'handling-unit'
  | 'reviewing-unit'
  | 'mediation-committee';

/** Whose worklist in that unit. */
export const servingRole = {
  'registering-unit': 'receptionist',
  'triaging-unit': 'petition-officer',
  'petition-office': 'petition-officer',
  'competent-unit': 'handler',
  'handling-unit': 'handler',
  'reviewing-unit': 'handler',
  'mediation-committee': 'mediator',
} as const satisfies Record<Owner, string>;

export interface NoticeRule {
  readonly title: string;
  /** Its character in the number (发文字号). */
  readonly word: string;
  readonly owner: Owner;
  /** Articles that ask for it: R = 信访工作条例, M = 人民调解法. */
  readonly basis: readonly string[];
  readonly remedy: keyof typeof remedies;
  readonly owedBy: readonly Owing[];
  /** The limit within which it is served: its day stands on the worklist. `receipt`: the first 15 days (Art. 22, 23). */
  readonly limit?: Deadline['limit'] | 'receipt' | 'review-answer';
  /** Limits that are met by its service, or at once where Art. 23 excepts it. */
  readonly meets?: readonly Deadline['limit'][];
  /** A fact of its own records its service and starts the next clock; there is no other way to serve it. */
  readonly servedBy?: 'OpinionServed' | 'ReviewServed';
  /** Facts that take the object of an unserved one away. */
  readonly replacedBy?: readonly { readonly fact: PetitionEvent['type']; readonly when?: (data: never) => boolean }[];
}

/** The one table of notices: which fact owes which document, who owes it, under which article, with which remedy. */
export const noticeRules: Readonly<Record<NoticeKind, NoticeRule>> = {
  receipt: {
    title: '信访事项登记回执',
    word: '登',
    owner: 'registering-unit',
    basis: ['R22', 'R23'],
    remedy: 'query',
    limit: 'receipt',
    owedBy: [owes('PetitionRegistered', ({ registration }) => registration.receivedOn)],
  },
  forwarding: {
    title: '信访事项转送告知书',
    word: '转',
    owner: 'triaging-unit',
    basis: ['R22', 'R23'],
    remedy: 'query',
    limit: 'receipt',
    owedBy: [
      owes(
        'PetitionRouted',
        ({ route }) => route.routedOn,
        ({ route }) => route.purpose !== 'accusation' && route.disposition !== 'own',
      ),
    ],
    replacedBy: [
      { fact: 'PetitionRouted' },
      { fact: 'PetitionRetriaged' },
      { fact: 'ObjectionDecided', when: ({ agreed }: DataOf<'ObjectionDecided'>) => agreed },
    ],
  },
  acceptance: {
    title: '信访事项受理告知书',
    word: '受',
    owner: 'competent-unit',
    basis: ['R23'],
    remedy: 'review-later',
    limit: 'notify',
    meets: ['notify'],
    owedBy: [owes('PetitionAccepted', ({ on }) => on)],
    replacedBy: [{ fact: 'PetitionRetriaged' }],
  },
  diversion: {
    title: '信访事项导入其他程序告知书',
    word: '导',
    owner: 'competent-unit',
    basis: ['R23', 'R31'],
    remedy: 'procedure',
    limit: 'notify',
    meets: ['notify'],
    owedBy: [owes('PetitionDiverted', ({ on }) => on)],
    replacedBy: [{ fact: 'PetitionRetriaged' }],
  },
  redirection: {
    title: '信访事项告知书',
    word: '告',
    owner: 'registering-unit',
    basis: ['R23'],
    remedy: 'procedure',
    limit: 'notify',
    meets: ['notify'],
    owedBy: [owes('PetitionRedirected', ({ on }) => on, undefined, { served: ({ onTheSpot }) => onTheSpot })],
  },
  'non-acceptance': {
    title: '信访事项不予受理告知书',
    word: '不',
    owner: 'competent-unit',
    basis: ['R23'],
    remedy: 'lawful',
    limit: 'notify',
    meets: ['notify'],
    owedBy: [
      owes(
        'RefusalApproved',
        ({ on }) => on,
        ({ kind }) => kind === 'not-accepted',
        { unit: ({ unit }) => unit },
      ),
    ],
  },
  'no-longer-accepted': {
    title: '信访事项不再受理告知书',
    word: '止',
    owner: 'competent-unit',
    basis: ['R23'],
    remedy: 'no-longer',
    limit: 'notify',
    meets: ['notify'],
    owedBy: [
      owes(
        'RefusalApproved',
        ({ on }) => on,
        ({ kind }) => kind === 'no-longer-accepted',
        { unit: ({ unit }) => unit },
      ),
    ],
  },
  retriage: {
    title: '信访事项重新分类告知书',
    word: '更',
    owner: 'triaging-unit',
    basis: ['R22'],
    remedy: 'query',
    limit: 'receipt',
    owedBy: [owes('PetitionRetriaged', ({ on }) => on)],
  },
  transfer: {
    title: '信访事项办理单位变更告知书',
    word: '变',
    owner: 'petition-office',
    basis: ['R24'],
    remedy: 'query',
    owedBy: [
      owes('DisputeDecided', ({ on }) => on),
      owes('PetitionMoved', ({ on }) => on),
      owes('PetitionTransferred', ({ on }) => on),
    ],
    replacedBy: [{ fact: 'DisputeDecided' }, { fact: 'PetitionMoved' }, { fact: 'PetitionTransferred' }],
  },
  hearing: {
    title: '信访事项听证通知书',
    word: '听',
    owner: 'handling-unit',
    basis: ['R31(6)'],
    remedy: 'hearing',
    owedBy: [owes('HearingNotified', ({ notifiedOn }) => notifiedOn, undefined, { unit: ({ unit }) => unit })],
    replacedBy: [{ fact: 'HearingCancelled' }],
  },
  extension: {
    title: '信访事项延期办理告知书',
    word: '延',
    owner: 'handling-unit',
    basis: ['R34'],
    remedy: 'query',
    limit: 'handling',
    owedBy: [
      owes(
        'ExtensionDecided',
        ({ on }) => on,
        ({ approved }) => approved,
      ),
    ],
  },
  suspension: {
    title: '信访事项办理期限扣除告知书',
    word: '扣',
    owner: 'handling-unit',
    basis: ['R34'],
    remedy: 'query',
    limit: 'handling',
    owedBy: [owes('HandlingSuspended', ({ on }) => on)],
  },
  opinion: {
    title: '信访处理意见书',
    word: '意',
    owner: 'handling-unit',
    basis: ['R31(6)', 'R32'],
    remedy: 'review',
    limit: 'handling',
    servedBy: 'OpinionServed',
    owedBy: [
      owes(
        'OpinionApproved',
        ({ on }) => on,
        (_, petition) => hasReview(petition),
      ),
    ],
  },
  answer: {
    title: '信访事项答复意见书',
    word: '答',
    owner: 'handling-unit',
    basis: ['R31(5)'],
    remedy: 'lawful',
    servedBy: 'OpinionServed',
    owedBy: [
      owes(
        'OpinionApproved',
        ({ on }) => on,
        (_, { route }) => route?.path !== 6 && route?.purpose !== 'suggestion',
      ),
    ],
  },
  reply: {
    title: '建议意见答复书',
    word: '复',
    owner: 'handling-unit',
    basis: ['R29'],
    remedy: 'query',
    limit: 'reply',
    servedBy: 'OpinionServed',
    owedBy: [
      owes(
        'OpinionApproved',
        ({ on }) => on,
        (_, { route }) => route?.purpose === 'suggestion',
      ),
    ],
  },
  review: {
    title: '信访事项复查意见书',
    word: '查',
    owner: 'reviewing-unit',
    basis: ['R35'],
    remedy: 'recheck',
    limit: 'review',
    servedBy: 'ReviewServed',
    owedBy: [
      owes(
        'ReviewDecided',
        ({ on }) => on,
        (_, { reviews }) => reviews.at(-1)?.level === 'review',
      ),
    ],
  },
  recheck: {
    title: '信访事项复核意见书',
    word: '核',
    owner: 'reviewing-unit',
    basis: ['R36'],
    remedy: 'final',
    limit: 'recheck',
    servedBy: 'ReviewServed',
    owedBy: [
      owes(
        'ReviewDecided',
        ({ on }) => on,
        (_, { reviews }) => reviews.at(-1)?.level === 'recheck',
      ),
    ],
  },
  'review-refusal': {
    title: '不予受理复查复核请求告知书',
    word: '不查',
    owner: 'reviewing-unit',
    basis: ['R35', 'R36'],
    remedy: 'lawful',
    limit: 'review-answer',
    owedBy: [
      owes(
        'ReviewAdmitted',
        ({ on }) => on,
        ({ admitted }) => !admitted,
      ),
    ],
  },
  agreement: {
    title: '人民调解协议书',
    word: '调',
    owner: 'mediation-committee',
    basis: ['R33', 'M28', 'M29'],
    remedy: 'court',
    owedBy: [owes('AgreementSigned', ({ effectiveOn }) => effectiveOn)],
  },
  withdrawal: {
    title: '信访事项撤回确认书',
    word: '撤',
    owner: 'petition-office',
    basis: ['R21'],
    remedy: 'again',
    owedBy: [owes('WithdrawalConsented', ({ on }) => on)],
  },
  reopening: {
    title: '信访事项重新办理告知书',
    word: '重',
    owner: 'handling-unit',
    basis: ['R34'],
    remedy: 'review-later',
    limit: 'handling',
    owedBy: [owes('PetitionReopened', ({ on }) => on)],
  },
  closing: {
    title: '信访事项办结告知书',
    word: '结',
    owner: 'petition-office',
    basis: ['R21'],
    remedy: 'rating',
    owedBy: [owes('PetitionConcluded', ({ on }) => on)],
  },
};
