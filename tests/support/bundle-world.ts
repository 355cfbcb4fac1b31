/** A record with everything that a bundle can hold, made by the rules, stored in tables, anchored on several days. */

import { randomUUID } from 'node:crypto';
import { DynamoAnchorLog } from '../../adapters/anchor-log.ts';
import { DynamoAnchorReader } from '../../adapters/anchor-reader.ts';
import { streamKey } from '../../adapters/keys.ts';
import { DynamoRecordStore } from '../../adapters/record-store.ts';
import { DynamoStreamFacts } from '../../adapters/stream-facts.ts';
import { historyTable as historyShape, petitionsTable as petitionsShape } from '../../adapters/tables.ts';
import { DynamoActStore } from '../../adapters/unit-acts.ts';
import type { Officer } from '../../domain/access/roles.ts';
import type { ExportScope } from '../../domain/export.ts';
import type { EventActor, NewEvent, StreamRef } from '../../domain/ports.ts';
import { createHandler as createAnchor } from '../../functions/anchor/handler.ts';
import type { PageLimits } from '../../functions/audit/bundle.ts';
import { createExports } from '../../functions/audit/exports.ts';
import * as a from './builders.ts';
import { createTable, type TestDynamoDb } from './dynamodb.ts';
import { testSigner } from './kms.ts';
import { context } from './lambda-context.ts';

export const auditor: Officer = { id: 'auditor', name: '审计员', unit: '6229-xfj', roles: ['auditor'] };
/** Of the organ to which the accusation was handed. */
export const inspector: Officer = { id: 'inspector', name: '审计员', unit: '622901-jw', roles: ['auditor'] };

const numberOf = (each: number): string => `622901007-20260302-7K3QX${'ABCDEFGHJKMNPQR'.charAt(each)}`;
export const petitions = {
  short: numberOf(0),
  long: numberOf(1),
  sealed: numberOf(2),
  parent: numberOf(3),
  repeat: numberOf(4),
  recused: numberOf(5),
  fresh: numberOf(6),
};
export const session = '622901007-20260302-S7K3QX';

const accusation = a.continued(
  a.registeredPetition,
  a.route({ purpose: 'accusation', path: undefined as never, disposition: 'forward', competentUnit: '622901-jw' }),
);

/** Facts of the rules, of another number, told by those who usually act. */
const renamed = (events: readonly object[], number: string): object[] =>
  JSON.parse(JSON.stringify(events).replaceAll(a.number, number)) as object[];

export interface BundleWorld {
  readonly records: DynamoRecordStore;
  readonly facts: DynamoStreamFacts;
  readonly reader: DynamoAnchorReader;
  readonly tables: { readonly petitionsTable: string; readonly historyTable: string };
  readonly exports: ReturnType<typeof createExports>;
  /** Of the key that signs its checkpoints (PEM). */
  readonly publicKey: string;
  append(stream: StreamRef, events: readonly object[], at: string): Promise<void>;
  anchor(at: string): Promise<void>;
  begin(officer: Officer, scope: ExportScope, since?: number): Promise<string>;
  /** All pages of an export that was begun. */
  pages(officer: Officer, name: string, limits?: PageLimits): Promise<readonly string[]>;
  /** The whole bundle. */
  bundle(officer: Officer, scope: ExportScope, since?: number): Promise<string>;
}

export async function emptyWorld({ client, sealing }: TestDynamoDb): Promise<BundleWorld> {
  const tables = { petitionsTable: `Petitions-${randomUUID()}`, historyTable: `History-${randomUUID()}` };
  await createTable(client, tables.petitionsTable, petitionsShape);
  await createTable(client, tables.historyTable, historyShape);
  const options = { client, ...tables };
  const { signer, publicKey } = testSigner();
  const [records, log] = [new DynamoRecordStore({ ...options, sealing }), new DynamoAnchorLog({ ...options, signer })];
  const [facts, reader] = [new DynamoStreamFacts(options), new DynamoAnchorReader(options)];
  const moved = new Set<string>();
  let now = a.noon(a.firstDay);
  const clock = { now: () => now };
  const exportsWith = (limits?: PageLimits) =>
    createExports({
      records,
      facts,
      anchor: reader,
      acts: new DynamoActStore(options),
      context: async () => a.rules,
      clock,
      ...(limits === undefined ? {} : { limits }),
    });
  const exports = exportsWith();
  const begin = async (officer: Officer, scope: ExportScope, since?: number): Promise<string> => {
    const actions = ['ExportHistory', 'ReadUnitDay'] as const;
    const guarded = { idempotencyKey: randomUUID(), fingerprint: 'f', expectedVersion: 0, actions };
    const request = { scope, purpose: 'audit' as const, ...(since === undefined ? {} : { since }) };
    const { body } = await exports.begin(officer, guarded, request);
    return (body as { export: string }).export;
  };
  const pages = async (officer: Officer, name: string, limits?: PageLimits): Promise<string[]> => {
    const read: string[] = [];
    const some = limits === undefined ? exports : exportsWith(limits);
    for (let cursor: string | undefined; ; ) {
      const page = await some.page(officer, name, cursor);
      read.push(page.text);
      cursor = page.cursor;
      if (cursor === undefined) return read;
    }
  };
  return {
    records,
    facts,
    reader,
    tables,
    exports,
    publicKey,
    begin,
    append: async (stream, events, at) => {
      now = at;
      const { version } = await records.stored(stream);
      const summary = stream.kind === 'session' ? { unit: '622901007-zx', date: '2026-03-02' } : {};
      await records.commit([
        {
          stream,
          expectedVersion: version,
          events: events.map((event, each) => factOf(event, at, each)),
          head: { summary, openStages: [] },
          signals: [],
          decisions: [],
        },
      ]);
      moved.add(streamKey(stream));
    },
    anchor: async (at) => {
      now = at;
      await log.collect([...moved], at);
      moved.clear();
      await createAnchor({ log, witness: { keep: async () => {} }, clock })({}, context);
    },
    pages,
    bundle: async (officer, scope, since) => (await pages(officer, await begin(officer, scope, since))).join(''),
  };
}

