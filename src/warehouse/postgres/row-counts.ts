import type { RowCount } from '../../warehouse.ts';
import { type StoredTable, storedTables } from './catalog.ts';
import type { Client, Connection } from './connection.ts';
import { identifier } from './identifier.ts';

/** Tables that do not exist yet are left out. */
export function rowCounts(
  connection: Connection,
  tables: readonly string[],
): Promise<ReadonlyMap<string, RowCount>> {
  return connection.transaction(
    async (client) => {
      const counts = new Map<string, RowCount>();
      const stored = await storedTables(client, connection.schema, tables);
      for (const table of stored.values()) {
        counts.set(table.name, await countOf(client, connection.schema, table));
      }
      return counts;
    },
    { readOnly: true },
  );
}

async function countOf(client: Client, schema: string, table: StoredTable): Promise<RowCount> {
  const living = [
    ...(table.columns.has('_deleted_at') ? ['_deleted_at is null'] : []),
    ...(table.columns.has('_archived') ? ['_archived is not true'] : []),
    'true',
  ].join(' and ');
  const { rows } = await client.query<RowCount>(
    `select count(*)::float8 as rows, count(*) filter (where ${living})::float8 as living
       from ${identifier(schema, table.name)}`,
  );
  return rows[0] ?? { rows: 0, living: 0 };
}
