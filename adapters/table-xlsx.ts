import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import type { Cell, Row } from '../domain/imports/cells.ts';
import { UnusableTable } from '../domain/imports/columns.ts';
import { SpilledStrings } from './spilled-strings.ts';

/** Unpacked bytes of a workbook at most, all parts together: what packs itself smaller than that is no ledger. */
const largestWorkbook = 1_000_000_000;
const mostParts = 2000;
/** Cells of a row that are kept; what stands further right is no column of a template. */
const widestRow = 256;
/** A spreadsheet keeps fifteen digits of a number and makes noughts of the others. */
const exactDigits = 15;

interface Workbook {
  readonly zip: ZipFile;
  readonly parts: ReadonlyMap<string, Entry>;
}

const opened = async (path: string): Promise<Workbook> => {
  const zip = await openPromise(path, { autoClose: false, validateEntrySizes: true });
  const parts = new Map<string, Entry>();
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    bytes += entry.uncompressedSize;
    // Sizes that are declared too small end the reading: the library holds what it unpacks against them.
    if (bytes > largestWorkbook || parts.size >= mostParts) throw new UnusableTable('too-large');
    parts.set(entry.fileName.toLowerCase(), entry);
  }
  return { zip, parts };
};

type Found =
  | { readonly open: string; readonly attributes: Readonly<Record<string, string>> }
  | { readonly close: string }
  | { readonly text: string };

/** `x:row` → `row`: some programs write every name with a prefix. */
const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/** What stands in a part, in its order, read as a stream. No entity but XML's own five is ever resolved. */
async function* found({ zip, parts }: Workbook, name: string): AsyncGenerator<readonly Found[]> {
  const entry = parts.get(name.toLowerCase());
  if (entry === undefined) return;
  const stream = (await zip.openReadStreamPromise(entry)) as Readable;
  const parser = new SaxesParser();
  let batch: Found[] = [];
  parser.on('opentag', ({ name: tag, attributes }: SaxesTagPlain) => batch.push({ open: local(tag), attributes }));
  parser.on('closetag', ({ name: tag }) => batch.push({ close: local(tag) }));
  parser.on('text', (text) => batch.push({ text }));
  parser.on('error', () => {
    throw new UnusableTable('unreadable', [name]);
  });
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of stream) {
      parser.write(decoder.decode(chunk as Buffer, { stream: true }));
      yield batch;
      batch = [];
    }
    parser.write(decoder.decode()).close();
    yield batch;
  } finally {
    stream.destroy();
  }
}

/** Which part is the first sheet that is shown, and from which day days are counted. */
const firstSheet = async (book: Workbook): Promise<{ readonly part: string; readonly from1904: boolean }> => {
  let relation: string | undefined;
  let from1904 = false;
  for await (const batch of found(book, 'xl/workbook.xml')) {
    for (const each of batch) {
      if (!('open' in each)) continue;
      const { open, attributes } = each;
      if (open === 'workbookPr') from1904 = ['1', 'true'].includes(attributes.date1904 ?? '');
      if (open === 'sheet' && relation === undefined && (attributes.state ?? 'visible') === 'visible') {
        relation = Object.entries(attributes).find(([name]) => local(name) === 'id' && name !== 'id')?.[1];
      }
    }
  }
  for await (const batch of found(book, 'xl/_rels/workbook.xml.rels')) {
    for (const each of batch) {
      if (!('open' in each) || each.open !== 'Relationship' || each.attributes.Id !== relation) continue;
      const target = each.attributes.Target ?? '';
      return { part: target.startsWith('/') ? target.slice(1) : `xl/${target}`, from1904 };
    }
  }
  throw new UnusableTable('unreadable');
};

/** How a style shows a number: as a day, or with noughts before it. */
type Shown = 'day' | { readonly digits: number } | undefined;

/** Numbers of built-in formats that show a day; 27 to 36 and 50 to 58 are those of Chinese versions. */
const isBuiltInDay = (format: number): boolean =>
  (format >= 14 && format <= 17) ||
  format === 22 ||
  (format >= 27 && format <= 31) ||
  format === 36 ||
  (format >= 50 && format <= 54) ||
  format === 57 ||
  format === 58;

