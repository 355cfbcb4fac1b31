import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { type Deadline, startLimit } from '../limits.ts';
import { stopStage, waitingSteps } from '../workflow/flow.ts';
import { endRound, latestRound, openRound, settle } from '../workflow/progress.ts';
import { endLimits } from './clocks.ts';
import { checkPublished } from './contact.ts';
import { registered, requireStep } from './guards.ts';
import { requireNoOpenHearing } from './hearing.ts';
import { checkService, legOutcomes, type Service } from './opinion.ts';
import { askingRepresentatives, nextLevel, type RejectionGround } from './review-admission.ts';
import { newRound } from './sponsorship-facts.ts';
import { type Context, deadlineOf, hasReview, type Issued, type Petition, type Review } from './state.ts';

export type ReviewCommand = Issued &
  (
    | {
        readonly type: 'RequestReview';
        readonly grounds: string;
        readonly requestedOn?: string;
        /** Which of the original requests it is about, from 0; all when absent. There are no others (Art. 35). */
        readonly requests?: readonly number[];
        /** Names of the representatives who ask; all of a joint petition when absent. */
        readonly representatives?: readonly string[];
      }
    | {
        readonly type: 'AdmitReview';
        readonly admitted: boolean;
        readonly reason: string;
        /** Why it is rejected. */
        readonly ground?: RejectionGround;
      }
    | {
        readonly type: 'DecideReview';
        readonly outcome: 'uphold' | 'change' | 'quash';
        readonly opinion: string;
        readonly legalBasis: readonly string[];
      }
    | { readonly type: 'ServeReview'; readonly service: Service }
  );

export type ReviewEvent =
  | {
      readonly type: 'ReviewRequested';
      readonly data: {
        readonly level: Review['level'];
        readonly unit: string;
        readonly grounds: string;
        readonly requests?: readonly number[];
        readonly representatives?: readonly string[];
        readonly on: string;
        readonly basis: string;
        readonly deadlines: readonly Deadline[];
      };
    }
  | {
      readonly type: 'ReviewAdmitted';
      readonly data: {
        readonly admitted: boolean;
        readonly reason: string;
        readonly ground?: RejectionGround;
        readonly on: string;
      };
    }
  | {
      readonly type: 'ReviewDecided';
      readonly data: {
        readonly outcome: 'uphold' | 'change' | 'quash';
        readonly opinion: string;
        readonly legalBasis: readonly string[];
        readonly on: string;
      };
    }
  | { readonly type: 'ReviewServed'; readonly data: Service & { readonly deadlines: readonly Deadline[] } };

export const decideReview = (command: ReviewCommand, petition: Petition, context: Context): readonly ReviewEvent[] => {
  const { units, calendar } = context;
  const registration = registered(petition);
  switch (command.type) {
    case 'RequestReview': {
      if (!hasReview(petition)) {
        throw new Refusal(
          'rule-violated',
          'Only matters of the petition procedure (Art. 31(6)) have review and recheck.',
          { basis: 'R35' },
        );
      }
      if (waitingSteps(petition.progress).some(({ stage }) => stage === 'review')) {
        throw new Refusal('already-decided', 'A review or recheck is under way.');
      }
      const level = nextLevel(petition);
      const limit = level === 'review' ? 'review-request' : 'recheck-request';
      const window = deadlineOf(petition, limit);
      const opinion = petition.opinions.at(-1);
      if (!window || opinion?.servedOn === undefined || opinion.quashed)
        throw new Refusal('not-the-step', 'There is no served opinion to be reviewed.');
      if (command.requests?.some((index) => registration.requests[index] === undefined)) {
        throw new Refusal('rule-violated', 'Review keeps within the original requests; a new one is a new petition.', {
          pointer: '/requests',
          basis: window.basis,
        });
      }
      const representatives = askingRepresentatives(command.representatives, level, petition, context);
      const requestedOn = command.requestedOn ?? legalDay(command.at);
      if (requestedOn > legalDay(command.at) || requestedOn < window.from) {
        throw new Refusal('rule-violated', `The day of the request lies between ${window.from} and today.`, {
          pointer: '/requestedOn',
        });
      }
      if (requestedOn > window.due) {
        throw new Refusal('out-of-time', `It could be requested within 30 days of service, until ${window.due}.`, {
          basis: window.basis,
        });
      }
      const handling =
        level === 'review' ? opinion.draftedUnit : petition.reviews.findLast((each) => each.level === 'review')?.unit;
      const unit = handling === undefined ? undefined : units.reviewerOf(handling);
      if (unit === undefined)
        throw new Refusal('rule-violated', 'The tree names no higher organ that could review this.', {
          basis: window.basis,
        });
      return [
        {
          type: 'ReviewRequested',
          data: {
            level,
            unit,
            grounds: command.grounds,
            ...(command.requests ? { requests: command.requests } : {}),
            ...(representatives ? { representatives } : {}),
            on: requestedOn,
            basis: window.basis,
            deadlines: [startLimit(level, requestedOn, calendar)],
          },
        },
      ];
    }
    case 'AdmitReview':
      requireStep(petition, 'review', 'admit');
      if (command.admitted === (command.ground !== undefined)) {
        throw new Refusal('rule-violated', 'A rejection names one of the listed grounds; an admission names none.', {
          pointer: '/ground',
          basis: petition.reviews.at(-1)?.level === 'recheck' ? 'R36' : 'R35',
        });
      }
      return [
        {
          type: 'ReviewAdmitted',
          data: {
            admitted: command.admitted,
            reason: command.reason,
            ...(command.ground === undefined ? {} : { ground: command.ground }),
            on: legalDay(command.at),
          },
        },
      ];
    case 'DecideReview':
      requireStep(petition, 'review', 'decide');
      requireNoOpenHearing(petition, petition.reviews.at(-1)?.level ?? 'review');
      return [
        {
          type: 'ReviewDecided',
          data: {
            outcome: command.outcome,
            opinion: command.opinion,
            legalBasis: command.legalBasis,
            on: legalDay(command.at),
          },
        },
      ];
    case 'ServeReview': {
      requireStep(petition, 'review', 'serve-review');
      const review = petition.reviews.at(-1);
      checkService(command.service, review?.decidedOn ?? review?.requestedOn, command.at);
      checkPublished(command.service, review, context);
      const { servedOn } = command.service;
      // A quashed opinion is decided anew within a new 60 days; recheck is final.
      const deadlines =
        review?.outcome === 'quash'
          ? [startLimit('handling', servedOn, calendar)]
          : review?.level === 'review'
            ? [startLimit('recheck-request', servedOn, calendar)]
            : [];
      return [{ type: 'ReviewServed', data: { ...command.service, deadlines } }];
    }
  }
};

