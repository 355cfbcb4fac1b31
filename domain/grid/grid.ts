import { afterEveryDay, legalDay, plusDays } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { knownUnit } from '../petition/guards.ts';
import type { Context, Issued } from '../petition/state.ts';
import type { PlainStream } from '../plain-stream.ts';

/** In a grid: its head, full-time and part-time workers, and those who help. */
export const gridPosts = ['网格长', '专职网格员', '兼职网格员', '辅助人员'] as const;
export type GridPost = (typeof gridPosts)[number];

/** Where a grid lies, in words and in whatever codes the place uses (village groups, buildings, plots). No map is needed. */
export interface Boundary {
  readonly description: string;
  readonly codes: readonly string[];
}

/** A grid as it is drawn from one day to another, both included; without an end it holds on. */
export interface GridVersion {
  readonly name: string;
  readonly boundary: Boundary;
  /** Legal day. */
  readonly validFrom: string;
  readonly validTo?: string;
}

/** Who works in the grid, in which post, from one day to another, both included. */
export interface GridAppointment {
  readonly officer: string;
  readonly post: GridPost;
  readonly from: string;
  readonly to?: string;
}

/** A grid (网格): part of a unit's area in which named people look after what is needed. */
export interface Grid {
  readonly code: string;
  readonly version: number;
  /** The village, community or street to which it belongs. */
  readonly unit?: string;
  /** Oldest first; no two hold on the same day. */
  readonly versions: readonly GridVersion[];
  readonly appointments: readonly GridAppointment[];
}

export type GridCommand = Issued &
  (
    | ({ readonly type: 'DefineGrid'; readonly code: string; readonly unit: string } & GridVersion)
    | {
        readonly type: 'RedrawGrid';
        readonly name?: string;
        readonly boundary: Boundary;
        readonly validFrom: string;
        readonly reason: string;
      }
    | { readonly type: 'CloseGrid'; readonly validTo: string; readonly reason: string }
    | ({ readonly type: 'AppointGridWorker' } & GridAppointment)
    | {
        readonly type: 'EndGridAppointment';
        readonly appointment: number;
        readonly to: string;
        readonly reason: string;
      }
  );

export type GridEvent =
  | {
      readonly type: 'GridDefined';
      readonly data: { readonly code: string; readonly unit: string; readonly version: GridVersion };
    }
  | { readonly type: 'GridRedrawn'; readonly data: { readonly version: GridVersion; readonly reason: string } }
  | { readonly type: 'GridClosed'; readonly data: { readonly validTo: string; readonly reason: string } }
  | {
      readonly type: 'GridWorkerAppointed';
      readonly data: { readonly appointment: number } & GridAppointment;
    }
  | {
      readonly type: 'GridAppointmentEnded';
      readonly data: { readonly appointment: number; readonly to: string; readonly reason: string };
    };

export const initialGrid: Grid = { code: '', version: 0, versions: [], appointments: [] };

const holdsOn = (day: string, from: string, to: string = afterEveryDay): boolean => from <= day && day <= to;

/** The grid as it is drawn on a legal day, if it is there then. */
export const gridOn = (grid: Grid, day: string): GridVersion | undefined =>
  grid.versions.find(({ validFrom, validTo }) => holdsOn(day, validFrom, validTo));

/** In which post an officer works in the grid on a legal day, if at all. */
export const postOn = (grid: Grid, officer: string, day: string): GridPost | undefined =>
  grid.appointments.find((each) => each.officer === officer && holdsOn(day, each.from, each.to))?.post;

const requireOrder = (from: string, to: string | undefined, pointer: string): void => {
  if (to !== undefined && to < from)
    throw new Refusal('rule-violated', `It ends before it begins (${from}).`, { pointer });
};

/** What held yesterday held yesterday: reports stand on it. Only what is to come can be drawn otherwise. */
const requireToCome = (day: string, at: string, pointer: string): void => {
  if (day < legalDay(at)) {
    throw new Refusal('rule-violated', 'A boundary that has held cannot be drawn otherwise afterwards.', { pointer });
  }
};

