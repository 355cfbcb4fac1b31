import { strToU8, zipSync } from 'fflate';

/** A cell: text, a number by its raw digits and style, a formula, or an error of the spreadsheet. */
export type SheetCell =
  | string
  | { readonly raw: string; readonly style?: number }
  | { readonly formula: string; readonly value: string }
  | { readonly error: string }
  | { readonly inline: string };

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

/** Styles that tests name by their number: 0 general, 1 a built-in day, 2 a day in Chinese, 3 six digits, 4 the time of day. */
const styles = `${declaration}<styleSheet><numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/><numFmt numFmtId="165" formatCode="000000"/><numFmt numFmtId="166" formatCode="[Red]0&quot;day&quot;"/></numFmts><cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>`;

const letters = (place: number): string =>
  place < 26
    ? String.fromCharCode(65 + place)
    : `${letters(Math.floor(place / 26) - 1)}${String.fromCharCode(65 + (place % 26))}`;

export interface Book {
  readonly rows: Iterable<readonly SheetCell[]>;
  /** A sheet before it that is hidden. */
  readonly hiddenFirst?: true;
  /** Names with a prefix, as some programs write them. */
  readonly prefixed?: true;
  readonly from1904?: true;
  /** Merged blocks, e.g. `A3:A5`. */
  readonly merges?: readonly string[];
  /** Parts that are written over these. */
  readonly parts?: Readonly<Record<string, string>>;
}

/** A workbook as a spreadsheet writes it, with its texts in one list beside the sheet. */
export const workbook = ({ rows, hiddenFirst, prefixed, from1904, merges = [], parts = {} }: Book): Buffer => {
  const strings: string[] = [];
  const numbers = new Map<string, number>();
  const shared = (text: string): number => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, strings.length);
    strings.push(`<si><t xml:space="preserve">${escaped(text)}</t><rPh sb="0" eb="1"><t>DuYin</t></rPh></si>`);
    return strings.length - 1;
  };
  const cellXml = (cell: SheetCell, at: string): string => {
    if (typeof cell === 'string') return cell === '' ? '' : `<c r="${at}" t="s"><v>${String(shared(cell))}</v></c>`;
    if ('raw' in cell) return `<c r="${at}" s="${String(cell.style ?? 0)}"><v>${cell.raw}</v></c>`;
    if ('formula' in cell) return `<c r="${at}"><f>${escaped(cell.formula)}</f><v>${cell.value}</v></c>`;
    if ('error' in cell) return `<c r="${at}" t="e"><v>${cell.error}</v></c>`;
    return `<c r="${at}" t="inlineStr"><is><t>${escaped(cell.inline)}</t></is></c>`;
  };
  const written: string[] = [];
  for (const row of rows) {
    const line = String(written.length + 1);
    written.push(
      `<row r="${line}">${row.map((cell, place) => cellXml(cell, `${letters(place)}${line}`)).join('')}</row>`,
    );
  }
  const renamed = (xml: string): string => (prefixed ? xml.replaceAll(/<(\/?)([a-z])/g, '<$1x:$2') : xml);
  const merged =
    merges.length === 0
      ? ''
      : `<mergeCells count="${String(merges.length)}">${merges.map((ref) => `<mergeCell ref="${ref}"/>`).join('')}</mergeCells>`;
  const sheet = `${declaration}${renamed(`<worksheet xmlns="m" xmlns:x="m"><sheetData>${written.join('')}</sheetData>${merged}</worksheet>`)}`;
  const hidden = hiddenFirst ? '<sheet name="隐藏" sheetId="2" state="hidden" r:id="rId9"/>' : '';
  const files: Record<string, string> = {
    'xl/workbook.xml': `${declaration}<workbook><workbookPr${from1904 ? ' date1904="1"' : ''}/><sheets>${hidden}<sheet name="台账" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${declaration}<Relationships><Relationship Id="rId9" Target="worksheets/other.xml"/><Relationship Id="rId1" Target="/xl/worksheets/sheet1.xml"/></Relationships>`,
    'xl/styles.xml': styles,
    'xl/worksheets/other.xml': `${declaration}<worksheet><sheetData/></worksheet>`,
    'xl/worksheets/sheet1.xml': sheet,
    'xl/sharedStrings.xml': `${declaration}<sst>${strings.join('')}</sst>`,
    ...parts,
  };
  return Buffer.from(zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))));
};
