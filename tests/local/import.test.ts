import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideAccess } from '../../domain/access/policy.ts';
import { roles } from '../../domain/access/roles.ts';
import { legalDay } from '../../domain/calendar/calendar.ts';
import { type Unit, UnitDirectory } from '../../domain/organisation/unit.ts';
import { routes, xlsxType } from '../../functions/imports/routes.ts';
import type { RouteDefinition } from '../../functions/shared/route.ts';
import { type Answer, changeAt, until, untilWaiting } from '../../local/api-client.ts';
import unitRows from '../../local/data/units.json' with { type: 'json' };
import { bring, csv, errorsOf, inGb18030, ledger, ledgerHead, ledgerRow, residentNumber } from '../support/ledger.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { refusal } from '../support/refusal.ts';
import { askRoute, inParallel } from '../support/requests.ts';
import { historyOf, registration } from '../support/story.ts';
import { mint } from '../support/tokens.ts';
import { workbook } from '../support/workbook.ts';

/** Imports over HTTP: looked through first, decided by a second person, written row by row, killed in between. */

const office = '622901-xfj';
let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(async () => {
  await machine.remove();
});

const view = (number: string): Promise<Answer> => machine.api.as('administrator').get(`/imports/${number}`);
/** Runs as the schedule does every minute, until the import has come so far; the machine's own schedule may have it in hand. */
const runUntil = (number: string, state: string): Promise<Answer> =>
  until(
    `import ${number} to be ${state}`,
    async () => {
      await machine.control('invoke', { function: 'import-run' });
      const now = await view(number);
      return now.state === state ? now : undefined;
    },
    120_000,
  );
const confirm = (number: string, rows = 'good-only', who = 'administrator-2'): Promise<Answer> =>
  changeAt(machine.api.as(who), `/imports/${number}`, 'confirmations', { rows });
/** Brings a table and sees what a dry run says of it. */
const looked = async (brought: Parameters<typeof bring>[1], state = 'checked'): Promise<Answer> => {
  const number = await bring(machine.api, brought);
  return { number, ...(await runUntil(number, state)) };
};
/** Brings a table, decides and writes it. */
const applied = async (brought: Parameters<typeof bring>[1]): Promise<Answer> => {
  const { number } = await looked(brought);
  await confirm(number, 'all');
  return { number, ...(await runUntil(number, 'applied')) };
};
/** What whoever searches finds of a person. */
const found = async (index: number): Promise<Answer[]> =>
  (await machine.api.as('city-receptionist').post('/petition-lookups', { identityNumber: residentNumber(index) }))
    .items;
const skip = async (over: { readonly days?: number; readonly milliseconds?: number }): Promise<void> => {
  await machine.control('clock', over);
  machine.api.forgetTokens();
};

