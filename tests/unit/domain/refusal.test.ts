import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../../domain/access/policy.ts';
import { refusalGrounds } from '../../../domain/petition/intake-state.ts';
import { statusOf, summaryOf } from '../../../domain/petition/petition.ts';
import { type LinkedMatter, linkedMatter } from '../../../domain/petition/refusal-grounds.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import {
  accept,
  acceptedPetition,
  concludedPetition,
  content,
  continued,
  directory,
  link,
  noon,
  register,
  registeredPetition,
  route,
  routedPetition,
  servedOpinion,
  stateAfter,
} from '../../support/builders.ts';
import { given, waitsOf } from '../../support/given.ts';
import { approveRefusal, claimNewFacts, command, people, proposeRefusal } from '../../support/intake.ts';

const earlier = '622901007-20250102-AAAAAA';
/** Brought to the prefecture's office, above the county bureau that handles the earlier matter. */
const above = continued([], register({ by: { ...people.receptionist, unit: '6229-xfj' } }));
const linked = continued(above, link());
const open: LinkedMatter = {
  number: earlier,
  inProcess: true,
  withinLimit: true,
  unit: '622901-zrzy',
  recheckFinished: false,
};
const rechecked: LinkedMatter = { number: earlier, inProcess: false, withinLimit: true, recheckFinished: true };
const inProcess = (matter: LinkedMatter | undefined = open) =>
  proposeRefusal({ ground: 'in-process', earlier, ...(matter ? { linked: matter } : {}) }, people.prefectureOfficer);
const afterRecheck = (matter: LinkedMatter = rechecked) =>
  proposeRefusal({ ground: 'after-recheck', earlier, linked: matter }, people.prefectureOfficer);
const prefectureLeader = { ...people.rechecker, id: 'chief', role: 'leader' };

describe('the grounds', () => {
  it('are exactly three for not accepting and two for no longer accepting, each with its article', () =>
    expect(Object.entries(refusalGrounds).map(([ground, { kind, basis }]) => [kind, ground, basis])).toEqual([
      ['not-accepted', 'litigation', 'R22'],
      ['not-accepted', 'visit-too-high', 'R20'],
      ['not-accepted', 'in-process', 'R19'],
      ['no-longer-accepted', 'after-recheck', 'R36'],
      ['no-longer-accepted', 'litigation-terminated', 'R31(1)'],
    ]));
});

