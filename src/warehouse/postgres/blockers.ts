import type { Connection } from './connection.ts';

/** Who holds a lock on the table, for a message: the application and its pid. */
export async function blockers(connection: Connection, table: string): Promise<string> {
  const names = await connection.transaction(
    async (client) => {
      const { rows } = await client.query<{ who: string }>(
        `select distinct format('%s (pid %s, user %s)', coalesce(nullif(s.application_name, ''), 'a session'), s.pid, s.usename) as who
           from pg_locks l
           join pg_class c on c.oid = l.relation
           join pg_namespace n on n.oid = c.relnamespace
           join pg_stat_activity s on s.pid = l.pid
          where n.nspname = $1 and c.relname = $2 and l.granted and l.pid <> pg_backend_pid()
            and l.database = (select oid from pg_database where datname = current_database())
          order by who limit 5`,
        [connection.schema, table],
      );
      return rows.map((row) => row.who);
    },
    { readOnly: true },
  );
  return names.length === 0 ? 'another session' : names.join(', ');
}