const shownBy = (code: string): Shown => {
  const bare = code.replaceAll(/"[^"]*"|\\.|\[[^\]]*\]/g, '');
  if (/[yd]/i.test(bare)) return 'day';
  return /^0{2,}$/.test(bare.split(';')[0] ?? '') ? { digits: bare.length } : undefined;
};

const stylesOf = async (book: Workbook): Promise<readonly Shown[]> => {
  const formats = new Map<string, string>();
  const styles: Shown[] = [];
  let inCells = false;
  for await (const batch of found(book, 'xl/styles.xml')) {
    for (const each of batch) {
      if ('close' in each && each.close === 'cellXfs') inCells = false;
      if (!('open' in each)) continue;
      const { open, attributes } = each;
      if (open === 'cellXfs') inCells = true;
      if (open === 'numFmt') formats.set(attributes.numFmtId ?? '', attributes.formatCode ?? '');
      if (open === 'xf' && inCells) {
        const id = attributes.numFmtId ?? '0';
        const custom = formats.get(id);
        styles.push(custom === undefined ? (isBuiltInDay(Number(id)) ? 'day' : undefined) : shownBy(custom));
      }
    }
  }
  return styles;
};

/** Texts of all cells, to the disk; how they are read aloud (`rPh`) is left out. */
const spillStrings = async (book: Workbook, strings: SpilledStrings): Promise<void> => {
  let text = '';
  let inText = false;
  let aloud = false;
  for await (const batch of found(book, 'xl/sharedStrings.xml')) {
    for (const each of batch) {
      if ('text' in each) {
        if (inText && !aloud) text += each.text;
      } else if ('open' in each) {
        if (each.open === 't') inText = true;
        if (each.open === 'rPh') aloud = true;
      } else {
        if (each.close === 't') inText = false;
        if (each.close === 'rPh') aloud = false;
        if (each.close === 'si') {
          strings.append(text);
          text = '';
        }
      }
    }
  }
  strings.flush();
};

const dayMillis = 86_400_000;

/** Day of a serial number. The 1900 system counts a 29 February 1900 that never was. */
const dayOfSerial = (serial: number, from1904: boolean): string | undefined => {
  const whole = Math.floor(serial);
  if (whole < 1 || whole > 2_958_465) return undefined;
  const first = from1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, whole > 60 ? 30 : 31);
  return new Date(first + whole * dayMillis).toISOString().slice(0, 10);
};

const numberText = (raw: string, shown: Shown, from1904: boolean): Cell => {
  const value = Number(raw);
  if (raw.trim() === '' || !Number.isFinite(value)) return raw;
  if (shown === 'day') return dayOfSerial(value, from1904) ?? raw;
  if (!Number.isInteger(value)) return String(value);
  if (Math.abs(value) >= 10 ** exactDigits) return { unfit: 'digits-lost' };
  return shown === undefined ? String(value) : String(value).padStart(shown.digits, '0');
};

/** `AB12` → 27. */
const placeOf = (reference: string): number | undefined => {
  const letters = /^[A-Z]{1,3}/.exec(reference)?.[0];
  if (letters === undefined) return undefined;
  return [...letters].reduce((place, letter) => place * 26 + letter.charCodeAt(0) - 64, 0) - 1;
};

