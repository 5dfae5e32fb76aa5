import { isPacked, newestRows, type PackedRow } from '../../packed-rows.ts';
import { type Row, syncedAt, type Table } from '../../table.ts';
import { differs } from './cells.ts';
import { identifier } from './identifier.ts';
import { packer } from './pack-row.ts';
import { given } from './staged-columns.ts';
import type { Script, Step } from './step.ts';

interface Upsert {
  readonly table: Table;
  readonly rows: readonly (Row | PackedRow)[];
}

export async function upsert(script: Script, { table, rows }: Upsert): Promise<readonly Step[]> {
  const pack = packer(table);
  const newest = newestRows(rows.map((row) => (isPacked(row) ? row : pack(row))));
  const staged = await script.stage(table, newest);
  if (staged === undefined) return [];
  return [
    {
      sql: mergeStatement(script.target(table.name), staged, table),
      counts: ({ inserted, updated }) => ({
        inserted,
        updated,
        unchanged: rows.length - inserted - updated,
      }),
    },
  ];
}

/** `t.key = s.key` for all columns of the key. */
export function sameKey(table: Table): string {
  return table.key.map((name) => `t.${identifier(name)} = ${given(table, name)}`).join(' AND ');
}

/** Rows that would not change are left alone. */
export function mergeStatement(target: string, staged: string, table: Table): string {
  const names = table.columns.map((column) => identifier(column.name));
  return [
    `MERGE INTO ${target} AS t USING ${staged} AS s ON ${sameKey(table)}`,
    ...updating(table),
    `WHEN NOT MATCHED THEN INSERT (${[...names, identifier(syncedAt)].join(', ')})`,
    `VALUES (${[...table.columns.map(({ name }) => given(table, name)), 'CURRENT_TIMESTAMP()'].join(', ')})`,
  ].join(' ');
}

function updating(table: Table): readonly string[] {
  const columns = table.columns.filter((column) => !table.key.includes(column.name));
  if (columns.length === 0) return [];
  const setting = columns.map(({ name }) => `${identifier(name)} = ${given(table, name)}`);
  return [
    `WHEN MATCHED AND ${notOlder(table)}(${columns.map((column) => differs(column, given(table, column.name))).join(' OR ')})`,
    `THEN UPDATE SET ${[...setting, `${identifier(syncedAt)} = CURRENT_TIMESTAMP()`].join(', ')}`,
  ];
}

function notOlder(table: Table): string {
  if (table.version === undefined) return '';
  const version = identifier(table.version);
  return `(t.${version} IS NULL OR ${given(table, table.version)} >= t.${version}) AND `;
}
