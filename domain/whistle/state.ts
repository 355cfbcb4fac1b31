import type { Deadline } from '../limits.ts';
import type { Issued, Petition, Satisfaction } from '../petition/state.ts';
import type { Progress } from '../workflow/progress.ts';
import type { Joint, ListItem } from './list-item.ts';

/** A department that is called in, and what it is asked to do: no more of the matter than that. */
export interface Call {
  readonly unit: string;
  readonly ask: string;
}

/** A whistle (哨) as somebody drafts it. No field for a person: departments are told what is to be done, not whose matter it is. */
export interface WhistleContent {
  /** Code of a configured kind. */
  readonly kind: string;
  /** One line, without names of persons. */
  readonly subject: string;
  /** What the centre cannot do itself. */
  readonly situation: string;
  readonly place?: string;
  /** The officer of the caller's to whom the departments turn. */
  readonly contact: string;
  /** The matter behind it, where there is one; the departments are not told which. */
  readonly petition?: string;
  /** Units whose own doing the matter is about: they are never called in, and do not read of it. */
  readonly against: readonly string[];
  /** The first of them leads (牵头), the others help. */
  readonly calls: readonly Call[];
  /** Until when the caller wants the outcome, where it has set a day. */
  readonly outcomeDue?: string;
  /** A project of joint handling (三单联办): needs that are matched with resources; whoever is called owns it jointly. */
  readonly joint?: Joint;
}

/** How a called department objects that the matter is not its own, and what came of it. */
export interface Objection {
  readonly reason: string;
  /** `refused`: the caller does not agree; `disputed`: a superior decides. */
  readonly state: 'open' | 'refused' | 'disputed' | 'kept' | 'agreed' | 'withdrawn';
  /** Who of the caller's leaders answered it. */
  readonly answeredBy?: string;
  readonly decider?: string;
  readonly rule?: 'common-superior' | 'joint-meeting';
}

export const solutions = ['solved', 'partly-solved', 'not-solved'] as const;
export type Solution = (typeof solutions)[number];

/** One department's part. */
export interface WhistleLeg extends Call {
  /** In the order of what is owed; the objection is a right. */
  readonly limits: readonly Deadline[];
  readonly calledAt: string;
  readonly acknowledgedAt?: string;
  readonly contactedAt?: string;
  readonly attendedAt?: string;
  /** Who came. */
  readonly officer?: string;
  readonly outcome?: { readonly solution: Solution; readonly account: string; readonly on: string };
  readonly rating?: { readonly satisfaction: Satisfaction; readonly comment?: string };
  readonly objection?: Objection;
  /** It was the wrong department: nothing is owed any more. */
  readonly returned?: true;
}

/** A supervision (督办) that a missed limit has opened. */
export interface WhistleSupervision {
  readonly against: string;
  readonly missed: string;
  readonly feedback?: string;
  readonly closedBy?: string;
}

/**
 * Why one ends that nobody calls off: the matter is an accusation now, and no department's to know of, or the petition behind it
 * was erased while it was being drafted.
 */
export type Ending = 'accusation' | 'erasure';

/** A whistle (吹哨报到): a centre that lacks the power calls in the departments that have it. */
export interface Whistle {
  readonly id: string;
  readonly version: number;
  /** The caller. */
  readonly unit?: string;
  readonly content?: WhistleContent;
  /** Everybody who ever drafted it: sent back and sent in again, it is no less theirs. */
  readonly drafters: readonly string[];
  /** Legal day. */
  readonly draftedOn?: string;
  readonly returned?: { readonly reason: string };
  readonly returns: number;
  readonly calledAt?: string;
  readonly legs: readonly WhistleLeg[];
  readonly supervisions: readonly WhistleSupervision[];
  readonly calledOff?: { readonly reason?: string; readonly because?: Ending; readonly on: string };
  /** Its key was destroyed on this day. */
  readonly erasedOn?: string;
  readonly progress: Progress;
}

export const initialWhistle: Whistle = {
  id: '',
  version: 0,
  drafters: [],
  returns: 0,
  legs: [],
  supervisions: [],
  progress: {},
};

