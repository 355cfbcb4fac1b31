/**
 * What the law leaves open, with our defaults. A place sets its own values as reference data and names their source;
 * nothing here may shorten or lengthen a limit of the law (limits.ts).
 */
export interface Configuration {
  /** Days before the due day on which the responsible unit is warned, for limits up to 15 days and for longer ones. */
  readonly warnDays: { readonly short: number; readonly long: number };
  /** Hours within which a major or urgent matter is reported upward (Art. 25 gives no figure). */
  readonly urgentReportHours: number;
  /** Simple procedure 简易办理: off unless a local rule is named. Working days. */
  readonly simpleProcedure?: { readonly acceptDays: number; readonly answerDays: number; readonly source: string };
  /** Working days for the reply to a suggestion (建议意见); Art. 29 names none. */
  readonly suggestionReplyDays: number;
  /** Days ahead on which the parties of a hearing are notified. */
  readonly hearingNoticeDays: number;
  /** Local grounds on which the handling clock may stand still; none by law. Each names its source. */
  readonly suspensions: readonly { readonly ground: string; readonly source: string }[];
  /** Days after service within which the petitioner can rate. */
  readonly ratingDays: number;
}

export const defaultConfiguration: Configuration = {
  warnDays: { short: 3, long: 10 },
  urgentReportHours: 2,
  suggestionReplyDays: 30,
  hearingNoticeDays: 7,
  suspensions: [],
  ratingDays: 180,
};
