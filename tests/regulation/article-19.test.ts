import { describe, expect, it } from 'vitest';
import { linkedMatter } from '../../domain/petition/refusal-grounds.ts';
import {
  amend,
  content,
  link,
  noon,
  number,
  officers,
  on,
  register,
  routedPetition,
  stateAfter,
} from '../support/builders.ts';
import { given } from '../support/given.ts';
import { command, people, proposeRefusal } from '../support/intake.ts';
import { cite } from './articles.ts';
import { acceptedOn, law, onFrom, opinionServedOn, receivedOn, sweep } from './cases.ts';

/** Accepted by the county’s land bureau on 2 March 2026: its 60 days end on Friday, 1 May, a holiday until the 5th. */
const below = acceptedOn('2026-03-02');
const { countyOfficer, prefectureOfficer } = people;
const brought = (by: typeof officers.officer, day: string) =>
  onFrom([], ...on(day, register({ by, number: 'ABOVE' }), link({ earlier: number })));
const inProcess = (by: typeof officers.officer, day: string, history = below) =>
  proposeRefusal(
    { ground: 'in-process', earlier: number, linked: linkedMatter(stateAfter(history), noon(day)) },
    by,
    day,
  );
const above = brought(prefectureOfficer, '2026-03-20');

describe(cite(19), () => {
  it('records what was told orally, as such, with requests and facts', () => {
    expect(stateAfter(receivedOn('2026-03-02', { content: { ...content, oral: true } })).registration).toMatchObject({
      oral: true,
      requests: content.requests,
      facts: content.facts,
    });
  });

  it('keeps what was corrected in the record, and corrects nothing once the matter is on its way', () => {
    given(...receivedOn('2026-03-02'))
      .when(amend(), law)
      .thenEvents({ type: 'RegistrationAmended', data: { changes: { place: '某村' }, reason: '补充地点' } });
    given(...routedPetition)
      .when(amend(), law)
      .thenRefused('not-the-step');
  });

  it('does not accept above what is in process below within its limit', () => {
    given(...above)
      .when(inProcess(prefectureOfficer, '2026-03-20'), law)
      .thenTypes('RefusalProposed');
  });

  it('accepts it above from the day after the limit below has passed', () => {
    given(...brought(prefectureOfficer, '2026-05-06'))
      .when(inProcess(prefectureOfficer, '2026-05-06'), law)
      .thenTypes('RefusalProposed');
    given(...brought(prefectureOfficer, '2026-05-07'))
      .when(inProcess(prefectureOfficer, '2026-05-07'), law)
      .thenRefused('rule-violated', { basis: 'R19' });
  });

  it('accepts it above once the limit below was missed', () => {
    given(...above)
      .when(inProcess(prefectureOfficer, '2026-03-20', onFrom(below, sweep('2026-05-07'))), law)
      .thenRefused('rule-violated', { basis: 'R19' });
  });

  it('accepts it above once the opinion below has been served', () => {
    given(...brought(prefectureOfficer, '2026-03-20'))
      .when(inProcess(prefectureOfficer, '2026-03-20', opinionServedOn('2026-03-02', '2026-03-16')), law)
      .thenRefused('rule-violated', { basis: 'R19' });
  });

  it('leaves the ground to organs above the one that handles the matter', () => {
    const beside = { ...officers.officer, unit: '622901007-zx' };
    given(...brought(beside, '2026-03-20'))
      .when(inProcess(beside, '2026-03-20'), law)
      .thenRefused('rule-violated', { basis: 'R19' });
    given(...brought(countyOfficer, '2026-03-20'))
      .when(inProcess(countyOfficer, '2026-03-20'), law)
      .thenTypes('RefusalProposed');
  });

  it('needs a person who has confirmed that it is the same matter', () => {
    given(...onFrom([], ...on('2026-03-20', register({ by: prefectureOfficer, number: 'ABOVE' }))))
      .when(inProcess(prefectureOfficer, '2026-03-20'), law)
      .thenRefused('rule-violated', { pointer: '/earlier', basis: 'R19' });
  });

  it('forwards it when new facts or reasons are claimed', () => {
    const claimed = onFrom(
      above,
      command('ClaimNewFacts', { ...people.receptionist, unit: '6229-xfj' }, { claim: '新的测量报告' }, '2026-03-20'),
    );
    given(...claimed)
      .when(inProcess(prefectureOfficer, '2026-03-20'), law)
      .thenRefused('rule-violated', { basis: 'R19' });
  });
});
