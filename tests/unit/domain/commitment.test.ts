import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statutoryCalendar } from '../../../adapters/calendar.ts';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import { type ExplainedDeadline, explainDeadline } from '../../../domain/calendar/explain.ts';
import { Refusal } from '../../../domain/errors.ts';
import { commitmentState } from '../../../domain/reception/commitment.ts';
import { dutiesOf, type PublishedDay } from '../../../domain/reception/duty.ts';
import { decideSession } from '../../../domain/reception/session.ts';
import { evolveSession } from '../../../domain/reception/session-history.ts';
import {
  maximumVisits,
  type Session,
  type SessionCommand,
  type SessionEvent,
} from '../../../domain/reception/session-state.ts';
import { publication, receivedBy, sessionHead } from '../../../domain/reception/summary.ts';
import { sessionTasks } from '../../../domain/reception/tasks.ts';
import { isCommittedTo, publicDay, visitRow, withheldVisit } from '../../../domain/reception/views.ts';
import { sessionWrite } from '../../../functions/shared/stream-writes.ts';
import {
  calendarWith,
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
} from '../../support/builders.ts';
import { givenSession } from '../../support/given.ts';

const clock = { id: 'clock', unit: '', role: 'system' };
const supervisor = { id: 'supervisor', unit: '622901-xfj', role: 'supervisor' };
const deputy = { leader: 'deputy', leaderName: '李某', post: '副市长', portfolio: '民政' };
const on = (day: string) => ({ at: noon(day) });

const sweep = (day: string): SessionCommand => ({ type: 'SweepCommitments', by: clock, ...on(day) });
const confirm = (day: string, by = mayor): SessionCommand => ({ type: 'ConfirmCommitment', visit: 1, by, ...on(day) });
const back = (day: string, due: string): SessionCommand => ({
  type: 'ReturnCommitment',
  visit: 1,
  reason: '未到位',
  due,
  by: mayor,
  ...on(day),
});
const urge = (day: string, due: string): SessionCommand => ({
  type: 'UrgeCommitment',
  visit: 1,
  text: '限期办理',
  due,
  by: supervisor,
  ...on(day),
});
const progress = (day: string): SessionCommand => ({
  type: 'LogCommitmentProgress',
  visit: 1,
  account: '已核实',
  by: officers.handler,
  ...on(day),
});
const replace = (day: string, by = officers.receptionist): SessionCommand => ({
  type: 'ReplaceLeader',
  ...deputy,
  reason: '出差',
  by,
  ...on(day),
});
const attendance = (attended: boolean, day = firstDay): SessionCommand => ({
  type: 'NoteAttendance',
  attended,
  by: officers.receptionist,
  ...on(day),
});
const move = (day: string, date: string): SessionCommand => ({
  type: 'RescheduleSession',
  place: '另一处',
  date,
  from: '09:00',
  to: '11:00',
  reason: '会场维修',
  by: officers.receptionist,
  ...on(day),
});

const recorded = sessionAfter(publish(), preRegister(), checkIn(), recordVisit());
/** Due on 2026-03-16, fourteen days after the instruction: warned three days before. */
const instructed = [...recorded, ...decideSession(instruct(), sessionState(recorded), rules)];
const then = (...commands: readonly SessionCommand[]): SessionEvent[] => {
  const events = [...instructed];
  for (const command of commands) events.push(...decideSession(command, sessionState(events), rules));
  return events;
};
const commitment = ({ visits }: Session) => {
  const [visit] = visits;
  if (!visit?.commitment) throw new Error('Nobody is committed.');
  return visit.commitment;
};
const tasksAfter = (events: readonly SessionEvent[]) =>
  sessionTasks(sessionState(events), directory).map(({ step, audience, due, excluded }) => [
    step,
    audience,
    due,
    ...excluded,
  ]);

describe('a result that comes late', () => {
  it('records first what was missed, once, whether or not the sweep has come by', () => {
    const late = followUp(on('2026-03-17'));
    const types = (events: readonly SessionEvent[]) => events.slice(instructed.length).map(({ type }) => type);
    expect(types(then(followUp(on('2026-03-16'))))).toEqual(['FollowUpRecorded']);
    expect(types(then(late))).toEqual(['CommitmentMissed', 'FollowUpRecorded']);
    expect(types(then(sweep('2026-03-17'), late))).toEqual(types(then(late)));
    expect(commitment(sessionState(then(late))).missed).toEqual(['2026-03-16']);
  });
});

