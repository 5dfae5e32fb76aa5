import { syncedAt } from '../../table.ts';
import type { HeldElsewhere, Write } from '../../warehouse.ts';
import { has, type StoredTable } from './catalog.ts';
import { isFilled } from './cells.ts';
import { columnName, identifier } from './identifier.ts';
import { bind, bindArray } from './parameters.ts';
import type { Script, Step } from './step.ts';
import { typeOf } from './types.ts';

export type Purge = Extract<Write, { kind: 'purge' }>;

/** Closes and clears rows, those that were merged into them, and what other tables say of them. */
export async function purge(script: Script, write: Purge): Promise<readonly Step[]> {
  const stored = await script.stored(write.table.name);
  const gone = script.temporary();
  const steps: Step[] = [{ sql: goneStatement(script, write, { stored, gone }) }];
  if (stored !== undefined) steps.push(...clearing(script, write, { stored, gone }));
  for (const held of write.held) {
    const elsewhere = await script.stored(held.table);
    if (elsewhere !== undefined) steps.push(...forgetting(script, write, { held, elsewhere, gone }));
  }
  return steps;
}

interface Gone {
  readonly stored: StoredTable | undefined;
  /** The temporary table of the ids. */
  readonly gone: string;
}

/**
 * The ids and those of all rows that were merged into them, at whatever remove. What goes in a circle ends at HubSpot's
 * limit of 250 merges a record.
 */
function goneStatement(
  { parameters, target }: Script,
  { table, ids }: Purge,
  { stored, gone }: Gone,
): string {
  const given = bindArray(parameters, 'INT64', ids);
  if (stored === undefined || !has(stored, '_merged_into_id')) {
    return `CREATE TEMP TABLE ${gone} AS SELECT DISTINCT id FROM UNNEST(${given}) AS id`;
  }
  return [
    `CREATE TEMP TABLE ${gone} AS WITH RECURSIVE merged AS (`,
    `SELECT id, 0 AS depth FROM UNNEST(${given}) AS id`,
    `UNION ALL SELECT t.id, m.depth + 1 AS depth FROM ${target(table.name)} AS t JOIN merged AS m ON t._merged_into_id = m.id WHERE m.depth < 250`,
    ') SELECT DISTINCT id FROM merged',
  ].join(' ');
}

/** What stays: when the record was there, and what Keyway knows of its end. */
const kept = new Set(['_created_at', '_updated_at', '_archived', '_deleted_at', '_merged_into_id', syncedAt]);

/**
 * All columns that the stored table has, whether or not HubSpot still has a property for them. Those that must not be NULL
 * cannot be emptied. Rows in the bin stay open: what their records still have is for others to write.
 */
function clearing(
  { parameters, target }: Script,
  { table, ids, deletedAt, inBin = false }: Purge,
  { stored, gone }: { readonly stored: StoredTable; readonly gone: string },
): readonly Step[] {
  const closes = `t.id NOT IN UNNEST(${bindArray(parameters, 'INT64', inBin ? ids : [])})`;
  const current = new Set(table.columns.map(({ name }) => columnName(name)));
  const emptied = [...stored.columns]
    .filter(([name, { required }]) => !required && !kept.has(name) && !table.key.includes(name))
    .map(([name, { type }]) => ({ name, type, isCurrent: current.has(name) }));
  const archived = has(stored, '_archived');
  const due = [
    ...(archived ? [`(${closes} AND t._archived IS DISTINCT FROM FALSE)`] : []),
    ...emptied.map((column) => (column.isCurrent ? `(${closes} AND ${isFilled(column)})` : isFilled(column))),
    'FALSE',
  ].join(' OR ');
  const setting = [
    `_deleted_at = CASE WHEN ${closes} THEN COALESCE(t._deleted_at, ${bind(parameters, 'TIMESTAMP', deletedAt)}) ELSE t._deleted_at END`,
    ...(archived ? [`_archived = NOT (${closes}) AND t._archived`] : []),
    ...emptied.map(({ name, isCurrent }) => {
      const column = identifier(name);
      return isCurrent ? `${column} = CASE WHEN NOT (${closes}) THEN t.${column} END` : `${column} = NULL`;
    }),
    `${identifier(syncedAt)} = CURRENT_TIMESTAMP()`,
  ].join(', ');
  const among = `t.id IN (SELECT id FROM ${gone})`;
  const lives = `(${closes} AND t._deleted_at IS NULL)`;
  const update = `UPDATE ${target(table.name)} AS t SET ${setting} WHERE ${among} AND`;
  return [
    {
      sql: `SELECT COUNT(*) AS existing FROM ${target(table.name)} AS t WHERE ${among}`,
      answers: (existing) => ({ unchanged: existing }),
    },
    {
      sql: `${update} NOT ${lives} AND (${due})`,
      counts: ({ updated }) => ({ updated, unchanged: -updated }),
    },
    { sql: `${update} ${lives}`, counts: ({ updated }) => ({ removed: updated, unchanged: -updated }) },
  ];
}

interface Elsewhere {
  readonly held: HeldElsewhere;
  readonly elsewhere: StoredTable;
  readonly gone: string;
}

function forgetting(
  { parameters, target }: Script,
  { table }: Purge,
  { held, elsewhere, gone }: Elsewhere,
): readonly Step[] {
  const type = elsewhere.columns.get(columnName(held.idColumn))?.type;
  if (type === undefined || !has(elsewhere, held.objectColumn)) return [];
  const object = bind(parameters, 'STRING', table.name);
  const ids = `SELECT CAST(id AS ${typeOf(type).scalar}) FROM ${gone}`;
  return [
    {
      sql: `DELETE FROM ${target(held.table)} AS t WHERE t.${identifier(held.objectColumn)} = ${object} AND t.${identifier(held.idColumn)} IN (${ids})`,
      counts: ({ deleted }) => ({ removed: deleted }),
    },
  ];
}
