import { type Branch, levels, type Unit } from '../organisation/unit.ts';
import type { CalendarDay, Category } from '../ports.ts';
import { type CellError, choiceCell, codeCell, dayCell, textCell } from './cells.ts';
import type { Columns, Values } from './columns.ts';

const unitCode = codeCell(/^[0-9A-Za-z-]{1,40}$/);
const validFrom = {
  header: '生效日期',
  required: true,
  parse: dayCell,
  help: '该条内容自何日起有效。已有内容从不覆盖：变更时用新的生效日期另起一行。',
  example: '2026-01-01',
} as const;

export const unitColumns = {
  id: {
    header: '机构编码',
    also: ['编码', '机构代码'],
    required: true,
    parse: unitCode,
    help: '政府用行政区划代码，部门用“代码-简称”，如 622901-zrzy。',
    example: '622901-zrzy',
  },
  name: {
    header: '机构名称',
    also: ['名称'],
    required: true,
    parse: textCell(100),
    help: '机构全称。',
    example: '某市自然资源局',
  },
  kind: {
    header: '机构类型',
    also: ['类型'],
    required: true,
    parse: choiceCell<Unit['kind']>({
      government: ['政府', '人民政府', '党委政府', '街道办事处'],
      'petition-office': ['信访部门', '信访局', '信访办'],
      department: ['部门', '政府部门'],
      centre: ['综治中心'],
      'mediation-committee': ['人民调解委员会', '调解委员会', '调委会'],
      discipline: ['纪检监察', '纪委监委'],
      'political-legal': ['政法委', '政法'],
      'village-committee': ['村民委员会', '村委会', '居委会', '居民委员会', '村（社区）', '村(社区)'],
    }),
    help: '政府、信访部门、部门、综治中心、人民调解委员会、纪检监察、政法委、村委会之一。',
    example: '部门',
  },
  level: {
    header: '层级',
    required: true,
    parse: choiceCell<Unit['level']>({
      prefecture: ['市州', '地市', '州', '地级', '市级', '州级'],
      county: ['县市区', '县', '县级'],
      township: ['乡镇街道', '乡镇', '乡', '镇', '街道', '乡级'],
      village: ['村社区', '村', '社区', '村级', '村（社区）', '村(社区)'],
    }),
    help: '市州、县市区、乡镇街道、村社区之一。',
    example: '县市区',
  },
  branch: {
    header: '城乡',
    also: ['板块', '城乡分类'],
    parse: choiceCell<Branch>({ urban: ['城市', '城镇', '城区', '街道社区'], rural: ['农村', '乡村', '乡镇村社'] }),
    help: '城市（街道—社区）或农村（乡镇—村—社），报表据此对照；留空则随上级机构，县级以上机关不填。',
    example: '',
  },
  parent: {
    header: '上级机构编码',
    also: ['上级编码', '上级机构'],
    parse: unitCode,
    help: '组织树中的上级；最上一级留空。可以是本文件中的另一行。',
    example: '622901',
  },
  ledBy: { header: '分管领导所在机构', parse: unitCode, help: '由哪个机构的领导审批；留空为本机构。', example: '' },
  petitionOffice: {
    header: '归口信访部门编码',
    parse: unitCode,
    help: '负责甄别和监督的信访部门；留空为本机构。',
    example: '622901-xfj',
  },
  reviewedBy: {
    header: '复查机关编码',
    parse: unitCode,
    help: '复查机关（第三十五条）；留空为上级机构。',
    example: '',
  },
  abolishedOn: { header: '撤销日期', parse: dayCell, help: '分立、合并、撤销之日（第二十四条）。', example: '' },
  successor: { header: '承接机构编码', parse: unitCode, help: '继续行使其职权的机构（第二十四条）。', example: '' },
  validFrom,
} as const satisfies Columns;

export const categoryColumns = {
  code: {
    header: '分类编码',
    also: ['编码'],
    required: true,
    parse: codeCell(/^\d{2,6}$/),
    help: '二至六位数字，下级以上级编码开头。',
    example: '0105',
  },
  name: {
    header: '分类名称',
    also: ['名称'],
    required: true,
    parse: textCell(50),
    help: '名称。',
    example: '水利水电',
  },
  parent: {
    header: '上级分类编码',
    also: ['上级编码'],
    parse: codeCell(/^\d{2,6}$/),
    help: '一级分类留空。可以是本文件中的另一行。',
    example: '01',
  },
  validFrom,
} as const satisfies Columns;

