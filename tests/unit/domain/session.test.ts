import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import { Refusal } from '../../../domain/errors.ts';
import { UnitDirectory } from '../../../domain/organisation/unit.ts';
import { decideSession } from '../../../domain/reception/session.ts';
import { evolveSession, foldSession } from '../../../domain/reception/session-history.ts';
import { initialSession, type SessionCommand, type SessionEvent } from '../../../domain/reception/session-state.ts';
import { receptionCounts, sessionHead, sessionSummary } from '../../../domain/reception/summary.ts';
import { sessionTasks } from '../../../domain/reception/tasks.ts';
import { isPublic, publicDay } from '../../../domain/reception/views.ts';
import { nameMatter, unusedVisits } from '../../../domain/reception/visits.ts';
import { waitingSteps } from '../../../domain/workflow/flow.ts';
import { describeStep } from '../../../domain/workflow/steps.ts';
import {
  checkIn,
  directory,
  firstDay,
  followUp,
  instruct,
  mayor,
  noon,
  officers,
  preRegister,
  publish,
  recordVisit,
  rules,
  sessionAfter,
  sessionContent,
  sessionState,
  stored,
  units,
} from '../../support/builders.ts';
import { givenSession } from '../../support/given.ts';

const published = sessionAfter(publish());
const preRegistered = sessionAfter(publish(), preRegister());
const checkedIn = sessionAfter(publish(), preRegister(), checkIn());
const recorded = sessionAfter(publish(), preRegister(), checkIn(), recordVisit());
const instructed = sessionAfter(publish(), preRegister(), checkIn(), recordVisit(), instruct());

