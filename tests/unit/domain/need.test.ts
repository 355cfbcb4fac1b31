import { describe, expect, it } from 'vitest';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import { needStream } from '../../../domain/grid/need.ts';
import type { NeedCommand } from '../../../domain/grid/need-state.ts';
import { needDomains } from '../../../domain/grid/need-state.ts';
import { needStatus } from '../../../domain/grid/need-views.ts';
import { fallsOn } from '../../../domain/grid/services.ts';
import type { Petitioner } from '../../../domain/petition/state.ts';
import { calendar, rules } from '../../support/builders.ts';
import {
  appointWorker,
  boundary,
  decideServices,
  define,
  foldGrid,
  foldNeed,
  givenNeed,
  gridAfter,
  gridCommand,
  meals,
  needAfter,
  needCommand,
  people,
  plan,
  recordServices,
  reportDay,
  reportNeed,
  sweepOn,
  village,
} from '../../support/grid.ts';

const reported = needAfter(reportNeed());
const served = needAfter(reportNeed(), decideServices());
const resolve = (changes: object = {}, day = reportDay) =>
  needCommand('ResolveLocally', day, { how: '网格员送餐上门', resolvedOn: day, ...changes });
const explain = (day: string, on = '2026-03-20') =>
  needCommand('ExplainMissed', on, { day, account: '大雪封路，次日补送' }, people.village);
const end = (lastDay: string, on: string, services: readonly number[] = [1]) =>
  needCommand('EndServices', on, { services, lastDay, reason: '搬离本村' }, people.village);
const named: Petitioner = { form: 'individual', person: { name: '王某' } };
const promote = (changes: object = {}) =>
  needCommand('PromoteNeed', reportDay, {
    petition: 'P1',
    petitioner: named,
    consent: { givenOn: reportDay, how: '当面同意' },
    ...changes,
  } as never);

describe('a need that becomes a petition', () => {
  it('keeps the name where names belong: not in how he agreed', () => {
    givenNeed(...reported)
      .when(promote({ consent: { givenOn: reportDay, how: '王某当面同意' } }))
      .thenRefused('rule-violated', { pointer: '/consent/how', basis: 'P6' });
  });
});

describe('a need that a grid worker reports', () => {
  it('keeps the grid as it is drawn that day', () => {
    givenNeed()
      .when(reportNeed())
      .thenEvents({
        type: 'NeedReported',
        data: {
          id: 'N1',
          unit: village,
          grid: { code: 'CBXC-01', name: '第一网格', boundary, validFrom: '2026-01-01' },
          report: { ...meals, reportedOn: reportDay },
        },
      });
    const wider = { description: '全村', codes: [] };
    const redrawn = foldGrid(
      gridAfter(
        define(),
        appointWorker(),
        gridCommand('RedrawGrid', '2026-03-10', { boundary: wider, validFrom: '2026-03-15', reason: '调整' }),
      ),
    );
    const boundaryOf = (reportedOn: string) =>
      foldNeed(needAfter(reportNeed({ grid: redrawn, reportedOn }))).grid?.boundary;
    expect([boundaryOf('2026-03-14'), boundaryOf('2026-03-15')]).toEqual([boundary, wider]);
  });

  it('comes from somebody who works in the grid on that day', () => {
    givenNeed()
      .when(reportNeed({}, reportDay, people.colleague))
      .thenRefused('not-permitted');
    const later = foldGrid(gridAfter(define(), appointWorker('liu', { from: '2026-03-16' })));
    givenNeed()
      .when(reportNeed({ grid: later, reportedOn: '2026-03-15' }))
      .thenRefused('not-permitted');
  });

  it('is of today or, from a phone that was offline, of a day before; the grid was there', () => {
    givenNeed()
      .when(reportNeed({ reportedOn: '2026-03-14' }))
      .thenTypes('NeedReported');
    for (const reportedOn of ['2026-03-17', '2025-12-31'])
      givenNeed().when(reportNeed({ reportedOn })).thenRefused('rule-violated', { pointer: '/reportedOn' });
    givenNeed()
      .when(reportNeed({ grid: foldGrid([]) }))
      .thenRefused('rule-violated', { pointer: '/grid' });
    givenNeed(...reported)
      .when(reportNeed())
      .thenRefused('already-decided');
  });

  it.each([
    ['an identity number', '老人 622923194001010011 用餐困难'],
    ['an old identity number', '身份证622923400101001'],
    ['a mobile number', '联系13900000001'],
    ['a mobile number in groups', '联系139 0000 0001'],
    ['a mobile number of wide digits', '联系１３９－００００－０００１'],
    ['an identity number in groups', '身份证622923 1940 0101 0011'],
    ['a mark of risk', '该户系重点人员'],
  ])('holds no %s', (_, need) => {
    givenNeed().when(reportNeed({ need })).thenRefused('rule-violated', { pointer: '/need', basis: 'P6' });
    givenNeed()
      .when(reportNeed({ location: need }))
      .thenRefused('rule-violated', { pointer: '/location' });
  });

  it('may hold other figures', () =>
    givenNeed()
      .when(
        reportNeed({
          need: '20231101号文件，5000元，13户，电表 139000000012，2019-03-08 2020-4-15、2019-03-08 2020-04-15 12',
        }),
      )
      .thenTypes('NeedReported'));

  it('is of one of the seven domains', () => {
    expect(needDomains).toEqual(['党建', '政法', '民政', '城管', '市场监管', '卫生健康', '应急管理']);
  });

  it('waits for the village, and for no clock', () => {
    givenNeed().when(reportNeed()).thenWaitsFor(`handle-need village-officer@${village} 9999-12-31`);
    expect(needStream.head(foldNeed(reported), rules).timer).toBeUndefined();
  });
});

