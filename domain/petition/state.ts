import type { Calendar } from '../calendar/calendar.ts';
import type { Configuration } from '../configuration.ts';
import type { Deadline } from '../limits.ts';
import type { Notice } from '../notices/notice.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import type { EventActor } from '../ports.ts';
import { type Keeping, ordinaryKeeping } from '../privacy/erasure.ts';
import type { Progress } from '../workflow/progress.ts';
import type { Evidence } from './evidence.ts';
import type { Former } from './importing.ts';
import { type Incidents, noIncidents } from './incident-state.ts';
import { type Intake, noIntake } from './intake-state.ts';
import type { Origin } from './origin.ts';
import { handlingOf, type OpinionResult } from './routes.ts';
import { type Designation, noSponsorship, type Sponsorship } from './sponsorship-state.ts';

/** What the rules may know besides command and state. Data only: no clock, no I/O. */
export interface Context {
  readonly units: UnitDirectory;
  readonly calendar: Calendar;
  readonly categories: ReadonlySet<string>;
  readonly configuration: Configuration;
}

/** Every command says who acts and when; the function takes both from the verified token and the clock. */
export interface Issued {
  readonly by: EventActor;
  /** RFC 3339 instant, UTC. */
  readonly at: string;
}

/** Channels of Art. 17. */
export const channels = ['network', 'letter', 'phone', 'fax', 'visit'] as const;
/** Where the matter came to the counter from; not legal channels of their own. */
export const sourcesAtTheDesk = [
  'window',
  'leader-reception',
  'leader-visit',
  'hotline-12345',
  'online',
  'mail',
] as const;
/** Not at a desk: a need or a question that becomes a petition, with consent and an origin (domain/petition/origin.ts). */
const sourcesByPromotion = ['grid', 'assembly'] as const;
export const sources = [...sourcesAtTheDesk, ...sourcesByPromotion] as const;
/** Why the petitioner turns to government: 建议意见 Art. 29, 检举控告 Art. 30, 申诉求决 Art. 31. */
export const purposes = ['suggestion', 'accusation', 'appeal'] as const;
export type Purpose = (typeof purposes)[number];
export const satisfactions = ['satisfied', 'basically-satisfied', 'dissatisfied'] as const;
export type Satisfaction = (typeof satisfactions)[number];

export interface Person {
  readonly name: string;
  readonly identityNumber?: string;
  readonly phone?: string;
  readonly address?: string;
}

/** Who petitions (信访人). Representatives (代表) stand for the whole group of `headcount` (Art. 20: at most five). */
export type Petitioner =
  | { readonly form: 'individual'; readonly person: Person }
  | { readonly form: 'joint'; readonly representatives: readonly Person[]; readonly headcount: number }
  | { readonly form: 'organisation'; readonly organisation: string; readonly contact?: Person }
  | { readonly form: 'anonymous' };

/** Everybody who is named: the petitioner, every representative, the contact of an organisation. */
export const personsOf = (petitioner: Petitioner): readonly Person[] => {
  switch (petitioner.form) {
    case 'individual':
      return [petitioner.person];
    case 'joint':
      return petitioner.representatives;
    case 'organisation':
      return petitioner.contact ? [petitioner.contact] : [];
    case 'anonymous':
      return [];
  }
};

export interface RegistrationContent {
  readonly channel: (typeof channels)[number];
  readonly source: (typeof sources)[number];
  /** Told orally and written down by the receptionist (Art. 19). */
  readonly oral: boolean;
  readonly petitioner: Petitioner;
  /** One line, without names of persons: it heads worklists. */
  readonly subject: string;
  /** Each single thing that is asked for; the opinion must answer every one (Art. 32). */
  readonly requests: readonly string[];
  readonly facts: string;
  readonly reasons?: string;
  readonly place?: string;
  /** The visit on a leader's reception day from which it came. */
  readonly visit?: { readonly session: string; readonly visit: number };
  /** The reported need or the question of an assembly from which it came. */
  readonly origin?: Origin;
}

export interface Registration extends RegistrationContent {
  readonly unit: string;
  /** Legal day of receipt: the clocks of Art. 22 and 23 start here. */
  readonly receivedOn: string;
  readonly registeredBy: string;
  /** The petition of which this is a part: several requests, several organs. */
  readonly parent?: string;
}

export interface Route {
  readonly purpose: Purpose;
  /** Path of Art. 31 (1–6), for appeals only. */
  readonly path?: number;
  readonly category: string;
  /** 转送 forward, 交办 hand-over with a report, or handled by the registering unit itself. */
  readonly disposition: 'forward' | 'hand-over' | 'own';
  /** Until when a hand-over wants the report on the result (办结报告, Art. 22(3)). */
  readonly reportDue?: string;
  readonly competentUnit: string;
  readonly basis: string;
  readonly routedBy: string;
  readonly routedOn: string;
}

