import { isOrWas } from '../../former-column.ts';
import { syncedAt } from '../../table.ts';
import type { Write } from '../../warehouse.ts';
import { storedTables } from './catalog.ts';
import type { Client } from './connection.ts';
import { identifier, identifierBytes } from './identifier.ts';

export type Clearance = Extract<Write, { kind: 'clear' }>;

/** Empties some columns of some rows. */
export async function clear(
  client: Client,
  schema: string,
  { table, columns, ids }: Clearance,
): Promise<{ readonly updated: number; readonly unchanged: number }> {
  const stored = (await storedTables(client, schema, [table.name])).get(table.name);
  if (stored === undefined) return { updated: 0, unchanged: ids.length };
  const emptied = [...stored.columns]
    .filter(
      ([name, { clearable }]) =>
        clearable && [...columns.keys()].some((column) => isOrWas(column, name, identifierBytes)),
    )
    .map(([name]) => identifier(name));
  const extra = stored.columns.has('_extra') && columns.size > 0;
  const due = [
    ...emptied.map((name) => `t.${name} is not null`),
    ...(extra ? ['t._extra ?| $2::text[]'] : []),
  ];
  if (due.length === 0) return { updated: 0, unchanged: ids.length };
  const setting = [
    ...emptied.map((name) => `${name} = null`),
    ...(extra ? [`_extra = nullif(t._extra - $2::text[], '{}')`] : []),
    `${identifier(syncedAt)} = now()`,
  ].join(', ');
  const { rowCount } = await client.query(
    `update ${identifier(schema, table.name)} t set ${setting} where t.id = any($1::bigint[]) and (${due.join(' or ')})`,
    extra ? [ids, [...columns.values()]] : [ids],
  );
  return { updated: rowCount ?? 0, unchanged: ids.length - (rowCount ?? 0) };
}
