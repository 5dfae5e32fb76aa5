import { KeywayError } from '../../errors.ts';
import type { Dataset } from './api.ts';
import type { Connection } from './connection.ts';
import { labelled } from './labels.ts';

export interface WantedDataset {
  readonly name: string;
  readonly description: string;
  /** Days after which its tables go. */
  readonly days?: number;
}

/** The three datasets; those that are not there are made, if that is allowed. */
export async function ensureDatasets(connection: Connection): Promise<void> {
  for (const wanted of wantedDatasets(connection)) await ensure(connection, wanted);
}

export function wantedDatasets(connection: Connection): readonly WantedDataset[] {
  const { dataset, stateDataset, stagingDataset } = connection.options;
  return [
    { name: dataset, description: 'A copy of a HubSpot account, kept by Keyway' },
    { name: stateDataset, description: 'How far Keyway is, and what it did' },
    { name: stagingDataset, description: 'Where rows wait for their batch', days: 3 },
  ];
}

export function findDataset(connection: Connection, name: string): Promise<Dataset | undefined> {
  return connection.find<Dataset>({ method: 'GET', uri: `/datasets/${name}` });
}

async function ensure(connection: Connection, wanted: WantedDataset): Promise<void> {
  const location = await connection.location();
  const found = await findDataset(connection, wanted.name);
  if (found === undefined) return make(connection, wanted, location);
  if (found.location?.toLowerCase() !== location.toLowerCase()) {
    throw elsewhere(wanted.name, found.location ?? '?', location);
  }
}

async function make(connection: Connection, wanted: WantedDataset, location: string): Promise<void> {
  const { name, description, days } = wanted;
  const { project } = connection.options;
  const body = {
    datasetReference: { projectId: project, datasetId: name },
    location,
    description,
    labels: labelled('rows'),
    ...(days === undefined ? {} : { defaultTableExpirationMs: String(days * 86_400_000) }),
  };
  try {
    await connection.create({ uri: '/datasets', body });
  } catch (error) {
    if (!(error instanceof KeywayError) || error.details['status'] !== 403) throw error;
    throw new KeywayError(
      'warehouse_refused',
      `Dataset ${name} does not exist, and Keyway may not make it. Have somebody run: ${making(connection, wanted, location)}`,
      { cause: error, details: error.details },
    );
  }
}

/** A command that makes a dataset (BigQuery docs, bq command-line tool reference, bq mk). */
export function making(
  { options: { project } }: Connection,
  { name, days }: WantedDataset,
  location: string,
): string {
  const expiration = days === undefined ? '' : ` --default_table_expiration=${days * 86_400}`;
  return `bq --location=${location} mk --dataset${expiration} ${project}:${name}`;
}

/** One job reads and writes all three, and runs in one place. */
export function elsewhere(name: string, found: string, location: string): KeywayError {
  return new KeywayError(
    'warehouse_refused',
    `Dataset ${name} is in ${found}, but the others are, or the URL says, in ${location}. All of Keyway's datasets must be in one place: correct location= in the URL, or make the dataset anew.`,
    { details: { dataset: name } },
  );
}