describe('publishing a reception day (Art. 18)', () => {
  it('says who receives, when and where', () =>
    givenSession()
      .when(publish())
      .thenEvents({
        type: 'SessionPublished',
        data: { id: 'S1', unit: '622901007-zx', content: sessionContent, basis: 'R18' },
      }));

  it('is for everybody once the leader is one of the unit’s, or has said himself that he receives', () => {
    const confirm = { type: 'ConfirmReception', by: mayor, at: noon(firstDay) } as const;
    const replace = (unconfirmed?: true) =>
      ({
        type: 'ReplaceLeader',
        leader: 'deputy',
        leaderName: '李某',
        post: '副镇长',
        portfolio: '农业',
        reason: '外出',
        ...(unconfirmed ? { unconfirmed } : {}),
        by: officers.receptionist,
        at: noon(firstDay),
      }) as const;
    const seen = (...commands: readonly SessionCommand[]) => {
      const session = foldSession(sessionAfter(...commands));
      const summary = sessionSummary(session);
      const { leaderName, insteadOf } = publicDay(summary) as { leaderName?: string; insteadOf?: { post: string }[] };
      const waits = sessionTasks(session, directory).map(({ step, audience }) => `${step} ${audience}`);
      return [isPublic(summary), leaderName, insteadOf?.map(({ post }) => post), waits];
    };
    const unconfirmed = publish({ unconfirmed: true });
    const { leaderName, post, leader } = sessionContent;
    expect(seen(publish())).toEqual([true, leaderName, undefined, []]);
    expect(seen(unconfirmed)).toEqual([false, undefined, undefined, [`confirm-reception person@${leader}`]]);
    expect(seen(unconfirmed, confirm)).toEqual([true, leaderName, undefined, []]);
    // Who was named and never said so was not replaced.
    expect(seen(unconfirmed, replace())).toEqual([true, '李某', undefined, []]);
    expect(seen(unconfirmed, replace(true))[0]).toBe(false);
    // A day that everybody knows stays; who stands in is told when it is sure.
    expect(seen(publish(), replace(true))).toEqual([true, undefined, [post], ['confirm-reception person@deputy']]);
    expect(seen(publish(), replace(true), confirm)).toEqual([true, '李某', [post], []]);
    givenSession(...published)
      .when(confirm)
      .thenRefused('already-decided');
    givenSession(...sessionAfter(unconfirmed))
      .when({ ...confirm, at: noon(plusDays(sessionContent.date, 1)) })
      .thenRefused('not-the-step');
  });

  it('comes before the day, ends after it begins, and happens once', () => {
    givenSession()
      .when(publish({ at: noon('2026-03-03') }))
      .thenRefused('rule-violated', { pointer: '/date', basis: 'R18' });
    givenSession()
      .when(publish({ content: { ...sessionContent, to: '09:00' } }))
      .thenRefused('rule-violated', { pointer: '/to' });
    givenSession(...published)
      .when(publish())
      .thenRefused('already-decided');
  });

  it('is not published once it is over, by the hour', () => {
    const published = (to: string) =>
      givenSession().when(publish({ content: { ...sessionContent, from: '09:00', to } }));
    published('12:00').thenRefused('rule-violated', { pointer: '/date', basis: 'R18' });
    published('12:01').thenTypes('SessionPublished');
  });

  it('had nobody there before it has begun; that a leader will not come can be known', () => {
    const begins = (from: string) => sessionAfter(publish({ content: { ...sessionContent, from } }));
    const attended = (was: boolean) =>
      ({ type: 'NoteAttendance', attended: was, by: officers.receptionist, at: noon(sessionContent.date) }) as const;
    givenSession(...begins('12:01'))
      .when(attended(true))
      .thenRefused('not-the-step');
    givenSession(...begins('12:00'))
      .when(attended(true))
      .thenTypes('AttendanceNoted');
    givenSession(...begins('12:01'))
      .when(attended(false))
      .thenTypes('AttendanceNoted');
  });

  it('is not moved away on its day, which is owed then as a cancelled one; other hours of it are free', () => {
    const { place, date, from, to } = sessionContent;
    const move = (day: string, until = to) =>
      ({
        type: 'RescheduleSession',
        place,
        date: day,
        from,
        to: until,
        reason: '会议',
        by: officers.receptionist,
        at: noon(date),
      }) as const;
    givenSession(...published)
      .when(move('2099-12-31'))
      .thenRefused('not-the-step', { pointer: '/date' });
    givenSession(...published)
      .when(move(date, '18:00'))
      .thenTypes('SessionRescheduled');
  });

  it('has not begun because a visit was moved away or is withheld; it has when somebody came', () => {
    const ahead = { ...sessionContent, date: plusDays(sessionContent.date, 10) };
    const later = {
      type: 'RescheduleSession',
      place: ahead.place,
      date: plusDays(ahead.date, 1),
      from: ahead.from,
      to: ahead.to,
      reason: '会议',
      by: officers.receptionist,
      at: noon(sessionContent.date),
    } as const;
    const day = sessionAfter(publish({ content: ahead }), preRegister());
    const away = { type: 'MoveVisit', visit: 1, to: 'other', by: officers.receptionist, at: later.at } as const;
    for (const ended of [
      decideSession(away, sessionState(day), rules),
      nameMatter(sessionState(day), 1, 'P-1', sessionContent.date, true),
    ])
      givenSession(...day, ...ended)
        .when(later)
        .thenTypes('SessionRescheduled');
    const came = sessionAfter(publish(), preRegister(), checkIn());
    givenSession(...came)
      .when({ ...later, date: plusDays(sessionContent.date, 1) })
      .thenRefused('not-the-step');
  });

  it('ends at a visit whose matter is an accusation, and takes one matter for each visit', () => {
    const day = sessionState(recorded);
    expect(nameMatter(day, 1, 'P-1', sessionContent.date, false).map(({ type }) => type)).toEqual(['VisitMatterNamed']);
    const sealed = nameMatter(day, 1, 'P-1', sessionContent.date, true);
    expect(sealed.map(({ type }) => type)).toEqual(['VisitMatterNamed', 'VisitWithheld']);
    const after = sealed.reduce(evolveSession, day);
    expect(waitingSteps(after.progress)).toEqual([]);
    expect(sessionTasks(after, rules.units)).toEqual([]);
    expect(() => nameMatter(after, 1, 'P-2', sessionContent.date, false)).toThrow(/about a petition already/);
    const another = recordVisit({ petition: 'P-2' });
    givenSession(...checkedIn, { type: 'VisitMatterNamed', data: { visit: 1, petition: 'P-1' } })
      .when(another)
      .thenRefused('already-decided', { pointer: '/petition' });
    // What the leader has instructed on is followed up, or kept silent of, as before.
    const followed = nameMatter(sessionState(instructed), 1, 'P-1', sessionContent.date, true);
    expect(followed.map(({ type }) => type)).toEqual(['VisitMatterNamed']);
  });

  it('names no visitor in what the head keeps', () => {
    expect(JSON.stringify(sessionSummary(sessionState(recorded)))).not.toContain('张三');
  });
});

