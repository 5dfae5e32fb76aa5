import { secretsInBigquery } from '../canary/index.ts';
import { Catalog } from './catalog.ts';
import { doubleClock, type DoubleClock } from './clock.ts';
import type { Double, DoubleOptions } from './double.ts';
import { openDuck } from './duckdb.ts';
import { FaultBook, type Faults } from './faults.ts';
import { ShapeGate } from './gate.ts';
import { JobBook } from './job-book.ts';
import { MetadataQuota } from './metadata-quota.ts';
import { PermissionBook, type Permissions } from './permissions.ts';
import { listen, type LoggedRequest } from './server.ts';
import { TableChanges } from './transactions.ts';

export interface BigqueryDouble {
  /** For `apiEndpoint`. */
  readonly url: string;
  readonly project: string;
  readonly clock: DoubleClock;
  readonly faults: Faults;
  readonly permissions: Permissions;
  /** What came in, in order. */
  readonly requests: readonly LoggedRequest[];
  /** Straight from DuckDB: a dataset is a schema there, `"dataset"."table"`. */
  sql(query: string): Promise<Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

/**
 * A double of BigQuery's REST API on 127.0.0.1, written from Google's documentation: what it does not understand, it
 * answers with 501. It runs the same SQL on DuckDB, in memory.
 */
export async function startBigqueryDouble(options: Partial<DoubleOptions> = {}): Promise<BigqueryDouble> {
  const all: DoubleOptions = {
    project: 'test-project',
    polls: 0,
    metadataQuota: true,
    keptResults: 1_000,
    duplicateUpload: 'end',
    ...options,
  };
  const { project } = all;
  const clock = doubleClock();
  const double: Double = {
    options: all,
    clock,
    catalog: new Catalog(project, clock),
    changes: new TableChanges(),
    duck: await openDuck(),
    faults: new FaultBook(),
    gate: new ShapeGate(),
    jobs: new JobBook(project, all.keptResults),
    permissions: new PermissionBook(project),
    quota: new MetadataQuota(clock, all.metadataQuota),
  };
  const listening = await listen(double);
  const { url, requests } = listening;
  const looking = await double.duck.borrow();
  const sql: BigqueryDouble['sql'] = async (query) =>
    (await looking.runAndReadAll(query)).getRowObjectsJson();
  return {
    url,
    project,
    clock,
    faults: double.faults,
    permissions: double.permissions,
    requests,
    sql,
    async close() {
      await listening.close();
      await double.jobs.settled();
      const found = await secretsInBigquery(listening.sent, sql);
      double.duck.close();
      if (found.length > 0) throw new Error(found.join('\n'));
    },
  };
}
