import type { Warehouse } from '../../src/warehouse.ts';
import { instantOf } from '../support/compare.ts';
import type { Tables } from '../support/tables.ts';

export interface Versions {
  watch(warehouse: Warehouse): Warehouse;
  readonly broken: readonly string[];
}

const objects = new Set(['contacts', 'companies', 'deals', 'tickets']);

/** No row ever goes back: its `_updated_at` never falls, at any commit; and no key has two rows. */
export function watchVersions(tables: Tables): Versions {
  const broken: string[] = [];
  const seen = new Map<string, number>();
  return {
    broken,
    watch: (warehouse) => ({
      ...warehouse,
      async commit(batch) {
        const committed = await warehouse.commit(batch);
        if (!objects.has(batch.pipeline) || batch.writes.length === 0) return committed;
        const keys = new Set<string>();
        for (const row of await tables.rows(batch.pipeline)) {
          const key = `${batch.pipeline} ${String(row['id'])}`;
          const version = instantOf(row['_updated_at']);
          if (version < (seen.get(key) ?? 0)) broken.push(`${key}: went back to ${version}`);
          if (keys.has(key)) broken.push(`${key}: has two rows`);
          keys.add(key);
          seen.set(key, version);
        }
        return committed;
      },
    }),
  };
}
