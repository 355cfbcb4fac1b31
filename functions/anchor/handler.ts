import type { AnchorLog, Checkpoint, LogBatch, Witness } from '../../domain/anchor.ts';
import type { Clock } from '../../domain/ports.ts';
import { triggered } from '../shared/log.ts';

export interface Dependencies {
  readonly log: AnchorLog;
  readonly witness: Witness;
  readonly clock: Clock;
}

/** What one pass did. */
export interface Anchored {
  checkpoints: number;
  heads: number;
  /** How long the head had waited that waited longest. */
  lagSeconds: number;
}

/** Heads in one batch: its items and its object stay small. */
const batchSize = 240;
/** Batches in one pass; what is left waits for the next one. */
const passSize = 40;

const objectName = (folder: string, n: number): string => `${folder}/${String(n).padStart(12, '0')}`;

/** The entries name streams; the checkpoint names none, so that it can be given to anybody. */
const keep = async (witness: Witness, { checkpoint, from, entries }: LogBatch): Promise<void> => {
  const lines = entries.map((entry, offset) => JSON.stringify({ index: from + offset, ...entry }));
  await witness.keep(`${objectName('entries', checkpoint.n)}.jsonl`, `${lines.join('\n')}\n`);
  await witness.keep(`${objectName('checkpoints', checkpoint.n)}.json`, `${checkpointText(checkpoint)}\n`);
};

const checkpointText = ({ n, size, root, at, previous, hash, signature }: Checkpoint): string =>
  JSON.stringify({ n, size, root, at, previous, hash, signature });

/**
 * Schedule, every ten minutes: adds the heads that wait to the log and gives each new checkpoint to the witness. The log
 * is committed first and says that it is unfinished; whatever dies after that, the next pass finishes the same batch
 * with the same content before it begins another. Two passes at once cannot both add.
 */
export const createHandler = ({ log, witness, clock }: Dependencies) =>
  triggered<unknown, Anchored>().handler(async () => {
    const now = clock.now();
    const done: Anchored = { checkpoints: 0, heads: 0, lagSeconds: 0 };
    for (let pass = 0; pass < passSize; ) {
      const state = await log.state();
      if (state?.unfinished) {
        const batch = await log.batch(state.checkpoint.size);
        await keep(witness, batch);
        await log.finish(batch);
        done.checkpoints += 1;
        continue;
      }
      const heads = await log.pending(batchSize);
      if (heads.length === 0) break;
      const oldest = heads.reduce((since, head) => (head.since < since ? head.since : since), now);
      done.lagSeconds = Math.max(done.lagSeconds, Math.round((Date.parse(now) - Date.parse(oldest)) / 1000));
      if (!(await log.append(state, heads, now))) break; // another pass is at it
      done.heads += heads.length;
      pass += 1;
    }
    console.info({ message: 'Anchored', ...done });
    return done;
  });
