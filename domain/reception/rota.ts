import { requireSeparateFromRota } from '../access/separation.ts';
import { afterEveryDay, beforeEveryDay, legalDay, plusDays } from '../calendar/calendar.ts';
import { defined } from '../defined.ts';
import { Refusal } from '../errors.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { knownUnit } from '../petition/guards.ts';
import type { Context, Issued } from '../petition/state.ts';
import type { PlainStream } from '../plain-stream.ts';
import type { Task } from '../workflow/tasks.ts';
import { dutiesOf, dutyPeriod, type PublishedDay } from './duty.ts';
import type { Receiver } from './session-state.ts';

/** A leader who takes his turn at receiving petitioners, from one day to another, both included. */
export interface RotaEntry extends Receiver {
  /** Legal day. */
  readonly from: string;
  readonly to?: string;
}

/** Leaders who were reminded in a period of their duty, and have not held their day yet. */
export interface Reminded {
  /** The period, legal days. */
  readonly from: string;
  readonly to: string;
  readonly leaders: readonly string[];
}

/** Who of a unit's leaders receives in turn (接访轮值): the published days are the turns, this says who owes them. */
export interface Rota {
  readonly unit: string;
  readonly version: number;
  readonly entries: readonly RotaEntry[];
  /** The last period that the clock has looked at. */
  readonly reminded?: Reminded;
}

export type RotaCommand = Issued &
  (
    | { readonly type: 'DefineRota'; readonly unit: string; readonly leaders: readonly RotaEntry[] }
    | ({ readonly type: 'EnrolLeader' } & RotaEntry)
    | { readonly type: 'ReleaseLeader'; readonly entry: number; readonly to: string; readonly reason: string }
    /** The clock's own. `days`: what is published for the period of today. */
    | { readonly type: 'SweepDuties'; readonly days: readonly PublishedDay[] }
  );

export type RotaEvent =
  | { readonly type: 'RotaDefined'; readonly data: { readonly unit: string } }
  | { readonly type: 'LeaderEnrolled'; readonly data: { readonly entry: number } & RotaEntry }
  | {
      readonly type: 'LeaderReleased';
      readonly data: { readonly entry: number; readonly to: string; readonly reason: string };
    }
  | {
      readonly type: 'DutiesReminded';
      readonly data: { readonly from: string; readonly to: string; readonly leaders: readonly string[] };
    }
  | {
      readonly type: 'ReminderEnded';
      readonly data: { readonly leader: string; readonly because: 'held' | 'released' | 'over' };
    };

export const initialRota: Rota = { unit: '', version: 0, entries: [] };

const enrol = (entries: readonly RotaEntry[], entry: RotaEntry, pointer: string): RotaEvent => {
  const { leader, leaderName, post, portfolio, from, to } = entry;
  if (to !== undefined && to < from) {
    throw new Refusal('rule-violated', `It ends before it begins (${from}).`, { pointer: `${pointer}/to` });
  }
  const other = entries.find(
    (each) => each.leader === leader && each.from <= (to ?? afterEveryDay) && from <= (each.to ?? afterEveryDay),
  );
  if (other) {
    throw new Refusal('already-decided', `This leader is on the rota from ${other.from} on.`, {
      pointer: `${pointer}/leader`,
    });
  }
  const data = { entry: entries.length + 1, leader, leaderName, post, portfolio, from };
  return { type: 'LeaderEnrolled', data: { ...data, ...(to === undefined ? {} : { to }) } };
};

type Rules = Pick<Context, 'units' | 'configuration'>;

/** How often the leaders of a unit receive, by its level; of a level without a configured duty nothing is asked. */
export const dutyOfUnit = (unit: string, { units, configuration }: Rules) =>
  configuration.receptionDuty.find(({ level }) => level === units.get(unit)?.level);

/** The legal day from which who owes a day in a period is reminded: as many days before its end as before other limits. */
const remindOn = ({ from, to }: Pick<Reminded, 'from' | 'to'>, { configuration: { warnDays } }: Rules): string =>
  plusDays(to, -(to > plusDays(from, 15) ? warnDays.long : warnDays.short));

/**
 * Reminds, once for each period, who owes a day in it by the rule of the overview of duties; ends it when he has held the day,
 * is not asked any more, or the period is over, which the overview then says he failed.
 */
const sweptDuties = (rota: Rota, days: readonly PublishedDay[], today: string, rules: Rules): readonly RotaEvent[] => {
  const duty = dutyOfUnit(rota.unit, rules);
  if (duty === undefined) return [];
  const { reminded } = rota;
  const period = dutyPeriod(duty.every, today);
  const owingAfter = (held: readonly PublishedDay[]) =>
    new Set(dutiesOf(rota, held, duty, today, today).flatMap(({ leader, owed }) => (owed > 0 ? [leader] : [])));
  const [owing, asked] = [owingAfter(days), owingAfter([])];
  const current = reminded !== undefined && reminded.from <= today && today <= reminded.to;
  const ended = (reminded?.leaders ?? []).flatMap((leader): RotaEvent[] => {
    if (current && owing.has(leader)) return [];
    const because = !current ? 'over' : asked.has(leader) ? 'held' : 'released';
    return [{ type: 'ReminderEnded', data: { leader, because } }];
  });
  if (current) return ended;
  if (today >= remindOn(period, rules))
    return [...ended, { type: 'DutiesReminded', data: { ...period, leaders: [...owing] } }];
  // Nobody is reminded yet; that the period before was looked at moves the clock to the day on which somebody is.
  const { from, to } = dutyPeriod(duty.every, plusDays(period.from, -1));
  return reminded?.from === from ? ended : [...ended, { type: 'DutiesReminded', data: { from, to, leaders: [] } }];
};

