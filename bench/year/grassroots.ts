import type { AssemblyCommand } from '../../domain/assembly/assembly.ts';
import { usualThemes } from '../../domain/assembly/assembly.ts';
import { disclosureKinds } from '../../domain/assembly/disclosure.ts';
import { plusDays } from '../../domain/calendar/calendar.ts';
import type { CentreCommand } from '../../domain/centre/centre.ts';
import { type GridCommand, gridPosts } from '../../domain/grid/grid.ts';
import { type NeedCommand, needDomains } from '../../domain/grid/need-state.ts';
import { fallsOn } from '../../domain/grid/services.ts';
import { type Unit, UnitDirectory } from '../../domain/organisation/unit.ts';
import type { Chance } from './chance.ts';

type Given<C> = C extends unknown ? Omit<C, 'by' | 'at'> : never;

/** One thing that is done to a grid, a need or an assembly on a day, by a role of its village. */
export interface Deed<C> {
  readonly day: string;
  readonly role: string;
  /** The officer, where the rules ask who it is. */
  readonly officer?: string;
  /** His unit, where it is not the stream's. */
  readonly unit?: string;
  readonly intent: Given<C>;
}

/** A stream of the grass roots: its first deed begins it. */
export interface Grown<C> {
  readonly id: string;
  readonly unit: string;
  readonly deeds: readonly Deed<C>[];
}

export interface Grassroots {
  readonly grids: readonly Grown<GridCommand>[];
  readonly needs: readonly (Grown<NeedCommand> & { readonly grid: string })[];
  readonly assemblies: readonly Grown<AssemblyCommand>[];
  readonly centres: readonly Grown<CentreCommand>[];
}

export interface GrassrootsScale {
  readonly grids: number;
  readonly gridWorkers: number;
  readonly needs: number;
  readonly assemblies: number;
}

const isPlace = ({ kind, level }: Unit): boolean =>
  (kind === 'government' || kind === 'village-committee') && level !== 'prefecture';

/**
 * The tree with townships, each with the centre that is its desk, and villages below the counties until it has so many
 * governments and villages below the prefecture as the place has centres: one at each (县、乡、村三级综治中心).
 */
export const grownTree = (units: readonly Unit[], centres: number): readonly Unit[] => {
  const grown = [...units];
  const counties = units.filter(({ kind, level }) => kind === 'government' && level === 'county');
  let missing = centres - units.filter(isPlace).length;
  for (let index = 0; missing > 0; index += 1) {
    const county = counties[index % counties.length] as Unit;
    const id = `${county.id}${String(800 + Math.floor(index / counties.length))}`;
    const petitionOffice = `${id}-zzzx`;
    const name = `第${String(index + 1)}乡`;
    const township: Unit = { ...county, id, name, level: 'township', parent: county.id, petitionOffice };
    const hall: Unit = {
      ...township,
      id: petitionOffice,
      name: `${name}综治中心`,
      kind: 'centre',
      parent: id,
      ledBy: id,
    };
    grown.push(...[township, hall].map((unit) => ({ ...unit, reviewedBy: county.id })));
    missing -= 1;
    for (let village = 1; village <= 9 && missing > 0; village += 1, missing -= 1)
      grown.push({
        ...township,
        id: `${id}-${String(village)}c`,
        name: `${name}第${String(village)}村村民委员会`,
        kind: 'village-committee',
        level: 'village',
        parent: id,
        reviewedBy: id,
      });
  }
  return grown;
};

