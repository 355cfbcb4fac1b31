import { Refusal } from '../../domain/errors.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import { petitionerView } from '../../domain/petition/views.ts';
import type { LookupHasher, RecordStore } from '../../domain/ports.ts';
import type { Commands } from '../shared/commands.ts';
import { defined } from '../shared/defined.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { queryCodeOf, sameCode } from '../shared/query-code.ts';
import * as routes from './routes.ts';

export interface Dependencies {
  readonly commands: Commands;
  readonly records: RecordStore;
  readonly hasher: LookupHasher;
}

/** What the petitioner does, known by number and query code alone. */
export const createHandler = ({ commands, records, hasher }: Dependencies) => {
  /** A wrong code and a wrong number are one answer: nobody learns which petitions exist. */
  const requireCode = async ({ number, queryCode }: { number: string; queryCode: string }): Promise<void> => {
    const [expected, head] = await Promise.all([
      queryCodeOf(hasher, number),
      records.head({ kind: 'petition', id: number }),
    ]);
    if (!sameCode(queryCode, expected) || !head) {
      throw new Refusal('not-found', 'Number and query code do not belong together.');
    }
  };

  return httpApi([
    on(routes.follow, async ({ body }) => {
      await requireCode(body);
      const [{ events }, { units }] = await Promise.all([
        records.load({ kind: 'petition', id: body.number }),
        commands.context(),
      ]);
      return { body: petitionerView(foldPetition(events), events, units) };
    }),
    on(routes.rate, async (call) => {
      await requireCode(call.body);
      const { number, queryCode: _, ...rating } = call.body;
      return commands.changeAsPetitioner(call, number, { type: 'RatePetition', ...defined(rating) });
    }),
    on(routes.declineReview, async (call) => {
      await requireCode(call.body);
      return commands.changeAsPetitioner(call, call.body.number, { type: 'DeclineReview' });
    }),
    on(routes.requestReview, async (call) => {
      await requireCode(call.body);
      return commands.changeAsPetitioner(call, call.body.number, { type: 'RequestReview', grounds: call.body.grounds });
    }),
  ]);
};
