import { describe, expect, it } from 'vitest';
import { gridOn, gridStream, postOn } from '../../../domain/grid/grid.ts';
import { rules } from '../../support/builders.ts';
import {
  appointWorker,
  boundary,
  define,
  foldGrid,
  givenGrid,
  gridAfter,
  gridCommand,
  people,
  village,
} from '../../support/grid.ts';

const today = '2026-03-16';
const wider = { description: '村口至学校', codes: ['03', '04', '05'] };
const redraw = (changes: object = {}) =>
  gridCommand('RedrawGrid', today, { boundary: wider, validFrom: '2026-04-01', reason: '适时调整', ...changes });
const close = (validTo: string) => gridCommand('CloseGrid', today, { validTo, reason: '并入第二网格' });
const end = (to: string, appointment = 1) =>
  gridCommand('EndGridAppointment', today, { appointment, to, reason: '换岗' });

const drawn = gridAfter(define());
const staffed = gridAfter(define(), appointWorker());
const redrawn = gridAfter(define(), redraw());
const closed = gridAfter(define(), close('2026-03-20'));

describe('a grid', () => {
  it('is drawn in words and codes, for a unit, from a day on, also one that has passed', () => {
    givenGrid()
      .when(define())
      .thenEvents({
        type: 'GridDefined',
        data: { code: 'CBXC-01', unit: village, version: { name: '第一网格', boundary, validFrom: '2026-01-01' } },
      });
    givenGrid(...drawn)
      .when(define())
      .thenRefused('already-decided');
    givenGrid()
      .when(define({ unit: 'nowhere' }))
      .thenRefused('unknown-unit', { pointer: '/unit' });
    givenGrid()
      .when(define({ validTo: '2025-12-31' }))
      .thenRefused('rule-violated', { pointer: '/validTo' });
  });

  it('that is not drawn cannot be changed', () => {
    for (const command of [redraw(), close('2026-03-20'), appointWorker(), end('2026-03-20')])
      givenGrid().when(command).thenRefused('not-found');
  });

  it('is drawn otherwise from a day to come; what held before stays as it was', () => {
    const grid = foldGrid(redrawn);
    expect(gridOn(grid, '2026-03-31')).toEqual({
      name: '第一网格',
      boundary,
      validFrom: '2026-01-01',
      validTo: '2026-03-31',
    });
    expect(gridOn(grid, '2026-04-01')).toEqual({ name: '第一网格', boundary: wider, validFrom: '2026-04-01' });
    expect(gridOn(grid, '2025-12-31')).toBeUndefined();
    givenGrid(...drawn)
      .when(redraw({ validFrom: '2026-03-15' }))
      .thenRefused('rule-violated', { pointer: '/validFrom' });
    givenGrid(...drawn)
      .when(redraw({ validFrom: today }))
      .thenTypes('GridRedrawn');
  });

  it('has no two boundaries on one day', () => {
    for (const validFrom of ['2026-03-20', '2026-04-01'])
      givenGrid(...redrawn)
        .when(redraw({ validFrom }))
        .thenRefused('rule-violated', { pointer: '/validFrom' });
    givenGrid(...closed)
      .when(redraw({ validFrom: '2026-03-20' }))
      .thenRefused('rule-violated', { pointer: '/validFrom' });
    givenGrid(...gridAfter(define({ validFrom: '2026-05-01' })))
      .when(redraw({ validFrom: '2026-05-01' }))
      .thenRefused('rule-violated', { pointer: '/validFrom' });
  });

  it('ends on a day, and can be drawn again after it', () => {
    const again = foldGrid(gridAfter(define(), close('2026-03-20'), redraw()));
    expect(gridOn(again, '2026-03-20')?.boundary).toEqual(boundary);
    expect(gridOn(again, '2026-03-25')).toBeUndefined();
    expect(gridOn(again, '2026-04-02')?.boundary).toEqual(wider);
    givenGrid(...closed)
      .when(close('2026-03-19'))
      .thenRefused('already-decided');
    givenGrid(...drawn)
      .when(close('2026-03-15'))
      .thenRefused('rule-violated', { pointer: '/validTo' });
    givenGrid(...redrawn)
      .when(close('2026-03-31'))
      .thenRefused('rule-violated', { pointer: '/validTo' });
  });

  it('is listed under its unit and waits for nobody', () => {
    const grid = foldGrid(staffed);
    expect(gridStream.head(grid, rules)).toEqual({
      summary: expect.objectContaining({ code: 'CBXC-01', unit: village, appointments: 1 }),
      listed: { unit: village, day: '2026-01-01' },
    });
    expect(gridStream.tasks(grid, rules)).toEqual([]);
  });
});

describe('an appointment in a grid', () => {
  it('holds from its first day to its last', () => {
    const grid = foldGrid(gridAfter(define(), appointWorker('liu', { from: '2026-02-01', to: '2026-02-28' })));
    const posts = ['2026-01-31', '2026-02-01', '2026-02-28', '2026-03-01'].map((day) => postOn(grid, 'liu', day));
    expect(posts).toEqual([undefined, '专职网格员', '专职网格员', undefined]);
    expect(postOn(grid, 'ma', '2026-02-01')).toBeUndefined();
  });

  it('is one at a time for one person, as often as needed one after the other', () => {
    givenGrid(...staffed)
      .when(appointWorker('liu', { post: '网格长', from: '2026-06-01' }))
      .thenRefused('already-decided');
    givenGrid(...staffed)
      .when(appointWorker('ma', { post: '网格长' }))
      .thenTypes('GridWorkerAppointed');
    givenGrid(...gridAfter(define(), appointWorker('liu', { to: '2026-05-31' })))
      .when(appointWorker('liu', { post: '网格长', from: '2026-06-01' }))
      .thenTypes('GridWorkerAppointed');
  });

  it('does not begin before the grid, nor end before it begins', () => {
    givenGrid(...drawn)
      .when(appointWorker('liu', { from: '2025-12-31' }))
      .thenRefused('rule-violated', { pointer: '/from' });
    givenGrid(...drawn)
      .when(appointWorker('liu', { to: '2025-12-31' }))
      .thenRefused('rule-violated', { pointer: '/to' });
    const later = gridAfter(define(), appointWorker('liu', { from: '2026-06-01' }));
    givenGrid(...later)
      .when(end('2026-05-31'))
      .thenRefused('rule-violated', { pointer: '/to' });
  });

  it('ends yesterday at the earliest: reports stand on it', () => {
    givenGrid(...staffed)
      .when(end('2026-03-15'))
      .thenTypes('GridAppointmentEnded');
    givenGrid(...staffed)
      .when(end('2026-03-14'))
      .thenRefused('rule-violated', { pointer: '/to' });
    givenGrid(...staffed)
      .when(end('2026-03-20', 2))
      .thenRefused('not-found');
    const ended = gridAfter(define(), appointWorker(), end('2026-03-20'));
    expect(postOn(foldGrid(ended), people.worker.id, '2026-03-21')).toBeUndefined();
    givenGrid(...ended)
      .when(end('2026-03-25'))
      .thenRefused('already-decided');
    givenGrid(...ended)
      .when(end('2026-03-18'))
      .thenTypes('GridAppointmentEnded');
  });
});
