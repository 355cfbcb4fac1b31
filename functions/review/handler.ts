import { defined } from '../../domain/defined.ts';
import type { Commands } from '../shared/commands.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { ordinal } from '../shared/ordinal.ts';
import * as routes from './routes.ts';

/** What reviewing organs do, and the desk that takes a request for review. */
export const createHandler = ({ commands }: { readonly commands: Commands }) =>
  httpApi([
    on(routes.request, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RequestReview', ...defined(call.body) }),
    ),
    on(routes.admit, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'AdmitReview', ...defined(call.body) }),
    ),
    on(routes.decide, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'DecideReview', ...call.body }),
    ),
    on(routes.serve, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ServeReview', service: defined(call.body) }),
    ),
    on(routes.tollWindow, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RecordForceMajeure', ...call.body }),
    ),
    on(routes.scheduleHearing, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ScheduleHearing', ...call.body }),
    ),
    on(routes.recordHearing, (call) =>
      commands.change(call.officer(), call, call.params.number, {
        type: 'RecordHearing',
        hearing: ordinal('hearing', call.params.hearing),
        ...call.body,
      }),
    ),
    on(routes.cancelHearing, (call) =>
      commands.change(call.officer(), call, call.params.number, {
        type: 'CancelHearing',
        hearing: ordinal('hearing', call.params.hearing),
        ...call.body,
      }),
    ),
  ]);
