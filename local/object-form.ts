/** POST Object: a browser's form with a signed policy that says what may be uploaded. */

import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { S3Error } from './object-xml.ts';

/** The form's fields by lower-case name, and its file; S3 wants the file last. */
export interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly file: Readable;
}

/** Reads a form until its file begins. @throws S3Error */
export function readForm(request: IncomingMessage): Promise<Form> {
  const malformed = (message: string) => new S3Error('MalformedPOSTRequest', message, 400);
  return new Promise((resolve, reject) => {
    if (!/^multipart\/form-data;/i.test(request.headers['content-type'] ?? '')) {
      reject(new S3Error('PreconditionFailed', 'A form is multipart/form-data.', 412));
      return;
    }
    const fields = new Map<string, string>();
    const parser = new Busboy({
      headers: request.headers as BusboyHeaders,
      limits: { fieldSize: 20_480, fields: 50, files: 1 },
    });
    parser.on('field', (name, value) => void fields.set(name.toLowerCase(), value));
    let upload: Readable | undefined;
    parser.on('file', (name, file) => {
      if (name.toLowerCase() !== 'file') return void file.resume();
      upload = file;
      // Before anybody reads it too: it is broken then, not ended.
      file.on('error', (error) => file.destroy(malformed(String(error))));
      resolve({ fields, file });
    });
    parser.on('error', (error) => reject(malformed(String(error))));
    parser.on('finish', () => reject(malformed('The form has no file.')));
    // Whoever hangs up in the middle has uploaded nothing.
    request.on('aborted', () => (upload ?? parser).destroy(new Error('aborted')));
    request.pipe(parser);
  });
}

export interface Allowed {
  readonly minimum: number;
  readonly maximum: number;
}

/** Fields that need no condition. */
const free = ['policy', 'x-amz-signature', 'file'];

/**
 * Whether the policy allows this form, as S3 judges: every condition holds and every field has one. Answers the size
 * that the file may have. @throws S3Error
 */
export function checkPolicy(fields: ReadonlyMap<string, string>, bucket: string, now: number): Allowed {
  const invalid = (message: string) => new S3Error('InvalidPolicyDocument', message, 400);
  const denied = (message: string) => new S3Error('AccessDenied', `Invalid according to Policy: ${message}`, 403);
  let policy: { expiration?: unknown; conditions?: unknown };
  try {
    policy = JSON.parse(Buffer.from(fields.get('policy') ?? '', 'base64').toString('utf8'));
  } catch {
    throw invalid('The policy is not JSON.');
  }
  const expires = Date.parse(String(policy.expiration));
  if (Number.isNaN(expires) || !Array.isArray(policy.conditions))
    throw invalid('Expiration or conditions are missing.');
  if (now >= expires) throw denied('Policy expired.');

  let allowed: Allowed = { minimum: 0, maximum: 5 * 1024 ** 3 };
  const given = new Map([...fields, ['bucket', bucket]]);
  const covered = new Set(['bucket', ...free]);
  for (const condition of policy.conditions as readonly unknown[]) {
    const tests = Array.isArray(condition)
      ? [condition]
      : Object.entries(condition as object).map(([name, value]) => ['eq', `$${name}`, value]);
    for (const [operator, first, second] of tests as readonly (readonly unknown[])[]) {
      if (operator === 'content-length-range') {
        allowed = { minimum: Number(first), maximum: Number(second) };
        continue;
      }
      const name = String(first).slice(1).toLowerCase();
      const value = given.get(name);
      covered.add(name);
      const holds =
        operator === 'eq'
          ? value === String(second)
          : operator === 'starts-with' && value?.startsWith(String(second)) === true;
      if (!holds) throw denied(`Policy Condition failed: ${JSON.stringify(condition)}`);
    }
  }
  const extra = [...fields.keys()].filter((name) => !covered.has(name) && !name.startsWith('x-ignore-'));
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`);
  return allowed;
}
