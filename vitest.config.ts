import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      // Properties run for a second or two each; a busy machine must not be taken for a fault.
      { test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { name: 'regulation', include: ['tests/regulation/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          name: 'adapters',
          include: ['tests/adapters/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { test: { name: 'workflows', include: ['tests/workflows/**/*.test.ts'], testTimeout: 120_000 } },
      { test: { name: 'infra', include: ['tests/infra/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 } },
      {
        test: {
          name: 'local',
          include: ['tests/local/**/*.test.ts'],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          // Each starts a machine of its own, and waits for it more than it computes.
          maxWorkers: 2,
        },
      },
    ],
  },
});
