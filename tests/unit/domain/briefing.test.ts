import { describe, expect, it } from 'vitest';
import { type BriefingCommand, briefingStream } from '../../../domain/briefing/briefing.ts';
import { sheetOf } from '../../../domain/statistics/sheet.ts';
import { noon, rules } from '../../support/builders.ts';
import { givenPlain } from '../../support/given.ts';

const by = { id: 'clerk', unit: '622901-xfj', role: 'petition-officer' };
const told = (over: object = {}): BriefingCommand => ({
  type: 'GiveBriefing',
  id: 'L-1',
  body: '州委第一巡察组',
  inspected: '622901-zrzy',
  contents: ['tendencies', 'reports-on-leaders', 'tendencies'],
  givenOn: '2026-03-02',
  by,
  at: noon('2026-03-04'),
  ...over,
});
const noted = (over: object = {}): BriefingCommand => ({
  type: 'NoteBriefingOutcome',
  adopted: true,
  on: '2026-04-01',
  by,
  at: noon('2026-04-02'),
  ...over,
});
const given = {
  type: 'BriefingGiven',
  data: {
    id: 'L-1',
    unit: '622901-xfj',
    body: '州委第一巡察组',
    inspected: '622901-zrzy',
    contents: ['reports-on-leaders', 'tendencies'],
    on: '2026-03-02',
    basis: 'R41',
  },
} as const;
const adopted = { type: 'BriefingOutcomeNoted', data: { adopted: true, on: '2026-04-01' } } as const;
const stream = givenPlain(briefingStream);

describe('what an inspection body is told (Art. 41)', () => {
  it('is that it was, when and of what kind, each kind once', () => stream().when(told()).thenEvents(given));

  it('is about a unit that is there, on a day that has come, and names nobody by number', () => {
    stream()
      .when(told({ inspected: 'nowhere' }))
      .thenRefused('unknown-unit', { pointer: '/inspected' });
    stream()
      .when(told({ givenOn: '2026-03-05' }))
      .thenRefused('rule-violated', { pointer: '/givenOn' });
    stream()
      .when(told({ body: '联系 13900000001' }))
      .thenRefused('rule-violated');
  });

  it('was taken up or not, as far as that is known, once, and not before it was given', () => {
    stream(given).when(noted()).thenEvents(adopted);
    stream(given)
      .when(noted({ on: '2026-03-01' }))
      .thenRefused('rule-violated', { pointer: '/on' });
    stream(given)
      .when(noted({ on: '2026-04-03' }))
      .thenRefused('rule-violated', { pointer: '/on' });
    stream(given, adopted)
      .when(noted({ adopted: false }))
      .thenRefused('already-decided');
    stream().when(noted()).thenRefused('not-found');
  });

  it('waits for nobody: no rule sets a day', () => {
    const state = briefingStream.evolve(briefingStream.initial, given);
    expect([briefingStream.tasks(state, rules), briefingStream.head(state, rules).timer]).toEqual([[], undefined]);
  });

  it('counts for the office, in the month in which it was given, by no kind and no unit inspected', () => {
    const counted = (...facts: readonly { type: string; data: object }[]) =>
      sheetOf(
        'briefing',
        facts.map((fact) => ({ ...fact, at: noon('2026-04-02'), actor: by })),
        { broughtAgain: {}, counts: () => true },
        rules,
      ).entries.map(({ unit, period, figure, count }) => [unit, period, figure, count].join(' '));
    expect(counted()).toEqual([]);
    expect(counted(given)).toEqual(['622901-xfj 2026-03 briefings 1']);
    expect(counted(given, adopted)).toEqual([
      '622901-xfj 2026-03 briefings 1',
      '622901-xfj 2026-03 briefings-answered 1',
      '622901-xfj 2026-03 briefings-adopted 1',
    ]);
    expect(counted(given, { ...adopted, data: { ...adopted.data, adopted: false } })).toEqual([
      '622901-xfj 2026-03 briefings 1',
      '622901-xfj 2026-03 briefings-answered 1',
    ]);
  });
});
