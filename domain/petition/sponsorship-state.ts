import type { Deadline } from '../limits.ts';
import type { ResolutionEvidence } from './resolution-evidence.ts';
import type { Petition } from './state.ts';

/** Why a leader is to take charge: an old case (积案), or a prominent problem (突出问题, Art. 18). */
export const sponsorGrounds = ['backlog', 'prominent'] as const;
export type SponsorGround = (typeof sponsorGrounds)[number];

/**
 * The headings of a plan after 事情气理法 (facts, feelings, grievance, reasoning, law). No official definition of the method was
 * found: they are five headings and nothing more, no score stands on them.
 */
export const planHeadings = ['facts', 'feelings', 'grievance', 'reasoning', 'law'] as const;
export type PlanHeading = (typeof planHeadings)[number];

/** What the petitioner said on a return visit (回访), or that he was not reached. */
export const visitResults = ['resolved', 'not-resolved', 'not-reached'] as const;
export type VisitResult = (typeof visitResults)[number];

/** One measure of the plan. Its number is its place in the list, from 1, whatever plans come later. */
export interface Measure {
  readonly heading: PlanHeading;
  /** Who acts. */
  readonly unit: string;
  /** Last legal day. */
  readonly due: string;
  readonly doneOn?: string;
  /** A later plan left it out. */
  readonly dropped?: true;
}

/** What the state keeps of a sponsorship (领导包案). */
export interface Sponsorship {
  /** Waits for a leader who did not propose it. */
  readonly proposal?: {
    readonly sponsor: string;
    readonly team: readonly string[];
    readonly ground: SponsorGround;
    readonly by: string;
    readonly unconfirmed?: true;
    readonly approver?: string;
  };
  /** How many have been made: numbers the task. */
  readonly proposals: number;
  /** The leader who answers for the matter until it is resolved (包案领导). */
  readonly sponsor?: string;
  readonly since?: string;
  /** Nothing recorded of the unit's people said that there is such a leader. */
  readonly unconfirmed?: true;
  /** Legal day of his own first act: nobody is asked beforehand, and only this shows that he is there and has taken charge. */
  readonly actedOn?: string;
  /** Units that help him and see the matter for it. */
  readonly team: readonly string[];
  /** The earlier petition on the same matter whose sponsor took it up again. */
  readonly resumedFrom?: string;
  readonly plans: number;
  readonly measures: readonly Measure[];
  readonly reports: number;
  readonly lastReportOn?: string;
  /** Of the present round (`newRound`). */
  readonly visits: readonly { readonly on: string; readonly result: VisitResult }[];
  /** The handling unit holds that the dispute is resolved; waits for the sponsor, then for the petition office. */
  readonly request?: {
    readonly evidence: readonly ResolutionEvidence[];
    readonly by: string;
    readonly signedBy?: string;
  };
  /** How many have been made: numbers the tasks. */
  readonly requests: number;
  /** It is over: the dispute is resolved, or the repeat that brought it here was none. */
  readonly endedOn?: string;
}

export const noSponsorship: Sponsorship = {
  proposals: 0,
  team: [],
  plans: 0,
  measures: [],
  reports: 0,
  visits: [],
  requests: 0,
};

/** Put on the list of old cases by a person, whatever age and repeats say (交办清单). */
export interface Designation {
  readonly on: string;
  /** Number of the list (文号) that names it. */
  readonly list?: string;
}

/** The leader who answers for it now; nobody once it is over, or when the matter has ended. */
export const sponsorOf = ({ sponsorship, incidents }: Petition): string | undefined =>
  sponsorship.endedOn === undefined && incidents.ended === undefined ? sponsorship.sponsor : undefined;

/** Limits of a sponsorship, which the handling unit answers for. */
export const sponsorshipLimits = [
  'sponsor-plan',
  'sponsor-progress',
  'sponsorship',
] as const satisfies readonly Deadline['limit'][];
