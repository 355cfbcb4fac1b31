import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { tableRows } from '../../adapters/table-file.ts';
import type { Row } from '../../domain/imports/cells.ts';
import { UnusableTable } from '../../domain/imports/columns.ts';
import { templates } from '../../domain/imports/templates.ts';
import { templateWorkbook } from '../../functions/imports/template-workbook.ts';
import { type SheetCell, workbook } from '../support/workbook.ts';

const folder = mkdtempSync(join(tmpdir(), 'xinfang-tables-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'table');

const rowsOf = async (content: Uint8Array): Promise<Row[]> => {
  writeFileSync(file, content);
  const rows: Row[] = [];
  for await (const row of tableRows(file)) rows.push(row);
  return rows;
};
const cellsOf = async (content: Uint8Array) => (await rowsOf(content)).map(({ cells }) => cells);
const faultOf = async (content: Uint8Array) => {
  try {
    await rowsOf(content);
  } catch (error) {
    if (error instanceof UnusableTable) return error.fault;
    throw error;
  }
  return 'none';
};
/** 信访,甲 as Chinese Windows saves it, with a character of four bytes that GBK does not have. */
const gb18030 = Buffer.from([0xd0, 0xc5, 0xb7, 0xc3, 0x2c, 0xbc, 0xd7, 0x95, 0x32, 0x90, 0x31, 0x0d, 0x0a]);

describe('a CSV', () => {
  it('is read with the line at which each row begins', async () => {
    const text = '\uFEFF编号,内容\r\n"1","两\n行,""引"""\r\n2,5"管\r\n';
    expect(await rowsOf(Buffer.from(text))).toEqual([
      { line: 1, cells: ['编号', '内容'] },
      { line: 2, cells: ['1', '两\n行,"引"'] },
      { line: 4, cells: ['2', '5"管'] },
    ]);
  });

  it('is read in the encodings of Chinese offices', async () => {
    const decoded = new TextDecoder('gb18030').decode(gb18030).trim();
    expect(decoded.startsWith('信访,甲')).toBe(true);
    expect(await cellsOf(gb18030)).toEqual([decoded.split(',')]);
    const wide = Buffer.from('\uFEFF信访\t甲\r\n', 'utf16le');
    expect(await cellsOf(wide)).toEqual([['信访', '甲']]);
    // A word that comes late decides too.
    const late = Buffer.concat([Buffer.from('a,b\n'.repeat(50_000)), gb18030]);
    expect((await cellsOf(late)).at(-1)?.[0]).toBe('信访');
    expect(await faultOf(Buffer.from([0x61, 0xff, 0xff, 0x0a]))).toBe('encoding');
  });

  it('says itself what parts its cells, and that line is none of the table', async () => {
    const text = '\uFEFFsep=;\r\n编号;内容,说明\r\n1;甲\r\n';
    expect(await rowsOf(Buffer.from(text))).toEqual([
      { line: 2, cells: ['编号', '内容,说明'] },
      { line: 3, cells: ['1', '甲'] },
    ]);
  });

  it('whose quotation mark nobody closes does not swallow what follows', async () => {
    expect(await faultOf(Buffer.from(`a,b\n"${'x'.repeat(300_000)}`))).toBe('unreadable');
    expect(await faultOf(Buffer.from('a,b\n"x'))).toBe('unreadable');
  });

  it('gives back what was written, whatever stands in it', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\t', '\n', '中', '𠮷', ' ', '0') });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom(',', ';', '\t'), async (rows, delimiter) => {
        const quoted = rows.map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(delimiter));
        expect(await cellsOf(Buffer.from(`${quoted.join('\r\n')}\r\n`))).toEqual(rows);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a workbook', () => {
  it('says of cells that are merged that their text stands in the first alone, and nothing where nothing is merged', async () => {
    const rows = [
      ['2019年台账', '', ''],
      ['原编号', '姓名', '住址'],
      ['1', '甲', '东区'],
      ['2', '乙', ''],
      ['3', '丙', ''],
      ['4', '丁', ''],
    ];
    const covered = { unfit: 'merged-cell' };
    for (const prefixed of [undefined, true] as const) {
      const book = workbook({ rows, merges: ['A1:C1', 'C3:C5'], ...(prefixed ? { prefixed } : {}) });
      expect(await cellsOf(book)).toEqual([
        ['2019年台账', covered, covered],
        ['原编号', '姓名', '住址'],
        ['1', '甲', '东区'],
        ['2', '乙', covered],
        ['3', '丙', covered],
        ['4', '丁'],
      ]);
    }
    // Many, over the pieces in which a file is read.
    const many = Array.from({ length: 3000 }, (_, index) => [`x${String(index)}`, index % 2 === 0 ? '甲' : '']);
    const merges = Array.from({ length: 1500 }, (_, index) => `B${String(2 * index + 1)}:B${String(2 * index + 2)}`);
    const cells = await cellsOf(workbook({ rows: many, merges }));
    expect(cells.filter(([, second]) => typeof second === 'object')).toHaveLength(1500);
  });

  it('gives texts, days, digits and what makes a cell unfit', async () => {
    const rows: readonly (readonly SheetCell[])[] = [
      ['原编号', '登记日期'],
      [
        { raw: '43532', style: 1 },
        { raw: '43532.75', style: 2 },
        { raw: '12', style: 3 },
        { raw: '12' },
        { raw: '1.38E+10' },
        { raw: '622901197001010000' },
        { raw: '0.5' },
        { raw: '3', style: 4 },
      ],
      ['', { inline: '行内' }, { formula: 'A1+1', value: '3' }, { error: '#N/A' }, '&<文>'],
    ];
    expect(await rowsOf(workbook({ rows }))).toEqual([
      { line: 1, cells: ['原编号', '登记日期'] },
      {
        line: 2,
        cells: ['2019-03-08', '2019-03-08', '000012', '12', '13800000000', { unfit: 'digits-lost' }, '0.5', '3'],
      },
      { line: 3, cells: ['', '行内', { unfit: 'formula' }, { unfit: 'cell-error' }, '&<文>'] },
    ]);
  });

  it('counts days from 1900 with the day that never was, or from 1904', async () => {
    const rows = [
      [
        { raw: '1', style: 1 },
        { raw: '59', style: 1 },
        { raw: '61', style: 1 },
      ],
    ];
    expect(await cellsOf(workbook({ rows }))).toEqual([['1900-01-01', '1900-02-28', '1900-03-01']]);
    expect(await cellsOf(workbook({ rows: [[{ raw: '42070', style: 1 }]], from1904: true }))).toEqual([['2019-03-08']]);
  });

  it('is read from its first sheet that is shown, whatever its names begin with', async () => {
    expect(await cellsOf(workbook({ rows: [['甲', '乙']], hiddenFirst: true }))).toEqual([['甲', '乙']]);
    expect(await cellsOf(workbook({ rows: [['甲', { raw: '2' }]], prefixed: true }))).toEqual([['甲', '2']]);
  });

  it('that is none, broken, old, encrypted or larger than it says is refused, and leaves nothing on the disk', async () => {
    // Others may be reading tables at the same time.
    const stringsOnDisk = () => readdirSync(tmpdir()).filter((name) => name.startsWith('xinfang-strings-'));
    const before = stringsOnDisk();
    const whole = workbook({ rows: [['甲', '乙']] });
    expect(await faultOf(whole.subarray(0, whole.length - 30))).toBe('unreadable');
    expect(await faultOf(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).toBe('encrypted');
    const entity =
      '<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData><row><c t="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>';
    expect(await faultOf(workbook({ rows: [], parts: { 'xl/worksheets/sheet1.xml': entity } }))).toBe('unreadable');
    expect(await faultOf(workbook({ rows: [], parts: { 'xl/worksheets/sheet1.xml': '<worksheet><row>' } }))).toBe(
      'unreadable',
    );
    // A part that says it has a gigabyte: nobody starts with it.
    const claimed = workbook({ rows: [['甲', '乙']] });
    const directory = claimed.indexOf(Buffer.from('504b0102', 'hex'));
    claimed.writeUInt32LE(1_500_000_000, directory + 24);
    expect(await faultOf(claimed)).toBe('too-large');
    expect(stringsOnDisk()).toEqual(before);
  });

  it('that is a template of ours is a header and nothing more, and its columns are text', async () => {
    const head = Object.values(templates.ledger.columns).map(({ header }) => header);
    const made = templateWorkbook([
      { name: '台账', head, rows: [], widths: head.map(() => 10) },
      { name: '填写说明', head: ['列'], rows: [['<说明> & "引号"']], widths: [10] },
    ]);
    expect(await cellsOf(made)).toEqual([head]);
  });
});