describe('a refusal', () => {
  const proposed = continued(registeredPetition, proposeRefusal());

  it('is proposed by one and decided by a leader who is somebody else', () => {
    expect(waitsOf(stateAfter(proposed))).toEqual(['intake/triage']);
    expect(tasksOf(stateAfter(proposed), directory)).toContainEqual(
      expect.objectContaining({
        step: 'decide-refusal',
        audience: 'leader@622901007',
        excluded: ['officer'],
        due: '2026-03-17',
      }),
    );
    given(...proposed)
      .when(approveRefusal(undefined, people.officer))
      .thenRefused('own-proposal');
    const leader = (unit: string) => ({ id: 'l', name: '', unit, roles: ['leader'] });
    const may = (unit: string) =>
      decideAccess(leader(unit), 'ApproveRefusal', { petition: stateAfter(proposed) }, directory).allowed;
    // A government above stands in where nobody below may decide; a neighbour does not.
    expect([may('622901007'), may('622901'), may('622901-zjj')]).toEqual([true, true, false]);
  });

  it('approved: registered, reasoned, noticed, and counted in no assessment', () => {
    const refused = continued(proposed, approveRefusal());
    expect(refused.at(-1)).toEqual({
      type: 'RefusalApproved',
      data: {
        ground: 'litigation',
        kind: 'not-accepted',
        unit: '622901007-zx',
        on: '2026-03-02',
        by: 'leader-622901007',
        basis: 'R22',
        notAssessed: true,
      },
    });
    const state = stateAfter(refused);
    expect(statusOf(state)).toBe('not-accepted');
    expect(summaryOf(state)).toMatchObject({ notAssessed: true });
    expect(waitsOf(state)).toEqual([]);
    expect(state.progress.intake?.[0]?.decided.triage).toEqual({ outcome: 'refused' });
    expect(state.deadlines[0]).toMatchObject({ limit: 'forward', state: 'met' });
    expect(state.notices.at(-1)).toMatchObject({ kind: 'non-acceptance', unit: '622901007-zx' });
    expect(tasksOf(state, directory)).toContainEqual(
      expect.objectContaining({ step: 'serve-notice', audience: 'petition-officer@622901007-zx' }),
    );
  });

  it('returned: the matter goes on', () => {
    const returned = continued(proposed, command('ReturnRefusal', people.townshipLeader, { reason: '应予受理' }));
    expect(stateAfter(returned).intake.refusal).toBeUndefined();
    given(...returned)
      .when(route())
      .thenTypes('PetitionRouted');
  });

  it('blocks routing while it waits', () =>
    given(...proposed)
      .when(route())
      .thenRefused('not-the-step', { basis: 'R22' }));

  it('is the competent organ’s too, before it accepts', () => {
    const byOrgan = continued(routedPetition, proposeRefusal({}, people.handler));
    given(...byOrgan)
      .when(approveRefusal(undefined, people.leader))
      .thenState((state) => {
        expect(state.progress.intake?.[0]?.decided['organ-answer']).toEqual({ outcome: 'refused' });
        expect(state.notices.at(-1)).toMatchObject({ kind: 'non-acceptance', unit: '622901-zrzy' });
        expect(state.deadlines.find(({ limit }) => limit === 'objection')?.state).toBe('stopped');
      });
    given(...acceptedPetition)
      .when(proposeRefusal({}, people.handler))
      .thenRefused('not-the-step', { basis: 'R22' });
  });

  it('is not proposed by a handler at the desk, nor by the desk once the organ has it', () => {
    given(...registeredPetition)
      .when(proposeRefusal({}, { ...people.officer, role: 'handler' }))
      .thenRefused('not-your-role');
    given(...routedPetition)
      .when(proposeRefusal())
      .thenRefused('not-your-unit');
  });
});

describe('a visit that skips a level (Art. 20)', () => {
  const refuse = (competentUnit: string | undefined) =>
    proposeRefusal(
      { ground: 'visit-too-high', ...(competentUnit === undefined ? {} : { competentUnit }) },
      people.prefectureOfficer,
    );

  it('two levels above the competent organ is too high', () =>
    given(...above)
      .when(refuse('622901007'))
      .thenTypes('RefusalProposed'));

  it('the own or the next higher level is not', () => {
    given(...above)
      .when(refuse('622901-zrzy'))
      .thenRefused('rule-violated', { pointer: '/competentUnit', basis: 'R20' });
    given(...above)
      .when(refuse('6229'))
      .thenRefused('rule-violated', { pointer: '/competentUnit', basis: 'R20' });
  });

  it('names the organ', () =>
    given(...above)
      .when(refuse(undefined))
      .thenRefused('rule-violated', { pointer: '/competentUnit', basis: 'R20' }));

  it('is never said of a letter', () =>
    given(
      ...continued(
        [],
        register({ by: { ...people.receptionist, unit: '6229-xfj' }, content: { ...content, channel: 'letter' } }),
      ),
    )
      .when(refuse('622901007'))
      .thenRefused('rule-violated', { pointer: '/ground', basis: 'R20' }));
});

describe('the same matter in process below (Art. 19)', () => {
  it('is refused on a confirmed link to a matter that is open and within its limit', () =>
    given(...linked)
      .when(inProcess())
      .thenTypes('RefusalProposed'));

  it.each([
    ['is not open any more', { ...open, inProcess: false }],
    ['is over its limit', { ...open, withinLimit: false }],
    ['is handled by no subordinate', { ...open, unit: '6229' }],
    ['is another one', { ...open, number: 'other' }],
    ['does not exist', undefined],
  ])('is not, when the earlier matter %s', (_, matter) => {
    const { linked: _none, ...without } = inProcess();
    given(...linked)
      .when(matter ? inProcess(matter) : without)
      .thenRefused('rule-violated', { pointer: '/earlier', basis: 'R19' });
  });

  it('is not, without the link that a person confirmed', () =>
    given(...above)
      .when(inProcess())
      .thenRefused('rule-violated', { pointer: '/earlier', basis: 'R19' }));

  it('is looked at again when it is approved: the earlier matter may have run late meanwhile', () => {
    const proposed = continued(linked, inProcess());
    given(...proposed)
      .when(approveRefusal({ ...open, withinLimit: false }, prefectureLeader))
      .thenRefused('rule-violated', { pointer: '/earlier', basis: 'R19' });
    given(...proposed)
      .when(approveRefusal(open, prefectureLeader))
      .thenTypes('RefusalApproved');
  });
});

