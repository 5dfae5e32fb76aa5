import { DuckDBDataChunk, type DuckDBValue } from '@duckdb/node-api';
import { ApiError, notUnderstood } from './api-error.ts';
import type { StoredTable } from './catalog.ts';
import type { Double } from './double.ts';
import { duckError } from './duck-error.ts';
import { inTransaction } from './duckdb.ts';
import type { StoredJob } from './job-book.ts';
import { columnType } from './load-value.ts';
import { readNdjson } from './ndjson.ts';
import { shapeChanges } from './patch-table.ts';
import type { Load } from './rest.ts';
import { fieldsOf } from './schema.ts';
import { sizeOf } from './sizes.ts';
import { insertTable } from './tables.ts';

const understood = new Set(
  'autodetect createDisposition destinationTable encoding ignoreUnknownValues maxBadRecords schema sourceFormat writeDisposition'.split(
    ' ',
  ),
);

export function checkLoad(load: Load): void {
  for (const name of Object.keys(load)) if (!understood.has(name)) throw notUnderstood(`${name} of a load`);
  if (load.sourceFormat !== 'NEWLINE_DELIMITED_JSON')
    throw notUnderstood(`loading ${load.sourceFormat ?? 'CSV'}`);
  if (load.autodetect === true || load.ignoreUnknownValues === true || (load.maxBadRecords ?? 0) > 0)
    throw notUnderstood('a load that is not strict');
  if (!['WRITE_APPEND', 'WRITE_EMPTY'].includes(load.writeDisposition ?? 'WRITE_APPEND'))
    throw notUnderstood(`writeDisposition ${load.writeDisposition ?? ''}`);
}

/**
 * All rows or none.
 * https://docs.cloud.google.com/bigquery/docs/batch-loading-data
 */
export async function runLoad(
  double: Double,
  job: StoredJob,
  { load, data }: { load: Load; data: Buffer },
): Promise<void> {
  const table = await destination(double, job, load);
  if (load.schema?.fields !== undefined && shapeChanges(table, fieldsOf(load.schema.fields)).length > 0)
    throw new ApiError('invalid', `Provided Schema does not match Table ${table.key}.`);
  if (load.writeDisposition === 'WRITE_EMPTY' && (await sizeOf(double, table)).rows > 0)
    throw new ApiError('duplicate', `Already Exists: Table ${table.key}`);
  double.quota.take(table);
  const { rows, columns } = readNdjson(data, table.fields);
  await append(double, table, columns);
  table.changes += 1;
  job.statistics = {
    load: { inputFiles: '1', inputFileBytes: String(data.length), outputRows: String(rows), badRecords: '0' },
  };
}

async function destination(double: Double, { location }: StoredJob, load: Load): Promise<StoredTable> {
  const { catalog, permissions } = double;
  const { projectId = catalog.project, datasetId = '', tableId = '' } = load.destinationTable ?? {};
  catalog.checkProject(projectId);
  const dataset = catalog.datasets.get(datasetId);
  if (dataset === undefined || dataset.location.toLowerCase() !== location.toLowerCase())
    throw new ApiError(
      'notFound',
      `Not found: Dataset ${projectId}:${datasetId} was not found in location ${location}`,
    );
  permissions.check('bigquery.tables.updateData', datasetId, tableId);
  if (catalog.find(datasetId, tableId) === undefined && load.createDisposition !== 'CREATE_NEVER')
    await insertTable(double, datasetId, {
      tableReference: { projectId, datasetId, tableId },
      schema: load.schema ?? {},
    });
  return catalog.table(datasetId, tableId);
}

const chunkRows = 2048;

async function append(
  { duck, gate }: Double,
  table: StoredTable,
  columns: readonly DuckDBValue[][],
): Promise<void> {
  const leave = await gate.enter(false);
  const connection = await duck.borrow();
  try {
    await inTransaction(connection, async () => {
      const appender = await connection.createAppender(table.id, table.dataset.id);
      const types = table.fields.map(columnType);
      for (let start = 0; start < (columns[0]?.length ?? 0); start += chunkRows) {
        const chunk = DuckDBDataChunk.create(types);
        chunk.setColumns(columns.map((values) => values.slice(start, start + chunkRows)));
        appender.appendDataChunk(chunk);
      }
      appender.closeSync();
    });
  } catch (error) {
    throw duckError(error);
  } finally {
    duck.giveBack(connection);
    leave();
  }
}