export const calendarColumns = {
  day: { header: '日期', required: true, parse: dayCell, help: '要规定的那一天。', example: '2027-02-06' },
  working: {
    header: '是否上班',
    also: ['类型'],
    required: true,
    parse: choiceCell({ yes: ['上班', '是', '调休上班', '工作日'], no: ['放假', '否', '休息', '休息日', '节假日'] }),
    help: '上班（含调休）或放假。',
    example: '放假',
  },
  name: {
    header: '名称',
    also: ['节日'],
    required: true,
    parse: textCell(50),
    help: '节日或调休名称。',
    example: '春节',
  },
  source: {
    header: '依据',
    also: ['文件', '通知'],
    required: true,
    parse: textCell(200),
    help: '规定这一天的通知名称和文号。',
    example: '国务院办公厅关于某年部分节假日安排的通知',
  },
  validFrom: { ...validFrom, help: '该通知自何日起有效（发布日）。通知变更时用新的生效日期另起一行。' },
} as const satisfies Columns;

/** Something that holds from a day on until a later version of it does; what was loaded is never written over. */
export type Dated<T> = T & { readonly validFrom: string };

export type ReferenceKind = 'units' | 'categories' | 'calendar';

/** One version of a unit, a category or a day, as it is to be stored. */
export interface ReferenceRow {
  readonly id: string;
  readonly validFrom: string;
  readonly value: Dated<Unit> | Dated<Category> | Dated<CalendarDay>;
  /** Other entries of the same kind without which this one means nothing, by the header of the column that names them. */
  readonly needs: readonly { readonly column: string; readonly id: string }[];
}

const without = <T extends object>(values: T): T =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;

const needsOf = (columns: Columns, values: Readonly<Record<string, unknown>>, keys: readonly string[]) =>
  keys.flatMap((key) => {
    const id = values[key];
    return typeof id === 'string' ? [{ column: columns[key]?.header ?? '', id }] : [];
  });

type Read = { readonly row: ReferenceRow } | { readonly errors: readonly CellError[] };

export const unitRow = (values: Values<typeof unitColumns>): Read => {
  const { id, abolishedOn, successor } = values;
  const errors: CellError[] = [];
  if (values.parent === id) errors.push({ column: unitColumns.parent.header, code: 'unit-circle' });
  if (successor !== undefined && abolishedOn === undefined)
    errors.push({ column: unitColumns.abolishedOn.header, code: 'required' });
  if (errors.length > 0) return { errors };
  const needs = needsOf(unitColumns, values, ['parent', 'ledBy', 'petitionOffice', 'reviewedBy', 'successor']);
  return {
    row: { id, validFrom: values.validFrom, value: without(values), needs: needs.filter((each) => each.id !== id) },
  };
};

export const categoryRow = (values: Values<typeof categoryColumns>): Read => {
  const { code, parent, validFrom: from } = values;
  if (parent !== undefined && (parent === code || !code.startsWith(parent)))
    return { errors: [{ column: categoryColumns.parent.header, code: 'unknown-category' }] };
  return {
    row: { id: code, validFrom: from, value: without(values), needs: needsOf(categoryColumns, values, ['parent']) },
  };
};

export const calendarRow = ({ working, ...rest }: Values<typeof calendarColumns>): Read => ({
  row: { id: rest.day, validFrom: rest.validFrom, value: { ...rest, working: working === 'yes' }, needs: [] },
});

/** A row that may hold, at its place in the file. */
export interface Candidate {
  readonly line: number;
  readonly row: ReferenceRow;
}

/** What the system holds of a kind already: every version, by `id`. */
export type Known = ReadonlyMap<string, readonly { readonly value: object }[]>;

/**
 * What is wrong between the rows of a file: names that nobody has, circles, levels upside down. A row that rests on a bad row is
 * bad itself, so that what is applied is whole whatever is left out.
 */
