import type { RowCount } from '../../warehouse.ts';
import { storedTable, type StoredTable } from './catalog.ts';
import type { Connection } from './connection.ts';
import { living } from './living.ts';
import { select } from './query.ts';

/** Tables that do not exist yet are left out. All are counted by one job: a job has a price of its own. */
export async function rowCounts(
  connection: Connection,
  tables: readonly string[],
): Promise<ReadonlyMap<string, RowCount>> {
  const found = await Promise.all(tables.map((table) => storedTable(connection, table)));
  const stored = found.filter((table) => table !== undefined);
  if (stored.length === 0) return new Map();
  const sql = stored.map((table, place) => counting(connection, table, place)).join(' UNION ALL ');
  const rows = await select(connection, { sql, parameters: [], purpose: 'read' });
  return new Map(
    rows.map(({ place, rows: all, living: alive }) => [
      stored[Number(place)]?.name ?? '',
      { rows: Number(all), living: Number(alive) },
    ]),
  );
}

function counting(connection: Connection, table: StoredTable, place: number): string {
  return `SELECT ${place} AS place, COUNT(*) AS \`rows\`, COUNTIF(${living(table)}) AS living FROM ${connection.table(table.name)} AS t`;
}
