import type { Clock, OpenStageStore, RecordStore, StreamRef, Workflow, WorkItemStore } from '../../domain/ports.ts';
import { type Stage, stages, streamKindOf } from '../../domain/workflow/signals.ts';
import { completeStep } from './complete-step.ts';
import { logged } from './log.ts';
import { type StageInput, startStage } from './start-stage.ts';

export interface ReconcileDependencies {
  readonly records: Pick<RecordStore, 'load' | 'head'>;
  readonly workItems: Pick<WorkItemStore, 'all' | 'markSignalled'>;
  readonly openStages: OpenStageStore;
  readonly workflow: Pick<Workflow, 'start' | 'complete' | 'running' | 'stop'>;
  readonly stageInput: StageInput;
  readonly clock: Clock;
}

/** What one pass found and did. */
export interface Reconciliation {
  /** Stage rounds that the record holds open. */
  open: number;
  /** Executions that ran. */
  running: number;
  /** Executions started for open rounds without one. */
  started: number;
  /** Decisions that a waiting step had never heard of. */
  resent: number;
  /** Executions stopped because the record had closed their round, or because a round had two. */
  stopped: number;
  /** Streams that could not be reconciled now. */
  failed: number;
}

interface StageRound {
  readonly stream: StreamRef;
  readonly stage: Stage;
  readonly round: number;
}

/** What is to be compared of one stream. */
interface Subject {
  readonly stream: StreamRef;
  readonly open: Set<string>;
  /** Names of running executions by `stage#round`. */
  readonly running: Map<string, string[]>;
}

const concurrency = 16;

/**
 * Compares the open stages in the record with the running executions and repairs the difference. The record is right.
 * Index and list may lag behind, so nothing is stopped or restarted before the head itself has been read.
 */
export async function reconcile(dependencies: ReconcileDependencies): Promise<Reconciliation> {
  const { openStages, workflow } = dependencies;
  const subjects = new Map<string, Subject>();
  const subject = (stream: StreamRef): Subject => {
    const key = `${stream.kind}/${stream.id}`;
    const known = subjects.get(key) ?? { stream, open: new Set(), running: new Map() };
    subjects.set(key, known);
    return known;
  };
  const done: Reconciliation = { open: 0, running: 0, started: 0, resent: 0, stopped: 0, failed: 0 };

  // Executions first: a stage that opens meanwhile is then seen as missing, and starting it twice is harmless.
  for (const stage of stages) {
    for (const name of await workflow.running(stage)) {
      const at = stageRoundOf(name, stage);
      if (!at) continue;
      done.running += 1;
      const { running } = subject(at.stream);
      const key = roundKey(at);
      running.set(key, [...(running.get(key) ?? []), name]);
    }
  }
  let cursor: string | undefined;
  do {
    const page = await openStages.openStages(500, cursor);
    for (const { stream, openStages: open } of page.items) {
      done.open += open.length;
      for (const key of open) subject(stream).open.add(key);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);

  const waiting = [...subjects.values()];
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      try {
        await reconcileStream(dependencies, next, done);
      } catch (error) {
        done.failed += 1;
        console.error({
          message: 'A stream could not be reconciled',
          stream: next.stream,
          error: logged(error),
        });
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return done;
}

async function reconcileStream(
  dependencies: ReconcileDependencies,
  subject: Subject,
  done: Reconciliation,
): Promise<void> {
  const { records, workflow, clock } = dependencies;
  const { stream, running } = subject;
  // Only a difference is worth a consistent read.
  const differs =
    [...subject.open].some((key) => running.get(key)?.length !== 1) ||
    [...running.keys()].some((key) => !subject.open.has(key));
  const open = differs ? new Set((await records.head(stream))?.openStages ?? []) : subject.open;
  const alive = new Set(running.keys());

  for (const key of open) {
    const { stage, round } = parseRound(key);
    const names = running.get(key) ?? [];
    if (names.length === 1) continue;
    // Of two executions only one holds the token of the step that waits, and nobody knows which.
    for (const name of names) {
      await workflow.stop(name, stage, 'This round has two executions; a new one takes over.');
      done.stopped += 1;
    }
    alive.delete(key);
    const at = { stream, stage, round };
    const now = Date.parse(clock.now());
    // By the minute, so that two passes at once start the same; by the millisecond where that one has ended already.
    const suffixes = [
      ...(names.length === 0 ? [''] : []),
      ...[Math.floor(now / 60_000), now].map((n) => `-r${n.toString(36)}`),
    ];
    let started = false;
    for (const suffix of suffixes) started ||= await startStage(dependencies, { ...at, suffix });
    if (started) done.started += 1;
  }

  const told = await resendLost(dependencies, stream, alive);
  done.resent += told.size;

  for (const [key, names] of running) {
    // A decision that has only now arrived lets the execution end by itself.
    if (open.has(key) || told.has(key)) continue;
    for (const name of names) {
      await workflow.stop(name, parseRound(key).stage, 'The record has closed this stage.');
      done.stopped += 1;
    }
  }
}

/** Repeats decisions that no step has heard of; answers the rounds whose execution now goes on. */
async function resendLost(
  dependencies: ReconcileDependencies,
  stream: StreamRef,
  alive: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const { workItems } = dependencies;
  const told = new Set<string>();
  for (const { stepKey, token, decision, signalled } of await workItems.all(stream)) {
    if (token === undefined || !decision || signalled) continue;
    const key = roundKey(decision);
    // Without an execution there is no one to tell: the next one finds the decision when it gets there.
    if (!alive.has(key)) continue;
    if ((await completeStep(dependencies, stream, stepKey, token, decision)) === 'done') told.add(key);
    // The only execution has gone past this step, so it has heard; noting that had failed.
    else await workItems.markSignalled(stream, stepKey);
  }
  return told;
}

const roundKey = ({ stage, round }: { stage: Stage; round: number }): string => `${stage}#${String(round)}`;

function parseRound(key: string): { stage: Stage; round: number } {
  const [name, round] = key.split('#');
  const stage = stages.find((known) => known === name);
  if (!stage || !Number.isInteger(Number(round))) throw new Error(`"${key}" is no stage round.`);
  return { stage, round: Number(round) };
}

/** Inverse of `executionName`, with or without the suffix of a restart. */
export function stageRoundOf(name: string, stage: Stage): StageRound | undefined {
  const [, id, round] = new RegExp(`^(.+)-${stage}-(\\d+)(?:-r[0-9a-z]+)?$`).exec(name) ?? [];
  if (id === undefined) return undefined;
  return { stream: { kind: streamKindOf(stage), id }, stage, round: Number(round) };
}
