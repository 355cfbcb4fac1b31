import { Refusal } from '../errors.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { waitingSteps } from '../workflow/flow.ts';
import { decisionAt, latestRound } from '../workflow/progress.ts';
import type { Stage } from '../workflow/signals.ts';
import { refusalGrounds } from './intake-state.ts';
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

/**
 * Refuses a unit that no longer exists, naming the one that goes on exercising its functions (Art. 24). @param day legal day
 */
export const existingUnit = (units: UnitDirectory, id: string, pointer: string, day: string): void => {
  knownUnit(units, id, pointer);
  if (!units.isAbolished(id, day)) return;
  const successor = units.successorOf(id, day);
  throw new Refusal(
    'rule-violated',
    successor === undefined
      ? `"${id}" no longer exists and its successor is unclear: the government of its level designates one (Art. 24).`
      : `"${id}" no longer exists; "${successor}" goes on exercising its functions (Art. 24).`,
    { pointer, basis: 'R24' },
  );
};

/** Refuses while a proposed refusal waits for the leader. */
export const noRefusalPending = ({ intake: { refusal } }: Petition): void => {
  if (refusal && refusal.approvedOn === undefined)
    throw new Refusal('not-the-step', 'A proposal not to accept the matter waits for a leader’s decision.', {
      basis: refusalGrounds[refusal.ground].basis,
    });
};

/** Days of the dispute over competence are the decider's: refuses while one is open (Art. 24). */
export const noOpenDispute = ({ intake: { dispute } }: Petition): void => {
  if (dispute && dispute.competentUnit === undefined && !dispute.settled)
    throw new Refusal('not-the-step', 'The organs’ dispute over competence waits to be decided (Art. 24).', {
      basis: 'R24',
    });
};
