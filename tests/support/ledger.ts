import { createHash } from 'node:crypto';
import { appendFileSync, writeFileSync } from 'node:fs';
import type { TableType } from '../../domain/imports/import.ts';
import type { ImportKind } from '../../domain/imports/templates.ts';
import type { Answer, ApiClient } from '../../local/api-client.ts';
import { postForm } from './objects.ts';

/** Heads of a ledger as an office writes them, not in the order of the template. */
export const ledgerHead = [
  '原编号',
  '登记日期',
  '办结日期',
  '信访形式',
  '姓名',
  '证件号码',
  '联系电话',
  '住址',
  '人数',
  '事由',
  '诉求',
  '主要内容',
  '内容分类',
  '承办单位',
  '办理结果',
  '信访目的',
] as const;

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0');

/** A resident number with a check digit that is right, of nobody: its region 999999 does not exist. */
export const residentNumber = (index: number): string => {
  const body = `999999${1950 + (index % 50)}${pad((index % 12) + 1, 2)}${pad((index % 28) + 1, 2)}${pad(index % 1000, 3)}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, place) => total + weight * Number(body.charAt(place)), 0);
  return `${body}${'10X98765432'.charAt(sum % 11)}`;
};

/** The row of a number, always the same; what is bad in it, if it is to be bad, goes by its number too. */
export const ledgerRow = (index: number, bad: boolean): readonly string[] => {
  const month = pad((index % 12) + 1, 2);
  const row = [
    `2019-${pad(index, 6)}`,
    `2019-${month}-${pad((index % 28) + 1, 2)}`,
    `2020-${month}-${pad((index % 28) + 1, 2)}`,
    ['来信', '来访', '来电', '网信'][index % 4] ?? '来信',
    `信访人${String(index)}`,
    residentNumber(index),
    `1300000${pad(index % 10_000, 4)}`,
    `某县某镇某村${String(index % 97)}社`,
    index % 10 === 0 ? '6' : '1',
    `反映第${String(index)}号灌溉渠修缮`,
    '请求修缮灌溉渠',
    `渠道"老渠"渗漏，\n影响灌溉，${'多次反映未果。'.repeat(3)}`,
    '0105',
    '某镇人民政府',
    '已修缮',
    '求决',
  ];
  if (!bad) return row;
  const spoil: readonly (readonly [place: number, text: string])[] = [
    [1, '去年三月'],
    [5, '622901198001010011'],
    [3, '托人'],
    [2, '2018-01-01'],
    [12, '9999'],
    [9, ''],
    [9, '=HYPERLINK("http://example.invalid")'],
  ];
  const [place, text] = spoil[index % spoil.length] ?? [0, ''];
  return row.map((cell, at) => (at === place ? text : cell));
};

const field = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** A CSV of rows. */
export const csv = (head: readonly string[], rows: Iterable<readonly string[]>): Buffer => {
  const lines = [head.join(',')];
  for (const row of rows) lines.push(row.map(field).join(','));
  return Buffer.from(`\uFEFF${lines.join('\r\n')}\r\n`);
};

/** A ledger of so many rows, of which every hundredth is bad, beginning with the 50th. */
export const ledger = (rows: number, isBad = (index: number) => index % 100 === 50): Buffer =>
  csv(
    ledgerHead,
    Array.from({ length: rows }, (_, index) => ledgerRow(index, isBad(index))),
  );

/** The same into a file, piece by piece. */
export const writeCsv = (path: string, rows: number, isBad: (index: number) => boolean): void => {
  writeFileSync(path, csv(ledgerHead, []));
  const piece = 1000;
  for (let from = 0; from < rows; from += piece) {
    const lines = Array.from(
      { length: Math.min(piece, rows - from) },
      (_, index) =>
        `${ledgerRow(from + index, isBad(from + index))
          .map(field)
          .join(',')}\r\n`,
    );
    appendFileSync(path, lines.join(''));
  }
};

export interface Brought {
  readonly kind: ImportKind;
  readonly content: Buffer;
  readonly unit?: string;
  readonly ledger?: string;
  readonly mediaType?: TableType;
}

/** Declares a table and uploads it; answers the number of its import. */
export const bring = async (
  api: ApiClient,
  { content, mediaType = 'text/csv', ...rest }: Brought,
  who = 'administrator',
): Promise<string> => {
  const { number, upload } = (await api.as(who).post('/imports', {
    ...rest,
    fileName: '台账（导出）.csv',
    mediaType,
    size: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
  })) as Answer;
  const sent = await postForm(upload, Uint8Array.from(content));
  if (sent.status !== 204) throw new Error(`The upload was answered ${String(sent.status)}.`);
  return number as string;
};

/** Everything that is wrong with an import, page by page. */
export const errorsOf = async (api: ApiClient, number: string): Promise<Answer[]> => {
  const found: Answer[] = [];
  let cursor = '';
  do {
    const page = await api
      .as('administrator')
      .get(`/imports/${number}/errors?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`);
    found.push(...page.items);
    cursor = page.cursor ?? '';
  } while (cursor !== '');
  return found;
};

/** Bytes of the two-byte characters of GB18030, found by decoding them all: nothing here encodes it. */
const gb18030Codes = (): ReadonlyMap<string, readonly [number, number]> => {
  const decoder = new TextDecoder('gb18030');
  const codes = new Map<string, readonly [number, number]>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1)
    for (let trail = 0x40; trail <= 0xfe; trail += 1)
      if (trail !== 0x7f) codes.set(decoder.decode(Uint8Array.of(lead, trail)), [lead, trail]);
  return codes;
};

/** A text as Chinese Windows saves it. @throws Error for what it has no two bytes for */
export const inGb18030 = (text: string): Buffer => {
  const codes = gb18030Codes();
  return Buffer.from(
    [...text].flatMap((character) => {
      if (character <= '\x7F') return [character.charCodeAt(0)];
      const code = codes.get(character);
      if (code === undefined) throw new Error(`No two bytes for ${character}.`);
      return code;
    }),
  );
};
