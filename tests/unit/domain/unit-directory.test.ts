import { describe, expect, it } from 'vitest';
import { UnitDirectory } from '../../../domain/organisation/unit.ts';
import rows from '../../../local/data/units.json' with { type: 'json' };
import { directory } from '../../support/builders.ts';

const seeded = new UnitDirectory(rows as ConstructorParameters<typeof UnitDirectory>[0]);

describe('who receives and who triages (Art. 22, 23)', () => {
  it.each([
    ['622901-xfj', true, '622901-xfj'],
    ['622901007-zx', true, '622901007-zx'],
    ['622901-zrzy', false, '622901-zrzy'],
    ['622901', false, '622901'],
  ])('%s: a petition office %s, triaged by %s', (id, office, triage) => {
    expect(directory.isPetitionOffice(id)).toBe(office);
    expect(directory.triageOf(id)).toBe(triage);
  });
});

describe('at whose desk a unit receives', () => {
  it.each([
    ['622901007', '622901007-zzzx', 'a government at its petition office (Art. 14)'],
    ['622901', '622901-xfj', 'a government at its petition office (Art. 14)'],
    ['622901-xfj', '622901-xfj', 'an office at its own'],
    ['622901-zrzy', '622901-zrzy', 'a department at its own (Art. 15)'],
    ['622927104-syc', '622927104-syc', 'a village at its own'],
    ['nowhere', 'nowhere', 'what is not there nowhere else'],
  ])('%s at %s: %s', (id, desk) => expect(seeded.deskOf(id)).toBe(desk));
});

describe('who stands below whom', () => {
  it.each([
    ['622901-zrzy', '622901', true, 'a department below its government'],
    ['622901-zrzy', '622901-xfj', true, 'a department below the office of its government'],
    ['622901007', '6229-xfj', true, 'a township below the prefecture’s office'],
    ['622901', '622901-xfj', false, 'a government not below its own office'],
    ['622901-zrzy', '622901-zrzy', false, 'nobody below himself'],
    ['622901-zjj', '622901-zrzy', false, 'departments side by side'],
    ['622901', '622901-zrzy', false, 'never upside down'],
  ])('%s, %s: %s – %s', (id, superior, expected) => expect(directory.isSubordinate(id, superior)).toBe(expected));

  it('follows one system from department to department (本系统)', () => {
    expect(seeded.isSubordinate('622901-zrzy', '622900-zrzy')).toBe(true);
    expect(seeded.isSubordinate('622901-sfj', '622900-zrzy')).toBe(false);
  });

  it.each([
    ['622901007', '6229-xfj', 2],
    ['622901-zrzy', '6229-xfj', 1],
    ['6229', '6229-xfj', 0],
    ['6229', '622901-xfj', -1],
    ['nowhere', '6229', undefined],
  ])('counts levels: %s stands below %s by %s', (id, other, levels) =>
    expect(directory.levelsBelow(id, other)).toBe(levels),
  );
});

describe('superiors, successors, governments (Art. 24)', () => {
  it('names superiors from the nearest up', () =>
    expect(directory.superiorsOf('622901007-zx')).toEqual(['622901007', '622901', '6229']));

  it('finds the government of the unit’s own level', () => {
    expect(directory.ownGovernmentOf('622901-zrzy')).toBe('622901');
    expect(directory.ownGovernmentOf('622901007')).toBe('622901007');
  });

  it('runs round in no circle of successors', () => {
    const circle = new UnitDirectory([
      { id: 'a', name: 'a', kind: 'department', level: 'county', abolishedOn: '2026-01-01', successor: 'b' },
      { id: 'b', name: 'b', kind: 'department', level: 'county', abolishedOn: '2026-01-01', successor: 'a' },
    ]);
    expect(circle.successorOf('a', '2026-03-01')).toBeUndefined();
    expect(circle.isAbolished('a', '2025-12-31')).toBe(false);
    expect(circle.isAbolished('a', '2026-01-01')).toBe(true);
  });

  it('three organs need a superior of all of them', () =>
    expect(directory.disputeDecider(['622901-zrzy', '622901-zjj', '622901007'])).toEqual({
      unit: '622901',
      rule: 'common-superior',
    }));
});

describe('town and country (一体两翼)', () => {
  it.each([
    ['622901007', 'urban', 'a street'],
    ['622901007-tjwyh', 'urban', 'what stands below it'],
    ['622927104-syc', 'rural', 'a village of a town'],
    ['622901-zrzy', undefined, 'a department of the county'],
    ['nobody', undefined, 'nobody'],
  ])('%s: %s – %s', (id, branch, _) => expect(seeded.branchOf(id)).toBe(branch));

  it('the nearest unit that names one goes before those above it', () => {
    const units = new UnitDirectory([
      { id: 'c', name: '县', kind: 'government', level: 'county', branch: 'rural' },
      { id: 's', name: '街道', kind: 'government', level: 'township', parent: 'c', branch: 'urban' },
      { id: 'v', name: '社区', kind: 'village-committee', level: 'village', parent: 's' },
    ]);
    expect(['c', 's', 'v'].map((id) => units.branchOf(id))).toEqual(['rural', 'urban', 'urban']);
  });
});
