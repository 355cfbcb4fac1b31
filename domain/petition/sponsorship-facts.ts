import type { Deadline } from '../limits.ts';
import { endLimits } from './clocks.ts';
import type { ResolutionEvidence } from './resolution-evidence.ts';
import {
  noSponsorship,
  type PlanHeading,
  type SponsorGround,
  type Sponsorship,
  sponsorOf,
  sponsorshipLimits,
  type VisitResult,
} from './sponsorship-state.ts';
import type { Petition } from './state.ts';

export type SponsorshipEvent =
  | {
      readonly type: 'SponsorProposed';
      readonly data: {
        readonly sponsor: string;
        readonly team: readonly string[];
        readonly ground: SponsorGround;
        readonly reason: string;
        readonly by: string;
        /** Nothing is recorded of who is in which post there. */
        readonly unconfirmed?: true;
        /** The government above whose leaders decide, where none of the office's own may. */
        readonly approver?: string;
        readonly basis: 'R18';
      };
    }
  | {
      readonly type: 'SponsorApproved';
      readonly data: {
        readonly sponsor: string;
        readonly team: readonly string[];
        readonly note?: string;
        readonly by: string;
        readonly on: string;
        readonly deadlines: readonly Deadline[];
        readonly basis: 'R18';
      };
    }
  | { readonly type: 'SponsorReturned'; readonly data: { readonly reason: string; readonly by: string } }
  | {
      /** Nobody proposes him anew: the same matter has come back (from `earlier`), or was opened again. */
      readonly type: 'SponsorResumed';
      readonly data: {
        readonly sponsor: string;
        readonly earlier?: string;
        readonly on: string;
        readonly deadlines: readonly Deadline[];
      };
    }
  | { readonly type: 'SponsorshipDropped'; readonly data: { readonly earlier: string; readonly on: string } }
  | {
      readonly type: 'ResolutionPlanned';
      readonly data: {
        readonly plan: number;
        readonly measures: readonly {
          readonly measure: number;
          readonly heading: PlanHeading;
          readonly action: string;
          readonly unit: string;
          readonly due: string;
        }[];
        readonly by: string;
        readonly on: string;
      };
    }
  | {
      readonly type: 'ProgressReported';
      readonly data: {
        readonly account: string;
        readonly done: readonly { readonly measure: number; readonly shownBy: string }[];
        readonly by: string;
        readonly on: string;
        readonly deadlines: readonly Deadline[];
      };
    }
  | {
      readonly type: 'ReturnVisitRecorded';
      readonly data: {
        readonly on: string;
        readonly result: VisitResult;
        readonly method: string;
        readonly account: string;
        readonly by: string;
      };
    }
  | {
      readonly type: 'ResolutionRequested';
      readonly data: {
        readonly evidence: readonly ResolutionEvidence[];
        readonly account: string;
        readonly by: string;
        readonly on: string;
      };
    }
  | {
      readonly type: 'ResolutionSigned';
      readonly data: { readonly note?: string; readonly by: string; readonly on: string };
    }
  | { readonly type: 'ResolutionReturned'; readonly data: { readonly reason: string; readonly by: string } }
  | {
      readonly type: 'BacklogDesignated';
      readonly data: { readonly list?: string; readonly reason: string; readonly by: string; readonly on: string };
    }
  | { readonly type: 'BacklogLifted'; readonly data: { readonly reason: string; readonly by: string } };

/**
 * A new round begins: somebody else takes charge, or the opinion is set aside. What was signed in the one before is signed no
 * more, and neither what the petitioner said for it nor attempts to reach him count. Only his last word against it stands until
 * he says otherwise himself.
 */
export const newRound = (sponsorship: Sponsorship): Sponsorship => {
  const { request: _before, visits, ...rest } = sponsorship;
  const last = visits.findLast(({ result }) => result !== 'not-reached');
  return { ...rest, visits: last?.result === 'not-resolved' ? [last] : [] };
};

const begun = (
  petition: Petition,
  { sponsor, on, deadlines }: { sponsor: string; on: string; deadlines: readonly Deadline[] },
  more: Partial<Sponsorship>,
): Petition => {
  const {
    proposal: _decided,
    endedOn: _again,
    resumedFrom: _other,
    actedOn: _his,
    unconfirmed: _word,
    ...rest
  } = newRound(petition.sponsorship);
  return {
    ...petition,
    sponsorship: { ...rest, sponsor, since: on, ...more },
    deadlines: [...petition.deadlines, ...deadlines],
  };
};