describe('a day with many visits', () => {
  it('takes eighty, so that moving it or its leader is one transaction', () => {
    let session = sessionState(sessionAfter(publish({ content: { ...sessionContent, date: '2026-03-05' } })));
    for (let visit = 1; visit <= maximumVisits; visit += 1)
      session = decideSession(preRegister(), session, rules).reduce(evolveSession, session);
    expect(() => decideSession(preRegister(), session, rules)).toThrow('Publish another');
    const moved = decideSession(move('2026-03-03', '2026-03-06'), session, rules);
    const write = sessionWrite(session, moved, 'S1', noon('2026-03-03'), officers.receptionist, rules);
    // Head, fact and answer besides.
    expect(write.changed).toHaveLength(maximumVisits);
    expect((write.changed?.length ?? 0) + write.events.length + 2).toBeLessThanOrEqual(100);
  });

  it('is swept in passes that fit into a transaction, until nothing is left', () => {
    const many = sessionAfter(
      publish(),
      ...Array.from({ length: 60 }, (_, index) => {
        const visit = index + 1;
        return [preRegister(), checkIn({ visit }), recordVisit({ visit }), instruct({ visit })];
      }).flat(),
    );
    let session = sessionState(many);
    const passes: number[] = [];
    for (;;) {
      const events = decideSession(sweep('2026-03-17'), session, rules);
      if (events.length === 0) break;
      const write = sessionWrite(session, events, 'S1', noon('2026-03-17'), clock, rules);
      expect(write.events.length + (write.opened?.length ?? 0) + write.decisions.length + 2).toBeLessThanOrEqual(100);
      // What is left is looked at again on the next pass of the same day.
      session = events.reduce(evolveSession, session);
      passes.push(events.length);
      if (passes.length < 3) expect((write.head.timer ?? '9999') <= '2026-03-17').toBe(true);
    }
    expect(passes).toEqual([10, 10, 10, 10, 10, 10]);
  });
});

