import { describe, expect, it } from 'vitest';
import { defaultConfiguration } from '../../domain/configuration.ts';
import { urgentAddressees } from '../../domain/petition/intake-state.ts';
import { noon, officers } from '../support/builders.ts';
import { given } from '../support/given.ts';
import { flagUrgent, people } from '../support/intake.ts';
import { cite } from './articles.ts';
import { acceptedOn, law, lawWith, limitOf, onFrom } from './cases.ts';

const accepted = acceptedOn('2026-03-02');
/** Flagged at noon of 2 March (Beijing time). */
const flagged = onFrom(accepted, flagUrgent());
const report = (at: string, to = urgentAddressees as readonly (typeof urgentAddressees)[number][]) =>
  ({ type: 'ReportUrgent', by: people.officer, at, to, measures: '现场疏导' }) as const;
const clock = (at: string) => ({ type: 'SweepClocks', by: officers.officer, at }) as const;

describe(cite(25), () => {
  it('owes the report to all four', () =>
    given(...accepted)
      .when(flagUrgent(), law)
      .thenState((state) => {
        expect(urgentAddressees).toHaveLength(4);
        expect(state.intake.urgent?.reported).toEqual([]);
      }));

  it('names no hours itself: two by default, others where a place sets them', () => {
    expect(defaultConfiguration.urgentReportHours).toBe(2);
    expect(limitOf(flagged, 'urgent-report')).toMatchObject({ dueAt: '2026-03-02T06:00:00.000Z', basis: 'R25' });
    given(...accepted)
      .when(flagUrgent(), lawWith({ urgentReportHours: 1 }))
      .thenState((state) => expect(state.deadlines.at(-1)?.dueAt).toBe('2026-03-02T05:00:00.000Z'));
  });

  it('counts the hour and not the day: over the moment after', () => {
    given(...flagged)
      .when(clock('2026-03-02T06:00:00.000Z'), law)
      .thenTypes();
    given(...flagged)
      .when(clock('2026-03-02T06:00:01.000Z'), law)
      .thenTypes('DeadlineMissed', 'SupervisionOpened');
  });

  it('gives no hour more on a holiday or at night', () => {
    const atNight = onFrom(acceptedOn('2026-04-30'), flagUrgent('2026-05-01T15:30:00.000Z'));
    expect(limitOf(atNight, 'urgent-report')).toMatchObject({ dueAt: '2026-05-01T17:30:00.000Z', due: '2026-05-02' });
  });

  it('stays owed until everybody has been told', () => {
    const half = onFrom(flagged, report('2026-03-02T04:30:00.000Z', ['party-government', 'joint-meeting-office']));
    expect(limitOf(half, 'urgent-report')?.state).toBe('running');
    const all = onFrom(half, report('2026-03-02T05:00:00.000Z'));
    expect(limitOf(all, 'urgent-report')?.state).toBe('met');
  });

  it('knows no report before the flag or in the future', () => {
    given(...flagged)
      .when({ ...report(noon('2026-03-02')), reportedAt: '2026-03-02T03:59:59.000Z' }, law)
      .thenRefused('rule-violated', { pointer: '/reportedAt', basis: 'R25' });
    given(...flagged)
      .when({ ...report(noon('2026-03-02')), reportedAt: '2026-03-02T04:00:01.000Z' }, law)
      .thenRefused('rule-violated', { pointer: '/reportedAt', basis: 'R25' });
  });

  it('takes measures at once without stopping any other clock', () =>
    expect(limitOf(flagged, 'handling')).toEqual(limitOf(accepted, 'handling')));
});
