import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, untilWaiting, until as waitUntil } from '../../local/api-client.ts';
import { checkExecutions, headsOf, readTables, waitingItems } from '../chaos/check.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { registeredStory, take, withoutMediation } from '../support/story.ts';

const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
/** How far each of a dozen cases goes; the same with and without disturbance. */
const lengths = Array.from({ length: 12 }, (_, index) => (index * 5) % (withoutMediation.length + 1));

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(async () => {
  await machine.remove();
});

const reconcile = (): Promise<Answer> => machine.api.as('operator').post('/operations/reconciliations', {});
const disturb = (mapping: string, chances: object): Promise<Record<string, number>> =>
  machine.control('disturb', { mapping, chances, seed });

/** Several at a time, none of them waiting for the workflow: what is decided early waits for the machine. */
const tellCases = async (): Promise<string[]> => {
  const waiting = [...lengths.entries()];
  const numbers: string[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [index, length] = next;
      const story = { ...(await registeredStory(machine.api)), ahead: true };
      numbers[index] = story.number;
      await take(story, ...withoutMediation.slice(0, length));
    }
  };
  await Promise.all([work(), work(), work()]);
  return numbers;
};

/** Folded summary, open stages and worklist places of each case, without what names the case. */
const endStates = async (numbers: readonly string[]): Promise<object[]> => {
  const tables = await readTables(machine.endpoints);
  const heads = new Map(headsOf(tables).map((head) => [head.pk, head]));
  const items = [...waitingItems(tables)];
  return numbers.map((number) => {
    const { summary, openStages, version } = heads.get(`P#${number}`) ?? {};
    const text = JSON.stringify(summary)
      .replaceAll(number, 'NUMBER')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'AT')
      .replaceAll(/"sha256:[0-9a-f]+"|"[0-9a-f]{64}"/g, '"HASH"');
    const waiting = items.filter((item) => item.startsWith(`${number} `)).map((item) => item.split(' ')[1]);
    return { summary: JSON.parse(text), openStages, version, waiting: waiting.sort() };
  });
};

/** Once the workflow has come to where the record is. */
const settled = (numbers: readonly string[]): Promise<object[]> =>
  waitUntil(
    'workflow and record to agree',
    async () => {
      await reconcile();
      const tables = await readTables(machine.endpoints);
      if ((await checkExecutions(machine.endpoints, tables)).length > 0) return undefined;
      const items = [...waitingItems(tables)];
      const open = headsOf(tables).flatMap(({ pk, openStages }) => openStages.map((key) => `${pk.slice(2)} ${key}#`));
      return open.every((round) => items.some((item) => item.startsWith(round))) ? endStates(numbers) : undefined;
    },
    30_000,
  );

describe(`a stream that loses, doubles, delays and reorders its records (seed ${String(seed)})`, () => {
  it('leads to the same summaries, open stages and worklists as one that does not', async () => {
    const undisturbed = await settled(await tellCases());
    await disturb('dispatch', { drop: 0.25, duplicate: 0.25, delay: 0.25, reorder: 0.25 });
    await disturb('tripwire', { drop: 0.5, duplicate: 0.5 });
    const numbers = await tellCases();
    const disturbed = await settled(numbers);
    expect(disturbed).toEqual(undisturbed);
    const counts = await disturb('dispatch', {});
    console.info(JSON.stringify(counts));
    expect(counts.dropped).toBeGreaterThan(5);
    expect(counts.duplicated).toBeGreaterThan(5);
    expect(counts.delayed).toBeGreaterThan(5);
    const { deadLetters } = await machine.control<Answer>('metrics');
    expect(Object.values(deadLetters)).toEqual([0]);
  });
});

describe('a record that nobody can read', () => {
  it('ends as a dead letter, and what comes after it goes on', async () => {
    const client = new DynamoDBClient({
      endpoint: machine.endpoints.dynamodb,
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const poison = {
      pk: 'P#poison',
      sk: 'HEAD',
      outbox: '1',
      signals: [{ kind: 'start', stage: 'nowhere', round: 1 }],
    };
    await machine.control('pause', { mapping: 'dispatch', paused: true });
    const before = await registeredStory(machine.api);
    await client.send(
      new PutItemCommand({ TableName: machine.endpoints.tables.PETITIONS_TABLE, Item: marshall(poison) }),
    );
    const after = await registeredStory(machine.api);
    await machine.control('pause', { mapping: 'dispatch', paused: false });

    await untilWaiting(machine.api.as('triage'), before.number, 'triage');
    await untilWaiting(machine.api.as('triage'), after.number, 'triage');
    const letters = await waitUntil('the dead letter', async () => {
      const { deadLetters } = await machine.control<Answer>('metrics');
      const [count] = Object.values(deadLetters);
      return count === 1 ? deadLetters : undefined;
    });
    expect(Object.values(letters)).toEqual([1]);
    const { mappings } = await machine.control<Answer>('metrics');
    expect(mappings.dispatch.deadLetters).toBe(1);
    client.destroy();
  });
});