/** The first thing that the sponsor himself does shows that he has taken charge. */
const acted = (petition: Petition, { type, data }: SponsorshipEvent): Petition => {
  if (type !== 'ResolutionPlanned' && type !== 'ProgressReported' && type !== 'ResolutionSigned') return petition;
  const { sponsorship } = petition;
  if (sponsorship.actedOn !== undefined || sponsorOf(petition) !== data.by) return petition;
  return { ...petition, sponsorship: { ...sponsorship, actedOn: data.on } };
};

export const evolveSponsorship = (petition: Petition, event: SponsorshipEvent): Petition =>
  evolveFact(acted(petition, event), event);

const evolveFact = (petition: Petition, event: SponsorshipEvent): Petition => {
  const { sponsorship } = petition;
  const withState = (changed: Partial<Sponsorship>): Petition => ({
    ...petition,
    sponsorship: { ...sponsorship, ...changed },
  });
  switch (event.type) {
    case 'SponsorProposed': {
      const { sponsor, team, ground, by, unconfirmed, approver } = event.data;
      const proposal = {
        sponsor,
        team,
        ground,
        by,
        ...(unconfirmed === undefined ? {} : { unconfirmed }),
        ...(approver === undefined ? {} : { approver }),
      };
      return withState({ proposal, proposals: sponsorship.proposals + 1 });
    }
    case 'SponsorApproved': {
      const word = sponsorship.proposal?.unconfirmed ? { unconfirmed: true as const } : {};
      return begun(petition, event.data, { team: event.data.team, ...word });
    }
    case 'SponsorResumed': {
      const { earlier } = event.data;
      return begun(petition, event.data, earlier === undefined ? {} : { resumedFrom: earlier });
    }
    case 'SponsorReturned': {
      const { proposal: _returned, ...rest } = sponsorship;
      return { ...petition, sponsorship: rest };
    }
    case 'SponsorshipDropped': {
      const {
        sponsor: _his,
        since: _begun,
        actedOn: _did,
        unconfirmed: _word,
        resumedFrom: _none,
        request: _lapsed,
        ...rest
      } = sponsorship;
      return { ...petition, sponsorship: { ...rest, team: [] } };
    }
    case 'ResolutionPlanned': {
      const kept = sponsorship.measures.map((each) =>
        each.doneOn === undefined ? { ...each, dropped: true as const } : each,
      );
      const planned = event.data.measures.map(({ heading, unit, due }) => ({ heading, unit, due }));
      return withState({ plans: event.data.plan, measures: [...kept, ...planned] });
    }
    case 'ProgressReported': {
      const { done, on, deadlines } = event.data;
      const measures = sponsorship.measures.map((each, index) =>
        done.some(({ measure }) => measure === index + 1) ? { ...each, doneOn: on } : each,
      );
      return {
        ...withState({ measures, reports: sponsorship.reports + 1, lastReportOn: on }),
        deadlines: [...petition.deadlines, ...deadlines],
      };
    }
    case 'ReturnVisitRecorded': {
      const { on, result } = event.data;
      return withState({ visits: [...sponsorship.visits, { on, result }] });
    }
    case 'ResolutionRequested': {
      const { evidence, by } = event.data;
      return withState({ request: { evidence, by }, requests: sponsorship.requests + 1 });
    }
    case 'ResolutionSigned':
      return sponsorship.request
        ? withState({ request: { ...sponsorship.request, signedBy: event.data.by } })
        : petition;
    case 'ResolutionReturned': {
      const { request: _returned, ...rest } = sponsorship;
      return { ...petition, sponsorship: rest };
    }
    case 'BacklogDesignated': {
      const { on, list } = event.data;
      return { ...petition, designation: { on, ...(list === undefined ? {} : { list }) } };
    }
    case 'BacklogLifted': {
      const { designation: _lifted, ...rest } = petition;
      return rest;
    }
  }
};

/** The dispute is resolved (化解): what waited for it waits no longer. */
export const endSponsorship = (petition: Petition, on: string): Petition => {
  const { proposal: _late, request: _confirmed, ...rest } = petition.sponsorship;
  return { ...petition, sponsorship: { ...rest, ...(rest.sponsor === undefined ? {} : { endedOn: on }) } };
};

/**
 * A matter that turns out to be an accusation has no sponsor and stands on no list: it belongs to its organ alone (Art. 30), whoever took it up
 * before that was known.
 */
export const unmarkedIfSealed = (petition: Petition): Petition => {
  if (petition.route?.purpose !== 'accusation') return petition;
  const { sponsorship, designation, enrolments, ...rest } = petition;
  if (sponsorship === noSponsorship && enrolments.length === 0 && !designation) return petition;
  return endLimits({ ...rest, sponsorship: noSponsorship, enrolments: [] }, sponsorshipLimits, 'stopped');
};
