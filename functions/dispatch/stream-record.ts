import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import type { StreamRef } from '../../domain/ports.ts';
import { Signal } from '../../workflows/contracts.ts';

const Head = z.object({
  pk: z.string().check(z.regex(/^[PSH]#./)),
  sk: z.literal('HEAD'),
  signals: z._default(z.array(Signal), []),
});

export interface CommitSignals {
  readonly stream: StreamRef;
  readonly signals: readonly z.infer<typeof Signal>[];
}

/** The signals in a record of the Petitions stream; none in records of other items. @throws Error (zod) */
export function signalsOf({ dynamodb }: DynamoDBRecord): CommitSignals | undefined {
  const image = dynamodb?.NewImage;
  if (image?.sk?.S !== 'HEAD') return undefined;
  const { pk, signals } = Head.parse(unmarshall(image as Parameters<typeof unmarshall>[0]));
  const kind = pk.startsWith('P#') ? 'petition' : pk.startsWith('S#') ? 'session' : 'whistle';
  return { stream: { kind, id: pk.slice(2) }, signals };
}
