import { KeywayError } from '../../errors.ts';
import { syncedAt, type Table } from '../../table.ts';
import type { Write } from '../../warehouse.ts';
import type { Client } from './connection.ts';
import { identifier } from './identifier.ts';
import { inScope } from './scope.ts';
import { staging } from './staging.ts';
import { postgresTypes } from './types.ts';
import { sameKey, upsert, type Upserted } from './upsert.ts';

export type Replacement = Extract<Write, { kind: 'replace' }>;

/** Upserts the rows, then deletes or closes those in the scope that are not among them. */
export async function replace(
  client: Client,
  schema: string,
  write: Replacement,
): Promise<Upserted & { readonly removed: number }> {
  const upserted = await upsert(client, schema, write.table, write.rows);
  const target = identifier(schema, write.table.name);
  const values: unknown[] = [];
  const conditions = inScope(write, (column) => typeOf(write.table, column), values);
  const outside = `not exists (select from ${staging(write.table)} s where ${sameKey(write.table)})`;
  const where = [...conditions, outside].join(' and ');
  const deleted = identifier('_deleted_at');
  const statement =
    write.closedAt === undefined
      ? `delete from ${target} t where ${where}`
      : `update ${target} t set ${deleted} = $${values.push(write.closedAt)}::timestamptz, ${identifier(syncedAt)} = now()
          where ${deleted} is null and ${where}`;
  const { rowCount } = await hashed(client, () => client.query(statement, values));
  return { ...upserted, removed: rowCount ?? 0 };
}

/**
 * Nothing is known of a staging table's size, so that the planner would compare each stored row with each staged one: of a
 * thousand records' links, millions of pairs.
 */
async function hashed<Result>(client: Client, statement: () => Promise<Result>): Promise<Result> {
  await client.query('set local enable_nestloop = off');
  const result = await statement();
  await client.query('set local enable_nestloop = on');
  return result;
}

function typeOf(table: Table, name: string): string {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new KeywayError('internal', `Table ${table.name} has no column ${name}`);
  return postgresTypes[column.type].name;
}
