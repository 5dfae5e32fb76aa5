import { syncedAt } from '../../table.ts';
import type { Closure, Write } from '../../warehouse.ts';
import { identifier } from './identifier.ts';
import { bindStructs } from './parameters.ts';
import type { Script, Step } from './step.ts';

type Closing = Extract<Write, { kind: 'close' }>;

/** Marks rows as no longer in HubSpot. Ids without a row are passed over; what is closed already stays as it is. */
export function closeRows({ parameters, target }: Script, { table, closures }: Closing): readonly Step[] {
  if (closures.length === 0) return [];
  const given = bindStructs(
    parameters,
    { id: 'INT64', deleted_at: 'TIMESTAMP', into_id: 'INT64' },
    merged(closures).map(({ id, deletedAt, mergedIntoId }) => ({
      id,
      deleted_at: deletedAt,
      into_id: mergedIntoId ?? null,
    })),
  );
  const has = (name: string): boolean => table.columns.some((column) => column.name === name);
  const archived = has('_archived');
  const into = has('_merged_into_id');
  const due = [
    ...(archived ? ['t._archived IS DISTINCT FROM FALSE'] : []),
    ...(into ? ['t._merged_into_id IS DISTINCT FROM COALESCE(c.into_id, t._merged_into_id)'] : []),
    'FALSE',
  ].join(' OR ');
  const setting = [
    '_deleted_at = COALESCE(t._deleted_at, c.deleted_at)',
    `${identifier(syncedAt)} = CURRENT_TIMESTAMP()`,
    ...(archived ? ['_archived = FALSE'] : []),
    ...(into ? ['_merged_into_id = COALESCE(c.into_id, t._merged_into_id)'] : []),
  ].join(', ');
  const update = `UPDATE ${target(table.name)} AS t SET ${setting} FROM UNNEST(${given}) AS c WHERE t.id = c.id AND`;
  return [
    {
      sql: `SELECT COUNT(*) AS existing FROM ${target(table.name)} AS t JOIN UNNEST(${given}) AS c ON t.id = c.id`,
      answers: (existing) => ({ unchanged: existing }),
    },
    {
      sql: `${update} t._deleted_at IS NOT NULL AND (${due})`,
      counts: ({ updated }) => ({ updated, unchanged: -updated }),
    },
    {
      sql: `${update} t._deleted_at IS NULL`,
      counts: ({ updated }) => ({ removed: updated, unchanged: -updated }),
    },
  ];
}

/** One closure per id: the first instant, and whatever it was merged into. */
function merged(closures: readonly Closure[]): readonly Closure[] {
  const byId = new Map<string, Closure>();
  for (const closure of closures) byId.set(closure.id, { ...closure, ...byId.get(closure.id) });
  return [...byId.values()];
}
