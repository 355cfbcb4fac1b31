import type { Commands } from '../shared/commands.ts';
import { defined } from '../shared/defined.ts';
import { httpApi, on } from '../shared/http-api.ts';
import * as routes from './routes.ts';

/** What reviewing organs do, and the desk that takes a request for review. */
export const createHandler = ({ commands }: { readonly commands: Commands }) =>
  httpApi([
    on(routes.request, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RequestReview', ...defined(call.body) }),
    ),
    on(routes.admit, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'AdmitReview', ...call.body }),
    ),
    on(routes.decide, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'DecideReview', ...call.body }),
    ),
    on(routes.serve, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ServeReview', service: defined(call.body) }),
    ),
  ]);
