import { createHash } from 'node:crypto';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { streamKey, streamOf } from '../../adapters/keys.ts';
import { DuplicateRequest, StaleVersion } from '../../domain/errors.ts';
import type {
  Answer,
  HeadView,
  IdempotentWrite,
  LoadedStream,
  OpenStageStore,
  Page,
  RecordStore,
  StoredEvent,
  StreamKind,
  StreamRef,
  StreamWrite,
  WorkItem,
  WorkItemStore,
} from '../../domain/ports.ts';
import { type StepDecision, stepKey } from '../../domain/workflow/signals.ts';

interface Step {
  stepKey: string;
  token?: string;
  decision?: StepDecision;
  signalled: boolean;
  item?: WorkItem;
}

const keyOf = streamKey;
const refOf = streamOf;
const copy = <T>(value: T): T => structuredClone(value);

/** The record in memory: the same promises as the adapters, without their pages and their delays. */
export class InMemoryRecord implements RecordStore, WorkItemStore, OpenStageStore {
  readonly #events = new Map<string, StoredEvent[]>();
  readonly #heads = new Map<string, HeadView>();
  readonly #steps = new Map<string, Map<string, Step>>();
  readonly #lookups = new Map<string, Set<string>>();
  readonly #answers = new Map<string, Answer>();
  #streamRecords: DynamoDBRecord[] = [];
  #sequence = 0;

  async load(stream: StreamRef): Promise<LoadedStream> {
    return this.stored(stream);
  }

  async opened(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    return events;
  }

  async stored(stream: StreamRef): Promise<LoadedStream> {
    const events = this.#events.get(keyOf(stream)) ?? [];
    return copy({ version: events.length, events });
  }

  async commit(writes: readonly StreamWrite[], idempotency?: IdempotentWrite): Promise<void> {
    if (idempotency && this.#answers.has(idempotency.key)) throw new DuplicateRequest('Committed before.');
    for (const { stream, expectedVersion } of writes) {
      const { version } = await this.load(stream);
      if (version !== expectedVersion) throw new StaleVersion(version);
    }
    for (const write of writes) this.#apply(write);
    if (idempotency) this.#answers.set(idempotency.key, copy(idempotency.answer));
  }

  #apply({ stream, events, head, signals, decisions, changed = [], lookups = [] }: StreamWrite): void {
    const key = keyOf(stream);
    const stored = this.#events.get(key) ?? [];
    for (const event of events) {
      const previousHash = stored.at(-1)?.hash ?? '0'.repeat(64);
      const hash = createHash('sha256').update(previousHash).update(JSON.stringify(event)).digest('hex');
      stored.push({ ...copy(event), stream: key, seq: stored.length + 1, previousHash, hash });
    }
    this.#events.set(key, stored);
    this.#heads.set(key, copy(head));
    const steps = this.#stepsOf(stream);
    for (const decision of decisions) {
      const known = steps.get(stepKey(decision)) ?? { stepKey: stepKey(decision), signalled: false };
      // A task has no machine; only that it is done matters here.
      steps.set(known.stepKey, { ...known, decision: copy(decision) as StepDecision });
    }
    for (const { step, due, excluded, audience } of changed) {
      const known = steps.get(step);
      if (known?.item) known.item = { ...known.item, due, excluded, ...(audience === undefined ? {} : { audience }) };
    }
    for (const lookup of lookups) this.#lookups.set(lookup, (this.#lookups.get(lookup) ?? new Set()).add(key));
    this.#sequence += 1;
    this.#streamRecords.push(headRecord(stream, signals, this.#sequence, stored.length));
  }

  async answerTo(key: string, fingerprint: string) {
    const answer = this.#answers.get(key);
    if (!answer) return undefined;
    const { status, body } = copy(answer);
    return { status, body, same: answer.fingerprint === fingerprint };
  }

  /** Those of `erases` stay as well: nothing here is found that must not be. */
  async takeAwayLookups(): Promise<number> {
    return 0;
  }

  async history(stream: StreamRef, limit: number, cursor = '0'): Promise<Page<StoredEvent>> {
    return page((await this.load(stream)).events, limit, cursor);
  }

  async titles(streams: readonly StreamRef[]): Promise<ReadonlyMap<string, string>> {
    return new Map(
      streams.flatMap((stream) => {
        const title = this.#heads.get(keyOf(stream))?.title;
        return title === undefined ? [] : [[`${stream.kind}/${stream.id}`, title]];
      }),
    );
  }