describe('an old ledger', () => {
  const name = '2019年来信来访台账';
  const content = ledger(1000);
  let number: string;

  it('is looked through first: every error by line and column, nothing written', async () => {
    number = await bring(machine.api, { kind: 'ledger', unit: office, ledger: name, content });
    expect(await runUntil(number, 'checked')).toMatchObject({
      check: { rows: 1000, good: 990, present: 0, bad: 10 },
      declaredBy: 'administrator',
    });
    const errors = await errorsOf(machine.api, number);
    // A row has a line end in it and takes two lines.
    expect(errors.map(({ line }) => line)).toEqual(Array.from({ length: 10 }, (_, each) => 2 + 2 * (50 + 100 * each)));
    expect(errors.slice(0, 3)).toMatchObject([
      { column: '证件号码', code: 'not-an-identity-number', messageZh: '公民身份号码校验不通过' },
      { column: '办结日期', code: 'ends-before-it-begins' },
      { column: '事由', code: 'required' },
    ]);
    expect(await found(1)).toEqual([]);
    const file = await fetch(`${machine.baseUrl}/imports/${number}/error-file`, {
      headers: { authorization: `Bearer ${await machine.api.token('administrator')}` },
    });
    const lines = (await file.text()).split('\r\n');
    expect(lines.slice(1, 3)).toEqual([
      '行,列,问题,Problem',
      '102,证件号码,公民身份号码校验不通过,The check digit or date of the identity number is wrong',
    ]);
  });

  it('waits on the worklist of administrators, but not of whoever brought it', async () => {
    const waiting = async (who: string) =>
      ((await machine.api.as(who).get('/worklist')).items as Answer[]).filter((each) => each.number === number);
    expect(await waiting('administrator-2')).toMatchObject([
      {
        step: 'confirm-import',
        title: `导入 ${name}`,
        routes: expect.arrayContaining(['/imports/{import}/confirmations']),
      },
    ]);
    expect(await waiting('administrator')).toEqual([]);
  });

  it('is decided by somebody else than who brought it, and not as a whole while rows are bad', async () => {
    expect(await refusal(confirm(number, 'good-only', 'administrator'))).toEqual([403, 'own-proposal']);
    expect(await refusal(confirm(number, 'all'))).toEqual([422, 'rule-violated']);
    expect(await refusal(confirm(number, 'good-only', 'city-receptionist'))).toEqual([403, 'not-your-role']);
    await confirm(number);
    expect(await refusal(confirm(number))).toEqual([409, 'not-the-step']);
  });

  it('goes on where it was cut: killed in the middle, every good row is there once', async () => {
    machine.control('invoke', { function: 'import-run' }).catch(() => undefined);
    const progress = await until('some rows to be written', async () => {
      const { state, progress: now } = await view(number);
      if (state === 'applied') throw new Error('It was too fast to be killed.');
      return now?.phase === 'apply' && now.rows >= 200 ? now : undefined;
    });
    await machine.restart();
    expect(progress).toMatchObject({ of: 1000 });
    expect(await view(number)).toMatchObject({ state: 'confirmed' });
    // Who had it in hand is dead; after two minutes another takes it up.
    await skip({ milliseconds: 121_000 });
    expect(await runUntil(number, 'applied')).toMatchObject({
      result: { rows: 1000, applied: 990, present: 0, bad: 10 },
      confirmed: { by: 'administrator-2' },
    });
    expect(await errorsOf(machine.api, number)).toHaveLength(10);
    for (const index of [0, 1, 199, 200, 999]) expect(await found(index), String(index)).toHaveLength(1);
    expect(await found(50)).toEqual([]);
  });

  it('brought again, changes nothing', async () => {
    const again = await looked({ kind: 'ledger', unit: office, ledger: name, content });
    expect(again.check).toEqual({ rows: 1000, good: 990, present: 990, bad: 10 });
    await confirm(again.number);
    expect(await runUntil(again.number, 'applied')).toMatchObject({
      result: { rows: 1000, applied: 0, present: 990, bad: 10 },
    });
    const [{ number: matter }] = (await found(1)) as [Answer];
    expect(await historyOf(machine.api, matter)).toHaveLength(1);
  });

  it('is never written over by a row that says something else', async () => {
    const other = ledgerRow(7, false).map((cell, at) => (at === 14 ? '未修缮' : cell));
    const { number: second, check } = await looked({
      kind: 'ledger',
      unit: office,
      ledger: name,
      content: csv(ledgerHead, [other]),
    });
    expect(check).toMatchObject({ good: 0, bad: 1 });
    expect(await errorsOf(machine.api, second)).toMatchObject([{ line: 2, code: 'differs-from-record' }]);
    expect(await refusal(confirm(second))).toEqual([422, 'rule-violated']);
  });

  it('is in the record as every petition: over, chained, searched for, the earlier one of a repeat', async () => {
    const [{ number: matter, ...suggested }] = (await found(3)) as [Answer];
    expect(suggested).toMatchObject({ status: 'imported', unit: office, receivedOn: '2019-04-04' });
    expect(await machine.api.as('auditor').get(`/petitions/${matter}/replay`)).toMatchObject({
      chainWhole: true,
      stateEqual: true,
    });
    const desk = machine.api.as('city-receptionist');
    const shown = await desk.get(`/petitions/${matter}`);
    expect(shown).toMatchObject({ status: 'imported', former: { ledger: name, number: '2019-000003' } });
    const repeat = await desk.post('/petitions', registration());
    await desk.change(repeat.number, 'repeat-links', { earlier: matter, reason: '同一事项' });
    expect(await refusal(desk.change(matter, 'repeat-links', { earlier: repeat.number, reason: '反向' }))).toEqual([
      422,
      'rule-violated',
    ]);
    expect(
      await refusal(machine.api.as('city-triage').change(matter, 'transfers', { unit: office, reason: '无' })),
    ).not.toEqual([]);
    expect((await desk.get('/worklist')).items.filter((each: Answer) => each.number === matter)).toEqual([]);
  });

  it('counts apart from what is registered here', async () => {
    const figures = await until(
      'the figures to follow',
      async () => {
        const answer = await machine.api
          .as('city-triage')
          .get(`/statistics?unit=${office}&from=2019-01&to=2019-12&below=false`)
          .catch((error) => {
            throw error;
          });
        return answer.figures.imported === 990 ? answer.figures : undefined;
      },
      120_000,
    );
    expect(figures.registered ?? 0).toBe(0);
    expect(figures.concluded ?? 0).toBe(0);
  });

  it('that turns out to be an accusation is sealed after its end, and found by nobody else any more (Art. 30)', async () => {
    const [{ number: matter }] = (await found(11)) as [Answer];
    await changeAt(machine.api.as('city-triage'), `/petitions/${matter}`, 'amendments', {
      changes: { former: { result: '转有关机关' } },
      reason: '核对原件',
    });
    await changeAt(machine.api.as('city-triage'), `/petitions/${matter}`, 'amendments', {
      changes: { accused: { units: ['622901-zrzy'], officers: [] } },
      reason: '核对原件，属检举控告',
    });
    expect(await refusal(machine.api.as('city-leader').get(`/petitions/${matter}`))).toEqual([404, 'not-found']);
    expect(await machine.api.as('city-triage').get(`/petitions/${matter}`)).toMatchObject({ number: matter });
    // Its office hands it over, as any other.
    const item = await untilWaiting(machine.api.as('city-triage'), matter, 'hand-over-accusation');
    expect(item.routes).toContain('/petitions/{number}/routing');
    await changeAt(machine.api.as('city-triage'), `/petitions/${matter}`, 'routing', {
      purpose: 'accusation',
      category: '1601',
      disposition: 'forward',
      competentUnit: '622901-jwjw',
    });
    await untilWaiting(machine.api.as('discipline'), matter, 'take-over-accusation');
    await changeAt(machine.api.as('discipline'), `/petitions/${matter}`, 'accusation-receipts', {});
    expect(await refusal(machine.api.as('city-triage').get(`/petitions/${matter}`))).toEqual([404, 'not-found']);
  });

  it('leaves no person’s data in logs, tables or files when its time is over', async () => {
    const marks = ['信访人777', residentNumber(777), '某县某镇某村1社'];
    const lying = () =>
      filesBelow(machine.folder).flatMap((file) => {
        const bytes = readFileSync(file);
        return marks.filter((mark) => bytes.includes(mark)).map((mark) => `${mark} in ${file}`);
      });
    // The uploaded file has them, until its time is over.
    expect(lying()).not.toEqual([]);
    await skip({ days: 8 });
    await until('the files to be gone', async () => {
      await machine.control('invoke', { function: 'import-run' });
      const { items } = await machine.api.as('administrator').get(`/imports?unit=${office}`);
      const views = await Promise.all((items as Answer[]).map((each) => view(each.import)));
      return views.every(({ removed }) => removed) ? views : undefined;
    });
    expect(machine.output()).not.toContain('信访人');
    expect(lying()).toEqual([]);
  });
});

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('a table as the spreadsheet of a county office has it', () => {
  it('is read in GB18030, with tabs, and days as clerks write them', async () => {
    const rows = Array.from({ length: 300 }, (_, index) => {
      const row = [...ledgerRow(5000 + index, false)];
      const [year = '', month = '', day = ''] = (row[1] ?? '').split('-').map(String);
      row[1] = [
        `${year}年${String(Number(month))}月${String(Number(day))}日`,
        '二〇一九年三月八日',
        `${year}/${month}/${day} 14:30`,
      ][index % 3] as string;
      return row.map((cell) => cell.replaceAll('\n', ''));
    });
    const text = [ledgerHead, ...rows].map((row) => row.join('\t')).join('\r\n');
    const given = { kind: 'ledger', unit: office, ledger: '国标码', content: inGb18030(text) } as const;
    expect(await looked(given)).toMatchObject({ check: { rows: 300, good: 300, bad: 0 } });
  });

  it('tells of merged cells by line and column, in pages and as a table', async () => {
    const rows = Array.from({ length: 150 }, (_, index) => [...ledgerRow(6000 + index, false)]);
    // One address for all, written once and merged downwards.
    const content = workbook({
      rows: [ledgerHead, ...rows.map((row, index) => (index === 0 ? row : row.with(7, '')))],
      merges: ['H2:H151'],
    });
    const given = { kind: 'ledger', unit: office, ledger: '合并', content, mediaType: xlsxType } as const;
    const { number, check } = await looked(given);
    expect(check).toMatchObject({ rows: 150, good: 1, bad: 149 });
    const errors = await errorsOf(machine.api, number);
    expect(errors).toHaveLength(149);
    expect(errors[0]).toMatchObject({ line: 3, column: '住址', code: 'merged-cell' });
    const token = await machine.api.token('administrator');
    const file = await fetch(`${machine.baseUrl}/imports/${number}/error-file`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await file.text()).toContain('3,住址,单元格已与相邻单元格合并');
    // Given up: nothing of it can be written any more.
    await changeAt(machine.api.as('administrator'), `/imports/${number}`, 'cancellations', {
      reason: '取消合并后重新导入',
    });
    expect(await refusal(confirm(number))).toEqual([409, 'not-the-step']);
  });
});

