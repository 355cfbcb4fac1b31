import { type Assembly, type AssemblyEvent, assemblyStream, publicAssembly } from '../../domain/assembly/assembly.ts';
import { Refusal } from '../../domain/errors.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { RecordStore } from '../../domain/ports.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { promotedOutcomes } from '../shared/promoted-outcomes.ts';
import * as routes from './routes.ts';

export interface Dependencies {
  readonly records: Pick<RecordStore, 'load' | 'head' | 'listed'>;
}

/** Sorts before every legal day. */
const beginning = '0000-01-01';

/** What anybody may read, without a token. Nothing here can write. */
export const createHandler = ({ records }: Dependencies) =>
  httpApi([
    on(routes.assemblies, async ({ query }) => {
      const { unit, from = beginning, limit, cursor: after } = query;
      const { items, cursor } = await records.listed('assembly', unit, from, limit, after);
      return {
        body: {
          items: items.map(({ stream, summary }) => ({ id: stream.id, ...summary })),
          ...(cursor === undefined ? {} : { cursor }),
        },
      };
    }),
    on(routes.assembly, async ({ params }) => {
      const { events } = await records.load({ kind: 'assembly', id: params.assembly });
      if (events.length === 0) throw new Refusal('not-found', 'There is no such assembly.');
      const assembly = foldPlain<Assembly, AssemblyEvent>(assemblyStream, events);
      return { body: publicAssembly(assembly, await promotedOutcomes(records, assembly)) };
    }),
  ]);
