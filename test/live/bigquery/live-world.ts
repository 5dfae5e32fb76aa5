import { afterAll, beforeAll } from 'vitest';
import { silentLog, systemClock } from '../../../src/service.ts';
import { tableName, path } from '../../../src/warehouse/bigquery/identifier.ts';
import { openBigquery } from '../../../src/warehouse/bigquery/index.ts';
import type { Warehouse } from '../../../src/warehouse.ts';
import type { TestClient } from '../../support/bigquery/client.ts';
import { dropDataset, liveClient, livePlace } from './place.ts';

export type Options = Parameters<typeof openBigquery>[0];

/** Three datasets of a name that nobody has. */
export interface Datasets {
  readonly rows: string;
  readonly state: string;
  readonly staging: string;
}

let made = 0;

export function freshDatasets(): Datasets {
  const { prefix } = livePlace();
  const rows = `${prefix}_${process.pid}_${made++}`;
  return { rows, state: `${rows}_keyway`, staging: `${rows}_keyway_staging` };
}

export function optionsFor({ rows, state, staging }: Datasets): Options {
  const { project, location, endpoint } = livePlace();
  return {
    project,
    dataset: rows,
    stateDataset: state,
    stagingDataset: staging,
    location,
    ...(endpoint === undefined ? {} : { endpoint }),
    clock: systemClock,
    log: silentLog,
  };
}

export async function dropAll(client: TestClient, { rows, state, staging }: Datasets): Promise<void> {
  for (const name of [rows, state, staging]) await dropDataset(client, name);
}

export interface LiveWorld {
  readonly client: TestClient;
  readonly datasets: Datasets;
  readonly options: Options;
  readonly warehouse: Warehouse;
  open(more?: Partial<Options>): Promise<Warehouse>;
  /** Quoted. */
  table(name: string): string;
  own(name: string): string;
}

/** A place of its own for the tests of a file, with Keyway's own tables in it. */
export function withLiveWorld(): LiveWorld {
  const place = livePlace();
  const client = liveClient(place);
  const datasets = freshDatasets();
  const options = optionsFor(datasets);
  const world: { warehouse?: Warehouse } = {};
  const open: LiveWorld['open'] = (more = {}) => openBigquery({ ...options, ...more });
  beforeAll(async () => {
    world.warehouse = await open();
    await world.warehouse.migrate();
  });
  afterAll(() => dropAll(client, datasets));
  return {
    client,
    datasets,
    options,
    get warehouse() {
      return world.warehouse as Warehouse;
    },
    open,
    table: (name) => path(place.project, datasets.rows, tableName(name)),
    own: (name) => path(place.project, datasets.state, name),
  };
}
