import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../../domain/access/policy.ts';
import type { Officer } from '../../../domain/access/roles.ts';
import type { Unit } from '../../../domain/organisation/unit.ts';
import { tasksOf } from '../../../domain/workflow/tasks.ts';
import {
  accept,
  allIn,
  approvedAssignment,
  continued,
  decideObjection,
  directory,
  noon,
  objectedPetition,
  objectToRouting,
  officers,
  on,
  registeredPetition,
  reviewRequested,
  route,
  routedPetition,
  stateAfter,
} from '../../support/builders.ts';
import { given, waitsOf } from '../../support/given.ts';
import { command, continuedIn, decideDispute, people, referDispute, rulesWith } from '../../support/intake.ts';

describe('an objection to which the sender agrees (Art. 23)', () => {
  const returned = continued(objectedPetition, ...on('2026-03-06', decideObjection()));

  it('lets the sender’s original 15 days run again, from the original receipt', () =>
    expect(stateAfter(returned).deadlines).toMatchObject([
      { limit: 'forward', from: '2026-03-02', due: '2026-03-17', state: 'running' },
      { limit: 'notify', state: 'stopped' },
      { limit: 'objection', state: 'met' },
    ]));

  it('met once more by the next routing', () =>
    given(...returned)
      .when(route({ competentUnit: '622901-zjj', at: noon('2026-03-17') }))
      .thenState(({ deadlines }) =>
        expect(deadlines[0]).toMatchObject({ limit: 'forward', state: 'met', done: true }),
      ));

  it('missed on the sixteenth day: the office is late', () =>
    given(...returned)
      .when(command('SweepClocks', people.officer, {}, '2026-03-18'))
      .thenState(({ supervisions }) => expect(supervisions).toMatchObject([{ against: '622901007-zx' }])));

  it('keeps the old way in the record', () =>
    expect(stateAfter(returned).intake.formerRoutes).toMatchObject([
      { ended: 'returned', on: '2026-03-06', route: { competentUnit: '622901-zrzy' } },
    ]));

  it('does nothing of the kind when the sender does not agree', () =>
    given(...objectedPetition)
      .when(decideObjection({ agreed: false }))
      .thenState(({ deadlines }) =>
        expect(deadlines.map(({ limit, state }) => [limit, state])).toEqual([
          ['forward', 'met'],
          ['notify', 'running'],
          ['objection', 'met'],
        ]),
      ));
});