describe('after recheck (Art. 36)', () => {
  it('is no longer accepted on the same facts and reasons', () =>
    given(...continued(linked, afterRecheck()))
      .when(approveRefusal(rechecked, prefectureLeader))
      .thenState((state) => {
        expect(statusOf(state)).toBe('no-longer-accepted');
        expect(state.notices.at(-1)?.kind).toBe('no-longer-accepted');
      }));

  it('only when the recheck is finished', () =>
    given(...linked)
      .when(afterRecheck({ ...rechecked, recheckFinished: false }))
      .thenRefused('rule-violated', { pointer: '/earlier', basis: 'R36' }));

  describe('with new facts or reasons claimed', () => {
    const claimed = continued(linked, claimNewFacts());
    const sent = continued(claimed, route({ by: people.prefectureOfficer, competentUnit: '622901-zrzy' }));
    const judge = (isNew: boolean) => command('JudgeNewFacts', people.handler, { isNew, reason: '核对' });
    const byOrgan = proposeRefusal({ ground: 'after-recheck', earlier, linked: rechecked }, people.handler);

    it('the desk does not refuse: it forwards', () => {
      given(...claimed)
        .when(afterRecheck())
        .thenRefused('rule-violated', { basis: 'R36' });
      expect(waitsOf(stateAfter(sent))).toEqual(['intake/organ-answer']);
    });

    it('the competent organ judges before it accepts or refuses', () => {
      given(...sent)
        .when(accept())
        .thenRefused('not-the-step', { basis: 'R36' });
      given(...sent)
        .when(byOrgan)
        .thenRefused('rule-violated', { basis: 'R36' });
    });

    it('truly new: handled', () => {
      const judged = continued(sent, judge(true));
      given(...judged)
        .when(byOrgan)
        .thenRefused('rule-violated', { basis: 'R36' });
      given(...judged)
        .when(accept())
        .thenTypes('PetitionAccepted');
      given(...judged)
        .when(judge(false))
        .thenRefused('already-decided', { basis: 'R36' });
    });

    it('not new: the organ can refuse', () =>
      given(...continued(sent, judge(false)))
        .when(byOrgan)
        .thenTypes('RefusalProposed'));
  });
});

describe('lawfully terminated litigation matters (Art. 31(1))', () => {
  it('name the document', () => {
    given(...registeredPetition)
      .when(proposeRefusal({ ground: 'litigation-terminated' }))
      .thenRefused('rule-violated', { pointer: '/termination', basis: 'R31(1)' });
    given(...registeredPetition)
      .when(proposeRefusal({ ground: 'litigation-terminated', termination: '终结决定书' }))
      .thenTypes('RefusalProposed');
  });
});

describe('what the record says of an earlier matter', () => {
  const at = noon('2026-03-03');
  it.each([
    ['registered', registeredPetition, false],
    ['routed, not accepted', routedPetition, false],
    ['accepted', acceptedPetition, true],
    ['answered', servedOpinion, false],
    ['concluded', concludedPetition, false],
  ])('%s: in process %s', (_, history, expected) =>
    expect(linkedMatter(stateAfter(history), at).inProcess).toBe(expected),
  );

  it('is within its limit to the last day', () => {
    const served = continued(
      acceptedPetition,
      command('ServeNotice', people.handler, {
        notice: 'acceptance-1',
        service: { method: 'in-person', servedOn: '2026-03-02' },
      }),
    );
    expect(linkedMatter(stateAfter(served), noon('2026-05-06')).withinLimit).toBe(true);
    expect(linkedMatter(stateAfter(served), noon('2026-05-07')).withinLimit).toBe(false);
    expect(linkedMatter(stateAfter(acceptedPetition), at).unit).toBe('622901-zrzy');
  });
});
