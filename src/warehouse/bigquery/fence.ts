import type { Batch } from '../../warehouse.ts';
import type { Connection } from './connection.ts';
import { makeFirstRow } from './first-row.ts';
import { bind, type Parameters } from './parameters.ts';
import { select } from './query.ts';
import type { Step } from './step.ts';

/** What a stored checkpoint tells of the commit that wrote it. */
export interface Fence {
  readonly version: number;
  readonly batch: string;
  readonly run: string;
}

/** The row of a pipeline's checkpoint, which a first commit raises from version 0. */
export function makeFence(connection: Connection, pipeline: string): Promise<void> {
  return makeFirstRow(connection, {
    table: 'checkpoints',
    key: 'pipeline',
    name: pipeline,
    values: { version: '0', run_id: "''", batch_id: "''", updated_at: 'CURRENT_TIMESTAMP()' },
  });
}

interface Fencing {
  readonly parameters: Parameters;
  /** The batch's. */
  readonly id: string;
}

/**
 * Raises the checkpoint, or ends the transaction where another has raised it. It is this UPDATE that lets commits exclude
 * each other: a MERGE that only inserts conflicts with no other (BigQuery docs, DML, Concurrency).
 */
export function fence(
  connection: Connection,
  batch: Batch,
  { parameters, id }: Fencing,
): { readonly guard: Step; readonly raise: Step } {
  const table = connection.own('checkpoints');
  const pipeline = bind(parameters, 'STRING', batch.pipeline);
  const version = bind(parameters, 'INT64', batch.replaces);
  const row = `pipeline = ${pipeline} AND version = ${version}`;
  const document = bind(parameters, 'STRING', JSON.stringify(batch.checkpoint));
  const setting = [
    'version = version + 1',
    `checkpoint = PARSE_JSON(${document}, wide_number_mode=>'round')`,
    `run_id = ${bind(parameters, 'STRING', batch.runId)}`,
    `batch_id = ${bind(parameters, 'STRING', id)}`,
    'updated_at = CURRENT_TIMESTAMP()',
  ].join(', ');
  return {
    guard: {
      sql: `SELECT IF((SELECT COUNT(*) FROM ${table} WHERE ${row}) = 1, 'ok', ERROR('KEYWAY_STALE_FENCE')) AS fence`,
    },
    raise: { sql: `UPDATE ${table} SET ${setting} WHERE ${row}` },
  };
}

export async function storedFence(connection: Connection, pipeline: string): Promise<Fence | undefined> {
  const parameters: Parameters = [];
  const [row] = await select(connection, {
    sql: `SELECT version, batch_id, run_id FROM ${connection.own('checkpoints')} WHERE pipeline = ${bind(parameters, 'STRING', pipeline)}`,
    parameters,
    purpose: 'state',
  });
  if (row === undefined) return undefined;
  return { version: Number(row['version']), batch: String(row['batch_id']), run: String(row['run_id']) };
}
