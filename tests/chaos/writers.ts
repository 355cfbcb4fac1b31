/** What the writers under chaos do: whole cases from scenario A, and corrections that get in their way. */

import { legalDay } from '../../domain/calendar/calendar.ts';
import { ApiProblem } from '../../local/api-client.ts';
import { type Story, type StoryStep, scenarioA } from '../../local/scenario-a.ts';
import { GaveUp, type Journal } from './journal.ts';
import type { Random } from './random.ts';

/** Without what looks for earlier visits of the same person, of whom there are as many as stories here. */
const steps: readonly StoryStep[] = scenarioA.filter(
  ({ id }) => !['earlier', 'confirm-repeat', 'agreement-refused'].includes(id),
);

export interface Writers {
  readonly journal: Journal;
  readonly random: Random;
  readonly count: number;
  readonly stopping: () => boolean;
}

export interface Written {
  /** Cases that came to their end. */
  finished: number;
  /** Cases left because a step did not come onto a worklist between so many kills; it must in the end. */
  impatient: number;
  /** Refusals that nobody expected, and whatever else went wrong. */
  readonly problems: string[];
}

/** Works until told to stop; every writer then ends with the step that it is at. */
export async function runWriters({ journal, random, count, stopping }: Writers): Promise<Written> {
  const written: Written = { finished: 0, impatient: 0, problems: [] };
  const open: string[] = [];

  const tellCase = async (own: Random): Promise<void> => {
    const story: Story = { api: journal, today: legalDay(new Date().toISOString()), ahead: own.chance(0.85) };
    // Cases end at any step: what stands open is what must not be stranded.
    const length = own.chance(0.3) ? steps.length : own.below(steps.length) + 1;
    for (const { id, run } of steps.slice(0, length)) {
      if (stopping()) return;
      try {
        await run(story);
      } catch (error) {
        if (error instanceof GaveUp) return;
        // Others correct the same petition meanwhile, which is what `change` resolves; nothing else may be in the way.
        if (String(error).includes('Waited in vain')) written.impatient += 1;
        else if (!stopping())
          written.problems.push(`${id} of ${story.number ?? story.session ?? '?'}: ${String(error)}`);
        return;
      }
      if (id === 'register' && story.number !== undefined) open.push(story.number);
    }
    if (length === steps.length) written.finished += 1;
  };

  const correct = async (own: Random): Promise<void> => {
    const number = open[own.below(open.length)];
    if (number === undefined) return tellCase(own);
    try {
      const changes = { subject: `土地征收补偿标准争议（更正${String(own.below(1000))}）` };
      await journal.as('receptionist').change(number, 'amendments', { changes, reason: '笔误' });
    } catch (error) {
      if (error instanceof GaveUp || error instanceof ApiProblem) return; // too late to correct it, say
      if (!stopping()) written.problems.push(`amendment of ${number}: ${String(error)}`);
    }
  };

  const work = async (own: Random, index: number): Promise<void> => {
    // The last of them only corrects.
    while (!stopping()) await (index === count - 1 ? correct(own) : tellCase(own));
  };
  await Promise.all(Array.from({ length: count }, (_, index) => work(random.fork(`writer ${String(index)}`), index)));
  return written;
}
