import { beforeAll, describe, expect, it } from 'vitest';
import { statutoryCalendar } from '../../../adapters/calendar.ts';
import type { Officer } from '../../../domain/access/roles.ts';
import { InvalidCursor } from '../../../domain/errors.ts';
import type { PetitionCommand, PetitionEvent } from '../../../domain/petition/petition.ts';
import { monthsBetween, type Question } from '../../../domain/statistics/summary.ts';
import { readStatistics, requireQuestion } from '../../../functions/shared/figures.ts';
import { casesBehind } from '../../../functions/statistics/cases.ts';
import * as a from '../../support/builders.ts';
import { countingRecord } from '../../support/counting.ts';

const officer = (role: string, unit: string, id = 'somebody'): Officer => ({ id, name: id, unit, roles: [role] });
const leader = officer('leader', '622901');
const year: Question = { unit: '622901', from: '2026-01', to: '2026-12', below: true };

const counting = countingRecord();
const context = async () => ({ ...a.rules, calendar: statutoryCalendar() });
const dependencies = {
  records: counting.record,
  figures: counting.figures,
  log: counting.log,
  reference: { units: async () => a.units },
  context,
  clock: { now: () => a.noon('2026-08-15') },
};

const lives = [
  a.routedPetition,
  a.acceptedPetition,
  a.concludedPetition,
  a.continued(a.concludedPetition, a.recuse({ officer: 'mayor' })),
  a.divertedPetition,
  a.sealedPetition,
  a.registeredPetition,
];

beforeAll(async () => {
  for (const [index, facts] of [...lives, ...lives, ...lives].entries()) {
    const events = facts.map((fact) => ({ ...fact, at: a.noon(a.firstDay), actor: a.officers.officer }));
    await counting.commit({ kind: 'petition', id: `622901007-20260302-T${String(index).padStart(5, '0')}` }, events);
  }
  const day = a.sessionAfter(a.publish(), a.preRegister(), a.checkIn(), a.recordVisit());
  await counting.commit(
    { kind: 'session', id: 'S1' },
    day.map((fact) => ({ ...fact, at: a.noon(a.firstDay), actor: a.officers.receptionist })),
  );
  await counting.deliver();
});

const listed = async (who: Officer, figure: string, question: Question = year, limit = 4) => {
  const found: { number: string; count: number }[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < 100; pages += 1) {
    const page = await casesBehind(dependencies, who, question, figure, limit, cursor);
    if (!page) return undefined;
    found.push(...page.items);
    cursor = page.cursor;
    if (cursor === undefined) return found;
  }
  throw new Error('The pages do not end.');
};

describe('the cases behind a number', () => {
  it('are as many as the number says, for every figure', async () => {
    const { figures, open } = await readStatistics(dependencies, year);
    expect(Object.keys(figures).length).toBeGreaterThan(20);
    for (const [figure, count] of [...Object.entries(figures), ['open', open] as const]) {
      const cases = (await listed(leader, figure)) ?? [];
      expect([figure, cases.reduce((sum, each) => sum + each.count, 0)]).toEqual([figure, count]);
    }
  });

  it('are the same whatever the length of a page', async () => {
    const all = await listed(leader, 'registered', year, 100);
    for (const limit of [1, 2, 7]) expect(await listed(leader, 'registered', year, limit)).toEqual(all);
  });

  it('show a recused officer nothing of his', async () => {
    const seen = async (id: string) => ((await listed({ ...leader, id }, 'registered')) ?? []).length;
    expect((await seen('somebody')) - (await seen('mayor'))).toBe(3);
  });

  it('are none of another unit’s', async () => {
    expect(await listed(officer('handler', '622901007-tw'), 'registered')).toEqual([]);
  });

  it('answer to no figure that is not there, and to no cursor of something else', async () => {
    for (const figure of ['', 'registered.nothing.x', 'secret', '__proto__', 'registered.channel.'])
      expect(await listed(leader, figure)).toBeUndefined();
    await expect(casesBehind(dependencies, leader, year, 'registered', 4, 'x')).rejects.toBeInstanceOf(InvalidCursor);
  });
});

