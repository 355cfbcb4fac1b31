import { beforeEach, describe, expect, it } from 'vitest';
import { statutoryCalendar } from '../../../adapters/calendar.ts';
import { type Action, policy } from '../../../domain/access/policy.ts';
import type { Officer } from '../../../domain/access/roles.ts';
import { Refusal, StaleVersion } from '../../../domain/errors.ts';
import { decideAsPetitioner } from '../../../domain/petition/narrow.ts';
import { decide, foldPetition, summaryOf } from '../../../domain/petition/petition.ts';
import type { IdempotentWrite, StreamWrite } from '../../../domain/ports.ts';
import { decideSession } from '../../../domain/reception/session.ts';
import { createCommands } from '../../../functions/shared/commands.ts';
import { createPetitionerCommands, petitionerActor } from '../../../functions/shared/petitioner-commands.ts';
import type { Guarded } from '../../../functions/shared/pipeline.ts';
import { BadRequest } from '../../../functions/shared/problem.ts';
import { createSessionCommands, type SessionCommands } from '../../../functions/shared/session-commands.ts';
import { createSessionClock } from '../../../functions/sweep/session-clock.ts';
import * as a from '../../support/builders.ts';
import { content, noon, number, officers, sessionContent, stored, units } from '../../support/builders.ts';
import { InMemoryRecord } from '../../support/in-memory-record.ts';

/** The record in memory, with a place where another request can slip in before a commit. */
class Record extends InMemoryRecord {
  beforeCommit: (() => Promise<void>) | undefined;
  commits = 0;

  override async commit(writes: readonly StreamWrite[], idempotency?: IdempotentWrite): Promise<void> {
    const meanwhile = this.beforeCommit;
    this.beforeCommit = undefined;
    await meanwhile?.();
    await super.commit(writes, idempotency);
    this.commits += 1;
  }
}

const officer = ({ id, unit, role }: (typeof officers)[keyof typeof officers]): Officer => ({
  id,
  name: id,
  unit,
  roles: [role],
});
const desk = officer(officers.receptionist);
const office = officer(officers.officer);
const guarded = (
  expectedVersion: number,
  idempotencyKey: string = crypto.randomUUID(),
  fingerprint = 'f',
): Guarded => ({
  actions: Object.keys(policy) as Action[],
  idempotencyKey,
  fingerprint,
  expectedVersion,
});

const register = { type: 'RegisterPetition', number, content } as const;
const route = {
  type: 'RoutePetition',
  purpose: 'appeal',
  path: 6,
  category: '0301',
  disposition: 'forward',
  competentUnit: '622901-zrzy',
} as const;
const stream = { kind: 'petition', id: number } as const;

let records: Record;
let now: string;
let commands: ReturnType<typeof createCommands>;
let sessions: SessionCommands;
let sessionClock: ReturnType<typeof createSessionClock>;
let petitioner: ReturnType<typeof createPetitionerCommands>;

const wiring = () => {
  const categories = [{ code: '0301', name: '征地' }];
  const settings = { configuration: {}, calendarDays: [] };
  const reference = {
    units: async () => units,
    categories: async () => categories,
    settings: async () => settings,
  };
  return { records, reference, calendar: statutoryCalendar, clock: { now: () => now } };
};

beforeEach(() => {
  records = new Record();
  now = noon(a.firstDay);
  const dependencies = wiring();
  commands = createCommands({ ...dependencies, decide });
  sessions = createSessionCommands({ ...dependencies, decide, decideSession });
  sessionClock = createSessionClock({ ...dependencies, decide });
  petitioner = createPetitionerCommands({ ...dependencies, decide: decideAsPetitioner });
});

/** Puts a history into the record as it stands. */
const put = async (events: ReturnType<typeof a.after>) => {
  await records.commit([
    {
      stream,
      expectedVersion: 0,
      events: stored(events).map(({ type, at, actor, data }) => ({ type, at, actor, data })),
      head: { summary: {}, openStages: [] },
      signals: [],
      decisions: [],
    },
  ]);
};

