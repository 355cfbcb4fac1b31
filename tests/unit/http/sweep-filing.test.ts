import { expect, it } from 'vitest';
import type { StreamRef } from '../../../domain/ports.ts';
import { rotaStream } from '../../../domain/reception/rota.ts';
import { whistlesOf } from '../../../domain/whistle/whistle-history.ts';
import { createHandler } from '../../../functions/sweep/handler.ts';
import { createRefiling, filing } from '../../../functions/sweep/refiling.ts';
import { calendarWith, noon, routedPetition, rules, stateAfter } from '../../support/builders.ts';
import { InMemoryRecord } from '../../support/in-memory-record.ts';
import { context as lambda } from '../../support/lambda-context.ts';
import { approveWhistle, callers, draftWhistle, whistleAfter } from '../../support/whistle.ts';

const day = '2026-03-11';
const street = '622901007';
const now = { ...rules, calendar: { ...calendarWith(), version: '2026', describe: () => ({ announced: true }) } };

/** As an earlier release left it: a head without what the rules put there now. */
const before = async (records: InMemoryRecord, stream: StreamRef, unit: string, facts: readonly object[]) =>
  records.commit([
    {
      stream,
      expectedVersion: 0,
      events: facts.map((fact) => ({ ...fact, at: noon(day), actor: { id: 'x', unit, role: 'leader' } })) as never,
      head: { summary: { unit }, openStages: [], listed: { unit, day } },
      signals: [],
      decisions: [],
    },
  ]);

it('rotas of before get their timer, whistles of before stand under their petition, and nothing is added to the record', async () => {
  const records = new InMemoryRecord();
  const leader = { leader: 'mayor', leaderName: '某', post: '镇长', portfolio: '全面工作', from: day };
  await before(records, { kind: 'rota', id: street }, street, [
    { type: 'RotaDefined', data: { unit: street } },
    { type: 'LeaderEnrolled', data: { entry: 1, ...leader } },
  ]);
  const caller = callers.leader.unit;
  const facts = whistleAfter(
    draftWhistle({ petition: 'P-1' }, { petition: stateAfter(routedPetition) }),
    approveWhistle(),
  );
  await before(records, { kind: 'whistle', id: 'W1' }, callers.clerk.unit, facts);
  expect(await records.findByLookup(whistlesOf('P-1'))).toEqual([]);
  const refile = createRefiling(records, async () => now as never);
  for (const unit of new Set([street, caller, callers.clerk.unit, 'nothing-there'])) await refile(unit);
  expect(await records.head({ kind: 'rota', id: street })).toMatchObject({
    version: 2,
    timer: rotaStream.head({ unit: street, version: 2, entries: [leader] }, rules).timer,
    summary: { turns: [{ leader: 'mayor', from: day }] },
  });
  expect(await records.findByLookup(whistlesOf('P-1'))).toEqual([{ kind: 'whistle', id: 'W1' }]);
  expect((await records.stored({ kind: 'whistle', id: 'W1' })).version).toBe(facts.length);
});

it.each([
  ['a new system', undefined, [], `2026#${String(filing)}`],
  ['one of before', '2026', rules.units.ids(), `2026#${String(filing)}`],
  ['one of before with another calendar', '2025', rules.units.ids(), `2026#${String(filing)}`],
  ['one that has done it', `2026#${String(filing)}`, [], undefined],
  ['one that has done it, with another calendar', `2025+x#${String(filing)}`, [], `2026#${String(filing)}`],
])('is done once, for every unit: %s', async (_, mark, filed, noted) => {
  const done: string[] = [];
  let kept: string | undefined;
  const nothing = async () => [];
  const handler = createHandler({
    commands: { context: async () => now, tick: nothing },
    ...{ tickNeed: nothing, tickRota: nothing, tickSession: nothing, tickWhistle: nothing, recountWhistle: nothing },
    refile: async (unit: string) => {
      done.push(unit);
    },
    filing,
    timers: { dueTimers: async () => ({ items: [] }) },
    state: {
      calendar: async () => mark,
      recounted: async (version: string) => {
        kept = version;
      },
    },
    clock: { now: () => noon(day) },
  } as never);
  await handler({}, lambda);
  expect([done, kept]).toEqual([filed, noted]);
});
