import type { Clock, Log } from '../../service.ts';
import type { Warehouse } from '../../warehouse.ts';
import { callsSince, lastChanges, runSummaries } from './activity.ts';
import { Connection } from './connection.ts';
import { columns } from './columns.ts';
import { apply, differences } from './ddl.ts';
import { now } from './clock.ts';
import { countLiving } from './living.ts';
import { reconciliations, saveReconciliation } from './reconciliations.ts';
import { check } from './health.ts';
import { ids } from './ids.ts';
import { releaseLease, takeLease } from './lease.ts';
import { postgresLimits } from './limits.ts';
import { packer } from './pack-row.ts';
import { migrate } from './migrate.ts';
import { keepNotices, notices } from './notices.ts';
import { reset } from './reset.ts';
import { rowCounts } from './row-counts.ts';
import { schemaChanges } from './schema-changes.ts';
import { cells, countRows } from './scope.ts';
import {
  closeRuns,
  finishRun,
  pipelineRuns,
  pipelineRunsOf,
  runs,
  savePipelineRun,
  startRun,
} from './runs.ts';
import { fingerprintSecret, portalId, serviceKeys, useKey } from './keys.ts';
import { checkpoint, checkpoints } from './state.ts';
import { commit } from './write.ts';

export interface PostgresOptions {
  readonly url: string;
  /** Where the tables go. */
  readonly schema: string;
  /** Where Keyway keeps its own tables. */
  readonly stateSchema: string;
  readonly applicationName: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds that a statement may take; ten minutes by default. */
  readonly statementTimeout?: number;
  /** Milliseconds that a change of a table waits for others that use it; five seconds by default. */
  readonly lockTimeout?: number;
  /** Whether the holder of a lease may still be at work; without it, every holder is until its lease expires. */
  readonly isAlive?: (holder: string) => boolean;
}

/** Connects at the first call, not here; a URL that cannot be read is refused here. */
export function openPostgres(options: PostgresOptions): Promise<Warehouse> {
  return Promise.resolve().then(() => postgresWarehouse(options));
}

function postgresWarehouse(options: PostgresOptions): Warehouse {
  const connection = new Connection(options);
  const { schema, stateSchema } = options;
  const state = { connection, stateSchema };
  const leases = { connection, stateSchema, isAlive: options.isAlive ?? (() => true) };
  const runTables = { connection, stateSchema, open: new Set<string>() };
  return {
    limits: postgresLimits,
    label: `Postgres ${connection.place.server}, schema ${schema}`,
    migrate: () => migrate(connection, stateSchema),
    check: () => check(connection, stateSchema),
    columns: (table) => columns(connection, table),
    differences: (tables) => differences(connection, tables),
    apply: (changes, tables) => apply(connection, stateSchema, changes, tables),
    packer,
    checkpoint: (pipeline) => checkpoint(connection, stateSchema, pipeline),
    checkpoints: () => checkpoints(connection, stateSchema),
    reset: (pipeline, tables) => reset({ connection, schema, stateSchema }, pipeline, tables),
    commit: (batch) => commit(connection, stateSchema, batch),
    ids: (query) => ids(connection, query),
    countLiving: (query) => countLiving(connection, query),
    countRows: (query) => countRows(connection, query),
    cells: (query) => cells(connection, query),
    now: () => now(connection),
    portalId: () => portalId(state),
    useKey: (key) => useKey(state, key),
    serviceKeys: () => serviceKeys(state),
    fingerprintSecret: () => fingerprintSecret(state),
    takeLease: (lease) => takeLease(leases, lease),
    releaseLease: (lease) => releaseLease(leases, lease),
    closeRuns: () => closeRuns(runTables),
    startRun: (run) => startRun(runTables, run),
    finishRun: (run, usage) => finishRun(runTables, run, usage),
    savePipelineRun: (run) => savePipelineRun(runTables, run),
    runs: (limit) => runs(runTables, limit),
    pipelineRuns: () => pipelineRuns(runTables),
    pipelineRunsOf: (runId) => pipelineRunsOf(runTables, runId),
    saveReconciliation: (item) => saveReconciliation(connection, stateSchema, item),
    reconciliations: () => reconciliations(connection, stateSchema),
    schemaChanges: (query) => schemaChanges(state, query),
    notices: () => notices(state),
    keepNotices: (items) => keepNotices(state, items),
    runSummaries: (limit) => runSummaries(state, limit),
    lastChanges: () => lastChanges(state),
    callsSince: (since) => callsSince(state, since),
    rowCounts: (tables) => rowCounts(connection, tables),
    close: () => connection.close(),
  };
}
