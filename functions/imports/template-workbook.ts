import { strToU8, zipSync } from 'fflate';

/** A sheet: a bold first row, other rows as text, and whether whole columns are text before anybody types into them. */
export interface TemplateSheet {
  readonly name: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly widths: readonly number[];
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const xml = (body: string): Uint8Array => strToU8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${body}`);

const office = 'http://schemas.openxmlformats.org';
const main = `xmlns="${office}/spreadsheetml/2006/main"`;
const relations = `${office}/officeDocument/2006/relationships`;
const packaged = `${office}/package/2006`;
const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Cell styles by their number: 1 text, 2 bold text. 49 is the built-in format `@`. */
const styles = `<styleSheet ${main}><fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf xfId="0"/><xf numFmtId="49" applyNumberFormat="1" xfId="0"/><xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1" xfId="0"/></cellXfs></styleSheet>`;

const rowXml = (cells: readonly string[], style: number): string =>
  `<row>${cells.map((text) => `<c t="inlineStr" s="${String(style)}"><is><t xml:space="preserve">${escaped(text)}</t></is></c>`).join('')}</row>`;

const sheetXml = ({ head, rows, widths }: TemplateSheet): string => {
  const columns = widths
    .map((width, index) => {
      const place = String(index + 1);
      return `<col min="${place}" max="${place}" width="${String(width)}" style="1" customWidth="1"/>`;
    })
    .join('');
  const frozen =
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>';
  return `<worksheet ${main}>${frozen}<cols>${columns}</cols><sheetData>${rowXml(head, 2)}${rows.map((row) => rowXml(row, 1)).join('')}</sheetData></worksheet>`;
};

/**
 * A workbook to fill in. Its columns are text from the beginning, so that leading zeros and the last digits of identity numbers
 * stay: the library by which figures are exported has no format for columns.
 */
export const templateWorkbook = (sheets: readonly TemplateSheet[]): Uint8Array => {
  const parts = sheets.map((sheet, index) => ({ sheet, number: String(index + 1) }));
  const types = parts.map(
    ({ number }) =>
      `<Override PartName="/xl/worksheets/sheet${number}.xml" ContentType="${spreadsheet}.worksheet+xml"/>`,
  );
  const named = parts.map(
    ({ sheet, number }) => `<sheet name="${escaped(sheet.name)}" sheetId="${number}" r:id="rId${number}"/>`,
  );
  const linked = parts.map(
    ({ number }) =>
      `<Relationship Id="rId${number}" Type="${relations}/worksheet" Target="worksheets/sheet${number}.xml"/>`,
  );
  return zipSync({
    '[Content_Types].xml': xml(
      `<Types xmlns="${packaged}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${spreadsheet}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${spreadsheet}.styles+xml"/>${types.join('')}</Types>`,
    ),
    '_rels/.rels': xml(
      `<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    'xl/workbook.xml': xml(`<workbook ${main} xmlns:r="${relations}"><sheets>${named.join('')}</sheets></workbook>`),
    'xl/_rels/workbook.xml.rels': xml(
      `<Relationships xmlns="${packaged}/relationships">${linked.join('')}<Relationship Id="rId0" Type="${relations}/styles" Target="styles.xml"/></Relationships>`,
    ),
    'xl/styles.xml': xml(styles),
    ...Object.fromEntries(parts.map(({ sheet, number }) => [`xl/worksheets/sheet${number}.xml`, xml(sheetXml(sheet))])),
  });
};
