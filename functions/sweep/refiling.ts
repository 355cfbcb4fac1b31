import { beforeEveryDay } from '../../domain/calendar/calendar.ts';
import { foldPlain, type PlainHistory } from '../../domain/plain-stream.ts';
import type { RecordStore, StreamRef } from '../../domain/ports.ts';
import { rotaStream } from '../../domain/reception/rota.ts';
import { whistleHistory } from '../../domain/whistle/whistle-history.ts';
import { clockActor } from '../shared/clock-actor.ts';
import { patiently } from '../shared/pipeline.ts';
import type { ExplainedContext } from '../shared/rules-context.ts';
import { plainWrite } from '../shared/stream-writes.ts';

const atATime = 100;

/**
 * Another number has everything below filed once more. 1: rotas from before there were timers get theirs, and whistles from
 * before they were filed stand under their petition.
 */
export const filing = 1;

/**
 * Writes the heads of a unit's rota and whistles as the rules make them now, with what they are found by. No fact is added: the
 * record stays as it is, and so does the version.
 */
export const createRefiling = (
  records: Pick<RecordStore, 'load' | 'head' | 'listed' | 'commit'>,
  context: () => Promise<ExplainedContext>,
) => {
  const refile = <S extends { readonly version: number }, E extends { readonly type: string; readonly data: object }>(
    rules: PlainHistory<S, E>,
    id: string,
  ): Promise<void> =>
    patiently(async () => {
      const [{ events }, now] = await Promise.all([records.load({ kind: rules.kind, id }), context()]);
      const last = events.at(-1);
      if (last === undefined) return;
      const state = foldPlain<S, E>(rules, events);
      const lookups = rules.lookups?.(state) ?? [];
      await records.commit([{ ...plainWrite(rules, state, [], id, last.at, clockActor, now), lookups }]);
    });

  return async (unit: string): Promise<void> => {
    if (await records.head({ kind: 'rota', id: unit })) await refile(rotaStream, unit);
    // All first: what is written moves in the list that is being read.
    const whistles: StreamRef[] = [];
    let cursor: string | undefined;
    do {
      const page = await records.listed('whistle', unit, beforeEveryDay, atATime, cursor);
      whistles.push(...page.items.map(({ stream }) => stream));
      ({ cursor } = page);
    } while (cursor !== undefined);
    for (const { id } of whistles) await refile(whistleHistory, id);
  };
};
