import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isSealed } from '../../../domain/access/sight.ts';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import { Refusal } from '../../../domain/errors.ts';
import { backlogReasonsOf, type Linked, listingOf, timesBrought } from '../../../domain/petition/backlog.ts';
import { evolve, type PetitionCommand } from '../../../domain/petition/petition.ts';
import { sponsorOf, sponsorshipLimits } from '../../../domain/petition/sponsorship-state.ts';
import type { Petition } from '../../../domain/petition/state.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import * as a from '../../support/builders.ts';
import { answer, choices, lifecycle, type Move } from '../../support/random-lifecycle.ts';

/** Every state of random lives, most of which come to a sponsor. */
const eachMove = (check: (move: Move) => void, runs = 60): void => {
  fc.assert(
    fc.property(choices(120), (taken) => {
      for (const move of lifecycle(taken)) check(move);
    }),
    { numRuns: runs, seed: 23 },
  );
};

const asking = ({ deadlines }: Petition) =>
  deadlines.filter(
    ({ limit, state, done }) =>
      (sponsorshipLimits as readonly string[]).includes(limit) && state !== 'stopped' && !done,
  );

it('a sponsored dispute is resolved by three persons, and never against the petitioner’s last word', () => {
  const { handler, officer, secondOfficer, receptionist } = a.officers;
  const persons = [handler, officer, secondOfficer, receptionist, a.mayor];
  /** Every step of it by everybody, as if all had every role in every unit. */
  const commands: readonly PetitionCommand[] = persons.flatMap((by) => [
    a.requestResolution({ by }),
    a.requestResolution({ by, evidence: ['opinion-performed', 'return-visit'] }),
    a.signResolution({ by }),
    a.returnResolution({ by }),
    a.reportProgress({ by }),
    ...(['resolved', 'resolved', 'not-resolved', 'not-reached'] as const).map((result) =>
      a.returnVisit({ by, result }),
    ),
    ...(['opinion-performed', 'return-visit'] as const).map((evidence) =>
      a.confirmResolved({ by: { ...by, unit: officer.unit }, evidence }),
    ),
  ]);
  let resolved = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...commands), { maxLength: 240, size: 'max' }), (taken) => {
      let state = a.stateAfter(a.sponsoredPetition);
      for (const command of taken) {
        const given = answer(command, state);
        if (given instanceof Refusal) continue;
        const before = state;
        state = given.reduce(evolve, state);
        const owed = asking(state).filter(({ limit }) => limit === 'sponsor-progress').length;
        expect(owed).toBe(state.resolvedOn === undefined ? 1 : 0);
        if (state.resolvedOn === undefined) continue;
        resolved += 1;
        const { request, visits } = before.sponsorship;
        const signatures = [request?.by, request?.signedBy, command.by.id];
        expect(signatures).not.toContain(undefined);
        expect(new Set(signatures).size).toBe(3);
        expect(visits.findLast(({ result }) => result !== 'not-reached')?.result).toBe('resolved');
        return;
      }
    }),
    { numRuns: 600, seed: 5 },
  );
  expect(resolved).toBeGreaterThan(30);
});

it('whoever proposed a sponsor did not approve him, nor did he himself', () => {
  eachMove(({ before, events, command }) => {
    if (events.some(({ type }) => type === 'SponsorApproved'))
      expect([before.sponsorship.proposal?.by, before.sponsorship.proposal?.sponsor]).not.toContain(command.by.id);
  });
});

it('exactly one report is owed while a leader has charge, and nothing afterwards', () => {
  eachMove(({ after }) => {
    const reports = asking(after).filter(({ limit }) => limit === 'sponsor-progress');
    expect(reports).toHaveLength(sponsorOf(after) === undefined ? 0 : 1);
    if (sponsorOf(after) === undefined) expect(asking(after)).toEqual([]);
  });
});

it('an accusation has no sponsor, stands in no list and asks no leader for anything', () => {
  eachMove(({ after }) => {
    if (!isSealed(after)) return;
    expect(sponsorOf(after)).toBeUndefined();
    expect(listingOf(after, a.directory)).toBeUndefined();
    expect(tasksOf(after, a.directory).filter(({ audience }) => audience.startsWith('person@'))).toEqual([]);
  });
});

it('the index up to the day of age finds every old case of the definition, whatever it is, and a resolved one never', () => {
  let found = 0;
  const ages = [0, 1, 30, 365];
  eachMove(({ after, command }) => {
    const at = listingOf(after, a.directory);
    if (after.resolvedOn !== undefined) expect(at).toBeUndefined();
    for (const ageDays of ages)
      for (const today of [command.at.slice(0, 10), plusDays(command.at.slice(0, 10), 400)]) {
        const backlog = { ageDays, timesBrought: 2, source: '' };
        const isOld = backlogReasonsOf(after, { backlog }, today, after.repeats.length + 1).length > 0;
        if (!isOld) continue;
        found += 1;
        expect(at?.day !== undefined && at.day <= plusDays(today, -ageDays)).toBe(true);
        expect(at?.unit).toBe(a.directory.petitionOfficeOf(after.registration?.unit ?? ''));
      }
  });
  expect(found).toBeGreaterThan(1000);
});

it('a matter was brought as often as petitions hang together by links that stand, whoever of them is asked; accusations count for none', async () => {
  const one = fc.record({
    /** Which earlier ones it is linked to; some of these links were taken back. */
    links: fc.array(fc.record({ to: fc.nat(), back: fc.boolean() }), { maxLength: 3 }),
    sealed: fc.boolean(),
  });
  let chained = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 12, size: 'max' }), async (drawn) => {
      const filed = new Map<string, string[]>();
      const all = drawn.map(({ links, sealed }, index): Linked => {
        const to = index === 0 ? [] : links.map(({ to, back }) => ({ earlier: String(to % index), back }));
        for (const { earlier } of to) filed.set(earlier, [...(filed.get(earlier) ?? []), String(index)]);
        return {
          number: String(index),
          repeats: [...new Set(to.filter(({ back }) => !back).map(({ earlier }) => earlier))],
          ...(sealed && index % 3 === 2 ? { route: { purpose: 'accusation' } as Linked['route'] } : {}),
        } as Linked;
      });
      // The naive way: put together what a link joins, until nothing changes.
      const open = all.filter(({ route }) => route === undefined);
      const group = new Map(open.map(({ number }) => [number, number]));
      for (let turn = 0; turn < all.length; turn += 1)
        for (const { number, repeats } of open)
          for (const earlier of repeats) {
            const [a, b] = [group.get(number), group.get(earlier)];
            if (a === undefined || b === undefined || a === b) continue;
            for (const [each, of] of group) if (of === b) group.set(each, a);
          }
      for (const petition of open) {
        const naive = [...group.values()].filter((each) => each === group.get(petition.number)).length;
        const counted = await timesBrought(
          petition,
          async (numbers) => all.filter(({ number }) => numbers.includes(number)),
          async (number) => filed.get(number) ?? [],
        );
        expect(counted).toBe(naive);
        if (naive > petition.repeats.length + 1) chained += 1;
      }
    }),
  );
  expect(chained).toBeGreaterThan(50);
});
