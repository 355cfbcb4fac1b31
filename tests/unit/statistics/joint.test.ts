import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statutoryCalendar } from '../../../adapters/calendar.ts';
import { plusDays } from '../../../domain/calendar/calendar.ts';
import { placementStream } from '../../../domain/centre/placement.ts';
import type { PetitionCommand } from '../../../domain/petition/petition.ts';
import type { PlainStream } from '../../../domain/plain-stream.ts';
import type { EventActor, NewEvent, StreamRef } from '../../../domain/ports.ts';
import type { ListItem } from '../../../domain/whistle/list-item.ts';
import { listItemStream } from '../../../domain/whistle/list-item.ts';
import type { WhistleCommand } from '../../../domain/whistle/state.ts';
import { whistleStream } from '../../../domain/whistle/whistle.ts';
import { readStatistics } from '../../../functions/shared/figures.ts';
import { casesBehind } from '../../../functions/statistics/cases.ts';
import * as a from '../../support/builders.ts';
import { countingRecord, sorted } from '../../support/counting.ts';
import { choices, lifecycle, rules } from '../../support/random-lifecycle.ts';
import { callers, housing, justice, land, whistleContent } from '../../support/whistle.ts';

const matter = { kind: 'petition', id: a.number } as const;
const placement = { kind: 'placement', id: a.number } as const;
const need = { kind: 'list-item', id: 'M-need' } as const;
const resource = { kind: 'list-item', id: 'M-resource' } as const;
const whistles = ['W-matter', 'W-joint', 'W-both'].map((id) => ({ kind: 'whistle', id }) as const);
const [town, village] = ['622901007', '622901007-v1'] as const;

const itemsNamed: readonly ListItem[] = [
  { id: need.id, version: 1, list: 'need' },
  { id: resource.id, version: 1, list: 'resource' },
];
const open = a.stateAfter(a.routedPetition);
const joint = { joint: { needs: [need.id], resources: [resource.id] } };
const more = { 'W-matter': { petition: a.number }, 'W-joint': joint, 'W-both': { ...joint, petition: a.number } };

type Made = { readonly type: string };
const say = (type: string, by: EventActor, content: object = {}): Made & { by: EventActor } => ({
  type,
  ...content,
  by,
});

/** Everything that can be done to a whistle, in the order in which it is mostly done. */
const toWhistle = (id: string) => {
  const content = { ...whistleContent, ...more[id as keyof typeof more] };
  const legs = [
    [land, callers.land],
    [justice, callers.justice],
    [housing, { id: 'housing', unit: housing, role: 'handler' }],
  ] as const;
  return [
    say('DraftWhistle', callers.clerk, { id, content, petition: open, items: itemsNamed }),
    say('ApproveWhistle', callers.leader),
    ...legs.flatMap(([unit, by]) => [
      say('AcknowledgeWhistle', by, { unit }),
      say('ContactCaller', by, { unit, account: '已联系' }),
      say('AttendWhistle', by, { unit, officer: by.id }),
      say('RecordWhistleOutcome', by, { unit, solution: unit === land ? 'solved' : 'partly-solved', account: '办妥' }),
      say('RateResponse', callers.clerk, { unit, satisfaction: unit === land ? 'satisfied' : 'dissatisfied' }),
    ]),
    say('ObjectToWhistle', callers.land, { unit: land, reason: '不归本局' }),
    say('AnswerWhistleObjection', callers.leader, { unit: land, agreed: true, reason: '属实', replacement: housing }),
    say('SweepWhistle', callers.clock, { sealed: false }),
    say('CallOffWhistle', callers.leader, { reason: '已自行解决' }),
    say('SweepWhistle', callers.clock, { sealed: true }),
  ];
};
const officer = { id: 'village', unit: village, role: 'village-officer' };
const toPlacement = [
  say('TakeInMatter', callers.clerk, { number: a.number, unit: town, hosts: true }),
  say('TransferDown', callers.clerk, { to: village, ask: '核实地块', against: [], hosts: true, petition: open }),
  say('ResolveAtLevel', officer, { how: '当场调处' }),
  say('EscalateUp', officer, { wish: 'petitioner' }),
];
const toItem = (id: string, list: string) => [
  say('AddListItem', callers.clerk, { id, list, subject: '法律咨询', details: '每周一次' }),
  say('CloseListItem', callers.clerk, { how: '已满足' }),
];