/** A block of merged cells: lines from 1, places from 0, both ends included. */
interface Merge {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

const mostMerges = 50_000;
const mergeTag = /<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"/g;
/** Longer than any such tag: of a piece of the file so much is kept for the next. */
const tagLength = 200;

/**
 * Which cells of a sheet are merged, by the line at which they begin. It stands behind all rows, so the part is read once more;
 * that it is looked for as text makes it cheap. A tag written in another way is not seen, and its cells read as empty.
 * @throws UnusableTable
 */
const mergesOf = async ({ zip, parts }: Workbook, name: string): Promise<ReadonlyMap<number, readonly Merge[]>> => {
  const merges = new Map<number, Merge[]>();
  const entry = parts.get(name.toLowerCase());
  if (entry === undefined) return merges;
  let count = 0;
  let rest = '';
  for await (const chunk of (await zip.openReadStreamPromise(entry)) as Readable) {
    // The tags are ASCII: what a piece cuts of other characters does not matter.
    const text = rest + (chunk as Buffer).toString('latin1');
    let end = 0;
    for (const found of text.matchAll(mergeTag)) {
      const [tag, left = '', top = '', right = '', bottom = ''] = found;
      const merge = {
        top: Number(top),
        bottom: Number(bottom),
        left: placeOf(left) ?? 0,
        right: Math.min(placeOf(right) ?? 0, widestRow - 1),
      };
      merges.set(merge.top, [...(merges.get(merge.top) ?? []), merge]);
      end = found.index + tag.length;
      count += 1;
      if (count > mostMerges) throw new UnusableTable('too-large');
    }
    rest = text.slice(Math.max(end, text.length - tagLength));
  }
  return merges;
};

/** Marks the cells of a row that a merge covers: their text stands in its first cell alone. */
const cover = (cells: Cell[], line: number, merges: readonly Merge[]): void => {
  for (const { top, left, right } of merges) {
    for (let place = left + (line === top ? 1 : 0); place <= right; place += 1) {
      while (cells.length <= place) cells.push('');
      if (cells[place] === '') cells[place] = { unfit: 'merged-cell' };
    }
  }
};

/**
 * The rows of the first sheet of a workbook that is shown, read as a stream: memory holds a piece of the sheet and a number for
 * each text.
 * @throws UnusableTable
 */
export async function* xlsxRows(path: string): AsyncGenerator<Row> {
  let book: Workbook | undefined;
  const strings = new SpilledStrings(join(tmpdir(), `xinfang-strings-${randomUUID()}`));
  try {
    book = await opened(path);
    const [sheet, styles] = [await firstSheet(book), await stylesOf(book)];
    await spillStrings(book, strings);
    const merges = await mergesOf(book, sheet.part);
    let merged: Merge[] = [];
    let line = 0;
    let cells: Cell[] = [];
    let cell: { place: number; type: string; shown: Shown; raw: string; formula: boolean } | undefined;
    let reading = false;
    let place = -1;
    for await (const batch of found(book, sheet.part)) {
      for (const each of batch) {
        if ('text' in each) {
          if (reading && cell !== undefined) cell.raw += each.text;
        } else if ('open' in each) {
          const { open, attributes } = each;
          if (open === 'row') {
            line = Number(attributes.r ?? line + 1);
            cells = [];
            place = -1;
          } else if (open === 'c') {
            place = placeOf(attributes.r ?? '') ?? place + 1;
            const shown = styles[Number(attributes.s ?? 0)];
            cell = { place, type: attributes.t ?? 'n', shown, raw: '', formula: false };
          } else if (open === 'f' && cell !== undefined) cell.formula = true;
          // `t` stands in an inline text, `v` in all others.
          else if (open === 'v' || open === 't') reading = true;
        } else if (each.close === 'v' || each.close === 't') reading = false;
        else if (each.close === 'c' && cell !== undefined) {
          if (cell.place < widestRow) {
            while (cells.length < cell.place) cells.push('');
            cells[cell.place] = cellOf(cell, strings, sheet.from1904);
          }
          cell = undefined;
        } else if (each.close === 'row') {
          merged = [...merged.filter(({ bottom }) => bottom >= line), ...(merges.get(line) ?? [])];
          cover(cells, line, merged);
          yield { line, cells };
        }
      }
    }
  } catch (error) {
    if (error instanceof UnusableTable) throw error;
    // What the libraries say of a broken file may repeat what stands in it.
    if (error instanceof Error && !isOfTheDisk(error)) throw new UnusableTable('unreadable');
    throw error;
  } finally {
    book?.zip.close();
    strings.discard();
  }
}

const isOfTheDisk = (error: Error): boolean => 'syscall' in error;

const cellOf = (
  { type, raw, shown, formula }: { type: string; raw: string; shown: Shown; formula: boolean },
  strings: SpilledStrings,
  from1904: boolean,
): Cell => {
  if (type === 'e') return { unfit: 'cell-error' };
  if (formula) return { unfit: 'formula' };
  switch (type) {
    case 's':
      return strings.get(Number(raw)) ?? '';
    case 'b':
      return raw === '1' ? '是' : '否';
    case 'n':
      return numberText(raw, shown, from1904);
    default:
      return raw;
  }
};
