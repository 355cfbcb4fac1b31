/**
 * A meter between the functions and the store: passes every DynamoDB request on and notes what it takes, by the store's
 * own account and by the documented rules. Writes pass one at a time, so that the images before and after are theirs.
 */

import { createServer, type IncomingHttpHeaders } from 'node:http';
import { historyTable, petitionsTable, type TableShape } from '../adapters/tables.ts';
import { call } from '../local/aws-json.ts';
import { listen } from '../local/ports.ts';
import { type Item, itemSize, readUnits, type WriteUnits, writeUnits } from './request-units.ts';

/** Real task tokens have 600 to 1,000 characters and are stored as bytes; the local ones are short. */
const realTokenBytes = 750;

export interface WrittenItem {
  /** `event`, `head`, `answer`, `step`, `lookup` or `other`. */
  readonly item: string;
  readonly size: number;
  readonly units: WriteUnits;
}

export interface Written {
  /** `command`: the one transaction of a command. `open-step`, `mark` and `count` follow from it; `read` notes who read personal data. */
  readonly kind: 'command' | 'read' | 'open-step' | 'mark' | 'count' | 'other';
  /** Types of the events that it appends. */
  readonly events: readonly string[];
  readonly items: readonly WrittenItem[];
  readonly computed: number;
  readonly reported: number;
}

export interface Usage {
  readonly writes: readonly Written[];
  readonly readUnits: { readonly computed: number; readonly reported: number };
}

export interface Meter {
  readonly url: string;
  /** Physical table names, known once the machine has started; before that nothing is noted. */
  tables(names: { readonly petitions: string; readonly history: string }): void;
  /** What was used since it was asked last. */
  take(): Usage;
  close(): void;
}

interface Change {
  readonly table: string;
  readonly key: Item;
}

type Body = Record<string, unknown>;
interface Consumed {
  readonly CapacityUnits?: number;
}

const single = ['PutItem', 'UpdateItem', 'DeleteItem'];