describe('a change', () => {
  it('is written with actor, time, summary, open stages and signals, and answers the new version', async () => {
    await commands.register(desk, guarded(0), register, ['hash-1']);
    records.takeStreamRecords();
    expect(await commands.change(office, guarded(1), number, route)).toEqual({
      body: { number, version: 2, events: ['PetitionRouted'] },
      version: 2,
    });
    const { events } = await records.load(stream);
    expect(events.at(-1)).toMatchObject({
      at: now,
      actor: { id: 'officer', unit: '622901007-zx', role: 'petition-officer' },
    });
    expect(await records.head(stream)).toMatchObject({
      version: 2,
      openStages: ['intake#1'],
      summary: JSON.parse(JSON.stringify(summaryOf(foldPetition(events)))),
    });
    expect(JSON.stringify(records.takeStreamRecords())).toContain('to-organ');
    expect(await records.findByLookup('hash-1')).toEqual([stream]);
  });

  it('that comes late records first what was missed, as the clock’s: nobody opens a supervision of his own office', async () => {
    await commands.register(desk, guarded(0), register, []);
    now = noon('2026-03-18');
    await commands.change(office, guarded(1), number, route);
    const { events } = await records.load(stream);
    expect(events.map(({ type, actor }) => [type, actor.id])).toEqual([
      ['PetitionRegistered', desk.id],
      ['DeadlineMissed', 'clock'],
      ['SupervisionOpened', 'clock'],
      ['PetitionRouted', office.id],
    ]);
  });

  it('of another version than was read is stale, and nothing is written', async () => {
    await commands.register(desk, guarded(0), register, []);
    await expect(commands.change(office, guarded(7), number, route)).rejects.toMatchObject({
      name: 'StaleVersion',
      currentVersion: 1,
    });
    expect((await records.load(stream)).version).toBe(1);
  });

  it('is refused to the wrong officer before anything is said of the version', async () => {
    await commands.register(desk, guarded(0), register, []);
    await expect(commands.change(desk, guarded(7), number, route)).rejects.toMatchObject({ code: 'not-your-role' });
  });

  it('of a petition that does not exist is not found', () =>
    expect(commands.change(office, guarded(1), 'NOTHING-0000', route)).rejects.toMatchObject({ code: 'not-found' }));

  it('that came second in a race is stale', async () => {
    await commands.register(desk, guarded(0), register, []);
    records.beforeCommit = async () => {
      await commands.change(office, guarded(1), number, route);
    };
    await expect(commands.change(office, guarded(1), number, route)).rejects.toBeInstanceOf(StaleVersion);
    expect((await records.load(stream)).version).toBe(2);
  });

  it('takes recused officers off the open work items', async () => {
    await put(a.routedPetition);
    const item = {
      stream,
      stage: 'intake',
      round: 1,
      step: 'organ-answer',
      audience: 'handler@622901-zrzy',
      due: '2026-03-17',
      excluded: [],
    };
    await records.open(item, 'token');
    const intent = { type: 'DeclareRecusal', officer: 'handler', interest: '近亲属' } as const;
    await commands.change(officer(officers.handler), guarded(2), number, intent, () => 'handler');
    expect((await records.worklist('handler@622901-zrzy', 10)).items[0]?.excluded).toEqual(['handler']);
  });
});

describe('a repeated request', () => {
  it('gives the same answer and changes nothing, though the version has moved on', async () => {
    const first = guarded(0);
    const answer = await commands.register(desk, first, register, []);
    const routing = guarded(1);
    const routed = await commands.change(office, routing, number, route);
    expect(await commands.register(desk, first, { ...register, number: 'ANOTHER-000001' }, [])).toEqual({
      ...answer,
      replayed: true,
    });
    expect(await commands.change(office, routing, number, route)).toEqual({ ...routed, replayed: true });
    expect(records.commits).toBe(2);
  });

  it('with another body is refused', async () => {
    const first = guarded(0);
    await commands.register(desk, first, register, []);
    const error = await commands
      .register(desk, { ...first, fingerprint: 'g' }, register, [])
      .catch((one: unknown) => one);
    expect(error).toBeInstanceOf(BadRequest);
    expect(error).toMatchObject({ code: 'idempotency-key-reused', status: 422 });
  });

  it('of somebody else with the same key is a request of its own', async () => {
    const key = 'the-same-key-1';
    await commands.register(desk, guarded(0, key), register, []);
    const other = { ...desk, id: 'colleague' };
    await commands.register(other, guarded(0, key), { ...register, number: 'ANOTHER-000001' }, []);
    expect(records.commits).toBe(2);
  });

  it('that overtakes itself is answered with what its twin wrote', async () => {
    await commands.register(desk, guarded(0), register, []);
    const twins = guarded(1);
    let first: unknown;
    records.beforeCommit = async () => {
      first = await commands.change(office, twins, number, route);
    };
    const second = await commands.change(office, twins, number, route);
    expect(second).toEqual({ ...(first as object), replayed: true });
    expect((await records.load(stream)).version).toBe(2);
  });

  it('that was refused may be tried again and is judged anew', async () => {
    const early = guarded(1);
    await expect(commands.change(office, early, number, route)).rejects.toBeInstanceOf(Refusal);
    await commands.register(desk, guarded(0), register, []);
    expect(await commands.change(office, early, number, route)).toMatchObject({ version: 2 });
  });
});

