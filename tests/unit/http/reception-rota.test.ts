import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import type { Unit } from '../../../domain/organisation/unit.ts';
import { createHandler } from '../../../functions/reception-rota/handler.ts';
import { units as builtUnits, calendarWith, noon } from '../../support/builders.ts';
import { InMemoryRecord } from '../../support/in-memory-record.ts';
import { context } from '../../support/lambda-context.ts';

/** A county with forty-five towns: more rotas than a page holds. */
const towns = Array.from({ length: 45 }, (_, index): Unit => {
  const id = `6229012${String(index).padStart(2, '0')}`;
  return { id, name: `某镇${String(index)}`, kind: 'government', level: 'township', parent: '622901' };
});
const units = [...builtUnits, ...towns];
const monday = '2026-03-09';

let records: InMemoryRecord;
let handler: ReturnType<typeof createHandler>;
beforeEach(() => {
  records = new InMemoryRecord();
  const calendar = { ...calendarWith(), version: '1', describe: () => ({ announced: true }) };
  handler = createHandler({
    records,
    clock: { now: () => noon('2026-03-11') },
    reference: {
      units: async () => units,
      categories: async () => [],
      settings: async () => ({ calendarDays: [], configuration: {} }),
    },
    calendar: () => calendar as never,
    hasher: undefined,
  } as never);
});

const ask = async (query: Record<string, string>, unit = '622901-xfj') => {
  const event = {
    routeKey: 'GET /reception-duties',
    headers: {},
    rawQueryString: new URLSearchParams(query).toString(),
    queryStringParameters: query,
    requestContext: {
      http: { sourceIp: '127.0.0.1' },
      authorizer: { jwt: { claims: { sub: 'x', name: '某', unit, roles: 'supervisor' } } },
    },
  } as unknown as APIGatewayProxyEventV2;
  const answer = (await handler(event, context)) as APIGatewayProxyStructuredResultV2;
  if (answer.statusCode !== 200) throw new Error(answer.body);
  // biome-ignore lint/suspicious/noExplicitAny: an answer, read field by field
  return JSON.parse(answer.body ?? '') as any;
};
const put = async (stream: { kind: 'rota' | 'session'; id: string }, type: string, data: object, head: object) => {
  const { version } = await records.load(stream);
  await records.commit([
    {
      stream,
      expectedVersion: version,
      events: [{ type, at: noon(monday), actor: { id: 'x', unit: '622901', role: 'leader' }, data }],
      head: { summary: {}, openStages: [], ...head },
      signals: [],
      decisions: [],
    },
  ]);
};
const rota = async (unit: string, leader: string, parent: string) => {
  const head = { summary: { unit }, listed: { unit: parent, day: '2026-01-01' } };
  await put({ kind: 'rota', id: unit }, 'RotaDefined', { unit }, head);
  const entry = { entry: 1, leader, leaderName: '某', post: '某', portfolio: '某', from: '2026-01-01' };
  await put({ kind: 'rota', id: unit }, 'LeaderEnrolled', entry, head);
};
const day = (unit: string, leader: string, date: string, number: number, ...receivedBy: string[]) =>
  put(
    { kind: 'session', id: `S${unit}${date}${String(number)}` },
    'SessionPublished',
    {},
    {
      summary: { leader, date, receivedBy },
      listed: { unit, day: date },
    },
  );

describe('who owes a day, over an area', () => {
  it('is told of the unit itself once, and of every unit right below it once, page by page', async () => {
    await rota('622901', 'mayor', '6229');
    for (const { id } of towns) await rota(id, `leader-${id}`, '622901');
    const seen: string[] = [];
    let pages = 0;
    for (let cursor: string | undefined; ; ) {
      const page = await ask({ unit: '622901', ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map(({ unit }: { unit: string }) => unit));
      pages += 1;
      cursor = page.cursor;
      if (cursor === undefined) break;
    }
    expect(seen.toSorted()).toEqual(['622901', ...towns.map(({ id }) => id)].toSorted());
    expect([seen[0], pages]).toEqual(['622901', 3]);
  });

  it('counts every published day of the period, however many there are, and none of another', async () => {
    const [town] = towns;
    if (!town) throw new Error('There is a town.');
    await rota(town.id, 'a', '622901');
    // Of other leaders, so many that one look does not see the last.
    for (let number = 0; number < 120; number += 1) await day(town.id, 'other', monday, number, 'other');
    await day(town.id, 'a', plusDays(monday, -1), 1, 'a');
    await day(town.id, 'a', plusDays(monday, 7), 1);
    expect((await ask({ unit: town.id })).items).toMatchObject([
      { owing: 1, leaders: [{ held: 0, ahead: 0, owed: 1 }] },
    ]);
    await day(town.id, 'a', plusDays(monday, 6), 1, 'a');
    expect((await ask({ unit: town.id })).items).toMatchObject([{ owing: 0, leaders: [{ held: 1, owed: 0 }] }]);
    expect((await ask({ unit: town.id, on: plusDays(monday, 7) })).items).toMatchObject([
      { period: { from: '2026-03-16' }, leaders: [{ held: 0, ahead: 1, owed: 1, unplanned: 0 }] },
    ]);
  });

  it('says so where there is no rota', async () =>
    expect(await ask({ unit: '622901' })).toEqual({ items: [], noRota: '622901' }));
});
