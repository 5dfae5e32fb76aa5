import type { Warehouse } from '../../warehouse.ts';
import { callsSince, lastChanges, runSummaries } from './activity.ts';
import { columns } from './columns.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { now } from './clock.ts';
import { apply, differences } from './ddl.ts';
import { estimate } from './estimate.ts';
import { check } from './health.ts';
import { IdCursors } from './id-cursors.ts';
import { ids } from './ids.ts';
import { releaseLease, takeLease } from './lease.ts';
import { bigqueryLimits } from './limits.ts';
import { countLiving } from './living.ts';
import { migrate } from './migrate.ts';
import { keepNotices, notices } from './notices.ts';
import { packer } from './pack-row.ts';
import { reconciliations, saveReconciliation } from './reconciliations.ts';
import { reset } from './reset.ts';
import { rowCounts } from './row-counts.ts';
import {
  closeRuns,
  finishRun,
  pipelineRuns,
  pipelineRunsOf,
  runs,
  savePipelineRun,
  startRun,
} from './runs.ts';
import { schemaChanges } from './schema-changes.ts';
import { cells, countRows } from './scope.ts';
import { fingerprintSecret, portalId, serviceKeys, useKey } from './keys.ts';
import { checkpoint, checkpoints } from './state.ts';
import { commit } from './write.ts';

export interface BigqueryOptions extends ConnectionOptions {
  /** Whether the holder of a lease may still be at work; without it, every holder is until its lease expires. */
  readonly isAlive?: (holder: string) => boolean;
}

/** Connects at the first call, not here. */
export function openBigquery(options: BigqueryOptions): Promise<Warehouse> {
  return Promise.resolve(bigqueryWarehouse(options));
}

function bigqueryWarehouse(options: BigqueryOptions): Warehouse {
  const connection = new Connection(options);
  const leases = { connection, isAlive: options.isAlive ?? (() => true) };
  const idTables = { connection, cursors: new IdCursors(options.clock) };
  const runTables = { connection, open: new Set<string>() };
  return {
    limits: bigqueryLimits,
    label: `BigQuery project ${options.project}, dataset ${options.dataset}`,
    migrate: () => migrate(connection),
    check: () => check(connection),
    columns: (table) => columns(connection, table),
    differences: (tables) => differences(connection, tables),
    apply: (changes, tables) => apply(connection, changes, tables),
    packer,
    checkpoint: (pipeline) => checkpoint(connection, pipeline),
    checkpoints: () => checkpoints(connection),
    reset: (pipeline, tables) => reset(connection, pipeline, tables),
    commit: (batch) => commit(connection, batch),
    ids: (query) => ids(idTables, query),
    countLiving: (query) => countLiving(connection, query),
    countRows: (query) => countRows(connection, query),
    cells: (query) => cells(connection, query),
    now: () => now(connection),
    portalId: () => portalId(connection),
    useKey: (key) => useKey(connection, key),
    serviceKeys: () => serviceKeys(connection),
    fingerprintSecret: () => fingerprintSecret(connection),
    takeLease: (lease) => takeLease(leases, lease),
    releaseLease: (lease) => releaseLease(leases, lease),
    closeRuns: () => closeRuns(runTables),
    startRun: (run) => startRun(runTables, run),
    finishRun: (run, usage) => finishRun(runTables, run, usage),
    savePipelineRun: (run) => savePipelineRun(runTables, run),
    runs: (limit) => runs(runTables, limit),
    pipelineRuns: () => pipelineRuns(runTables),
    pipelineRunsOf: (runId) => pipelineRunsOf(runTables, runId),
    saveReconciliation: (item) => saveReconciliation(connection, item),
    reconciliations: () => reconciliations(connection),
    schemaChanges: (query) => schemaChanges(connection, query),
    notices: () => notices(connection),
    keepNotices: (items) => keepNotices(connection, items),
    runSummaries: (limit) => runSummaries(connection, limit),
    lastChanges: () => lastChanges(connection),
    callsSince: (since) => callsSince(connection, since),
    rowCounts: (tables) => rowCounts(connection, tables),
    estimate: (run) => estimate(connection, run),
    usage: () => ({ ...connection.used }),
    close: () => Promise.resolve(),
  };
}
