import { defineConfig } from 'vitest/config';

/** What only Google can confirm: see test/live/bigquery. Each step is a job, which takes seconds. */
export default defineConfig({
  test: {
    include: ['test/live/bigquery/*.test.ts'],
    globalSetup: ['test/live/bigquery/drop-datasets.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
    teardownTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
