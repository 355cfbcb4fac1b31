import writeExcelFile, { type Cell as SheetCell } from 'write-excel-file/universal';
import type { Cell, Table } from '../../domain/statistics/tables.ts';
import { harmless } from '../shared/csv.ts';

/** Characters of a sheet's name at most, and those that it cannot have. */
const sheetName = (title: string): string =>
  title
    .replaceAll(/[[\]*?:/\\（）]/g, ' ')
    .trim()
    .slice(0, 31);

const cellOf = (cell: Cell): SheetCell =>
  typeof cell === 'number' ? { type: Number, value: cell } : { type: String, value: harmless(cell) };

/** A workbook with one sheet for each table. */
export const xlsxFile = async (tables: readonly Table[]): Promise<Uint8Array> => {
  const sheets = tables.map(({ title, head, rows }) => ({
    sheet: sheetName(title),
    data: [
      head.map((text) => ({ type: String, value: harmless(text), fontWeight: 'bold' as const })),
      ...rows.map((row) => row.map(cellOf)),
    ],
    columns: head.map((text, index) => ({ width: widthOf([text, ...rows.map((row) => row[index] ?? '')]) })),
    stickyRowsCount: 1,
  }));
  const blob = await writeExcelFile(sheets).toBlob();
  return new Uint8Array(await blob.arrayBuffer());
};

/** Chinese characters take the room of two. */
const widthOf = (cells: readonly Cell[]): number =>
  Math.min(60, Math.max(8, ...cells.map((cell) => String(cell).replaceAll(/[^\u0020-\u007e]/g, 'xx').length + 2)));