describe('what a leader instructs', () => {
  it('is due on the day that he names, otherwise configured days later, never before today', () => {
    expect(commitment(sessionState(instructed))).toMatchObject({ due: '2026-03-16', leader: 'mayor' });
    const { due: _, ...unnamed } = instruct();
    givenSession(...recorded)
      .when(unnamed)
      .thenState((session) => expect(commitment(session).due).toBe('2026-04-01'));
    // On a day of rest it moves to the first working day after it, as other limits do.
    const [holiday] = decideSession(unnamed, sessionState(recorded), {
      ...rules,
      calendar: calendarWith({ rest: ['2026-04-01'] }),
    });
    expect(holiday?.data).toMatchObject({
      due: '2026-04-02',
      dueSource: rules.configuration.receptionFollowUp.source,
    });
    expect(commitment(sessionState(instructed)).dueSource).toBeUndefined();
    givenSession(...recorded)
      .when(instruct({ due: '2026-03-01' }))
      .thenRefused('rule-violated', { pointer: '/due' });
  });

  it('is no commitment when it was solved on the spot', () =>
    givenSession(...recorded)
      .when(instruct({ solvedOnTheSpot: true }))
      .thenState(({ visits }) => expect(visits[0]?.commitment).toBeUndefined()));

  it('is warned of three days before a short day, ten before a long one, once', () => {
    const warned = { type: 'CommitmentWarned', data: { visit: 1, due: '2026-03-16' } } as const;
    givenSession(...instructed)
      .when(sweep('2026-03-12'))
      .thenEvents();
    givenSession(...instructed)
      .when(sweep('2026-03-13'))
      .thenEvents(warned);
    givenSession(...instructed, warned)
      .when(sweep('2026-03-16'))
      .thenEvents();
    const long = [...recorded, ...decideSession(instruct({ due: '2026-04-30' }), sessionState(recorded), rules)];
    givenSession(...long)
      .when(sweep('2026-04-19'))
      .thenEvents();
    givenSession(...long)
      .when(sweep('2026-04-20'))
      .thenTypes('CommitmentWarned');
  });

  it('is overdue on the day after, once, whether it was warned of or not', () => {
    givenSession(...instructed)
      .when(sweep('2026-03-17'))
      .thenEvents({ type: 'CommitmentMissed', data: { visit: 1, due: '2026-03-16' } });
    givenSession(...then(sweep('2026-03-17')))
      .when(sweep('2026-04-17'))
      .thenEvents();
  });

  it('has a timer on the day on which the clock has something to say', () => {
    const timer = (...commands: readonly SessionCommand[]) => sessionHead(sessionState(then(...commands)), rules).timer;
    expect(timer()).toBe('2026-03-13');
    expect(timer(sweep('2026-03-13'))).toBe('2026-03-17');
    expect(timer(sweep('2026-03-17'))).toBeUndefined();
    expect(timer(sweep('2026-03-17'), urge('2026-03-18', '2026-03-20'))).toBe('2026-03-17');
    expect(timer(followUp({ ...on('2026-03-05') }))).toBeUndefined();
  });

  it('stands with the unit’s leaders when they are warned, with its supervisor when it is late, then with the leader', () => {
    expect(tasksAfter(instructed)).toEqual([]);
    const warned = ['commitment-due-soon', 'leader@622901', '2026-03-16'];
    expect(tasksAfter(then(sweep('2026-03-13')))).toEqual([warned]);
    expect(tasksAfter(then(sweep('2026-03-17')))).toEqual([
      warned,
      ['urge-commitment', `supervisor@${directory.supervisorOf('622901-zrzy')}`, '2026-03-16'],
    ]);
    expect(tasksAfter(then(sweep('2026-03-17'), urge('2026-03-18', '2026-03-20')))).toEqual([]);
    expect(tasksAfter(then(followUp(on('2026-03-05'))))).toEqual([
      ['confirm-commitment', 'person@mayor', '9999-12-31', 'handler'],
    ]);
    expect(tasksAfter(then(followUp(on('2026-03-05')), back('2026-03-06', '2026-03-10')))).toEqual([
      ['carry-out-commitment', 'handler@622901-zrzy', '2026-03-10'],
    ]);
    expect(tasksAfter(then(followUp(on('2026-03-05')), confirm('2026-03-06')))).toEqual([]);
  });

  it('is swept in no visit that was erased, nor in one whose matter is sealed (Art. 30)', () => {
    const late = sessionState(instructed);
    const swept = (session: Session, withheld?: readonly number[]) =>
      decideSession(
        { type: 'SweepCommitments', by: clock, ...on('2026-03-17'), ...(withheld ? { withheld } : {}) },
        session,
        rules,
      ).map(({ type }) => type);
    expect(swept(late)).toContain('CommitmentMissed');
    expect(swept(late, [2])).toContain('CommitmentMissed');
    expect(swept(late, [1])).toEqual([]);
    const erased = { ...late, visits: late.visits.map((visit) => ({ ...visit, erasedOn: '2026-03-10' })) };
    expect(swept(erased)).toEqual([]);
  });

  it('gets another day from who supervises it only when it is late; that day was missed stays', () => {
    givenSession(...instructed)
      .when(urge('2026-03-10', '2026-04-10'))
      .thenRefused('not-the-step');
    const late = then(sweep('2026-03-17'));
    givenSession(...late)
      .when(urge('2026-03-18', '2026-03-17'))
      .thenRefused('rule-violated', { pointer: '/due' });
    givenSession(...late)
      .when(urge('2026-03-18', '2026-03-25'))
      .thenState((session) =>
        expect(commitment(session)).toMatchObject({ due: '2026-03-25', overdue: false, missed: ['2026-03-16'] }),
      );
    const again = then(sweep('2026-03-17'), urge('2026-03-18', '2026-03-25'), sweep('2026-03-26'));
    expect(commitment(sessionState(again)).missed).toEqual(['2026-03-16', '2026-03-25']);
  });

  it('is done when a leader says so who did not do it himself', () => {
    givenSession(...instructed)
      .when(confirm('2026-03-05'))
      .thenRefused('not-the-step');
    const reported = then(followUp(on('2026-03-05')));
    givenSession(...reported)
      .when(confirm('2026-03-05', { ...officers.handler, role: 'leader' }))
      .thenRefused('own-proposal');
    givenSession(...reported)
      .when(back('2026-03-06', '2026-03-05'))
      .thenRefused('rule-violated', { pointer: '/due' });
    const done = then(followUp(on('2026-03-05')), confirm('2026-03-06'));
    for (const more of [confirm('2026-03-07'), back('2026-03-07', '2026-03-10'), progress('2026-03-07'), followUp()])
      givenSession(...done)
        .when(more)
        .thenRefused('already-decided');
  });

  it('that was sent back is done again, without the machine, which has ended', () => {
    const returned = then(followUp(on('2026-03-05')), back('2026-03-06', '2026-03-10'));
    givenSession(...returned)
      .when(confirm('2026-03-07'))
      .thenRefused('not-the-step');
    givenSession(...returned)
      .when(followUp(on('2026-03-09')))
      .thenState((session) => {
        expect(commitmentState(commitment(session))).toBe('reported');
        expect(session.progress).toEqual(sessionState(returned).progress);
      });
    expect(
      commitment(sessionState(then(followUp(on('2026-03-05')), back('2026-03-06', '2026-03-10'), sweep('2026-03-11')))),
    ).toMatchObject({
      overdue: true,
      missed: ['2026-03-10'],
    });
  });

  it('is nothing of a visit that commits nobody', () => {
    for (const command of [progress(firstDay), confirm(firstDay), urge(firstDay, firstDay), followUp()])
      givenSession(...recorded)
        .when(command)
        .thenRefused('not-the-step');
    givenSession(...recorded)
      .when({ ...confirm(firstDay), visit: 2 } as SessionCommand)
      .thenRefused('not-found');
  });

  it('closes what waited under the same key, in the same write', () => {
    const before = sessionState(then(sweep('2026-03-17')));
    const events = decideSession(followUp(on('2026-03-18')), before, rules);
    const { decisions, opened } = sessionWrite(before, events, 'S1', noon('2026-03-18'), officers.handler, rules);
    expect(decisions.map(({ stage, round, step }) => `${stage}#${String(round)}#${step}`).sort()).toEqual([
      'reception#1#follow-up',
      'task#1#commitment-due-soon',
      'task#1#urge-commitment',
    ]);
    expect(opened?.map(({ step }) => step)).toEqual(['confirm-commitment']);
  });

  it('moves the unit’s own step with the day', () => {
    const before = sessionState(then(sweep('2026-03-17')));
    const events = decideSession(urge('2026-03-18', '2026-03-25'), before, rules);
    expect(sessionWrite(before, events, 'S1', noon('2026-03-18'), supervisor, rules).changed).toEqual([
      { step: 'reception#1#follow-up', due: '2026-03-25', excluded: [] },
    ]);
  });
});

