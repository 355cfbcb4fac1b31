import { Refusal } from '../errors.ts';
import type { Issued } from '../petition/state.ts';
import type { Progress } from '../workflow/progress.ts';
import type { Commitment, CommitmentCommand, CommitmentEvent } from './commitment.ts';

/** Fixed desk, by appointment, or travelling to the place with a case. */
export const receptionModes = ['定点接访', '重点约访', '带案下访'] as const;

/** Who receives, as it is published (Art. 18). */
export interface Receiver {
  readonly leader: string;
  readonly leaderName: string;
  readonly post: string;
  readonly portfolio: string;
}

/** When and where. */
export interface Appointed {
  readonly place: string;
  /** Legal day. */
  readonly date: string;
  readonly from: string;
  readonly to: string;
}

/** A room for one topic, where departments receive together with the leader (联合接访). */
export interface TopicRoom {
  readonly topic: string;
  readonly place: string;
  readonly departments: readonly string[];
}

/** A published reception day of a leader (领导干部接访, Art. 18). */
export interface SessionContent extends Receiver, Appointed {
  readonly mode: (typeof receptionModes)[number];
  readonly rooms?: readonly TopicRoom[];
  /** How many bookings it takes from the public; configured where it names none. */
  readonly places?: number;
}

/** How a visit came about: announced beforehand, called in, brought down to the petitioner, or simply there. */
export const arrivals = ['pre-registered', 'appointed', 'case-brought', 'walk-in'] as const;
export type Arrival = (typeof arrivals)[number];

/** One visit is one batch (批次) and one row of the ledger (台账). */
export interface Visit {
  readonly visitor: string;
  /** Unit or address, for the ledger. */
  readonly address?: string;
  readonly purpose: string;
  /** Persons present (人次). */
  readonly persons: number;
  readonly arrival: Arrival;
  /** Topic room, by its number. */
  readonly room?: number;
  readonly petition?: string;
  readonly account?: string;
  /** Where it happened, and why. */
  readonly place?: string;
  readonly cause?: string;
  readonly representatives?: readonly string[];
  readonly instruction?: string;
  readonly instructed?: { readonly by: string; readonly on: string };
  /** What the instruction commits a unit to; absent of what was solved on the spot. */
  readonly commitment?: Commitment;
  /** Number of the booking that it was, among those of the day. */
  readonly booking?: number;
  readonly outcome?: 'absent' | 'moved' | 'solved' | 'followed-up' | 'withheld';
  /** The other reception day to which it was moved. */
  readonly movedTo?: string;
  /** Legal day on which it was noted that they came, or did not, where that was after the reception day. */
  readonly notedOn?: string;
  /** Its key was destroyed on this day: no text of it can be read any more. */
  readonly erasedOn?: string;
}

/** @property notedOn legal day, where that was after the reception day */
export interface Attendance {
  readonly leader: string;
  readonly attended: boolean;
  readonly reason?: string;
  readonly notedOn?: string;
}

export interface Session {
  readonly id: string;
  readonly version: number;
  readonly unit?: string;
  readonly content?: SessionContent;
  /** Leaders who were announced and did not receive, each with the day of the change. */
  readonly replaced: readonly (Receiver & { readonly on: string; readonly unconfirmed?: true })[];
  /** Nothing recorded says that this leader receives for the unit, and he has not said so himself: his name is not published. */
  readonly unconfirmed?: true;
  /** Nor has it been true of anybody announced for the day before: none of it is published. */
  readonly withheld?: true;
  /** As it was announced before it was moved. */
  readonly moved: readonly (Appointed & { readonly reason: string; readonly on: string })[];
  /** It does not take place; as it is published, with the legal day on which that was said. */
  readonly cancelled?: { readonly reason: string; readonly on: string };
  /** Whether a leader was there, as the desk noted it. Of one leader the later holds, and says why the earlier was wrong. */
  readonly attendance: readonly Attendance[];
  readonly visits: readonly Visit[];
  readonly progress: Progress;
}

export type DayCommand = Issued &
  (
    | {
        readonly type: 'PublishSession';
        readonly id: string;
        readonly content: SessionContent;
        readonly unconfirmed?: true;
      }
    /** By the leader who is announced. */
    | { readonly type: 'ConfirmReception' }
    | {
        readonly type: 'PreRegisterVisit';
        readonly visitor: string;
        readonly address?: string;
        readonly purpose: string;
        readonly persons: number;
        readonly room?: number;
        readonly petition?: string;
        /** That petition is an accusation. */
        readonly sealed?: true;
        readonly representatives?: readonly string[];
        /** Number of the booking that the desk confirms. */
        readonly booking?: number;
      }
    | { readonly type: 'MoveVisit'; readonly visit: number; readonly to: string }
    | { readonly type: 'CheckIn'; readonly visit: number; readonly arrived: boolean; readonly persons?: number }
    | {
        readonly type: 'RecordVisit';
        readonly visit: number;
        readonly account: string;
        readonly place?: string;
        readonly cause?: string;
        readonly representatives: readonly string[];
        readonly petition?: string;
        /** That petition is an accusation. */
        readonly sealed?: true;
      }
    | {
        readonly type: 'IssueInstruction';
        readonly visit: number;
        readonly instruction: string;
        readonly solvedOnTheSpot: boolean;
        readonly responsibleUnit?: string;
        readonly due?: string;
      }
    | ({ readonly type: 'ReplaceLeader'; readonly reason: string; readonly unconfirmed?: true } & Receiver)
    | ({ readonly type: 'RescheduleSession'; readonly reason: string } & Appointed)
    | { readonly type: 'CancelSession'; readonly reason: string }
    | {
        readonly type: 'NoteAttendance';
        readonly attended: boolean;
        readonly remark?: string;
        /** Why what was noted before was wrong. */
        readonly reason?: string;
      }
    /** `withheld`: visits whose matter is sealed. */
    | { readonly type: 'SweepCommitments'; readonly withheld?: readonly number[] }
    | { readonly type: 'RecountCommitments'; readonly calendar: string }
  );

