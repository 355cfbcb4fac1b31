import { beforeAll, describe, expect, it } from 'vitest';
import { budgetKilobytes, bundleFunctions } from '../../infra/bundle.ts';

let sizes: ReadonlyMap<string, number>;

beforeAll(async () => {
  sizes = await bundleFunctions();
});

describe('the bundles', () => {
  it('stay small, because a cold start reads all of them', () => {
    for (const [name, bytes] of sizes) expect(bytes / 1024, name).toBeLessThanOrEqual(budgetKilobytes(name));
  });
});
