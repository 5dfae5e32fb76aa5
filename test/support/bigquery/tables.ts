import { ApiError, notUnderstood } from './api-error.ts';
import type { StoredTable } from './catalog.ts';
import type { Double } from './double.ts';
import { checkLabels } from './labels.ts';
import type { Table } from './rest.ts';
import { duckColumn, fieldResource, fieldsOf } from './schema.ts';
import { sizeOf } from './sizes.ts';
import { quote } from './sql/types.ts';

const understood = new Set(
  'clustering description expirationTime friendlyName kind labels schema tableConstraints tableReference'.split(
    ' ',
  ),
);

export function checkTable(given: Table): void {
  for (const name of Object.keys(given)) if (!understood.has(name)) throw notUnderstood(`${name} of a table`);
}

/** https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/tables/insert */
export async function insertTable(double: Double, datasetId: string, given: Table): Promise<Table> {
  // One after the other: of two that make the same table, the second finds it whole.
  const previous = double.catalog.making;
  const making = previous.then(() => makeTable(double, datasetId, given));
  double.catalog.making = making.catch(() => undefined);
  return making;
}

async function makeTable(double: Double, datasetId: string, given: Table): Promise<Table> {
  const { catalog, clock, quota } = double;
  checkTable(given);
  const dataset = catalog.dataset(datasetId);
  const id = given.tableReference?.tableId ?? '';
  // https://docs.cloud.google.com/bigquery/docs/tables#table_naming
  if (!/^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}]{1,1024}$/u.test(id))
    throw new ApiError('invalid', `Invalid table ID "${id}".`);
  const key = `${catalog.project}:${datasetId}.${id}`;
  if (catalog.find(datasetId, id) !== undefined)
    throw new ApiError('duplicate', `Already Exists: Table ${key}`);
  const fields = fieldsOf(given.schema?.fields ?? []);
  if (fields.length === 0) throw notUnderstood('a table without columns');
  checkClustering(given, new Map(fields.map(({ name, mode }) => [name.toLowerCase(), mode])));
  const expiresAt = expirationOf(given, dataset.defaultTableExpiration, clock.now());
  const { clustering, tableConstraints } = given;
  const table: StoredTable = {
    dataset,
    id,
    key,
    sql: catalog.sqlName(dataset, id),
    fields,
    description: given.description,
    friendlyName: given.friendlyName,
    labels: checkLabels(given.labels),
    fixed: { ...(clustering && { clustering }), ...(tableConstraints && { tableConstraints }) },
    createdAt: clock.now(),
    modifiedAt: clock.now(),
    expiresAt,
    version: 1,
    changes: 0,
    operations: [],
  };
  quota.take(table);
  await run(double, `CREATE OR REPLACE TABLE ${table.sql} (${fields.map(duckColumn).join(', ')})`);
  dataset.tables.set(id, table);
  return tableResource(double, table);
}

/** https://docs.cloud.google.com/bigquery/docs/clustered-tables#limitations */
function checkClustering({ clustering }: Table, modes: ReadonlyMap<string, string>): void {
  const names = clustering?.fields ?? [];
  if (names.length > 4) throw new ApiError('invalid', 'Too many clustering columns: at most 4 are allowed');
  for (const name of names) {
    const mode = modes.get(name.toLowerCase());
    if (mode === undefined || mode === 'REPEATED')
      throw new ApiError(
        'invalid',
        `The field specified for clustering cannot be found in the schema, or is repeated: ${name}`,
      );
  }
}

function expirationOf(
  { expirationTime }: Table,
  byDefault: number | undefined,
  now: number,
): number | undefined {
  if (expirationTime !== undefined) return Number(expirationTime);
  return byDefault === undefined ? undefined : now + byDefault;
}

/** https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/tables#Table */
export async function tableResource(double: Double, table: StoredTable): Promise<Table> {
  const { catalog } = double;
  const { dataset, id, key, fields, description, friendlyName, labels, createdAt, modifiedAt, expiresAt } =
    table;
  const { rows, bytes } = await sizeOf(double, table);
  return {
    kind: 'bigquery#table',
    etag: etagOf(table),
    id: key,
    tableReference: { projectId: catalog.project, datasetId: dataset.id, tableId: id },
    type: 'TABLE',
    location: dataset.location,
    schema: { fields: fields.map(fieldResource) },
    numRows: String(rows),
    numBytes: String(bytes),
    creationTime: String(createdAt),
    lastModifiedTime: String(modifiedAt),
    ...table.fixed,
    ...(Object.keys(labels).length === 0 ? {} : { labels: { ...labels } }),
    ...(description === undefined ? {} : { description }),
    ...(friendlyName === undefined ? {} : { friendlyName }),
    ...(expiresAt === undefined ? {} : { expirationTime: String(expiresAt) }),
  };
}

export function etagOf({ key, createdAt, version }: StoredTable): string {
  return Buffer.from(`${key} ${String(createdAt)} ${String(version)}`).toString('base64');
}

/** https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/tables/delete */
export async function deleteTable(double: Double, datasetId: string, id: string): Promise<void> {
  const { catalog, gate } = double;
  catalog.table(datasetId, id);
  await gate.alone(async () => {
    const table = catalog.find(datasetId, id);
    if (table === undefined) return;
    table.dataset.tables.delete(id);
    await run(double, `DROP TABLE IF EXISTS ${quote(datasetId)}.${quote(id)}`);
  });
}

async function run({ duck }: Double, sql: string): Promise<void> {
  const connection = await duck.borrow();
  try {
    await connection.run(sql);
  } finally {
    duck.giveBack(connection);
  }
}