describe('a dispute over competence (Art. 24)', () => {
  const referred = continued(objectedPetition, referDispute());

  it('goes to the lowest superior that the organs have in common, and says by which rule', () =>
    given(...objectedPetition)
      .when(referDispute())
      .thenEvents({
        type: 'DisputeReferred',
        data: {
          organs: ['622901-zrzy', '622901-zjj'],
          decider: '622901',
          rule: 'common-superior',
          account: '协商未果',
          by: 'officer',
          deadlines: [],
          basis: 'R24',
        },
      }));

  it('between levels: the superior of both, never one of them', () => {
    expect(directory.disputeDecider(['622901007-zx', '622901-zrzy'])).toEqual({
      unit: '622901',
      rule: 'common-superior',
    });
    expect(directory.disputeDecider(['622901', '622901-zrzy'])).toEqual({ unit: '6229', rule: 'common-superior' });
  });

  it('without a common superior the joint meeting decides: the office of the highest level, or as configured', () => {
    const railway: Unit = {
      id: 'railway',
      name: '铁路局',
      kind: 'department',
      level: 'prefecture',
      petitionOffice: '6229-xfj',
    };
    const organs = ['622901-zrzy', 'railway'];
    const context = rulesWith([railway]);
    expect(context.units.disputeDecider(organs)).toEqual({ unit: '6229-xfj', rule: 'joint-meeting' });
    const configured = rulesWith([railway], {
      jointMeetingOffice: '622901-xfj',
      disputeDecision: { days: 10, source: '某州联席会议规则' },
    });
    given(...objectedPetition)
      .when(referDispute(organs), configured)
      .thenState((state) => {
        expect(state.intake.dispute).toMatchObject({ decider: '622901-xfj', rule: 'joint-meeting' });
        expect(state.deadlines.at(-1)).toMatchObject({ limit: 'dispute', basis: '某州联席会议规则', unit: 'working' });
        expect(tasksOf(state, configured.units).map(({ step, audience }) => [step, audience])).toContainEqual([
          'decide-dispute',
          'petition-officer@622901-xfj',
        ]);
      });
  });

  it('waits on the worklist of the superior’s leaders, who alone may decide', () => {
    const state = stateAfter(referred);
    expect(tasksOf(state, directory).map(({ step, audience }) => [step, audience])).toContainEqual([
      'decide-dispute',
      'leader@622901',
    ]);
    const officer = (unit: string, role: string): Officer => ({ id: 'x', name: '', unit, roles: [role] });
    const may = (who: Officer) => decideAccess(who, 'DecideDispute', { petition: state }, directory).allowed;
    expect([
      may(officer('622901', 'leader')),
      may(officer('622901-zrzy', 'leader')),
      may(officer('622901', 'petition-officer')),
    ]).toEqual([true, false, false]);
  });

  it('blocks the objection’s decision meanwhile', () =>
    given(...referred)
      .when(decideObjection())
      .thenRefused('not-the-step', { basis: 'R24' }));

  it('decided: the named organ has it, with 15 days to tell and no objection', () => {
    const decided = continued(referred, decideDispute('622901-zjj', '2026-03-10'));
    const state = stateAfter(decided);
    expect(state.route).toMatchObject({ competentUnit: '622901-zjj', disposition: 'forward', path: 6 });
    expect(state.intake.dispute).toMatchObject({
      competentUnit: '622901-zjj',
      rule: 'common-superior',
      decider: '622901',
    });
    expect(state.intake.formerRoutes.map(({ ended }) => ended)).toEqual(['decided']);
    expect(waitsOf(state)).toEqual(['intake/organ-answer']);
    expect(state.deadlines.map(({ limit, state: how }) => [limit, how])).toEqual([
      ['forward', 'met'],
      ['notify', 'stopped'],
      ['objection', 'met'],
      ['notify', 'running'],
    ]);
    given(...decided)
      .when(objectToRouting({ by: people.housingHandler, at: noon('2026-03-10') }))
      .thenRefused('already-decided', { basis: 'R24' });
    given(...decided)
      .when(accept({ by: people.housingHandler }))
      .thenTypes('PetitionAccepted');
    given(...decided)
      .when(decideDispute())
      .thenRefused('already-decided', { basis: 'R24' });
    given(...decided)
      .when(referDispute())
      .thenRefused('already-decided', { basis: 'R24' });
  });

  it('keeps the report that the sender of a hand-over wants', () => {
    const handedOver = continued(
      registeredPetition,
      route({ disposition: 'hand-over', reportDue: '2026-05-20' }),
      objectToRouting(),
      referDispute(),
    );
    given(...handedOver)
      .when(decideDispute('622901-zjj', '2026-03-10'))
      .thenState(({ route: now, deadlines }) => {
        expect(now).toMatchObject({ disposition: 'hand-over', reportDue: '2026-05-20' });
        expect(deadlines.filter(({ limit }) => limit === 'hand-over-report').map(({ state }) => state)).toEqual([
          'stopped',
          'running',
        ]);
      });
  });

  it('after the matter was sent back: the triage is bound to the organ that is named', () => {
    const back = continued(objectedPetition, decideObjection(), referDispute());
    given(...back)
      .when(route({ competentUnit: '622901-zjj' }))
      .thenRefused('not-the-step', { basis: 'R24' });
    const decided = continued(back, decideDispute());
    given(...decided)
      .when(route())
      .thenRefused('rule-violated', { pointer: '/competentUnit', basis: 'R24' });
    given(...decided)
      .when(route({ competentUnit: '622901-zjj' }))
      .thenState(({ deadlines }) => expect(deadlines.slice(3).map(({ limit }) => limit)).toEqual(['notify']));
    // An accusation that only now shows is nobody's but the discipline organ's (Art. 30).
    const { path: _, ...accusation } = route({ purpose: 'accusation', competentUnit: '622901-jw' });
    given(...decided)
      .when(accusation as ReturnType<typeof route>)
      .thenTypes('PetitionRouted');
  });

  it('is over when an organ accepts after all', () =>
    given(...continued(objectedPetition, decideObjection({ agreed: false }), referDispute()))
      .when(accept())
      .thenState((state) => {
        expect(state.intake.dispute?.settled).toBe(true);
        expect(tasksOf(state, directory).map(({ step }) => step)).not.toContain('decide-dispute');
      }));

  it('needs a disagreement, two organs, and the one that objected among them', () => {
    given(...routedPetition)
      .when(referDispute())
      .thenRefused('not-the-step', { basis: 'R24' });
    given(...objectedPetition)
      .when(referDispute(['622901-zrzy', '622901-zrzy']))
      .thenRefused('rule-violated', { pointer: '/organs' });
    given(...objectedPetition)
      .when(referDispute(['622901-zjj', '622901-sfj']))
      .thenRefused('rule-violated', { pointer: '/organs' });
  });
});

