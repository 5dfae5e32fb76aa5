import type { PlannedRun, PlannedWrite, WarehouseUsage } from '../../cost.ts';
import type { Row, Table } from '../../table.ts';
import { storedTable } from './catalog.ts';
import type { Connection } from './connection.ts';
import { logicalBytes } from './logical-bytes.ts';

/**
 * What a run would be billed for: each statement reads the columns that it names, a change of a table the whole of it, and
 * no table counts for less than 10 MB (BigQuery docs, Estimate and control costs; BigQuery pricing, On-demand compute).
 */
export async function estimate(connection: Connection, run: PlannedRun): Promise<WarehouseUsage> {
  const names = [
    ...run.batches.flatMap(({ writes }) => writes.map(({ table }) => table.name)),
    ...run.questions.flatMap(({ table }) => table ?? []),
  ];
  const sizes = await sizesOf(connection, new Set(names));
  const { pipelines, newCheckpoints } = run;
  const looks = aRun + pipelines * aPipeline + newCheckpoints * 2;
  // Inserting a row is a job that reads nothing: a checkpoint's, and that of a table that is made.
  const tables = run.batches.flatMap(({ writes }) => writes.map(({ table }) => table.name));
  const made = [...new Set(tables)].filter((name) => !sizes.has(name)).length;
  const total = { jobs: looks + newCheckpoints + made, bytesBilled: looks * least };
  for (const { times, writes } of run.batches) {
    // The statement or script, and the look at what became of it; loads are free.
    total.jobs += times * (2 + writes.length);
    const fence = writes.length === 0 ? 1 : 2;
    const merged = writes.reduce((sum, write) => sum + billedFor(write, times, sizes), 0);
    total.bytesBilled += times * ((fence + 1) * least + merged);
  }
  for (const { table, times } of run.questions) {
    const rows = (table === undefined ? undefined : sizes.get(table))?.rows ?? 0;
    total.jobs += times;
    total.bytesBilled += times * atLeast(rows * bytesOfMarks);
  }
  return total;
}

/** Lease, key, migrations, and the run's own record. */
const aRun = 14;
/** Its record, when it begins and when it ends. */
const aPipeline = 2;
const least = 10 * 1024 ** 2;
/** Of the columns that questions name: an id and what tells whether a row lives, and since when. */
const bytesOfMarks = 48;

interface Size {
  readonly rows: number;
  readonly bytes: number;
}

async function sizesOf(
  connection: Connection,
  names: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Size>> {
  const found = await Promise.all([...names].map((name) => storedTable(connection, name)));
  return new Map(
    found.flatMap((table) => {
      if (table === undefined) return [];
      const { numRows, numBytes } = table.resource;
      return [[table.name, { rows: Number(numRows ?? 0), bytes: Number(numBytes ?? 0) }]];
    }),
  );
}

/** In each of so many batches: the whole target, and what is staged; once more where rows that are left over are looked for. */
function billedFor(write: PlannedWrite, times: number, sizes: ReadonlyMap<string, Size>): number {
  const { table, rows, sample, kind } = write;
  const size = sizes.get(table.name) ?? { rows: 0, bytes: 0 };
  const each = size.rows > 0 ? size.bytes / size.rows : bytesOfRow(table, sample);
  // A table that is filled grows from batch to batch.
  const grown = size.rows >= rows ? 0 : ((rows - size.rows) * each * (times - 1)) / (2 * times);
  const once = atLeast(size.bytes + grown) + atLeast((rows * each) / times);
  return kind === 'replace' ? 2 * once : once;
}

function bytesOfRow(table: Table, sample: readonly Row[]): number {
  if (sample.length === 0) return table.columns.length * bytesOfColumn;
  return sample.reduce((sum, row) => sum + logicalBytes(table, row), 0) / sample.length;
}

/** Most columns of most rows are empty. */
const bytesOfColumn = 6;

/** Whole megabytes. */
function atLeast(bytes: number): number {
  return Math.max(least, Math.ceil(bytes / 1024 ** 2) * 1024 ** 2);
}
