import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, decideAccess, policy } from '../../../domain/access/policy.ts';
import { roles } from '../../../domain/access/roles.ts';
import { separatedFrom, separations, whistleSeparations } from '../../../domain/access/separation.ts';
import { Refusal } from '../../../domain/errors.ts';
import { describePetitionStep } from '../../../domain/workflow/steps.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import { continued, directory, draftedOpinion, proposedAssignment, stateAfter } from '../../support/builders.ts';
import { withdraw } from '../../support/incidents.ts';
import { answer, choices, everyCommand, lifecycle } from '../../support/random-lifecycle.ts';

/** Written by hand: who did the first may not do the second, even with the roles for both. */
const pairs: readonly (readonly [first: Action, second: Action])[] = [
  ['ProposeAssignment', 'ApproveAssignment'],
  ['ProposeAssignment', 'ReturnAssignment'],
  ['ProposeRefusal', 'ApproveRefusal'],
  ['ProposeRefusal', 'ReturnRefusal'],
  ['DraftOpinion', 'ApproveOpinion'],
  ['DraftOpinion', 'ReturnOpinion'],
  ['RequestExtension', 'DecideExtension'],
  ['RequestWithdrawal', 'DecideWithdrawal'],
  ['RequestClosing', 'ConfirmClosing'],
  ['RequestClosing', 'ReturnClosing'],
  ['DraftOpinion', 'ConfirmClosing'],
  ['DraftOpinion', 'ConfirmResolved'],
  ['RequestClosing', 'ConfirmResolved'],
  ['RegisterPetition', 'ConfirmResolved'],
  ['ApproveOpinion', 'DecideReview'],
  ['DraftOpinion', 'DecideReview'],
  ['DraftOpinion', 'OpenSupervision'],
  ['ApproveOpinion', 'OpenSupervision'],
  ['DraftOpinion', 'CloseSupervision'],
  ['DraftOpinion', 'RecordQualityCheck'],
  ['ProposeSponsor', 'ApproveSponsor'],
  ['ProposeSponsor', 'ReturnSponsor'],
  ['RequestResolution', 'SignResolution'],
  ['DraftOpinion', 'SignResolution'],
  ['RequestResolution', 'RecordReturnVisit'],
  ['DraftOpinion', 'RecordReturnVisit'],
  ['RequestResolution', 'ConfirmResolved'],
  ['SignResolution', 'ConfirmResolved'],
  ['ApproveAssignment', 'ConfirmResolved'],
  ['ApproveOpinion', 'ConfirmResolved'],
  ['ApproveOpinion', 'RecordReturnVisit'],
];

describe('two acts that one person may not do', () => {
  it.each(pairs)('%s, then %s', (first, second) => expect(separations[second]?.after).toContain(first));

  it('stay apart in every random life, whoever did the first', () => {
    let tried = 0;
    fc.assert(
      fc.property(choices(50), (taken) => {
        const last = new Map<string, string>();
        for (const { command, after, refused } of lifecycle(taken)) {
          if (refused) continue;
          last.set(command.type, command.by.id);
          const day = command.at.slice(0, 10);
          for (const [first, second] of pairs) {
            const who = last.get(first);
            if (who === undefined) continue;
            for (const one of everyCommand(day).filter(({ type }) => type === second)) {
              tried += 1;
              const given = answer({ ...one, by: { ...one.by, id: who } }, after);
              expect([first, second, given instanceof Refusal]).toEqual([first, second, true]);
            }
          }
        }
      }),
      { numRuns: 40, seed: 11 },
    );
    expect(tried).toBeGreaterThan(5000);
  });

  it('are refused by the policy as well, with all roles and in every unit', () => {
    const cases: readonly [Action, Parameters<typeof stateAfter>[0]][] = [
      ['ApproveAssignment', proposedAssignment],
      ['ApproveOpinion', draftedOpinion],
      ['DecideWithdrawal', continued(proposedAssignment, withdraw())],
    ];
    for (const [action, history] of cases) {
      const petition = stateAfter(history);
      const [who = ''] = separatedFrom(action, petition);
      const outcomes = ['622901007-zx', '622901-zrzy', '622901', '622901-xfj', '6229'].map((unit) => {
        const decision = decideAccess({ id: who, name: '', unit, roles: [...roles] }, action, { petition }, directory);
        return decision.allowed ? 'allowed' : decision.code;
      });
      expect([action, outcomes.includes('own-proposal'), outcomes.includes('allowed')]).toEqual([action, true, false]);
    }
  });

  it('do not stand on the worklist of whoever did the first', () => {
    const drafted = stateAfter(draftedOpinion);
    const approve = { stage: 'closure', round: 1, step: 'approve-opinion' } as const;
    expect(describePetitionStep(drafted, approve, directory).excluded).toEqual([drafted.opinions.at(-1)?.draftedBy]);
    const withdrawn = stateAfter(continued(proposedAssignment, withdraw()));
    expect(tasksOf(withdrawn, directory).find(({ step }) => step === 'decide-withdrawal')?.excluded).toEqual([
      withdrawn.incidents.withdrawal?.by,
    ]);
  });
});

it('every separated act is one that the policy knows', () => {
  for (const [action, { after = [] } = {}] of [...Object.entries(separations), ...Object.entries(whistleSeparations)])
    for (const each of [action, ...after]) expect(Object.keys(policy)).toContain(each);
});
