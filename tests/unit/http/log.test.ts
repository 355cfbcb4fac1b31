import { describe, expect, it } from 'vitest';
import { Unavailable } from '../../../domain/errors.ts';
import { triggered } from '../../../functions/shared/log.ts';
import { context } from '../../support/lambda-context.ts';

const thrown = async (error: unknown): Promise<unknown> => {
  const handler = triggered<object, void>().handler(async () => {
    throw error;
  });
  try {
    await handler({}, context);
  } catch (caught) {
    return caught;
  }
  throw new Error('It should have failed.');
};

describe('what a function throws that no person calls', () => {
  it('keeps its class and name, by which it is retried, and says where, but repeats no value', async () => {
    const cause = new Error('13800000000');
    const error = (await thrown(
      new Unavailable('Key "信访人甲" of 622901199001011234 was refused', { cause }),
    )) as Error;
    expect(error).toBeInstanceOf(Unavailable);
    expect(error.name).toBe('Unavailable');
    expect(error.message).toBe('Key "…" of … was refused');
    expect(error.stack).toMatch(/^Unavailable: Key "…" of … was refused\n\s+at /);
    expect(JSON.stringify([error.message, error.stack, String(error.cause)])).not.toMatch(/信访|6229|138/);
  });

  it('may be anything', async () => {
    expect(await thrown('text')).toBeDefined();
  });
});
