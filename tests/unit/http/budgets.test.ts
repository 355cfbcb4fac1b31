import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createBudgets } from '../../../functions/shared/budgets.ts';
import { callerAddress } from '../../../functions/shared/caller-address.ts';
import { limitsFrom } from '../../../functions/shared/limits.ts';
import { problemResponse, TooManyRequests, toProblem } from '../../../functions/shared/problem.ts';

const limits = limitsFrom('{"readsPerMinute":60,"writesPerMinute":6,"publicPerMinute":3}');

const budgets = () => {
  let now = 0;
  const { spend } = createBudgets(limits, () => now);
  const times = (count: number, kind: 'read' | 'write' | 'public', whom = 'o-1') => {
    let taken = 0;
    for (let i = 0; i < count; i += 1) {
      try {
        spend(kind, whom);
        taken += 1;
      } catch (error) {
        if (!(error instanceof TooManyRequests)) throw error;
      }
    }
    return taken;
  };
  const wait = (seconds: number) => {
    now += seconds * 1000;
  };
  return { spend, times, wait };
};

describe('the budget of an officer', () => {
  it('can be spent at once, and comes back evenly', () => {
    const { times, wait } = budgets();
    expect(times(100, 'write')).toBe(6);
    wait(10);
    expect(times(100, 'write')).toBe(1);
    wait(3600);
    expect(times(100, 'write')).toBe(6);
  });

  it('of reading is another one than that of writing, and nobody spends what is another’s', () => {
    const { times } = budgets();
    expect(times(100, 'write')).toBe(6);
    expect(times(100, 'read')).toBe(60);
    expect(times(100, 'write', 'o-2')).toBe(6);
    expect(times(100, 'public')).toBe(3);
  });

  it('says in seconds when it is worth asking again', () => {
    const { spend, times } = budgets();
    times(6, 'write');
    try {
      spend('write', 'o-1');
      expect.unreachable();
    } catch (error) {
      const response = problemResponse(toProblem(error));
      expect(response).toMatchObject({ statusCode: 429, headers: { 'retry-after': '10' } });
      expect(JSON.parse(response.body ?? '')).toMatchObject({ type: 'urn:xinfang:problem:too-many-requests' });
      expect(response.body).not.toContain('retryAfter');
    }
  });

  it('does not grow without end with the number of those who ask', () => {
    const { times } = budgets();
    times(3, 'public', 'first');
    for (let i = 0; i < 10_000; i += 1) times(1, 'public', `other ${String(i)}`);
    expect(times(100, 'public', 'first')).toBe(3);
  });
});

describe('the limits', () => {
  it('have defaults, and refuse at start what is no limit', () => {
    expect(limitsFrom()).toMatchObject({ readsPerMinute: 600, failedCodes: 5 });
    for (const wrong of ['{"readsPerMinute":0}', '{"reads":1}', '{"failedCodes":"5"}', '[]', 'no'])
      expect(() => limitsFrom(wrong)).toThrow();
  });
});

describe('the network that a request came from', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:DB8:0001:2::9', '2001:db8:1:2'],
    ['2001:db8::9', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('%s counts as %s', (sourceIp, network) => {
    expect(callerAddress({ requestContext: { http: { sourceIp } } } as APIGatewayProxyEventV2)).toBe(network);
  });
});
