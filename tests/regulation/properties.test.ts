import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { explainDeadline } from '../../domain/calendar/explain.ts';
import { type Deadline, dueOf, type LimitName, limits, maximumExtensionDays } from '../../domain/limits.ts';
import type { NoticeKind } from '../../domain/notices/notice.ts';
import { dutyOf, nextTimer } from '../../domain/petition/clocks.ts';
import { decide, foldPetition, type PetitionEvent, statusOf } from '../../domain/petition/petition.ts';
import type { Petition } from '../../domain/petition/state.ts';
import { openStages } from '../../domain/workflow/progress.ts';
import { tasksOf } from '../../domain/workflow/tasks.ts';
import { lives, regulatedLife, type Step } from '../support/regulated-life.ts';

const played = (numRuns: number, check: (steps: readonly Step[]) => void) => {
  fc.assert(
    fc.property(lives(100), (life) => check([...regulatedLife(life)])),
    // The seed replays a failure; to shrink lives of this length takes longer than to read one.
    { numRuns, endOnFailure: true },
  );
};

const eventsOf = (steps: readonly Step[]): PetitionEvent[] => steps.flatMap(({ events }) => events);
const isLegal = (deadline: Deadline): deadline is Deadline & { limit: LimitName } => deadline.limit in limits;

/** Ends of the way: nothing waits and nothing runs. */
const final = new Set([
  'withdrawn',
  'ended',
  'not-accepted',
  'no-longer-accepted',
  'redirected',
  'concluded',
  'diverted',
  'sealed',
]);

/** A route, an answer or a refusal that the petitioner is told of in writing. */
const told = (event: PetitionEvent): NoticeKind | undefined => {
  switch (event.type) {
    case 'PetitionRegistered':
      return 'receipt';
    case 'PetitionRouted': {
      const { purpose, disposition } = event.data.route;
      return purpose === 'accusation' || disposition === 'own' ? undefined : 'forwarding';
    }
    case 'PetitionAccepted':
      return 'acceptance';
    case 'PetitionDiverted':
      return 'diversion';
    case 'PetitionRedirected':
      return 'redirection';
    case 'RefusalApproved':
      return event.data.kind === 'not-accepted' ? 'non-acceptance' : 'no-longer-accepted';
    case 'ExtensionDecided':
      return event.data.approved ? 'extension' : undefined;
    case 'PetitionConcluded':
      return 'closing';
    default:
      return undefined;
  }
};

const countOf = ({ notices }: Petition, kind: NoticeKind): number =>
  notices.filter((each) => each.kind === kind).length;

