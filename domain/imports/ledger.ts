import type { Person, Petitioner, RegistrationContent } from '../petition/state.ts';
import {
  type CellError,
  choiceCell,
  codeCell,
  dayCell,
  identityCell,
  phoneCell,
  textCell,
  wholeCell,
} from './cells.ts';
import type { Columns, Values } from './columns.ts';

/** What a ledger of petitions has: as the books of petition offices are usually kept, no column for marks on persons. */
export const ledgerColumns = {
  number: {
    header: '原编号',
    also: ['编号', '信访编号', '登记编号'],
    required: true,
    parse: codeCell(/^[\w\u4E00-\u9FFF〔〕()[\]/.-]{1,40}$/),
    help: '该件在旧台账中的编号。同一台账内不得重复；再次导入时按“机构＋台账名称＋原编号”识别同一件。',
    example: '2019-0001',
  },
  receivedOn: {
    header: '登记日期',
    also: ['来信来访日期', '信访日期', '收到日期'],
    required: true,
    parse: dayCell,
    help: '收到信访事项的日期，如 2019-03-08。',
    example: '2019-03-08',
  },
  finishedOn: {
    header: '办结日期',
    required: true,
    parse: dayCell,
    help: '办结或了结的日期。尚未办结的事项请在接待窗口登记，使法定期限正常计算。',
    example: '2019-04-20',
  },
  channel: {
    header: '信访形式',
    also: ['形式', '信访渠道'],
    required: true,
    parse: choiceCell({
      letter: ['来信', '信', '信件'],
      visit: ['来访', '走访', '访', '个访', '集体访'],
      phone: ['来电', '电话'],
      fax: ['传真'],
      network: ['网信', '网上信访', '网络', '信息网络', '电子邮件'],
    }),
    help: '来信、来访、来电、传真、网信之一（《信访工作条例》第十七条）。',
    example: '来访',
  },
  purpose: {
    header: '信访目的',
    also: ['目的'],
    // What nobody has stated may be an accusation: the office that keeps the ledger says it, row by row.
    required: true,
    parse: choiceCell({
      suggestion: ['建议意见', '意见建议', '建议', '意见', '咨询'],
      appeal: ['申诉求决', '申诉', '求决', '投诉请求'],
      accusation: ['检举控告', '揭发控告', '检举', '控告', '举报'],
    }),
    help: '建议意见或申诉求决，逐件填写，不得留空。检举控告不得随普通台账导入，请移送纪检监察机关或者有权处理的机关、单位（第三十条）。',
    example: '求决',
  },
  name: {
    header: '姓名',
    also: ['信访人', '信访人姓名'],
    parse: textCell(50),
    help: '信访人或一名代表的姓名；留空为匿名。',
    example: '某甲',
  },
  identityNumber: {
    header: '证件号码',
    also: ['身份证号', '身份证号码'],
    parse: identityCell,
    help: '公民身份号码按校验码核对。电子表格中请将该列设为文本，否则末几位会丢失。',
    example: '',
  },
  phone: {
    header: '联系电话',
    also: ['电话', '手机', '手机号'],
    parse: phoneCell,
    help: '固定电话或手机。',
    example: '',
  },
  address: { header: '住址', also: ['地址'], parse: textCell(200), help: '信访人住址。', example: '某村某社' },
  headcount: {
    header: '人数',
    also: ['信访人数'],
    parse: wholeCell(1, 100_000),
    help: '共同信访的总人数；留空为1人。',
    example: '1',
  },
  subject: {
    header: '事由',
    also: ['标题', '主题', '信访事由'],
    required: true,
    parse: textCell(100),
    help: '一句话概括，不写姓名。',
    example: '反映灌溉渠修缮',
  },
  requests: {
    header: '诉求',
    also: ['主要诉求', '请求'],
    parse: textCell(2000, 'lines'),
    help: '主要诉求；留空时以事由代替。',
    example: '请求修缮灌溉渠',
  },
  facts: {
    header: '主要内容',
    also: ['反映内容', '事实', '内容摘要'],
    parse: textCell(10_000, 'lines'),
    help: '事实和理由摘要；留空时以事由代替。',
    example: '',
  },
  place: { header: '问题属地', also: ['发生地', '地点'], parse: textCell(200), help: '问题发生的地点。', example: '' },
  category: {
    header: '内容分类',
    also: ['分类', '问题类别'],
    parse: textCell(50),
    help: '分类编码或名称，须已在系统中；名称重复时请填编码。',
    example: '0105',
  },
  handledBy: {
    header: '承办单位',
    also: ['责任单位', '办理单位'],
    parse: textCell(100),
    help: '旧台账中的承办单位，按原文保存。',
    example: '某镇人民政府',
  },
  result: {
    header: '办理结果',
    also: ['处理结果', '办理情况'],
    parse: textCell(2000, 'lines'),
    help: '办理结果，按原文保存。',
    example: '已修缮',
  },
} as const satisfies Columns;

