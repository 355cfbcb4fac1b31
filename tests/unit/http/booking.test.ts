import { createHmac } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import type { IdempotentWrite, StreamWrite } from '../../../domain/ports.ts';
import { createHandler } from '../../../functions/booking/handler.ts';
import { foldBookings } from '../../../functions/shared/bookings.ts';
import { limitsFrom } from '../../../functions/shared/limits.ts';
import { calendar, firstDay, noon, rules, sessionContent } from '../../support/builders.ts';
import { InMemoryRecord } from '../../support/in-memory-record.ts';
import { context as lambdaContext } from '../../support/lambda-context.ts';

/** Whose answer a repeated request of the public gets. */

class Record extends InMemoryRecord {
  readonly keys: string[] = [];
  override async commit(writes: readonly StreamWrite[], idempotency?: IdempotentWrite): Promise<void> {
    await super.commit(writes, idempotency);
    if (idempotency) this.keys.push(idempotency.key);
  }
}

const session = '622901007-20260302-S7K3QX';
const hasher = {
  hash: async (kind: string, value: string) => createHmac('sha256', 'key').update(`${kind}:${value}`).digest('hex'),
};
let records: Record;
let handler: ReturnType<typeof createHandler>;
beforeEach(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  records = new Record();
  handler = createHandler({
    records,
    context: async () => ({ ...rules, calendar }) as never,
    clock: { now: () => noon(plusDays(firstDay, -3)) },
    hasher,
    attempts: { failed: async () => undefined, fail: async () => 1 },
    limits: limitsFrom(),
  });
  await records.commit([
    {
      stream: { kind: 'session', id: session },
      expectedVersion: 0,
      events: [],
      head: { summary: { ...sessionContent, unit: '622901007-zx' }, openStages: [] },
      signals: [],
      decisions: [],
    },
  ]);
});

const asked = { visitor: '周某某', phone: '13900000077', purpose: '低保申请没有答复', persons: 1, representatives: [] };
const post = async (path: string, body: object, { key = 'key-1-of-somebody', from = '198.51.100.1' } = {}) => {
  const event = {
    routeKey: `POST ${path}`,
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    rawQueryString: '',
    pathParameters: path.includes('{id}') ? { id: session } : {},
    body: JSON.stringify(body),
    requestContext: { http: { method: 'POST', sourceIp: from } },
  } as unknown as APIGatewayProxyEventV2;
  const answer = (await handler(event, lambdaContext)) as APIGatewayProxyStructuredResultV2;
  // biome-ignore lint/suspicious/noExplicitAny: an answer, read field by field
  return { status: answer.statusCode, body: JSON.parse(answer.body ?? '') as any };
};
const book = (how: { key?: string; from?: string } = {}, body: object = asked) =>
  post('/public/reception-days/{id}/bookings', body, how);
const made = async () => foldBookings((await records.stored({ kind: 'booking', id: session })).events).bookings.length;

describe('a repeated booking', () => {
  it('finds its answer, with its code, and books nothing again', async () => {
    const first = await book();
    expect(first).toMatchObject({ status: 201, body: { number: `${session}-1` } });
    expect(await book()).toEqual(first);
    expect(await made()).toBe(1);
  });

  it('of somebody else under the same key is another booking: nobody gets the code of another', async () => {
    const first = await book();
    const other = await book({ from: '198.51.100.2' });
    expect(other).toMatchObject({ status: 201, body: { number: `${session}-2` } });
    expect(other.body.queryCode).not.toBe(first.body.queryCode);
    expect(await made()).toBe(2);
  });

  it('that says something else is refused, and tells nothing of the first', async () => {
    const { body } = await book();
    const other = await book({}, { ...asked, visitor: '冯某某' });
    expect(other.status).toBe(422);
    expect(JSON.stringify(other.body)).not.toContain(body.queryCode);
    expect(await made()).toBe(1);
  });

  it('leaves no address, and nothing by which bookings of one caller could be found', async () => {
    await book({ key: 'key-1-of-somebody' });
    await book({ key: 'key-2-of-somebody' });
    const scopes = records.keys.map((key) => key.split('#')[0] ?? '');
    expect(scopes.join()).not.toContain('198.51');
    expect(scopes[0]).toMatch(/^booking-[0-9a-f]{64}$/);
    expect(new Set(scopes).size).toBe(2);
  });
});

it('a booking is named by its own number in what is wrong with a request', async () => {
  const { status, body } = await post('/portal/booking', { number: 'x', queryCode: 'K3Q01ABCD2EF' });
  expect(status).toBe(400);
  expect(JSON.stringify(body)).toContain('A booking number');
  expect(JSON.stringify(body)).not.toContain('petition number');
});
