import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { defaultConfiguration } from '../../../domain/configuration.ts';
import { UnitDirectory } from '../../../domain/organisation/unit.ts';
import { annualReport } from '../../../domain/statistics/annual-report.ts';
import { nameOfFigure, statisticsOf } from '../../../domain/statistics/summary.ts';
import { tablesOf } from '../../../domain/statistics/tables.ts';
import { docxFile } from '../../../functions/documents/docx.ts';
import { htmlPage } from '../../../functions/documents/html.ts';
import { csvFile, harmless } from '../../../functions/shared/csv.ts';
import { xlsxFile } from '../../../functions/spreadsheets/xlsx.ts';
import { units } from '../../support/builders.ts';

const hostile = '=HYPERLINK("http://x","y")';
const directory = new UnitDirectory(
  units.map((unit) => (unit.id === '622901-zrzy' ? { ...unit, name: hostile } : unit)),
);
const question = { unit: '622901', from: '2026-01', to: '2026-12', below: true };
const baseline = {
  unit: '622901',
  name: '接待群众',
  value: 2471,
  measure: '批次',
  asOf: '2023-09-18',
  period: '2019年以来',
  source: '某报',
};
const statistics = statisticsOf(
  question,
  {
    months: new Map([
      [
        '2026-03',
        new Map([
          [
            '622901007-zx',
            {
              registered: 12,
              persons: 40,
              'registered.category.0301': 9,
              'registered.category.0302': 3,
              forwarded: 7,
              briefings: 3,
              'briefings-answered': 2,
              'briefings-adopted': 1,
              'handed-over': 5,
            },
          ],
          [
            '622901-zrzy',
            {
              'received.purpose.appeal': 11,
              received: 12,
              rated: 4,
              satisfied: 3,
              ratable: 8,
              own: 12,
              'under-supervision': 2,
            },
          ],
          [
            '622901-xfj',
            {
              supervised: 2,
              'supervised.ground.delay': 2,
              forwarded: 3,
              'proposed-improve-work': 2,
              'adopted-improve-work': 1,
            },
          ],
          ['622901', { receptions: 1, batches: 6, 'persons-received': 9 }],
        ]),
      ],
    ]),
    open: new Map([
      ['622901-zrzy', { 'open.2025-03': 4, 'sponsored-open.2024-11': 2, 'sponsored-open.leader.mayor': 2 }],
    ]),
    standing: new Map([
      ['622901', { 'grids.2025-03': 5, 'grids.2026-02': -1, 'grids.2027-01': -4, 'grid-workers.2026-03': 9 }],
      ['622901007-zx', { 'untriaged.2025-12': 70, 'untriaged.2026-04': -7 }],
    ]),
  },
  directory,
  { ...defaultConfiguration, baselines: [baseline] },
  '2026-12-31',
  { upTo: '2026-12-31T07:59:00.000Z', uncounted: 2 },
);
const tables = tablesOf(statistics, nameOfFigure);

