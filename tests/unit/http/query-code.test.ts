import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queryCodeOf, sameCode } from '../../../functions/shared/query-code.ts';

const hasher = {
  hash: async (kind: string, value: string) => createHmac('sha256', 'key').update(`${kind}:${value}`).digest('hex'),
};

describe('the query code (查询码)', () => {
  it('has twelve characters that can be read out', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (number) => {
        const code = await queryCodeOf(hasher, number);
        expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{12}$/);
        expect(await queryCodeOf(hasher, number)).toBe(code);
        expect(sameCode(code, code)).toBe(true);
      }),
    );
  });

  it('uses every bit of the sixty', async () => {
    expect(await queryCodeOf({ hash: async () => 'ffffffffffffffff' }, 'x')).toBe('ZZZZZZZZZZZZ');
    expect(await queryCodeOf({ hash: async () => '0000000000000010' }, 'x')).toBe('000000000001');
    expect(await queryCodeOf({ hash: async () => '8000000000000000' }, 'x')).toBe('G00000000000');
  });

  it.each(['k3q0-1abc-d2ef', 'K3Q0 1ABC D2EF', 'k3qo1abcd2ef', 'K3QOIABCD2EF', 'k3q0labcd2ef', ' K3Q01ABCD2EF '])(
    'is recognised as typed: %j',
    (typed) => expect(sameCode(typed, 'K3Q01ABCD2EF')).toBe(true),
  );

  it('is recognised in full-width characters, as an input method may give them', () =>
    expect(sameCode('Ｋ３Ｑ０－１ＡＢＣ－Ｄ２ＥＦ', 'K3Q01ABCD2EF')).toBe(true));

  it.each(['', 'K3Q01ABCD2E', 'K3Q01ABCD2EFF', 'K3Q01ABCD2EG', '张'.repeat(12), 'K3Q01ABCD2E\u0000', '\u{1f600}'])(
    'is not: %j',
    (typed) => expect(sameCode(typed, 'K3Q01ABCD2EF')).toBe(false),
  );

  it('is nobody else’s', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (typed) => {
        const plain = typed
          .normalize('NFKC')
          .toUpperCase()
          .replaceAll(/[\s-]/g, '')
          .replaceAll('O', '0')
          .replaceAll(/[IL]/g, '1');
        expect(sameCode(typed, 'K3Q01ABCD2EF')).toBe(plain === 'K3Q01ABCD2EF');
      }),
    );
  });
});