describe('the petitioner', () => {
  it('acts without knowing a version, as nobody of the office', async () => {
    await put(a.servedOpinion);
    const rating = { type: 'RatePetition', petitionOffice: 'satisfied', organ: 'satisfied' } as const;
    await petitioner.changeAsPetitioner(guarded(0), number, rating);
    expect((await records.load(stream)).events.at(-1)).toMatchObject({ type: 'PetitionRated', actor: petitionerActor });
  });

  it('is not troubled by somebody who writes at the same moment', async () => {
    await put(a.servedOpinion);
    records.beforeCommit = async () => {
      await petitioner.changeAsPetitioner(guarded(0), number, { type: 'DeclineReview' });
    };
    const review = { type: 'RequestReview', grounds: '面积仍有误' } as const;
    const answer = await petitioner.changeAsPetitioner(guarded(0), number, review);
    expect(answer.version).toBe(a.servedOpinion.length + 2);
  });

  it('who sends twice at once has sent once', async () => {
    await put(a.servedOpinion);
    const twins = guarded(0);
    records.beforeCommit = async () => {
      await petitioner.changeAsPetitioner(twins, number, { type: 'DeclineReview' });
    };
    const answer = await petitioner.changeAsPetitioner(twins, number, { type: 'DeclineReview' });
    expect(answer).toMatchObject({ replayed: true, version: a.servedOpinion.length + 1 });
  });
});

describe('a reception day', () => {
  const mayor = { id: 'mayor', name: '王某', unit: '622901007', roles: ['leader'] };
  const untilInstruction = async (petition?: string) => {
    await sessions.publish(desk, guarded(0), { type: 'PublishSession', id: 'S1', content: sessionContent });
    await sessions.change(desk, guarded(1), 'S1', {
      type: 'PreRegisterVisit',
      visitor: '张三',
      purpose: '补偿',
      persons: 1,
    });
    await sessions.change(desk, guarded(2), 'S1', { type: 'CheckIn', visit: 1, arrived: true });
    const record = { type: 'RecordVisit', visit: 1, account: '反映', representatives: [] } as const;
    await sessions.change(desk, guarded(3), 'S1', petition === undefined ? record : { ...record, petition });
  };
  const instruct = {
    type: 'IssueInstruction',
    visit: 1,
    instruction: '限期办理',
    solvedOnTheSpot: false,
    responsibleUnit: '622901-zrzy',
  } as const;

  it("notes the leader's instruction on the visit's petition in the same transaction", async () => {
    await put(a.routedPetition);
    await untilInstruction(number);
    const before = records.commits;
    await sessions.change(mayor, guarded(4), 'S1', instruct);
    expect(records.commits).toBe(before + 1);
    expect((await records.load(stream)).events.at(-1)).toMatchObject({
      type: 'InstructionNoted',
      data: { session: 'S1', visit: 1, instruction: '限期办理' },
    });
  });

  it('gives no instruction on a sealed accusation: there is no such visit', async () => {
    await put(a.registeredPetition);
    await untilInstruction(number);
    const { type, purpose, category, disposition } = a.route({ purpose: 'accusation' });
    const sealed = { type, purpose, category, disposition, competentUnit: '622901-jw' };
    await commands.change(officer(officers.officer), guarded(1), number, sealed);
    await expect(sessions.change(mayor, guarded(4), 'S1', instruct)).rejects.toMatchObject({ code: 'not-found' });
    expect((await records.load(stream)).version).toBe(2);
    expect((await records.load({ kind: 'session', id: 'S1' })).version).toBe(4);
  });

  it('names no petition that is sealed or somebody else’s, in the same words as one that is not there', async () => {
    await put(a.sealedPetition);
    const absent = '622901007-20260302-ZZZZZZ';
    await expect(untilInstruction(number)).rejects.toMatchObject({ code: 'rule-violated', pointer: '/petition' });
    const record = { type: 'RecordVisit', visit: 1, account: '反映', representatives: [] } as const;
    await expect(sessions.change(desk, guarded(3), 'S1', { ...record, petition: absent })).rejects.toMatchObject({
      code: 'rule-violated',
      pointer: '/petition',
    });
    expect((await records.load(stream)).version).toBe(a.sealedPetition.length);
  });

  it('lets no recused leader instruct', async () => {
    await put(a.continued(a.routedPetition, a.recuse({ officer: 'mayor' })));
    await untilInstruction(number);
    await expect(sessions.change(mayor, guarded(4), 'S1', instruct)).rejects.toMatchObject({ code: 'recused' });
    expect((await records.load({ kind: 'session', id: 'S1' })).version).toBe(4);
  });

  it('is followed up by the unit that the leader named, and by no other', async () => {
    await untilInstruction();
    await sessions.change(mayor, guarded(4), 'S1', instruct);
    const done = { type: 'RecordFollowUp', visit: 1, result: '已办' } as const;
    const other = { ...officer(officers.handler), unit: '622901-zjj' };
    await expect(sessions.change(other, guarded(5), 'S1', done)).rejects.toMatchObject({
      code: 'not-your-unit',
    });
    expect(await sessions.change(officer(officers.handler), guarded(5), 'S1', done)).toMatchObject({
      version: 6,
    });
  });
});

