import { describe, expect, it } from 'vitest';
import { handlings, type Path } from '../../domain/petition/routes.ts';
import { accept, divert, noon, on, requestReview, route, stateAfter } from '../support/builders.ts';
import { given } from '../support/given.ts';
import { recordHearing, scheduleHearing } from '../support/incidents.ts';
import { people, serveAcceptance } from '../support/intake.ts';
import { cite } from './articles.ts';
import { acceptedOn, law, lawWith, limitOf, onFrom, receivedOn } from './cases.ts';

const sentOn = (path: Path) => onFrom(receivedOn('2026-03-02'), ...on('2026-03-02', route({ path })));
const { path: _none, ...without } = route();

describe(cite(31), () => {
  it('has an appeal name its way', () =>
    given(...receivedOn('2026-03-02'))
      .when(without as never, law)
      .thenRefused('rule-violated', { pointer: '/path', basis: 'R31' }));

  it('leads the first four ways into the procedures of other laws, and accepts none of them', () => {
    for (const path of [1, 2, 3, 4] as const) {
      given(...sentOn(path))
        .when(accept(), law)
        .thenRefused('rule-violated', { basis: `R31(${String(path)})` });
      given(...sentOn(path))
        .when(divert(), law)
        .thenState((state) => {
          expect(state.diverted).toMatchObject({ organ: '市人民法院' });
          expect(state.notices.at(-1)?.kind).toBe('diversion');
        });
    }
  });

  it('leads neither the fifth nor the sixth away', () => {
    for (const path of [5, 6] as const) {
      given(...sentOn(path))
        .when(divert(), law)
        .thenRefused('rule-violated', { basis: 'R31' });
    }
  });

  it('gives the 60 days to the sixth alone', () => {
    given(...sentOn(6))
      .when(accept(), law)
      .thenState((state) => expect(state.deadlines.at(-1)).toMatchObject({ limit: 'handling', basis: 'R34' }));
    given(...sentOn(5))
      .when(accept(), law)
      .thenState((state) => expect(state.deadlines.map(({ limit }) => limit)).not.toContain('handling'));
  });

  it('runs the fifth on the days of the law that a place names', () =>
    given(...sentOn(5))
      .when(accept(), lawWith({ performOrAnswer: { days: 20, source: '某法第十条' } }))
      .thenState((state) =>
        expect(state.deadlines.at(-1)).toMatchObject({
          limit: 'perform-or-answer',
          due: '2026-03-30',
          basis: '某法第十条',
        }),
      ));

  it('opens review to the sixth alone', () => {
    expect(Object.entries(handlings).flatMap(([way, { remedy }]) => (remedy === 'review' ? [way] : []))).toEqual(['6']);
    given(...onFrom(sentOn(5), ...on('2026-03-02', accept()), serveAcceptance()))
      .when(requestReview(), law)
      .thenRefused('rule-violated', { basis: 'R35' });
  });

  it('lets the organ hold a hearing before its opinion, which takes nothing from the 60 days', () => {
    const accepted = acceptedOn('2026-03-02');
    const held = onFrom(
      accepted,
      scheduleHearing({ by: people.handler }),
      recordHearing({ by: people.handler, at: noon('2026-03-20') }),
    );
    expect(limitOf(held, 'handling')).toEqual(limitOf(accepted, 'handling'));
    expect(stateAfter(held).incidents.hearings).toMatchObject([{ part: 'handling', heldOn: '2026-03-20' }]);
  });

  it('holds hearings in the petition procedure only', () =>
    given(...onFrom(sentOn(5), ...on('2026-03-02', accept())))
      .when(scheduleHearing({ by: people.handler }), law)
      .thenRefused('rule-violated', { basis: 'R31(6)' }));

  it('counts the 60 days from acceptance, but at the latest from the day by which the petitioner had to be told', () => {
    const received = sentOn(6);
    expect(limitOf(onFrom(received, ...on('2026-03-17', accept())), 'handling')?.from).toBe('2026-03-17');
    expect(limitOf(onFrom(received, ...on('2026-03-18', accept())), 'handling')?.from).toBe('2026-03-17');
  });
});
