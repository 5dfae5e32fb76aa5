import type { CallsOfRun, RunSummary } from '../activity.ts';
import type { BackfillCheckpoint } from '../checkpoint.ts';
import type { PipelineRun } from '../run.ts';
import type { LoggedChange } from '../schema-change.ts';
import type { StoredKey } from '../service-key.ts';
import type { Instant } from '../source.ts';
import type { RowCount, StoredReconciliation } from '../warehouse.ts';
import type { Condition } from './condition.ts';
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
  /** The latest one first. */
  readonly runs: readonly RunSummary[];
  /** The one in use first. */
  readonly keys: readonly KeyReport[];
  readonly day: DayReport;
  /** Of tables and of HubSpot's properties, the latest one first. */
  readonly schemaChanges: readonly LoggedChange[];
  /** Those that were begun and are not finished. */
  readonly backfills: readonly UnfinishedBackfill[];
}

export interface PipelineReport {
  readonly pipeline: string;
  readonly condition: Condition;
  readonly state: 'never run' | 'loading' | 'live' | 'snapshot';
  /** Whether the settings name it. */
  readonly named: boolean;
  /** Every change before it is in; HubSpot's clock. */
  readonly completeUpTo?: Instant;
  /** When a run last ended that wrote rows of it. */
  readonly changedAt?: Instant;
  /** When it is due, which may be past; absent: never. */
  readonly nextRun?: Instant;
  readonly tables: readonly (RowCount & { readonly table: string })[];
  readonly last?: PipelineRun;
  /** The last comparison with HubSpot. */
  readonly reconciled?: StoredReconciliation;
}

/** A key by its fingerprint. */
export interface KeyReport extends Partial<Omit<StoredKey, 'slot' | 'portalId'>> {
  /** The setting in which it stands now. */
  readonly slot?: string;
  readonly state: 'in use' | 'new' | 'replaced';
}

/** Calls to HubSpot in the last 24 hours, of runs that have ended. */
export interface DayReport {
  readonly calls: number;
  /** By hours of UTC, the present one last. */
  readonly hours: readonly { readonly from: Instant; readonly calls: number }[];
  /** The account's day, for all its apps together, as HubSpot last told. */
  readonly account?: CallsOfRun['day'];
}

export type UnfinishedBackfill = Omit<BackfillCheckpoint, 'kind' | 'position' | 'afterId' | 'gone'> & {
  readonly pipeline: string;
};
