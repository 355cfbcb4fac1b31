/**
 * `npm run import-proof -- [--rows 100000]`: an old ledger with one bad row in a hundred, through the function that runs imports,
 * on the embedded store with keys of this process, with a heap of 160 MB for everything. Runs are cut by their time as in the cloud.
 * All good rows must be there once, all bad ones reported by their lines, and a second import change nothing.
 * Over HTTP, with a machine that is killed: tests/local/import.test.ts.
 */

import { execFileSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Context } from 'aws-lambda';
import { statutoryCalendar } from '../../adapters/calendar.ts';
import { canonicalJson } from '../../adapters/chain.ts';
import { systemClock } from '../../adapters/clock.ts';
import { DynamoImportStore } from '../../adapters/import-store.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { DynamoReferenceVersions } from '../../adapters/reference-versions.ts';
import { tableRows } from '../../adapters/table-file.ts';
import { DynamoWorkItemStore } from '../../adapters/work-items.ts';
import { type Import, type ImportEvent, type ImportState, importStream } from '../../domain/imports/import.ts';
import type { LineError, TableFiles } from '../../domain/imports/store.ts';
import type { Unit } from '../../domain/organisation/unit.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { Category, ReferenceData } from '../../domain/ports.ts';
import { createHandler } from '../../functions/import-run/handler.ts';
import { createPlainCommands } from '../../functions/shared/plain-commands.ts';
import { contextSource } from '../../functions/shared/rules-context.ts';
import { testSealing } from '../../tests/support/dynamodb.ts';
import { ledgerHead, ledgerRow, writeCsv } from '../../tests/support/ledger.ts';
import { workbook } from '../../tests/support/workbook.ts';
import { startBenchStore } from '../store.ts';

const heapMegabytes = 160;
if (!process.execArgv.some((each) => each.startsWith('--max-old-space-size'))) {
  // The tables are made by a parent with an ordinary heap; everything else runs in a child with a small one.
  const own = parseArgs({ options: { rows: { type: 'string', default: '100000' } } }).values;
  const rows = Number(own.rows);
  const folder = mkdtempSync(join(tmpdir(), 'xinfang-import-'));
  try {
    const bad = (index: number): boolean => index % 100 === 50;
    writeCsv(join(folder, 'ledger.csv'), rows, bad);
    const lines = Array.from({ length: rows }, (_, index) => ledgerRow(index, bad(index)));
    writeFileSync(join(folder, 'ledger.xlsx'), workbook({ rows: [ledgerHead, ...lines] }));
    execFileSync(
      process.execPath,
      [`--max-old-space-size=${String(heapMegabytes)}`, import.meta.filename, '--rows', own.rows, '--folder', folder],
      { stdio: 'inherit' },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit();
}

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '' }, folder: { type: 'string', default: '' } },
});
const rows = Number(values.rows);
const bad = Array.from({ length: rows }, (_, index) => index).filter((index) => index % 100 === 50);
const good = rows - bad.length;

/** Time of one run: a function of the cloud has fourteen minutes. */
const runSeconds = 300;

const said = (text: string): void => console.log(text);
const must = (what: string, is: unknown, should: unknown): void => {
  const [found, wanted] = [canonicalJson(is), canonicalJson(should)];
  if (found !== wanted) throw new Error(`${what}: ${found.slice(0, 500)}, not ${wanted.slice(0, 500)}`);
  said(`  ✓ ${what}${found.length < 100 ? `: ${found}` : ''}`);
};
const measured = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
  const started = performance.now();
  const result = await work();
  const seconds = (performance.now() - started) / 1000;
  const { heapUsed, rss } = process.memoryUsage();
  const megabytes = (bytes: number): string => String(Math.round(bytes / 1e6));
  said(
    `${what}: ${seconds.toFixed(1)} s, ${(rows / seconds).toFixed(0)} rows/s; heap ${megabytes(heapUsed)} MB, resident ${megabytes(rss)} MB, at most ${String(Math.round(process.resourceUsage().maxRSS / 1024))} MB`,
  );
  return result;
};

const data = <T>(name: string): T =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../local/data', name), 'utf8')) as T;
const [units, categories] = [data<Unit[]>('units.json'), data<Category[]>('categories.json')];
const reference: ReferenceData = {
  units: async () => units,
  categories: async () => categories,
  settings: async () => ({ calendarDays: [], configuration: {} }),
};

const db = await startBenchStore();
const records = new DynamoRecordStore({ ...db, sealing: testSealing() });
const store = new DynamoImportStore(db);
const dependencies = { records, reference, calendar: statutoryCalendar, clock: systemClock };
const commands = createPlainCommands(dependencies, importStream);
const paths = new Map<string, string>();
const files: TableFiles = {
  fetch: async (id) => {
    const path = paths.get(id);
    if (path === undefined) return undefined;
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    return { path, size: statSync(path).size, sha256, etag: '', discard: async () => {} };
  },
  remove: async (id) => {
    paths.delete(id);
  },
};
const handler = createHandler({
  ...dependencies,
  context: contextSource(dependencies),
  workItems: new DynamoWorkItemStore(db),
  store,
  files,
  versions: new DynamoReferenceVersions(db),
  hasher: {
    hash: async (kind, value) => createHmac('sha256', 'proof').update(`${kind}\n${value}`).digest('hex'),
  },
  openTable: tableRows,
});
console.info = () => {};

