import { describe, expect, it } from 'vitest';
import { systemClock } from '../../adapters/clock.ts';
import { randomIdentifiers } from '../../adapters/identifiers.ts';
import { dueKey, dueOf, stepOf, streamKey, streamOf } from '../../adapters/keys.ts';
import { legalDay } from '../../domain/calendar/calendar.ts';
import { executionName, stepKey } from '../../domain/workflow/signals.ts';

describe('a petition number', () => {
  it('carries the division and the legal day, and nothing that is misread', () => {
    for (let n = 0; n < 200; n += 1)
      expect(randomIdentifiers.petitionNumber('622901-zrzy', '2026-11-24T16:00:00.000Z')).toMatch(
        /^622901-20261125-[2-9A-HJKMNP-TV-Z]{6}$/,
      );
  });

  it('fits into the name of an execution', () => {
    const id = randomIdentifiers.sessionId('622901007', '2026-11-24T00:00:00.000Z');
    expect(executionName(id, 'assignment', 99)).toMatch(/^[A-Za-z0-9-_]{1,80}$/);
  });

  it('does not repeat', () => {
    const numbers = Array.from({ length: 500 }, () =>
      randomIdentifiers.petitionNumber('622901007', '2026-11-24T00:00:00.000Z'),
    );
    expect(new Set(numbers).size).toBe(500);
  });
});

describe('the clock', () => {
  it('tells UTC with milliseconds', () => {
    expect(systemClock.now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it.each([
    ['2026-11-24T15:59:59.999Z', '2026-11-24'],
    ['2026-11-24T16:00:00.000Z', '2026-11-25'],
    ['2026-12-31T16:00:00Z', '2027-01-01'],
  ])('the legal day of %s is %s', (at, day) => {
    expect(legalDay(at)).toBe(day);
  });
});

describe('keys', () => {
  it('can be read back', () => {
    for (const stream of [
      { kind: 'petition', id: 'a-1' },
      { kind: 'session', id: 'b' },
    ] as const)
      expect(streamOf(streamKey(stream))).toEqual(stream);
    for (const step of [
      { stage: 'intake', round: 12, step: 'triage' },
      { stage: 'closure', round: 1, step: 'outcome', leg: '622901-zrzy' },
    ] as const)
      expect(stepOf(stepKey(step))).toEqual(step);
    expect(dueOf(dueKey('9999-12-31', 'P#a', 'intake#1#triage'))).toBe('9999-12-31');
  });

  it.each(['', 'P#', 'C#a', 'a'])('"%s" names no stream', (key) => {
    expect(() => streamOf(key)).toThrow();
  });

  it.each(['', 'intake', 'intake#1', 'intake#x#triage', 'lunch#1#triage', 'intake#1#'])('"%s" is no step', (key) => {
    expect(() => stepOf(key)).toThrow();
  });
});
