import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { beforeAll, describe, expect, it } from 'vitest';
import { streamOf } from '../../../adapters/keys.ts';
import { defaultConfiguration as configuration } from '../../../domain/configuration.ts';
import { UnitDirectory } from '../../../domain/organisation/unit.ts';
import type { ActQuery, NewEvent, StreamKind } from '../../../domain/ports.ts';
import { createHandler } from '../../../functions/audit/handler.ts';
import {
  acceptedPetition,
  units as builtUnits,
  calendarWith,
  firstDay,
  noon,
  sealedPetition,
} from '../../support/builders.ts';
import { InMemoryRecord } from '../../support/in-memory-record.ts';
import { context } from '../../support/lambda-context.ts';

/** What an auditor is shown of what units did: of every kind of stream what stands for no sealed matter, and nothing else. */

const open = '622901007-20260302-OPENAA';
const sealed = '622901007-20260302-SEALED';
const desk = { id: 'clerk', unit: '622901007-zx', role: 'petition-officer' };

type Facts = readonly Pick<NewEvent, 'type' | 'data'>[];
const told = (petition: string): Facts => [
  { type: 'VisitPreRegistered', data: { visit: 1, visitor: '某', purpose: '土地', persons: 1 } },
  { type: 'VisitRecorded', data: { visit: 1, account: '如实', petition } },
];
const booked: Facts = [
  { type: 'BookingMade', data: { booking: 1, unit: desk.unit, date: firstDay, request: { visitor: '某' } } },
  { type: 'BookingConfirmed', data: { booking: 1, visit: 1 } },
  { type: 'BookingMade', data: { booking: 2, unit: desk.unit, date: firstDay, request: { visitor: '另一人' } } },
];
const needOf = (petition: string): Facts => [
  { type: 'NeedReported', data: { id: petition, report: { need: '路灯' } } },
  { type: 'NeedPromoted', data: { petition } },
  { type: 'NeedErased', data: { on: firstDay } },
];
const questionOf = (petition: string): Facts => [
  { type: 'QuestionRecorded', data: { question: 1, theme: '低保' } },
  { type: 'QuestionPromoted', data: { question: 1, petition } },
];
const whistleFor = (petition?: string): Facts => [
  { type: 'WhistleDrafted', data: { content: { subject: '会商', ...(petition === undefined ? {} : { petition }) } } },
  { type: 'WhistleAcknowledged', data: { unit: '622901-zrzy' } },
];

/** By stream: what was done in it, and which of its facts the auditor is shown. A kind that is missing does not compile. */
const streams: Record<
  Exclude<StreamKind, 'reads'>,
  readonly (readonly [id: string, Facts, shown: readonly string[]])[]