export interface Leg {
  readonly acknowledgedAt?: string;
  readonly reportedInAt?: string;
  readonly outcome?: string;
}

export interface Assignment {
  readonly leadUnit: string;
  readonly assistingUnits: readonly string[];
  readonly proposedBy: string;
  readonly approvedBy?: string;
}

export interface MediationParty {
  readonly id: string;
  readonly name: string;
  readonly kind: 'petitioner' | 'counterparty';
}

export interface Obligation {
  readonly id: string;
  readonly party: string;
  readonly what: string;
  /** Legal day. */
  readonly due: string;
  readonly performedOn?: string;
}

/** One mediation (调解); a refused one stays in the list and another may follow. */
export interface Mediation {
  readonly committee: string;
  readonly mediator: string;
  readonly parties: readonly MediationParty[];
  /** By party: has this side consented (Art. 33; 人民调解法 17)? */
  readonly consents: Readonly<Record<string, boolean>>;
  readonly sessions: number;
  readonly firstHeldOn?: string;
  readonly agreement?: {
    readonly obligations: readonly Obligation[];
    /** Marks so far: party ids, `mediator`, `committee-seal`. */
    readonly marks: readonly string[];
    /** Latest day of a mark. */
    readonly lastMarkOn?: string;
    readonly effectiveOn?: string;
    readonly confirmationAppliedOn?: string;
  };
  readonly ended?: string;
  /** It was over when the matter was opened again: it stands, and shows nothing of what is in dispute since. */
  readonly setAside?: 'reopened';
}

export interface Opinion {
  readonly result: OpinionResult;
  readonly draftedBy: string;
  readonly draftedUnit: string;
  readonly approvedBy?: string;
  readonly approvedOn?: string;
  readonly servedOn?: string;
  /** Answers to the requests, to tell whether a new decision repeats this one. */
  readonly answers?: readonly string[];
  /** It can be read with the query code since then, for a petitioner who is out of reach. */
  readonly publishedOn?: string;
  /** By what it was set aside, when not by a review. */
  readonly setAside?: 'reopened';
  /** A review set it aside: it binds nobody, and there is nothing in it to be reviewed again. */
  readonly quashed?: true;
}

/** One review (复查) or recheck (复核). */
export interface Review {
  readonly level: 'review' | 'recheck';
  readonly unit: string;
  readonly requestedOn: string;
  readonly admitted?: boolean;
  /** Which version of the opinion it is about, from 1. */
  readonly opinion: number;
  /** Names of the representatives who asked, of a joint petition. */
  readonly representatives?: readonly string[];
  readonly outcome?: 'uphold' | 'change' | 'quash';
  readonly decidedOn?: string;
  readonly publishedOn?: string;
  readonly servedOn?: string;
}

/** One supervision (督办) of a unit in this matter. Its number is its place in the list, from 1. */
export interface Supervision {
  readonly ground: string;
  readonly against: string;
  readonly openedBy: string;
  readonly automatic: boolean;
  /** The visit of a reception day whose missed instruction it is about. */
  readonly session?: string;
  readonly visit?: number;
  /** What was proposed to whom; each is answered in writing, whatever becomes of the supervision. */
  readonly proposals: readonly { readonly addressee: string; readonly answered?: true }[];
  /** The supervised unit's own feedback. */
  readonly feedback?: true;
  readonly closedBy?: string;
}

/** Proposals that wait for an answer of their own: the supervised unit's feedback answers those made to it before. */
export const unansweredProposals = ({ against, feedback, proposals }: Supervision) =>
  proposals.flatMap(({ addressee, answered }, index) =>
    answered || (addressee === against && !feedback) ? [] : [{ proposal: index + 1, addressee }],
  );

/** The matter is part of a campaign or programme since a day, in one of its batches or in none. */
export interface Enrolment {
  readonly programme: string;
  readonly batch?: number;
  readonly on: string;
}

/** A post in which somebody would have to approve. */
export interface Post {
  readonly unit: string;
  readonly role: 'leader' | 'head';
}

export interface Recusals {
  readonly proposals: readonly {
    readonly officer?: string;
    /** As the petitioner knows him. */
    readonly whom?: string;
    readonly by: string;
    readonly on: string;
    readonly due: string;
    /** Nobody had decided by the due day; a supervision was opened. */
    readonly missed?: true;
    readonly decided?: {
      readonly granted: boolean;
      readonly officer: string;
      readonly reason: string;
      readonly on: string;
    };
  }[];
  /** Where he who is recused alone would have to approve. */
  readonly posts: readonly (Post & { readonly officer: string })[];
}

/** Somebody whom the matter does not concern read it in an emergency. */
export interface Emergency {
  readonly by: string;
  readonly unit: string;
  readonly role: string;
  /** Instant. */
  readonly until: string;
  readonly reviewedBy?: string;
  readonly justified?: boolean;
}

