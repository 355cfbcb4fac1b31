import { join } from 'node:path';
import type { DynamoDBRecord } from 'aws-lambda';
import { statutoryCalendar } from '../../adapters/calendar.ts';
import { DynamoCountLog } from '../../adapters/count-log.ts';
import { DynamoFigureStore } from '../../adapters/figures.ts';
import { streamOf } from '../../adapters/keys.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { headFilter } from '../../adapters/tables.ts';
import { DynamoTimerStore } from '../../adapters/timers.ts';
import type { Action } from '../../domain/access/policy.ts';
import type { Officer } from '../../domain/access/roles.ts';
import { assemblyStream } from '../../domain/assembly/assembly.ts';
import { plusDays } from '../../domain/calendar/calendar.ts';
import { type Centre, type CentreEvent, centreStream, isOpenOn } from '../../domain/centre/centre.ts';
import { placementStream } from '../../domain/centre/placement.ts';
import { standingOfPlacement } from '../../domain/centre/placement-history.ts';
import { Refusal, StaleVersion } from '../../domain/errors.ts';
import { type Grid, type GridEvent, gridStream } from '../../domain/grid/grid.ts';
import { needStream } from '../../domain/grid/need.ts';
import type { Unit } from '../../domain/organisation/unit.ts';
import { decideImporting } from '../../domain/petition/importing.ts';
import { decide, foldPetition } from '../../domain/petition/petition.ts';
import { initialPetition } from '../../domain/petition/state.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { Category, ReferenceData, StreamKind, StreamRef } from '../../domain/ports.ts';
import { programmeStream } from '../../domain/programme/programme.ts';
import { decideSession } from '../../domain/reception/session.ts';
import { type ListItem, type ListItemEvent, listItemStream } from '../../domain/whistle/list-item.ts';
import { whistleStream } from '../../domain/whistle/whistle.ts';
import { createHandler as createCount } from '../../functions/count/handler.ts';
import { createCommands } from '../../functions/shared/commands.ts';
import { createPetitionerCommands } from '../../functions/shared/petitioner-commands.ts';
import type { Guarded } from '../../functions/shared/pipeline.ts';
import { createPlainCommands, createPlainTick } from '../../functions/shared/plain-commands.ts';
import { isSealedNow } from '../../functions/shared/sealed-behind.ts';
import { createSessionCommands } from '../../functions/shared/session-commands.ts';
import { petitionWrite } from '../../functions/shared/stream-writes.ts';
import { createSessionClock } from '../../functions/sweep/session-clock.ts';
import { matches } from '../../local/filter-pattern.ts';
import { openStream } from '../../local/stream-reader.ts';
import type { TestDynamoDb } from '../../tests/support/dynamodb.ts';
import type { Deed, Grown } from './grassroots.ts';
import { type Life, programmeBatches, programmeUnit, type ReceptionDay, type Turn, yearProgramme } from './lives.ts';
import type { Plan } from './plan.ts';

/** Streams that are worked on at the same time. */
const atOnce = 8;

/** Where it is played: the benchmark's store, or a test's. */
export type YearStore = Omit<TestDynamoDb, 'stop'>;

export interface Played {
  readonly commands: number;
  /** What the rules refused, by its code: a plan does not know everything. */
  readonly refused: ReadonlyMap<string, number>;
  readonly streams: readonly StreamRef[];
  readonly records: DynamoRecordStore;
  readonly figures: DynamoFigureStore;
  readonly log: DynamoCountLog;
  readonly reference: ReferenceData;
  readonly context: ReturnType<typeof createCommands>['context'];
  /** Milliseconds that counting took, and records that it was given. */
  readonly counting: {
    readonly milliseconds: number;
    readonly delivered: number;
    /** By month: records that it was given, and request units of counting them, as the store reports them. */
    readonly months: ReadonlyMap<string, { delivered: number; units: number }>;
  };
}

