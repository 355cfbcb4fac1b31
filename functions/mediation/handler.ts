import type { Commands } from '../shared/commands.ts';
import { httpApi, on } from '../shared/http-api.ts';
import * as routes from './routes.ts';

/** What mediators do: consent of all sides, sessions, agreement, signatures, performance. */
export const createHandler = ({ commands }: { readonly commands: Commands }) =>
  httpApi([
    on(routes.propose, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ProposeMediation', ...call.body }),
    ),
    on(routes.consent, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RecordConsent', ...call.body }),
    ),
    on(routes.session, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'MinuteSession', ...call.body }),
    ),
    on(routes.agreement, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'DraftAgreement', content: call.body }),
    ),
    on(routes.mark, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'MarkAgreement', ...call.body }),
    ),
    on(routes.end, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'EndMediation', ...call.body }),
    ),
    on(routes.performance, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RecordPerformance', ...call.body }),
    ),
    on(routes.confirmation, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RecordConfirmationRequest', ...call.body }),
    ),
  ]);
