import { nextTimer } from '../../domain/petition/clocks.ts';
import { evolve, type PetitionEvent, summaryOf } from '../../domain/petition/petition.ts';
import type { Context, Petition } from '../../domain/petition/state.ts';
import type { EventActor, StreamWrite, WorkItem } from '../../domain/ports.ts';
import { evolveSession, type Session, type SessionEvent, sessionSummary } from '../../domain/reception/session.ts';
import { waitingSteps } from '../../domain/workflow/flow.ts';
import { changes, openStages } from '../../domain/workflow/progress.ts';
import { stepKey } from '../../domain/workflow/signals.ts';
import { describePetitionStep, type StepDescription } from '../../domain/workflow/steps.ts';
import { tasksOf } from '../../domain/workflow/tasks.ts';

type Rules = Pick<Context, 'units' | 'configuration'>;

type Changed = NonNullable<StreamWrite['changed']>[number];

/** Everything that waits, by step key, as it is to stand on the worklist. */
const waitingOf = (petition: Petition, { units }: Rules): ReadonlyMap<string, StepDescription> =>
  new Map<string, StepDescription>([
    ...waitingSteps(petition.progress).map(
      (ref) => [stepKey(ref), describePetitionStep(petition, ref, units)] as const,
    ),
    ...tasksOf(petition, units).map((task) => [stepKey(task), task] as const),
  ]);

/** What waits on, but otherwise: an extension or a new calendar moves its day, a recusal those who see it. */
const changedSteps = (before: Petition, after: Petition, rules: Rules): readonly Changed[] => {
  const waited = waitingOf(before, rules);
  return [...waitingOf(after, rules)].flatMap(([step, { due, excluded, audience }]): Changed[] => {
    const earlier = waited.get(step);
    if (!earlier) return [];
    // A task can move to a successor, what is to be approved to somebody above (Art. 28).
    const moved = earlier.audience !== audience;
    if (!moved && earlier.due === due && earlier.excluded.join() === excluded.join()) return [];
    return [{ step, due, excluded, ...(moved ? { audience } : {}) }];
  });
};

/** What a command's facts write to a petition: events, head, decisions, tasks and signals. */
export const petitionWrite = (
  before: Petition,
  events: readonly PetitionEvent[],
  id: string,
  at: string,
  actor: EventActor,
  rules: Rules,
): StreamWrite => {
  const after = events.reduce(evolve, before);
  const stream = { kind: 'petition', id } as const;
  const { decisions, signals } = changes(before.progress, after.progress);
  const tasksBefore = new Map(tasksOf(before, rules.units).map((task) => [stepKey(task), task]));
  const tasksAfter = new Map(tasksOf(after, rules.units).map((task) => [stepKey(task), task]));
  const opened: WorkItem[] = [...tasksAfter]
    .filter(([key]) => !tasksBefore.has(key))
    .map(([, task]) => ({ stream, ...task }));
  const done = [...tasksBefore]
    .filter(([key]) => !tasksAfter.has(key))
    .map(([, { stage, round, step }]) => ({ stage, round, step, outcome: 'done' }));
  const changed = changedSteps(before, after, rules);
  const timer = nextTimer(after, rules.configuration);
  return {
    stream,
    expectedVersion: before.version,
    events: events.map((event) => ({ ...event, at, actor })),
    head: {
      summary: summaryOf(after),
      openStages: openStages(after.progress),
      ...(after.registration === undefined ? {} : { title: after.registration.subject }),
      ...(timer === undefined ? {} : { timer }),
    },
    decisions: [...decisions, ...done],
    signals,
    ...(opened.length === 0 ? {} : { opened }),
    ...(changed.length === 0 ? {} : { changed }),
    ...(after.keeping.erasedOn !== undefined && before.keeping.erasedOn === undefined ? { erases: true } : {}),
  };
};

/** What a command's facts write to a reception session. */
export const sessionWrite = (
  before: Session,
  events: readonly SessionEvent[],
  id: string,
  at: string,
  actor: EventActor,
): StreamWrite => {
  const after = events.reduce(evolveSession, before);
  return {
    stream: { kind: 'session', id },
    expectedVersion: before.version,
    events: events.map((event) => ({ ...event, at, actor })),
    head: {
      summary: sessionSummary(after),
      openStages: openStages(after.progress),
      title: `接访 ${after.content?.date ?? ''}`,
    },
    ...changes(before.progress, after.progress),
  };
};
