import type { DayOfCalls } from './cost.ts';
import type { Counts, Run } from './run.ts';
import type { Instant } from './source.ts';

/** What runs have done, summed up: for those who look on. */
export interface Activity {
  /** The latest one first. */
  runSummaries(limit: number): Promise<readonly RunSummary[]>;
  /** When a run of a pipeline, or of its backfills (`contacts/backfill-…`), last ended that wrote rows; by the name of what ran. */
  lastChanges(): Promise<ReadonlyMap<string, Instant>>;
  /** Calls to HubSpot of the runs that have ended, as far as they were made after `since`; the earliest run first. */
  callsSince(since: Instant): Promise<readonly CallsOfRun[]>;
}

export interface RunSummary extends Run {
  /** Of all its pipelines. */
  readonly counts: Omit<Counts, 'misfits'>;
  readonly pipelines: number;
  readonly failed: number;
}

export interface CallsOfRun {
  readonly runId: string;
  readonly calls: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** The account's day, as HubSpot last told within the run. */
  readonly day?: DayOfCalls & { readonly at: Instant };
}
