import type { WarehouseHealth } from '../../warehouse.ts';
import type { Client, Connection } from './connection.ts';
import { identifier } from './identifier.ts';
import { refusal } from './refusal.ts';
import { serverFacts, serverProblems } from './server.ts';

/** What this login lacks for a sync, each with the statement that mends it. */
export async function check(connection: Connection, stateSchema: string): Promise<WarehouseHealth> {
  try {
    // Tried once: whoever asks wants to know how things are, not how they will be.
    return await connection.once((client) => examine(client, connection, stateSchema), { readOnly: true });
  } catch (error) {
    const { code, message } = refusal(error, connection.place);
    if (code === 'internal') throw error;
    return { ok: false, server: `Postgres at ${connection.place.server}`, problems: [message] };
  }
}

async function examine(
  client: Client,
  connection: Connection,
  stateSchema: string,
): Promise<WarehouseHealth> {
  const facts = await serverFacts(client);
  const problems = [
    ...serverProblems(facts),
    ...(facts.standby ? ['The server is a standby and takes no writes: use the primary’s address'] : []),
    ...(facts.readOnly && !facts.standby
      ? [
          `New transactions are read-only: ALTER ROLE ${identifier(connection.place.user)} SET default_transaction_read_only = off`,
        ]
      : []),
    ...(await missingRights(client, [connection.schema, stateSchema])),
  ];
  return { ok: problems.length === 0, server: `Postgres ${facts.version}`, problems };
}

async function missingRights(client: Client, schemas: readonly string[]): Promise<readonly string[]> {
  const { rows } = await client.query<{ statement: string }>(
    `select format('May not create temporary tables: GRANT TEMPORARY ON DATABASE %I TO %I', current_database(), current_user) as statement
      where not has_database_privilege(current_database(), 'TEMPORARY')
     union all
     select format('Schema %I does not exist and may not be created: GRANT CREATE ON DATABASE %I TO %I', s, current_database(), current_user)
       from unnest($1::text[]) s
      where to_regnamespace(quote_ident(s)) is null and not has_database_privilege(current_database(), 'CREATE')
     union all
     select format('May not create tables in schema %I: GRANT USAGE, CREATE ON SCHEMA %I TO %I', n.nspname, n.nspname, current_user)
       from pg_namespace n
      where n.nspname = any($1::text[])
        and not (has_schema_privilege(n.oid, 'USAGE') and has_schema_privilege(n.oid, 'CREATE'))
     union all
     select format('May not write %I.%I: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I', n.nspname, c.relname, n.nspname, current_user)
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any($1::text[]) and c.relkind in ('r', 'p')
        and not (has_table_privilege(c.oid, 'SELECT') and has_table_privilege(c.oid, 'INSERT')
                 and has_table_privilege(c.oid, 'UPDATE') and has_table_privilege(c.oid, 'DELETE'))
     union all
     select format('May not change %I.%I, which belongs to another role: ALTER TABLE %I.%I OWNER TO %I', n.nspname, c.relname, n.nspname, c.relname, current_user)
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = any($1::text[]) and c.relkind in ('r', 'p') and not pg_has_role(c.relowner, 'USAGE')`,
    [schemas],
  );
  return rows.map((row) => row.statement);
}
