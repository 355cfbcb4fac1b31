import {
  AlignmentType,
  Document,
  type FileChild,
  LineRuleType,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import type { PrintedDocument } from '../../domain/notices/document.ts';
import { type Line, layout } from './layout.ts';

/** Twentieths of a point. */
const point = 20;
const twipsPerMillimetre = 56.7;
const millimetres = (count: number): number => Math.round(count * twipsPerMillimetre);

/** A4; the text is 156 mm wide, as in official documents, and a short notice fits on one page. */
const page = {
  size: { width: millimetres(210), height: millimetres(297) },
  margin: { top: millimetres(30), right: millimetres(26), bottom: millimetres(26), left: millimetres(28) },
};
const textWidth = millimetres(156);

const font = (eastAsia: string) => ({
  ascii: 'Times New Roman',
  hAnsi: 'Times New Roman',
  cs: 'Times New Roman',
  eastAsia,
});
const body = font('仿宋');
const display = font('黑体');
const title = font('宋体');

/** Half-points: 二号 22 pt, 三号 16 pt, 四号 14 pt. */
const size = { title: 44, body: 32, small: 28 } as const;
const lines = { line: 26 * point, lineRule: LineRuleType.EXACT } as const;
const twoCharacters = { firstLine: 2 * 16 * point };

const cell = (text: string, width: number, shaded: boolean): TableCell =>
  new TableCell({
    width: { size: width, type: WidthType.DXA },
    margins: { top: 60, bottom: 60, left: 120, right: 120 },
    ...(shaded ? { shading: { fill: 'F2F2F2' } } : {}),
    children: text
      .split(/\r?\n/)
      .map((line) => new Paragraph({ children: [new TextRun({ text: line, font: body, size: size.small })] })),
  });

const tableOf = ({ head, rows }: Extract<Line, { rows: unknown }>): Table => {
  const columns = Math.max(head?.length ?? 0, ...rows.map((row) => row.length));
  const widths = head
    ? Array.from({ length: columns }, () => Math.floor(textWidth / columns))
    : Array.from({ length: columns }, (_, i) =>
        i === 0 ? Math.floor(textWidth * 0.3) : Math.floor((textWidth * 0.7) / (columns - 1)),
      );
  const row = (texts: readonly string[], isHead: boolean) =>
    new TableRow({
      cantSplit: true,
      tableHeader: isHead,
      children: texts.map((text, i) => cell(text, widths[i] ?? 0, isHead || (!head && i === 0))),
    });
  return new Table({
    width: { size: textWidth, type: WidthType.DXA },
    columnWidths: widths,
    rows: [...(head ? [row(head, true)] : []), ...rows.map((each) => row(each, false))],
  });
};

const run = (text: string, over: { font?: typeof body; size?: number; bold?: boolean } = {}): TextRun =>
  new TextRun({ text, font: body, size: size.body, ...over });

const childOf = (line: Line, index: number, all: readonly Line[]): FileChild => {
  switch (line.role) {
    case 'table':
    case 'service':
      return tableOf(line);
    case 'title':
      return new Paragraph({
        alignment: AlignmentType.CENTER,
        spacing: { after: 16 * point },
        children: [run(line.text, { font: title, size: size.title, bold: true })],
      });
    case 'number':
      return new Paragraph({
        alignment: AlignmentType.CENTER,
        spacing: { ...lines, after: 20 * point },
        children: [run(line.text, { size: size.small })],
      });
    case 'salutation':
      return new Paragraph({ spacing: lines, children: [run(line.text)] });
    case 'heading':
      return new Paragraph({
        spacing: lines,
        indent: twoCharacters,
        keepNext: true,
        children: [run(line.text, { font: display })],
      });
    case 'caption':
      return new Paragraph({
        spacing: { ...lines, before: 18 * point },
        keepNext: true,
        children: [run(line.text, { size: size.small })],
      });
    case 'signature':
    case 'date':
      return new Paragraph({
        alignment: AlignmentType.RIGHT,
        spacing: {
          ...lines,
          ...(line.role === 'signature' && all[index - 1]?.role !== 'signature' ? { before: 24 * point } : {}),
        },
        indent: { right: 2 * 16 * point },
        keepNext: line.role === 'signature',
        children: [run(line.text)],
      });
    case 'paragraph':
      return new Paragraph({
        alignment: AlignmentType.BOTH,
        spacing: lines,
        indent: twoCharacters,
        // The signature never stands alone on a page.
        keepNext: all[index + 1]?.role === 'signature',
        children: [run(line.text)],
      });
  }
};

/** The document as a file that officials edit in their word processor. */
export const docxFile = async (document: PrintedDocument): Promise<Uint8Array> =>
  Packer.toBuffer(
    new Document({
      title: `${document.title} ${document.number}`,
      creator: document.organ,
      styles: { default: { document: { run: { font: body, size: size.body } } } },
      sections: [{ properties: { page }, children: layout(document).map(childOf) }],
    }),
  );