/** The day on which the clock must look at a rota again: while somebody is reminded always, so that it ends when he was there. */
const dutyTimer = ({ unit, entries, reminded }: Rota, rules: Rules): string | undefined => {
  const duty = dutyOfUnit(unit, rules);
  const [first] = entries.map(({ from }) => from).sort();
  if (duty === undefined || first === undefined) return undefined;
  const period =
    reminded === undefined ? dutyPeriod(duty.every, first) : dutyPeriod(duty.every, plusDays(reminded.to, 1));
  return reminded && reminded.leaders.length > 0 ? remindOn(reminded, rules) : remindOn(period, rules);
};

/** On the worklist of the leader who owes a day, and of the office that arranges it; until the period's last day. */
const dutyTasks = ({ unit, entries, reminded }: Rota, { units }: Rules): readonly Task[] =>
  (reminded?.leaders ?? []).flatMap((leader) => {
    const round = entries.findIndex((each) => each.leader === leader) + 1;
    const task = (step: string, audience: string): Task => ({
      stage: 'task',
      round,
      step,
      audience,
      due: reminded?.to ?? '',
      excluded: [],
    });
    return [
      task('hold-reception-day', `person@${leader}`),
      task('arrange-reception-day', `petition-officer@${units.petitionOfficeOf(unit)}`),
    ];
  });

/** @throws Refusal when the rules do not allow it. */
export const decideRota = (
  command: RotaCommand,
  rota: Rota,
  { units, configuration }: { readonly units: UnitDirectory } & Pick<Context, 'configuration'>,
): readonly RotaEvent[] => {
  switch (command.type) {
    case 'DefineRota': {
      const { unit, leaders } = command;
      if (rota.unit !== '') throw new Refusal('already-decided', 'The unit has a rota.');
      knownUnit(units, unit, '/unit');
      const leading = units.leadershipOf(unit);
      if (leading !== unit) {
        throw new Refusal('rule-violated', `Leaders of ${leading} receive for this unit: the rota is theirs.`, {
          pointer: '/unit',
        });
      }
      const enrolled: RotaEvent[] = [];
      for (const [index, leader] of leaders.entries())
        enrolled.push(enrol(leaders.slice(0, index), leader, `/leaders/${String(index)}`));
      return [{ type: 'RotaDefined', data: { unit } }, ...enrolled];
    }
    case 'EnrolLeader': {
      const { type: _, by: _by, at: _at, ...entry } = command;
      return [enrol(rota.entries, entry, '')];
    }
    case 'ReleaseLeader': {
      const { entry, to, reason } = command;
      const released = rota.entries[entry - 1];
      if (!released) throw new Refusal('not-found', `The rota has no entry ${String(entry)}.`);
      requireSeparateFromRota(command, rota);
      if (released.to !== undefined && released.to <= to) {
        throw new Refusal('already-decided', `The turn ends on ${released.to}.`, { pointer: '/to' });
      }
      // A day that was owed yesterday was owed.
      if (to < plusDays(legalDay(command.at), -1) || to < released.from) {
        throw new Refusal('rule-violated', 'A turn ends yesterday at the earliest.', { pointer: '/to' });
      }
      return [{ type: 'LeaderReleased', data: { entry, to, reason } }];
    }
    case 'SweepDuties':
      return sweptDuties(rota, command.days, legalDay(command.at), { units, configuration });
  }
};

/** What the head of a rota says of its turns. */
export interface Turns {
  readonly turns: readonly Pick<RotaEntry, 'leader' | 'from' | 'to'>[];
}

const apply = (rota: Rota, event: RotaEvent): Rota => {
  switch (event.type) {
    case 'RotaDefined':
      return { ...rota, unit: event.data.unit };
    case 'LeaderEnrolled': {
      const { entry: _, ...entry } = event.data;
      return { ...rota, entries: [...rota.entries, entry] };
    }
    case 'DutiesReminded':
      return { ...rota, reminded: event.data };
    case 'ReminderEnded': {
      const { reminded } = rota;
      const rest = reminded?.leaders.filter((leader) => leader !== event.data.leader) ?? [];
      return reminded ? { ...rota, reminded: { ...reminded, leaders: rest } } : rota;
    }
    case 'LeaderReleased': {
      const { entry, to } = event.data;
      return { ...rota, entries: rota.entries.map((each, index) => (index === entry - 1 ? { ...each, to } : each)) };
    }
  }
};

export const evolveRota = (rota: Rota, event: RotaEvent): Rota => ({
  ...apply(rota, event),
  version: rota.version + 1,
});

/** It waits for leaders who owe a day and were reminded. It stands in the list of the unit above, so that a county finds those of its townships. */
export const rotaStream: PlainStream<Rota, RotaCommand, RotaEvent> = {
  kind: 'rota',
  initial: initialRota,
  decide: decideRota,
  evolve: evolveRota,
  head: ({ unit, entries, ...rest }, rules) => ({
    summary: {
      unit,
      leaders: entries.length,
      turns: entries.map(({ leader, from, to }) => ({ leader, from, ...(to === undefined ? {} : { to }) })),
    },
    title: '领导接访轮值',
    ...defined({ timer: dutyTimer({ unit, entries, ...rest }, rules) }),
    listed: {
      unit: rules.units.get(unit)?.parent ?? unit,
      day: entries.map(({ from }) => from).sort()[0] ?? beforeEveryDay,
    },
  }),
  tasks: dutyTasks,
  unitOf: ({ unit }) => (unit === '' ? undefined : unit),
};
