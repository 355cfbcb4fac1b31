import { beforeEveryDay, legalDay } from '../../domain/calendar/calendar.ts';
import { defined } from '../../domain/defined.ts';
import { requireKnownPerson, standingOf } from '../../domain/organisation/people.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { Clock, RecordStore } from '../../domain/ports.ts';
import { dutiesOf, dutyPeriod } from '../../domain/reception/duty.ts';
import { dutyOfUnit, type Rota, type RotaEvent, rotaStream } from '../../domain/reception/rota.ts';
import { requireAccess } from '../shared/access.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { ordinal } from '../shared/ordinal.ts';
import { peopleInPosts } from '../shared/people.ts';
import { type Besides, createPlainCommands, type PlainCommandDependencies } from '../shared/plain-commands.ts';
import { publishedDays } from '../shared/published-days.ts';
import type { ExplainedContext } from '../shared/rules-context.ts';
import * as routes from './routes.ts';

export interface Dependencies extends PlainCommandDependencies {
  readonly records: RecordStore;
  readonly clock: Clock;
}

/** Each rota of a page is a look at the published days of its unit. */
const rotasPerPage = 20;

/** Who of a unit's leaders receives in turn, and who owes a day. */
export const createHandler = (dependencies: Dependencies) => {
  const { records, clock } = dependencies;
  const commands = createPlainCommands(dependencies, rotaStream);

  /** What the leaders of one rota owe in the period of a day; of a level without a configured duty nothing is asked. */
  const dutyOf = async (rota: Rota, on: string, { units, configuration }: ExplainedContext) => {
    const unit = units.get(rota.unit);
    const duty = dutyOfUnit(rota.unit, { units, configuration });
    const named = { unit: rota.unit, unitName: unit?.name, level: unit?.level };
    if (duty === undefined) return { ...named, leaders: [] };
    const period = dutyPeriod(duty.every, on);
    const days = await publishedDays(records, rota.unit, period);
    const leaders = dutiesOf(rota, days, duty, on, legalDay(clock.now()));
    return {
      ...named,
      duty,
      period,
      leaders,
      owing: leaders.filter(({ owed }) => owed > 0).length,
    };
  };

  /**
   * Whoever receives for a unit is in a post of it, where it has recorded any (任职). Where it has not, the word of whoever
   * enrols him stands, and the answer says of whom. @throws Refusal
   */
  const requireInPosts = async (
    unit: string,
    named: readonly { readonly leader: string; readonly from: string; readonly pointer: string }[],
  ): Promise<Besides> => {
    const standings = await Promise.all(
      named.map(async ({ leader, from }) => standingOf(leader, [await peopleInPosts(records, unit, from)])),
    );
    for (const [index, standing] of standings.entries()) requireKnownPerson(standing, named[index]?.pointer ?? '');
    const unconfirmed = named.filter((_, index) => standings[index] === 'unconfirmed').map(({ pointer }) => pointer);
    return { writes: [], ...(unconfirmed.length === 0 ? {} : { answer: { unconfirmed } }) };
  };

  const rotaOf = async (id: string): Promise<Rota> =>
    foldPlain<Rota, RotaEvent>(rotaStream, (await records.load({ kind: 'rota', id })).events);

  return httpApi([
    on(routes.defineRota, (call) => {
      const { unit, leaders } = call.body;
      const intent = { type: 'DefineRota', unit, leaders: leaders.map(defined) } as const;
      const named = leaders.map(({ leader, from }, index) => {
        return { leader, from, pointer: `/leaders/${String(index)}/leader` };
      });
      return commands.create(call.officer(), call, unit, unit, intent, () => requireInPosts(unit, named));
    }),
    on(routes.enrolLeader, (call) =>
      commands.change(
        call.officer(),
        call,
        call.params.rota,
        { type: 'EnrolLeader', ...defined(call.body) },
        ({ unit }) => requireInPosts(unit, [{ ...call.body, pointer: '/leader' }]),
      ),
    ),
    on(routes.releaseLeader, (call) =>
      commands.change(call.officer(), call, call.params.rota, {
        type: 'ReleaseLeader',
        entry: ordinal('entry', call.params.entry),
        ...call.body,
      }),
    ),
    on(routes.rota, async ({ officer, actions: [action], params }) => {
      const [{ units }, rota] = await Promise.all([commands.context(), commands.load(params.rota)]);
      requireAccess(officer(), action, { named: rota.unit }, units);
      return { body: rota, version: rota.version };
    }),
    on(routes.duties, async ({ officer, actions: [action], query }) => {
      const context = await commands.context();
      const unit = query.unit ?? context.units.leadershipOf(officer().unit);
      requireAccess(officer(), action, { named: unit }, context.units);
      const on = query.on ?? legalDay(clock.now());
      const listed = await records.listed(
        'rota',
        unit,
        beforeEveryDay,
        Math.min(query.limit, rotasPerPage),
        query.cursor,
      );
      const below = listed.items.map(({ stream }) => stream.id).filter((id) => id !== unit);
      const rotas = await Promise.all([...(query.cursor === undefined ? [unit] : []), ...below].map(rotaOf));
      const items = await Promise.all(
        rotas.filter((each) => each.unit !== '').map((each) => dutyOf(each, on, context)),
      );
      // Silence would look like nobody owing anything.
      const noRota = rotas[0]?.unit === '' && query.cursor === undefined ? { noRota: unit } : {};
      return { body: { items, ...noRota, ...(listed.cursor === undefined ? {} : { cursor: listed.cursor }) } };
    }),
  ]);
};
