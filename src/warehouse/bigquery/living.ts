import type { CreatedIn, LivingQuery } from '../../warehouse.ts';
import { has, type StoredTable, storedTable } from './catalog.ts';
import type { Connection } from './connection.ts';
import { identifier } from './identifier.ts';
import { instant } from './instant.ts';
import type { Parameters } from './parameters.ts';
import { select } from './query.ts';

export async function countLiving(connection: Connection, { table, created }: LivingQuery): Promise<number> {
  const stored = await storedTable(connection, table);
  if (stored === undefined) return 0;
  const parameters: Parameters = [];
  const where = [living(stored), ...(created === undefined ? [] : [createdIn(created, parameters)])];
  const sql = `SELECT COUNT(*) AS count FROM ${connection.table(table)} AS t WHERE ${where.join(' AND ')}`;
  const [row] = await select(connection, { sql, parameters, table, purpose: 'read' });
  return Number(row?.['count'] ?? 0);
}

/** In HubSpot and not in its recycle bin, as far as the table can tell. */
export function living(stored: Pick<StoredTable, 'columns'>): string {
  const conditions = [
    ...(has(stored, '_deleted_at') ? ['t._deleted_at IS NULL'] : []),
    ...(has(stored, '_archived') ? ['t._archived IS NOT TRUE'] : []),
  ];
  return conditions.length === 0 ? 'TRUE' : conditions.join(' AND ');
}

export function createdIn({ column, from, until }: CreatedIn, parameters: Parameters): string {
  const name = `t.${identifier(column)}`;
  return `${name} >= ${instant(parameters, from)} AND ${name} < ${instant(parameters, until)}`;
}
