import { clockId } from '../../domain/limits.ts';
import { listingOf } from '../../domain/petition/backlog.ts';
import { nextTimer } from '../../domain/petition/clocks.ts';
import { evolve, type PetitionEvent, summaryOf } from '../../domain/petition/petition.ts';
import type { Context, Petition } from '../../domain/petition/state.ts';
import { titleOf } from '../../domain/petition/title.ts';
import type { PlainHistory } from '../../domain/plain-stream.ts';
import type { EventActor, StreamRef, StreamWrite, WorkItem } from '../../domain/ports.ts';
import { evolveSession } from '../../domain/reception/session-history.ts';
import type { Session, SessionEvent } from '../../domain/reception/session-state.ts';
import { sessionHead } from '../../domain/reception/summary.ts';
import { sessionTasks } from '../../domain/reception/tasks.ts';
import { waitingSteps } from '../../domain/workflow/flow.ts';
import { changes, openStages } from '../../domain/workflow/progress.ts';
import { stepKey, type TaskDecision } from '../../domain/workflow/signals.ts';
import { describePetitionStep, describeSessionStep, type StepDescription } from '../../domain/workflow/steps.ts';
import { type Task, tasksOf } from '../../domain/workflow/tasks.ts';
import { clockActor } from './clock-actor.ts';

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

/** The same of a reception day. */
const waitingOfSession = (session: Session, { units }: Rules): ReadonlyMap<string, StepDescription> =>
  new Map<string, StepDescription>([
    ...waitingSteps(session.progress).map((ref) => [stepKey(ref), describeSessionStep(session, ref, units)] as const),
    ...sessionTasks(session, units).map((task) => [stepKey(task), task] as const),
  ]);

/** What waits on, but otherwise: an extension or a new calendar moves its day, a recusal those who see it. */
const changedSteps = (
  waited: ReadonlyMap<string, StepDescription>,
  waits: ReadonlyMap<string, StepDescription>,
): readonly Changed[] =>
  [...waits].flatMap(([step, { due, excluded, audience }]): Changed[] => {
    const earlier = waited.get(step);
    if (!earlier) return [];
    // A task can move to a successor, what is to be approved to somebody above (Art. 28), a visit to a substitute.
    const moved = earlier.audience !== audience;
    if (!moved && earlier.due === due && earlier.excluded.join() === excluded.join()) return [];
    return [{ step, due, excluded, ...(moved ? { audience } : {}) }];
  });

/** Which tasks begin to wait, and which are done. */
const taskWrites = (stream: StreamRef, before: readonly Task[], after: readonly Task[]) => {
  const waited = new Map(before.map((task) => [stepKey(task), task]));
  const waits = new Map(after.map((task) => [stepKey(task), task]));
  const opened: WorkItem[] = [...waits].filter(([key]) => !waited.has(key)).map(([, task]) => ({ stream, ...task }));
  const done: TaskDecision[] = [...waited]
    .filter(([key]) => !waits.has(key))
    .map(([, { stage, round, step, leg }]) => ({
      stage,
      round,
      step,
      ...(leg === undefined ? {} : { leg }),
      outcome: 'done',
    }));
  return { opened, done };
};

/**
 * That a limit is over, and the supervision that this opens, is said by nobody but the clock, whoever's command came upon it: an
 * officer who is late has not opened a supervision of his own unit.
 */
