import * as z from 'zod/mini';
import { behinds } from '../../domain/statistics/figures.ts';
import { route } from '../shared/route.ts';
import { Any, cursor, limit, month, page, unitId } from '../shared/schemas.ts';

const tag = 'statistics 统计';

/** Of which unit and of which time: the same for figures, cases and exports. */
export const question = {
  unit: z.optional(unitId('Mine when absent')),
  from: z.optional(month('First month; the first of this year when absent')),
  to: z.optional(month('Last month; this one when absent')),
  below: z._default(z.enum(['true', 'false']).check(z.describe('Also every unit below')), 'true'),
};

const Indicator = z.object({
  indicator: z.string(),
  name: z.string(),
  numerator: z.int(),
  denominator: z.int(),
  value: z.nullable(z.number().check(z.describe('Absent where nothing was counted'))),
  pending: z.optional(z.int().check(z.describe('May still come into the denominator of these months'))),
  formula: z.string(),
  source: z.string(),
});

export const statistics = route({
  method: 'GET',
  path: '/statistics',
  actions: ['ReadStatistics'],
  tag,
  summary: 'Figures of a unit and those below: indicators with both their parts, by month, by unit, receptions, ages',
  description:
    'A matter counts from its triage on, in the month in which it was received. Accusations (检举控告) count in no figure, nor does what stands for one. Figures follow the record within a minute. Of months to come only limits that end in them are told.',
  query: () => z.strictObject(question),
  response: () =>
    z.object({
      unit: z.string(),
      unitName: z.string(),
      from: z.string(),
      to: z.string(),
      below: z.boolean(),
      asOf: z
        .string()
        .check(z.describe('Legal day of the question: what is open is open on it, whatever months are asked for')),
      countedUpTo: z.optional(
        z
          .string()
          .check(
            z.describe(
              'Instant (UTC): whatever the record held then is counted. Told anew every minute; absent until it is known',
            ),
          ),
      ),
      uncounted: z
        .int()
        .check(z.describe('Records of any unit that could not be counted and are tried again every minute')),
      figures: z.record(z.string(), z.int()),
      indicators: z.array(Indicator),
      months: z.array(Any),
      byUnit: z.array(Any),
      receptions: z.array(Any),
      open: z.int(),
      ages: z.array(Any),
      sponsoredOpen: z.int().check(z.describe('Matters that a leader has charge of and that are not resolved')),
      sponsoredAges: z.array(Any),
      leaders: z.array(Any).check(z.describe('By unit and leader: received, sponsored, and owed today')),
      placements: z
        .array(Any)
        .check(z.describe('Matters at centres by level; one that went up counts where it arrived, and against nobody')),
      branches: z
        .array(Any)
        .check(z.describe('Town against country (一体两翼); organs of a whole county or prefecture stand in neither')),
      standing: z.record(z.string(), z.int()).check(z.describe('Centres, grids and their workers in the last month')),
      mostComplained: z.array(Any),
      baselines: z.array(Any).check(z.describe('Published by others, with their source; part of no figure')),
    }),
});

export const cases = route({
  method: 'GET',
  path: '/statistics/{figure}/cases',
  actions: ['ReadStatistics'],
  tag,
  summary: 'The cases behind a figure, as far as you may read them',
  description:
    '`figure` is a key of `figures`, e.g. `registered.channel.visit`, `receptions.leader.<who>`, or one that is told as of today: `open`, `sponsored-open`, `commitments-open`. For an indicator ask for its numerator or its denominator. A page can be shorter than its limit.',
  query: () => z.strictObject({ ...question, limit, cursor }),
  response: () =>
    page(
      z.object({
        kind: z.enum(behinds),
        number: z.string(),
        unit: z.string(),
        day: z.string().check(z.describe('The legal day that puts it there')),
        count: z.int(),
        status: z.optional(z.string()),
      }),
    ),
});

export const routes = [statistics, cases];
