import { createHash } from 'node:crypto';
import { KeywayError } from '../../errors.ts';
import type { TableResource } from './api.ts';
import type { Connection } from './connection.ts';
import { bind, type Parameters } from './parameters.ts';
import { change, select } from './query.ts';

export interface FirstRow {
  /** One of Keyway's own tables. */
  readonly table: string;
  /** The column that names the row. */
  readonly key: string;
  readonly name: string;
  /** Values of further columns, as SQL. */
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Makes a row, once and for all, that later only UPDATE changes: of two that contend for it one is cancelled or finds nothing,
 * whereas two INSERTs of one key would both succeed, as BigQuery enforces no key (BigQuery docs, DML, Concurrency). What
 * makes it once is its job's id, which also tells this table from one that was dropped. A row that somebody has deleted is
 * made again, under the next id.
 */
export async function makeFirstRow(connection: Connection, row: FirstRow): Promise<void> {
  const { stateDataset } = connection.options;
  const uri = `/datasets/${stateDataset}/tables/${row.table}`;
  const { creationTime = '' } = await connection.request<TableResource>({ method: 'GET', uri });
  const which = createHash('sha256')
    .update([stateDataset, row.table, creationTime, row.name].join('\0'))
    .digest('hex');
  for (let round = 0; !(await isThere(connection, row)); round++) {
    if (round === mostRounds) throw vanishing(row);
    await insert(connection, row, `keyway-first-row-${which.slice(0, 32)}-${round}`);
  }
}

/** How often somebody may have deleted it. */
const mostRounds = 500;

function vanishing({ table, name }: FirstRow): KeywayError {
  return new KeywayError(
    'warehouse_refused',
    `The row of ${name} in ${table} is gone as often as Keyway makes it. See who deletes it; nothing else may write to Keyway's own tables.`,
    { details: { table } },
  );
}

async function isThere(connection: Connection, { table, key, name }: FirstRow): Promise<boolean> {
  const parameters: Parameters = [];
  const sql = `SELECT COUNT(*) AS count FROM ${connection.own(table)} WHERE ${key} = ${bind(parameters, 'STRING', name)}`;
  const [row] = await select(connection, { sql, parameters, purpose: 'state' });
  return Number(row?.['count'] ?? 0) > 0;
}

async function insert(connection: Connection, row: FirstRow, id: string): Promise<void> {
  const parameters: Parameters = [];
  const columns = [row.key, ...Object.keys(row.values)];
  const values = [bind(parameters, 'STRING', row.name), ...Object.values(row.values)];
  const sql = `INSERT INTO ${connection.own(row.table)} (${columns.join(', ')}) VALUES (${values.join(', ')})`;
  await change(connection, { sql, parameters, purpose: 'state', shared: true }, id);
}