describe('another leader', () => {
  it('takes over what waits for the first, and is published in his place', () => {
    const before = sessionState(recorded);
    const events = decideSession(replace(firstDay), before, rules);
    expect(sessionWrite(before, events, 'S1', noon(firstDay), officers.receptionist, rules).changed).toEqual([
      { step: 'reception#1#instruct', due: firstDay, excluded: [], audience: 'person@deputy' },
    ]);
    givenSession(...recorded, ...events)
      .when(instruct())
      .thenRefused('not-permitted');
    givenSession(...recorded, ...events)
      .when(instruct({ by: { ...mayor, id: 'deputy' } }))
      .thenTypes('InstructionIssued');
    const after = sessionState([...recorded, ...events]);
    expect(publication(after)).toMatchObject({
      leaderName: '李某',
      insteadOf: [{ leaderName: '王某', post: '市长', on: firstDay }],
    });
    expect(JSON.stringify(sessionHead(after, rules))).not.toContain('出差');
    givenSession(...recorded, ...events)
      .when(replace(firstDay))
      .thenRefused('rule-violated', { pointer: '/leader' });
  });

  it('received, not the first', () => {
    const day = sessionAfter(publish(), attendance(false), replace(firstDay), attendance(true));
    expect(receivedBy(sessionState(day))).toEqual(['deputy']);
    givenSession(...day)
      .when(attendance(true))
      .thenRefused('already-decided');
  });

  it('is noted of the one who receives, and once he is there nobody else counts', () => {
    const there = sessionAfter(publish(), preRegister(), attendance(true));
    givenSession(...there)
      .when(replace(firstDay))
      .thenRefused('already-decided');
    givenSession(...there)
      .when(move(firstDay, '2026-03-06'))
      .thenRefused('not-the-step');
  });

  it('does not receive on the same day once the first has begun', () => {
    const two = sessionAfter(
      publish(),
      ...[preRegister(), preRegister(), checkIn(), checkIn({ visit: 2 }), recordVisit(), recordVisit({ visit: 2 })],
      instruct(),
      replace(firstDay),
      instruct({ visit: 2, by: { ...mayor, id: 'deputy' } }),
    );
    expect(receivedBy(sessionState(two))).toEqual(['mayor']);
    givenSession(...two)
      .when(attendance(true))
      .thenRefused('already-decided');
  });
});