describe('a clock that differs from the one before', () => {
  const minutes = (count: number): string => new Date(Date.parse(noon(a.firstDay)) + count * 60_000).toISOString();
  const dates = async (): Promise<string[]> => (await records.load(stream)).events.map(({ at }) => at);

  it('never dates a fact before the one that it follows, and goes on with its own time when that has come', async () => {
    now = minutes(7);
    await commands.register(desk, guarded(0), register, []);
    now = minutes(2); // another function, or the same after its clock was set back
    await commands.change(office, guarded(1), number, route);
    expect(await dates()).toEqual([minutes(7), minutes(7)]);
    now = minutes(8);
    await commands.change(officer(officers.handler), guarded(2), number, { type: 'AcceptPetition' });
    expect(await dates()).toEqual([minutes(7), minutes(7), minutes(8)]);
  });

  it('of the petitioner and of the sweep either', async () => {
    await put(a.servedOpinion);
    const before = (await dates()).at(-1) ?? '';
    now = new Date(Date.parse(before) - 180_000).toISOString();
    const rating = { type: 'RatePetition', petitionOffice: 'satisfied', organ: 'satisfied' } as const;
    await petitioner.changeAsPetitioner(guarded(0), number, rating);
    expect((await dates()).at(-1)).toBe(before);
  });

  it('gives a repeat its first answer, whichever way it has moved', async () => {
    const once = guarded(0);
    const first = await commands.register(desk, once, register, []);
    for (const moved of [-10, 10]) {
      now = minutes(moved);
      expect(await commands.register(desk, once, register, [])).toEqual({ ...first, replayed: true });
    }
  });
});

