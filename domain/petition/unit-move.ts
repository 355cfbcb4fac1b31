import { stopStage, waitingSteps } from '../workflow/flow.ts';
import { type Decided, latestRound, openRound, type Progress } from '../workflow/progress.ts';
import { type Stage, stages } from '../workflow/signals.ts';
import type { Petition } from './state.ts';

/** Units that have work in this matter now: competent organ, lead and assisting units, the reviewing organ. */
export const unitsAtWork = ({ route, assignment, reviews }: Petition): readonly string[] => {
  const review = reviews.at(-1);
  return [
    ...(route ? [route.competentUnit] : []),
    ...(assignment ? [assignment.leadUnit, ...assignment.assistingUnits] : []),
    ...(review && review.servedOn === undefined ? [review.unit] : []),
  ];
};

/** Begins the latest round of a stage anew, with everything decided in it, for the unit that has taken over. */
const renewRound = (progress: Progress, stage: Stage, rename: (unit: string) => string): Progress => {
  const round = latestRound(progress, stage);
  if (!round?.open) return progress;
  const each = (list: readonly string[]) => [...new Set(list.map(rename))];
  const carried: Record<string, Decided> = {};
  for (const [key, decided] of Object.entries(round.decided)) {
    const [step = key, leg] = key.split('#');
    carried[leg === undefined ? step : `${step}#${rename(leg)}`] =
      decided.units === undefined ? decided : { ...decided, units: each(decided.units) };
  }
  const stopped = stopStage(progress, stage);
  const renewed = openRound(stopped, stage, {
    carried,
    ...(round.units === undefined ? {} : { units: each(round.units) }),
  });
  // The only one that was waited for has been taken over by one that is done: nothing is left to wait for.
  return waitingSteps(renewed).some((wait) => wait.stage === stage) ? renewed : stopped;
};

const isOpen = (progress: Progress, stage: Stage): boolean => latestRound(progress, stage)?.open ?? false;

const stagesOfUnits = stages.filter((stage) => stage !== 'reception' && stage !== 'mediation');

/**
 * The unit `to` takes over what `from` had (Art. 24): route, assignment, legs and review. What was decided stays decided
 * and every clock keeps running; only the waiting steps move to the new unit's worklist.
 */
export const moveUnit = (
  petition: Petition,
  {
    from,
    to,
    on,
    reason,
  }: { readonly from: string; readonly to: string; readonly on: string; readonly reason: string },
): Petition => {
  const rename = (unit: string) => (unit === from ? to : unit);
  const { route, assignment, legs, reviews, intake, progress } = petition;
  const leadUnit = assignment && rename(assignment.leadUnit);
  const assistingUnits = [...new Set(assignment?.assistingUnits.map(rename))].filter((unit) => unit !== leadUnit);
  const renewed = stagesOfUnits.reduce((each, stage) => renewRound(each, stage, rename), progress);
  const everybodyIn = isOpen(progress, 'assignment') && !isOpen(renewed, 'assignment');
  return {
    ...petition,
    ...(route?.competentUnit === from
      ? {
          route: { ...route, competentUnit: to },
          intake: { ...intake, formerRoutes: [...intake.formerRoutes, { route, ended: 'moved', on, reason }] },
        }
      : {}),
    ...(assignment && leadUnit !== undefined
      ? {
          assignment: { ...assignment, leadUnit, assistingUnits },
        }
      : {}),
    legs: Object.fromEntries(Object.entries(legs).map(([unit, leg]) => [rename(unit), leg])),
    reviews: reviews.map((review) =>
      review.servedOn === undefined ? { ...review, unit: rename(review.unit) } : review,
    ),
    progress: everybodyIn ? openRound(renewed, 'closure', { units: assistingUnits }) : renewed,
  };
};
