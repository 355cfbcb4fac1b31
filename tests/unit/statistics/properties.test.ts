import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import type { NewEvent } from '../../../domain/ports.ts';
import { number } from '../../support/builders.ts';
import { countingRecord, sorted } from '../../support/counting.ts';
import { choices, lifecycle, rules } from '../../support/random-lifecycle.ts';

const numbers = ['622901007-20260110-AAAAAA', number, '622901007-20260302-CCCCCC'] as const;

type Commit = readonly NewEvent[];

/** A random life under another number, some days later, that repeats what is named. */
const lifeOf = (taken: Parameters<typeof lifecycle>[0], as: string, later: number, repeats: string): Commit[] => {
  const commits = [...lifecycle(taken)]
    .filter(({ events }) => events.length > 0)
    .map(({ command, events }) => events.map((event) => ({ ...event, at: command.at, actor: command.by })));
  const text = JSON.stringify(commits)
    .replaceAll(number, as)
    .replaceAll(/"earlier":"[^"]*"/g, `"earlier":"${repeats}"`)
    .replaceAll(/\d{4}-\d{2}-\d{2}(?!\d)/g, (day) => plusDays(day, later));
  return JSON.parse(text) as Commit[];
};

/** Days long enough for random lives to come back in them. */
const law = {
  ...rules,
  configuration: { ...rules.configuration, figures: { ...rules.configuration.figures, repeatWindowDays: 300 } },
};

const lives = fc.record({
  first: choices(120),
  second: choices(80),
  third: choices(60),
  later: fc.tuple(fc.constant(0), fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 400 })),
  /** The third was split off the second. */
  part: fc.boolean(),
  /** Whose next commit comes, and what is delivered after it. */
  order: fc.array(
    fc.record({ life: fc.nat(2), deliver: fc.array(fc.nat(999), { maxLength: 4 }), twice: fc.boolean() }),
    { maxLength: 120, size: 'max' },
  ),
});

interface Taken {
  readonly commits: readonly Commit[][];
  readonly order: readonly { readonly life: number; readonly deliver: readonly number[]; readonly twice: boolean }[];
}

/** Plays the lives into one record, with deliveries in between that are late, repeated and out of order. */
const played = async ({ commits, order }: Taken) => {
  const counting = countingRecord(law);
  const { waiting, deliver } = counting;
  const left = commits.map((each) => [...each]);
  const commitNext = (life: number) =>
    counting.commit({ kind: 'petition', id: numbers[life] ?? '' }, left[life]?.shift() ?? []);
  for (const { life, deliver: picks, twice } of order) {
    await commitNext(life);
    const batch = picks.flatMap((pick) => waiting[pick % Math.max(1, waiting.length)] ?? []);
    // Two at the same time, as when a batch is repeated while its first delivery still runs.
    await Promise.all([deliver(batch), ...(twice ? [deliver([...batch].reverse())] : [])]);
  }
  for (const life of [0, 1, 2]) while ((left[life]?.length ?? 0) > 0) await commitNext(life);
  // In the end everything has been delivered once at least, the last first.
  await deliver([...waiting].reverse());
  return counting;
};

describe('figures', () => {
  it('are those of a naive recount, whatever happened and however often and late it was delivered', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(lives, async ({ first, second, third, later, order, part }) => {
        const commits = [
          // A first-time matter.
          lifeOf(first, numbers[0], later[0], '').map((commit) => commit.filter(({ type }) => type !== 'RepeatLinked')),
          lifeOf(second, numbers[1], later[1], numbers[0]),
          lifeOf(third, numbers[2], later[2], later[2] % 2 === 0 ? numbers[0] : numbers[1]),
        ];
        const registered = commits[2]?.[0]?.[0]?.data as { registration: { parent?: string } } | undefined;
        if (part && registered) registered.registration.parent = numbers[1];
        const counting = await played({ commits, order });
        const recounted = await counting.recounted();
        expect(sorted(counting.figures.all())).toEqual(sorted(recounted));
        for (const { type } of commits.flat(2)) seen.add(type);
        for (const key of recounted.keys()) seen.add(key.split(' ')[2] ?? '');
        // Delivered again, it writes nothing.
        const before = counting.figures.replaced;
        await counting.deliver();
        expect(counting.figures.replaced).toBe(before);
      }),
      // A fixed beginning: what the lives come to is asserted below, and is chance otherwise.
      { numRuns: 60, seed: 20260302 },
    );
    // The lives came to what makes counting hard.
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'RepeatLinked',
        'RepeatUnlinked',
        'PetitionReopened',
        'RefusalApproved',
        'PetitionTransferred',
        'DeadlineMissed',
        'MeasureProposed',
        'repeat',
        'concluded',
        'answers-in-time',
        'notices-in-time',
      ]),
    );
  }, 60_000);
});
