import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../../domain/access/policy.ts';
import { Refusal } from '../../../domain/errors.ts';
import { foldPlain } from '../../../domain/plain-stream.ts';
import type { StreamRef } from '../../../domain/ports.ts';
import type { ErasureCommand, ErasureEvent, Kept } from '../../../domain/privacy/erasure.ts';
import { keepingStream, keptThing, type ThingKeeping } from '../../../domain/privacy/kept.ts';
import { createKeeping } from '../../../functions/archive/keeping.ts';
import { findKept, keptOf } from '../../../functions/archive/kept-things.ts';
import * as a from '../../support/builders.ts';
import { InMemoryRecord } from '../../support/in-memory-record.ts';
import { calledFacts, centre } from '../../support/whistle.ts';

/** What is no petition: when it is over, how long it is kept, who may let it be erased, and what stands in the way. */

const officer = { id: 'archivist', unit: centre, role: 'petition-officer' };
const leader = { id: 'leader-1', unit: '622901007', role: 'leader' };
const today = '2026-05-04';
const stored = (events: readonly { readonly type: string; readonly data: object }[], day = a.firstDay) =>
  events.map(({ type, data }) => ({ type, data, at: a.noon(day), actor: officer })) as never;
const find = (name: string, events: readonly { readonly type: string; readonly data: object }[], on = today) => {
  const thing = keptThing(name);
  if (thing === undefined) throw new Error('It names nothing.');
  return findKept(thing, stored(events), on, a.rules.configuration);
};
const code = (attempt: () => unknown): string => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'nothing';
};

const reported = {
  type: 'NeedReported',
  data: { id: 'N1', unit: '622901007-v1', grid: { code: 'G' }, report: { need: '路灯' }, by: 'w' },
};
const resolved = { type: 'NeedResolvedLocally', data: { how: '已换灯泡', on: a.firstDay } };
const serving = {
  type: 'ServicesDecided',
  data: { services: [{ service: 1, household: 'H', what: '送餐', from: a.firstDay, until: '2026-06-01' }] },
};
const promoted = { type: 'NeedPromoted', data: { petition: a.number, on: a.firstDay } };
const convened = {
  type: 'AssemblyConvened',
  data: { id: 'V1', unit: '622901007-v1', announcement: { date: a.firstDay, themes: ['低保'], presenters: [] } },
};
const asked = { type: 'QuestionRecorded', data: { number: 1, theme: '低保', question: '何时' } };
const minutes = { type: 'MinutesPublished', data: { minutes: '如实', attendance: 9, on: a.firstDay } };
const listed = { type: 'ListItemAdded', data: { id: 'M1', unit: centre, list: 'need', subject: '灯', on: a.firstDay } };
const founded = {
  type: 'ProgrammeFounded',
  data: {
    id: 'X1',
    unit: centre,
    kind: 'campaign',
    name: '专项',
    from: a.firstDay,
    to: '2026-04-30',
    appointmentKinds: [],
  },
};
const calledOff = { type: 'WhistleCalledOff', data: { by: 'l', reason: '已解决', on: a.firstDay } };
const visit = a.sessionAfter(a.publish(), a.preRegister(), a.checkIn(), a.recordVisit());
const followedUp = a.sessionAfter(
  a.publish(),
  a.preRegister(),
  a.checkIn(),
  a.recordVisit(),
  a.instruct(),
  a.followUp(),
);
const instructed = [...followedUp, { type: 'CommitmentConfirmed', data: { visit: 1, on: a.firstDay } }];

