import type { Unit } from './organisation/unit.ts';

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
  /** Working days to perform or answer under Art. 31(5), where another law or local rule sets them; none by default. */
  readonly performOrAnswer?: { readonly days: number; readonly source: string };
  /** Working days to decide a dispute over competence (Art. 24 names none), with its source; none by default. */
  readonly disputeDecision?: { readonly days: number; readonly source: string };
  /** The office that stands for the joint meeting (联席会议) where organs have no common superior (Art. 24). */
  readonly jointMeetingOffice?: string;
  /** Days ahead on which the parties of a hearing are notified. */
  readonly hearingNoticeDays: number;
  /** Local grounds on which the handling clock may stand still; none by law. Each names its source and how long it may last. */
  readonly suspensions: readonly { readonly ground: string; readonly maximumDays: number; readonly source: string }[];
  /** Days after service within which the petitioner can rate. */
  readonly ratingDays: number;
  /** A repeat is not rated again (national rating rules of 2014). Binds petitioners: off unless its source is named. */
  readonly rateFirstOnly?: { readonly source: string };
  /** From where the time of a hearing does not count in recheck (Art. 36 gives no more than "听证所需时间"). */
  readonly hearingTime: 'from-notice' | 'held';
  /** From which share of common character pairs on a text counts as similar, when repeats are suggested. */
  readonly repeatSimilarity: number;
  /** Days in which heirs can continue a dead petitioner's matter. */
  readonly heirs: { readonly days: number; readonly source: string };
  /** Days with attempts after which a petitioner counts as out of reach, and days until what is published counts as received. */
  readonly lostContact: { readonly attempts: number; readonly publicationDays: number; readonly source: string };
  /** Days after an attempt to reach a petitioner in vain within which it is noted; later it is none that counts (attempts.ts). */
  readonly attemptRecords: { readonly days: number; readonly source: string };
  /** A new decision after a quashed one does not repeat it on the same facts. Binds the organ; absent: not asked for. */
  readonly redo?: { readonly source: string };
  /** Recheck is asked for by the representatives who asked for review. Binds petitioners: off unless a local rule is named. */
  readonly recheckRepresentatives?: { readonly source: string };
  /** Files that are brought as evidence; a scanner's own limits must not be below. Bytes, pieces, minutes. */
  readonly evidence: {
    readonly maximumBytes: number;
    readonly perPetition: number;
    /** How many may wait for their upload or scan at a time. */
    readonly waiting: number;
    /** How long after its declaration a file can be uploaded. */
    readonly uploadMinutes: number;
    readonly source: string;
  };
  /** Working days to decide a proposed recusal (Art. 28 names none). */
  readonly recusalDecision: { readonly days: number; readonly source: string };
  /** Hours for which somebody whom a matter does not concern reads it in an emergency. */
  readonly emergencyAccess: { readonly hours: number; readonly source: string };
  /** Years for which a file is kept after its matter has ended; the Regulation names none. */
  readonly retention: {
    readonly usual: number;
    /** With an opinion or an agreement as its result. */
    readonly withResult: number;
    /** With a leader's instruction. */
    readonly instructed: number | 'permanent';
    readonly source: string;
  };
  /** Days after a grid service's day in which a worker can still say that it was done, before the sweep notes it as missed. */
  readonly serviceRecords: { readonly days: number; readonly source: string };
  /** Kinds of whistles (吹哨报到) with what a department owes on each, counted from the leader's approval. */
  readonly whistles: readonly WhistleKind[];
  /** What the place calls the three lists of joint handling (三单联办); its definition is not public. */
  readonly jointHandling: {
    readonly labels: { readonly resource: string; readonly need: string; readonly project: string };
    readonly source: string;
  };
  /** How often a leader receives petitioners in person, by level (Art. 18 names no figure); what is not here nobody owes. */
  readonly receptionDuty: readonly ReceptionFrequency[];
  /** Days ahead by which a reception day is published. Off unless a local rule is named; by law it is before it comes. */
  readonly receptionPublication?: { readonly days: number; readonly source: string };
  /** Days after a reception day on which can still be noted, as late, who was there and who came. */
  readonly receptionRecords: { readonly days: number; readonly source: string };
  /**
   * Bookings (预约) that a reception day takes from the public, where the day itself names no number; and how many from one
   * network address and for one phone number, withdrawn ones too. A village can share an address.
   */
  readonly receptionBookings: {
    readonly perDay: number;
    readonly perCaller: number;
    readonly perPhone: number;
    readonly source: string;
  };
  /**
   * Days after a reception day after which what somebody said who booked it is destroyed, and what was noted of a visit that nobody
   * came to (PIPL Art. 47: the purpose is over).
   */
  readonly unusedBookings: { readonly days: number; readonly source: string };
  /** Days for what a leader has instructed, where he names no day himself. */
  readonly receptionFollowUp: { readonly days: number; readonly source: string };
  /**
   * When a matter counts as an old case (积案): days since its receipt, or how often it was brought. No national definition was
   * found.
   */
  readonly backlog: { readonly ageDays: number; readonly timesBrought: number; readonly source: string };
  /** Sponsorship (包案): calendar days to the plan, and from one report of progress to the next. Art. 18 names none. */
  readonly sponsorship: { readonly planDays: number; readonly progressDays: number; readonly source: string };
  /** Categories, by code or name, that with all below them hold accusations (检举控告): no ledger brings one in (Art. 30). */
  readonly accusations: { readonly categories: readonly string[]; readonly source: string };
  /** Files that are imported: bytes and rows at most, minutes for the upload, days after which file and errors go. */
  readonly imports: {
    readonly maximumBytes: number;
    readonly maximumRows: number;
    readonly uploadMinutes: number;
    readonly keepDays: number;
    readonly source: string;
  };
  /** Force majeure tolls the days for asking for review or recheck. Off unless a local rule is named. */
  readonly forceMajeure?: { readonly source: string };
  /** What the figures leave open: days in which a concluded matter must not come back, ages of open matters in months. */
  readonly figures: {
    readonly repeatWindowDays: number;
    readonly ageMonths: readonly number[];
    readonly source: string;
  };
  /** Numbers that somebody published, shown beside ours and never mixed with them. */
  readonly baselines: readonly Baseline[];
}

