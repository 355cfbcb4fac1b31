import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import type { Deadline } from '../limits.ts';
import { stopStage } from '../workflow/flow.ts';
import { openRound, type Progress } from '../workflow/progress.ts';
import type { Stage } from '../workflow/signals.ts';
import { endLimits } from './clocks.ts';
import { noRefusalPending, registered } from './guards.ts';
import { isTurnedAway } from './intake-state.ts';
import { restartReceiptLimit, retireRoute } from './route-rules.ts';
import type { Context, Issued, Petition } from './state.ts';

export type RetriageCommand = Issued & { readonly type: 'RetriagePetition'; readonly reason: string };

export type RetriageEvent = {
  readonly type: 'PetitionRetriaged';
  readonly data: { readonly reason: string; readonly by: string; readonly on: string; readonly basis: 'R22' };
};

/** Limits of the way that was wrong; the receipt's own runs again, an urgent report stays owed. */
const limitsOfTheWay: readonly Deadline['limit'][] = [
  'notify',
  'objection',
  'handling',
  'reply',
  'perform-or-answer',
  'simple-answer',
  'hand-over-report',
  'dispute',
];

/**
 * A matter in the wrong class or on the wrong path is triaged anew by whoever routed it (Art. 22, 31), until an answer has
 * been served: from then on the remedy is review, or reopening. So is one that was refused or redirected by mistake
 * (Art. 44). The old way stays in the record.
 */
export const decideRetriage = (
  command: RetriageCommand,
  petition: Petition,
  _context: Context,
): readonly RetriageEvent[] => {
  registered(petition);
  noRefusalPending(petition);
  if (!petition.route && !isTurnedAway(petition.intake))
    throw new Refusal('not-the-step', 'The matter has not been routed yet (Art. 22).', { basis: 'R22' });
  if (petition.concludedOn !== undefined || petition.opinions.some(({ servedOn }) => servedOn !== undefined)) {
    throw new Refusal(
      'not-the-step',
      'An answer has been served: the way can no longer be changed by triage. The remedy is review (Art. 35), or reopening.',
      { basis: 'R35' },
    );
  }
  if (petition.mediations.some(({ agreement, ended }) => agreement?.effectiveOn !== undefined && ended === undefined)) {
    throw new Refusal('not-the-step', 'A mediation agreement is in effect and binds the parties.', { basis: 'M31' });
  }
  return [
    {
      type: 'PetitionRetriaged',
      data: { reason: command.reason, by: command.by.id, on: legalDay(command.at), basis: 'R22' },
    },
  ];
};

export const evolveRetriage = (petition: Petition, { data: { on, reason } }: RetriageEvent): Petition => {
  const freed = restartReceiptLimit(endLimits(petition, limitsOfTheWay, 'stopped'));
  const {
    acceptedOn: _accepted,
    diverted: _diverted,
    objection: _objection,
    assignment: _assignment,
    extensionRequest: _request,
    closingRequestedBy: _closing,
    ...rest
  } = retireRoute(freed, { ended: 'retriaged', on, reason });
  const {
    dispute: _dispute,
    designation: _designation,
    simple: _simple,
    refusal: _refusal,
    redirectedOn: _redirected,
    newFacts,
    ...intake
  } = rest.intake;
  const stages: readonly Stage[] = ['intake', 'assignment', 'mediation', 'closure'];
  const stopped = stages.reduce<Progress>((each, stage) => stopStage(each, stage), petition.progress);
  return {
    ...rest,
    intake: { ...intake, ...(newFacts ? { newFacts: {} } : {}) },
    legs: {},
    mediations: rest.mediations.map((each, i, all) =>
      i === all.length - 1 && each.ended === undefined ? { ...each, ended: 'failed' } : each,
    ),
    progress: openRound(stopped, 'intake'),
  };
};