/** Another department in place of one that was called wrongly. */
interface Replacing {
  readonly replacement?: string;
}

export type WhistleCommand = Issued &
  (
    | {
        readonly type: 'DraftWhistle';
        readonly id: string;
        /** The petition that `content.petition` names, as the record has it. */
        readonly petition?: Petition;
        /** The list items that `content.joint` names, as the record has them. */
        readonly items?: readonly ListItem[];
        readonly content: WhistleContent;
      }
    | {
        readonly type: 'RedraftWhistle';
        readonly petition?: Petition;
        readonly items?: readonly ListItem[];
        readonly content: WhistleContent;
      }
    | { readonly type: 'ApproveWhistle'; readonly note?: string }
    | { readonly type: 'ReturnWhistle'; readonly reason: string }
    | { readonly type: 'CallOffWhistle'; readonly reason: string }
    | { readonly type: 'AcknowledgeWhistle'; readonly unit: string }
    | { readonly type: 'ContactCaller'; readonly unit: string; readonly account: string }
    | { readonly type: 'AttendWhistle'; readonly unit: string; readonly officer: string }
    | {
        readonly type: 'RecordWhistleOutcome';
        readonly unit: string;
        readonly solution: Solution;
        readonly account: string;
      }
    | {
        readonly type: 'RateResponse';
        readonly unit: string;
        readonly satisfaction: Satisfaction;
        readonly comment?: string;
      }
    | { readonly type: 'ObjectToWhistle'; readonly unit: string; readonly reason: string }
    | { readonly type: 'WithdrawWhistleObjection'; readonly unit: string }
    | ({
        readonly type: 'AnswerWhistleObjection';
        readonly unit: string;
        readonly agreed: boolean;
        readonly reason: string;
      } & Replacing)
    | { readonly type: 'ReferWhistleDispute'; readonly unit: string; readonly reason: string }
    | ({
        readonly type: 'DecideWhistleDispute';
        readonly unit: string;
        readonly keeps: boolean;
        readonly reason: string;
      } & Replacing)
    | { readonly type: 'GiveWhistleFeedback'; readonly supervision: number; readonly text: string }
    | { readonly type: 'CloseWhistleSupervision'; readonly supervision: number; readonly finding: string }
    | {
        readonly type: 'SweepWhistle';
        /** The petition behind it has turned out to be an accusation (Art. 30). */
        readonly sealed: boolean;
      }
    | { readonly type: 'RecountWhistle'; readonly calendar: string }
  );

/** A leg as it is called, with the limits that run for it from now on. */
export interface CalledLeg {
  readonly unit: string;
  readonly limits: readonly Deadline[];
}

