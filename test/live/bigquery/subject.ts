import { onTestFinished } from 'vitest';
import type { Column, Row, Table } from '../../../src/table.ts';
import { identifier, path, tableName } from '../../../src/warehouse/bigquery/identifier.ts';
import { openBigquery } from '../../../src/warehouse/bigquery/index.ts';
import type { Subject } from '../../warehouse/conformance.ts';
import type { TestClient } from '../../support/bigquery/client.ts';
import { cuttingProxy } from './cutting-proxy.ts';
import { dropAll, freshDatasets, optionsFor } from './live-world.ts';
import { liveClient, livePlace } from './place.ts';

/** A place of its own for each test, which is dropped when it ends. */
export function liveSubject(): Promise<Subject> {
  const place = livePlace();
  const datasets = freshDatasets();
  const client = liveClient(place);
  onTestFinished(() => dropAll(client, datasets));
  const options = optionsFor(datasets);
  const source = ({ name, key }: Table): string =>
    `${path(place.project, datasets.rows, tableName(name))} AS t ORDER BY ${key.map((each) => `t.${identifier(each)}`).join(', ')}`;
  return Promise.resolve({
    open: () => openBigquery(options),
    async openUntil(step) {
      const proxy = await cuttingProxy(place.endpoint ?? 'https://bigquery.googleapis.com', step);
      onTestFinished(() => proxy.close());
      // Waits of a retry pass at once: nothing will get through.
      const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
      const warehouse = await openBigquery({ ...options, endpoint: proxy.url, clock });
      return { warehouse, crashed: () => proxy.steps() > step };
    },
    read: (table) => read(client, table, source(table)),
    async stamps(table) {
      const sql = `SELECT FORMAT_TIMESTAMP('%Y-%m-%dT%H:%M:%E6SZ', t._synced_at, 'UTC') AS stamp FROM ${source(table)}`;
      return (await client.rows(sql, { location: place.location })).map(([stamp]) => String(stamp));
    },
  });
}

async function read(client: TestClient, table: Table, source: string): Promise<readonly Row[]> {
  const cells = table.columns.map((column, index) => `${canonical(column)} AS c${index}`);
  const rows = await client.rows(`SELECT ${cells.join(', ')} FROM ${source}`, {
    location: livePlace().location,
  });
  return rows.map((row) => row.map((cell, index) => cellOf(table.columns[index]!, cell)));
}

function canonical({ name, type }: Column): string {
  const cell = `t.${identifier(name)}`;
  if (type === 'timestamp') return `FORMAT_TIMESTAMP('%E4Y-%m-%dT%H:%M:%E3SZ', ${cell}, 'UTC')`;
  if (type === 'json') return `IF(${cell} IS NULL, NULL, TO_JSON_STRING(${cell}))`;
  return type === 'text[]' ? cell : `CAST(${cell} AS STRING)`;
}

function cellOf({ type }: Column, cell: unknown): Row[number] {
  if (type === 'json' && typeof cell === 'string') return spaced(cell);
  if (type !== 'text[]') return (cell ?? null) as string | null;
  const items = (cell ?? []) as readonly { readonly v: string }[];
  return items.length === 0 ? null : items.map(({ v }) => v);
}

/** As the laws write documents: a space behind colons and commas. Line breaks stand only between parts. */
function spaced(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 1)
    .replaceAll(/,\n\s*/g, ', ')
    .replaceAll(/\n\s*/g, '');
}
