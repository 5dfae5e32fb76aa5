import type { Checkpoint } from '../../checkpoint.ts';
import type { StoredCheckpoint } from '../../warehouse.ts';
import type { Connection } from './connection.ts';
import { identifier } from './identifier.ts';

export function checkpoints(
  connection: Connection,
  stateSchema: string,
): Promise<ReadonlyMap<string, StoredCheckpoint>> {
  return connection.transaction(
    async (client) => {
      const { rows } = await client.query<{ pipeline: string; version: number; checkpoint: Checkpoint }>(
        `select pipeline, version::float8 as version, checkpoint
           from ${identifier(stateSchema, 'checkpoints')} order by pipeline`,
      );
      return new Map(rows.map(({ pipeline, version, checkpoint }) => [pipeline, { version, checkpoint }]));
    },
    { readOnly: true },
  );
}

export async function checkpoint(
  connection: Connection,
  stateSchema: string,
  pipeline: string,
): Promise<StoredCheckpoint> {
  return (await checkpoints(connection, stateSchema)).get(pipeline) ?? { version: 0 };
}
