import * as z from 'zod/mini';
import { isDay } from '../domain/calendar/calendar.ts';
import { defaultConfiguration, receptionPeriods } from '../domain/configuration.ts';
import { levels } from '../domain/organisation/unit.ts';
import type { Settings } from '../domain/ports.ts';

const text = z.string().check(z.minLength(1), z.maxLength(500));
const sourced = <T extends Record<string, z.ZodMiniType>>(shape: T) => z.strictObject({ ...shape, source: text });
const days = z.int().check(z.gte(1), z.lte(3660));

/** Where none is a sensible number of days too. */
const daysOrNone = z.int().check(z.gte(0), z.lte(3660));
const span = z.union([
  z.strictObject({ hours: z.number().check(z.positive(), z.lte(8760)) }),
  z.strictObject({ workingDays: days }),
]);

const CalendarDays = z.array(
  z.strictObject({
    day: z.string().check(z.refine(isDay, 'There is no such day')),
    working: z.boolean(),
    name: text,
    source: text,
  }),
);

/** Every field is as in domain/configuration.ts; what binds petitioners or departs from our defaults names its source. */
const Configuration = z.strictObject({
  warnDays: z.optional(z.strictObject({ short: days, long: days })),
  urgentReportHours: z.optional(z.number().check(z.positive(), z.lte(72))),
  simpleProcedure: z.optional(sourced({ acceptDays: days, answerDays: days })),
  suggestionReplyDays: z.optional(days),
  performOrAnswer: z.optional(sourced({ days })),
  disputeDecision: z.optional(sourced({ days })),
  jointMeetingOffice: z.optional(text),
  hearingNoticeDays: z.optional(days),
  suspensions: z.optional(z.array(sourced({ ground: text, maximumDays: days }))),
  ratingDays: z.optional(days),
  rateFirstOnly: z.optional(sourced({})),
  hearingTime: z.optional(z.enum(['from-notice', 'held'])),
  repeatSimilarity: z.optional(z.number().check(z.gte(0), z.lte(1))),
  heirs: z.optional(sourced({ days })),
  lostContact: z.optional(sourced({ attempts: days, publicationDays: days })),
  attemptRecords: z.optional(sourced({ days: daysOrNone })),
  recusalDecision: z.optional(sourced({ days })),
  emergencyAccess: z.optional(sourced({ hours: z.number().check(z.positive(), z.lte(168)) })),
  retention: z.optional(
    sourced({
      usual: z.int().check(z.gte(1), z.lte(100)),
      withResult: z.int().check(z.gte(1), z.lte(100)),
      instructed: z.union([z.int().check(z.gte(1), z.lte(100)), z.literal('permanent')]),
    }),
  ),
  serviceRecords: z.optional(sourced({ days: daysOrNone })),
  whistles: z.optional(
    z
      .array(sourced({ code: text, name: text, acknowledge: span, contact: span, attend: span }))
      .check(z.minLength(1), z.maxLength(20)),
  ),
  jointHandling: z.optional(sourced({ labels: z.strictObject({ resource: text, need: text, project: text }) })),
  receptionDuty: z.optional(
    z
      .array(
        sourced({ level: z.enum(levels), every: z.enum(receptionPeriods), days: z.int().check(z.gte(1), z.lte(100)) }),
      )
      .check(
        z.maxLength(levels.length),
        z.refine((each) => new Set(each.map(({ level }) => level)).size === each.length, 'Each level is named once'),
      ),
  ),
  receptionPublication: z.optional(sourced({ days })),
  receptionRecords: z.optional(sourced({ days: daysOrNone })),
  receptionBookings: z.optional(
    sourced({
      perDay: z.int().check(z.gte(0), z.lte(80)),
      perCaller: z._default(z.int().check(z.gte(1), z.lte(80)), defaultConfiguration.receptionBookings.perCaller),
      perPhone: z._default(z.int().check(z.gte(1), z.lte(80)), defaultConfiguration.receptionBookings.perPhone),
    }),
  ),
  unusedBookings: z.optional(sourced({ days: daysOrNone })),
  receptionFollowUp: z.optional(sourced({ days })),
  backlog: z.optional(sourced({ ageDays: days, timesBrought: z.int().check(z.gte(1), z.lte(200)) })),
  sponsorship: z.optional(sourced({ planDays: days, progressDays: days })),
  accusations: z.optional(sourced({ categories: z.array(text).check(z.maxLength(200)) })),
  evidence: z.optional(
    sourced({
      maximumBytes: z.int().check(z.gte(1), z.lte(1_000_000_000)),
      perPetition: z.int().check(z.gte(1), z.lte(1000)),
      waiting: z.int().check(z.gte(1), z.lte(100)),
      uploadMinutes: z.int().check(z.gte(1), z.lte(1440)),
    }),
  ),
  imports: z.optional(
    sourced({
      maximumBytes: z.int().check(z.gte(1), z.lte(1_000_000_000)),
      maximumRows: z.int().check(z.gte(1), z.lte(1_000_000)),
      uploadMinutes: z.int().check(z.gte(1), z.lte(1440)),
      keepDays: z.int().check(z.gte(1), z.lte(29)),
    }),
  ),
  redo: z.optional(sourced({})),
  recheckRepresentatives: z.optional(sourced({})),
  forceMajeure: z.optional(sourced({})),
  figures: z.optional(
    sourced({ repeatWindowDays: days, ageMonths: z.array(days).check(z.minLength(1), z.maxLength(12)) }),
  ),
  baselines: z.optional(
    z
      .array(
        sourced({
          unit: text,
          name: text,
          value: z.number().check(z.gte(0)),
          measure: text,
          asOf: z.string().check(z.refine(isDay, 'There is no such day')),
          period: text,
        }),
      )
      .check(z.maxLength(50)),
  ),
});

const SettingsFile = z.strictObject({
  calendarDays: z.optional(CalendarDays),
  configuration: z.optional(Configuration),
});

/**
 * Settings as a place writes them into a file. Unknown names are refused: a misspelt setting must not look as if it held.
 *
 * @throws Error (zod) that says where
 */
export const parseSettingsFile = (value: unknown): Partial<Settings> =>
  SettingsFile.parse(value) as unknown as Partial<Settings>;
