import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import type { Row } from '../domain/imports/cells.ts';
import { UnusableTable } from '../domain/imports/columns.ts';

/** Characters of one record at most: a quotation mark that nobody closes must not swallow the rest of the file. */
const longestRecord = 200_000;

type Encoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be';

/** The first bytes of a file. */
export const beginningOf = async (path: string, bytes: number): Promise<Buffer> => {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
};

const decodes = async (path: string, encoding: Encoding): Promise<boolean> => {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of createReadStream(path)) decoder.decode(chunk as Buffer, { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
};

/**
 * In which encoding a text is written: as its mark says, UTF-8 where all of it is valid, else GB18030, which holds GBK and
 * GB2312, in which Chinese Windows saves a CSV. Looked for in the whole file: the first Chinese word may come late.
 * @throws UnusableTable where neither fits
 */
export const encodingOf = async (path: string): Promise<Encoding> => {
  const mark = await beginningOf(path, 2);
  if (mark[0] === 0xff && mark[1] === 0xfe) return 'utf-16le';
  if (mark[0] === 0xfe && mark[1] === 0xff) return 'utf-16be';
  if (await decodes(path, 'utf-8')) return 'utf-8';
  if (await decodes(path, 'gb18030')) return 'gb18030';
  throw new UnusableTable('encoding');
};

const delimiters = [',', '\t', ';'] as const;

/** The line by which a file tells spreadsheets what parts its cells. */
const declaredDelimiter = /^\uFEFF?"?sep=([,;\t|])"?\r?\n/i;

/** What parts the cells: as the file says itself, else of comma, tab and semicolon the one of which most stand at the beginning of the file. */
const delimiterOf = async (
  path: string,
  encoding: Encoding,
): Promise<{ readonly delimiter: string; readonly declared: boolean }> => {
  const text = new TextDecoder(encoding).decode(await beginningOf(path, 4096));
  const [, declared] = declaredDelimiter.exec(text) ?? [];
  if (declared !== undefined) return { delimiter: declared, declared: true };
  const outside = text.replaceAll(/"[^"]*"/g, '');
  const counted = delimiters.map((each) => ({ each, count: outside.split(each).length }));
  return { delimiter: counted.sort((a, b) => b.count - a.count)[0]?.each ?? ',', declared: false };
};

async function* decoded(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  for await (const chunk of createReadStream(path)) yield decoder.decode(chunk as Buffer, { stream: true });
  yield decoder.decode();
}

interface Recorded {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** The rows of a CSV, read as a stream. @throws UnusableTable */
export async function* csvRows(path: string): AsyncGenerator<Row> {
  const encoding = await encodingOf(path);
  const { delimiter, declared } = await delimiterOf(path, encoding);
  const parser = parse({
    delimiter,
    info: true,
    relax_column_count: true,
    // `5"管` in an unquoted cell is text.
    relax_quotes: true,
    max_record_size: longestRecord,
  });
  // Whichever of the two fails or is left takes the other with it.
  pipeline(Readable.from(decoded(path, encoding)), parser, () => {});
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<Recorded>) {
      // The line that names the delimiter is none of the table.
      if (!(declared && line === 1)) yield { line, cells: record };
      line = info.lines + 1;
    }
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('CSV_'))
      throw new UnusableTable('unreadable', [`${String(line)}`]);
    throw error;
  } finally {
    parser.destroy();
  }
}
