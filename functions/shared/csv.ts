import type { Cell, Table } from '../../domain/statistics/tables.ts';

/**
 * A spreadsheet takes text that begins like this for a formula and would run it. An apostrophe before it makes it text
 * again; a number of ours is written as a number and needs none.
 */
export const harmless = (text: string): string => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text);

const field = (cell: Cell): string => {
  if (typeof cell === 'number') return String(cell);
  const text = harmless(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** RFC 4180, one table after the other; the mark at the beginning tells a spreadsheet that it is UTF-8. */
export const csvFile = (tables: readonly Table[]): string =>
  `\uFEFF${tables
    .map(({ title, head, rows }) => [[title], head, ...rows].map((row) => row.map(field).join(',')).join('\r\n'))
    .join('\r\n\r\n')}\r\n`;
