import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { silentLog, systemClock } from '../../src/service.ts';
import { openPostgres } from '../../src/warehouse/postgres/index.ts';
import type { Engine } from './engine.ts';
import { postgresTables } from './tables.ts';

export interface PostgresEngine extends Engine {
  readonly client: pg.Client;
  readonly schema: string;
}

/** A schema of its own in a real Postgres. */
export async function postgresEngine(url: string): Promise<PostgresEngine> {
  const schema = `w_${randomUUID().slice(0, 8)}`;
  const stateSchema = `${schema}_keyway`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("set timezone = 'UTC'");
  return {
    client,
    schema,
    inProcess: false,
    tables: postgresTables(client, schema),
    open: () =>
      openPostgres({
        url,
        schema,
        stateSchema,
        applicationName: 'keyway-test',
        clock: systemClock,
        log: silentLog,
      }),
    async close() {
      await client.query(`drop schema if exists "${schema}" cascade`);
      await client.query(`drop schema if exists "${stateSchema}" cascade`);
      await client.end();
    },
  };
}
