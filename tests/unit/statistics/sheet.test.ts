import { describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import type { PetitionCommand, PetitionEvent } from '../../../domain/petition/petition.ts';
import type { NewEvent } from '../../../domain/ports.ts';
import * as a from '../../support/builders.ts';
import { countingRecord, sorted } from '../../support/counting.ts';
import { command, people } from '../../support/intake.ts';

const first = a.number;
const second = '622901007-20260501-BBBBBB';
const supervisor = { id: 'supervisor', unit: '622901-xfj', role: 'supervisor' };

/** Facts as they are recorded, by somebody of a unit. */
const recorded = (
  facts: readonly PetitionEvent[],
  { on = a.firstDay, unit = '622901007-zx' }: { readonly on?: string; readonly unit?: string } = {},
): NewEvent[] => facts.map((fact) => ({ ...fact, at: a.noon(on), actor: { id: 'somebody', unit, role: 'handler' } }));

/** Commands one after the other, as facts with their own time and actor. */
const done = (facts: readonly PetitionEvent[], ...commands: readonly PetitionCommand[]): NewEvent[] => {
  const all: PetitionEvent[] = [...facts];
  return commands.flatMap((each) => {
    const given = a.continued(all, each).slice(all.length);
    all.push(...given);
    return given.map((fact) => ({ ...fact, at: each.at, actor: each.by }));
  });
};

const petition = (id: string = first) => ({ kind: 'petition', id }) as const;

/** Counts what is committed, and checks each time that a naive recount agrees. */
const counting = () => {
  const { commit, deliver, figures, recounted } = countingRecord();
  return {
    async after(events: readonly NewEvent[], id: string = first) {
      await commit(petition(id), events);
      await deliver();
      expect(sorted(figures.all())).toEqual(sorted(await recounted()));
      return figures.all();
    },
    figures,
  };
};

const march = (figure: string, unit = '622901007-zx') => `${unit} 2026-03 ${figure}`;

describe('a matter', () => {
  it('counts from its triage on, in the month of its receipt', async () => {
    const { after } = counting();
    expect(await after(recorded(a.registeredPetition))).toEqual(new Map());
    const routed = await after(
      recorded(a.continued(a.registeredPetition, ...a.on('2026-04-02', a.route())).slice(1), { on: '2026-04-02' }),
    );
    expect(sorted(routed)).toMatchObject({
      [march('registered')]: 1,
      [march('registered.channel.visit')]: 1,
      [march('registered.purpose.appeal')]: 1,
      [march('persons')]: 1,
      [march('received', '622901-zrzy')]: 1,
      '622901007-zx 2026-04 forwarded': 1,
      '622901-zrzy open open.2026-03': 1,
    });
  });

  describe('that nobody routes', () => {
    const swept = (facts: readonly PetitionEvent[], day: string) =>
      a.continued(facts, { type: 'SweepClocks', by: people.officer, at: a.noon(day) } as PetitionCommand);
    const left = swept(a.registeredPetition, '2026-03-20');

    it('shows once its last day has passed, with the supervision, and counts as registered once it is routed', async () => {
      const { after } = counting();
      expect(await after(recorded(swept(a.registeredPetition, '2026-03-17'), { unit: '' }))).toEqual(new Map());
      const counted = await after(recorded(left.slice(a.registeredPetition.length), { unit: '' }));
      expect(sorted(counted)).toEqual({
        [march('supervised')]: 1,
        [march('supervised.ground.late')]: 1,
        [march('under-supervision')]: 1,
        '622901007-zx standing untriaged.2026-03': 1,
      });
      const routed = await after(
        recorded(a.continued(left, ...a.on('2026-04-02', a.route())).slice(left.length), { on: '2026-04-02' }),
      );
      // At the end of March it lay there; at the end of April no longer.
      const lying = (month: string) => routed.get(`622901007-zx standing untriaged.${month}`);
      expect([lying('2026-03'), lying('2026-04'), routed.get(march('registered'))]).toEqual([1, -1, 1]);
      expect(routed.get(march('under-supervision'))).toBe(1);
    });

    it('leaves no number behind when it turns out to be an accusation, and never had one if it was brought as one', async () => {
      const { after, figures } = counting();
      await after(recorded(left, { unit: '' }));
      const { path: _, ...accusation } = a.route({ purpose: 'accusation', competentUnit: '622901-jw' });
      const sealed = a.continued(left, ...a.on('2026-03-21', accusation as PetitionCommand));
      await after(recorded(sealed.slice(left.length)));
      expect(figures.all()).toEqual(new Map());
      const brought = a.continued(
        [],
        a.register({ content: { ...a.content, accused: { units: ['622901-zrzy'], officers: [] } } }),
      );
      expect(await after(recorded(swept(brought, '2026-03-20')), second)).toEqual(new Map());
    });

    it('shows again when an organ gave it back and it is left lying; the days run on from the receipt', async () => {
      const { after } = counting();
      const given = a.continued(
        a.registeredPetition,
        a.route(),
        a.objectToRouting(),
        a.decideObjection({ agreed: true, at: a.noon('2026-03-05') }),
      );
      expect(await after(recorded(swept(given, '2026-03-17'), { unit: '' }))).toEqual(new Map());
      const lying = swept(given, '2026-03-20');
      const counted = await after(recorded(lying.slice(given.length), { unit: '' }));
      const standing = (month: string) => `622901007-zx standing untriaged.${month}`;
      expect([counted.get(standing('2026-03')), counted.get(march('registered'))]).toEqual([1, undefined]);
      expect(counted.get(march('under-supervision'))).toBe(1);
      const routed = await after(
        recorded(
          a.continued(lying, ...a.on('2026-04-02', a.route({ competentUnit: '622901-zjj' }))).slice(lying.length),
          { on: '2026-04-02' },
        ),
      );
      expect([
        routed.get(standing('2026-03')),
        routed.get(standing('2026-04')),
        routed.get(march('registered')),
      ]).toEqual([1, -1, 1]);
    });

    it('shows nothing of what the organ gave back as no accusation: nobody else is to know that it was sealed', async () => {
      const { after } = counting();
      const { path: _, ...accusation } = a.route({ purpose: 'accusation', competentUnit: '622901-jw' });
      const back = {
        type: 'ReturnAccusation',
        by: { id: 'inspector', unit: '622901-jw', role: 'handler' },
        at: a.noon('2026-03-05'),
        reason: '属于申诉求决',
      } as PetitionCommand;
      const lying = swept(a.continued(a.registeredPetition, accusation as PetitionCommand, back), '2026-03-20');
      const counted = await after(recorded(lying, { unit: '' }));
      expect([...counted.keys()].filter((key) => key.includes('untriaged'))).toEqual([]);
    });

    it('shows no more when it was routed once: what is triaged anew may be an accusation', async () => {
      const { after, figures } = counting();
      const routed = a.continued(left, ...a.on('2026-03-21', a.route()));
      const anew = a.continued(
        routed,
        ...a.on('2026-03-21', command('RetriagePetition', people.officer, { reason: '实为检举' })),
      );
      await after(recorded(anew, { unit: '' }));
      expect(figures.all()).toEqual(new Map());
    });
  });

  it('counts nowhere while it is an accusation, and leaves no number behind when it turns out to be one', async () => {
    const { after, figures } = counting();
    const counted = await after(recorded(a.routedPetition));
    expect(counted.get(march('registered'))).toBe(1);
    const retriaged = a.continued(
      a.routedPetition,
      command('RetriagePetition', people.officer, { reason: '实为检举' }),
    );
    await after(recorded(retriaged.slice(a.routedPetition.length)));
    const { path: _, ...accusation } = a.route({ purpose: 'accusation', competentUnit: '622901-jw' });
    await after(recorded(a.continued(retriaged, accusation as PetitionCommand).slice(retriaged.length)));
    expect(figures.all()).toEqual(new Map());
    for (const unit of a.units) expect((await figures.streamsIn(unit.id, '2026-03', 10)).items).toEqual([]);
  });

  it('that was handed to the discipline organ by mistake counts once it is back, without that way', async () => {
    const { after } = counting();
    expect(await after(recorded(a.sealedPetition))).toEqual(new Map());
    const back = a.continued(
      a.sealedPetition,
      command('ReturnAccusation', { id: 'discipline', unit: '622901-jw', role: 'handler' }, { reason: '不属检举控告' }),
    );
    expect(await after(recorded(back.slice(a.sealedPetition.length)))).toEqual(new Map());
    const routed = await after(recorded(a.continued(back, a.route()).slice(back.length)));
    expect(routed.get(march('registered'))).toBe(1);
    expect(routed.get(march('forwarded'))).toBe(1);
  });

  it('that is refused is registered and in no assessment', async () => {
    const { after } = counting();
    const refused = a.continued(
      a.routedPetition,
      command('ProposeRefusal', people.handler, { ground: 'litigation', reason: '涉诉', properPath: '法院' }),
      command('ApproveRefusal', people.leader, {}),
    );
    const counted = await after(recorded(refused));
    expect(counted.get(march('registered'))).toBe(1);
    expect(counted.get(march('not-accepted', '622901-zrzy'))).toBe(1);
    expect([...counted.keys()].filter((key) => /notices|answers|concluded|rat|open/.test(key))).toEqual([]);
  });

  it('brought by many counts once, and everybody behind it', async () => {
    const { after } = counting();
    const joint = {
      ...a.content,
      petitioner: { form: 'joint', representatives: [{ name: '甲' }], headcount: 30 },
    } as const;
    const facts = a.continued([], a.register({ content: joint }), a.route());
    const counted = await after(recorded(facts));
    expect(counted.get(march('registered'))).toBe(1);
    expect(counted.get(march('persons'))).toBe(30);
  });
});

describe('what somebody was late with', () => {
  it('stays with him when another unit takes the matter over', async () => {
    const { after } = counting();
    const late = a.continued(a.acceptedPetition, {
      type: 'SweepClocks',
      by: people.officer,
      at: a.noon('2026-05-20'),
    } as PetitionCommand);
    const moved = a.continued(
      late,
      ...a.on('2026-05-21', command('TransferPetition', people.officer, { to: '622901-zjj', reason: '职责划转' })),
    );
    const counted = await after(recorded(moved, { on: '2026-05-21' }));
    const overdue = [...counted].filter(([key]) => key.includes('answers'));
    expect(overdue.map(([key]) => key)).toEqual([expect.stringMatching(/^622901-zrzy \d{4}-\d{2} answers-due$/)]);
  });
});

describe('resolved at once', () => {
  const concludedOn = a.windowOver;
  const repeat = (days: number): NewEvent[] => {
    const on = plusDays(concludedOn, days);
    const registered = { ...a.register({ number: second }), at: a.noon(on) };
    return done([], registered, { ...a.link({ earlier: first }), at: a.noon(on) }, { ...a.route(), at: a.noon(on) });
  };
  const figures = ['622901-zrzy 2026-04 concluded-first-time', '622901-zrzy 2026-04 concluded-at-once'] as const;
  const of = (counted: ReadonlyMap<string, number>) => figures.map((key) => counted.get(key) ?? 0);

  it.each([
    [0, [1, 1]],
    [1, [1, 0]],
    [180, [1, 0]],
    [181, [1, 1]],
  ])('is not what came back %i days after it was concluded: %j', async (days, expected) => {
    for (const repeatFirst of [false, true]) {
      const { after, figures } = counting();
      if (repeatFirst) await after(repeat(days), second);
      await after(recorded(a.concludedPetition));
      if (!repeatFirst) await after(repeat(days), second);
      expect(of(figures.all())).toEqual(expected);
    }
  });

  it('is so again when the link is taken back, or what came turns out to be an accusation', async () => {
    const { after } = counting();
    await after(recorded(a.concludedPetition));
    const came = repeat(10);
    expect(of(await after(came, second))).toEqual([1, 0]);
    const facts = came as unknown as PetitionEvent[];
    const on = a.noon(plusDays(concludedOn, 11));
    const [unlinked, ...no] = done(facts, { ...a.unlink({ earlier: first }), at: on });
    expect(no).toEqual([]);
    const counted = await after(unlinked ? [unlinked] : [], second);
    expect(of(counted)).toEqual([1, 1]);
    expect([...counted.keys()].filter((key) => key.endsWith(' repeat'))).toEqual([]);
  });

  it('tells nothing of an accusation', async () => {
    const { after } = counting();
    await after(recorded(a.concludedPetition));
    await after(repeat(10), second);
    const facts = repeat(10) as unknown as PetitionEvent[];
    const at = a.noon(plusDays(concludedOn, 11));
    const { path: _, ...accusation } = a.route({ purpose: 'accusation', competentUnit: '622901-jw' });
    const sealed = done(
      facts,
      { ...command('RetriagePetition', people.officer, { reason: '实为检举' }), at },
      { ...(accusation as PetitionCommand), at },
    );
    expect(of(await after(sealed, second))).toEqual([1, 1]);
  });

  it('is no longer when the matter is reopened', async () => {
    const { after } = counting();
    await after(recorded(a.concludedPetition));
    const reopened = a.continued(
      a.concludedPetition,
      ...a.on('2026-04-20', command('ReopenPetition', people.leader, { ground: 'error', reason: '事实有误' })),
    );
    const counted = await after(recorded(reopened.slice(a.concludedPetition.length), { on: '2026-04-20' }));
    expect(of(counted)).toEqual([0, 0]);
    expect(counted.get('622901-zrzy open open.2026-03')).toBe(1);
  });
});

describe('repeats', () => {
  const id = (index: number) => `622901007-20260501-BBBBB${'23456789'.charAt(index)}`;
  const seal = (): PetitionEvent[] => {
    const retriaged = a.continued(
      a.routedPetition,
      command('RetriagePetition', people.officer, { reason: '实为检举' }),
    );
    const { path: _, ...accusation } = a.route({ purpose: 'accusation', competentUnit: '622901-jw' });
    return a.continued(retriaged, accusation as PetitionCommand).slice(a.routedPetition.length);
  };
  const repeatsOf = (counted: ReadonlyMap<string, number>) =>
    [...counted].filter(([key]) => key.endsWith(' repeat')).reduce((sum, [, count]) => sum + count, 0);

  it('tell nothing of an earlier matter that turned out to be an accusation, however many they are', async () => {
    const { after } = counting();
    await after(recorded(a.routedPetition));
    for (let index = 0; index < 8; index += 1) {
      const again = a.continued([], a.register({ number: id(index) }), a.link({ earlier: first }), a.route());
      expect(repeatsOf(await after(recorded(again), id(index)))).toBe(index + 1);
    }
    expect(repeatsOf(await after(recorded(seal())))).toBe(0);
  });

  it('count from the triage of the earlier one on, also where there are many of them', async () => {
    const { after } = counting();
    const links = [0, 1, 2, 3, 4, 5, 6].map((index) => a.link({ earlier: id(index) }));
    const again = a.continued([], a.register(), ...links, a.route());
    expect(repeatsOf(await after(recorded(again)))).toBe(0);
    for (let index = 0; index < 7; index += 1) {
      const registered = a.continued([], a.register({ number: id(index) }), a.route());
      expect(repeatsOf(await after(recorded(registered), id(index)))).toBe(1);
    }
  });
});

describe('a rating', () => {
  it('counts when the matter is concluded, not while those who are rated still have it', async () => {
    const { after } = counting();
    const rated = a.continued(a.servedOpinion, ...a.on('2026-03-30', a.rate({ organ: 'dissatisfied' })));
    const before = await after(recorded(rated, { on: '2026-03-30' }));
    expect([...before.keys()].filter((key) => /rat|satisf/.test(key))).toEqual([]);
    const closed = a.continued(rated, ...a.on(a.windowOver, a.requestClosing(), a.confirmClosing()));
    const counted = await after(recorded(closed.slice(rated.length), { on: a.windowOver }));
    expect(counted.get('622901-zrzy 2026-04 rated')).toBe(1);
    expect(counted.get('622901-zrzy 2026-04 satisfied')).toBeUndefined();
    expect(counted.get('622901007-zx 2026-04 office-satisfied')).toBe(1);
  });
});

describe('supervision and proposals (Art. 40)', () => {
  it('count at the office, with what was answered and what was adopted', async () => {
    const { after } = counting();
    const day = '2026-03-20';
    const acts = done(
      a.acceptedPetition,
      command('OpenSupervision', supervisor, { ground: 'delay', against: '622901-zrzy', reason: '拖延' }, day),
      command(
        'ProposeMeasure',
        supervisor,
        { supervision: 1, kind: 'improve-work', addressee: '622901-zrzy', text: '改进' },
        day,
      ),
      command(
        'ProposeMeasure',
        supervisor,
        { supervision: 1, kind: 'improve-policy', addressee: '622901', text: '完善' },
        day,
      ),
      command('GiveFeedback', people.handler, { supervision: 1, adopted: true, text: '已采纳' }, day),
      command('GiveFeedback', people.leader, { supervision: 1, proposal: 2, adopted: false, text: '不采纳' }, day),
    );
    await after(recorded(a.acceptedPetition));
    const counted = await after(acts);
    const office = (figure: string) => counted.get(march(figure, '622901-xfj'));
    expect(office('supervised')).toBe(1);
    expect(office('supervised.ground.delay')).toBe(1);
    expect(counted.get(march('under-supervision', '622901-zrzy'))).toBe(1);
    expect([office('proposed-improve-work'), office('adopted-improve-work')]).toEqual([1, 1]);
    expect([
      office('proposed-improve-policy'),
      office('answered-improve-policy'),
      office('adopted-improve-policy'),
    ]).toEqual([1, 1, undefined]);
  });
});

describe('a reception day', () => {
  it('counts those who came, in batches and persons', async () => {
    const { commit, deliver, figures, recounted } = countingRecord();
    const facts = a.sessionAfter(
      a.publish(),
      a.preRegister(),
      a.preRegister({ persons: 2 }),
      a.checkIn({ persons: 5 }),
      a.checkIn({ visit: 2, arrived: false }),
      a.recordVisit(),
      a.instruct({ solvedOnTheSpot: true }),
    );
    await commit({ kind: 'session', id: 'S1' }, recorded(facts as never));
    await deliver();
    const counted = figures.all();
    expect(sorted(counted)).toEqual(sorted(await recounted()));
    const [unit] = [...counted.keys()].map((key) => key.split(' ')[0]);
    expect(counted.get(`${unit ?? ''} 2026-03 batches`)).toBe(1);
    expect(counted.get(`${unit ?? ''} 2026-03 persons-received`)).toBe(5);
    expect(counted.get(`${unit ?? ''} 2026-03 solved-on-the-spot`)).toBe(1);
  });

  it('counts in the month to which it was moved, what was instructed, what is done and what was late', async () => {
    const { commit, deliver, figures, recounted } = countingRecord();
    const desk = { by: a.officers.receptionist, at: a.noon('2026-03-01') };
    const sweep = { type: 'SweepCommitments', by: { id: 'clock', unit: '', role: 'system' } } as const;
    const facts = a.sessionAfter(
      a.publish({ at: a.noon('2026-03-01') }),
      {
        type: 'RescheduleSession',
        place: '二楼',
        date: '2026-04-01',
        from: '09:00',
        to: '12:00',
        reason: '维修',
        ...desk,
      },
      a.preRegister(),
      a.preRegister({ persons: 4 }),
      ...[1, 2].flatMap((visit) => [
        a.checkIn({ visit, at: a.noon('2026-04-01') }),
        a.recordVisit({ visit, at: a.noon('2026-04-01') }),
        a.instruct({ visit, at: a.noon('2026-04-01'), due: '2026-04-10' }),
      ]),
      { ...sweep, at: a.noon('2026-04-11') },
      a.followUp({ visit: 2, at: a.noon('2026-04-12') }),
      { type: 'ConfirmCommitment', visit: 2, by: a.mayor, at: a.noon('2026-04-13') },
    );
    await commit({ kind: 'session', id: 'S1' }, recorded(facts as never));
    await deliver();
    const counted = figures.all();
    expect(sorted(counted)).toEqual(sorted(await recounted()));
    const of = (figure: string) => counted.get(`622901007-zx 2026-04 ${figure}`);
    expect(['receptions', 'batches', 'persons-received'].map(of)).toEqual([1, 2, 7]);
    expect(['commitments', 'commitments-done', 'commitments-late'].map(of)).toEqual([2, 1, 2]);
    expect([...counted.keys()].filter((key) => key.includes('2026-03'))).toEqual([]);
  });

  it('is no reception of a leader who was absent, however many came', async () => {
    const { commit, deliver, figures, recounted } = countingRecord();
    const desk = { by: a.officers.receptionist, at: a.noon(a.firstDay) };
    const absent = { type: 'NoteAttendance', attended: false, ...desk } as const;
    const facts = a.sessionAfter(a.publish(), a.preRegister(), a.checkIn(), absent);
    await commit({ kind: 'session', id: 'S1' }, recorded(facts as never));
    await deliver();
    expect(sorted(figures.all())).toEqual(sorted(await recounted()));
    const of = (figure: string) => figures.all().get(`622901007-zx 2026-03 ${figure}`);
    expect(['receptions', 'batches', 'persons-received'].map(of)).toEqual([undefined, 1, 3]);
  });

  it('counts as held when the leader was there and nobody came, and not when he was not', async () => {
    for (const [attended, days] of [
      [true, 1],
      [false, undefined],
    ] as const) {
      const { commit, deliver, figures, recounted } = countingRecord();
      const desk = { by: a.officers.receptionist, at: a.noon(a.firstDay) };
      const facts = a.sessionAfter(a.publish(), { type: 'NoteAttendance', attended, ...desk });
      await commit({ kind: 'session', id: 'S1' }, recorded(facts as never));
      await deliver();
      expect(sorted(figures.all())).toEqual(sorted(await recounted()));
      expect(figures.all().get('622901007-zx 2026-03 receptions')).toBe(days);
    }
  });
});
