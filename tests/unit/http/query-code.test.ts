import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Refusal } from '../../../domain/errors.ts';
import type { AttemptStore, FailedAttempts } from '../../../domain/ports.ts';
import { problemResponse, TooManyRequests, toProblem } from '../../../functions/shared/problem.ts';
import { queryCodeOf, requirePetitioner, sameCode } from '../../../functions/shared/query-code.ts';

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

describe('attempts at a query code', () => {
  const number = '622901-20260228-ABCDEF';
  const limits = { failedCodes: 5, failedCodesMinutes: 15 };

  /** One petition, a clock, and attempts counted in memory; `attempt` answers what the petitioner is told. */
  const portal = () => {
    let seconds = Date.parse('2026-03-01T00:00:00Z') / 1000;
    const counted = new Map<string, FailedAttempts>();
    const seen: string[] = [];
    let writes = 0;
    const attempts: AttemptStore = {
      failed: async (of, now) => {
        seen.push('failed');
        const found = counted.get(of);
        return found && found.windowEnds > now ? found : undefined;
      },
      fail: async (of, caller, now, windowEnds) => {
        seen.push('fail');
        writes += 1;
        const known = counted.get(of);
        const running = known && known.windowEnds > now ? known : { count: 0, callers: [], windowEnds };
        counted.set(of, { ...running, count: running.count + 1, callers: [...new Set([...running.callers, caller])] });
        return running.count + 1;
      },
    };
    const check = {
      records: {
        head: async ({ id }: { id: string }) => {
          seen.push('head');
          return id === number ? { version: 1, hash: '', summary: {}, openStages: [] } : undefined;
        },
      },
      hasher: {
        hash: async (kind: 'query-code' | string, value: string) => {
          seen.push('hash');
          return hasher.hash(kind, value);
        },
      },
      attempts,
      clock: { now: () => new Date(seconds * 1000).toISOString() },
      limits,
    };
    const attempt = async (code: string, address = '203.0.113.7', of = number) => {
      try {
        await requirePetitioner(check, { number: of, queryCode: code }, address);
        return 'in';
      } catch (error) {
        if (error instanceof TooManyRequests) {
          expect(error.message).toContain(`Try again in ${String(error.retryAfterSeconds)} seconds (`);
          // The answer says it twice: in words, and in the header Retry-After.
          expect(problemResponse(toProblem(error)).headers).toMatchObject({
            'retry-after': String(error.retryAfterSeconds),
          });
          return error.retryAfterSeconds;
        }
        if (error instanceof Refusal) return `${error.code}: ${error.message}`;
        throw error;
      }
    };
    return {
      attempt,
      seen,
      counted,
      get writes() {
        return writes;
      },
      wait: (more: number) => {
        seconds += more;
      },
      code: queryCodeOf(hasher, number),
    };
  };
  afterEach(() => vi.restoreAllMocks());

  it('that are right write nothing', async () => {
    const desk = portal();
    for (let i = 0; i < 20; i += 1) expect(await desk.attempt(await desk.code)).toBe('in');
    expect(desk.writes).toBe(0);
  });

  it('that fail too often make whoever failed wait, even with the right code, until the window ends', async () => {
    const desk = portal();
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => {});
    for (let i = 0; i < 5; i += 1) expect(await desk.attempt('WRONG0000000')).toContain('not-found');
    expect(warned).toHaveBeenCalledOnce();
    desk.wait(300);
    expect(await desk.attempt(await desk.code)).toBe(600);
    expect(desk.writes).toBe(5);
    desk.wait(600);
    expect(await desk.attempt(await desk.code)).toBe('in');
    warned.mockRestore();
  });

  it('by somebody else never keep the petitioner out', async () => {
    const desk = portal();
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    for (let i = 0; i < 100; i += 1) await desk.attempt('WRONG0000000', `198.51.100.${String(i)}`);
    expect(await desk.attempt(await desk.code)).toBe('in');
    // Nor does one slip of his own while nobody attacks.
    const calm = portal();
    await calm.attempt('WRONG0000000');
    expect(await calm.attempt(await calm.code)).toBe('in');
  });

  it('from ever new addresses have one try each, once the number is under attack', async () => {
    const desk = portal();
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    for (let i = 0; i < 50; i += 1) await desk.attempt('WRONG0000000', `198.51.100.${String(i)}`);
    const again = await Promise.all(
      Array.from({ length: 50 }, (_, i) => desk.attempt('WRONG0000000', `198.51.100.${String(i)}`)),
    );
    expect(again.every((answer) => typeof answer === 'number')).toBe(true);
  });

  it('at a number that does not exist get the same answer after the same work as a wrong code', async () => {
    const wrongCode = portal();
    const wrongNumber = portal();
    const other = '622901-20260228-ZZZZZZ';
    for (let i = 0; i < 7; i += 1) {
      expect(await wrongNumber.attempt(await queryCodeOf(hasher, other), '203.0.113.7', other)).toEqual(
        await wrongCode.attempt('WRONG0000000'),
      );
    }
    expect(wrongNumber.seen).toEqual(wrongCode.seen);
  });

  it('leave no address, and marks that cannot be compared between numbers', async () => {
    const desk = portal();
    await desk.attempt('WRONG0000000');
    await desk.attempt('WRONG0000000', '203.0.113.7', '622901-20260228-ZZZZZZ');
    const [one, two] = [...desk.counted.values()].map(({ callers }) => callers[0]);
    expect(one).toMatch(/^[0-9a-z]{1,4}$/);
    expect(one).not.toBe(two);
  });
});
