import { describe, expect, it } from 'vitest';
import {
  admitReview,
  content,
  decideReview,
  noon,
  officers,
  on,
  requestReview,
  served,
  serveReview,
  stateAfter,
} from '../support/builders.ts';
import { given, waitsOf } from '../support/given.ts';
import { recordHearing, scheduleHearing } from '../support/incidents.ts';
import { cite } from './articles.ts';
import { acceptedOn, dueOf, law, limitOf, onFrom, opinionServedOn, sweep } from './cases.ts';

/** Served on Monday, 16 March 2026. */
const answered = opinionServedOn('2026-03-02', '2026-03-16');
const ask = (day: string, over: Parameters<typeof requestReview>[0] = {}) => requestReview({ at: noon(day), ...over });
const asked = onFrom(answered, ask('2026-03-20'));
const admitted = onFrom(asked, ...on('2026-03-23', admitReview()));
const decided = (outcome: 'uphold' | 'change' | 'quash') =>
  onFrom(admitted, ...on('2026-04-10', decideReview({ outcome }), serveReview({ service: served('2026-04-10') })));

describe(cite(35), () => {
  it('can be asked for until the 30th day after the petitioner received the opinion', () => {
    expect(limitOf(answered, 'review-request')).toMatchObject({ from: '2026-03-16', due: '2026-04-15', kind: 'right' });
    given(...answered)
      .when(ask('2026-04-15'), law)
      .thenTypes('ReviewRequested');
  });

  it('cannot be asked for on the day after', () =>
    given(...answered)
      .when(ask('2026-04-16'), law)
      .thenRefused('out-of-time', { basis: 'R35' }));

  it('gives the petitioner the first day after a holiday when the 30th falls on it', () => {
    // 1 April and 30 days is Labour Day 2026.
    const before = opinionServedOn('2026-03-02', '2026-04-01');
    expect(dueOf(before, 'review-request')).toBe('2026-05-06');
    given(...before)
      .when(ask('2026-05-06'), law)
      .thenTypes('ReviewRequested');
    given(...before)
      .when(ask('2026-05-07'), law)
      .thenRefused('out-of-time', { basis: 'R35' });
  });

  it('is in time when the letter was posted in time, though it was recorded later', () =>
    given(...answered)
      .when(ask('2026-04-20', { requestedOn: '2026-04-15' }), law)
      .thenState((state) =>
        expect(state.deadlines.at(-1)).toMatchObject({ limit: 'review', from: '2026-04-15', due: '2026-05-15' }),
      ));

  it('cannot be asked for before there is a served opinion', () =>
    given(...acceptedOn('2026-03-02'))
      .when(ask('2026-03-20'), law)
      .thenRefused('not-the-step'));

  it('goes to the organ above the one that handled the matter', () =>
    given(...answered)
      .when(ask('2026-03-20'), law)
      .thenState((state) => {
        expect(state.reviews).toMatchObject([{ level: 'review', unit: '622901' }]);
        expect(waitsOf(state)).toContain('review/admit');
      }));

  it('is answered in writing within 30 days of the request: served, not only decided', () => {
    expect(dueOf(asked, 'review')).toBe('2026-04-20');
    const undelivered = onFrom(admitted, ...on('2026-04-20', decideReview()));
    expect(limitOf(onFrom(undelivered, sweep('2026-04-21')), 'review')?.state).toBe('missed');
    const delivered = onFrom(undelivered, ...on('2026-04-20', serveReview({ service: served('2026-04-20') })));
    expect(limitOf(onFrom(delivered, sweep('2026-04-21')), 'review')?.state).toBe('met');
  });

  it('supervises the reviewing organ when it is late', () =>
    given(...asked)
      .when(sweep('2026-04-21'), law)
      .thenState((state) => expect(state.supervisions).toMatchObject([{ ground: 'late', against: '622901' }])));

  it('has no extension', () =>
    given(...admitted)
      .when({ type: 'RequestExtension', by: officers.reviewer, at: noon('2026-04-01'), days: 10, reason: '复杂' }, law)
      .thenRefused('not-the-step', { basis: 'R34' }));

  it('does not stop for a hearing: only recheck leaves its time out', () => {
    const heard = onFrom(
      admitted,
      scheduleHearing({ by: officers.reviewer, on: '2026-04-01', at: noon('2026-03-23') }),
      recordHearing({ by: officers.reviewer, from: '2026-04-01', to: '2026-04-01', at: noon('2026-04-01') }),
    );
    expect(limitOf(heard, 'review')).toEqual(limitOf(admitted, 'review'));
  });

  it('keeps within the original requests', () => {
    given(...answered)
      .when(ask('2026-03-20', { requests: [content.requests.length - 1] }), law)
      .thenTypes('ReviewRequested');
    given(...answered)
      .when(ask('2026-03-20', { requests: [content.requests.length] }), law)
      .thenRefused('rule-violated', { pointer: '/requests', basis: 'R35' });
  });

  it('goes on to recheck when it upholds or changes, with 30 days from its own service', () => {
    for (const outcome of ['uphold', 'change'] as const) {
      expect(limitOf(decided(outcome), 'recheck-request')).toMatchObject({ from: '2026-04-10', due: '2026-05-11' });
    }
  });

  it('sends the matter back with 60 days anew when it quashes, and keeps the old opinion', () => {
    const quashed = decided('quash');
    expect(limitOf(quashed, 'handling')).toMatchObject({ from: '2026-04-10', due: '2026-06-09', state: 'running' });
    expect(waitsOf(stateAfter(quashed))).toEqual(['closure/draft']);
    expect(stateAfter(quashed).opinions).toMatchObject([{ quashed: true, servedOn: '2026-03-16' }]);
    given(...quashed)
      .when(ask('2026-04-11'), law)
      .thenRefused('not-the-step');
  });

  it('leaves the petitioner the rest of the 30 days when a request was rejected', () => {
    const rejected = onFrom(asked, ...on('2026-03-23', admitReview({ admitted: false })));
    expect(limitOf(rejected, 'review-request')).toEqual(limitOf(answered, 'review-request'));
    given(...rejected)
      .when(ask('2026-04-15'), law)
      .thenTypes('ReviewRequested');
    given(...rejected)
      .when(ask('2026-04-16'), law)
      .thenRefused('out-of-time', { basis: 'R35' });
  });
});
