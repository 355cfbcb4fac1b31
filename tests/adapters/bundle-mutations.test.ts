import { createPublicKey, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BundleCheck } from '../../verify/bundle.ts';
import { auditor, fullWorld, petitions } from '../support/bundle-world.ts';
import { startDynamoDb, type TestDynamoDb } from '../support/dynamodb.ts';
import { chained, type Line, other, parsed, rechain, rehash, rehashCheckpoint, tied } from '../support/forgery.ts';

/** How often a bundle is mutated, in halves: as somebody would by chance, and as somebody would who knows how. */
const mutations = 10_000;
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_000);

let db: TestDynamoDb;
let bundles: string[] = [];
let key: KeyObject;
beforeAll(async () => {
  vi.spyOn(console, 'info').mockImplementation(() => {});
  db = await startDynamoDb();
  const world = await fullWorld(db);
  key = createPublicKey(world.publicKey);
  bundles = [
    await world.bundle(auditor, { kind: 'petition', petition: petitions.short }),
    await world.bundle(auditor, { kind: 'petition', petition: petitions.long }),
    await world.bundle(auditor, { kind: 'petition', petition: petitions.parent }),
    await world.bundle(auditor, { kind: 'unit', unit: '622901', below: true, from: '2026-03-04', to: '2026-03-05' }),
    await world.bundle(auditor, { kind: 'all', unit: auditor.unit }),
  ];
  console.log(`mutations with seed ${String(seed)} (SEED=… repeats them)`);
});
afterAll(() => db.stop());

const check = (text: string) => {
  const checked = new BundleCheck(undefined, key);
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) checked.line(line);
  checked.close();
  return checked.faults;
};

const aBundle = fc.nat(4);

describe('10,000 mutations', () => {
  it('of lines as they stand: each is found, and the first place named is the first that was touched', () => {
    const change = fc.record({
      how: fc.constantFrom('character', 'insert', 'delete', 'swap', 'repeat', 'blank', 'cut', 'space'),
      where: fc.nat(),
      there: fc.nat(),
      at: fc.nat(),
    });
    fc.assert(
      fc.property(aBundle, fc.array(change, { minLength: 1, maxLength: 3 }), (which, changes) => {
        const before = (bundles[which] ?? '').trimEnd().split('\n');
        const lines = [...before];
        for (const { how, where: anywhere, there, at } of changes) {
          const where = anywhere % lines.length;
          const apart = there % lines.length;
          const line = lines[where] ?? '';
          const index = at % Math.max(line.length, 1);
          if (how === 'character') {
            lines[where] = `${line.slice(0, index)}${line[index] === '0' ? '1' : '0'}${line.slice(index + 1)}`;
          } else if (how === 'insert') lines.splice(where, 0, lines[apart] ?? '');
          else if (how === 'delete') lines.splice(where, 1);
          else if (how === 'swap') [lines[where], lines[apart]] = [lines[apart] ?? '', line];
          else if (how === 'repeat') lines.splice(where + 1, 0, line);
          else if (how === 'blank') lines.splice(where, 0, '');
          else if (how === 'cut') lines.splice(where, lines.length, line.slice(0, index));
          else lines[where] = `${line} `;
          if (lines.length === 0) lines.push('');
        }
        const text = lines.join('\n');
        // What was put back as it was is no mutation.
        fc.pre(text !== before.join('\n'));
        const touched = text.split('\n').findIndex((line, each) => line !== before[each]);
        const faults = check(text);
        expect(faults.length).toBeGreaterThan(0);
        expect(faults[0]?.line).toBe((touched === -1 ? lines.length : touched) + 1);
      }),
      { numRuns: mutations / 2, seed },
    );
  }, 600_000);

  it('by one who ties, counts and hashes anew whatever he can: each is found, where it must contradict', () => {
    const choice = fc.record({ target: fc.nat(), how: fc.nat(), one: fc.nat(), two: fc.nat() });
    const done = new Map<string, number>();
    fc.assert(
      fc.property(aBundle, fc.array(choice, { minLength: 1, maxLength: 3 }), (which, choices) => {
        const forged = new Forgery(bundles[which] ?? '');
        for (const { target, how, one, two } of choices) forged.forge(target, how, one, two);
        fc.pre(forged.names.length > 0);
        for (const name of forged.names) done.set(name, (done.get(name) ?? 0) + 1);
        const faults = check(tied(forged.lines, forged.keepEnd));
        expect(faults.length, forged.names.join()).toBeGreaterThan(0);
        const first = forged.lines[(faults[0]?.line ?? 0) - 1];
        expect(forged.places, `${forged.names.join()}: ${JSON.stringify(faults[0])}`).toContain(first);
      }),
      { numRuns: mutations / 2, seed },
    );
    // None of the ways is there only in name.
    console.log(Object.fromEntries([...done].sort()));
    expect([...done.keys()].sort()).toEqual([...everyWay].sort());
  }, 600_000);
});

