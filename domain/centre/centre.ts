import { afterEveryDay, legalDay, plusDays } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { existingUnit } from '../petition/guards.ts';
import type { Context, Issued } from '../petition/state.ts';
import type { PlainStream } from '../plain-stream.ts';

/** A desk or window of a centre, and what it takes in. */
export interface Desk {
  readonly code: string;
  readonly name: string;
  readonly from: string;
  /** Last legal day; it stays open when absent. */
  readonly to?: string;
}

/** Who works in a centre, from day to day, at which desk if at one. */
export interface StaffAssignment {
  readonly officer: string;
  readonly desk?: string;
  readonly from: string;
  readonly to?: string;
}

export interface CentreContent {
  readonly name: string;
  /** What the place calls this level (县级指挥部、乡镇平台、村社主阵地): its own words, no rank of ours. */
  readonly label: string;
  readonly place: string;
  /** When it is open, in words. */
  readonly hours: string;
}

/** A centre (综治中心) that a unit of the tree hosts: one door for petitions, mediation, legal aid and the rest. */
export interface Centre {
  readonly version: number;
  /** The host. A unit hosts one centre, and the centre bears its id. */
  readonly unit?: string;
  readonly content?: CentreContent;
  readonly openedOn?: string;
  readonly closedOn?: string;
  readonly desks: readonly Desk[];
  readonly staff: readonly StaffAssignment[];
}

export type CentreCommand = Issued &
  (
    | { readonly type: 'RegisterCentre'; readonly unit: string; readonly content: CentreContent; readonly from: string }
    | { readonly type: 'AmendCentre'; readonly content: CentreContent; readonly reason: string }
    | { readonly type: 'CloseCentre'; readonly lastDay: string; readonly reason: string }
    | { readonly type: 'OpenDesk'; readonly code: string; readonly name: string; readonly from: string }
    | { readonly type: 'CloseDesk'; readonly code: string; readonly lastDay: string; readonly reason: string }
    | {
        readonly type: 'AssignStaff';
        readonly officer: string;
        readonly desk?: string;
        readonly from: string;
        readonly to?: string;
      }
    | { readonly type: 'EndStaffAssignment'; readonly assignment: number; readonly to: string; readonly reason: string }
  );

export type CentreEvent =
  | {
      readonly type: 'CentreRegistered';
      readonly data: { readonly unit: string; readonly content: CentreContent; readonly from: string };
    }
  | { readonly type: 'CentreAmended'; readonly data: { readonly content: CentreContent; readonly reason: string } }
  | { readonly type: 'CentreClosed'; readonly data: { readonly lastDay: string; readonly reason: string } }
  | {
      readonly type: 'DeskOpened';
      readonly data: { readonly code: string; readonly name: string; readonly from: string };
    }
  | {
      readonly type: 'DeskClosed';
      readonly data: { readonly code: string; readonly lastDay: string; readonly reason: string };
    }
  | { readonly type: 'StaffAssigned'; readonly data: { readonly assignment: number } & StaffAssignment }
  | {
      readonly type: 'StaffAssignmentEnded';
      readonly data: { readonly assignment: number; readonly to: string; readonly reason: string };
    };

export const initialCentre: Centre = { version: 0, desks: [], staff: [] };

const holdsOn = (day: string, { from, to = afterEveryDay }: { readonly from: string; readonly to?: string }): boolean =>
  from <= day && day <= to;

/** Whether the unit hosts a centre on a legal day. */
export const isOpenOn = ({ openedOn, closedOn = afterEveryDay }: Centre, day: string): boolean =>
  openedOn !== undefined && openedOn <= day && day <= closedOn;

/** Desks and staff on a legal day. */
export const centreOn = ({ desks, staff }: Centre, day: string) => ({
  desks: desks.filter((each) => holdsOn(day, each)),
  staff: staff.filter((each) => holdsOn(day, each)),
});

