import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byStrength, countsOf, suggestRepeat } from '../../../domain/petition/repeats.ts';
import { normalised, sharedPhrases, similarity } from '../../../domain/petition/similarity.ts';
import { type Petition, personsOf } from '../../../domain/petition/state.ts';
import {
  after,
  content,
  continued,
  link,
  register,
  registeredPetition,
  route,
  stateAfter,
  unlink,
} from '../../support/builders.ts';
import { given } from '../../support/given.ts';

const short = '征地补偿款未足额发放';
const threshold = 0.3;

describe('similarity of texts', () => {
  it('is 1 for the same text however it is written, 0 for texts without a common pair', () => {
    expect(similarity('征地补偿款，未足额发放。', '征地 补偿款未足额发放')).toBe(1);
    expect(similarity('ＡＢＣ１２', 'abc12')).toBe(1);
    expect(similarity('征地补偿', '噪声扰民')).toBe(0);
    expect(similarity('', '')).toBe(0);
    expect(similarity('水', '水')).toBe(0);
  });

  it('counts common pairs of characters among all pairs', () => {
    // 征地 地补 补偿 | 征地 地补 补助: two of four.
    expect(similarity('征地补偿', '征地补助')).toBe(0.5);
  });

  it('is above the threshold for the same matter in other words, below it for another matter', () => {
    expect(similarity('征地补偿款未足额发放', '征地补偿款没有足额发放到位')).toBeGreaterThan(threshold);
    expect(similarity('征地补偿款未足额发放', '小区电梯维修资金使用不公开')).toBeLessThan(threshold);
  });

  it('shows the longest common phrases, none within another, none shorter than four characters', () => {
    expect(sharedPhrases('请求补发征地补偿款，并公开补偿标准', '要求公开补偿标准；补发征地补偿款')).toEqual([
      '补发征地补偿款',
      '公开补偿标准',
    ]);
    expect(sharedPhrases('补偿款', '补偿款')).toEqual([]);
    expect(sharedPhrases('征地 补偿款\n按公告标准', '征地补偿款，按公告标准')).toEqual(['征地补偿款', '按公告标准']);
  });

  it('is symmetric, between 0 and 1, and 1 with itself', () => {
    const text = fc.string({ unit: fc.constantFrom('征', '地', '补', '偿', '，', ' ', 'A') });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const s = similarity(a, b);
        expect(s).toBe(similarity(b, a));
        expect(s >= 0 && s <= 1).toBe(true);
        if ([...normalised(a)].length > 1) expect(similarity(a, a)).toBe(1);
        for (const phrase of sharedPhrases(a, b)) {
          expect(normalised(a)).toContain(phrase);
          expect(normalised(b)).toContain(phrase);
        }
      }),
    );
  });
});

describe('suggesting repeats', () => {
  const routed = stateAfter(continued(registeredPetition, route({ disposition: 'forward' })));
  const suggest = (
    matter: Parameters<typeof suggestRepeat>[2],
    persons: Parameters<typeof suggestRepeat>[1] = ['same phone'],
  ) => suggestRepeat(routed, persons, matter, threshold);

  it('gives every reason', () => {
    const { why, sharedPhrases: phrases } = suggestRepeat(
      stateAfter(
        continued(after(register({ content: { ...content, place: '城关镇某村' } })), route({ disposition: 'forward' })),
      ),
      ['same phone', 'same identity number', 'same name and address'],
      {
        unit: '622901-zrzy',
        category: '0301',
        place: '某村',
        text: `${content.subject}，${content.requests.join('，')}`,
      },
      threshold,
    );
    expect(why).toEqual([
      'same identity number',
      'same phone',
      'same name and address',
      'similar text',
      'same place',
      'same category',
      'same unit',
    ]);
    expect(phrases[0]).toContain('征地补偿款');
  });

  it('suggests the same person alone too, without a word on the matter', () => {
    expect(suggest({})).toMatchObject({ why: ['same phone'], sharedPhrases: [] });
    expect(suggest({})).not.toHaveProperty('similarity');
    expect(suggest({ text: '小区电梯维修资金' }).why).toEqual(['same phone']);
  });

  it('puts first what says more', () => {
    const list = [
      suggest({}),
      suggest({ text: short, category: '0301' }, ['same identity number']),
      suggest({ category: '0301' }),
    ];
    expect(list.sort(byStrength).map(({ why }) => why)).toEqual([
      ['same identity number', 'similar text', 'same category'],
      ['same phone', 'same category'],
      ['same phone'],
    ]);
  });

  it('looks up every representative and the contact of an organisation, and nobody of an anonymous petition', () => {
    const [a, b] = [{ name: '甲' }, { name: '乙' }];
    expect(personsOf({ form: 'joint', representatives: [a, b], headcount: 9 })).toEqual([a, b]);
    expect(personsOf({ form: 'organisation', organisation: '某公司', contact: a })).toEqual([a]);
    expect(personsOf({ form: 'anonymous' })).toEqual([]);
  });
});

