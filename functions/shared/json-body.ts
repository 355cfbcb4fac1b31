import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { BadRequest } from './problem.ts';

/**
 * Bytes of a request body. DynamoDB items end at 400 KB, and what a body says is stored encrypted, a third longer; no form
 * of ours comes near, a hundred pages of Chinese fit.
 */
export const maximumBodyBytes = 196_608;

/** No body of ours is nested deeper than this. */
const maximumDepth = 16;

const malformed = (detail: string): BadRequest =>
  new BadRequest('invalid-request', 400, 'The body is not JSON as the API takes it.', [{ pointer: '', detail }]);

const isJson = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g;

/**
 * Faults that a JSON parser lets pass: a name that stands twice (parsers differ in which one counts, so what one has
 * checked another may not see), and nesting that only an attack needs. @param json well-formed
 */
const hiddenFault = (json: string): string | undefined => {
  const open: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [token] of json.matchAll(tokens)) {
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      if (open.length > maximumDepth) return 'Nested too deep';
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (token === ':') {
      const name = JSON.parse(last) as string;
      const names = open.at(-1);
      if (names?.has(name)) return 'A name stands twice';
      if (name === '__proto__') return 'Unrecognized key: "__proto__"';
      names?.add(name);
    } else {
      last = token;
    }
  }
  return undefined;
};

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    throw malformed('Malformed JSON');
  }
};

const utf8 = new TextDecoder('utf-8', { fatal: true });

const textOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): string => {
  if (!isBase64Encoded) return body;
  try {
    return utf8.decode(Buffer.from(body, 'base64'));
  } catch {
    throw malformed('Not UTF-8');
  }
};

/** A body over the limit is refused before anything looks into it. @throws BadRequest 413 */
export const checkLength = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): void => {
  const bytes = Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes > maximumBodyBytes) {
    throw new BadRequest('payload-too-large', 413, `A body has at most ${String(maximumBodyBytes)} bytes.`);
  }
};

/** The body of a request, which must be uncompressed JSON in UTF-8. @throws BadRequest */
export const jsonBody = (event: APIGatewayProxyEventV2): unknown => {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = event.headers;
  if (!isJson.test(type) || encoding.toLowerCase() !== 'identity') {
    throw new BadRequest('unsupported-media-type', 415, 'Send the body as application/json in UTF-8, uncompressed.');
  }
  const json = textOf(event);
  const value = parsed(json);
  const fault = hiddenFault(json);
  if (fault !== undefined) throw malformed(fault);
  return value;
};