describe('a table that cannot be used', () => {
  const ofLedger = { kind: 'ledger', unit: office, ledger: '甲' } as const;

  it('is refused whole, by a column that nobody knows or that is missing, and a workbook that is none', async () => {
    const marked = csv([...ledgerHead, '重点人员'], [[...ledgerRow(1, false), '是']]);
    expect(await looked({ ...ofLedger, content: marked }, 'refused')).toMatchObject({
      fault: { fault: 'unknown-column', columns: ['重点人员'] },
    });
    const without = csv(ledgerHead.slice(1), [ledgerRow(1, false).slice(1)]);
    expect(await looked({ ...ofLedger, content: without }, 'refused')).toMatchObject({
      fault: { fault: 'missing-column', columns: ['原编号'] },
    });
    const broken = Buffer.from(zipSync({ 'nothing.txt': Buffer.from('x') }));
    expect(await looked({ ...ofLedger, content: broken }, 'refused')).toMatchObject({ fault: { fault: 'unreadable' } });
  });

  it('is no way in for an accusation, nor for a matter that is not over', async () => {
    const tomorrow = legalDay(new Date(Date.now() + 40 * 86_400_000).toISOString());
    const open = ledgerRow(2, false).map((cell, at) => (at === 2 ? tomorrow : cell));
    const { number } = await looked({
      ...ofLedger,
      content: csv(ledgerHead, [
        ledgerRow(1, false).with(-1, '检举控告'),
        ledgerRow(4, false).with(12, '1601'),
        ledgerRow(5, false).with(-1, ''),
        open,
        ledgerRow(3, false),
        ledgerRow(3, false),
      ]),
    });
    expect((await errorsOf(machine.api, number)).map(({ code }) => code)).toEqual([
      'accusation-not-imported',
      'accusation-not-imported',
      'required',
      'not-finished',
      'twice-in-file',
    ]);
  });
});