export async function startMeter(store: string): Promise<Meter> {
  let shapes = new Map<string, TableShape>();
  let writes: Written[] = [];
  let reads = { computed: 0, reported: 0 };
  let last: Promise<unknown> = Promise.resolve();

  const images = ({ table, key }: Change) =>
    call<{ Item?: Item }>(store, 'DynamoDB_20120810.GetItem', { TableName: table, Key: key, ConsistentRead: true });

  const noteWrite = async (operation: string, input: Body, pass: () => Promise<Response>): Promise<Response> => {
    const changes = changesOf(operation, input).filter(({ table }) => shapes.has(table));
    const before = await Promise.all(changes.map(images));
    const response = await pass();
    if (!response.ok || changes.length === 0) return response;
    const { ConsumedCapacity } = (await response.clone().json()) as { ConsumedCapacity?: Consumed | Consumed[] };
    const after = await Promise.all(changes.map(images));
    const transactional = operation === 'TransactWriteItems';
    const items = changes.map(({ table }, index): WrittenItem => {
      const [old, now] = [before[index]?.Item, after[index]?.Item].map(withRealToken);
      const shape = shapes.get(table) as TableShape;
      return {
        item: nameOf((now ?? old) as Item),
        size: now === undefined ? 0 : itemSize(now),
        units: writeUnits(shape, old, now, transactional),
      };
    });
    writes.push({
      kind: transactional ? kindOfTransaction(changes) : kindOf(operation, items),
      events: after.flatMap(({ Item: item }) => (item?.previousHash === undefined ? [] : [item.type?.S ?? ''])),
      items,
      computed: items.reduce((sum, { units }) => sum + units.total, 0),
      reported: unitsOf(ConsumedCapacity),
    });
    return response;
  };

  const noteRead = async (operation: string, input: Body, pass: () => Promise<Response>): Promise<Response> => {
    const response = await pass();
    if (!response.ok || shapes.size === 0) return response;
    const output = (await response.clone().json()) as Body & { ConsumedCapacity?: Consumed | Consumed[] };
    const reported = unitsOf(output.ConsumedCapacity);
    reads = {
      computed: reads.computed + (readUnitsOf(operation, input, output) ?? reported),
      reported: reads.reported + reported,
    };
    return response;
  };

  const handle = async (headers: IncomingHttpHeaders, body: Buffer): Promise<Response> => {
    const target = String(headers['x-amz-target']);
    const pass = () =>
      fetch(store, {
        method: 'POST',
        headers: Object.fromEntries(
          ['content-type', 'x-amz-target', 'x-amz-date', 'authorization', 'x-amz-content-sha256'].flatMap((name) =>
            headers[name] === undefined ? [] : [[name, String(headers[name])]],
          ),
        ),
        body: new Uint8Array(body),
      });
    const operation = target.startsWith('DynamoDB_20120810.') ? (target.split('.')[1] ?? '') : '';
    const input = () => JSON.parse(body.toString()) as Body;
    if (operation === 'TransactWriteItems' || single.includes(operation)) {
      const turn = last.then(() => noteWrite(operation, input(), pass));
      last = turn.catch(() => {});
      return turn;
    }
    if (['GetItem', 'Query', 'BatchGetItem'].includes(operation)) return noteRead(operation, input(), pass);
    return pass();
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      handle(request.headers, Buffer.concat(chunks)).then(
        async (answer) => {
          const text = Buffer.from(await answer.arrayBuffer());
          const crc = answer.headers.get('x-amz-crc32');
          response.writeHead(answer.status, {
            'content-type': 'application/x-amz-json-1.0',
            'content-length': text.length,
            ...(crc === null ? {} : { 'x-amz-crc32': crc }),
          });
          response.end(text);
        },
        () => response.destroy(),
      );
    });
  });
  server.keepAliveTimeout = 60_000;
  const port = await listen(server, 0);
  return {
    url: `http://127.0.0.1:${String(port)}`,
    tables: ({ petitions, history }) => {
      shapes = new Map<string, TableShape>([
        [petitions, petitionsTable],
        [history, historyTable],
      ]);
    },
    take: () => {
      const usage = { writes, readUnits: reads };
      writes = [];
      reads = { computed: 0, reported: 0 };
      return usage;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function changesOf(operation: string, input: Body): Change[] {
  if (operation !== 'TransactWriteItems') return [changeOf(operation, input)];
  const items = input.TransactItems as Record<string, Body>[];
  return items.flatMap((item) =>
    Object.entries(item).map(([name, one]) => changeOf(name === 'Put' ? 'PutItem' : name, one)),
  );
}

function changeOf(operation: string, input: Body): Change {
  const { pk, sk } = (operation === 'PutItem' ? input.Item : input.Key) as Item;
  return { table: String(input.TableName), key: { pk, sk } as Item };
}

function withRealToken(item: Item | undefined): Item | undefined {
  if (item?.token === undefined) return item;
  return { ...item, token: { S: 'x'.repeat(realTokenBytes) } };
}

/** Figures and the history of reads stand in partitions of their own: adapters/keys.ts. */
const kindOfTransaction = (changes: readonly Change[]): Written['kind'] => {
  const all = (prefix: RegExp) => changes.every(({ key }) => prefix.test(key.pk?.S ?? ''));
  // Beats tell how far the figures are and belong to no command.
  if (all(/^C#BEAT/)) return 'other';
  return all(/^[FC]#/) ? 'count' : all(/^R#/) ? 'read' : 'command';
};

/** By the shape of the sort key: adapters/keys.ts. */
function nameOf({ sk }: Item): string {
  const key = sk?.S ?? '';
  if (/^\d{8}$/.test(key)) return 'event';
  if (key === 'HEAD') return 'head';
  if (key === 'ANSWER') return 'answer';
  if (key.startsWith('W#')) return 'step';
  if (key.startsWith('L#')) return 'lookup';
  return 'other';
}

function kindOf(operation: string, items: readonly WrittenItem[]): Written['kind'] {
  if (items[0]?.item !== 'step') return 'other';
  return operation === 'PutItem' ? 'open-step' : 'mark';
}

function unitsOf(consumed: Consumed | Consumed[] | undefined): number {
  if (consumed === undefined) return 0;
  return [consumed].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}

/** `undefined` where the answer does not show what was read. */
function readUnitsOf(operation: string, input: Body, output: Body): number | undefined {
  if (operation === 'GetItem') {
    const { Item: item } = output as { Item?: Item };
    return readUnits(item === undefined ? 0 : itemSize(item), input.ConsistentRead === true);
  }
  if (operation === 'Query') {
    if (input.FilterExpression !== undefined || input.ProjectionExpression !== undefined) return undefined;
    const size = (output.Items as Item[]).reduce((sum, item) => sum + itemSize(item), 0);
    return readUnits(size, input.ConsistentRead === true);
  }
  const found = Object.values(output.Responses as Record<string, Item[]>).flat();
  const asked = Object.values(input.RequestItems as Record<string, { Keys: unknown[] }>).flatMap(({ Keys }) => Keys);
  const missing = asked.length - found.length;
  return found.reduce((sum, item) => sum + readUnits(itemSize(item), false), missing * 0.5);
}
