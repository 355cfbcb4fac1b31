import { type Signal, type Stage, type StepDecision, type StepRef, stages } from './signals.ts';

/** What a step was decided as. */
export interface Decided {
  readonly outcome: string;
  readonly units?: readonly string[];
}

/** One run of a stage. A round never repeats a step: sending something back ends it and opens the next round. */
export interface Round {
  readonly open: boolean;
  /** Ended while it still waited: its steps were decided as `stopped`, and its execution is stopped too. */
  readonly stopped?: true;
  /** Units over which the round's first legs fan out (closure: the assisting units). */
  readonly units?: readonly string[];
  /** By step, or `step#unit` for a leg. */
  readonly decided: Readonly<Record<string, Decided>>;
  /** How many entries of `decided` were carried over from the round before. */
  readonly carried: readonly string[];
}

/** How far the stages of one stream have come; round n stands at index n-1. */
export type Progress = Readonly<Partial<Record<Stage, readonly Round[]>>>;

const entry = (step: string, leg?: string): string => (leg === undefined ? step : `${step}#${leg}`);

const replaceLast = (rounds: readonly Round[], round: Round): readonly Round[] => [...rounds.slice(0, -1), round];

/** The latest round of a stage, with its number. */
export const latestRound = (progress: Progress, stage: Stage): (Round & { number: number }) | undefined => {
  const rounds = progress[stage];
  const last = rounds?.at(-1);
  return rounds && last ? { ...last, number: rounds.length } : undefined;
};

/** Opens the next round. Decisions that still hold are carried over, so that the new execution fast-forwards through them. */
export const openRound = (
  progress: Progress,
  stage: Stage,
  { carried = {}, units }: { carried?: Readonly<Record<string, Decided>>; units?: readonly string[] } = {},
): Progress => ({
  ...progress,
  [stage]: [
    ...(progress[stage] ?? []),
    { open: true, decided: carried, carried: Object.keys(carried), ...(units === undefined ? {} : { units }) },
  ],
});

/** Records what a step of the latest round (or of round `round`) was decided as. */
export const settle = (
  progress: Progress,
  stage: Stage,
  step: string,
  decided: Decided,
  { leg, round }: { leg?: string; round?: number } = {},
): Progress => {
  const rounds = progress[stage] ?? [];
  const index = (round ?? rounds.length) - 1;
  return {
    ...progress,
    [stage]: rounds.map((each, position) =>
      position === index ? { ...each, decided: { ...each.decided, [entry(step, leg)]: decided } } : each,
    ),
  };
};

/** Ends the latest round (or round `round`). */
export const endRound = (progress: Progress, stage: Stage, round?: number): Progress => {
  const rounds = progress[stage] ?? [];
  if (round !== undefined) {
    return { ...progress, [stage]: rounds.map((each, i) => (i === round - 1 ? { ...each, open: false } : each)) };
  }
  const last = rounds.at(-1);
  return last ? { ...progress, [stage]: replaceLast(rounds, { ...last, open: false }) } : progress;
};

/** Outcome of a step that nobody decided because its round was stopped. */
const stoppedOutcome = 'stopped';

/** Ends a round of a stage at the steps where it waits. */
export const stopRound = (
  progress: Progress,
  stage: Stage,
  round: number,
  waiting: readonly { readonly step: string; readonly leg?: string }[],
): Progress => {
  const settled = waiting.reduce(
    (each, { step, leg }) =>
      settle(each, stage, step, { outcome: stoppedOutcome }, { round, ...(leg === undefined ? {} : { leg }) }),
    progress,
  );
  return {
    ...settled,
    [stage]: (settled[stage] ?? []).map((each, index) =>
      index === round - 1 ? { ...each, open: false, stopped: true } : each,
    ),
  };
};

/** The decision at a step, if there is one. */
export const decisionAt = (progress: Progress, { stage, round, step, leg }: StepRef): Decided | undefined =>
  progress[stage]?.[round - 1]?.decided[entry(step, leg)];

/** Open stage rounds as `stage#round`, for the head. */
export const openStages = (progress: Progress): string[] =>
  stages.flatMap((stage) =>
    (progress[stage] ?? []).flatMap((round, i) => (round.open ? [`${stage}#${String(i + 1)}`] : [])),
  );

/** What changed between two folds: steps newly decided, and what the workflow engine must be told. */
export const changes = (before: Progress, after: Progress): { decisions: StepDecision[]; signals: Signal[] } => {
  const decisions: StepDecision[] = [];
  const completed: Signal[] = [];
  const started: Signal[] = [];
  const stopped: Signal[] = [];
  for (const stage of stages) {
    for (const [index, round] of (after[stage] ?? []).entries()) {
      const earlier = before[stage]?.[index];
      for (const [key, decided] of Object.entries(round.decided)) {
        if (earlier?.decided[key]) continue;
        const [step = key, leg] = key.split('#');
        const decision = { stage, round: index + 1, step, ...(leg === undefined ? {} : { leg }), ...decided };
        decisions.push(decision);
        // A carried decision is found by the new execution when it gets there; nobody waits for it yet.
        // A stopped round's execution is stopped as a whole.
        if (!round.carried.includes(key) && !round.stopped) completed.push({ kind: 'complete', ...decision });
      }
      if (!earlier) started.push({ kind: 'start', stage, round: index + 1 });
      if (round.stopped && !earlier?.stopped) stopped.push({ kind: 'stop', stage, round: index + 1 });
    }
  }
  return { decisions, signals: [...completed, ...stopped, ...started] };
};
