import { PassThroughClient } from 'google-auth-library';
import { expect, onTestFinished } from 'vitest';
import { type Clock, silentLog, systemClock } from '../../../src/service.ts';
import type { Column, Row, Table } from '../../../src/table.ts';
import { openBigquery } from '../../../src/warehouse/bigquery/index.ts';
import { columnName } from '../../../src/warehouse/bigquery/identifier.ts';
import type { Warehouse } from '../../../src/warehouse.ts';
import { type BigqueryDouble, startBigqueryDouble } from '../../support/bigquery/index.ts';
import { analysingProxy } from '../../support/zetasql/analysing-proxy.ts';
import type { Analyser } from '../../support/zetasql/index.ts';
import type { Subject } from '../conformance.ts';

const dataset = 'hubspot';

/** Waits of a retry pass at once. */
const hurried: Clock = { now: () => Date.now(), sleep: () => Promise.resolve() };

type OpenOptions = Partial<Parameters<typeof openBigquery>[0]>;

/** A warehouse that is closed when the test ends. */
export async function openAt(double: BigqueryDouble, more: OpenOptions = {}): Promise<Warehouse> {
  const warehouse = await openBigquery({
    project: double.project,
    dataset,
    stateDataset: `${dataset}_keyway`,
    stagingDataset: `${dataset}_keyway_staging`,
    location: 'EU',
    endpoint: double.url,
    authClient: new PassThroughClient(),
    clock: hurried,
    log: silentLog,
    ...more,
  });
  onTestFinished(() => warehouse.close());
  return warehouse;
}

/** With an analyser, what it finds wrong in a job's SQL is refused before the double sees it, and a test of it fails. */
export async function bigquerySubject(
  analyser?: Analyser,
): Promise<Subject & { readonly double: BigqueryDouble }> {
  const double = await startBigqueryDouble();
  onTestFinished(() => double.close());
  const endpoint = analyser === undefined ? double.url : await analysed(double, analyser);
  return {
    double,
    open: () => openAt(double, { clock: systemClock, endpoint }),
    openUntil: (step) => openUntil(double, step),
    read: (table) => read(double, table),
    async stamps(table) {
      const rows = await double.sql(
        `select strftime(_synced_at, '%Y-%m-%dT%H:%M:%S.%fZ') as stamp from ${sourceOf(table)} order by ${keyOf(table)}`,
      );
      return rows.map((row) => String(row['stamp']));
    },
  };
}

async function analysed(double: BigqueryDouble, { analyse }: Analyser): Promise<string> {
  const proxy = await analysingProxy(double.url, analyse);
  onTestFinished(() => {
    expect(proxy.jobs.flatMap(({ complaint }) => complaint ?? [])).toEqual([]);
    return proxy.stop();
  });
  return proxy.url;
}

/** Each request and each answer is a step. Nothing gets through any more until the warehouse is closed. */
async function openUntil(double: BigqueryDouble, step: number): ReturnType<Subject['openUntil']> {
  const warehouse = await openAt(double);
  const mend = double.faults.cutAfter(step);
  let steps: number | undefined;
  const mended = (): number => (steps ??= mend());
  return {
    warehouse: {
      ...warehouse,
      commit: (batch) => warehouse.commit(batch).finally(mended),
      close: () => warehouse.close(),
    },
    crashed: () => mended() > step,
  };
}

async function read(double: BigqueryDouble, table: Table): Promise<readonly Row[]> {
  const cells = table.columns.map((column, place) => `${canonical(column)} as c${place}`);
  const rows = await double.sql(
    `select ${cells.join(', ')} from ${sourceOf(table)} order by ${keyOf(table)}`,
  );
  return rows.map((row) =>
    table.columns.map(({ type }, place) => {
      const cell = (row[`c${place}`] ?? null) as Row[number];
      return type === 'json' && typeof cell === 'string' ? spaced(JSON.parse(cell)) : cell;
    }),
  );
}

/** As Postgres writes a document, which is how the laws have theirs. */
function spaced(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  const members = Object.entries(value).map(([name, part]) => `${JSON.stringify(name)}: ${spaced(part)}`);
  return `{${members.join(', ')}}`;
}

function sourceOf({ name }: Table): string {
  return `${quoted(dataset)}.${quoted(columnName(name))}`;
}

function keyOf({ key }: Table): string {
  return key.map((name) => quoted(columnName(name))).join(', ');
}

function canonical({ name, type }: Column): string {
  const column = quoted(columnName(name));
  if (type === 'timestamp') return `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ')`;
  if (type === 'text[]') return `case when len(${column}) > 0 then ${column} end`;
  const text = `${column}::varchar`;
  return `case when typeof(${column}) like 'DECIMAL%' then rtrim(rtrim(${text}, '0'), '.') else ${text} end`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
