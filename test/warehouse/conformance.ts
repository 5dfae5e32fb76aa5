import type { Row, Table } from '../../src/table.ts';
import type { Warehouse } from '../../src/warehouse.ts';
import { describe } from 'vitest';
import { activityLaws } from './laws/activity-laws.ts';
import { clearLaws } from './laws/clear-laws.ts';
import { commitLaws } from './laws/commit-laws.ts';
import { crashLaws } from './laws/crash-laws.ts';
import { idsLaws } from './laws/ids-laws.ts';
import { noticeLaws } from './laws/notice-laws.ts';
import { purgeLaws } from './laws/purge-laws.ts';
import { reconcileLaws } from './laws/reconcile-laws.ts';
import { refreshLaws } from './laws/refresh-laws.ts';
import { resetLaws } from './laws/reset-laws.ts';
import { schemaLaws } from './laws/schema-laws.ts';
import { scopeLaws } from './laws/scope-laws.ts';
import { stateLaws } from './laws/state-laws.ts';
import { valueLaws } from './laws/value-laws.ts';
import { writeLaws } from './laws/write-laws.ts';

/** A fresh, empty warehouse of the kind under test, and a way to look into it that is not its own. */
export interface Subject {
  /** Each call opens it anew, as another process would. */
  readonly open: () => Promise<Warehouse>;
  /**
   * Opens it so that, from the `step`th exchange with the server on, nothing gets through any more: as a process that is
   * killed there would see it, or whose network ends.
   */
  readonly openUntil: (
    step: number,
  ) => Promise<{ readonly warehouse: Warehouse; readonly crashed: () => boolean }>;
  /** All rows in the order of their key, in canonical cells. */
  readonly read: (table: Table) => Promise<readonly Row[]>;
  /** `_synced_at` of all rows in the order of their key, as text for `Date.parse`, to the precision that the engine has. */
  readonly stamps: (table: Table) => Promise<readonly string[]>;
}

export interface WarehouseKind {
  readonly name: string;
  /** Cleans up when the test that calls it ends. */
  subject(): Promise<Subject>;
}

/** The laws that hold for every warehouse. */
export function describeWarehouse(kind: WarehouseKind): void {
  describe(`${kind.name} keeps the laws of a warehouse`, () => {
    commitLaws(kind);
    crashLaws(kind);
    writeLaws(kind);
    refreshLaws(kind);
    purgeLaws(kind);
    clearLaws(kind);
    idsLaws(kind);
    scopeLaws(kind);
    valueLaws(kind);
    schemaLaws(kind);
    stateLaws(kind);
    reconcileLaws(kind);
    noticeLaws(kind);
    activityLaws(kind);
    resetLaws(kind);
  });
}
