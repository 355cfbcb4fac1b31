import type { Row } from '../domain/imports/cells.ts';
import { UnusableTable } from '../domain/imports/columns.ts';
import { beginningOf, csvRows } from './table-csv.ts';
import { xlsxRows } from './table-xlsx.ts';

/** How files begin: a ZIP, which a workbook is, and the container of old or encrypted office files. */
const zip = '504b0304';
const compound = 'd0cf11e0';

/**
 * The rows of an uploaded table, whatever its name says: a workbook by its first bytes, text otherwise.
 * @throws UnusableTable; an old or encrypted workbook is none
 */
export async function* tableRows(path: string): AsyncGenerator<Row> {
  const begins = (await beginningOf(path, 4)).toString('hex');
  if (begins === compound) throw new UnusableTable('encrypted');
  yield* begins === zip ? xlsxRows(path) : csvRows(path);
}
