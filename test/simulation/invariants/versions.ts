import type { Warehouse } from '../../../src/warehouse.ts';
import { instantOf } from '../../support/instant-of.ts';
import type { Tables } from '../../support/tables.ts';
import type { Broken } from './broken.ts';

const objects = new Set(['contacts', 'companies', 'deals', 'tickets']);

/** I4, I5, I6. At every commit: no row's `_updated_at` ever falls, no key has two rows, and no row that was there is gone. */
export function watchVersions(tables: Tables, broken: Broken): (warehouse: Warehouse) => Warehouse {
  const seen = new Map<string, Map<string, number>>();
  return (warehouse) => ({
    ...warehouse,
    async commit(batch) {
      const committed = await warehouse.commit(batch);
      if (!objects.has(batch.pipeline) || batch.writes.length === 0) return committed;
      const before = seen.get(batch.pipeline) ?? new Map<string, number>();
      const now = new Map<string, number>();
      for (const row of await tables.rows(batch.pipeline)) {
        const id = String(row['id']);
        const version = instantOf(row['_updated_at']);
        if (version < (before.get(id) ?? 0)) broken(`${batch.pipeline} ${id}: went back to ${version}`);
        if (now.has(id)) broken(`${batch.pipeline} ${id}: has two rows`);
        now.set(id, version);
      }
      for (const id of before.keys()) if (!now.has(id)) broken(`${batch.pipeline} ${id}: its row vanished`);
      seen.set(batch.pipeline, now);
      return committed;
    },
  });
}
