/** The history of reads (查阅记录): who in office has seen personal data of a petition, a reception day, a need or an assembly. */

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
    /** Which document, which piece of evidence. */
    readonly part?: string;
    readonly purpose?: DisclosurePurpose;
    readonly explanation?: string;
  };
}