describe('a visit', () => {
  it('is numbered in the order of pre-registration and goes its own way', () => {
    givenSession(...preRegistered)
      .when(preRegister({ visitor: '李四' }))
      .thenEvents({
        type: 'VisitPreRegistered',
        data: { visit: 2, visitor: '李四', purpose: '征地补偿', persons: 3, arrival: 'walk-in' },
      });
    const two = sessionAfter(publish(), preRegister(), preRegister(), checkIn({ visit: 2 }));
    givenSession(...two)
      .when(checkIn())
      .thenWaitsFor('reception/record-visit', 'reception/record-visit');
  });

  it('is checked in on the reception day, not before', () =>
    givenSession(...sessionAfter(publish({ content: { ...sessionContent, date: '2026-03-03' } }), preRegister()))
      .when(checkIn())
      .thenRefused('not-the-step'));

  it('of somebody who did not come ends', () =>
    givenSession(...preRegistered)
      .when(checkIn({ arrived: false }))
      .thenWaitsFor());

  it('is recorded once the visitor is there', () => {
    givenSession(...preRegistered)
      .when(recordVisit())
      .thenRefused('not-the-step');
    givenSession(...checkedIn)
      .when(checkIn())
      .thenRefused('already-decided');
    givenSession(...checkedIn)
      .when(recordVisit())
      .thenWaitsFor('reception/instruct');
  });

  it('has at most five representatives (Art. 20)', () => {
    const came = sessionAfter(publish(), preRegister({ persons: 30 }), checkIn());
    const names = ['一', '二', '三', '四', '五', '六'];
    givenSession(...came)
      .when(recordVisit({ representatives: names.slice(0, 5) }))
      .thenTypes('VisitRecorded');
    givenSession(...came)
      .when(recordVisit({ representatives: names }))
      .thenRefused('too-many-representatives', { pointer: '/representatives/5', basis: 'R20' });
  });

  it('has no more representatives than persons', () =>
    givenSession(...checkedIn)
      .when(recordVisit({ representatives: ['一', '二', '三', '四'] }))
      .thenRefused('rule-violated', { pointer: '/representatives' }));

  it('that does not exist is not found', () => {
    for (const visit of [0, 2, -1, 1.5])
      givenSession(...preRegistered)
        .when(checkIn({ visit }))
        .thenRefused('not-found');
  });
});