/** Plays a planned year through the real commands on a real store, day by day, with the sweep and the consumer running. */
export const playYear = async (
  { year, lives, days, grassroots, joint, imports }: Plan,
  {
    store,
    units,
    categories,
    folder,
    progress = () => {},
  }: {
    readonly store: YearStore;
    readonly units: readonly Unit[];
    readonly categories: readonly Category[];
    /** For the consumer's place in the stream. */
    readonly folder: string;
    readonly progress?: (day: string, commands: number) => void;
  },
): Promise<Played> => {
  let today = `${year}-01-01`;
  const clock = { now: () => `${today}T04:00:00.000Z` };
  const records = new DynamoRecordStore(store);
  const months = new Map<string, { delivered: number; units: number }>();
  const thisMonth = () => {
    const month = today.slice(0, 7);
    const of = months.get(month) ?? { delivered: 0, units: 0 };
    months.set(month, of);
    return of;
  };
  const figures = new DynamoFigureStore({
    ...store,
    onConsumed: ({ units: consumed }) => {
      thisMonth().units += consumed;
    },
  });
  const log = new DynamoCountLog(store);
  const timers = new DynamoTimerStore(store);
  const reference: ReferenceData = {
    units: async () => units,
    categories: async () => categories,
    settings: async () => noSettings,
  };
  const dependencies = { records, reference, clock, calendar: statutoryCalendar, decide };
  const commands = createCommands(dependencies);
  const sessions = createSessionCommands({ ...dependencies, decideSession });
  const sessionClock = createSessionClock(dependencies);
  const petitioner = createPetitionerCommands(dependencies);
  const centreCommands = createPlainCommands(dependencies, centreStream);
  const gridCommands = createPlainCommands(dependencies, gridStream);
  const needCommands = createPlainCommands(dependencies, needStream);
  const assemblyCommands = createPlainCommands(dependencies, assemblyStream);
  const tickNeed = createPlainTick(dependencies, needStream, (by, at) => {
    const command = { type: 'SweepServices', by, at } as const;
    return command;
  });
  const programmeCommands = createPlainCommands(dependencies, programmeStream);
  const itemCommands = createPlainCommands(dependencies, listItemStream);
  const petitionOf = async (number: string) =>
    foldPetition((await records.load({ kind: 'petition', id: number })).events);
  const whistleCommands = createPlainCommands(dependencies, whistleStream, async (whistle, intent) => {
    const { unit } = intent as { unit?: string };
    const number = whistle.content?.petition;
    return {
      whistle,
      at: clock.now(),
      ...(unit === undefined ? {} : { named: unit }),
      ...(number === undefined ? {} : { petition: await petitionOf(number) }),
    };
  });
  const placementCommands = createPlainCommands(dependencies, placementStream, async (placement) => ({
    petition: await petitionOf(placement.petition),
    at: clock.now(),
    ...standingOfPlacement(placement),
  }));
  const tickWhistle = createPlainTick(dependencies, whistleStream, async (by, at, { content }) => {
    const command = { type: 'SweepWhistle', sealed: await isSealedNow(records, content?.petition), by, at } as const;
    return command;
  });
  // As it is deployed: whoever counts has no key to anybody's data.
  const { sealing: _, ...withoutKeys } = store;
  const count = createCount({
    records: new DynamoRecordStore(withoutKeys),
    figures,
    context: commands.context,
    streamOf: (key) => streamOf(key),
    log,
    clock,
  });
  const stream = await openStream(store.endpoint, store.petitionsTable, join(folder, 'checkpoints'), 'year');

  const versions = new Map<string, number>();
  const ended = new Set<string>();
  const refused = new Map<string, number>();
  const streams: StreamRef[] = [];
  let given = 0;

  const guarded = (id: string, action: string): Guarded => {
    given += 1;
    return {
      actions: [action as Action],
      idempotencyKey: `year-${String(given)}`,
      fingerprint: 'year',
      expectedVersion: versions.get(id) ?? 0,
    };
  };
  /** Gives a command at the version that its giver knows; the clock may have moved it meanwhile. */
  const give = async (id: string, work: () => Promise<{ body: object }>): Promise<void> => {
    if (ended.has(id)) return;
    for (let attempt = 0; ; attempt += 1) {
      try {
        versions.set(id, ((await work()).body as { version: number }).version);
        return;
      } catch (error) {
        if (error instanceof StaleVersion && attempt < 3) versions.set(id, error.currentVersion);
        else if (error instanceof Refusal) {
          // What follows would be refused as well.
          ended.add(id);
          refused.set(error.message, (refused.get(error.message) ?? 0) + 1);
          return;
        } else throw error;
      }
    }
  };
  const officer = ({ role, unit, id }: Exclude<Turn['by'], 'petitioner'>) => ({
    id: `${id ?? role}@${unit}`,
    name: id ?? role,
    unit,
    roles: [role],
  });

  const agenda = new Map<string, (() => Promise<void>)[]>();
  const on = (day: string, work: () => Promise<void>) => agenda.set(day, [...(agenda.get(day) ?? []), work]);

  const register = async ({ number, desk, content }: Life): Promise<void> => {
    streams.push({ kind: 'petition', id: number });
    const intent = { type: 'RegisterPetition', number, content } as const;
    await give(number, () =>
      commands.register(officer({ role: 'receptionist', unit: desk }), guarded(number, intent.type), intent, []),
    );
  };
  const take = async (life: Life, { by, intent, named, part }: Turn): Promise<void> => {
    const number = part ?? life.number;
    await give(number, async () => {
      const call = guarded(number, intent.type);
      if (by === 'petitioner') return petitioner.changeAsPetitioner(call, number, intent as never);
      if (intent.type === 'SplitPetition') {
        const result = await commands.split(officer(by), call, number, intent, async () => []);
        for (const each of intent.parts) {
          streams.push({ kind: 'petition', id: each.number });
          versions.set(each.number, 1);
        }
        return result;
      }
      return commands.change(officer(by), call, number, intent as never, () => named);
    });
  };
  const receive = async ({ id, unit, leader, substitute, noted, day, groups }: ReceptionDay): Promise<void> => {
    streams.push({ kind: 'session', id });
    const desk = officer({ role: 'receptionist', unit });
    const content = {
      leader,
      leaderName: '领导',
      post: '负责人',
      portfolio: '全面工作',
      mode: '定点接访',
      place: '接访室',
      date: day,
      from: '09:00',
      to: '23:59',
    } as const;
    await give(id, () =>
      sessions.publish(desk, guarded(id, 'PublishSession'), { type: 'PublishSession', id, content }),
    );
    const change = (by: typeof desk, intent: Parameters<typeof sessions.change>[3]) =>
      give(id, () => sessions.change(by, guarded(id, intent.type), id, intent));
    if (substitute !== undefined) {
      const deputy = { leader: substitute, leaderName: '副职', post: '副职', portfolio: '信访' };
      await change(desk, { type: 'ReplaceLeader', reason: '外出开会', ...deputy });
    }
    const receiver = officer({ role: 'leader', unit, ...(substitute === undefined ? {} : { id: 'deputy' }) });
    for (const [index, { persons, solved }] of groups.entries()) {
      const visit = index + 1;
      await change(desk, { type: 'PreRegisterVisit', visitor: '来访人', purpose: '反映问题', persons });
      await change(desk, { type: 'CheckIn', visit, arrived: true });
      await change(desk, { type: 'RecordVisit', visit, account: '如实记录', representatives: [] });
      await change(receiver, {
        type: 'IssueInstruction',
        visit,
        instruction: '依法办理',
        solvedOnTheSpot: solved,
        ...(solved ? {} : { responsibleUnit: unit, due: plusDays(day, 30) }),
      });
      // Of three instructions one is carried out in time, one late, one not at all.
      if (solved || visit % 3 === 0) continue;
      const done = async () => {
        await change(officer({ role: 'handler', unit }), { type: 'RecordFollowUp', visit, result: '已落实' });
        await change(receiver, { type: 'ConfirmCommitment', visit });
      };
      on(plusDays(day, visit % 3 === 1 ? 20 : 40), done);
    }
    for (const [index, attended] of noted.entries())
      await change(desk, { type: 'NoteAttendance', attended, ...(index === 0 ? {} : { reason: '更正记录' }) });
  };

  /** A matter of an old ledger, as an import that two persons have decided writes it. */
  const bring = async (number: string, unit: string, receivedOn: string): Promise<void> => {
    given += 1;
    streams.push({ kind: 'petition', id: number });
    const by = { id: 'import', unit, role: 'administrator' };
    const at = clock.now();
    const person = { name: '信访人' } as const;
    const content = {
      channel: 'letter',
      source: 'mail',
      oral: false,
      petitioner: { form: 'individual', person },
      subject: '旧台账事项',
      requests: ['请求处理'],
      facts: '见台账。',
    } as const;
    const former = { ledger: '旧台账', number, finishedOn: receivedOn, broughtBy: 'year', digest: number };
    const context = await commands.context();
    const command = { type: 'ImportPetition', number, unit, receivedOn, content, former, by, at } as const;
    const events = decideImporting(command, initialPetition, context);
    await records.commit([petitionWrite(initialPetition, events, number, at, by, context)]);
  };

  /** Records warnings and missed limits, as the sweep does, of every stream whose timer has come. */
  const sweep = async (): Promise<void> => {
    const due: StreamRef[] = [];
    let cursor: string | undefined;
    do {
      const page = await timers.dueTimers(today, 100, cursor);
      due.push(...page.items.map((each) => each.stream));
      cursor = page.cursor;
    } while (cursor !== undefined);
    await inParallel(due, async ({ kind, id }) => {
      if (kind === 'need') await tickNeed(id);
      else if (kind === 'session') await sessionClock.tick(id);
      else if (kind === 'whistle') await tickWhistle(id);
      else await commands.tick(id, { type: 'SweepClocks' });
    });
  };

  let milliseconds = 0;
  let delivered = 0;
  /** Reads the table's stream to its present end, as the event source mapping does. */
  const deliver = async (): Promise<void> => {
    const before = performance.now();
    for (;;) {
      const read = await stream.read();
      if (read.length === 0) break;
      const heads = read.filter((record) =>
        matches(headFilter as never, record as never),
      ) as unknown as DynamoDBRecord[];
      for (let from = 0; from < heads.length; from += 100) {
        const answer = await count({ Records: heads.slice(from, from + 100) }, {
          getRemainingTimeInMillis: () => 600_000,
        } as never);
        if (answer === undefined || answer.batchItemFailures.length > 0) throw new Error('A record was not counted.');
      }
      delivered += heads.length;
      thisMonth().delivered += heads.length;
      stream.done();
    }
    milliseconds += performance.now() - before;
  };

  type Plain = {
    readonly create: (...call: [Officer, Guarded, string, string, never]) => Promise<{ body: object }>;
    readonly change: (...call: [Officer, Guarded, string, never]) => Promise<{ body: object }>;
  };
  /** Puts the deeds of a stream of the grass roots on their days, those of a day in their order. */
  const grow = <C extends { readonly type: string }>(
    kind: StreamKind,
    given: Plain,
    { id, unit, deeds }: Grown<C>,
    completed: (intent: Deed<C>['intent']) => Promise<object> = async (intent) => intent as object,
  ): void => {
    for (const [day, dayDeeds] of Map.groupBy(deeds, (deed) => deed.day))
      on(day, async () => {
        for (const deed of dayDeeds) {
          const by = officer({
            role: deed.role,
            unit: deed.unit ?? unit,
            ...(deed.officer === undefined ? {} : { id: deed.officer }),
          });
          // An appointment names the officer himself.
          const who = deed.officer === undefined ? by : { ...by, id: deed.officer };
          const intent = (await completed(deed.intent)) as never;
          const call = () => guarded(id, (deed.intent as { type: string }).type);
          if (deed !== deeds[0]) await give(id, () => given.change(who, call(), id, intent));
          else {
            streams.push({ kind, id });
            await give(id, () => given.create(who, call(), id, unit, intent));
          }
        }
      });
  };

  for (const life of lives) {
    const byDay = Map.groupBy(life.turns, ({ day }) => day);
    for (const day of new Set([life.day, ...byDay.keys()]))
      on(day, async () => {
        if (day === life.day) await register(life);
        for (const turn of byDay.get(day) ?? []) await take(life, turn);
      });
  }
  for (const day of days) on(day.day, () => receive(day));
  for (const centre of grassroots.centres) grow('centre', centreCommands, centre);
  for (const grid of grassroots.grids) grow('grid', gridCommands, grid);
  for (const need of grassroots.needs)
    grow('need', needCommands, need, async (intent) => {
      if (intent.type !== 'ReportNeed') return intent;
      const { events } = await records.load({ kind: 'grid', id: need.grid });
      return { ...intent, grid: foldPlain<Grid, GridEvent>(gridStream, events) };
    });
  for (const item of joint.items) grow('list-item', itemCommands, item);
  for (const placement of joint.placements)
    grow('placement', placementCommands, placement, async (intent) => {
      const { type, to, unit } = intent as { type: string; to?: string; unit?: string };
      if (type !== 'TakeInMatter' && type !== 'TransferDown') return intent;
      const { events } = await records.load({ kind: 'centre', id: to ?? unit ?? '' });
      const hosts = isOpenOn(foldPlain<Centre, CentreEvent>(centreStream, events), today);
      return { ...intent, hosts, petition: await petitionOf(placement.id) };
    });
  for (const whistle of joint.whistles)
    grow('whistle', whistleCommands, whistle, async (intent) => {
      if (intent.type !== 'DraftWhistle') return intent;
      const { petition, joint: matched } = intent.content;
      const items = [...(matched?.needs ?? []), ...(matched?.resources ?? [])].map(async (id) => {
        const { events } = await records.load({ kind: 'list-item', id });
        return foldPlain<ListItem, ListItemEvent>(listItemStream, events);
      });
      const behind = petition === undefined ? {} : { petition: await petitionOf(petition) };
      return { ...intent, ...behind, items: await Promise.all(items) };
    });
  for (const { number, unit, day, receivedOn } of imports) on(day, () => bring(number, unit, receivedOn));
  on(`${year}-01-01`, async () => {
    const by = officer({ role: 'petition-officer', unit: programmeUnit });
    const create = { type: 'FoundProgramme', kind: 'campaign', name: '专项行动' } as const;
    streams.push({ kind: 'programme', id: yearProgramme });
    await give(yearProgramme, () =>
      programmeCommands.create(by, guarded(yearProgramme, create.type), yearProgramme, programmeUnit, {
        ...create,
        id: yearProgramme,
        unit: programmeUnit,
        from: today,
        to: `${year}-12-31`,
        appointmentKinds: [],
      }),
    );
    for (let batch = 1; batch <= programmeBatches; batch += 1)
      await give(yearProgramme, () =>
        programmeCommands.change(by, guarded(yearProgramme, 'AddBatch'), yearProgramme, {
          type: 'AddBatch',
          name: `第${String(batch)}批`,
        }),
      );
  });
  for (const assembly of grassroots.assemblies) grow('assembly', assemblyCommands, assembly);

  for (; today <= `${year}-12-31`; today = plusDays(today, 1)) {
    await inParallel(agenda.get(today) ?? [], (work) => work());
    await sweep();
    await deliver();
    progress(today, given);
  }
  return {
    commands: given,
    refused,
    streams,
    records,
    figures,
    log,
    reference,
    context: commands.context,
    counting: { milliseconds, delivered, months },
  };
};

const noSettings = { calendarDays: [], configuration: {} };

/** Works through a list, some at a time. @throws the first error */
const inParallel = async <T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> => {
  const left = items.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const item of left) await work(item);
    }),
  );
};
