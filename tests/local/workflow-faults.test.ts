import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ListExecutionsCommand, SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, untilWaiting, until as waitUntil } from '../../local/api-client.ts';
import { readIdentities } from '../../local/identities.ts';
import type { Story } from '../../local/scenario-a.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { after, historyOf, registeredStory, take, until, worklistOf } from '../support/story.ts';

/** Tries of one step: the first and the repetitions that the definitions allow (MaxAttempts). */
const tries = 7;

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
  await machine.control('retries', { milliseconds: 10 });
});
afterAll(async () => {
  await machine.remove();
});

const workflows = async (): Promise<Answer[]> => (await machine.api.as('operator').get('/operations/workflows')).stages;
const runningExecutions = async (): Promise<number> =>
  (await workflows()).reduce((sum, { running }) => sum + running, 0);
const failuresOf = async (number: string): Promise<Answer[]> =>
  (await workflows()).flatMap(({ failed }) => failed.filter(({ name }: Answer) => name.startsWith(number)));
const reconcile = (): Promise<Answer> => machine.api.as('operator').post('/operations/reconciliations', {});
const errorsOf = async (name: string): Promise<number> =>
  (await machine.control<Answer>('metrics')).functions[name].errors;
const invocationsOf = async (name: string): Promise<number> =>
  (await machine.control<Answer>('metrics')).functions[name].invocations;

/** What stands on anybody's worklist of these petitions. */
const onWorklists = async (numbers: readonly string[]): Promise<string[]> => {
  const lists = await Promise.all(readIdentities().map(({ id }) => worklistOf(machine.api, id)));
  const items = lists.flat().filter(({ number }) => numbers.includes(number));
  return [...new Set(items.map((item) => JSON.stringify(item)))].sort();
};

/** What machines have put there; tasks stand there from their commit on, whatever happens to a machine. */
const waiting = async (numbers: readonly string[]): Promise<string[]> =>
  (await onWorklists(numbers)).filter((item) => JSON.parse(item).stage !== 'task');

/** Ends every execution from outside, as an operator could in the console. */
const stopEverything = async (): Promise<number> => {
  const client = new SFNClient({
    endpoint: machine.endpoints.sfn,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  let stopped = 0;
  for (const stateMachineArn of Object.values(machine.endpoints.stateMachines)) {
    const { executions = [] } = await client.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 1000 }),
    );
    for (const { executionArn } of executions) {
      await client.send(new StopExecutionCommand({ executionArn, error: 'Test', cause: 'Stopped from outside' }));
      stopped += 1;
    }
  }
  client.destroy();
  return stopped;
};

const conclude = async (story: Story, last: string): Promise<void> => {
  await take(story, ...after(last));
  const { status, waitingFor } = await machine.api.as('auditor').get(`/petitions/${story.number ?? ''}`);
  expect([status, waitingFor]).toEqual(['concluded', []]);
};

describe('a step that cannot be opened', () => {
  it('is tried again until it can', async () => {
    const before = await errorsOf('open-step');
    await machine.control('fail', { function: 'open-step', times: tries - 1 });
    const { number } = await registeredStory(machine.api);
    await untilWaiting(machine.api.as('triage'), number, 'triage');
    expect((await errorsOf('open-step')) - before).toBe(tries - 1);
    expect(await failuresOf(number)).toEqual([]);
  });

  it.each([
    ['first', undefined, 'intake', 'triage', 'triage'],
    ['middle', 'propose', 'assignment', 'approve', 'street-leader'],
  ])(
    'more often than that is seen by the operator, and the case is not lost (%s step)',
    async (_, last, stage, step, who) => {
      let story: Story & { number: string };
      const fail = () => machine.control('fail', { function: 'open-step', times: tries });
      if (last === undefined) {
        await fail();
        story = await registeredStory(machine.api);
      } else {
        story = await registeredStory(machine.api);
        const steps = until(last);
        await take(story, ...steps.slice(0, -1));
        await untilWaiting(machine.api.as('centre-handler'), story.number, last);
        await fail();
        await take(story, last);
      }
      const { number } = story;
      const [failure] = await waitUntil('the failure in the operator’s view', async () => {
        const failures = await failuresOf(number);
        return failures.length > 0 ? failures : undefined;
      });
      expect(failure).toMatchObject({ name: `${number}-${stage}-1`, error: 'StepNotOpened' });
      expect(await waiting([number])).toEqual([]);
      // The record knows all the while who is to act.
      const { waitingFor } = await machine.api.as('auditor').get(`/petitions/${number}`);
      expect(waitingFor).toMatchObject([{ stage, step }]);

      expect((await reconcile()).started).toBe(1);
      const item = await untilWaiting(machine.api.as(who), number, step);
      expect(item.audience).toBe(waitingFor[0].audience);
      expect(await waiting([number])).toHaveLength(1);
      if (last === undefined) await take(story, ...until('propose'));
      await take(story, 'approve');
      await untilWaiting(machine.api.as('land-handler'), number, 'report-in');
      expect((await reconcile()).started).toBe(0);
    },
  );
});

