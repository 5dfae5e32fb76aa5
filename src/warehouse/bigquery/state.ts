import type { Checkpoint } from '../../checkpoint.ts';
import type { StoredCheckpoint } from '../../warehouse.ts';
import type { Connection } from './connection.ts';
import { select } from './query.ts';

export async function checkpoints(connection: Connection): Promise<ReadonlyMap<string, StoredCheckpoint>> {
  const rows = await select(connection, {
    sql: `SELECT pipeline, version, TO_JSON_STRING(checkpoint) AS checkpoint FROM ${connection.own('checkpoints')} WHERE version > 0 ORDER BY pipeline`,
    parameters: [],
    purpose: 'state',
  });
  return new Map(
    rows.map(({ pipeline, version, checkpoint }) => [
      String(pipeline),
      { version: Number(version), checkpoint: JSON.parse(String(checkpoint)) as Checkpoint },
    ]),
  );
}

export async function checkpoint(connection: Connection, pipeline: string): Promise<StoredCheckpoint> {
  return (await checkpoints(connection)).get(pipeline) ?? { version: 0 };
}
