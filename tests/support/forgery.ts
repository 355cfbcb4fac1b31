/** What somebody could do to a bundle who knows its format well: change it, and put everything in order again that he can. */

import { createHash } from 'node:crypto';
import { canonicalJson } from '../../adapters/chain.ts';

// biome-ignore lint/suspicious/noExplicitAny: lines are taken apart and forged field by field
export type Line = any;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const parsed = (bundle: string): Line[] =>
  bundle
    .trimEnd()
    .split('\n')
    .map((text) => {
      const { link: _, ...line } = JSON.parse(text) as Line;
      return line;
    });

/** Ties the lines anew and, unless it is what was forged, makes the closing line count them. */
export const tied = (lines: readonly Line[], keepEnd = false): string => {
  let link = '0'.repeat(64);
  const count = (kind: string) => lines.filter((line) => line.kind === kind).length;
  return lines
    .map((line, each) => {
      const counted =
        line.kind === 'end' && !keepEnd
          ? {
              ...line,
              lines: each,
              streams: count('stream'),
              events: count('event'),
              withheld: count('withheld'),
              entries: count('entry'),
              checkpoints: count('checkpoint'),
            }
          : line;
      link = sha256(`${link}\n${canonicalJson(counted)}`);
      return `${canonicalJson({ ...counted, link })}\n`;
    })
    .join('');
};

const hashOf = ({ hash: _, previousHash, ...content }: Line): string =>
  sha256(`${String(previousHash)}\n${sha256(canonicalJson(content))}`);

/** The part of a fact's line that stands in the chain. */
export const chained = (line: Line): Line => (line.kind === 'event' ? line.event : line);

export const rehash = (line: Line): void => {
  const part = chained(line);
  part.hash =
    line.kind === 'event' ? hashOf(part) : sha256(`${String(part.previousHash)}\n${String(part.contentHash)}`);
};

/** Numbers the facts, chains them anew and lets the head stand at the last. */
export const rechain = (head: Line, facts: readonly Line[]): void => {
  let previous = '0'.repeat(64);
  for (const [each, line] of facts.entries()) {
    const part = chained(line);
    part.seq = each + 1;
    part.previousHash = previous;
    rehash(line);
    previous = part.hash;
  }
  head.version = facts.length;
  head.hash = previous;
};

export const rehashCheckpoint = (checkpoint: Line): void => {
  const { n, size, root, at, previous } = checkpoint;
  checkpoint.hash = sha256(canonicalJson({ n, size, root, at, previous }));
};

/** Another value of the same kind. */
export const other = (value: unknown): unknown => {
  if (typeof value === 'number') return value + 1;
  if (typeof value !== 'string') return { changed: value ?? null };
  if (/^[0-9a-f]{64}$/.test(value)) return value.replace(/^./, (first) => (first === '0' ? '1' : '0'));
  return `${value}x`;
};
