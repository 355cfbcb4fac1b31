/**
 * `npm run export -- (--petition NUMBER | --unit ID --from DAY --to DAY [--below] | --all) [--purpose CODE] > bundle.jsonl`:
 * takes a history out of a running system, page by page, to standard output; progress goes to standard error.
 *
 * On this machine it signs in as the demo auditor; elsewhere `XINFANG_URL` and `XINFANG_TOKEN` say where and as whom. An
 * export that broke off goes on with `--resume NAME:CURSOR`, as it was told, appended to the same file.
 */

import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { nothingRuns, readEndpoints } from './endpoints.ts';
import { signIn } from './sign-in.ts';

const attempts = 5;

const { values } = parseArgs({
  options: {
    petition: { type: 'string' },
    unit: { type: 'string' },
    below: { type: 'boolean', default: false },
    from: { type: 'string' },
    to: { type: 'string' },
    all: { type: 'boolean', default: false },
    purpose: { type: 'string', default: 'audit' },
    since: { type: 'string' },
    as: { type: 'string', default: 'auditor' },
    resume: { type: 'string' },
  },
});

function scopeOf(): object {
  const { petition, unit, below, from, to, all } = values;
  if (petition !== undefined) return { kind: 'petition', petition };
  if (unit !== undefined && from !== undefined && to !== undefined) return { kind: 'unit', unit, below, from, to };
  if (all) return { kind: 'all' };
  throw new Error('Say what to export: --petition NUMBER, or --unit ID --from DAY --to DAY, or --all.');
}

/** Ends with a sentence, not with a stack. `fetch` throws a TypeError where nobody answers. */
function fail(error: unknown): never {
  const unanswered = error instanceof TypeError && process.env.XINFANG_URL === undefined;
  console.error(unanswered ? nothingRuns(error) : error instanceof Error ? error.message : error);
  process.exit(1);
}

function urlHere(): string {
  try {
    return readEndpoints().baseUrl;
  } catch (error) {
    return fail(error);
  }
}

const baseUrl = process.env.XINFANG_URL ?? urlHere();

/** Tokens are short-lived and an export may be long. */
const token = async (): Promise<string> => process.env.XINFANG_TOKEN ?? (await signIn(baseUrl, values.as));

async function request(path: string, init: RequestInit = {}): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const headers = { authorization: `Bearer ${await token()}`, ...init.headers };
    const response = await fetch(`${baseUrl}${path}`, { ...init, headers });
    if (response.ok) return response;
    const busy = response.status === 429 || response.status === 503;
    if (!busy || attempt === attempts) throw new Error(`${String(response.status)} ${await response.text()}`);
    const seconds = Number(response.headers.get('retry-after') ?? attempt);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

async function begin(): Promise<string> {
  const { purpose, since } = values;
  const response = await request('/history-exports', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ scope: scopeOf(), purpose, ...(since === undefined ? {} : { since: Number(since) }) }),
  });
  return ((await response.json()) as { export: string }).export;
}

const write = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });

const splitAt = values.resume?.lastIndexOf(':') ?? -1;
const name = values.resume === undefined ? await begin().catch(fail) : values.resume.slice(0, splitAt);
let cursor = values.resume?.slice(splitAt + 1);
let [pages, lines] = [0, 0];
try {
  do {
    const query = cursor === undefined ? '' : `?cursor=${cursor}`;
    const response = await request(`/history-exports/${encodeURIComponent(name)}${query}`);
    const text = await response.text();
    await write(text);
    cursor = response.headers.get('xinfang-cursor') ?? undefined;
    pages += 1;
    lines += text.split('\n').length - 1;
    console.error(`${name}: ${String(pages)} pages, ${String(lines)} lines${cursor === undefined ? ', complete' : ''}`);
  } while (cursor !== undefined);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (cursor !== undefined) console.error(`Go on, appending to the same file, with: --resume ${name}:${cursor}`);
  process.exitCode = 1;
}