export type WhistleEvent =
  | {
      readonly type: 'WhistleDrafted';
      readonly data: {
        readonly id: string;
        readonly unit: string;
        readonly content: WhistleContent;
        readonly by: string;
        readonly on: string;
      };
    }
  | { readonly type: 'WhistleRedrafted'; readonly data: { readonly content: WhistleContent; readonly by: string } }
  | {
      readonly type: 'WhistleApproved';
      readonly data: {
        readonly by: string;
        readonly at: string;
        readonly note?: string;
        readonly called: readonly CalledLeg[];
      };
    }
  | { readonly type: 'WhistleReturned'; readonly data: { readonly by: string; readonly reason: string } }
  | {
      readonly type: 'WhistleCalledOff';
      readonly data: {
        readonly by: string;
        /** In the words of whoever called it off. */
        readonly reason?: string;
        /** Of one that nobody called off. */
        readonly because?: Ending;
        readonly on: string;
      };
    }
  | { readonly type: 'WhistleAcknowledged'; readonly data: { readonly unit: string; readonly at: string } }
  | {
      readonly type: 'CallerContacted';
      readonly data: { readonly unit: string; readonly account: string; readonly at: string };
    }
  | {
      readonly type: 'WhistleAttended';
      readonly data: { readonly unit: string; readonly officer: string; readonly at: string };
    }
  | {
      readonly type: 'WhistleOutcomeRecorded';
      readonly data: {
        readonly unit: string;
        readonly solution: Solution;
        readonly account: string;
        readonly on: string;
      };
    }
  | {
      readonly type: 'ResponseRated';
      readonly data: {
        readonly unit: string;
        readonly satisfaction: Satisfaction;
        readonly comment?: string;
        readonly by: string;
      };
    }
  | { readonly type: 'WhistleObjected'; readonly data: { readonly unit: string; readonly reason: string } }
  | { readonly type: 'WhistleObjectionWithdrawn'; readonly data: { readonly unit: string } }
  | {
      readonly type: 'WhistleObjectionAnswered';
      readonly data: {
        readonly unit: string;
        readonly agreed: boolean;
        readonly reason: string;
        readonly by: string;
        readonly at: string;
        readonly replacement?: CalledLeg;
        readonly basis: 'R23';
      };
    }
  | {
      readonly type: 'WhistleDisputeReferred';
      readonly data: {
        readonly unit: string;
        readonly reason: string;
        readonly decider: string;
        readonly rule: 'common-superior' | 'joint-meeting';
        readonly basis: 'R24';
      };
    }
  | {
      readonly type: 'WhistleDisputeDecided';
      readonly data: {
        readonly unit: string;
        readonly keeps: boolean;
        readonly reason: string;
        readonly by: string;
        readonly at: string;
        readonly replacement?: CalledLeg;
        readonly basis: 'R24';
      };
    }
  | {
      readonly type: 'WhistleLimitMissed';
      readonly data: {
        readonly unit: string;
        readonly limit: Deadline['limit'];
        readonly due: string;
        readonly dueAt?: string;
        readonly basis: string;
      };
    }
  | {
      readonly type: 'WhistleSupervisionOpened';
      readonly data: { readonly against: string; readonly missed: string; readonly by: string };
    }
  | {
      readonly type: 'WhistleFeedbackGiven';
      readonly data: { readonly supervision: number; readonly unit: string; readonly text: string };
    }
  | {
      readonly type: 'WhistleSupervisionClosed';
      readonly data: { readonly supervision: number; readonly by: string; readonly finding: string };
    }
  | {
      readonly type: 'WhistleLimitsRecounted';
      readonly data: {
        readonly calendar: string;
        readonly changes: readonly {
          readonly unit: string;
          readonly limit: Deadline['limit'];
          readonly before: string;
          readonly after: string;
        }[];
      };
    }
  | { readonly type: 'WhistleErased'; readonly data: { readonly on: string; readonly basis: 'P47' } };

/** The leg of a unit. */
export const legOf = ({ legs }: Pick<Whistle, 'legs'>, unit: string): WhistleLeg | undefined =>
  legs.find((leg) => leg.unit === unit);

/** Nothing is owed on it any more: done and judged, or the wrong department. */
export const isLegOver = ({ returned, rating }: WhistleLeg): boolean => returned === true || rating !== undefined;

export const whistleStatuses = ['draft', 'returned', 'called', 'closed', 'called-off'] as const;

/** Where a whistle stands. It closes by itself when every leg is over. */
export const whistleStatus = ({ calledOff, calledAt, returned, legs }: Whistle): (typeof whistleStatuses)[number] => {
  if (calledOff) return 'called-off';
  if (calledAt !== undefined) return legs.every(isLegOver) ? 'closed' : 'called';
  return returned ? 'returned' : 'draft';
};

/** Somebody still waits for something of it: a step, a draft to mend, or the end of a supervision. */
export const isUnderWay = (whistle: Whistle): boolean =>
  whistle.erasedOn === undefined &&
  whistle.calledOff?.because === undefined &&
  (['draft', 'returned', 'called'].includes(whistleStatus(whistle)) ||
    whistle.supervisions.some(({ closedBy }) => closedBy === undefined));

/** Whether the matter is about this unit's own doing, or that of one above or below it. */
export const isAgainst = (
  { against }: Pick<WhistleContent, 'against'>,
  unit: string,
  units: { isWithin(id: string, ancestor: string): boolean },
): boolean => against.some((accused) => units.isWithin(unit, accused) || units.isWithin(accused, unit));