describe('links', () => {
  it('are made by a person and can be taken back; the receipt stays', () => {
    given(...registeredPetition)
      .when(link())
      .thenState(({ repeats, registration }) => {
        expect(repeats).toHaveLength(1);
        expect(registration?.requests).toEqual(content.requests);
      });
    given(...continued(registeredPetition, link()))
      .when(unlink())
      .thenState(({ repeats }) => expect(repeats).toEqual([]));
  });
});

describe('counts', () => {
  const receipt = (over: Partial<NonNullable<Petition['registration']>> = {}) =>
    stateAfter(after(register())).registration && { ...stateAfter(after(register())).registration, ...over };

  it('count every receipt once, first-time and repeat by the links of now', () => {
    const registration = receipt() as NonNullable<Petition['registration']>;
    const joint = {
      ...registration,
      petitioner: { form: 'joint', representatives: [{ name: '甲' }], headcount: 12 },
    } as const;
    expect(
      countsOf([
        { registration, repeats: [] },
        { registration: joint, repeats: ['A'] },
        { registration, repeats: ['A', 'B'] },
        // A part of a petition is no receipt of its own.
        { registration: { ...registration, parent: 'A' }, repeats: [] },
      ]),
    ).toEqual({ registrations: 3, firstTime: 1, repeat: 2, persons: 14 });
  });

  it('agree with a naive recount after any sequence of links and unlinks, and taking all back restores them', () => {
    const numbers = ['P0', 'P1', 'P2', 'P3', 'P4'];
    const step = fc.record({ on: fc.nat(4), earlier: fc.nat(4), unlink: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const histories = numbers.map((number) => after(register({ number })));
        // The naive count: a plain set of pairs.
        const pairs = new Set<string>();
        for (const { on, earlier, unlink: off } of steps) {
          const [number = '', before = ''] = [numbers[on], numbers[earlier]];
          const history = histories[on] ?? [];
          const linked = pairs.has(`${number}>${before}`);
          if (number === before || linked !== off) continue;
          histories[on] = continued(history, (off ? unlink : link)({ earlier: before }));
          if (off) pairs.delete(`${number}>${before}`);
          else pairs.add(`${number}>${before}`);
        }
        const counts = countsOf(histories.map(stateAfter));
        const repeat = new Set([...pairs].map((pair) => pair.split('>')[0])).size;
        expect(counts).toEqual({ registrations: 5, firstTime: 5 - repeat, repeat, persons: 5 });

        for (const pair of pairs) {
          const [number = '', before = ''] = pair.split('>');
          const index = numbers.indexOf(number);
          histories[index] = continued(histories[index] ?? [], unlink({ earlier: before }));
        }
        expect(countsOf(histories.map(stateAfter))).toEqual(
          countsOf(numbers.map((number) => stateAfter(after(register({ number }))))),
        );
      }),
      { numRuns: 50 },
    );
  });
});
