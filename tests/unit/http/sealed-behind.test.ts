import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { defaultConfiguration as configuration } from '../../../domain/configuration.ts';
import { UnitDirectory } from '../../../domain/organisation/unit.ts';
import type { EventActor, NewEvent, StreamRef } from '../../../domain/ports.ts';
import { createHandler as createCentre } from '../../../functions/centre/handler.ts';
import { createHandler as createEnquiry } from '../../../functions/enquiry/handler.ts';
import { createHandler as createWhistle } from '../../../functions/whistle/handler.ts';
import {
  acceptedPetition,
  units as builtUnits,
  calendarWith,
  continued,
  firstDay,
  noon,
  recuse,
  sealedPetition,
} from '../../support/builders.ts';
import { InMemoryRecord } from '../../support/in-memory-record.ts';
import { context } from '../../support/lambda-context.ts';
import { calledFacts, centre, land } from '../../support/whistle.ts';

/** What stands for a petition in a list, when the petition is an accusation by now (Art. 30). */

const by: EventActor = { id: 'clerk', unit: centre, role: 'petition-officer' };
const open = '622901007-20260302-OPENAA';
const sealed = '622901007-20260302-SEALED';
const recused = '622901007-20260302-RECUSE';
const whistleOf: Readonly<Record<string, string>> = {
  [open]: '622901007-20260302-WHOPEN',
  [sealed]: 'W-SEALED',
  [recused]: 'W-RECUSED',
};

let records: InMemoryRecord;
let dependencies: object;

const put = async (stream: StreamRef, events: readonly Pick<NewEvent, 'type' | 'data'>[], head: object) =>
  records.commit([
    {
      stream,
      expectedVersion: 0,
      events: events.map(({ type, data }) => ({ type, data, at: noon(firstDay), actor: by })),
      head: { summary: {}, openStages: [], ...head },
      signals: [],
      decisions: [],
    },
  ]);
/** Waits in a worklist, as a state machine or a task has put it there. */
const wait = (stream: StreamRef, audience: string) =>
  records.open({ stream, stage: 'task', round: 1, step: 'work', audience, due: firstDay, excluded: [] }, 'token');

type Handler = ReturnType<typeof createCentre>;
const ask = async (
  create: (dependencies: never) => Handler,
  officer: { readonly unit: string; readonly roles: string; readonly id?: string },
  path: string,
  { params = {}, query = {} }: { params?: Record<string, string>; query?: Record<string, string> } = {},
) => {
  const event = {
    routeKey: `GET ${path}`,
    headers: {},
    rawQueryString: new URLSearchParams(query).toString(),
    queryStringParameters: query,
    pathParameters: params,
    requestContext: {
      http: { sourceIp: '127.0.0.1' },
      authorizer: { jwt: { claims: { sub: officer.id ?? 'x', name: '某', unit: officer.unit, roles: officer.roles } } },
    },
  } as unknown as APIGatewayProxyEventV2;
  const answer = (await create(dependencies as never)(event, context)) as APIGatewayProxyStructuredResultV2;
  // biome-ignore lint/suspicious/noExplicitAny: an answer, read field by field
  return { status: answer.statusCode, body: JSON.parse(answer.body ?? '') as any };
};

beforeEach(async () => {
  records = new InMemoryRecord();
  const calendar = { ...calendarWith(), version: '1', describe: () => ({ working: true, announced: true }) };
  const reference = {
    units: async () => builtUnits,
    categories: async () => [],
    settings: async () => ({ calendarDays: [], configuration }),
  };
  dependencies = {
    records,
    workItems: records,
    reference,
    clock: { now: () => noon(firstDay) },
    calendar: () => calendar,
    context: async () => ({ units: new UnitDirectory(builtUnits), calendar, configuration }),
  };
  for (const [number, facts] of [
    [open, acceptedPetition],
    [sealed, sealedPetition],
    [recused, continued(acceptedPetition, recuse())],
  ] as const) {
    const purpose = number === sealed ? 'accusation' : 'appeal';
    await put({ kind: 'petition', id: number }, facts, { summary: { purpose } });
    const summary = { status: 'open', at: centre, since: firstDay };
    const listed = { unit: centre, day: firstDay };
    await put({ kind: 'placement', id: number }, [], { summary, listed });
    const whistle = { kind: 'whistle', id: whistleOf[number] ?? '' } as const;
    await put(whistle, calledFacts, { summary: { petition: number, status: 'called', draftedOn: firstDay }, listed });
    await wait(whistle, `handler@${land}`);
    await wait({ kind: 'placement', id: number }, `petition-officer@${centre}`);
  }
});