describe('reference data', () => {
  it('is dated, checked between its rows, added and never written over', async () => {
    const head = ['机构编码', '机构名称', '机构类型', '层级', '上级机构编码', '归口信访部门编码', '生效日期'];
    const rows = [
      ['622999-ws', '某县卫生局', '部门', '县级', '622999', '622999-xfj', '2026-01-01'],
      ['622999', '某县', '政府', '县', '622900', '622999-xfj', '2026-01-01'],
      ['622999-xfj', '某县信访局', '信访局', '县', '622999', '', '2026-01-01'],
      ['622999001', '某镇', '政府', '镇', '622998', '622999-xfj', '2026-01-01'],
      ['622999001-zzzx', '某镇综治中心', '综治中心', '镇', '622999001', '', '2026-01-01'],
    ];
    const { number, check } = await looked({ kind: 'units', content: csv(head, rows) });
    expect(check).toEqual({ rows: 5, good: 3, present: 0, bad: 2 });
    expect(await errorsOf(machine.api, number)).toMatchObject([
      { line: 5, column: '上级机构编码', code: 'unknown-unit' },
      { line: 6, column: '上级机构编码', code: 'depends-on-bad-row' },
    ]);
    await confirm(number);
    await runUntil(number, 'applied');
    const again = await looked({ kind: 'units', content: csv(head, rows) });
    expect(again.check).toEqual({ rows: 5, good: 3, present: 3, bad: 2 });
    // Another version from a later day waits for it.
    const later = [['622999', '某市', '政府', '县', '622900', '622999-xfj', '2099-01-01']];
    await applied({ kind: 'units', content: csv(head, later) });
    // Functions keep units for minutes; new ones see them at once.
    await machine.restart();
    const units: Answer[] = (await machine.api.as('administrator').get('/units')).items;
    expect(units.filter(({ id }) => id === '622999')).toMatchObject([{ name: '某县' }]);
    const over = [['622999', '某区', '政府', '县', '622900', '622999-xfj', '2026-01-01']];
    const differing = await looked({ kind: 'units', content: csv(head, over) });
    expect(await errorsOf(machine.api, differing.number)).toMatchObject([{ code: 'differs-from-record' }]);
  });

  it('brings days of a calendar and the classification, for the highest unit alone', async () => {
    const days = csv(
      ['日期', '是否上班', '名称', '依据', '生效日期'],
      [['2028-02-05', '上班', '春节调休', '某通知', '2026-11-01']],
    );
    expect(await refusal(bring(machine.api, { kind: 'calendar', unit: office, content: days }))).toEqual([
      422,
      'rule-violated',
    ]);
    expect((await applied({ kind: 'calendar', content: days })).result).toMatchObject({ applied: 1 });
    const codes = csv(
      ['分类编码', '分类名称', '上级分类编码', '生效日期'],
      [
        ['9801', '某类', '98', '2026-11-01'],
        ['98', '其他一', '', '2026-11-01'],
      ],
    );
    expect((await applied({ kind: 'categories', content: codes })).result).toMatchObject({ applied: 2 });
  });
});

