import type { Catalog } from './catalog.ts';
import type { DoubleClock } from './clock.ts';
import type { Duck } from './duckdb.ts';
import type { FaultBook } from './faults.ts';
import type { ShapeGate } from './gate.ts';
import type { JobBook } from './job-book.ts';
import type { MetadataQuota } from './metadata-quota.ts';
import type { PermissionBook } from './permissions.ts';
import type { TableChanges } from './transactions.ts';

/** What the parts of the double share. */
export interface Double {
  readonly catalog: Catalog;
  readonly clock: DoubleClock;
  readonly duck: Duck;
  readonly faults: FaultBook;
  readonly gate: ShapeGate;
  readonly jobs: JobBook;
  readonly permissions: PermissionBook;
  readonly options: DoubleOptions;
  readonly quota: MetadataQuota;
  readonly changes: TableChanges;
}

/** A request that has come in whole. */
export interface Incoming {
  readonly method: string;
  /** Below the project, without the query. */
  readonly path: string;
  readonly project: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export interface Outgoing {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface DoubleOptions {
  /** The only project there is. */
  readonly project: string;
  /** How many answers say that a job is not done yet, counting those of jobs.get and jobs.getQueryResults. */
  readonly polls: number;
  /** Whether more than five changes of a table's metadata in ten seconds are refused. */
  readonly metadataQuota: boolean;
  /** How many jobs keep their results. */
  readonly keptResults: number;
  /** Where an id that was used is noticed when a load is uploaded; the documents do not tell. */
  readonly duplicateUpload: 'start' | 'end';
}
