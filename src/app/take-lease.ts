import { hostname } from 'node:os';
import { keepLease, type LeaseKeeper } from '../sync/index.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';

/** The lease on a warehouse, held under the command's name until it is released. Throws `lease_held` unless it stands by. */
export function takeLease(
  parts: AppParts,
  warehouse: Warehouse,
  { standsBy = false, signal = parts.signal }: { standsBy?: boolean; signal?: AbortSignal } = {},
): Promise<LeaseKeeper> {
  const label = `${parts.command} (host ${hostname()}, pid ${process.pid})`;
  return keepLease({ ...parts, warehouse, standsBy }, label, signal);
}
