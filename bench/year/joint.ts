import { afterEveryDay, plusDays } from '../../domain/calendar/calendar.ts';
import type { PlacementCommand } from '../../domain/centre/placement.ts';
import type { UnitDirectory } from '../../domain/organisation/unit.ts';
import type { ListItemCommand } from '../../domain/whistle/list-item.ts';
import type { WhistleCommand } from '../../domain/whistle/state.ts';
import type { Chance } from './chance.ts';
import type { Deed, Grassroots, Grown } from './grassroots.ts';
import { type Life, numbered, type Place } from './lives.ts';

/** What is done together: departments that are called in, matters at centres, lists of what is needed and what can be given. */
export interface Joint {
  readonly whistles: readonly Grown<WhistleCommand>[];
  readonly placements: readonly Grown<PlacementCommand>[];
  readonly items: readonly Grown<ListItemCommand>[];
}

type Given<C> = C extends unknown ? Omit<C, 'by' | 'at'> : never;

const firstOf = (life: Life, type: string): string | undefined =>
  life.turns.find(({ intent, part }) => intent.type === type && part === undefined)?.day;

/** Days on which a matter is an open one: triaged, and not taken up again as what may be an accusation. */
const openDays = (life: Life): { readonly from: string; readonly until: string } | undefined => {
  const routed = life.turns.find(({ intent, part }) => intent.type === 'RoutePetition' && part === undefined);
  if (routed?.intent.type !== 'RoutePetition' || routed.intent.purpose === 'accusation') return undefined;
  return { from: plusDays(routed.day, 1), until: firstOf(life, 'RetriagePetition') ?? afterEveryDay };
};

/** Everything of it, the same for the same chance. About one matter in ten is at a centre, one in sixteen has a whistle. */
export const planJoint = (
  lives: readonly Life[],
  places: readonly Place[],
  { centres }: Pick<Grassroots, 'centres'>,
  units: UnitDirectory,
  chance: Chance,
  year: string,
): Joint => {
  const whistles: Grown<WhistleCommand>[] = [];
  const placements: Grown<PlacementCommand>[] = [];
  const items: Grown<ListItemCommand>[] = [];
  const hosts = centres
    .filter(({ deeds }) => deeds.length === 1 && deeds[0]?.day === `${year}-01-01`)
    .map(({ unit }) => unit);
  const callable = (place: Place) =>
    place.organs.filter((organ) => {
      const kind = units.get(organ)?.kind;
      return kind === 'department' && !units.isWithin(place.desk, organ) && units.isSameTree(organ, place.desk);
    });
  const blow = (place: Place, day: string, until: string, more: object): void => {
    const departments = callable(place).slice(0, chance.between(1, 3));
    if (departments.length === 0) return;
    const id = numbered(place.desk, day, 2_000_000 + whistles.length);
    whistles.push({
      id,
      unit: place.desk,
      deeds: whistleDeeds(id, place, departments, day, until, more, units, chance),
    });
  };
  for (const life of lives) {
    const place = places.find(({ desk }) => desk === life.desk) as Place;
    const open = openDays(life);
    if (open && chance.is(1 / 16)) blow(place, open.from, open.until, { petition: life.number });
    if (!chance.is(0.1)) continue;
    const sealedFrom = life.turns.find(
      ({ intent }) => intent.type === 'RoutePetition' && intent.purpose === 'accusation',
    )?.day;
    const taken = plusDays(life.day, 1);
    const inArea = hosts.filter((unit) => units.isWithin(unit, units.areaOf(life.desk)));
    const upper = inArea.filter((unit) => units.isPetitionOffice(unit));
    if (upper.length === 0 || (sealedFrom !== undefined && sealedFrom <= taken)) continue;
    placements.push(placed(life.number, chance.of(upper), taken, open, hosts, units, chance));
  }
  for (const place of places) {
    const day = plusDays(`${year}-01-05`, chance.between(0, 200));
    const named = (['need', 'resource'] as const).flatMap((list) =>
      Array.from({ length: chance.between(1, 3) }, () => {
        const id = numbered(place.desk, day, 3_000_000 + items.length);
        const add = { type: 'AddListItem', id, list, subject: '法律咨询', details: '每周一次' } as const;
        const close = plusDays(day, 60);
        const deeds: Deed<ListItemCommand>[] = [{ day, role: 'petition-officer', intent: add }];
        if (chance.is(0.3))
          deeds.push({ day: close, role: 'petition-officer', intent: { type: 'CloseListItem', how: '已满足' } });
        items.push({ id, unit: place.desk, deeds });
        return { id, list };
      }),
    );
    const ids = (list: string) => named.flatMap((each) => (each.list === list ? [each.id] : [])).slice(0, 2);
    const joint = { needs: ids('need'), resources: ids('resource') };
    for (let project = chance.between(0, 2); project > 0; project -= 1)
      blow(place, plusDays(day, chance.between(1, 40)), afterEveryDay, { joint });
  }
  return { whistles, placements, items };
};

