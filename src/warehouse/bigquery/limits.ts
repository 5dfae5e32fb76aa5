import type { WarehouseLimits } from '../../limits.ts';
import { columnNames, identifierBytes, tableNames } from './identifier.ts';

/**
 * A commit takes BigQuery some ten seconds whatever is in it, so batches are few and large: 1,500 load jobs a day into one
 * table, 25 DML statements in ten seconds (BigQuery docs, Quotas and limits). Up to `sync.concurrency` pipelines hold two
 * batches each in memory.
 */
export const bigqueryLimits: WarehouseLimits = {
  rows: 50_000,
  bytes: 24 * 1024 * 1024,
  wait: 120_000,
  // A renewal is a job, which takes a few seconds and bills 10 MB, the least that a job does (BigQuery pricing, On-demand
  // compute): 2.4 GB for each hour of a run, of which the first 400 a month are within the free TiB.
  lease: { ttl: 45_000, renewEvery: 15_000 },
  identifierBytes,
  columnNames,
  tableNames,
  // Prefixes that BigQuery keeps are no column's beginning: see `columnNames`.
  reservedColumns: [],
  // BigQuery docs, Quotas and limits: 10,000 columns in a table, but a megabyte of query text. The script of a batch names
  // each column a dozen times: rows, rows that were turned back, and what is cleared. As many as Postgres has.
  columns: 1_600,
  // BigQuery docs, Data types, Decimal types: NUMERIC has 38 digits, 9 of them behind the point. A load rounds others.
  number: { whole: 29, places: 9 },
  // BigQuery docs, Data types, JSON.
  json: 'doubles',
};
