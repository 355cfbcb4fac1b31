import { describe, expect, it } from 'vitest';
import { type Unit, UnitDirectory } from '../../domain/organisation/unit.ts';
import { noon, on, requestClosing, route, stateAfter, units } from '../support/builders.ts';
import { given } from '../support/given.ts';
import { cite } from './articles.ts';
import { acceptedOn, dueOf, law, limitOf, onFrom, opinionServedOn, receivedOn, sweep } from './cases.ts';

const handOver = (reportDue: string, day: string) => route({ disposition: 'hand-over', reportDue, at: noon(day) });
const { path: _none, ...accusation } = route({ purpose: 'accusation', competentUnit: '622901-jw' });
const { path: _no, ...misdirected } = route({ purpose: 'accusation' });

describe(cite(22), () => {
  it('gives the petition office 15 days from receipt, not from registration', () => {
    // The letter came on Monday; it was registered on Friday.
    const registered = receivedOn('2026-03-06', { receivedOn: '2026-03-02' });
    expect(dueOf(registered, 'forward')).toBe('2026-03-17');
  });

  it('ends the 15 days on the first day after National Day when the last one falls on it', () => {
    expect(dueOf(receivedOn('2026-09-16'), 'forward')).toBe('2026-10-08');
  });

  it('ends them on a Saturday that is worked instead of a holiday', () => {
    // Friday, 25 September 2026 is Mid-Autumn; Saturday, 10 October is worked.
    expect(dueOf(receivedOn('2026-09-25'), 'forward')).toBe('2026-10-10');
  });

  it('is in time on the last day, and late on the day after', () => {
    const received = receivedOn('2026-03-02');
    expect(limitOf(onFrom(received, sweep('2026-03-17'), ...on('2026-03-17', route())), 'forward')).toMatchObject({
      state: 'met',
    });
    expect(limitOf(onFrom(received, sweep('2026-03-18'), ...on('2026-03-18', route())), 'forward')).toMatchObject({
      state: 'missed',
      done: true,
    });
  });

  it('supervises the petition office that let the 15 days pass', () => {
    given(...receivedOn('2026-03-02'))
      .when(sweep('2026-03-18'), law)
      .thenTypes('DeadlineMissed', 'SupervisionOpened');
  });

  it('names a day for the report when it hands over, and only then', () => {
    const received = receivedOn('2026-03-02');
    given(...received)
      .when(handOver('2026-04-30', '2026-03-02'), law)
      .thenState((state) =>
        expect(state.deadlines.at(-1)).toMatchObject({ limit: 'hand-over-report', due: '2026-04-30', basis: 'R22(3)' }),
      );
    given(...received)
      .when(route({ disposition: 'hand-over' }), law)
      .thenRefused('rule-violated', { pointer: '/reportDue', basis: 'R22(3)' });
    given(...received)
      .when(route({ disposition: 'forward', reportDue: '2026-04-30' }), law)
      .thenRefused('rule-violated', { pointer: '/reportDue' });
  });

  it('names no day that has passed or is today', () => {
    const received = receivedOn('2026-03-02');
    given(...received)
      .when(handOver('2026-03-03', '2026-03-02'), law)
      .thenTypes('PetitionRouted');
    given(...received)
      .when(handOver('2026-03-02', '2026-03-02'), law)
      .thenRefused('rule-violated', { pointer: '/reportDue', basis: 'R22(3)' });
  });

  it('keeps the day that the sender chose, also on a holiday', () => {
    given(...receivedOn('2026-03-02'))
      .when(handOver('2026-05-01', '2026-03-02'), law)
      .thenState((state) => expect(state.deadlines.at(-1)?.due).toBe('2026-05-01'));
  });

  it('closes a matter that was handed over with the report only', () => {
    const answered = opinionServedOn('2026-03-02', '2026-03-16').map((event) =>
      event.type === 'PetitionRouted'
        ? {
            ...event,
            data: {
              ...event.data,
              route: { ...event.data.route, disposition: 'hand-over' as const, reportDue: '2026-06-30' },
            },
          }
        : event,
    );
    const at = noon('2026-04-20');
    given(...answered)
      .when(requestClosing({ at }), law)
      .thenRefused('rule-violated', { pointer: '/report', basis: 'R22(3)' });
    given(...answered)
      .when(requestClosing({ at, report: '已办结' }), law)
      .thenTypes('ClosingRequested');
  });

  it('sends accusations to the discipline organ and nowhere else', () => {
    given(...receivedOn('2026-03-02'))
      .when(accusation as never, law)
      .thenTypes('PetitionRouted');
    given(...receivedOn('2026-03-02'))
      .when(misdirected as never, law)
      .thenRefused('rule-violated', { pointer: '/competentUnit', basis: 'R30' });
  });

  it('forwards letters on litigation to the political-legal organ of the same level, whose notices have rules of their own', () => {
    const organ: Unit = {
      id: '622901-zfw',
      name: '政法委',
      kind: 'political-legal',
      level: 'county',
      parent: '622901',
    };
    given(...receivedOn('2026-03-02'))
      .when(route({ path: 1, competentUnit: organ.id }), { ...law, units: new UnitDirectory([...units, organ]) })
      .thenState((state) => expect(state.deadlines.map(({ limit }) => limit)).toEqual(['forward', 'objection']));
  });

  it('leaves nothing more to do for the 15 days once the matter is on its way', () => {
    expect(stateAfter(acceptedOn('2026-03-02')).deadlines[0]).toMatchObject({ limit: 'forward', state: 'met' });
  });
});
