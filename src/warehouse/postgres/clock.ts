import type { Instant } from '../../source.ts';
import type { Connection } from './connection.ts';

/**
 * Rows bear the instant at which their transaction began, so what is still being written bears an earlier one than now.
 * It is `now()` that is compared, not `clock_timestamp()`: a transaction that began before ours has had the time of this
 * statement's way to the server to show itself. Whole milliseconds, rounded down.
 */
export function now(connection: Connection): Promise<Instant> {
  return connection.transaction(
    async (client) => {
      const { rows } = await client.query<{ instant: number }>(
        `select floor(extract(epoch from least(now(), min(xact_start))) * 1000)::float8 as instant
           from pg_stat_activity
          where datname = current_database() and usename = current_user
            and application_name = current_setting('application_name')`,
      );
      return rows[0]?.instant ?? 0;
    },
    { readOnly: true },
  );
}
