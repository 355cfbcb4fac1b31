import type { ServiceMethod } from '../petition/opinion.ts';

/** Every document that the rules owe to somebody (告知文书). docs/notices.md says of each when, by whom and why. */
export const noticeKinds = [
  'receipt',
  'forwarding',
  'acceptance',
  'diversion',
  'redirection',
  'non-acceptance',
  'no-longer-accepted',
  'retriage',
  'transfer',
  'hearing',
  'extension',
  'suspension',
  'opinion',
  'answer',
  'reply',
  'review',
  'recheck',
  'review-refusal',
  'agreement',
  'withdrawal',
  'reopening',
  'closing',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/**
 * Why no written notice is owed although the fact would make it due (Art. 23): nobody to write to, or the discipline
 * organ's own rules. `replaced`: a later fact took its object away before it was served, or the matter has ended.
 */
export type NoticeException = 'unreachable' | 'sealed' | 'replaced';

/** One notice of a petition, as it follows from the record. */
export interface Notice {
  /** `<kind>-<ordinal>`, e.g. `acceptance-1`. */
  readonly id: string;
  readonly kind: NoticeKind;
  /** 文号, e.g. `信受字〔622901007-20261124-7K3QXA〕1号`. */
  readonly number: string;
  /** Legal day of the fact; the notice bears it as its date. */
  readonly owedSince: string;
  /** Who owes it; absent: the petition office in charge. */
  readonly unit?: string;
  readonly exception?: NoticeException;
  readonly servedOn?: string;
  readonly method?: ServiceMethod;
  /** Who saw it left, and why it was left. */
  readonly witness?: string;
  readonly reason?: string;
}

/** Owed and not served yet. */
export const isOutstanding = ({ servedOn, exception }: Notice): boolean =>
  servedOn === undefined && exception === undefined;