const streams: readonly (readonly [StreamRef, PlainStream<never, never, never>, readonly Made[]])[] = [
  ...whistles.map((each) => [each, whistleStream, toWhistle(each.id)] as const),
  [placement, placementStream, toPlacement] as const,
  [need, listItemStream, toItem(need.id, 'need')] as const,
  [resource, listItemStream, toItem(resource.id, 'resource')] as const,
] as never;

/** A history of each stream by what is picked; what the rules refuse leaves nothing. */
const commitsOf = ([, stream, pool]: (typeof streams)[number], picks: readonly number[]): NewEvent[][] => {
  const plain = stream as unknown as PlainStream<
    { readonly version: number },
    WhistleCommand,
    { type: string; data: object }
  >;
  let [state, day] = [plain.initial, a.firstDay];
  // Now and then it is the wrong department.
  const objected = picks.length % 4 === 3 ? [17, 18] : [];
  return [0, 1, ...objected, ...picks].flatMap((pick) => {
    const made = pool[pick % pool.length] as Made & { by: EventActor };
    day = plusDays(day, pick % 3 === 0 ? 2 : 0);
    const at = a.noon(day);
    try {
      const events = plain.decide({ ...made, at } as never, state, rules);
      state = events.reduce((each, event) => plain.evolve(each, event), state);
      return events.length === 0 ? [] : [events.map((event) => ({ ...event, at, actor: made.by }))];
    } catch {
      return [];
    }
  });
};