describe('who was there', () => {
  it('nobody, while nothing says so; an instruction of a later day says nothing', () => {
    expect(receivedBy(sessionState(recorded))).toEqual([]);
    const later = [...recorded, ...decideSession(instruct(on('2026-03-05')), sessionState(recorded), rules)];
    expect(receivedBy(sessionState(later))).toEqual([]);
    expect(receivedBy(sessionState(instructed))).toEqual(['mayor']);
  });

  it('not the leader who was noted absent, though an instruction bears his name and the day', () => {
    const absent = [...instructed, ...decideSession(attendance(false), sessionState(instructed), rules)];
    expect(receivedBy(sessionState(absent))).toEqual([]);
  });

  it('is noted on the day, later only as late and for configured days', () => {
    givenSession(...sessionAfter(publish({ content: { ...sessionContent, date: '2026-03-05' } })))
      .when(attendance(true))
      .thenRefused('not-the-step');
    givenSession(...sessionAfter(publish()))
      .when(attendance(true, '2026-03-05'))
      .thenEvents({ type: 'AttendanceNoted', data: { leader: 'mayor', attended: true, notedOn: '2026-03-05' } });
    givenSession(...sessionAfter(publish()))
      .when(attendance(true, '2026-03-06'))
      .thenRefused('not-the-step');
    expect(rules.configuration.receptionRecords).toMatchObject({ days: 3, source: expect.stringContaining('design') });
  });

  it('is corrected by a second fact that says why; presence within the same days, absence at any time', () => {
    const noted = sessionAfter(publish(), attendance(true));
    const correct = (attended: boolean, day: string) => ({ ...attendance(attended, day), reason: '误记' }) as const;
    givenSession(...noted)
      .when(attendance(false))
      .thenRefused('already-decided', { pointer: '/reason' });
    givenSession(...noted)
      .when(correct(true, firstDay))
      .thenRefused('already-decided', { pointer: '/attended' });
    givenSession(...noted)
      .when(correct(false, '2026-04-01'))
      .thenState((session) => {
        expect(receivedBy(session)).toEqual([]);
        expect(session.attendance).toEqual([
          { leader: 'mayor', attended: true },
          { leader: 'mayor', attended: false, reason: '误记', notedOn: '2026-04-01' },
        ]);
      });
    const absent = sessionAfter(publish(), attendance(false));
    givenSession(...absent)
      .when(correct(true, '2026-03-06'))
      .thenRefused('not-the-step');
    givenSession(...absent)
      .when(correct(true, '2026-03-05'))
      .thenState((session) => expect(receivedBy(session)).toEqual(['mayor']));
  });

  it('is not made up ten days later: no other leader, no walk-in, nobody checked in; only that nobody came', () => {
    const day = sessionAfter(publish(), preRegister());
    const late = on('2026-03-12');
    for (const command of [replace('2026-03-12'), attendance(true, '2026-03-12'), preRegister(late), checkIn(late)])
      givenSession(...day)
        .when(command)
        .thenRefused('not-the-step');
    givenSession(...day)
      .when(replace('2026-03-03'))
      .thenRefused('not-the-step');
    givenSession(...day)
      .when(checkIn({ ...late, arrived: false }))
      .thenEvents({ type: 'VisitorAbsent', data: { visit: 1, notedOn: '2026-03-12' } });
    givenSession(...day)
      .when(checkIn(on('2026-03-04')))
      .thenEvents({ type: 'VisitorCheckedIn', data: { visit: 1, persons: 3, notedOn: '2026-03-04' } });
    givenSession(...day)
      .when(preRegister(on('2026-03-04')))
      .thenState(({ visits }) => expect(visits[1]).toMatchObject({ arrival: 'walk-in', notedOn: '2026-03-04' }));
  });
});

describe('a day that is moved', () => {
  const ahead = sessionAfter(publish({ content: { ...sessionContent, date: '2026-03-05' } }), preRegister());

  it('keeps who is registered, and says what was announced before', () =>
    givenSession(...ahead)
      .when(move('2026-03-03', '2026-03-06'))
      .thenState((session) => {
        expect(session.visits.length).toBe(1);
        expect(publication(session)).toMatchObject({
          date: '2026-03-06',
          moved: [{ date: '2026-03-05', place: '镇综治中心', reason: '会场维修', on: '2026-03-03' }],
        });
      }));

  it('has not begun and is not over, and comes later than today', () => {
    givenSession(...ahead)
      .when(move('2026-03-06', '2026-03-09'))
      .thenRefused('not-the-step');
    givenSession(...ahead)
      .when(move('2026-03-03', '2026-03-02'))
      .thenRefused('rule-violated', { pointer: '/date' });
    givenSession(...sessionAfter(publish(), preRegister(), checkIn()))
      .when(move(firstDay, '2026-03-06'))
      .thenRefused('not-the-step');
  });
});

