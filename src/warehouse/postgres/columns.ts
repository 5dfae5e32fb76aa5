import type { StoredColumns } from '../../limits.ts';
import type { ColumnType } from '../../table.ts';
import { storedTables } from './catalog.ts';
import type { Connection } from './connection.ts';
import { postgresTypes } from './types.ts';

export async function columns(connection: Connection, table: string): Promise<StoredColumns | undefined> {
  const { schema } = connection;
  const stored = await connection.transaction((client) => storedTables(client, schema, [table]), {
    readOnly: true,
    table,
  });
  const found = stored.get(table);
  if (found === undefined) return undefined;
  const types = [...found.columns].map(([name, { type }]) => [name, typeOf.get(type)] as const);
  return { types: new Map(types), used: found.slots };
}

const typeOf: ReadonlyMap<string, ColumnType> = new Map(
  (Object.keys(postgresTypes) as ColumnType[]).map((type) => [postgresTypes[type].name, type]),
);
