import { KeywayError } from '../../errors.ts';
import { newestRows } from '../../packed-rows.ts';
import { type ColumnType, syncedAt, type Table } from '../../table.ts';
import type { Write } from '../../warehouse.ts';
import { identifier } from './identifier.ts';
import { packer } from './pack-row.ts';
import { bind } from './parameters.ts';
import { inScope } from './scope.ts';
import type { Script, Step } from './step.ts';
import { mergeStatement, sameKey } from './upsert.ts';

export type Replacement = Extract<Write, { kind: 'replace' }>;

/** Upserts the rows, then deletes or closes those in the scope that are not among them. */
export async function replace(script: Script, write: Replacement): Promise<readonly Step[]> {
  const { table, rows } = write;
  const target = script.target(table.name);
  const staged = await script.stage(table, newestRows(rows.map(packer(table))));
  const others: Step = {
    sql: removal(script, write, staged),
    counts: ({ updated, deleted }) => ({ removed: updated + deleted }),
  };
  if (staged === undefined) return [others];
  const merge: Step = {
    sql: mergeStatement(target, staged, table),
    counts: ({ inserted, updated }) => ({ inserted, updated, unchanged: rows.length - inserted - updated }),
  };
  return [merge, others];
}

function removal({ parameters, target }: Script, write: Replacement, staged: string | undefined): string {
  const { table, closedAt } = write;
  const where = [
    ...inScope(write, (column) => typeNamed(table, column), parameters),
    ...(staged === undefined ? [] : [`NOT EXISTS (SELECT 1 FROM ${staged} AS s WHERE ${sameKey(table)})`]),
    'TRUE',
  ].join(' AND ');
  if (closedAt === undefined) return `DELETE FROM ${target(table.name)} AS t WHERE ${where}`;
  const deleted = identifier('_deleted_at');
  return `UPDATE ${target(table.name)} AS t SET ${deleted} = ${bind(parameters, 'TIMESTAMP', closedAt)}, ${identifier(syncedAt)} = CURRENT_TIMESTAMP() WHERE t.${deleted} IS NULL AND ${where}`;
}

function typeNamed(table: Table, name: string): ColumnType {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new KeywayError('internal', `Table ${table.name} has no column ${name}`);
  return column.type;
}
