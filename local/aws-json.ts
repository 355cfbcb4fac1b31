/** AWS's JSON protocol, both ways: enough to call the local store and to answer the SDK's clients. */

import type { IncomingMessage, ServerResponse } from 'node:http';

/** An error as an AWS service reports it. */
export class ServiceError extends Error {
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

/** Calls an operation, e.g. `DynamoDB_20120810.DescribeTable`. @throws ServiceError */
export async function call<T>(endpoint: string, operation: string, input: object): Promise<T> {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': operation,
      'x-amz-date': date,
      // Local stores want a signature to be there and do not check it.
      authorization: `AWS4-HMAC-SHA256 Credential=local/${date.slice(0, 8)}/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  const output = (await response.json()) as T & { __type?: string; message?: string; Message?: string };
  if (response.ok) return output;
  throw new ServiceError(
    output.__type?.split('#').at(-1) ?? 'UnknownError',
    output.message ?? output.Message ?? `status ${response.status}`,
    response.status,
  );
}

/** Operations by target, e.g. `AWSStepFunctions.StartExecution`. */
export type Operations = { readonly [target: string]: (input: never) => object | Promise<object> };

/** Answers one request of an SDK client. */
export async function answer(
  operations: Operations,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const target = String(request.headers['x-amz-target'] ?? '');
  const reply = (status: number, body: object) => {
    response.writeHead(status, { 'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(body));
  };
  try {
    const operation = operations[target];
    if (operation === undefined)
      throw new ServiceError('UnknownOperationException', `The local machine does not offer ${target}`);
    reply(200, await operation((await readJson(request)) as never));
  } catch (error) {
    if (error instanceof ServiceError) return reply(error.status, { __type: error.name, message: error.message });
    console.error(error);
    reply(500, { __type: 'InternalFailure', message: String(error) });
  }
}

/** Body of a request; `{}` when there is none. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = (await readBody(request)).toString('utf8');
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new ServiceError('SerializationException', 'The body is not JSON');
  }
}

/** A body larger than the limit. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** Whole body. @throws BodyTooLarge */
export async function readBody(request: IncomingMessage, limit = 10 * 1024 * 1024): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Not destroyed when it is too large: the refusal still has to reach the sender.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