/** What held yesterday held: who was there that day is told by it. */
const requireToCome = (day: string, today: string, pointer: string): void => {
  if (day < plusDays(today, -1)) {
    throw new Refusal('rule-violated', 'It ends yesterday at the earliest.', { pointer });
  }
};

/** @throws Refusal when the rules do not allow it. */
export const decideCentre = (
  command: CentreCommand,
  centre: Centre,
  { units }: Pick<Context, 'units'>,
): readonly CentreEvent[] => {
  const today = legalDay(command.at);
  if (command.type === 'RegisterCentre') {
    const { unit, content, from } = command;
    if (centre.unit !== undefined) throw new Refusal('already-decided', `${unit} hosts a centre already.`);
    existingUnit(units, unit, '/unit', today);
    const desk = units.deskOf(unit);
    if (desk !== unit) {
      throw new Refusal('rule-violated', `A government hosts its centre at its petition office: ${desk}.`, {
        pointer: '/unit',
      });
    }
    return [{ type: 'CentreRegistered', data: { unit, content, from } }];
  }
  const { unit, openedOn = '', closedOn, desks, staff } = centre;
  if (unit === undefined) throw new Refusal('not-found', 'There is no such centre.');
  if (closedOn !== undefined) throw new Refusal('already-decided', `The centre closes on ${closedOn}.`);
  const openDesk = (code: string, pointer: string): Desk => {
    const desk = desks.find((each) => each.code === code && each.to === undefined);
    if (!desk) throw new Refusal('not-found', `The centre has no open desk ${code}.`, { pointer });
    return desk;
  };
  switch (command.type) {
    case 'AmendCentre':
      return [{ type: 'CentreAmended', data: { content: command.content, reason: command.reason } }];
    case 'CloseCentre': {
      const { lastDay, reason } = command;
      requireToCome(lastDay, today, '/lastDay');
      return [{ type: 'CentreClosed', data: { lastDay, reason } }];
    }
    case 'OpenDesk': {
      const { code, name, from } = command;
      if (from < openedOn) {
        throw new Refusal('rule-violated', `The centre is there from ${openedOn} on.`, { pointer: '/from' });
      }
      const before = desks.find((each) => each.code === code && (each.to ?? afterEveryDay) >= from);
      if (before) throw new Refusal('already-decided', `There is a desk ${code} already.`, { pointer: '/code' });
      return [{ type: 'DeskOpened', data: { code, name, from } }];
    }
    case 'CloseDesk': {
      const { code, lastDay, reason } = command;
      const desk = openDesk(code, '/code');
      requireToCome(lastDay, today, '/lastDay');
      if (lastDay < desk.from) throw new Refusal('rule-violated', 'It ends before it begins.', { pointer: '/lastDay' });
      return [{ type: 'DeskClosed', data: { code, lastDay, reason } }];
    }
    case 'AssignStaff': {
      const { officer, desk, from, to } = command;
      if (to !== undefined && to < from) {
        throw new Refusal('rule-violated', 'It ends before it begins.', { pointer: '/to' });
      }
      if (from < openedOn) {
        throw new Refusal('rule-violated', `The centre is there from ${openedOn} on.`, { pointer: '/from' });
      }
      if (desk !== undefined) openDesk(desk, '/desk');
      const other = staff.find(
        (each) => each.officer === officer && each.from <= (to ?? afterEveryDay) && from <= (each.to ?? afterEveryDay),
      );
      if (other) throw new Refusal('already-decided', `This officer works here from ${other.from} on.`);
      return [
        {
          type: 'StaffAssigned',
          data: {
            assignment: staff.length + 1,
            officer,
            ...(desk === undefined ? {} : { desk }),
            from,
            ...(to === undefined ? {} : { to }),
          },
        },
      ];
    }
    case 'EndStaffAssignment': {
      const { assignment, to, reason } = command;
      const ended = staff[assignment - 1];
      if (!ended) throw new Refusal('not-found', `The centre has no assignment ${String(assignment)}.`);
      if (ended.to !== undefined && ended.to <= to) {
        throw new Refusal('already-decided', `The assignment ends on ${ended.to}.`, { pointer: '/to' });
      }
      requireToCome(to, today, '/to');
      if (to < ended.from) throw new Refusal('rule-violated', 'It ends before it begins.', { pointer: '/to' });
      return [{ type: 'StaffAssignmentEnded', data: { assignment, to, reason } }];
    }
  }
};