export const errorsBetween = (
  kind: ReferenceKind,
  candidates: readonly Candidate[],
  bad: ReadonlySet<string>,
  known: Known,
): ReadonlyMap<number, CellError> => {
  const errors = new Map<number, CellError>();
  const byId = new Map(candidates.map((each) => [each.row.id, each]));
  const unknown = kind === 'units' ? 'unknown-unit' : 'unknown-category';
  for (const { line, row } of candidates) {
    for (const { column, id } of row.needs) {
      if (byId.has(id) || known.has(id)) continue;
      errors.set(line, { column, code: bad.has(id) ? 'depends-on-bad-row' : unknown });
      break;
    }
  }
  if (kind === 'units') unitErrors(candidates, byId, known, errors);
  // Until nothing changes any more: each round finds those that rest on the last one's.
  for (let found = true; found; ) {
    found = false;
    for (const { line, row } of candidates) {
      if (errors.has(line)) continue;
      const lost = row.needs.find(({ id }) => {
        const other = byId.get(id);
        return other !== undefined && errors.has(other.line) && !known.has(id);
      });
      if (lost === undefined) continue;
      errors.set(line, { column: lost.column, code: 'depends-on-bad-row' });
      found = true;
    }
  }
  return errors;
};

const unitErrors = (
  candidates: readonly Candidate[],
  byId: ReadonlyMap<string, Candidate>,
  known: Known,
  errors: Map<number, CellError>,
): void => {
  const unitOf = (id: string): Partial<Unit> | undefined =>
    (byId.get(id)?.row.value as Partial<Unit> | undefined) ?? known.get(id)?.at(-1)?.value;
  const column = unitColumns.parent.header;
  for (const { line, row } of candidates) {
    if (errors.has(line)) continue;
    const unit = row.value as Unit;
    const passed = new Set([row.id]);
    for (let above = unit.parent; above !== undefined; above = unitOf(above)?.parent) {
      if (passed.has(above)) {
        errors.set(line, { column, code: 'unit-circle' });
        break;
      }
      passed.add(above);
    }
    const parent = unit.parent === undefined ? undefined : unitOf(unit.parent)?.level;
    if (parent !== undefined && levels.indexOf(unit.level) < levels.indexOf(parent)) {
      errors.set(line, { column: unitColumns.level.header, code: 'level-above-parent' });
    }
  }
};

/** Units of a file that do not lie below the unit that imports: what is outside its area is not its to draw. */
export const outsideArea = (
  area: string,
  candidates: readonly Candidate[],
  known: Known,
): ReadonlyMap<number, CellError> => {
  const parents = new Map(candidates.map(({ row }) => [row.id, (row.value as Unit).parent]));
  const parentOf = (id: string): string | undefined =>
    parents.has(id) ? parents.get(id) : (known.get(id)?.at(-1)?.value as Partial<Unit> | undefined)?.parent;
  if (parentOf(area) === undefined) return new Map();
  const isBelow = (id: string): boolean => {
    const passed = new Set<string>();
    for (let each: string | undefined = id; each !== undefined && !passed.has(each); each = parentOf(each)) {
      if (each === area) return true;
      passed.add(each);
    }
    return false;
  };
  return new Map(
    candidates
      .filter(({ row }) => !isBelow(row.id))
      .map(({ line }) => [line, { column: unitColumns.id.header, code: 'outside-area' } as const]),
  );
};

/**
 * What stands above first, so that a tree that was cut while it was written is a whole, only smaller. Offices and leaders of
 * units name each other, and are there when the last row is.
 */
export const aboveFirst = (candidates: readonly Candidate[]): readonly Candidate[] => {
  const byId = new Map(candidates.map((each) => [each.row.id, each]));
  const ordered = new Set<Candidate>();
  const visit = (each: Candidate): void => {
    if (ordered.has(each)) return;
    const { parent } = each.row.value as { readonly parent?: string };
    // No circle comes so far: errorsBetween has refused it.
    const above = parent === undefined ? undefined : byId.get(parent);
    if (above !== undefined) visit(above);
    ordered.add(each);
  };
  candidates.forEach(visit);
  return [...ordered];
};