describe('whatever happens to a petition', () => {
  it('no limit is shorter than the law allows, and none is moved but by what the law or a named rule says', () =>
    played(120, (steps) => {
      for (const { after, before, events } of steps) {
        const types = events.map(({ type }) => type);
        for (const [index, deadline] of after.deadlines.entries()) {
          const { from, due, days, unit, basis, kind, extensionDays = 0 } = deadline;
          if (isLegal(deadline)) {
            const rule = limits[deadline.limit];
            expect({ days, unit, basis, kind }).toEqual({
              days: rule.days,
              unit: rule.unit,
              basis: rule.basis,
              kind: rule.kind,
            });
            expect(due >= plusDays(from, rule.days + extensionDays)).toBe(true);
          }
          const earlier = before.deadlines[index];
          if (earlier && due !== earlier.due) {
            const moves = [
              'DeadlinesRecounted',
              'ExtensionDecided',
              'HandlingSuspended',
              'HearingHeld',
              'ForceMajeureRecorded',
            ];
            expect(types.some((type) => moves.includes(type))).toBe(true);
            if (!types.includes('DeadlinesRecounted')) expect(due > earlier.due).toBe(true);
          }
        }
      }
    }));

  it('a handling limit is extended at most once, by one to thirty days, by somebody else than asked, in time', () =>
    played(120, (steps) => {
      for (const { before, after, events, day } of steps) {
        for (const event of events) {
          if (event.type !== 'ExtensionDecided' || !event.data.approved) continue;
          const { days, by } = event.data;
          expect(days >= 1 && days <= maximumExtensionDays).toBe(true);
          expect(by).not.toBe(before.extensionRequest?.by);
          const extended = before.deadlines.findLast(({ limit }) => limit === 'handling');
          expect(extended?.extensionDays).toBeUndefined();
          expect(extended && extended.due >= day).toBe(true);
        }
        for (const { extensionDays, limit } of after.deadlines) {
          if (extensionDays === undefined) continue;
          expect(limit).toBe('handling');
          expect(extensionDays >= 1 && extensionDays <= maximumExtensionDays).toBe(true);
        }
      }
    }));

  it('a duty is warned about once and missed once, and a missed one has exactly one supervision', () =>
    played(120, (steps) => {
      const seen = new Set<string>();
      let missed = 0;
      let opened = 0;
      for (const { events, before, law } of steps) {
        for (const [index, event] of events.entries()) {
          // The days of a hearing that was announced in time bring a limit back that only looked missed.
          if (event.type === 'HearingHeld' && event.data.due !== undefined) {
            const revived = before.deadlines.findLastIndex(({ limit }) => limit === 'recheck');
            seen.delete(`DeadlineMissed ${String(revived)}`);
          }
          if (event.type === 'SupervisionOpened' && event.data.automatic) opened += 1;
          if (event.type !== 'DeadlineWarned' && event.type !== 'DeadlineMissed') continue;
          const key = `${event.type} ${String(event.data.index)}`;
          expect(seen).not.toContain(key);
          seen.add(key);
          const deadline = before.deadlines[event.data.index] as Deadline;
          expect(deadline.kind).toBe('duty');
          if (event.type === 'DeadlineWarned') continue;
          missed += 1;
          expect(events[index + 1]).toMatchObject({
            type: 'SupervisionOpened',
            data: { ground: 'late', automatic: true, against: dutyOf(before, deadline, law) },
          });
          expect(law.units.get(dutyOf(before, deadline, law))).toBeDefined();
        }
      }
      expect(opened).toBe(missed);
    }));

  it('the clock looks at a petition on every day on which it has something to record, and records nothing twice', () =>
    played(120, (steps) => {
      for (const { command, before, after, events, day, law } of steps) {
        if (command.type !== 'SweepClocks') continue;
        if (events.length > 0) {
          const timer = nextTimer(before, law.configuration);
          expect(timer !== undefined && timer <= day).toBe(true);
        }
        expect(decide(command, after, law)).toEqual([]);
      }
    }));

  it('it has an open step, a running limit or a task, or it is at an end', () =>
    played(120, (steps) => {
      for (const { after, law } of steps) {
        if (final.has(statusOf(after))) continue;
        const alive =
          openStages(after.progress).length > 0 ||
          after.deadlines.some(({ state }) => state === 'running') ||
          tasksOf(after, law.units).length > 0;
        expect([statusOf(after), alive]).toEqual([statusOf(after), true]);
      }
    }));

  it('no route, answer or refusal goes without the notice that is owed for it', () =>
    played(120, (steps) => {
      for (const { before, after, events } of steps) {
        for (const event of events) {
          const kind = told(event);
          if (kind !== undefined) expect([kind, countOf(after, kind)]).toEqual([kind, countOf(before, kind) + 1]);
        }
      }
    }));

  it('its state is what a replay of its stored facts gives', () =>
    played(80, (steps) => {
      const facts = eventsOf(steps);
      const last = steps.at(-1)?.after;
      expect(foldPetition(facts)).toEqual(last);
      expect(foldPetition(JSON.parse(JSON.stringify(facts)) as PetitionEvent[])).toEqual(last);
    }));

  it('every running limit explains itself: first day, last day, as many days as it has, a reason for every other', () =>
    played(80, (steps) => {
      for (const { after, law } of steps.filter((_, index) => index % 5 === 0 || index === steps.length - 1)) {
        for (const deadline of after.deadlines) {
          if (deadline.state !== 'running' || deadline.dueAt !== undefined) continue;
          const { from, due, days, extensionDays = 0, exclusions = [], unit, limit } = deadline;
          if (limit !== 'hand-over-report') expect(due).toBe(dueOf(deadline, law.calendar));
          const { day } = explainDeadline(deadline, law.calendar);
          expect([day[0]?.kind, day[0]?.day, day.at(-1)?.day]).toEqual(['start', from, due]);
          expect(day.every(({ why }) => why.trim() !== '')).toBe(true);
          const counted = day.filter(({ kind }) => kind === 'counted');
          expect(counted.map(({ number }) => number)).toEqual(
            Array.from({ length: days + extensionDays }, (_, i) => i + 1),
          );
          expect(counted.every(({ basis }) => basis !== undefined)).toBe(true);
          for (const each of day.slice(1)) {
            const left = exclusions.find((one) => each.day >= one.from && each.day <= one.to);
            if (left) expect(each).toMatchObject({ kind: 'excluded', why: left.reason, basis: left.basis });
            else if (each.kind === 'excluded')
              expect([unit, law.calendar.isWorkingDay(each.day)]).toEqual(['working', false]);
          }
          if (limit !== 'hand-over-report') expect(law.calendar.isWorkingDay(due)).toBe(true);
        }
      }
    }));

  it('a change of the calendar is recorded with the day before and after, and moves no day that somebody chose', () =>
    played(120, (steps) => {
      for (const { command, events, before, after, law } of steps) {
        if (command.type !== 'RecountDeadlines') continue;
        expect(events.length <= 1).toBe(true);
        for (const event of events) {
          if (event.type !== 'DeadlinesRecounted') continue;
          expect(event.data.calendar).toBe(law.calendar.version);
          for (const { index, before: was, after: is, limit } of event.data.changes) {
            expect([before.deadlines[index]?.due, after.deadlines[index]?.due]).toEqual([was, is]);
            expect(['hand-over-report', 'urgent-report']).not.toContain(limit);
          }
        }
      }
    }));
});

describe('these lives', () => {
  it('come far: every kind of fact that moves a clock happens in some of them', () => {
    const types = new Set<string>();
    fc.assert(
      fc.property(lives(100), (life) => {
        for (const { events } of regulatedLife(life)) for (const { type } of events) types.add(type);
      }),
      { numRuns: 300, seed: 34 },
    );
    expect([...types].sort()).toEqual(
      expect.arrayContaining([
        'DeadlineMissed',
        'DeadlineWarned',
        'DeadlinesRecounted',
        'DisputeDecided',
        'ExtensionDecided',
        'HandlingSuspended',
        'HearingHeld',
        'OpinionServed',
        'PetitionConcluded',
        'PetitionReopened',
        'PetitionRetriaged',
        'RefusalApproved',
        'ReviewServed',
        'SupervisionClosed',
      ]),
    );
  });
});
