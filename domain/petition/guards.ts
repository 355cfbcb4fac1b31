import { Refusal } from '../errors.ts';
import { waitingSteps } from '../workflow/flow.ts';
import { decisionAt, latestRound } from '../workflow/progress.ts';
import type { Stage } from '../workflow/signals.ts';
import type { Petition, Registration } from './state.ts';

/** The registration, or a refusal that there is no such petition. */
export const registered = (petition: Petition): Registration => {
  if (!petition.registration) throw new Refusal('not-found', 'There is no such petition.');
  return petition.registration;
};

/** Refuses unless the petition waits for exactly this step now; says whether it is too late or too early. */
export const requireStep = (petition: Petition, stage: Stage, step: string, leg?: string): void => {
  const round = latestRound(petition.progress, stage);
  const where = leg === undefined ? step : `${step} of ${leg}`;
  if (
    round &&
    decisionAt(petition.progress, { stage, round: round.number, step, ...(leg === undefined ? {} : { leg }) })
  ) {
    throw new Refusal(
      'already-decided',
      `The step "${where}" (${stage}, round ${String(round.number)}) is decided already.`,
    );
  }
  const waiting = waitingSteps(petition.progress);
  if (!waiting.some((each) => each.stage === stage && each.step === step && each.leg === leg)) {
    const now = waiting.map((each) => `${each.stage}/${each.step}${each.leg === undefined ? '' : `/${each.leg}`}`);
    throw new Refusal(
      'not-the-step',
      `The petition does not wait for "${where}". It waits for: ${now.length > 0 ? now.join(', ') : 'nothing'}.`,
    );
  }
};

/** Refuses a unit that is not in the organisation tree. */
export const knownUnit = (units: { get(id: string): unknown }, id: string, pointer: string): void => {
  if (!units.get(id)) throw new Refusal('unknown-unit', `There is no unit "${id}".`, { pointer });
};
