import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { promiseAgainstRemedies } from '../../../domain/petition/remedies.ts';
import { agreement, draftAgreement, heldMediation } from '../../support/builders.ts';
import { given } from '../../support/given.ts';

const promises = [
  '乙方承诺息诉罢访。',
  '乙方自愿息访，今后不再为此事找政府。',
  '乙方不再上访',
  '乙方放弃起诉的权利。',
  '乙方自愿放弃就此事向人民法院提起诉讼的权利。',
  '双方不得再就本纠纷申请仲裁。',
  '乙方保证不向任何机关信访、举报。',
  '乙方承诺今后不以任何理由、任何形式越级上访。',
  '领取补偿后，乙方不能再提起行政复议。',
  '乙方永不申诉、控告。',
  '乙方绝不进京上访',
  '今后不得因此事到法院打官司。',
  '乙方不起诉、不上访、不闹事。',
  '乙方不会再投诉甲方。',
  '乙方不通过法律途径解决此事。',
  '乙方同意停止一切信访活动。',
  '乙方终止诉讼，不再申请再审。',
  '禁止乙方向有关部门反映问题。',
  '乙方无权再要求复查、复核。',
  '乙方撤回信访事项。',
  '乙方撤回对甲方的举报。',
  '上访、起诉的权利自签字之日起一律放弃。',
  '乙方若再上访，退还全部补偿款。',
  '如乙方再行起诉，视为违约，须返还全部款项。',
  '乙方不走法律程序',
  '不诉不访，就此了结。',
  '放 弃 起 诉',
  '放　弃　诉　讼',
  '不\u200b再\u200b上\u200b访',
  '不再\u00ad信\u2060访',
  '不·再·上·访',
  '放弃“起诉”',
  '不再\n信访',
  '放-弃-上-访',
  '不得，以任何方式，上访',
  '乙方承諾放棄起訴，不再上訪。',
  '乙方不得以生活受影响为由上访。',
  'Party B waives the right to sue.',
  'Party B shall not petition any authority.',
  'Party B will never file a lawsuit over this.',
  'Party B agrees not to go to court.',
  'Ｐａｒｔｙ　Ｂ　ｗａｉｖｅｓ　ｔｈｅ　ｒｉｇｈｔ　ｔｏ　ｓｕｅ',
  'Party B wai\u200bves the right to appeal.',
  'Party B gives up arbitration.',
  'Party B renounces litigation.',
  'Party B can no longer complain to the petition office.',
  'Party B will refrain from suing.',
];

const harmless = [
  '本协议不影响任何一方依法起诉、申请仲裁或者信访的权利。',
  '甲方不得阻止乙方起诉。',
  '任何一方不得限制、阻碍对方依法信访。',
  '协商不成的，可以向人民法院起诉。',
  '协商不成的可以向人民法院起诉',
  '甲方不得以已经付款为由阻止乙方起诉。',
  '甲方不再拖欠工资。',
  '甲方不再拖欠，乙方可以起诉。',
  '甲方不履行本协议的，乙方有权向人民法院起诉。',
  '一方不按期履行的，另一方可以依法申请强制执行或者提起诉讼。',
  '不能协商一致的，可以申请仲裁。',
  '当事人不服的，可以自收到书面答复之日起30日内请求复查。',
  '甲方不得逾期付款，逾期的，乙方依法起诉。',
  '若甲方逾期不付，乙方可以起诉并要求支付违约金。',
  '诉讼费、仲裁费由甲方承担。',
  '甲方于2026年5月30日前支付补偿款1.2万元。',
  '双方当事人可以共同向人民法院申请司法确认。',
  '乙方不再占用甲方通道。',
  '甲方不得拖延，并承担已发生的仲裁费用。',
  '信访人反映的补偿面积有误，经复核属实。',
  '双方自愿达成协议，任何一方均保留诉讼的权利。',
  '2025年乙方曾就补偿问题信访、起诉。',
  'This agreement does not affect the right of either party to sue.',
  'Party A may not prevent Party B from going to court.',
  'If Party A does not pay, Party B may sue.',
  'Party A will no longer delay payment.',
  'Both parties may apply to the court for confirmation.',
];

describe('an agreement may not promise remedies away (人民调解法 3)', () => {
  it.each(promises)('refuses: %s', (terms) => {
    expect(promiseAgainstRemedies(terms)).toBeTypeOf('string');
  });

  it.each(harmless)('accepts: %s', (terms) => {
    expect(promiseAgainstRemedies(terms)).toBeUndefined();
  });

  it('finds the promise in the middle of an otherwise proper text', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...promises.slice(0, 25)),
        fc.constantFrom(...harmless.slice(0, 20)),
        fc.constantFrom(...harmless.slice(0, 20)),
        (promise, before, behind) => promiseAgainstRemedies(`${before}。${promise}。${behind}`) !== undefined,
      ),
    );
  });

  it('finds the promise whatever invisible or blank characters are strewn in', () => {
    const strewn = fc.constantFrom('', '', ' ', '　', '\u200b', '\u200d', '\ufeff', '\u00ad', '\t', '\n', '·', '*');
    fc.assert(
      fc.property(
        fc.constantFrom('放弃起诉', '不再上访', '息诉罢访', '不得申请仲裁', '永不信访'),
        fc.array(strewn, { minLength: 8, maxLength: 8 }),
        (promise, gaps) =>
          promiseAgainstRemedies([...promise].map((char, i) => char + (gaps[i] ?? '')).join('')) !== undefined,
      ),
    );
  });

  it('answers in time on the longest text that the API lets through', () => {
    const started = performance.now();
    promiseAgainstRemedies('甲方不再拖欠乙方工资并按月支付，'.repeat(700));
    promiseAgainstRemedies('如若不得不再'.repeat(2000));
    promiseAgainstRemedies('shall not '.repeat(1000));
    expect(performance.now() - started).toBeLessThan(500);
  });

  it.each([
    ['facts', '/facts'],
    ['responsibility', '/responsibility'],
    ['terms', '/terms'],
  ])('looks into the %s', (field, pointer) => {
    given(...heldMediation)
      .when(draftAgreement({ content: { ...agreement, [field]: '乙方不再上访。' } }))
      .thenRefused('agreement-bars-remedies', { pointer, basis: 'M3(3)' });
  });

  it('looks into every obligation', () => {
    const obligations = agreement.obligations.map((one, i) => (i === 1 ? { ...one, what: '息诉罢访' } : one));
    given(...heldMediation)
      .when(draftAgreement({ content: { ...agreement, obligations } }))
      .thenRefused('agreement-bars-remedies', { pointer: '/obligations/1/what' });
  });
});
