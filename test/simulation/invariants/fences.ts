import type { Warehouse } from '../../../src/warehouse.ts';
import type { Broken } from './broken.ts';

/** I8. However many processes write at once: each commit replaces the very version that the last one has left. */
export function watchFences(broken: Broken): (warehouse: Warehouse) => Warehouse {
  const versions = new Map<string, number>();
  return (warehouse) => ({
    ...warehouse,
    async commit(batch) {
      const committed = await warehouse.commit(batch);
      const before = versions.get(batch.pipeline) ?? 0;
      if (batch.replaces !== before || committed.version !== before + 1) {
        broken(`${batch.pipeline}: version ${committed.version} overtook ${before}`);
      }
      versions.set(batch.pipeline, committed.version);
      return committed;
    },
  });
}
