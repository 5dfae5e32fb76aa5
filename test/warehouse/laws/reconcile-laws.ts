import { describe, expect, it } from 'vitest';
import type { Reconciliation } from '../../../src/run.ts';
import type { WarehouseKind } from '../conformance.ts';
import { prepare } from './world.ts';

const reconciliation = (pipeline: string, more: Partial<Reconciliation> = {}): Reconciliation => ({
  runId: '019a0000-0000-7000-8000-000000000001',
  pipeline,
  depth: 'counts',
  inHubspot: 10,
  inWarehouse: 10,
  missing: 0,
  stale: 0,
  archived: 0,
  deleted: 0,
  repaired: 0,
  months: [],
  calls: 1,
  verdict: 'equal',
  ...more,
});

export function reconcileLaws(kind: WarehouseKind): void {
  describe('reconciliations', () => {
    it('are remembered as they were, the latest of each pipeline', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      expect(await warehouse.reconciliations()).toEqual([]);
      const found = reconciliation('contacts', {
        depth: 'ids',
        inHubspot: 5_000_000_000,
        inWarehouse: 1,
        missing: 2,
        stale: 3,
        archived: 4,
        deleted: 5,
        repaired: 6,
        months: ['2026-02', '2026-01'],
        calls: 7,
        verdict: 'different',
      });
      const before = await warehouse.now();
      await warehouse.saveReconciliation(reconciliation('contacts'));
      await warehouse.saveReconciliation(reconciliation('deals'));
      await warehouse.saveReconciliation(found);
      const stored = await (await open()).reconciliations();
      expect(stored).toEqual([
        { ...found, checkedAt: expect.any(Number) as number },
        { ...reconciliation('deals'), checkedAt: expect.any(Number) as number },
      ]);
      const after = await warehouse.now();
      for (const { checkedAt } of stored) {
        expect(checkedAt).toBeGreaterThanOrEqual(before);
        expect(checkedAt).toBeLessThanOrEqual(after + 1);
      }
    });
  });
}
