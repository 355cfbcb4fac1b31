import { randomUUID } from 'node:crypto';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, until, untilWaiting } from '../../local/api-client.ts';
import { send } from '../support/http.ts';
import { runLocalMachine } from '../support/local-machine.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { historyOf, registeredStory, registration, take, until as upTo, worklistOf } from '../support/story.ts';

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(async () => {
  await machine.remove();
});

const keysOf = async () => (await send(`${machine.baseUrl}/oidc/jwks`)).body.keys.map(({ kid }: Answer) => kid);
const get = async (identity: string, path: string) => (await machine.api.as(identity).get(path)) as Answer;

/** Everything that has to be the same afterwards. */
const snapshot = async (number: string, queryCode: string) => ({
  units: await get('receptionist', '/units'),
  categories: await get('receptionist', '/categories'),
  petition: await get('receptionist', `/petitions/${number}`),
  history: await historyOf(machine.api, number),
  replay: await get('auditor', `/petitions/${number}/replay`),
  page: await machine.api.as().post('/portal/petition', { number, queryCode }),
  worklist: await worklistOf(machine.api, 'street-leader'),
  keys: await keysOf(),
});

const running = async (stage: string): Promise<number> =>
  (await get('operator', '/operations/workflows')).stages.find((each: Answer) => each.stage === stage).running;

describe('a machine that was killed', () => {
  it('has everything again: reference data, petition, keys, worklists, executions', async () => {
    const story = await registeredStory(machine.api);
    const { number, queryCode = '' } = story;
    await take(story, ...upTo('propose'));
    await untilWaiting(machine.api.as('street-leader'), number, 'approve');
    const sent = { token: await machine.api.token('receptionist'), key: randomUUID(), body: registration() };
    const registered = await send(`${machine.baseUrl}/petitions`, sent);
    await untilWaiting(machine.api.as('triage'), registered.body.number, 'triage');
    const before = await snapshot(number, queryCode);
    expect(before.units.items.length).toBeGreaterThan(10);
    expect(before.worklist).toHaveLength(1);

    await machine.restart();

    // The client still uses its tokens from before, so the keys have survived with the data.
    expect(await snapshot(number, queryCode)).toEqual(before);
    const again = await send(`${machine.baseUrl}/petitions`, sent);
    expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([
      201,
      registered.body,
      'true',
    ]);
    await until('the executions to run again', async () =>
      (await running('assignment')) === 1 && (await running('intake')) === 1 ? true : undefined,
    );
    expect(await worklistOf(machine.api, 'street-leader')).toEqual(before.worklist);
    await take(story, 'approve');
    await untilWaiting(machine.api.as('land-handler'), number, 'report-in');
  });

  it('loses nothing either when it is killed again before it has found its feet', async () => {
    const story = await registeredStory(machine.api);
    await take(story, ...upTo('accept'));
    for (const _ of [1, 2]) await machine.restart();
    await take(story, ...upTo('approve').slice(upTo('accept').length));
    expect((await historyOf(machine.api, story.number)).map(({ type }) => type)).toEqual([
      'PetitionRegistered',
      'PetitionRouted',
      'PetitionAccepted',
      'AssignmentProposed',
      'AssignmentApproved',
    ]);
  });

  it('keeps what it writes from everybody else on the machine', () => {
    for (const name of ['.', 'store.db', 'store.log']) {
      expect([name, statSync(join(machine.folder, name)).mode & 0o077]).toEqual([name, 0]);
    }
  });

  it('is not joined by a second one on the same folder, which says why', async () => {
    const { pid } = machine.endpoints;
    const { code, output } = await runLocalMachine(machine.folder);
    expect(code).toBe(1);
    expect(output).toContain(`Process ${String(pid)} already runs on this data folder.`);
    expect((await send(`${machine.baseUrl}/health`)).status).toBe(200);
    expect((await get('receptionist', '/units')).items.length).toBeGreaterThan(10);
  });

  it('and stood still while a limit passed says so as soon as it runs, before any schedule', async () => {
    const story = await registeredStory(machine.api);
    await take(story, ...upTo('accept'));
    const handlingOf = async () =>
      (await get('receptionist', `/petitions/${story.number}`)).deadlines.find(
        ({ limit }: Answer) => limit === 'handling',
      );
    expect(await handlingOf()).toMatchObject({ state: 'running' });

    await machine.kill();
    const hundredDays = 100 * 86_400_000;
    writeFileSync(join(machine.folder, 'clock.json'), JSON.stringify({ offset: hundredDays }));
    await machine.start();

    await until('the limit to be missed', async () => ((await handlingOf()).state === 'missed' ? true : undefined));
    expect((await get('supervisor', `/petitions/${story.number}`)).supervisions).toContainEqual(
      expect.objectContaining({ ground: 'late', automatic: true }),
    );
  });
});
