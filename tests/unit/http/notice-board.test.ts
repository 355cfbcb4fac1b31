import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { expect, it, vi } from 'vitest';
import { createHandler } from '../../../functions/notice-board/handler.ts';
import { firstDay, noon, officers, rules } from '../../support/builders.ts';
import { InMemoryRecord } from '../../support/in-memory-record.ts';
import { context as lambdaContext } from '../../support/lambda-context.ts';

/** What anybody may read of an assembly that was erased. */

const assembly = '622901007-20260302-A7K3QX';
const notice = { date: firstDay, from: '09:00', place: '村委会', themes: ['财务'], presenters: [], message: '欢迎' };
const file = { size: 10, mediaType: 'application/pdf', uploadUntil: noon(firstDay) };
const facts = [
  { type: 'AssemblyConvened', data: { id: assembly, unit: '622901007-v1', notice, on: firstDay } },
  {
    type: 'DisclosurePublished',
    data: { disclosure: { kind: '财务', title: '收支账目', sha256: 'a'.repeat(64), file } },
  },
  {
    type: 'DisclosureJudged',
    data: { disclosure: 1, result: 'cleared', sha256: 'a'.repeat(64), size: 10, mediaType: 'application/pdf' },
  },
];
const erased = { type: 'AssemblyErased', data: { on: firstDay, basis: 'P47' } };

it('a file of an assembly is given to nobody once the assembly is erased; that it was laid open, and its digest, stay', async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  const ask = async (path: string, given: readonly { readonly type: string; readonly data: object }[]) => {
    const records = new InMemoryRecord();
    await records.commit([
      {
        stream: { kind: 'assembly', id: assembly },
        expectedVersion: 0,
        events: given.map((each) => ({ ...each, at: noon(firstDay), actor: officers.handler })),
        head: { summary: {}, openStages: [] },
        signals: [],
        decisions: [],
      },
    ]);
    const handler = createHandler({
      records,
      context: async () => rules,
      clock: { now: () => noon(firstDay) },
      cleared: { download: async ({ key }) => `https://files.example/${key}` },
    });
    const event = {
      routeKey: `GET ${path}`,
      headers: {},
      rawQueryString: '',
      pathParameters: { assembly, ...(path.includes('{disclosure}') ? { disclosure: '1' } : {}) },
      requestContext: { http: { method: 'GET', sourceIp: '127.0.0.1' } },
    } as unknown as APIGatewayProxyEventV2;
    const answer = (await handler(event, lambdaContext)) as APIGatewayProxyStructuredResultV2;
    // biome-ignore lint/suspicious/noExplicitAny: an answer, read field by field
    return { status: answer.statusCode, body: JSON.parse(answer.body ?? '') as any };
  };
  const path = '/public/assemblies/{assembly}/disclosures/{disclosure}';
  expect(await ask(path, facts)).toMatchObject({ status: 200, body: { url: expect.stringContaining(assembly) } });
  const gone = await ask(path, [...facts, erased]);
  expect([gone.status, gone.body.type]).toEqual([410, expect.stringContaining('erased')]);
  expect((await ask('/public/assemblies/{assembly}', [...facts, erased])).body.disclosures).toMatchObject([
    { number: 1, title: '收支账目', sha256: 'a'.repeat(64), file: { state: 'erased' } },
  ]);
});
