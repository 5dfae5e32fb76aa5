import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { KeywayError } from '../../errors.ts';
import type { PackedRow } from '../../packed-rows.ts';
import type { Table } from '../../table.ts';
import type { Job, JobConfiguration, TableField } from './api.ts';
import type { Connection } from './connection.ts';
import { fieldOf } from './fields.ts';
import { path } from './identifier.ts';
import { runJob } from './jobs.ts';
import { labelled } from './labels.ts';
import { stagedName, unstaged } from './staged-columns.ts';
import { uploadJob } from './upload.ts';

interface Staging {
  readonly table: Table;
  readonly rows: readonly PackedRow[];
  /** Unique: a name is never used again, so that no limit on one table's loads is met (BigQuery docs, Quotas and limits). */
  readonly name: string;
}

/** Loads rows into a table of their own, where they wait to be merged; gives its quoted name. By load jobs, which are free. It expires with its dataset's tables if nobody drops it. */
export async function stage(connection: Connection, staging: Staging): Promise<string> {
  const { project: projectId, stagingDataset: datasetId } = connection.options;
  const { table, rows, name } = staging;
  await connection.create({
    uri: `/datasets/${datasetId}/tables`,
    body: {
      tableReference: { projectId, datasetId, tableId: name },
      schema: { fields: fieldsOf(table) },
      labels: labelled('staging'),
    },
    table: name,
  });
  await Promise.all(chunksOf(rows).map((chunk, place) => load(connection, staging, { chunk, place })));
  return path(projectId, datasetId, name);
}

export function fieldsOf({ columns, key }: Table): readonly TableField[] {
  return columns.map((column, place) => ({
    ...fieldOf(column, key.includes(column.name)),
    name: stagedName(place),
  }));
}

/** Bytes before they are compressed: compressed JSON is not read in parallel (BigQuery docs, Loading JSON data). */
const chunkLength = 64 * 1024 * 1024;

function chunksOf(rows: readonly PackedRow[]): readonly (readonly PackedRow[])[] {
  const chunks: PackedRow[][] = [];
  let length = chunkLength;
  for (const row of rows) {
    if (length + row.bytes.length > chunkLength) {
      chunks.push([]);
      length = 0;
    }
    chunks.at(-1)!.push(row);
    length += row.bytes.length;
  }
  return chunks;
}

const compress = promisify(gzip);

interface Chunk {
  readonly chunk: readonly PackedRow[];
  readonly place: number;
}

async function load(
  connection: Connection,
  { table, name }: Staging,
  { chunk, place }: Chunk,
): Promise<void> {
  const payload = await compress(Buffer.concat(chunk.map(({ bytes }) => bytes)), {
    level: constants.Z_BEST_SPEED,
  });
  const job = await runJob(connection, {
    id: `keyway-load-${name}-${place}`,
    configuration: loading(connection, name),
    table: table.name,
    columnOf: (name) => unstaged(table, name),
    insert: (given) => uploadJob(connection, given, payload),
  });
  assertAll(job, table, chunk.length);
}

function loading({ options }: Connection, tableId: string): JobConfiguration {
  return {
    labels: labelled('load'),
    load: {
      destinationTable: { projectId: options.project, datasetId: options.stagingDataset, tableId },
      sourceFormat: 'NEWLINE_DELIMITED_JSON',
      writeDisposition: 'WRITE_APPEND',
      createDisposition: 'CREATE_NEVER',
      maxBadRecords: 0,
      autodetect: false,
      ignoreUnknownValues: false,
    },
  };
}

function assertAll({ statistics }: Job, table: Table, rows: number): void {
  const loaded = Number(statistics?.load?.outputRows ?? 0);
  if (loaded === rows) return;
  throw new KeywayError(
    'warehouse_refused',
    `BigQuery loaded ${loaded} of ${rows} rows of ${table.name} and reported no error. Nothing was committed; run again.`,
    { verdict: 'retry', details: { table: table.name } },
  );
}

export async function dropStaging(connection: Connection, name: string): Promise<void> {
  const uri = `/datasets/${connection.options.stagingDataset}/tables/${name}`;
  // It would expire anyway.
  await connection.once({ method: 'DELETE', uri }).catch(() => undefined);
}