describe('a day that is cancelled before it comes', () => {
  const ahead = sessionAfter(publish({ content: { ...sessionContent, date: '2026-03-05' } }), preRegister());
  const cancel = (day: string): SessionCommand => ({
    type: 'CancelSession',
    reason: '会场停用',
    by: officers.receptionist,
    ...on(day),
  });
  const cancelled = [...ahead, ...decideSession(cancel('2026-03-04'), sessionState(ahead), rules)];

  it('says so to everybody, with the reason, and is no day of the leader’s duty', () => {
    const { summary } = sessionHead(sessionState(cancelled), rules);
    expect(publicDay(summary)).toMatchObject({ cancelled: { reason: '会场停用', on: '2026-03-04' } });
    const entry = { leader: 'mayor', leaderName: '王某', post: '市长', portfolio: '全面工作', from: '2026-01-01' };
    const duty = (events: readonly SessionEvent[]) => {
      const day = { id: 'S1', ...sessionHead(sessionState(events), rules).summary } as unknown as PublishedDay;
      return dutiesOf({ entries: [entry] }, [day], { every: 'week', days: 1 }, '2026-03-04', '2026-03-04')[0];
    };
    expect(duty(ahead)).toMatchObject({ ahead: 1, owed: 1, unplanned: 0 });
    expect(duty(cancelled)).toMatchObject({ ahead: 0, owed: 1, unplanned: 1 });
  });

  it('takes nobody in any more; who was registered is ended by the desk', () => {
    const commands = [cancel('2026-03-04'), preRegister(), replace('2026-03-04'), move('2026-03-04', '2026-03-09')];
    for (const command of [...commands, attendance(true, '2026-03-05'), checkIn(on('2026-03-05'))])
      givenSession(...cancelled)
        .when(command)
        .thenRefused('already-decided');
    givenSession(...cancelled)
      .when(checkIn({ arrived: false, ...on('2026-03-04') }))
      .thenWaitsFor();
  });

  it('is not taken back once it has come', () => {
    for (const day of ['2026-03-05', '2026-03-06'])
      givenSession(...ahead)
        .when(cancel(day))
        .thenRefused('not-the-step');
  });
});

describe('publication ahead', () => {
  const local = {
    ...rules,
    configuration: { ...rules.configuration, receptionPublication: { days: 2, source: '某地规定' } },
  };

  it('is before the day by law; a local rule that is named can ask for more', () => {
    expect(rules.configuration.receptionPublication).toBeUndefined();
    const decided = (date: string) => () =>
      decideSession(publish({ content: { ...sessionContent, date } }), sessionState([]), local);
    expect(decided('2026-03-03')).toThrow('某地规定');
    expect(decided('2026-03-04')()).toHaveLength(1);
  });

  it('names departments that there are', () =>
    givenSession()
      .when(
        publish({ content: { ...sessionContent, rooms: [{ topic: '征地', place: '1', departments: ['nowhere'] }] } }),
      )
      .thenRefused('unknown-unit', { pointer: '/rooms/0/departments/0' }));

  it('shows everybody nothing of who comes, nor an officer’s id', () => {
    const { summary } = sessionHead(sessionState(instructed), rules);
    const shown = JSON.stringify(publicDay(summary));
    expect(shown).toContain('王某');
    for (const hidden of ['mayor', '张三', '征地补偿', 'batches', 'receivedBy']) expect(shown).not.toContain(hidden);
  });
});

describe('how a visit comes about', () => {
  const arrival = (mode: (typeof sessionContent)['mode'], date: string, over: object = {}) => {
    const [event] = decideSession(
      preRegister(over),
      sessionState(sessionAfter(publish({ content: { ...sessionContent, mode, date } }))),
      rules,
    );
    return event?.type === 'VisitPreRegistered' ? event.data.arrival : undefined;
  };

  it('follows from the form of the day and from when it is registered', () => {
    expect(arrival('定点接访', '2026-03-05')).toBe('pre-registered');
    expect(arrival('重点约访', '2026-03-05')).toBe('appointed');
    expect(arrival('带案下访', '2026-03-05', { petition: '622901007-20260302-AAAAAA' })).toBe('case-brought');
    for (const mode of ['定点接访', '重点约访', '带案下访'] as const) expect(arrival(mode, firstDay)).toBe('walk-in');
  });

  it('a case that is brought down is named', () => {
    expect(() => arrival('带案下访', '2026-03-05')).toThrow(Refusal);
  });

  it('a topic room is one that there is', () => {
    const rooms = [{ topic: '征地', place: '1号室', departments: ['622901-zrzy'] }];
    const day = sessionAfter(publish({ content: { ...sessionContent, rooms } }));
    givenSession(...day)
      .when(preRegister({ room: 1 }))
      .thenTypes('VisitPreRegistered');
    givenSession(...day)
      .when(preRegister({ room: 2 }))
      .thenRefused('rule-violated', { pointer: '/room' });
  });
});

