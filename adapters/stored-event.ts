/** What the tables hold. Everything read is parsed by these schemas, so that a stray item fails here and not later. */

import * as z from 'zod/mini';
import { branches, type Unit } from '../domain/organisation/unit.ts';
import type { CalendarDay, Category, StoredEvent } from '../domain/ports.ts';
import type { StepDecision, StepRef } from '../domain/workflow/signals.ts';
import { stepOf } from './keys.ts';

const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** JSON text of an object. Facts and summaries are kept as text: what was hashed is what is stored, byte for byte. */
const jsonObject = z.pipe(
  z.string(),
  z.transform((text, context): object => {
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
    } catch {
      // Reported below.
    }
    context.issues.push({ code: 'custom', message: 'Not the JSON text of an object.', input: text });
    return {};
  }),
);

const EventItem = z.object({
  pk: z.string(),
  sk: z.string().check(z.regex(/^\d{8}$/)),
  type: z.string(),
  at: z.string(),
  actor: z.object({ id: z.string(), unit: z.string(), role: z.string() }),
  data: jsonObject,
  previousHash: hash,
  hash,
});

/** @throws Error (zod) when the item is no event. */
export function parseEvent(item: unknown): StoredEvent {
  const { pk, sk, type, at, actor, data, previousHash, hash } = EventItem.parse(item);
  return { stream: pk, seq: Number(sk), type, at, actor, data, previousHash, hash };
}

const ActItem = z.object({
  pk: z.string(),
  sk: z.string().check(z.regex(/^\d{8}$/)),
  pos: z.string(),
  type: z.string(),
  actor: z.object({ id: z.string(), unit: z.string(), role: z.string() }),
});

/** A row of the index by unit and day. @throws Error (zod) */
export const parseAct = (item: unknown): z.infer<typeof ActItem> => ActItem.parse(item);

const HeadItem = z.object({
  pk: z.string(),
  version: z.int(),
  hash,
  commit: z.string(),
  summary: jsonObject,
  /** Sealed. */
  title: z.optional(z.string()),
  openStages: z._default(z.array(z.string()), []),
});

export type StoredHead = z.infer<typeof HeadItem>;

/** @throws Error (zod) when the item is no head. */
export const parseHead = (item: unknown): StoredHead => HeadItem.parse(item);

const DataKeyItem = z.object({
  pk: z.string(),
  sk: z.string(),
  wrappedKey: z.optional(z.instanceof(Uint8Array)),
  /** Of a part of a stream. */
  salt: z.optional(z.instanceof(Uint8Array)),
  version: z.int(),
  erasedOn: z.optional(z.string()),
});

/** @throws Error (zod) when the item is no data key. */
export const parseDataKey = (item: unknown): z.infer<typeof DataKeyItem> => DataKeyItem.parse(item);

const AnswerItem = z.object({
  fingerprint: z.string(),
  /** Under whose key the fingerprint stands. */
  keyStream: z.optional(z.string()),
  status: z.int(),
  body: jsonObject,
  expiresAt: z.number(),
});

/** @throws Error (zod) when the item is no idempotent answer. */
export const parseAnswer = (item: unknown): z.infer<typeof AnswerItem> => AnswerItem.parse(item);

/** Base64 as `Buffer` writes it: such a token is stored as bytes, a quarter smaller. */
const TokenAttribute = z.union([z.string(), z.instanceof(Uint8Array)]);

const WorkItemItem = z.object({
  sk: z.string(),
  token: z.optional(TokenAttribute),
  outcome: z.optional(z.string()),
  units: z.optional(z.array(z.string())),
  signalled: z._default(z.boolean(), false),
});

export interface StoredStep {
  readonly stepKey: string;
  readonly token?: string;
  readonly decision?: StepDecision;
  readonly signalled: boolean;
}

/** Form in which a task token is stored. Real tokens have 600 to 1,000 characters and would double a step's cost. */
export function packToken(token: string): string | Uint8Array {
  const bytes = Buffer.from(token, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === token ? bytes : token;
}

/** @throws Error (zod) when the item is no work item. */
export function parseStep(item: unknown): StoredStep {
  const { sk, token, outcome, units, signalled } = WorkItemItem.parse(item);
  const stepKey = sk.slice(2);
  return {
    stepKey,
    signalled,
    ...(token === undefined
      ? {}
      : { token: typeof token === 'string' ? token : Buffer.from(token).toString('base64') }),
    ...(outcome === undefined
      ? {}
      : // Whoever asks for steps has left the tasks aside: no machine waits for them.
        { decision: { ...(stepOf(stepKey) as StepRef), outcome, ...(units === undefined ? {} : { units }) } }),
  };
}

const WaitingItem = z.object({
  pk: z.string(),
  sk: z.string(),
  wl: z.string(),
  due: z.string(),
  excluded: z._default(z.array(z.string()), []),
});

/** A row of the worklist index. @throws Error (zod) */
export const parseWaiting = (item: unknown): z.infer<typeof WaitingItem> => WaitingItem.parse(item);

const UnitItem = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum([
    'government',
    'petition-office',
    'department',
    'centre',
    'mediation-committee',
    'discipline',
    'political-legal',
    'village-committee',
  ]),
  level: z.enum(['prefecture', 'county', 'township', 'village']),
  branch: z.optional(z.enum(branches)),
  parent: z.optional(z.string()),
  ledBy: z.optional(z.string()),
  petitionOffice: z.optional(z.string()),
  reviewedBy: z.optional(z.string()),
  abolishedOn: z.optional(z.string()),
  successor: z.optional(z.string()),
});

const CategoryItem = z.object({ code: z.string(), name: z.string(), parent: z.optional(z.string()) });

/** @throws Error (zod) when the item is no unit. */
export const parseUnit = (item: unknown): Unit => present(UnitItem.parse(item));

/** @throws Error (zod) when the item is no category. */
export const parseCategory = (item: unknown): Category => present(CategoryItem.parse(item));

const CalendarDayItem = z.object({ day: z.string(), working: z.boolean(), name: z.string(), source: z.string() });

/** @throws Error (zod) when the item is no day of a calendar. */
export const parseCalendarDay = (item: unknown): CalendarDay => CalendarDayItem.parse(item);

const SettingItem = z.object({ sk: z.string(), value: jsonObject });

/** One setting by name. @throws Error (zod) when the item is no setting. */
export const parseSetting = (item: unknown): { readonly name: string; readonly value: object } => {
  const { sk, value } = SettingItem.parse(item);
  return { name: sk, value };
};

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Stored items have no undefined attributes; the schema's type cannot say so. */
const present = <T extends object>(value: T): Present<T> => value as Present<T>;
