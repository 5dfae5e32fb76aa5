import type { Connection } from './connection.ts';
import { tableName } from './identifier.ts';
import { logDropped } from './log-changes.ts';
import { bind, type Parameters } from './parameters.ts';
import { change } from './query.ts';

/**
 * First the checkpoints, since BigQuery drops no table within a transaction (BigQuery docs, Multi-statement transactions,
 * Limitations): a table that is full and thought empty is loaded again, whereas one that is empty and thought full stays so.
 */
export async function reset(
  connection: Connection,
  pipeline: string,
  tables: readonly string[],
): Promise<void> {
  await connection.commits.pass(async () => {
    const parameters: Parameters = [];
    const name = bind(parameters, 'STRING', pipeline);
    // The row stays, so that commits still exclude each other by it.
    const sql = `UPDATE ${connection.own('checkpoints')} AS t SET version = 0, checkpoint = NULL, run_id = '', batch_id = '', updated_at = CURRENT_TIMESTAMP() WHERE t.pipeline = ${name} OR STARTS_WITH(t.pipeline, CONCAT(${name}, '/'))`;
    await change(connection, { sql, parameters, purpose: 'state' });
  });
  const { dataset } = connection.options;
  for (const table of tables) {
    const uri = `/datasets/${dataset}/tables/${tableName(table)}`;
    if ((await connection.find<object>({ method: 'GET', uri, table })) === undefined) continue;
    await connection.find({ method: 'DELETE', uri, table });
    await logDropped(connection, table);
  }
}
