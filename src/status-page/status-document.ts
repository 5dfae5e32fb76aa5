import type { BackfillCheckpoint } from '../checkpoint.ts';
import type { PipelineRun } from '../run.ts';
import type { Instant } from '../source.ts';
import type { RowCount } from '../warehouse.ts';
import type { Verdict } from './verdict.ts';
import type { WorkerState } from './worker-state.ts';

/**
 * What `/api/status` answers and the page shows. Instants are milliseconds since the epoch, as in `keyway status --json`. Within one
 * `version` names keep their meaning; others may be added.
 */
export interface StatusDocument {
  readonly version: 1;
  /** When this was told. */
  readonly at: Instant;
  /** Keyway's version. */
  readonly keyway: string;
  readonly verdict: Verdict;
  readonly worker: WorkerState;
  /** What the warehouse told when it was last asked; absent: it has not answered yet. */
  readonly report?: WarehouseReport;
  /** Why it does not answer now. */
  readonly unreachable?: string;
}

/** What the warehouse remembers, at one time. */
export interface WarehouseReport {
  readonly readAt: Instant;
  /** Engine, place and schema, for people. */
  readonly warehouse: string;
  /** The HubSpot account; absent: nothing has synced yet. */
  readonly portalId?: string;
  readonly pipelines: readonly PipelineReport[];
  /** Those that were begun and are not finished. */
  readonly backfills: readonly UnfinishedBackfill[];
}

export interface PipelineReport {
  readonly pipeline: string;
  readonly state: 'never run' | 'loading' | 'live' | 'snapshot';
  /** Every change before it is in; HubSpot's clock. */
  readonly completeUpTo?: Instant;
  /** When it is due, which may be past; absent: never. */
  readonly nextRun?: Instant;
  readonly tables: readonly (RowCount & { readonly table: string })[];
  readonly last?: PipelineRun;
}

type UnfinishedBackfill = Omit<BackfillCheckpoint, 'kind' | 'position' | 'afterId' | 'gone'> & {
  readonly pipeline: string;
};
