import { randomUUIDv7 } from 'node:crypto';
import type { Reconciliation, ReconcileVerdict } from '../../run.ts';
import type { StoredReconciliation } from '../../warehouse.ts';
import type { Connection } from './connection.ts';
import { bind, bindArray, type Parameters } from './parameters.ts';
import { change, type ResultRow, select } from './query.ts';

export async function saveReconciliation(connection: Connection, item: Reconciliation): Promise<void> {
  const parameters: Parameters = [];
  const values = {
    id: bind(parameters, 'STRING', randomUUIDv7()),
    checked_at: 'CURRENT_TIMESTAMP()',
    run_id: bind(parameters, 'STRING', item.runId),
    pipeline: bind(parameters, 'STRING', item.pipeline),
    depth: bind(parameters, 'STRING', item.depth),
    ...Object.fromEntries(counted.map(([column, name]) => [column, bind(parameters, 'INT64', item[name])])),
    months: bindArray(parameters, 'STRING', item.months),
    verdict: bind(parameters, 'STRING', item.verdict),
  };
  await change(connection, {
    sql: `INSERT INTO ${connection.own('reconciliations')} (${Object.keys(values).join(', ')}) VALUES (${Object.values(values).join(', ')})`,
    parameters,
    purpose: 'state',
  });
}

export async function reconciliations(connection: Connection): Promise<readonly StoredReconciliation[]> {
  const rows = await select(connection, {
    sql: `SELECT run_id, pipeline, depth, months, verdict, ${counted.map(([column]) => column).join(', ')}, UNIX_MILLIS(checked_at) AS checked_at FROM ${connection.own('reconciliations')} WHERE TRUE QUALIFY ROW_NUMBER() OVER (PARTITION BY pipeline ORDER BY checked_at DESC, id DESC) = 1 ORDER BY pipeline`,
    parameters: [],
    purpose: 'state',
  });
  return rows.map(reconciliationOf);
}

const counted = [
  ['in_hubspot', 'inHubspot'],
  ['in_warehouse', 'inWarehouse'],
  ['missing', 'missing'],
  ['stale', 'stale'],
  ['archived', 'archived'],
  ['deleted', 'deleted'],
  ['repaired', 'repaired'],
  ['calls', 'calls'],
] as const;

function reconciliationOf(row: ResultRow): StoredReconciliation {
  const [inHubspot, inWarehouse, missing, stale, archived, deleted, repaired, calls] = counted.map(
    ([column]) => Number(row[column]),
  ) as [number, number, number, number, number, number, number, number];
  const { months } = row;
  return {
    runId: String(row['run_id']),
    pipeline: String(row['pipeline']),
    depth: String(row['depth']) as Reconciliation['depth'],
    months: Array.isArray(months) ? months : [],
    verdict: String(row['verdict']) as ReconcileVerdict,
    checkedAt: Number(row['checked_at']),
    inHubspot,
    inWarehouse,
    missing,
    stale,
    archived,
    deleted,
    repaired,
    calls,
  };
}
