import type { Target } from '../access/relations.ts';
import type { Unit, UnitDirectory } from '../organisation/unit.ts';
import { foldPlain, type PlainHistory } from '../plain-stream.ts';
import type { NewEvent } from '../ports.ts';
import { noDue } from '../workflow/steps.ts';

/** Whose wish it was that a matter went up. */
export const wishes = ['petitioner', 'centre'] as const;

/** From one centre to the other. */
export interface CentreMove {
  readonly way: 'taken-in' | 'down' | 'up' | 'recalled';
  readonly from?: string;
  readonly to: string;
  readonly on: string;
  /** What the centre below is asked to do; of one that went up or was taken back, why. */
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
  /** Units that the matter is about, or whose head or people it is about; each that was ever named (Art. 30). */
  readonly against: readonly string[];
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

export type PlacementEvent =
  | {
      readonly type: 'MatterTakenIn';
      readonly data: { readonly petition: string; readonly unit: string; readonly on: string };
    }
  | {
      readonly type: 'MatterTransferredDown';
      readonly data: {
        readonly from: string;
        readonly to: string;
        readonly ask: string;
        readonly against?: readonly string[];
        readonly on: string;
      };
    }
  | {
      readonly type: 'MatterEscalated';
      readonly data: {
        readonly from: string;
        readonly to: string;
        readonly wish: (typeof wishes)[number];
        readonly reason?: string;
        readonly against?: readonly string[];
        readonly on: string;
      };
    }
  | {
      readonly type: 'MatterRecalled';
      readonly data: {
        readonly from: string;
        readonly to: string;
        readonly against: readonly string[];
        readonly reason: string;
        readonly on: string;
        readonly basis: 'R30';
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

export const initialPlacement: Placement = { petition: '', version: 0, against: [], moves: [], reports: [] };

/** Units named before, and more of them, each once. */
export const together = (before: readonly string[], more: readonly string[]): readonly string[] => [
  ...new Set([...before, ...more]),
];

const apply = (placement: Placement, event: PlacementEvent): Placement => {
  switch (event.type) {
    case 'MatterTakenIn': {
      const { petition, unit, on } = event.data;
      return { ...placement, petition, at: unit, moves: [{ way: 'taken-in', to: unit, on }] };
    }
    case 'MatterTransferredDown': {
      // Recorded before anybody was asked whom it is about: about none.
      const { from, to, ask, against = [], on } = event.data;
      return {
        ...placement,
        at: to,
        against: together(placement.against, against),
        moves: [...placement.moves, { way: 'down', from, to, on, words: ask }],
      };
    }
    case 'MatterEscalated':
    case 'MatterRecalled': {
      const { from, to, reason, against = [], on } = event.data;
      const { resolved: _, ...open } = placement;
      const way = event.type === 'MatterRecalled' ? 'recalled' : 'up';
      const words = reason === undefined ? {} : { words: reason };
      return {
        ...open,
        at: to,
        against: together(placement.against, against),
        moves: [...placement.moves, { way, from, to, on, ...words }],
      };
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

/** Folds one fact into the placement. */
export const evolvePlacement = (placement: Placement, event: PlacementEvent): Placement => ({
  ...apply(placement, event),
  version: placement.version + 1,
});

/** What is recorded of a placement. */
export const foldPlacement = (events: readonly Pick<NewEvent, 'type' | 'data'>[]): Placement =>
  foldPlain<Placement, PlacementEvent>({ initial: initialPlacement, evolve: evolvePlacement }, events);

/** What the policy asks of it: who has had it, whom it is about, with whom it is. */
export const standingOfPlacement = ({ at, against, moves }: Placement): Pick<Target, 'named' | 'placed'> => ({
  placed: { at: moves.map(({ to }) => to), against },
  ...(at === undefined ? {} : { named: at }),
});

/** Who works on what is placed with a unit. */
const workerOf = (unit: string, units: UnitDirectory): string => {
  const kind = units.get(unit)?.kind;
  if (kind === 'village-committee') return `village-officer@${unit}`;
  return `${units.isPetitionOffice(unit) ? 'petition-officer' : 'handler'}@${unit}`;
};

/** What is recorded of a placement, for whoever counts, shows or erases it and needs no rule. */
export const placementHistory: PlainHistory<Placement, PlacementEvent> = {
  kind: 'placement',
  initial: initialPlacement,
  evolve: evolvePlacement,
  head: ({ at = '', against, moves, resolved, erasedOn }) => {
    const since = resolved?.on ?? moves.at(-1)?.on ?? '';
    return {
      // How often and by whom it was sent up is not kept here: nobody is to be measured by it.
      summary: {
        status: erasedOn !== undefined ? 'erased' : resolved ? 'resolved' : 'open',
        at,
        since,
        ...(resolved ? { level: resolved.level } : {}),
        ...(against.length === 0 ? {} : { against }),
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
