import type { WarehouseLimits } from '../../limits.ts';
import { identifierBytes } from './identifier.ts';
import { columnsAtMost, rowWidth } from './row-width.ts';

/**
 * A batch costs Postgres about 10 ms of planning and bookkeeping besides its rows, which a thousand rows make small;
 * larger ones are hardly faster, and up to `sync.concurrency` pipelines hold two each in memory.
 */
export const postgresLimits: WarehouseLimits = {
  rows: 1_000,
  bytes: 4 * 1024 * 1024,
  wait: 15_000,
  lease: { ttl: 30_000, renewEvery: 10_000 },
  identifierBytes,
  // Postgres docs, System Columns.
  reservedColumns: ['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid'],
  columns: columnsAtMost,
  rowWidth,
};
