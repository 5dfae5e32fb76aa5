import { hostname } from 'node:os';
import { keepLease, type LeaseKeeper } from '../sync/index.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';

/** The lease on a warehouse, held under the command's name until it is released. Throws `lease_held` unless it may stand by. */
export function takeLease(
  parts: AppParts,
  warehouse: Warehouse,
  { signal = parts.signal, ...waiting }: { standBy?: () => void; signal?: AbortSignal } = {},
): Promise<LeaseKeeper> {
  const label = `${parts.command} (host ${hostname()}, pid ${process.pid})`;
  return keepLease({ ...parts, ...waiting, warehouse }, label, signal);
}