describe('an abolished unit (Art. 24)', () => {
  const land = directory.get('622901-zrzy') as Unit;
  const merged = rulesWith([{ ...land, abolishedOn: '2026-03-10', successor: '622901-zjj' }]);
  const unclear = rulesWith([{ ...land, abolishedOn: '2026-03-10' }]);
  const move = command('MoveToSuccessor', people.officer, { from: '622901-zrzy', reason: '机构改革' }, '2026-03-12');

  it('gets nothing any more from its last day on; the refusal names the successor', () => {
    given(...registeredPetition)
      .when(route({ at: noon('2026-03-09') }), merged)
      .thenTypes('PetitionRouted');
    given(...registeredPetition)
      .when(route({ at: noon('2026-03-10') }), merged)
      .thenRefused('rule-violated', { pointer: '/competentUnit', basis: 'R24' });
    expect(() => continuedIn(merged, registeredPetition, route({ at: noon('2026-03-10') }))).toThrow('622901-zjj');
  });

  it('is followed through several reforms', () => {
    const chain = rulesWith([
      { ...land, abolishedOn: '2026-01-01', successor: '622901-zjj' },
      { ...(directory.get('622901-zjj') as Unit), abolishedOn: '2026-02-01', successor: '622901-sfj' },
    ]);
    expect(chain.units.successorOf('622901-zrzy', '2026-03-01')).toBe('622901-sfj');
  });

  it('hands a running matter to its successor: nothing is lost and every clock keeps running', () => {
    const before = stateAfter(approvedAssignment);
    given(...approvedAssignment)
      .when(move, merged)
      .thenState((state) => {
        expect(state.route?.competentUnit).toBe('622901-zjj');
        expect(state.assignment).toMatchObject({ leadUnit: '622901-zjj', assistingUnits: ['622901-sfj'] });
        expect(state.deadlines).toEqual(before.deadlines);
        expect(waitsOf(state)).toEqual(['assignment/report-in/622901-zjj', 'assignment/report-in/622901-sfj']);
        expect(state.progress.assignment?.map(({ open, stopped }) => [open, stopped])).toEqual([
          [false, true],
          [true, undefined],
        ]);
        expect(state.intake.formerRoutes.at(-1)).toMatchObject({
          ended: 'moved',
          route: { competentUnit: '622901-zrzy' },
        });
      });
  });

  it('hands over what the departments have still to find out', () =>
    given(...allIn)
      .when(
        { ...move, from: '622901-sfj' },
        rulesWith([{ ...(directory.get('622901-sfj') as Unit), abolishedOn: '2026-03-10', successor: '622901-xfj' }]),
      )
      .thenWaitsFor('closure/outcome/622901-zjj', 'closure/outcome/622901-xfj'));

  it('hands over a review under way', () =>
    given(...reviewRequested)
      .when(
        { ...move, from: '622901' },
        rulesWith([{ ...(directory.get('622901') as Unit), abolishedOn: '2026-03-10', successor: '6229' }]),
      )
      .thenState(({ reviews }) => expect(reviews.at(-1)?.unit).toBe('6229')));

  it('with an unclear successor: the own-level government designates one', () => {
    given(...routedPetition)
      .when(move, unclear)
      .thenTypes('DesignationRequested');
    const asked = continuedIn(unclear, routedPetition, move);
    const state = stateAfter(asked);
    expect(tasksOf(state, unclear.units).map(({ step, audience }) => [step, audience])).toContainEqual([
      'designate-successor',
      'leader@622901',
    ]);
    given(...asked)
      .when(
        command('DesignateSuccessor', people.leader, { successor: '622901-zjj', reason: '指定' }, '2026-03-13'),
        unclear,
      )
      .thenState((moved) => {
        expect(moved.route?.competentUnit).toBe('622901-zjj');
        expect(moved.intake.designation).toBeUndefined();
        expect(waitsOf(moved)).toEqual(['intake/organ-answer']);
      });
    given(...asked)
      .when(move, unclear)
      .thenRefused('already-decided', { basis: 'R24' });
  });

  it('moves nothing of a unit that still exists, or that has nothing to do with it', () => {
    given(...routedPetition)
      .when(move)
      .thenRefused('rule-violated', { pointer: '/from', basis: 'R24' });
    given(...routedPetition)
      .when({ ...move, from: '622901-sfj' }, merged)
      .thenRefused('rule-violated', { pointer: '/from' });
    expect(officers.handler.unit).toBe('622901-zrzy');
  });
});
