import type { UnitDirectory } from '../organisation/unit.ts';
import type { NewEvent } from '../ports.ts';
import type { BacklogReason } from './backlog.ts';
import { statusOf } from './petition.ts';
import type { SponsorshipEvent } from './sponsorship-facts.ts';
import { sponsorOf, sponsorshipLimits } from './sponsorship-state.ts';
import type { Petition } from './state.ts';

/** The limits of its sponsorship that still ask for something. */
const openLimits = ({ deadlines }: Petition) =>
  deadlines.filter(
    ({ limit, state, done }) =>
      (sponsorshipLimits as readonly string[]).includes(limit) && state !== 'stopped' && !done,
  );

const sponsorshipRow = (petition: Petition, today: string) => {
  const { sponsorship, recused } = petition;
  const { proposal, measures, reports, since, actedOn, resumedFrom, request } = sponsorship;
  const sponsor = sponsorOf(petition);
  if (sponsor === undefined && !proposal) return undefined;
  const planned = measures.filter(({ dropped }) => !dropped);
  const due = openLimits(petition)
    .map((each) => each.due)
    .sort()[0];
  return {
    ...(sponsor === undefined ? {} : { sponsor, since, hasActed: actedOn !== undefined }),
    ...(proposal ? { proposed: proposal.sponsor } : {}),
    ...(sponsor !== undefined && recused.includes(sponsor) ? { sponsorRecused: true as const } : {}),
    ...(resumedFrom === undefined ? {} : { resumedFrom }),
    measures: {
      planned: planned.length,
      done: planned.filter(({ doneOn }) => doneOn !== undefined).length,
      late: planned.filter((each) => each.doneOn === undefined && each.due < today).length,
    },
    reports,
    ...(due === undefined ? {} : { nextDue: due }),
    overdue: due !== undefined && due < today,
    requested: request !== undefined,
    signed: request?.signedBy !== undefined,
  };
};

/** A matter as a line of the backlog or of the sponsor board: no text of anybody. @param today legal day */
export const matterRow = (
  petition: Petition,
  reasons: readonly BacklogReason[],
  today: string,
  units: UnitDirectory,
  brought: number,
) => {
  const { number, registration, route, assignment, concludedOn } = petition;
  const sponsorship = sponsorshipRow(petition, today);
  return {
    number,
    status: statusOf(petition),
    unit: units.petitionOfficeOf(registration?.unit ?? ''),
    handledBy: assignment?.approvedBy === undefined ? route?.competentUnit : assignment.leadUnit,
    receivedOn: registration?.receivedOn,
    ...(concludedOn === undefined ? {} : { concludedOn }),
    reasons,
    timesBrought: brought,
    ...(sponsorship ? { sponsorship } : {}),
  };
};

export type MatterRow = ReturnType<typeof matterRow>;

/** The sponsorship of a matter with its plan, reports and visits as they were written down, for those who read the matter. */
export const sponsorshipView = (petition: Petition, events: readonly NewEvent[]) => {
  const factsOf = <T extends SponsorshipEvent['type']>(type: T) =>
    (events as unknown as readonly SponsorshipEvent[]).filter(
      (fact): fact is Extract<SponsorshipEvent, { type: T }> => fact.type === type,
    );
  const actions = factsOf('ResolutionPlanned').flatMap(({ data }) => data.measures);
  const { measures, ...sponsorship } = petition.sponsorship;
  return {
    sponsorship: {
      ...sponsorship,
      measures: measures.map((measure, index) => ({ ...actions[index], ...measure })),
      progress: factsOf('ProgressReported').map(({ data: { account, done, by, on } }) => ({ account, done, by, on })),
      returnVisits: factsOf('ReturnVisitRecorded').map(({ data }) => data),
      resolutionRequests: factsOf('ResolutionRequested').map(({ data }) => data),
    },
    designation: petition.designation,
  };
};
