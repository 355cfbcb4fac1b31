import { isDay } from '../calendar/calendar.ts';
import { inLine, inText } from '../text.ts';

/**
 * What can be wrong with a row, with what an office is told. Never with the value: what stands in a ledger is personal, and
 * a list of errors is passed around.
 */
export const rowErrors = {
  required: ['必填项为空', 'This column must be filled in'],
  'too-long': ['内容超过长度上限', 'The text is too long'],
  'not-text': [
    '含有不可见字符或乱码，请检查文件编码',
    'Control characters or remains of another encoding; check how the file was saved',
  ],
  'several-lines': ['此列只能填写一行', 'This column takes one line'],
  formula: ['单元格是公式，请粘贴为数值后再导入', 'The cell is a formula; paste its value instead'],
  'cell-error': ['单元格是计算错误（如 #N/A）', 'The cell shows an error of the spreadsheet, such as #N/A'],
  'merged-cell': [
    '单元格已与相邻单元格合并，内容只在其中第一格；请取消合并并逐行填写',
    'The cell is merged with the one before it, which alone has the text; take the merge apart and fill in every row',
  ],
  'no-heading': ['本行有内容所在的列没有表头', 'The row has something in a column that has no heading'],
  'digits-lost': [
    '超过15位的数字已被电子表格截断，请将该列设为文本后重新填写',
    'A spreadsheet has cut a number of more than 15 digits; format the column as text and enter it again',
  ],
  'not-a-day': [
    '日期无法识别，请写成 2019-03-08 这样的形式（年份四位）',
    'Not a date; write it as 2019-03-08, with the whole year',
  ],
  'not-a-number': ['不是整数，或超出范围', 'Not a whole number, or out of range'],
  'not-a-code': ['编码只能使用规定的字母、数字和符号', 'A code of letters, digits and the signs that are allowed here'],
  'not-a-choice': [
    '不在可选值之中，见填写说明',
    'Not one of the values that are allowed; see the help of the template',
  ],
  'not-an-identity-number': ['公民身份号码校验不通过', 'The check digit or date of the identity number is wrong'],
  'not-a-phone': ['电话号码格式不正确', 'Not a phone number'],
  'too-many-cells': ['本行的列数多于表头', 'The row has more cells than the header'],
  'twice-in-file': ['与本文件中前面的行重复', 'The same entry stands further up in this file'],
  'differs-from-record': [
    '系统中已有同一条目，但内容不同；已有内容不会被覆盖',
    'The same entry is in the record already with other contents; nothing is written over',
  ],
  'in-the-future': ['日期晚于今天', 'The day is after today'],
  'ends-before-it-begins': ['结束日期早于开始日期', 'It ends before it begins'],
  'not-finished': [
    '尚未办结的事项不得按旧台账导入，请在接待窗口登记，使法定期限正常计算',
    'A matter that is not finished is registered at the desk, so that its limits run; a ledger brings in what is over',
  ],
  'accusation-not-imported': [
    '检举控告不得随普通台账导入，请移送纪检监察机关或者有权处理的机关、单位（《信访工作条例》第三十条）',
    'Accusations do not come in with an ordinary ledger: hand it to the discipline organ (纪检监察机关) or whichever organ has the power (Art. 30)',
  ],
  'person-without-name': ['填写了证件号码、电话或住址，但没有姓名', 'Particulars of a person without a name'],
  'anonymous-joint': ['多人信访至少填写一名代表的姓名', 'A joint petition names one representative at least'],
  'unknown-unit': ['机构不在组织树中', 'There is no such unit, in the tree or in this file'],
  'unknown-category': ['内容分类不存在', 'There is no such category, in the system or in this file'],
  'outside-area': ['机构不在本次导入所属机构的辖区内', 'The unit lies outside the area of the unit that imports'],
  'unit-circle': ['上级机构形成循环', 'The units above lead back to this one'],
  'level-above-parent': ['层级高于上级机构', 'The unit stands at a higher level than the one above it'],
  'depends-on-bad-row': ['所依赖的另一行有错误', 'Another row on which this one depends has an error'],
  'refused-by-rules': ['业务规则不允许', 'The rules do not allow it'],
} as const satisfies Readonly<Record<string, readonly [zh: string, en: string]>>;

export type RowErrorCode = keyof typeof rowErrors;

/** What is wrong in one cell, or with the row as a whole where no column is named. */
export interface CellError {
  /** Header of the column, as the template has it. */
  readonly column?: string;
  readonly code: RowErrorCode;
}

/** A cell as its file has it: text, or what makes the text unfit to be used. */
export type Cell = string | { readonly unfit: 'formula' | 'cell-error' | 'digits-lost' | 'merged-cell' };

/** A row of the table, with the line at which it begins in the file. */
export interface Row {
  readonly line: number;
  readonly cells: readonly Cell[];
}

/**
 * Text as it was meant: without blanks around it (also wide ones and the tab that keeps digits from becoming a number), without
 * the apostrophe and the `="…"` by which spreadsheets keep leading zeros. Rare characters stay as they are.
 */