/** A leader who is not the drafter approves; each department answers its call sooner or later, or never. */
const whistleDeeds = (
  id: string,
  { desk }: Place,
  departments: readonly string[],
  day: string,
  until: string,
  more: object,
  units: UnitDirectory,
  chance: Chance,
): Deed<WhistleCommand>[] => {
  const deeds: Deed<WhistleCommand>[] = [];
  const put = (on: string, by: { readonly role: string; readonly unit?: string }, intent: Given<WhistleCommand>) => {
    if (on < until) deeds.push({ day: on, ...by, intent });
  };
  const office = { role: 'petition-officer' };
  const content = {
    kind: chance.of(['ordinary', 'urgent']),
    subject: '会商',
    situation: '本级无权处理',
    contact: `petition-officer@${desk}`,
    against: [],
    calls: departments.map((unit) => ({ unit, ask: '到场会商' })),
    ...more,
  };
  put(day, office, { type: 'DraftWhistle', id, content } as Given<WhistleCommand>);
  if (chance.is(0.05)) return deeds;
  put(day, { role: 'leader', unit: units.leadershipOf(desk) }, { type: 'ApproveWhistle' });
  for (const unit of departments) {
    const by = { role: units.answeringRoleOf(unit), unit };
    if (chance.is(0.1)) {
      put(plusDays(day, 1), by, { type: 'ObjectToWhistle', unit, reason: '不属本部门职责' });
      const answer = { type: 'AnswerWhistleObjection', unit, agreed: true, reason: '属实' } as const;
      put(plusDays(day, 2), { role: 'leader', unit: units.leadershipOf(desk) }, answer);
      continue;
    }
    const seen = plusDays(day, chance.is(0.7) ? 0 : 2);
    if (chance.is(0.8)) put(seen, by, { type: 'AcknowledgeWhistle', unit });
    if (chance.is(0.5))
      put(plusDays(seen, chance.is(0.6) ? 0 : 1), by, { type: 'ContactCaller', unit, account: '已联系' });
    if (chance.is(0.1)) continue;
    const came = plusDays(day, chance.between(3, 12));
    put(came, by, { type: 'AttendWhistle', unit, officer: `handler@${unit}` });
    const done = plusDays(came, chance.between(0, 6));
    const solution = chance.of(['solved', 'solved', 'partly-solved', 'not-solved'] as const);
    put(done, by, { type: 'RecordWhistleOutcome', unit, solution, account: '已会商' });
    if (!chance.is(0.8)) continue;
    const satisfaction = chance.of(['satisfied', 'basically-satisfied', 'dissatisfied'] as const);
    put(plusDays(done, 1), office, { type: 'RateResponse', unit, satisfaction });
  }
  deeds.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  return deeds;
};

const placed = (
  number: string,
  unit: string,
  day: string,
  open: { readonly from: string; readonly until: string } | undefined,
  hosts: readonly string[],
  units: UnitDirectory,
  chance: Chance,
): Grown<PlacementCommand> => {
  const deeds: Deed<PlacementCommand>[] = [];
  let at = unit;
  const worker = () => ({
    role: units.get(at)?.kind === 'village-committee' ? 'village-officer' : 'petition-officer',
    unit: at,
  });
  // Whose matter has become an accusation finds it there no more.
  const put = (on: string, intent: object) => {
    if (deeds.length === 0 || (open && on < open.until))
      deeds.push({ day: on, ...worker(), intent: intent as Given<PlacementCommand> });
  };
  put(day, { type: 'TakeInMatter', number, unit });
  const area = units.areaOf(at);
  const village = hosts.find((each) => units.isWithin(each, area) && units.get(each)?.level === 'village');
  const later = [day, open?.from ?? day].sort().at(-1) ?? day;
  const [down, settled, up] = [1, 9, 20].map((days) => plusDays(later, days)) as [string, string, string];
  if (village !== undefined && open && down < open.until && chance.is(0.6)) {
    put(down, { type: 'TransferDown', to: village, ask: '核实情况', against: [] });
    at = village;
  }
  if (chance.is(0.5)) put(settled, { type: 'ResolveAtLevel', how: '当场调处' });
  if (chance.is(0.2)) put(up, { type: 'EscalateUp', wish: chance.of(['petitioner', 'centre'] as const) });
  return { id: number, unit, deeds };
};
