import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, decideAccess } from '../../../domain/access/policy.ts';
import type { Role } from '../../../domain/access/roles.ts';
import { isSealed, isSealedFrom } from '../../../domain/access/sight.ts';
import { defaultConfiguration } from '../../../domain/configuration.ts';
import { accusationFinder } from '../../../domain/imports/accusations.ts';
import {
  type Cell,
  type CellParser,
  cleaned,
  dayCell,
  identityCell,
  phoneCell,
  rowErrors,
  textCell,
  wholeCell,
} from '../../../domain/imports/cells.ts';
import { isBlank, looksLikeHeader, readHeader, readRow, UnusableTable } from '../../../domain/imports/columns.ts';
import { ledgerColumns, ledgerMatter } from '../../../domain/imports/ledger.ts';
import {
  aboveFirst,
  type Candidate,
  categoryRow,
  errorsBetween,
  outsideArea,
  unitRow,
} from '../../../domain/imports/reference.ts';
import { importKinds, templates } from '../../../domain/imports/templates.ts';
import { type Unit, UnitDirectory } from '../../../domain/organisation/unit.ts';
import { nextTimer } from '../../../domain/petition/clocks.ts';
import { decideImporting } from '../../../domain/petition/importing.ts';
import { decide, evolve, foldPetition, type PetitionCommand } from '../../../domain/petition/petition.ts';
import type { RegistrationChanges } from '../../../domain/petition/registration.ts';
import { initialPetition, type Petition } from '../../../domain/petition/state.ts';
import { visibleEvent } from '../../../domain/petition/views.ts';
import { waitingSteps } from '../../../domain/workflow/flow.ts';
import { noDue } from '../../../domain/workflow/steps.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import unitRows from '../../../local/data/units.json' with { type: 'json' };
import { rules } from '../../support/builders.ts';
import { ledgerHead, ledgerRow, residentNumber } from '../../support/ledger.ts';

const read = <T>(parse: CellParser<T>, text: string) => {
  const parsed = parse(text);
  return 'error' in parsed ? parsed.error : parsed.value;
};
const today = '2026-11-24';
const classification = [
  { code: '01', name: '农业农村' },
  { code: '0105', name: '水利水电', parent: '01' },
  { code: '16', name: '纪检监察' },
  { code: '1601', name: '贪污贿赂', parent: '16' },
  { code: 'J', name: '纪检监察' },
  { code: 'J1', name: '干部作风', parent: 'J' },
];
const category = (text: string) => classification.find(({ code, name }) => code === text || name === text)?.code;
const isAccusation = accusationFinder(classification, defaultConfiguration.accusations.categories);
const header = readHeader(ledgerColumns, { line: 1, cells: ledgerHead });
/** What is wrong with a row of a ledger in which some columns are otherwise; nothing when it is good. */
const wrong = (over: Readonly<Record<string, Cell>> = {}): readonly string[] => {
  const row = ledgerRow(1, false);
  const cells = ledgerHead.map((name, at) => over[name] ?? row[at] ?? '');
  const result = readRow(ledgerColumns, header, { line: 2, cells });
  const judged = 'values' in result ? ledgerMatter(result.values, { today, category, isAccusation }) : result;
  return 'errors' in judged ? judged.errors.map(({ column, code }) => `${column ?? ''}:${code}`) : [];
};

