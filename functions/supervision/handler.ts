import { defined } from '../../domain/defined.ts';
import type { Petition } from '../../domain/petition/state.ts';
import type { Commands } from '../shared/commands.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { ordinal } from '../shared/ordinal.ts';
import type { SessionCommands } from '../shared/session-commands.ts';
import * as routes from './routes.ts';

export interface Dependencies {
  readonly commands: Commands;
  readonly sessions: SessionCommands;
}

/** What supervisors do (Art. 40), the feedback that supervised units owe, emergency access, and recusal (Art. 28). */
export const createHandler = ({ commands, sessions }: Dependencies) => {
  /** The unit that a supervision is about. */
  const against = (number: number) => (petition: Petition) => petition.supervisions[number - 1]?.against;
  return httpApi([
    on(routes.open, (call) =>
      commands.change(
        call.officer(),
        call,
        call.params.number,
        { type: 'OpenSupervision', ...call.body },
        () => call.body.against,
      ),
    ),
    on(routes.propose, (call) => {
      const supervision = ordinal('supervision', call.params.supervision);
      const intent = { type: 'ProposeMeasure', supervision, ...call.body } as const;
      return commands.change(call.officer(), call, call.params.number, intent, against(supervision));
    }),
    on(routes.feedback, (call) => {
      const supervision = ordinal('supervision', call.params.supervision);
      const { proposal, ...content } = call.body;
      const intent = {
        type: 'GiveFeedback',
        supervision,
        ...(proposal === undefined ? {} : { proposal }),
        ...content,
      } as const;
      const owing =
        proposal === undefined
          ? against(supervision)
          : ({ supervisions }: Petition) => supervisions[supervision - 1]?.proposals[proposal - 1]?.addressee;
      return commands.change(call.officer(), call, call.params.number, intent, owing);
    }),
    on(routes.close, (call) => {
      const supervision = ordinal('supervision', call.params.supervision);
      const intent = { type: 'CloseSupervision', supervision, ...call.body } as const;
      return commands.change(call.officer(), call, call.params.number, intent, against(supervision));
    }),
    on(routes.urgeCommitment, (call) =>
      sessions.change(call.officer(), call, call.params.id, {
        type: 'UrgeCommitment',
        visit: ordinal('visit', call.params.visit),
        ...call.body,
      }),
    ),
    on(routes.emergencyAccess, (call) =>
      commands.changeUnread(call.officer(), call, call.params.number, { type: 'UseEmergencyAccess', ...call.body }),
    ),
    on(routes.reviewEmergencyAccess, (call) => {
      const access = ordinal('access', call.params.access);
      const intent = { type: 'ReviewEmergencyAccess', access, ...call.body } as const;
      return commands.change(call.officer(), call, call.params.number, intent);
    }),
    on(routes.qualityCheck, (call) =>
      commands.change(
        call.officer(),
        call,
        call.params.number,
        { type: 'RecordQualityCheck', ...call.body },
        (petition, units) => petition.registration && units.petitionOfficeOf(petition.registration.unit),
      ),
    ),
    on(routes.declareRecusal, (call) =>
      commands.change(
        call.officer(),
        call,
        call.params.number,
        { type: 'DeclareRecusal', ...defined(call.body) },
        () => call.body.officer,
      ),
    ),
    on(routes.proposeRecusal, (call) =>
      commands.change(call.officer(), call, call.params.number, { type: 'ProposeRecusal', ...call.body }),
    ),
    on(routes.decideRecusal, (call) =>
      commands.change(
        call.officer(),
        call,
        call.params.number,
        { type: 'DecideRecusal', proposal: ordinal('proposal', call.params.proposal), ...defined(call.body) },
        () => call.body.officer,
      ),
    ),
    on(routes.liftRecusal, (call) =>
      commands.change(
        call.officer(),
        call,
        call.params.number,
        { type: 'LiftRecusal', ...call.body },
        () => call.body.officer,
      ),
    ),
  ]);
};
