import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CentreCommand,
  type CentreEvent,
  centreOn,
  centreStream,
  isOpenOn,
} from '../../../domain/centre/centre.ts';
import { aboveOf, type PlacementCommand, placementStream, placementView } from '../../../domain/centre/placement.ts';
import type { Placement, PlacementEvent } from '../../../domain/centre/placement-history.ts';
import { Refusal } from '../../../domain/errors.ts';
import { levels, UnitDirectory } from '../../../domain/organisation/unit.ts';
import { foldPlain } from '../../../domain/plain-stream.ts';
import {
  acceptedPetition,
  directory,
  firstDay,
  noon,
  officers,
  registeredPetition,
  rules,
  sealedPetition,
  stateAfter,
  units,
} from '../../support/builders.ts';
import { givenPlain } from '../../support/given.ts';
import { histories } from '../../support/grid.ts';

const town = '622901007-zx';
const village = '622901007-v1';
const by = officers.officer;
const content = { name: '综治中心', label: '乡镇平台', place: '一层', hours: '工作日' };

const command = (type: string, body: object, day = firstDay) => ({ type, by, at: noon(day), ...body }) as never;
const after = histories<CentreCommand, CentreEvent>((each, events) =>
  centreStream.decide(each, foldPlain(centreStream, events), rules),
);
const placed = histories<PlacementCommand, PlacementEvent>((each, events) =>
  placementStream.decide(each, foldPlain(placementStream, events), rules),
);
const givenCentre = givenPlain(centreStream);
const givenPlacement = givenPlain(placementStream);

