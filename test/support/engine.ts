import type { Warehouse } from '../../src/warehouse.ts';
import type { Tables } from './tables.ts';

/** A warehouse that outlives the processes that open it. */
export interface Engine {
  open(): Promise<Warehouse>;
  readonly tables: Tables;
  close(): Promise<void>;
}
