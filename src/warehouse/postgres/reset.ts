import type { Connection } from './connection.ts';
import { identifier } from './identifier.ts';
import { logDropped } from './log-changes.ts';

export interface Resetting {
  readonly connection: Connection;
  readonly schema: string;
  readonly stateSchema: string;
}

/** In one transaction: a table that is gone while its checkpoint says that it is full would stay half empty. */
export function reset(
  { connection, schema, stateSchema }: Resetting,
  pipeline: string,
  tables: readonly string[],
): Promise<void> {
  const [table] = tables;
  return connection.transaction(
    async (client) => {
      await client.query(
        `delete from ${identifier(stateSchema, 'checkpoints')} where pipeline = $1 or starts_with(pipeline, $1 || '/')`,
        [pipeline],
      );
      for (const name of tables) {
        const path = identifier(schema, name);
        const { rows } = await client.query<{ there: boolean }>(
          'select to_regclass($1) is not null as there',
          [path],
        );
        if (rows[0]?.there !== true) continue;
        await client.query(`drop table ${path}`);
        await logDropped(client, stateSchema, name);
      }
    },
    { lockTimeout: connection.lockTimeout, ...(table === undefined ? {} : { table }) },
  );
}
