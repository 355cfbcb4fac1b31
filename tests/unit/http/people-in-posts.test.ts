import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import type { StreamRef } from '../../../domain/ports.ts';
import { createHandler as createGrid } from '../../../functions/grid/handler.ts';
import { createHandler as createRota } from '../../../functions/reception-rota/handler.ts';
import { calendarWith, noon, units } from '../../support/builders.ts';
import { InMemoryRecord } from '../../support/in-memory-record.ts';
import { context } from '../../support/lambda-context.ts';

const street = '622901007';
const day = '2026-03-11';

let records: InMemoryRecord;
let dependencies: never;
beforeEach(() => {
  records = new InMemoryRecord();
  const calendar = { ...calendarWith(), version: '1', describe: () => ({ announced: true }) };
  dependencies = {
    records,
    clock: { now: () => noon(day) },
    reference: {
      units: async () => units,
      categories: async () => [],
      settings: async () => ({ calendarDays: [], configuration: {} }),
    },
    calendar: () => calendar,
    hasher: undefined,
  } as never;
});

const put = (stream: StreamRef, summary: object, unit: string) =>
  records.commit([
    {
      stream,
      expectedVersion: 0,
      events: [{ type: 'PostTaken', at: noon(day), actor: { id: 'x', unit, role: 'administrator' }, data: {} }],
      head: { summary, openStages: [], listed: { unit, day: '2020-01-01' } },
      signals: [],
      decisions: [],
    },
  ]);
const post = (officer: string, unit: string, to?: string) =>
  put(
    { kind: 'post', id: `${unit}-${officer}` },
    { officer, unit, post: '副镇长', portfolio: '信访', from: '2020-01-01', ...(to === undefined ? {} : { to }) },
    unit,
  );

let calls = 0;
const send = async (
  handler: ReturnType<typeof createRota>,
  routeKey: string,
  { unit, role }: { unit: string; role: string },
  body: object,
  pathParameters: Record<string, string> = {},
  version?: number,
) => {
  calls += 1;
  const event = {
    routeKey,
    rawQueryString: '',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': `00000000-0000-4000-8000-${String(calls).padStart(12, '0')}`,
      ...(version === undefined ? {} : { 'if-match': `"${String(version)}"` }),
    },
    pathParameters,
    body: JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: {
      http: { sourceIp: '127.0.0.1' },
      authorizer: { jwt: { claims: { sub: 'x', name: '某', unit, roles: role } } },
    },
  } as unknown as APIGatewayProxyEventV2;
  const { statusCode, body: answer = '' } = (await handler(event, context)) as APIGatewayProxyStructuredResultV2;
  const { errors, unconfirmed } = JSON.parse(answer) as { errors?: { pointer: string }[]; unconfirmed?: string[] };
  return [statusCode, errors?.[0]?.pointer, unconfirmed];
};

describe('who is enrolled on a rota', () => {
  const office = { unit: '622901007-zx', role: 'petition-officer' };
  const leader = (id: string, from = day) => ({
    leader: id,
    leaderName: '某',
    post: '副镇长',
    portfolio: '信访',
    from,
  });
  const define = (...leaders: object[]) =>
    send(createRota(dependencies), 'POST /reception-rotas', office, { unit: street, leaders });
  const enrol = (entry: object, version: number) =>
    send(createRota(dependencies), 'POST /reception-rotas/{rota}/leaders', office, entry, { rota: street }, version);

  it('stands on the word of whoever enrols him where no posts are recorded, and the answer says so', async () => {
    expect(await define(leader('mayor'), leader('deputy'))).toEqual([
      201,
      undefined,
      ['/leaders/0/leader', '/leaders/1/leader'],
    ]);
    expect(await enrol(leader('third'), 3)).toEqual([200, undefined, ['/leader']]);
  });

  it('is in a post of the unit on his first day where posts are recorded, and nobody else is taken', async () => {
    await post('mayor', street);
    await post('gone', street, plusDays(day, -1));
    await post('elsewhere', '622901');
    expect(await define(leader('mayor'), leader('nobody'))).toEqual([422, '/leaders/1/leader', undefined]);
    expect(await define(leader('gone'))).toEqual([422, '/leaders/0/leader', undefined]);
    expect(await define(leader('elsewhere'))).toEqual([422, '/leaders/0/leader', undefined]);
    expect(await define(leader('mayor'))).toEqual([201, undefined, undefined]);
    expect(await enrol(leader('nobody'), 2)).toEqual([422, '/leader', undefined]);
    expect(await enrol(leader('gone', plusDays(day, -1)), 2)).toEqual([200, undefined, undefined]);
  });
});

describe('who heads a grid', () => {
  const village = units.find(({ kind }) => kind === 'village-committee');
  const unit = village?.id ?? '';
  const officer = { unit, role: 'village-officer' };
  const grid = { code: 'G-1', name: '第一网格', boundary: { description: '东侧', codes: [] }, validFrom: day };
  const appoint = (who: string, as: string) =>
    send(
      createGrid(dependencies),
      'POST /grids/{grid}/appointments',
      officer,
      { officer: who, post: as, from: day },
      { grid: 'G-1' },
      1,
    );
  beforeEach(async () => {
    expect((await send(createGrid(dependencies), 'POST /grids', officer, grid))[0]).toBe(201);
  });

  it('stands on the word of whoever appoints where the village has recorded no posts', async () =>
    expect(await appoint('anybody', '网格长')).toEqual([200, undefined, ['officer']]));

  it.each([
    ['chief', '网格长', 200],
    ['cadre', '网格长', 200],
    ['nobody', '网格长', 422],
    ['nobody', '专职网格员', 200],
  ] as const)(
    'is in a post of the village or the unit above it, workers need none: %s as %s, %i',
    async (who, as, status) => {
      await post('chief', unit);
      await post('cadre', village?.parent ?? '');
      expect(await appoint(who, as)).toEqual([status, status === 422 ? '/officer' : undefined, undefined]);
    },
  );
});
