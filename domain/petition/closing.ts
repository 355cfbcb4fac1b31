import { legalDay, plusDays } from '../calendar/calendar.ts';
import type { Configuration } from '../configuration.ts';
import { Refusal } from '../errors.ts';
import { waitingSteps } from '../workflow/flow.ts';
import { endRound, latestRound, openRound, settle } from '../workflow/progress.ts';
import { registered, requireStep } from './guards.ts';
import { type ResolutionEvidence, requireResolutionEvidence } from './resolution-evidence.ts';
import { handlingOf } from './routes.ts';
import { requireChildrenSettled } from './splitting.ts';
import { requireSignedOff } from './sponsorship.ts';
import { endSponsorship } from './sponsorship-facts.ts';
import { type Context, type Issued, type Petition, reviewWindow, type Satisfaction } from './state.ts';

export type ClosingCommand = Issued &
  (
    | { readonly type: 'DeclineReview' }
    | {
        readonly type: 'RatePetition';
        readonly petitionOffice: Satisfaction;
        readonly organ: Satisfaction;
        readonly comment?: string;
      }
    | {
        readonly type: 'RequestClosing';
        readonly summary: string;
        /** 办结报告 of a matter that was handed over (Art. 22(3)). */
        readonly report?: string;
      }
    | { readonly type: 'SubmitReport'; readonly report: string }
    | { readonly type: 'ConfirmClosing' }
    | { readonly type: 'ReturnClosing'; readonly reason: string }
    | {
        readonly type: 'ConfirmResolved';
        readonly evidence: ResolutionEvidence;
        readonly account: string;
      }
  );

export type ClosingEvent =
  | { readonly type: 'ReviewDeclined'; readonly data: { readonly on: string } }
  | {
      readonly type: 'PetitionRated';
      readonly data: { readonly petitionOffice: Satisfaction; readonly organ: Satisfaction; readonly comment?: string };
    }
  | {
      readonly type: 'ClosingRequested';
      readonly data: { readonly by: string; readonly summary: string; readonly report?: string };
    }
  | {
      readonly type: 'ReportSubmitted';
      readonly data: { readonly by: string; readonly on: string; readonly report: string; readonly basis: 'R22(3)' };
    }
  | { readonly type: 'PetitionConcluded'; readonly data: { readonly on: string; readonly by: string } }
  | { readonly type: 'ClosingReturned'; readonly data: { readonly by: string; readonly reason: string } }
  | {
      readonly type: 'DisputeResolved';
      readonly data: { readonly on: string; readonly by: string; readonly evidence: string; readonly account: string };
    };

/** Until when the petitioner can rate: so many days (configured) after the latest answer was served. */
export const ratableUntil = (petition: Petition, { ratingDays }: Configuration): string | undefined => {
  const served = petition.opinions.findLast(({ servedOn }) => servedOn !== undefined)?.servedOn;
  return served === undefined ? undefined : plusDays(served, ratingDays);
};

/**
 * Who can rate what, and when (Art. 21): matters that are handled here; a repeat too, unless a rule that says otherwise is
 * configured. A rating stands; nobody can change it, and nobody can be asked to.
 */
const checkRatable = (petition: Petition, today: string, configuration: Configuration): void => {
  if (petition.route && !handlingOf(petition.route).ratable)
    throw new Refusal('rule-violated', 'This kind of matter is outside rating.', { basis: 'R21' });
  const { rateFirstOnly } = configuration;
  if (rateFirstOnly && petition.repeats.length > 0)
    throw new Refusal(
      'rule-violated',
      `Rate the first petition on this matter: ${petition.repeats.join(', ')} (${rateFirstOnly.source}).`,
    );
  const until = ratableUntil(petition, configuration);
  if (until === undefined)
    throw new Refusal('not-the-step', 'You can rate once you have been given the opinion.', { basis: 'R21' });
  if (petition.rating) throw new Refusal('already-decided', 'You have rated this petition; a rating stands.');
  if (today > until) {
    throw new Refusal(
      'out-of-time',
      `It could be rated within ${String(configuration.ratingDays)} days of service (configured), until ${until}.`,
    );
  }
};

const checkClosable = (petition: Petition, today: string): void => {
  requireChildrenSettled(petition);
  const waiting = waitingSteps(petition.progress);
  if (waiting.some(({ stage }) => stage === 'mediation')) {
    throw new Refusal('not-the-step', 'A mediation is under way or its agreement is not performed yet.', {
      basis: 'M31',
    });
  }
  if (waiting.some(({ stage }) => stage === 'review')) {
    throw new Refusal('not-the-step', 'A review or recheck is under way.', { basis: 'R35' });
  }
  const window = reviewWindow(petition);
  if (!petition.reviewDeclined && window !== undefined && today <= window.due) {
    throw new Refusal(
      'not-the-step',
      `The petitioner may ask for review until ${window.due}; only the petitioner can say sooner that no review is wanted.`,
      { basis: window.basis },
    );
  }
};

