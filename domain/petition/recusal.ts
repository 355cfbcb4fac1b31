import { dueAfterWorkingDays, legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { registered } from './guards.ts';
import type { Context, Issued, Petition, Post } from './state.ts';

/**
 * Recusal (回避, Art. 28): declared by the officer himself or by the office in charge, or proposed by the petitioner or any
 * officer concerned and decided by the office in charge or the one above it.
 */
export type RecusalCommand = Issued &
  (
    | {
        readonly type: 'DeclareRecusal';
        readonly officer: string;
        readonly interest: string;
        /** Where he alone would have to approve: from then on somebody above stands in. */
        readonly post?: Post;
      }
    | { readonly type: 'LiftRecusal'; readonly officer: string; readonly reason: string }
    | {
        readonly type: 'ProposeRecusal';
        /** An officer's id, or as the petitioner knows him. */
        readonly officer?: string;
        readonly whom?: string;
        readonly interest: string;
      }
    | {
        readonly type: 'DecideRecusal';
        /** Number of the proposal, from 1. */
        readonly proposal: number;
        /** Whom it is about: the petitioner names a person, the office the officer. */
        readonly officer: string;
        readonly granted: boolean;
        readonly reason: string;
        readonly post?: Post;
      }
  );

export type RecusalEvent =
  | {
      readonly type: 'RecusalDeclared';
      readonly data: {
        readonly officer: string;
        readonly interest: string;
        readonly post?: Post;
        readonly basis: 'R28';
      };
    }
  | {
      readonly type: 'RecusalLifted';
      readonly data: { readonly officer: string; readonly reason: string; readonly basis: 'R28' };
    }
  | {
      readonly type: 'RecusalProposed';
      readonly data: {
        readonly officer?: string;
        readonly whom?: string;
        readonly interest: string;
        readonly by: string;
        readonly on: string;
        /** Last legal day for the decision, by the configured rule. */
        readonly due: string;
        readonly source: string;
        readonly basis: 'R28';
      };
    }
  | {
      readonly type: 'RecusalDecided';
      readonly data: {
        readonly proposal: number;
        readonly officer: string;
        readonly granted: boolean;
        readonly reason: string;
        readonly by: string;
        readonly on: string;
        readonly post?: Post;
        readonly basis: 'R28';
      };
    }
  | {
      /**
       * Nobody has decided in time. No limit among the others: handlers see those, and a proposal may be about them.
       */
      readonly type: 'RecusalDecisionMissed';
      readonly data: { readonly proposal: number; readonly due: string; readonly basis: 'R28' };
    };

/** Proposals that wait to be decided and have not been called missed, by number, while the matter goes on. */
export const undecidedRecusals = ({
  recusals,
  concludedOn,
  incidents,
}: Pick<Petition, 'recusals' | 'concludedOn' | 'incidents'>): readonly {
  readonly proposal: number;
  readonly due: string;
}[] =>
  concludedOn !== undefined || incidents.ended !== undefined
    ? []
    : recusals.proposals.flatMap(({ due, decided, missed }, index) =>
        decided || missed ? [] : [{ proposal: index + 1, due }],
      );

const optional = <K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };

/** How many undecided proposals one person can have in one matter; a technical bound, no rule's. */
const maximumWaiting = 5;

