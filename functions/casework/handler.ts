import { defined } from '../../domain/defined.ts';
import { noticeOf, unitOwing } from '../../domain/notices/record.ts';
import type { Commands } from '../shared/commands.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { ordinal } from '../shared/ordinal.ts';
import type { SessionCommands } from '../shared/session-commands.ts';
import * as routes from './routes.ts';

export interface Dependencies {
  readonly commands: Commands;
  readonly sessions: SessionCommands;
}

/** What handling units do: answer, propose, report in, write opinions, ask for closing, carry out what was instructed. */
export const createHandler = ({ commands, sessions }: Dependencies) =>
  httpApi([
    on(routes.accept, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'AcceptPetition', ...defined(call.body) }),
    ),
    on(routes.takeOverAccusation, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'TakeOverAccusation' }),
    ),
    on(routes.returnAccusation, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ReturnAccusation', ...call.body }),
    ),
    on(routes.divert, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'DivertPetition', ...call.body }),
    ),
    on(routes.object, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ObjectToRouting', ...call.body }),
    ),
    on(routes.proposeAssignment, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ProposeAssignment', ...defined(call.body) }),
    ),
    on(routes.acknowledge, (call) => {
      const { number, unit } = call.params;
      return commands.change(call.officer(), call, number, { type: 'AcknowledgeLeg', unit }, () => unit);
    }),
    on(routes.reportIn, (call) => {
      const { number, unit } = call.params;
      return commands.change(call.officer(), call, number, { type: 'ReportIn', unit, ...call.body }, () => unit);
    }),
    on(routes.legOutcome, (call) => {
      const { number, unit } = call.params;
      return commands.change(
        call.officer(),
        call,
        number,
        { type: 'RecordLegOutcome', unit, ...call.body },
        () => unit,
      );
    }),
    on(routes.draftOpinion, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'DraftOpinion', content: defined(call.body) }),
    ),
    on(routes.serveOpinion, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ServeOpinion', service: defined(call.body) }),
    ),
    on(routes.submitReport, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'SubmitReport', ...call.body }),
    ),
    on(routes.requestClosing, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RequestClosing', ...defined(call.body) }),
    ),
    on(routes.judgeNewFacts, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'JudgeNewFacts', ...call.body }),
    ),
    on(routes.requestExtension, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RequestExtension', ...call.body }),
    ),
    on(routes.contactAttempt, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RecordContactAttempt', ...call.body }),
    ),
    on(routes.publishByCode, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'PublishByCode' }),
    ),
    on(routes.support, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'RecordSupport', ...defined(call.body) }),
    ),
    on(routes.serveNotice, (call) => {
      const { number, id } = call.params;
      return commands.change(
        call.officer(),
        call,
        number,
        { type: 'ServeNotice', notice: id, service: defined(call.body) },
        (petition, units) => unitOwing(noticeOf(petition, id), petition, units),
      );
    }),
    on(routes.followUp, (call) =>
      sessions.change(call.officer(), call, call.params.id, {
        type: 'RecordFollowUp',
        visit: ordinal('visit', call.params.visit),
        ...call.body,
      }),
    ),
    on(routes.progress, (call) =>
      sessions.change(call.officer(), call, call.params.id, {
        type: 'LogCommitmentProgress',
        visit: ordinal('visit', call.params.visit),
        ...call.body,
      }),
    ),
  ]);