describe("the leader's instruction", () => {
  it('is given only by the leader who receives', () => {
    givenSession(...recorded)
      .when(instruct({ by: { ...mayor, id: 'vice-mayor' } }))
      .thenRefused('not-permitted');
    givenSession(...recorded)
      .when(instruct())
      .thenWaitsFor('reception/follow-up');
  });

  it('names the unit that follows up, and one that exists', () => {
    const { responsibleUnit: _, ...nobody } = instruct();
    givenSession(...recorded)
      .when(nobody)
      .thenRefused('rule-violated', { pointer: '/responsibleUnit' });
    givenSession(...recorded)
      .when(instruct({ responsibleUnit: 'nowhere' }))
      .thenRefused('unknown-unit', { pointer: '/responsibleUnit' });
  });

  it('names none where it would wait for nobody: no office, committee or village has handlers', () => {
    for (const kind of ['petition-office', 'mediation-committee', 'village-committee'] as const) {
      const unit = { id: 'dead-end', name: '某', kind, level: 'township', parent: '622901' } as const;
      const there = { ...rules, units: new UnitDirectory([...units, unit]) };
      expect(() => decideSession(instruct({ responsibleUnit: unit.id }), sessionState(recorded), there)).toThrow(
        'no handlers',
      );
    }
  });

  it('that nobody came to, or that was moved, is forgotten after the configured days; one about a petition is not', () => {
    const { days } = rules.configuration.unusedBookings;
    const visitors = [preRegister(), preRegister(), preRegister({ petition: 'P-1' }), preRegister(), preRegister()];
    const absent = (visit: number) => checkIn({ visit, arrived: false });
    const events = sessionAfter(publish(), ...visitors, absent(1), absent(3), checkIn({ visit: 4 }), {
      ...checkIn({ visit: 5 }),
      type: 'MoveVisit',
      to: 'S2',
    } as never);
    const state = sessionState(events);
    const [last, day] = [plusDays(firstDay, days), plusDays(firstDay, days + 1)];
    const forgotten = (on: string, held: readonly number[] = []) =>
      unusedVisits(state, held, on, rules).map(({ data }) => data.visit);
    expect(forgotten(last)).toEqual([]);
    // The second still waits for the desk, the fourth came.
    expect(forgotten(day)).toEqual([1, 5]);
    expect(forgotten(day, [5])).toEqual([1]);
    expect(sessionHead(state, rules).timer).toBe(day);
    const over = sessionState([...events, ...unusedVisits(state, [], day, rules)]);
    expect(over.visits.map(({ erasedOn }) => erasedOn)).toEqual([day, undefined, undefined, undefined, day]);
    expect(sessionHead(over, rules)).not.toHaveProperty('timer');
  });

  it('solved on the spot ends the visit', () =>
    givenSession(...recorded)
      .when(instruct({ solvedOnTheSpot: true }))
      .thenWaitsFor());

  it('is followed up once', () => {
    givenSession(...instructed)
      .when(followUp())
      .thenWaitsFor();
    givenSession(...sessionAfter(publish(), preRegister(), checkIn(), recordVisit(), instruct(), followUp()))
      .when(followUp())
      .thenRefused('already-decided');
  });
});

describe('batches (批次) and persons (人次)', () => {
  it('count who came, by the persons present', () => {
    const day = sessionAfter(
      publish(),
      ...[preRegister(), preRegister({ persons: 12 }), preRegister({ persons: 1 }), preRegister()],
      ...[checkIn({ persons: 5 }), checkIn({ visit: 2 }), checkIn({ visit: 3, arrived: false })],
    );
    expect(receptionCounts(sessionState(day))).toEqual({ batches: 2, persons: 17 });
  });
});

describe('whatever happens on a reception day', () => {
  const anyCommand: fc.Arbitrary<SessionCommand> = fc
    .record({ visit: fc.integer({ min: 0, max: 4 }), flag: fc.boolean(), kind: fc.nat(6) })
    .map(
      ({ visit, flag, kind }) =>
        [
          publish(),
          preRegister({ persons: visit + 1 }),
          checkIn({ visit, arrived: flag }),
          recordVisit({ visit }),
          instruct({ visit, solvedOnTheSpot: flag, by: flag || visit % 2 === 0 ? mayor : officers.leader }),
          followUp({ visit }),
          preRegister(),
        ][kind] ?? publish(),
    );

  it('a command leads to facts or a refusal; every waiting step has its audience; visits do not disturb each other', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 60, size: 'max' }), (commands) => {
        let session = initialSession;
        const history: SessionEvent[] = [];
        for (const command of [publish(), ...commands]) {
          let events: readonly SessionEvent[] = [];
          try {
            events = decideSession(command, session, rules);
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal);
          }
          history.push(...events);
          session = events.reduce(evolveSession, session);
          expect(sessionState(history)).toEqual(session);
        }
        expect(session.progress.reception?.length ?? 0).toBe(session.visits.length);
        for (const [index, { outcome }] of session.visits.entries()) {
          expect(session.progress.reception?.[index]?.open).toBe(outcome === undefined);
        }
        for (const ref of waitingSteps(session.progress)) {
          expect(describeStep('session', stored(history), ref, directory)).toMatchObject({
            audience: expect.stringMatching(/^(?:[a-z-]+@[0-9a-z-]+|person@mayor)$/),
            excluded: [],
          });
        }
      }),
      { numRuns: 100 },
    );
  });
});