describe('a cell', () => {
  it.each([
    ['  张三　', '张三'],
    ['\t0012', '0012'],
    ["'0012", '0012'],
    ['="0012"', '0012'],
    ['\uFEFF编号', '编号'],
    ["'", "'"],
    ['𠮷', '𠮷'],
  ])('%j is meant as %j', (text, meant) => {
    expect(cleaned(text)).toBe(meant);
  });

  it.each([
    ['2019-3-8', '2019-03-08'],
    ['2019/03/08', '2019-03-08'],
    ['2019.3.8', '2019-03-08'],
    ['2019年3月8日', '2019-03-08'],
    ['二〇一九年三月八日', '2019-03-08'],
    ['二零一九年十二月三十一日', '2019-12-31'],
    ['二○二○年十月二十号', '2020-10-20'],
    ['2019/3/8 14:30', '2019-03-08'],
    ['2019-03-08T08:30:00', '2019-03-08'],
    ['2019年3月8日 下午2:30', '2019-03-08'],
    ['2019年3月8日星期五', '2019-03-08'],
    ['2019.3.8（周五） 9:05', '2019-03-08'],
    ['２０１９年３月８日', '2019-03-08'],
    ['20190308', '2019-03-08'],
    ['2019-03-08 00:00:00', '2019-03-08'],
    ['2020-02-29', '2020-02-29'],
    ['2019-02-29', 'not-a-day'],
    ['19-3-8', 'not-a-day'],
    ['43532', 'not-a-day'],
    ['去年三月', 'not-a-day'],
    ['0019-03-08', 'not-a-day'],
  ])('a day %s reads as %s', (text, day) => {
    expect(read(dayCell, text)).toBe(day);
  });

  it('an identity number is checked by its date and its last digit', () => {
    expect(read(identityCell, residentNumber(7))).toBe(residentNumber(7));
    expect(read(identityCell, '999999197013010018')).toBe('not-an-identity-number');
    expect(read(identityCell, '622901198001010011')).toBe('not-an-identity-number');
    expect(read(identityCell, 'E1234567')).toBe('E1234567');
    fc.assert(
      fc.property(fc.nat(10_000), fc.nat(17), fc.integer({ min: 1, max: 9 }), (index, place, by) => {
        const number = residentNumber(index);
        const digit = number.charAt(place) === 'X' ? 0 : Number(number.charAt(place));
        const changed = number.slice(0, place) + String((digit + by) % 10) + number.slice(place + 1);
        // One digit that is otherwise is always found: weights are prime to eleven.
        expect(changed === number || read(identityCell, changed) === 'not-an-identity-number').toBe(true);
      }),
    );
  });

  it('text is bounded, one line where a line is asked for, and never a formula', () => {
    expect(read(textCell(3), '𠮷𠮷𠮷')).toBe('𠮷𠮷𠮷');
    expect(read(textCell(3), '四个字吧')).toBe('too-long');
    expect(read(textCell(9), '两\n行')).toBe('several-lines');
    expect(read(textCell(9, 'lines'), '两\n行')).toBe('两\n行');
    expect(read(textCell(99), '=HYPERLINK("x")')).toBe('formula');
    expect(read(textCell(99), '@SUM(1)')).toBe('formula');
    expect(read(textCell(99), '\uFFFD乱码')).toBe('not-text');
    expect(read(textCell(99), '\u0007')).toBe('not-text');
  });

  it('a number is whole, a phone is one', () => {
    expect(read(wholeCell(1, 100), '6人')).toBe(6);
    expect(read(wholeCell(1, 100), '6.0')).toBe(6);
    expect(read(wholeCell(1, 100), '0')).toBe('not-a-number');
    expect(read(wholeCell(1, 100), '6.5')).toBe('not-a-number');
    expect(read(phoneCell, '１３０００００１２３４')).toBe('13000001234');
    expect(read(phoneCell, '0930—6212345')).toBe('0930-6212345');
    expect(read(phoneCell, '不详')).toBe('not-a-phone');
  });
});

describe('a header', () => {
  it('is found by its words, in any order, with marks, brackets and other names', () => {
    const cells = ['信访编号', '来信来访日期', '办结日期（必填）', '信 访 形 式*', '标题：', '', '目的'];
    expect(looksLikeHeader(ledgerColumns, { line: 3, cells })).toBe(true);
    expect([...readHeader(ledgerColumns, { line: 3, cells }).places]).toEqual([
      ['number', 0],
      ['receivedOn', 1],
      ['finishedOn', 2],
      ['channel', 3],
      ['subject', 4],
      ['purpose', 6],
    ]);
    expect(looksLikeHeader(ledgerColumns, { line: 1, cells: ['某局2019年信访台账'] })).toBe(false);
  });

  const faultOf = (cells: readonly string[]) => {
    try {
      readHeader(ledgerColumns, { line: 1, cells });
    } catch (error) {
      if (error instanceof UnusableTable) return [error.fault, ...error.columns];
    }
    return [];
  };
  it('refuses what it does not know, what stands twice, and what is missing', () => {
    expect(faultOf([...ledgerHead, '重点人员'])).toEqual(['unknown-column', '重点人员']);
    expect(faultOf([...ledgerHead, '编号'])).toEqual(['column-twice', '编号']);
    expect(faultOf(['姓名', '事由'])).toEqual([
      'missing-column',
      '原编号',
      '登记日期',
      '办结日期',
      '信访形式',
      '信访目的',
    ]);
  });

  it.each(importKinds)('of the template %s is one, and no two columns go by the same name', (kind) => {
    const { columns } = templates[kind];
    const cells = Object.values(columns).map(({ header: name, required }) => (required ? `${name}*` : name));
    expect(readHeader(columns, { line: 1, cells }).places.size).toBe(cells.length);
    const names = Object.values(columns).flatMap(({ header: name, also = [] }) => [name, ...also]);
    expect(new Set(names).size).toBe(names.length);
    for (const { parse, example, required } of Object.values(columns)) {
      if (example !== '') expect(parse(example)).toHaveProperty('value');
      else expect(required).toBeUndefined();
    }
  });
});

