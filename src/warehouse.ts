import type { Activity } from './activity.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { PlannedRun, WarehouseUsage } from './cost.ts';
import type { DefinitionChange } from './definition-change.ts';
import type { Notice } from './notice.ts';
import type { PipelineRun, Reconciliation, Run } from './run.ts';
import type { Lease, LeaseGrant } from './lease.ts';
import type { PackedRow } from './packed-rows.ts';
import type { CellQuery, Scope, ScopeQuery } from './scope.ts';
import type { KeyUse, RunCalls, StoredKey } from './service-key.ts';
import type { Instant, Span } from './source.ts';
import type { Row, Table } from './table.ts';
import type { LoggedChange, SchemaChange } from './schema-change.ts';
import type { StoredColumns, WarehouseLimits } from './limits.ts';

export type { Lease, LeaseGrant } from './lease.ts';
export type { WarehouseLimits } from './limits.ts';
export type { PackedRow } from './packed-rows.ts';
export type { SchemaChange } from './schema-change.ts';

/**
 * Where rows go, and where Keyway remembers how far it is: in the same place, so that both commit together.
 *
 * Every method throws KeywayError: `warehouse_unavailable` (retry) when the server cannot be reached or asks to try
 * again, `warehouse_refused` (stop) when it refuses, with the grant or setting that is missing; (retry) when it is rows of
 * one table that it refuses, which is no reason to leave the others.
 */
export interface Warehouse extends Activity {
  readonly limits: WarehouseLimits;
  /** For people: engine, host, database and schema; never a password. */
  readonly label: string;

  /** Creates or updates Keyway's own tables. Throws `warehouse_newer` when a newer Keyway has written here. */
  migrate(): Promise<void>;
  /** Whether this login may do all that a sync needs; changes nothing. */
  check(): Promise<WarehouseHealth>;

  /** The columns that a table has; nothing for one that is not there. */
  columns(table: string): Promise<StoredColumns | undefined>;
  /** What it takes to make the tables as wanted. Reads only. */
  differences(tables: readonly Table[]): Promise<readonly SchemaChange[]>;
  /** Makes these changes and logs them. Only ever adds: nothing of the user's is dropped, narrowed or replaced. */
  apply(changes: readonly SchemaChange[], tables: readonly Table[]): Promise<void>;

  /**
   * Packs rows of a table the way this warehouse will want them: what waits for its batch is then small, and the work is
   * done while the last batch is still being committed. Pure.
   */
  packer(table: Table): (row: Row) => PackedRow;

  /** The stored checkpoint of a pipeline; version 0 and no checkpoint when there is none. */
  checkpoint(pipeline: string): Promise<StoredCheckpoint>;
  checkpoints(): Promise<ReadonlyMap<string, StoredCheckpoint>>;
  /**
   * Forgets how far a pipeline and its parts (`<pipeline>/…`) are, and drops these tables: the only thing that ever drops one.
   * A commit of somebody who still works at it then finds the checkpoint moved.
   */
  reset(pipeline: string, tables: readonly string[]): Promise<void>;
  /**
   * Writes rows and checkpoint in one transaction: all of the batch or nothing of it. Committing the same batch twice
   * leaves the tables as once. Throws `checkpoint_moved` (stop) and changes nothing when the stored version is not
   * `batch.replaces`: another run has taken over.
   */
  commit(batch: Batch): Promise<Committed>;

  /** Ids of an object's rows in ascending numeric order, a chunk at a time. */
  ids(query: IdQuery): AsyncIterable<readonly StoredId[]>;
  /** How many living rows an object's table has, all or those of a span of creation; 0 for a table that is not there. */
  countLiving(query: LivingQuery): Promise<number>;
  /** How many rows of a table are in a scope; 0 for a table that is not there. */
  countRows(query: ScopeQuery): Promise<number>;
  /** The cells of these columns of the rows in a scope, NULL as `''`, each combination once; none for a table that is not there. */
  cells(query: CellQuery): Promise<readonly (readonly string[])[]>;
  /** The warehouse's own clock, by which rows are stamped: no row that is written from now on bears an earlier stamp. */
  now(): Promise<Instant>;

