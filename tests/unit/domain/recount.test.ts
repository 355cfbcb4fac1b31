import { describe, expect, it } from 'vitest';
import { statutoryCalendar } from '../../../adapters/calendar.ts';
import { explainDeadline } from '../../../domain/calendar/explain.ts';
import { decide } from '../../../domain/petition/petition.ts';
import { deadlineOf } from '../../../domain/petition/state.ts';
import type { CalendarDay } from '../../../domain/ports.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import { accept, after, noon, register, route, rules, stateAfter } from '../../support/builders.ts';

const clock = { id: 'clock', unit: '', role: 'system' } as const;
const load = (...days: [string, boolean][]): CalendarDay[] =>
  days.map(([day, working]) => ({ day, working, name: '调休', source: '通知' }));
const with2026 = (days: CalendarDay[]) => ({ ...rules, calendar: statutoryCalendar(days) });

/** Routed on Monday 2026-03-02: an objection is possible until Monday 2026-03-09, notice is due on 2026-03-17. */
const routed = after(register(), route());
const recounted = (days: CalendarDay[]) =>
  decide(
    { type: 'RecountDeadlines', by: clock, at: noon('2026-03-03'), calendar: 'v2' },
    stateAfter(routed),
    with2026(days),
  );

describe('after the calendar has changed', () => {
  it('a right moves later with a new day of rest', () => {
    expect(recounted(load(['2026-03-05', false]))).toMatchObject([
      { data: { changes: [{ limit: 'objection', before: '2026-03-09', after: '2026-03-10' }] } },
    ]);
  });

  it('no right that was told is shortened by a new make-up workday, and the explanation says why its day stands', () => {
    const makeUp = load(['2026-03-07', true]);
    expect(recounted(makeUp)).toEqual([]);
    const objection = deadlineOf(stateAfter(routed), 'objection');
    if (!objection) throw new Error('No objection is possible.');
    const { day } = explainDeadline(objection, statutoryCalendar(makeUp));
    expect(day.at(-1)).toMatchObject({ day: '2026-03-09', kind: 'kept' });
  });

  it('a duty moves both ways', () => {
    const accepted = after(register(), route(), accept());
    const due = deadlineOf(stateAfter(accepted), 'handling')?.due;
    expect(due).toBe('2026-05-06');
    const events = decide(
      { type: 'RecountDeadlines', by: clock, at: noon('2026-03-03'), calendar: 'v2' },
      stateAfter(accepted),
      with2026(load(['2026-05-01', true])),
    );
    expect(events).toMatchObject([
      { data: { changes: [{ limit: 'handling', before: '2026-05-06', after: '2026-05-01' }] } },
    ]);
  });
});

describe('a limit that seemed missed', () => {
  const handled = after(register(), route(), accept());
  const sweep = (day: string, history = handled) =>
    decide({ type: 'SweepClocks', by: clock, at: noon(day) }, stateAfter(history), rules);

  it('was kept when what it asks for was done in time and only entered late', () => {
    const notice = {
      type: 'NoticeServed',
      data: { notice: 'acceptance-1', method: 'post', servedOn: '2026-03-17' },
    } as never;
    const missed = [...handled, ...sweep('2026-03-20')];
    expect(deadlineOf(stateAfter(missed), 'notify')?.state).toBe('missed');
    const { notices } = stateAfter(missed);
    const acceptance = notices.find(({ kind }) => kind === 'acceptance');
    const served = {
      ...(notice as object),
      data: { notice: acceptance?.id, method: 'post', servedOn: '2026-03-17' },
    } as never;
    expect(deadlineOf(stateAfter([...missed, served]), 'notify')).toMatchObject({ state: 'met', done: true });
    const late = {
      ...(notice as object),
      data: { notice: acceptance?.id, method: 'post', servedOn: '2026-03-18' },
    } as never;
    expect(deadlineOf(stateAfter([...missed, late]), 'notify')).toMatchObject({ state: 'missed', done: true });
  });

  it('is warned about on the worklist of those who answer for the unit, until it is kept or missed', () => {
    const tasks = (history: typeof handled) =>
      tasksOf(stateAfter(history), rules.units).filter(({ step }) => step === 'due-soon');
    const warned = [...handled, ...sweep('2026-03-14')];
    expect(tasks(handled)).toEqual([]);
    expect(tasks(warned)).toMatchObject([{ audience: 'leader@622901', due: '2026-03-17' }]);
    expect(tasks([...warned, ...sweep('2026-03-18', warned)])).toEqual([]);
  });
});
