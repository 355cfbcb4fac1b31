import { randomUUID } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, untilWaiting } from '../../local/api-client.ts';
import type { Story } from '../../local/scenario-a.ts';
import { send } from '../support/http.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { registeredStory, take, today, worklistOf } from '../support/story.ts';

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

let machine: Machine;
let story: Story & { number: string };
beforeAll(async () => {
  machine = await startMachine();
  story = await registeredStory(machine.api);
});
afterAll(() => machine.remove());

const noticesAs = async (identity: string): Promise<Answer[]> =>
  (await machine.api.as(identity).get(`/petitions/${story.number}/notices`)).items;

/** The answer as it comes over the wire: a file is no JSON. */
const fetchNotice = async (identity: string, id: string, format: string): Promise<Response> =>
  fetch(`${machine.baseUrl}/petitions/${story.number}/notices/${id}?format=${format}`, {
    headers: { authorization: `Bearer ${await machine.api.token(identity)}` },
  });

const portal = (path: string, body: object): Promise<Response> =>
  fetch(machine.baseUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const credentials = () => ({ number: story.number, queryCode: story.queryCode });

describe('notices over HTTP', () => {
  it('stand on the worklist of the unit that owes them, with their day', async () => {
    const item = await untilWaiting(machine.api.as('receptionist'), story.number, 'serve-notice');
    expect(item).toMatchObject({ stage: 'task', audience: 'receptionist@622901007-zzzx' });
    expect(item.due > today()).toBe(true);
    expect(await noticesAs('receptionist')).toMatchObject([
      { id: 'receipt-1', kind: 'receipt', state: 'owed', title: '信访事项登记回执', unit: '622901007-zzzx' },
    ]);
  });

  it('the receipt shows the query code to the registering unit, as a page that can run nothing', async () => {
    const response = await fetchNotice('receptionist', 'receipt-1', 'html');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*sandbox$/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const page = await response.text();
    expect(page).toContain(story.queryCode);
    expect(page).toContain('钱某');
    expect(page).not.toContain('622901198001010011');
  });

  it('it comes as a file to edit, named in Chinese', async () => {
    const response = await fetchNotice('receptionist', 'receipt-1', 'docx');
    expect(response.headers.get('content-type')).toBe(docx);
    const name = `信访事项登记回执 信登字〔${story.number}〕1号.docx`;
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w.-]+"; filename\*=UTF-8''/);
    expect(response.headers.get('content-disposition')).toContain(encodeURIComponent(name));
    const parts = unzipSync(new Uint8Array(await response.arrayBuffer()));
    const text = strFromU8(parts['word/document.xml'] ?? new Uint8Array());
    expect(text).toContain('信访事项登记回执');
    expect(text).toContain(story.queryCode);
  });

  it('are nothing to the petitioner before they are served, and his to read after', async () => {
    expect(await (await portal('/portal/notices', credentials())).json()).toEqual({ items: [] });
    expect((await portal('/portal/notices/receipt-1', credentials())).status).toBe(404);

    await take(story, 'serve-receipt');
    expect((await worklistOf(machine.api, 'receptionist')).filter(({ number }) => number === story.number)).toEqual([]);
    const { items } = (await (await portal('/portal/notices', credentials())).json()) as Answer;
    expect(items).toMatchObject([{ id: 'receipt-1', servedOn: today(), method: 'in-person' }]);
    const page = await portal('/portal/notices/receipt-1', credentials());
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toContain('直接送达');
  });

  it('are nobody’s without the code, and no other unit’s without concern', async () => {
    expect((await portal('/portal/notices', { ...credentials(), queryCode: '0000000000000' })).status).toBe(404);
    expect((await fetchNotice('land-handler', 'receipt-1', 'html')).status).toBe(403);
    expect((await fetch(`${machine.baseUrl}/petitions/${story.number}/notices`)).status).toBe(401);
    expect((await fetchNotice('receptionist', 'receipt-9', 'html')).status).toBe(404);
    expect((await fetchNotice('receptionist', 'receipt-1', 'exe')).status).toBe(400);
  });

  it('of acceptance meets the limit of Art. 23 when it is served, by the unit that owes it alone', async () => {
    await take(story, 'route', 'accept');
    const notify = async () =>
      (await machine.api.as('centre-handler').get(`/petitions/${story.number}`)).deadlines.find(
        ({ limit }: Answer) => limit === 'notify',
      );
    expect(await notify()).toMatchObject({ state: 'running' });
    const { version } = await machine.api.as('centre-handler').get(`/petitions/${story.number}`);
    const attempt = async (identity: string, body: object) =>
      send(`${machine.baseUrl}/petitions/${story.number}/notices/acceptance-1/service`, {
        token: await machine.api.token(identity),
        body,
        ifMatch: version,
        key: randomUUID(),
      });
    expect(await attempt('mediator', { method: 'in-person', servedOn: today() })).toMatchObject({
      status: 403,
      code: 'not-your-unit',
    });
    expect(
      await attempt('centre-handler', { method: 'left-with-witness', servedOn: today(), witness: '李四' }),
    ).toMatchObject({
      status: 422,
      code: 'rule-violated',
    });
    await take(story, 'serve-acceptance');
    expect(await notify()).toMatchObject({ state: 'met', done: true });
    expect((await noticesAs('centre-handler')).map(({ id, state }) => [id, state])).toEqual([
      ['receipt-1', 'served'],
      ['acceptance-1', 'served'],
    ]);
  });

  it('of a matter under seal are shown to nobody outside of the discipline organ, the petitioner’s page included', async () => {
    const sealed = await registeredStory(machine.api, {
      petitioner: { form: 'individual', person: { name: '孙某', phone: '13900000003' } },
    });
    await untilWaiting(machine.api.as('triage'), sealed.number, 'triage');
    await machine.api.as('triage').change(sealed.number, 'routing', {
      purpose: 'accusation',
      category: '0201',
      disposition: 'forward',
      competentUnit: '622901-jwjw',
    });
    expect(
      await (await portal('/portal/notices', { number: sealed.number, queryCode: sealed.queryCode })).json(),
    ).toEqual({
      items: [],
    });
    await expect(machine.api.as('receptionist').get(`/petitions/${sealed.number}/notices`)).rejects.toMatchObject({
      status: 404,
    });
    expect((await worklistOf(machine.api, 'receptionist')).filter(({ number }) => number === sealed.number)).toEqual(
      [],
    );
  });

  it('are described: JSON as schemas, files by their media types', async () => {
    const { paths } = await machine.api.as().get('/openapi.json');
    const { content } = paths['/petitions/{number}/notices/{id}'].get.responses['200'];
    expect(Object.keys(content)).toEqual(['text/html; charset=utf-8', docx]);
    expect(paths['/portal/notices/{id}'].post.security).toEqual([]);
    expect(paths['/petitions/{number}/notices/{id}/service'].post.requestBody).toBeDefined();
  });
});
