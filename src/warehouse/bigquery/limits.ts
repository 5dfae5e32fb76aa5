import type { WarehouseLimits } from '../../limits.ts';
import { identifierBytes } from './identifier.ts';

/**
 * A commit takes BigQuery some ten seconds whatever is in it, so batches are few and large: 1,500 load jobs a day into one
 * table, 25 DML statements in ten seconds (BigQuery docs, Quotas and limits). Up to `sync.concurrency` pipelines hold two
 * batches each in memory.
 */
export const bigqueryLimits: WarehouseLimits = {
  rows: 50_000,
  bytes: 24 * 1024 * 1024,
  wait: 120_000,
  identifierBytes,
  // Prefixes that BigQuery keeps are no column's beginning: see `columnName`.
  reservedColumns: [],
  // BigQuery docs, Quotas and limits: 10,000 columns in a table, and a MERGE of all of them is to stay within a megabyte.
  columns: 2_500,
};