> = {
  petition: [
    [open, acceptedPetition, acceptedPetition.map(({ type }) => type)],
    [sealed, sealedPetition, []],
  ],
  placement: [
    [open, [{ type: 'MatterTakenIn', data: { petition: open } }], ['MatterTakenIn']],
    [sealed, [{ type: 'MatterTakenIn', data: { petition: sealed } }], []],
    // That it is later named by its stream alone hides it no less.
    [`${sealed}`, [{ type: 'MatterReported', data: { unit: desk.unit, account: '已联系' } }], []],
  ],
  whistle: [
    ['W-OPEN', whistleFor(open), ['WhistleDrafted', 'WhistleAcknowledged']],
    ['W-SEALED', whistleFor(sealed), []],
    ['W-NONE', whistleFor(), ['WhistleDrafted', 'WhistleAcknowledged']],
  ],
  session: [
    ['S-OPEN', told(open), ['VisitPreRegistered', 'VisitRecorded']],
    // From the moment he came in, long before anybody knew what it would be.
    ['S-SEALED', [{ type: 'SessionPublished', data: { content: {} } }, ...told(sealed)], ['SessionPublished']],
  ],
  // They bear the day's id; a booking is the visit that it became.
  booking: [
    ['S-OPEN', booked, ['BookingMade', 'BookingConfirmed', 'BookingMade']],
    ['S-SEALED', booked, ['BookingMade']],
  ],
  need: [
    ['N-OPEN', needOf(open), ['NeedReported', 'NeedPromoted', 'NeedErased']],
    ['N-SEALED', needOf(sealed), ['NeedReported']],
    ['N-NONE', [{ type: 'NeedErased', data: { on: firstDay } }], ['NeedErased']],
  ],
  assembly: [
    ['V-OPEN', questionOf(open), ['QuestionRecorded', 'QuestionPromoted']],
    ['V-SEALED', questionOf(sealed), ['QuestionRecorded']],
  ],
  grid: [['G', [{ type: 'GridClosed', data: { reason: '并入' } }], ['GridClosed']]],
  centre: [['Z', [{ type: 'DeskOpened', data: { code: '1', name: '登记' } }], ['DeskOpened']]],
  'list-item': [['M', [{ type: 'ListItemAdded', data: { subject: '律师' } }], ['ListItemAdded']]],
  briefing: [
    ['L', [{ type: 'BriefingOutcomeNoted', data: { adopted: true, on: firstDay } }], ['BriefingOutcomeNoted']],
  ],
  programme: [['X', [{ type: 'PledgeRecorded', data: { person: '某', text: '按时' } }], ['PledgeRecorded']]],
  import: [['B', [{ type: 'ImportApplied', data: { keepUntil: firstDay } }], ['ImportApplied']]],
  post: [['J', [{ type: 'PostTaken', data: { held: { name: '某' } } }], ['PostTaken']]],
  keeping: [
    ['need.N-NONE', [{ type: 'LegalHoldLifted', data: { hold: 1, on: firstDay } }], ['LegalHoldLifted']],
    ['visit.S-OPEN.1', [{ type: 'LegalHoldLifted', data: { hold: 1, on: firstDay } }], ['LegalHoldLifted']],
    // Of a visit that became a sealed matter nothing shows, a hold from before neither.
    ['visit.S-SEALED.1', [{ type: 'LegalHoldLifted', data: { hold: 1, on: firstDay } }], []],
  ],
  rota: [['D', [{ type: 'LeaderReleased', data: { reason: '调离' } }], ['LeaderReleased']]],
};

const records = new InMemoryRecord();
const keys: string[] = [];
const asked: ActQuery[] = [];

const acts = {
  acts: async (query: ActQuery) => {
    asked.push(query);
    const loaded = await Promise.all(keys.map((key) => records.stored(streamOf(key))));
    const found = loaded
      .flatMap(({ events }) => events)
      .map(({ stream, seq, at, type, actor }) => ({ stream: streamOf(stream), key: stream, seq, at, type, actor }))
      .filter(({ stream, type, actor }) => {
        const { kinds, types, officer } = query;
        return (
          (kinds?.includes(stream.kind) ?? true) &&
          (types?.includes(type) ?? true) &&
          (officer === undefined || actor.id === officer)
        );
      });
    return { items: found };
  },
  facts: async (wanted: readonly { readonly key: string; readonly seq: number }[]) => {
    const all = await Promise.all(wanted.map(({ key }) => records.stored(streamOf(key))));
    return all.flatMap(({ events }, each) => events.filter(({ seq }) => seq === wanted[each]?.seq));
  },
};

const ask = async (path: string, query: Record<string, string>, unit: string, params: Record<string, string> = {}) => {
  const calendar = { ...calendarWith(), version: '1', describe: () => ({ working: true, announced: true }) };
  const handler = createHandler({
    records,
    acts,
    clock: { now: () => noon(firstDay) },
    context: async () => ({ units: new UnitDirectory(builtUnits), calendar, configuration }),
    // In the days before, this petition office was another county's.
    units: {
      unitsOn: async (day: string) => ({
        units: builtUnits.map((each) =>
          day < firstDay && each.id === '622901-xfj' ? { ...each, parent: '622921' } : each,
        ),
        withoutDay: 3,
      }),
    },
  } as never);
  const event = {
    routeKey: `GET ${path}`,
    headers: {},
    rawQueryString: new URLSearchParams(query).toString(),
    queryStringParameters: query,
    pathParameters: params,
    requestContext: {
      http: { sourceIp: '127.0.0.1' },
      authorizer: { jwt: { claims: { sub: 'auditor', name: '审计员', unit, roles: 'auditor' } } },
    },
  } as unknown as APIGatewayProxyEventV2;
  const answer = (await handler(event, context)) as APIGatewayProxyStructuredResultV2;
  return { status: answer.statusCode, body: JSON.parse(answer.body ?? '') };
};
const history = (query: Record<string, string> = {}, unit = '622901-xfj') =>
  ask('/history', { unit: '622901', below: 'true', from: firstDay, limit: '100', ...query }, unit);
