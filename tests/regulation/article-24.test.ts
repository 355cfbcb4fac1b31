import { describe, expect, it } from 'vitest';
import type { Unit } from '../../domain/organisation/unit.ts';
import { isSettled } from '../../domain/petition/splitting.ts';
import {
  accept,
  content,
  decideObjection,
  noon,
  objectToRouting,
  on,
  route,
  stateAfter,
  units,
} from '../support/builders.ts';
import { given } from '../support/given.ts';
import { split } from '../support/incidents.ts';
import { command, decideDispute, people, referDispute, rulesWith } from '../support/intake.ts';
import { cite } from './articles.ts';
import { acceptedOn, law, lawWith, limitOf, onFrom, receivedOn } from './cases.ts';

const contested = onFrom(
  receivedOn('2026-03-02'),
  ...on('2026-03-02', route(), objectToRouting(), decideObjection({ agreed: false })),
);
const referred = onFrom(contested, referDispute());
const abolished = (successor?: string): Unit => ({
  ...(units.find(({ id }) => id === '622901-zrzy') as Unit),
  abolishedOn: '2026-03-20',
  ...(successor === undefined ? {} : { successor }),
});
const move = (day: string) =>
  command('MoveToSuccessor', people.officer, { from: '622901-zrzy', reason: '机构改革' }, day);

describe(cite(24), () => {
  it('lets organs negotiate first: without an objection there is no dispute', () =>
    given(...onFrom(receivedOn('2026-03-02'), ...on('2026-03-02', route())))
      .when(referDispute(), law)
      .thenRefused('not-the-step', { basis: 'R24' }));

  it('brings a dispute of two bureaus before the government above both', () =>
    given(...contested)
      .when(referDispute(), law)
      .thenState((state) =>
        expect(state.intake.dispute).toMatchObject({ decider: '622901', rule: 'common-superior' }),
      ));

  it('brings it before the joint meeting where no organ stands above both', () => {
    const elsewhere: Unit = { id: '629999-zjj', name: '外地住建局', kind: 'department', level: 'county' };
    given(...contested)
      .when(referDispute(['622901-zrzy', elsewhere.id]), rulesWith([elsewhere], { jointMeetingOffice: '6229-xfj' }))
      .thenState((state) => expect(state.intake.dispute).toMatchObject({ decider: '6229-xfj', rule: 'joint-meeting' }));
  });

  it('is between two organs or more, the one that objected among them', () => {
    given(...contested)
      .when(referDispute(['622901-zrzy']), law)
      .thenRefused('rule-violated', { pointer: '/organs', basis: 'R24' });
    given(...contested)
      .when(referDispute(['622901-zjj', '622901-sfj']), law)
      .thenRefused('rule-violated', { pointer: '/organs', basis: 'R24' });
  });

  it('has no limit by law, and the one that a place names with its source', () => {
    given(...contested)
      .when(referDispute(), law)
      .thenState((state) => expect(state.deadlines.some(({ limit }) => limit === 'dispute')).toBe(false));
    given(...contested)
      .when(referDispute(), lawWith({ disputeDecision: { days: 3, source: '某省规定' } }))
      .thenState((state) =>
        expect(state.deadlines.at(-1)).toMatchObject({ limit: 'dispute', due: '2026-03-05', basis: '某省规定' }),
      );
  });

  it('binds the organ that the decision names: it objects no more, and tells the petitioner within 15 days', () => {
    const decided = onFrom(referred, decideDispute('622901-zjj', '2026-03-09'));
    expect(limitOf(decided, 'notify')).toMatchObject({ from: '2026-03-09', due: '2026-03-24' });
    given(...decided)
      .when(objectToRouting({ by: people.housingHandler, at: noon('2026-03-10') }), law)
      .thenRefused('already-decided', { basis: 'R24' });
  });

  it('moves the matter to the organ that goes on with the functions; every clock runs on', () => {
    const accepted = acceptedOn('2026-03-02');
    given(...accepted)
      .when(move('2026-03-20'), rulesWith([abolished('622901-zjj')]))
      .thenState((state) => {
        expect(state.route?.competentUnit).toBe('622901-zjj');
        expect(state.deadlines).toEqual(stateAfter(accepted).deadlines);
      });
  });

  it('moves nothing before the organ is no more', () =>
    given(...acceptedOn('2026-03-02'))
      .when(move('2026-03-19'), rulesWith([abolished('622901-zjj')]))
      .thenRefused('rule-violated', { pointer: '/from', basis: 'R24' }));

  it('asks the government of the same level to designate one when the successor is unclear', () => {
    given(...acceptedOn('2026-03-02'))
      .when(move('2026-03-20'), rulesWith([abolished()]))
      .thenEvents({
        type: 'DesignationRequested',
        data: { from: '622901-zrzy', government: '622901', reason: '机构改革', by: 'officer', basis: 'R24' },
      });
  });

  it('sends nothing to an organ that is no more', () =>
    given(...receivedOn('2026-03-20'))
      .when(route({ at: noon('2026-03-20') }), rulesWith([abolished('622901-zjj')]))
      .thenRefused('rule-violated', { pointer: '/competentUnit', basis: 'R24' }));

  it('splits requests for several organs into parts, each with the clock of the original receipt', () => {
    const received = receivedOn('2026-03-02', { content: { ...content, requests: ['补发补偿款', '公开标准'] } });
    given(...received)
      .when(split(), law)
      .thenState((state) => {
        expect(state.incidents.children).toEqual([{ number: 'PART-1' }]);
        expect(isSettled(state)).toBe(false);
      });
    given(...onFrom(received, ...on('2026-03-02', route(), accept())))
      .when(split(), law)
      .thenRefused('already-decided');
  });
});
