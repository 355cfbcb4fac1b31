import type { Context } from '../../domain/petition/state.ts';
import type { Workflow } from '../../domain/ports.ts';
import { stages } from '../../domain/workflow/signals.ts';
import { type Asking, requireAccess } from '../shared/access.ts';
import { httpApi, on } from '../shared/http-api.ts';
import { type ReconcileDependencies, reconcile } from '../shared/reconcile.ts';
import * as routes from './routes.ts';

export interface Dependencies extends ReconcileDependencies {
  readonly context: () => Promise<Context>;
  readonly workflow: Workflow;
}

/** What operators see and do: executions, not cases. */
export const createHandler = (dependencies: Dependencies) => {
  const { context, workflow } = dependencies;
  const requireOperator = async ({ officer, actions: [action] }: Asking): Promise<void> => {
    const { units } = await context();
    requireAccess(officer(), action, {}, units);
  };
  return httpApi([
    on(routes.workflows, async (call) => {
      await requireOperator(call);
      const listed = stages.map(async (stage) => {
        const [running, failed] = await Promise.all([workflow.running(stage), workflow.failed(stage)]);
        return { stage, running: running.length, failed };
      });
      return { body: { stages: await Promise.all(listed) } };
    }),
    on(routes.reconcile, async (call) => {
      await requireOperator(call);
      return { body: await reconcile(dependencies) };
    }),
  ]);
};
