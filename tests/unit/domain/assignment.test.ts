import { describe, expect, it } from 'vitest';
import {
  acceptedPetition,
  acknowledge,
  allIn,
  approve,
  approvedAssignment,
  continued,
  everybodyReportsIn,
  noon,
  officers,
  propose,
  proposedAssignment,
  recordOutcome,
  recuse,
  reportIn,
  returnAssignment,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';

const legs = (...units: string[]) => units.map((unit) => `assignment/report-in/${unit}`);

describe('proposing an assignment', () => {
  it('names lead, assisting units and who proposed', () =>
    given(...acceptedPetition)
      .when(propose())
      .thenEvents({
        type: 'AssignmentProposed',
        data: {
          leadUnit: '622901-zrzy',
          assistingUnits: ['622901-zjj', '622901-sfj'],
          reason: '涉及测量与合同',
          by: 'handler',
        },
      }));

  it('waits for a leader', () =>
    given(...acceptedPetition)
      .when(propose())
      .thenWaitsFor('assignment/approve'));

  it('refuses unknown units and points at them', () => {
    given(...acceptedPetition)
      .when(propose({ leadUnit: 'x' }))
      .thenRefused('unknown-unit', { pointer: '/leadUnit' });
    given(...acceptedPetition)
      .when(propose({ assistingUnits: ['622901-zjj', 'x'] }))
      .thenRefused('unknown-unit', { pointer: '/assistingUnits/1' });
  });

  it.each([[['622901-zrzy']], [['622901-zjj', '622901-zjj']]])('refuses a unit named twice: %s', (assistingUnits) =>
    given(...acceptedPetition)
      .when(propose({ assistingUnits }))
      .thenRefused('rule-violated', { pointer: '/assistingUnits' }),
  );
});

describe('deciding on a proposed assignment', () => {
  it('is not for the person who proposed it', () => {
    given(...proposedAssignment)
      .when(approve({ by: officers.handler }))
      .thenRefused('own-proposal');
    given(...proposedAssignment)
      .when(returnAssignment({ by: officers.handler }))
      .thenRefused('own-proposal');
  });

  it('approved: every unit has a leg', () =>
    given(...proposedAssignment)
      .when(approve({ note: '按期办结' }))
      .thenWaitsFor(...legs('622901-zrzy', '622901-zjj', '622901-sfj')));

  it('returned: the round ends and another proposal is waited for', () => {
    given(...proposedAssignment)
      .when(returnAssignment())
      .thenWaitsFor('assignment/propose');
    const returned = continued(proposedAssignment, returnAssignment());
    given(...returned)
      .when(propose({ assistingUnits: [], by: { ...officers.handler, id: 'colleague' } }))
      .thenState(({ assignment, progress }) => {
        expect(assignment).toEqual({ leadUnit: '622901-zrzy', assistingUnits: [], proposedBy: 'colleague' });
        expect(progress.assignment?.map(({ open }) => open)).toEqual([false, true]);
      });
  });

  it('happens once', () =>
    given(...approvedAssignment)
      .when(approve())
      .thenRefused('already-decided'));
});

describe('a leg', () => {
  it('is acknowledged before the unit reports in', () => {
    given(...approvedAssignment)
      .when(reportIn())
      .thenRefused('not-the-step');
    given(...continued(approvedAssignment, acknowledge()))
      .when(reportIn())
      .thenTypes('LegReportedIn');
  });

  it('is acknowledged and reported once', () => {
    const acknowledged = continued(approvedAssignment, acknowledge());
    given(...acknowledged)
      .when(acknowledge())
      .thenRefused('already-decided');
    given(...continued(acknowledged, reportIn()))
      .when(reportIn())
      .thenRefused('already-decided');
  });

  it('is given to nobody who is recused', () =>
    given(...continued(approvedAssignment, acknowledge(), recuse({ officer: 'handler' })))
      .when(reportIn())
      .thenRefused('recused', { pointer: '/officer', basis: 'R28' }));

  it('belongs to the units that were approved', () =>
    given(...approvedAssignment)
      .when(acknowledge({ unit: '622901-jw' }))
      .thenRefused('not-the-step'));

  it('keeps when it was acknowledged and when the officer was on the spot', () =>
    given(...continued(approvedAssignment, acknowledge()))
      .when(reportIn({ at: noon('2026-03-04') }))
      .thenEvents({
        type: 'LegReportedIn',
        data: { unit: '622901-zrzy', officer: 'handler', at: '2026-03-04T04:00:00.000Z' },
      }));
});

describe('the closure', () => {
  it('does not open while one unit is missing', () =>
    given(...continued(approvedAssignment, ...everybodyReportsIn('622901-zrzy'), acknowledge({ unit: '622901-sfj' })))
      .when(reportIn({ unit: '622901-sfj' }))
      .thenWaitsFor(...legs('622901-zjj')));

  it('opens when everybody has reported in, in any order', () =>
    given(
      ...continued(
        approvedAssignment,
        ...everybodyReportsIn('622901-sfj', '622901-zrzy'),
        acknowledge({ unit: '622901-zjj' }),
      ),
    )
      .when(reportIn({ unit: '622901-zjj' }))
      .thenWaitsFor('closure/outcome/622901-zjj', 'closure/outcome/622901-sfj'));

  it('begins with the draft when nobody assists', () => {
    const alone = continued(acceptedPetition, propose({ assistingUnits: [] }), approve(), acknowledge());
    given(...alone)
      .when(reportIn())
      .thenWaitsFor('closure/draft');
  });

  it('comes to the draft when every assisting unit has recorded its outcome', () => {
    const one = continued(allIn, recordOutcome());
    given(...one)
      .when(recordOutcome())
      .thenRefused('already-decided');
    given(...one)
      .when(recordOutcome({ unit: '622901-sfj' }))
      .thenWaitsFor('closure/draft');
  });
});