/** @throws Refusal when the rules do not allow it. */
export const decideGrid = (
  command: GridCommand,
  grid: Grid,
  { units }: Pick<Context, 'units'>,
): readonly GridEvent[] => {
  if (command.type === 'DefineGrid') {
    const { code, unit, name, boundary, validFrom, validTo } = command;
    if (grid.unit !== undefined) throw new Refusal('already-decided', `There is a grid ${code} already.`);
    knownUnit(units, unit, '/unit');
    requireOrder(validFrom, validTo, '/validTo');
    const version = { name, boundary, validFrom, ...(validTo === undefined ? {} : { validTo }) };
    return [{ type: 'GridDefined', data: { code, unit, version } }];
  }
  const latest = grid.versions.at(-1);
  const [first] = grid.versions;
  if (!latest || !first) throw new Refusal('not-found', 'There is no such grid.');
  switch (command.type) {
    case 'RedrawGrid': {
      const { name = latest.name, boundary, validFrom, reason } = command;
      requireToCome(validFrom, command.at, '/validFrom');
      const after = latest.validTo ?? latest.validFrom;
      if (validFrom <= after) {
        throw new Refusal('rule-violated', `The boundary before it holds until ${after} at least.`, {
          pointer: '/validFrom',
        });
      }
      return [{ type: 'GridRedrawn', data: { version: { name, boundary, validFrom }, reason } }];
    }
    case 'CloseGrid': {
      const { validTo, reason } = command;
      if (latest.validTo !== undefined) throw new Refusal('already-decided', `The grid ends on ${latest.validTo}.`);
      requireToCome(validTo, command.at, '/validTo');
      requireOrder(latest.validFrom, validTo, '/validTo');
      return [{ type: 'GridClosed', data: { validTo, reason } }];
    }
    case 'AppointGridWorker': {
      const { officer, post, from, to } = command;
      requireOrder(from, to, '/to');
      if (from < first.validFrom) {
        throw new Refusal('rule-violated', `The grid is there from ${first.validFrom} on.`, { pointer: '/from' });
      }
      const other = grid.appointments.find(
        (each) => each.officer === officer && each.from <= (to ?? afterEveryDay) && from <= (each.to ?? afterEveryDay),
      );
      if (other) {
        throw new Refusal('already-decided', `This officer is ${other.post} of this grid from ${other.from} on.`);
      }
      const appointment = grid.appointments.length + 1;
      return [
        {
          type: 'GridWorkerAppointed',
          data: { appointment, officer, post, from, ...(to === undefined ? {} : { to }) },
        },
      ];
    }
    case 'EndGridAppointment': {
      const { appointment, to, reason } = command;
      const ended = grid.appointments[appointment - 1];
      if (!ended) throw new Refusal('not-found', `The grid has no appointment ${String(appointment)}.`);
      if (ended.to !== undefined && ended.to <= to) {
        throw new Refusal('already-decided', `The appointment ends on ${ended.to}.`, { pointer: '/to' });
      }
      // Nobody loses afterwards the post in which he has reported.
      if (to < plusDays(legalDay(command.at), -1)) {
        throw new Refusal('rule-violated', 'An appointment ends yesterday at the earliest.', { pointer: '/to' });
      }
      requireOrder(ended.from, to, '/to');
      return [{ type: 'GridAppointmentEnded', data: { appointment, to, reason } }];
    }
  }
};

const replaced = <T>(list: readonly T[], index: number, change: (item: T) => T): readonly T[] =>
  list.map((item, position) => (position === index ? change(item) : item));

const apply = (grid: Grid, event: GridEvent): Grid => {
  const last = grid.versions.length - 1;
  switch (event.type) {
    case 'GridDefined':
      return { ...grid, code: event.data.code, unit: event.data.unit, versions: [event.data.version] };
    case 'GridRedrawn': {
      const until = plusDays(event.data.version.validFrom, -1);
      // One that had an end keeps it: between the two there was no grid.
      const before = replaced(grid.versions, last, (version) => ({ ...version, validTo: version.validTo ?? until }));
      return { ...grid, versions: [...before, event.data.version] };
    }
    case 'GridClosed': {
      const { validTo } = event.data;
      return { ...grid, versions: replaced(grid.versions, last, (version) => ({ ...version, validTo })) };
    }
    case 'GridWorkerAppointed': {
      const { appointment: _, ...appointment } = event.data;
      return { ...grid, appointments: [...grid.appointments, appointment] };
    }
    case 'GridAppointmentEnded': {
      const { appointment, to } = event.data;
      return { ...grid, appointments: replaced(grid.appointments, appointment - 1, (each) => ({ ...each, to })) };
    }
  }
};

export const evolveGrid = (grid: Grid, event: GridEvent): Grid => ({
  ...apply(grid, event),
  version: grid.version + 1,
});

/** A grid waits for nobody. */
export const gridStream: PlainStream<Grid, GridCommand, GridEvent> = {
  kind: 'grid',
  initial: initialGrid,
  decide: decideGrid,
  evolve: evolveGrid,
  head: ({ code, unit = '', versions, appointments }) => {
    const latest = versions.at(-1);
    return {
      summary: {
        code,
        unit,
        name: latest?.name,
        validFrom: versions[0]?.validFrom,
        validTo: latest?.validTo,
        appointments: appointments.length,
      },
      listed: { unit, day: versions[0]?.validFrom ?? '' },
    };
  },
  tasks: () => [],
  unitOf: ({ unit }) => unit,
};
