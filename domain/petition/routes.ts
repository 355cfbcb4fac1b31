import { type Deadline, startLimit, startWorkingDays } from '../limits.ts';
import type { NoticeKind } from '../notices/notice.ts';
import type { Context, Purpose, Route } from './state.ts';

/** What the organ can say of a matter: the result vocabulary of each class and path. */
export const opinionResults = {
  /** Written opinion of the petition procedure (Art. 32): 予以支持、解释说明、不予支持. */
  opinion: ['support', 'explain', 'not-support'],
  /** Reply to a suggestion (Art. 29): 采纳、部分采纳、不予采纳. */
  reply: ['adopted', 'partly', 'not-adopted'],
  /** Duty performed, or answered (Art. 31(5)): 履行、答复. */
  performance: ['performed', 'answered'],
} as const;
export const results = [...opinionResults.opinion, ...opinionResults.reply, ...opinionResults.performance] as const;
export type OpinionResult = (typeof results)[number];

/** What differs from class to class and from path to path. Everything that depends on it reads it here. */
export interface Handling {
  readonly name: string;
  readonly basis: string;
  /** `accept`: worked on here. `divert`: led into the procedure of another law. `sealed`: handed over and out of sight. */
  readonly answer: 'accept' | 'divert' | 'sealed';
  /** The kind of answer that ends the work, with its results; absent where it is given elsewhere. */
  readonly result?: keyof typeof opinionResults;
  /** The article that the answer rests on. */
  readonly resultBasis?: string;
  /** `law`: the 60 days (Art. 34). `configured`: where a place has set a limit. `other`: that procedure's own clock. */
  readonly clock: 'law' | 'configured' | 'other';
  /** Review and recheck (Art. 35, 36) belong to Art. 31(6) alone; elsewhere the remedy is the other procedure's, or none. */
  readonly remedy: 'review' | 'procedure' | 'none';
  /** Notices (告知) that this way owes, in their order (domain/notices). */
  readonly notices: readonly NoticeKind[];
  /** The petitioner can rate the work (Art. 21). */
  readonly ratable: boolean;
}

const diverted = (name: string, basis: string): Handling => ({
  name,
  basis,
  answer: 'divert',
  clock: 'other',
  remedy: 'procedure',
  notices: ['receipt', 'forwarding', 'diversion'],
  ratable: true,
});

/** The three classes (Art. 29 to 31) and the six paths of Art. 31, in the article's order. */
export const handlings = {
  suggestion: {
    name: '建议意见 suggestion: studied, adopted in full or in part, replied to',
    basis: 'R29',
    answer: 'accept',
    result: 'reply',
    resultBasis: 'R29',
    clock: 'configured',
    remedy: 'none',
    notices: ['receipt', 'forwarding', 'acceptance', 'reply'],
    ratable: false,
  },
  // Its notices follow the discipline organ's own rules (Art. 23, last paragraph).
  accusation: {
    name: '检举控告 accusation: handed to the discipline organ under seal',
    basis: 'R30',
    answer: 'sealed',
    clock: 'other',
    remedy: 'none',
    notices: ['receipt'],
    ratable: false,
  },
  1: diverted('litigation, reconsideration, procuratorate or police procedure', 'R31(1)'),
  2: diverted('arbitration', 'R31(2)'),
  3: diverted('appeal of a party member, application for re-examination', 'R31(3)'),
  4: diverted('administrative reconsideration, adjudication, confirmation, licence or penalty', 'R31(4)'),
  5: {
    name: 'investigation of unlawful acts, duty to protect lawful rights',
    basis: 'R31(5)',
    answer: 'accept',
    result: 'performance',
    resultBasis: 'R31(5)',
    clock: 'configured',
    remedy: 'none',
    notices: ['receipt', 'forwarding', 'acceptance', 'answer'],
    ratable: true,
  },
  6: {
    name: 'petition procedure',
    basis: 'R31(6)',
    answer: 'accept',
    result: 'opinion',
    resultBasis: 'R32',
    clock: 'law',
    remedy: 'review',
    notices: ['receipt', 'forwarding', 'acceptance', 'opinion'],
    ratable: true,
  },
} as const satisfies Record<string, Handling>;

/** The six paths of Art. 31. */
export type Path = 1 | 2 | 3 | 4 | 5 | 6;

/** How a matter of this class and path is handled. */
export const handlingOf = ({ purpose, path }: { readonly purpose: Purpose; readonly path?: number }): Handling =>
  purpose === 'appeal' ? handlings[(path ?? 6) as Path] : handlings[purpose];

/**
 * The limits that acceptance starts: the 60 days for Art. 31(6); for a suggestion (Art. 29) and for a duty to perform
 * (Art. 31(5)) only what a place has configured, since the articles name no days.
 */
export const acceptanceLimits = (
  route: Route,
  from: string,
  { calendar, configuration }: Pick<Context, 'calendar' | 'configuration'>,
): readonly Deadline[] => {
  const { clock, result, basis } = handlingOf(route);
  if (clock === 'law') return [startLimit('handling', from, calendar)];
  if (clock === 'other') return [];
  if (result === 'reply') return [startWorkingDays('reply', from, configuration.suggestionReplyDays, basis, calendar)];
  const { performOrAnswer } = configuration;
  return performOrAnswer
    ? [startWorkingDays('perform-or-answer', from, performOrAnswer.days, performOrAnswer.source, calendar)]
    : [];
};
