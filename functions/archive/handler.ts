import type { Commands } from '../shared/commands.ts';
import { defined } from '../shared/defined.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { ordinal } from '../shared/ordinal.ts';
import * as routes from './routes.ts';

/** What is done with files and not with their matters: legal holds, and erasure by two persons. */
export const createHandler = ({ commands }: { readonly commands: Commands }) =>
  httpApi([
    on(routes.placeHold, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'PlaceHold', ...call.body }),
    ),
    on(routes.liftHold, (call) =>
      commands.change(call.officer(), call, call.params.number, {
        type: 'LiftHold',
        hold: ordinal('hold', call.params.hold),
        ...call.body,
      }),
    ),
    on(routes.proposeErasure, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ProposeErasure', ...defined(call.body) }),
    ),
    on(routes.decideErasure, (call) =>
      commands.change(
        call.officer(),
        call,
        call.params.number,
        call.body.decision === 'approve'
          ? { type: 'ApproveErasure' }
          : { type: 'ReturnErasure', reason: call.body.reason },
      ),
    ),
  ]);
