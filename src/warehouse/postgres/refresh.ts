import { newestRows } from '../../packed-rows.ts';
import { syncedAt } from '../../table.ts';
import type { Write } from '../../warehouse.ts';
import { storedTables } from './catalog.ts';
import type { Client } from './connection.ts';
import { identifier } from './identifier.ts';
import { packer } from './pack-row.ts';
import { stage, staging } from './staging.ts';
import { sameKey } from './upsert.ts';

export type Refreshment = Extract<Write, { kind: 'refresh' }>;

/** Updates the given columns of living rows that are stored in the given version; all others are left alone. */
export async function refresh(
  client: Client,
  schema: string,
  write: Refreshment,
): Promise<{ readonly updated: number; readonly unchanged: number }> {
  const { table, rows } = write;
  await stage(client, table, newestRows(rows.map(packer(table))));
  if (rows.length === 0) return { updated: 0, unchanged: 0 };
  const stored = (await storedTables(client, schema, [table.name])).get(table.name);
  const has = (column: string): boolean => stored?.columns.has(column) === true;
  const { statement, values } = updating(identifier(schema, table.name), write, has);
  const { rowCount } = await client.query(statement, values);
  return { updated: rowCount ?? 0, unchanged: rows.length - (rowCount ?? 0) };
}

interface Statement {
  readonly statement: string;
  readonly values: unknown[];
}

function updating(
  target: string,
  { table, misfits }: Refreshment,
  has: (column: string) => boolean,
): Statement {
  const names = table.columns
    .filter(({ name }) => !table.key.includes(name) && name !== table.version && name !== '_extra')
    .map(({ name }) => identifier(name));
  const extra = misfits.length > 0 && has('_extra');
  const given = table.columns.some(({ name }) => name === '_extra') ? "coalesce(s._extra, '{}')" : "'{}'";
  const merged = `nullif(coalesce(t._extra, '{}') - $1::text[] || ${given}, '{}')`;
  const due = [
    ...names.map((name) => `t.${name} is distinct from s.${name}`),
    ...(extra ? [`t._extra is distinct from ${merged}`] : []),
    'false',
  ].join(' or ');
  const setting = [
    ...names.map((name) => `${name} = s.${name}`),
    ...(extra ? [`_extra = ${merged}`] : []),
    `${identifier(syncedAt)} = now()`,
  ].join(', ');
  const where = [
    sameKey(table),
    ...(table.version === undefined ? [] : [sameVersion(identifier(table.version))]),
    ...(has('_deleted_at') ? ['t._deleted_at is null'] : []),
    `(${due})`,
  ].join(' and ');
  return {
    statement: `update ${target} t set ${setting} from ${staging(table)} s where ${where}`,
    values: extra ? [[...misfits]] : [],
  };
}

function sameVersion(version: string): string {
  return `t.${version} is not distinct from s.${version}`;
}
