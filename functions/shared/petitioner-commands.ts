import { petitionerMay } from '../../domain/access/petitioner.ts';
import { isSealed } from '../../domain/access/sight.ts';
import { placementStream } from '../../domain/centre/placement.ts';
import type { Placement, PlacementEvent } from '../../domain/centre/placement-history.ts';
import { Refusal, StaleVersion } from '../../domain/errors.ts';
import { foldPlain } from '../../domain/plain-stream.ts';
import type { EventActor } from '../../domain/ports.ts';
import type { CommandDependencies, PetitionIntent } from './commands.ts';
import { parentWrites } from './family.ts';
import type { Result } from './http-api.ts';
import { createPipeline, type Guarded, instantFor, maximumAttempts, patiently, requireDeclared } from './pipeline.ts';
import { contextSource } from './rules-context.ts';
import { petitionWrite, plainWrite } from './stream-writes.ts';

/** The petitioner acts through the portal, known by query code only. */
export const petitionerActor: EventActor = { id: 'petitioner', unit: '', role: 'petitioner' };

/** Runs what the petitioner does on his own petition. The public function carries no officer's command at all. */
export const createPetitionerCommands = (dependencies: CommandDependencies) => {
  const { records, clock, decide } = dependencies;
  const contextNow = contextSource(dependencies);
  const { once, commit, loadPetition } = createPipeline(records);

  const placementOf = async (number: string): Promise<Placement> =>
    foldPlain<Placement, PlacementEvent>(
      placementStream,
      (await records.load({ kind: 'placement', id: number })).events,
    );

  return {
    context: contextNow,
    placementOf,

    /** The petitioner sends his own matter up from the centre that has it (Art. 15); whoever calls has checked the code. */
    async escalateAsPetitioner(guarded: Guarded, number: string, reason: string | undefined): Promise<Result> {
      requireDeclared(guarded, 'EscalateUp');
      return once(`petitioner-${number}`, guarded, (key) =>
        patiently(async () => {
          const [petition, placement, context] = await Promise.all([
            loadPetition(number),
            placementOf(number),
            contextNow(),
          ]);
          if (isSealed(petition)) {
            throw new Refusal('sealed', 'An accusation (检举控告) goes through no centre: its organ has it.', {
              basis: 'R30',
            });
          }
          if (placement.at === undefined) {
            throw new Refusal(
              'not-the-step',
              'No centre has your matter: the organ that you can follow here works on it.',
            );
          }
          const at = instantFor(clock.now(), petition);
          const command = {
            type: 'EscalateUp',
            wish: 'petitioner',
            ...(reason === undefined ? {} : { reason }),
          } as const;
          const events = placementStream.decide({ ...command, by: petitionerActor, at }, placement, context);
          const write = plainWrite(placementStream, placement, events, number, at, petitionerActor, context);
          return commit(key, guarded, number, [write]);
        }),
      );
    },

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