describe('an accusation', () => {
  it('is in no number that anybody may ask for, its own organ included, and in no difference of two', async () => {
    const sealed = counting.recounted();
    expect((await sealed).size).toBeGreaterThan(0);
    const { figures, months, byUnit } = await readStatistics(dependencies, { ...year, unit: '6229' });
    // Six of seven lives have been triaged and are none, one of them led to another procedure: twelve and three.
    expect(figures.registered).toBe(15);
    expect(figures['registered.channel.visit'] ?? 0).toBe(15);
    expect((figures['registered.purpose.appeal'] ?? 0) + (figures['registered.purpose.suggestion'] ?? 0)).toBe(15);
    expect(months.reduce((sum, { figures: each }) => sum + (each.registered ?? 0), 0)).toBe(15);
    expect(byUnit.reduce((sum, { figures: each }) => sum + (each.registered ?? 0), 0)).toBe(15);
    expect(byUnit.map(({ unit }) => unit)).not.toContain('622901-jw');
    expect((await listed(leader, 'registered'))?.length).toBe(15);
  });
});

describe('a question', () => {
  it('is of this year and the own unit when nothing else is asked', () => {
    expect(requireQuestion({}, '622901', '2026-08-15')).toEqual({
      unit: '622901',
      from: '2026-01',
      to: '2026-08',
      below: true,
    });
  });

  it('is refused when its months run backwards or are too many', () => {
    for (const months of [
      { from: '2026-05', to: '2026-04' },
      { from: '2015-01', to: '2026-04' },
    ])
      expect(() => requireQuestion(months, '622901', '2026-08-15')).toThrow();
    expect(monthsBetween('2025-11', '2026-02')).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
  });
});

describe('the answer', () => {
  it('gives both parts of a ratio, and no ratio of nothing', async () => {
    const { indicators } = await readStatistics(dependencies, year);
    const of = (name: string) => indicators.find(({ indicator }) => indicator === name);
    expect(of('on-time-conclusion')).toMatchObject({ numerator: 6, denominator: 6, value: 1 });
    expect(of('participation')).toMatchObject({ numerator: 0, denominator: 6, value: 0 });
    expect(of('satisfaction')).toMatchObject({ numerator: 0, denominator: 0, value: null });
    expect(of('timely-acceptance')?.pending).toBeGreaterThan(0);
  });

  it('tells how old what is open is, and receptions by level', async () => {
    const { ages, open, receptions } = await readStatistics(dependencies, year);
    expect(open).toBe(6);
    expect(ages.find(({ fromMonths }) => fromMonths === 3)).toEqual({ fromMonths: 3, toMonths: 6, open: 6 });
    expect(receptions).toEqual([{ level: 'township', month: '2026-03', receptions: 0, batches: 1, persons: 3 }]);
  });

  it('puts published numbers beside its own, and into none of them', async () => {
    const baseline = {
      unit: '622901',
      name: '接待群众',
      value: 2471,
      measure: '批次',
      asOf: '2023-09-18',
      period: '2019年以来',
      source: '某报',
    };
    const known = await context();
    const configuration = { ...known.configuration, baselines: [baseline, { ...baseline, unit: '6229' }] };
    const withBaselines = await readStatistics(
      { ...dependencies, context: async () => ({ ...known, configuration }) },
      year,
    );
    expect(withBaselines.baselines).toEqual([baseline]);
    expect(withBaselines.figures).toEqual((await readStatistics(dependencies, year)).figures);
  });
});

