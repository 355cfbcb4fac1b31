import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { type Deadline, startLimit } from '../limits.ts';
import type { Decided } from '../workflow/progress.ts';
import { endRound, latestRound, openRound, settle } from '../workflow/progress.ts';
import { checkPublished } from './contact.ts';
import { registered, requireStep } from './guards.ts';
import { requireNoOpenHearing } from './hearing.ts';
import { handlingOf, opinionResults } from './routes.ts';
import { normalised } from './similarity.ts';
import { type Context, hasReview, type Issued, type Opinion, type Petition } from './state.ts';

/** 直接送达、邮寄、电子、留置, and published for reading with the query code when the petitioner is out of reach. */
export const serviceMethods = ['in-person', 'post', 'electronic', 'left-with-witness', 'published'] as const;
export type ServiceMethod = (typeof serviceMethods)[number];

/** What Art. 32 wants a written opinion (信访处理意见书) to state; the remedy is added by the rules. */
export interface OpinionContent {
  /** Of the words that fit class and path (routes.ts). */
  readonly result: Opinion['result'];
  /** One answer for every request of the petitioner, in the same order. */
  readonly answers: readonly string[];
  readonly facts: string;
  readonly reasons: string;
  /** Laws and rules it rests on. */
  readonly legalBasis: readonly string[];
  /** After a quashed opinion: the facts that were not known then, when the result is the same again. */
  readonly newFacts?: string;
}

export interface Service {
  readonly method: ServiceMethod;
  readonly servedOn: string;
  /** Who saw it left, when the petitioner would not sign. */
  readonly witness?: string;
  /** Why it was left. */
  readonly reason?: string;
}

export type OpinionCommand = Issued &
  (
    | { readonly type: 'DraftOpinion'; readonly content: OpinionContent }
    | { readonly type: 'ApproveOpinion' }
    | { readonly type: 'ReturnOpinion'; readonly reason: string }
    | { readonly type: 'ServeOpinion'; readonly service: Service }
  );

export type OpinionEvent =
  | {
      readonly type: 'OpinionDrafted';
      readonly data: OpinionContent & {
        readonly by: string;
        readonly unit: string;
        /** Review (复查) is open in the petition procedure of Art. 31(6) alone. */
        readonly remedy?: { readonly limitDays: number; readonly reviewUnit?: string; readonly basis: 'R35' };
        /** The article that this class and path is answered by: Art. 29, 31(5) or 32. */
        readonly basis: string;
      };
    }
  | { readonly type: 'OpinionApproved'; readonly data: { readonly by: string; readonly on: string } }
  | { readonly type: 'OpinionReturned'; readonly data: { readonly by: string; readonly reason: string } }
  | { readonly type: 'OpinionServed'; readonly data: Service & { readonly deadlines: readonly Deadline[] } };

/** Service that nobody signed for needs a witness; it never happens before the document exists or after today. */
export const checkService = (service: Service, notBefore: string | undefined, at: string): void => {
  if (service.method === 'left-with-witness' && service.witness === undefined) {
    throw new Refusal('rule-violated', 'Leaving a document that the petitioner would not sign for needs a witness.', {
      pointer: '/witness',
    });
  }
  if (service.servedOn > legalDay(at))
    throw new Refusal('rule-violated', 'Service is recorded when it has happened.', { pointer: '/servedOn' });
  if (notBefore !== undefined && service.servedOn < notBefore) {
    throw new Refusal('rule-violated', `Nothing could be served before ${notBefore}.`, { pointer: '/servedOn' });
  }
};

/** A decision made anew after a quashed one may not be the same on the same facts. @throws Refusal */
const checkRedo = (
  { result, answers, newFacts }: OpinionContent,
  petition: Petition,
  { configuration: { redo } }: Context,
): void => {
  const before = petition.opinions.findLast(({ servedOn }) => servedOn !== undefined);
  if (!redo || !before?.quashed || before.setAside !== undefined || newFacts !== undefined) return;
  // What is granted can differ although it is granted again; what is refused again is the same.
  const granted = result === 'support' || result === 'adopted' || result === 'partly' || result === 'performed';
  const differs = answers.some((answer, index) => normalised(answer) !== normalised(before.answers?.[index] ?? ''));
  if (result !== before.result || (granted && differs)) return;
  throw new Refusal(
    'rule-violated',
    `The quashed opinion came to the same result. Decide otherwise, or name the new facts it now rests on (${redo.source}).`,
    { pointer: '/newFacts', basis: 'R35' },
  );
};

