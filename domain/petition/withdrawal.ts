import { isSealed } from '../access/sight.ts';
import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { endMatter } from './ending.ts';
import { registered } from './guards.ts';
import { isTurnedAway } from './intake-state.ts';
import type { Issued, Petition } from './state.ts';

export type WithdrawalCommand = Issued &
  (
    | {
        readonly type: 'RequestWithdrawal';
        readonly reason: string;
        /** At the desk: how the officer made sure that nobody pressed the petitioner. Through the portal it is the code. */
        readonly voluntariness?: string;
      }
    | { readonly type: 'DecideWithdrawal'; readonly consented: boolean; readonly reason: string }
    | { readonly type: 'RetractWithdrawal' }
  );

export type WithdrawalEvent =
  | {
      readonly type: 'WithdrawalRequested';
      readonly data: {
        readonly reason: string;
        readonly voluntariness: string;
        readonly by: string;
        readonly on: string;
      };
    }
  | {
      readonly type: 'WithdrawalConsented';
      readonly data: { readonly by: string; readonly reason: string; readonly on: string };
    }
  | { readonly type: 'WithdrawalRefused'; readonly data: { readonly by: string; readonly reason: string } }
  | { readonly type: 'WithdrawalRetracted'; readonly data: { readonly on: string } };

/** What the record says of a withdrawal through the portal. */
export const ownCode = 'by the petitioner, with the query code';

/**
 * Withdrawal (撤回): no national rule. By the petitioner alone, with reasons, voluntarily, and with the petition office's
 * consent. An accusation goes on without its author; whether a suggestion is of public interest the office decides. The
 * same matter can be brought again without any disadvantage.
 */
export const decideWithdrawal = (command: WithdrawalCommand, petition: Petition): readonly WithdrawalEvent[] => {
  registered(petition);
  const on = legalDay(command.at);
  const { withdrawal } = petition.incidents;
  switch (command.type) {
    case 'RequestWithdrawal': {
      if (isSealed(petition)) {
        throw new Refusal('rule-violated', 'An accusation (检举控告) goes on, also without its author.', {
          basis: 'R30',
        });
      }
      if (petition.concludedOn !== undefined) throw new Refusal('not-the-step', 'The matter is concluded already.');
      if (isTurnedAway(petition.intake))
        throw new Refusal('not-the-step', 'The matter was not taken on: there is nothing to withdraw.');
      if (withdrawal) throw new Refusal('already-decided', 'A withdrawal waits for the petition office.');
      const voluntariness = command.by.role === 'petitioner' ? ownCode : command.voluntariness;
      if (voluntariness === undefined) {
        throw new Refusal('rule-violated', 'Record how it was made sure that the petitioner withdraws freely.', {
          pointer: '/voluntariness',
        });
      }
      return [{ type: 'WithdrawalRequested', data: { reason: command.reason, voluntariness, by: command.by.id, on } }];
    }
    case 'DecideWithdrawal':
      if (!withdrawal) throw new Refusal('not-the-step', 'No withdrawal has been requested.');
      return command.consented
        ? [{ type: 'WithdrawalConsented', data: { by: command.by.id, reason: command.reason, on } }]
        : [{ type: 'WithdrawalRefused', data: { by: command.by.id, reason: command.reason } }];
    case 'RetractWithdrawal':
      if (!withdrawal) throw new Refusal('not-the-step', 'No withdrawal waits for a decision.');
      return [{ type: 'WithdrawalRetracted', data: { on } }];
  }
};

export const evolveWithdrawal = (petition: Petition, event: WithdrawalEvent): Petition => {
  const { withdrawal: _decided, ...incidents } = petition.incidents;
  switch (event.type) {
    case 'WithdrawalRequested': {
      const { by, on } = event.data;
      return {
        ...petition,
        incidents: { ...incidents, withdrawal: { by, on }, withdrawals: incidents.withdrawals + 1 },
      };
    }
    case 'WithdrawalConsented':
      return endMatter(petition, { how: 'withdrawn', on: event.data.on });
    case 'WithdrawalRefused':
    case 'WithdrawalRetracted':
      return { ...petition, incidents };
  }
};
