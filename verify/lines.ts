/** A file line by line, of any size, without holding more than a line. */

import { createReadStream } from 'node:fs';

const newline = 0x0a;

/** Lines without their ends, decoded; the last one also if no newline ends it. @throws Error where the text is not UTF-8 */
export async function* linesOf(file: string): AsyncGenerator<string> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest: Buffer[] = [];
  for await (const piece of input) {
    const chunk = piece as Buffer;
    let from = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
      yield decoder.decode(Buffer.concat([...rest, chunk.subarray(from, end)]));
      rest = [];
      from = end + 1;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
  if (rest.length > 0) yield decoder.decode(Buffer.concat(rest));
}