const actorOf = ({ type, data }: { readonly type: string; readonly data: object }, actor: EventActor): EventActor => {
  const ofTheClock =
    ['DeadlineMissed', 'RecusalDecisionMissed', 'CommitmentMissed', 'WhistleLimitMissed'].includes(type) ||
    (['SupervisionOpened', 'WhistleSupervisionOpened'].includes(type) && (data as { by?: string }).by === clockId);
  return ofTheClock ? clockActor : actor;
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
  const { opened, done } = taskWrites(stream, tasksOf(before, rules.units), tasksOf(after, rules.units));
  const changed = changedSteps(waitingOf(before, rules), waitingOf(after, rules));
  const timer = nextTimer(after, rules.configuration);
  const listed = listingOf(after, rules.units);
  const title = titleOf(after);
  return {
    stream,
    expectedVersion: before.version,
    events: events.map((event) => ({ ...event, at, actor: actorOf(event, actor) })),
    head: {
      summary: summaryOf(after),
      openStages: openStages(after.progress),
      ...(title === undefined ? {} : { title }),
      ...(timer === undefined ? {} : { timer }),
      ...(listed === undefined ? {} : { listed }),
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
  rules: Rules,
): StreamWrite => {
  const after = events.reduce(evolveSession, before);
  const stream = { kind: 'session', id } as const;
  const { decisions, signals } = changes(before.progress, after.progress);
  const { opened, done } = taskWrites(stream, sessionTasks(before, rules.units), sessionTasks(after, rules.units));
  const changed = changedSteps(waitingOfSession(before, rules), waitingOfSession(after, rules));
  return {
    stream,
    expectedVersion: before.version,
    events: events.map((event) => ({ ...event, at, actor: actorOf(event, actor) })),
    head: {
      ...sessionHead(after, rules),
      openStages: openStages(after.progress),
      title: `接访 ${after.content?.date ?? ''}`,
    },
    decisions: [...decisions, ...done],
    signals,
    ...(opened.length === 0 ? {} : { opened }),
    ...(changed.length === 0 ? {} : { changed }),
  };
};

/** Everything of a plain stream that waits, by step key: its tasks, and the steps of its stage. */
const waitingInPlain = <
  S extends { readonly version: number },
  E extends {
    readonly type: string;
    readonly data: object;
  },
>(
  { stage }: PlainHistory<S, E>,
  state: S,
  tasks: readonly Task[],
  { units }: Rules,
) =>
  new Map<string, StepDescription>([
    ...tasks.map((task) => [stepKey(task), task] as const),
    ...(stage === undefined
      ? []
      : waitingSteps(stage.progress(state)).map((ref) => [stepKey(ref), stage.step(state, ref, units)] as const)),
  ]);

/** What a command's facts write to a plain stream: events, head, signals, and the tasks and steps that come, go or move. */
export const plainWrite = <
  S extends { readonly version: number },
  E extends { readonly type: string; readonly data: object },
>(
  rules: PlainHistory<S, E>,
  before: S,
  events: readonly E[],
  id: string,
  at: string,
  actor: EventActor,
  context: Context,
): StreamWrite => {
  const after = events.reduce(rules.evolve, before);
  const stream = { kind: rules.kind, id };
  const earlier = rules.tasks(before, context);
  const later = rules.tasks(after, context);
  const { opened, done } = taskWrites(stream, earlier, later);
  const waited = waitingInPlain(rules, before, earlier, context);
  const changed = [...waitingInPlain(rules, after, later, context)].flatMap(([step, { due, excluded }]): Changed[] =>
    waited.get(step) === undefined || waited.get(step)?.due === due ? [] : [{ step, due, excluded }],
  );
  const progress = rules.stage?.progress;
  const lookups = before.version === 0 ? (rules.lookups?.(after) ?? []) : [];
  const { decisions, signals } = progress ? changes(progress(before), progress(after)) : { decisions: [], signals: [] };
  return {
    stream,
    expectedVersion: before.version,
    events: events.map((event) => ({ ...event, at, actor: actorOf(event, actor) })),
    head: { ...rules.head(after, context), openStages: progress ? openStages(progress(after)) : [] },
    decisions: [...decisions, ...done],
    signals,
    ...(opened.length === 0 ? {} : { opened }),
    ...(changed.length === 0 ? {} : { changed }),
    ...(lookups.length === 0 ? {} : { lookups }),
  };
};
