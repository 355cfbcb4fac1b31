import { legalDay } from '../../domain/calendar/calendar.ts';
import { publicCentre } from '../../domain/centre/centre.ts';
import { placementForPetitioner } from '../../domain/centre/placement.ts';
import { defined } from '../../domain/defined.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import { petitionerView } from '../../domain/petition/views.ts';
import type { AttemptStore, Clock, LookupHasher, RecordStore } from '../../domain/ports.ts';
import { httpApi, on } from '../shared/http-api.ts';
import type { Limits } from '../shared/limits.ts';
import type { PetitionerCommands } from '../shared/petitioner-commands.ts';
import { type Credentials, requirePetitioner } from '../shared/query-code.ts';
import * as routes from './routes.ts';

export interface Dependencies {
  readonly commands: PetitionerCommands;
  readonly records: RecordStore;
  readonly hasher: LookupHasher;
  readonly clock: Clock;
  readonly attempts: AttemptStore;
  readonly limits: Limits;
}

/** What the petitioner does, known by number and query code alone. */
export const createHandler = (dependencies: Dependencies) => {
  const { commands, records, clock } = dependencies;
  const requireCode = ({ body, callerAddress }: { readonly body: Credentials; readonly callerAddress: string }) =>
    requirePetitioner(dependencies, body, callerAddress);

  return httpApi([
    on(routes.follow, async (call) => {
      const { body } = call;
      await requireCode(call);
      const [{ events }, placement, { units, configuration }] = await Promise.all([
        records.load({ kind: 'petition', id: body.number }),
        commands.placementOf(body.number),
        commands.context(),
      ]);
      const today = legalDay(clock.now());
      const view = petitionerView(foldPetition(events), events, units, { today, configuration });
      const placed = view.sealed ? undefined : placementForPetitioner(placement, units);
      if (placed === undefined) return { body: view };
      const head = placement.at === undefined ? undefined : await records.head({ kind: 'centre', id: placement.at });
      const centre = { ...placed, ...(head ? { at: publicCentre(head.summary, today) } : {}) };
      const actions = [...view.actions, ...(placed.above === undefined ? [] : ['escalate'])];
      return { body: { ...view, centre, actions } };
    }),
    on(routes.escalate, async (call) => {
      await requireCode(call);
      return commands.escalateAsPetitioner(call, call.body.number, call.body.reason);
    }),
    on(routes.rate, async (call) => {
      await requireCode(call);
      const { number, queryCode: _, ...rating } = call.body;
      return commands.changeAsPetitioner(call, number, { type: 'RatePetition', ...defined(rating) });
    }),
    on(routes.declineReview, async (call) => {
      await requireCode(call);
      return commands.changeAsPetitioner(call, call.body.number, { type: 'DeclineReview' });
    }),
    on(routes.requestReview, async (call) => {
      await requireCode(call);
      const { number, queryCode: _, ...request } = call.body;
      return commands.changeAsPetitioner(call, number, { type: 'RequestReview', ...defined(request) });
    }),
    on(routes.requestWithdrawal, async (call) => {
      await requireCode(call);
      const { number, reason } = call.body;
      return commands.changeAsPetitioner(call, number, { type: 'RequestWithdrawal', reason });
    }),
    on(routes.proposeRecusal, async (call) => {
      await requireCode(call);
      const { number, whom, interest } = call.body;
      return commands.changeAsPetitioner(call, number, { type: 'ProposeRecusal', whom, interest });
    }),
    on(routes.retractWithdrawal, async (call) => {
      await requireCode(call);
      return commands.changeAsPetitioner(call, call.body.number, { type: 'RetractWithdrawal' });
    }),
  ]);
};
