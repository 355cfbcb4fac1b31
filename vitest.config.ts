import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['tests/unit/**/*.test.ts'] } },
      { test: { name: 'regulation', include: ['tests/regulation/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'adapters', include: ['tests/adapters/**/*.test.ts'], testTimeout: 30_000 } },
      { test: { name: 'workflows', include: ['tests/workflows/**/*.test.ts'], testTimeout: 30_000 } },
      { test: { name: 'infra', include: ['tests/infra/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 } },
      {
        test: {
          name: 'local',
          include: ['tests/local/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
