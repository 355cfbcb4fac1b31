/**
 * A sealed text as it stands in the store: `xf1.<suite>.<key version>.<iv>.<ciphertext>.<tag>`, the last three in
 * base64url. What stands before the iv, and where the text stands, are authenticated with it: a sealed text that was
 * changed, or moved to another place, does not open. docs/record.md says it for third parties.
 */

import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  getCiphers,
  getHashes,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** Where a sealed text stands; it opens nowhere else. */
export interface Place {
  /** `P#<id>` */
  readonly stream: string;
  /** Seq of the event, or `HEAD`. */
  readonly item: string;
  /** Pointer (RFC 6901) into the event's data. */
  readonly path: string;
}

/** A sealed text does not open: it was changed, moved, or put there by somebody without the key. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

interface Parts {
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

interface Suite {
  /** Its name in envelopes. */
  readonly id: string;
  /** Derives the suite's own key material from a stream's data key, so that no two suites ever share a key. */
  derive(dataKey: Buffer): Buffer;
  seal(key: Buffer, text: Buffer, associated: Buffer): Parts;
  /** @throws when the tag does not fit */
  open(key: Buffer, parts: Parts, associated: Buffer): Buffer;
}

const derive = (hash: string, dataKey: Buffer, purpose: string, bytes: number): Buffer =>
  Buffer.from(hkdfSync(hash, dataKey, Buffer.alloc(0), `xinfang ${purpose}`, bytes));

const aes: Suite = {
  id: 'A256GCM',
  derive: (dataKey) => derive('sha256', dataKey, 'A256GCM', 32),
  seal(key, text, associated) {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(associated);
    const ciphertext = Buffer.concat([cipher.update(text), cipher.final()]);
    return { iv, ciphertext, tag: cipher.getAuthTag() };
  },
  open(key, { iv, ciphertext, tag }, associated) {
    // A shorter tag would be easier to guess.
    if (tag.length !== 16 || iv.length !== 12) throw new SealBroken('The tag or the iv has the wrong length.');
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 }).setAAD(associated).setAuthTag(tag);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  },
};

/** The length in front: where the associated data ends and the iv begins must not be a matter of reading. */
const authenticated = (associated: Buffer, iv: Buffer, ciphertext: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(associated.length);
  return Buffer.concat([length, associated, iv, ciphertext]);
};

/** GB/T 32907 and 32905. Node has no SM4-GCM, so it is encrypted first and authenticated after, each under its own key. */
const sm: Suite = {
  id: 'SM4CTR-SM3',
  derive: (dataKey) => Buffer.concat([derive('sm3', dataKey, 'SM4CTR', 16), derive('sm3', dataKey, 'HMAC-SM3', 32)]),
  seal(key, text, associated) {
    const iv = randomBytes(16);
    const cipher = createCipheriv('sm4-ctr', key.subarray(0, 16), iv);
    const ciphertext = Buffer.concat([cipher.update(text), cipher.final()]);
    const tag = createHmac('sm3', key.subarray(16))
      .update(authenticated(associated, iv, ciphertext))
      .digest();
    return { iv, ciphertext, tag };
  },
  open(key, { iv, ciphertext, tag }, associated) {
    const expected = createHmac('sm3', key.subarray(16))
      .update(authenticated(associated, iv, ciphertext))
      .digest();
    if (iv.length !== 16 || tag.length !== expected.length || !timingSafeEqual(tag, expected))
      throw new SealBroken('The tag does not fit.');
    const decipher = createDecipheriv('sm4-ctr', key.subarray(0, 16), iv);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
  },
};

/** By the name in the configuration. Whatever is configured, all of them open. */
const suites = { 'aes-256-gcm': aes, 'sm4-ctr-hmac-sm3': sm } as const satisfies Record<string, Suite>;
export type SuiteName = keyof typeof suites;
export const suiteNames = Object.keys(suites) as SuiteName[];

const isOffered: Readonly<Record<SuiteName, () => boolean>> = {
  'aes-256-gcm': () => getCiphers().includes('aes-256-gcm'),
  'sm4-ctr-hmac-sm3': () => getCiphers().includes('sm4-ctr') && getHashes().includes('sm3'),
};

/** The suite with which new texts are sealed. @throws Error when there is none of that name, or this Node lacks it */
export const suiteNamed = (name: string): SuiteName => {
  const known = suiteNames.find((each) => each === name);
  if (known === undefined) throw new Error(`"${name}" is no suite; there are ${suiteNames.join(', ')}.`);
  if (!isOffered[known]()) throw new Error(`This build of Node does not offer ${known}.`);
  return known;
};

/** A stream's data key in use: keeps what each suite derives from it. */
export class StreamKey {
  readonly #dataKey: Buffer;
  readonly #derived = new Map<string, Buffer>();
  readonly version: number;

  constructor(dataKey: Uint8Array, version: number) {
    this.#dataKey = Buffer.from(dataKey);
    this.version = version;
  }

  for(suite: Suite): Buffer {
    const key = this.#derived.get(suite.id) ?? suite.derive(this.#dataKey);
    this.#derived.set(suite.id, key);
    return key;
  }

  /**
   * The key of a part of the stream: nobody makes it again without the salt, which is kept beside the wrapped key and
   * destroyed alone.
   */
  part(salt: Uint8Array): StreamKey {
    return new StreamKey(Buffer.from(hkdfSync('sha256', this.#dataKey, salt, 'xinfang part', 32)), this.version);
  }

  /** Keyed digest in base64url: whoever has it and not the key can try nothing against it. */
  digest(text: string): string {
    const purpose = 'fingerprint HMAC-SHA256';
    const key = this.#derived.get(purpose) ?? derive('sha256', this.#dataKey, purpose, 32);
    this.#derived.set(purpose, key);
    return createHmac('sha256', key).update(text).digest('base64url');
  }
}

const associatedData = (header: string, { stream, item, path }: Place): Buffer =>
  // None of them holds a line break, so no two places read alike.
  Buffer.from([header, stream, item, path].join('\n'));

/** Seals a text for its place. */
export const sealText = (text: string, key: StreamKey, suite: SuiteName, place: Place): string => {
  const with_ = suites[suite];
  const header = `xf1.${with_.id}.${String(key.version)}`;
  const { iv, ciphertext, tag } = with_.seal(key.for(with_), Buffer.from(text), associatedData(header, place));
  return [header, ...[iv, ciphertext, tag].map((part) => part.toString('base64url'))].join('.');
};

const envelope = /^(xf1\.([A-Z0-9-]{1,20})\.(\d{1,6}))\.([\w-]+)\.([\w-]*)\.([\w-]+)$/;

/** Opens a sealed text in its place. @throws SealBroken */
export const openText = (sealed: string, key: StreamKey, place: Place): string => {
  const [, header = '', id, version, ...encoded] = envelope.exec(sealed) ?? [];
  const suite = Object.values(suites).find((each) => each.id === id);
  const broken = (cause?: unknown) =>
    new SealBroken(`What stands at ${place.stream} ${place.item} ${place.path} does not open.`, { cause });
  if (suite === undefined || Number(version) !== key.version) throw broken();
  const [iv, ciphertext, tag] = encoded.map((part) => Buffer.from(part, 'base64url'));
  // One spelling only: base64url with loose last bits would let a sealed text be altered unseen.
  if (!iv || !ciphertext || !tag || [iv, ciphertext, tag].some((part, i) => part.toString('base64url') !== encoded[i]))
    throw broken();
  try {
    return suite.open(key.for(suite), { iv, ciphertext, tag }, associatedData(header, place)).toString();
  } catch (error) {
    throw broken(error);
  }
};
