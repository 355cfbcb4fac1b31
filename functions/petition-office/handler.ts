import type { Commands } from '../shared/commands.ts';
import { defined } from '../shared/defined.ts';
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
    on(routes.confirmResolved, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ConfirmResolved', ...call.body }),
    ),
  ]);