const apply = (centre: Centre, event: CentreEvent): Centre => {
  switch (event.type) {
    case 'CentreRegistered': {
      const { unit, content, from } = event.data;
      return { ...centre, unit, content, openedOn: from };
    }
    case 'CentreAmended':
      return { ...centre, content: event.data.content };
    case 'CentreClosed':
      return { ...centre, closedOn: event.data.lastDay };
    case 'DeskOpened':
      return { ...centre, desks: [...centre.desks, event.data] };
    case 'DeskClosed': {
      const { code, lastDay } = event.data;
      return {
        ...centre,
        desks: centre.desks.map((desk) =>
          desk.code === code && desk.to === undefined ? { ...desk, to: lastDay } : desk,
        ),
      };
    }
    case 'StaffAssigned': {
      const { assignment: _, ...staff } = event.data;
      return { ...centre, staff: [...centre.staff, staff] };
    }
    case 'StaffAssignmentEnded': {
      const { assignment, to } = event.data;
      return {
        ...centre,
        staff: centre.staff.map((each, index) => (index === assignment - 1 ? { ...each, to } : each)),
      };
    }
  }
};

/** A centre waits for nobody; what is to be done in it are the matters that are placed there. */
export const centreStream: PlainStream<Centre, CentreCommand, CentreEvent> = {
  kind: 'centre',
  initial: initialCentre,
  decide: decideCentre,
  evolve: (centre, event) => ({ ...apply(centre, event), version: centre.version + 1 }),
  head: ({ unit = '', content, openedOn = '', closedOn, desks, staff }) => ({
    summary: {
      unit,
      ...content,
      openedOn,
      ...(closedOn === undefined ? {} : { closedOn }),
      // With their days, so that a list can say which there are today.
      desks: desks.map(({ name, from, to }) => ({ name, from, ...(to === undefined ? {} : { to }) })),
      staff: staff.map(({ from, to }) => ({ from, ...(to === undefined ? {} : { to }) })),
    },
    listed: { unit, day: openedOn },
  }),
  tasks: () => [],
  unitOf: ({ unit }) => unit,
};

/** What the head keeps of a centre. Of those who work there only how many. */
export interface CentreSummary extends Partial<CentreContent> {
  readonly unit?: string;
  readonly openedOn?: string;
  readonly closedOn?: string;
  readonly desks?: readonly Omit<Desk, 'code'>[];
  readonly staff?: readonly Omit<StaffAssignment, 'officer' | 'desk'>[];
}

/**
 * What anybody may read of a centre on a legal day: where it is, when it is open, what its windows take in (Art. 18). Nobody
 * who works there is named. `undefined` once it is closed, and before it is known.
 */
export const publicCentre = (
  { unit, name, label, place, hours, openedOn = afterEveryDay, closedOn = afterEveryDay, desks = [] }: CentreSummary,
  day: string,
) =>
  closedOn < day || unit === undefined
    ? undefined
    : {
        unit,
        name,
        label,
        place,
        hours,
        openFrom: openedOn,
        ...(closedOn === afterEveryDay ? {} : { openUntil: closedOn }),
        open: openedOn <= day,
        services: [...new Set(desks.filter((desk) => holdsOn(day, desk)).map((desk) => desk.name))],
      };

/** How many of these there are on a legal day. */
export const countOn = (day: string, each: readonly { readonly from: string; readonly to?: string }[] = []): number =>
  each.filter((one) => holdsOn(day, one)).length;
