import { defined } from '../../domain/defined.ts';
import type { Commands } from '../shared/commands.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { ordinal } from '../shared/ordinal.ts';
import type { SessionCommands } from '../shared/session-commands.ts';
import * as routes from './routes.ts';

export interface Dependencies {
  readonly commands: Commands;
  readonly sessions: SessionCommands;
}

/** What leaders do: approve or return, instruct on their reception days, and judge what became of it. */
export const createHandler = ({ commands, sessions }: Dependencies) =>
  httpApi([
    on(routes.decideAssignment, (call) => {
      const { body } = call;
      const intent =
        body.decision === 'return'
          ? ({ type: 'ReturnAssignment', reason: body.reason } as const)
          : ({ type: 'ApproveAssignment', ...(body.note === undefined ? {} : { note: body.note }) } as const);
      return commands.change(call.officer(), call, call.params.number, intent);
    }),
    on(routes.decideOpinion, (call) => {
      const { body } = call;
      const intent =
        body.decision === 'return'
          ? ({ type: 'ReturnOpinion', reason: body.reason } as const)
          : ({ type: 'ApproveOpinion' } as const);
      return commands.change(call.officer(), call, call.params.number, intent);
    }),
    on(routes.decideExtension, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'DecideExtension', ...call.body }),
    ),
    on(routes.reopen, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ReopenPetition', ...call.body }),
    ),
    on(routes.suspend, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'SuspendHandling', ...call.body }),
    ),
    on(routes.decideRefusal, async (call) => {
      const { body, params } = call;
      if (body.decision === 'return')
        return commands.change(call.officer(), call, params.number, { type: 'ReturnRefusal', reason: body.reason });
      const linked = await commands.linkedToRefusalOf(call.officer(), params.number);
      return commands.change(call.officer(), call, params.number, {
        type: 'ApproveRefusal',
        ...(linked ? { linked } : {}),
      });
    }),
    on(routes.decideDispute, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'DecideDispute', ...call.body }),
    ),
    on(routes.designateSuccessor, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'DesignateSuccessor', ...call.body }),
    ),
    on(routes.instruct, (call) =>
      sessions.change(call.officer(), call, call.params.id, {
        type: 'IssueInstruction',
        visit: ordinal('visit', call.params.visit),
        ...defined(call.body),
      }),
    ),
    on(routes.confirmReception, (call) =>
      sessions.change(call.officer(), call, call.params.id, { type: 'ConfirmReception' }),
    ),
    on(routes.decideCommitment, (call) => {
      const { body, params } = call;
      const visit = ordinal('visit', params.visit);
      const intent =
        body.decision === 'return'
          ? ({ type: 'ReturnCommitment', visit, reason: body.reason, due: body.due } as const)
          : ({ type: 'ConfirmCommitment', visit } as const);
      return sessions.change(call.officer(), call, params.id, intent);
    }),
  ]);
