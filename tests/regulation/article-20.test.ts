import { describe, expect, it } from 'vitest';
import {
  checkIn,
  content,
  officers,
  preRegister,
  publish,
  recordVisit,
  register,
  sessionAfter,
} from '../support/builders.ts';
import { given, givenSession } from '../support/given.ts';
import { changeRepresentatives } from '../support/incidents.ts';
import { people, proposeRefusal, redirect } from '../support/intake.ts';
import { cite } from './articles.ts';
import { law, receivedOn } from './cases.ts';

const persons = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `代表${String(index + 1)}` }));
const joint = (representatives: number, headcount = 30) =>
  register({
    content: { ...content, petitioner: { form: 'joint', representatives: persons(representatives), headcount } },
  });
const visitAt = (unit: string, channel: 'visit' | 'letter' = 'visit') =>
  receivedOn('2026-03-02', { by: { ...officers.officer, unit }, content: { ...content, channel } });
const tooHigh = (competentUnit: string, by: typeof officers.officer) =>
  proposeRefusal({ ground: 'visit-too-high', competentUnit, properPath: '到有权处理的机关提出' }, by);

describe(cite(20), () => {
  it('takes five representatives', () => given().when(joint(5), law).thenTypes('PetitionRegistered'));

  it('does not take a sixth representative, and names that one', () =>
    given()
      .when(joint(6), law)
      .thenRefused('too-many-representatives', { pointer: '/petitioner/representatives/5', basis: 'R20' }));

  it('keeps everybody else in the headcount, which covers the representatives', () => {
    given().when(joint(5, 5), law).thenTypes('PetitionRegistered');
    given().when(joint(5, 4), law).thenRefused('rule-violated', { pointer: '/petitioner/headcount' });
  });

  it('registers a group that has elected nobody yet', () => given().when(joint(0), law).thenWaitsFor('intake/triage'));

  it('takes no sixth representative later either', () => {
    const group = receivedOn('2026-03-02', { content: joint(3).content });
    given(...group)
      .when(changeRepresentatives({ representatives: persons(5) }), law)
      .thenTypes('RepresentativesChanged');
    given(...group)
      .when(changeRepresentatives({ representatives: persons(6) }), law)
      .thenRefused('too-many-representatives', { pointer: '/representatives/5', basis: 'R20' });
  });

  it('holds on a leader’s reception day too', () => {
    const arrived = sessionAfter(publish(), preRegister({ persons: 9 }), checkIn());
    const names = (count: number) => persons(count).map(({ name }) => name);
    givenSession(...arrived)
      .when(recordVisit({ representatives: names(5) }))
      .thenTypes('VisitRecorded');
    givenSession(...arrived)
      .when(recordVisit({ representatives: names(6) }))
      .thenRefused('too-many-representatives', { pointer: '/representatives/5', basis: 'R20' });
  });

  it('receives a visit at the competent organ’s level and at the next higher one', () => {
    const { countyOfficer, prefectureOfficer } = people;
    given(...visitAt('622901-xfj'))
      .when(tooHigh('622901-zrzy', countyOfficer), law)
      .thenRefused('rule-violated', { pointer: '/competentUnit', basis: 'R20' });
    given(...visitAt('6229-xfj'))
      .when(tooHigh('622901-zrzy', prefectureOfficer), law)
      .thenRefused('rule-violated', { pointer: '/competentUnit', basis: 'R20' });
  });

  it('need not accept a visit that skips beyond the next higher level; it stays registered', () => {
    given(...visitAt('6229-xfj'))
      .when(tooHigh('622901007', people.prefectureOfficer), law)
      .thenState((state) => expect(state.registration?.channel).toBe('visit'));
  });

  it('binds visits to a level, not letters', () =>
    given(...visitAt('6229-xfj', 'letter'))
      .when(tooHigh('622901007', people.prefectureOfficer), law)
      .thenRefused('rule-violated', { basis: 'R20' }));

  it('guides visitors with litigation matters to the organ of justice, and forwards their letters', () => {
    const guide = redirect({ litigation: true }, people.countyOfficer);
    given(...visitAt('622901-xfj'))
      .when(guide, law)
      .thenTypes('PetitionRedirected');
    given(...visitAt('622901-xfj', 'letter'))
      .when(guide, law)
      .thenRefused('rule-violated', { basis: 'R22' });
  });
});
