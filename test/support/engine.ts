import type { Warehouse } from '../../src/warehouse.ts';
import type { Holds } from './expected-cell.ts';
import type { Tables } from './tables.ts';

/** A warehouse that outlives the processes that open it. */
export interface Engine {
  /** Whether nothing but the caller decides in which order calls take effect: no network, no other process. */
  readonly inProcess: boolean;
  open(): Promise<Warehouse>;
  readonly tables: Tables;
  /** What its cells have room for, where that is not everything. */
  readonly holds?: Holds;
  /** A new one that can hold what this one can; absent: one in memory. */
  readonly another?: () => Promise<Engine>;
  close(): Promise<void>;
}
