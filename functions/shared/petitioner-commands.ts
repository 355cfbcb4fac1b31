import { petitionerMay } from '../../domain/access/petitioner.ts';
import { Refusal, StaleVersion } from '../../domain/errors.ts';
import type { EventActor } from '../../domain/ports.ts';
import type { CommandDependencies, PetitionIntent } from './commands.ts';
import { parentWrites } from './family.ts';
import type { Result } from './http-api.ts';
import { createPipeline, type Guarded, instantFor, maximumAttempts, requireDeclared } from './pipeline.ts';
import { contextSource } from './rules-context.ts';
import { petitionWrite } from './stream-writes.ts';

/** The petitioner acts through the portal, known by query code only. */
export const petitionerActor: EventActor = { id: 'petitioner', unit: '', role: 'petitioner' };

/** Runs what the petitioner does on his own petition. The public function carries no officer's command at all. */
export const createPetitionerCommands = (dependencies: CommandDependencies) => {
  const { records, clock, decide } = dependencies;
  const contextNow = contextSource(dependencies);
  const { once, commit, loadPetition } = createPipeline(records);
  return {
    context: contextNow,

    /** The petitioner acts on his own petition; whoever calls has checked the query code. */
    async changeAsPetitioner(
      guarded: Guarded,
      number: string,
      intent: Extract<
        PetitionIntent,
        {
          type:
            | 'DeclineReview'
            | 'RatePetition'
            | 'RequestReview'
            | 'RequestWithdrawal'
            | 'RetractWithdrawal'
            | 'DeclareEvidence'
            | 'WithdrawEvidence'
            | 'ProposeRecusal';
        }
      >,
    ): Promise<Result> {
      requireDeclared(guarded, intent.type);
      if (!petitionerMay(intent.type)) throw new Refusal('not-permitted', 'This is done by officers only.');
      return once(`petitioner-${number}`, guarded, async (key) => {
        const context = await contextNow();
        for (let attempt = 1; ; attempt += 1) {
          const petition = await loadPetition(number);
          const at = instantFor(clock.now(), petition);
          const events = decide({ ...intent, by: petitionerActor, at }, petition, context);
          try {
            return await commit(key, guarded, number, [
              petitionWrite(petition, events, number, at, petitionerActor, context),
              ...(await parentWrites(petition, events, loadPetition, { at, by: petitionerActor, context })),
            ]);
          } catch (error) {
            if (!(error instanceof StaleVersion) || attempt === maximumAttempts) throw error;
          }
        }
      });
    },
  };
};

export type PetitionerCommands = ReturnType<typeof createPetitionerCommands>;