describe('a configured day', () => {
  const { due: _, ...unnamed } = instruct();
  const configured = [...recorded, ...decideSession(unnamed, sessionState(recorded), rules)];
  const after = (...commands: readonly SessionCommand[]): SessionEvent[] => {
    const events = [...configured];
    for (const command of commands) events.push(...decideSession(command, sessionState(events), rules));
    return events;
  };
  const recount = (day: string): SessionCommand => ({
    type: 'RecountCommitments',
    calendar: 'new',
    by: clock,
    ...on(day),
  });
  const holiday = { ...rules, calendar: calendarWith({ rest: ['2026-04-01', '2026-04-16'] }) };
  const recounted = (events: readonly SessionEvent[], day: string) =>
    decideSession(recount(day), sessionState(events), holiday);

  it('moves with the calendar, there and back, and what waits for it with it', () => {
    expect(recounted(after(sweep('2026-03-22')), '2026-03-22')).toEqual([
      {
        type: 'CommitmentRecounted',
        data: { visit: 1, calendar: 'new', before: '2026-04-01', after: '2026-04-02' },
      },
    ]);
    const there = [...after(sweep('2026-03-22')), ...recounted(configured, '2026-03-22')];
    expect(commitment(sessionState(there)).due).toBe('2026-04-02');
    expect(tasksAfter(there)).toEqual([['commitment-due-soon', 'leader@622901', '2026-04-02']]);
    expect(sessionHead(sessionState(there), rules).timer).toBe('2026-04-03');
    expect(recounted(there, '2026-03-22')).toEqual([]);
    const write = sessionWrite(
      sessionState(configured),
      recounted(configured, '2026-03-22'),
      'S1',
      noon(firstDay),
      clock,
      rules,
    );
    expect(write.changed).toMatchObject([{ step: 'reception#1#follow-up', due: '2026-04-02' }]);
    expect(decideSession(recount('2026-03-23'), sessionState(there), rules)).toMatchObject([
      { data: { before: '2026-04-02', after: '2026-04-01' } },
    ]);
  });

  it('stays where it has passed, whether or not the sweep has come by, and where the result is there', () => {
    expect(recounted(configured, '2026-04-01')).toHaveLength(1);
    expect(recounted(configured, '2026-04-02')).toEqual([]);
    expect(recounted(after(sweep('2026-04-02')), '2026-04-02')).toEqual([]);
    expect(recounted(after(followUp(on('2026-03-05'))), '2026-03-06')).toEqual([]);
    expect(recounted(after(followUp(on('2026-03-05')), confirm('2026-03-06')), '2026-03-06')).toEqual([]);
  });

  it('is counted no more once somebody has named another: a leader, a return, supervision', () => {
    const on1April = [...recorded, ...decideSession(instruct({ due: '2026-04-01' }), sessionState(recorded), rules)];
    expect(recounted(on1April, '2026-03-22')).toEqual([]);
    const returned = after(followUp(on('2026-03-05')), back('2026-03-06', '2026-04-16'));
    expect(recounted(returned, '2026-03-22')).toEqual([]);
    const urged = after(sweep('2026-04-02'), urge('2026-04-03', '2026-04-16'));
    expect(recounted(urged, '2026-04-04')).toEqual([]);
    expect(commitment(sessionState(urged))).toMatchObject({ due: '2026-04-16', missed: ['2026-04-01'] });
  });

  it('explains itself day by day, and a day that somebody named has nothing to explain', () => {
    const explained = (events: readonly SessionEvent[]) => {
      const [visit] = sessionState(events).visits;
      if (!visit) throw new Error('There is a visit.');
      const row = visitRow(visit, 1, (limit) => explainDeadline(limit, statutoryCalendar(), '2026-03-10'));
      return 'commitment' in row && row.commitment && 'limit' in row.commitment ? row.commitment.limit : undefined;
    };
    expect(explained(instructed)).toBeUndefined();
    const limit = explained(configured) as ExplainedDeadline;
    const { days, source } = rules.configuration.receptionFollowUp;
    expect(limit).toMatchObject({ due: '2026-04-01', from: firstDay, days, basis: source, state: 'running' });
    expect(limit.day.filter(({ kind }) => kind === 'counted').map(({ number }) => number)).toEqual(
      Array.from({ length: days }, (_, index) => index + 1),
    );
    expect(explained(after(sweep('2026-04-02')))).toMatchObject({ state: 'missed' });
    expect(explained(after(followUp(on('2026-03-05'))))).toMatchObject({ state: 'met' });
  });

  it('of which an earlier record does not say how many days were counted stays as it was told', () => {
    const earlier = configured.map((event) => {
      if (event.type !== 'InstructionIssued' || event.data.solvedOnTheSpot) return event;
      const { dueDays: _days, ...data } = event.data;
      return { ...event, data };
    });
    expect(commitment(sessionState(earlier))).toMatchObject({ due: '2026-04-01', dueSource: expect.any(String) });
    expect(recounted(earlier, '2026-03-22')).toEqual([]);
  });
});

