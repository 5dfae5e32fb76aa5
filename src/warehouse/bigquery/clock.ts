import type { Instant } from '../../source.ts';
import type { Connection } from './connection.ts';
import { select } from './query.ts';

/**
 * Rows bear the instant at which their transaction began, so what is still being written bears an earlier one than now: it is
 * waited for. That may be the commit of a process that was killed since. An UPDATE outside a transaction is queued until
 * none that changes its table is left (BigQuery docs, Multi-statement transactions, Concurrency), and each commit changes
 * the checkpoints. Whole milliseconds, rounded down.
 */
export function now(connection: Connection): Promise<Instant> {
  return connection.commits.pass(async () => {
    const statements = [
      `UPDATE ${connection.own('checkpoints')} AS t SET updated_at = t.updated_at WHERE t.pipeline = ''`,
      'SELECT UNIX_MILLIS(CURRENT_TIMESTAMP()) AS instant',
    ];
    const sql = statements.join(';\n');
    const [row] = await select(connection, { sql, parameters: [], purpose: 'state' });
    return Number(row?.['instant'] ?? 0);
  });
}
