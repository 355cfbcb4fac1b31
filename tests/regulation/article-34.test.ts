import { describe, expect, it } from 'vitest';
import { decideAccess } from '../../domain/access/policy.ts';
import { maximumExtensionDays } from '../../domain/limits.ts';
import {
  accept,
  approve,
  approveOpinion,
  directory,
  draftOpinion,
  everybodyReportsIn,
  noon,
  type officers,
  on,
  propose,
  route,
  served,
  serveOpinion,
  stateAfter,
} from '../support/builders.ts';
import { given } from '../support/given.ts';
import { command, people, retriage } from '../support/intake.ts';
import { cite } from './articles.ts';
import { acceptedOn, dueOf, law, lawWith, limitOf, onFrom, sweep } from './cases.ts';

/** Accepted on Monday, 9 March 2026: the 60th day is Friday, 8 May. */
const accepted = acceptedOn('2026-03-09');
const ask = (days: number, day: string) =>
  command('RequestExtension', people.handler, { days, reason: '需要复测' }, day);
const decide = (day: string, over: { approved?: boolean; by?: typeof officers.leader } = {}) =>
  command('DecideExtension', over.by ?? people.leader, { approved: over.approved ?? true, reason: '情况复杂' }, day);
const extended = onFrom(accepted, ask(30, '2026-04-20'), decide('2026-04-21'));
const suspend = command(
  'SuspendHandling',
  people.leader,
  { ground: '鉴定', from: '2026-04-01', to: '2026-04-10', reason: '等待鉴定' },
  '2026-04-01',
);
const answer = (day: string) =>
  on(
    day,
    propose({ assistingUnits: [] }),
    approve(),
    ...everybodyReportsIn('622901-zrzy'),
    draftOpinion(),
    approveOpinion(),
    serveOpinion({ service: served(day) }),
  );

