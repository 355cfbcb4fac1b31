import { type Assembly, type AssemblyEvent, assemblyStream } from '../../domain/assembly/assembly.ts';
import { fileOf, partsOfDisclosureKey } from '../../domain/assembly/disclosure.ts';
import { Refusal, Unavailable } from '../../domain/errors.ts';
import type { Evidence, Verdict } from '../../domain/petition/evidence.ts';
import { partsOfKey } from '../../domain/petition/evidence-views.ts';
import { foldPetition } from '../../domain/petition/petition.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type {
  Clock,
  EvidenceFiles,
  FileInspector,
  MalwareScanner,
  QuarantinedFile,
  RecordStore,
} from '../../domain/ports.ts';
import { requireNotErased } from '../../domain/privacy/erasure.ts';
import type { Commands } from '../shared/commands.ts';
import { logged, triggered } from '../shared/log.ts';

export interface Dependencies {
  readonly records: RecordStore;
  readonly commands: Pick<Commands, 'tick'>;
  /** Records what was found of a disclosure's file. */
  readonly judgeDisclosure: (assembly: string, disclosure: number, verdict: Verdict) => Promise<unknown>;
  readonly files: Omit<EvidenceFiles, 'erase'>;
  readonly inspect: FileInspector;
  /** Absent: nothing can scan. */
  readonly scanner?: MalwareScanner;
  /** Without a scanner, release what is as declared, and say so in the record. On one machine only, by its operator. */
  readonly releaseUnscanned: boolean;
  readonly clock: Clock;
}

/** `Object Created` of EventBridge; anything else, such as a schedule, looks at all that waits. */
export interface ObjectCreated {
  readonly detail?: { readonly object?: { readonly key?: string } };
}

/** What one run did. */
export interface Scanned {
  cleared: number;
  rejected: number;
  held: number;
  /** Was there for nothing: judged before, declared by nobody, or of a petition that was erased. */
  leftover: number;
  failed: number;
}

/** A file as it was declared. */
type Declared = Pick<Evidence, 'sha256' | 'size' | 'mediaType' | 'state'> & {
  readonly judge: (verdict: Verdict) => Promise<unknown>;
};

/** What has lain so long, its own event has not brought away. */
const overdueMs = 120_000;

/**
 * Looks at what was uploaded: is it what was declared, is it what it says it is, does it do harm. Only then it leaves
 * quarantine. Each step can be repeated, and the order of the last three is what a crash may cut anywhere: copied, then
 * recorded, then removed from quarantine.
 */
export const createHandler = (dependencies: Dependencies) => {
  const { records, commands, judgeDisclosure, files, inspect, scanner, releaseUnscanned, clock } = dependencies;

  const look = async (
    file: QuarantinedFile,
    { sha256, size, mediaType }: Pick<Evidence, 'sha256' | 'size' | 'mediaType'>,
  ): Promise<Verdict> => {
    if (file.size !== size) return { result: 'rejected', reason: 'wrong-size' };
    if (file.sha256 !== sha256) return { result: 'rejected', reason: 'wrong-checksum' };
    const refused = await inspect(file.path, mediaType);
    if (refused !== undefined) return { result: 'rejected', ...refused };
    const asDeclared = { result: 'cleared', sha256, size, mediaType } as const;
    if (scanner === undefined) return releaseUnscanned ? asDeclared : { result: 'held', reason: 'no-scanner' };
    const { found, scanner: by } = await scanner.scan(file.path);
    return found === undefined
      ? { ...asDeclared, scanner: by }
      : { result: 'rejected', reason: 'infected', detail: found };
  };

  /** The file that was declared under a key, of a petition or of an assembly, and how a verdict on it is recorded. */
  const pieceOf = async (key: string): Promise<Declared | undefined> => {
    const disclosed = partsOfDisclosureKey(key);
    if (disclosed) {
      const { assembly, disclosure } = disclosed;
      const { events } = await records.load({ kind: 'assembly', id: assembly });
      const { disclosures } = foldPlain<Assembly, AssemblyEvent>(assemblyStream, events);
      if (disclosures[disclosure - 1]?.file === undefined) return undefined;
      const { state = 'declared', ...file } = fileOf(disclosures, disclosure);
      return { ...file, state, judge: (verdict) => judgeDisclosure(assembly, disclosure, verdict) };
    }
    const parts = partsOfKey(key);
    if (parts === undefined) return undefined;
    const { events } = await records.load({ kind: 'petition', id: parts.number });
    const petition = foldPetition(events);
    requireNotErased('JudgeEvidence', petition);
    const piece = petition.evidence.find(({ evidence }) => evidence === parts.evidence);
    if (piece === undefined) return undefined;
    const { evidence } = piece;
    return { ...piece, judge: (verdict) => commands.tick(parts.number, { type: 'JudgeEvidence', evidence, verdict }) };
  };

  /** Of what was erased nothing is looked at: it landed by a form from before, or the erasure came in between. */
  const settle = async (key: string): Promise<Exclude<keyof Scanned, 'failed'>> => {
    try {
      return await settleWhatIsKept(key);
    } catch (error) {
      if (!(error instanceof Refusal && error.code === 'erased')) throw error;
      // What was copied out of quarantine just now, `erasure-finish` finds when it comes again.
      await files.remove(key);
      return 'leftover';
    }
  };

  const settleWhatIsKept = async (key: string): Promise<Exclude<keyof Scanned, 'failed'>> => {
    const piece = await pieceOf(key);
    if (piece === undefined) {
      // Nobody can have uploaded it by a form of ours; a person looks at it before it goes.
      console.warn({ alarm: 'undeclared-file', message: 'A file in quarantine that nobody declared', key });
      return 'leftover';
    }
    if (piece.state === 'cleared' || piece.state === 'rejected') {
      await files.remove(key);
      return 'leftover';
    }
    const file = await files.fetch(key);
    if (file === undefined) return 'leftover';
    try {
      const verdict = await look(file, piece).catch(async (error: unknown) => {
        // It stays where it is, everybody sees why, and the next run tries again.
        if (error instanceof Unavailable) await piece.judge(held);
        throw error;
      });
      if (verdict.result === 'cleared') await files.release(key, file);
      await piece.judge(verdict);
      if (verdict.result !== 'held') await files.remove(key);
      return verdict.result;
    } finally {
      await file.discard();
    }
  };

  return triggered<ObjectCreated, Scanned>().handler(async (event) => {
    const done: Scanned = { cleared: 0, rejected: 0, held: 0, leftover: 0, failed: 0 };
    const one = event.detail?.object?.key;
    for (const key of one === undefined ? await waitingFiles(files, clock) : [one]) {
      try {
        done[await settle(key)] += 1;
      } catch (error) {
        done.failed += 1;
        console.error({ message: 'A file could not be judged', key, error: logged(error) });
      }
    }
    console.info({ message: 'Scanned', ...done });
    // The rest has been done; failing now is what rings the alarm and brings the event again.
    if (done.failed > 0) throw new Error(`${String(done.failed)} files could not be judged.`);
    return done;
  });
};

const held: Verdict = { result: 'held', reason: 'no-scanner' };

const waitingFiles = async (files: Pick<EvidenceFiles, 'waiting'>, clock: Clock): Promise<readonly string[]> => {
  const before = new Date(Date.parse(clock.now()) - overdueMs).toISOString();
  const keys: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await files.waiting(before, cursor);
    keys.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return keys;
};