export const cleaned = (text: string): string => {
  const bare = text.replace(/^[\s\u3000\uFEFF]+|[\s\u3000\uFEFF]+$/gu, '');
  const quoted = /^="([^"]*)"$/.exec(bare);
  if (quoted) return (quoted[1] ?? '').trim();
  return /^'(?=\S)/.test(bare) ? bare.slice(1) : bare;
};

const characters = (text: string): number => [...text].length;

export type Parsed<T> = { readonly value: T } | { readonly error: RowErrorCode };

/** Reads the cleaned, non-empty text of a cell. */
export type CellParser<T> = (text: string) => Parsed<T>;

/** Text of at most so many characters; a formula that a CSV carries is none. */
export const textCell =
  (maximum: number, lines: 'one-line' | 'lines' = 'one-line'): CellParser<string> =>
  (text) => {
    if (!inText.test(text)) return { error: 'not-text' };
    // A text that begins so is a formula to whoever opens the file; no office begins a sentence with it.
    if (/^[=@]/.test(text)) return { error: 'formula' };
    if (lines === 'one-line' && !inLine.test(text)) return { error: 'several-lines' };
    return text.length > maximum && characters(text) > maximum ? { error: 'too-long' } : { value: text };
  };

/** Half-width form of what an input method wrote wide. */
const narrow = (text: string): string => text.normalize('NFKC');

export const codeCell =
  (pattern: RegExp): CellParser<string> =>
  (text) => {
    const code = narrow(text);
    return pattern.test(code) ? { value: code } : { error: 'not-a-code' };
  };

const two = (digits: string): string => digits.padStart(2, '0');

const digitOf = '〇一二三四五六七八九';
/** 〇 to 九 as digits, 十 to 三十一 as numbers: 二〇一九年三月十八日 is 2019年3月18日. */
const inDigits = (text: string): string =>
  text
    .replaceAll(/[零○]/g, '〇')
    .replaceAll(/([一二三]?)十([一二三四五六七八九]?)/g, (_, tens: string, ones: string) =>
      String((tens === '' ? 1 : digitOf.indexOf(tens)) * 10 + (ones === '' ? 0 : digitOf.indexOf(ones))),
    )
    .replaceAll(/[〇一二三四五六七八九]/g, (digit) => String(digitOf.indexOf(digit)));

/** What a spreadsheet or a clerk writes behind a day: the time of day, the day of the week. */
const behindDay =
  /(?:[\sT]*(?:[上下]午)?\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?|\s*\(?(?:星期|周)[一二三四五六日天]\)?)$/;

/**
 * A day as offices write it: 2019-3-8, 2019/03/08, 2019.3.8, 2019年3月8日, 二〇一九年三月八日, 20190308, also with a time of day or
 * a day of the week behind it; never with a year of two digits.
 */
export const dayCell: CellParser<string> = (text) => {
  const plain = inDigits(narrow(text).replace(behindDay, '').replace(behindDay, '').trim());
  const [, year = '', month = '', day = ''] =
    /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(plain) ??
    /^(\d{4})年(\d{1,2})月(\d{1,2})[日号]$/.exec(plain) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(plain) ??
    [];
  const value = `${year}-${two(month)}-${two(day)}`;
  return /^(?:19|20|21)/.test(year) && isDay(value) ? { value } : { error: 'not-a-day' };
};

export const wholeCell =
  (minimum: number, maximum: number): CellParser<number> =>
  (text) => {
    const plain = narrow(text).replace(/^(\d+)(?:\.0+)?(?:人|名)?$/, '$1');
    const value = /^\d{1,9}$/.test(plain) ? Number(plain) : Number.NaN;
    return value >= minimum && value <= maximum ? { value } : { error: 'not-a-number' };
  };

/** One of the values of a list, by the words that offices use for it. */
export const choiceCell =
  <T extends string>(choices: Readonly<Record<T, readonly string[]>>): CellParser<T> =>
  (text) => {
    const wanted = narrow(text).toLowerCase();
    const found = (Object.entries(choices) as [T, readonly string[]][]).find(
      ([value, words]) => value === wanted || words.includes(wanted),
    );
    return found ? { value: found[0] } : { error: 'not-a-choice' };
  };

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** GB 11643: eighteen places with a date and a check digit. */
const isResidentNumber = (number: string): boolean => {
  const day = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  const sum = weights.reduce((total, weight, place) => total + weight * Number(number.charAt(place)), 0);
  return isDay(day) && '10X98765432'.charAt(sum % 11) === number.charAt(17);
};

/** An identity document: a resident number is checked by its check digit; others are letters and digits. */
export const identityCell: CellParser<string> = (text) => {
  const number = narrow(text).replaceAll(/\s/g, '').toUpperCase();
  if (/^\d{17}[\dX]$/.test(number)) {
    return isResidentNumber(number) ? { value: number } : { error: 'not-an-identity-number' };
  }
  return /^[0-9A-Z]{5,30}$/.test(number) ? { value: number } : { error: 'not-an-identity-number' };
};

export const phoneCell: CellParser<string> = (text) => {
  const number = narrow(text).replaceAll(/[‐-―]/g, '-');
  return /^\+?[0-9 -]{5,20}$/.test(number) ? { value: number } : { error: 'not-a-phone' };
};
