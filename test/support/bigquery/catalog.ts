import { ApiError } from './api-error.ts';
import type { DoubleClock } from './clock.ts';
import type { Table as TableResource } from './rest.ts';
import type { Field } from './schema.ts';
import { quote } from './sql/types.ts';

export interface StoredDataset {
  readonly id: string;
  readonly location: string;
  /** Milliseconds; new tables get it. */
  readonly defaultTableExpiration?: number;
  readonly description?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt: number;
  readonly tables: Map<string, StoredTable>;
}

export interface StoredTable {
  readonly dataset: StoredDataset;
  readonly id: string;
  /** `project:dataset.table`, for messages. */
  readonly key: string;
  /** For DuckDB. */
  readonly sql: string;
  readonly createdAt: number;
  /** Given when it was made, and kept as they are. */
  readonly fixed: Pick<TableResource, 'clustering' | 'tableConstraints'>;
  fields: readonly Field[];
  description?: string | undefined;
  friendlyName?: string | undefined;
  labels: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  expiresAt?: number | undefined;
  modifiedAt: number;
  /** Rises with each change of what is above; the etag. */
  version: number;
  /** Rises with each change of its rows. */
  changes: number;
  /** When its metadata was changed, of late. */
  readonly operations: number[];
}

/** What there is, and nothing that has expired. */
export class Catalog {
  readonly project: string;
  readonly datasets = new Map<string, StoredDataset>();
  /** The last table that is being made. */
  making: Promise<unknown> = Promise.resolve();
  readonly #clock: DoubleClock;

  constructor(project: string, clock: DoubleClock) {
    this.project = project;
    this.#clock = clock;
  }

  checkProject(project: string): void {
    if (project !== this.project) throw new ApiError('notFound', `Not found: Project ${project}`);
  }

  dataset(id: string): StoredDataset {
    const dataset = this.datasets.get(id);
    if (dataset === undefined) throw new ApiError('notFound', `Not found: Dataset ${this.project}:${id}`);
    return dataset;
  }

  table(datasetId: string, id: string): StoredTable {
    const table = this.find(datasetId, id);
    if (table === undefined)
      throw new ApiError('notFound', `Not found: Table ${this.project}:${datasetId}.${id}`);
    return table;
  }

  /** Throws where there is no such dataset. */
  find(datasetId: string, id: string): StoredTable | undefined {
    const { tables } = this.dataset(datasetId);
    const table = tables.get(id);
    // https://docs.cloud.google.com/bigquery/docs/managing-tables#updating_a_tables_expiration_time: it is deleted
    if (table?.expiresAt === undefined || table.expiresAt > this.#clock.now()) return table;
    tables.delete(id);
    return undefined;
  }

  /** A table's name for DuckDB, which does not tell names by their case. */
  sqlName(dataset: StoredDataset, id: string): string {
    for (const other of dataset.tables.keys())
      if (other !== id && other.toLowerCase() === id.toLowerCase())
        throw new ApiError('notImplemented', `the double cannot hold both ${other} and ${id}`);
    return `${quote(dataset.id)}.${quote(id)}`;
  }
}
