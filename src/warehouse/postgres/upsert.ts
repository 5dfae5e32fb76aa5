import { isPacked, newestRows, type PackedRow } from '../../packed-rows.ts';
import { type Row, syncedAt, type Table } from '../../table.ts';
import type { Client } from './connection.ts';
import { identifier } from './identifier.ts';
import { packer } from './pack-row.ts';
import { stage, staging } from './staging.ts';

export interface Upserted {
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  /** New rows that are not in the table all the same. */
  readonly keptOut: number;
}

/**
 * Stages the rows and merges them. MERGE, not ON CONFLICT: it leaves rows that would not change alone, without even
 * locking them, so that a resync of unchanged rows writes next to no WAL.
 */
export async function upsert(
  client: Client,
  schema: string,
  table: Table,
  rows: readonly (Row | PackedRow)[],
): Promise<Upserted> {
  const pack = packer(table);
  const newest = newestRows(rows.map((row) => (isPacked(row) ? row : pack(row))));
  await stage(client, table, newest);
  if (newest.length === 0) return { inserted: 0, updated: 0, unchanged: 0, keptOut: 0 };
  const target = identifier(schema, table.name);
  const { count, guarded } = await newKeys(client, target, table);
  const { rowCount } = await client.query(mergeStatement(target, table));
  const keptOut = guarded && count > 0 ? (await newKeys(client, target, table)).count : 0;
  const inserted = count - keptOut;
  const updated = (rowCount ?? 0) - inserted;
  return { inserted, updated, unchanged: rows.length - count - updated, keptOut };
}

/** `t.key = s.key` for all columns of the key. */
export function sameKey(table: Table): string {
  return table.key.map((name) => `t.${identifier(name)} = s.${identifier(name)}`).join(' and ');
}

interface NewKeys {
  readonly count: number;
  /** Whether the user has triggers on the table: they may keep rows out, without an error. */
  readonly guarded: boolean;
}

/** MERGE counts inserts and updates as one, and tells them apart only from Postgres 17 on. */
async function newKeys(client: Client, target: string, table: Table): Promise<NewKeys> {
  const { rows } = await client.query<NewKeys>(
    `select count(*)::int as count,
            exists (select from pg_trigger where tgrelid = $1::regclass and not tgisinternal) as guarded
       from ${staging(table)} s where not exists (select from ${target} t where ${sameKey(table)})`,
    [target],
  );
  return rows[0] ?? { count: 0, guarded: false };
}

function mergeStatement(target: string, table: Table): string {
  const names = table.columns.map((column) => identifier(column.name));
  const stamp = identifier(syncedAt);
  return [
    `merge into ${target} t using ${staging(table)} s on ${sameKey(table)}`,
    updating(table),
    `when not matched then insert (${[...names, stamp].join(', ')})`,
    `values (${[...names.map((name) => `s.${name}`), 'now()'].join(', ')})`,
  ].join(' ');
}

function updating(table: Table): string {
  const names = table.columns
    .filter((column) => !table.key.includes(column.name))
    .map(({ name }) => identifier(name));
  if (names.length === 0) return '';
  const differs = names.map((name) => `t.${name} is distinct from s.${name}`).join(' or ');
  const setting = names.map((name) => `${name} = s.${name}`).join(', ');
  return `when matched and ${notOlder(table)} (${differs}) then update set ${setting}, ${identifier(syncedAt)} = now()`;
}

function notOlder(table: Table): string {
  if (table.version === undefined) return '';
  const version = identifier(table.version);
  return `(t.${version} is null or s.${version} >= t.${version}) and`;
}
