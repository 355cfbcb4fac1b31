import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import { createHandler } from '../../../functions/whistle/handler.ts';
import { units as builtUnits, calendarWith, noon } from '../../support/builders.ts';
import { InMemoryRecord } from '../../support/in-memory-record.ts';
import { context } from '../../support/lambda-context.ts';

const caller = '622901-xfj';
const departments = ['622901-zrzy', '622901-sfj', '622901-zjj'];
const firstDay = '2026-01-01';

it('a roll-call counts every whistle once, however many there are, and none behind which is an accusation', async () => {
  const records = new InMemoryRecord();
  const actor = { id: 'x', unit: caller, role: 'petition-officer' };
  const put = (stream: { kind: 'whistle' | 'petition'; id: string }, head: object) =>
    records.commit([
      {
        stream,
        expectedVersion: 0,
        events: [{ type: 'Recorded', at: noon(firstDay), actor, data: {} }],
        head: { summary: {}, openStages: [], ...head },
        signals: [],
        decisions: [],
      },
    ]);
  await put({ kind: 'petition', id: 'sealed' }, { summary: { purpose: 'accusation' } });
  const naive = new Map<string, number>();
  const many = 4_321;
  for (let index = 0; index < many; index += 1) {
    // A hundred that are sealed in a row, where a stretch would end.
    const sealed = (index >= 1_950 && index < 2_050) || index % 17 === 0;
    const unit = departments[index % 3] ?? '';
    const draftedOn = plusDays(firstDay, Math.floor(index / 100));
    if (!sealed) naive.set(unit, (naive.get(unit) ?? 0) + 1);
    await put(
      { kind: 'whistle', id: `W-${String(index).padStart(5, '0')}` },
      {
        summary: { draftedOn, roll: [{ unit, state: 'called' }], ...(sealed ? { petition: 'sealed' } : {}) },
        listed: { unit: caller, day: draftedOn },
      },
    );
  }
  const calendar = { ...calendarWith(), version: '1', describe: () => ({ announced: true }) };
  const handler = createHandler({
    records,
    clock: { now: () => noon('2026-12-01') },
    reference: {
      units: async () => builtUnits,
      categories: async () => [],
      settings: async () => ({ calendarDays: [], configuration: {} }),
    },
    calendar: () => calendar as never,
  } as never);
  const sums = new Map<string, number>();
  let answers = 0;
  let cursor: string | undefined;
  do {
    const query: Record<string, string> = {
      from: firstDay,
      to: '2026-12-31',
      ...(cursor === undefined ? {} : { cursor }),
    };
    const answer = (await handler(
      {
        routeKey: 'GET /roll-calls',
        headers: {},
        rawQueryString: new URLSearchParams(query).toString(),
        queryStringParameters: query,
        requestContext: {
          http: { sourceIp: '127.0.0.1' },
          authorizer: { jwt: { claims: { sub: 'x', name: '某', unit: caller, roles: 'petition-officer' } } },
        },
      } as unknown as APIGatewayProxyEventV2,
      context,
    )) as APIGatewayProxyStructuredResultV2;
    expect(answer.statusCode).toBe(200);
    const body = JSON.parse(answer.body ?? '') as {
      items: { unit: string; called: number; state: { called: number } }[];
      cursor?: string;
    };
    for (const { unit, called, state } of body.items) {
      expect(state.called).toBe(called);
      sums.set(unit, (sums.get(unit) ?? 0) + called);
    }
    answers += 1;
    ({ cursor } = body);
  } while (cursor !== undefined);
  expect([...sums].sort()).toEqual([...naive].sort());
  expect(answers).toBe(3);
});