describe('what nobody triages', () => {
  const own = countingRecord();
  const asked = { ...dependencies, records: own.record, figures: own.figures, log: own.log };
  const left = a.continued(a.registeredPetition, {
    type: 'SweepClocks',
    by: a.officers.officer,
    at: a.noon('2026-03-20'),
  } as PetitionCommand);
  const routed = a.continued(left, ...a.on('2026-05-04', a.route()));
  const stamped = (facts: readonly PetitionEvent[], day: string) =>
    facts.map((fact) => ({ ...fact, at: a.noon(day), actor: a.officers.officer }));

  beforeAll(async () => {
    const put = (id: string, ...facts: ReturnType<typeof stamped>) => own.commit({ kind: 'petition', id }, facts);
    await put('622901007-20260302-AAAAAA', ...stamped(left, '2026-03-20'));
    const triaged = stamped(routed.slice(left.length), '2026-05-04');
    await put('622901007-20260302-BBBBBB', ...stamped(left, '2026-03-20'), ...triaged);
    await own.deliver();
  });

  it('lies there at the end of each month until it is triaged, and is no sum of months', async () => {
    const { months, figures, byUnit } = await readStatistics(asked, year);
    expect(months.map(({ month, figures: { untriaged = 0 } }) => [month.slice(5), untriaged])).toEqual([
      ['01', 0],
      ['02', 0],
      ['03', 2],
      ['04', 2],
      ['05', 1],
      ['06', 1],
      ['07', 1],
      ['08', 1],
      // Of months to come nobody knows.
      ['09', 0],
      ['10', 0],
      ['11', 0],
      ['12', 0],
    ]);
    expect(figures.untriaged).toBe(1);
    expect(byUnit.filter((each) => (each.figures.untriaged ?? 0) > 0)).toMatchObject([
      { unit: '622901007-zx', figures: { untriaged: 1 } },
    ]);
    expect((await readStatistics(asked, { ...year, to: '2026-04' })).figures.untriaged).toBe(2);
  });

  it('has the cases behind it that lay there then', async () => {
    const cases = async (to: string) =>
      (await casesBehind(asked, leader, { ...year, to }, 'untriaged', 10))?.items.map(({ number }) => number.at(-1));
    expect(await cases('2026-02')).toEqual([]);
    expect(await cases('2026-04')).toEqual(['A', 'B']);
    expect(await cases('2026-05')).toEqual(['A']);
  });
});

describe('a leader', () => {
  const own = countingRecord();
  const asked = { ...dependencies, records: own.record, figures: own.figures, log: own.log };
  const day = (more: ReturnType<typeof a.instruct>) =>
    a.sessionAfter(a.publish(), a.preRegister(), a.checkIn(), a.recordVisit(), more);

  beforeAll(async () => {
    const put = (kind: 'petition' | 'session', id: string, facts: readonly { type: string; data: object }[]) =>
      own.commit(
        { kind, id },
        facts.map((fact) => ({ ...fact, at: a.noon(a.firstDay), actor: a.officers.officer })),
      );
    await put('petition', '622901007-20260302-AAAAAA', a.sponsoredPetition);
    await put('petition', '622901007-20260302-BBBBBB', a.acceptedPetition);
    await put('session', 'S1', day(a.instruct()));
    await put('session', 'S2', day(a.instruct({ solvedOnTheSpot: true })));
    await own.deliver();
  });

  it('has totals of what he received and sponsors, and of what he owes today', async () => {
    const { leaders, figures } = await readStatistics(asked, year);
    const whole = { batches: 2, persons: 6, solved: 1, commitments: 1, commitmentsDone: 0, commitmentsOpen: 1 };
    expect(leaders.filter(({ receptions }) => receptions > 0)).toMatchObject([
      { leader: 'mayor', receptions: 2, ...whole },
    ]);
    expect(leaders.filter(({ sponsored }) => sponsored > 0)).toMatchObject([
      { sponsoredOpen: 1, sponsoredResolved: 0 },
    ]);
    expect(Object.keys(figures).filter((key) => key.includes('.leader.'))).toEqual([]);
    const cases = async (figure: string) => (await casesBehind(asked, leader, year, figure, 10))?.items ?? [];
    expect((await cases('commitments-open.leader.mayor')).map(({ number }) => number)).toEqual(['S1']);
    expect((await cases('receptions.leader.mayor')).map(({ number }) => number)).toEqual(['S1', 'S2']);
    expect(await cases('receptions.leader.nobody')).toEqual([]);
  });

  it('has sponsored matters that are not resolved in brackets of their age, apart from what is open', async () => {
    const { sponsoredOpen, sponsoredAges, open, ages, byUnit } = await readStatistics(asked, year);
    expect(sponsoredOpen).toBe(1);
    expect(sponsoredAges.find(({ fromMonths }) => fromMonths === 3)?.open).toBe(1);
    expect([open, ages.reduce((sum, each) => sum + each.open, 0)]).toEqual([2, 2]);
    expect(byUnit.reduce((sum, each) => sum + each.open, 0)).toBe(2);
    expect((await casesBehind(asked, leader, year, 'sponsored-open', 10))?.items).toMatchObject([
      { status: 'answered' },
    ]);
  });
});
