import { DynamoAnchorReader } from '../../adapters/anchor-reader.ts';
import { firstFault } from '../../adapters/chain.ts';
import { DynamoStreamFacts } from '../../adapters/stream-facts.ts';
import { DynamoActStore } from '../../adapters/unit-acts.ts';
import { readContainer } from '../shared/container.ts';
import { sealing } from '../shared/sealing.ts';
import { createHandler } from './handler.ts';

const { client, tables, records, reference, context, clock } = readContainer(sealing());

export const handler = createHandler({
  records,
  context,
  clock,
  units: reference,
  firstFault,
  acts: new DynamoActStore({ client, ...tables }),
  facts: new DynamoStreamFacts({ client, ...tables }),
  anchor: new DynamoAnchorReader({ client, ...tables }),
});