describe('a centre', () => {
  const registering = command('RegisterCentre', { unit: town, content, from: firstDay });
  const registered = after(registering);
  const desk = command('OpenDesk', { code: 'W1', name: '综合窗口', from: firstDay });

  it('is hosted by a unit that there is', () => {
    givenCentre()
      .when(command('RegisterCentre', { unit: 'none', content, from: firstDay }))
      .thenRefused('unknown-unit');
    // A government has no desk but that of its office: nobody could take anything in.
    givenCentre()
      .when(command('RegisterCentre', { unit: '622901007', content, from: firstDay }))
      .thenRefused('rule-violated', { pointer: '/unit' });
    givenCentre().when(desk).thenRefused('not-found');
  });

  it('has desks and staff from day to day; what held yesterday held', () => {
    const staff = (more: object) => command('AssignStaff', { officer: 'ma', from: firstDay, ...more });
    givenCentre(...registered)
      .when(staff({ desk: 'W1' }))
      .thenRefused('not-found', { pointer: '/desk' });
    givenCentre(...registered)
      .when(staff({ to: '2026-03-01' }))
      .thenRefused('rule-violated', { pointer: '/to' });
    givenCentre(...registered)
      .when(staff({ from: '2026-02-01' }))
      .thenRefused('rule-violated', { pointer: '/from' });
    const ended = command('EndStaffAssignment', { assignment: 1, to: '2026-03-10', reason: '调离' }, '2026-03-10');
    const history = after(registering, desk, staff({ desk: 'W1' }), ended);
    const centre = foldPlain<typeof centreStream.initial, CentreEvent>(centreStream, history);
    expect([firstDay, '2026-03-10', '2026-03-11'].map((day) => centreOn(centre, day).staff.length)).toEqual([1, 1, 0]);
    givenCentre(...history)
      .when(staff({ from: '2026-03-10' }))
      .thenRefused('already-decided');
    givenCentre(...history)
      .when(staff({ from: '2026-03-11' }))
      .thenTypes('StaffAssigned');
    const past = command('CloseDesk', { code: 'W1', lastDay: '2026-03-08', reason: '撤销' }, '2026-03-10');
    givenCentre(...history)
      .when(past)
      .thenRefused('rule-violated', { pointer: '/lastDay' });
    givenCentre(...history)
      .when(desk)
      .thenRefused('already-decided', { pointer: '/code' });
  });

  it('is closed on a day, and nothing is changed in it afterwards', () => {
    const closing = command('CloseCentre', { lastDay: '2026-03-31', reason: '合并' });
    const closed = [...registered, ...centreStream.decide(closing, foldPlain(centreStream, registered), rules)];
    const centre = foldPlain<typeof centreStream.initial, CentreEvent>(centreStream, closed);
    expect(['2026-03-01', firstDay, '2026-03-31', '2026-04-01'].map((day) => isOpenOn(centre, day))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    givenCentre(...closed)
      .when(desk)
      .thenRefused('already-decided');
  });
});

const takeIn = (more: object = {}) => command('TakeInMatter', { number: 'N-1', unit: town, hosts: true, ...more });
const down = (more: object = {}) =>
  command('TransferDown', {
    to: village,
    ask: '核实地块',
    against: [],
    hosts: true,
    petition: stateAfter(acceptedPetition),
    ...more,
  });
const up = (wish = 'petitioner', more: object = {}) => command('EscalateUp', { wish, ...more });
const settle = command('ResolveAtLevel', { how: '已核实' });

describe('a matter in the centres', () => {
  it('goes down without the name that the petition holds', () => {
    givenPlacement(...placed(takeIn()))
      .when(down({ ask: '请核实张三家的地块' }))
      .thenRefused('rule-violated', { pointer: '/ask', basis: 'P6' });
  });

  it('goes down to no unit that has been abolished, and says which goes on with its work', () => {
    const merged = (successor?: string) =>
      new UnitDirectory(
        units.map((unit) =>
          unit.id === village ? { ...unit, abolishedOn: firstDay, ...(successor ? { successor } : {}) } : unit,
        ),
      );
    for (const [successor, said] of [
      ['622901007-v2', '"622901007-v2" goes on'],
      [undefined, 'its successor is unclear'],
    ] as const) {
      const decide = () =>
        placementStream.decide(down(), foldPlain<Placement, PlacementEvent>(placementStream, placed(takeIn())), {
          ...rules,
          units: merged(successor),
        });
      expect(decide).toThrow(said);
      expect(decide).toThrow(Refusal);
    }
  });

  it('is taken in where there is a centre, and never when it is an accusation', () => {
    givenPlacement()
      .when(takeIn({ hosts: false }))
      .thenRefused('rule-violated', { pointer: '/centre' });
    givenPlacement()
      .when(takeIn({ petition: stateAfter(sealedPetition) }))
      .thenRefused('sealed', { basis: 'R30' });
    givenPlacement().when(takeIn()).thenWaitsFor(`work-on-matter petition-officer@${town} 9999-12-31`);
  });

  it('goes down to a lower unit of the area that hosts a centre, after triage, without names', () => {
    const here = placed(takeIn());
    givenPlacement(...here)
      .when(down())
      .thenWaitsFor(`work-on-matter village-officer@${village} 9999-12-31`);
    for (const to of ['622901', '622901-zrzy', town])
      givenPlacement(...here)
        .when(down({ to }))
        .thenRefused('rule-violated', { pointer: '/to' });
    givenPlacement(...here)
      .when(down({ hosts: false }))
      .thenRefused('rule-violated', { pointer: '/to' });
    givenPlacement(...here)
      .when(down({ ask: '电话13900000001' }))
      .thenRefused('rule-violated', { pointer: '/ask' });
    givenPlacement(...here)
      .when(down({ petition: stateAfter(registeredPetition) }))
      .thenRefused('not-the-step');
    givenPlacement(...here)
      .when(down({ petition: stateAfter(sealedPetition) }))
      .thenRefused('sealed');
    givenPlacement(...placed(takeIn(), settle))
      .when(down())
      .thenRefused('already-decided');
  });

  it('never goes down to those whom it is about, nor to anybody under them (Art. 30)', () => {
    const here = placed(takeIn());
    // The village itself; the government above it, whose village it is; the head of the village, recused (Art. 28).
    const headed = stateAfter(acceptedPetition);
    const posts = [{ officer: 'head', unit: village, role: 'head' as const }];
    for (const more of [
      { against: [village] },
      { against: ['622901007-v2', village] },
      { petition: { ...headed, recusals: { ...headed.recusals, posts } } },
    ])
      givenPlacement(...here)
        .when(down(more))
        .thenRefused('rule-violated', { pointer: '/to', basis: 'R30' });
    givenPlacement(...here)
      .when(down({ against: ['622901007'] }))
      .thenRefused('rule-violated', { pointer: '/against', basis: 'R30' });
    givenPlacement(...here)
      .when(down({ against: ['none'] }))
      .thenRefused('unknown-unit', { pointer: '/against/0' });
    givenPlacement(...here)
      .when(down({ against: ['622901007-v2'] }))
      .thenTypes('MatterTransferredDown');
  });

  it('is taken back from whom it turns out to be about, does not go to them again, and goes up past them', () => {
    const town2 = { id: 'town', unit: town, role: 'petition-officer' };
    const recall = (more: object = {}) =>
      command('RecallMatter', { against: [village], reason: '反映村干部', by: town2, ...more });
    givenPlacement(...placed(takeIn()))
      .when(recall())
      .thenRefused('not-the-step');
    const back = placed(takeIn(), down(), settle, recall());
    givenPlacement(...back)
      .when(down())
      .thenRefused('rule-violated', { pointer: '/to' });
    givenPlacement(...placed(takeIn(), down()))
      .when(recall({ against: ['622901007'] }))
      .thenRefused('rule-violated', { pointer: '/against' });
    const state = foldPlain<typeof placementStream.initial, PlacementEvent>(placementStream, back);
    expect(state).toMatchObject({ at: town, against: [village] });
    expect(state.resolved).toBeUndefined();
    expect(placementStream.head(state, rules).summary).toMatchObject({ against: [village] });
    // From the village to the county, where the matter is about the town.
    expect(aboveOf(village, directory, ['622901007'])).toBe('622901');
    givenPlacement(...placed(takeIn(), down()))
      .when(up('centre', { against: ['622901007'] }))
      .thenState(({ at, against }) => expect({ at, against }).toEqual({ at: '622901', against: ['622901007'] }));
  });

  it('goes up in any state, to the next higher level', () => {
    expect(['622901007-v1', town, '622901-xfj'].map((unit) => aboveOf(unit, directory))).toEqual([
      town,
      '622901',
      '6229',
    ]);
    expect(aboveOf('6229-xfj', directory)).toBeUndefined();
    for (const history of [[takeIn()], [takeIn(), settle], [takeIn(), down()], [takeIn(), down(), settle]])
      givenPlacement(...placed(...history))
        .when(up())
        .thenTypes('MatterEscalated');
    givenPlacement(...placed(takeIn(), settle))
      .when(up())
      .thenState(({ resolved }) => expect(resolved).toBeUndefined());
  });

  it('a lower centre reads what it was asked, the one that took it in reads all', () => {
    const account = command('ReportOnMatter', { account: '二社三户' });
    const history = placed(takeIn(), down(), account, up('centre', { reason: '超出职权' }));
    const state = foldPlain<typeof placementStream.initial, PlacementEvent>(placementStream, history);
    expect(placementView(state, village, directory)).toMatchObject({ reports: [{ account: '二社三户' }] });
    const beside = JSON.stringify(placementView(state, '622901007-v2', directory));
    expect(beside).not.toMatch(/核实|二社|职权/);
    expect(JSON.stringify(placementView(state, town, directory))).toMatch(/核实地块.*超出职权.*二社三户/);
  });

  it('whatever was done before, whoever has it can send it up, and no head tells how often', () => {
    const step = fc.constantFrom(
      takeIn(),
      down(),
      up(),
      up('centre'),
      settle,
      command('ReportOnMatter', { account: '已看' }),
    );
    let sentUp = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25, size: 'max' }), (commands) => {
        const events: PlacementEvent[] = [...placed(takeIn())];
        for (const each of commands) {
          const before = foldPlain<typeof placementStream.initial, PlacementEvent>(placementStream, events);
          let made: readonly PlacementEvent[] = [];
          try {
            made = placementStream.decide(each, before, rules);
          } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            const top = directory.get(before.at ?? '')?.level === levels[0];
            if ((each as { type: string }).type === 'EscalateUp') expect(top).toBe(true);
          }
          events.push(...made);
          sentUp += made.filter(({ type }) => type === 'MatterEscalated').length;
          const now = foldPlain<typeof placementStream.initial, PlacementEvent>(placementStream, events);
          expect(Object.keys(placementStream.head(now, rules).summary).sort()).toEqual(
            now.resolved ? ['at', 'level', 'since', 'status'] : ['at', 'since', 'status'],
          );
        }
      }),
      { numRuns: 200 },
    );
    expect(sentUp).toBeGreaterThan(200);
  });
});
