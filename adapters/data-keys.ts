import { randomBytes } from 'node:crypto';
import { DecryptCommand, GenerateDataKeyCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { DynamoDb } from './dynamodb.ts';
import { StreamKey } from './envelope.ts';
import { available } from './failures.ts';
import { dataKeyId, dataKeyKey } from './keys.ts';
import { parseDataKey } from './stored-event.ts';

/** How long an opened data key stays in a process: what was destroyed elsewhere is gone here after that too. */
const keptMilliseconds = 5 * 60_000;

/** Data keys in one process at a time. */
const keptKeys = 512;

const keyVersion = 1;

/** KMS refuses to open a data key under any other context: a wrapped key copied to another petition opens nothing there. */
const context = (stream: string) => ({ EncryptionContext: { stream } });

/** What became of a stream's key: `erased` when it was destroyed on purpose, `undefined` when there never was one. */
export type KnownKey = StreamKey | 'erased' | undefined;

/** A key that was made and is to be stored with the first facts of its stream, or of its part. */
export interface MadeKey {
  readonly id: string;
  readonly key: StreamKey;
  readonly item: {
    readonly pk: string;
    readonly sk: string;
    readonly wrappedKey?: Uint8Array;
    readonly salt?: Uint8Array;
    readonly version: number;
  };
}

const streamOfKey = (id: string): string => id.split('/')[0] ?? id;

export interface DataKeysOptions {
  readonly kms: KMSClient;
  /** The KMS key under which data keys are wrapped. */
  readonly keyId: string;
  /** Epoch milliseconds; the machine's clock when absent. */
  readonly now?: () => number;
}

/** One data key per stream, wrapped by KMS, in the item `<stream>/KEY` of the Petitions table. */
export class DataKeys {
  readonly #kms: KMSClient;
  readonly #keyId: string;
  readonly #now: () => number;
  readonly #kept = new Map<string, { readonly key: StreamKey; readonly until: number }>();

  constructor({ kms, keyId, now = Date.now }: DataKeysOptions) {
    this.#kms = kms;
    this.#keyId = keyId;
    this.#now = now;
  }

  /** @throws Unavailable */
  async make(stream: string): Promise<MadeKey> {
    const { Plaintext, CiphertextBlob } = await available(() =>
      this.#kms.send(new GenerateDataKeyCommand({ KeyId: this.#keyId, NumberOfBytes: 32, ...context(stream) })),
    );
    if (Plaintext === undefined || CiphertextBlob === undefined) throw new Error('The key service made no key.');
    const key = new StreamKey(Plaintext, keyVersion);
    return { id: stream, key, item: { ...dataKeyKey(stream), wrappedKey: CiphertextBlob, version: keyVersion } };
  }

  /** Asks the key service nothing. */
  makePart(id: string, ofStream: StreamKey): MadeKey {
    const salt = randomBytes(32);
    return { id, key: ofStream.part(salt), item: { ...dataKeyKey(id), salt, version: ofStream.version } };
  }

  /** Keeps a key that is in the record now. */
  keep(stream: string, key: StreamKey): void {
    this.#kept.delete(stream);
    this.#kept.set(stream, { key, until: this.#now() + keptMilliseconds });
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > keptKeys && oldest !== undefined) this.#kept.delete(oldest);
  }

  /** Forgets a key at once, where it was destroyed. */
  forget(stream: string): void {
    this.#kept.delete(stream);
  }

  /** Forgets what is too old, whether or not anybody asks for it again. */
  #expire(): void {
    const now = this.#now();
    for (const [stream, { until }] of this.#kept) if (until <= now) this.#kept.delete(stream);
  }

  /** Keys by id, those in use for long read anew. One request to the key service for each stream. @throws Unavailable */
  async of(db: DynamoDb, table: string, ids: readonly string[]): Promise<ReadonlyMap<string, KnownKey>> {
    this.#expire();
    const found = new Map<string, KnownKey>();
    for (const id of ids) found.set(id, this.#kept.get(id)?.key);
    const missing = (): readonly string[] => [...found].flatMap(([id, key]) => (key === undefined ? [id] : []));
    // A part's key is made from its stream's.
    for (const id of missing()) {
      const stream = streamOfKey(id);
      if (!found.has(stream)) found.set(stream, this.#kept.get(stream)?.key);
    }
    const items = await this.#items(db, table, missing());
    const parts = items.filter(({ pk, sk }) => dataKeyId({ pk, sk }) !== pk);
    await Promise.all(
      items.map(async (item) => {
        if (!parts.includes(item)) found.set(item.pk, await this.#openedKey(item));
      }),
    );
    for (const { pk, sk, salt, erasedOn } of parts) {
      const id = dataKeyId({ pk, sk });
      const ofStream = found.get(pk);
      if (erasedOn !== undefined || ofStream === 'erased') found.set(id, 'erased');
      else if (salt !== undefined && ofStream !== undefined) {
        const key = ofStream.part(salt);
        this.keep(id, key);
        found.set(id, key);
      }
    }
    return found;
  }

  async #items(db: DynamoDb, table: string, ids: readonly string[]) {
    const many = ids.length === 1 ? [] : (await db.batchGet(table, ids.map(dataKeyKey))).map(parseDataKey);
    // A batch is eventually consistent: what it does not show yet may have been written just now.
    const missing = ids.filter((id) => !many.some((item) => dataKeyId(item) === id));
    const single = await Promise.all(missing.map((id) => db.get(table, dataKeyKey(id))));
    return [...many, ...single.filter((item) => item !== undefined).map(parseDataKey)];
  }

  async #openedKey({ pk, wrappedKey, version, erasedOn }: ReturnType<typeof parseDataKey>): Promise<KnownKey> {
    if (erasedOn !== undefined || wrappedKey === undefined) return 'erased';
    const { Plaintext } = await available(() =>
      this.#kms.send(new DecryptCommand({ KeyId: this.#keyId, CiphertextBlob: wrappedKey, ...context(pk) })),
    );
    if (Plaintext === undefined) throw new Error('The key service opened nothing.');
    const key = new StreamKey(Plaintext, version);
    this.keep(pk, key);
    return key;
  }
}
