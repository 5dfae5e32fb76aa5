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
 * The ids and those of all rows that were merged into them, at whatever remove; and whether their rows are to be closed. What
 * goes in a circle ends at HubSpot's limit of 250 merges a record.
 */
function goneStatement(
  { parameters, target }: Script,
  { table, ids, inBin = false }: Purge,
  { stored, gone }: Gone,
): string {
  const given = bindArray(parameters, 'INT64', ids);
  const closes = `NOT (id IN UNNEST(${bindArray(parameters, 'INT64', inBin ? ids : [])})) AS closes`;
  if (stored === undefined || !has(stored, '_merged_into_id')) {
    return `CREATE TEMP TABLE ${gone} AS SELECT DISTINCT id, ${closes} FROM UNNEST(${given}) AS id`;
  }
  return [
    `CREATE TEMP TABLE ${gone} AS WITH RECURSIVE merged AS (`,
    `SELECT id, 0 AS depth FROM UNNEST(${given}) AS id`,
    `UNION ALL SELECT t.id, m.depth + 1 AS depth FROM ${target(table.name)} AS t JOIN merged AS m ON t._merged_into_id = m.id WHERE m.depth < 250`,
    `) SELECT DISTINCT id, ${closes} FROM merged`,
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
  { table, deletedAt }: Purge,
  { stored, gone }: { readonly stored: StoredTable; readonly gone: string },
): readonly Step[] {
  const current = new Set(table.columns.map(({ name }) => columnName(name)));
  const emptied = [...stored.columns]
    .filter(([name, { required }]) => !required && !kept.has(name) && !table.key.includes(name))
    .map(([name, { type }]) => ({ name, type, isCurrent: current.has(name) }));
  const archived = has(stored, '_archived');
  const lives = 'g.closes AND t._deleted_at IS NULL';
  const due = [
    `(${lives})`,
    ...(archived ? ['(g.closes AND t._archived IS DISTINCT FROM FALSE)'] : []),
    ...emptied.map((column) => (column.isCurrent ? `(g.closes AND ${isFilled(column)})` : isFilled(column))),
  ].join(' OR ');
  const setting = [
    `_deleted_at = IF(g.closes, COALESCE(t._deleted_at, ${bind(parameters, 'TIMESTAMP', deletedAt)}), t._deleted_at)`,
    ...(archived ? ['_archived = NOT g.closes AND t._archived'] : []),
    ...emptied.map(({ name, isCurrent }) => {
      const column = identifier(name);
      return isCurrent ? `${column} = IF(g.closes, NULL, t.${column})` : `${column} = NULL`;
    }),
    `${identifier(syncedAt)} = CURRENT_TIMESTAMP()`,
  ].join(', ');
  const rows = target(table.name);
  const among = `FROM ${rows} AS t JOIN ${gone} AS g ON t.id = g.id`;
  return [
    {
      sql: `SELECT COUNT(*) AS existing ${among}`,
      answers: (existing) => ({ unchanged: existing }),
    },
    {
      sql: `SELECT COUNTIF(${lives}) AS living ${among}`,
      answers: (living) => ({ removed: living, updated: -living }),
    },
    {
      sql: `UPDATE ${rows} AS t SET ${setting} FROM ${gone} AS g WHERE t.id = g.id AND (${due})`,
      counts: ({ updated }) => ({ updated, unchanged: -updated }),
    },
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
