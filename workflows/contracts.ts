import * as z from 'zod/mini';
import { stages } from '../domain/workflow/signals.ts';

const id = z.string().check(z.minLength(1), z.maxLength(64));
const units = z.array(id);

export const Stage = z.enum(stages);
export const Stream = z.object({ kind: z.enum(['petition', 'session', 'whistle']), id });
const round = z.number().check(z.int(), z.minimum(1));

/** What an execution starts with. `units` is where the first steps fan out over units, empty elsewhere. */
export const ExecutionInput = z.object({ stream: Stream, stage: Stage, round, units });
export type ExecutionInput = z.infer<typeof ExecutionInput>;

/** What a waiting task hands to `open-step`. */
export const StepRequest = z.object({
  token: z.string().check(z.minLength(1)),
  stream: Stream,
  stage: Stage,
  round,
  step: id,
  leg: z.exactOptional(id),
});
export type StepRequest = z.infer<typeof StepRequest>;

/** What completes a waiting task: an outcome that the rules named, with units where the next steps fan out. */
export const StepOutcome = z.object({ outcome: id, units: z.exactOptional(units) });
export type StepOutcome = z.infer<typeof StepOutcome>;

/** A signal as the head of a stream carries it. */
export const Signal = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), stage: Stage, round }),
  z.object({ kind: z.literal('stop'), stage: Stage, round }),
  z.object({
    kind: z.literal('complete'),
    stage: Stage,
    round,
    step: id,
    leg: z.exactOptional(id),
    outcome: id,
    units: z.exactOptional(units),
  }),
]);
