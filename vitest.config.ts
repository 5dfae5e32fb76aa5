import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The one that takes minutes by itself: `npm run bugs:bigquery`.
    exclude: [
      'test/live/**',
      ...(process.env['BIGQUERY_BUGS'] === undefined ? ['test/simulation/bigquery-bugs.test.ts'] : []),
    ],
    globalSetup: ['test/support/global-postgres.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // What all tests have written is searched for keys at the end.
    teardownTimeout: 120_000,
    pool: 'forks',
    // Megabytes. Most of what tests allocate dies young: with little room it is copied about for a seventh of the time.
    execArgv: ['--max-semi-space-size=32'],
    // One more than the cores of a small machine: many tests wait for a clock.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
});