interface Block {
  readonly head: Line;
  facts: Line[];
  entries: Line[];
}

const everyWay = new Set<string>();

/** One bundle and what was done to it; no two forgeries touch the same part. */
class Forgery {
  lines: Line[];
  keepEnd = false;
  /** Lines at which it may show first. */
  readonly places: Line[] = [];
  readonly names: string[] = [];
  readonly #manifest: Line;
  readonly #end: Line;
  readonly #touched = new Set<unknown>();

  constructor(bundle: string) {
    this.lines = parsed(bundle);
    this.#manifest = this.lines[0];
    this.#end = this.lines.at(-1);
  }

  forge(target: number, how: number, one: number, two: number): void {
    const blocks = this.#blocks().filter(({ facts }) => facts.length > 0);
    const targets: unknown[] = [...blocks, 'manifest', 'checkpoints', 'checkpoints', 'end'];
    const chosen = targets[target % targets.length];
    // Manifest and checkpoints are one part: who forges both alike has another log, which only a kept checkpoint shows.
    const key = typeof chosen === 'object' ? (chosen as Block).head : chosen === 'manifest' ? 'checkpoints' : chosen;
    if (this.#touched.has(key)) return;
    const ways =
      chosen === 'manifest'
        ? this.#manifestWays(one)
        : chosen === 'checkpoints'
          ? this.#checkpointWays(one, two)
          : chosen === 'end'
            ? this.#endWays(one)
            : this.#blockWays(chosen as Block, one, two);
    const names = Object.keys(ways);
    for (const each of names) everyWay.add(each);
    const name = names[how % names.length] ?? '';
    const places = ways[name]?.();
    if (places === undefined) return;
    this.#touched.add(key);
    this.names.push(name);
    this.places.push(...places);
  }

  #blocks(): Block[] {
    const blocks: Block[] = [];
    for (const line of this.lines) {
      if (line.kind === 'stream') blocks.push({ head: line, facts: [], entries: [] });
      if (line.kind === 'event' || line.kind === 'withheld') blocks.at(-1)?.facts.push(line);
      if (line.kind === 'entry') blocks.at(-1)?.entries.push(line);
    }
    return blocks;
  }

