import { ownProposal, separatedFromWhistle } from '../access/separation.ts';
import { legalDay } from '../calendar/calendar.ts';
import type { WhistleKind } from '../configuration.ts';
import { Refusal } from '../errors.ts';
import { requireMinimal } from '../grid/minimal.ts';
import { isOver } from '../limits.ts';
import type { Context } from '../petition/state.ts';
import { requireCallable } from './drafting.ts';
import { calledLeg, waitingLeg } from './legs.ts';
import type { CalledLeg, Whistle, WhistleCommand, WhistleEvent, WhistleLeg } from './state.ts';

type ObjectionCommand = Extract<
  WhistleCommand,
  {
    type:
      | 'ObjectToWhistle'
      | 'WithdrawWhistleObjection'
      | 'AnswerWhistleObjection'
      | 'ReferWhistleDispute'
      | 'DecideWhistleDispute';
  }
>;

/** The rules' own check, beside the policy's. @throws Refusal */
export const requireSeparateOn = (command: WhistleCommand, whistle: Whistle): void => {
  if (command.type === 'SweepWhistle' || command.type === 'RecountWhistle') return;
  const unit = 'unit' in command ? command.unit : undefined;
  if (!separatedFromWhistle(command.type, whistle, unit).includes(command.by.id)) return;
  throw new Refusal('own-proposal', ownProposal(command.type));
};

const requireState = (leg: WhistleLeg, ...states: readonly string[]): void => {
  const state = leg.objection?.state;
  if (state === undefined) throw new Refusal('not-the-step', `${leg.unit} has not objected.`);
  if (!states.includes(state)) throw new Refusal('already-decided', `The objection of ${leg.unit} is ${state}.`);
};

/** The kind as it is configured now; one that the place has given up since lends its limits no more. */
const kindOf = ({ content }: Whistle, { configuration }: Context): WhistleKind => {
  const kind = configuration.whistles.find(({ code }) => code === content?.kind);
  if (!kind) throw new Refusal('rule-violated', `The kind ${String(content?.kind)} is not configured any more.`);
  return kind;
};

/**
 * The other department that is called instead; its limits run from now.
 * @param overReturned a superior's ruling (Art. 24) also binds the department that had been let go as the wrong one
 * @throws Refusal
 */
const instead = (
  whistle: Whistle,
  replacement: string | undefined,
  at: string,
  context: Context,
  overReturned = false,
): { readonly replacement?: CalledLeg } => {
  const { content, unit: caller, legs } = whistle;
  if (replacement === undefined || !content || caller === undefined) return {};
  requireCallable(content, caller, replacement, '/replacement', legalDay(at), context.units);
  if (legs.some(({ unit, returned }) => unit === replacement && !(overReturned && returned))) {
    throw new Refusal('already-decided', `${replacement} has been called already.`, { pointer: '/replacement' });
  }
  // The day that the caller had set may have passed meanwhile: the other department was never told of it.
  const due = content.outcomeDue !== undefined && content.outcomeDue >= legalDay(at) ? content.outcomeDue : undefined;
  return { replacement: calledLeg(replacement, kindOf(whistle, context), due, at, context.calendar) };
};

/**
 * A wrong department says so with reasons (after Art. 23), the caller's leader agrees or not, and where they stay of two
 * minds their common superior decides (Art. 24). Until then the limits run on: a return counts only once it is agreed to.
 */
export const decideObjection = (
  command: ObjectionCommand,
  whistle: Whistle,
  context: Context,
): readonly WhistleEvent[] => {
  const { unit, at } = command;
  const leg = waitingLeg(whistle, unit);
  switch (command.type) {
    case 'ObjectToWhistle': {
      if (leg.attendedAt !== undefined) {
        throw new Refusal('not-the-step', 'Whoever has reported in is at work: say what came of it.', { basis: 'R23' });
      }
      if (leg.objection && leg.objection.state !== 'withdrawn') {
        throw new Refusal('already-decided', `Your unit has objected; that is ${leg.objection.state}.`);
      }
      const limit = leg.limits.find((each) => each.limit === 'objection');
      if (limit && isOver(limit, at)) {
        throw new Refusal('out-of-time', `An objection was in time until ${limit.due}.`, { basis: 'R23' });
      }
      requireMinimal({ reason: command.reason });
      return [{ type: 'WhistleObjected', data: { unit, reason: command.reason } }];
    }
    case 'WithdrawWhistleObjection':
      requireState(leg, 'open', 'refused');
      return [{ type: 'WhistleObjectionWithdrawn', data: { unit } }];
    case 'AnswerWhistleObjection': {
      requireState(leg, 'open');
      const { agreed, reason, replacement, by } = command;
      requireMinimal({ reason });
      if (!agreed && replacement !== undefined) {
        throw new Refusal('rule-violated', 'Only where you agree is another department called instead.', {
          pointer: '/replacement',
        });
      }
      return [
        {
          type: 'WhistleObjectionAnswered',
          data: { unit, agreed, reason, by: by.id, at, ...instead(whistle, replacement, at, context), basis: 'R23' },
        },
      ];
    }
    case 'ReferWhistleDispute': {
      requireState(leg, 'refused');
      requireMinimal({ reason: command.reason });
      const { unit: decider, rule } = context.units.disputeDecider(
        [whistle.unit ?? '', unit],
        context.configuration.jointMeetingOffice,
        // They have answered the objection: the next one above both rules, where there is one.
        context.units.leadershipOf(whistle.unit ?? ''),
      );
      return [{ type: 'WhistleDisputeReferred', data: { unit, reason: command.reason, decider, rule, basis: 'R24' } }];
    }
    case 'DecideWhistleDispute': {
      requireState(leg, 'disputed');
      requireSeparateOn(command, whistle);
      const { keeps, reason, replacement, by } = command;
      requireMinimal({ reason });
      if (keeps && replacement !== undefined) {
        throw new Refusal('rule-violated', 'The matter stays with that unit, or goes to another.', {
          pointer: '/replacement',
        });
      }
      return [
        {
          type: 'WhistleDisputeDecided',
          data: {
            unit,
            keeps,
            reason,
            by: by.id,
            at,
            ...instead(whistle, replacement, at, context, true),
            basis: 'R24',
          },
        },
      ];
    }
  }
};