export const decideClosing = (
  command: ClosingCommand,
  petition: Petition,
  context: Context,
): readonly ClosingEvent[] => {
  registered(petition);
  const { configuration } = context;
  const today = legalDay(command.at);
  switch (command.type) {
    case 'DeclineReview': {
      if (!reviewWindow(petition)) throw new Refusal('not-the-step', 'Nothing has been served that could be reviewed.');
      if (petition.reviewDeclined) throw new Refusal('already-decided', 'You have said so already.');
      return [{ type: 'ReviewDeclined', data: { on: today } }];
    }
    case 'RatePetition': {
      checkRatable(petition, today, configuration);
      const comment = command.comment === undefined ? {} : { comment: command.comment };
      return [
        { type: 'PetitionRated', data: { petitionOffice: command.petitionOffice, organ: command.organ, ...comment } },
      ];
    }
    case 'RequestClosing':
      requireStep(petition, 'closure', 'request-closing');
      checkClosable(petition, today);
      if (
        petition.route?.disposition === 'hand-over' &&
        command.report === undefined &&
        petition.reportedOn === undefined
      ) {
        throw new Refusal(
          'rule-violated',
          'The matter was handed over: its sender wants the report (办结报告, Art. 22(3)).',
          {
            pointer: '/report',
            basis: 'R22(3)',
          },
        );
      }
      return [
        {
          type: 'ClosingRequested',
          data: {
            by: command.by.id,
            summary: command.summary,
            ...(command.report === undefined ? {} : { report: command.report }),
          },
        },
      ];
    case 'SubmitReport':
      if (petition.route?.disposition !== 'hand-over')
        throw new Refusal('rule-violated', 'Only a matter that was handed over (交办) owes a report.', {
          basis: 'R22(3)',
        });
      if (petition.reportedOn !== undefined) throw new Refusal('already-decided', 'The report has been given.');
      // The sender wants to know the result, not that the file is closed: the petitioner's days for review run on.
      if (petition.opinions.at(-1)?.servedOn === undefined)
        throw new Refusal('not-the-step', 'There is no result yet that could be reported.', { basis: 'R22(3)' });
      return [
        { type: 'ReportSubmitted', data: { by: command.by.id, on: today, report: command.report, basis: 'R22(3)' } },
      ];
    case 'ConfirmClosing':
    case 'ReturnClosing':
      requireStep(petition, 'closure', 'confirm-closing');
      if (command.type === 'ReturnClosing')
        return [{ type: 'ClosingReturned', data: { by: command.by.id, reason: command.reason } }];
      checkClosable(petition, today);
      return [{ type: 'PetitionConcluded', data: { on: today, by: command.by.id } }];
    case 'ConfirmResolved': {
      if (petition.resolvedOn !== undefined)
        throw new Refusal('already-decided', 'The dispute is recorded as resolved.');
      requireResolutionEvidence(petition, command.evidence, '/evidence');
      requireSignedOff(petition, command, context);
      return [
        {
          type: 'DisputeResolved',
          data: { on: today, by: command.by.id, evidence: command.evidence, account: command.account },
        },
      ];
    }
  }
};

export const evolveClosing = (petition: Petition, event: ClosingEvent): Petition => {
  const { progress } = petition;
  switch (event.type) {
    case 'ReviewDeclined':
      return { ...petition, reviewDeclined: true };
    case 'PetitionRated': {
      const { petitionOffice, organ } = event.data;
      // A low rating opens a check of the work, not a rehearing: the legal remedy is review (Art. 35).
      const low = petitionOffice === 'dissatisfied' || organ === 'dissatisfied';
      return { ...petition, rating: { petitionOffice, organ }, ...(low ? { qualityCheck: 'open' } : {}) };
    }
    case 'ReportSubmitted':
      return { ...petition, reportedOn: event.data.on };
    case 'ClosingRequested':
      return {
        ...petition,
        closingRequestedBy: event.data.by,
        progress: settle(progress, 'closure', 'request-closing', { outcome: 'requested' }),
      };
    case 'PetitionConcluded':
      return {
        ...petition,
        concludedOn: event.data.on,
        progress: endRound(settle(progress, 'closure', 'confirm-closing', { outcome: 'concluded' }), 'closure'),
      };
    case 'ClosingReturned': {
      const round = latestRound(progress, 'closure');
      const returned = endRound(settle(progress, 'closure', 'confirm-closing', { outcome: 'returned' }), 'closure');
      const { 'request-closing': _again, 'confirm-closing': _returned, ...carried } = round?.decided ?? {};
      return { ...petition, progress: openRound(returned, 'closure', { carried, units: round?.units ?? [] }) };
    }
    case 'DisputeResolved':
      return { ...endSponsorship(petition, event.data.on), resolvedOn: event.data.on };
  }
};
