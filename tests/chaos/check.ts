/** Holds what the clients were told against what the record holds, read from the tables themselves. */

import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { firstFault } from '../../adapters/chain.ts';
import { parseEvent, parseHead } from '../../adapters/stored-event.ts';
import type { StoredEvent } from '../../domain/ports.ts';
import { type Stage, stages } from '../../domain/workflow/signals.ts';
import { stageRoundOf } from '../../functions/shared/reconcile.ts';
import type { Answer } from '../../local/api-client.ts';
import type { Endpoints } from '../../local/endpoints.ts';
import type { Write } from './journal.ts';

const local = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

type Item = Record<string, unknown>;

/** Everything in both tables. */
export interface Tables {
  readonly petitions: readonly Item[];
  readonly history: readonly Item[];
}

export async function readTables({ dynamodb, tables }: Endpoints): Promise<Tables> {
  const client = new DynamoDBClient({ ...local, endpoint: dynamodb });
  const scan = async (TableName: string | undefined): Promise<Item[]> => {
    const items: Item[] = [];
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey, ConsistentRead: true }));
      items.push(...(page.Items ?? []).map((item) => unmarshall(item)));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    return items;
  };
  try {
    return { petitions: await scan(tables.PETITIONS_TABLE), history: await scan(tables.HISTORY_TABLE) };
  } finally {
    client.destroy();
  }
}

const isPetitionOrSession = (pk: unknown): boolean => /^[PS]#/.test(String(pk));

/** Events by stream, in order. */
export function streamsOf({ history }: Tables): Map<string, StoredEvent[]> {
  const events = history.map(parseEvent).sort((a, b) => a.seq - b.seq);
  return Map.groupBy(events, ({ stream }) => stream);
}

export const headsOf = ({ petitions }: Tables) =>
  petitions.filter(({ sk }) => sk === 'HEAD').map((item) => parseHead(item));

/** What of the writes is in the record. */
export interface Kept {
  acknowledged: number;
  /** Answered only by the repeat: the first attempt had been carried out without anybody hearing of it. */
  committedUnheard: number;
  /** Carried out by the repeat: the first attempt had left nothing. */
  absentUntilRepeated: number;
  givenUpCommitted: number;
  givenUpAbsent: number;
  refused: number;
}

/** Events that a command on one stream writes to another, so that no answer names them. */
const besides = new Set(['InstructionNoted', 'VisitMatterNamed', 'VisitWithheld']);

/** Every acknowledged write once, nothing else. Problems are sentences. */
export function checkWrites(writes: readonly Write[], tables: Tables): { kept: Kept; problems: string[] } {
  const problems: string[] = [];
  const answers = new Map(
    tables.petitions
      .filter(({ pk }) => String(pk).startsWith('I#'))
      .map(({ pk, body }) => [String(pk).split('#').at(-1), JSON.parse(String(body)) as Answer] as const),
  );
  const kept: Kept = {
    acknowledged: 0,
    committedUnheard: 0,
    absentUntilRepeated: 0,
    givenUpCommitted: 0,
    givenUpAbsent: 0,
    refused: 0,
  };
  /** What happened to a stream by the answers: first and last version, types, key. */
  const told = new Map<string, { from: number; to: number; events: string[]; key: string }[]>();
  const tell = (key: string, { number, version, events }: Answer): void => {
    const list = told.get(number) ?? [];
    told.set(number, [...list, { from: version - events.length + 1, to: version, events, key }]);
  };
  for (const { key, outcome, answer, cut, replayed, path } of writes) {
    const stored = answers.get(key);
    answers.delete(key);
    if (outcome === 'done') {
      kept.acknowledged += 1;
      if (cut > 0) kept[replayed ? 'committedUnheard' : 'absentUntilRepeated'] += 1;
      if (stored === undefined) {
        // Reads by POST and writes that keep no answer say no version.
        if (answer?.version !== undefined) problems.push(`${path} ${key}: acknowledged, and not in the store`);
        continue;
      }
      for (const field of ['number', 'version', 'events']) {
        const [said, holds] = [JSON.stringify(answer[field]), JSON.stringify(stored[field])];
        if (said !== holds) problems.push(`${path} ${key}: ${field} was told as ${said}, the store holds ${holds}`);
      }
      tell(key, stored);
    } else if (outcome === 'refused') {
      kept.refused += 1;
      if (stored !== undefined) problems.push(`${path} ${key}: refused, and yet in the store`);
    } else {
      kept[stored === undefined ? 'givenUpAbsent' : 'givenUpCommitted'] += 1;
      if (stored !== undefined) tell(key, stored);
    }
  }
  for (const key of answers.keys()) problems.push(`${key ?? '?'}: in the store, and nobody asked for it`);

  for (const [stream, events] of streamsOf(tables)) {
    if (!isPetitionOrSession(stream)) continue;
    const parts = (told.get(stream.slice(2)) ?? []).sort((a, b) => a.from - b.from);
    told.delete(stream.slice(2));
    let next = 1;
    const unexplained = (upTo: number): void => {
      for (; next < upTo; next += 1) {
        const event = events[next - 1];
        if (event === undefined || event.actor.role === 'system' || besides.has(event.type)) continue;
        problems.push(`${stream} ${String(next)}: ${event.type} that no answer explains`);
      }
    };
    for (const { from, to, events: types, key } of parts) {
      unexplained(from);
      if (from < next) problems.push(`${stream} ${String(from)}: answered twice, the second time to ${key}`);
      const there = events.slice(from - 1, to).map(({ type }) => type);
      if (there.join() !== types.join())
        problems.push(
          `${stream} ${String(from)}–${String(to)}: ${key} was told ${types.join()}, there is ${there.join()}`,
        );
      next = Math.max(next, to + 1);
    }
    unexplained(events.length + 1);
  }
  for (const stream of told.keys()) problems.push(`${stream}: acknowledged, and without a history`);
  return { kept, problems };
}

