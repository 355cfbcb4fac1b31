import { defined } from '../../domain/defined.ts';
import type { Commands } from '../shared/commands.ts';
import { httpApi, on } from '../shared/http-api.ts';
import * as routes from './routes.ts';

/** What the petition office does: triage, disputes over competence, the second signature of closing, resolution. */
export const createHandler = ({ commands }: { readonly commands: Commands }) =>
  httpApi([
    on(routes.routePetition, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RoutePetition', ...defined(call.body) }),
    ),
    on(routes.decideObjection, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'DecideObjection', ...call.body }),
    ),
    on(routes.decideClosing, (call) =>
      commands.change(
        call.officer(),
        call,
        call.params.number,
        call.body.decision === 'confirm'
          ? { type: 'ConfirmClosing' }
          : { type: 'ReturnClosing', reason: call.body.reason },
      ),
    ),
    on(routes.decideWithdrawal, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'DecideWithdrawal', ...call.body }),
    ),
    on(routes.decideAfterDeath, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'DecideAfterDeath', ...defined(call.body) }),
    ),
    on(routes.transfer, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'TransferPetition', ...call.body }),
    ),
    on(routes.confirmResolved, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ConfirmResolved', ...call.body }),
    ),
    on(routes.redirect, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RedirectPetition', ...defined(call.body) }),
    ),
    on(routes.retriage, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RetriagePetition', ...call.body }),
    ),
    on(routes.referDispute, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ReferDispute', ...call.body }),
    ),
    on(routes.moveToSuccessor, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'MoveToSuccessor', ...call.body }),
    ),
    on(routes.flagUrgent, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'FlagUrgent', ...call.body }),
    ),
    on(routes.reportUrgent, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ReportUrgent', ...defined(call.body) }),
    ),
    on(routes.proposeRefusal, async (call) => {
      const linked =
        call.body.earlier === undefined ? undefined : await commands.linkedTo(call.officer(), call.body.earlier);
      return commands.change(call.officer(), call, call.params.number, {
        type: 'ProposeRefusal',
        ...defined(call.body),
        ...(linked ? { linked } : {}),
      });
    }),
    on(routes.claimNewFacts, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ClaimNewFacts', ...call.body }),
    ),
  ]);
