import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../../domain/access/policy.ts';
import { type Role, roles } from '../../../domain/access/roles.ts';
import { nextTimer } from '../../../domain/petition/clocks.ts';
import type { UrgentAddressee } from '../../../domain/petition/intake-state.ts';
import type { PetitionCommand } from '../../../domain/petition/petition.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import {
  continued,
  directory,
  registeredPetition,
  route,
  routedPetition,
  rules,
  stateAfter,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';
import { command, flagUrgent, people, rulesWith } from '../../support/intake.ts';

const flaggedAt = '2026-03-02T04:00:00.000Z';
const flagged = continued(routedPetition, flagUrgent());
const report = (at: string, to: readonly UrgentAddressee[], reportedAt?: string): PetitionCommand => ({
  ...command('ReportUrgent', people.officer, {
    to,
    measures: '已派员到场',
    ...(reportedAt === undefined ? {} : { reportedAt }),
  }),
  at,
});
const everybody = [
  'party-government',
  'joint-meeting-office',
  'superior-petition-office',
  'national-petition-office',
] as const;
const sweep = (at: string): PetitionCommand => ({ ...command('SweepClocks', people.officer, {}), at });

describe('a major or urgent matter (Art. 25)', () => {
  it('is reported within the configured hours: two by default, counted to the instant', () =>
    given(...routedPetition)
      .when(flagUrgent(flaggedAt))
      .thenState(({ deadlines }) =>
        expect(deadlines.at(-1)).toMatchObject({
          limit: 'urgent-report',
          basis: 'R25',
          due: '2026-03-02',
          dueAt: '2026-03-02T06:00:00.000Z',
          kind: 'duty',
        }),
      ));

  it('over midnight the due day is the next', () =>
    given(...routedPetition)
      .when(flagUrgent('2026-03-02T15:30:00.000Z'))
      .thenState(({ deadlines }) =>
        expect(deadlines.at(-1)).toMatchObject({
          from: '2026-03-02',
          due: '2026-03-03',
          dueAt: '2026-03-02T17:30:00.000Z',
        }),
      ));

  it('takes the hours from the configuration', () =>
    given(...routedPetition)
      .when(flagUrgent(flaggedAt), rulesWith([], { urgentReportHours: 1 }))
      .thenState(({ deadlines }) => expect(deadlines.at(-1)?.dueAt).toBe('2026-03-02T05:00:00.000Z')));

  it('stands on the petition office’s worklist, and the sweep looks at it on its day', () => {
    const state = stateAfter(flagged);
    expect(tasksOf(state, directory)).toContainEqual(
      expect.objectContaining({ step: 'report-urgent', audience: 'petition-officer@622901007-zx', due: '2026-03-02' }),
    );
    expect(nextTimer(state, rules.configuration)).toBe('2026-03-02');
  });

  it('is in time at the last instant and missed after it, on the same day; supervision opens', () => {
    given(...flagged)
      .when(sweep('2026-03-02T06:00:00.000Z'))
      .thenEvents();
    given(...flagged)
      .when(sweep('2026-03-02T06:00:00.001Z'))
      .thenState(({ deadlines, supervisions }) => {
        expect(deadlines.at(-1)?.state).toBe('missed');
        expect(supervisions).toMatchObject([{ ground: 'late', against: '622901007-zx' }]);
      });
  });

  it('is met when everybody that Art. 25 names has the report, be it in parts', () => {
    given(...flagged)
      .when(report('2026-03-02T05:00:00.000Z', everybody))
      .thenState((state) => {
        expect(state.deadlines.at(-1)?.state).toBe('met');
        expect(tasksOf(state, directory).map(({ step }) => step)).not.toContain('report-urgent');
      });
    const part = continued(flagged, report('2026-03-02T05:00:00.000Z', ['party-government', 'joint-meeting-office']));
    expect(stateAfter(part).deadlines.at(-1)?.state).toBe('running');
    given(...part)
      .when(report('2026-03-02T05:30:00.000Z', ['superior-petition-office', 'national-petition-office']))
      .thenState(({ deadlines }) => expect(deadlines.at(-1)?.state).toBe('met'));
    given(...part)
      .when(report('2026-03-02T05:30:00.000Z', ['party-government']))
      .thenRefused('already-decided', { pointer: '/to', basis: 'R25' });
  });

  it('reported late stays missed, and is done', () => {
    const missed = continued(flagged, sweep('2026-03-02T07:00:00.000Z'));
    given(...missed)
      .when(report('2026-03-02T08:00:00.000Z', everybody))
      .thenState(({ deadlines }) => expect(deadlines.at(-1)).toMatchObject({ state: 'missed', done: true }));
  });

  it('reports neither before the flag nor in the future', () => {
    given(...flagged)
      .when(report('2026-03-02T05:00:00.000Z', everybody, '2026-03-02T05:00:01.000Z'))
      .thenRefused('rule-violated', { pointer: '/reportedAt' });
    given(...flagged)
      .when(report('2026-03-02T05:00:00.000Z', everybody, '2026-03-02T03:59:59.000Z'))
      .thenRefused('rule-violated', { pointer: '/reportedAt' });
    given(...routedPetition)
      .when(report('2026-03-02T05:00:00.000Z', everybody))
      .thenRefused('not-the-step', { basis: 'R25' });
  });

  it('is flagged once; again when it flares up after the report', () => {
    given(...flagged)
      .when(flagUrgent('2026-03-02T05:00:00.000Z'))
      .thenRefused('already-decided', { basis: 'R25' });
    given(...continued(flagged, report('2026-03-02T05:00:00.000Z', everybody)))
      .when(flagUrgent('2026-03-09T04:00:00.000Z'))
      .thenState(({ intake, deadlines }) => {
        expect(intake.urgent).toMatchObject({ flags: 2, reported: [] });
        expect(deadlines.filter(({ limit }) => limit === 'urgent-report').map(({ state }) => state)).toEqual([
          'met',
          'running',
        ]);
      });
  });

  it('shows nothing of a sealed accusation (Art. 30)', () => {
    const { path: _, ...accusation } = route({ purpose: 'accusation', competentUnit: '622901-jw' });
    const sealed = continued(registeredPetition, flagUrgent(), accusation as ReturnType<typeof route>);
    expect(stateAfter(sealed).deadlines.map(({ limit, state }) => [limit, state])).toEqual([
      ['forward', 'met'],
      ['urgent-report', 'stopped'],
    ]);
    expect(tasksOf(stateAfter(sealed), directory).map(({ step }) => step)).toEqual(['take-over-accusation']);
    given(...sealed)
      .when(flagUrgent('2026-03-09T04:00:00.000Z'))
      .thenRefused('sealed', { basis: 'R30' });
  });

  it('is flagged by any officer whose unit is concerned, whatever his work', () => {
    const petition = stateAfter(routedPetition);
    const may = (role: Role, unit: string) =>
      decideAccess({ id: 'x', name: '', unit, roles: [role] }, 'FlagUrgent', { petition }, directory).allowed;
    expect(roles.filter((role) => may(role, '622901-zrzy'))).toEqual([
      'receptionist',
      'petition-officer',
      'leader',
      'handler',
      'mediator',
      'supervisor',
    ]);
    expect(may('handler', '622901-sfj')).toBe(false);
  });
});
