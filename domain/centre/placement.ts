import { isSealed, isUnderAccused } from '../access/sight.ts';
import { legalDay } from '../calendar/calendar.ts';
import { Refusal } from '../errors.ts';
import { namesIn, requireMinimal } from '../grid/minimal.ts';
import { levels, type UnitDirectory } from '../organisation/unit.ts';
import { existingUnit, knownUnit } from '../petition/guards.ts';
import type { Context, Issued, Petition } from '../petition/state.ts';
import type { PlainStream } from '../plain-stream.ts';
import { requireNotErased } from '../privacy/erasure.ts';
import { type Placement, type PlacementEvent, placementHistory, together, type wishes } from './placement-history.ts';

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
        /** Whom it is about, as far as units are known; an empty list says that it is about none. */
        readonly against: readonly string[];
        readonly petition: Petition;
        readonly hosts: boolean;
      }
    | {
        readonly type: 'EscalateUp';
        readonly wish: (typeof wishes)[number];
        readonly reason?: string;
        readonly against?: readonly string[];
      }
    | { readonly type: 'RecallMatter'; readonly against: readonly string[]; readonly reason: string }
    | { readonly type: 'ReportOnMatter'; readonly account: string }
    | { readonly type: 'ResolveAtLevel'; readonly how: string }
  );

const rank = (id: string, units: UnitDirectory): number => levels.indexOf(units.get(id)?.level ?? 'village');

/**
 * Where a matter goes up to: the petition office of the next higher level, whether anybody has registered a centre there or
 * not. A level that the matter is about is passed over.
 */
export const aboveOf = (unit: string, units: UnitDirectory, against: readonly string[] = []): string | undefined =>
  units
    .superiorsOf(unit)
    .filter((each) => rank(each, units) < rank(unit, units))
    .map((each) => units.petitionOfficeOf(each))
    .find((office) => !isUnderAccused(office, against, units));

/** @throws Refusal where a unit is named that there is not */
const requireKnown = (against: readonly string[], units: UnitDirectory): void => {
  for (const [index, accused] of against.entries()) knownUnit(units, accused, `/against/${String(index)}`);
};

/** Whoever is recused and heads a unit is one whom the matter may be about (Art. 28). */
const headedByRecused = ({ recusals }: Petition): readonly string[] => recusals.posts.map(({ unit }) => unit);

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
      const against = together(placement.against, command.against);
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
      requireKnown(command.against, units);
      if (isUnderAccused(at, against, units)) {
        throw new Refusal('rule-violated', 'The matter is about those who have it: it goes up, not down.', {
          pointer: '/against',
          basis: 'R30',
        });
      }
      if (isUnderAccused(to, [...against, ...headedByRecused(petition)], units)) {
        throw new Refusal('rule-violated', 'The matter would come into the hands of those whom it is about.', {
          pointer: '/to',
          basis: 'R30',
        });
      }
      if (!hosts) throw new Refusal('rule-violated', `"${to}" hosts no centre today.`, { pointer: '/to' });
      requireMinimal({ ask }, namesIn(petition));
      return [{ type: 'MatterTransferredDown', data: { from: at, to, ask, against: command.against, on } }];
    }
    case 'EscalateUp': {
      // Settling locally is an outcome, never a ban on going on (Art. 15): no state, no limit and no centre stands in the way.
      const { wish, reason, against } = command;
      requireKnown(against ?? [], units);
      const to = aboveOf(at, units, together(placement.against, against ?? []));
      if (to === undefined) throw new Refusal('rule-violated', 'There is no level above in this tree.');
      requireMinimal({ reason });
      return [
        {
          type: 'MatterEscalated',
          data: {
            from: at,
            to,
            wish,
            ...(reason === undefined ? {} : { reason }),
            ...(against === undefined ? {} : { against }),
            on,
          },
        },
      ];
    }
    case 'RecallMatter': {
      const { against, reason, by } = command;
      requireKnown(against, units);
      if (!units.isWithin(at, units.areaOf(by.unit)) || rank(at, units) <= rank(by.unit, units)) {
        throw new Refusal('not-the-step', 'It is with no centre below yours.');
      }
      if (isUnderAccused(by.unit, together(placement.against, against), units)) {
        throw new Refusal('rule-violated', 'The matter is about your own unit: let it go up.', {
          pointer: '/against',
          basis: 'R30',
        });
      }
      requireMinimal({ reason });
      return [{ type: 'MatterRecalled', data: { from: at, to: by.unit, against, reason, on, basis: 'R30' } }];
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

export const placementStream: PlainStream<Placement, PlacementCommand, PlacementEvent> = {
  ...placementHistory,
  decide: decidePlacement,
};

/** What the petitioner reads: where his matter is worked on, which way it has gone, and where it would go next. */
export const placementForPetitioner = ({ at, against, moves, resolved }: Placement, units: UnitDirectory) => {
  const name = (unit: string): string => units.get(unit)?.name ?? unit;
  const above = at === undefined ? undefined : aboveOf(at, units, against);
  return at === undefined
    ? undefined
    : {
        unit: name(at),
        moves: moves.map(({ way, to, on }) => ({ way, to: name(to), on })),
        ...(resolved ? { settled: { on: resolved.on, level: resolved.level } } : {}),
        ...(above === undefined ? {} : { above: name(above) }),
      };
};

/** What a centre may see: all of it where it took the matter in or stands above; what it was asked and said itself elsewhere. */
export const placementView = (
  { petition, at, against, moves, reports, resolved, erasedOn }: Placement,
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
    ...(whole ? { against } : {}),
    moves: moves.map(({ words, ...move }) =>
      words !== undefined && (whole || mine(move.from) || mine(move.to)) ? { ...move, words } : move,
    ),
    reports: reports.filter((report) => whole || mine(report.unit)),
    ...(resolved ? { resolved: whole || mine(resolved.unit) ? resolved : { ...resolved, how: undefined } } : {}),
  };
};