describe('a need that is met on the spot', () => {
  it('is done, with no petition', () => {
    givenNeed(...reported)
      .when(resolve())
      .thenEvents({ type: 'NeedResolvedLocally', data: { how: '网格员送餐上门', on: reportDay } });
    givenNeed(...reported)
      .when(resolve())
      .thenWaitsFor();
    const summary = needStream.head(foldNeed(needAfter(reportNeed(), resolve())), rules).summary;
    expect(summary).toMatchObject({ status: 'resolved-locally', resolvedOn: reportDay, unit: village, domain: '民政' });
    expect(JSON.stringify(summary)).not.toContain(meals.need);
  });

  it('is met between the report and today', () => {
    for (const resolvedOn of ['2026-03-15', '2026-03-17'])
      givenNeed(...reported)
        .when(resolve({ resolvedOn }))
        .thenRefused('rule-violated', { pointer: '/resolvedOn' });
  });

  it('is neither met again nor made a petition', () => {
    const done = needAfter(reportNeed(), resolve());
    for (const command of [resolve(), promote()])
      givenNeed(...done)
        .when(command)
        .thenRefused('already-decided');
  });
});

describe('services that the village decides on', () => {
  it('are numbered, one per household by code, and stand on the workers’ list', () => {
    givenNeed(...reported)
      .when(decideServices())
      .thenEvents({
        type: 'ServicesDecided',
        data: {
          decision: '由网格员送餐',
          decidedOn: reportDay,
          services: [
            { service: 1, ...plan('H1') },
            { service: 2, ...plan('H2') },
          ],
        },
      });
    givenNeed(...reported)
      .when(decideServices())
      .thenWaitsFor(
        `handle-need village-officer@${village} 9999-12-31`,
        `provide-services grid-worker@${village} 2026-03-17`,
      );
  });

  it.each([
    ['before it was decided', { from: '2026-03-15' }, '/services/0/from'],
    ['without an end within a year', { until: '2027-03-18' }, '/services/0/until'],
    ['that ends before it begins', { until: '2026-03-16' }, '/services/0/until'],
    [
      'on no day of its period',
      { recurrence: { every: 'week', weekdays: [1] } as const, until: '2026-03-20' },
      '/services/0/recurrence',
    ],
  ])('do not include one %s', (_, changes, pointer) =>
    givenNeed(...reported)
      .when(decideServices([plan('H1', changes)]))
      .thenRefused('rule-violated', { pointer }),
  );

  it('do not double what a household has, but go on after its end, or with something else', () => {
    givenNeed(...served)
      .when(decideServices([plan('H1')]))
      .thenRefused('already-decided', { pointer: '/services/0' });
    givenNeed(...reported)
      .when(decideServices([plan('H1'), plan('H1')]))
      .thenRefused('already-decided', { pointer: '/services/1' });
    givenNeed(...served)
      .when(decideServices([plan('H1', { from: '2026-04-01', until: '2026-04-30' }), plan('H1', { what: '洗衣' })]))
      .thenTypes('ServicesDecided');
  });

  it('fall on every day, on working days of the calendar, or on weekdays', () => {
    const days = Array.from({ length: 10 }, (_, index) => plusDays('2026-04-30', index));
    const on = (recurrence: Parameters<typeof plan>[1]) =>
      days.filter((day) =>
        fallsOn(plan('H', { from: '2026-04-30', until: '2026-05-09', ...recurrence }), day, calendar),
      );
    expect(on({})).toEqual(days);
    // Labour Day rests until the 5th, and Saturday the 9th is worked instead.
    expect(on({ recurrence: { every: 'working-day' } })).toEqual([
      '2026-04-30',
      '2026-05-06',
      '2026-05-07',
      '2026-05-08',
      '2026-05-09',
    ]);
    expect(on({ recurrence: { every: 'week', weekdays: [7, 4] } })).toEqual(['2026-04-30', '2026-05-03', '2026-05-07']);
    expect(fallsOn(plan('H'), '2026-03-16', calendar)).toBe(false);
    expect(fallsOn(plan('H'), '2026-04-01', calendar)).toBe(false);
  });

  it('are said of one day together; the list goes on to the next day when all is told', () => {
    givenNeed(...served)
      .when(recordServices('2026-03-17', { done: [1] }))
      .thenWaitsFor(
        `handle-need village-officer@${village} 9999-12-31`,
        `provide-services grid-worker@${village} 2026-03-17`,
      );
    givenNeed(...served)
      .when(recordServices('2026-03-17', { done: [1, 2] }))
      .thenWaitsFor(
        `handle-need village-officer@${village} 9999-12-31`,
        `provide-services grid-worker@${village} 2026-03-18`,
      );
  });

  it('drop out when they are known already; what contradicts is refused', () => {
    const once = [...served, ...needAfterFrom(served, recordServices('2026-03-17', { done: [1] }))];
    givenNeed(...once)
      .when(recordServices('2026-03-17', { done: [1, 2] }))
      .thenEvents({ type: 'ServicesRecorded', data: { day: '2026-03-17', done: [2], missed: [] } });
    givenNeed(...once)
      .when(recordServices('2026-03-17', { done: [1] }))
      .thenRefused('already-decided');
    givenNeed(...once)
      .when(recordServices('2026-03-17', { missed: [{ service: 1, reason: '不在家' }] }))
      .thenRefused('already-decided', { pointer: '/missed/0' });
    givenNeed(...once)
      .when(recordServices('2026-03-17', { done: [2], missed: [{ service: 2, reason: '不在家' }] }))
      .thenRefused('rule-violated', { pointer: '/done' });
  });

  it('are said of days on which they fall, not of days to come', () => {
    givenNeed(...served)
      .when(recordServices('2026-03-18', { done: [1] }, '2026-03-17'))
      .thenRefused('rule-violated', { pointer: '/day' });
    givenNeed(...served)
      .when(recordServices('2026-03-16', { done: [1] }))
      .thenRefused('rule-violated', { pointer: '/done/0' });
    givenNeed(...served)
      .when(recordServices('2026-03-17', { done: [3] }))
      .thenRefused('not-found', { pointer: '/done/0' });
    givenNeed(...served)
      .when(recordServices('2026-03-17', { missed: [{ service: 1, reason: '电话13900000001无人接' }] }))
      .thenRefused('rule-violated', { pointer: '/missed/0/reason' });
  });

  it('that nobody speaks of in time are missed: noted once, put to the village, still to be made good', () => {
    // One day of grace for a phone without a net.
    expect(needStream.head(foldNeed(served), rules).timer).toBe('2026-03-19');
    givenNeed(...served)
      .when(sweepOn('2026-03-18'))
      .thenEvents();
    const told = [...served, ...needAfterFrom(served, recordServices('2026-03-17', { done: [2] }))];
    givenNeed(...told)
      .when(sweepOn('2026-03-19'))
      .thenEvents({ type: 'ServicesMissed', data: { day: '2026-03-17', services: [1] } });
    const missed = [...told, ...needAfterFrom(told, sweepOn('2026-03-19'))];
    givenNeed(...missed)
      .when(sweepOn('2026-03-19'))
      .thenEvents();
    expect(needStream.head(foldNeed(missed), rules)).toMatchObject({
      timer: '2026-03-20',
      summary: { services: { done: 1, missed: 1, planned: 2 } },
    });
    givenNeed(...missed)
      .when(recordServices('2026-03-17', { done: [1] }, '2026-03-20'))
      .thenState((need) => {
        expect(need.services[0]?.days['2026-03-17']).toBe('done-after-all');
        expect(need.unexplained).toEqual([]);
      });
    givenNeed(...missed)
      .when(explain('2026-03-17'))
      .thenState((need) => {
        expect(need.services[0]?.days['2026-03-17']).toBe('missed');
        expect(need.unexplained).toEqual([]);
      });
    givenNeed(...missed)
      .when(explain('2026-03-18'))
      .thenRefused('not-the-step', { pointer: '/day' });
  });

  it('that a worker says were missed are put to the village at once', () => {
    const absent = recordServices('2026-03-17', { done: [2], missed: [{ service: 1, reason: '不在家' }] });
    givenNeed(...served)
      .when(absent)
      .thenWaitsFor(
        `handle-need village-officer@${village} 9999-12-31`,
        `provide-services grid-worker@${village} 2026-03-18`,
        `explain-missed village-officer@${village} 2026-03-17`,
      );
  });

  it('are swept a few days at a time when the machine stood still', () => {
    const long = needAfter(reportNeed(), decideServices([plan('H1', { until: '2026-12-31' })]));
    givenNeed(...long)
      .when(sweepOn('2026-12-31'))
      .thenState((need) => {
        expect(need.unexplained).toHaveLength(20);
        expect(needStream.head(need, rules).timer).toBe('2026-04-08');
      });
  });

  it('end early from a day on; what was due until then stays due', () => {
    givenNeed(...served)
      .when(end('2026-03-19', '2026-03-20'))
      .thenState((need) => expect(need.services.map(({ until }) => until)).toEqual(['2026-03-19', '2026-03-31']));
    givenNeed(...served)
      .when(end('2026-03-18', '2026-03-20'))
      .thenRefused('rule-violated', { pointer: '/lastDay' });
    givenNeed(...served)
      .when(end('2026-03-31', '2026-03-20'))
      .thenRefused('already-decided', { pointer: '/services/0' });
    givenNeed(...served)
      .when(end('2026-03-25', '2026-03-20', [3]))
      .thenRefused('not-found', { pointer: '/services/0' });
  });

  it('go on when the need is closed as met on the spot', () => {
    givenNeed(...served)
      .when(resolve())
      .thenWaitsFor(`provide-services grid-worker@${village} 2026-03-17`);
  });
});

