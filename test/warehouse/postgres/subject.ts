import { onTestFinished } from 'vitest';
import type { Clock } from '../../../src/service.ts';
import { silentLog, systemClock } from '../../../src/service.ts';
import type { Column, Row, Table } from '../../../src/table.ts';
import { openPostgres, type PostgresOptions } from '../../../src/warehouse/postgres/index.ts';
import type { Warehouse } from '../../../src/warehouse.ts';
import { type TestDatabase, withDatabase } from '../../support/postgres.ts';
import { tcpProxy } from '../../support/tcp-proxy.ts';
import type { Subject } from '../conformance.ts';

export const schema = 'hubspot data';
const stateSchema = 'keyway';

/** Waits of a retry pass at once. */
const hurried: Clock = { now: () => Date.now(), sleep: () => Promise.resolve() };

/** A warehouse that is closed when the test ends. */
export async function openAt(url: string, more: Partial<PostgresOptions> = {}): Promise<Warehouse> {
  const options = {
    url,
    schema,
    stateSchema,
    applicationName: 'keyway test',
    clock: hurried,
    log: silentLog,
  };
  const warehouse = await openPostgres({ ...options, ...more });
  onTestFinished(() => warehouse.close());
  return warehouse;
}

export async function postgresSubject(): Promise<Subject & { readonly database: TestDatabase }> {
  const database = await withDatabase();
  return {
    database,
    open: () => openAt(database.url, { clock: systemClock }),
    openUntil: (step) => openUntil(database.url, step),
    read: (table) => read(database, table),
    async stamps(table) {
      const key = table.key.map(quoted).join(', ');
      const rows = await database.query<{ stamp: string }>(
        `select _synced_at::text as stamp from ${quoted(schema)}.${quoted(table.name)} order by ${key}`,
      );
      return rows.map((row) => row.stamp);
    },
  };
}

/** Each chunk that crosses the wire, in either direction, is a step. */
async function openUntil(url: string, step: number): ReturnType<Subject['openUntil']> {
  let steps = 0;
  const proxy = await tcpProxy(url, () => (steps++ < step ? 'pass' : 'cut'));
  return { warehouse: await openAt(proxy.url), crashed: () => steps > step };
}

export async function read(database: TestDatabase, table: Table): Promise<readonly Row[]> {
  const cells = table.columns.map((column, index) => `${canonical(column)} as c${index}`);
  const rows = await database.query<Record<string, string | null>>(
    `select ${cells.join(', ')} from ${quoted(schema)}.${quoted(table.name)} order by ${table.key.map(quoted).join(', ')}`,
  );
  return rows.map((row) => table.columns.map((_, index) => row[`c${index}`] ?? null));
}

function canonical({ name, type }: Column): string {
  const column = quoted(name);
  if (type === 'timestamp') return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  return type === 'text[]' ? column : `${column}::text`;
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