/** @throws Refusal */
export const decideRecusal = (
  command: RecusalCommand,
  petition: Petition,
  { calendar, configuration }: Pick<Context, 'calendar' | 'configuration'>,
): readonly RecusalEvent[] => {
  registered(petition);
  const on = legalDay(command.at);
  switch (command.type) {
    case 'DeclareRecusal': {
      const { officer, interest, post } = command;
      if (petition.recused.includes(officer)) throw new Refusal('already-decided', 'That officer is recused already.');
      return [{ type: 'RecusalDeclared', data: { officer, interest, ...optional('post', post), basis: 'R28' } }];
    }
    case 'LiftRecusal':
      if (!petition.recused.includes(command.officer))
        throw new Refusal('not-the-step', 'That officer is not recused.', { pointer: '/officer' });
      return [{ type: 'RecusalLifted', data: { officer: command.officer, reason: command.reason, basis: 'R28' } }];
    case 'ProposeRecusal': {
      const { officer, whom, interest } = command;
      if (officer === undefined && whom === undefined)
        throw new Refusal('rule-violated', 'Say who is to withdraw from the matter.', { pointer: '/whom' });
      if (officer !== undefined && petition.recused.includes(officer))
        throw new Refusal('already-decided', 'That officer is recused already.');
      const waiting = petition.recusals.proposals.filter(({ by, decided }) => !decided && by === command.by.id);
      if (waiting.length >= maximumWaiting)
        throw new Refusal('not-the-step', 'Several proposals of yours wait to be decided first.', { basis: 'R28' });
      const { days, source } = configuration.recusalDecision;
      const due = dueAfterWorkingDays(on, days, calendar);
      return [
        {
          type: 'RecusalProposed',
          data: {
            ...optional('officer', officer),
            ...optional('whom', whom),
            interest,
            by: command.by.id,
            on,
            due,
            source,
            basis: 'R28',
          },
        },
      ];
    }
    case 'DecideRecusal': {
      const { proposal, officer, granted, reason, post } = command;
      const proposed = petition.recusals.proposals[proposal - 1];
      if (!proposed) throw new Refusal('not-found', `There is no proposal ${String(proposal)}.`);
      if (proposed.decided) throw new Refusal('already-decided', 'This proposal has been decided.', { basis: 'R28' });
      if (proposed.officer !== undefined && proposed.officer !== officer)
        throw new Refusal('rule-violated', 'The proposal is about another officer.', { pointer: '/officer' });
      return [
        {
          type: 'RecusalDecided',
          data: { proposal, officer, granted, reason, by: command.by.id, on, ...optional('post', post), basis: 'R28' },
        },
      ];
    }
  }
};

const recuse = (petition: Petition, officer: string, post: Post | undefined): Petition => ({
  ...petition,
  recused: petition.recused.includes(officer) ? petition.recused : [...petition.recused, officer],
  recusals: {
    ...petition.recusals,
    posts: post === undefined ? petition.recusals.posts : [...petition.recusals.posts, { officer, ...post }],
  },
});

export const evolveRecusal = (petition: Petition, event: RecusalEvent): Petition => {
  const { recusals } = petition;
  switch (event.type) {
    case 'RecusalDeclared':
      return recuse(petition, event.data.officer, event.data.post);
    case 'RecusalLifted': {
      const { officer } = event.data;
      return {
        ...petition,
        recused: petition.recused.filter((each) => each !== officer),
        recusals: { ...recusals, posts: recusals.posts.filter((each) => each.officer !== officer) },
      };
    }
    case 'RecusalProposed': {
      const { officer, whom, by, on, due } = event.data;
      const proposal = { ...optional('officer', officer), ...optional('whom', whom), by, on, due };
      return { ...petition, recusals: { ...recusals, proposals: [...recusals.proposals, proposal] } };
    }
    case 'RecusalDecisionMissed': {
      const proposals = recusals.proposals.map((each, index) =>
        index === event.data.proposal - 1 ? { ...each, missed: true as const } : each,
      );
      return { ...petition, recusals: { ...recusals, proposals } };
    }
    case 'RecusalDecided': {
      const { proposal, officer, granted, reason, on, post } = event.data;
      const proposals = recusals.proposals.map((each, index) =>
        index === proposal - 1 ? { ...each, decided: { granted, officer, reason, on } } : each,
      );
      const decided = { ...petition, recusals: { ...recusals, proposals } };
      return granted ? recuse(decided, officer, post) : decided;
    }
  }
};
