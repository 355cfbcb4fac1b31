import { isSealed } from '../access/sight.ts';
import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { namesIn, requireMinimal } from '../grid/minimal.ts';
import { levels, type Unit, type UnitDirectory } from '../organisation/unit.ts';
import { existingUnit } from '../petition/guards.ts';
import type { Context, Issued, Petition } from '../petition/state.ts';
import type { PlainStream } from '../plain-stream.ts';
import { requireNotErased } from '../privacy/erasure.ts';
import { noDue } from '../workflow/steps.ts';

/** Whose wish it was that a matter went up. */
export const wishes = ['petitioner', 'centre'] as const;

/** From one centre to the other. */
export interface CentreMove {
  readonly way: 'taken-in' | 'down' | 'up';
  readonly from?: string;
  readonly to: string;
  readonly on: string;
  /** What the centre below is asked to do; of one that went up, why. */
  readonly words?: string;
}

/**
 * At which centre a matter is worked on. It moves neither competence nor any limit: the petition goes its own way whatever
 * stands here, and no centre is measured by what it sent up.
 */
export interface Placement {
  /** Number of the petition; the placement bears it. */
  readonly petition: string;
  readonly version: number;
  /** The unit whose centre has it now. */
  readonly at?: string;
  readonly moves: readonly CentreMove[];
  readonly reports: readonly { readonly unit: string; readonly account: string; readonly on: string }[];
  /** 就地化解: at this level it was settled. Whoever is not content goes on all the same. */
  readonly resolved?: {
    readonly unit: string;
    readonly level: Unit['level'];
    readonly how: string;
    readonly on: string;
  };
  /** Its key was destroyed on this day, with that of the petition. */
  readonly erasedOn?: string;
}

export type PlacementCommand = Issued &
  (
    | {
        readonly type: 'TakeInMatter';
        readonly number: string;
        /** The petition as the record has it; absent when it is registered with this command. */
        readonly petition?: Petition;
        readonly unit: string;
        /** Whether the unit hosts a centre today. */
        readonly hosts: boolean;
      }
    | {
        readonly type: 'TransferDown';
        readonly to: string;
        readonly ask: string;
        readonly petition: Petition;
        readonly hosts: boolean;
      }
    | { readonly type: 'EscalateUp'; readonly wish: (typeof wishes)[number]; readonly reason?: string }
    | { readonly type: 'ReportOnMatter'; readonly account: string }
    | { readonly type: 'ResolveAtLevel'; readonly how: string }
  );

export type PlacementEvent =
  | {
      readonly type: 'MatterTakenIn';
      readonly data: { readonly petition: string; readonly unit: string; readonly on: string };
    }
  | {
      readonly type: 'MatterTransferredDown';
      readonly data: { readonly from: string; readonly to: string; readonly ask: string; readonly on: string };
    }
  | {
      readonly type: 'MatterEscalated';
      readonly data: {
        readonly from: string;
        readonly to: string;
        readonly wish: (typeof wishes)[number];
        readonly reason?: string;
        readonly on: string;
      };
    }
  | {
      readonly type: 'MatterReported';
      readonly data: { readonly unit: string; readonly account: string; readonly on: string };
    }
  | {
      readonly type: 'MatterResolvedAtLevel';
      readonly data: {
        readonly unit: string;
        readonly level: Unit['level'];
        readonly how: string;
        readonly on: string;
        readonly basis: 'R15';
      };
    }
  | { readonly type: 'PlacementErased'; readonly data: { readonly on: string; readonly basis: 'P47' } };

export const initialPlacement: Placement = { petition: '', version: 0, moves: [], reports: [] };

const rank = (id: string, units: UnitDirectory): number => levels.indexOf(units.get(id)?.level ?? 'village');

/** Where a matter goes up to: the petition office of the next higher level, whether anybody has registered a centre there or not. */
export const aboveOf = (unit: string, units: UnitDirectory): string | undefined => {
  const superior = units.superiorsOf(unit).find((each) => rank(each, units) < rank(unit, units));
  return superior === undefined ? undefined : units.petitionOfficeOf(superior);
};

const requireOpenMatter = (petition: Petition): void => {
  if (isSealed(petition)) {
    throw new Refusal('sealed', 'An accusation (检举控告) goes through no centre.', { basis: 'R30' });
  }
};