  async head(stream: StreamRef): Promise<(Omit<HeadView, 'title'> & { version: number; hash: string }) | undefined> {
    const { title: _, ...head } = this.#heads.get(keyOf(stream)) ?? {};
    const { version, events } = await this.load(stream);
    return 'summary' in head ? copy({ ...(head as HeadView), version, hash: events.at(-1)?.hash ?? '' }) : undefined;
  }

  async findByLookup(lookup: string): Promise<readonly StreamRef[]> {
    return [...(this.#lookups.get(lookup) ?? [])].map(refOf);
  }

  async listed(
    kind: StreamKind,
    unit: string,
    days: string | { readonly from: string; readonly until: string },
    limit: number,
    cursor = '0',
  ): Promise<Page<{ stream: StreamRef; summary: object }>> {
    const { from, until = '9999-12-31' } = typeof days === 'string' ? { from: days } : days;
    const found = [...this.#heads].flatMap(([key, { summary, listed }]) =>
      refOf(key).kind === kind && listed?.unit === unit && listed.day >= from && listed.day <= until
        ? [{ stream: refOf(key), summary: copy(summary), date: listed.day }]
        : [],
    );
    found.sort((a, b) => a.date.localeCompare(b.date));
    return page(
      found.map(({ stream, summary }) => ({ stream, summary })),
      limit,
      cursor,
    );
  }

  async open(item: WorkItem, token: string): Promise<StepDecision | undefined> {
    const key = stepKey(item as WorkItem & StepDecision);
    const steps = this.#stepsOf(item.stream);
    const decision = steps.get(key)?.decision;
    if (decision) return copy(decision);
    steps.set(key, { stepKey: key, token, signalled: false, item: copy(item) });
    return undefined;
  }

  async find(stream: StreamRef, key: string): Promise<Step | undefined> {
    return copy(this.#stepsOf(stream).get(key));
  }

  async markSignalled(stream: StreamRef, key: string): Promise<void> {
    const step = this.#stepsOf(stream).get(key);
    if (step) step.signalled = true;
  }

  async all(stream: StreamRef): Promise<readonly Step[]> {
    return copy([...this.#stepsOf(stream).values()]);
  }

  async worklist(audience: string, limit: number, cursor = '0'): Promise<Page<WorkItem>> {
    const open = [...this.#steps.values()].flatMap((steps) =>
      [...steps.values()].flatMap(({ item, decision }) => (item?.audience === audience && !decision ? [item] : [])),
    );
    return page(copy(open.sort((a, b) => a.due.localeCompare(b.due))), limit, cursor);
  }

  async openStages(limit: number, cursor = '0'): Promise<Page<{ stream: StreamRef; openStages: readonly string[] }>> {
    const open = [...this.#heads].flatMap(([key, { openStages }]) =>
      openStages.length > 0 ? [{ stream: refOf(key), openStages: copy(openStages) }] : [],
    );
    return page(open, limit, cursor);
  }

  /** What the table's stream has delivered since the last call. */
  takeStreamRecords(): DynamoDBRecord[] {
    const taken = this.#streamRecords;
    this.#streamRecords = [];
    return taken;
  }

  #stepsOf(stream: StreamRef): Map<string, Step> {
    const key = keyOf(stream);
    const steps = this.#steps.get(key) ?? new Map<string, Step>();
    this.#steps.set(key, steps);
    return steps;
  }
}

/** A record of the Petitions stream as DynamoDB delivers it, for a head with these signals. */
export function headRecord(
  stream: StreamRef,
  signals: StreamWrite['signals'],
  sequence: number,
  version = 1,
): DynamoDBRecord {
  const key = { pk: keyOf(stream), sk: 'HEAD' };
  const image = { ...key, version, ...(signals.length === 0 ? {} : { signals, outbox: '1' }) };
  const wire = (value: object) =>
    marshall(value, { removeUndefinedValues: true }) as NonNullable<DynamoDBRecord['dynamodb']>['Keys'];
  return {
    eventName: 'MODIFY',
    dynamodb: { SequenceNumber: String(sequence), Keys: wire(key) ?? {}, NewImage: wire(image) ?? {} },
  };
}

function page<T>(all: readonly T[], limit: number, cursor: string): Page<T> {
  const from = Number(cursor);
  const items = all.slice(from, from + limit);
  return { items, ...(from + limit < all.length ? { cursor: String(from + limit) } : {}) };
}
