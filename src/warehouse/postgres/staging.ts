import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import type { Row, Table } from '../../table.ts';
import type { Client } from './connection.ts';
import { copyText } from './copy-text.ts';
import { identifier } from './identifier.ts';
import { postgresTypes } from './types.ts';

/** Where rows wait before they are merged. Its name appears in the context of Postgres's errors. */
const name = 'keyway_rows';
export const staging = `pg_temp.${name}`;

/** Wide rows stay whole: compressing and moving their values out would cost more than the rest of the load. */
const inline = 'with (toast_tuple_target = 8160)';

/** Fills a temporary table like the target with these rows; it lasts as long as the transaction, or the next call. */
export async function stage(client: Client, table: Table, rows: readonly Row[]): Promise<void> {
  const columns = table.columns.map(
    (column) => `${identifier(column.name)} ${postgresTypes[column.type].name}`,
  );
  await client.query(
    `drop table if exists ${staging}; create temporary table ${name} (${columns.join(', ')}) ${inline} on commit drop`,
  );
  if (rows.length === 0) return;
  const names = table.columns.map((column) => identifier(column.name)).join(', ');
  const target = client.query(
    copyFrom(`copy ${staging} (${names}) from stdin`, { highWaterMark: 1024 * 1024 }),
  );
  await pipeline(
    Readable.from(copyText(table.columns, rows), { objectMode: true, highWaterMark: 1 }),
    target,
  );
}
