/** The history of reads (查阅记录): who in office has seen personal data, or free text about people and their matters. */

/**
 * What has a history of reads besides petitions, and belongs to a unit. The place of a petition in a centre stands in the
 * petition's; the lists of joint handling (三单联办), which are read page by page, in that of the unit whose they are.
 */
export const readKinds = ['session', 'need', 'assembly', 'whistle', 'programme'] as const;

/** What was shown. */
export const readViews = [
  'petition',
  'clocks',
  'history',
  'notices',
  'document',
  'evidence-list',
  'evidence',
  'look-up',
  'visits',
  'bookings',
  'need',
  'questions',
  'whistle',
  'placement',
  'list-items',
  'programme',
  'disclosure',
] as const;
export type ReadView = (typeof readViews)[number];

/** For what persons are unmasked; the officer adds it in his own words. */
export const disclosurePurposes = [
  /** 联系信访人 */
  'contact',
  /** 核实身份 */
  'verify-identity',
  /** 送达文书 */
  'serve',
  /** 调查核实 */
  'investigate',
  /** 调解 */
  'mediate',
  /** 比对重复信访 */
  'compare-repeats',
  /** 依法向有权机关提供 */
  'legal-duty',
] as const;
export type DisclosurePurpose = (typeof disclosurePurposes)[number];

/** A fact of the stream `reads`: `R#<number>`. */
export interface ReadEvent {
  readonly type: 'PersonalDataRead';
  readonly data: {
    readonly what: ReadView;
    /** Which document, which piece of evidence, which item where not a whole page of them. */
    readonly part?: string;
    readonly purpose?: DisclosurePurpose;
    readonly explanation?: string;
  };
}
