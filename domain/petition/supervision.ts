import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { knownUnit, registered } from './guards.ts';
import type { Context, Issued, Petition, Supervision } from './state.ts';

/** Grounds of Art. 40: unlawful acceptance or handling; 推诿、敷衍、拖延、弄虚作假; refusing to carry out an opinion. */
export const supervisionGrounds = [
  'late',
  'unlawful-acceptance',
  'unlawful-handling',
  'shirking',
  'perfunctory',
  'delay',
  'falsification',
  'opinion-not-executed',
] as const;
/** 改进工作, 完善政策, 追究责任 (Art. 40). */
export const proposalKinds = ['improve-work', 'improve-policy', 'hold-responsible'] as const;

export type SupervisionCommand = Issued &
  (
    | {
        readonly type: 'OpenSupervision';
        readonly ground: (typeof supervisionGrounds)[number];
        readonly against: string;
        readonly reason: string;
      }
    | {
        readonly type: 'ProposeMeasure';
        readonly supervision: number;
        readonly kind: (typeof proposalKinds)[number];
        readonly addressee: string;
        readonly text: string;
      }
    | {
        readonly type: 'GiveFeedback';
        readonly supervision: number;
        /** On this proposal alone, by whomever it was made to; absent: the supervised unit's, on everything so far. */
        readonly proposal?: number;
        readonly adopted: boolean;
        readonly text: string;
      }
    | { readonly type: 'CloseSupervision'; readonly supervision: number; readonly finding: string }
    | { readonly type: 'RecordQualityCheck'; readonly finding: string }
  );

export type SupervisionEvent =
  | {
      readonly type: 'SupervisionOpened';
      readonly data: {
        readonly ground: (typeof supervisionGrounds)[number];
        readonly against: string;
        /** In the words of whoever opened it. */
        readonly reason?: string;
        /** Of one that the clock opened: which limit was missed. The clock has no words of anybody. */
        readonly missed?: string;
        /** The visit of a reception day whose instruction was not carried out by its day. */
        readonly session?: string;
        readonly visit?: number;
        readonly by: string;
        readonly automatic: boolean;
        readonly basis: 'R40';
      };
    }
  | {
      readonly type: 'MeasureProposed';
      readonly data: {
        readonly supervision: number;
        readonly kind: (typeof proposalKinds)[number];
        readonly addressee: string;
        readonly text: string;
        readonly by: string;
        readonly basis: 'R40';
      };
    }
  | {
      readonly type: 'FeedbackGiven';
      readonly data: {
        readonly supervision: number;
        readonly proposal?: number;
        readonly unit: string;
        readonly adopted: boolean;
        readonly text: string;
      };
    }
  | {
      readonly type: 'SupervisionClosed';
      readonly data: { readonly supervision: number; readonly by: string; readonly finding: string };
    }
  | {
      readonly type: 'QualityChecked';
      readonly data: { readonly by: string; readonly finding: string; readonly on: string };
    };

/** The fact that a supervision (督办) is opened, by hand or because a limit of the law was missed. */
export const openSupervision = (data: {
  readonly ground: (typeof supervisionGrounds)[number];
  readonly against: string;
  readonly reason?: string;
  readonly missed?: string;
  readonly session?: string;
  readonly visit?: number;
  readonly by: string;
  readonly automatic: boolean;
}): SupervisionEvent => ({ type: 'SupervisionOpened', data: { ...data, basis: 'R40' } });

/**
 * What a leader instructed about this petition on a reception day has not been done by its day (Art. 40: 拖延): opens
 * supervision of the unit that was bound. None while one about the same visit is open: whoever supervises it knows.
 */
export const supervisionOfMissed = (
  petition: Petition,
  {
    session,
    visit,
    against,
    due,
    by,
  }: {
    readonly session: string;
    readonly visit: number;
    readonly against: string;
    readonly due: string;
    readonly by: string;
  },
): readonly SupervisionEvent[] =>
  petition.supervisions.some((each) => each.session === session && each.visit === visit && each.closedBy === undefined)
    ? []
    : [
        openSupervision({
          ground: 'late',
          against,
          missed: `The instruction of visit ${String(visit)} of reception day ${session} was due on ${due} (R18).`,
          session,
          visit,
          by,
          automatic: true,
        }),
      ];

