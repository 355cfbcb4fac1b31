import { expect, it } from 'vitest';
import { createPlainTick, type PlainCommandDependencies } from '../../../functions/shared/plain-commands.ts';

it('dates no fact of a plain stream before its predecessor, when clocks differ', async () => {
  const dependencies = {
    records: {
      load: async () => ({ events: [{ type: 'Begun', data: {}, at: '2026-03-02T02:00:00.000Z', sequence: 1 }] }),
    },
    clock: { now: () => '2026-03-02T01:59:59.000Z' },
    reference: {
      units: async () => [],
      categories: async () => [],
      settings: async () => ({ calendarDays: [], configuration: {} }),
    },
    calendar: () => ({}),
  } as unknown as PlainCommandDependencies;
  const seen: string[] = [];
  const rules = {
    kind: 'need',
    initial: { version: 0 },
    decide: (command: { readonly at: string }) => {
      seen.push(command.at);
      return [];
    },
    evolve: (state: { readonly version: number }) => ({ version: state.version + 1 }),
  } as never;
  const tick = createPlainTick(dependencies, rules, (by, at) => ({ type: 'Sweep', by, at }) as never);
  await tick('1');
  expect(seen).toEqual(['2026-03-02T02:00:00.000Z']);
});