/** Everything that grids and villages do in the year, the same for the same chance. */
export const planGrassroots = (
  scale: GrassrootsScale,
  units: readonly Unit[],
  chance: Chance,
  year: string,
): Grassroots => {
  const villages = units.filter(({ kind }) => kind === 'village-committee');
  const firstDay = `${year}-01-01`;
  const lastDay = `${year}-12-31`;
  const grids = Array.from({ length: scale.grids }, (_, index) => {
    const { id: unit } = villages[index % villages.length] as Unit;
    const begins = chance.is(0.8) ? firstDay : plusDays(firstDay, chance.between(1, 120));
    return { code: `WG-${String(index + 1).padStart(5, '0')}`, unit, begins, workers: [] as Deed<GridCommand>[] };
  });
  for (let index = 0; index < scale.gridWorkers; index += 1) {
    const grid = grids[index % grids.length] as (typeof grids)[number];
    const day = grid.workers.length === 0 ? grid.begins : plusDays(grid.begins, chance.between(0, 30));
    const until = chance.is(0.1) ? plusDays(day, chance.between(200, 400)) : undefined;
    grid.workers.push({
      day,
      role: 'village-officer',
      intent: {
        type: 'AppointGridWorker',
        officer: `worker-${String(index + 1)}`,
        post: gridPosts[index % gridPosts.length] ?? '网格长',
        from: day,
        // Whoever comes first stays, so that somebody can report.
        ...(until === undefined || grid.workers.length === 0 ? {} : { to: until }),
      },
    });
  }
  return {
    centres: centresOf(units, chance, year),
    grids: grids.map(({ code, unit, begins, workers }) => ({
      id: code,
      unit,
      deeds: [
        {
          day: begins,
          role: 'village-officer',
          intent: {
            type: 'DefineGrid',
            code,
            unit,
            name: `网格${code}`,
            boundary: { description: '以道路为界', codes: [code] },
            validFrom: begins,
          },
        },
        ...workers,
        ...(chance.is(0.03)
          ? [closing(plusDays(begins, chance.between(60, 200)), chance.is(0.5) ? lastDay : undefined)]
          : []),
      ],
    })),
    needs: Array.from({ length: scale.needs }, (_, index) => {
      const grid = chance.of(grids);
      // What happens on one day happens at the same time: nobody works in a grid on the day on which it is drawn.
      const day = plusDays(grid.begins, chance.between(1, 100));
      return { ...needOf(`N-${String(index + 1).padStart(6, '0')}`, grid, day, chance), grid: grid.code };
    }),
    assemblies: Array.from({ length: scale.assemblies }, (_, index) =>
      assemblyOf(
        `A-${String(index + 1).padStart(6, '0')}`,
        chance.of(villages).id,
        plusDays(firstDay, chance.between(10, 340)),
        chance,
      ),
    ),
  };
};

/**
 * A centre for every government below the prefecture, at the desk that it has, and for every village; one in fifty closes in
 * the course of the year.
 */
const centresOf = (units: readonly Unit[], chance: Chance, year: string): readonly Grown<CentreCommand>[] => {
  const directory = new UnitDirectory(units);
  return units.filter(isPlace).map(({ id: place, name }) => {
    const id = directory.deskOf(place);
    const from = chance.is(0.9) ? `${year}-01-01` : plusDays(`${year}-01-01`, chance.between(1, 300));
    const content = { name: `${name}综治中心`, label: '综治中心', place: name, hours: '工作日' };
    const deeds: Deed<CentreCommand>[] = [
      { day: from, role: 'leader', intent: { type: 'RegisterCentre', unit: id, content, from } },
    ];
    if (chance.is(0.02)) {
      const lastDay = plusDays(from, chance.between(0, 60));
      deeds.push({ day: lastDay, role: 'leader', intent: { type: 'CloseCentre', lastDay, reason: '合并' } });
    }
    return { id, unit: id, deeds };
  });
};

const closing = (day: string, validTo = day): Deed<GridCommand> => ({
  day,
  role: 'village-officer',
  intent: { type: 'CloseGrid', validTo, reason: '网格合并' },
});

/** Weekly services ask no calendar. */
const everyDay = { isWorkingDay: () => true };

