import { describe, expect, it } from 'vitest';
import {
  accept,
  approve,
  approveOpinion,
  continued,
  decideObjection,
  draftOpinion,
  everybodyReportsIn,
  firstDay,
  objectToRouting,
  on,
  opinion,
  propose,
  registeredPetition,
  requestClosing,
  route,
  servedOpinion,
  serveOpinion,
  submitReport,
  windowOver,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';
import { command, people, serveAcceptance } from '../../support/intake.ts';

const handOver = route({ disposition: 'hand-over', reportDue: '2026-05-20' });
const handedOver = continued(registeredPetition, handOver);
const answered = continued(
  handedOver,
  accept(),
  serveAcceptance(),
  propose({ assistingUnits: [] }),
  approve(),
  ...everybodyReportsIn('622901-zrzy'),
  draftOpinion({ content: opinion }),
  approveOpinion(),
  serveOpinion(),
);

describe('hand-over 交办 (Art. 22(3))', () => {
  it('sets the day of the report', () =>
    given(...registeredPetition)
      .when(handOver)
      .thenState(({ deadlines, route: now }) => {
        expect(now?.reportDue).toBe('2026-05-20');
        expect(deadlines.at(-1)).toMatchObject({
          limit: 'hand-over-report',
          basis: 'R22(3)',
          due: '2026-05-20',
          kind: 'duty',
        });
      }));

  it.each([
    ['without a day', route({ disposition: 'hand-over' })],
    ['due today', route({ disposition: 'hand-over', reportDue: firstDay })],
    ['due in the past', route({ disposition: 'hand-over', reportDue: '2026-02-27' })],
    ['with a day, but only forwarded', route({ disposition: 'forward', reportDue: '2026-05-20' })],
  ])('is refused %s', (_, routed) =>
    given(...registeredPetition)
      .when(routed)
      .thenRefused('rule-violated', { pointer: '/reportDue', basis: 'R22(3)' }),
  );

  it('is closed with its report only, which meets the limit', () => {
    given(...answered)
      .when(requestClosing({ at: on(windowOver, requestClosing())[0]?.at ?? '' }))
      .thenRefused('rule-violated', { pointer: '/report', basis: 'R22(3)' });
    given(...answered)
      .when({ ...requestClosing({ report: '办结报告' }), at: `${windowOver}T04:00:00.000Z` })
      .thenState(({ deadlines }) =>
        expect(deadlines.find(({ limit }) => limit === 'hand-over-report')).toMatchObject({ state: 'met', done: true }),
      );
  });

  it('is reported on as soon as the result is served, long before it can be closed', () => {
    const report = submitReport({ at: `${firstDay}T04:00:00.000Z` });
    given(...answered)
      .when(report)
      .thenState(({ deadlines }) =>
        expect(deadlines.find(({ limit }) => limit === 'hand-over-report')).toMatchObject({ state: 'met', done: true }),
      );
    const reported = continued(answered, report);
    given(...reported)
      .when(report)
      .thenRefused('already-decided');
    given(...reported)
      .when({ ...requestClosing(), at: `${windowOver}T04:00:00.000Z` })
      .thenTypes('ClosingRequested');
    given(...continued(handedOver, accept()))
      .when(report)
      .thenRefused('not-the-step', { basis: 'R22(3)' });
    given(...servedOpinion)
      .when(report)
      .thenRefused('rule-violated', { basis: 'R22(3)' });
  });

  it('overdue opens supervision of the organ', () =>
    given(...answered)
      .when(command('SweepClocks', people.officer, {}, '2026-05-21'))
      .thenState(({ supervisions }) =>
        expect(supervisions).toMatchObject([{ ground: 'late', against: '622901-zrzy' }]),
      ));

  it('is in time on its last day', () =>
    given(...answered)
      .when(command('SweepClocks', people.officer, {}, '2026-05-20'))
      .thenState(({ supervisions }) => expect(supervisions).toEqual([])));

  it('loses its object when the matter is taken back', () =>
    given(...continued(handedOver, objectToRouting()))
      .when(decideObjection())
      .thenState(({ deadlines }) =>
        expect(deadlines.find(({ limit }) => limit === 'hand-over-report')?.state).toBe('stopped'),
      ));
});
