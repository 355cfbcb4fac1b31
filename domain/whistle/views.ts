import type { Officer } from '../access/roles.ts';
import type { Deadline } from '../limits.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { legOf, type Whistle, type WhistleLeg, whistleStatus } from './state.ts';
import { legState } from './waiting.ts';

/** The caller, its leaders and those above: nothing of it is kept from them. */
export const seesWhole = ({ unit: caller = '' }: Whistle, unit: string, units: UnitDirectory): boolean =>
  unit === caller || units.leadershipOf(caller) === unit || units.isWithin(caller, units.areaOf(unit));

/** A whistle as the petition that it was blown for lists it: no texts, so that none is opened for it. */
export const whistleRow = (whistle: Whistle) => ({
  number: whistle.id,
  status: whistleStatus(whistle),
  unit: whistle.unit,
  kind: whistle.content?.kind,
  draftedOn: whistle.draftedOn,
  legs: whistle.legs.map((leg) => ({ unit: leg.unit, state: legState(leg) })),
});

/** A limit with the days on its way: nobody has to believe a date. */
type Explain = (limit: Deadline) => object;

const wholeLeg = (leg: WhistleLeg, lead: boolean, explain: Explain) => ({
  ...leg,
  limits: leg.limits.map(explain),
  role: lead ? 'lead' : 'helper',
  state: legState(leg),
});

/** Of another department: who was called and how far it is, not what it was asked, said or judged. */
const sketch = (leg: WhistleLeg, lead: boolean) => ({
  unit: leg.unit,
  role: lead ? 'lead' : 'helper',
  state: legState(leg),
});

/**
 * A whistle as an officer may see it. The caller, its leaders and those above see all of it; a department what it needs for
 * its own part: what it is asked, where, whom to call. Which petition is behind it only the caller and its leaders are told.
 */
export const whistleView = (
  whistle: Whistle,
  { unit }: Pick<Officer, 'unit'>,
  units: UnitDirectory,
  explain: Explain,
): object => {
  const { id, unit: caller = '', content, legs, supervisions, calledAt, calledOff, returned, draftedOn } = whistle;
  const own = unit === caller || units.leadershipOf(caller) === unit;
  // Whoever leads a department stands on its side; whoever governs the caller's area on the caller's.
  const called = legs.filter((leg) => leg.unit === unit || units.leadershipOf(leg.unit) === unit);
  const decides = legs.filter(
    ({ objection }) =>
      objection?.decider !== undefined &&
      (objection.decider === unit || units.leadershipOf(objection.decider) === unit),
  );
  const whole = seesWhole(whistle, unit, units);
  const mayRead = (leg: WhistleLeg) => whole || called.includes(leg) || decides.includes(leg);
  const { petition, against, calls, ...rest } = content ?? { calls: [] };
  return {
    number: id,
    status: whistleStatus(whistle),
    unit: caller,
    draftedOn,
    ...rest,
    ...(whole ? { against, ...(legs.length === 0 ? { calls } : {}) } : {}),
    ...(own && petition !== undefined ? { petition } : {}),
    ...(calledAt === undefined ? {} : { calledAt }),
    ...(returned === undefined || !own ? {} : { returned }),
    ...(calledOff === undefined ? {} : { calledOff }),
    ...(whistle.erasedOn === undefined ? {} : { erasedOn: whistle.erasedOn }),
    legs: legs.map((leg, index) => (mayRead(leg) ? wholeLeg(leg, index === 0, explain) : sketch(leg, index === 0))),
    supervisions: supervisions.flatMap((each, index) => {
      const leg = legOf(whistle, each.against);
      const shown = each.against === unit || units.supervisorOf(each.against) === unit || (leg && mayRead(leg));
      return shown ? [{ supervision: index + 1, ...each }] : [];
    }),
  };
};

type Roll = { readonly unit: string; readonly state: string } & Readonly<Record<string, string | undefined>>;

const counted = ['state', 'acknowledge', 'contact', 'attend', 'outcome', 'solution', 'satisfaction'] as const;

/** Of a whistle that was called off nobody is waited for any more: how far a part had come says nothing of the department. */
const afterCallingOff = (one: Roll): Roll =>
  one.state === 'returned' || one.state === 'done' || one.state === 'rated' ? one : { ...one, state: 'called-off' };

/**
 * Counts by department what the heads of whistles keep of its parts: every number is a count of calls. One that was not the
 * department's (`returned`) is `wrong` and nothing else, as in the figures: whoever was called by mistake owed nothing, and what it
 * did until that was settled speaks neither for nor against it. Of what was called off nothing is owed from then on; that it was called stays.
 */
export const rollCallOf = (summaries: readonly object[]): readonly object[] => {
  const departments = new Map<string, { called: number; wrong: number; counts: Map<string, Map<string, number>> }>();
  for (const summary of summaries) {
    const { status, roll = [] } = summary as { status?: string; roll?: readonly Roll[] };
    for (const one of status === 'called-off' ? roll.map(afterCallingOff) : roll) {
      const department = departments.get(one.unit) ?? { called: 0, wrong: 0, counts: new Map() };
      departments.set(one.unit, department);
      if (one.state === 'returned') {
        department.wrong += 1;
        continue;
      }
      department.called += 1;
      for (const what of counted) {
        const value = one[what];
        if (value === undefined) continue;
        const counts = department.counts.get(what) ?? new Map<string, number>();
        department.counts.set(what, counts);
        counts.set(value, (counts.get(value) ?? 0) + 1);
      }
    }
  }
  return [...departments]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([unit, { called, wrong, counts }]) => ({
      unit,
      called,
      ...(wrong === 0 ? {} : { wrong }),
      ...Object.fromEntries([...counts].map(([what, values]) => [what, Object.fromEntries(values)])),
    }));
};