const shownOf = async (query: Record<string, string>, id?: string): Promise<readonly string[]> =>
  (await history(query)).body.items
    .filter(({ stream }: { stream: string }) => id === undefined || stream.slice(2) === id)
    .map(({ type }: { type: string }) => type);

beforeAll(async () => {
  for (const [kind, all] of Object.entries(streams) as [StreamKind, (typeof streams)['need']][])
    for (const [id, events] of all) {
      const stream = { kind, id };
      const { version } = await records.stored(stream);
      await records.commit([
        {
          stream,
          expectedVersion: version,
          events: events.map(({ type, data }) => ({ type, data, at: noon(firstDay), actor: desk })),
          head: { summary: {}, openStages: [] },
          signals: [],
          decisions: [],
        },
      ]);
      const [first] = (await records.stored(stream)).events;
      if (first && !keys.includes(first.stream)) keys.push(first.stream);
    }
});

describe('what units did', () => {
  it.each(
    (Object.entries(streams) as [StreamKind, (typeof streams)['need']][]).flatMap(([kind, all]) =>
      all.map(([id, , shown]) => [kind, id, shown] as const),
    ),
  )('shows of the %s %s what stands for nothing sealed', async (kind, id, shown) => {
    expect(await shownOf({ kind }, id)).toEqual(shown);
  });

  it('shows the same without a kind, by officer and by type', async () => {
    const everything = Object.values(streams).flatMap((all) => all.flatMap(([, , shown]) => shown));
    expect((await shownOf({})).toSorted()).toEqual(everything.toSorted());
    expect((await shownOf({ officer: desk.id })).toSorted()).toEqual(everything.toSorted());
    expect(await shownOf({ officer: 'nobody' })).toEqual([]);
    const type = 'NeedPromoted,QuestionPromoted,MatterTakenIn,WhistleDrafted';
    expect((await shownOf({ type })).toSorted()).toEqual(
      ['MatterTakenIn', 'NeedPromoted', 'QuestionPromoted', 'WhistleDrafted', 'WhistleDrafted'].toSorted(),
    );
  });

  it('asks of a period no more than it says, and of a unit only whoever may read it', async () => {
    asked.length = 0;
    await history({ from: '2026-03-01', to: '2026-03-31', kind: 'post' });
    expect(asked[0]).toMatchObject({ from: '2026-03-01', to: '2026-03-31', kinds: ['post'] });
    expect((await history({}, '622921-xfj')).status).toBe(403);
    // Reads have a history of their own.
    expect((await history({ kind: 'reads' })).status).toBe(400);
  });

  it('names no sealed matter in what it shows', async () => {
    expect(JSON.stringify((await history()).body)).not.toContain(sealed);
  });
});

describe('who could have seen it', () => {
  it('is asked of the tree as it stood on that day, and the answer says how much of it is known', async () => {
    const asked = async (at: string) =>
      (await ask('/petitions/{number}/readership', { at }, '622901-xfj', { number: '622901007-20260225-7K3QXB' })).body;
    const registered = acceptedPetition.map(({ type, data }) => ({
      type,
      data,
      at: '2026-02-25T04:00:00.000Z',
      actor: desk,
    }));
    await records.commit([
      {
        stream: { kind: 'petition', id: '622901007-20260225-7K3QXB' },
        expectedVersion: 0,
        events: registered,
        head: { summary: {}, openStages: [] },
        signals: [],
        decisions: [],
      },
    ]);
    const unitsIn = ({ could }: { could: { units: readonly { unit: string }[] } }) =>
      could.units.map(({ unit }) => unit);
    const [before, after] = [await asked('2026-02-26T04:00:00.000Z'), await asked(noon(firstDay))];
    expect([before.tree, after.tree]).toEqual([
      { on: '2026-02-26', withoutDay: 3 },
      { on: firstDay, withoutDay: 3 },
    ]);
    expect([unitsIn(before).includes('622901-xfj'), unitsIn(after).includes('622901-xfj')]).toEqual([false, true]);
  });
});