  #remove(line: Line): void {
    this.lines = this.lines.filter((each) => each !== line);
  }

  #put(line: Line, before: Line): void {
    this.lines.splice(this.lines.indexOf(before), 0, line);
  }

  #swap(one: Line, two: Line): void {
    const [i, j] = [this.lines.indexOf(one), this.lines.indexOf(two)];
    [this.lines[i], this.lines[j]] = [two, one];
  }

  #blockWays({ head, facts, entries }: Block, one: number, two: number): Record<string, () => Line[] | undefined> {
    const manifest = this.#manifest;
    const at = one % facts.length;
    const fact = facts[at];
    const apart = facts[(at + 1 + (two % Math.max(facts.length - 1, 1))) % facts.length];
    const next = facts[at + 1] ?? head;
    const entry = entries[two % Math.max(entries.length, 1)];
    /** The act of exporting also stands in the manifest. */
    const isAct = (line: Line) =>
      chained(line).stream === manifest.act.stream && chained(line).seq === manifest.act.seq;
    const actToo = facts.some(isAct) ? [manifest] : [];
    /** Entries of the log that know better, for what touches the facts from `seq` on. */
    const anchored = (seq: number) => entries.filter(({ version }) => version >= seq);
    const field = (line: Line, names: readonly string[], which: number) => {
      const name = names[which % names.length] ?? '';
      line[name] = other(line[name]);
    };
    const contentOf = (line: Line) => {
      if (line.kind === 'event') {
        const { event } = line;
        const ways = [
          () => field(event, ['type', 'at'], one),
          () => field(event.actor, ['id', 'unit', 'role'], one),
          () => {
            event.data = { ...event.data, forged: two };
          },
          () => {
            event.forged = true;
          },
        ];
        ways[two % ways.length]?.();
      } else line.contentHash = other(line.contentHash);
    };
    return {
      'fact changed': () => {
        contentOf(fact);
        return [fact, ...(isAct(fact) ? [manifest] : [])];
      },
      'hash of a fact changed': () => {
        chained(fact).hash = other(chained(fact).hash);
        return [fact];
      },
      'link of a fact changed': () => {
        chained(fact).previousHash = other(chained(fact).previousHash);
        return [fact];
      },
      'fact changed and hashed anew': () => {
        contentOf(fact);
        rehash(fact);
        return [next, ...(isAct(fact) ? [manifest] : [])];
      },
      'fact changed and all after it chained anew': () => {
        const known = anchored(at + 1);
        if (known.length === 0) return undefined;
        contentOf(fact);
        rechain(head, facts);
        return [known[0], ...actToo];
      },
      'fact left out': () => {
        if (isAct(fact)) return undefined;
        this.#remove(fact);
        return [next];
      },
      'fact left out and the rest chained anew': () => {
        const known = anchored(at + 1);
        if (known.length === 0 || facts.some(isAct)) return undefined;
        this.#remove(fact);
        rechain(head, facts.toSpliced(at, 1));
        return [known[0]];
      },
      'fact put in': () => {
        const copy = structuredClone(apart);
        this.#put(copy, fact);
        return [copy, fact];
      },
      'fact put in and the rest chained anew': () => {
        const known = anchored(at + 1);
        if (known.length === 0 || facts.some(isAct) || apart === fact) return undefined;
        const copy = structuredClone(apart);
        this.#put(copy, fact);
        rechain(head, facts.toSpliced(at, 0, copy));
        return [known[0]];
      },
      'facts swapped': () => {
        if (apart === fact) return undefined;
        this.#swap(fact, apart);
        return [fact, apart];
      },
      'facts swapped and chained anew': () => {
        const known = anchored(Math.min(at, facts.indexOf(apart)) + 1);
        if (apart === fact || known.length === 0 || facts.some(isAct)) return undefined;
        this.#swap(fact, apart);
        rechain(
          head,
          this.lines.filter((line) => facts.includes(line)),
        );
        return [known[0]];
      },
      'facts cut off': () => {
        if (facts.slice(at).some(isAct)) return undefined;
        for (const line of facts.slice(at)) this.#remove(line);
        return [head];
      },
      'facts cut off and the head set back': () => {
        const known = anchored(at + 1);
        if (known.length === 0 || facts.some(isAct)) return undefined;
        for (const line of facts.slice(at)) this.#remove(line);
        rechain(head, facts.slice(0, at));
        return [known[0]];
      },
      'head changed': () => {
        field(head, ['version', 'hash'], one);
        return [head];
      },
      'name of the head changed': () => {
        head.stream = `${String(head.stream)}X`;
        return [fact === facts[0] ? fact : facts[0], ...actToo];
      },
      'entry changed': () => {
        if (entry === undefined) return undefined;
        field(entry, ['version', 'hash', 'index', 'stream'], one);
        return [entry];
      },
      'path of an entry changed': () => {
        if (entry === undefined || entry.path.length === 0) return undefined;
        const step = one % entry.path.length;
        entry.path[step] = other(entry.path[step]);
        return [entry];
      },
      'path of an entry shorter': () => {
        if (entry === undefined || entry.path.length === 0) return undefined;
        entry.path.splice(one % entry.path.length, 1);
        return [entry];
      },
      'path of an entry longer': () => {
        if (entry === undefined) return undefined;
        entry.path.splice(one % (entry.path.length + 1), 0, head.hash);
        return [entry];
      },
      'entry twice': () => {
        if (entry === undefined) return undefined;
        this.lines.splice(this.lines.indexOf(entry) + 1, 0, structuredClone(entry));
        return [this.lines[this.lines.indexOf(entry) + 1]];
      },
      'entries swapped': () => {
        const [first, second] = entries;
        if (second === undefined) return undefined;
        this.#swap(first, second);
        return [first, second];
      },
      'entry before the facts': () => {
        if (entry === undefined) return undefined;
        this.#remove(entry);
        this.#put(entry, facts[0]);
        return [head, entry];
      },
      'stream twice': () => {
        const copy = structuredClone(head);
        this.#put(copy, head);
        // The first one has no facts, the second is one too many.
        return [copy];
      },
    };
  }

  #checkpointWays(one: number, two: number): Record<string, () => Line[] | undefined> {
    const all = this.lines.filter(({ kind }) => kind === 'checkpoint');
    const at = one % all.length;
    const checkpoint = all[at];
    const next = all[at + 1] ?? this.#end;
    const names = ['n', 'size', 'root', 'at', 'previous'];
    const name = names[two % names.length] ?? '';
    return {
      'checkpoint changed': () => {
        const field = [...names, 'hash'][two % 6] ?? '';
        checkpoint[field] = other(checkpoint[field]);
        return [checkpoint];
      },
      'checkpoint changed and hashed anew': () => {
        checkpoint[name] = name === 'at' ? checkpoint.at.replace('T04', 'T03') : other(checkpoint[name]);
        rehashCheckpoint(checkpoint);
        return [checkpoint, next];
      },
      'checkpoint left out': () => {
        this.#remove(checkpoint);
        return [next];
      },
      'checkpoint twice': () => {
        const copy = structuredClone(checkpoint);
        this.#put(copy, checkpoint);
        return [checkpoint];
      },
      'checkpoints swapped': () => {
        const apart = all[(at + 1) % all.length];
        if (apart === checkpoint) return undefined;
        this.#swap(checkpoint, apart);
        return [checkpoint, apart];
      },
      'checkpoints cut off': () => {
        for (const each of all.slice(at)) this.#remove(each);
        return [this.#end];
      },
      'proof of consistency changed': () => {
        const { consistency } = checkpoint;
        if (two % 3 === 0 || consistency.length === 0) consistency.push(checkpoint.root);
        else if (two % 3 === 1) consistency.splice(one % consistency.length, 1);
        else consistency[one % consistency.length] = other(consistency[one % consistency.length]);
        return [checkpoint];
      },
    };
  }

  #manifestWays(one: number): Record<string, () => Line[] | undefined> {
    const manifest = this.#manifest;
    const earlier = this.lines.find(({ kind }) => kind === 'checkpoint');
    return {
      'manifest changed': () => {
        const name = ['scope', 'purpose', 'at', 'by', 'act', 'format', 'kind'][one % 7] ?? '';
        if (name === 'by') manifest.by.id = other(manifest.by.id);
        else if (name === 'act') manifest.act.seq = manifest.act.seq + 1;
        else manifest[name] = other(manifest[name]);
        return [manifest];
      },
      'checkpoint of the manifest changed': () => {
        const name = ['n', 'size', 'root', 'at', 'previous', 'hash'][one % 6] ?? '';
        manifest.checkpoint[name] = other(manifest.checkpoint[name]);
        return [manifest];
      },
      'checkpoint of the manifest changed and hashed anew': () => {
        const name = ['n', 'size', 'root', 'at', 'previous'][one % 5] ?? '';
        manifest.checkpoint[name] = other(manifest.checkpoint[name]);
        rehashCheckpoint(manifest.checkpoint);
        // Its number stands in the recorded act, the rest in the last checkpoint; its root proves every entry.
        return [manifest, this.#end, ...this.lines.filter(({ kind }) => kind === 'entry')];
      },
      'an earlier checkpoint in the manifest': () => {
        const { kind: _, consistency: __, ...checkpoint } = earlier ?? manifest.checkpoint;
        if (checkpoint.n === manifest.checkpoint.n) return undefined;
        manifest.checkpoint = checkpoint;
        return [manifest];
      },
      'manifest left out': () => {
        this.#remove(manifest);
        return [this.lines[0]];
      },
    };
  }

  #endWays(one: number): Record<string, () => Line[] | undefined> {
    const end = this.#end;
    return {
      'closing line changed': () => {
        this.keepEnd = true;
        const name = ['lines', 'streams', 'events', 'withheld', 'entries', 'checkpoints', 'kind'][one % 7] ?? '';
        end[name] = other(end[name]);
        return [end];
      },
      'something after the closing line': () => {
        const copy = structuredClone(end);
        this.lines.push(copy);
        return [copy];
      },
    };
  }
}
