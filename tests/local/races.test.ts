import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilWaiting } from '../../local/api-client.ts';
import { type Reply, send } from '../support/http.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { historyOf, registeredStory, registration, take, until } from '../support/story.ts';
import { mint } from '../support/tokens.ts';

const six = [1, 2, 3, 4, 5, 6];

let machine: Machine;
beforeAll(async () => {
  machine = await startMachine();
});
afterAll(async () => {
  await machine.remove();
});

/** The same command six times at the version that stands, each under a key of its own. */
const together = async (
  number: string,
  action: string,
  attempt: (index: number) => Promise<{ token: string; body: object }>,
): Promise<{ version: number; replies: Reply[] }> => {
  const { version } = await machine.api.as('auditor').get(`/petitions/${number}/replay`);
  const attempts = await Promise.all(six.map(attempt));
  const url = `${machine.baseUrl}/petitions/${number}/${action}`;
  return { version, replies: await Promise.all(attempts.map((one) => send(url, { ...one, ifMatch: version }))) };
};

const isLinear = async (number: string, length: number): Promise<void> => {
  const history = await historyOf(machine.api, number);
  expect(history.map(({ seq }) => seq)).toEqual(Array.from({ length }, (_, index) => index + 1));
  expect(history.slice(1).map(({ previousHash }) => previousHash)).toEqual(
    history.slice(0, -1).map(({ hash }) => hash),
  );
  const replay = await machine.api.as('auditor').get(`/petitions/${number}/replay`);
  expect(replay).toMatchObject({ version: length, chainWhole: true, stateEqual: true });
};

/** One was first; the others are told at which version things stand now. */
const oneWins = async (number: string, { version, replies }: { version: number; replies: Reply[] }): Promise<void> => {
  const won = replies.filter(({ status }) => status === 200);
  expect(won.map(({ body }) => body.version)).toEqual([version + 1]);
  const lost = replies.filter((reply) => !won.includes(reply));
  expect(lost.map(({ status, code, body }) => [status, code, body.currentVersion])).toEqual(
    lost.map(() => [412, 'stale-version', version + 1]),
  );
  await isLinear(number, version + 1);
};

