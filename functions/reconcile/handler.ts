import { triggered } from '../shared/log.ts';
import { type ReconcileDependencies, type Reconciliation, reconcile } from '../shared/reconcile.ts';

/** Schedule, every five minutes. */
export const createHandler = (dependencies: ReconcileDependencies) =>
  triggered<unknown, Reconciliation>().handler(async () => {
    const done = await reconcile(dependencies);
    console.info({ message: 'Reconciled', ...done });
    // The rest has been done; failing now is what rings the alarm.
    if (done.failed > 0) throw new Error(`${String(done.failed)} streams could not be reconciled.`);
    return done;
  });