/** Chains whole, heads at their ends. */
export function checkChains(tables: Tables): { streams: number; events: number; problems: string[] } {
  const problems: string[] = [];
  const streams = streamsOf(tables);
  const heads = new Map(headsOf(tables).map((head) => [head.pk, head]));
  for (const [stream, events] of streams) {
    const fault = firstFault(events);
    if (fault !== undefined) problems.push(`${stream}: ${fault.fault} at event ${String(fault.seq)}`);
    const head = heads.get(stream);
    const last = events.at(-1);
    if (head?.version !== events.length || head.hash !== last?.hash)
      problems.push(`${stream}: the head stands at ${String(head?.version)}, the history at ${String(events.length)}`);
    heads.delete(stream);
    const back = events.findIndex((event, index) => event.at < (events[index - 1]?.at ?? ''));
    if (back > 0) problems.push(`${stream}: event ${String(back + 1)} is dated before the one before it`);
  }
  for (const stream of heads.keys()) problems.push(`${stream}: a head without a history`);
  return { streams: streams.size, events: tables.history.length, problems };
}

/** Names of the running executions by stage. */
export async function runningExecutions({ sfn, stateMachines }: Endpoints): Promise<{ stage: Stage; name: string }[]> {
  const client = new SFNClient({ ...local, endpoint: sfn });
  try {
    const found: { stage: Stage; name: string }[] = [];
    for (const stage of stages) {
      let nextToken: string | undefined;
      do {
        const page = await client.send(
          new ListExecutionsCommand({ stateMachineArn: stateMachines[stage], statusFilter: 'RUNNING', nextToken }),
        );
        found.push(...(page.executions ?? []).map(({ name = '' }) => ({ stage, name })));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
    }
    return found;
  } finally {
    client.destroy();
  }
}

/** Open stages without exactly one execution, and executions without an open stage. */
export async function checkExecutions(endpoints: Endpoints, tables: Tables): Promise<string[]> {
  const running = new Map<string, number>();
  for (const { stage, name } of await runningExecutions(endpoints)) {
    const at = stageRoundOf(name, stage);
    const key = at === undefined ? name : `${at.stream.id} ${stage}#${String(at.round)}`;
    running.set(key, (running.get(key) ?? 0) + 1);
  }
  const problems: string[] = [];
  for (const { pk, openStages } of headsOf(tables)) {
    for (const open of openStages) {
      const key = `${pk.slice(2)} ${open}`;
      const count = running.get(key) ?? 0;
      if (count !== 1) problems.push(`${key}: open, and ${String(count)} executions run`);
      running.delete(key);
    }
  }
  for (const key of running.keys()) problems.push(`${key}: runs, and is not open`);
  return problems;
}

/** Step keys that stand on a worklist with a token, by stream. */
export const waitingItems = ({ petitions }: Tables): Set<string> =>
  new Set(
    petitions
      .filter(({ sk, wl, token }) => String(sk).startsWith('W#') && wl !== undefined && token !== undefined)
      .map(({ pk, sk }) => `${String(pk).slice(2)} ${String(sk).slice(2)}`),
  );