describe('an instruction of a reception day that is not carried out by its day', () => {
  const session = { kind: 'session', id: 'S1' } as const;
  const due = '2026-03-16';
  const visit = (petition?: string) => a.preRegister(petition === undefined ? {} : ({ petition } as never));
  /** A day with visits, each instructed and due on the same day; about these petitions, or about none. */
  const instructed = async (...petitions: readonly (string | undefined)[]) => {
    const numbers = petitions.map((_, index) => index + 1);
    const events = a.sessionAfter(
      a.publish(),
      ...petitions.map(visit),
      ...numbers.flatMap((each) => [
        a.checkIn({ visit: each } as never),
        a.recordVisit({ visit: each } as never),
        a.instruct({ visit: each, due } as never),
      ]),
    );
    await records.commit([
      {
        stream: session,
        expectedVersion: 0,
        events: events.map((event) => ({ ...event, at: noon(a.firstDay), actor: officers.receptionist })),
        head: { summary: {}, openStages: [] },
        signals: [],
        decisions: [],
      },
    ]);
    now = noon('2026-03-17');
  };
  const supervisions = async () => foldPetition((await records.load(stream)).events).supervisions;

  it('opens supervision of the unit that was bound, with its reason, in the same transaction', async () => {
    await put(a.acceptedPetition);
    await instructed(number);
    expect(await sessionClock.tick('S1')).toEqual(['CommitmentMissed']);
    expect(await supervisions()).toMatchObject([
      { ground: 'late', against: '622901-zrzy', automatic: true, session: 'S1', visit: 1 },
    ]);
    const { events } = await records.load(stream);
    expect(events.at(-1)).toMatchObject({
      type: 'SupervisionOpened',
      actor: { role: 'system' },
      data: { missed: expect.stringContaining(due), basis: 'R40' },
    });
  });

  it('opens one however often the clock looks, and whatever it lost: both facts are there, or none', async () => {
    await put(a.acceptedPetition);
    await instructed(number);
    // The commit fails after everything was decided; nothing is left half done.
    records.beforeCommit = () => Promise.reject(new Error('The function died.'));
    await expect(sessionClock.tick('S1')).rejects.toThrow('died');
    expect(await supervisions()).toEqual([]);
    // Two passes at once: the second comes between what the first read and what it writes.
    records.beforeCommit = async () => void (await sessionClock.tick('S1'));
    await sessionClock.tick('S1');
    await sessionClock.tick('S1');
    expect(await supervisions()).toHaveLength(1);
  });

  it('is noted, and supervised, with a result that comes late; in a sealed matter neither (Art. 30)', async () => {
    const late = async (facts: ReturnType<typeof a.after>, unit: string) => {
      records = new Record();
      sessions = createSessionCommands({ ...wiring(), decide, decideSession });
      await put(facts);
      await instructed(number);
      // The organ that has the accusation was bound itself.
      const { events } = await records.load(session);
      const bound = events.map(({ type, data }) => ({
        type,
        data: type === 'InstructionIssued' ? { ...data, responsibleUnit: unit } : data,
      }));
      const other = { kind: 'session', id: 'S2' } as const;
      await records.commit([
        {
          stream: other,
          expectedVersion: 0,
          events: bound.map((event) => ({ ...event, at: noon(a.firstDay), actor: officers.receptionist })),
          head: { summary: {}, openStages: [] },
          signals: [],
          decisions: [],
        },
      ]);
      const handler = { id: 'handler-9', name: '承办', unit, roles: ['handler'] };
      const given = { type: 'RecordFollowUp', visit: 1, result: '已核实' } as const;
      await sessions.change(handler, guarded(bound.length), 'S2', given);
      const recorded = (await records.load(other)).events.slice(bound.length).map(({ type }) => type);
      return [recorded, (await supervisions()).length];
    };
    expect(await late(a.acceptedPetition, '622901-zrzy')).toEqual([['CommitmentMissed', 'FollowUpRecorded'], 1]);
    expect(await late(a.sealedPetition, '622901-jw')).toEqual([['FollowUpRecorded'], 0]);
  });

  it('decides again when somebody else has written to the petition meanwhile', async () => {
    await put(a.acceptedPetition);
    await instructed(number);
    records.beforeCommit = async () => {
      const { version } = await records.load(stream);
      await commands.change(office, guarded(version), number, { type: 'FlagUrgent', reason: '人数众多' });
    };
    await sessionClock.tick('S1');
    expect(await supervisions()).toHaveLength(1);
  });

  it('opens one for each visit, none where the visit is about no petition, and no second while one is open', async () => {
    await put(a.acceptedPetition);
    await instructed(number, undefined, number);
    await sessionClock.tick('S1');
    expect((await supervisions()).map(({ visit: about }) => about)).toEqual([1, 3]);
    // Another day is set for the first, and missed again.
    const supervisor = { id: 'supervisor', name: '督查', unit: '622901-xfj', roles: ['supervisor'] };
    const { version } = await records.load(session);
    await sessions.change(supervisor, guarded(version), 'S1', {
      type: 'UrgeCommitment',
      visit: 1,
      text: '限期办理',
      due: '2026-03-20',
    });
    now = noon('2026-03-21');
    expect(await sessionClock.tick('S1')).toEqual(['CommitmentMissed']);
    expect((await supervisions()).map(({ visit: about }) => about)).toEqual([1, 3]);
  });
});
