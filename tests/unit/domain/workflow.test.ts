import { describe, expect, it } from 'vitest';
import { waitingSteps } from '../../../domain/workflow/flow.ts';
import {
  changes,
  decisionAt,
  endRound,
  latestRound,
  openRound,
  openStages,
  settle,
} from '../../../domain/workflow/progress.ts';
import { executionName, stages, stepKey } from '../../../domain/workflow/signals.ts';
import { describeStep, noDue } from '../../../domain/workflow/steps.ts';
import {
  approvedAssignment,
  closingRequested,
  continued,
  decideObjection,
  directory,
  draftedOpinion,
  number,
  objectedPetition,
  officers,
  perform,
  proposedAssignment,
  proposedMediation,
  recuse,
  registeredPetition,
  reviewRequested,
  routedPetition,
  signedAgreement,
  stateAfter,
  stored,
} from '../../support/builders.ts';

const between = (before: Parameters<typeof stateAfter>[0], after: Parameters<typeof stateAfter>[0]) =>
  changes(stateAfter(before).progress, stateAfter(after).progress);

describe('what the workflow engine is told', () => {
  it('of a registration: the intake starts', () =>
    expect(between([], registeredPetition)).toEqual({
      decisions: [],
      signals: [{ kind: 'start', stage: 'intake', round: 1 }],
    }));

  it('of a decision: the step is complete', () => {
    const routed = { stage: 'intake', round: 1, step: 'triage', outcome: 'to-organ' };
    expect(between(registeredPetition, routedPetition)).toEqual({
      decisions: [routed],
      signals: [{ kind: 'complete', ...routed }],
    });
  });

  it('of a decision that is carried over: nothing, but the record keeps it for the new round', () => {
    const upheld = continued(objectedPetition, decideObjection({ agreed: false }));
    expect(between(objectedPetition, upheld)).toEqual({
      decisions: [
        { stage: 'intake', round: 1, step: 'decide-objection', outcome: 'upheld' },
        { stage: 'intake', round: 2, step: 'triage', outcome: 'to-organ' },
      ],
      signals: [
        { kind: 'complete', stage: 'intake', round: 1, step: 'decide-objection', outcome: 'upheld' },
        { kind: 'start', stage: 'intake', round: 2 },
      ],
    });
  });

  it('of an approval: over which units the next steps fan out', () => {
    const [signal] = between(proposedAssignment, approvedAssignment).signals;
    expect(signal).toMatchObject({
      step: 'approve',
      outcome: 'approved',
      units: ['622901-zrzy', '622901-zjj', '622901-sfj'],
    });
  });

  it('of several commits at once: completions before starts, as one after the other', () => {
    const { signals } = between(registeredPetition, approvedAssignment);
    expect(signals.map(({ kind }) => kind)).toEqual(['complete', 'complete', 'complete', 'complete', 'start']);
  });

  it('of nothing: nothing', () =>
    expect(between(routedPetition, routedPetition)).toEqual({ decisions: [], signals: [] }));
});

describe('a round', () => {
  const opened = openRound({}, 'intake');

  it('is open until it is ended, and never reopened', () => {
    expect(openStages(opened)).toEqual(['intake#1']);
    expect(openStages(endRound(opened, 'intake'))).toEqual([]);
    expect(openStages(openRound(endRound(opened, 'intake'), 'intake'))).toEqual(['intake#2']);
  });

  it('keeps decisions of its own', () => {
    const second = openRound(endRound(settle(opened, 'intake', 'triage', { outcome: 'to-organ' }), 'intake'), 'intake');
    expect(decisionAt(second, { stage: 'intake', round: 1, step: 'triage' })).toEqual({ outcome: 'to-organ' });
    expect(decisionAt(second, { stage: 'intake', round: 2, step: 'triage' })).toBeUndefined();
    expect(latestRound(second, 'intake')).toMatchObject({ number: 2, open: true });
  });

  it('that was never opened is settled and ended without a trace', () => {
    expect(waitingSteps(settle({}, 'review', 'admit', { outcome: 'admitted' }))).toEqual([]);
    expect(endRound({}, 'review')).toEqual({});
    expect(latestRound({}, 'review')).toBeUndefined();
  });

  it('that has ended waits for nothing, whatever was left open in it', () =>
    expect(waitingSteps(endRound(opened, 'intake'))).toEqual([]));

  it('of visits: one ends without the others', () => {
    const two = openRound(openRound({}, 'reception'), 'reception');
    expect(openStages(endRound(two, 'reception', 1))).toEqual(['reception#2']);
    expect(
      waitingSteps(settle(two, 'reception', 'check-in', { outcome: 'arrived' }, { round: 1 })).map(stepKey),
    ).toEqual(['reception#1#record-visit', 'reception#2#check-in']);
  });
});

describe('for whom a step waits', () => {
  const described = (history: Parameters<typeof stateAfter>[0], stage: string) => {
    const ref = waitingSteps(stateAfter(history).progress).find((each) => each.stage === stage);
    if (!ref) throw new Error(`Nothing waits in ${stage}.`);
    return describeStep('petition', stored(history), ref, directory);
  };

  it.each([
    [registeredPetition, 'intake', 'petition-officer@622901007-zx', '2026-03-17'],
    [routedPetition, 'intake', 'handler@622901-zrzy', '2026-03-17'],
    [objectedPetition, 'intake', 'petition-officer@622901007-zx', '2026-03-17'],
    [proposedAssignment, 'assignment', 'leader@622901', '2026-05-06'],
    [approvedAssignment, 'assignment', 'handler@622901-zrzy', '2026-05-06'],
    [proposedMediation, 'mediation', 'mediator@622901007-tw', '2026-05-06'],
    [signedAgreement, 'mediation', 'mediator@622901007-tw', '2026-05-30'],
    [continued(signedAgreement, perform()), 'mediation', 'mediator@622901007-tw', '2026-06-15'],
    [draftedOpinion, 'closure', 'leader@622901', '2026-05-06'],
    [closingRequested, 'closure', 'petition-officer@622901007-zx', noDue],
    [reviewRequested, 'review', 'handler@622901', '2026-04-01'],
  ] as const)('%#: %s', (history, stage, audience, due) =>
    expect(described(history, stage)).toMatchObject({ audience, due }),
  );

  it('never for the author of what is to be decided, nor for anybody recused', () => {
    expect(described(proposedAssignment, 'assignment').excluded).toEqual(['handler']);
    expect(described(draftedOpinion, 'closure').excluded).toEqual(['handler']);
    expect(described(closingRequested, 'closure').excluded).toEqual([officers.handler.id]);
    expect(described(continued(draftedOpinion, recuse({ officer: 'leader' })), 'closure').excluded).toEqual([
      'leader',
      'handler',
    ]);
  });
});

describe('names', () => {
  it('of executions fit what Step Functions allows', () => {
    for (const stage of stages) expect(executionName(number, stage, 99_999)).toMatch(/^[A-Za-z0-9_-]{1,72}$/);
  });

  it('of steps are unique', () => {
    expect(stepKey({ stage: 'assignment', round: 1, step: 'report-in', leg: '622901-sfj' })).toBe(
      'assignment#1#report-in#622901-sfj',
    );
  });
});