export type LedgerValues = Values<typeof ledgerColumns>;

/** Where a matter came to the counter from, as far as its channel tells. */
const sourceOf = { letter: 'mail', network: 'online', phone: 'window', fax: 'window', visit: 'window' } as const;

/** A matter of the past, as the rules take it. */
export interface LedgerMatter {
  readonly number: string;
  readonly receivedOn: string;
  readonly finishedOn: string;
  readonly purpose: 'suggestion' | 'appeal';
  readonly category?: string;
  readonly handledBy?: string;
  readonly result?: string;
  readonly content: RegistrationContent;
}

export interface LedgerRules {
  /** Legal day. */
  readonly today: string;
  /** Code of a category by its code or by a name that only one has. */
  readonly category: (text: string) => string | undefined;
  /** Whether a code stands for accusations: the ledger's own word for what a matter is about outweighs what it is called. */
  readonly isAccusation: (code: string) => boolean;
}

const petitionerOf = ({ name, identityNumber, phone, address, headcount = 1 }: LedgerValues): Petitioner => {
  if (name === undefined) return { form: 'anonymous' };
  const person: Person = {
    name,
    ...(identityNumber === undefined ? {} : { identityNumber }),
    ...(phone === undefined ? {} : { phone }),
    ...(address === undefined ? {} : { address }),
  };
  return headcount > 1 ? { form: 'joint', representatives: [person], headcount } : { form: 'individual', person };
};

/** What a row of a ledger says, or everything that is wrong with it beyond its single cells. */
export const ledgerMatter = (
  values: LedgerValues,
  { today, category: codeOf, isAccusation }: LedgerRules,
): { readonly matter: LedgerMatter } | { readonly errors: readonly CellError[] } => {
  const header = (key: keyof typeof ledgerColumns): string => ledgerColumns[key].header;
  const errors: CellError[] = [];
  const { number, receivedOn, finishedOn, channel, purpose, name, headcount = 1, subject } = values;
  if (receivedOn > today) errors.push({ column: header('receivedOn'), code: 'in-the-future' });
  if (finishedOn > today) errors.push({ column: header('finishedOn'), code: 'not-finished' });
  if (finishedOn < receivedOn) errors.push({ column: header('finishedOn'), code: 'ends-before-it-begins' });
  if (name === undefined && (values.identityNumber ?? values.phone ?? values.address) !== undefined) {
    errors.push({ column: header('name'), code: 'person-without-name' });
  }
  if (name === undefined && headcount > 1) errors.push({ column: header('name'), code: 'anonymous-joint' });
  const category = values.category === undefined ? undefined : codeOf(values.category);
  if (values.category !== undefined && category === undefined) {
    errors.push({ column: header('category'), code: 'unknown-category' });
  }
  if (category !== undefined && isAccusation(category)) {
    errors.push({ column: header('category'), code: 'accusation-not-imported' });
  }
  if (purpose === 'accusation') errors.push({ column: header('purpose'), code: 'accusation-not-imported' });
  if (errors.length > 0 || purpose === 'accusation') return { errors };
  const { requests = subject, facts = subject, place, handledBy, result } = values;
  return {
    matter: {
      number,
      receivedOn,
      finishedOn,
      purpose,
      ...(category === undefined ? {} : { category }),
      ...(handledBy === undefined ? {} : { handledBy }),
      ...(result === undefined ? {} : { result }),
      content: {
        channel,
        source: sourceOf[channel],
        oral: false,
        petitioner: petitionerOf(values),
        subject,
        requests: [requests],
        facts,
        ...(place === undefined ? {} : { place }),
      },
    },
  };
};