  /** The account whose data this warehouse holds, once a sync has begun. */
  portalId(): Promise<string | undefined>;
  /**
   * Pins the account, and notes the key as the one in use: any other is replaced from now on. Throws `account_mismatch` (stop)
   * where another account is pinned.
   */
  useKey(key: KeyUse): Promise<void>;
  /** Every key that was used or passed over, the first one first; none where nothing has synced yet. */
  serviceKeys(): Promise<readonly StoredKey[]>;
  /** What fingerprints are keyed with: random, and the same for as long as this state lives. Nothing before `migrate`. */
  fingerprintSecret(): Promise<string | undefined>;

  /** Takes, or renews, the lease; says who holds it when that is another. Compared on the warehouse's own clock. */
  takeLease(lease: Lease): Promise<LeaseGrant>;
  releaseLease(lease: Lease): Promise<void>;

  /** Closes the runs that other processes have left open. For whoever holds the lease: then no other is at work. */
  closeRuns(): Promise<void>;
  /** Inserts or updates the run's record, and closes those that other processes have left open. */
  startRun(run: Run): Promise<void>;
  finishRun(run: Run, usage: readonly RunCalls[]): Promise<void>;
  savePipelineRun(run: PipelineRun): Promise<void>;
  runs(limit: number): Promise<readonly Run[]>;
  /** The latest run of each pipeline, and its latest complete one. */
  pipelineRuns(): Promise<readonly { readonly last: PipelineRun; readonly complete?: PipelineRun }[]>;
  /** What each pipeline did within a run, in the order in which they began. */
  pipelineRunsOf(runId: string): Promise<readonly PipelineRun[]>;
  saveReconciliation(reconciliation: Reconciliation): Promise<void>;
  /** The latest one of each pipeline. */
  reconciliations(): Promise<readonly StoredReconciliation[]>;
  /** The latest changes that were logged after `since`, or at all; the latest one first. */
  schemaChanges(query: {
    readonly since?: Instant;
    readonly limit: number;
  }): Promise<readonly LoggedChange[]>;
  /** What people were told of and is not over; none where this was never kept. */
  notices(): Promise<readonly Notice[]>;
  /** Keeps these, and forgets all others. */
  keepNotices(notices: readonly Notice[]): Promise<void>;
  /** Rows per table, and the living among them where the table knows deletion. */
  rowCounts(tables: readonly string[]): Promise<ReadonlyMap<string, RowCount>>;

  /** What a run that writes this would be billed for, about; absent where work costs nothing. Reads only. */
  estimate?(run: PlannedRun): Promise<WarehouseUsage>;
  /** What has been done since this was opened; absent where work costs nothing. */
  usage?(): WarehouseUsage;

  close(): Promise<void>;
}

export interface WarehouseHealth {
  readonly ok: boolean;
  /** Server name and version. */
  readonly server: string;
  /** What is missing, each with the statement or setting that mends it. */
  readonly problems: readonly string[];
}

export interface StoredCheckpoint {
  /** Rises by one with each commit; the fence. */
  readonly version: number;
  readonly checkpoint?: Checkpoint;
}

/** What is committed at once. */
export interface Batch {
  readonly pipeline: string;
  readonly runId: string;
  readonly writes: readonly Write[];
  /** Logged beside the changes of tables. */
  readonly definitionChanges?: readonly DefinitionChange[];
  readonly checkpoint: Checkpoint;
  /** The version that the checkpoint replaces; 0 for the first. */
  readonly replaces: number;
}

