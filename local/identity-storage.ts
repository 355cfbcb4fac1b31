/** Sessions and codes of the local provider, in memory: a restart asks everyone to sign in again. */

interface Entry {
  readonly payload: Payload;
  readonly expiresAt: number;
}

interface Payload {
  readonly uid?: string;
  readonly grantId?: string;
  readonly [key: string]: unknown;
}

const entries = new Map<string, Entry>();

/** Adapter as oidc-provider asks for it, one instance per model. */
export class IdentityStorage {
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  async upsert(id: string, payload: Payload, expiresIn?: number): Promise<void> {
    this.#sweep();
    const expiresAt = expiresIn === undefined ? Number.POSITIVE_INFINITY : Date.now() + expiresIn * 1000;
    entries.set(this.#key(id), { payload, expiresAt });
  }

  async find(id: string): Promise<Payload | undefined> {
    const entry = entries.get(this.#key(id));
    return entry !== undefined && entry.expiresAt > Date.now() ? entry.payload : undefined;
  }

  async findByUid(uid: string): Promise<Payload | undefined> {
    for (const [key, { payload, expiresAt }] of entries)
      if (key.startsWith(`${this.#model}:`) && payload.uid === uid && expiresAt > Date.now()) return payload;
    return undefined;
  }

  /** Only the device flow asks, which is off. */
  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  async consume(id: string): Promise<void> {
    const entry = entries.get(this.#key(id));
    if (entry !== undefined)
      entries.set(this.#key(id), { ...entry, payload: { ...entry.payload, consumed: Math.floor(Date.now() / 1000) } });
  }

  async destroy(id: string): Promise<void> {
    entries.delete(this.#key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, { payload }] of entries) if (payload.grantId === grantId) entries.delete(key);
  }

  #key(id: string): string {
    return `${this.#model}:${id}`;
  }

  /** Entries stand roughly in the order of their making, so the expired ones are near the front. */
  #sweep(): void {
    let looked = 0;
    for (const [key, { expiresAt }] of entries) {
      if (expiresAt < Date.now()) entries.delete(key);
      if (++looked >= 10) return;
    }
  }
}
