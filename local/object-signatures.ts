/** AWS Signature Version 4, checked as S3 does: on the SDK's own requests, on presigned addresses and on form policies. */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { S3Error } from './object-xml.ts';

/** The one access key of the local machine. */
export interface AccessKey {
  readonly id: string;
  readonly secret: string;
}

const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest();

/** `scope`: `<yyyymmdd>/<region>/s3/aws4_request`. */
function signature(key: AccessKey, scope: string, text: string): string {
  const signingKey = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${key.secret}`);
  return hmac(signingKey, text).toString('hex');
}

const same = (given: string, expected: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/** The scope of a credential of ours. @throws S3Error */
function scopeOf(credential: string, key: AccessKey): string {
  const [id, ...scope] = credential.split('/');
  if (id !== key.id) throw new S3Error('InvalidAccessKeyId', 'There is no such access key.', 403);
  if (scope.length !== 4 || scope[2] !== 's3' || scope[3] !== 'aws4_request')
    throw new S3Error('AuthorizationQueryParametersError', 'The credential has another scope.', 400);
  return scope.join('/');
}

const refused = () =>
  new S3Error('SignatureDoesNotMatch', 'The signature does not match the request and the secret.', 403);

/** Milliseconds since 1970 of `20261124T083000Z`. */
const instantOf = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** A request as it came: the path as it stood in it, since two ways to write one key are two signatures. */
export interface Signed {
  readonly request: IncomingMessage;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** RFC 3986, as the algorithm wants it. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

function canonicalRequest({ request, path, query: given }: Signed, signedHeaders: string, payloadHash: string): string {
  const query = [...given]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&');
  const headers = signedHeaders
    .split(';')
    .map(
      (name) =>
        `${name}:${String(request.headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}\n`,
    )
    .join('');
  return [request.method, path, query, headers, signedHeaders, payloadHash].join('\n');
}

const textToSign = (date: string, scope: string, canonical: string): string =>
  ['AWS4-HMAC-SHA256', date, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');

/**
 * Who asks has the key, or an address signed with it that has not expired. Answers the hash that the body must have, if
 * the signature names one. @throws S3Error
 */
export function checkSignature(signed: Signed, key: AccessKey, now: number): string | undefined {
  const { request } = signed;
  const query = (name: string) => signed.query.get(name) ?? '';
  if (signed.query.has('X-Amz-Signature')) {
    const [date, expires] = [query('X-Amz-Date'), Number(query('X-Amz-Expires'))];
    if (query('X-Amz-Algorithm') !== 'AWS4-HMAC-SHA256' || !(expires > 0 && expires <= 604_800))
      throw new S3Error('AuthorizationQueryParametersError', 'The address is not signed as it should be.', 400);
    const scope = scopeOf(query('X-Amz-Credential'), key);
    if (!query('X-Amz-SignedHeaders').split(';').includes('host')) throw refused();
    const canonical = canonicalRequest(signed, query('X-Amz-SignedHeaders'), 'UNSIGNED-PAYLOAD');
    if (!same(query('X-Amz-Signature'), signature(key, scope, textToSign(date, scope, canonical)))) throw refused();
    if (!(now < instantOf(date) + expires * 1000)) throw new S3Error('AccessDenied', 'Request has expired', 403);
    return undefined;
  }
  const [, credential = '', signedHeaders = '', given = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    ) ?? [];
  if (credential === '') throw new S3Error('AccessDenied', 'Access Denied', 403);
  const scope = scopeOf(credential, key);
  const payloadHash = String(request.headers['x-amz-content-sha256'] ?? '');
  const date = String(request.headers['x-amz-date'] ?? '');
  const canonical = canonicalRequest(signed, signedHeaders, payloadHash);
  if (!same(given, signature(key, scope, textToSign(date, scope, canonical)))) throw refused();
  return /^[0-9a-f]{64}$/.test(payloadHash) ? payloadHash : undefined;
}

/** The signature of a form's policy (POST Object). @throws S3Error */
export function checkFormSignature(fields: ReadonlyMap<string, string>, key: AccessKey): void {
  const field = (name: string) => fields.get(name) ?? '';
  if (field('policy') === '') throw new S3Error('AccessDenied', 'Access Denied', 403);
  if (field('x-amz-algorithm') !== 'AWS4-HMAC-SHA256')
    throw new S3Error('InvalidRequest', 'The form is not signed as it should be.', 400);
  const scope = scopeOf(field('x-amz-credential'), key);
  if (!same(field('x-amz-signature'), signature(key, scope, field('policy')))) throw refused();
}
