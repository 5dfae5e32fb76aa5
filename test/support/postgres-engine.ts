import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { silentLog, systemClock } from '../../src/service.ts';
import { openPostgres } from '../../src/warehouse/postgres/index.ts';
import type { Engine } from './engine.ts';
import { postgresTables, type Tables } from './tables.ts';

export interface PostgresEngine extends Engine {
  readonly client: pg.Client;
  readonly schema: string;
}

interface PostgresEngineOptions {
  /** Whether calls wait for their turn; else they come over each other, as over any network. */
  readonly inTurn?: boolean;
}

/** A schema of its own in a real Postgres. */
export async function postgresEngine(
  url: string,
  { inTurn = false }: PostgresEngineOptions = {},
): Promise<PostgresEngine> {
  const schema = `w_${randomUUID().slice(0, 8)}`;
  const stateSchema = `${schema}_keyway`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("set timezone = 'UTC'");
  return {
    client,
    schema,
    inProcess: inTurn,
    another: () => postgresEngine(url, { inTurn }),
    tables: oneAtATime(postgresTables(client, schema)),
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

/** A client of pg's takes one question after another; those who watch two processes ask at once. */
function oneAtATime(tables: Tables): Tables {
  let last: Promise<unknown> = Promise.resolve();
  return {
    rows(table) {
      const rows = last.then(() => tables.rows(table));
      last = rows.catch(() => undefined);
      return rows;
    },
  };
}
