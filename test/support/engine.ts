import type { Warehouse } from '../../src/warehouse.ts';
import type { Tables } from './tables.ts';

/** A warehouse that outlives the processes that open it. */
export interface Engine {
  /** Whether nothing but the caller decides in which order calls take effect: no network, no other process. */
  readonly inProcess: boolean;
  open(): Promise<Warehouse>;
  readonly tables: Tables;
  close(): Promise<void>;
}