/** @throws Refusal when the rules do not allow it. */
export const decidePlacement = (
  command: PlacementCommand,
  placement: Placement,
  { units }: Pick<Context, 'units'>,
): readonly PlacementEvent[] => {
  const on = legalDay(command.at);
  if (command.type === 'TakeInMatter') {
    const { number, petition, unit, hosts } = command;
    if (placement.at !== undefined) throw new Refusal('already-decided', `The centre of ${placement.at} has it.`);
    if (!hosts) throw new Refusal('rule-violated', `${unit} hosts no centre today.`, { pointer: '/centre' });
    if (petition) {
      requireOpenMatter(petition);
      requireNotErased(command.type, petition);
    }
    return [{ type: 'MatterTakenIn', data: { petition: number, unit, on } }];
  }
  const { at, erasedOn } = placement;
  if (at === undefined) throw new Refusal('not-found', 'No centre has taken this matter in.');
  if (erasedOn !== undefined) throw new Refusal('erased', `It was erased on ${erasedOn}, with the petition.`);
  switch (command.type) {
    case 'TransferDown': {
      const { to, ask, petition, hosts } = command;
      if (placement.resolved) throw new Refusal('already-decided', `It was settled on ${placement.resolved.on}.`);
      requireOpenMatter(petition);
      if (!petition.route) {
        throw new Refusal('not-the-step', 'The petition has not been triaged: it could be an accusation (Art. 30).', {
          basis: 'R30',
        });
      }
      existingUnit(units, to, '/to', on);
      if (!units.isWithin(to, units.areaOf(at)) || rank(to, units) <= rank(at, units)) {
        throw new Refusal('rule-violated', `"${to}" stands not below the centre that has it.`, { pointer: '/to' });
      }
      if (!hosts) throw new Refusal('rule-violated', `"${to}" hosts no centre today.`, { pointer: '/to' });
      requireMinimal({ ask }, namesIn(petition));
      return [{ type: 'MatterTransferredDown', data: { from: at, to, ask, on } }];
    }
    case 'EscalateUp': {
      // Settling locally is an outcome, never a ban on going on (Art. 15): no state, no limit and no centre stands in the way.
      const to = aboveOf(at, units);
      if (to === undefined) throw new Refusal('rule-violated', 'There is no level above in this tree.');
      const { wish, reason } = command;
      requireMinimal({ reason });
      return [
        {
          type: 'MatterEscalated',
          data: { from: at, to, wish, ...(reason === undefined ? {} : { reason }), on },
        },
      ];
    }
    case 'ReportOnMatter':
      requireMinimal({ account: command.account });
      return [{ type: 'MatterReported', data: { unit: at, account: command.account, on } }];
    case 'ResolveAtLevel': {
      if (placement.resolved) throw new Refusal('already-decided', `It was settled on ${placement.resolved.on}.`);
      requireMinimal({ how: command.how });
      const level = units.get(at)?.level ?? 'village';
      return [{ type: 'MatterResolvedAtLevel', data: { unit: at, level, how: command.how, on, basis: 'R15' } }];
    }
  }
};

const apply = (placement: Placement, event: PlacementEvent): Placement => {
  switch (event.type) {
    case 'MatterTakenIn': {
      const { petition, unit, on } = event.data;
      return { ...placement, petition, at: unit, moves: [{ way: 'taken-in', to: unit, on }] };
    }
    case 'MatterTransferredDown': {
      const { from, to, ask, on } = event.data;
      return { ...placement, at: to, moves: [...placement.moves, { way: 'down', from, to, on, words: ask }] };
    }
    case 'MatterEscalated': {
      const { from, to, reason, on } = event.data;
      const { resolved: _, ...open } = placement;
      const words = reason === undefined ? {} : { words: reason };
      return { ...open, at: to, moves: [...placement.moves, { way: 'up', from, to, on, ...words }] };
    }
    case 'MatterReported':
      return { ...placement, reports: [...placement.reports, event.data] };
    case 'MatterResolvedAtLevel': {
      const { unit, level, how, on } = event.data;
      return { ...placement, resolved: { unit, level, how, on } };
    }
    case 'PlacementErased':
      return { ...placement, erasedOn: event.data.on };
  }
};

/** With the petition that it bears the number of (PIPL Art. 47): what waits there waits for a matter that has ended. */
export const erasePlacement = ({ at, erasedOn }: Placement, on: string): readonly PlacementEvent[] =>
  at === undefined || erasedOn !== undefined ? [] : [{ type: 'PlacementErased', data: { on, basis: 'P47' } }];

/** Who works on what is placed with a unit. */
const workerOf = (unit: string, units: UnitDirectory): string => {
  const kind = units.get(unit)?.kind;
  if (kind === 'village-committee') return `village-officer@${unit}`;
  return `${units.isPetitionOffice(unit) ? 'petition-officer' : 'handler'}@${unit}`;
};

export const placementStream: PlainStream<Placement, PlacementCommand, PlacementEvent> = {
  kind: 'placement',
  initial: initialPlacement,
  decide: decidePlacement,
  evolve: (placement, event) => ({ ...apply(placement, event), version: placement.version + 1 }),
  head: ({ at = '', moves, resolved, erasedOn }) => {
    const since = resolved?.on ?? moves.at(-1)?.on ?? '';
    return {
      // How often and by whom it was sent up is not kept here: nobody is to be measured by it.
      summary: {
        status: erasedOn !== undefined ? 'erased' : resolved ? 'resolved' : 'open',
        at,
        since,
        ...(resolved ? { level: resolved.level } : {}),
      },
      listed: { unit: at, day: since },
      title: '综治中心事项',
    };
  },
  tasks: ({ at, moves, resolved, erasedOn }, { units }) =>
    at === undefined || resolved || erasedOn !== undefined
      ? []
      : [
          {
            stage: 'task',
            round: moves.length,
            step: 'work-on-matter',
            audience: workerOf(at, units),
            due: noDue,
            excluded: [],
          },
        ],
  unitOf: ({ at }) => at,
};

/** What a centre may see: all of it where it took the matter in or stands above; what it was asked and said itself elsewhere. */
export const placementView = (
  { petition, at, moves, reports, resolved, erasedOn }: Placement,
  unit: string,
  units: UnitDirectory,
) => {
  const [first] = moves;
  const area = units.areaOf(unit);
  const whole = first !== undefined && (first.to === unit || units.isWithin(first.to, area));
  const mine = (id: string | undefined): boolean => id === unit;
  return {
    number: petition,
    status: resolved ? 'resolved' : 'open',
    ...(erasedOn === undefined ? {} : { erasedOn }),
    at,
    moves: moves.map(({ words, ...move }) =>
      words !== undefined && (whole || mine(move.from) || mine(move.to)) ? { ...move, words } : move,
    ),
    reports: reports.filter((report) => whole || mine(report.unit)),
    ...(resolved ? { resolved: whole || mine(resolved.unit) ? resolved : { ...resolved, how: undefined } } : {}),
  };
};
