import { newestRows } from '../../packed-rows.ts';
import { syncedAt, type Table } from '../../table.ts';
import type { Write } from '../../warehouse.ts';
import { has as hasColumn } from './catalog.ts';
import { differs } from './cells.ts';
import { identifier } from './identifier.ts';
import { joined, objectOf, textWithout } from './json.ts';
import { packer } from './pack-row.ts';
import { given } from './staged-columns.ts';
import type { Script, Step } from './step.ts';
import { sameKey } from './upsert.ts';

export type Refreshment = Extract<Write, { kind: 'refresh' }>;

/** Updates the given columns of living rows that are stored in the given version; all others are left alone. */
export async function refresh(script: Script, write: Refreshment): Promise<readonly Step[]> {
  const { table, rows } = write;
  const staged = await script.stage(table, newestRows(rows.map(packer(table))));
  if (staged === undefined) return [];
  const stored = await script.stored(table.name);
  const has = (column: string): boolean => stored !== undefined && hasColumn(stored, column);
  return [
    {
      sql: refreshStatement({ target: script.target(table.name), staged }, write, has),
      counts: ({ updated }) => ({ updated, unchanged: rows.length - updated }),
    },
  ];
}

interface Tables {
  readonly target: string;
  readonly staged: string;
}

function refreshStatement(
  { target, staged }: Tables,
  { table, misfits }: Pick<Refreshment, 'table' | 'misfits'>,
  has: (column: string) => boolean,
): string {
  const columns = table.columns.filter(
    ({ name }) => !table.key.includes(name) && name !== table.version && name !== '_extra',
  );
  const extra = misfits.length > 0 && has('_extra') ? mergedExtra(table, misfits) : undefined;
  const due = [
    ...columns.map((column) => differs(column, given(table, column.name))),
    ...(extra === undefined ? [] : [`TO_JSON_STRING(t._extra) IS DISTINCT FROM TO_JSON_STRING(${extra})`]),
    'FALSE',
  ].join(' OR ');
  const setting = [
    ...columns.map(({ name }) => `${identifier(name)} = ${given(table, name)}`),
    ...(extra === undefined ? [] : [`_extra = ${extra}`]),
    `${identifier(syncedAt)} = CURRENT_TIMESTAMP()`,
  ].join(', ');
  const where = [
    sameKey(table),
    ...(table.version === undefined
      ? []
      : [`t.${identifier(table.version)} IS NOT DISTINCT FROM ${given(table, table.version)}`]),
    ...(has('_deleted_at') ? ['t._deleted_at IS NULL'] : []),
    `(${due})`,
  ].join(' AND ');
  return `UPDATE ${target} AS t SET ${setting} FROM ${staged} AS s WHERE ${where}`;
}

/** What the row has in `_extra` besides the misfits, and the misfits that it is given. */
function mergedExtra(table: Table, misfits: readonly string[]): string {
  const left = textWithout('t._extra', misfits);
  if (table.columns.every(({ name }) => name !== '_extra')) return objectOf(left);
  const extra = given(table, '_extra');
  return objectOf(joined(left, `IF(${extra} IS NULL, '{}', TO_JSON_STRING(${extra}))`));
}