describe(cite(34), () => {
  it('counts 60 days from the day after acceptance', () =>
    expect(limitOf(accepted, 'handling')).toMatchObject({
      from: '2026-03-09',
      days: 60,
      due: '2026-05-08',
      basis: 'R34',
    }));

  it('moves a 60th day within Labour Day to the first day after it', () => {
    // 2 March and 60 days is Friday, 1 May 2026; the holiday lasts to Tuesday.
    expect(dueOf(acceptedOn('2026-03-02'), 'handling')).toBe('2026-05-06');
  });

  it('leaves a 60th day on a Saturday that is worked where it is', () => {
    // 10 March and 60 days is Saturday, 9 May 2026, worked instead of Labour Day.
    expect(dueOf(acceptedOn('2026-03-10'), 'handling')).toBe('2026-05-09');
  });

  it('takes an extension of exactly 30 days', () => {
    expect(maximumExtensionDays).toBe(30);
    // 90 days after 9 March 2026 is Sunday, 7 June.
    expect(limitOf(extended, 'handling')).toMatchObject({ extensionDays: 30, due: '2026-06-08' });
  });

  it('takes none of 31 days, nor one of none', () => {
    for (const days of [31, 0, -5]) {
      given(...accepted)
        .when(ask(days, '2026-04-20'), law)
        .thenRefused('rule-violated', { pointer: '/days', basis: 'R34' });
    }
  });

  it('can be asked for and approved on the due day', () => {
    given(...accepted)
      .when(ask(10, '2026-05-08'), law)
      .thenTypes('ExtensionRequested');
    given(...onFrom(accepted, ask(10, '2026-05-08')))
      .when(decide('2026-05-08'), law)
      .thenState((state) => expect(state.deadlines.at(-1)).toMatchObject({ due: '2026-05-18', state: 'running' }));
  });

  it('can be neither asked for nor approved on the day after', () => {
    given(...accepted)
      .when(ask(10, '2026-05-09'), law)
      .thenRefused('out-of-time', { basis: 'R34' });
    const asked = onFrom(accepted, ask(10, '2026-05-08'));
    given(...asked)
      .when(decide('2026-05-09'), law)
      .thenRefused('out-of-time', { basis: 'R34' });
    // To say no is always possible: the request does not stay open for ever.
    given(...asked)
      .when(decide('2026-05-09', { approved: false }), law)
      .thenTypes('ExtensionDecided');
  });

  it('can still be asked for on a due day that the holiday moved', () =>
    given(...acceptedOn('2026-03-02'))
      .when(ask(10, '2026-05-06'), law)
      .thenTypes('ExtensionRequested'));

  it('counts the extension from the 60th day, not from the day that the holiday moved it to', () => {
    const moved = onFrom(acceptedOn('2026-03-02'), ask(30, '2026-05-06'), decide('2026-05-06'));
    // 90 days after 2 March 2026 is Sunday, 31 May.
    expect(dueOf(moved, 'handling')).toBe('2026-06-01');
  });

  it('is granted once: no second time, however short the first was', () => {
    const short = onFrom(accepted, ask(1, '2026-04-20'), decide('2026-04-21'));
    given(...short)
      .when(ask(1, '2026-04-22'), law)
      .thenRefused('already-decided', { basis: 'R34' });
  });

  it('can be asked for again after the head of the organ said no', () => {
    const declined = onFrom(accepted, ask(20, '2026-04-20'), decide('2026-04-21', { approved: false }));
    expect(dueOf(declined, 'handling')).toBe('2026-05-08');
    given(...declined)
      .when(ask(10, '2026-04-22'), law)
      .thenTypes('ExtensionRequested');
  });

  it('is decided by the head of the organ, never by whoever asked', () => {
    given(...onFrom(accepted, ask(10, '2026-04-20')))
      .when(decide('2026-04-21', { by: people.handler as never }), law)
      .thenRefused('own-proposal');
    const may = (role: string, unit: string) =>
      decideAccess(
        { id: 'x', name: '', unit, roles: [role] },
        'DecideExtension',
        { petition: stateAfter(accepted) },
        directory,
      ).allowed;
    expect(may('head', '622901')).toBe(true);
    for (const [role, unit] of [
      ['leader', '622901'],
      ['handler', '622901-zrzy'],
      ['head', '6229'],
    ] as const)
      expect([role, unit, may(role, unit)]).toEqual([role, unit, false]);
  });

  it('owes the petitioner a notice with the reason', () =>
    expect(stateAfter(extended).notices.at(-1)).toMatchObject({ kind: 'extension', owedSince: '2026-04-21' }));

  it('stays used when the matter is triaged anew, and the 60 days count from the first acceptance', () => {
    const again = onFrom(extended, retriage('2026-04-22'), ...on('2026-04-23', route(), accept()));
    expect(limitOf(again, 'handling')).toMatchObject({ from: '2026-03-09', extensionDays: 30, due: '2026-06-08' });
    given(...again)
      .when(ask(5, '2026-04-24'), law)
      .thenRefused('already-decided', { basis: 'R34' });
  });

  it('knows no suspension; days stand still only on a ground that a named local rule gives', () => {
    given(...accepted)
      .when(suspend, law)
      .thenRefused('rule-violated', { pointer: '/ground', basis: 'R34' });
    given(...accepted)
      .when(suspend, lawWith({ suspensions: [{ ground: '鉴定', maximumDays: 60, source: '某省信访工作规定' }] }))
      .thenState((state) =>
        expect(state.deadlines.at(-1)).toMatchObject({
          due: '2026-05-18',
          exclusions: [{ from: '2026-04-01', to: '2026-04-10', basis: '某省信访工作规定' }],
        }),
      );
  });

  it('leaves no day out that would not have counted, and lets no day that is left out be the last one', () => {
    const rule = lawWith({ suspensions: [{ ground: '鉴定', maximumDays: 60, source: '某省信访工作规定' }] });
    // The day of acceptance does not count anyway: of the five days four are left out.
    given(...accepted)
      .when({ ...suspend, from: '2026-03-09', to: '2026-03-13' }, rule)
      .thenState((state) => expect(state.deadlines.at(-1)?.due).toBe('2026-05-12'));
    // 2 March and 60 days is 1 May, moved to Wednesday the 6th; with the 6th and 7th left out it is Friday the 8th.
    given(...acceptedOn('2026-03-02'))
      .when({ ...suspend, from: '2026-05-06', to: '2026-05-07' }, rule)
      .thenState((state) => expect(state.deadlines.at(-1)?.due).toBe('2026-05-08'));
  });

  it('is stopped by nothing any more once it has run out', () =>
    given(...accepted)
      .when(
        { ...suspend, at: noon('2026-05-09') },
        lawWith({ suspensions: [{ ground: '鉴定', maximumDays: 60, source: '某省信访工作规定' }] }),
      )
      .thenRefused('out-of-time', { basis: 'R34' }));

  it('is met by an opinion served on the last day, and missed by one served on the day after', () => {
    expect(limitOf(onFrom(accepted, ...answer('2026-05-08')), 'handling')?.state).toBe('met');
    const late = onFrom(accepted, sweep('2026-05-09'), ...answer('2026-05-09'));
    expect(limitOf(late, 'handling')).toMatchObject({ state: 'missed', done: true });
  });

  it('is warned about ten days before, once', () => {
    given(...accepted)
      .when(sweep('2026-04-27'), law)
      .thenTypes();
    given(...accepted)
      .when(sweep('2026-04-28'), law)
      .thenTypes('DeadlineWarned');
    given(...onFrom(accepted, sweep('2026-04-28')))
      .when(sweep('2026-04-29'), law)
      .thenTypes();
  });
});