describe('people in posts', () => {
  it('are listed by unit and day; who leaves keeps the days in which he was there', async () => {
    const head = ['人员编号', '姓名', '机构编码', '职务', '任职日期', '离任日期'];
    const row = ['ls-0012', '某甲', office, '副局长', '2024-03-01'];
    expect((await applied({ kind: 'posts', content: csv(head, [[...row, '']]) })).result).toMatchObject({ applied: 1 });
    const left = await applied({ kind: 'posts', content: csv(head, [[...row, '2026-02-28']]) });
    expect(left.result).toMatchObject({ applied: 1 });
    const posts = async (on: string) =>
      (await machine.api.as('city-triage').get(`/posts?unit=${office}&on=${on}`)).items;
    expect(await posts('2026-02-28')).toMatchObject([{ name: '某甲', post: '副局长', from: '2024-03-01' }]);
    expect(await posts('2026-03-01')).toEqual([]);
  });
});

describe('every route of imports', () => {
  const units = new UnitDirectory(unitRows as readonly Unit[]);
  const standing = ['622901', office, '622901007', '622900', '622923'];

  it('answers as the policy says, for every role in units that stand differently', async () => {
    const content = csv(ledgerHead, [ledgerRow(4000, false)]);
    const number = await bring(machine.api, { kind: 'ledger', unit: office, ledger: '矩阵', content });
    const wrong: string[] = [];
    let asked = 0;
    await inParallel(
      standing.flatMap((unit) =>
        roles.flatMap((role) => routes.map((route: RouteDefinition) => ({ unit, role, route }))),
      ),
      async ({ unit, role, route }) => {
        const actor = { id: `${role}-${unit}`, name: '', unit, roles: [role] };
        const named = route.path.includes('{import}') ? office : unit;
        const decision = decideAccess(actor, route.actions[0], { named }, units);
        // Whoever may would do so.
        if (decision.allowed && route.write === 'create') return;
        const token = await mint(machine, { sub: actor.id, unit, roles: role });
        const params = { import: number, kind: 'ledger' };
        const seen = await askRoute(machine.baseUrl, route, { token, ifMatch: '"999999"', params });
        asked += 1;
        const expected = decision.allowed ? (route.write === undefined ? '200' : 'stale-version') : decision.code;
        if ((seen.code || String(seen.status)) !== expected)
          wrong.push(`${actor.id} ${route.path}: ${expected}, but ${String(seen.status)} ${seen.body.slice(0, 160)}`);
      },
    );
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(500);
  });

  it('gives templates that are read back as they are', async () => {
    const { items } = await machine.api.as('administrator').get('/import-templates');
    expect((items as Answer[]).map(({ kind }) => kind)).toEqual(['units', 'posts', 'calendar', 'categories', 'ledger']);
    const response = await fetch(`${machine.baseUrl}/import-templates/ledger`, {
      headers: { authorization: `Bearer ${await machine.api.token('administrator')}` },
    });
    const content = Buffer.from(await response.arrayBuffer());
    expect(await looked({ kind: 'ledger', unit: office, ledger: '空', content }, 'refused')).toMatchObject({
      fault: { fault: 'no-rows' },
    });
  });
});