describe('town against country (一体两翼)', () => {
  const branched = new UnitDirectory([
    ...units.filter(({ id }) => id !== '622901007'),
    { id: '622901007', name: '街道', kind: 'government', level: 'township', parent: '622901', branch: 'urban' },
    { id: '622901101', name: '镇', kind: 'government', level: 'township', parent: '622901', branch: 'rural' },
  ]);
  const counted = new Map([
    ['622901', { registered: 100, rated: 50 }],
    ['622901007', { registered: 7, rated: 3, satisfied: 2, 'registered.channel.visit': 7 }],
    ['622901007-v1', { registered: 1, rated: 1, satisfied: 1 }],
    ['622901101', { registered: 5 }],
  ]);
  const read = {
    months: new Map([['2026-03', counted]]),
    open: new Map([['622901007-v1', { 'open.2026-03': 2 }]]),
    standing: new Map(),
  };
  const of = (directory: UnitDirectory) =>
    statisticsOf(question, read, directory, { ...defaultConfiguration, baselines: [] }, '2026-12-31', {
      upTo: '2026-12-31T07:59:00.000Z',
      uncounted: 0,
    });

  it('adds up what stands below each, without organs of the whole county', () => {
    const { branches } = of(branched);
    expect(branches.map(({ branch, open, figures }) => [branch, open, figures])).toEqual([
      ['urban', 2, { rated: 4, registered: 8, satisfied: 3 }],
      ['rural', 0, { registered: 5 }],
    ]);
    const satisfaction = branches[0]?.indicators.find(({ indicator }) => indicator === 'satisfaction');
    expect([satisfaction?.numerator, satisfaction?.denominator, satisfaction?.value]).toEqual([3, 4, 0.75]);
  });

  it('stands in exports and in the annual report, with no ratio where nothing was counted', () => {
    const table = tablesOf(of(branched), nameOfFigure).find(({ title }) => title.startsWith('城乡对照'));
    expect(table?.head).toEqual(['项目', '城市（街道—社区）', '农村（乡镇—村—社）']);
    expect(table?.rows).toContainEqual(['登记信访事项（件）', 8, 5]);
    expect(table?.rows).toContainEqual(['群众满意率（责任单位）', '75.00%', '—']);
    expect(JSON.stringify(annualReport('2026', of(branched), [], branched))).toContain('（八）城乡对照');
    expect(JSON.stringify(table?.rows)).not.toContain('报到');
  });

  it('is left out where no unit names its branch', () => {
    expect(of(directory).branches).toEqual([]);
    expect(tablesOf(of(directory), nameOfFigure).some(({ title }) => title.startsWith('城乡对照'))).toBe(false);
  });
});

it('tells how many grids and workers there were in the last month that was asked for', () => {
  expect(statistics.standing).toEqual({ centres: 0, grids: 4, 'grid-workers': 9 });
});

describe('a cell', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('that would be run as a formula is text: %j', (text) => {
    expect(harmless(text)).toBe(`'${text}`);
  });

  it('that is plain stays as it is', () => {
    for (const text of ['', '自然资源局', 'a=b', '3-1']) expect(harmless(text)).toBe(text);
  });
});

