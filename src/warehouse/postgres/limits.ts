import type { WarehouseLimits } from '../../warehouse.ts';
import { identifierBytes } from './identifier.ts';

export const postgresLimits: WarehouseLimits = {
  rows: 1_000,
  bytes: 4 * 1024 * 1024,
  wait: 15_000,
  identifierBytes,
  // Postgres docs, System Columns.
  reservedColumns: ['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid'],
};
