import type { AnchorQueue, AnchorStanding } from '../../domain/anchor.ts';
import type { Context } from '../../domain/petition/state.ts';
import type { ActStore, RecordStore, Workflow } from '../../domain/ports.ts';
import { isCountedKind } from '../../domain/statistics/sheet.ts';
import { type Stage, stages } from '../../domain/workflow/signals.ts';
import { type Asking, requireAccess } from '../shared/access.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { mentionable } from '../shared/mention.ts';
import { type ReconcileDependencies, reconcile, stageRoundOf } from '../shared/reconcile.ts';
import { type RecountDependencies, recount } from '../shared/recount.ts';
import * as routes from './routes.ts';

export interface Dependencies extends ReconcileDependencies {
  readonly context: () => Promise<Context>;
  readonly acts: Pick<ActStore, 'acts'>;
  readonly figures: RecountDependencies['figures'];
  readonly records: ReconcileDependencies['records'] & Pick<RecordStore, 'stored'>;
  readonly workflow: Workflow;
  readonly anchor: AnchorQueue & { standing(): Promise<AnchorStanding> };
}

/** Facts whose streams one request looks at. */
const factsAtOnce = 100;

/** What operators see and do: executions, not cases. */
export const createHandler = (dependencies: Dependencies) => {
  const { context, workflow, acts, anchor, clock } = dependencies;
  const requireOperator = async ({ officer, actions: [action] }: Asking): Promise<void> => {
    const { units } = await context();
    requireAccess(officer(), action, {}, units);
  };
  return httpApi([
    on(routes.workflows, async (call) => {
      await requireOperator(call);
      const mayMention = mentionable(dependencies.records, call.officer());
      // Executions bear the numbers of petitions.
      const inSight = async <T extends { readonly name: string }>(failed: readonly T[], stage: Stage) => {
        const asked = await Promise.all(
          failed.map(async (each) => {
            const { stream } = stageRoundOf(each.name, stage) ?? {};
            return stream?.kind !== 'petition' || (await mayMention(stream.id)) ? [each] : [];
          }),
        );
        return asked.flat();
      };
      const listed = stages.map(async (stage) => {
        const [running, failed] = await Promise.all([workflow.running(stage), workflow.failed(stage)]);
        return { stage, running: running.length, failed: await inSight(failed, stage) };
      });
      return { body: { stages: await Promise.all(listed) } };
    }),
    on(routes.anchor, async (call) => {
      await requireOperator(call);
      return { body: await anchor.standing() };
    }),
    on(routes.reconcile, async (call) => {
      await requireOperator(call);
      return { body: await reconcile(dependencies) };
    }),
    on(routes.catchUps, async (call) => {
      await requireOperator(call);
      const { unit, day } = call.body;
      const { cursor } = call.query;
      const page = await acts.acts({ units: [unit], from: day, to: day }, factsAtOnce, cursor);
      const touched = new Map(page.items.map(({ key, stream }) => [key, stream]));
      let changed = 0;
      for (const stream of touched.values())
        if (isCountedKind(stream.kind) && (await recount(dependencies, stream))) changed += 1;
      const collected = await anchor.collectMissed([...touched.keys()], clock.now());
      // How many streams there were is not told: an accusation may have been among them.
      return { body: { changed, collected, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) } };
    }),
  ]);
};