describe('a file for a spreadsheet', () => {
  it('as CSV quotes what needs it, and runs nothing', () => {
    const csv = csvFile(tables);
    expect(csv.startsWith('\uFEFF')).toBe(true);
    expect(csv).toContain(`"'=HYPERLINK(""http://x"",""y"")"`);
    expect(csv).not.toMatch(/(^|,|\n)"?[=+@]/);
    expect(csv).toContain('registered,登记信访事项（件）,12\r\n');
  });

  it('as XLSX has a sheet for each table, with numbers as numbers', async () => {
    const parts = unzipSync(await xlsxFile(tables));
    const sheets = Object.keys(parts).filter((name) => /worksheets\/sheet\d+\.xml$/.test(name));
    expect(sheets).toHaveLength(tables.length);
    const text = Object.entries(parts)
      .filter(([name]) => name.endsWith('.xml'))
      .map(([, part]) => strFromU8(part))
      .join('');
    expect(text).toContain('登记信访事项');
    expect(text).toContain('<v>2471</v>');
    expect(text).not.toContain('<f>');
    expect(text).not.toMatch(/<t[^>]*>=/);
  });
});

describe('the annual report (Art. 41)', () => {
  const report = annualReport(
    '2026',
    statistics,
    [
      { code: '03', name: '城乡建设' },
      { code: '0301', name: '土地征收', parent: '03' },
      { code: '0302', name: '住房保障', parent: '03' },
    ],
    directory,
  );
  const rowsUnder = (head: string) => {
    const found = report.body.find((block) => block.block === 'table' && block.head?.[0] === head);
    return found?.block === 'table' ? found.rows : undefined;
  };

  it('has the contents that the article asks for, in its order', () => {
    const headings = report.body.flatMap((block) => (block.block === 'heading' ? [block.text] : []));
    expect(headings).toEqual([
      '一、信访事项的数据统计、涉及领域以及被投诉较多的机关、单位',
      '二、转送、交办、督办情况',
      '三、改进工作、完善政策、追究责任建议以及被采纳情况',
      '四、其他应当报告的事项',
    ]);
    expect(report.basis).toEqual(['《信访工作条例》第四十一条']);
  });

  it('goes to the own government and the petition office above, and says what petition offices did, not other organs', () => {
    expect(report.addressee?.startsWith('本级党委和政府')).toBe(true);
    const total = rowsUnder('信访部门')?.at(-1);
    expect(total).toEqual(['合计', '10', '5', '0', '2']);
    expect(rowsUnder('督办事由')).toEqual([['拖延', '2']]);
    expect(rowsUnder('被督办的机关、单位')).toEqual([[hostile, '2']]);
  });

  it('says how often inspection bodies were told something and took it up, and nothing of what kind or about whom', () => {
    const rows = report.body.flatMap((block) => (block.block === 'table' ? block.rows : []));
    expect(rows.filter(([name]) => name?.startsWith('向巡视巡察机构'))).toEqual([
      ['向巡视巡察机构提供情况（次）', '3'],
      ['向巡视巡察机构提供情况已知采用与否（次）', '2'],
      ['向巡视巡察机构提供情况被采用（次）', '1'],
    ]);
    // In the files as well.
    expect(tables.find(({ title }) => title === '统计')?.rows).toContainEqual([
      'briefings',
      '向巡视巡察机构提供情况（次）',
      3,
    ]);
  });

  it('says what leaders have charge of and have not resolved, by age', () => {
    expect(statistics.sponsoredOpen).toBe(2);
    expect(statistics.open).toBe(4);
    expect(rowsUnder('单位代码')?.[0]).toEqual(['622901-zrzy', hostile, 'mayor', ...Array(9).fill('0'), '0', '2']);
  });

  it('says how many were left without triage, whose they are, and that they are not among what it calls registered', () => {
    const text = report.body.flatMap((block) => (block.block === 'paragraph' ? [block.text] : [])).join('');
    expect(text).toContain('全年登记并已分流、撤回或者终止的信访事项12件');
    expect(text).toContain('另有截至2026年12月31日登记后超过十五日仍未分流的63件');
    expect(text).toContain('信访目的和涉及领域两表只列已分流的事项');
    const [row] = rowsUnder('截至2026年12月31日登记后逾期未分流的机关、单位') ?? [];
    expect(row?.[1]).toBe('63');
  });

  it('says what the figures say', () => {
    expect(rowsUnder('涉及领域')).toEqual([['城乡建设', '12']]);
    expect(rowsUnder('被投诉较多的机关、单位')).toEqual([[hostile, '11']]);
    expect(rowsUnder('建议')).toEqual([
      ['改进工作', '2', '0', '1'],
      ['完善政策', '0', '0', '0'],
      ['追究责任', '0', '0', '0'],
    ]);
    expect(rowsUnder('层级')).toEqual([['县（市、区）级', '1', '6', '9']]);
    expect(rowsUnder('指标')?.find(([name]) => name === '群众满意率（责任单位）')).toEqual([
      '群众满意率（责任单位）',
      '3',
      '4',
      '75.00%',
    ]);
    expect(
      rowsUnder('指标')
        ?.find(([name]) => name === '及时受理率')
        ?.at(-1),
    ).toBe('—');
  });

  it('labels published numbers as such, and computes nothing from them', () => {
    const text = htmlPage(report);
    expect(text).toContain('公开发布的数字（引自来源，非本系统统计）');
    expect(text).toContain('2471');
    expect(statistics.figures.batches).toBe(6);
  });

  it('comes as a page that runs nothing and as a file to edit, which say the same', async () => {
    const page = htmlPage(report);
    expect(page).toContain('&quot;http://x&quot;');
    expect(page).not.toContain('送达情况');
    const xml = strFromU8(unzipSync(await docxFile(report))['word/document.xml'] ?? new Uint8Array());
    for (const text of ['2026年信访情况年度报告', '城乡建设', '75.00%', '信访部门'])
      expect([text, page.includes(text), xml.includes(text)]).toEqual([text, true, true]);
  });
});
