import { Kysely, PostgresDialect } from 'kysely';
import { migratePostgres } from '../../../migrations/index.ts';
import { KeywayError } from '../../errors.ts';
import type { Connection } from './connection.ts';
import { ensureSchema } from './ddl.ts';

/** Creates both schemas and brings Keyway's own tables up to date. */
export async function migrate(connection: Connection, stateSchema: string): Promise<void> {
  const unknown = await connection.retried(() =>
    migratePostgres(
      new Kysely<unknown>({ dialect: new PostgresDialect({ pool: connection.pool }) }),
      stateSchema,
    ),
  );
  if (unknown.length > 0) throw newer(connection, stateSchema, unknown);
  await connection.transaction(async (client) => {
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `keyway ddl ${connection.schema}`,
    ]);
    await ensureSchema(client, connection.schema);
  });
}

function newer(connection: Connection, stateSchema: string, unknown: readonly string[]): KeywayError {
  return new KeywayError(
    'warehouse_newer',
    `Schema ${stateSchema} of ${connection.place.server} was written by a newer Keyway. Update Keyway; nothing was touched.`,
    { details: { migrations: unknown } },
  );
}
