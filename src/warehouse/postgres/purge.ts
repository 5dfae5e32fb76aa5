import { syncedAt, type Table } from '../../table.ts';
import type { HeldElsewhere, Write } from '../../warehouse.ts';
import { type StoredTable, storedTables } from './catalog.ts';
import type { Closed } from './close-rows.ts';
import type { Client } from './connection.ts';
import { identifier } from './identifier.ts';

export type Purge = Extract<Write, { kind: 'purge' }>;

/** Closes and clears rows, those that were merged into them, and what other tables say of them. */
export async function purge(client: Client, schema: string, write: Purge): Promise<Closed> {
  const { table, ids, deletedAt, held, inBin = false } = write;
  const names = [table.name, ...held.map((item) => item.table)];
  const stored = await storedTables(client, schema, names);
  const own = stored.get(table.name);
  const gone = own === undefined ? ids : await withMerged(client, identifier(schema, table.name), own, ids);
  const cleared =
    own === undefined
      ? { removed: 0, updated: 0, unchanged: 0 }
      : await clear(client, clearing(identifier(schema, table.name), own, table), [
          gone,
          deletedAt,
          inBin ? ids : [],
        ]);
  let { removed } = cleared;
  for (const item of held) {
    const elsewhere = stored.get(item.table);
    if (elsewhere === undefined) continue;
    removed += await forget(client, identifier(schema, item.table), elsewhere, {
      held: item,
      object: table.name,
      ids: gone,
    });
  }
  return { ...cleared, removed };
}

/** The ids and those of all rows that were merged into them, at whatever remove. The table is read once for it. */
async function withMerged(
  client: Client,
  target: string,
  stored: StoredTable,
  ids: readonly string[],
): Promise<readonly string[]> {
  if (!stored.columns.has('_merged_into_id')) return ids;
  const { rows } = await client.query<{ id: string }>(
    `with recursive merged as materialized (
       select id, _merged_into_id as into_id from ${target} where _merged_into_id is not null
     ), gone as (
       select unnest($1::bigint[]) as id union select m.id from merged m join gone g on m.into_id = g.id
     )
     select id::text as id from gone`,
    [ids],
  );
  return rows.map((row) => row.id);
}

async function clear(client: Client, statement: string, values: readonly unknown[]): Promise<Closed> {
  const { rows } = await client.query<{ existing: number; removed: number; changed: number }>(statement, [
    ...values,
  ]);
  const { existing, removed, changed } = rows[0] ?? { existing: 0, removed: 0, changed: 0 };
  return { removed, updated: changed - removed, unchanged: existing - changed };
}

/** What stays: when the record was there, and what Keyway knows of its end. */
const kept = new Set(['_created_at', '_updated_at', '_archived', '_deleted_at', '_merged_into_id', syncedAt]);

/**
 * $1 are the ids, $3 those of them whose rows stay open: what their records still have is for others to write. All columns
 * that the stored table has, whether or not HubSpot still has a property for them. Those that must not be NULL cannot be
 * emptied, and generated ones follow the rest.
 */
function clearing(target: string, stored: StoredTable, { key, columns }: Table): string {
  const closes = 't.id <> all($3::bigint[])';
  const current = new Set(columns.map(({ name }) => name));
  const emptied = [...stored.columns]
    .filter(([name, column]) => column.clearable && !kept.has(name) && !key.includes(name))
    .map(([name]) => ({ column: identifier(name), isCurrent: current.has(name) }));
  const archived = stored.columns.has('_archived');
  const due = [
    `(${closes} and t._deleted_at is null)`,
    ...(archived ? [`(${closes} and t._archived is distinct from false)`] : []),
    ...emptied.map(({ column, isCurrent }) =>
      isCurrent ? `(${closes} and t.${column} is not null)` : `t.${column} is not null`,
    ),
  ].join(' or ');
  const setting = [
    `_deleted_at = case when ${closes} then coalesce(t._deleted_at, $2::timestamptz) else t._deleted_at end`,
    ...(archived ? [`_archived = not (${closes}) and t._archived`] : []),
    ...emptied.map(({ column, isCurrent }) =>
      isCurrent ? `${column} = case when not (${closes}) then t.${column} end` : `${column} = null`,
    ),
    `${identifier(syncedAt)} = now()`,
  ].join(', ');
  return `
    with found as (
      select t.id, ${closes} and t._deleted_at is null as living, (${due}) as due
        from ${target} t where t.id = any($1::bigint[])
    ), changed as (
      update ${target} t set ${setting} from found f where t.id = f.id and f.due returning f.living
    )
    select (select count(*)::int from found) as existing,
           count(*) filter (where living)::int as removed, count(*)::int as changed from changed`;
}

interface Forgotten {
  readonly held: HeldElsewhere;
  /** Name of the object's table. */
  readonly object: string;
  readonly ids: readonly string[];
}

async function forget(
  client: Client,
  target: string,
  stored: StoredTable,
  { held, object, ids }: Forgotten,
): Promise<number> {
  const type = stored.columns.get(held.idColumn)?.type;
  if (type === undefined || !stored.columns.has(held.objectColumn)) return 0;
  const { rowCount } = await client.query(
    `delete from ${target} where ${identifier(held.objectColumn)} = $1 and ${identifier(held.idColumn)} = any($2::${type}[])`,
    [object, ids],
  );
  return rowCount ?? 0;
}