const numbers = (items: readonly { readonly number: string }[]) => items.map(({ number }) => number).sort();

describe('of an accusation', () => {
  const clerk = { unit: centre, roles: 'petition-officer' };

  it('nothing stands in a centre’s inbox, and it is not counted', async () => {
    const inbox = await ask(createCentre, clerk, '/centres/{centre}/matters', { params: { centre } });
    expect(numbers(inbox.body.items)).toEqual([open, recused].sort());
    const overview = await ask(createCentre, clerk, '/centres');
    const own = overview.body.items.find(({ unit }: { unit: string }) => unit === centre);
    expect(own.matters).toMatchObject({ open: 2 });
  });

  it('nor is what is about the reader’s own unit, or one that leads it (Art. 30)', async () => {
    const about = '622901007-20260302-ABOUT1';
    await put({ kind: 'petition', id: about }, acceptedPetition, { summary: { purpose: 'appeal' } });
    const summary = { status: 'open', at: centre, since: firstDay, against: ['622901007'] };
    await put({ kind: 'placement', id: about }, [], { summary, listed: { unit: centre, day: firstDay } });
    const inbox = await ask(createCentre, clerk, '/centres/{centre}/matters', { params: { centre } });
    expect(numbers(inbox.body.items)).toEqual([open, recused].sort());
    const overview = await ask(createCentre, clerk, '/centres');
    const own = overview.body.items.find(({ unit }: { unit: string }) => unit === centre);
    expect(own.matters).toMatchObject({ open: 2 });
    // Those above see it.
    const above = { unit: '622901-xfj', roles: 'petition-officer' };
    const seen = await ask(createCentre, above, '/centres/{centre}/matters', { params: { centre } });
    expect(numbers(seen.body.items)).toContain(about);
  });

  it('nothing waits on a worklist: neither a place in a centre nor a whistle', async () => {
    const ofClerk = await ask(createEnquiry as never, clerk, '/worklist');
    expect(numbers(ofClerk.body.items)).toEqual([open, recused].sort());
    const ofLand = await ask(createEnquiry as never, { unit: land, roles: 'handler' }, '/worklist');
    expect(numbers(ofLand.body.items)).toEqual(['622901007-20260302-WHOPEN', 'W-RECUSED']);
    const himself = await ask(createEnquiry as never, { unit: land, roles: 'handler', id: 'handler' }, '/worklist');
    expect(numbers(himself.body.items)).toEqual(['622901007-20260302-WHOPEN']);
  });

  it('a whistle that may be seen says of each day of its limits whether it counts', async () => {
    const params = { whistle: '622901007-20260302-WHOPEN' };
    const { body } = await ask(createWhistle as never, { unit: land, roles: 'handler' }, '/whistles/{whistle}', {
      params,
    });
    const own = body.legs.find(({ unit }: { unit: string }) => unit === land);
    const attend = own.limits.find(({ limit }: { limit: string }) => limit === 'whistle-attend');
    // Three working days after Monday.
    expect(attend.day.map(({ day, kind }: { day: string; kind: string }) => `${day} ${kind}`)).toEqual([
      '2026-03-02 start',
      '2026-03-03 counted',
      '2026-03-04 counted',
      '2026-03-05 counted',
    ]);
  });

  it('a period that ends before it begins is no period, of a roll-call neither', async () => {
    const query = { from: '2026-03-02', to: '2026-03-01' };
    const answer = await ask(createWhistle as never, clerk, '/roll-calls', { query });
    expect([answer.status, answer.body.errors]).toEqual([422, [expect.objectContaining({ pointer: '/to' })]]);
    const whole = await ask(createWhistle as never, clerk, '/roll-calls', { query: { from: firstDay, to: firstDay } });
    expect(whole.status).toBe(200);
  });
});
