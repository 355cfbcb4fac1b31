import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { type Deadline, startLimit } from '../limits.ts';
import { stopStage } from '../workflow/flow.ts';
import { latestRound, openRound } from '../workflow/progress.ts';
import { endLimits } from './clocks.ts';
import { finalityOf } from './finality.ts';
import { registered } from './guards.ts';
import { legOutcomes } from './opinion.ts';
import { resumedSponsor } from './sponsorship.ts';
import { newRound, type SponsorshipEvent } from './sponsorship-facts.ts';
import { type Context, hasReview, type Issued, type Petition } from './state.ts';

/** Why a closed matter is opened again (重新办理): an error in the closing or the opinion, or facts that were not known. */
export const reopeningGrounds = ['error', 'new-facts'] as const;

export type ReopeningCommand = Issued & {
  readonly type: 'ReopenPetition';
  readonly ground: (typeof reopeningGrounds)[number];
  readonly reason: string;
};

export interface ReopeningEvent {
  readonly type: 'PetitionReopened';
  readonly data: {
    readonly ground: (typeof reopeningGrounds)[number];
    /** 自行纠正 by the handling organ itself, or ordered by a superior. */
    readonly authority: 'self-correction' | 'superior';
    readonly reason: string;
    readonly by: string;
    readonly on: string;
    readonly deadlines: readonly Deadline[];
  };
}

/** Reopens a wrong closure: a new round of closing with 60 days anew; the opinion given before stays in the file. */
export const decideReopening = (
  command: ReopeningCommand,
  petition: Petition,
  context: Context,
): readonly (ReopeningEvent | SponsorshipEvent)[] => {
  registered(petition);
  const { units, calendar } = context;
  if (petition.concludedOn === undefined) {
    throw new Refusal('not-the-step', 'Only a concluded matter is reopened; an open one is simply handled.');
  }
  if (!latestRound(petition.progress, 'closure')) throw new Refusal('not-the-step', 'There was no closing.');
  const on = legalDay(command.at);
  const unit = petition.assignment?.leadUnit ?? petition.route?.competentUnit ?? '';
  const own = command.by.unit === unit || command.by.unit === units.leadershipOf(unit);
  if (own && finalityOf(petition, on)?.ground === 'recheck') {
    throw new Refusal(
      'not-your-unit',
      'A recheck opinion is set aside by a superior, not by the organ that it upheld (Art. 36).',
      {
        basis: 'R36',
      },
    );
  }
  return [
    {
      type: 'PetitionReopened',
      data: {
        ground: command.ground,
        authority: own ? 'self-correction' : 'superior',
        reason: command.reason,
        by: command.by.id,
        on,
        deadlines: hasReview(petition) ? [startLimit('handling', on, calendar)] : [],
      },
    },
    // What counted as resolved is open again: the leader who had charge of it has it again.
    ...resumedSponsor(petition, { sponsor: petition.sponsorship.sponsor }, command.at, context),
  ];
};

export const evolveReopening = (petition: Petition, { data }: ReopeningEvent): Petition => {
  const names = ['review-request', 'recheck-request', 'review', 'recheck'] as const;
  const {
    concludedOn: _again,
    closingRequestedBy: _before,
    resolvedOn: _unsure,
    ...open
  } = endLimits(petition, names, 'stopped');
  return {
    ...open,
    reviewDeclined: false,
    // It binds nobody any more, and there is nothing in it to be reviewed.
    opinions: petition.opinions.map((each, index, all) =>
      index === all.length - 1 ? { ...each, quashed: true as const, setAside: 'reopened' as const } : each,
    ),
    // Nor does what was agreed before show that it is resolved now.
    mediations: petition.mediations.map((each) => ({ ...each, setAside: 'reopened' as const })),
    sponsorship: newRound(petition.sponsorship),
    deadlines: [...open.deadlines, ...data.deadlines],
    // A review of the old opinion has lost its object.
    progress: openRound(stopStage(petition.progress, 'review'), 'closure', legOutcomes(petition)),
  };
};
