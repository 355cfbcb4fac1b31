import { afterEveryDay, beforeEveryDay, legalDay, plusDays } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { knownUnit } from '../petition/guards.ts';
import type { Context, Issued } from '../petition/state.ts';
import type { PlainStream } from '../plain-stream.ts';
import type { Receiver } from './session-state.ts';

/** A leader who takes his turn at receiving petitioners, from one day to another, both included. */
export interface RotaEntry extends Receiver {
  /** Legal day. */
  readonly from: string;
  readonly to?: string;
}

/** Who of a unit's leaders receives in turn (接访轮值): the published days are the turns, this says who owes them. */
export interface Rota {
  readonly unit: string;
  readonly version: number;
  readonly entries: readonly RotaEntry[];
}

export type RotaCommand = Issued &
  (
    | { readonly type: 'DefineRota'; readonly unit: string; readonly leaders: readonly RotaEntry[] }
    | ({ readonly type: 'EnrolLeader' } & RotaEntry)
    | { readonly type: 'ReleaseLeader'; readonly entry: number; readonly to: string; readonly reason: string }
  );

export type RotaEvent =
  | { readonly type: 'RotaDefined'; readonly data: { readonly unit: string } }
  | { readonly type: 'LeaderEnrolled'; readonly data: { readonly entry: number } & RotaEntry }
  | {
      readonly type: 'LeaderReleased';
      readonly data: { readonly entry: number; readonly to: string; readonly reason: string };
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

/** @throws Refusal when the rules do not allow it. */
export const decideRota = (
  command: RotaCommand,
  rota: Rota,
  { units }: { readonly units: UnitDirectory },
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
      if (released.to !== undefined && released.to <= to) {
        throw new Refusal('already-decided', `The turn ends on ${released.to}.`, { pointer: '/to' });
      }
      // A day that was owed yesterday was owed.
      if (to < plusDays(legalDay(command.at), -1) || to < released.from) {
        throw new Refusal('rule-violated', 'A turn ends yesterday at the earliest.', { pointer: '/to' });
      }
      return [{ type: 'LeaderReleased', data: { entry, to, reason } }];
    }
  }
};

/** What the head of a rota says of its turns. */
export interface Turns {
  readonly turns: readonly Pick<RotaEntry, 'leader' | 'from' | 'to'>[];
}

/** Whether it is somebody's turn on a legal day. */
export const holdsTurnOn = ({ from, to = afterEveryDay }: Pick<RotaEntry, 'from' | 'to'>, day: string): boolean =>
  from <= day && day <= to;

const apply = (rota: Rota, event: RotaEvent): Rota => {
  switch (event.type) {
    case 'RotaDefined':
      return { ...rota, unit: event.data.unit };
    case 'LeaderEnrolled': {
      const { entry: _, ...entry } = event.data;
      return { ...rota, entries: [...rota.entries, entry] };
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

/** A rota waits for nobody. It stands in the list of the unit above, so that a county finds those of its townships. */
export const rotaStream: PlainStream<Rota, RotaCommand, RotaEvent> = {
  kind: 'rota',
  initial: initialRota,
  decide: decideRota,
  evolve: evolveRota,
  head: ({ unit, entries }, { units }: Pick<Context, 'units'>) => ({
    summary: {
      unit,
      leaders: entries.length,
      turns: entries.map(({ leader, from, to }) => ({ leader, from, ...(to === undefined ? {} : { to }) })),
    },
    listed: { unit: units.get(unit)?.parent ?? unit, day: entries.map(({ from }) => from).sort()[0] ?? beforeEveryDay },
  }),
  tasks: () => [],
  unitOf: ({ unit }) => (unit === '' ? undefined : unit),
};