export type Write =
  /** Inserts or updates by key. Of two rows with one key in a batch, the newer version, else the later one, wins. */
  | { readonly kind: 'upsert'; readonly table: Table; readonly rows: readonly (Row | PackedRow)[] }
  /**
   * Makes the rows the only ones within the scope. Others in it are deleted, or closed by setting `_deleted_at` to
   * `closedAt`.
   */
  | (Scope & {
      readonly kind: 'replace';
      readonly table: Table;
      readonly rows: readonly Row[];
      /** ISO timestamp; absent: rows outside are deleted. */
      readonly closedAt?: string;
    })
  /** Marks rows of an object's table as no longer in HubSpot; ids without a row are passed over. */
  | { readonly kind: 'close'; readonly table: Table; readonly closures: readonly Closure[] }
  /**
   * Updates the columns of `table`, which are some of the stored table's, in rows of which the key exists and the version is
   * the given one: nothing but those columns, and only where they differ. Drops `misfits` from `_extra`, and puts in what
   * the rows have in an `_extra` of their own, which holds none but them.
   */
  | {
      readonly kind: 'refresh';
      readonly table: Table;
      readonly rows: readonly Row[];
      /** Names of properties. */
      readonly misfits: readonly string[];
    }
  /**
   * Closes rows of records that were deleted for good, and clears all that is stored of them: every column of theirs but
   * the key, HubSpot's dates and Keyway's marks; the same of rows that were merged into them; and their rows in `held`.
   */
  | {
      readonly kind: 'purge';
      readonly table: Table;
      readonly ids: readonly string[];
      /** ISO timestamp; kept when the row is closed already. */
      readonly deletedAt: string;
      readonly held: readonly HeldElsewhere[];
      /**
       * Their own rows stay open, as archived, and keep the columns of `table`: HubSpot keeps what is left of them in the
       * recycle bin.
       */
      readonly inBin?: boolean;
    }
  /** Empties columns, what they were before their type changed, and their properties in `_extra`; in dead rows, too. */
  | {
      readonly kind: 'clear';
      readonly table: Table;
      /** Each with its property; those that are not there are passed over. */
      readonly columns: ReadonlyMap<string, string>;
      readonly ids: readonly string[];
    };

/** A table that says things of records by object and id; one that does not exist is passed over. */
export interface HeldElsewhere {
  readonly table: string;
  /** The column that holds the name of the object's table, and the one that holds the record's id. */
  readonly objectColumn: string;
  readonly idColumn: string;
}

export interface Closure {
  readonly id: string;
  /** ISO timestamp; kept when the row is closed already. */
  readonly deletedAt: string;
  readonly mergedIntoId?: string;
}

export interface Committed {
  /** The checkpoint's new version. */
  readonly version: number;
  readonly inserted: number;
  readonly updated: number;
  /** Deleted or closed. */
  readonly removed: number;
  /** Rows that were stored as given, or newer, already. */
  readonly unchanged: number;
}

export interface IdQuery {
  readonly table: string;
  /** `living`: in HubSpot and not archived · `archived`: in the recycle bin · `open`: either · `any`: every row. */
  readonly state: 'living' | 'archived' | 'open' | 'any';
  /** Exclusive lower and inclusive upper bound. */
  readonly after?: string;
  readonly upTo?: string;
  /** Only rows that Keyway wrote at this instant of the warehouse's clock or later. */
  readonly writtenSince?: Instant;
  /** Only these. */
  readonly among?: readonly string[];
  /** Only rows whose record was created in the span. */
  readonly created?: CreatedIn;
  /** Only rows that have one of these properties in `_extra`. */
  readonly inExtra?: readonly string[];
  /** Columns that tell something of a record, for `StoredId.empty`. Those that the table does not have are passed over. */
  readonly telling?: { readonly open: readonly string[]; readonly closed: readonly string[] };
  /** Also how full each row is. */
  readonly fullness?: FullnessQuery;
  readonly chunk: number;
}

/** By the column that holds the object's property of creation. */
export interface CreatedIn extends Span {
  readonly column: string;
}

export interface LivingQuery {
  readonly table: string;
  readonly created?: CreatedIn;
}

export interface StoredId {
  readonly id: string;
  readonly living: boolean;
  /** `_updated_at`, where the row has one. */
  readonly updatedAt?: Instant;
  /** `_archived_at`, where the row has one. */
  readonly archivedAt?: Instant;
  /** Whether it is in the recycle bin. */
  readonly archived: boolean;
  /** None of the columns in `telling` that are for such a row holds anything; only where there are some. */
  readonly empty?: boolean;
  /** How many of the columns that were asked for are not empty, and whether any of the members is in `_extra`. */
  readonly fullness?: { readonly filled: number; readonly elsewhere: boolean };
}

export interface FullnessQuery {
  /** Those that are not there count for nothing. */
  readonly columns: readonly string[];
  /** Of `_extra`. */
  readonly members: readonly string[];
}

export interface StoredReconciliation extends Reconciliation {
  /** On the warehouse's clock. */
  readonly checkedAt: Instant;
}

export interface RowCount {
  readonly rows: number;
  readonly living: number;
}