describe('a row of a ledger', () => {
  it('says everything that is wrong with it, by column', () => {
    expect(wrong()).toEqual([]);
    expect(wrong({ 登记日期: '三月', 信访形式: '托人', 事由: '' })).toEqual([
      '登记日期:not-a-day',
      '信访形式:not-a-choice',
      '事由:required',
    ]);
    expect(wrong({ 姓名: '' })).toEqual(['姓名:person-without-name']);
    expect(wrong({ 姓名: '', 证件号码: '', 联系电话: '', 住址: '' })).toEqual([]);
    expect(wrong({ 姓名: '', 证件号码: '', 联系电话: '', 住址: '', 人数: '6' })).toEqual(['姓名:anonymous-joint']);
    expect(wrong({ 内容分类: '9999' })).toEqual(['内容分类:unknown-category']);
    expect(wrong({ 内容分类: '水利水电' })).toEqual([]);
    expect(wrong({ 办结日期: '2018-01-01' })).toEqual(['办结日期:ends-before-it-begins']);
    expect(wrong({ 办结日期: '2026-11-25' })).toEqual(['办结日期:not-finished']);
    expect(wrong({ 办结日期: '2026-11-24' })).toEqual([]);
    expect(wrong({ 证件号码: { unfit: 'digits-lost' }, 主要内容: { unfit: 'formula' } })).toEqual([
      '证件号码:digits-lost',
      '主要内容:formula',
    ]);
  });

  it('that is an accusation by its purpose or its category is none, nor one of which nobody says what it is (Art. 30)', () => {
    expect(wrong({ 信访目的: '举报' })).toEqual(['信访目的:accusation-not-imported']);
    for (const each of ['16', '1601', '贪污贿赂', 'J', 'J1'])
      expect(wrong({ 内容分类: each })).toEqual(['内容分类:accusation-not-imported']);
    expect(wrong({ 信访目的: '' })).toEqual(['信访目的:required']);
    expect(rowErrors['accusation-not-imported'].join()).toContain('纪检监察机关');
  });

  it('with more cells than the header has is not guessed at', () => {
    const cells = [...ledgerRow(1, false), '多出一格'];
    expect(readRow(ledgerColumns, header, { line: 2, cells })).toMatchObject({ errors: [{ code: 'too-many-cells' }] });
    expect(isBlank({ line: 2, cells: ['', '　', '\t'] })).toBe(true);
    expect(isBlank({ line: 2, cells: ['', { unfit: 'merged-cell' }] })).toBe(true);
  });

  it('with a merged cell, or with something in a column without heading, loses nothing without a word', () => {
    const place = [...header.places.values()][0] ?? 0;
    const cells: Cell[] = [...ledgerRow(1, false)];
    cells[place] = { unfit: 'merged-cell' };
    expect(readRow(ledgerColumns, header, { line: 2, cells })).toMatchObject({ errors: [{ code: 'merged-cell' }] });
    const gap = { ...header, width: header.width + 1, places: header.places };
    const beyond = [...ledgerRow(1, false), '无表头', ''];
    expect(readRow(ledgerColumns, gap, { line: 2, cells: beyond })).toMatchObject({ errors: [{ code: 'no-heading' }] });
  });

  it('is refused by a line and a column and a code alone, or becomes a petition that the rules take, whatever stands in it', () => {
    const cell = fc.oneof(
      fc.constantFrom('', '2019-01-01', '2020-05-05', '来信', '求决', '检举', '某甲', '3', '0105', residentNumber(3)),
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom<Cell>({ unfit: 'formula' }, { unfit: 'cell-error' }, { unfit: 'digits-lost' }),
    );
    const base = ledgerRow(1, false);
    const changes = fc.array(fc.record({ at: fc.nat(base.length - 1), cell }), { maxLength: 4 });
    let taken = 0;
    fc.assert(
      fc.property(changes, (changed) => {
        const cells: Cell[] = [...base];
        for (const { at, cell: each } of changed) cells[at] = each;
        const result = readRow(ledgerColumns, header, { line: 2, cells });
        const judged = 'values' in result ? ledgerMatter(result.values, { today, category, isAccusation }) : result;
        if ('errors' in judged) {
          expect(judged.errors.length).toBeGreaterThan(0);
          for (const error of judged.errors) expect(Object.keys(error).sort().join()).toMatch(/^code(,column)?$/);
          return;
        }
        taken += 1;
        const { number, receivedOn, content, ...told } = judged.matter;
        const former = { ledger: '甲', number, ...told, broughtBy: 'i', digest: 'd' };
        const by = { id: 'administrator', unit: '622901', role: 'administrator' };
        const events = decideImporting(
          {
            type: 'ImportPetition',
            number: 'n',
            unit: '622901-zrzy',
            receivedOn,
            content,
            former,
            by,
            at: `${today}T01:00:00.000Z`,
          },
          initialPetition,
          rules,
        );
        const petition = foldPetition(events);
        expect(petition.incidents.ended).toEqual({ how: 'imported', on: told.finishedOn });
        expect([petition.deadlines, Object.values(petition.progress).flat(), petition.notices]).toEqual([[], [], []]);
      }),
      { numRuns: 2000 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});

const unit = (id: string, parent: string | undefined, over: object = {}) =>
  unitRow({
    id,
    name: id,
    kind: 'department',
    level: 'county',
    validFrom: '2026-01-01',
    ...(parent === undefined ? {} : { parent }),
    ...over,
  } as never);
const candidates = (...rows: readonly ReturnType<typeof unit>[]): readonly Candidate[] =>
  rows.flatMap((each, index) => ('row' in each ? [{ line: index + 2, row: each.row }] : []));
const codes = (errors: ReadonlyMap<number, { readonly code: string }>) =>
  [...errors].sort(([a], [b]) => a - b).map(([line, { code }]) => [line, code]);
const none = new Map();

describe('rows of reference data', () => {
  it('rest on each other or on what is there; a circle, a level upside down and an unknown name are found', () => {
    const known = new Map([['A', [{ value: { id: 'A', level: 'county' } }]]]);
    const rows = candidates(
      unit('B', 'A'),
      unit('C', 'B'),
      unit('D', 'X'),
      unit('E', 'D'),
      unit('F', 'G'),
      unit('G', 'F'),
    );
    expect(codes(errorsBetween('units', rows, new Set(), known))).toEqual([
      [4, 'unknown-unit'],
      [5, 'depends-on-bad-row'],
      [6, 'unit-circle'],
      [7, 'unit-circle'],
    ]);
    const above = candidates(unit('P', 'A', { level: 'prefecture' }));
    expect(codes(errorsBetween('units', above, new Set(), known))).toEqual([[2, 'level-above-parent']]);
    expect(codes(errorsBetween('units', candidates(unit('B', 'Z')), new Set(['Z']), none))).toEqual([
      [2, 'depends-on-bad-row'],
    ]);
  });

  it('are drawn within the area of the unit that imports', () => {
    const known = new Map([
      ['A', [{ value: { id: 'A' } }]],
      ['B', [{ value: { id: 'B', parent: 'A' } }]],
    ]);
    const rows = candidates(unit('C', 'B'), unit('D', 'A'), unit('E', 'C'), unit('B', 'A'));
    expect(codes(outsideArea('B', rows, known))).toEqual([[3, 'outside-area']]);
    expect(codes(outsideArea('A', rows, known))).toEqual([]);
  });

  it('are whole whatever is left out: no good row rests on a bad one, and those that are rested on come first', () => {
    const names = fc.integer({ min: 0, max: 14 }).map(String);
    const rowsOf = fc.uniqueArray(
      fc.record({
        id: names,
        parent: fc.option(names, { nil: undefined }),
        office: fc.option(names, { nil: undefined }),
      }),
      {
        selector: ({ id }) => id,
        maxLength: 15,
      },
    );
    fc.assert(
      fc.property(rowsOf, fc.uniqueArray(names, { maxLength: 3 }), (rows, there) => {
        const known = new Map(there.map((id) => [id, [{ value: { id, level: 'county' } }]]));
        const read = rows.map(({ id, parent, office }) =>
          unit(id, parent, office === undefined ? {} : { petitionOffice: office }),
        );
        const all = candidates(...read);
        const bad = new Set(rows.filter((_, index) => 'errors' in (read[index] ?? {})).map(({ id }) => id));
        const errors = errorsBetween('units', all, bad, known);
        const good = aboveFirst(all.filter(({ line }) => !errors.has(line)));
        const applied = new Set(there);
        const goodIds = new Set(good.map(({ row }) => row.id));
        for (const { row } of good) {
          for (const { id } of row.needs) expect(applied.has(id) || goodIds.has(id)).toBe(true);
          const { parent } = row.value as { parent?: string };
          if (parent !== undefined) expect(applied.has(parent)).toBe(true);
          applied.add(row.id);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('a category stands below the one whose code it begins with', () => {
    expect(categoryRow({ code: '0105', name: '水利', parent: '02', validFrom: '2026-01-01' })).toMatchObject({
      errors: [{ code: 'unknown-category' }],
    });
    expect(categoryRow({ code: '0105', name: '水利', parent: '01', validFrom: '2026-01-01' })).toHaveProperty('row');
  });
});

describe('an imported matter', () => {
  const place = { ...rules, units: new UnitDirectory(unitRows as readonly Unit[]) };
  const issued = (type: string, unit: string) => ({
    by: { id: 'clerk', unit, role: 'petition-officer' },
    at: `${today}T01:00:00.000Z`,
    type,
  });
  const imported = (unit: string) =>
    decideImporting(
      {
        ...issued('ImportPetition', '622901'),
        type: 'ImportPetition',
        number: '622901-L-1',
        unit,
        receivedOn: '2019-03-08',
        content: {
          channel: 'letter',
          source: 'mail',
          oral: false,
          petitioner: { form: 'anonymous' },
          subject: '举报',
          requests: ['查处'],
          facts: '某局干部受贿',
        },
        former: {
          ledger: '甲',
          number: '1',
          finishedOn: '2019-05-01',
          result: '已办',
          broughtBy: 'i',
          digest: 'd',
        },
      },
      initialPetition,
      place,
    );
  const amended = (unit: string, changes: RegistrationChanges) => {
    const events = imported(unit);
    const command = { ...issued('AmendRegistration', office), type: 'AmendRegistration', changes, reason: '核对原件' };
    return foldPetition([...events, ...decide(command as PetitionCommand, foldPetition(events), place)]);
  };
  const office = '622901-xfj';
  const clerk = (unit: string, role: Role = 'petition-officer') => ({ id: 'clerk', unit, roles: [role] }) as const;

  it('that turns out to be an accusation is sealed, and is with the office beyond the accused (Art. 30, 46)', () => {
    for (const unit of [office, '622901-zrzy']) {
      expect(isSealed(foldPetition(imported(unit)))).toBe(false);
      const sealed = amended(unit, { accused: { units: ['622901-zrzy'], officers: ['land-handler'] } });
      expect([isSealed(sealed), sealed.incidents.ended?.how]).toEqual([true, 'imported']);
      expect(isSealedFrom(clerk('622901-zrzy'), sealed)).toBe(true);
      expect(isSealedFrom(clerk('622901', 'leader'), sealed)).toBe(true);
      expect(isSealedFrom(clerk(office), sealed)).toBe(false);
    }
    const by = { ...clerk(office), name: '' };
    const target = { petition: foldPetition(imported('622901-zrzy')) };
    expect(decideAccess(by, 'AmendRegistration', target, place.units)).toMatchObject({ allowed: true });
  });

  describe('that turns out to be an accusation is handed to the organ inside the system', () => {
    const accused = { units: ['622901-zrzy'], officers: [] };
    const named = (unit = office) => amended(unit, { accused });
    const give = (petition: Petition, by: string, type: string, more: object) =>
      decide({ ...issued(type, by), type, ...more } as PetitionCommand, petition, place).reduce(evolve, petition);
    const handedTo = (competentUnit: string, petition = named()) =>
      give(petition, office, 'RoutePetition', {
        purpose: 'accusation',
        category: '0301',
        disposition: 'forward',
        competentUnit,
      });
    const waits = (petition: Petition) =>
      tasksOf(petition, place.units).map(({ step, audience, due }) => [step, audience, due]);
    const allowed = (unit: string, role: Role, action: Action, petition: Petition) =>
      decideAccess({ ...clerk(unit, role), name: '' }, action, { petition }, place.units).allowed;

    it('within the fifteen days of Art. 22, from the day on which it is named one', () => {
      for (const unit of [office, '622901-zrzy']) {
        const petition = named(unit);
        const { due = '' } = petition.deadlines.find(({ limit }) => limit === 'forward') ?? {};
        expect(petition.deadlines).toMatchObject([{ limit: 'forward', from: '2026-11-24', state: 'running' }]);
        expect(waits(petition)).toEqual([['hand-over-accusation', `petition-officer@${office}`, due]]);
        expect(nextTimer(petition, rules.configuration)).toBeDefined();
        expect(allowed(office, 'petition-officer', 'RoutePetition', petition)).toBe(true);
        expect(allowed('622901-zrzy', 'petition-officer', 'RoutePetition', petition)).toBe(false);
        const late = give(petition, 'clock', 'SweepClocks', { at: '2027-02-01T02:00:00.000Z' });
        expect(late.supervisions).toMatchObject([{ against: office }]);
      }
      // Named more exactly, it is no other day.
      expect(
        give(named(), office, 'AmendRegistration', {
          changes: { accused: { ...accused, officers: ['x'] } },
          reason: '补充',
        }).deadlines,
      ).toHaveLength(1);
    });

    it('and nowhere else: to no accused, by no other way, and no other matter of a ledger is routed', () => {
      expect(() => handedTo('622901-zrzy')).toThrow('hands of the accused');
      const other = { purpose: 'suggestion', category: '0301', disposition: 'own', competentUnit: office };
      expect(() => give(named(), office, 'RoutePetition', other)).toThrow('brought as an accusation');
      expect(() => handedTo('622901-jwjw', foldPetition(imported(office)))).toThrow('ended on');
    });

    it('which takes it over, or gives it back', () => {
      const there = handedTo('622901-jwjw');
      expect(there.deadlines).toMatchObject([{ limit: 'forward', state: 'met' }]);
      expect(waits(there)).toMatchObject([['take-over-accusation', 'handler@622901-jwjw', noDue]]);
      expect([isSealedFrom(clerk(office), there), isSealedFrom(clerk('622901-jwjw', 'handler'), there)]).toEqual([
        true,
        false,
      ]);
      expect(allowed('622901-jwjw', 'handler', 'TakeOverAccusation', there)).toBe(true);
      const taken = give(there, '622901-jwjw', 'TakeOverAccusation', {});
      expect([taken.intake.takenOver, waits(taken), taken.incidents.ended?.how]).toEqual([true, [], 'imported']);
      const back = give(there, '622901-jwjw', 'ReturnAccusation', { reason: '不属本机关管辖' });
      expect(waits(back)).toEqual([['hand-over-accusation', `petition-officer@${office}`, expect.any(String)]]);
      expect(back.deadlines).toMatchObject([{ limit: 'forward', state: 'running' }]);
      expect([isSealed(back), waitingSteps(back.progress)]).toEqual([true, []]);
    });

    it('unless somebody says that it is none: then nothing tells what it was held for', () => {
      const none = give(named(), office, 'AmendRegistration', { changes: { noAccusation: true }, reason: '核实' });
      expect([isSealed(none), none.deadlines, waits(none), none.incidents.ended?.how]).toEqual([
        false,
        [],
        [],
        'imported',
      ]);
      const said = decide(
        {
          ...issued('AmendRegistration', office),
          type: 'AmendRegistration',
          changes: { accused },
          reason: '核对',
        } as PetitionCommand,
        foldPetition(imported(office)),
        place,
      ).map((event) => visibleEvent({ ...event, at: '', actor: {} as never }));
      expect(said).toEqual([expect.objectContaining({ data: { changes: {}, reason: '核对' } })]);
    });
  });

  it('that is wrong is put right with a reason, and comes under the rules of its end', () => {
    const right = amended(office, { subject: '反映水渠', former: { finishedOn: '2019-06-01', result: '已修缮' } });
    expect(right.registration?.subject).toBe('反映水渠');
    expect(right.former).toMatchObject({ finishedOn: '2019-06-01', result: '已修缮', ledger: '甲', digest: 'd' });
    expect(right.incidents.ended).toEqual({ how: 'imported', on: '2019-06-01' });
    for (const finishedOn of ['2019-03-07', '2026-11-25'])
      expect(() => amended(office, { former: { finishedOn } })).toThrow(/between its receipt and today/);
  });
});