describe('executions that were stopped from outside', () => {
  it('come back by a reconciliation: every petition waits where it did, for the same people, and can be closed', async () => {
    const stages = [undefined, 'route', 'propose', 'approve', 'outcome-land', 'request-closing'];
    const stories: (readonly [Story & { number: string }, string | undefined])[] = [];
    for (const last of stages) {
      const story = await registeredStory(machine.api);
      if (last !== undefined) await take(story, ...until(last));
      if (last === 'outcome-land') await take(story, 'propose-mediation');
      stories.push([story, last]);
    }
    const numbers = stories.map(([{ number }]) => number);
    // 1 + 1 + 1 + three legs + one leg and the mediation + 1
    await waitUntil('all steps', async () => ((await waiting(numbers)).length === 9 ? true : undefined));
    const before = await onWorklists(numbers);
    const steps = await waiting(numbers);
    const runningBefore = await runningExecutions();

    // Twice: the second time also the executions of the first reconciliation end.
    for (const _ of [1, 2]) {
      expect(await stopEverything()).toBe(runningBefore);
      expect(await runningExecutions()).toBe(0);
      const opened = await invocationsOf('open-step');
      const done = await reconcile();
      expect(done).toMatchObject({ open: runningBefore, running: 0, started: runningBefore, stopped: 0, failed: 0 });
      await waitUntil('steps opened anew', async () =>
        (await invocationsOf('open-step')) - opened >= steps.length ? true : undefined,
      );
      expect(await onWorklists(numbers)).toEqual(before);
      expect(await reconcile()).toMatchObject({ open: runningBefore, running: runningBefore, started: 0, stopped: 0 });
    }

    for (const [story, last] of stories) {
      if (last === 'outcome-land') {
        const said = { party: 'zhao', consents: false, statement: '不同意调解' };
        await machine.api.as('mediator').change(story.number, 'mediation-consents', said);
      }
      if (last === undefined) await take(story, ...until('confirm-closing'));
      else await conclude(story, last);
    }
    expect(await waiting(numbers)).toEqual([]);
    for (const number of numbers) {
      const replay = await machine.api.as('auditor').get(`/petitions/${number}/replay`);
      expect(replay).toMatchObject({ chainWhole: true, stateEqual: true });
    }
  });
});

describe('signals', () => {
  it('that come late find officers who did not wait for them', async () => {
    await machine.control('pause', { mapping: 'dispatch', paused: true });
    const story = await registeredStory(machine.api);
    const { number } = story;
    const opened = await invocationsOf('open-step');
    const routing = {
      purpose: 'appeal',
      path: 6,
      category: '0201',
      disposition: 'own',
      competentUnit: '622901007-zzzx',
    };
    await machine.api.as('triage').change(number, 'routing', routing);
    await machine.api.as('centre-handler').change(number, 'acceptance');
    const proposal = { leadUnit: '622901007-zzzx', reason: '由中心办理。' };
    await machine.api.as('centre-handler').change(number, 'assignment-proposals', proposal);
    expect(await waiting([number])).toEqual([]);
    expect(await invocationsOf('open-step')).toBe(opened);

    await machine.control('pause', { mapping: 'dispatch', paused: false });
    await untilWaiting(machine.api.as('street-leader'), number, 'approve');
    expect((await waiting([number])).map((item) => JSON.parse(item).step)).toEqual(['approve']);
    await waitUntil('the intake to end', async () => {
      const { open, running } = await reconcile();
      return open === running ? true : undefined;
    });
    expect(await failuresOf(number)).toEqual([]);
  });

  it('that fail are delivered again', async () => {
    await machine.control('fail', { function: 'dispatch', times: 2 });
    const { number } = await registeredStory(machine.api);
    await untilWaiting(machine.api.as('triage'), number, 'triage');
    expect(Object.values((await machine.control<Answer>('metrics')).deadLetters)).toEqual([0]);
  });

  it('that are all delivered once more, from the first one on, change nothing', async () => {
    const stories = [];
    for (const last of ['route', 'approve', 'confirm-closing']) {
      const story = await registeredStory(machine.api);
      await take(story, ...until(last));
      stories.push(story);
    }
    const numbers = stories.map(({ number }) => number);
    await waitUntil('all steps', async () => ((await waiting(numbers)).length === 4 ? true : undefined));
    const before = await onWorklists(numbers);
    const lengths = await Promise.all(numbers.map(async (number) => (await historyOf(machine.api, number)).length));
    const { delivered } = (await machine.control<Answer>('metrics')).mappings.dispatch;

    await machine.kill();
    rmSync(join(machine.folder, 'checkpoints/dispatch.json'));
    await machine.start();
    await waitUntil('everything delivered again', async () =>
      (await machine.control<Answer>('metrics')).mappings.dispatch.delivered >= delivered ? true : undefined,
    );
    await reconcile();
    expect(await onWorklists(numbers)).toEqual(before);
    expect(await Promise.all(numbers.map(async (number) => (await historyOf(machine.api, number)).length))).toEqual(
      lengths,
    );
    expect(Object.values((await machine.control<Answer>('metrics')).deadLetters)).toEqual([0]);
    const [routed, approved] = stories;
    if (!routed || !approved) throw new Error('unreachable');
    await take(routed, 'accept', 'propose');
    await conclude(approved, 'approve');
  });
});