describe('six at once', () => {
  const leader = (index: number) =>
    mint(machine, { sub: `leader-${String(index)}`, unit: '622901007', roles: 'leader' });

  it.each<[string, (index: number) => Promise<string>]>([
    ['six leaders', leader],
    ['one leader', () => machine.api.token('street-leader')],
  ])('approve as %s: one approval', async (_, tokenOf) => {
    const story = await registeredStory(machine.api);
    await take(story, ...until('propose'));
    await untilWaiting(machine.api.as('street-leader'), story.number, 'approve');
    const body = { decision: 'approve' };
    const race = await together(story.number, 'assignment-decisions', async (n) => ({ token: await tokenOf(n), body }));
    await oneWins(story.number, race);
    // The workflow heard of it once and goes on.
    await take(story, ...until('outcome-land').slice(until('approve').length));
  });

  it('approve or return: one decision', async () => {
    const story = await registeredStory(machine.api);
    await take(story, ...until('propose'));
    await untilWaiting(machine.api.as('street-leader'), story.number, 'approve');
    const decisions = [{ decision: 'approve' }, { decision: 'return', reason: '再议' }];
    const race = await together(story.number, 'assignment-decisions', async (n) => ({
      token: await leader(n),
      body: decisions[n % 2] ?? {},
    }));
    await oneWins(story.number, race);
    const decided = (await historyOf(machine.api, story.number)).at(-1)?.type;
    const [waiting] = (await machine.api.as('auditor').get(`/petitions/${story.number}`)).waitingFor;
    expect(waiting.step).toBe(decided === 'AssignmentApproved' ? 'report-in' : 'propose');
  });

  it('close: one conclusion', async () => {
    const story = await registeredStory(machine.api);
    await take(story, ...until('request-closing'));
    await untilWaiting(machine.api.as('triage'), story.number, 'confirm-closing');
    const race = await together(story.number, 'closing-decisions', async (n) => ({
      token: await mint(machine, { sub: `officer-${String(n)}`, roles: 'petition-officer' }),
      body: { decision: 'confirm' },
    }));
    await oneWins(story.number, race);
    const { status, waitingFor } = await machine.api.as('auditor').get(`/petitions/${story.number}`);
    expect([status, waitingFor]).toEqual(['concluded', []]);
  });

  it('edit: one edit', async () => {
    const { number } = await registeredStory(machine.api);
    const token = await machine.api.token('receptionist');
    const race = await together(number, 'amendments', async (n) => ({
      token,
      body: { changes: { subject: `更正${String(n)}` }, reason: '笔误' },
    }));
    await oneWins(number, race);
    const winner = race.replies.findIndex(({ status }) => status === 200) + 1;
    const { registration: kept } = await machine.api.as('receptionist').get(`/petitions/${number}`);
    expect(kept.subject).toBe(`更正${String(winner)}`);
  });

  it('rate as the petitioner, who knows no version: one rating', async () => {
    const story = await registeredStory(machine.api);
    const { number, queryCode } = story;
    await take(story, ...until('serve-opinion'));
    const body = { number, queryCode, petitionOffice: 'satisfied', organ: 'dissatisfied' };
    const { length } = await historyOf(machine.api, number);
    const replies = await Promise.all(six.map(() => send(`${machine.baseUrl}/portal/ratings`, { body })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    expect(replies.filter(({ status }) => status === 409).every(({ code }) => code === 'already-decided')).toBe(true);
    await isLinear(number, length + 1);
  });

  it('edit under one key: one edit, six equal answers', async () => {
    const { number } = await registeredStory(machine.api);
    const sent = {
      token: await machine.api.token('receptionist'),
      key: randomUUID(),
      ifMatch: 1,
      body: { changes: { subject: '更正' }, reason: '笔误' },
    };
    const url = `${machine.baseUrl}/petitions/${number}/amendments`;
    const replies = await Promise.all(six.map(() => send(url, sent)));
    expect(replies.map(({ status, body }) => [status, body])).toEqual(
      six.map(() => [200, { number, version: 2, events: ['RegistrationAmended'] }]),
    );
    await isLinear(number, 2);
  });

  it('register under one key: one petition, six equal answers', async () => {
    const subject = `一件事 ${randomUUID()}`;
    const sent = { token: await machine.api.token('receptionist'), key: randomUUID(), body: registration({ subject }) };
    const replies = await Promise.all(six.map(() => send(`${machine.baseUrl}/petitions`, sent)));
    expect(replies.map(({ status, body }) => [status, body])).toEqual(six.map(() => [201, replies[0]?.body]));
    await isLinear(replies[0]?.body.number, 1);
    expect(await titled(subject)).toEqual([replies[0]?.body.number]);
  });

  it('register under six keys: six petitions', async () => {
    const subject = `六件事 ${randomUUID()}`;
    const token = await machine.api.token('receptionist');
    const body = registration({ subject });
    const replies = await Promise.all(six.map(() => send(`${machine.baseUrl}/petitions`, { token, body })));
    expect(replies.map(({ status }) => status)).toEqual(six.map(() => 201));
    const numbers = replies.map((reply) => reply.body.number);
    expect(new Set(numbers).size).toBe(6);
    expect(new Set(replies.map((reply) => reply.body.queryCode)).size).toBe(6);
    expect(await titled(subject)).toEqual(numbers.sort());
  });
});

/** Petitions with that subject, as the look-up by the petitioner's identity number finds them. */
async function titled(subject: string): Promise<string[]> {
  const { items } = await machine.api
    .as('receptionist')
    .post('/petition-lookups', { identityNumber: '622901198001010011' });
  return items
    .filter((item: { subject: string }) => item.subject === subject)
    .map((item: { number: string }) => item.number)
    .sort();
}