const needOf = (
  id: string,
  grid: { readonly code: string; readonly unit: string; readonly workers: readonly Deed<GridCommand>[] },
  day: string,
  chance: Chance,
): Grown<NeedCommand> => {
  const [first] = grid.workers;
  const officer = first?.intent.type === 'AppointGridWorker' ? first.intent.officer : '';
  const deeds: Deed<NeedCommand>[] = [];
  const worker = (on: string, intent: Given<NeedCommand>) =>
    deeds.push({ day: on, role: 'grid-worker', officer, intent });
  const village = (on: string, intent: Given<NeedCommand>) => deeds.push({ day: on, role: 'village-officer', intent });
  worker(day, {
    type: 'ReportNeed',
    id,
    // Whoever plays it puts in the grid as it is recorded.
    grid: { code: grid.code, version: 0, versions: [], appointments: [] },
    domain: chance.of(needDomains),
    need: '需要上门办理',
    count: chance.between(1, 9),
    location: '三组',
    reportedOn: day,
  });
  const later = plusDays(day, chance.between(1, 10));
  if (chance.is(0.6)) worker(later, { type: 'ResolveLocally', how: '当日办妥', resolvedOn: later });
  else if (chance.is(0.5)) {
    const until = plusDays(later, chance.between(14, 60));
    const plans = ['A01', 'A02'].slice(0, chance.between(1, 2)).map((household) => ({
      household,
      what: '送水',
      recurrence: { every: 'week', weekdays: [chance.between(1, 7)] } as const,
      from: later,
      until,
    }));
    village(later, { type: 'DecideServices', decision: '村委会会议决定', decidedOn: later, services: plans });
    for (let on = later; on <= until; on = plusDays(on, 1)) {
      const falling = plans.flatMap((plan, index) => (fallsOn(plan, on, everyDay) ? [index + 1] : []));
      if (falling.length === 0 || !chance.is(0.7)) continue;
      // Now and then after the sweep has found it missed.
      const day = chance.is(0.9) ? on : plusDays(on, 12);
      worker(day, { type: 'RecordServices', day: on, done: falling, missed: [] });
    }
  }
  deeds.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  return { id, unit: grid.unit, deeds };
};

const assemblyOf = (id: string, unit: string, day: string, chance: Chance): Grown<AssemblyCommand> => {
  const themes = usualThemes.slice(0, chance.between(1, usualThemes.length));
  const deeds: Deed<AssemblyCommand>[] = [];
  const village = (on: string, intent: Given<AssemblyCommand>) =>
    deeds.push({ day: on, role: 'village-officer', intent });
  village(plusDays(day, -5), {
    type: 'ConveneAssembly',
    id,
    unit,
    notice: { date: day, from: '09:00', place: '村部', themes, presenters: [], message: '欢迎参加' },
  });
  if (chance.is(0.05)) {
    village(plusDays(day, -1), { type: 'CancelAssembly', reason: '大雪' });
    return { id, unit, deeds };
  }
  village(plusDays(day, -4), {
    type: 'PublishDisclosure',
    disclosure: { kind: chance.of(disclosureKinds), title: '收支明细', link: '村务公开栏' },
  });
  const asked = chance.between(0, 8);
  for (let question = 1; question <= asked; question += 1) {
    village(day, { type: 'RecordQuestion', theme: chance.of(themes), question: '何时完工' });
    if (chance.is(0.2)) continue;
    const on = chance.is(0.8) ? day : plusDays(day, chance.between(1, 20));
    village(on, { type: 'AnswerQuestion', question, answer: '年底前', post: '村委会主任', answeredOn: on });
  }
  const questions = Array.from({ length: asked }, (_, index) => ({
    question: index + 1,
    publish: 'as-asked' as const,
  }));
  village(day, { type: 'PublishMinutes', minutes: '会议记录', attendance: chance.between(12, 160), questions });
  // Answers of later days come after the minutes.
  deeds.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  return { id, unit, deeds };
};
