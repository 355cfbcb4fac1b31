import { expect, it } from 'vitest';
import { parseSettingsFile } from '../../adapters/reference-file.ts';
import { type Configuration, defaultConfiguration } from '../../domain/configuration.ts';

/** Beside the defaults: what is off until a place names it. */
const optional = {
  simpleProcedure: { acceptDays: 3, answerDays: 10, source: '本地' },
  performOrAnswer: { days: 30, source: '本地' },
  disputeDecision: { days: 10, source: '本地' },
  jointMeetingOffice: '622901-xfj',
  rateFirstOnly: { source: '本地' },
  recheckRepresentatives: { source: '本地' },
  receptionPublication: { days: 2, source: '本地' },
  forceMajeure: { source: '本地' },
} satisfies Partial<Configuration>;

const whole = { ...defaultConfiguration, ...optional };

it.each(Object.entries(whole))('a place sets %s as it stands in the configuration', (name, value) => {
  const configuration = { [name]: value };
  expect(parseSettingsFile({ configuration })).toEqual({ configuration });
});

it('what is set names its source, and a misspelt or senseless one is refused', () => {
  for (const configuration of [
    { backlog: { ageDays: 365, timesBrought: 3 } },
    { receptionDuties: [] },
    { receptionDuty: [{ level: 'county', every: 'fortnight', days: 1, source: '本地' }] },
    { receptionDuty: [1, 2].map((days) => ({ level: 'county', every: 'month', days, source: '本地' })) },
    { attemptRecords: { days: -1, source: '本地' } },
    {
      whistles: [
        { code: 'a', name: '哨', acknowledge: {}, contact: { hours: 1 }, attend: { hours: 2 }, source: '本地' },
      ],
    },
  ])
    expect(() => parseSettingsFile({ configuration })).toThrow();
});

// A name that is added to the type and not here fails to compile: it would stay out of a place's reach.
type Missing = Exclude<keyof Configuration, keyof typeof whole>;
const complete: [Missing] extends [never] ? true : Missing = true;

it('leaves out no name', () => expect(complete).toBe(true));
