import { legalDay } from '../../domain/calendar/calendar.ts';
import { defined } from '../../domain/defined.ts';
import type { Petition } from '../../domain/petition/state.ts';
import type { Clock, RecordStore } from '../../domain/ports.ts';
import { findPetition } from '../shared/access.ts';
import type { Commands } from '../shared/commands.ts';
import { createErasure } from '../shared/erasure.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { logged } from '../shared/log.ts';
import { mentionable } from '../shared/mention.ts';
import { ordinal } from '../shared/ordinal.ts';
import { createKeeping } from './keeping.ts';
import { linkedRecords } from './linked.ts';
import * as routes from './routes.ts';

export interface Dependencies {
  readonly commands: Commands;
  readonly records: RecordStore;
  readonly clock: Clock;
}

/** Stages of an erasure that whoever approves waits for, some seconds' work; the schedule does the rest. */
const stagesAtOnce = 200;

/** What is done with files and not with their matters: legal holds, and erasure by two persons. */
export const createHandler = ({ commands, records, clock }: Dependencies) => {
  const keeping = createKeeping({ records, clock, context: commands.context });
  const erasure = createErasure({ records, clock, context: commands.context });
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
    on(routes.decideErasure, async (call) => {
      const { number } = call.params;
      if (call.body.decision === 'return') {
        const { reason } = call.body;
        return commands.change(call.officer(), call, number, { type: 'ReturnErasure', reason });
      }
      const requireOver = (petition: Petition, at: string) => erasure.requireOver(petition, legalDay(at));
      const approve = { type: 'ApproveErasure' } as const;
      const result = await commands.change(call.officer(), call, number, approve, undefined, undefined, requireOver);
      try {
        await erasure.finish(number, undefined, stagesAtOnce);
      } catch (error) {
        // It is approved, and the petition's key is gone: what is left waits, and `erasure-finish` rings when it fails too.
        console.error({ message: 'An erasure is not finished yet', number, error: logged(error) });
      }
      return result;
    }),
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
