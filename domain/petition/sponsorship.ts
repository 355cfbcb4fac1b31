import { separatedFrom } from '../access/separation.ts';
import { isDay, legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { type Deadline, setLimit, startDays } from '../limits.ts';
import { requireKnownPerson, type Standing } from '../organisation/people.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { requireNotedInTime } from './attempts.ts';
import { backlogReasonsOf } from './backlog.ts';
import { isNobody } from './contact.ts';
import { knownUnit, registered } from './guards.ts';
import { promiseAgainstRemedies } from './remedies.ts';
import { type ResolutionEvidence, requireResolutionEvidence, shownFrom } from './resolution-evidence.ts';
import type { SponsorshipEvent } from './sponsorship-facts.ts';
import { type PlanHeading, type SponsorGround, sponsorOf, type VisitResult } from './sponsorship-state.ts';
import type { Context, Issued, Petition } from './state.ts';

export type SponsorshipCommand = Issued &
  (
    | {
        readonly type: 'ProposeSponsor';
        readonly sponsor: string;
        readonly team: readonly string[];
        readonly ground: SponsorGround;
        readonly reason: string;
        /** How often the matter was brought, through all links (`timesBrought`). */
        readonly brought: number;
        /** What the record of people in posts says of him. */
        readonly standing: Standing;
        /** Who decides, where no leader of the office in charge is left who may. */
        readonly approver?: string;
      }
    | { readonly type: 'ApproveSponsor'; readonly until?: string; readonly note?: string }
    | { readonly type: 'ReturnSponsor'; readonly reason: string }
    | {
        readonly type: 'PlanResolution';
        readonly measures: readonly {
          readonly heading: PlanHeading;
          readonly action: string;
          readonly unit: string;
          readonly due: string;
        }[];
      }
    | {
        readonly type: 'ReportProgress';
        readonly account: string;
        readonly done: readonly { readonly measure: number; readonly shownBy: string }[];
      }
    | {
        readonly type: 'RecordReturnVisit';
        readonly on: string;
        readonly result: VisitResult;
        readonly method: string;
        readonly account: string;
      }
    | {
        readonly type: 'RequestResolution';
        readonly evidence: readonly ResolutionEvidence[];
        readonly account: string;
      }
    | { readonly type: 'SignResolution'; readonly note?: string }
    | { readonly type: 'ReturnResolution'; readonly reason: string }
    | { readonly type: 'DesignateBacklog'; readonly list?: string; readonly reason: string }
    | { readonly type: 'LiftBacklog'; readonly reason: string }
  );

/** Limits that begin when a leader takes charge; none of them is the law's (Art. 18 names no day). */
const firstLimits = (on: string, until: string | undefined, context: Context): readonly Deadline[] => {
  const { calendar, configuration } = context;
  const { planDays, progressDays, source } = configuration.sponsorship;
  return [
    startDays('sponsor-plan', on, planDays, source, calendar),
    startDays('sponsor-progress', on, progressDays, source, calendar),
    ...(until === undefined ? [] : [setLimit('sponsorship', on, until, 'R18')]),
  ];
};

/** It has a sponsor who answers for it now. @throws Refusal */
const requireSponsored = (petition: Petition): void => {
  if (sponsorOf(petition) === undefined)
    throw new Refusal('not-the-step', 'No leader has taken charge of this matter (包案).', { basis: 'R18' });
};

const requireUnresolved = ({ resolvedOn }: Petition): void => {
  if (resolvedOn !== undefined)
    throw new Refusal('already-decided', `The dispute is recorded as resolved on ${resolvedOn}.`);
};

/** Who may become the sponsor: not who is recused (Art. 28), nor who would sign what he has done himself. @throws Refusal */
const requireEligible = (petition: Petition, sponsor: string): void => {
  if (petition.recused.includes(sponsor))
    throw new Refusal('recused', 'The leader named as sponsor is recused from this petition.', {
      pointer: '/sponsor',
      basis: 'R28',
    });
  if (separatedFrom('SignResolution', petition).includes(sponsor))
    throw new Refusal('rule-violated', 'Whoever handled the matter does not sign its resolution as the sponsor.', {
      pointer: '/sponsor',
    });
};

/**
 * A name that nothing recorded bears out does not take a matter from a leader who is there: he can be recorded first, on the rota
 * or in a post. Whoever is a mere name himself is replaced by another, and whoever may not go on by anybody. @throws Refusal
 */
const requireNotDisplaced = (petition: Petition, unconfirmed: boolean): void => {
  const present = sponsorOf(petition);
  if (!unconfirmed || present === undefined || petition.recused.includes(present)) return;
  const { sponsorship } = petition;
  if (sponsorship.unconfirmed && sponsorship.actedOn === undefined) return;
  throw new Refusal(
    'rule-violated',
    'A leader has charge of this matter. Whoever is to replace him is first recorded on the rota or in a post of his unit.',
    { pointer: '/sponsor' },
  );
};

/**
 * The leader who took charge before takes charge again, without anybody proposing him: the same matter has come back, or was
 * opened again. None where he may not, or where somebody has taken charge already.
 */
export const resumedSponsor = (
  petition: Petition,
  { sponsor, earlier }: { readonly sponsor: string | undefined; readonly earlier?: string },
  at: string,
  context: Context,
): readonly SponsorshipEvent[] => {
  const { recused, route, sponsorship, resolvedOn, incidents } = petition;
  const running = sponsorship.sponsor !== undefined && sponsorship.endedOn === undefined;
  if (sponsor === undefined || recused.includes(sponsor) || route?.purpose === 'accusation') return [];
  // A reopened matter is resolved until its own fact says otherwise; one that came back is its own petition.
  if (running || incidents.ended !== undefined || (earlier !== undefined && resolvedOn !== undefined)) return [];
  const on = legalDay(at);
  return [
    {
      type: 'SponsorResumed',
      data: {
        sponsor,
        ...(earlier === undefined ? {} : { earlier }),
        on,
        deadlines: firstLimits(on, undefined, context),
      },
    },
  ];
};

/** The link that brought the sponsor here is taken back. */
export const droppedSponsor = (petition: Petition, earlier: string, at: string): readonly SponsorshipEvent[] =>
  sponsorOf(petition) !== undefined && petition.sponsorship.resumedFrom === earlier
    ? [{ type: 'SponsorshipDropped', data: { earlier, on: legalDay(at) } }]
    : [];

/**
 * What the petitioner said himself on a return visit (回访), of what it is about: after that was there. Undefined: he could not be reached on as many days as are
 * configured, or nobody is to be reached, so that it goes on without. @throws Refusal
 */
const saidByPetitioner = (
  petition: Petition,
  evidence: ResolutionEvidence,
  { configuration: { lostContact } }: Context,
): Exclude<VisitResult, 'not-reached'> | undefined => {
  const from = shownFrom(petition, evidence) ?? '';
  const visits = petition.sponsorship.visits.filter(({ on, result }) => result === 'not-resolved' || on >= from);
  const spoken = visits.findLast(({ result }) => result !== 'not-reached')?.result;
  if (spoken !== undefined && spoken !== 'not-reached') return spoken;
  const inVain = new Set(visits.map(({ on }) => on)).size;
  if (isNobody(petition) || inVain >= lostContact.attempts) return undefined;
  throw new Refusal(
    'not-the-step',
    `The petitioner is asked on a return visit (回访) first; after attempts on ${String(lostContact.attempts)} days it goes on without (${lostContact.source}).`,
  );
};

/**
 * The petition office in charge, and those of the levels above: a small office can have nobody who had no part in the matter.
 */
const signsLast = (unit: string, registering: string, units: UnitDirectory): boolean => {
  const office = units.petitionOfficeOf(registering);
  return (
    unit === office ||
    (units.isPetitionOffice(unit) && units.superiorsOf(units.areaOf(office)).includes(units.areaOf(unit)))
  );
};

/**
 * Signed by the handling unit, then the sponsor, then the petition office: three persons, and the petitioner was asked. A
 * signature of his shows nothing, and a promise not to come again least of all. A matter without a sponsor asks for none of
 * this. @throws Refusal
 */
export const requireSignedOff = (
  petition: Petition,
  { evidence, by }: Issued & { readonly evidence: ResolutionEvidence },
  context: Context,
): void => {
  if (sponsorOf(petition) === undefined) return;
  const { request } = petition.sponsorship;
  if (!request)
    throw new Refusal('not-the-step', 'A leader has charge of this matter: the handling unit requests it first.');
  if (request.signedBy === undefined)
    throw new Refusal('not-the-step', 'The sponsor (包案领导) has not signed the request.');
  if (!signsLast(by.unit, registered(petition).unit, context.units))
    throw new Refusal('not-your-unit', 'The petition office in charge (信访部门), or one above it, signs last.');
  if (!request.evidence.includes(evidence))
    throw new Refusal('rule-violated', `The request rests on: ${request.evidence.join(', ')}.`, {
      pointer: '/evidence',
    });
  const said = saidByPetitioner(petition, evidence, context);
  if (said === 'not-resolved')
    throw new Refusal('not-the-step', 'The petitioner said on the last return visit (回访) that it is not resolved.');
  if (said === undefined && evidence === 'return-visit')
    throw new Refusal('rule-violated', 'Nobody was spoken to: name what has been performed.', { pointer: '/evidence' });
};

/** Sponsorship (领导包案) and the list of old cases (积案). @throws Refusal when the rules do not allow it */
export const decideSponsorship = (
  command: SponsorshipCommand,
  petition: Petition,
  context: Context,
): readonly SponsorshipEvent[] => {
  registered(petition);
  const { units, calendar, configuration } = context;
  const { sponsorship, designation } = petition;
  const today = legalDay(command.at);
  const by = command.by.id;
  switch (command.type) {
    case 'ProposeSponsor': {
      const { sponsor, team, ground, reason, brought, standing, approver } = command;
      requireUnresolved(petition);
      if (!petition.route) throw new Refusal('not-the-step', 'The matter has not been routed yet.');
      if (petition.route.purpose === 'accusation')
        throw new Refusal('rule-violated', 'An accusation belongs to its organ alone; nobody sponsors it.', {
          basis: 'R30',
        });
      if (sponsorship.proposal) throw new Refusal('already-decided', 'A proposal waits for a leader’s decision.');
      if (sponsorOf(petition) === sponsor)
        throw new Refusal('already-decided', 'He has charge of this matter.', { pointer: '/sponsor' });
      requireKnownPerson(standing, '/sponsor');
      requireNotDisplaced(petition, standing === 'unconfirmed');
      requireEligible(petition, sponsor);
      for (const [index, unit] of team.entries()) knownUnit(units, unit, `/team/${String(index)}`);
      if (new Set(team).size < team.length)
        throw new Refusal('rule-violated', 'Each unit is named once.', { pointer: '/team' });
      if (ground === 'backlog' && backlogReasonsOf(petition, configuration, today, brought).length === 0) {
        const { ageDays, timesBrought, source } = configuration.backlog;
        throw new Refusal(
          'rule-violated',
          `It is no old case: ${String(ageDays)} days since its receipt, brought ${String(timesBrought)} times, or put on the list (${source}). Brought ${String(brought)} times, counted through all that are linked with it.`,
          { pointer: '/ground' },
        );
      }
      return [
        {
          type: 'SponsorProposed',
          data: {
            sponsor,
            team,
            ground,
            reason,
            by,
            ...(standing === 'unconfirmed' ? { unconfirmed: true as const } : {}),
            ...(approver === undefined ? {} : { approver }),
            basis: 'R18',
          },
        },
      ];
    }
    case 'ApproveSponsor': {
      const { proposal } = sponsorship;
      if (!proposal) throw new Refusal('not-the-step', 'No sponsor is proposed.');
      requireUnresolved(petition);
      requireNotDisplaced(petition, proposal.unconfirmed === true);
      requireEligible(petition, proposal.sponsor);
      const { until, note } = command;
      if (until !== undefined && (!isDay(until) || until <= today))
        throw new Refusal('rule-violated', 'It ends after today.', { pointer: '/until' });
      const { sponsor, team } = proposal;
      return [
        {
          type: 'SponsorApproved',
          data: {
            sponsor,
            team,
            ...(note === undefined ? {} : { note }),
            by,
            on: today,
            deadlines: firstLimits(today, until, context),
            basis: 'R18',
          },
        },
      ];
    }
    case 'ReturnSponsor':
      if (!sponsorship.proposal) throw new Refusal('not-the-step', 'No sponsor is proposed.');
      return [{ type: 'SponsorReturned', data: { reason: command.reason, by } }];
    case 'PlanResolution': {
      requireSponsored(petition);
      const { measures } = command;
      for (const [index, { unit, due }] of measures.entries()) {
        knownUnit(units, unit, `/measures/${String(index)}/unit`);
        if (!isDay(due) || due < today)
          throw new Refusal('rule-violated', 'A measure is due today or later.', {
            pointer: `/measures/${String(index)}/due`,
          });
      }
      // An opinion states its legal basis (Art. 32), whatever else moves people; so does the plan that leads to it.
      if (!measures.some(({ heading }) => heading === 'law'))
        throw new Refusal('rule-violated', 'What the law (法) says to it is part of every plan.', {
          pointer: '/measures',
          basis: 'R32',
        });
      const first = sponsorship.measures.length + 1;
      return [
        {
          type: 'ResolutionPlanned',
          data: {
            plan: sponsorship.plans + 1,
            measures: measures.map((each, index) => ({ measure: first + index, ...each })),
            by,
            on: today,
          },
        },
      ];
    }
    case 'ReportProgress': {
      requireSponsored(petition);
      const { account, done } = command;
      for (const [index, { measure }] of done.entries()) {
        const pointer = `/done/${String(index)}/measure`;
        const planned = sponsorship.measures[measure - 1];
        if (!planned || planned.dropped)
          throw new Refusal('not-found', `There is no measure ${String(measure)} in the plan.`, { pointer });
        const twice = done.findIndex((each) => each.measure === measure) < index;
        if (planned.doneOn !== undefined || twice)
          throw new Refusal('already-decided', `The measure ${String(measure)} is done already.`, { pointer });
      }
      const { progressDays, source } = configuration.sponsorship;
      return [
        {
          type: 'ProgressReported',
          data: {
            account,
            done,
            by,
            on: today,
            deadlines: [startDays('sponsor-progress', today, progressDays, source, calendar)],
          },
        },
      ];
    }
    case 'RecordReturnVisit': {
      const { on, result, method, account } = command;
      requireSponsored(petition);
      if (!isDay(on) || on > today)
        throw new Refusal('rule-violated', 'A visit is recorded after it was made.', { pointer: '/on' });
      if (result === 'not-reached') requireNotedInTime(on, today, configuration);
      const shown = shownFrom(petition, 'return-visit');
      if (shown === undefined)
        throw new Refusal(
          'not-the-step',
          'The petitioner is asked once an opinion is served or an agreement performed.',
        );
      const from = shown > (sponsorship.since ?? '') ? shown : (sponsorship.since ?? '');
      if (on < from)
        throw new Refusal(
          'rule-violated',
          `A return visit (回访) is of ${from} or later: a leader has charge, and there is an opinion served or an agreement performed.`,
          { pointer: '/on' },
        );
      if (sponsorship.visits.some((each) => each.on > on))
        throw new Refusal('rule-violated', 'A later visit has been recorded.', { pointer: '/on' });
      if (isNobody(petition)) throw new Refusal('rule-violated', 'There is nobody to be visited.');
      return [
        { type: 'ReturnVisitRecorded', data: { on, result, method, account, by } },
        // What the petitioner says himself decides: what was requested lapses.
        ...(result === 'not-resolved' && sponsorship.request
          ? [{ type: 'ResolutionReturned', data: { reason: account, by } } as const]
          : []),
      ];
    }
    case 'RequestResolution': {
      requireSponsored(petition);
      requireUnresolved(petition);
      if (sponsorship.request) throw new Refusal('already-decided', 'A request waits for its signatures.');
      const { evidence, account } = command;
      if (new Set(evidence).size < evidence.length)
        throw new Refusal('rule-violated', 'Each kind of evidence is named once.', { pointer: '/evidence' });
      for (const [index, each] of evidence.entries())
        requireResolutionEvidence(petition, each, `/evidence/${String(index)}`);
      // 息诉息访 is no outcome: whoever signs under pressure still has the dispute.
      if (promiseAgainstRemedies(account) !== undefined)
        throw new Refusal(
          'rule-violated',
          'A promise not to petition or to sue shows nothing: say what has been performed.',
          { pointer: '/account' },
        );
      return [{ type: 'ResolutionRequested', data: { evidence, account, by, on: today } }];
    }
    case 'SignResolution': {
      const { request } = sponsorship;
      if (!request) throw new Refusal('not-the-step', 'Nothing waits for your signature.');
      if (request.signedBy !== undefined) throw new Refusal('already-decided', 'The sponsor has signed it.');
      const note = command.note === undefined ? {} : { note: command.note };
      return [{ type: 'ResolutionSigned', data: { ...note, by, on: today } }];
    }
    case 'ReturnResolution':
      if (!sponsorship.request) throw new Refusal('not-the-step', 'Nothing waits to be signed.');
      return [{ type: 'ResolutionReturned', data: { reason: command.reason, by } }];
    case 'DesignateBacklog': {
      requireUnresolved(petition);
      if (!petition.route) throw new Refusal('not-the-step', 'The matter has not been routed yet.');
      if (petition.route.purpose === 'accusation')
        throw new Refusal('rule-violated', 'An accusation stands on no list.', { basis: 'R30' });
      if (designation) throw new Refusal('already-decided', `It stands on the list since ${designation.on}.`);
      const { list, reason } = command;
      return [{ type: 'BacklogDesignated', data: { ...(list === undefined ? {} : { list }), reason, by, on: today } }];
    }
    case 'LiftBacklog':
      if (!designation) throw new Refusal('not-the-step', 'It does not stand on the list.');
      return [{ type: 'BacklogLifted', data: { reason: command.reason, by } }];
  }
};
