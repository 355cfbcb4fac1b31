import type { DisputeDecider } from '../organisation/unit.ts';
import type { Route } from './state.ts';

/** Grounds on which a matter is not accepted (不予受理), or no longer accepted (不再受理). There are no others. */
export const refusalGrounds = {
  /** Courts' and procuratorates' matters (Art. 20, 22). */
  litigation: { kind: 'not-accepted', basis: 'R22' },
  /** A visit that skips beyond the next higher level (Art. 20). */
  'visit-too-high': { kind: 'not-accepted', basis: 'R20' },
  /** The same matter is in process below, within its limit, and brought to a superior organ (Art. 19). */
  'in-process': { kind: 'not-accepted', basis: 'R19' },
  /** Recheck is finished, same facts and reasons (Art. 36). */
  'after-recheck': { kind: 'no-longer-accepted', basis: 'R36' },
  /** A litigation-related matter that has been lawfully terminated (Art. 31(1)). */
  'litigation-terminated': { kind: 'no-longer-accepted', basis: 'R31(1)' },
} as const;
export type RefusalGround = keyof typeof refusalGrounds;
export type RefusalKind = (typeof refusalGrounds)[RefusalGround]['kind'];

/** A refusal, proposed by one and decided by another. */
export interface ProposedRefusal {
  readonly ground: RefusalGround;
  readonly kind: RefusalKind;
  /** The unit that refuses: the office that triages, or the competent organ. */
  readonly unit: string;
  readonly by: string;
  readonly earlier?: string;
  readonly approvedOn?: string;
}

/** A route that no longer holds, and why; nothing of the way is lost. */
export interface FormerRoute {
  readonly route: Route;
  readonly ended: 'returned' | 'retriaged' | 'decided' | 'moved';
  readonly on: string;
  readonly reason: string;
}

/** A dispute over competence (受理争议, Art. 24). */
export interface Dispute extends Omit<DisputeDecider, 'unit'> {
  readonly organs: readonly string[];
  readonly decider: string;
  /** The organ that the decision names: it binds. */
  readonly competentUnit?: string;
  /** An organ has accepted after all: there is nothing left to decide. */
  readonly settled?: true;
}

/** Whom a major or urgent matter is reported to (Art. 25). */
export const urgentAddressees = [
  'party-government',
  'joint-meeting-office',
  'superior-petition-office',
  'national-petition-office',
] as const;
export type UrgentAddressee = (typeof urgentAddressees)[number];

/** What the rules of intake keep beside route and acceptance. */
export interface Intake {
  readonly formerRoutes: readonly FormerRoute[];
  readonly dispute?: Dispute;
  /** How many disputes have been referred: numbers the task. */
  readonly disputes: number;
  /** A unit was abolished and nobody knows its successor: the government designates one (Art. 24). */
  readonly designation?: { readonly from: string; readonly government: string };
  readonly designations: number;
  /** Flagged as major or urgent (Art. 25). */
  readonly urgent?: {
    readonly at: string;
    readonly reported: readonly UrgentAddressee[];
    /** How often it was flagged: numbers the task. */
    readonly flags: number;
  };
  readonly refusal?: ProposedRefusal;
  readonly refusals: number;
  /** The petitioner was told whom to address (Art. 23), or guided there (Art. 22). */
  readonly redirectedOn?: string;
  /** The discipline organ has taken the sealed accusation over. */
  readonly takenOver?: true;
  /** Accepted in the simple procedure (简易办理). */
  readonly simple?: true;
  /** The petitioner says that facts or reasons are new; the competent organ has judged whether they are. */
  readonly newFacts?: { readonly judged?: 'new' | 'not-new' };
  /** Handling counts from here, however often the way was changed. */
  readonly firstAcceptedOn?: string;
}

/** The petitioner was turned away: refused, or told whom to address. There is nothing that would be handled. */
export const isTurnedAway = ({ refusal, redirectedOn }: Intake): boolean =>
  refusal?.approvedOn !== undefined || redirectedOn !== undefined;

export const noIntake: Intake = { formerRoutes: [], disputes: 0, designations: 0, refusals: 0 };
