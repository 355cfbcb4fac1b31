import { describe, expect, it } from 'vitest';
import { summaryOf } from '../../domain/petition/petition.ts';
import { on, route, stateAfter } from '../support/builders.ts';
import { approveRefusal, proposeRefusal } from '../support/intake.ts';
import { cite } from './articles.ts';
import { onFrom, receivedOn, sweep } from './cases.ts';

const received = receivedOn('2026-03-02');

describe(cite(39), () => {
  it('leaves what was rightly not accepted out of every assessment, though it stays registered', () => {
    const refused = stateAfter(onFrom(received, proposeRefusal(), approveRefusal()));
    expect(summaryOf(refused)).toMatchObject({ notAssessed: true, status: 'not-accepted', receivedOn: '2026-03-02' });
    expect(summaryOf(stateAfter(received))).not.toMatchObject({ notAssessed: true });
  });

  it('keeps a missed limit as missed, also when the work was done late', () => {
    const late = stateAfter(onFrom(received, sweep('2026-03-18'), ...on('2026-03-19', route())));
    expect(late.deadlines[0]).toMatchObject({ limit: 'forward', state: 'missed', done: true });
    expect(summaryOf(late)).toMatchObject({ overdue: false });
  });

  it('shows what is overdue now', () =>
    expect(summaryOf(stateAfter(onFrom(received, sweep('2026-03-18'))))).toMatchObject({ overdue: true }));
});