/** A limit that a place sets: by the hour, or by working days. */
export type Span = { readonly hours: number } | { readonly workingDays: number };

/** One kind of whistle. No law names these limits: each place sets its own and says where they come from. */
export interface WhistleKind {
  readonly code: string;
  readonly name: string;
  /** 签收: the department has seen it. */
  readonly acknowledge: Span;
  /** 联系: it has spoken with the caller. */
  readonly contact: Span;
  /** 报到: its people are there. */
  readonly attend: Span;
  readonly source: string;
}

export const receptionPeriods = ['half-year', 'quarter', 'month', 'week'] as const;

/** At least so many reception days of each leader in every such period. */
export interface ReceptionFrequency {
  readonly level: Unit['level'];
  readonly every: (typeof receptionPeriods)[number];
  readonly days: number;
  readonly source: string;
}

/** A published number, with who said it and when. */
export interface Baseline {
  /** The unit that it is about. */
  readonly unit: string;
  readonly name: string;
  readonly value: number;
  /** Counting word, e.g. 件. */
  readonly measure: string;
  /** Legal day on which it was published. */
  readonly asOf: string;
  /** The time that it is about, in its source's words. */
  readonly period: string;
  readonly source: string;
}

const anotherCity = 'design; after the published rule of 南京市鼓楼区, which binds nobody here: set your own';
const reception2014 = '《关于创新群众工作方法解决信访突出问题的意见》(2014)';

export const defaultConfiguration: Configuration = {
  warnDays: { short: 3, long: 10 },
  urgentReportHours: 2,
  suggestionReplyDays: 30,
  hearingNoticeDays: 7,
  suspensions: [],
  ratingDays: 180,
  hearingTime: 'from-notice',
  repeatSimilarity: 0.3,
  heirs: { days: 60, source: 'design; by analogy with 行政复议法 (2023) Art. 41(5)' },
  lostContact: { attempts: 3, publicationDays: 30, source: 'design; no rule names a figure' },
  attemptRecords: { days: 1, source: 'design; no rule names a figure' },
  evidence: {
    maximumBytes: 100_000_000,
    perPetition: 100,
    waiting: 10,
    uploadMinutes: 60,
    source: 'design; ClamAV reads 100 MiB of a file unless it is told otherwise',
  },
  recusalDecision: { days: 5, source: 'local practice; Art. 28 names no day' },
  emergencyAccess: { hours: 4, source: 'design; no rule names a figure' },
  retention: {
    usual: 10,
    withResult: 30,
    instructed: 'permanent',
    source: 'design; after the local rule of 北京市东城区 on petition files',
  },
  serviceRecords: { days: 1, source: 'design: phones of grid workers are offline now and then' },
  whistles: [
    {
      code: 'ordinary',
      name: '一般哨',
      acknowledge: { hours: 1 },
      contact: { hours: 24 },
      attend: { workingDays: 5 },
      source: anotherCity,
    },
    {
      code: 'urgent',
      name: '紧急哨',
      acknowledge: { hours: 1 },
      contact: { hours: 24 },
      attend: { workingDays: 3 },
      source: anotherCity,
    },
  ],
  jointHandling: {
    labels: { resource: '资源清单', need: '需求清单', project: '项目清单' },
    source: 'names of the three lists of 临夏市 as published; what else 三单联办 means is not',
  },
  receptionDuty: [
    { level: 'prefecture', every: 'quarter', days: 1, source: reception2014 },
    { level: 'county', every: 'month', days: 1, source: reception2014 },
    { level: 'township', every: 'week', days: 1, source: reception2014 },
  ],
  receptionRecords: { days: 3, source: 'design; no rule names a figure' },
  receptionBookings: { perDay: 20, perCaller: 10, perPhone: 3, source: 'design; no rule names a figure' },
  unusedBookings: { days: 30, source: 'design; PIPL Art. 19 asks for the shortest time and names no figure' },
  receptionFollowUp: { days: 30, source: 'design; no rule names a figure' },
  backlog: { ageDays: 365, timesBrought: 3, source: 'design; no national definition was found' },
  sponsorship: { planDays: 15, progressDays: 30, source: 'design; Art. 18 names no day' },
  accusations: {
    categories: ['16', '纪检监察'],
    source: 'Art. 30; 16 纪检监察 of the classification that is shipped as reference data',
  },
  imports: {
    maximumBytes: 200_000_000,
    maximumRows: 200_000,
    uploadMinutes: 60,
    keepDays: 7,
    source: 'design; no rule names a figure',
  },
  redo: { source: 'design; by analogy with 行政复议法 (2023) Art. 64(2)' },
  figures: { repeatWindowDays: 180, ageMonths: [1, 3, 6, 12, 24, 60], source: 'design; no rule names a figure' },
  baselines: [],
};
