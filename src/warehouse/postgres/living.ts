import type { CreatedIn, LivingQuery } from '../../warehouse.ts';
import { type StoredTable, storedTables } from './catalog.ts';
import type { Connection } from './connection.ts';
import { identifier } from './identifier.ts';
import { instant } from './instant.ts';

export function countLiving(connection: Connection, { table, created }: LivingQuery): Promise<number> {
  return connection.transaction(
    async (client) => {
      const stored = (await storedTables(client, connection.schema, [table])).get(table);
      if (stored === undefined) return 0;
      const values: unknown[] = [];
      const where = [living(stored), ...(created === undefined ? [] : [createdIn(created, values)])];
      const { rows } = await client.query<{ count: number }>(
        `select count(*)::float8 as count from ${identifier(connection.schema, table)} t
          where ${where.join(' and ')}`,
        values,
      );
      return rows[0]?.count ?? 0;
    },
    { readOnly: true, table },
  );
}

/** In HubSpot and not in its recycle bin, as far as the table can tell. */
export function living({ columns }: Pick<StoredTable, 'columns'>): string {
  const conditions = [
    ...(columns.has('_deleted_at') ? ['t._deleted_at is null'] : []),
    ...(columns.has('_archived') ? ['t._archived is not true'] : []),
  ];
  return conditions.length === 0 ? 'true' : conditions.join(' and ');
}

export function createdIn({ column, from, until }: CreatedIn, values: unknown[]): string {
  const name = `t.${identifier(column)}`;
  return `${name} >= ${instant(values.push(from))} and ${name} < ${instant(values.push(until))}`;
}