describe('what is no petition', () => {
  it('is over when nobody waits for anything of it, and not before', () => {
    const over = (name: string, ...events: readonly { type: string; data: object }[]) => find(name, events)?.endedOn;
    expect(over('need.N1', reported)).toBeUndefined();
    expect(over('need.N1', reported, resolved)).toBe(a.firstDay);
    expect(over('need.N1', reported, resolved, serving)).toBeUndefined();
    expect(find('need.N1', [reported, resolved, serving], '2026-06-02')?.endedOn).toBe(a.firstDay);
    expect(over('assembly.V1', convened, asked)).toBeUndefined();
    expect(over('assembly.V1', convened, asked, minutes)).toBeUndefined();
    expect(over('assembly.V1', convened, minutes)).toBe(a.firstDay);
    expect(over('whistle.W1', ...calledFacts)).toBeUndefined();
    expect(over('whistle.W1', ...calledFacts, calledOff)).toBe(a.firstDay);
    expect(over('list-item.M1', listed)).toBeUndefined();
    expect(over('list-item.M1', listed, { type: 'ListItemClosed', data: { how: '已修', on: a.firstDay } })).toBe(
      a.firstDay,
    );
    expect(over('programme.X1', founded)).toBe('2026-04-30');
    expect(find('programme.X1', [founded], '2026-04-30')?.endedOn).toBeUndefined();
    expect(over('visit.S1.1', ...visit)).toBeUndefined();
    expect(over('visit.S1.1', ...followedUp)).toBeUndefined();
    expect(over('visit.S1.1', ...instructed)).toBe(a.firstDay);
  });

  it('is kept for the usual years; where a leader instructed, as such files are', () => {
    const { usual } = a.rules.configuration.retention;
    const need = find('need.N1', [reported, resolved]);
    expect(need && keptOf(need).until).toBe(`${String(2026 + usual)}-03-02`);
    expect(find('visit.S1.1', instructed)?.years).toBe(a.rules.configuration.retention.instructed);
  });

  it('names the petitions with which it goes', () => {
    expect(find('need.N1', [reported, promoted])?.petitions).toEqual([a.number]);
    const question = { type: 'QuestionPromoted', data: { question: 1, petition: a.number, on: a.firstDay } };
    expect(find('assembly.V1', [convened, asked, question, minutes])?.petitions).toEqual([a.number]);
    expect(find('need.N1', [reported, resolved])?.petitions).toEqual([]);
  });

  it.each([
    'need',
    'need.',
    'petition.1',
    'visit.S1',
    'visit.S1.0',
    'visit.S1.x',
    'booking.S1',
    'need.N1.2',
    'grid.G',
    '',
  ])('is not named by “%s”', (name) => {
    expect(keptThing(name)).toBeUndefined();
  });

  it('is a booking too: about what its visit became, kept for days, and over with the reception', () => {
    const data = { booking: 1, unit: centre, date: a.firstDay, on: a.firstDay, request: { visitor: '甲', persons: 1 } };
    const booked = [
      { type: 'BookingMade', data },
      { type: 'BookingConfirmed', data: { booking: 1, visit: 1, on: a.firstDay } },
    ];
    const kept = (events: readonly { readonly type: string; readonly data: object }[], ofDay = visit, on = today) => {
      const thing = keptThing('booking.S1.1');
      return thing && findKept(thing, stored(events), on, a.rules.configuration, stored(ofDay));
    };
    const found = kept(booked);
    expect(found && keptOf(found)).toEqual({ endedOn: a.firstDay, until: '2026-04-01' });
    expect(found?.unit).toBe(centre);
    expect(kept(booked, visit, a.firstDay)?.endedOn).toBeUndefined();
    const told = {
      type: 'VisitRecorded',
      data: { visit: 1, account: '', representatives: [], petition: a.number },
    } as const;
    expect(kept(booked, [...visit, told])?.petitions).toEqual([a.number]);
    expect(kept([])).toBeUndefined();
    const ended = { type: 'BookingErased', data: { booking: 1, on: today, basis: 'P47' } };
    expect(kept([...booked, ended])?.erasedOn).toBe(today);
    expect(found?.erased(today, a.noon(today), officer, a.rules)).toMatchObject([
      { stream: { kind: 'booking', id: 'S1' }, erasesParts: [1], events: [{ type: 'BookingErased' }] },
    ]);
  });

  it('that is not there is not found', () => {
    for (const name of ['need.N9', 'assembly.V9', 'whistle.W9', 'list-item.M9', 'programme.X9', 'visit.S9.1'])
      expect(find(name, [])).toBeUndefined();
    expect(find('visit.S1.2', visit)).toBeUndefined();
  });
});

