import { plusDays } from '../../domain/calendar/calendar.ts';
import { type Unit, UnitDirectory } from '../../domain/organisation/unit.ts';
import { Chance } from './chance.ts';
import { type Grassroots, type GrassrootsScale, planGrassroots } from './grassroots.ts';
import { type Joint, planJoint } from './joint.ts';
import { type Life, lifeOf, numbered, type Place, type ReceptionDay } from './lives.ts';

/** How much happens in the year. */
export interface Scale extends GrassrootsScale {
  readonly matters: number;
  readonly batches: number;
  readonly persons: number;
  /** Matters of old ledgers. */
  readonly imported: number;
}

/** The article's figures (docs/benchmarks.md): what it counts over several years happens here in one. */
export const articleScale: Scale = {
  matters: 3974,
  batches: 2471,
  persons: 3824,
  imported: 200,
  grids: 2452,
  gridWorkers: 9155,
  // The article counts no needs and names one assembly: enough of them that the figures are tried.
  needs: 1200,
  assemblies: 120,
};

/** Centres at three levels (综治中心), as the article counts them: the tree has a place for each. */
export const articleCentres = 1348;

export interface Plan {
  readonly year: string;
  readonly lives: readonly Life[];
  readonly days: readonly ReceptionDay[];
  readonly grassroots: Grassroots;
  readonly joint: Joint;
  readonly imports: readonly Imported[];
}

/** A matter of an old ledger: it was over before this year. */
export interface Imported {
  readonly number: string;
  readonly unit: string;
  readonly day: string;
  readonly receivedOn: string;
}

/** Batches on one reception day at most. */
const batchesADay = 6;

/** Everything that will happen, the same for the same seed. */
export const planYear = (scale: Scale, units: readonly Unit[], seed = 2025, year = '2025'): Plan => {
  const chance = new Chance(seed);
  const directory = new UnitDirectory(units);
  const places = placesOf(units, directory);
  const dayOf = () => plusDays(`${year}-01-02`, chance.between(0, 362));
  const registered = Array.from({ length: scale.matters }, () => ({ day: dayOf(), place: chance.of(places) })).sort(
    (a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0),
  );
  const numbers: { readonly number: string; readonly day: string }[] = [];
  const lives = registered.map(({ day, place }, index) => {
    const number = numbered(place.desk, day, index);
    // A repeat comes a while after what it repeats.
    const earlier = numbers.slice(-400).flatMap((each) => (each.day < day ? [each.number] : []));
    numbers.push({ number, day });
    return lifeOf({ index, number, day, place, earlier }, directory, chance);
  });
  const days = receptionDays(scale, units, chance, dayOf);
  const grassroots = planGrassroots(scale, units, chance, year);
  const joint = planJoint(lives, places, grassroots, directory, chance, year);
  const imports = Array.from({ length: scale.imported }, (_, index) => {
    const { desk } = chance.of(places);
    const receivedOn = plusDays(`${String(Number(year) - 3)}-01-01`, chance.between(0, 900));
    const day = dayOf();
    return { number: numbered(desk, receivedOn, 4_000_000 + index), unit: desk, day, receivedOn };
  });
  return { year, lives, days, grassroots, joint, imports };
};

const placesOf = (units: readonly Unit[], directory: UnitDirectory): Place[] =>
  units
    .filter(({ id }) => directory.isPetitionOffice(id))
    .map(({ id: desk, parent = '' }) => {
      const below = units.filter(
        (unit) =>
          unit.kind === 'department' && (unit.parent === parent || unit.parent === directory.get(parent)?.parent),
      );
      return { desk, organs: [...below.map(({ id }) => id), parent], supervisor: directory.supervisorOf(desk) };
    })
    .filter(({ organs }) => organs.length > 1);

/** Spreads exactly so many persons over exactly so many batches. */
const receptionDays = (
  { batches, persons }: Scale,
  units: readonly Unit[],
  chance: Chance,
  dayOf: () => string,
): ReceptionDay[] => {
  const groups = Array.from({ length: batches }, () => ({ persons: 1, solved: chance.is(0.4) }));
  for (let extra = persons - batches; extra > 0; extra -= 1) {
    const group = chance.of(groups);
    group.persons += 1;
  }
  const governments = units.filter(({ kind, level }) => kind === 'government' && level !== 'village');
  const days: ReceptionDay[] = [];
  for (let from = 0; from < groups.length; from += batchesADay) {
    const day = dayOf();
    const { id: unit } = chance.of(governments);
    days.push({
      id: numbered(unit, day, 1_000_000 + days.length),
      unit,
      leader: `leader@${unit}`,
      ...(chance.is(0.1) ? { substitute: `deputy@${unit}` } : {}),
      noted: chance.of([[], [], [true], [false], [false, true], [true, false]]),
      day,
      groups: groups.slice(from, from + batchesADay),
    });
  }
  return days;
};