let made = 0;
const officer = (id: string) => ({ id, name: id, unit: '622900', roles: ['administrator'] });
const guarded = (expectedVersion: number) => {
  made += 1;
  const actions = ['DeclareImport', 'ConfirmImport'] as const;
  return { actions, idempotencyKey: String(made), fingerprint: String(made), expectedVersion };
};
const stateOf = async (id: string): Promise<Import> =>
  foldPlain<Import, ImportEvent>(importStream, (await records.load({ kind: 'import', id })).events);
/** Runs as the schedule does, each with so much time, until the import has come so far. Answers how often. */
const runUntil = async (id: string, state: ImportState): Promise<number> => {
  for (let runs = 1; ; runs += 1) {
    const ends = performance.now() + runSeconds * 1000 + 20_000;
    await handler({}, { getRemainingTimeInMillis: () => ends - performance.now() } as Context);
    const { state: now } = await stateOf(id);
    if (now === state) return runs;
    if (now !== 'declared' && now !== 'confirmed') throw new Error(`The import is ${now}.`);
  }
};
const bring = async (file: string): Promise<string> => {
  const id = `622900-20261124-PROOF${String(paths.size)}`;
  const path = join(values.folder, file);
  const table = {
    kind: 'ledger',
    unit: '622901-xfj',
    ledger: '2019年台账',
    fileName: file,
    mediaType: 'text/csv',
    size: statSync(path).size,
    sha256: createHash('sha256').update(readFileSync(path)).digest('hex'),
  } as const;
  paths.set(id, path);
  await commands.create(officer('a'), guarded(0), id, table.unit, { type: 'DeclareImport', id, ...table });
  return id;
};
const confirm = async (id: string): Promise<void> => {
  const { version } = await stateOf(id);
  await commands.change(officer('b'), guarded(version), id, { type: 'ConfirmImport', rows: 'good-only' });
};
const errorLines = async (id: string): Promise<readonly number[]> => {
  const found: LineError[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.errors(id, 1000, cursor);
    found.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return found.map(({ line }) => line);
};
/** What the record holds of petitions, read past everything else: facts, and different numbers of the ledger. */
const recount = async (): Promise<{ facts: number; matters: number }> => {
  const matters = new Set<string>();
  let facts = 0;
  let next: Record<string, never> | undefined;
  do {
    const page = await db.client.send(
      new ScanCommand({ TableName: db.historyTable, ExclusiveStartKey: next, ConsistentRead: true }),
    );
    for (const item of page.Items ?? []) {
      const { pk, data: text } = unmarshall(item) as { pk: string; data: string };
      if (!pk.startsWith('P#')) continue;
      facts += 1;
      matters.add((JSON.parse(text) as { former: { number: string } }).former.number);
    }
    next = page.LastEvaluatedKey as Record<string, never> | undefined;
  } while (next !== undefined);
  return { facts, matters: matters.size };
};

try {
  said(`${String(rows)} rows, ${String(bad.length)} of them bad, under a heap of ${String(heapMegabytes)} MB`);
  const first = await bring('ledger.csv');
  said(`  in ${String(await measured('dry run, CSV', () => runUntil(first, 'checked')))} runs of five minutes`);
  must('dry run', (await stateOf(first)).check, { rows, good, present: 0, bad: bad.length });
  // A row has a line end in it and takes two lines.
  must(
    'the lines of all bad rows and no others',
    await errorLines(first),
    bad.map((index) => 2 + 2 * index),
  );
  must('nothing is written by it', await recount(), { facts: 0, matters: 0 });
  await confirm(first);
  said(`  in ${String(await measured('import', () => runUntil(first, 'applied')))} runs of five minutes`);
  must('import', (await stateOf(first)).result, { rows, applied: good, present: 0, bad: bad.length });
  const there = { facts: good, matters: good };
  must('in the record', await recount(), there);
  const second = await bring('ledger.xlsx');
  said(
    `  in ${String(await measured('second dry run, the same as XLSX', () => runUntil(second, 'checked')))} runs of five minutes`,
  );
  must('second dry run', (await stateOf(second)).check, { rows, good, present: good, bad: bad.length });
  await confirm(second);
  await measured('second import', () => runUntil(second, 'applied'));
  must('second import', (await stateOf(second)).result, { rows, applied: 0, present: good, bad: bad.length });
  must('in the record afterwards', await recount(), there);
} finally {
  await db.stop();
}
