import type { Action } from '../access/policy.ts';
import { approversOf } from '../access/relations.ts';
import { separatedFrom } from '../access/separation.ts';
import { afterEveryDay } from '../calendar/calendar.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import { workDue } from '../petition/clocks.ts';
import { foldPetition } from '../petition/petition.ts';
import { deadlineOf, type Petition } from '../petition/state.ts';
import type { NewEvent, StreamKind } from '../ports.ts';
import { foldSession } from '../reception/session-history.ts';
import type { Session } from '../reception/session-state.ts';
import type { Stage, StepRef } from './signals.ts';

/** For whom a step waits, and until when. */
export interface StepDescription {
  /** `role@unit`, or `person@officer`. */
  readonly audience: string;
  /** Last legal day in time, or `noDue`. */
  readonly due: string;
  /** Officers who must not see or take it: recused, or the author of what is to be decided. */
  readonly excluded: readonly string[];
}

/** No limit runs. A day that sorts after every real one, for the order of worklists; nobody is shown it (`dueShown`). */
export const noDue = afterEveryDay;

/** The due day as an answer carries it: none where no limit runs. */
export const dueShown = ({ due }: Pick<StepDescription, 'due'>): { readonly due?: string } =>
  due === noDue ? {} : { due };

const at = (role: string, unit: string | undefined): string => `${role}@${unit ?? ''}`;

/** Whom a step or task is kept from: the recused, and whoever may not do it because of what he did before. */
export const excludedFrom = (petition: Petition, decided?: Action, item?: number): readonly string[] => [
  ...petition.recused,
  ...(decided === undefined ? [] : separatedFrom(decided, petition, item)),
];

/** Describes a step of a petition from its state. */
export const describePetitionStep = (
  petition: Petition,
  { stage, step, leg, round }: StepRef,
  units: UnitDirectory,
): StepDescription => {
  const { registration, route, assignment } = petition;
  const office = at('petition-officer', registration && units.petitionOfficeOf(registration.unit));
  const triage = at('petition-officer', registration && units.triageOf(registration.unit));
  const receipt = registration && !units.isPetitionOffice(registration.unit) ? 'notify' : 'forward';
  const competent = route?.competentUnit;
  const lead = assignment?.leadUnit;
  const handling = workDue(petition, 'hand-over-report') ?? noDue;
  const leaders = (unit: string | undefined) => at('leader', unit && approversOf(petition, 'leader', unit, units));
  /** @param decided what is done at the step, where not everybody may */
  const describe = (audience: string, due: string = noDue, decided?: Action): StepDescription => ({
    audience,
    due,
    excluded: excludedFrom(petition, decided),
  });
  switch (`${stage}/${step}`) {
    case 'intake/triage':
      return describe(triage, deadlineOf(petition, receipt)?.due);
    case 'intake/organ-answer':
      return describe(at('handler', competent), deadlineOf(petition, 'notify')?.due);
    case 'intake/decide-objection':
      return describe(triage, deadlineOf(petition, 'forward')?.due);
    case 'assignment/propose':
      return describe(at('handler', competent), handling);
    case 'assignment/approve':
      return describe(leaders(competent), handling, 'ApproveAssignment');
    case 'assignment/report-in':
    case 'closure/outcome':
      return describe(at('handler', leg), handling);
    case 'closure/approve-opinion':
      return describe(leaders(lead), handling, 'ApproveOpinion');
    case 'closure/draft':
    case 'closure/serve':
      return describe(at('handler', lead), handling);
    case 'closure/request-closing':
      return describe(at('handler', lead), handling);
    case 'closure/confirm-closing':
      return describe(office, noDue, 'ConfirmClosing');
    case 'mediation/perform': {
      const open =
        petition.mediations.at(-1)?.agreement?.obligations.filter(({ performedOn }) => performedOn === undefined) ?? [];
      return describe(at('mediator', petition.mediations[round - 1]?.committee), open.map(({ due }) => due).sort()[0]);
    }
    default:
      if (stage === 'mediation') return describe(at('mediator', petition.mediations[round - 1]?.committee), handling);
      if (stage === 'review') {
        // One at a time; a unit that takes over begins another round of the same review.
        const review = petition.reviews.at(-1);
        const due = review && deadlineOf(petition, review.level)?.due;
        return describe(at('handler', review?.unit), due, 'DecideReview');
      }
      throw new Error(`No one is named for the step ${stage}/${step}.`);
  }
};

/** Describes a step of a visit: the desk's, the receiving leader's, or that of the unit which is committed. */
export const describeSessionStep = (
  session: Session,
  { step, round }: StepRef,
  units: UnitDirectory,
): StepDescription => {
  const visit = session.visits[round - 1];
  const due = session.content?.date ?? noDue;
  if (step === 'instruct') return { audience: at('person', session.content?.leader), due, excluded: [] };
  if (step === 'follow-up') {
    const { responsibleUnit, due: until = noDue } = visit?.commitment ?? {};
    return { audience: at('handler', responsibleUnit), due: until, excluded: [] };
  }
  const desk = session.unit === undefined ? undefined : units.deskOf(session.unit);
  return { audience: at('receptionist', desk), due, excluded: [] };
};

/** Describes a step from the record, for the work item that `open-step` puts. */
export const describeStep = (
  kind: StreamKind,
  events: readonly NewEvent[],
  ref: StepRef,
  units: UnitDirectory,
): StepDescription =>
  kind === 'session'
    ? describeSessionStep(foldSession(events), ref, units)
    : describePetitionStep(foldPetition(events), ref, units);

/** What a stage's execution needs in its input besides stream, stage and round. */
export const stageInput = (
  kind: StreamKind,
  events: readonly NewEvent[],
  stage: Stage,
  round: number,
): { readonly units?: readonly string[] } => {
  if (kind !== 'petition' || stage !== 'closure') return {};
  return { units: foldPetition(events).progress[stage]?.[round - 1]?.units ?? [] };
};
