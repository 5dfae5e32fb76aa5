import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import { migratePostgres } from '../../../migrations/index.ts';
import { KeywayError } from '../../errors.ts';
import type { Client, Connection } from './connection.ts';
import { ensureSchema, lockDdl } from './ddl.ts';

/** Creates both schemas and brings Keyway's own tables up to date, all in one transaction. */
export function migrate(connection: Connection, stateSchema: string): Promise<void> {
  return connection.transaction(async (client) => {
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `keyway migrate ${stateSchema}`,
    ]);
    await ensureSchema(client, stateSchema);
    const unknown = await migratePostgres(within(client), stateSchema);
    if (unknown.length > 0) throw newer(connection, stateSchema, unknown);
    await lockDdl(client, connection.schema);
    await ensureSchema(client, connection.schema);
  });
}

/** Kysely on the transaction that is open, so that its statements have the transaction's settings too. */
function within(client: Client): Kysely<unknown> {
  const borrowed: PostgresPoolClient = {
    query: client.query.bind(client),
    release: () => undefined,
  };
  const pool = { connect: () => Promise.resolve(borrowed), end: () => Promise.resolve(), options: {} };
  return new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
}

function newer(connection: Connection, stateSchema: string, unknown: readonly string[]): KeywayError {
  return new KeywayError(
    'warehouse_newer',
    `Schema ${stateSchema} of ${connection.place.server} was written by a newer Keyway. Update Keyway; nothing was touched.`,
    { details: { migrations: unknown } },
  );
}
