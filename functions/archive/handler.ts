import { defined } from '../../domain/defined.ts';
import type { Clock, RecordStore } from '../../domain/ports.ts';
import { findPetition } from '../shared/access.ts';
import type { Commands } from '../shared/commands.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { mentionable } from '../shared/mention.ts';
import { ordinal } from '../shared/ordinal.ts';
import { createKeeping } from './keeping.ts';
import { erasedWithIt, linkedRecords } from './linked.ts';
import * as routes from './routes.ts';

export interface Dependencies {
  readonly commands: Commands;
  readonly records: RecordStore;
  readonly clock: Clock;
}

/** What is done with files and not with their matters: legal holds, and erasure by two persons. */
export const createHandler = ({ commands, records, clock }: Dependencies) => {
  const keeping = createKeeping({ records, clock, context: commands.context });
  return httpApi([
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
        undefined,
        undefined,
        erasedWithIt(records),
      ),
    ),
    on(routes.linked, async (call) => {
      // Nothing personal is asked for, so nothing is opened.
      const closed = { load: records.stored.bind(records) };
      const { number } = call.params;
      const { petition, version } = await findPetition(
        { records: closed, context: commands.context, clock },
        call,
        number,
      );
      const items = await linkedRecords(records, petition, mentionable(records, call.officer()));
      const { erasedOn } = petition.keeping;
      return { body: { number, ...(erasedOn === undefined ? {} : { erasedOn }), items }, version };
    }),

    on(routes.kept, ({ officer, actions: [action], params }) => keeping.read(officer(), action, params.thing)),
    on(routes.holdThing, (call) =>
      keeping.change(call.officer(), call, call.params.thing, { type: 'PlaceHold', ...call.body }),
    ),
    on(routes.liftThingsHold, (call) =>
      keeping.change(call.officer(), call, call.params.thing, {
        type: 'LiftHold',
        hold: ordinal('hold', call.params.hold),
        ...call.body,
      }),
    ),
    on(routes.proposeThingsErasure, (call) =>
      keeping.change(call.officer(), call, call.params.thing, { type: 'ProposeErasure', ...defined(call.body) }),
    ),
    on(routes.decideThingsErasure, (call) =>
      keeping.change(
        call.officer(),
        call,
        call.params.thing,
        call.body.decision === 'approve'
          ? { type: 'ApproveErasure' }
          : { type: 'ReturnErasure', reason: call.body.reason },
      ),
    ),
  ]);
};