const withLast = (petition: Petition, change: Partial<Review>): readonly Review[] => {
  const last = petition.reviews.at(-1);
  return last ? [...petition.reviews.slice(0, -1), { ...last, ...change }] : petition.reviews;
};

/** After a rejection the petitioner's own days run on, and move with the calendar like any others. */
const reopenWindow = (petition: Petition): Petition => {
  const index = petition.deadlines.findLastIndex(
    ({ limit }) => limit === 'review-request' || limit === 'recheck-request',
  );
  return {
    ...petition,
    deadlines: petition.deadlines.map((each, i) => {
      if (i !== index) return each;
      const { done: _again, ...rest } = each;
      return { ...rest, state: 'running' };
    }),
  };
};

export const evolveReview = (petition: Petition, event: ReviewEvent): Petition => {
  const { progress } = petition;
  switch (event.type) {
    case 'ReviewRequested':
      return {
        ...petition,
        reviewDeclined: false,
        reviews: [
          ...petition.reviews,
          {
            level: event.data.level,
            unit: event.data.unit,
            requestedOn: event.data.on,
            opinion: petition.opinions.length,
            ...(event.data.representatives ? { representatives: event.data.representatives } : {}),
          },
        ],
        deadlines: [...petition.deadlines, ...event.data.deadlines],
        progress: openRound(progress, 'review'),
      };
    case 'ReviewAdmitted': {
      const { admitted } = event.data;
      const settled = settle(progress, 'review', 'admit', { outcome: admitted ? 'admitted' : 'rejected' });
      // A rejection is the answer; nothing is owed on this request any more, and the petitioner's days run on.
      return {
        ...(admitted ? petition : reopenWindow(endLimits(petition, ['review', 'recheck'], 'met'))),
        reviews: withLast(petition, { admitted }),
        progress: admitted ? settled : endRound(settled, 'review'),
      };
    }
    case 'ReviewDecided':
      return {
        ...petition,
        reviews: withLast(petition, { outcome: event.data.outcome, decidedOn: event.data.on }),
        progress: settle(progress, 'review', 'decide', { outcome: 'decided' }),
      };
    case 'ReviewServed': {
      const settled = endRound(settle(progress, 'review', 'serve-review', { outcome: 'served' }), 'review');
      const next = {
        ...petition,
        reviews: withLast(petition, { servedOn: event.data.servedOn }),
        // What was said of the review of the opinion says nothing of the recheck of the review.
        reviewDeclined: false,
        deadlines: [...petition.deadlines, ...event.data.deadlines],
      };
      if (petition.reviews.at(-1)?.outcome !== 'quash') return { ...next, progress: settled };
      // Quashed: the handling organ decides anew. What departments found still stands; the old opinion stays in the list.
      const stillOpen = latestRound(settled, 'closure')?.open ?? false;
      const { concludedOn: _reopened, closingRequestedBy: _withdrawn, ...reopened } = next;
      const opinions = next.opinions.map((each, i, all) =>
        i === all.length - 1 ? { ...each, quashed: true as const } : each,
      );
      const cleared = stillOpen ? stopStage(settled, 'closure') : settled;
      return {
        ...reopened,
        opinions,
        sponsorship: newRound(next.sponsorship),
        progress: openRound(cleared, 'closure', legOutcomes(petition)),
      };
    }
  }
};
