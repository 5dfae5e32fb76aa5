import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { PackedRow } from '../../packed-rows.ts';
import type { Table } from '../../table.ts';
import type { Client } from './connection.ts';
import { identifier } from './identifier.ts';
import { postgresTypes } from './types.ts';

/**
 * Where rows of a table wait before they are merged: a temporary table of its own, which each transaction finds empty.
 * It stays for the session, since making a table of several hundred columns for each batch would write more to the
 * catalogue, and to the WAL, than most batches do. Its name tells its columns, so a changed table gets another one.
 * Postgres's errors name it in their context.
 */
export function staging(table: Table): string {
  const shape = createHash('sha256')
    .update(`${table.name} ${columnList(table)}`)
    .digest('hex')
    .slice(0, 16);
  return `pg_temp.keyway_rows_${shape}`;
}

/** Wide rows stay whole: compressing and moving their values out would cost more than the rest of the load. */
const inline = 'with (toast_tuple_target = 8160)';

/** Fills the table's staging table with these rows; they last as long as the transaction, or the next call. */
export async function stage(client: Client, table: Table, rows: readonly PackedRow[]): Promise<void> {
  const staged = staging(table);
  await client.query(
    `create temporary table if not exists ${staged} (${columnList(table)}) ${inline} on commit delete rows;
     delete from ${staged}`,
  );
  if (rows.length === 0) return;
  const names = table.columns.map((column) => identifier(column.name)).join(', ');
  const target = client.query(
    copyFrom(`copy ${staged} (${names}) from stdin`, { highWaterMark: 1024 * 1024 }),
  );
  await pipeline(Readable.from(chunks(rows), { objectMode: true, highWaterMark: 1 }), target);
}

/** Of a size that a socket takes well. */
const chunkLength = 128 * 1024;

function* chunks(rows: readonly PackedRow[]): Generator<Buffer> {
  let lines: Uint8Array[] = [];
  let length = 0;
  for (const { bytes } of rows) {
    lines.push(bytes);
    length += bytes.length;
    if (length < chunkLength) continue;
    yield Buffer.concat(lines, length);
    lines = [];
    length = 0;
  }
  if (lines.length > 0) yield Buffer.concat(lines, length);
}

function columnList(table: Table): string {
  return table.columns
    .map((column) => `${identifier(column.name)} ${postgresTypes[column.type].name}`)
    .join(', ');
}
