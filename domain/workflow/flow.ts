import { type Decided, latestRound, type Progress, type Round, stopRound } from './progress.ts';
import { type Stage, type StepRef, stages } from './signals.ts';

/**
 * Which steps a round waits for, by what has been decided in it. The state machines (workflows/*.asl.json) order the
 * same steps; tests/workflows holds the two against each other.
 */
type Waits = (decided: Readonly<Record<string, Decided>>, round: Round) => readonly { step: string; leg?: string }[];

const oneAfterAnother =
  (...steps: readonly (readonly [step: string, goesOnWith: string])[]): Waits =>
  (decided) => {
    for (const [step, goesOnWith] of steps) {
      const outcome = decided[step]?.outcome;
      if (outcome === undefined) return [{ step }];
      if (outcome !== goesOnWith) return [];
    }
    return [];
  };

const legs = (step: string, units: readonly string[], decided: Readonly<Record<string, Decided>>) =>
  units.filter((unit) => !decided[`${step}#${unit}`]).map((unit) => ({ step, leg: unit }));

/** One department's way through a whistle: called in, there, done, judged; a wrong department's ends where it was (`returned`). */
const whistleSteps = [
  ['acknowledge', 'acknowledged'],
  ['contact', 'contacted'],
  ['attend', 'attended'],
  ['outcome', 'recorded'],
  ['rate', 'rated'],
] as const;

const legOfWhistle =
  (unit: string): Waits =>
  (decided) => {
    for (const [step, goesOnWith] of whistleSteps) {
      const outcome = decided[`${step}#${unit}`]?.outcome;
      if (outcome === undefined) return [{ step, leg: unit }];
      if (outcome !== goesOnWith) return [];
    }
    return [];
  };

const closing = oneAfterAnother(
  ['draft', 'drafted'],
  ['approve-opinion', 'approved'],
  ['serve', 'served'],
  ['request-closing', 'requested'],
  ['confirm-closing', 'concluded'],
);

const flows: Record<Stage, Waits> = {
  reception: oneAfterAnother(
    ['check-in', 'arrived'],
    ['record-visit', 'recorded'],
    ['instruct', 'follow-up'],
    ['follow-up', 'done'],
  ),
  intake: (decided) =>
    decided['organ-answer']?.outcome === 'objected'
      ? oneAfterAnother(['decide-objection', 'returned'])(decided, { open: true, decided, carried: [] })
      : oneAfterAnother(['triage', 'to-organ'], ['organ-answer', 'accepted'])(decided, {
          open: true,
          decided,
          carried: [],
        }),
  assignment: (decided, round) => {
    if (decided.approve?.outcome === 'approved') return legs('report-in', decided.approve.units ?? [], decided);
    return oneAfterAnother(['propose', 'proposed'], ['approve', 'approved'])(decided, round);
  },
  mediation: oneAfterAnother(
    ['consent', 'consented'],
    ['session', 'held'],
    ['sign', 'effective'],
    ['perform', 'performed'],
  ),
  closure: (decided, round) => {
    const outstanding = legs('outcome', round.units ?? [], decided);
    return outstanding.length > 0 ? outstanding : closing(decided, round);
  },
  whistle: (decided, round) =>
    decided.approve?.outcome === 'approved'
      ? (decided.approve.units ?? []).flatMap((unit) => legOfWhistle(unit)(decided, round))
      : oneAfterAnother(['approve', 'approved'])(decided, round),
  review: oneAfterAnother(['admit', 'admitted'], ['decide', 'decided'], ['serve-review', 'served']),
};

/** Every step that waits for somebody now. */
export const waitingSteps = (progress: Progress): StepRef[] =>
  stages.flatMap((stage) =>
    (progress[stage] ?? []).flatMap((round, index) =>
      round.open ? flows[stage](round.decided, round).map((wait) => ({ stage, round: index + 1, ...wait })) : [],
    ),
  );

/** Ends a stage's open round where it waits, the latest unless another is named; one that is over stays as it is. */
export const stopStage = (
  progress: Progress,
  stage: Stage,
  round = latestRound(progress, stage)?.number ?? 0,
): Progress => {
  if (!progress[stage]?.[round - 1]?.open) return progress;
  const waiting = waitingSteps(progress).filter((each) => each.stage === stage && each.round === round);
  return stopRound(progress, stage, round, waiting);
};
