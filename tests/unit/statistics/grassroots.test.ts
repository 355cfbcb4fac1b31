import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Chance } from '../../../bench/year/chance.ts';
import { type Deed, type Grown, planGrassroots } from '../../../bench/year/grassroots.ts';
import { assemblyStream } from '../../../domain/assembly/assembly.ts';
import { centreStream } from '../../../domain/centre/centre.ts';
import { type Grid, type GridEvent, gridStream } from '../../../domain/grid/grid.ts';
import { needStream } from '../../../domain/grid/need.ts';
import { foldPlain, type PlainStream } from '../../../domain/plain-stream.ts';
import type { NewEvent, StreamRef } from '../../../domain/ports.ts';
import * as a from '../../support/builders.ts';
import { countingRecord, sorted } from '../../support/counting.ts';

const scale = { grids: 4, gridWorkers: 11, needs: 12, assemblies: 4 };

/** What a stream's deeds come to, day by day, with whatever the clock says in between; refused deeds leave nothing. */
const commitsOf = <S extends { readonly version: number }, E extends { readonly type: string; readonly data: object }>(
  rules: PlainStream<S, never, E>,
  { unit, deeds }: Grown<never>,
  complete: (intent: object) => object,
  clock: readonly Deed<never>[],
): NewEvent[][] => {
  let state = rules.initial;
  return [...(deeds as readonly Deed<{ type: string }>[]), ...(clock as readonly Deed<{ type: string }>[])]
    .toSorted((x, y) => (x.day < y.day ? -1 : x.day > y.day ? 1 : 0))
    .flatMap(({ day, role, officer, intent }) => {
      const [by, at] = [{ id: officer ?? role, unit, role }, a.noon(day)];
      try {
        const events = rules.decide({ ...complete(intent), by, at } as never, state, a.rules);
        state = events.reduce((each, event) => rules.evolve(each, event), state);
        return events.length === 0 ? [] : [events.map((event) => ({ ...event, at, actor: by }))];
      } catch {
        return [];
      }
    });
};

it('centres, grids, needs and assemblies count as a naive recount says, whatever is delivered late or twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.array(fc.nat(99), { maxLength: 60 }), async (seed, picks) => {
      const counting = countingRecord();
      const { centres, grids, needs, assemblies } = planGrassroots(scale, a.units, new Chance(seed), '2026');
      const drawn = new Map<string, Grid>();
      const lives: { stream: StreamRef; commits: NewEvent[][] }[] = [];
      for (const centre of centres) {
        const commits = commitsOf(centreStream as never, centre as never, (intent) => intent, []);
        lives.push({ stream: { kind: 'centre', id: centre.id }, commits });
      }
      for (const grid of grids) {
        const commits = commitsOf(gridStream as never, grid as never, (intent) => intent, []);
        drawn.set(grid.id, foldPlain<Grid, GridEvent>(gridStream, commits.flat()));
        lives.push({ stream: { kind: 'grid', id: grid.id }, commits });
      }
      const sweeps = ['2026-03-01', '2026-05-20', '2026-12-30'].map((day) => ({
        day,
        role: 'system',
        intent: { type: 'SweepServices' },
      }));
      for (const need of needs) {
        const complete = (intent: object) =>
          (intent as { type: string }).type === 'ReportNeed' ? { ...intent, grid: drawn.get(need.grid) } : intent;
        const commits = commitsOf(needStream as never, need as never, complete, sweeps as never);
        lives.push({ stream: { kind: 'need', id: need.id }, commits });
      }
      for (const assembly of assemblies) {
        const commits = commitsOf(assemblyStream as never, assembly as never, (intent) => intent, []);
        lives.push({ stream: { kind: 'assembly', id: assembly.id }, commits });
      }
      for (const { stream, commits } of lives)
        for (const commit of commits) {
          await counting.commit(stream, commit);
          const late = picks.flatMap((pick) => counting.waiting[pick % counting.waiting.length] ?? []);
          if (picks.length % 3 === 0) await counting.deliver(late.slice(0, 3));
        }
      await counting.deliver();
      const recounted = await counting.recounted();
      expect(sorted(counting.figures.all())).toEqual(sorted(recounted));
      expect([...recounted.keys()].some((key) => key.includes(' needs'))).toBe(true);
      expect([...recounted.keys()].some((key) => key.includes(' standing grids.'))).toBe(true);
      expect([...recounted.keys()].some((key) => key.includes(' standing centres.'))).toBe(true);
    }),
    { numRuns: 40 },
  );
});