/** `SweepCommitments` and `RecountCommitments` are the clock's own. */
export type SessionCommand = DayCommand | CommitmentCommand;

export type DayEvent =
  | {
      readonly type: 'SessionPublished';
      readonly data: {
        readonly id: string;
        readonly unit: string;
        readonly content: SessionContent;
        readonly unconfirmed?: true;
        readonly basis: 'R18';
      };
    }
  | {
      readonly type: 'LeaderReplaced';
      readonly data: Receiver & { readonly reason: string; readonly on: string; readonly unconfirmed?: true };
    }
  | { readonly type: 'ReceptionConfirmed'; readonly data: { readonly leader: string; readonly on: string } }
  | {
      readonly type: 'SessionRescheduled';
      readonly data: Appointed & { readonly reason: string; readonly on: string };
    }
  | { readonly type: 'SessionCancelled'; readonly data: { readonly reason: string; readonly on: string } }
  | {
      readonly type: 'AttendanceNoted';
      readonly data: Attendance & { readonly remark?: string };
    }
  | {
      readonly type: 'VisitPreRegistered';
      readonly data: {
        readonly visit: number;
        readonly visitor: string;
        readonly address?: string;
        readonly purpose: string;
        readonly persons: number;
        readonly arrival: Arrival;
        readonly room?: number;
        readonly petition?: string;
        readonly representatives?: readonly string[];
        readonly booking?: number;
        readonly notedOn?: string;
      };
    }
  | {
      readonly type: 'VisitMoved';
      readonly data: { readonly visit: number; readonly to: string; readonly on: string };
    }
  | {
      readonly type: 'VisitorCheckedIn';
      readonly data: { readonly visit: number; readonly persons: number; readonly notedOn?: string };
    }
  | { readonly type: 'VisitorAbsent'; readonly data: { readonly visit: number; readonly notedOn?: string } }
  | {
      readonly type: 'VisitRecorded';
      readonly data: {
        readonly visit: number;
        readonly account: string;
        readonly place?: string;
        readonly cause?: string;
        readonly representatives: readonly string[];
        readonly petition?: string;
      };
    }
  | {
      readonly type: 'InstructionIssued';
      readonly data: {
        readonly visit: number;
        readonly instruction: string;
        readonly leader: string;
        readonly on: string;
      } & (
        | { readonly solvedOnTheSpot: true; readonly responsibleUnit?: string; readonly due?: string }
        | {
            readonly solvedOnTheSpot: false;
            readonly responsibleUnit: string;
            readonly due: string;
            /** Where the day is configured, and not the leader's own. */
            readonly dueSource?: string;
            /** The calendar days that were counted to it. Absent from what was recorded before they were kept. */
            readonly dueDays?: number;
          }
      );
    }
  | VisitMatterNamed
  | VisitWithheld
  | VisitErased;

/** A petition was registered of what was brought at the visit. */
export interface VisitMatterNamed {
  readonly type: 'VisitMatterNamed';
  readonly data: { readonly visit: number; readonly petition: string };
}

/** Its matter is an accusation: it is no more for those who receive, and what was still to be done with it falls away (Art. 30). */
export interface VisitWithheld {
  readonly type: 'VisitWithheld';
  readonly data: { readonly visit: number; readonly on: string; readonly basis: 'R30' };
}

/** With the personal data of the petition that was told there (PIPL Art. 47). */
export interface VisitErased {
  readonly type: 'VisitErased';
  readonly data: { readonly visit: number; readonly on: string; readonly basis: 'P47' };
}

export type SessionEvent = DayEvent | CommitmentEvent | VisitErased;

export const initialSession: Session = {
  id: '',
  version: 0,
  replaced: [],
  moved: [],
  attendance: [],
  visits: [],
  progress: {},
};

/**
 * Visits of one published day. A change of the day or of its leader moves the work items of all of them in one transaction,
 * which DynamoDB ends at 100 items; who has more publishes another session, which for the leader's duty is the same day.
 */
export const maximumVisits = 80;

/** The step at which a visit takes place or does not. @param index of the visit, from 0 */
export const checkInOf = (index: number) => ({ stage: 'reception', round: index + 1, step: 'check-in' }) as const;

/** Also the answer about a visit whose matter is sealed. */
export const noSuchVisit = (number: number): Refusal =>
  new Refusal('not-found', `The session has no visit ${String(number)}.`);

/** @throws Refusal */
export const visitOf = (session: Session, number: number): Visit => {
  const visit = session.visits[number - 1];
  if (!visit) throw noSuchVisit(number);
  return visit;
};
