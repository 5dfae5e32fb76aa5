import type { StoredColumns } from '../../limits.ts';
import { storedTable } from './catalog.ts';
import type { Connection } from './connection.ts';

export async function columns(connection: Connection, table: string): Promise<StoredColumns | undefined> {
  const stored = await storedTable(connection, table);
  if (stored === undefined) return undefined;
  const types = [...stored.columns].map(([name, { type }]) => [name, type] as const);
  return { types: new Map(types), used: types.length };
}
