import type { Sandbox } from '../../../src/sandbox/index.ts';
import type { Warehouse } from '../../../src/warehouse.ts';
import type { Broken } from './broken.ts';
import { keepsUp } from './claims.ts';

/**
 * I2. A sweep that finds something stale of what was claimed has found a claim that was not so. What it misses may have been
 * restored, which no claim speaks of.
 */
export function watchFindings(sandbox: Sandbox, broken: Broken): (warehouse: Warehouse) => Warehouse {
  return (warehouse) => ({
    ...warehouse,
    async saveReconciliation(reconciliation) {
      await warehouse.saveReconciliation(reconciliation);
      const { pipeline, depth, stale } = reconciliation;
      if (depth !== 'ids' || stale === 0 || !keepsUp(sandbox, pipeline)) return;
      broken(`${pipeline}: a sweep has found ${stale} stale rows of records that were claimed`);
    },
  });
}