describe('a need that becomes a petition', () => {
  it('says when and with whose consent, and names nobody', () => {
    givenNeed(...reported)
      .when(promote())
      .thenEvents({
        type: 'NeedPromoted',
        data: { petition: 'P1', on: reportDay, consent: { givenOn: reportDay, how: '当面同意' } },
      });
    givenNeed(...reported)
      .when(promote())
      .thenState((need) => expect(needStatus(need)).toBe('promoted'));
  });

  it('does so with consent only, named or not', () => {
    const { consent: _, ...without } = promote() as Extract<NeedCommand, { type: 'PromoteNeed' }>;
    givenNeed(...reported)
      .when(without)
      .thenRefused('rule-violated', { pointer: '/consent', basis: 'P13' });
    givenNeed(...reported)
      .when({ ...without, petitioner: { form: 'anonymous' } })
      .thenRefused('rule-violated', { pointer: '/consent', basis: 'P13' });
    givenNeed(...reported)
      .when(promote({ consent: { givenOn: '2026-03-17', how: '当面同意' } }))
      .thenRefused('rule-violated', { pointer: '/consent/givenOn' });
  });

  it('does so once, and is not met on the spot afterwards', () => {
    const promoted = needAfter(reportNeed(), promote());
    for (const command of [promote(), resolve()])
      givenNeed(...promoted)
        .when(command)
        .thenRefused('already-decided');
  });
});

it('nothing happens to a need that nobody reported', () => {
  for (const command of [
    resolve(),
    decideServices(),
    recordServices(reportDay, {}),
    explain(reportDay),
    promote(),
    end(reportDay, reportDay),
  ])
    givenNeed().when(command).thenRefused('not-found');
});

function needAfterFrom(history: Parameters<typeof foldNeed>[0], command: NeedCommand) {
  return needStream.decide(command, foldNeed(history), rules);
}
