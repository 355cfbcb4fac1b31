import { DynamoSweepState } from '../../adapters/sweep-state.ts';
import { DynamoTimerStore } from '../../adapters/timers.ts';
import { container } from '../shared/container.ts';
import { createHandler } from './handler.ts';

const { client, tables, commands, clock } = container();

export const handler = createHandler({
  commands,
  clock,
  timers: new DynamoTimerStore({ client, ...tables }),
  state: new DynamoSweepState({ client, ...tables }),
});
