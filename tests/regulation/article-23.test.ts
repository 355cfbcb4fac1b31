import { describe, expect, it } from 'vitest';
import { type Unit, UnitDirectory } from '../../domain/organisation/unit.ts';
import {
  accept,
  content,
  decideObjection,
  objectToRouting,
  on,
  register,
  route,
  stateAfter,
  units,
} from '../support/builders.ts';
import { given, waitsOf } from '../support/given.ts';
import { command, continuedIn, people, redirect, serveAcceptance } from '../support/intake.ts';
import { cite } from './articles.ts';
import { dueOf, law, limitOf, onFrom, receivedOn, sweep } from './cases.ts';

/** Brought to the land bureau itself. */
const direct = (day: string) => receivedOn(day, { by: people.landOfficer });
const routedOn = (day: string) => onFrom(receivedOn(day), ...on(day, route()));
const objected = onFrom(routedOn('2026-03-02'), ...on('2026-03-03', objectToRouting()));

describe(cite(23), () => {
  it('gives an organ that receives a matter itself 15 days from receipt', () => {
    expect(limitOf(direct('2026-03-02'), 'notify')).toMatchObject({
      from: '2026-03-02',
      due: '2026-03-17',
      basis: 'R23',
    });
  });

  it('gives the organ that a matter was sent to 15 days from then', () => {
    const sent = onFrom(receivedOn('2026-03-02'), ...on('2026-03-09', route()));
    expect(limitOf(sent, 'notify')).toMatchObject({ from: '2026-03-09', due: '2026-03-24' });
  });

  it('moves a last day in the Spring Festival behind it', () => {
    // 15 days after 2 February 2026 is New Year’s Day, 17 February; work begins again on Tuesday, the 24th.
    expect(dueOf(routedOn('2026-02-02'), 'notify')).toBe('2026-02-24');
  });

  it('is met by the written notice, not by accepting', () => {
    const accepted = onFrom(routedOn('2026-03-02'), ...on('2026-03-10', accept()));
    expect(limitOf(accepted, 'notify')?.state).toBe('running');
    expect(limitOf(onFrom(accepted, serveAcceptance(people.handler, '2026-03-17')), 'notify')?.state).toBe('met');
    given(...accepted)
      .when(sweep('2026-03-18'), law)
      .thenTypes('DeadlineMissed', 'SupervisionOpened');
  });

  it('owes no written notice where there is nobody to write to', () => {
    const anonymous = receivedOn('2026-03-02', { content: { ...content, petitioner: { form: 'anonymous' } } });
    expect(limitOf(onFrom(anonymous, ...on('2026-03-02', route(), accept())), 'notify')?.state).toBe('met');
  });

  it('tells a visitor then and there, or in writing within the 15 days', () => {
    const onTheSpot = onFrom(direct('2026-03-02'), redirect({ onTheSpot: true }));
    expect(limitOf(onTheSpot, 'notify')?.state).toBe('met');
    const later = onFrom(direct('2026-03-02'), redirect({ onTheSpot: false }));
    expect(limitOf(later, 'notify')?.state).toBe('running');
    expect(stateAfter(later).notices.at(-1)).toMatchObject({ kind: 'redirection', owedSince: '2026-03-02' });
  });

  it('lets an organ forward within its own system only', () =>
    given(...direct('2026-03-02'))
      .when(route({ by: people.landOfficer, competentUnit: '622901-zjj' }), law)
      .thenRefused('rule-violated', { pointer: '/competentUnit', basis: 'R23' }));

  it('tells the petitioner where it forwarded the matter, in writing within its own 15 days', () => {
    // The prefecture’s land bureau, which has the county’s below it in its system.
    const above: Unit = {
      id: '6229-zrzy',
      name: '州自然资源局',
      kind: 'department',
      level: 'prefecture',
      parent: '6229',
    };
    const below = { ...(units.find(({ id }) => id === '622901-zrzy') as Unit), reviewedBy: above.id };
    const here = { ...law, units: new UnitDirectory([...units.filter(({ id }) => id !== below.id), above, below]) };
    const desk = { ...people.landOfficer, unit: above.id };
    const sent = continuedIn(
      here,
      [],
      ...on('2026-03-02', register({ by: desk })),
      ...on('2026-03-09', route({ by: desk })),
    );
    const own = (history: typeof sent) => stateAfter(history).deadlines[0];
    expect(own(sent)).toMatchObject({ limit: 'notify', due: '2026-03-17', state: 'running' });
    const told = command(
      'ServeNotice',
      desk,
      { notice: 'forwarding-1', service: { method: 'in-person', servedOn: '2026-03-17' } },
      '2026-03-17',
    );
    expect(own(continuedIn(here, sent, told))?.state).toBe('met');
    given(...sent)
      .when(sweep('2026-03-18'), here)
      .thenState((state) => expect(state.supervisions).toMatchObject([{ against: above.id }]));
  });

  it('takes an objection on the fifth working day', () => {
    expect(dueOf(routedOn('2026-03-02'), 'objection')).toBe('2026-03-09');
    given(...routedOn('2026-03-02'))
      .when({ ...objectToRouting(), at: '2026-03-09T15:59:59.000Z' }, law)
      .thenTypes('RoutingObjected');
  });

  it('takes none from the first second of the day after', () =>
    given(...routedOn('2026-03-02'))
      .when({ ...objectToRouting(), at: '2026-03-09T16:00:00.000Z' }, law)
      .thenRefused('out-of-time', { basis: 'R23' }));

  it('counts neither holidays nor weekends among the five, but the Saturday that is worked', () => {
    // 30 April 2026: the 1st to the 5th are Labour Day; 6, 7, 8 May, Saturday the 9th and Monday the 11th count.
    expect(dueOf(routedOn('2026-04-30'), 'objection')).toBe('2026-05-11');
  });

  it('gives the matter back only when the sender agrees', () => {
    expect(waitsOf(stateAfter(objected))).toEqual(['intake/decide-objection']);
    given(...objected)
      .when(decideObjection(), law)
      .thenState((state) => {
        expect(state.route).toBeUndefined();
        expect(state.intake.formerRoutes).toMatchObject([
          { ended: 'returned', route: { competentUnit: '622901-zrzy' } },
        ]);
      });
  });

  it('leaves the matter and the 15 days with the organ when the sender does not agree', () => {
    const upheld = onFrom(objected, ...on('2026-03-04', decideObjection({ agreed: false })));
    expect(waitsOf(stateAfter(upheld))).toEqual(['intake/organ-answer']);
    expect(limitOf(upheld, 'notify')).toMatchObject({ due: '2026-03-17', state: 'running' });
    given(...upheld)
      .when(objectToRouting(), law)
      .thenRefused('already-decided', { basis: 'R24' });
  });

  it('runs the sender’s own 15 days on from the original receipt after a return', () => {
    const returned = onFrom(objected, ...on('2026-03-10', decideObjection()));
    expect(limitOf(returned, 'forward')).toMatchObject({ from: '2026-03-02', due: '2026-03-17', state: 'running' });
  });

  it('hears no objection to what the unit kept as its own', () => {
    const centre = { ...people.handler, unit: '622901007-zx' };
    const own = onFrom(
      receivedOn('2026-03-02'),
      ...on('2026-03-02', route({ disposition: 'own', competentUnit: centre.unit })),
    );
    given(...own)
      .when(objectToRouting({ by: centre }), law)
      .thenRefused('rule-violated', { basis: 'R23' });
    expect(dueOf(own, 'notify')).toBe('2026-03-17');
  });

  it('registers what comes directly, whoever it concerns', () =>
    given()
      .when(register({ by: people.landOfficer }), law)
      .thenWaitsFor('intake/triage'));
});
