import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, type ApiClient, ApiProblem, until, untilWaiting } from '../../local/api-client.ts';
import { readIdentities } from '../../local/identities.ts';
import { type Story, scenarioA } from '../../local/scenario-a.ts';
import { type Machine, startMachine } from '../support/machine.ts';
import { exportOf, historyOf, land, newStory, worklistOf } from '../support/story.ts';

const root = join(import.meta.dirname, '../..');
/** Steps after which the process is killed without anything else being in the way. */
const killedAfter = ['check-in', 'route', 'serve-opinion', 'request-closing'];

let machine: Machine;
let story: Story & { readonly api: ApiClient };
let number: string;
let files: string;

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), 'xinfang-'));
  machine = await startMachine();
  story = newStory(machine.api);
  for (const { id, run } of scenarioA) {
    const special = interrupted[id];
    await (special ? special(run) : run(story));
    number = story.number ?? '';
    if (killedAfter.includes(id)) await machine.restart();
  }
});
afterAll(async () => {
  rmSync(files, { recursive: true, force: true });
  await machine.remove();
});

/** Steps in the middle of which the process is killed. */
const interrupted: Readonly<Record<string, (run: (story: Story) => Promise<Answer>) => Promise<unknown>>> = {
  /** Between the leader's approval and the workflow's next step: the signal is in the record and nobody has read it. */
  approve: async (run) => {
    await untilWaiting(story.api.as('street-leader'), number, 'approve');
    await machine.control('pause', { mapping: 'dispatch', paused: true });
    expect((await run(story)).events).toEqual(['AssignmentApproved']);
    expect(await running('assignment')).toBe(1);
    expect((await worklistOf(story.api, 'land-handler')).some((item) => item.number === number)).toBe(false);
    await machine.restart();
  },
  consent: async () => {
    const mediator = story.api.as('mediator');
    await untilWaiting(mediator, number, 'consent');
    await mediator.change(number, 'mediation-consents', { party: 'zhao', consents: true, statement: '当面表示同意' });
    await machine.restart();
    await untilWaiting(mediator, number, 'consent');
    await mediator.change(number, 'mediation-consents', { party: 'developer', consents: true, statement: '书面同意' });
  },
  'mark-committee-seal': async (run) => {
    // Everybody has signed and the seal is missing: that is no agreement.
    await machine.restart();
    const { mediations } = await story.api.as('mediator').get(`/petitions/${number}`);
    expect(mediations[0].agreement).toMatchObject({ marks: ['zhao', 'developer', 'mediator'] });
    expect(mediations[0].agreement.effectiveOn).toBeUndefined();
    const performance = { obligation: 'pay', performedOn: story.today, evidence: '银行回单' };
    await expect(story.api.as('mediator').change(number, 'performances', performance)).rejects.toMatchObject({
      code: 'not-the-step',
    });
    await run(story);
  },
  'outcome-land': async () => {
    await untilWaiting(story.api.as('land-handler'), number, 'outcome');
    await killedInFlight('land-handler', `legs/${land}/outcome`, { outcome: '经核查，应按公告标准补足差额。' });
  },
};

/** Sends a command, kills the process while the function works on it, and sends it again under the same key. */
async function killedInFlight(actor: string, action: string, body: object): Promise<void> {
  const caller = story.api.as(actor);
  const { version } = await caller.get(`/petitions/${number}`);
  const options = { ifMatch: version, key: randomUUID() };
  const before = await invocations('casework');
  const first = caller.post(`/petitions/${number}/${action}`, body, options).catch((error: unknown) => {
    // Cut off without an answer; a refusal by the API would be something else.
    if (error instanceof ApiProblem) throw error;
    return undefined;
  });
  await until('the function at work', async () => ((await invocations('casework')) > before ? true : undefined));
  await machine.kill();
  const answered = await first;
  await machine.start();
  const again = await caller.post(`/petitions/${number}/${action}`, body, options);
  expect(again).toMatchObject({ version: version + 1, events: ['LegOutcomeRecorded'] });
  if (answered !== undefined) expect(again).toEqual(answered);
}

const invocations = async (name: string): Promise<number> =>
  (await machine.control<Answer>('metrics')).functions[name].invocations;

const running = async (stage: string): Promise<number> => {
  const { stages } = await machine.api.as('operator').get('/operations/workflows');
  return stages.find((each: Answer) => each.stage === stage).running;
};

/** As `npm run verify -- FILE`; answers the exit code. */
const verify = (content: string): number | null => {
  const file = join(files, 'history.json');
  writeFileSync(file, content);
  return spawnSync(process.execPath, ['verify/verify.ts', file], { cwd: root }).status;
};