/** The result belongs to class and path; answers the article that the document rests on. @throws Refusal */
const checkResult = ({ result, legalBasis }: OpinionContent, { route }: Petition): string => {
  const { result: kind = 'opinion', resultBasis = 'R32', name } = handlingOf(route ?? { purpose: 'appeal', path: 6 });
  const fitting: readonly string[] = opinionResults[kind];
  if (kind === 'opinion' && legalBasis.length === 0) {
    throw new Refusal('rule-violated', 'A written opinion names the laws or rules that it rests on (Art. 32).', {
      pointer: '/legalBasis',
      basis: 'R32',
    });
  }
  if (fitting.includes(result)) return resultBasis;
  throw new Refusal('rule-violated', `This matter (${name}) is answered with one of: ${fitting.join(', ')}.`, {
    pointer: '/result',
    basis: resultBasis,
  });
};

export const decideOpinion = (
  command: OpinionCommand,
  petition: Petition,
  context: Context,
): readonly OpinionEvent[] => {
  const { units, calendar } = context;
  const registration = registered(petition);
  switch (command.type) {
    case 'DraftOpinion': {
      requireStep(petition, 'closure', 'draft');
      const { content } = command;
      requireNoOpenHearing(petition, 'handling');
      const basis = checkResult(content, petition);
      if (content.answers.length !== registration.requests.length) {
        throw new Refusal(
          'rule-violated',
          `The petitioner made ${String(registration.requests.length)} request(s); the opinion answers every one.`,
          {
            pointer: '/answers',
            basis,
          },
        );
      }
      if (basis === 'R32' && content.legalBasis.length === 0) {
        throw new Refusal('rule-violated', 'The written opinion names the laws and rules it rests on.', {
          pointer: '/legalBasis',
          basis,
        });
      }
      checkRedo(content, petition, context);
      const reviewUnit = units.reviewerOf(command.by.unit);
      const remedy = { limitDays: 30, ...(reviewUnit === undefined ? {} : { reviewUnit }), basis: 'R35' } as const;
      return [
        {
          type: 'OpinionDrafted',
          data: {
            ...content,
            by: command.by.id,
            unit: command.by.unit,
            ...(hasReview(petition) ? { remedy } : {}),
            basis,
          },
        },
      ];
    }
    case 'ApproveOpinion':
    case 'ReturnOpinion':
      requireStep(petition, 'closure', 'approve-opinion');
      return command.type === 'ApproveOpinion'
        ? [{ type: 'OpinionApproved', data: { by: command.by.id, on: legalDay(command.at) } }]
        : [{ type: 'OpinionReturned', data: { by: command.by.id, reason: command.reason } }];
    case 'ServeOpinion':
      requireStep(petition, 'closure', 'serve');
      // Served before it was approved it would take days from the petitioner's 30.
      checkService(command.service, petition.opinions.at(-1)?.approvedOn, command.at);
      checkPublished(command.service, petition.opinions.at(-1), context);
      return [
        {
          type: 'OpinionServed',
          data: {
            ...command.service,
            deadlines: hasReview(petition) ? [startLimit('review-request', command.service.servedOn, calendar)] : [],
          },
        },
      ];
  }
};

const withLast = (opinions: readonly Opinion[], change: Partial<Opinion>): readonly Opinion[] => {
  const last = opinions.at(-1);
  return last ? [...opinions.slice(0, -1), { ...last, ...change }] : opinions;
};

/** The legs' outcomes of the latest closure round: they hold in the next round too. */
export const legOutcomes = (petition: Petition): { carried: Record<string, Decided>; units: readonly string[] } => {
  const round = latestRound(petition.progress, 'closure');
  const carried = Object.fromEntries(
    Object.entries(round?.decided ?? {}).filter(([key]) => key.startsWith('outcome#')),
  );
  return { carried, units: round?.units ?? [] };
};

export const evolveOpinion = (petition: Petition, event: OpinionEvent): Petition => {
  const { progress } = petition;
  switch (event.type) {
    case 'OpinionDrafted': {
      const { result, answers, by, unit } = event.data;
      return {
        ...petition,
        opinions: [...petition.opinions, { result, answers, draftedBy: by, draftedUnit: unit }],
        progress: settle(progress, 'closure', 'draft', { outcome: 'drafted' }),
      };
    }
    case 'OpinionApproved':
      return {
        ...petition,
        opinions: withLast(petition.opinions, { approvedBy: event.data.by, approvedOn: event.data.on }),
        progress: settle(progress, 'closure', 'approve-opinion', { outcome: 'approved' }),
      };
    case 'OpinionReturned': {
      const returned = endRound(settle(progress, 'closure', 'approve-opinion', { outcome: 'returned' }), 'closure');
      return { ...petition, progress: openRound(returned, 'closure', legOutcomes(petition)) };
    }
    case 'OpinionServed':
      return {
        ...petition,
        opinions: withLast(petition.opinions, { servedOn: event.data.servedOn }),
        reviewDeclined: false,
        deadlines: [...petition.deadlines, ...event.data.deadlines],
        progress: settle(progress, 'closure', 'serve', { outcome: 'served' }),
      };
  }
};