describe('whistles, placements and list items', () => {
  it('count as a naive recount says, however the matter behind them moves and whatever comes late or twice', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        choices(60),
        fc.array(fc.array(fc.nat(999), { maxLength: 14 }), { minLength: 6, maxLength: 6 }),
        fc.array(fc.record({ of: fc.nat(6), deliver: fc.array(fc.nat(999), { maxLength: 3 }) }), { maxLength: 60 }),
        async (taken, picks, order) => {
          const counting = countingRecord(rules);
          const life = [...lifecycle(taken)]
            .filter(({ events }) => events.length > 0)
            .map(({ command, events }) => events.map((event) => ({ ...event, at: command.at, actor: command.by })));
          const left: (readonly [StreamRef, (readonly NewEvent[])[]])[] = [
            [matter, life],
            ...streams.map((each, index) => [each[0], commitsOf(each, picks[index] ?? [])] as const),
          ];
          const next = async (of: number) => {
            const [stream, commits] = left[of] ?? [matter, []];
            await counting.commit(stream, commits.shift() ?? []);
          };
          for (const { of, deliver } of order) {
            await next(of);
            const batch = deliver.flatMap(
              (pick) => counting.waiting[pick % Math.max(1, counting.waiting.length)] ?? [],
            );
            await Promise.all([counting.deliver(batch), counting.deliver([...batch].reverse())]);
          }
          for (const [of, [, commits]] of left.entries()) while (commits.length > 0) await next(of);
          await counting.deliver([...counting.waiting].reverse());
          const recounted = await counting.recounted();
          expect(sorted(counting.figures.all())).toEqual(sorted(recounted));
          for (const key of recounted.keys()) seen.add(key.split(' ')[2]?.split('.')[0] ?? '');
          const before = counting.figures.replaced;
          await counting.deliver();
          expect(counting.figures.replaced).toBe(before);
        },
      ),
      { numRuns: 150, seed: 20260302 },
    );
    const hard = ['whistles', 'wrong-calls', 'acknowledgements-due', 'attendances-in-time', 'responses-satisfied'];
    expect([...seen]).toEqual(
      expect.arrayContaining([...hard, 'needs-matched', 'come-up', 'sent-down', 'placed-settled', 'joint-projects']),
    );
  }, 60_000);

  const dependencies = (counting: ReturnType<typeof countingRecord>) => ({
    records: counting.record,
    figures: counting.figures,
    log: counting.log,
    reference: { units: async () => a.units },
    context: async () => ({ ...a.rules, calendar: statutoryCalendar() }),
    clock: { now: () => a.noon('2026-08-15') },
  });
  const county = { unit: '622901', from: '2026-01', to: '2026-12', below: true };
  const played = async (facts: readonly { readonly type: string; readonly data: object }[]) => {
    const counting = countingRecord();
    const stamped = facts.map((fact) => ({ ...fact, at: a.noon(a.firstDay), actor: a.officers.officer }));
    // The whistle and the place come first, and are delivered before anybody has triaged the matter.
    for (const [index, stream] of streams.entries())
      for (const commit of commitsOf(stream, index === 3 ? [1, 2] : [2, 3, 4, 5, 6]))
        await counting.commit(stream[0], commit);
    await counting.deliver();
    const untriaged = sorted(counting.figures.all());
    await counting.commit(matter, stamped);
    await counting.deliver(counting.waiting.slice(-1));
    return { counting, untriaged };
  };

  it('are in no figure while the matter is not triaged or is an accusation, and are counted with it', async () => {
    const { counting, untriaged } = await played(a.routedPetition);
    const figuresOf = (all: object) => Object.keys(all).map((key) => key.split(' ')[2] ?? '');
    // Of three whistles one has no matter behind it.
    expect(Object.entries(untriaged).filter(([key]) => key.endsWith(' whistles'))).toMatchObject([
      [expect.any(String), 1],
    ]);
    expect(figuresOf(untriaged)).not.toContain('taken-in');
    const known = sorted(counting.figures.all());
    expect(Object.entries(known).filter(([key]) => key.endsWith(' whistles'))).toMatchObject([[expect.any(String), 3]]);
    expect(figuresOf(known)).toContain('taken-in');
    // Triaged anew as an accusation, it takes everything along that stands for it, also what was over and no sweep looks at.
    const { officer: triage } = a.officers;
    const { path: _none, ...accusation } = a.route({ purpose: 'accusation', competentUnit: '622901-jw' });
    const sealed = a.continued(
      a.routedPetition,
      { type: 'RetriagePetition', reason: '实为检举控告', by: triage, at: a.noon(a.firstDay) },
      accusation as PetitionCommand,
    );
    await counting.commit(
      matter,
      sealed.slice(a.routedPetition.length).map((fact) => ({ ...fact, at: a.noon(a.firstDay), actor: triage })),
    );
    await counting.deliver(counting.waiting.slice(-1));
    expect(sorted(counting.figures.all())).toEqual(untriaged);
  });

  it('can be followed from every number to the cases behind it, by whoever may read them', async () => {
    const { counting } = await played(a.routedPetition);
    const leader = { id: 'county', name: '', unit: '622901', roles: ['leader'] };
    const { figures, indicators, placements } = await readStatistics(dependencies(counting), county);
    for (const [figure, count] of Object.entries(figures)) {
      const { items = [] } = (await casesBehind(dependencies(counting), leader, county, figure, 100)) ?? {};
      expect([figure, items.reduce((sum, each) => sum + each.count, 0)]).toEqual([figure, count]);
    }
    const of = (name: string) => indicators.find(({ indicator }) => indicator === name);
    expect(of('whistle-acknowledgement')?.denominator).toBeGreaterThan(0);
    expect(of('needs-matched')).toMatchObject({ numerator: 1, denominator: 1 });
    expect(placements.length).toBeGreaterThan(0);
    const accused = { ...leader, unit: '622901-jw' };
    const { items = [] } = (await casesBehind(dependencies(counting), accused, county, 'whistles', 100)) ?? {};
    expect(items).toEqual([]);
  });

  it('hold what went up against nobody: it is in no number of the centre that it left, and in no ratio', async () => {
    const counting = countingRecord();
    const stamped = a.routedPetition.map((fact) => ({ ...fact, at: a.noon(a.firstDay), actor: a.officers.officer }));
    await counting.commit(matter, stamped);
    for (const commit of commitsOf(streams[3] as (typeof streams)[number], [3]))
      await counting.commit(placement, commit);
    await counting.deliver();
    const ofVillage = Object.entries(sorted(counting.figures.all())).filter(([key]) => key.startsWith(`${village} `));
    expect(ofVillage.map(([key]) => key.split(' ')[2])).toEqual(['sent-down', 'sent-down.level.village']);
    const { indicators } = await readStatistics(dependencies(counting), { ...county, unit: village, below: false });
    expect(indicators.find(({ indicator }) => indicator === 'settled-at-level')).toMatchObject({
      numerator: 0,
      denominator: 0,
      value: null,
    });
  });
});
