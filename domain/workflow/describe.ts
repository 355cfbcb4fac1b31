import type { UnitDirectory } from '../organisation/unit.ts';
import type { NewEvent, StreamKind } from '../ports.ts';
import { stepOfWhistle } from '../whistle/waiting.ts';
import { foldWhistle } from '../whistle/whistle-history.ts';
import type { StepRef } from './signals.ts';
import { describeStep, type StepDescription } from './steps.ts';

/** Describes a step of any kind of stream from its record, for the work item that `open-step` puts. */
export const describeAnyStep = (
  kind: StreamKind,
  events: readonly NewEvent[],
  ref: StepRef,
  units: UnitDirectory,
): StepDescription =>
  kind === 'whistle' ? stepOfWhistle(foldWhistle(events), ref, units) : describeStep(kind, events, ref, units);