describe('its keeping', () => {
  const kept: Kept = { endedOn: '2026-03-02', until: '2036-03-02' };
  const rules = keepingStream(centre, kept);
  type Given = { readonly type: ErasureCommand['type'] } & Readonly<Record<string, unknown>>;
  const give = (events: readonly ErasureEvent[], by: typeof officer, command: Given, day = today, of = rules) =>
    of.decide({ ...command, by, at: a.noon(day) } as never, foldPlain<ThingKeeping, ErasureEvent>(of, events), a.rules);
  const overdue: Given = { type: 'ProposeErasure', ground: 'retention-over', reason: '届满' };
  const ordered: Given = { type: 'ProposeErasure', ground: 'ordered', order: '（2026）1号', reason: '裁定' };
  const hold: Given = { type: 'PlaceHold', authority: '人民法院', reason: '保全' };
  const lift: Given = { type: 'LiftHold', hold: 1, authority: '人民法院', reason: '终结' };
  const approve: Given = { type: 'ApproveErasure' };

  it('waits for its time, unless a document orders it; and for its end in any case', () => {
    expect(code(() => give([], officer, overdue))).toBe('rule-violated');
    expect(code(() => give([], officer, overdue, '2036-03-02'))).toBe('rule-violated');
    expect(give([], officer, overdue, '2036-03-03').map(({ type }) => type)).toEqual(['ErasureProposed']);
    expect(code(() => give([], officer, ordered))).toBe('nothing');
    const running = keepingStream(centre, {});
    expect(code(() => give([], officer, ordered, today, running))).toBe('not-the-step');
  });

  it('stands still while a legal hold stands, also one that came after the proposal', () => {
    const held = [...give([], officer, hold)];
    expect(code(() => give(held, officer, ordered))).toBe('legal-hold');
    const proposed = [...give([], officer, ordered)];
    const late = [...proposed, ...give(proposed, officer, hold)];
    expect(code(() => give(late, leader, approve))).toBe('legal-hold');
    const lifted = [...late, ...give(late, officer, lift)];
    expect(give(lifted, leader, approve)).toMatchObject([
      { type: 'PersonalDataErased', data: { proposedBy: 'archivist' } },
    ]);
  });

  it('waits with the leaders of the petition office, and for nobody once it is decided; after that nothing is done', () => {
    const proposed = [...give([], officer, ordered)];
    const state = (events: readonly ErasureEvent[]) => foldPlain<ThingKeeping, ErasureEvent>(rules, events);
    expect(rules.tasks(state(proposed), a.rules)).toMatchObject([
      { step: 'decide-kept-erasure', audience: 'leader@622901007', excluded: ['archivist'] },
    ]);
    const erased = [...proposed, ...give(proposed, leader, approve)];
    expect(rules.tasks(state(erased), a.rules)).toEqual([]);
    for (const command of [hold, ordered, approve]) expect(code(() => give(erased, officer, command))).toBe('erased');
  });

  it('needs two persons: who proposed does not decide, whatever his roles', () => {
    const both = { id: 'archivist', name: '', unit: '622901007', roles: ['leader', 'petition-officer'] as const };
    const ask = (id: string, proposedBy = 'archivist') =>
      decideAccess({ ...both, id }, 'ApproveErasure', { named: centre, proposedBy }, a.rules.units);
    expect(ask('archivist')).toMatchObject({ allowed: false, code: 'own-proposal' });
    expect(ask('leader-1')).toMatchObject({ allowed: true, role: 'leader' });
  });
});

describe('what became a petition', () => {
  const records = new InMemoryRecord();
  const [open, sealed] = ['622901007-20260302-OPENAA', '622901007-20260302-SEALED'];
  const keeping = createKeeping({
    records,
    clock: { now: () => a.noon(today) },
    context: async () => a.rules,
  });
  const put = (stream: StreamRef, events: readonly { readonly type: string; readonly data: object }[]) =>
    records.commit([
      {
        stream,
        expectedVersion: 0,
        events: events.map(({ type, data }) => ({ type, data, at: a.noon(a.firstDay), actor: officer })),
        head: { summary: {}, openStages: [] },
        signals: [],
        decisions: [],
      },
    ]);
  const read = async (name: string, by: object = {}): Promise<unknown> => {
    try {
      const asking = { id: 'archivist', name: '', unit: centre, roles: ['petition-officer'] as const, ...by };
      const { body } = await keeping.read(asking, 'ReadKeeping', name);
      return (body as { readonly endedOn?: string }).endedOn;
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  };

  it('goes with it; of what is sealed there is nothing, as of what never was', async () => {
    await put({ kind: 'petition', id: open }, a.acceptedPetition);
    await put({ kind: 'petition', id: sealed }, a.sealedPetition);
    const whistleOf = (petition?: string) =>
      [...calledFacts, calledOff].map(({ type, data }) =>
        type === 'WhistleDrafted'
          ? { type, data: { ...data, content: { ...(data as { content: object }).content, petition } } }
          : { type, data },
      );
    await put({ kind: 'whistle', id: 'OPEN' }, whistleOf(open));
    await put({ kind: 'whistle', id: 'SEALED' }, whistleOf(sealed));
    await put({ kind: 'whistle', id: 'NONE' }, whistleOf());
    expect(await read('whistle.OPEN')).toBe('rule-violated');
    expect([await read('whistle.SEALED'), await read('whistle.NEVER')]).toEqual(['not-found', 'not-found']);
    expect(await read('whistle.NONE')).toBe(a.firstDay);
    // Who has nothing to do with the unit learns neither.
    const elsewhere = { unit: '622921-xfj' };
    for (const name of ['whistle.OPEN', 'whistle.NONE']) expect(await read(name, elsewhere)).toBe('not-your-unit');
    expect(await read('whistle.SEALED', elsewhere)).toBe('not-found');
  });
});