export interface Petition {
  readonly number: string;
  readonly version: number;
  readonly registration?: Registration;
  /** From an old ledger: over before it came into the record (importing.ts). */
  readonly former?: Former;
  /** Earlier petitions on the same matter by the same person, as a person confirmed. */
  readonly repeats: readonly string[];
  readonly route?: Route;
  readonly acceptedOn?: string;
  readonly diverted?: { readonly procedure: string; readonly organ: string };
  /** What intake keeps besides: former routes, disputes, refusals, urgency (intake-state.ts). */
  readonly intake: Intake;
  readonly objection?: { readonly by: string; readonly unit: string; readonly agreed?: boolean };
  readonly assignment?: Assignment;
  readonly legs: Readonly<Record<string, Leg>>;
  /** Officers with a direct interest (Art. 28): they act on nothing here and see nothing of it. */
  readonly recused: readonly string[];
  /** How recusals came about, and which posts somebody above stands in for (recusal.ts). */
  readonly recusals: Recusals;
  /** Emergency accesses (emergency.ts), in their order. */
  readonly emergencies: readonly Emergency[];
  readonly mediations: readonly Mediation[];
  /** Versions of the opinion; a new one never erases the old. */
  readonly opinions: readonly Opinion[];
  readonly reviews: readonly Review[];
  readonly reviewDeclined: boolean;
  readonly closingRequestedBy?: string;
  /** The report on the result of a hand-over (办结报告) was given. */
  readonly reportedOn?: string;
  /** 办结: the procedure is finished. */
  readonly concludedOn?: string;
  /** 化解: the dispute is resolved. Independent of concluding. */
  readonly resolvedOn?: string;
  readonly rating?: { readonly petitionOffice: Satisfaction; readonly organ: Satisfaction };
  /** A low rating opens a check of the work (回访), not a rehearing. */
  readonly qualityCheck?: 'open' | 'done';
  readonly deadlines: readonly Deadline[];
  /** Documents that the record has made due, in the order in which it did (domain/notices). */
  readonly notices: readonly Notice[];
  /** An extension (Art. 34) that waits for the head of the organ. */
  readonly extensionRequest?: { readonly days: number; readonly by: string };
  /** How many extensions have been requested: numbers the leader's task. */
  readonly extensionRequests: number;
  readonly supervisions: readonly Supervision[];
  /** The leader who has charge of it (包案), the plan, and what has become of it (sponsorship.ts). */
  readonly sponsorship: Sponsorship;
  /** Somebody put it on the list of old cases (积案). */
  readonly designation?: Designation;
  /** Campaigns and programmes that it is enrolled in (enrolment.ts). */
  readonly enrolments: readonly Enrolment[];
  /** Files that were brought, in the order in which they were declared. */
  readonly evidence: readonly Evidence[];
  /** Hearings, support, withdrawal, death, loss of contact, parts (incident-state.ts). */
  readonly incidents: Incidents;
  /** Legal holds and erasure (privacy/erasure.ts). */
  readonly keeping: Keeping;
  readonly progress: Progress;
  /** By type of fact: everybody who ever did it here. Nothing that sets a matter back makes anybody's part in it undone. */
  readonly did: Readonly<Record<string, readonly string[]>>;
}

export const initialPetition: Petition = {
  number: '',
  version: 0,
  repeats: [],
  intake: noIntake,
  legs: {},
  recused: [],
  recusals: { proposals: [], posts: [] },
  emergencies: [],
  mediations: [],
  opinions: [],
  reviews: [],
  reviewDeclined: false,
  deadlines: [],
  notices: [],
  extensionRequests: 0,
  supervisions: [],
  sponsorship: noSponsorship,
  enrolments: [],
  evidence: [],
  incidents: noIncidents,
  keeping: ordinaryKeeping,
  progress: {},
  did: {},
};

/** Latest deadline of a kind, if it has been started. */
export const deadlineOf = (petition: Petition, limit: Deadline['limit']): Deadline | undefined =>
  petition.deadlines.findLast((each) => each.limit === limit);

/** Review and recheck belong to the petition procedure (Art. 31(6), 35, 36); other paths have remedies of their own. */
export const hasReview = ({ route }: Petition): boolean => route !== undefined && handlingOf(route).remedy === 'review';

/**
 * The time in which the petitioner may ask for review or recheck of the last answer. None before an answer is served,
 * none of a quashed one, none after recheck, which is final (Art. 36).
 */
export const reviewWindow = (petition: Petition): Deadline | undefined => {
  const opinion = petition.opinions.at(-1);
  if (opinion?.servedOn === undefined || opinion.quashed) return undefined;
  const review = petition.reviews.at(-1);
  const final = review?.level === 'recheck' && review.servedOn !== undefined && review.outcome !== 'quash';
  if (final && review.opinion === petition.opinions.length) return undefined;
  return petition.deadlines.findLast(({ limit }) => limit === 'review-request' || limit === 'recheck-request');
};