const actors: readonly EventActor[] = [
  a.officers.receptionist,
  a.officers.officer,
  a.officers.handler,
  a.officers.leader,
  a.officers.mediator,
];

const factOf = (event: object, at: string, each: number): NewEvent => {
  const { type, data } = event as { type: string; data: object };
  return { type, at, data, actor: actors[each % actors.length] ?? a.officers.receptionist };
};

const petition = (id: string): StreamRef => ({ kind: 'petition', id });

/** Seven petitions, a day of reception and reads, over four days. */
export async function fullWorld(db: TestDynamoDb): Promise<BundleWorld> {
  const world = await emptyWorld(db);
  const day = (each: number) => a.noon(`2026-03-0${String(2 + each)}`);
  const { append } = world;
  const long = renamed(a.closingRequested, petitions.long);
  await append(petition(petitions.short), renamed(a.registeredPetition, petitions.short), day(0));
  await append(petition(petitions.long), long.slice(0, 3), day(0));
  await append(petition(petitions.sealed), renamed(a.registeredPetition, petitions.sealed), day(0));
  await append({ kind: 'session', id: session }, sessionFacts(), day(0));
  await append({ kind: 'reads', id: petitions.long }, [read('history')], day(0));
  await world.anchor(day(0));
  await append(petition(petitions.long), long.slice(3, 9), day(1));
  await append(petition(petitions.sealed), renamed(accusation, petitions.sealed).slice(1), day(1));
  await append({ kind: 'reads', id: petitions.sealed }, [read('petition')], day(1));
  await append(petition(petitions.parent), renamed(a.routedPetition, petitions.parent), day(1));
  const parts = [{ number: petitions.sealed, requests: ['补偿'] }];
  await append(petition(petitions.parent), [{ type: 'PetitionSplit', data: { parts, reason: '分别处理' } }], day(1));
  await world.anchor(day(1));
  await append(petition(petitions.long), long.slice(9), day(2));
  const linked = { type: 'RepeatLinked', data: { earlier: petitions.sealed, reason: '同一事项' } };
  await append(petition(petitions.repeat), [...renamed(a.registeredPetition, petitions.repeat), linked], day(2));
  const recusal = { type: 'RecusalDeclared', data: { officer: auditor.id, interest: '近亲属', by: auditor.id } };
  await append(petition(petitions.recused), [...renamed(a.registeredPetition, petitions.recused), recusal], day(2));
  await append({ kind: 'reads', id: petitions.long }, [read('petition'), read('export')], day(2));
  await world.anchor(day(2));
  await world.anchor(day(2));
  await append(petition(petitions.fresh), renamed(a.routedPetition, petitions.fresh), day(3));
  await world.anchor(day(3));
  return world;
}

const read = (what: string) => ({ type: 'PersonalDataRead', data: { what } });

const sessionFacts = (): object[] => {
  const visit = (each: number, petitionNumber?: string) => [
    { type: 'VisitPreRegistered', data: { visit: each, visitor: '某', purpose: '土地', persons: 1 } },
    { type: 'VisitorCheckedIn', data: { visit: each, persons: 1 } },
    {
      type: 'VisitRecorded',
      data: {
        visit: each,
        account: '如实',
        representatives: [],
        ...(petitionNumber === undefined ? {} : { petition: petitionNumber }),
      },
    },
  ];
  const content = {
    leader: 'leader',
    leaderName: '领导',
    post: '镇长',
    portfolio: '全面',
    mode: '定点接访',
    place: '接访室',
    date: '2026-03-02',
    from: '09:00',
    to: '23:59',
  };
  return [
    { type: 'SessionPublished', data: { id: session, unit: '622901007-zx', content, basis: 'R18' } },
    ...visit(1, petitions.long),
    ...visit(2),
    ...visit(3, petitions.sealed),
  ];
};
