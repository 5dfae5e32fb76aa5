import { ApiError } from './api-error.ts';
import type { StoredDataset } from './catalog.ts';
import type { Double } from './double.ts';
import { checkLabels } from './labels.ts';
import type { Dataset } from './rest.ts';
import { quote } from './sql/types.ts';

/** https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/datasets/insert */
export async function insertDataset(double: Double, given: Dataset): Promise<Dataset> {
  const { catalog, clock, duck } = double;
  const id = given.datasetReference?.datasetId ?? '';
  // https://docs.cloud.google.com/bigquery/docs/datasets#dataset-naming
  if (!/^\w{1,1024}$/.test(id))
    throw new ApiError(
      'invalid',
      `Invalid dataset ID "${id}". Dataset IDs must be alphanumeric (plus underscores) and at most 1024 characters long.`,
    );
  if (catalog.datasets.has(id))
    throw new ApiError('duplicate', `Already Exists: Dataset ${catalog.project}:${id}`);
  const { defaultTableExpirationMs: expiration, description } = given;
  if (expiration !== undefined && Number(expiration) < 3_600_000)
    throw new ApiError(
      'invalid',
      'defaultTableExpirationMs must be at least 3600000 milliseconds (one hour)',
    );
  const dataset: StoredDataset = {
    id,
    location: given.location ?? 'US',
    labels: checkLabels(given.labels),
    createdAt: clock.now(),
    tables: new Map(),
    ...(expiration === undefined ? {} : { defaultTableExpiration: Number(expiration) }),
    ...(description === undefined ? {} : { description }),
  };
  catalog.datasets.set(id, dataset);
  const connection = await duck.borrow();
  await connection.run(`CREATE SCHEMA IF NOT EXISTS ${quote(id)}`);
  duck.giveBack(connection);
  return datasetResource(double, dataset);
}

export function datasetResource({ catalog }: Double, dataset: StoredDataset): Dataset {
  const { id, location, labels, createdAt, defaultTableExpiration, description } = dataset;
  return {
    kind: 'bigquery#dataset',
    etag: `dataset-${id}`,
    id: `${catalog.project}:${id}`,
    datasetReference: { projectId: catalog.project, datasetId: id },
    location,
    labels: { ...labels },
    creationTime: String(createdAt),
    lastModifiedTime: String(createdAt),
    ...(defaultTableExpiration === undefined
      ? {}
      : { defaultTableExpirationMs: String(defaultTableExpiration) }),
    ...(description === undefined ? {} : { description }),
  };
}

/** https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/datasets/list */
export function listDatasets({ catalog }: Double): object {
  const datasets = [...catalog.datasets.keys()].map((datasetId) => ({
    kind: 'bigquery#dataset',
    id: `${catalog.project}:${datasetId}`,
    datasetReference: { projectId: catalog.project, datasetId },
  }));
  return { kind: 'bigquery#datasetList', ...(datasets.length === 0 ? {} : { datasets }) };
}

/** https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/datasets/delete */
export async function deleteDataset(
  { catalog, duck, gate }: Double,
  id: string,
  withTables: boolean,
): Promise<void> {
  if (catalog.dataset(id).tables.size > 0 && !withTables)
    throw new ApiError('resourceInUse', `Dataset ${catalog.project}:${id} is still in use`);
  await gate.alone(async () => {
    catalog.datasets.delete(id);
    const connection = await duck.borrow();
    await connection.run(`DROP SCHEMA IF EXISTS ${quote(id)} CASCADE`);
    duck.giveBack(connection);
  });
}
