import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../../domain/access/policy.ts';
import { nextTimer } from '../../../domain/petition/clocks.ts';
import { officerView, petitionerView } from '../../../domain/petition/views.ts';
import { describePetitionStep } from '../../../domain/workflow/steps.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import { petitionWrite } from '../../../functions/shared/stream-writes.ts';
import {
  acceptedPetition,
  continued,
  directory,
  noon,
  number,
  officers,
  proposedAssignment,
  recuse,
  rules,
  sealedPetition,
  stateAfter,
  stored,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';
import { command, people } from '../../support/intake.ts';

const petitioner = { id: 'petitioner', unit: '', role: 'petitioner' };
const friday = '2026-03-06';
const asked = continued(
  acceptedPetition,
  command('ProposeRecusal', petitioner, { whom: '承办人王某', interest: '系被投诉人亲属' }, friday),
);
const decision = (granted: boolean, by = officers.officer) =>
  command('DecideRecusal', by, { proposal: 1, officer: 'handler', granted, reason: '经查' }, '2026-03-09');

const sweep = (day: string) => ({
  type: 'SweepClocks' as const,
  at: noon(day),
  by: { id: 'clock', unit: '', role: 'system' },
});

describe('a proposed recusal (Art. 28)', () => {
  it('waits for the office in charge, five working days by default', () => {
    expect(tasksOf(stateAfter(asked), directory).find(({ step }) => step === 'decide-recusal')).toMatchObject({
      audience: 'petition-officer@622901007-zx',
      due: '2026-03-13',
    });
  });

  it('that nobody decides in time opens a supervision of the office that was to, once, and is decided late', () => {
    const state = (history: typeof asked) => stateAfter(history);
    expect(nextTimer(state(asked), rules.configuration)).toBe('2026-03-14');
    given(...asked)
      .when(sweep('2026-03-13'), rules)
      .thenTypes();
    const missed = continued(asked, sweep('2026-03-14'));
    // The limit of the work warns on the same day.
    expect(missed.slice(asked.length)).toMatchObject([
      { type: 'DeadlineWarned' },
      { type: 'RecusalDecisionMissed', data: { proposal: 1, due: '2026-03-13', basis: 'R28' } },
      { type: 'SupervisionOpened', data: { ground: 'late', against: '622901007-zx', automatic: true } },
    ]);
    given(...missed)
      .when(sweep('2026-03-15'), rules)
      .thenTypes();
    // Whom it may be about learns neither of it nor that it is late.
    const shown = officerView(state(missed), stored(missed), directory, {
      officer: { id: 'handler', name: '', unit: '622901-zrzy', roles: ['handler'] },
      today: '2026-03-14',
    });
    expect(JSON.stringify([shown.recusals, shown.deadlines])).not.toMatch(/recusal|2026-03-13/);
    const late = continued(missed, decision(true));
    expect(state(late).recusals.proposals).toMatchObject([{ missed: true, decided: { granted: true } }]);
    given(...continued(asked, decision(true)))
      .when(sweep('2026-03-14'), rules)
      .thenTypes('DeadlineWarned');
  });

  it('bars nobody before it is decided, and then at once, on worklists too', () => {
    const handler = { id: 'handler', name: '', unit: '622901-zrzy', roles: ['handler'] };
    const may = (history: typeof asked) =>
      decideAccess(handler, 'ReadPetition', { petition: stateAfter(history) }, directory).allowed;
    const granted = continued(asked, decision(true));
    expect([may(asked), may(granted), may(continued(asked, decision(false)))]).toEqual([true, false, true]);
    for (const { excluded } of tasksOf(stateAfter(granted), directory)) expect(excluded).toContain('handler');
    expect(tasksOf(stateAfter(granted), directory).some(({ step }) => step === 'decide-recusal')).toBe(false);
  });

  it('is answered with its reasons: the petitioner reads them', () => {
    const page = (history: typeof asked) => petitionerView(stateAfter(history), stored(history), directory);
    expect(page(asked)).toMatchObject({ recusals: [{ whom: '承办人王某', proposedOn: friday, due: '2026-03-13' }] });
    expect(page(continued(asked, decision(false)))).toMatchObject({
      recusals: [{ granted: false, reason: '经查', decidedOn: '2026-03-09' }],
    });
  });

  it('is decided once, about the officer who was proposed, neither by him nor by whoever proposed it', () => {
    given(...continued(asked, decision(true)))
      .when(decision(false))
      .thenRefused('already-decided', { basis: 'R28' });
    const byOfficer = continued(
      acceptedPetition,
      command('ProposeRecusal', officers.officer, { officer: 'handler', interest: '近亲属' }),
    );
    given(...byOfficer)
      .when(decision(true))
      .thenRefused('own-proposal');
    given(...byOfficer)
      .when(decision(true, { ...officers.secondOfficer, id: 'handler' }))
      .thenRefused('own-proposal');
    given(...byOfficer)
      .when({ ...decision(true, officers.secondOfficer), officer: 'somebody-else' })
      .thenRefused('rule-violated', { pointer: '/officer' });
  });

  it('does not pile up: a few wait, the next waits for a decision', () => {
    const again = command('ProposeRecusal', petitioner, { whom: '另一人', interest: '亲属' }, friday);
    given(...continued(asked, again, again, again, again))
      .when(again)
      .thenRefused('not-the-step', { basis: 'R28' });
  });

  it('is seen by those who decide and by whoever proposed it, not by those it may be about', () => {
    const seen = (role: string, id = 'somebody') =>
      officerView(stateAfter(asked), stored(asked), directory, {
        officer: { id, name: '', unit: '622901-zrzy', roles: [role] },
        today: friday,
      }).recusals.length;
    expect([seen('petition-officer'), seen('supervisor'), seen('handler'), seen('handler', 'petitioner')]).toEqual([
      1, 1, 0, 1,
    ]);
  });

  it('names somebody', () => {
    given(...acceptedPetition)
      .when(command('ProposeRecusal', petitioner, { interest: '亲属' }))
      .thenRefused('rule-violated', { pointer: '/whom' });
  });

  it('in a sealed accusation is its own organ’s to decide', () => {
    const proposed = continued(
      sealedPetition,
      command('ProposeRecusal', { id: 'd', unit: '622901-jw', role: 'handler' }, { officer: 'e', interest: '亲属' }),
    );
    expect(tasksOf(stateAfter(proposed), directory).map(({ audience }) => audience)).toEqual([
      'handler@622901-jw',
      'leader@622901-jw',
    ]);
  });
});

describe('he who alone would have to approve', () => {
  const post = { unit: '622901', role: 'leader' } as const;
  const before = stateAfter(proposedAssignment);
  const step = { stage: 'assignment', round: 1, step: 'approve' } as const;

  it('is stood in for by the government above, on its worklist at once', () => {
    expect(describePetitionStep(before, step, directory).audience).toBe('leader@622901');
    const declared = continued(proposedAssignment, recuse({ officer: 'leader', post }));
    expect(describePetitionStep(stateAfter(declared), step, directory).audience).toBe('leader@6229');
    const events = declared.slice(proposedAssignment.length);
    const write = petitionWrite(before, events, number, noon('2026-03-04'), people.officer, rules);
    expect(write.changed?.[0]).toMatchObject({
      step: 'assignment#1#approve',
      audience: 'leader@6229',
      excluded: ['leader', 'handler'],
    });
  });

  it('comes back to the post when the recusal is lifted', () => {
    const lifted = continued(
      proposedAssignment,
      recuse({ officer: 'leader', post }),
      command('LiftRecusal', officers.officer, { officer: 'leader', reason: '并无利害关系' }),
    );
    expect(describePetitionStep(stateAfter(lifted), step, directory).audience).toBe('leader@622901');
  });

  it('as head is stood in for by the head above, and by nobody else (Art. 34)', () => {
    const head = { unit: '622901', role: 'head' } as const;
    const asking = command('RequestExtension', people.handler, { days: 10, reason: '复杂' }, '2026-03-10');
    const petition = stateAfter(continued(acceptedPetition, recuse({ officer: 'mayor', post: head }), asking));
    const may = (unit: string, role = 'head') =>
      decideAccess({ id: 'x', name: '', unit, roles: [role] }, 'DecideExtension', { petition }, directory).allowed;
    expect([may('6229'), may('622901'), may('6229', 'leader')]).toEqual([true, false, false]);
    expect(tasksOf(petition, directory).find((each) => each.step === 'decide-extension')?.audience).toBe('head@6229');
  });
});
