import type { Cell, ColumnType, Row, Table } from '../../table.ts';

/** What a row counts for, in storage as in queries (BigQuery docs, Data types, Data type sizes); NULL counts for nothing. */
export function logicalBytes({ columns }: Pick<Table, 'columns'>, row: Row): number {
  let bytes = stamp;
  for (const [i, { type }] of columns.entries()) {
    const cell = row[i];
    if (cell !== null && cell !== undefined) bytes += sizes[type](cell);
  }
  return bytes;
}

/** `_synced_at`, which every row has. */
const stamp = 8;

const text = (cell: string): number => 2 + Buffer.byteLength(cell);

const sizes: Readonly<Record<ColumnType, (cell: Exclude<Cell, null>) => number>> = {
  boolean: () => 1,
  date: () => 8,
  integer: () => 8,
  json: (cell) => Buffer.byteLength(String(cell)),
  number: () => 16,
  text: (cell) => text(String(cell)),
  'text[]': (cell) => [cell].flat().reduce((sum, each) => sum + text(each), 0),
  timestamp: () => 8,
};