describe('a row of the ledger', () => {
  const done = sessionState(then(progress('2026-03-04'), followUp(on('2026-03-05')), confirm('2026-03-06')));
  const [visit] = done.visits;
  if (!visit) throw new Error('There is a visit.');

  it('says who, with what, what was instructed, who does it until when, and what became of it', () =>
    expect(visitRow(visit, 1)).toMatchObject({
      number: 1,
      visitor: '张三',
      purpose: '征地补偿',
      persons: 3,
      account: '反映补偿问题',
      instruction: '限期办理',
      commitment: {
        state: 'completed',
        responsibleUnit: '622901-zrzy',
        due: '2026-03-16',
        progress: [{ account: '已核实', on: '2026-03-04' }],
        result: { text: '已补发', on: '2026-03-05' },
        completedOn: '2026-03-06',
      },
    }));

  it('withheld keeps its number and headcount only', () =>
    expect(Object.keys(withheldVisit(visit, 1))).toEqual(['number', 'visitor', 'purpose', 'persons']));

  it('is known to those whom it commits, and to nobody beside them', () => {
    const knows = (unit: string, role: string) => isCommittedTo(visit, { unit, roles: [role] }, directory);
    expect([knows('622901-zrzy', 'handler'), knows('622901', 'leader')]).toEqual([true, true]);
    expect(knows(directory.supervisorOf('622901-zrzy'), 'supervisor')).toBe(true);
    for (const [unit, role] of [
      ['622901-zjj', 'handler'],
      ['622901-zrzy', 'mediator'],
      ['622901', 'receptionist'],
      ['622901007-tw', 'supervisor'],
    ] as const)
      expect(knows(unit, role)).toBe(false);
  });
});

describe('whatever happens to a commitment', () => {
  const leaderOf = (flag: boolean) => (flag ? mayor : { ...mayor, id: 'deputy' });
  const anyCommand = (day: string): fc.Arbitrary<SessionCommand> =>
    fc
      .record({ kind: fc.nat(8), flag: fc.boolean(), ahead: fc.integer({ min: -2, max: 25 }) })
      .map(
        ({ kind, flag, ahead }) =>
          [
            progress(day),
            followUp(on(day)),
            confirm(day, leaderOf(flag)),
            back(day, plusDays(day, ahead)),
            urge(day, plusDays(day, ahead)),
            replace(day),
            sweep(day),
            sweep(day),
            instruct({ ...on(day), by: leaderOf(flag), due: plusDays(day, ahead) }),
          ][kind] ?? sweep(day),
      );
  const life = fc.array(fc.nat(6), { maxLength: 40, size: 'max' }).chain((steps) => {
    let day = firstDay;
    return fc.tuple(
      ...steps.map((days) => {
        day = plusDays(day, days);
        return anyCommand(day);
      }),
    );
  });

  it('it is swept once for each day that was set, is never late while it is with the leader, and ends once', () => {
    fc.assert(
      fc.property(life, (commands) => {
        let session = sessionState(instructed);
        for (const command of commands) {
          const before = session;
          let events: readonly SessionEvent[] = [];
          try {
            events = decideSession(command, session, rules);
          } catch (error) {
            expect(error).toBeInstanceOf(Refusal);
          }
          session = events.reduce(evolveSession, session);
          const earlier = before.visits[0]?.commitment;
          const now = session.visits[0]?.commitment;
          if (!now) continue;
          // A sweep that comes again says nothing.
          const swept = decideSession(sweep(command.at.slice(0, 10)), session, rules).reduce(evolveSession, session);
          expect(decideSession(sweep(command.at.slice(0, 10)), swept, rules)).toEqual([]);
          const state = commitmentState(now);
          if (earlier && commitmentState(earlier) === 'completed') expect(now).toEqual(earlier);
          if (earlier?.result) expect(now.missed).toEqual(earlier.missed);
          expect(new Set(now.missed).size).toBeLessThanOrEqual(1 + now.urged.length + now.returned.length);
          expect(now.missed.length - now.urged.length - now.returned.length).toBeLessThanOrEqual(1);
          // Exactly one waits for whom the next step is, and nobody when it is over.
          const steps = sessionTasks(session, directory).map(({ step }) => step);
          expect(steps.includes('confirm-commitment')).toBe(state === 'reported');
          expect(steps.includes('urge-commitment')).toBe(state === 'overdue');
          if (state === 'completed') expect(steps).toEqual([]);
          const timer = sessionHead(session, rules).timer;
          expect(timer === undefined).toBe(state !== 'open');
        }
      }),
      { numRuns: 300 },
    );
  });
});
