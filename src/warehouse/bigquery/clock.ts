import type { Instant } from '../../source.ts';
import type { Connection } from './connection.ts';
import { select } from './query.ts';

/**
 * Rows bear the instant at which their transaction began, so what is still being written bears an earlier one than now: it is
 * waited for. Whole milliseconds, rounded down.
 */
export function now(connection: Connection): Promise<Instant> {
  return connection.commits.pass(async () => {
    const sql = 'SELECT UNIX_MILLIS(CURRENT_TIMESTAMP()) AS instant';
    const [row] = await select(connection, { sql, parameters: [], purpose: 'state' });
    return Number(row?.['instant'] ?? 0);
  });
}
