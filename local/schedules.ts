/** The template's schedules: timers that invoke a function. */

import { randomUUID } from 'node:crypto';
import type { Functions } from './functions.ts';
import type { JsonObject } from './intrinsics.ts';
import { ACCOUNT, type LocalResource, REGION } from './template.ts';

const UNIT_MS: { readonly [unit: string]: number } = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Milliseconds of `rate(5 minutes)`. */
export function rateOf(expression: string): number {
  const [, value, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const milliseconds = Number(value) * (UNIT_MS[unit] ?? Number.NaN);
  if (!(milliseconds > 0)) throw new Error(`The local machine runs schedules at a rate, not ${expression}`);
  return milliseconds;
}

/** Starts the enabled schedules (EventBridge Scheduler, or rules); answers how to stop them. */
export function startSchedules(resources: readonly LocalResource[], functions: Functions): () => void {
  const timers = resources
    .filter(({ properties }) => properties.State !== 'DISABLED')
    .flatMap((resource) => {
      const { ScheduleExpression, Target, Targets } = resource.properties;
      const targets = (Targets ?? [Target]) as readonly JsonObject[];
      return targets.map(({ Arn, Input }) => {
        const name = functions.nameOf(String(Arn));
        return setInterval(
          () => {
            const event = typeof Input === 'string' ? JSON.parse(Input) : scheduledEvent(resource.arn);
            functions.invoke(name, event).catch((error) => console.error(`[schedule] ${name}: ${error}`));
          },
          rateOf(String(ScheduleExpression)),
        );
      });
    });
  return () => timers.forEach(clearInterval);
}

/** Event as EventBridge sends it. */
export function scheduledEvent(resource: string): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: ACCOUNT,
    time: new Date().toISOString().replace(/\.\d+/, ''),
    region: REGION,
    resources: [resource],
    detail: {},
  };
}