/** An open supervision by its number (1, 2 …). @throws Refusal */
const openOne = (petition: Petition, number: number): Supervision => {
  const supervision = petition.supervisions[number - 1];
  if (!supervision) throw new Refusal('not-found', `There is no supervision ${String(number)}.`);
  if (supervision.closedBy !== undefined) throw new Refusal('already-decided', 'This supervision is closed.');
  return supervision;
};

/** Refuses an answer to a proposal that is not there or has one; a closed supervision does not matter. @throws Refusal */
const requireUnanswered = ({ supervisions }: Petition, supervision: number, proposal: number): void => {
  const one = supervisions[supervision - 1]?.proposals[proposal - 1];
  if (!one) throw new Refusal('not-found', `There is no proposal ${String(proposal)}.`);
  if (one.answered) throw new Refusal('already-decided', 'This proposal has been answered.', { basis: 'R40' });
};

export const decideSupervision = (
  command: SupervisionCommand,
  petition: Petition,
  { units }: Context,
): readonly SupervisionEvent[] => {
  registered(petition);
  switch (command.type) {
    case 'OpenSupervision': {
      const { ground, against, reason } = command;
      knownUnit(units, against, '/against');
      if (against === command.by.unit) {
        throw new Refusal('rule-violated', 'A unit does not supervise itself.', { pointer: '/against', basis: 'R40' });
      }
      return [openSupervision({ ground, against, reason, by: command.by.id, automatic: false })];
    }
    case 'ProposeMeasure': {
      openOne(petition, command.supervision);
      knownUnit(units, command.addressee, '/addressee');
      const { supervision, kind, addressee, text } = command;
      return [
        { type: 'MeasureProposed', data: { supervision, kind, addressee, text, by: command.by.id, basis: 'R40' } },
      ];
    }
    case 'GiveFeedback': {
      const { supervision, proposal, adopted, text } = command;
      if (proposal !== undefined) requireUnanswered(petition, supervision, proposal);
      else if (openOne(petition, supervision).feedback)
        throw new Refusal('already-decided', 'Feedback has been given.');
      return [
        {
          type: 'FeedbackGiven',
          data: {
            supervision,
            ...(proposal === undefined ? {} : { proposal }),
            unit: command.by.unit,
            adopted,
            text,
          },
        },
      ];
    }
    case 'CloseSupervision': {
      const supervision = openOne(petition, command.supervision);
      if (!supervision.feedback)
        throw new Refusal('not-the-step', 'The supervised unit owes written feedback first.', { basis: 'R40' });
      return [
        {
          type: 'SupervisionClosed',
          data: { supervision: command.supervision, by: command.by.id, finding: command.finding },
        },
      ];
    }
    case 'RecordQualityCheck': {
      if (petition.qualityCheck !== 'open') throw new Refusal('not-the-step', 'No quality check is open.');
      return [
        { type: 'QualityChecked', data: { by: command.by.id, finding: command.finding, on: legalDay(command.at) } },
      ];
    }
  }
};

const withOne = (petition: Petition, number: number, changed: Partial<Supervision>): Petition => ({
  ...petition,
  supervisions: petition.supervisions.map((each, index) => (index === number - 1 ? { ...each, ...changed } : each)),
});

export const evolveSupervision = (petition: Petition, event: SupervisionEvent): Petition => {
  switch (event.type) {
    case 'SupervisionOpened': {
      const { ground, against, by, automatic, session, visit } = event.data;
      const about = session === undefined || visit === undefined ? {} : { session, visit };
      return {
        ...petition,
        supervisions: [...petition.supervisions, { ground, against, openedBy: by, automatic, ...about, proposals: [] }],
      };
    }
    case 'MeasureProposed': {
      const { supervision, addressee } = event.data;
      const proposals = petition.supervisions[supervision - 1]?.proposals ?? [];
      return withOne(petition, supervision, { proposals: [...proposals, { addressee }] });
    }
    case 'FeedbackGiven': {
      const { supervision, proposal } = event.data;
      const { against, proposals = [] } = petition.supervisions[supervision - 1] ?? {};
      return withOne(petition, supervision, {
        ...(proposal === undefined ? { feedback: true } : {}),
        proposals: proposals.map((each, index) =>
          (proposal === undefined ? each.addressee === against : index === proposal - 1)
            ? { ...each, answered: true }
            : each,
        ),
      });
    }
    case 'SupervisionClosed':
      return withOne(petition, event.data.supervision, { closedBy: event.data.by });
    case 'QualityChecked':
      return { ...petition, qualityCheck: 'done' };
  }
};
