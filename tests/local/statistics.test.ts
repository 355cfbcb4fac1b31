import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainLifecycle } from '../../bench/plain-lifecycle.ts';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { type Answer, until } from '../../local/api-client.ts';
import { send } from '../support/http.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { discipline, registeredStory, today } from '../support/story.ts';

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(() => machine.remove());

const month = today().slice(0, 7);
const get = (identity: string, path: string): Promise<Answer> => machine.api.as(identity).get(path);
const ask = async (identity: string, path: string) =>
  send(`${machine.baseUrl}${path}`, { token: await machine.api.token(identity) });
const file = async (identity: string, path: string) =>
  fetch(machine.baseUrl + path, { headers: { authorization: `Bearer ${await machine.api.token(identity)}` } });

/** The figures of the city, once they say what is waited for. */
const figuresWhen = (what: string, is: (answer: Answer) => boolean): Promise<Answer> =>
  until(what, async () => {
    const answer = await get('supervisor', '/statistics?unit=622901');
    return is(answer) ? answer : undefined;
  });

describe('figures over HTTP', () => {
  it('follow a petition from its triage to its conclusion', async () => {
    const story = { api: machine.api, today: today() };
    for (const step of plainLifecycle) await step.run(story);
    const answer = await figuresWhen('the conclusion is counted', ({ figures }) => figures.concluded === 1);
    expect(answer.figures).toMatchObject({ registered: 1, accepted: 1, 'concluded-first-time': 1 });
    expect(answer.open).toBe(0);
    // 东区街道 is of the town; the city's own departments stand in neither branch.
    expect(answer.branches.map(({ branch }: Answer) => branch)).toEqual(['urban']);
    // An answer counts in the month of its last day, however early it was given.
    const later = await get(
      'supervisor',
      `/statistics?unit=622901&from=${month}&to=${plusDays(today(), 100).slice(0, 7)}`,
    );
    const onTime = later.indicators.find(({ indicator }: Answer) => indicator === 'on-time-conclusion');
    expect(onTime).toMatchObject({ numerator: 1, denominator: 1, value: 1 });
    const cases = await get('supervisor', `/statistics/concluded/cases?unit=622901&from=${month}&to=${month}`);
    expect(cases.items).toMatchObject([{ kind: 'petition', status: 'concluded', count: 1 }]);
  });

  it('know nothing of an accusation, before it is handed over and after', async () => {
    const { number } = await registeredStory(machine.api);
    const other = await registeredStory(machine.api);
    const before = await get('supervisor', '/statistics?unit=622901');
    await machine.api.as('triage').change(number, 'routing', {
      purpose: 'accusation',
      category: '0201',
      disposition: 'forward',
      competentUnit: discipline,
    });
    await machine.api.as('triage').change(other.number, 'routing', {
      purpose: 'suggestion',
      category: '0201',
      disposition: 'own',
      competentUnit: '622901007-zzzx',
    });
    const after = await figuresWhen('the other is counted', ({ figures }) => figures.own > before.figures.own);
    expect(after.figures.registered).toBe(before.figures.registered + 1);
    const cases = await get('supervisor', '/statistics/registered/cases?unit=622901');
    expect(cases.items.map((each: Answer) => each.number)).not.toContain(number);
    const organ = await get('discipline', '/statistics');
    expect(organ.figures).toEqual({});
  });

  it('are still there after the machine was killed, and count nothing twice', async () => {
    const before = await get('supervisor', '/statistics?unit=622901');
    await machine.restart();
    const { number } = await registeredStory(machine.api);
    await machine.api.as('triage').change(number, 'routing', {
      purpose: 'suggestion',
      category: '0201',
      disposition: 'own',
      competentUnit: '622901007-zzzx',
    });
    const after = await figuresWhen('the new one is counted', ({ figures }) => figures.own > before.figures.own);
    expect(after.figures.registered).toBe(before.figures.registered + 1);
    // Counting anew changes nothing.
    const recount = { unit: '622901007-zzzx', day: today() };
    expect(await machine.api.as('operator').post('/operations/catch-ups', recount)).toMatchObject({
      changed: 0,
      collected: expect.any(Number),
    });
  });

  it('say up to when they are counted, and fall behind where nobody counts, until somebody does', async () => {
    const progress = () => get('supervisor', '/statistics?unit=622901');
    const counting = (paused: boolean) => machine.control('pause', { mapping: 'count', paused });
    const beat = () => machine.control('invoke', { function: 'count', event: { source: 'aws.events' } });
    await counting(true);
    const asked = new Date().toISOString();
    await beat();
    expect((await progress()).countedUpTo ?? '').toSatisfy((at: string) => at < asked);
    await counting(false);
    const answer = await figuresWhen('the beats came through', ({ countedUpTo }) => (countedUpTo ?? '') >= asked);
    expect(answer.uncounted).toBe(0);
  });

  it('are for the unit and those above it', async () => {
    expect((await ask('street-leader', '/statistics?unit=622901')).status).toBe(403);
    expect((await ask('receptionist', '/statistics')).status).toBe(403);
    expect((await ask('street-leader', '/statistics')).status).toBe(200);
    expect((await send(`${machine.baseUrl}/statistics`)).status).toBe(401);
    expect((await ask('street-leader', '/statistics/nothing/cases')).status).toBe(404);
    expect((await ask('street-leader', '/statistics?from=2026-13')).status).toBe(400);
    expect((await ask('street-leader', '/annual-reports/2026?unit=622901')).status).toBe(403);
    expect((await ask('street-leader', '/annual-reports/1999')).status).toBe(404);
    // Of a year to come there is no January to show.
    const ahead = await ask('street-leader', `/annual-reports/${String(Number(today().slice(0, 4)) + 1)}`);
    expect(ahead.status).toBe(422);
    const byMode = await ask('street-leader', `/statistics/${encodeURIComponent('batches.mode.定点接访')}/cases`);
    expect([byMode.status, byMode.body]).toEqual([200, { items: [] }]);
  });

  it('come as files: for a spreadsheet, and as the annual report', async () => {
    const csv = await file('supervisor', '/statistics/export?unit=622901&format=csv');
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(await csv.text()).toContain('登记信访事项（件）');
    const xlsx = await file('supervisor', '/statistics/export?unit=622901');
    const parts = unzipSync(new Uint8Array(await xlsx.arrayBuffer()));
    expect(Object.keys(parts)).toContain('xl/workbook.xml');
    const year = today().slice(0, 4);
    const page = await file('supervisor', `/annual-reports/${year}?unit=622901`);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(await page.text()).toContain(`${year}年信访情况年度报告`);
    const docx = await file('supervisor', `/annual-reports/${year}?unit=622901&format=docx`);
    expect(docx.headers.get('content-disposition')).toMatch(/^attachment/);
    const unpacked = unzipSync(new Uint8Array(await docx.arrayBuffer()));
    expect(Object.keys(unpacked)).toContain('word/document.xml');
  });

  it('stand beside published numbers of the prefecture, which are part of none', async () => {
    const answer = await get('prefecture-supervisor', '/statistics?unit=622900');
    expect(answer.baselines).toContainEqual(expect.objectContaining({ value: 3974, asOf: '2023-09-18' }));
    expect(answer.figures.registered).toBeLessThan(10);
  });
});
