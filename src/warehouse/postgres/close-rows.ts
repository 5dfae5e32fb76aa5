import { syncedAt, type Table } from '../../table.ts';
import type { Closure } from '../../warehouse.ts';
import type { Client } from './connection.ts';
import { identifier } from './identifier.ts';

export interface Closed {
  readonly removed: number;
  readonly updated: number;
  readonly unchanged: number;
}

/** Marks rows as no longer in HubSpot. Ids without a row are passed over; what is closed already stays as it is. */
export async function closeRows(
  client: Client,
  schema: string,
  table: Table,
  closures: readonly Closure[],
): Promise<Closed> {
  if (closures.length === 0) return { removed: 0, updated: 0, unchanged: 0 };
  const given = merged(closures);
  const target = identifier(schema, table.name);
  const { rows } = await client.query<{ existing: number; removed: number; changed: number }>(
    closeStatement(target, table),
    [
      given.map((closure) => closure.id),
      given.map((closure) => closure.deletedAt),
      given.map((closure) => closure.mergedIntoId ?? null),
    ],
  );
  const { existing, removed, changed } = rows[0] ?? { existing: 0, removed: 0, changed: 0 };
  return { removed, updated: changed - removed, unchanged: existing - changed };
}

/** One closure per id: the first instant, and whatever it was merged into. */
function merged(closures: readonly Closure[]): readonly Closure[] {
  const byId = new Map<string, Closure>();
  for (const closure of closures) byId.set(closure.id, { ...closure, ...byId.get(closure.id) });
  return [...byId.values()];
}

function closeStatement(target: string, table: Table): string {
  const has = (name: string): boolean => table.columns.some((column) => column.name === name);
  const archived = has('_archived');
  const into = has('_merged_into_id');
  const due = [
    't._deleted_at is null',
    ...(archived ? ['t._archived is distinct from false'] : []),
    ...(into ? ['t._merged_into_id is distinct from coalesce(c.into_id, t._merged_into_id)'] : []),
  ].join(' or ');
  const setting = [
    '_deleted_at = coalesce(t._deleted_at, f.deleted_at)',
    `${identifier(syncedAt)} = now()`,
    ...(archived ? ['_archived = false'] : []),
    ...(into ? ['_merged_into_id = coalesce(f.into_id, t._merged_into_id)'] : []),
  ].join(', ');
  return `
    with found as (
      select c.*, t._deleted_at is null as living, (${due}) as due
        from unnest($1::bigint[], $2::timestamptz[], $3::bigint[]) as c(id, deleted_at, into_id)
        join ${target} t on t.id = c.id
    ), changed as (
      update ${target} t set ${setting} from found f where t.id = f.id and f.due returning f.living
    )
    select (select count(*)::int from found) as existing,
           count(*) filter (where living)::int as removed, count(*)::int as changed from changed`;
}
