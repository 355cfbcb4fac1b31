import { nextTimer } from '../../domain/petition/clocks.ts';
import { evolve, type PetitionEvent, summaryOf } from '../../domain/petition/petition.ts';
import type { Context, Petition } from '../../domain/petition/state.ts';
import type { EventActor, StreamWrite, WorkItem } from '../../domain/ports.ts';
import { evolveSession, type Session, type SessionEvent, sessionSummary } from '../../domain/reception/session.ts';
import { waitingSteps } from '../../domain/workflow/flow.ts';
import { changes, openStages } from '../../domain/workflow/progress.ts';
import { stepKey } from '../../domain/workflow/signals.ts';
import { describePetitionStep } from '../../domain/workflow/steps.ts';
import { tasksOf } from '../../domain/workflow/tasks.ts';

type Rules = Pick<Context, 'units' | 'configuration'>;

/** Steps that go on waiting, but until another day: an extension or a new calendar moves worklists too. */
const movedSteps = (before: Petition, after: Petition, { units }: Rules): { step: string; due: string }[] => {
  if (before.deadlines === after.deadlines) return [];
  const waited = new Map(
    waitingSteps(before.progress).map((ref) => [stepKey(ref), describePetitionStep(before, ref, units).due]),
  );
  return waitingSteps(after.progress).flatMap((ref) => {
    const step = stepKey(ref);
    const { due } = describePetitionStep(after, ref, units);
    const earlier = waited.get(step);
    return earlier === undefined || earlier === due ? [] : [{ step, due }];
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
  const moved = [
    ...movedSteps(before, after, rules),
    ...[...tasksAfter].flatMap(([step, { due }]) => {
      const earlier = tasksBefore.get(step)?.due;
      return earlier === undefined || earlier === due ? [] : [{ step, due }];
    }),
  ];
  const timer = nextTimer(after, rules.configuration);
  return {
    stream,
    expectedVersion: before.version,
    events: events.map((event) => ({ ...event, at, actor })),
    head: {
      summary: summaryOf(after),
      openStages: openStages(after.progress),
      ...(timer === undefined ? {} : { timer }),
    },
    decisions: [...decisions, ...done],
    signals,
    ...(opened.length === 0 ? {} : { opened }),
    ...(moved.length === 0 ? {} : { moved }),
    ...(after.recused.length === before.recused.length ? {} : { excluded: after.recused.slice(before.recused.length) }),
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
    head: { summary: sessionSummary(after), openStages: openStages(after.progress) },
    ...changes(before.progress, after.progress),
  };
};