describe('scenario A, killed again and again', () => {
  it('was killed at eight different points', () => {
    expect(machine.kills).toBe(8);
  });

  it('has every fact once, in the order of the story', async () => {
    const history = await historyOf(machine.api, number);
    expect(history.map(({ type }) => type)).toEqual([
      'PetitionRegistered',
      'NoticeServed',
      'RepeatLinked',
      'InstructionNoted',
      'PetitionRouted',
      'PetitionAccepted',
      'NoticeServed',
      'AssignmentProposed',
      'AssignmentApproved',
      ...[1, 2, 3].flatMap(() => ['LegAcknowledged', 'LegReportedIn']),
      'MediationProposed',
      'ConsentRecorded',
      'ConsentRecorded',
      'SessionMinuted',
      'AgreementDrafted',
      'AgreementMarked',
      'AgreementMarked',
      'AgreementMarked',
      'AgreementMarked',
      'AgreementSigned',
      'NoticeServed',
      'LegOutcomeRecorded',
      'LegOutcomeRecorded',
      'OpinionDrafted',
      'OpinionApproved',
      'OpinionServed',
      'ObligationPerformed',
      'PetitionRated',
      'ReviewDeclined',
      'ClosingRequested',
      'PetitionConcluded',
      'NoticeServed',
      'DisputeResolved',
    ]);
  });

  it('has a linear history', async () => {
    const history = await historyOf(machine.api, number);
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
    expect(history.slice(1).map(({ previousHash }) => previousHash)).toEqual(
      history.slice(0, -1).map(({ hash }) => hash),
    );
    expect(history.map(({ at }) => at)).toEqual(history.map(({ at }) => at).sort());
  });

  it('replays to the stored state', async () => {
    expect(await machine.api.as('auditor').get(`/petitions/${number}/replay`)).toMatchObject({
      version: 38,
      events: 38,
      chainWhole: true,
      stateEqual: true,
      stored: { openStages: [], summary: { status: 'concluded', leadUnit: '622901007-zzzx' } },
    });
  });

  it('is verified outside of the system, and no longer after one character was altered', async () => {
    await machine.control('invoke', { function: 'anchor' });
    const whole = await exportOf(machine.api, { kind: 'petition', petition: number });
    expect(verify(whole)).toBe(0);
    for (const [from, to] of [
      ['"id":"triage"', '"id":"triagf"'],
      ['"type":"OpinionServed"', '"type":"OpinionSerfed"'],
      ['"version":38', '"version":39'],
    ] as const) {
      expect(whole).toContain(from);
      expect(verify(whole.replace(from, to))).toBe(1);
    }
    // Personal data stays closed in it, and an end that was cut off shows.
    for (const secret of ['赵某', '承包地']) expect(whole).not.toContain(secret);
    expect(verify(whole.slice(0, whole.trimEnd().lastIndexOf('\n')))).toBe(1);
  });

  it('shows the petitioner what is his to know, and nothing of who inside said what', async () => {
    const { queryCode } = story;
    const seen = await machine.api.as().post('/portal/petition', { number, queryCode });
    const day = story.today;
    expect(seen).toMatchObject({
      number,
      receivedOn: day,
      registeredBy: expect.stringContaining('综治中心'),
      subject: '土地征收补偿标准争议',
      status: 'concluded',
      sealed: false,
      rating: { petitionOffice: 'satisfied', organ: 'satisfied' },
      reviewDeclined: true,
      reviews: [],
    });
    expect(Object.keys(seen).sort()).toEqual(
      [
        ...['number', 'receivedOn', 'registeredBy', 'subject', 'status', 'sealed', 'milestones', 'opinions', 'reviews'],
        ...['rating', 'reviewDeclined', 'reviewUntil', 'actions', 'recusals'],
      ].sort(),
    );
    expect(seen.milestones.map(({ what, on }: Answer) => [what, on])).toEqual(
      ['forwarded', 'accepted', 'agreement', 'concluded', 'resolved'].map((what) => [what, day]),
    );
    expect(seen.opinions).toHaveLength(1);
    expect(Object.keys(seen.opinions[0]).sort()).toEqual(
      ['answers', 'facts', 'legalBasis', 'reasons', 'remedy', 'result', 'servedOn', 'unit'].sort(),
    );
    const text = JSON.stringify(seen);
    for (const { id, name } of readIdentities()) {
      expect(text).not.toContain(name);
      expect(text).not.toContain(`"${id}"`);
    }
    // The proposal's reasons, the leader's note and instruction, minutes, outcomes of the legs, the closing report.
    for (const internal of ['涉及土地征收补偿', '同意', '牵头', '各方陈述', '经核查', '双方自愿', '协议已履行', '回访'])
      expect(text).not.toContain(internal);
  });

  it('waits for nobody any more', async () => {
    expect((await machine.api.as('auditor').get(`/petitions/${number}`)).waitingFor).toEqual([]);
    for (const { id } of readIdentities()) {
      const about = (await worklistOf(machine.api, id)).filter((item) => [number, story.session].includes(item.number));
      expect(about).toEqual([]);
    }
  });

  it('has no execution left; only the earlier visit of the same person still waits for its triage', async () => {
    await until('all executions of the petition ended', async () => {
      const { stages } = await machine.api.as('operator').get('/operations/workflows');
      const left = stages.flatMap(({ stage, running }: Answer) => (running > 0 ? [`${stage} ${String(running)}`] : []));
      return JSON.stringify(left) === '["intake 1"]' ? true : undefined;
    });
    expect((await worklistOf(machine.api, 'city-triage')).map((item) => [item.number, item.step])).toEqual([
      [story.earlier, 'triage'],
    ]);
  });

  it('was said of in no log: no names, no texts, no tokens, no query code', () => {
    const output = machine.output();
    expect(output).toContain('Reconciled');
    for (const secret of ['赵某', '62290119700101001X', '13900000001', '承包地', story.queryCode ?? '?', 'eyJ'])
      expect(output).not.toContain(secret);
    expect(readFileSync(join(machine.folder, 'store.log'), 'utf8')).not.toContain('赵某');
  });
});
