import { separatedFromWhistle } from '../access/separation.ts';
import type { Deadline } from '../limits.ts';
import type { UnitDirectory } from '../organisation/unit.ts';
import type { StepRef } from '../workflow/signals.ts';
import { noDue, type StepDescription } from '../workflow/steps.ts';
import type { Task } from '../workflow/tasks.ts';
import { type LegStep, legSteps, limitAt } from './legs.ts';
import { isLegOver, legOf, type Whistle, type WhistleLeg, whistleStatus } from './state.ts';

const answering = (unit: string, units: UnitDirectory): string => `${units.answeringRoleOf(unit)}@${unit}`;

/** For whom a step of the stage waits (workflows/whistle.asl.json). */
export const stepOfWhistle = (whistle: Whistle, { step, leg }: StepRef, units: UnitDirectory): StepDescription => {
  const { unit: caller = '' } = whistle;
  if (step === 'approve') {
    return {
      audience: `leader@${units.leadershipOf(caller)}`,
      due: noDue,
      excluded: separatedFromWhistle('ApproveWhistle', whistle),
    };
  }
  if (step === 'rate') return { audience: `petition-officer@${caller}`, due: noDue, excluded: [] };
  const called = leg === undefined ? undefined : legOf(whistle, leg);
  if (!called) throw new Error(`No one is named for the step whistle/${step}.`);
  return {
    audience: answering(called.unit, units),
    due: limitAt(called, step as LegStep)?.due ?? noDue,
    excluded: [],
  };
};

/** What waits beside the stage: a draft to mend, an objection to answer, a dispute to decide, a supervision to follow. */
export const tasksOfWhistle = (whistle: Whistle, units: UnitDirectory): readonly Task[] => {
  const { unit: caller, legs, supervisions, returns, returned, calledOff } = whistle;
  // Of an accusation nothing waits for anybody, a supervision neither (Art. 30).
  if (caller === undefined || whistle.erasedOn !== undefined || calledOff?.because === 'accusation') return [];
  const task = (
    step: string,
    round: number,
    audience: string,
    leg?: string,
    excluded: readonly string[] = [],
  ): Task => ({
    stage: 'task',
    round,
    step,
    ...(leg === undefined ? {} : { leg }),
    audience,
    due: noDue,
    excluded,
  });
  const tasks: Task[] = [];
  if (returned && !calledOff) tasks.push(task('redraft-whistle', returns, `petition-officer@${caller}`));
  for (const [index, { unit, objection }] of legs.entries()) {
    if (!objection || calledOff) continue;
    const leader = `leader@${units.leadershipOf(caller)}`;
    if (objection.state === 'open') tasks.push(task('answer-whistle-objection', index + 1, leader, unit));
    if (objection.state === 'refused') {
      tasks.push(task('take-whistle-answer', index + 1, answering(unit, units), unit));
    }
    if (objection.state === 'disputed' && objection.decider !== undefined) {
      const decider =
        objection.rule === 'joint-meeting'
          ? `petition-officer@${objection.decider}`
          : `leader@${units.leadershipOf(objection.decider)}`;
      const excluded = separatedFromWhistle('DecideWhistleDispute', whistle, unit);
      tasks.push(task('decide-whistle-dispute', index + 1, decider, unit, excluded));
    }
  }
  for (const [index, { against, feedback, closedBy }] of supervisions.entries()) {
    if (closedBy !== undefined) continue;
    const supervisor = `supervisor@${units.supervisorOf(against)}`;
    if (feedback !== undefined) tasks.push(task('close-supervision', index + 1, supervisor));
    else {
      tasks.push(task('give-feedback', index + 1, answering(against, units)));
      tasks.push(task('follow-supervision', index + 1, supervisor));
    }
  }
  return tasks;
};

/** How a limit was kept, as a roll-call says it. */
export const kept = ({ state, done }: Deadline): 'in-time' | 'late' | 'missed' | 'running' | 'not-owed' => {
  if (state === 'met') return 'in-time';
  if (state === 'missed') return done ? 'late' : 'missed';
  return state === 'stopped' ? 'not-owed' : 'running';
};

export const legStates = ['called', 'acknowledged', 'contacted', 'attended', 'done', 'rated', 'returned'] as const;

/** How far a department's part has come. */
export const legState = (leg: WhistleLeg): (typeof legStates)[number] => {
  if (leg.returned) return 'returned';
  if (leg.rating) return 'rated';
  if (leg.outcome) return 'done';
  if (leg.attendedAt !== undefined) return 'attended';
  if (leg.contactedAt !== undefined) return 'contacted';
  return leg.acknowledgedAt === undefined ? 'called' : 'acknowledged';
};

/** A department at a roll-call (点名): whether it came when it was called, and how the caller judged it. */
export const rollOf = (leg: WhistleLeg) => ({
  unit: leg.unit,
  state: legState(leg),
  ...Object.fromEntries(
    legSteps.flatMap((step) => {
      const limit = limitAt(leg, step);
      return limit === undefined ? [] : [[step, kept(limit)]];
    }),
  ),
  ...(leg.outcome ? { solution: leg.outcome.solution } : {}),
  ...(leg.rating ? { satisfaction: leg.rating.satisfaction } : {}),
});

/** What the head keeps: enough for the board and the roll-call, and none of the texts. Which petition it is about is not shown. */
export const summaryOfWhistle = (whistle: Whistle): object => ({
  status: whistleStatus(whistle),
  unit: whistle.unit,
  kind: whistle.content?.kind,
  draftedOn: whistle.draftedOn,
  ...(whistle.content?.joint === undefined ? {} : { joint: whistle.content.joint }),
  ...(whistle.content?.petition === undefined ? {} : { petition: whistle.content.petition }),
  ...(whistle.calledAt === undefined ? {} : { calledAt: whistle.calledAt }),
  open: whistle.legs.filter((leg) => !isLegOver(leg)).length,
  roll: whistle.legs.map(rollOf),
  supervisions: whistle.supervisions.filter(({ closedBy }) => closedBy === undefined).length,
});
